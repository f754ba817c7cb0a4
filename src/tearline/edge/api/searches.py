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
from tearline.edge.api.shapes import After, Limit, SummaryOut, encode_summary, parse_filters
from tearline.node.gate import Comparison, Cursor, Filters, Found, Hit, Query, Snippet

COMPARED_MAX = 50
Text = Annotated[str, QueryParameter(description="Words, all of which a rendition must hold.")]


class HitOut(SummaryOut, frozen=True, kw_only=True):
    """A line with the pieces that match."""

    snippets: tuple[Snippet, ...]


class FoundOut(msgspec.Struct, frozen=True):
    """A page of hits. ``total`` counts what this reader sees."""

    total: int
    items: tuple[HitOut, ...]
    next: str | None


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


@get("/api/search", dependencies={"filters": Provide(parse_filters)})
async def search(
    request: AnyRequest,
    filters: NamedDependency[Filters],
    *,
    q: Text = "",
    limit: Limit = 50,
    after: After = "",
) -> FoundOut:
    """Exact hits, filed last first. The words asked for are recorded, and each portion that a snippet shows."""
    caller = caller_of(request)
    person = caller.session.person
    asked = (q.encode("utf-8", "surrogatepass").hex(), filters)
    place = caller.cursors.open(after, person, asked)
    query = Query(
        q,
        since=filters.since,
        until=filters.until,
        kinds=filters.kinds,
        originators=filters.originators,
        limit=limit,
        after=None if place is None else Cursor(place.sort_at, place.tie, place.check),
    )
    try:
        found = await caller.read(lambda r: r.search(query))
    except (LimitError, UsageError) as error:
        raise Problem("bad-query", error.advice) from error
    more = _place_after(found)
    return FoundOut(
        found.total,
        tuple(map(encode_hit, found.hits)),
        None if more is None else caller.cursors.seal(more, person, asked),
    )


def _place_after(found: Found) -> Place | None:
    return None if found.next is None else Place(found.next.sort_at, found.next.tie, found.next.check)


def encode_hit(hit: Hit) -> HitOut:
    """One hit."""
    line = encode_summary(hit.summary)
    fields = {name: getattr(line, name) for name in SummaryOut.__struct_fields__}
    return HitOut(**fields, snippets=hit.snippets)


@post("/api/compare", status_code=200)
async def compare(data: JSONBody[CompareIn], request: AnyRequest) -> ComparedOut:
    """Fields of several products side by side."""
    found = await caller_of(request).read(lambda r: r.compare(data.keys))
    return ComparedOut(tuple(map(_encode_comparison, found)))


def _encode_comparison(comparison: Comparison) -> ComparisonOut:
    return ComparisonOut(comparison.name, comparison.statements, comparison.verdict, comparison.spread)


ROUTES = [search, compare]
