# SPDX-License-Identifier: Apache-2.0
"""The release desk's queue: products of this node that wait for a decision, member by member."""

from __future__ import annotations

import sys
from collections.abc import Collection
from typing import ClassVar

import msgspec
from msgspec import UNSET

from tearline.core.canon import decode_canonical
from tearline.core.ids import Member, Person, Post, ProductId, Tag
from tearline.core.instants import Instant
from tearline.node.books import read_gains
from tearline.node.journal import (
    DirectoryTaken,
    Entry,
    PolicyAdopted,
    ProductFiled,
    ProductReturned,
    ReleaseApproved,
    ReleaseRefused,
    ReleaseReviewed,
    ReturnNote,
    ShareReleased,
    TextOpened,
    WindowsTurned,
)
from tearline.node.views.payloads import Payloads

NO_SCRUBS: dict[Tag, tuple[str, ...]] = {}
"""One for all that have none; nobody writes into it."""

FILED_MAX = 10_000
"""So many drafts, filed last, are known to have been filed: one is filed again within minutes, if at all."""


class Approval(msgspec.Struct, frozen=True):
    """One officer's approval of a member's text, where a delegation asks for more than one."""

    officer: Person
    post: Post
    member: Member
    text: str
    delegation: str
    at: Instant


class DeskItem(msgspec.Struct, frozen=True):
    """A product with members that wait. ``state``: open, returned or done; ``opened``: (officer, text) pairs."""

    product: ProductId
    revision: int
    reference: str
    author: Person
    author_post: Post
    filed_at: Instant
    pending: tuple[Member, ...]
    state: str = "open"
    opened: frozenset[tuple[Person, str]] = frozenset()
    comment: str = ""
    refused: tuple[tuple[Tag, tuple[Member, ...]], ...] = ()
    comments: tuple[tuple[Tag, str], ...] = ()
    approvals: tuple[Approval, ...] = ()
    scrubs: dict[Tag, tuple[str, ...]] = {}  # what attachments were freed of, by portion


class Review(msgspec.Struct, frozen=True):
    """A watch post's release that waits for its review; ``officer`` released it first, acting for ``post``."""

    product: ProductId
    authority: str
    due: Instant
    members: tuple[Member, ...]
    officer: Person
    post: Post
    at: Instant


class DeskView:
    """Items by product; reviews by product."""

    follows: ClassVar[tuple[type[Entry], ...]] = (
        DirectoryTaken,
        PolicyAdopted,
        ProductFiled,
        ProductReturned,
        ReleaseApproved,
        ReleaseRefused,
        ReleaseReviewed,
        ShareReleased,
        TextOpened,
        WindowsTurned,
    )

    def __init__(self) -> None:
        self.items: dict[ProductId, DeskItem] = {}
        self.reviews: dict[ProductId, Review] = {}
        self.filed: dict[str, tuple[ProductId, str]] = {}
        """What was made of a draft, by the digest of its name; and the digest of its text."""

    def apply(self, position: int, entry: Entry, payloads: Payloads) -> None:
        """Open, narrow and close items."""
        if isinstance(entry, ProductFiled):
            self._open(entry)
        elif isinstance(entry, ShareReleased):
            self._settle(entry.product, (entry.member,))
            if entry.review_due:
                self._await_review(entry)
        elif isinstance(entry, ReleaseRefused):
            self._settle(entry.product, entry.members)
        elif isinstance(entry, ProductReturned):
            note = _read_note(payloads.raw(position, 0))
            self._change(
                entry.product,
                state="returned",
                refused=entry.refused,
                comment=note.comment,
                comments=note.portions,
            )
        elif isinstance(entry, TextOpened) and entry.product in self.items:
            opened = self.items[entry.product].opened | {(entry.actor, entry.text)}
            self._change(entry.product, opened=opened)
        elif isinstance(entry, ReleaseApproved) and entry.product in self.items:
            self._approve(entry)
        elif isinstance(entry, ReleaseReviewed):
            self.reviews.pop(entry.product, None)
        elif isinstance(entry, PolicyAdopted | WindowsTurned | DirectoryTaken):
            for product, members in read_gains(position, entry, payloads.raw):
                self._propose(product, members)

    def _open(self, entry: ProductFiled) -> None:
        product = ProductId(sys.intern(entry.product))
        if entry.of_draft is not UNSET:
            name, text = entry.of_draft
            self.filed[name] = (product, text)
            if len(self.filed) > FILED_MAX:
                del self.filed[next(iter(self.filed))]
        self.items[product] = DeskItem(
            product,
            entry.revision,
            sys.intern(entry.reference),
            Person(sys.intern(entry.actor)),
            Post(sys.intern(entry.post)),
            entry.dtg,
            entry.pending,
            "open" if entry.pending else "done",
            scrubs=dict(entry.scrubbed) if entry.scrubbed else NO_SCRUBS,
        )

    def keep(self, members: Collection[Member]) -> None:
        """Another directory: for who is no member any more nothing waits."""
        for product, item in list(self.items.items()):
            self._settle(product, tuple(m for m in item.pending if m not in members))

    def _propose(self, product: ProductId, members: tuple[Member, ...]) -> None:
        """What other policies would let a member have waits for a decision, as if it had been filed now."""
        item = self.items.get(product)
        if item is not None and item.state != "returned":
            self._change(product, pending=tuple(dict.fromkeys((*item.pending, *members))), state="open")

    def _approve(self, entry: ReleaseApproved) -> None:
        made = tuple(
            Approval(entry.actor, entry.post, member, text, entry.authority, entry.dtg)
            for member, text in entry.texts
        )
        self._change(entry.product, approvals=self.items[entry.product].approvals + made)

    def _settle(self, product: ProductId, members: tuple[Member, ...]) -> None:
        item = self.items.get(product)
        if item is None or not members:
            return
        pending = tuple(m for m in item.pending if m not in members)
        self._change(product, pending=pending, state=item.state if pending else "done")

    def _change(self, product: ProductId, **changes: object) -> None:
        if product in self.items:
            self.items[product] = msgspec.structs.replace(self.items[product], **changes)

    def _await_review(self, entry: ShareReleased) -> None:
        before = self.reviews.get(entry.product)
        members = tuple(dict.fromkeys((*(before.members if before else ()), entry.member)))
        if before:
            self.reviews[entry.product] = msgspec.structs.replace(
                before, authority=entry.authority, members=members
            )
            return
        self.reviews[entry.product] = Review(
            entry.product, entry.authority, entry.review_due, members, entry.actor, entry.post, entry.dtg
        )


def _read_note(raw: bytes | None) -> ReturnNote:
    if raw is None:
        return ReturnNote("")
    note: str | ReturnNote = decode_canonical(raw, str | ReturnNote)
    return ReturnNote(note) if isinstance(note, str) else note
