# SPDX-License-Identifier: Apache-2.0
"""What another policy pack would change over the holdings, before anything does (DESIGN 10).

The pack is judged as a node takes one: whole, its test cases passed, of this node's kind. Then every holding is decided
twice, for each member (what it was sent, what it might be sent) and each clearance here (what it reads). Nothing changes
but the journal, which says that it was tried, by whom.

Who asks is no reader (N7): what is told are the names of products and portions, as in the other listed views of headers;
labels, and references of what was received, only where the person asking may see them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial

import msgspec

from tearline.core.errors import TearlineError
from tearline.core.ids import Member, Person, Tag
from tearline.core.labels import (
    BANNER,
    Label,
    MemberSight,
    PolicyBook,
    Sights,
    accept_pack,
    explain_reason,
    find_faults,
    make_member_sight,
    print_mark,
)
from tearline.core.products import Portion
from tearline.node.commands.acting import Acting, Refused
from tearline.node.commands.release import sent_share
from tearline.node.journal import PolicyTried
from tearline.node.node import Node
from tearline.node.views.catalogue import Holding, Key
from tearline.node.views.people import make_person_sight

LISTED_MAX = 200
"""Products named for each reader; the counts say how many there are."""
_Sees = Callable[[Label], bool]


class PolicyChange(msgspec.Struct, frozen=True):
    """A policy that the pack adds, removes or changes."""

    policy: str
    what: str  # added | removed | changed
    old_version: str = ""
    new_version: str = ""


class PackProblem(msgspec.Struct, frozen=True):
    """Whose clearance the pack has no words for: they would see nothing."""

    code: str  # unknown-member | unknown-ceiling | unknown-codeword
    member: Member
    person: Person
    value: str


class ChangedProduct(msgspec.Struct, frozen=True):
    """A product and its portions of which wordings would be gained or lost; a tag in both is told in other words."""

    key: Key
    reference: str
    gained: tuple[Tag, ...] = ()
    lost: tuple[Tag, ...] = ()


class ReaderChange(msgspec.Struct, frozen=True):
    """What a member, or people here of one clearance, would gain and lose. ``products`` names the first of them."""

    member: Member
    persons: tuple[Person, ...]  # empty: the member itself
    gaining: int
    losing: int
    products: tuple[ChangedProduct, ...]


class LabelChange(msgspec.Struct, frozen=True):
    """A label of the holdings that would be marked otherwise, or not be valid any more (``words``), on so many wordings."""

    old_mark: str
    new_mark: str
    words: tuple[str, ...]
    wordings: int


class WouldChange(msgspec.Struct, frozen=True):
    """The whole answer. ``hidden_labels``: labels that change and that the person asking doesn't see."""

    current: str
    candidate: str
    policies: tuple[PolicyChange, ...]
    problems: tuple[PackProblem, ...]
    members: tuple[ReaderChange, ...]
    people: tuple[ReaderChange, ...]
    labels: tuple[LabelChange, ...]
    hidden_labels: int


def what_would_change(node: Node, acting: Acting, files: Mapping[str, bytes]) -> WouldChange | Refused:
    """Who would gain and lose what if this node took the pack. Recorded as tried."""
    if "administration" not in acting.duties:
        return Refused("no-authority", "a policy pack is tried by an administrator")
    with node.lock:
        book = _accept(node, files)
        if isinstance(book, Refused):
            return book
        work = node.work(acting.person, acting.post)
        work.add(PolicyTried, candidate=book.digest()[:16])
        work.commit()
        return _Trial(node, book, acting).report()


def _accept(node: Node, files: Mapping[str, bytes]) -> PolicyBook | Refused:
    try:
        book = accept_pack(files, node.clock.dtg())
    except TearlineError as error:
        return Refused(error.code, error.message)
    if book.kind != node.book.kind:
        what = f"the pack is of the kind {book.kind}, this node of the kind {node.book.kind}"
        return Refused("other-kind", what)
    if node.member not in book.members:
        return Refused("unknown-member", f"the pack knows no {node.member}")
    return book


