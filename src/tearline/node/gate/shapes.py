# SPDX-License-Identifier: Apache-2.0
"""What the gate hands out, and which duties have which listed view of headers."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from tearline.core.ids import Member, Person, Post, Tag
from tearline.core.instants import Instant
from tearline.core.products import Envelope
from tearline.core.renditions import Rendition, RenditionPortion
from tearline.node.views.catalogue import Key
from tearline.node.views.custody import Alarm
from tearline.node.views.desk import Review
from tearline.node.views.search import Cursor, FacetCount, Snippet

VIEWS: dict[str, tuple[str, ...]] = {
    "register": ("release", "audit"),
    "mandates": ("release", "audit", "administration", "security"),
    "recalls": ("release", "security", "audit"),
    "withdrawals": ("security", "audit"),
    "notices": ("security", "audit"),
    "copies": ("security", "audit"),
    "quarantine": ("security", "administration"),
    "lanes": ("administration", "security", "audit"),
    "trail": ("audit",),
    "switch": ("administration", "security"),
    "held": ("administration", "security", "audit"),
    "references": ("security", "audit", "release"),
    "bundles": ("administration", "security", "audit"),
    "agreements": ("administration", "security", "audit", "release"),
    "people": ("administration", "security", "audit"),
    "health": ("administration", "security", "audit"),
    "accounts": ("administration",),
    "policies": ("administration",),
    "directory": ("administration",),
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


def make_summary(
    key: Key, envelope: Envelope, version: Instant, check: str, banner: str, title: RenditionPortion | None
) -> Summary:
    """The line of one rendition."""
    return Summary(
        key,
        envelope.reference,
        envelope.originator,
        envelope.kind,
        envelope.precedence,
        envelope.filed_at,
        version,
        check,
        banner,
        title,
    )


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
    """Hits of one page and the exact total for this reader; the facets of the whole where they were asked for."""

    hits: tuple[Hit, ...]
    total: int
    next: Cursor | None
    facets: dict[str, tuple[FacetCount, ...]] | None = None


class LineMark(msgspec.Struct, frozen=True):
    """What a person noted of a product as they had it at this version: seen, and done with."""

    version: Instant
    read: bool = False
    done: bool = False


class LineMarks(msgspec.Struct, frozen=True):
    """A person's marks under one clearance, by product. ``stamp`` moves with every change of them."""

    by_key: Mapping[Key, LineMark] = {}
    stamp: int = 0


class Ask(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which lines of the inbox are asked for; all of it from what the reader sees anyway."""

    view: str = "all"
    kinds: tuple[str, ...] = ()
    originators: tuple[str, ...] = ()
    precedences: tuple[str, ...] = ()
    unread: bool = False


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the inbox: what arrived, and how it stands with the person and the post.

    ``post_state``: empty, displayed or acknowledged; ``asked``: the post is still to acknowledge it; ``late``: the post that
    was asked first and did not answer. ``stands``: what became of what was filed here (waiting, returned, released, recalled),
    in the view of these and for who may know to whom it went; else empty.
    """

    summary: Summary
    came_at: Instant
    revised: bool
    own: bool
    addressed: str
    unread: bool
    done: bool
    assigned: Person
    post_state: str
    asked: bool
    late: Post
    stands: str = ""


class Lines(msgspec.Struct, frozen=True):
    """Lines [start, start + len(items)) of ``total``, the last arrival first."""

    items: tuple[Line, ...]
    start: int
    total: int


class Told(msgspec.Struct, frozen=True):
    """A withdrawal that this reader is told of, and the text of that product that they have now (``key`` empty: none).

    ``product``: its key, by which what they had of it was open before them.
    """

    reference: str
    portions: tuple[Tag, ...]
    at: Instant
    product: Key
    key: Key = ""
    version: Instant | None = None


class Inbox(msgspec.Struct, frozen=True):
    """Warnings that the post must acknowledge, how many lines each view has, withdrawals, alarms."""

    to_acknowledge: tuple[Line, ...]
    counts: dict[str, int]
    notices: tuple[Told, ...]
    alarms: tuple[Alarm, ...]


class AskedPost(msgspec.Struct, frozen=True):
    """How an own product stands with a post of a partner: by post, never by person. ``asked``: it was addressed for action.

    ``acknowledges``: it is of a kind of which a post is asked to say that it was displayed and acknowledged; of others no
    receipt is to be expected. ``withdrawn``: its member holds it no more.
    """

    member: Member
    post: Post
    asked: bool
    delivered: bool
    displayed_at: Instant | None
    acknowledged_at: Instant | None
    acknowledges: bool
    withdrawn: bool


class Due(msgspec.Struct, frozen=True):
    """A watch post's release that waits for its review."""

    review: Review
    reference: str
    overdue: bool
