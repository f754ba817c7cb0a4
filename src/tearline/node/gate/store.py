# SPDX-License-Identifier: Apache-2.0
"""Renditions by class, remembered under what they are made of; forgotten whole when anything is purged (D4)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import OrderedDict

from tearline.core.instants import Instant
from tearline.core.labels import ClassId, Label
from tearline.core.renditions import Rendition, print_banner, print_rendition
from tearline.node.gate.lines import ListStore
from tearline.node.node import Node
from tearline.node.views.arrivals import tie_of
from tearline.node.views.catalogue import Key
from tearline.node.views.contents import Appearance

RENDITION_CACHE_MAX = 4_000
BANNER_CACHE_MAX = 4_000


class RenditionStore:
    """Call with the node's lock held."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._renditions: OrderedDict[tuple[ClassId, Key, Instant, bytes], Rendition] = OrderedDict()
        self._banners: dict[tuple[Label, ...], str] = {}
        self._sorted: dict[ClassId, list[Appearance]] = {}
        self._listed: dict[ClassId, dict[Key, Appearance]] = {}
        self.lists = ListStore(node)
        node.listeners.append(self._follow)

    def find_banner(self, labels: tuple[Label, ...]) -> str:
        """The banner over portions of these labels. Sets of labels are far fewer than products."""
        banner = self._banners.get(labels)
        if banner is None:
            if len(self._banners) >= BANNER_CACHE_MAX:
                self._banners.clear()
            banner = self._banners[labels] = print_banner(labels, self._node.voice, self._node.book)
        return banner

    def clear(self) -> None:
        """Forget everything."""
        self._banners.clear()
        self._renditions.clear()
        self._sorted.clear()
        self._listed.clear()
        self.lists.clear()

    def _follow(self, changed: list[tuple[ClassId, Key]]) -> None:
        """Lists that somebody asked for stay sorted: of a hundred thousand lines, one moves."""
        for class_id, key in changed:
            rows = self._sorted.get(class_id)
            if rows is not None:
                self._move(rows, self._listed[class_id], self._known(class_id).get(key), key)

    @staticmethod
    def _move(
        rows: list[Appearance], listed: dict[Key, Appearance], now: Appearance | None, key: Key
    ) -> None:
        before = listed.pop(key, None)
        if before is not None:
            del rows[bisect_left(rows, _order(before), key=_order)]
        if now is not None:
            insort(rows, now, key=_order)
            listed[key] = now

    def _known(self, class_id: ClassId) -> dict[Key, Appearance]:
        return self._node.catalogue.appearances.get(class_id, {})

    def find_rendition(self, class_id: ClassId, key: Key) -> tuple[Appearance, Rendition] | None:
        """The rendition of a class, remembered under what it is made of."""
        appearance = self._known(class_id).get(key)
        if appearance is None:
            return None
        # The version belongs to it: the same text may come back later, as a version of its own.
        made_of = (class_id, key, appearance.version, appearance.digest)
        cached = self._renditions.get(made_of)
        if cached is None:
            node = self._node
            shown = node.catalogue.shown(key, class_id)
            envelope = node.catalogue.holdings[key].envelope
            cached = print_rendition(envelope, appearance.version, shown, node.voice, node.book)
            self._renditions[made_of] = cached
            if len(self._renditions) > RENDITION_CACHE_MAX:
                self._renditions.popitem(last=False)
        return appearance, cached

    def list_newest(self, class_id: ClassId) -> list[Appearance]:
        """What a class sees, newest filing first."""
        if class_id not in self._sorted:
            self._listed[class_id] = dict(self._known(class_id))
            self._sorted[class_id] = sorted(self._listed[class_id].values(), key=_order)
        return self._sorted[class_id]


def place_of(appearance: Appearance) -> tuple[int, int]:
    """Where a product stands in a list, the newest filing first: unique."""
    return appearance.filed_at, tie_of(appearance.key)


def _order(appearance: Appearance) -> tuple[int, int, Key]:
    return -appearance.filed_at, -tie_of(appearance.key), appearance.key


def rows_after(rows: list[Appearance], place: tuple[int, int] | None) -> list[Appearance]:
    """Of rows with the newest filing first, those after a place; None: all."""
    if place is None:
        return rows
    return rows[bisect_right(rows, (-place[0], -place[1]), key=lambda a: _order(a)[:2]) :]