class _Trial:
    """The holdings under the node's book and under another."""

    def __init__(self, node: Node, book: PolicyBook, acting: Acting) -> None:
        self._node = node
        self._book = book
        self._acting = acting
        self._sights = Sights(book)
        self._problems: list[PackProblem] = []
        records = node.directory.members.values()
        self._members = {m.code: self._find_member(m.code, m.ceiling, m.codewords) for m in records}
        self._portions = {
            key: c.portions for key in node.catalogue.holdings if (c := node.catalogue.content(key))
        }

    def report(self) -> WouldChange:
        """Everything, in one pass a reader."""
        people = tuple(self._list_people())
        members = tuple(
            filter(None, (self._change_member(m) for m in self._members if m != self._node.member))
        )
        labels = list(self._list_labels())
        shown = [change for change, visible in labels if visible]
        return WouldChange(
            self._node.book.digest()[:16],
            self._book.digest()[:16],
            tuple(compare_books(self._node.book, self._book)),
            tuple(self._problems),
            members,
            people,
            tuple(shown),
            len(labels) - len(shown),
        )

    def _find_member(self, member: Member, ceiling: str, codewords: tuple[str, ...]) -> MemberSight | None:
        named = self._book.members.get(member)
        if named is None:
            self._problems.append(PackProblem("unknown-member", member, Person(""), member))
            return None
        if not self._knows(member, Person(""), named.policy, ceiling, codewords):
            return None
        return make_member_sight(member, ceiling, codewords, self._book)

    def _knows(
        self, member: Member, person: Person, policy: str, ceiling: str, codewords: tuple[str, ...]
    ) -> bool:
        """A word that the policy lost: a ceiling can't be set without it; a codeword is missed by who held it."""
        held = self._book.policies[policy]
        words = {value for tag_set in held.tag_sets.values() for value in tag_set.categories}
        for word in codewords:
            if word not in words:
                self._problems.append(PackProblem("unknown-codeword", member, person, word))
        if ceiling not in held.classifications:
            self._problems.append(PackProblem("unknown-ceiling", member, person, ceiling))
            return False
        return True

    def _change_member(self, member: Member) -> ReaderChange | None:
        """Of our own products: what was sent and would be recalled, what might be sent and might not before."""
        sees = self._seer(self._members[member])
        before = partial(self._node.sights.sees_label, self._node.member_classes[member])
        agreed = self._node.agreement_with(member) is not None
        changes = []
        for key, holding in self._own():
            portions = self._portions[key]
            gained = _find_more(portions, before, sees) if agreed else ()
            record = self._node.releases.sent.get(holding.envelope.product, {}).get(member)
            share = None if record is None or record.withdrawn else sent_share(self._node, record)
            lost = () if share is None else _find_unseen(share.portions, sees)
            if gained or lost:
                changes.append(ChangedProduct(key, holding.envelope.reference, gained, lost))
        return _sum_up(member, (), changes)

    def _own(self) -> Iterator[tuple[Key, Holding]]:
        for key, holding in self._node.catalogue.holdings.items():
            if holding.own and key in self._portions:
                yield key, holding

    def _list_people(self) -> Iterator[ReaderChange]:
        """People here by what they hold: those of one clearance gain and lose the same."""
        node, classes = self._node, dict[tuple[str, ...], list[Person]]()
        for record in node.people.persons.values():
            if record.class_id is not None:
                classes.setdefault(record.codewords, []).append(record.person)
        for codewords, persons in classes.items():
            class_id = node.people.persons[persons[0]].class_id
            if class_id is None:
                continue
            before = partial(node.sights.sees_label, class_id)
            change = self._change_people(persons, before, self._find_person(persons, codewords))
            if change is not None:
                yield change

    def _find_person(self, persons: list[Person], codewords: tuple[str, ...]) -> _Sees:
        """What people with these codewords would see; nothing where the pack has no words for their ceiling."""
        member, ceiling = self._members[self._node.member], self._node.people.ceiling
        policy = self._book.members[self._node.member].policy
        if member is None or not self._knows(self._node.member, persons[0], policy, ceiling, codewords):
            return _sees_nothing
        class_id = self._sights.class_id(make_person_sight(member, ceiling, codewords, self._book))
        return partial(self._sights.sees_label, class_id)

    def _change_people(self, persons: list[Person], before: _Sees, after: _Sees) -> ReaderChange | None:
        changes = []
        for key, portions in self._portions.items():
            gained, lost = _compare_shown(portions, before, after)
            if gained or lost:
                changes.append(ChangedProduct(key, self._reference(key), gained, lost))
        return _sum_up(self._node.member, tuple(persons), changes)

    def _reference(self, key: Key) -> str:
        holding = self._node.catalogue.holdings[key]
        class_id = self._acting.class_id
        seen = class_id is not None and bool(self._node.catalogue.shown(key, class_id))
        return holding.envelope.reference if holding.own or seen else ""

    def _seer(self, sight: MemberSight | None) -> _Sees:
        if sight is None:
            return _sees_nothing
        return partial(self._sights.sees_label, self._sights.class_id(sight))

    def _list_labels(self) -> Iterator[tuple[LabelChange, bool]]:
        """Labels that would be marked otherwise, or be invalid; and whether the person asking sees them."""
        counts: dict[Label, int] = {}
        for portions in self._portions.values():
            for portion in portions:
                for variant in portion.variants:
                    counts[variant.label] = counts.get(variant.label, 0) + 1
        class_id = self._acting.class_id
        for label, count in counts.items():
            if find_faults(label, self._node.book):
                continue
            faults = find_faults(label, self._book)
            old = print_mark(label, BANNER, "en", self._node.book)
            new = "" if faults else print_mark(label, BANNER, "en", self._book)
            if old != new:
                visible = class_id is not None and self._node.sights.sees_label(class_id, label)
                yield LabelChange(old, new, tuple(explain_reason(f) for f in faults), count), visible


