# SPDX-License-Identifier: Apache-2.0
"""Both ends of every lane, as folds of the journal alone: sizes, roots, revisions counted per receiver."""

from __future__ import annotations

import msgspec

from tearline.core.exchange import Lane, open_leaf, print_origin
from tearline.core.exchange.frames import Item
from tearline.core.ids import LANES, Member, ProductId
from tearline.node.journal.entries import (
    Entry,
    NoticeSent,
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


class OutLane:
    """A lane we send: its leaves, which payloads were superseded, and the roots that partners may still cosign."""

    def __init__(self, origin: str) -> None:
        self.lane = Lane(origin)
        self.items: list[OutItem] = []
        self.dropped: set[int] = set()
        self.to_drop: set[int] = set()
        self.roots: dict[int, bytes] = {}
        self.acknowledged = 0
        self.cosignature = ""


class StreamsView:
    """Outgoing and incoming lanes by partner."""

    def __init__(self, member: Member, node: str) -> None:
        self._member = member
        self._node = node
        self.sent: dict[tuple[Member, str], OutLane] = {}
        self.received: dict[tuple[Member, str], Lane] = {}
        self.checkpoints: dict[tuple[Member, str], str] = {}
        self.stopped: dict[tuple[Member, str], str] = {}
        self.newest: dict[Member, dict[ProductId, int]] = {}
        self.sent_revision: dict[tuple[Member, str], int] = {}

    def apply(self, position: int, entry: Entry, payload_of: PayloadOf) -> None:
        """Append leaves to the lane they belong to."""
        if isinstance(entry, ShareReleased | ShareRecalled | NoticeSent):
            self._apply_sent(position, entry)
        elif isinstance(entry, StreamReceived):
            self._apply_received(entry)
        elif isinstance(entry, StreamStopped):
            self.stopped[entry.member, entry.lane] = entry.code

    def _apply_sent(self, position: int, entry: ShareReleased | ShareRecalled | NoticeSent) -> None:
        out = self.out(entry.member, entry.lane)
        product = "" if isinstance(entry, NoticeSent) else entry.product
        leaf = entry.leaf.encode()
        if product:
            self._supersede(entry.member, product)
            revision = entry.revision if not isinstance(entry, NoticeSent) else 0
            self.sent_revision[entry.member, product] = revision
        out.lane.append([leaf])
        out.items.append(OutItem(position, leaf, product))
        out.roots[out.lane.size] = out.lane.frontier.root()

    def _supersede(self, member: Member, product: str) -> None:
        for lane in LANES:
            out = self.sent.get((member, lane))
            if out is not None and (member, product) in self.sent_revision:
                found = {i for i, item in enumerate(out.items) if item.product == product} - out.dropped
                out.dropped |= found
                out.to_drop |= found

    def _apply_received(self, entry: StreamReceived) -> None:
        self.incoming(entry.member, entry.lane).append([leaf.encode() for leaf in entry.leaves])
        self.checkpoints[entry.member, entry.lane] = entry.checkpoint
        newest = self.newest.setdefault(entry.member, {})
        for leaf, code in zip(entry.leaves, entry.codes, strict=True):
            if code in RUN_DECISIONS:
                opened = open_leaf(Item(leaf.encode()))
                newest[ProductId(opened.product)] = max(
                    newest.get(ProductId(opened.product), 0), opened.revision
                )

    def out(self, peer: Member, lane: str) -> OutLane:
        """The lane we send to a partner."""
        if (peer, lane) not in self.sent:
            self.sent[peer, lane] = OutLane(print_origin(self._member, self._node, peer, lane))
        return self.sent[peer, lane]

    def incoming(self, peer: Member, lane: str, node: str = "node-1") -> Lane:
        """The lane a partner sends to us."""
        if (peer, lane) not in self.received:
            self.received[peer, lane] = Lane(print_origin(peer, node, self._member, lane))
        return self.received[peer, lane]
