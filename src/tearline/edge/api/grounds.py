# SPDX-License-Identifier: Apache-2.0
"""Why this reader sees a product: the marking of each portion shown, the same at home, and the grounds in words."""

from __future__ import annotations

import msgspec
from litestar import get
from litestar.params import FromPath

from tearline.core.labels import explain_ground
from tearline.edge.api.caller import caller_of
from tearline.edge.api.problems import AnyRequest, found
from tearline.edge.api.shapes import Lang
from tearline.node.gate import Marks, PortionWhy


class PortionWhyOut(msgspec.Struct, frozen=True):
    """One portion. ``own`` is empty where the originator's marking is already the reader's own.

    ``plain``: both markings in the language asked for; empty where they are in it, or the policies have no words in it.
    """

    tag: str
    kind: str
    mark: str
    origin: str
    own: str
    plain: str
    grounds: tuple[str, ...]


class WhyOut(msgspec.Struct, frozen=True):
    """The whole as it is shown to this reader, then each portion shown."""

    origin: str
    own: str
    plain: str
    portions: tuple[PortionWhyOut, ...]


@get("/api/products/{key:str}/why")
async def get_why(key: FromPath[str], request: AnyRequest, *, lang: Lang = "en") -> WhyOut:
    """Why this reader sees each portion that they see. Of anything else it says nothing."""
    why = found(await caller_of(request).read(lambda r: r.why(key, lang)))
    marks: Marks = why.marks
    return WhyOut(marks.origin, marks.own, marks.plain, tuple(_encode(p, lang) for p in why.portions))


def _encode(portion: PortionWhy, lang: str) -> PortionWhyOut:
    words = tuple(explain_ground(ground, lang) for ground in portion.grounds)
    marks = portion.marks
    return PortionWhyOut(portion.tag, portion.kind, portion.mark, marks.origin, marks.own, marks.plain, words)


ROUTES = [get_why]
