# SPDX-License-Identifier: Apache-2.0
"""What was released to whom: the newest share each member was sent, the disclosure register, and how recalls stand."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from typing import ClassVar

import msgspec
from msgspec import UNSET

from tearline.core.exchange import (
    RECALL,
    SHARE,
    DestructionRecord,
    Disposition,
    Item,
    Leaf,
    Recall,
    Receipt,
    open_leaf,
)
from tearline.core.ids import Member, Person, Post, ProductId, Tag
from tearline.core.instants import Instant
from tearline.core.labels import Label
from tearline.core.renditions import Share
from tearline.node.journal import (
    Entry,
    IncarnationAnnounced,
    IncarnationBegan,
    ProductFiled,
    ProductReturned,
    ReleaseRefused,
    ReleaseReviewed,
    ShareRecalled,
    ShareReleased,
    StreamReceived,
    StreamRecovered,
)
from tearline.node.views.payloads import Payloads

RECEIPTS_MAX = 200  # of one product by one member: it may invent posts of its own, and none of another's


class Sent(msgspec.Struct, frozen=True):
    """The newest share a member was sent of a product of ours; ``position`` is its journal entry, ``n`` its payload there."""

    product: ProductId
    member: Member
    author_revision: int
    revision: int
    authority: str
    agreement: str
    position: int
    withdrawn: bool = False
    n: int = 0
    at: Instant = Instant(0)  # when it was released; 0 where a partner gave it back after a loss


class Refusal(msgspec.Struct, frozen=True):
    """A member was refused a product for good, by this post; ``position`` is the journal entry that holds the reason."""

    post: Post
    at: Instant
    position: int


class RegisterRow(msgspec.Struct, frozen=True):
    """One line of the disclosure register: reference, what, to whom, authority, purpose, DTG."""

    what: str  # released | recalled | recovered | returned | refused | reviewed
    reference: str
    product: ProductId
    revision: int
    member: Member
    authority: str
    actor: Person
    post: Post
    dtg: Instant
    purpose: str = ""
    review_due: Instant = Instant(0)
    portions: tuple[Tag, ...] = ()
    held: bool = False  # said when it is asked for: what was released here has not been withdrawn whole since


class RegisterFilter(msgspec.Struct, frozen=True):
    """What is looked for in the register; empty: no matter. ``text``: a part of the reference, in any case.

    ``members`` also finds a return that names the member among others. ``authority``: a delegation or rule by its id.
    ``product``: one product, in all its revisions.
    """

    text: str = ""
    whats: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    authority: str = ""
    since: Instant | None = None
    until: Instant | None = None
    product: ProductId = ProductId("")

    def admits(self, row: RegisterRow) -> bool:
        """Whether a line is looked for."""
        return (
            (not self.product or row.product == self.product)
            and (not self.text or self.text.casefold() in row.reference.casefold())
            and (not self.whats or row.what in self.whats)
            and (not self.members or not set(self.members).isdisjoint(row.member.split(", ")))
            and (not self.authority or row.authority == self.authority)
            and (self.since is None or row.dtg >= self.since)
            and (self.until is None or row.dtg < self.until)
        )


class RecallStatus(msgspec.Struct, frozen=True):
    """A recall of ours at one member: sent, then acknowledged by a record; amber while something remains outside."""

    product: ProductId
    member: Member
    lost: tuple[Tag, ...]
    at: Instant
    revision: int
    reference: str = ""
    records: tuple[DestructionRecord, ...] = ()
    withdrawn: tuple[tuple[Tag, Label], ...] = ()

    @property
    def state(self) -> str:
        """``sent``, ``amber`` (acknowledged, copies remain) or ``destroyed``."""
        if not self.records:
            return "sent"
        return "amber" if self.records[-1].copies else "destroyed"


class PostReceipt(msgspec.Struct, frozen=True):
    """A partner's post displayed or acknowledged a product of ours."""

    member: Member
    post: Post
    state: str
    at: Instant


