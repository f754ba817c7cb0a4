# SPDX-License-Identifier: Apache-2.0
"""Both ends of every lane, as folds of the journal alone: sizes, roots, revisions counted per receiver."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from tearline.core.errors import MalformedError
from tearline.core.exchange import Item, Lane, open_leaf, print_origin
from tearline.core.ids import Member, ProductId
from tearline.core.instants import Instant
from tearline.node.journal import (
    Entry,
    NoticeSent,
    QuarantineOpened,
    ShareRecalled,
    ShareReleased,
    StreamReceived,
    StreamStopped,
)
from tearline.node.views.view import PayloadOf

RUN_DECISIONS = {"accepted", "recalled"}


class OutItem(msgspec.Struct, frozen=True):
    """Where one outgoing leaf stands in the journal."""

    position: int
    leaf: bytes
    product: str
    at: Instant  # the system clock


class Arrived(msgspec.Struct, frozen=True):
    """When the newest run of a lane came, and how long its last entry had been under way by both sides' system clocks."""

    at: Instant
    after: int


class OutLane:
    """A lane we send: its leaves, and which payloads were superseded."""

    def __init__(self, origin: str) -> None:
        self.lane = Lane(origin)
        self.items: list[OutItem] = []
        self.dropped: set[int] = set()
        self.to_drop: set[int] = set()
        self.acknowledged = 0
        self.acknowledged_at = Instant(0)
        self.cosignature = ""


class StreamsView:
    """Outgoing and incoming lanes by partner."""

    def __init__(self, member: Member, node: str, node_of: Callable[[Member], str]) -> None:
        self._member = member
        self._node = node
        self._node_of = node_of
        self.sent: dict[tuple[Member, str], OutLane] = {}
        self.received: dict[tuple[Member, str], Lane] = {}
        self.checkpoints: dict[tuple[Member, str], str] = {}
        self.arrived: dict[tuple[Member, str], Arrived] = {}
        self.stopped: dict[tuple[Member, str], str] = {}
        self.newest: dict[Member, dict[ProductId, int]] = {}
        self.sent_revision: dict[tuple[Member, str], int] = {}
        self.again: dict[Member, int] = {}  # entries sent again to a partner since the start
        self._live: dict[tuple[Member, str], tuple[str, int]] = {}  # the lane and place of the newest payload

    def apply(self, position: int, entry: Entry, payload_of: PayloadOf) -> None:  # noqa: ARG002  every view's shape
        """Append leaves to the lane they belong to."""
        if isinstance(entry, ShareReleased | ShareRecalled | NoticeSent):
            self._apply_sent(position, entry)
        elif isinstance(entry, StreamReceived):
            self._apply_received(entry)
        elif isinstance(entry, QuarantineOpened):
            self._note_newest(entry.member, entry.leaves)
        elif isinstance(entry, StreamStopped):
            self.stopped[entry.member, entry.lane] = entry.code

    def _apply_sent(self, position: int, entry: ShareReleased | ShareRecalled | NoticeSent) -> None:
        out = self.out(entry.member, entry.lane)
        product = "" if isinstance(entry, NoticeSent) else entry.product
        leaf = entry.leaf.encode()
        if not isinstance(entry, NoticeSent):
            self._supersede(entry.member, entry.product)
            self._live[entry.member, entry.product] = (entry.lane, out.lane.size)
            self.sent_revision[entry.member, entry.product] = entry.revision
        out.lane.append([leaf])
        out.items.append(OutItem(position, leaf, product, entry.at))

    def _supersede(self, member: Member, product: str) -> None:
        before = self._live.get((member, product))
        if before is not None:
            lane, index = before
            out = self.sent[member, lane]
            out.dropped.add(index)
            out.to_drop.add(index)

    def _apply_received(self, entry: StreamReceived) -> None:
        self.incoming(entry.member, entry.lane).append([leaf.encode() for leaf in entry.leaves])
        self.checkpoints[entry.member, entry.lane] = entry.checkpoint
        self._note_arrival(entry)
        decided = zip(entry.leaves, entry.codes, strict=True)
        self._note_newest(entry.member, [leaf for leaf, code in decided if code in RUN_DECISIONS])

    def _note_newest(self, member: Member, leaves: Iterable[str]) -> None:
        newest = self.newest.setdefault(member, {})
        for leaf in leaves:
            opened = open_leaf(Item(leaf.encode()))
            product = ProductId(opened.product)
            newest[product] = max(newest.get(product, 0), opened.revision)

    def _note_arrival(self, entry: StreamReceived) -> None:
        try:
            sent_at = open_leaf(Item(entry.leaves[-1].encode())).sent_at
        except (MalformedError, IndexError):  # quarantined as unreadable: it says no time
            sent_at = entry.at
        self.arrived[entry.member, entry.lane] = Arrived(entry.at, max(0, entry.at - sent_at))

    def note_held(self, peer: Member, lane: str, size: int, at: Instant) -> None:
        """A partner that says what became of an entry holds all up to it: lanes are taken in order (D2)."""
        out = self.sent.get((peer, lane))
        if out is not None and out.acknowledged < size <= out.lane.size:
            out.acknowledged, out.acknowledged_at = size, at

    def is_held(self, peer: Member, product: ProductId) -> bool:
        """Whether the partner said that the newest entry of a product of ours is durable there."""
        live = self._live.get((peer, product))
        return live is not None and live[1] < self.sent[peer, live[0]].acknowledged

    def out(self, peer: Member, lane: str) -> OutLane:
        """The lane we send to a partner."""
        if (peer, lane) not in self.sent:
            self.sent[peer, lane] = OutLane(print_origin(self._member, self._node, peer, lane))
        return self.sent[peer, lane]

    def incoming(self, peer: Member, lane: str) -> Lane:
        """The lane a partner sends to us."""
        if (peer, lane) not in self.received:
            self.received[peer, lane] = Lane(print_origin(peer, self._node_of(peer), self._member, lane))
        return self.received[peer, lane]
