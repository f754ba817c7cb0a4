# SPDX-License-Identifier: Apache-2.0
"""Who may act here, for which posts, with which codewords; delegations and rules in force. Nobody is cleared by role (N7)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import msgspec
from msgspec import UNSET

from tearline.core.canon import decode_canonical
from tearline.core.ids import Person, Post
from tearline.core.instants import Instant
from tearline.core.labels import (
    ClassId,
    MemberSight,
    PersonSight,
    PolicyBook,
    Sights,
)
from tearline.node.books import make_person_sight
from tearline.node.journal import (
    AuthorityWithdrawn,
    CeilingSet,
    ClearanceEnded,
    DelegationIssued,
    Entry,
    PersonAdmitted,
    PersonEnded,
    PostSet,
    RuleIssued,
)
from tearline.node.trust import Delegation, Rule
from tearline.node.views.payloads import Payloads

ALWAYS = Instant(0)


class Term(msgspec.Struct, frozen=True):
    """From when until when a post is held; ``until`` 0: no end."""

    since: Instant = ALWAYS
    until: Instant = ALWAYS

    def covers(self, at: Instant) -> bool:
        """Whether the post is held at this time."""
        return self.since <= at and (not self.until or at < self.until)


class PersonRecord(msgspec.Struct, frozen=True):
    """A person as admitted; ``class_id`` is their clearance class at this node, None without clearance.

    ``until``: when the clearance ends (0: no end). ``terms``: posts held for a time only.
    """

    person: Person
    posts: tuple[Post, ...]
    duties: tuple[str, ...]
    class_id: ClassId | None
    codewords: tuple[str, ...] = ()
    name: str = ""
    until: Instant = ALWAYS
    terms: dict[Post, Term] = {}
    second_factor: bool = False
    admitted_at: Instant = ALWAYS
    ended: bool = False  # the clearance, by its date

    def posts_at(self, at: Instant) -> tuple[Post, ...]:
        """The posts held at this time."""
        return tuple(p for p in self.posts if p not in self.terms or self.terms[p].covers(at))

    def cleared_at(self, at: Instant) -> bool:
        """Whether the clearance runs at this time: its end needs no entry to take effect."""
        return self.class_id is not None and (not self.until or at < self.until)


class PostRecord(msgspec.Struct, frozen=True):
    """What is set of a post: where an unacknowledged FLASH goes after ``flash_min`` minutes (0: nowhere)."""

    name: Post
    title: str = ""
    alternate: Post = Post("")
    flash_min: int = 0


class PeopleView:
    """Persons, posts, delegations and rules. ``lowered`` holds the classes of sessions that were lowered."""

    follows: ClassVar[tuple[type[Entry], ...]] = (
        AuthorityWithdrawn,
        CeilingSet,
        ClearanceEnded,
        DelegationIssued,
        PersonAdmitted,
        PersonEnded,
        PostSet,
        RuleIssued,
    )

    def __init__(self, member: MemberSight, sights: Sights, ceiling: str) -> None:
        self._member = member
        self._sights = sights
        self.ceiling = ceiling
        self._made: dict[
            ClassId, tuple[tuple[str, ...], str]
        ] = {}  # of what codewords and ceiling a class was made
        self.persons: dict[Person, PersonRecord] = {}
        self.posts: dict[Post, PostRecord] = {}
        self.lowered: dict[Person, dict[str, ClassId]] = {}
        self.delegations: dict[str, Delegation] = {}
        self.rules: dict[str, Rule] = {}

    def apply(self, position: int, entry: Entry, payloads: Payloads) -> None:
        """Take over an admission, a mandate or its withdrawal."""
        if isinstance(entry, PersonAdmitted):
            self._admit(entry)
        elif isinstance(entry, ClearanceEnded):
            self._end_clearance(entry.person)
        elif isinstance(entry, PersonEnded):
            self.persons.pop(entry.person, None)
        elif isinstance(entry, CeilingSet):
            self._lower(entry)
        elif isinstance(entry, PostSet):
            self.posts[entry.name] = PostRecord(entry.name, entry.title, entry.alternate, entry.flash_min)
        elif isinstance(entry, DelegationIssued):
            raw = payloads.raw(position, 0)
            if raw is not None:
                self.delegations[entry.delegation] = decode_canonical(raw, Delegation)
        elif isinstance(entry, RuleIssued):
            raw = payloads.raw(position, 0)
            if raw is not None:
                self.rules[entry.rule] = decode_canonical(raw, Rule)
        elif isinstance(entry, AuthorityWithdrawn):
            self.delegations.pop(entry.withdrawn, None)
            self.rules.pop(entry.withdrawn, None)

    def _admit(self, entry: PersonAdmitted) -> None:
        terms = () if entry.terms is UNSET else entry.terms
        before = self.persons.get(entry.person)
        self.persons[entry.person] = PersonRecord(
            person=entry.person,
            posts=entry.posts,
            duties=entry.duties,
            class_id=self._class_of(entry.codewords) if entry.cleared else None,
            codewords=entry.codewords,
            name="" if entry.name is UNSET else entry.name,
            until=ALWAYS if entry.until is UNSET else entry.until,
            terms={post: Term(since, until) for post, since, until in terms},
            second_factor=entry.second_factor is True,
            admitted_at=before.admitted_at if before else entry.dtg,
        )
        for ceiling in self.lowered.get(entry.person, {}):
            self.lowered[entry.person][ceiling] = self._class_of(entry.codewords, ceiling)

    def _end_clearance(self, person: Person) -> None:
        record = self.persons.get(person)
        if record is not None:
            self.persons[person] = msgspec.structs.replace(record, class_id=None, ended=True)

    def _lower(self, entry: CeilingSet) -> None:
        record = self.persons.get(entry.person)
        if record is not None and entry.ceiling:
            made = self._class_of(record.codewords, entry.ceiling)
            self.lowered.setdefault(entry.person, {})[entry.ceiling] = made

    def _class_of(self, codewords: tuple[str, ...], ceiling: str = "") -> ClassId:
        held = self._sight_of(codewords, ceiling or self.ceiling, self._sights.book)
        class_id = self._sights.class_id(held)
        self._made.setdefault(class_id, (codewords, ceiling))
        return class_id

    def name_class(self, class_id: ClassId) -> str:
        """What a class is called in what is kept: numbers are given out anew when the directory or the policies change."""
        codewords, ceiling = self._made[class_id]
        return "/".join((ceiling, *codewords))

    def _sight_of(self, codewords: tuple[str, ...], ceiling: str, book: PolicyBook) -> PersonSight:
        return make_person_sight(self._member, ceiling, codewords, book)

    def adopt(self, member: MemberSight, ceiling: str, book: PolicyBook) -> dict[ClassId, PersonSight]:
        """Other policies or another clearance of ours: what each class that was made here sees now. Then ``settle``."""
        self._member, self.ceiling = member, ceiling
        return {
            class_id: self._sight_of(codewords, ceiling or self.ceiling, book)
            for class_id, (codewords, ceiling) in self._made.items()
        }

    def settle(self) -> None:
        """Who shared a class and now sees otherwise gets another; everybody else keeps theirs."""
        for person, record in self.persons.items():
            if record.class_id is not None:
                kept = self._keep_class(record.class_id, record.codewords, self.ceiling)
                self.persons[person] = msgspec.structs.replace(record, class_id=kept)
            for ceiling, class_id in self.lowered.get(person, {}).items():
                self.lowered[person][ceiling] = self._keep_class(class_id, record.codewords, ceiling)

    def _keep_class(self, class_id: ClassId, codewords: tuple[str, ...], ceiling: str) -> ClassId:
        sight = self._sight_of(codewords, ceiling, self._sights.book)
        return (
            class_id if self._sights.classes.values[class_id] == sight else self._class_of(codewords, ceiling)
        )

    def classes_of(self, person: Person) -> Iterator[ClassId]:
        """The classes that a person reads as: their own, and those of sessions that they lowered."""
        record = self.persons.get(person)
        if record is not None and record.class_id is not None:
            yield record.class_id
            yield from self.lowered.get(person, {}).values()

    def rules_in_force(self, at: Instant) -> list[Rule]:
        """Rules that are valid now, under a delegation that is valid now."""
        return [
            r
            for r in self.rules.values()
            if r.valid_from <= at < r.valid_to and self.find_delegation(r.delegation, at)
        ]

    def find_delegation(self, delegation: str, at: Instant) -> Delegation | None:
        """The delegation if it, and what it was issued under, is valid now."""
        found = self.delegations.get(delegation)
        if found is None or not found.valid_from <= at < found.valid_to:
            return None
        return found if not found.under or self.find_delegation(found.under, at) else None

    def post(self, name: Post) -> PostRecord:
        """What is set of a post; nothing in particular where nothing is."""
        return self.posts.get(name) or PostRecord(name)

    def holders(self, post: Post) -> tuple[Person, ...]:
        """Who may act for a post, now or within a term."""
        return tuple(p.person for p in self.persons.values() if post in p.posts)

    def with_duty(self, duty: str) -> tuple[Person, ...]:
        """Who holds a duty."""
        return tuple(p.person for p in self.persons.values() if duty in p.duties)
