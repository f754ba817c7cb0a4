# SPDX-License-Identifier: Apache-2.0
"""The exchange with partners as its keepers see it: lanes and their delays, what is held for whom and why, what went out.

Listed views of headers. Who keeps links is not cleared for content: a reference is named to the duties that have it in other
lists anyway (security, audit), a key to the officers who see all of the product, and a title to nobody.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator

import msgspec

from tearline.core.canon import decode_canonical
from tearline.core.exchange import Item, open_leaf
from tearline.core.ids import LANES, Member, Person, Post, ProductId
from tearline.core.instants import SECOND, Instant
from tearline.node.node import Node
from tearline.node.trust import MemberRecord
from tearline.node.views.links import BundleRow
from tearline.node.views.releases import PostReceipt
from tearline.node.views.streams import OutLane

HELD_MAX = 1_000


class LaneState(msgspec.Struct, frozen=True):
    """One lane both ways: what we sent and the partner holds, and what we hold of theirs. Times by the system clock.

    ``waiting_s``: how long the oldest entry without a receipt has waited. ``arrived_after_s``: how long the newest entry had
    been under way when it came, as far as both clocks agree. ``exported``: how far the lane went out in bundles.
    """

    member: Member
    lane: str
    sent: int
    acknowledged: int
    received: int
    stopped: str
    backlog: int = 0
    waiting_s: int | None = None
    acknowledged_at: Instant | None = None
    arrived_at: Instant | None = None
    arrived_after_s: float | None = None
    exported: int = 0


class PauseState(msgspec.Struct, frozen=True):
    """A link that was taken off line on purpose."""

    person: Person
    post: Post
    dtg: Instant
    reason: str


class LifeState(msgspec.Struct, frozen=True):
    """A life of a node that is not its first: since when, by its own operational clock, and how many entries it lost.

    ``forgot``: how many of our own entries that it had. They go again.
    Of our own: how many of those that partners hold have come back, and which partners have yet to answer for theirs.
    """

    incarnation: int
    since: Instant
    lost: int = 0
    forgot: int = 0
    recovered: int = 0
    awaited: tuple[Member, ...] = ()


class Partner(msgspec.Struct, frozen=True):
    """A member as the directory has it, and how we stand to it.

    ``life``: where it was restored and goes on in another. ``ahead``: it claims more of our stream than there is.
    """

    code: Member
    name: str
    node: str
    address: str
    policy: str
    ceiling: str
    agreements: tuple[str, ...]  # in force now; none: nothing is sent
    takes_bundles: bool
    paused: PauseState | None
    life: LifeState | None = None
    ahead: bool = False


class DirectoryState(msgspec.Struct, frozen=True):
    """The directory in force. An expired one admits nobody new, and known links go on."""

    version: int
    issued_at: Instant
    expires_at: Instant
    expired: bool
    signers: tuple[str, ...]
    members: int


class HeldRow(msgspec.Struct, frozen=True):
    """A product that a member has not been sent: waiting for a decision, to be reworded, or refused."""

    member: Member
    why: str  # desk | returned | refused
    since: Instant
    reference: str
    key: str


class SentRow(msgspec.Struct, frozen=True):
    """An entry of our stream to a partner: what became of it there (``code``), or where it is now (``state``).

    ``receipts``: which of its posts displayed or acknowledged the product, for whom references are named to.
    """

    position: int
    lane: str
    index: int
    at: Instant
    kind: str
    state: str  # waiting | received | superseded
    code: str
    reference: str
    receipts: tuple[PostReceipt, ...] = ()


def list_lanes(node: Node) -> tuple[LaneState, ...]:
    """Both ends of every lane."""
    streams = node.streams
    return tuple(_lane(node, *key) for key in sorted({*streams.sent, *streams.received}))


def _lane(node: Node, member: Member, lane: str) -> LaneState:
    streams = node.streams
    out, incoming = streams.sent.get((member, lane)), streams.received.get((member, lane))
    arrived = streams.arrived.get((member, lane))
    sent, held = (out.lane.size, out.acknowledged) if out else (0, 0)
    oldest = out.items[held].at if out and held < sent else None
    return LaneState(
        member,
        lane,
        sent,
        held,
        incoming.size if incoming else 0,
        streams.stopped.get((member, lane), ""),
        sent - held,
        None if oldest is None else max(0, node.clock.now() - oldest) // SECOND,
        (out.acknowledged_at or None) if out else None,
        arrived.at if arrived else None,
        arrived.after / SECOND if arrived else None,
        node.links.exported.get((member, lane), 0),
    )


def list_partners(node: Node, lang: str) -> tuple[Partner, ...]:
    """Everybody in the directory but us. Named as the policies do in ``lang``; where they don't, as the directory does."""
    directory, now = node.directory, node.clock.dtg()
    return tuple(
        Partner(
            m.code,
            _name(node, m, lang),
            m.node,
            f"{m.address.host}:{m.address.port}",
            m.policy,
            m.ceiling,
            tuple(a.id for a in directory.agreements_between(node.member, m.code, now)),
            m.seal_key is not msgspec.UNSET,
            _pause(node, m.code),
            _life_of(node, m.code),
            m.code in node.ahead,
        )
        for m in sorted(directory.members.values(), key=lambda m: m.code)
        if m.code != node.member
    )