class ReleasesView:
    """Releases of this node's own products. ``heard``: told how much of a lane a partner's answer proves to be held there."""

    follows: ClassVar[tuple[type[Entry], ...]] = (
        IncarnationAnnounced,
        IncarnationBegan,
        ProductFiled,
        ProductReturned,
        ReleaseRefused,
        ReleaseReviewed,
        ShareRecalled,
        ShareReleased,
        StreamReceived,
        StreamRecovered,
    )

    def __init__(
        self,
        heard: Callable[[Member, str, int, Instant, int], None] = lambda _member, _lane, _size, _at, _life: (
            None
        ),
    ) -> None:
        self._heard = heard
        self.sent: dict[ProductId, dict[Member, Sent]] = {}
        self.register: list[RegisterRow] = []
        self.recalls: list[RecallStatus] = []
        self._recalls_of: dict[tuple[ProductId, Member], list[int]] = {}  # their numbers in ``recalls``
        self.receipts: dict[ProductId, list[PostReceipt]] = {}
        self.dispositions: dict[Member, dict[str, dict[int, str]]] = {}
        self.references: dict[ProductId, str] = {}
        self.refused: dict[tuple[ProductId, Member], Refusal] = {}
        self.kinds: dict[ProductId, str] = {}
        self.changed: dict[ProductId, None] = {}
        """Of what something was decided or answered since somebody last took these names."""
        self._incarnation = 1
        self._lives: dict[Member, int] = {}
        self._answered: dict[tuple[Member, ProductId, int], tuple[int, str, int]] = {}
        """Where the record stands that answered first for a recall: (the partner's life, lane, place in it)."""
        self.heights: dict[tuple[Member, int], int] = {}
        """Filled by who asks: how high the share was that a member's entry at a position carried."""

    def apply(self, position: int, entry: Entry, payloads: Payloads) -> None:
        """Follow releases, recalls, and what partners answer."""
        if isinstance(entry, ProductFiled):
            product = ProductId(sys.intern(entry.product))
            self.references[product] = sys.intern(entry.reference)
            self.kinds[product] = sys.intern(entry.kind)
        elif isinstance(entry, ShareReleased):
            self._apply_released(position, entry)
        elif isinstance(entry, ShareRecalled):
            self._apply_recalled(position, entry, payloads)
        elif isinstance(entry, ProductReturned):
            members = sorted({m for _, found in entry.refused for m in found})
            tags = tuple(tag for tag, _ in entry.refused)
            self._note(entry, "returned", entry.product, Member(", ".join(members)), portions=tags)
        elif isinstance(entry, ReleaseRefused):
            for member in entry.members:
                self.refused[(entry.product, member)] = Refusal(entry.post, entry.dtg, position)
                self._note(entry, "refused", entry.product, member)
        elif isinstance(entry, ReleaseReviewed):
            self._note(entry, "reviewed", entry.product, Member(""), purpose=entry.outcome)
        elif isinstance(entry, StreamReceived):
            self._apply_answers(position, entry, payloads)
        elif isinstance(entry, IncarnationBegan):
            self._incarnation = entry.incarnation
            self.dispositions.clear()
        elif isinstance(entry, IncarnationAnnounced):
            kept = {(life, lane): size for life, lane, size in entry.kept}
            gone = [at for at in self._answered if self._is_undone(at, entry.member, kept)]
            for at in gone:
                del self._answered[at]
            self._lives[entry.member] = entry.incarnation
        elif isinstance(entry, StreamRecovered):
            self._apply_recovered(position, entry, payloads)

    def _apply_released(self, position: int, entry: ShareReleased) -> None:
        self.refused.pop((entry.product, entry.member), None)
        self.sent.setdefault(entry.product, {})[entry.member] = Sent(
            entry.product,
            entry.member,
            entry.author_revision,
            entry.revision,
            entry.authority,
            entry.agreement,
            position,
            at=entry.dtg,
        )
        row = self._row(entry, "released", entry.product, entry.member)
        self.register.append(
            msgspec.structs.replace(
                row, revision=entry.author_revision, purpose=entry.purpose, review_due=entry.review_due
            )
        )

    def _apply_recalled(self, position: int, entry: ShareRecalled, payloads: Payloads) -> None:
        before = self.sent.get(entry.product, {}).get(entry.member)
        body = payloads.body(position, 0)
        recall = body if isinstance(body, Recall) else None
        if before is not None:
            self.sent[entry.product][entry.member] = msgspec.structs.replace(
                before,
                author_revision=entry.author_revision,
                revision=entry.revision,
                position=position,
                n=0,
                withdrawn=recall is None or recall.share is None,
            )
        reference = recall.reference if recall is not None else self.references.get(entry.product, "")
        status = RecallStatus(entry.product, entry.member, entry.lost, entry.dtg, entry.revision, reference)
        self._recalls_of.setdefault((entry.product, entry.member), []).append(len(self.recalls))
        self.recalls.append(
            msgspec.structs.replace(status, withdrawn=recall.withdrawn if recall is not None else ())
        )
        row = self._row(entry, "recalled", entry.product, entry.member)
        purpose = "" if entry.purpose is UNSET else entry.purpose
        self.register.append(
            msgspec.structs.replace(
                row,
                reference=reference,
                revision=entry.author_revision,
                portions=entry.lost,
                purpose=purpose,
            )
        )

    def _apply_recovered(self, position: int, entry: StreamRecovered, payloads: Payloads) -> None:
        """What a partner gave back of our stream: who was sent what is known again, and which recalls are open."""
        for n, raw in enumerate(entry.leaves):
            leaf = open_leaf(Item(raw.encode()))
            product = ProductId(leaf.product)
            before = self.sent.get(product, {}).get(entry.member)
            if leaf.kind not in {SHARE, RECALL} or (before is not None and before.revision >= leaf.revision):
                continue
            body = payloads.body(position, n)
            if body is None:  # it never had effect there, or no longer has
                continue
            recall = body if isinstance(body, Recall) else None
            share = recall.share if recall is not None else body if isinstance(body, Share) else None
            self.references.setdefault(product, _read_reference(share, recall))
            if share is not None:
                self.kinds.setdefault(product, share.envelope.kind)
            self._hold_recovered(entry, leaf, (position, n), withdrawn=share is None)
            if recall is not None:
                self._open_recall(entry, recall, leaf.revision)

    def _hold_recovered(
        self, entry: StreamRecovered, leaf: Leaf, at: tuple[int, int], *, withdrawn: bool
    ) -> None:
        product = ProductId(leaf.product)
        before = self.sent.get(product, {}).get(entry.member)
        found = Sent(product, entry.member, 1, leaf.revision, "", "", at[0], withdrawn, at[1])
        if before is not None:
            found = msgspec.structs.replace(
                found,
                author_revision=before.author_revision,
                authority=before.authority,
                agreement=before.agreement,
                at=before.at,
            )
        self.sent.setdefault(product, {})[entry.member] = found
        self._note(entry, "recovered", product, entry.member)

    def _open_recall(self, entry: StreamRecovered, recall: Recall, revision: int) -> None:
        self._recalls_of.setdefault((recall.product, entry.member), []).append(len(self.recalls))
        self.recalls.append(
            RecallStatus(
                recall.product,
                entry.member,
                recall.lost,
                recall.at,
                revision,
                recall.reference,
                withdrawn=recall.withdrawn,
            )
        )

    def find_rows(
        self, asked: RegisterFilter, before: int | None = None
    ) -> Iterator[tuple[int, RegisterRow]]:
        """Lines with their number in the register, newest first, from the one before ``before``."""
        start = len(self.register) if before is None else min(before, len(self.register))
        for n in range(start - 1, -1, -1):
            if asked.admits(self.register[n]):
                yield n, self.register[n]

    def is_held(self, row: RegisterRow) -> bool:
        """Whether a line tells of a release of which the member still holds something."""
        sent = self.sent.get(row.product, {}).get(row.member)
        return row.what == "released" and sent is not None and not sent.withdrawn

    def recalls_from(self, product: ProductId, member: Member) -> tuple[RecallStatus, ...]:
        """Every recall of a product from a member, oldest first."""
        return tuple(self.recalls[n] for n in self._recalls_of.get((product, member), ()))

    def recalled_last(self, product: ProductId, member: Member) -> RecallStatus | None:
        """The newest recall of a product from a member, where nothing was sent to it since."""
        sent, recalls = self.sent.get(product, {}).get(member), self.recalls_from(product, member)
        return recalls[-1] if sent and recalls and recalls[-1].revision == sent.revision else None

    def outstanding(self, product: ProductId, member: Member) -> tuple[RecallStatus, ...]:
        """Recalls from a member that no destruction record answers for yet."""
        return tuple(recall for recall in self.recalls_from(product, member) if not recall.records)

    def _note(
        self, entry: Entry, what: str, product: ProductId, member: Member, **more: str | tuple[Tag, ...]
    ) -> None:
        row = self._row(entry, what, product, member)
        self.register.append(msgspec.structs.replace(row, **more))

    def _row(self, entry: Entry, what: str, product: ProductId, member: Member) -> RegisterRow:
        self.changed[product] = None
        reference = self.references.get(product, "")
        return RegisterRow(
            what, reference, product, 0, member, entry.authority, entry.actor, entry.post, entry.dtg
        )

    def _apply_answers(self, position: int, entry: StreamReceived, payloads: Payloads) -> None:
        for n, code in enumerate(entry.codes):
            body = payloads.body(position, n) if code == "noted" else None
            if isinstance(body, Receipt):
                found = PostReceipt(entry.member, body.post, body.state, body.at)
                known = self.receipts.setdefault(body.product, [])
                theirs = {(r.post, r.state) for r in known if r.member == found.member}
                if (found.post, found.state) not in theirs and len(theirs) < RECEIPTS_MAX:
                    known.append(found)
                    self.changed[body.product] = None
            elif isinstance(body, Disposition):
                end, incarnation = body.start + len(body.codes), body.incarnation or 1
                self._heard(entry.member, body.lane, end, entry.at, incarnation)
                self._apply_disposition(entry.member, body, (entry.lane, entry.start + n))

    def list_undone(
        self, member: Member, kept: Mapping[tuple[int, str], int]
    ) -> tuple[tuple[RecallStatus, ...], ...]:
        """Recalls that a restored member had answered for and does not know of any more, by product.

        ``kept``: how much its backup held of its lanes, by life and lane; what is not in it, it lost.
        """
        undone: dict[ProductId, list[RecallStatus]] = {}
        for recall in self.recalls:
            at = (member, recall.product, recall.revision)
            if at in self._answered and self._is_undone(at, member, kept):
                undone.setdefault(recall.product, []).append(recall)
        return tuple(tuple(found) for found in undone.values())

    def _is_undone(
        self, at: tuple[Member, ProductId, int], member: Member, kept: Mapping[tuple[int, str], int]
    ) -> bool:
        life, lane, place = self._answered[at]
        return at[0] == member and place >= kept.get((life, lane), 0)

    def _apply_disposition(self, member: Member, answer: Disposition, at: tuple[str, int]) -> None:
        if (answer.incarnation or 1) == self._incarnation:
            codes = self.dispositions.setdefault(member, {}).setdefault(answer.lane, {})
            for offset, code in enumerate(answer.codes):
                codes[answer.start + offset] = code
        if answer.record is None:
            return
        for n in self._recalls_of.get((answer.record.product, member), ()):
            recall = self.recalls[n]
            new = answer.record not in recall.records  # a partner that was restored says it again
            if new and recall.revision <= answer.record.revision:
                place = (self._lives.get(member, 1), *at)
                self._answered.setdefault((member, recall.product, recall.revision), place)
                self.recalls[n] = msgspec.structs.replace(recall, records=(*recall.records, answer.record))
                self.changed[recall.product] = None


def _read_reference(share: Share | None, recall: Recall | None) -> str:
    if share is not None:
        return share.envelope.reference
    return recall.reference if recall is not None else ""
