# SPDX-License-Identifier: Apache-2.0
"""Of streams, out and in."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from tearline.core.ids import Member, ProductId, Tag
from tearline.core.instants import Instant
from tearline.node.journal.entry import Entry


class ShareReleased(Entry, frozen=True, tag="ShareReleased", kw_only=True):
    """One member's share entered its stream. Payload 0: salt and body of the stream entry."""

    member: Member
    lane: str
    position: int
    leaf: str
    product: ProductId
    author_revision: int
    revision: int
    agreement: str
    review_due: Instant = Instant(0)
    purpose: str = ""


class ShareRecalled(Entry, frozen=True, tag="ShareRecalled", kw_only=True):
    """A recall or narrowing entered a stream. Payload 0: salt and body of the stream entry.

    ``purpose``: why it was ordered, as a code; left out of the bytes where an amendment brought it about.
    """

    member: Member
    lane: str
    position: int
    leaf: str
    product: ProductId
    author_revision: int
    revision: int
    lost: tuple[Tag, ...]
    purpose: str | UnsetType = UNSET


class NoticeSent(Entry, frozen=True, tag="NoticeSent", kw_only=True):
    """Dispositions, destruction records and receipts entered a stream. Payload 0: salt and body of the stream entry."""

    member: Member
    lane: str
    position: int
    leaf: str


class StreamReceived(Entry, frozen=True, tag="StreamReceived", kw_only=True):
    """A verified run of a partner's stream. Payload n: salt and body of item n, empty where it travelled without.

    ``codes`` says what became of each item; ``checkpoint`` is the partner's signed note over the lane at this end.
    """

    member: Member
    lane: str
    start: int
    leaves: tuple[str, ...]
    codes: tuple[str, ...]
    checkpoint: str


class QuarantineOpened(Entry, frozen=True, tag="QuarantineOpened", kw_only=True):
    """What a partner sent under policies that this node holds only now, taken over from quarantine.

    ``positions`` are those of the lane; ``targets`` the payloads of its ``StreamReceived``.
    """

    member: Member
    lane: str
    positions: tuple[int, ...]
    targets: tuple[tuple[int, int], ...]
    leaves: tuple[str, ...]


class StreamStopped(Entry, frozen=True, tag="StreamStopped", kw_only=True):
    """A partner's lane can't be continued (gap, split view, bad signature). Payload 0: the evidence."""

    member: Member
    lane: str
    code: str
