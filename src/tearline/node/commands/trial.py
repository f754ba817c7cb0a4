# SPDX-License-Identifier: Apache-2.0
"""The holdings as decided today and by other policies or another directory: what members were sent, what people here read.

What is compared is labels, which are few; texts are opened where the answer about one of their labels is another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import msgspec

from tearline.core.ids import Member, Person, Tag
from tearline.core.labels import (
    ClassId,
    Label,
    LabelId,
    PersonSight,
    PolicyBook,
    Sights,
    list_differing,
    make_member_sight,
)
from tearline.core.products import Portion
from tearline.core.renditions import Share, share_portions
from tearline.node.books import make_person_sight
from tearline.node.commands.release import sent_share
from tearline.node.node import Node
from tearline.node.trust import Directory
from tearline.node.views.catalogue import Holding, Key, make_key

Sees = Callable[[Label], bool]
_Outline = tuple[tuple[Tag, tuple[LabelId, ...]], ...]
"""Of a text: each portion's tag, and the labels of its wordings in their order, by number."""


class PackProblem(msgspec.Struct, frozen=True):
    """Whose clearance, or which mandate, the policies have no words for."""

    code: str  # unknown-member | unknown-ceiling | unknown-codeword | unknown-level
    member: Member
    person: Person
    value: str


class MemberChange(msgspec.Struct, frozen=True):
    """One of our products at a member: what it might have and might not before, what it was sent and is to lose."""

    holding: Holding
    gained: tuple[Tag, ...]
    lost: tuple[Tag, ...]


class PersonChange(msgspec.Struct, frozen=True):
    """One product here for people of one clearance."""

    key: Key
    gained: tuple[Tag, ...]
    lost: tuple[Tag, ...]


class Clearing(msgspec.Struct, frozen=True):
    """People here of one clearance: the class they read as, and what they would see (None: nothing)."""

    persons: tuple[Person, ...]
    codewords: tuple[str, ...]
    class_id: ClassId
    after: ClassId | None


