# SPDX-License-Identifier: Apache-2.0
"""What the gate hands out, and which duties have which listed view of headers."""

from __future__ import annotations

import msgspec

from tearline.core.ids import Member
from tearline.core.instants import Instant
from tearline.core.renditions import Rendition, RenditionPortion
from tearline.node.views.catalogue import Key
from tearline.node.views.custody import Alarm, Notice
from tearline.node.views.desk import Review
from tearline.node.views.search import Cursor, Snippet

VIEWS: dict[str, tuple[str, ...]] = {
    "register": ("release", "audit"),
    "mandates": ("release", "audit", "administration"),
    "recalls": ("release", "security", "audit"),
    "withdrawals": ("security", "audit"),
    "notices": ("security", "audit"),
    "copies": ("security", "audit"),
    "quarantine": ("security", "administration"),
    "lanes": ("administration", "security", "audit"),
    "switch": ("administration", "security"),
    "held": ("administration", "security", "audit"),
    "references": ("security", "audit", "release"),
    "bundles": ("administration", "security", "audit"),
    "agreements": ("administration", "security", "audit", "release"),
    "people": ("administration", "security", "audit"),
    "accounts": ("administration",),
    "delegations": ("release", "administration", "security", "audit"),
    "verify": ("administration", "security", "audit"),
}
"""Which duties have which listed view of headers: exceptions to N1 (DESIGN 4). A watch has none."""


class Read(msgspec.Struct, frozen=True):
    """A rendition with its key, and when the bytes it came with were verified here."""

    key: Key
    rendition: Rendition
    verified_at: Instant


class Summary(msgspec.Struct, frozen=True):
    """A line of a list: the envelope, the version and the title as this reader has it."""

    key: Key
    reference: str
    originator: Member
    kind: str
    precedence: str
    filed_at: Instant
    version: Instant
    check: str
    banner: str
    title: RenditionPortion | None


class Citation(msgspec.Struct, frozen=True):
    """A product cited or citing: its line, and the portion in which the reference stands."""

    tag: str
    summary: Summary


class Citations(msgspec.Struct, frozen=True):
    """Both ways, as far as the reader sees both ends."""

    cites: tuple[Citation, ...]
    cited_by: tuple[Citation, ...]


class Filters(msgspec.Struct, frozen=True):
    """What a list is narrowed to; all of it from what the reader sees anyway."""

    kinds: tuple[str, ...] = ()
    originators: tuple[str, ...] = ()
    since: Instant | None = None
    until: Instant | None = None


class Page(msgspec.Struct, frozen=True):
    """Full except the last. ``total`` counts what this reader sees."""

    items: tuple[Summary, ...]
    total: int
    next: tuple[int, int] | None


class Hit(msgspec.Struct, frozen=True):
    """A search hit: its line, and snippets from this reader's rendition."""

    summary: Summary
    snippets: tuple[Snippet, ...]


class Found(msgspec.Struct, frozen=True):
    """Hits of one page and the exact total for this reader."""

    hits: tuple[Hit, ...]
    total: int
    next: Cursor | None


class Inbox(msgspec.Struct, frozen=True):
    """What is mine or my post's to do: warnings to acknowledge, what is addressed to us, withdrawals, alarms."""

    to_acknowledge: tuple[Summary, ...]
    action: tuple[Summary, ...]
    info: tuple[Summary, ...]
    notices: tuple[Notice, ...]
    alarms: tuple[Alarm, ...]


class Due(msgspec.Struct, frozen=True):
    """A watch post's release that waits for its review."""

    review: Review
    reference: str
    overdue: bool
