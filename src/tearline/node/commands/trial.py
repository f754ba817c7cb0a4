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
    share: Share | None  # what it was sent and still has


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

    def list_member(self, member: Member) -> Iterator[MemberChange]:
        """Of our own products: what was sent and would be recalled, what might be sent and might not before."""
        node, class_id, after = self.node, self.node.member_classes.get(member), self._members[member]
        sees, agreed = self._seer(after), self._is_agreed(member)
        for key in self._find_touched(member, class_id, after):
            holding, portions = node.catalogue.holdings[key], self.portions(key)
            if not holding.own or not portions:
                continue
            before = _sees_nothing if class_id is None else partial(node.sights.sees_label, class_id)
            gained = _find_more(portions, before, sees) if agreed and class_id is not None else ()
            record = node.releases.sent.get(holding.envelope.product, {}).get(member)
            share = None if record is None or record.withdrawn else sent_share(node, record)
            lost = () if share is None else _find_unseen(share.portions, sees)
            if gained or lost:
                yield MemberChange(holding, gained, lost, None if share is None else _cut(share, sees))

    def _is_agreed(self, member: Member) -> bool:
        at = self.node.clock.dtg()
        return bool(self.directory.agreements_between(self.node.member, member, at))

    def _find_touched(self, member: Member, class_id: ClassId | None, after: ClassId | None) -> Iterator[Key]:
        """Where an answer differs. Of who is a member anew: what they were sent, if they were one before."""
        labelled, sent = self.node.catalogue.labelled, self.node.releases.sent
        if class_id is not None:
            yield from labelled.find(self._find_differing(class_id, after), ever=True)
            return
        for product, records in sent.items():
            key = make_key(self.node.member, product)
            if member in records and key in self.node.catalogue.holdings:
                yield key

    def portions(self, key: Key) -> tuple[Portion, ...]:
        """The text of a holding; nothing where it is withdrawn."""
        content = self.node.catalogue.content(key)
        return content.portions if content else ()

    def _find_differing(self, class_id: ClassId, after: ClassId | None) -> frozenset[LabelId]:
        """The labels about which a class would get another answer."""
        old = self.node.sights.row(class_id)
        new = bytes(len(old)) if after is None else self._sights.row(after)
        return frozenset(list_differing(old, new))

    def list_clearings(self) -> Iterator[Clearing]:
        """People here by what they hold: those of one clearance gain and lose the same."""
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

    def list_people(self, clearing: Clearing) -> Iterator[PersonChange]:
        """What people of one clearance would be shown, and would not be shown any more."""
        before = partial(self.node.sights.sees_label, clearing.class_id)
        after = self._seer(clearing.after)
        for key in self.node.catalogue.labelled.find(self._find_differing(clearing.class_id, clearing.after)):
            gained, lost = _compare_shown(self.portions(key), before, after)
            if gained or lost:
                yield PersonChange(key, gained, lost)

    def own_sees(self) -> Sees:
        """What this member itself may hold under the pack."""
        return self._seer(self._members[self.node.member])

    def _seer(self, class_id: ClassId | None) -> Sees:
        return _sees_nothing if class_id is None else partial(self._sights.sees_label, class_id)


def _sees_nothing(_label: Label) -> bool:
    return False


def _find_more(portions: tuple[Portion, ...], before: Sees, after: Sees) -> tuple[Tag, ...]:
    return tuple(p.tag for p in portions if any(after(v.label) and not before(v.label) for v in p.variants))


def _find_unseen(portions: tuple[Portion, ...], sees: Sees) -> tuple[Tag, ...]:
    return tuple(p.tag for p in portions if not all(sees(v.label) for v in p.variants))


def _compare_shown(
    portions: tuple[Portion, ...], before: Sees, after: Sees
) -> tuple[tuple[Tag, ...], tuple[Tag, ...]]:
    """Portions whose wording shown, the first that is seen, would be another: gained, lost, or both."""
    gained, lost = [], []
    for portion in portions:
        old = next((v for v in portion.variants if before(v.label)), None)
        new = next((v for v in portion.variants if after(v.label)), None)
        if new is not None and new is not old:
            gained.append(portion.tag)
        if old is not None and new is not old:
            lost.append(portion.tag)
    return tuple(gained), tuple(lost)


def _cut(share: Share, sees: Sees) -> Share | None:
    """Of what a member was sent, what it still sees: no new word, and under the policies by which it has them."""
    portions = share_portions(share.portions, sees)
    return msgspec.structs.replace(share, portions=portions) if portions else None
