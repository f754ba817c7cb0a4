# SPDX-License-Identifier: Apache-2.0
"""What happened to products at this node: who was shown which portions, which copies exist, what is being withdrawn.

Fed by the journal and by the access log. Previous readers (a snippet counts) are told by reference when a portion goes.
"""

from __future__ import annotations

from typing import ClassVar

import msgspec

from tearline.core.exchange import Item, Recall, open_leaf
from tearline.core.ids import Member, Person, Post, ProductId, Tag
from tearline.core.instants import Instant
from tearline.node.journal import (
    AlarmRaised,
    CopyDestroyed,
    CopyMade,
    DestructionRecorded,
    Entry,
    PayloadPurged,
    PostAcknowledged,
    QuarantineOpened,
    ReadersTold,
    RenditionRead,
    StreamReceived,
    StreamStopped,
)
from tearline.node.views.catalogue import Key, make_key
from tearline.node.views.payloads import Payloads


class Copy(msgspec.Struct, frozen=True):
    """A print or export: its number, who holds it, and what was on it."""

    copy: int
    key: Key
    post: Post
    person: Person
    portions: tuple[Tag, ...]
    at: Instant
    destroyed_at: Instant = Instant(0)


class Withdrawal(msgspec.Struct, frozen=True):
    """A recall received: what was lost, and whether its bytes are gone yet. ``announced``: their purge was begun."""

    key: Key
    member: Member
    product: ProductId
    reference: str
    lost: tuple[Tag, ...]
    authority: str
    at: Instant
    revision: int
    announced: bool = False
    purged: bool = False


class Notice(msgspec.Struct, frozen=True):
    """Withdrawn by originator, do not use: told by reference, to persons who were shown it and posts that acknowledged."""

    reference: str
    portions: tuple[Tag, ...]
    persons: tuple[Person, ...]
    posts: tuple[Post, ...]
    at: Instant
    key: Key = ""


class Alarm(msgspec.Struct, frozen=True):
    """Something a person must look at."""

    code: str
    person: Person
    product: str
    portions: tuple[Tag, ...]
    detail: str
    at: Instant


def withdrawal_of(member: Member, recall: Recall, revision: int) -> Withdrawal:
    """What a recall by ``member`` means here."""
    key = make_key(member, recall.product)
    return Withdrawal(
        key, member, recall.product, recall.reference, recall.lost, recall.authority, recall.at, revision
    )


