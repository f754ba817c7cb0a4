# SPDX-License-Identifier: Apache-2.0
"""What several routes answer with. Instants are integers inside, and ISO 8601 with the DTG beside it outside."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from litestar.params import QueryParameter

from tearline.core.errors import MalformedError
from tearline.core.instants import Instant, parse_iso, print_dtg, print_iso
from tearline.edge.api.problems import Problem
from tearline.node.gate import Body, Filters, RenditionPortion, Summary

LIMIT_MAX = 200
Limit = Annotated[
    int, QueryParameter(ge=1, le=LIMIT_MAX, description="Lines on a page; every page but the last is full.")
]
After = Annotated[str, QueryParameter(description="`next` of the page before.")]
Names = Annotated[str, QueryParameter(description="One name, or several with commas between.")]
Language = Literal["en", "fr", "ko", "ja"]
Lang = Annotated[Language, QueryParameter(description="The language that words come in: en, fr, ko or ja.")]
Time = Annotated[str, QueryParameter(description="UTC, as 2023-07-12T01:04:00Z.")]

NAMES_MAX = 32
INSTANT_MIN, INSTANT_MAX = parse_iso("1900-01-01"), parse_iso("2100-01-01")


class TitleOut(msgspec.Struct, frozen=True):
    """The title as this reader has it."""

    tag: str
    mark: str
    body: Body


class SummaryOut(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a list."""

    key: str
    reference: str
    originator: str
    kind: str
    precedence: str
    filed: str
    filed_dtg: str
    version: str
    version_dtg: str
    check: str
    banner: str
    title: TitleOut | None


class ItemsOut(msgspec.Struct, frozen=True):
    """A page of lines. ``total`` counts what this reader sees."""

    items: tuple[SummaryOut, ...]
    total: int
    next: str | None


class Done(msgspec.Struct, frozen=True):
    """It was done."""

    done: bool = True


def encode_title(portion: RenditionPortion | None) -> TitleOut | None:
    """A title, where the rendition has one."""
    return None if portion is None else TitleOut(portion.tag, portion.mark, portion.body)


def encode_summary(summary: Summary) -> SummaryOut:
    """One line."""
    return SummaryOut(**list_fields(summary))


def list_fields(summary: Summary) -> dict[str, Any]:
    """What a line says, for shapes that say more."""
    return {
        "key": summary.key,
        "reference": summary.reference,
        "originator": summary.originator,
        "kind": summary.kind,
        "precedence": summary.precedence,
        "filed": print_iso(summary.filed_at),
        "filed_dtg": print_dtg(summary.filed_at),
        "version": print_iso(summary.version),
        "version_dtg": print_dtg(summary.version),
        "check": summary.check,
        "banner": summary.banner,
        "title": encode_title(summary.title),
    }


async def parse_filters(
    kind: Names = "", originator: Names = "", since: Time = "", until: Time = ""
) -> Filters:
    """What a list is narrowed to: the query parameters that lists have in common."""
    return Filters(
        kinds=parse_names(kind),
        originators=parse_names(originator),
        since=parse_time(since) if since else None,
        until=parse_time(until) if until else None,
    )


def parse_time(text: str) -> Instant:
    """A time in a query or a body."""
    try:
        instant = parse_iso(text)
    except MalformedError as error:
        raise Problem("bad-query", "A time is written like 2023-07-12T01:04:00Z.") from error
    return check_time(instant)


def check_time(instant: Instant) -> Instant:
    """A time that has a DTG."""
    if not INSTANT_MIN <= instant < INSTANT_MAX:
        raise Problem("bad-query", "A time lies between 1900 and 2100.")
    return instant


def parse_names(text: str) -> tuple[str, ...]:
    """The names of a parameter."""
    names = tuple(sorted({name for name in text.split(",") if name}))
    if len(names) > NAMES_MAX:
        raise Problem("bad-query", f"At most {NAMES_MAX} names.")
    return names
