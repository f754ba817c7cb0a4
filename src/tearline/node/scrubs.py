# SPDX-License-Identifier: Apache-2.0
"""What attachments were freed of between their upload and their filing; the record of a filing takes it over.

It is known under the writer, and under the post with the clearance in use: a draft of a post is filed by whoever ends it.
"""

from __future__ import annotations

from collections import OrderedDict

from tearline.node.ports import SCRUBS_MAX


class ScrubsInMemory:
    """Where there is no disk."""

    def __init__(self) -> None:
        self._kept: dict[str, OrderedDict[bytes, tuple[str, ...]]] = {}

    def keep_scrub(self, owner: str, left: bytes, removed: tuple[str, ...]) -> None:
        """Call with the node's lock held."""
        kept = self._kept.setdefault(owner, OrderedDict())
        kept[left] = removed
        kept.move_to_end(left)
        while len(kept) > SCRUBS_MAX:
            kept.popitem(last=False)

    def find_scrub(self, owner: str, left: bytes) -> tuple[str, ...] | None:
        """None where it isn't known."""
        kept = self._kept.get(owner)
        return kept.get(left) if kept else None
