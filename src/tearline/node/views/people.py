# SPDX-License-Identifier: Apache-2.0
"""Who may act here, for which posts, with which codewords; delegations and rules in force. Nobody is cleared by role (N7)."""

from __future__ import annotations

import msgspec

from tearline.core.canon import decode_canonical
from tearline.core.ids import Person, Post
from tearline.core.instants import Instant
from tearline.core.labels import ClassId, MemberSight, PersonSight, Sights, make_national_clearance
from tearline.node.journal import (
    AuthorityWithdrawn,
    DelegationIssued,
    Entry,
    PersonAdmitted,
    RuleIssued,
)
from tearline.node.trust import Delegation, Rule
from tearline.node.views.view import PayloadOf


class PersonRecord(msgspec.Struct, frozen=True):
    """A person as admitted; ``class_id`` is their clearance class at this node, None without clearance."""

    person: Person
    posts: tuple[Post, ...]
    duties: tuple[str, ...]
    class_id: ClassId | None


class PeopleView:
    """Persons, delegations and rules."""

    def __init__(self, member: MemberSight, sights: Sights, ceiling: str) -> None:
        self._member = member
        self._sights = sights
        self._ceiling = ceiling
        self.persons: dict[Person, PersonRecord] = {}
        self.delegations: dict[str, Delegation] = {}
        self.rules: dict[str, Rule] = {}

    def apply(self, position: int, entry: Entry, payload_of: PayloadOf) -> None:
        """Take over an admission, a mandate or its withdrawal."""
        if isinstance(entry, PersonAdmitted):
            self.persons[entry.person] = PersonRecord(
                entry.person, entry.posts, entry.duties, self._class_of(entry)
            )
        elif isinstance(entry, DelegationIssued):
            raw = payload_of(position, 0)
            if raw is not None:
                self.delegations[entry.delegation] = decode_canonical(raw, Delegation)
        elif isinstance(entry, RuleIssued):
            raw = payload_of(position, 0)
            if raw is not None:
                self.rules[entry.rule] = decode_canonical(raw, Rule)
        elif isinstance(entry, AuthorityWithdrawn):
            self.delegations.pop(entry.withdrawn, None)
            self.rules.pop(entry.withdrawn, None)

    def _class_of(self, entry: PersonAdmitted) -> ClassId | None:
        if not entry.cleared:
            return None
        book = self._sights.book
        clearance = make_national_clearance(self._member.member, self._ceiling, entry.codewords, book)
        return self._sights.class_id(PersonSight(self._member, clearance))

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

    def holders(self, post: Post) -> tuple[Person, ...]:
        """Who may act for a post."""
        return tuple(p.person for p in self.persons.values() if post in p.posts)

    def with_duty(self, duty: str) -> tuple[Person, ...]:
        """Who holds a duty."""
        return tuple(p.person for p in self.persons.values() if duty in p.duties)
