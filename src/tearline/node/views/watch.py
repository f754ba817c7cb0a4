# SPDX-License-Identifier: Apache-2.0
"""What each post owns: who has its watch, what is assigned to whom, what was passed on to it, and the rows of its log.

Rows name keys and persons, never content: words of a remark stay in the payload that ``position`` names, and whether a reader
may have a row at all is the gate's to ask, row by row. What arrived is in no row here: that is each class's own (arrivals).
"""

from __future__ import annotations

from typing import ClassVar

import msgspec

from tearline.core.ids import Member, Person, Post
from tearline.core.instants import Instant
from tearline.node.journal import (
    Entry,
    PostAcknowledged,
    ProductAssigned,
    ShareReleased,
    WarningPassedOn,
    WatchHandedOver,
    WatchRemarked,
    WatchTaken,
)
from tearline.node.views.catalogue import Key, make_key
from tearline.node.views.payloads import Payloads

NOBODY = Person("")


class WatchRow(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happened at a post. ``keys``: the products it is about; ``position``: where its words lie."""

    what: str  # displayed | acknowledged | passed | asked | assigned | released | remark | offered | taken
    at: Instant  # operational
    position: int
    person: Person = NOBODY
    keys: tuple[Key, ...] = ()
    to: Person = NOBODY
    other: Post = Post("")
    member: Member = Member("")
    authority: str = ""


class Offer(msgspec.Struct, frozen=True):
    """A watch that its holder offered to somebody who has not taken it yet."""

    by: Person
    to: Person
    at: Instant
    open: tuple[Key, ...]


class PostWatch(msgspec.Struct, frozen=True):
    """Who has a post's watch, since when; nobody where ``holder`` is empty."""

    holder: Person = NOBODY
    since: Instant = Instant(0)
    offer: Offer | None = None


class Touched(msgspec.Struct, frozen=True):
    """A post has something new: a row of this journal entry, or a warning whose time is over for one class."""

    post: Post
    position: int = -1
    key: Key = ""
    class_id: int = -1


class WatchView:
    """By post. ``changed`` collects what touched a post since it was last taken, for events."""

    follows: ClassVar[tuple[type[Entry], ...]] = (
        PostAcknowledged,
        ProductAssigned,
        ShareReleased,
        WarningPassedOn,
        WatchHandedOver,
        WatchRemarked,
        WatchTaken,
    )

    def __init__(self, member: Member) -> None:
        self._member = member
        self.rows: dict[Post, list[WatchRow]] = {}
        self.watches: dict[Post, PostWatch] = {}
        self.assigned: dict[Post, dict[Key, Person]] = {}
        self.passed: dict[Key, dict[Post, Post]] = {}  # by product and the post asked as well: who was late
        self.changed: list[Touched] = []
        self.told: set[tuple[Key, Post, int]] = (
            set()
        )  # (product, post, class): asked in time, since the start

    def apply(self, position: int, entry: Entry, payloads: Payloads) -> None:  # noqa: ARG002  every view's shape
        """Follow acknowledgements, assignments, warnings passed on, releases of a watch, remarks and handovers."""
        if isinstance(entry, PostAcknowledged):
            self._note(entry, position, entry.state, keys=(make_key(entry.member, entry.product),))
        elif isinstance(entry, ProductAssigned):
            key = make_key(entry.member, entry.product)
            self.assigned.setdefault(entry.post, {})[key] = entry.to
            self._note(entry, position, "assigned", keys=(key,), to=entry.to)
        elif isinstance(entry, WarningPassedOn):
            self._pass_on(position, entry)
        elif isinstance(entry, ShareReleased) and entry.review_due:
            key = make_key(self._member, entry.product)
            more = {"member": entry.member, "authority": entry.authority}
            self._note(entry, position, "released", keys=(key,), **more)
        elif isinstance(entry, WatchRemarked):
            self._note(entry, position, "remark")
        elif isinstance(entry, WatchHandedOver | WatchTaken):
            self._hand_over(position, entry)

    def _pass_on(self, position: int, entry: WarningPassedOn) -> None:
        key = make_key(entry.member, entry.product)
        self.passed.setdefault(key, {})[entry.to] = entry.late
        for post, what, other in ((entry.late, "passed", entry.to), (entry.to, "asked", entry.late)):
            row = WatchRow(what=what, at=entry.dtg, position=position, keys=(key,), other=other)
            self.rows.setdefault(post, []).append(row)  # whoever may know is told when their own time is over

    def _hand_over(self, position: int, entry: WatchHandedOver | WatchTaken) -> None:
        before = self.watch(entry.post)
        if isinstance(entry, WatchHandedOver):
            offer = Offer(entry.actor, entry.to, entry.dtg, entry.open)
            self.watches[entry.post] = msgspec.structs.replace(before, offer=offer)
            self._note(entry, position, "offered", keys=entry.open, to=entry.to)
        else:
            self.watches[entry.post] = PostWatch(entry.actor, entry.dtg)
            self._note(entry, position, "taken", to=entry.before)

    def _note(self, entry: Entry, position: int, what: str, **more: object) -> None:
        row = WatchRow(what=what, at=entry.dtg, position=position, person=entry.actor, **more)  # type: ignore[arg-type]
        self.rows.setdefault(entry.post, []).append(row)
        self.changed.append(Touched(entry.post, position))

    def watch(self, post: Post) -> PostWatch:
        """Who has a post's watch."""
        return self.watches.get(post) or PostWatch()

    def assignee(self, key: Key, post: Post) -> Person:
        """Whose within the post a product is to deal with; empty: the whole post's."""
        return self.assigned.get(post, {}).get(key, NOBODY)