class Trial:
    """The holdings of a node under its book and directory, and under others. Hold the node's lock."""

    def __init__(self, node: Node, book: PolicyBook, directory: Directory | None = None) -> None:
        self.node = node
        self.book = book
        self.directory = directory or node.directory
        self.ceiling = self.directory.members[node.member].ceiling
        self.problems: list[PackProblem] = []
        self._outlines: dict[Key, _Outline] = {}
        self._same: dict[_Outline, _Outline] = {}
        self._by_member: dict[Member, tuple[MemberChange, ...]] = {}
        self._clearings: tuple[Clearing, ...] | None = None
        self._by_clearing: dict[Clearing, tuple[PersonChange, ...]] = {}
        self._sights = Sights(book)
        for label in node.sights.labels.values:  # by the same numbers, so that rows can be compared
            self._sights.label_id(label)
        records = self.directory.members.values()
        self._members = {m.code: self._find_member(m.code, m.ceiling, m.codewords) for m in records}
        self._find_levels()

    @property
    def partners(self) -> tuple[Member, ...]:
        """Everybody else of the directory that is tried. Who left it is sent nothing, recalls neither."""
        return tuple(m for m in self._members if m != self.node.member)

    def _find_member(self, member: Member, ceiling: str, codewords: tuple[str, ...]) -> ClassId | None:
        named = self.book.members.get(member)
        if named is None:
            self.problems.append(PackProblem("unknown-member", member, Person(""), member))
            return None
        if not self._knows(member, Person(""), named.policy, ceiling, codewords):
            return None
        return self._sights.class_id(make_member_sight(member, ceiling, codewords, self.book))

    def _knows(
        self, member: Member, person: Person, policy: str, ceiling: str, codewords: tuple[str, ...]
    ) -> bool:
        """A word that the policy lost: a ceiling can't be set without it; a codeword is missed by who held it."""
        held = self.book.policies[policy]
        words = {value for tag_set in held.tag_sets.values() for value in tag_set.categories}
        for word in codewords:
            if word not in words:
                self.problems.append(PackProblem("unknown-codeword", member, person, word))
        if ceiling not in held.classifications:
            self.problems.append(PackProblem("unknown-ceiling", member, person, ceiling))
            return False
        return True

    def _find_levels(self) -> None:
        """Mandates up to a level that is gone cover nothing any more; one that never was a level covers PUBLIC as before."""
        own = self.node.book.members[self.node.member].policy
        before = self.node.book.policies[own].classifications
        levels = self.book.policies[self.book.members[self.node.member].policy].classifications
        people = self.node.people
        mandates = [(d.id, d.highest) for d in people.delegations.values()]
        for name, highest in mandates + [(r.id, r.highest) for r in people.rules.values()]:
            if highest in before and highest not in levels:
                value = f"{name}: {highest}"
                self.problems.append(PackProblem("unknown-level", self.node.member, Person(""), value))

    def list_member(self, member: Member) -> tuple[MemberChange, ...]:
        """Of our own products: what was sent and would be recalled, what might be sent and might not before."""
        found = self._by_member.get(member)
        if found is None:
            found = self._by_member[member] = tuple(self._find_member_changes(member))
        return found

    def _find_member_changes(self, member: Member) -> Iterator[MemberChange]:
        catalogue, class_id = self.node.catalogue, self.node.member_classes.get(member)
        before, after = self._rows(class_id, self._members[member])
        differing = frozenset(list_differing(before, after))
        more = frozenset(number for number in differing if after[number])
        agreed = class_id is not None and self._is_agreed(member)
        for key in self._find_touched(member, class_id, differing):
            holding = catalogue.holdings[key]
            if not holding.own or holding.withdrawn:
                continue
            gains = agreed and catalogue.labelled.carries(key, more)
            gained = _find_more(self._outline(key), before, after) if gains else ()
            lost = self._find_lost(member, holding)
            if gained or lost:
                yield MemberChange(holding, gained, lost)

    def _is_agreed(self, member: Member) -> bool:
        at = self.node.clock.dtg()
        return bool(self.directory.agreements_between(self.node.member, member, at))

    def _find_touched(
        self, member: Member, class_id: ClassId | None, differing: frozenset[LabelId]
    ) -> Iterator[Key]:
        """Where an answer differs. Of who is a member anew: what they were sent, if they were one before."""
        labelled, sent = self.node.catalogue.labelled, self.node.releases.sent
        if class_id is not None:
            yield from labelled.find(differing, ever=True)
            return
        for product, records in sent.items():
            key = make_key(self.node.member, product)
            if member in records and key in self.node.catalogue.holdings:
                yield key

    def _find_lost(self, member: Member, holding: Holding) -> tuple[Tag, ...]:
        share = self._sent(member, holding)
        return () if share is None else _find_unseen(share.portions, self._seer(self._members[member]))

    def _sent(self, member: Member, holding: Holding) -> Share | None:
        record = self.node.releases.sent.get(holding.envelope.product, {}).get(member)
        return None if record is None or record.withdrawn else sent_share(self.node, record)

    def cut(self, member: Member, holding: Holding) -> Share | None:
        """Of what a member was sent, what it still sees: no new word, and under the policies by which it has them."""
        share = self._sent(member, holding)
        portions = share_portions(share.portions, self._seer(self._members[member])) if share else ()
        return msgspec.structs.replace(share, portions=portions) if share and portions else None

    def _outline(self, key: Key) -> _Outline:
        """The tags of a text with the labels of their wordings, by number; read once, and small."""
        found = self._outlines.get(key)
        if found is None:
            content, number = self.node.catalogue.content(key), self.node.sights.label_id
            portions = content.portions if content else ()
            found = tuple((p.tag, tuple(number(v.label) for v in p.variants)) for p in portions)
            found = self._outlines[key] = self._same.setdefault(found, found)
        return found

    def _rows(self, before: ClassId | None, after: ClassId | None) -> tuple[bytes, bytes]:
        """What a class is answered about each label, and what it would be; no is the answer to whoever is none."""
        nothing = bytes(len(self.node.sights.labels))
        old = nothing if before is None else self.node.sights.row(before)
        return old, nothing if after is None else self._sights.row(after)

    def list_clearings(self) -> tuple[Clearing, ...]:
        """People here by what they hold: those of one clearance gain and lose the same."""
        if self._clearings is None:
            self._clearings = tuple(self._find_clearings())
        return self._clearings

    def _find_clearings(self) -> Iterator[Clearing]:
        people, classes = self.node.people, dict[tuple[tuple[str, ...], ClassId], list[Person]]()
        for record in people.persons.values():
            if record.class_id is not None:
                classes.setdefault((record.codewords, record.class_id), []).append(record.person)
        for (codewords, class_id), persons in classes.items():
            yield Clearing(tuple(persons), codewords, class_id, self._find_person(persons, codewords))

    def _find_person(self, persons: list[Person], codewords: tuple[str, ...]) -> ClassId | None:
        """What people with these codewords would see; nothing where the pack has no words for their ceiling."""
        own, ceiling = self.node.member, self.ceiling
        after, policy = self._members[own], self.book.members[own].policy
        if after is None:
            return None
        known = [self._knows(own, p, policy, ceiling, codewords) for p in persons]  # each misses it by name
        if not all(known):
            return None
        member = self._sights.classes.values[after]
        if isinstance(member, PersonSight):
            return None
        return self._sights.class_id(make_person_sight(member, ceiling, codewords, self.book))

    def list_people(self, clearing: Clearing) -> tuple[PersonChange, ...]:
        """What people of one clearance would be shown, and would not be shown any more."""
        found = self._by_clearing.get(clearing)
        if found is None:
            found = self._by_clearing[clearing] = tuple(self._find_people_changes(clearing))
        return found

    def _find_people_changes(self, clearing: Clearing) -> Iterator[PersonChange]:
        before, after = self._rows(clearing.class_id, clearing.after)
        for key in self.node.catalogue.labelled.find(frozenset(list_differing(before, after))):
            gained, lost = _compare_shown(self._outline(key), before, after)
            if gained or lost:
                yield PersonChange(key, gained, lost)

    def own_sees(self) -> Sees:
        """What this member itself may hold under the pack."""
        return self._seer(self._members[self.node.member])

    def _seer(self, class_id: ClassId | None) -> Sees:
        return _sees_nothing if class_id is None else partial(self._sights.sees_label, class_id)


def _sees_nothing(_label: Label) -> bool:
    return False


def _find_more(outline: _Outline, before: bytes, after: bytes) -> tuple[Tag, ...]:
    return tuple(tag for tag, labels in outline if any(after[n] and not before[n] for n in labels))


def _find_unseen(portions: tuple[Portion, ...], sees: Sees) -> tuple[Tag, ...]:
    return tuple(p.tag for p in portions if not all(sees(v.label) for v in p.variants))


def _compare_shown(outline: _Outline, before: bytes, after: bytes) -> tuple[tuple[Tag, ...], tuple[Tag, ...]]:
    """Portions whose wording shown, the first that is seen, would be another: gained, lost, or both."""
    gained, lost = [], []
    for tag, labels in outline:
        old = next((at for at, n in enumerate(labels) if before[n]), None)
        new = next((at for at, n in enumerate(labels) if after[n]), None)
        if new is not None and new != old:
            gained.append(tag)
        if old is not None and new != old:
            lost.append(tag)
    return tuple(gained), tuple(lost)