class CustodyView:
    """Readers, copies, withdrawals, notices, alarms, acknowledgements and what is in quarantine."""

    follows: ClassVar[tuple[type[Entry], ...]] = (
        AlarmRaised,
        CopyDestroyed,
        CopyMade,
        DestructionRecorded,
        PayloadPurged,
        PostAcknowledged,
        QuarantineOpened,
        ReadersTold,
        RenditionRead,
        StreamReceived,
        StreamStopped,
    )

    def __init__(self) -> None:
        self.readers: dict[Key, dict[Person, set[Tag]]] = {}
        self.copies: dict[Key, list[Copy]] = {}
        self.waiting: list[Withdrawal] = []
        self.destroyed: list[Withdrawal] = []
        self.notices: list[Notice] = []
        self.alarms: list[Alarm] = []
        self.acknowledged: dict[Key, dict[Post, Instant]] = {}
        self.displayed: dict[Key, dict[Post, Instant]] = {}
        self.quarantine: list[tuple[Member, str, int, str]] = []

    @property
    def withdrawals(self) -> tuple[Withdrawal, ...]:
        """Recalls received: those whose bytes are gone, and those that wait for it."""
        return (*self.destroyed, *self.waiting)

    def apply(self, position: int, entry: Entry, payloads: Payloads) -> None:
        """Follow one entry of the journal or of the access log."""
        if isinstance(entry, RenditionRead):
            key = make_key(entry.member, entry.product)
            self.readers.setdefault(key, {}).setdefault(entry.actor, set()).update(entry.portions)
        elif isinstance(entry, StreamReceived):
            self._apply_received(position, entry, payloads)
        elif isinstance(entry, QuarantineOpened):
            opened = {(entry.member, entry.lane, place) for place in entry.positions}
            self.quarantine = [row for row in self.quarantine if row[:3] not in opened]
        elif isinstance(entry, CopyMade | CopyDestroyed):
            self._apply_copy(entry)
        elif isinstance(entry, PayloadPurged):
            self._apply_announced(entry)
        elif isinstance(entry, DestructionRecorded):
            self._apply_destroyed(entry)
        elif isinstance(entry, ReadersTold):
            self.notices.append(
                Notice(
                    entry.reference,
                    entry.portions,
                    entry.persons,
                    entry.posts,
                    entry.dtg,
                    make_key(entry.member, entry.product),
                )
            )
        elif isinstance(entry, AlarmRaised):
            self.alarms.append(
                Alarm(entry.code, entry.person, entry.product, entry.portions, entry.detail, entry.dtg)
            )
        elif isinstance(entry, StreamStopped):
            self.alarms.append(
                Alarm("stream-stopped", Person(""), "", (), f"{entry.member}: {entry.code}", entry.dtg)
            )
        elif isinstance(entry, PostAcknowledged):
            known = self.acknowledged if entry.state == "acknowledged" else self.displayed
            known.setdefault(make_key(entry.member, entry.product), {}).setdefault(entry.post, entry.dtg)

    def _apply_received(self, position: int, entry: StreamReceived, payloads: Payloads) -> None:
        for n, code in enumerate(entry.codes):
            if code.startswith(("quarantined", "refused")):
                self.quarantine.append((entry.member, entry.lane, entry.start + n, code))
            recall = payloads.body(position, n) if code == "recalled" else None
            if not isinstance(recall, Recall):
                continue
            revision = open_leaf(Item(entry.leaves[n].encode())).revision
            self.waiting.append(withdrawal_of(entry.member, recall, revision))

    def _apply_copy(self, entry: CopyMade | CopyDestroyed) -> None:
        copies = self.copies.setdefault(make_key(entry.member, entry.product), [])
        if isinstance(entry, CopyMade):
            key = make_key(entry.member, entry.product)
            copies.append(Copy(entry.copy, key, entry.post, entry.actor, entry.portions, entry.dtg))
            return
        for i, copy in enumerate(copies):
            if copy.copy == entry.copy and copy.person == entry.holder and not copy.destroyed_at:
                copies[i] = msgspec.structs.replace(copy, destroyed_at=entry.dtg)

    def _apply_announced(self, entry: PayloadPurged) -> None:
        key = make_key(entry.member, entry.product)
        self.waiting = [
            msgspec.structs.replace(w, announced=True) if w.key == key and w.lost == entry.portions else w
            for w in self.waiting
        ]

    def _apply_destroyed(self, entry: DestructionRecorded) -> None:
        """Made from the record alone: the recall itself may be among the payloads that a later purge takes."""
        key = make_key(entry.member, entry.product)
        done = Withdrawal(
            key,
            entry.member,
            entry.product,
            entry.reference,
            entry.portions,
            entry.authority,
            entry.dtg,
            entry.revision,
            announced=True,
            purged=True,
        )
        self.waiting = [w for w in self.waiting if (w.key, w.revision) != (key, entry.revision)]
        if not any((w.key, w.revision) == (key, entry.revision) for w in self.destroyed):
            self.destroyed.append(done)

    def readers_of(self, key: Key, tags: tuple[Tag, ...]) -> dict[tuple[Tag, ...], tuple[Person, ...]]:
        """Persons who were shown any of these portions, by exactly which: of the others they must not hear (N1)."""
        found: dict[tuple[Tag, ...], list[Person]] = {}
        for person, seen in sorted(self.readers.get(key, {}).items()):
            shown = tuple(tag for tag in tags if tag in seen)
            if shown:
                found.setdefault(shown, []).append(person)
        return {shown: tuple(persons) for shown, persons in found.items()}

    def copies_with(self, key: Key, tags: tuple[Tag, ...]) -> tuple[Copy, ...]:
        """Copies that still exist and show any of these portions."""
        return tuple(
            c for c in self.copies.get(key, ()) if not c.destroyed_at and set(c.portions).intersection(tags)
        )

    def count_copies(self, key: Key, makers: frozenset[Person]) -> int:
        """How many copies these people ever made of a product: their next gets the next number."""
        return sum(copy.person in makers for copy in self.copies.get(key, ()))
