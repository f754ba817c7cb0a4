# SPDX-License-Identifier: Apache-2.0
"""Labels for writers: what may be chosen, what a choice or a label means, and the label of portions that are joined."""

from __future__ import annotations

import msgspec
from litestar import get, post
from litestar.params import JSONBody

from tearline.core.labels import Label
from tearline.edge.api.caller import caller_of
from tearline.edge.api.problems import AnyRequest, Problem, done
from tearline.edge.api.shapes import Lang, Language
from tearline.node.commands import (
    Acting,
    Choice,
    Choices,
    Described,
    Gloss,
    Refused,
    describe_choice,
    describe_label,
    gloss_marks,
    join_labels,
    list_choices,
)
from tearline.node.node import Node

LABELS_MAX = 200
LABELS_FEW = 16
"""So many are described in a millisecond or two."""


class DescribeIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Labels as they were given, and choices to make labels of."""

    labels: tuple[Label, ...] = ()
    choices: tuple[Choice, ...] = ()
    lang: Language = "en"


class JoinIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The labels of portions that become one."""

    labels: tuple[Label, ...]
    lang: Language = "en"


class MarksIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Marks as the node printed them: before portions, or banners."""

    marks: tuple[str, ...]
    lang: Language = "en"


class GlossesOut(msgspec.Struct, frozen=True):
    """In the order asked."""

    items: tuple[Gloss, ...]


class DescribedOut(msgspec.Struct, frozen=True):
    """In the order asked: labels, then choices."""

    items: tuple[Described, ...]


@get("/api/labels/choices")
async def get_choices(request: AnyRequest, *, lang: Lang = "en") -> Choices:
    """What this writer may choose, never beyond their clearance."""
    return done(await caller_of(request).command(lambda node, acting: list_choices(node, acting, lang)))


@post("/api/labels/describe", status_code=200)
async def describe(data: JSONBody[DescribeIn], request: AnyRequest) -> DescribedOut:
    """Faults in words, or marks, colours and the members that would be reached."""
    count = len(data.labels) + len(data.choices)
    _check(count)

    def ask(node: Node, acting: Acting) -> list[Described | Refused]:
        given = [describe_label(node, acting, label, data.lang) for label in data.labels]
        return given + [describe_choice(node, acting, choice, data.lang) for choice in data.choices]

    return DescribedOut(tuple(map(done, await caller_of(request).command(ask, at_once=count <= LABELS_FEW))))


@post("/api/labels/join", status_code=200)
async def join(data: JSONBody[JoinIn], request: AnyRequest) -> Described:
    """One label for all of them: raises, never lowers; refused where none is sound."""
    _check(len(data.labels))
    return done(
        await caller_of(request).command(
            lambda node, acting: join_labels(node, acting, data.labels, data.lang)
        )
    )


@post("/api/labels/marks", status_code=200)
async def gloss(data: JSONBody[MarksIn], request: AnyRequest) -> GlossesOut:
    """What marks say in a language, by the policies in force alone."""
    _check(len(data.marks))
    return GlossesOut(
        await caller_of(request).command(lambda node, _: gloss_marks(node, data.marks, data.lang))
    )


def _check(count: int) -> None:
    if count > LABELS_MAX:
        raise Problem("too-large", f"At most {LABELS_MAX} labels at a time.")


ROUTES = [get_choices, describe, join, gloss]
