# SPDX-License-Identifier: Apache-2.0
"""The texts of a product that a reader's class had, the present one last, numbered from 1 by what this class was given (N1).

Call with the node's lock held.
"""

from __future__ import annotations

import msgspec

from tearline.core.instants import Instant
from tearline.core.labels import ClassId
from tearline.core.renditions import PortionChange, Rendition, list_changes, print_rendition
from tearline.node.node import Node
from tearline.node.views.catalogue import Key


class Version(msgspec.Struct, frozen=True):
    """One text that this class had, since when. ``whole``: all of it may still be read."""

    number: int
    since: Instant
    whole: bool = True
    present: bool = False


class VersionText(msgspec.Struct, frozen=True):
    """A version with its text, and what changed from it to another. A text that is not whole has no check."""

    version: Version
    rendition: Rendition
    until: Version
    changes: tuple[PortionChange, ...]


def list_versions(node: Node, class_id: ClassId, key: Key) -> tuple[Version, ...]:
    """Oldest first; none where the class sees nothing of the product."""
    appearance = node.catalogue.appearances.get(class_id, {}).get(key)
    if appearance is None:
        return ()
    formers = node.catalogue.histories.list(class_id, key)
    rows = [Version(n, f.version, f.whole) for n, f in enumerate(formers, 1)]
    return (*rows, Version(len(rows) + 1, appearance.version, present=True))


def find_version(node: Node, class_id: ClassId, key: Key, number: int, until: int) -> VersionText | None:
    """One version, and what changed to another (0: the present one); None where there is no such version."""
    versions = list_versions(node, class_id, key)
    other = until or len(versions)
    if not (1 <= number <= len(versions) and 1 <= other <= len(versions)):
        return None
    version, to = versions[number - 1], versions[other - 1]
    rendition = _print(node, class_id, key, version)
    changes = list_changes(rendition.portions, _print(node, class_id, key, to).portions)
    return VersionText(version, rendition, to, changes)


def _print(node: Node, class_id: ClassId, key: Key, version: Version) -> Rendition:
    catalogue = node.catalogue
    if version.present:
        shown = catalogue.shown(key, class_id)
    else:
        former = catalogue.histories.list(class_id, key)[version.number - 1]
        shown = catalogue.former_text(key, class_id, former)
    envelope = catalogue.holdings[key].envelope
    made = print_rendition(envelope, version.since, shown, node.voice, node.book)
    return made if version.whole else msgspec.structs.replace(made, check="")
