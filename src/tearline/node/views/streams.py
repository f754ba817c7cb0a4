# SPDX-License-Identifier: Apache-2.0
"""Both ends of every lane, as folds of the journal alone: sizes, roots, revisions counted per receiver.

Lanes are those of each side's present life. What was sent or received in a former one stays: a former lane of ours may still
hold what a partner has yet to get again, and a former lane of a partner is closed, and can be given back to it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from typing import ClassVar

import msgspec

from tearline.core.errors import MalformedError
from tearline.core.exchange import (
    ENDING,
    KEPT_MAX,
    Body,
    Ending,
    Item,
    Kept,
    Lane,
    first_revision,
    open_leaf,
    print_origin,
)
from tearline.core.ids import LANES, Member, ProductId
from tearline.core.instants import Instant
from tearline.node.journal import (
    Entry,
    IncarnationAnnounced,
    IncarnationBegan,
    NoticeSent,
    QuarantineOpened,
    ShareRecalled,
    ShareReleased,
    StreamReceived,
    StreamRecovered,
    StreamStopped,
)
from tearline.node.views.payloads import Payloads

RUN_DECISIONS = {"accepted", "recalled"}
Former = tuple[Member, int, str]
"""A lane of a former life: (partner, incarnation, lane)."""


class OutItem(msgspec.Struct, frozen=True):
    """Where one outgoing leaf stands in the journal; ``n``: which payload of the entry is its own."""

    position: int
    leaf: bytes
    product: str
    at: Instant  # the system clock
    n: int = 0


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


class Renewal(msgspec.Struct, frozen=True):
    """A partner's present life, where it is not its first: when it was announced, since when by its own DTG, and what it lost.

    ``lacks``: of its own lanes; ``forgot``: of ours, entries that it had said were durable there. They go again.
    """

    incarnation: int
    note: str
    at: Instant
    dtg: Instant
    lacks: tuple[tuple[str, int], ...]
    forgot: tuple[tuple[str, int], ...]


class StreamsView:
    """Outgoing and incoming lanes by partner."""

    follows: ClassVar[tuple[type[Entry], ...]] = (
        IncarnationAnnounced,
        IncarnationBegan,
        NoticeSent,
        QuarantineOpened,
        ShareRecalled,
        ShareReleased,
        StreamReceived,
        StreamRecovered,
        StreamStopped,
    )

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
        self.incarnation = 1
        self.began: IncarnationBegan | None = None
        self.recovered = 0  # entries that came back in this life
        self.kept: dict[
            Member, tuple[Kept, ...]
        ] = {}  # what the backup held of our lanes when this life began
        self.had: dict[tuple[Member, str], int] = {}  # and of partners' lanes, in the lives that it followed
        self.followed: dict[Member, int] = {}
        self.former: dict[Former, OutLane] = {}
        self.ended: dict[Member, dict[tuple[int, str], int]] = {}  # what partners hold of our former lives
        self.closed: dict[Former, Lane] = {}
        self.renewals: dict[Member, Renewal] = {}
        self.runs: dict[Former, list[tuple[int, int]]] = {}  # (start, journal position) of what was received
        self._settled: set[Member] = set()  # partners whose ending was heard since they were restored last
        self._renewed: dict[Member, list[tuple[int, int]]] = {}
        self._known: dict[Member, list[Kept]] = {}
        self._live: dict[tuple[Member, str], tuple[OutLane, int]] = {}  # where the newest payload is

    def apply(self, position: int, entry: Entry, payloads: Payloads) -> None:
        """Append leaves to the lane they belong to."""
        if isinstance(entry, ShareReleased | ShareRecalled | NoticeSent):
            self._apply_sent(position, entry)
        elif isinstance(entry, StreamReceived):
            self._apply_received(position, entry, payloads)
        elif isinstance(entry, QuarantineOpened):
            self._note_newest(entry.member, entry.leaves)
        elif isinstance(entry, StreamStopped):
            self.stopped[entry.member, entry.lane] = entry.code
        elif isinstance(entry, IncarnationBegan):
            self._begin(entry)
        elif isinstance(entry, IncarnationAnnounced):
            self._close(position, entry)
        elif isinstance(entry, StreamRecovered):
            self._recover(position, entry, payloads)

    def _apply_sent(self, position: int, entry: ShareReleased | ShareRecalled | NoticeSent) -> None:
        out = self.out(entry.member, entry.lane)
        product = "" if isinstance(entry, NoticeSent) else entry.product
        leaf = entry.leaf.encode()
        if not isinstance(entry, NoticeSent):
            self._supersede(entry.member, entry.product)
            self._live[entry.member, entry.product] = (out, out.lane.size)
            self.sent_revision[entry.member, entry.product] = entry.revision
        out.lane.append([leaf])
        out.items.append(OutItem(position, leaf, product, entry.at))

    def _supersede(self, member: Member, product: str) -> None:
        before = self._live.get((member, product))
        if before is not None:
            out, index = before
            out.dropped.add(index)
            out.to_drop.add(index)

    def _apply_received(self, position: int, entry: StreamReceived, payloads: Payloads) -> None:
        self.runs.setdefault((entry.member, self.incarnation_of(entry.member), entry.lane), []).append(
            (entry.start, position)
        )
        self.incoming(entry.member, entry.lane).append([leaf.encode() for leaf in entry.leaves])
        self.checkpoints[entry.member, entry.lane] = entry.checkpoint
        self._note_arrival(entry)
        decided = list(zip(entry.leaves, entry.codes, strict=True))
        self._note_newest(entry.member, [leaf for leaf, code in decided if code in RUN_DECISIONS])
        for n, (leaf, code) in enumerate(decided):
            if code == "noted" and open_leaf(Item(leaf.encode())).kind == ENDING:
                self._note_ending(entry.member, payloads.body(position, n))

    # --- lives ---

    def incarnation_of(self, peer: Member) -> int:
        """The life of a partner that is followed here."""
        renewal = self.renewals.get(peer)
        return renewal.incarnation if renewal is not None else 1

    def _begin(self, entry: IncarnationBegan) -> None:
        """Every lane of ours begins anew; the ones before are kept, for what has to be sent or called back once more."""
        for (member, lane), out in self.sent.items():
            self.former[member, self.incarnation, lane] = out
            if out.lane.size:
                root = out.lane.root_at(out.lane.size).hex()
                # Not what came back of it later: the node knows that it sent this, and has no other trace of it.
                self._known.setdefault(member, []).append(Kept(self.incarnation, lane, out.lane.size, root))
        self.kept = {member: tuple(found[-KEPT_MAX:]) for member, found in self._known.items()}
        self.had = {(member, lane): found.size for (member, lane), found in self.received.items()}
        self.followed = {member: renewal.incarnation for member, renewal in self.renewals.items()}
        self.sent.clear()
        self.recovered = 0
        self.ended.clear()
        self._settled.clear()
        self.incarnation, self.began = entry.incarnation, entry

    def incarnation_at(self, peer: Member, position: int) -> int:
        """The life of a partner that was followed when the journal had ``position`` entries."""
        return max((life for at, life in self._renewed.get(peer, ()) if at < position), default=1)

    def _close(self, position: int, entry: IncarnationAnnounced) -> None:
        self._renewed.setdefault(entry.member, []).append((position, entry.incarnation))
        before = self.incarnation_of(entry.member)
        for lane in LANES:
            found = self.received.pop((entry.member, lane), None)
            if found is not None:
                self.closed[entry.member, before, lane] = found
            self.checkpoints.pop((entry.member, lane), None)
            self.stopped.pop((entry.member, lane), None)  # another log, under an authority's word
        self._settled.discard(entry.member)  # what it lost of our own former lives it says anew
        for lane, count in entry.forgot:
            out = self.out(entry.member, lane)
            out.acknowledged = max(0, out.acknowledged - count)
        self.renewals[entry.member] = Renewal(
            entry.incarnation, entry.note, entry.at, entry.began_dtg, entry.lacks, entry.forgot
        )

    def _note_ending(self, peer: Member, ending: Body | None) -> None:
        if not isinstance(ending, Ending):
            return
        if ending.incarnation != self.incarnation or peer in self._settled:
            return
        self._settled.add(peer)
        sizes = self.ended[peer] = {(life, lane): size for life, lane, size in ending.lanes}
        for (member, life, lane), out in self.former.items():
            if member == peer:
                held = min(sizes.get((life, lane), 0), out.lane.size)
                out.acknowledged = max(out.acknowledged, held)
                # What it lacks is sent again in the same commit (commands/receive.py).
                out.dropped.update(range(held, out.lane.size))

    def list_unsent(self, peer: Member, ending: Ending) -> list[tuple[str, OutItem]]:
        """(lane, entry) of former lives, still in force, that a partner says it does not hold; FLASH first."""
        if ending.incarnation != self.incarnation or peer in self._settled:
            return []
        sizes = {(life, lane): size for life, lane, size in ending.lanes}
        return [
            (lane, out.items[n])
            for (member, life, lane), out in sorted(self.former.items(), key=_by_precedence)
            for n in range(sizes.get((life, lane), 0), out.lane.size)
            if member == peer and n not in out.dropped
        ]

    def find_lost(self, peer: Member) -> dict[tuple[int, str], tuple[int, int]]:
        """By (incarnation, lane): from where to where a partner holds entries of ours that this node does not know."""
        lost = {}
        for (life, lane), size in self.ended.get(peer, {}).items():
            own = self.former.get((peer, life, lane))
            have = own.lane.size if own is not None else 0
            if have < size:
                lost[life, lane] = (have, size)
        return lost

    def is_recovering(self, peer: Member) -> bool:
        """Whether a partner may hold more of our former lives than this node knows."""
        return self.incarnation > 1 and (peer not in self.ended or bool(self.find_lost(peer)))

    def _recover(self, position: int, entry: StreamRecovered, payloads: Payloads) -> None:
        out = self.former_lane(entry.member, entry.incarnation, entry.lane)
        for n, raw in enumerate(entry.leaves):
            leaf = open_leaf(Item(raw.encode()))
            if leaf.product and leaf.kind != "receipt":
                at = (out, out.lane.size)
                whole = payloads.body(position, n) is not None
                self._take_recovered(entry.member, leaf.product, leaf.revision, at, whole=whole)
            out.lane.append([raw.encode()])
            out.items.append(OutItem(position, raw.encode(), leaf.product, leaf.sent_at, n))
        self.recovered += len(entry.leaves)
        out.acknowledged = out.lane.size

    def _take_recovered(
        self, member: Member, product: str, revision: int, at: tuple[OutLane, int], *, whole: bool
    ) -> None:
        """A leaf that came back alone never had effect there, or no longer has: what is older stays what that partner holds."""
        if not whole or revision <= self.sent_revision.get((member, product), 0):
            at[0].dropped.add(at[1])
            return
        self._supersede(member, product)
        self._live[member, product] = at
        self.sent_revision[member, product] = revision

    def find_out(self, peer: Member, incarnation: int, lane: str) -> OutLane:
        """A lane that we send to a partner, or sent in a former life."""
        if incarnation == self.incarnation:
            return self.out(peer, lane)
        return self.former.get((peer, incarnation, lane)) or OutLane("")

    def former_lane(self, peer: Member, incarnation: int, lane: str) -> OutLane:
        """A lane of a former life of ours, known or not."""
        key = (peer, incarnation, lane)
        if key not in self.former:
            self.former[key] = OutLane(print_origin(self._member, self._node, peer, lane, incarnation))
        return self.former[key]

    def received_lane(self, peer: Member, incarnation: int, lane: str) -> Lane:
        """What is held of a partner's lane in any of its lives; empty where there is nothing."""
        if incarnation == self.incarnation_of(peer):
            return self.incoming(peer, lane)
        return self.closed.get((peer, incarnation, lane)) or Lane("")

    def list_held(self, peer: Member) -> tuple[tuple[int, str, int], ...]:
        """(incarnation, lane, size) of all that is held of a partner's lives."""
        lanes = {key: lane for key, lane in self.closed.items() if key[0] == peer}
        present = self.incarnation_of(peer)
        lanes |= {(peer, present, lane): found for (p, lane), found in self.received.items() if p == peer}
        return tuple(sorted((life, name, lane.size) for (_, life, name), lane in lanes.items() if lane.size))

    def next_revision(self, peer: Member, product: ProductId) -> int:
        """Above every revision of that product that the partner may have, in whatever life of ours."""
        return max(self.sent_revision.get((peer, product), 0), first_revision(self.incarnation)) + 1

    def _note_newest(self, member: Member, leaves: Iterable[str]) -> None:
        newest = self.newest.setdefault(member, {})
        for leaf in leaves:
            opened = open_leaf(Item(leaf.encode()))
            product = ProductId(sys.intern(opened.product))
            newest[product] = max(newest.get(product, 0), opened.revision)

    def _note_arrival(self, entry: StreamReceived) -> None:
        try:
            sent_at = open_leaf(Item(entry.leaves[-1].encode())).sent_at
        except (MalformedError, IndexError):  # quarantined as unreadable: it says no time
            sent_at = entry.at
        self.arrived[entry.member, entry.lane] = Arrived(entry.at, max(0, entry.at - sent_at))

    def settle_names(self) -> None:
        """Another directory: a lane goes by the name that its sender's node has in it."""
        for (peer, lane), found in self.received.items():
            found.origin = self._name_incoming(peer, lane)

    def note_held(self, peer: Member, lane: str, size: int, at: Instant, incarnation: int = 1) -> None:
        """A partner that says what became of an entry holds all up to it: lanes are taken in order (D2)."""
        present = incarnation == self.incarnation
        out = self.sent.get((peer, lane)) if present else self.former.get((peer, incarnation, lane))
        if out is not None and out.acknowledged < size <= out.lane.size:
            out.acknowledged, out.acknowledged_at = size, at

    def is_held(self, peer: Member, product: ProductId) -> bool:
        """Whether the partner said that the newest entry of a product of ours is durable there."""
        live = self._live.get((peer, product))
        return live is not None and live[1] < live[0].acknowledged

    def out(self, peer: Member, lane: str) -> OutLane:
        """The lane we send to a partner."""
        if (peer, lane) not in self.sent:
            origin = print_origin(self._member, self._node, peer, lane, self.incarnation)
            self.sent[peer, lane] = OutLane(origin)
        return self.sent[peer, lane]

    def incoming(self, peer: Member, lane: str) -> Lane:
        """The lane a partner sends to us."""
        if (peer, lane) not in self.received:
            self.received[peer, lane] = Lane(self._name_incoming(peer, lane))
        return self.received[peer, lane]

    def _name_incoming(self, peer: Member, lane: str) -> str:
        return print_origin(peer, self._node_of(peer), self._member, lane, self.incarnation_of(peer))


def _by_precedence(row: tuple[Former, OutLane]) -> tuple[int, int]:
    (_, incarnation, lane), _ = row
    return LANES.index(lane), incarnation