def compare_books(old: PolicyBook, new: PolicyBook) -> Iterator[PolicyChange]:
    """Policies by name; what is the same to the byte is left out."""
    for name in dict.fromkeys([*old.policies, *new.policies]):
        before, after = old.policies.get(name), new.policies.get(name)
        if before is None and after is not None:
            yield PolicyChange(name, "added", "", after.version)
        elif before is not None and after is None:
            yield PolicyChange(name, "removed", before.version, "")
        elif before is not None and after is not None and before.digest != after.digest:
            yield PolicyChange(name, "changed", before.version, after.version)
    if old.memberships != new.memberships:
        yield PolicyChange("", "changed")  # who is in which group


def _sees_nothing(_label: Label) -> bool:
    return False


def _find_more(portions: tuple[Portion, ...], before: _Sees, after: _Sees) -> tuple[Tag, ...]:
    return tuple(p.tag for p in portions if any(after(v.label) and not before(v.label) for v in p.variants))


def _find_unseen(portions: tuple[Portion, ...], sees: _Sees) -> tuple[Tag, ...]:
    return tuple(p.tag for p in portions if not all(sees(v.label) for v in p.variants))


def _compare_shown(
    portions: tuple[Portion, ...], before: _Sees, after: _Sees
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


def _sum_up(
    member: Member, persons: tuple[Person, ...], changes: list[ChangedProduct]
) -> ReaderChange | None:
    if not changes:
        return None
    gaining, losing = sum(bool(c.gained) for c in changes), sum(bool(c.lost) for c in changes)
    return ReaderChange(member, persons, gaining, losing, tuple(changes[:LISTED_MAX]))
