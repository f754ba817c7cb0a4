# SPDX-License-Identifier: Apache-2.0
"""What lies on a reader's map: products of their class with a position, and the labels under which each piece is shown.

A coarse variant is the only position there is for who is shown it: the exact one is not known here (N1).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

import msgspec

from tearline.core.ids import Tag
from tearline.core.labels import ClassId, Label
from tearline.core.products import Area
from tearline.core.renditions import RenditionPortion, print_portion_mark
from tearline.node.gate.shapes import Filters, Summary, make_summary
from tearline.node.gate.store import RenditionStore, place_of
from tearline.node.node import Node
from tearline.node.views.atlas import Charted, Sighting
from tearline.node.views.catalogue import Key
from tearline.node.views.contents import Appearance
from tearline.node.views.finder import Finder

SORTED_MAX = 500
FEATURES_MAX = 1_000
"""Products on a page: a map fetches a few pages, not one of any size."""


class FeatureQuery(msgspec.Struct, frozen=True):
    """``keys``: these products only; empty means any. ``limit`` beyond ``FEATURES_MAX`` is cut.

    ``area``: of products with positions there, these positions. ``view``, what a map shows: of such products, all positions.
    """

    filters: Filters = Filters()
    area: Area | None = None
    view: Area | None = None
    keys: tuple[Key, ...] = ()
    limit: int = 500
    after: tuple[int, int] | None = None


class Place(msgspec.Struct, frozen=True):
    """One position as shown: where, with the mark and the label of its portion."""

    sighting: Sighting
    mark: str
    label: Label


class Feature(msgspec.Struct, frozen=True):
    """A product with its positions; ``title_label`` is the label of its title, where it has one."""

    summary: Summary
    places: tuple[Place, ...]
    title_label: Label | None


class Features(msgspec.Struct, frozen=True):
    """Full except the last. ``total`` counts what this reader sees there."""

    items: tuple[Feature, ...]
    total: int
    next: tuple[int, int] | None


def find_placed(finder: Finder, class_id: ClassId, query: FeatureQuery) -> dict[Key, tuple[Sighting, ...]]:
    """What a class is shown the position of, and is asked for: positions by product."""
    if query.view is None:
        return finder.list_places(class_id, query.area, query.keys)
    seen = finder.list_seen(class_id, query.view, query.keys)
    return seen if query.area is None else finder.list_places(class_id, query.area, tuple(seen))


def list_placed(
    node: Node, store: RenditionStore, class_id: ClassId, placed: Collection[Key]
) -> list[Appearance]:
    """Of what the class sees, the newest filing first; the whole order is not asked for a few."""
    known = node.catalogue.appearances.get(class_id, {})
    if len(placed) > SORTED_MAX:
        return [known[a.key] for a in store.list_newest(class_id) if a.key in placed]
    return sorted((known[key] for key in placed if key in known), key=place_of, reverse=True)


def list_tags(charted: Charted, sightings: Iterable[Sighting]) -> tuple[Tag, ...]:
    """The portions that a product on the map shows: its title and these positions."""
    title = () if charted.title is None else (charted.title.tag,)
    return tuple(Tag(tag) for tag in dict.fromkeys((*title, *(s.tag for s in sightings))))


def draw_feature(
    node: Node, banner: str, appearance: Appearance, charted: Charted, sightings: Iterable[Sighting]
) -> Feature:
    """A line of the map and its positions, each under its own mark."""

    def mark_of(label: Label) -> str:
        return print_portion_mark(label, node.voice, node.book)

    key, title = appearance.key, charted.title
    printed = (
        None
        if title is None
        else RenditionPortion(title.tag, title.kind, mark_of(title.label), title.body, title.fields)
    )
    envelope = node.catalogue.holdings[key].envelope
    summary = make_summary(key, envelope, appearance.version, charted.check, banner, printed)
    places = tuple(Place(s, mark_of(s.label), s.label) for s in sightings)
    return Feature(summary, places, None if title is None else title.label)