def _name(node: Node, record: MemberRecord, lang: str) -> str:
    known = node.book.members.get(record.code)
    return record.name if known is None else known.names.get(lang, record.name)


def _life_of(node: Node, member: Member) -> LifeState | None:
    renewal = node.streams.renewals.get(member)
    if renewal is None:
        return None
    return LifeState(
        renewal.incarnation,
        renewal.dtg,
        sum(count for _, count in renewal.lacks),
        sum(count for _, count in renewal.forgot),
    )


def describe_life(node: Node) -> LifeState | None:
    """Our own present life, where it is not the first."""
    streams = node.streams
    if streams.began is None:
        return None
    partners = (m for m in sorted(node.directory.members) if m != node.member and node.agreement_with(m))
    awaited = tuple(m for m in partners if streams.is_recovering(m))
    return LifeState(streams.incarnation, streams.began.dtg, recovered=streams.recovered, awaited=awaited)


def _pause(node: Node, member: Member) -> PauseState | None:
    pause = node.links.paused.get(member)
    if pause is None:
        return None
    raw = node.payload(pause.position, 0)
    return PauseState(pause.person, pause.post, pause.dtg, decode_canonical(raw, str) if raw else "")


def describe_directory(node: Node) -> DirectoryState:
    """Its version, term and signers."""
    found = node.directory
    return DirectoryState(
        found.version,
        found.issued_at,
        found.expires_at,
        found.expired(node.clock.now()),
        node.directory_signers,
        len(found.members),
    )


def list_held(node: Node, *, named: bool) -> Iterator[tuple[HeldRow, ProductId]]:
    """What waits for whom, oldest first; each with its product, so that a key can be given to who may have it."""
    rows = []
    for product, item in node.desk.items.items():
        reference = item.reference if named else ""
        why = {"open": "desk", "returned": "returned"}.get(item.state)
        waiting = item.pending if why else ()
        rows += [(HeldRow(m, why or "", item.filed_at, reference, ""), product) for m in waiting]
    for product, member in node.releases.refused:
        item = node.desk.items[product]
        reference = item.reference if named else ""
        rows.append((HeldRow(member, "refused", item.filed_at, reference, ""), product))
    yield from sorted(rows, key=lambda row: (row[0].since, row[0].member, row[1]))[-HELD_MAX:]


def list_sent(
    node: Node, member: Member, before: int | None, limit: int, *, named: bool
) -> tuple[SentRow, ...]:
    """Our stream to a member over all lanes, newest first, from journal position ``before`` down."""
    rows = (_walk(node, member, lane, before, named=named) for lane in LANES)
    merged = heapq.merge(*rows, key=lambda row: -row.position)
    return tuple(row for _, row in zip(range(limit), merged, strict=False))


def _walk(node: Node, member: Member, lane: str, before: int | None, *, named: bool) -> Iterator[SentRow]:
    out = node.streams.sent.get((member, lane))
    codes = node.releases.dispositions.get(member, {}).get(lane, {})
    if out is None:
        return
    for index in range(len(out.items) - 1, -1, -1):
        item = out.items[index]
        if before is not None and item.position >= before:
            continue
        reference = node.releases.references.get(ProductId(item.product), "") if named else ""
        kind = open_leaf(Item(item.leaf)).kind
        state = _state(out, index)
        found = node.releases.receipts.get(ProductId(item.product), ()) if named and item.product else ()
        receipts = tuple(r for r in found if r.member == member)
        yield SentRow(
            item.position, lane, index, item.at, kind, state, codes.get(index, ""), reference, receipts
        )


def _state(out: OutLane, index: int) -> str:
    if index < out.acknowledged:
        return "received"
    return "superseded" if index in out.dropped else "waiting"


def list_bundles(node: Node) -> tuple[BundleRow, ...]:
    """Files made and brought, newest first."""
    return tuple(reversed(node.links.bundles))
