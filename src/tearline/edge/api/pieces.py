# SPDX-License-Identifier: Apache-2.0
"""What a writer puts into a portion beside words: a position as it is typed, an attachment, a kind's template. Nothing is kept.

An attachment comes back whole, without its metadata, as the body that the draft then carries: so there is no address under
which anybody could ask for one, and it is read, recalled and destroyed with its portion.
"""

from __future__ import annotations

import msgspec
from litestar import get, post
from litestar.params import JSONBody

from tearline.edge.api.caller import caller_of
from tearline.edge.api.problems import AnyRequest, done
from tearline.edge.api.shapes import Lang
from tearline.node.commands import (
    Attached,
    Cited,
    Template,
    attach,
    list_templates,
    locate,
    weigh_citation,
)
from tearline.node.gate import Label, PositionBody

ATTACHMENT_MAX_BYTES = (
    4 * 1024 * 1024
)  # of the request: what is too large is told so by its size, and not cut off


class LocateIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """MGRS, or latitude and longitude."""

    text: str


class AttachIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``data`` in base64; ``words``: what it shows, for who can't see it."""

    name: str
    data: bytes
    words: str = ""


class CiteIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A portion by the key this reader reads it under, and the label of the text that is to cite it."""

    key: str
    tag: str
    label: Label | None = None


class TemplatesOut(msgspec.Struct, frozen=True):
    """One for each kind of product."""

    items: tuple[Template, ...]


@post("/api/positions", status_code=200)
async def read_position(data: JSONBody[LocateIn], request: AnyRequest) -> PositionBody:
    """The position that was typed: a coarse grid reference is its square, never a point."""
    return done(await caller_of(request).command(lambda _, acting: locate(acting, data.text)))


@post("/api/attachments", status_code=200, request_max_body_size=ATTACHMENT_MAX_BYTES)
async def scrub_attachment(data: JSONBody[AttachIn], request: AnyRequest) -> Attached:
    """The attachment without its metadata, and what was removed."""
    return done(
        await caller_of(request).command(
            lambda node, acting: attach(node, acting, data.name, data.data, data.words)
        )
    )


@post("/api/citations", status_code=200)
async def weigh(data: JSONBody[CiteIn], request: AnyRequest) -> Cited:
    """What citing a portion means for the label of the text that cites it."""
    return done(
        await caller_of(request).command(
            lambda node, acting: weigh_citation(node, acting, data.key, data.tag, data.label)
        )
    )


@get("/api/templates")
async def get_templates(request: AnyRequest, *, lang: Lang = "en") -> TemplatesOut:
    """What a new product of each kind begins with, and the label its portions have until their writer chooses another."""
    return TemplatesOut(
        done(await caller_of(request).command(lambda node, acting: list_templates(node, acting, lang)))
    )


ROUTES = [read_position, scrub_attachment, weigh, get_templates]
