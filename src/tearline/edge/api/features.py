# SPDX-License-Identifier: Apache-2.0
"""What lies on this reader's map: products with a position, as GeoJSON of exactly what they are shown."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import get
from litestar.di import NamedDependency, Provide
from litestar.params import QueryParameter

from tearline.core.instants import Instant, print_dtg, print_iso
from tearline.edge.api import cursors
from tearline.edge.api.caller import caller_of
from tearline.edge.api.problems import AnyRequest
from tearline.edge.api.searches import AreaText, parse_area, parse_view
from tearline.edge.api.shapes import After, Names, SummaryOut, list_fields, parse_filters, parse_names
from tearline.node.gate import (
    FEATURES_MAX,
    Area,
    Feature,
    FeatureQuery,
    Filters,
    Label,
    Place,
    print_geometry,
)

Limit = Annotated[
    int,
    QueryParameter(ge=1, le=FEATURES_MAX, description="Products on a page; every page but the last is full."),
]


ViewText = Annotated[
    str,
    QueryParameter(
        description="What a map shows: longitude,latitude of its south-west and north-east corner, `;` between; the first "
        "may lie east of the second. Of products with a position there, all positions."
    ),
]


class PositionOut(msgspec.Struct, frozen=True):
    """One position: a coarse one is its cell. ``label`` counts in ``labels`` of the page.

    ``role``: ``launch``, ``impact`` or nothing. ``at``: when it was so, as the product states; ``launched``: its launch.
    ``symbol``: 20 digits of APP-6, where the originator gave them. ``accuracy_m``: metres, where given.
    """

    tag: str
    mark: str
    label: int
    geometry: dict[str, Any]
    text: str
    role: str
    at: str | None
    at_dtg: str | None
    launched: str | None
    symbol: str
    accuracy_m: int | None


class FeatureOut(SummaryOut, frozen=True, kw_only=True):
    """A product's line with its positions."""

    title_label: int | None
    positions: tuple[PositionOut, ...]


class FeaturesOut(msgspec.Struct, frozen=True):
    """A page of the map. ``labels``: those of everything on it, to ask for the banner of what is drawn."""

    items: tuple[FeatureOut, ...]
    labels: tuple[Label, ...]
    total: int
    next: str | None


class Labels:
    """Numbers labels as they come."""

    def __init__(self) -> None:
        self.numbers: dict[Label, int] = {}

    def number(self, label: Label) -> int:
        """The place of a label in the page's list."""
        return self.numbers.setdefault(label, len(self.numbers))


class Where(msgspec.Struct, frozen=True):
    """Where what is asked for lies, or which products it is."""

    area: Area | None
    view: Area | None
    keys: tuple[str, ...]


async def parse_where(*, area: AreaText = "", view: ViewText = "", key: Names = "") -> Where:
    """The same, from the query."""
    return Where(parse_area(area) if area else None, parse_view(view) if view else None, parse_names(key))


@get("/api/features", dependencies={"filters": Provide(parse_filters), "where": Provide(parse_where)})
async def list_features(
    request: AnyRequest,
    filters: NamedDependency[Filters],
    where: NamedDependency[Where],
    *,
    limit: Limit = 500,
    after: After = "",
) -> FeaturesOut:
    """Products with a position that this reader sees, filed last first; in an area, in view, or these keys only."""
    caller = caller_of(request)
    person = caller.session.person
    query = FeatureQuery(filters, where.area, where.view, where.keys, limit)
    asked = ("features", query.filters, query.area, query.view, query.keys)
    place = caller.cursors.open(after, person, asked)
    if place is not None:
        query = msgspec.structs.replace(query, after=(place.sort_at, place.tie))
    page = await caller.read(lambda r: r.list_features(query))
    labels = Labels()
    items = tuple(encode_feature(f, labels) for f in page.items)
    more = None if page.next is None else caller.cursors.seal(cursors.Place(*page.next), person, asked)
    return FeaturesOut(items, tuple(labels.numbers), page.total, more)


def encode_feature(feature: Feature, labels: Labels) -> FeatureOut:
    """One product."""
    title = feature.title_label
    return FeatureOut(
        **list_fields(feature.summary),
        title_label=None if title is None else labels.number(title),
        positions=tuple(_encode_place(p, labels) for p in feature.places),
    )


def _encode_place(place: Place, labels: Labels) -> PositionOut:
    seen = place.sighting
    return PositionOut(
        tag=seen.tag,
        mark=place.mark,
        label=labels.number(place.label),
        geometry=print_geometry(seen.geometry),
        text=seen.text,
        role=seen.role,
        at=_iso(seen.at),
        at_dtg=None if seen.at is None else print_dtg(seen.at),
        launched=_iso(seen.launched_at),
        symbol=seen.symbol,
        accuracy_m=seen.accuracy_m,
    )


def _iso(at: Instant | None) -> str | None:
    return None if at is None else print_iso(at)


ROUTES = [list_features]
