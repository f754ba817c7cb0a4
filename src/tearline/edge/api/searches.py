# SPDX-License-Identifier: Apache-2.0
"""Search, and who said what: from this reader's renditions alone."""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar import get, post
from litestar.di import NamedDependency, Provide
from litestar.params import JSONBody, QueryParameter

from tearline.core.errors import LimitError, UsageError
from tearline.core.renditions import Statement
from tearline.edge.api.caller import caller_of
from tearline.edge.api.cursors import Place
from tearline.edge.api.problems import AnyRequest, Problem
from tearline.edge.api.shapes import (
    After,
    Limit,
    Names,
    SummaryOut,
    list_fields,
    parse_filters,
    parse_names,
)
from tearline.node.gate import (
    FACETS,
    Area,
    Comparison,
    Cursor,
    FacetCount,
    Filters,
    Found,
    Hit,
    Query,
    Snippet,
)

COMPARED_MAX = 50
Text = Annotated[str, QueryParameter(description="Words, all of which a rendition must hold.")]


CORNERS_MIN, CORNERS_MAX = 2, 200
EAST_MAX, NORTH_MAX = 180, 90
AreaText = Annotated[
    str,
    QueryParameter(
        description="longitude,latitude of a box's corners (south-west;north-east) or of a polygon's, `;` between."
    ),
]
Typing = Annotated[bool, QueryParameter(description="The text is being typed: its last word may go on.")]
Counting = Annotated[bool, QueryParameter(description="Count the hits by facet.")]


class Narrow(msgspec.Struct, frozen=True):
    """What a search is narrowed to beside the filters of every list."""

    precedences: tuple[str, ...]
    gradings: tuple[str, ...]
    months: tuple[str, ...]
    topics: tuple[str, ...]
    languages: tuple[str, ...]


class Wanted(msgspec.Struct, frozen=True):
    """The words, whether they are being typed, where, and whether facets are counted."""

    text: str
    unfinished: bool
    counting: bool
    area: Area | None


async def parse_narrow(
    *,
    precedence: Names = "",
    grading: Names = "",
    month: Names = "",
    topic: Names = "",
    language: Names = "",
) -> Narrow:
    """The query parameters that searches have for themselves."""
    return Narrow(
        parse_names(precedence),
        parse_names(grading),
        parse_names(month),
        parse_names(topic),
        parse_names(language),
    )


async def parse_wanted(
    *, q: Text = "", typing: Typing = False, facets: Counting = False, area: AreaText = ""
) -> Wanted:
    """What is asked for, and how."""
    return Wanted(q, typing, facets, parse_area(area) if area else None)


def make_query(filters: Filters, narrow: Narrow, wanted: Wanted) -> Query:
    """The question, as the gate takes it."""
    return Query(
        wanted.text,
        since=filters.since,
        until=filters.until,
        kinds=filters.kinds,
        originators=filters.originators,
        unfinished=wanted.unfinished,
        area=wanted.area,
        **{name: getattr(narrow, name) for name in narrow.__struct_fields__},
    )


def parse_area(text: str) -> Area:
    """The corners of an area, or ``bad-query``."""
    pairs = [part.split(",") for part in text.split(";")]
    try:
        corners = [(float(longitude), float(latitude)) for longitude, latitude in pairs]
    except ValueError as error:
        raise Problem("bad-query", "An area is written as longitude,latitude;longitude,latitude.") from error
    on_globe = all(abs(x) <= EAST_MAX and abs(y) <= NORTH_MAX for x, y in corners)
    if not CORNERS_MIN <= len(corners) <= CORNERS_MAX or not on_globe:
        raise Problem("bad-query", f"An area has {CORNERS_MIN} to {CORNERS_MAX} corners on the globe.")
    return Area(tuple((round(x * 1_000_000), round(y * 1_000_000)) for x, y in corners))


def parse_view(text: str) -> Area:
    """A box by two corners, or ``bad-query``; the first lies east of the second where it crosses the antimeridian."""
    box = parse_area(text)
    if len(box.corners) != CORNERS_MIN or box.corners[0][1] > box.corners[1][1]:
        raise Problem("bad-query", "A view has two corners, south-west and north-east.")
    return box


class HitOut(SummaryOut, frozen=True, kw_only=True):
    """A line with the pieces that match."""

    snippets: tuple[Snippet, ...]


class FoundOut(msgspec.Struct, frozen=True, omit_defaults=True):
    """A page of hits. ``total`` counts what this reader sees."""

    total: int
    items: tuple[HitOut, ...]
    next: str | None
    facets: dict[str, tuple[FacetCount, ...]] | None = None


class CompareIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Products to compare; one that does not exist for the reader says nothing."""

    keys: Annotated[tuple[str, ...], msgspec.Meta(max_length=COMPARED_MAX)]


class ComparisonOut(msgspec.Struct, frozen=True):
    """A field with all its statements: agrees, conflicts, single or uncompared; the spread in words."""

    name: str
    statements: tuple[Statement, ...]
    verdict: str
    spread: str


class ComparedOut(msgspec.Struct, frozen=True):
    """Fields in order of first appearance."""

    items: tuple[ComparisonOut, ...]


@get(
    "/api/search",
    dependencies={
        "filters": Provide(parse_filters),
        "narrow": Provide(parse_narrow),
        "wanted": Provide(parse_wanted),
    },
)
async def search(
    request: AnyRequest,
    filters: NamedDependency[Filters],
    narrow: NamedDependency[Narrow],
    wanted: NamedDependency[Wanted],
    *,
    limit: Limit = 50,
    after: After = "",
) -> FoundOut:
    """Exact hits, what the words name by its reference before all else, then filed last first.

    The words asked for are recorded, and each portion that a snippet shows.
    """
    caller = caller_of(request)
    person = caller.session.person
    asked = (
        wanted.text.encode("utf-8", "surrogatepass").hex(),
        filters,
        narrow,
        wanted.area,
        wanted.unfinished,
    )
    place = caller.cursors.open(after, person, asked)
    after_this = None if place is None else Cursor(place.sort_at, place.tie, place.check)
    query = msgspec.structs.replace(make_query(filters, narrow, wanted), limit=limit, after=after_this)
    try:
        found = await caller.read(lambda r: r.search(query, counting=wanted.counting))
    except (LimitError, UsageError) as error:
        raise Problem("bad-query", error.advice) from error
    more = _place_after(found)
    return FoundOut(
        found.total,
        tuple(map(encode_hit, found.hits)),
        None if more is None else caller.cursors.seal(more, person, asked),
        None if found.facets is None else {name: found.facets.get(name, ()) for name in FACETS},
    )


def _place_after(found: Found) -> Place | None:
    return None if found.next is None else Place(found.next.sort_at, found.next.tie, found.next.check)


def encode_hit(hit: Hit) -> HitOut:
    """One hit."""
    return HitOut(**list_fields(hit.summary), snippets=hit.snippets)


@post("/api/compare", status_code=200)
async def compare(data: JSONBody[CompareIn], request: AnyRequest) -> ComparedOut:
    """Fields of several products side by side."""
    found = await caller_of(request).read(lambda r: r.compare(data.keys))
    return ComparedOut(tuple(map(_encode_comparison, found)))


def _encode_comparison(comparison: Comparison) -> ComparisonOut:
    return ComparisonOut(comparison.name, comparison.statements, comparison.verdict, comparison.spread)


ROUTES = [search, compare]
