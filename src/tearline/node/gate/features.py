# SPDX-License-Identifier: Apache-2.0
"""What lies on a reader's map: products of their class with a position, and the labels under which each piece is shown.

A coarse variant is the only position there is for who is shown it: the exact one is not known here (N1).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from tearline.core.labels import Label
from tearline.core.products import Area
from tearline.core.renditions import Shown
from tearline.node.gate.shapes import Filters, Summary
from tearline.node.views.atlas import Sighting
from tearline.node.views.catalogue import Key

FEATURES_MAX = 1_000
"""Products on a page: a map fetches a few pages, not one of any size."""


class FeatureQuery(msgspec.Struct, frozen=True):
    """``keys``: these products only; empty means any. ``limit`` beyond ``FEATURES_MAX`` is cut."""

    filters: Filters = Filters()
    area: Area | None = None
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


def make_feature(
    summary: Summary, title: Shown | None, sightings: Iterable[Sighting], mark_of: Callable[[Label], str]
) -> Feature:
    """A product's line with its positions, each under its own mark."""
    places = tuple(Place(s, mark_of(s.label), s.label) for s in sightings)
    return Feature(summary, places, None if title is None else title.label)
