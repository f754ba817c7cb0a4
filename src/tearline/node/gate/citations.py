# SPDX-License-Identifier: Apache-2.0
"""What a rendition cites and by what it is cited, as far as this reader sees both ends (N1).

A citation is a reference that stands in a portion this reader is shown. One of a product that they don't see is text and no
more. Call with the node's lock held.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from tearline.core.labels import ClassId
from tearline.core.products import find_references
from tearline.node.node import Node
from tearline.node.views.arrivals import tie_of
from tearline.node.views.catalogue import Key


class CitedAt(msgspec.Struct, frozen=True):
    """The portion that names the other product, and the other product."""

    tag: str
    key: Key


def find_cited(node: Node, class_id: ClassId, key: Key) -> tuple[CitedAt, ...]:
    """Products that this rendition names, in the order of its text."""
    known = node.catalogue.appearances.get(class_id, {})
    found: dict[Key, CitedAt] = {}
    for shown in node.catalogue.shown(key, class_id):
        for reference in find_references(shown.body):
            for other in node.catalogue.mentions.named(reference):
                if other in known and other != key:
                    found.setdefault(other, CitedAt(shown.tag, other))
    return tuple(found.values())


def find_citing(node: Node, class_id: ClassId, key: Key) -> tuple[CitedAt, ...]:
    """Products whose rendition names this one, filed last first."""
    return tuple(sorted(_walk_citing(node, class_id, key), key=lambda c: _order(node, c.key), reverse=True))


def _walk_citing(node: Node, class_id: ClassId, key: Key) -> Iterator[CitedAt]:
    known = node.catalogue.appearances.get(class_id, {})
    reference = node.catalogue.holdings[key].envelope.reference
    for other in node.catalogue.mentions.naming(reference):
        if other in known and other != key:
            shown = node.catalogue.shown(other, class_id)
            tag = next((s.tag for s in shown if reference in find_references(s.body)), None)
            if tag is not None:
                yield CitedAt(tag, other)


def _order(node: Node, key: Key) -> tuple[int, int]:
    return node.catalogue.holdings[key].envelope.filed_at, tie_of(key)
