# SPDX-License-Identifier: Apache-2.0
"""Renditions by class, remembered under what they are made of; forgotten whole when anything is purged (D4)."""

from __future__ import annotations

from collections import OrderedDict

from tearline.core.instants import Instant
from tearline.core.labels import ClassId
from tearline.core.renditions import Rendition, print_rendition
from tearline.node.gate.lines import ListStore
from tearline.node.node import Node
from tearline.node.views.arrivals import tie_of
from tearline.node.views.catalogue import Appearance, Key

RENDITION_CACHE_MAX = 4_000


class RenditionStore:
    """Call with the node's lock held."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._renditions: OrderedDict[tuple[ClassId, Key, Instant, bytes], Rendition] = OrderedDict()
        self._sorted: dict[ClassId, list[Appearance]] = {}
        self.lists = ListStore(node)
        node.listeners.append(self._forget)

    def clear(self) -> None:
        """Forget everything."""
        self._renditions.clear()
        self._sorted.clear()
        self.lists.clear()

    def _forget(self, changed: list[tuple[ClassId, Key]]) -> None:
        for class_id, _ in changed:
            self._sorted.pop(class_id, None)

    def find_rendition(self, class_id: ClassId, key: Key) -> tuple[Appearance, Rendition] | None:
        """The rendition of a class, remembered under what it is made of."""
        appearance = self._node.catalogue.appearances.get(class_id, {}).get(key)
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
            known = self._node.catalogue.appearances.get(class_id, {}).values()
            self._sorted[class_id] = sorted(known, key=lambda a: (a.filed_at, tie_of(a.key)), reverse=True)
        return self._sorted[class_id]
