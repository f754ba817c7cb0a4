# SPDX-License-Identifier: Apache-2.0
"""Which links were taken off line on purpose, which bundles were made and brought. It holds where a reason stands alone."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from tearline.core.ids import Member, Person, Post
from tearline.core.instants import Instant
from tearline.node.journal import (
    BundleExported,
    BundleImported,
    Entry,
    IncarnationBegan,
    LinkPaused,
    LinkResumed,
)
from tearline.node.views.payloads import Payloads

BUNDLES_KEPT = 1_000
"""The newest, for the list; the journal has all of them."""


class Pause(msgspec.Struct, frozen=True):
    """A link that is paused: since when and by whom; its reason is payload 0 of the entry at ``position``."""

    person: Person
    post: Post
    dtg: Instant
    at: Instant
    position: int


class BundleRow(msgspec.Struct, frozen=True):
    """A file made or brought. ``code``: why it was refused, where it was."""

    way: str  # exported | imported
    member: Member
    lanes: tuple[tuple[str, int, int], ...]
    sha256: str
    code: str
    person: Person
    post: Post
    dtg: Instant


class LinksView:
    """Pauses by member, bundles in order, and how far each lane was exported."""

    follows: ClassVar[tuple[type[Entry], ...]] = (
        BundleExported,
        BundleImported,
        IncarnationBegan,
        LinkPaused,
        LinkResumed,
    )

    def __init__(self) -> None:
        self.paused: dict[Member, Pause] = {}
        self.bundles: list[BundleRow] = []
        self.exported: dict[tuple[Member, str], int] = {}

    def apply(self, position: int, entry: Entry, payloads: Payloads) -> None:  # noqa: ARG002  every view's shape
        """Follow pauses and bundles."""
        if isinstance(entry, LinkPaused):
            self.paused[entry.member] = Pause(entry.actor, entry.post, entry.dtg, entry.at, position)
        elif isinstance(entry, LinkResumed):
            self.paused.pop(entry.member, None)
        elif isinstance(entry, BundleExported):
            for lane, _, end in entry.lanes:
                key = (entry.member, lane)
                self.exported[key] = max(end, self.exported.get(key, 0))
            self._note("exported", entry, "")
        elif isinstance(entry, BundleImported):
            self._note("imported", entry, entry.code)
        elif isinstance(entry, IncarnationBegan):
            self.exported.clear()

    def _note(self, way: str, entry: BundleExported | BundleImported, code: str) -> None:
        row = BundleRow(
            way, entry.member, entry.lanes, entry.sha256, code, entry.actor, entry.post, entry.dtg
        )
        self.bundles.append(row)
        del self.bundles[:-BUNDLES_KEPT]
