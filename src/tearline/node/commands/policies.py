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

from tearline.core.canon import digest, encode_canonical, word_of
from tearline.core.errors import TearlineError
from tearline.core.ids import Member, Person, Tag
from tearline.core.labels import (
    BANNER,
    CaseResult,
    Label,
    MemberSight,
    PolicyBook,
    Sights,
    digest_pack,
    explain_reason,
    find_faults,
    judge_pack,
    make_member_sight,
    print_mark,
)
from tearline.core.products import Portion
from tearline.core.renditions import Share, share_portions
from tearline.node.books import make_person_sight
from tearline.node.commands.acting import Acting, Refused
from tearline.node.commands.release import sent_share
from tearline.node.journal import PolicyTried
from tearline.node.node import Node
from tearline.node.views.catalogue import Holding, Key

LISTED_MAX = 200
"""Products named for each reader; the counts say how many there are."""
FAILURES_MAX = 50
CHECK_LETTERS = 4
NO_WORDS = ("unknown-member", "unknown-ceiling")
Sees = Callable[[Label], bool]


class PolicyChange(msgspec.Struct, frozen=True):
    """A policy that the pack adds, removes or changes."""

    policy: str
    what: str  # added | removed | changed
    old_version: str
    new_version: str


class PackProblem(msgspec.Struct, frozen=True):
    """Whose clearance, or which mandate, the pack has no words for."""

    code: str  # unknown-member | unknown-ceiling | unknown-codeword | unknown-level
    member: Member
    person: Person
    value: str


class ChangedProduct(msgspec.Struct, frozen=True):
    """A product and its portions of which wordings would be gained or lost; a tag in both is told in other words."""

    key: Key
    reference: str
    gained: tuple[Tag, ...]
    lost: tuple[Tag, ...]


class ReaderChange(msgspec.Struct, frozen=True):
    """What a member, or people here of one clearance, would gain and lose. ``products`` names the first of them."""

    member: Member
    persons: tuple[Person, ...]  # empty: the member itself
    ceiling: str
    codewords: tuple[str, ...]
    gaining: int
    losing: int
    products: tuple[ChangedProduct, ...]


class LabelChange(msgspec.Struct, frozen=True):
    """A label of the holdings that would be marked otherwise, or not be valid any more (``words``), on so many wordings."""

    old_mark: str
    new_mark: str
    words: tuple[str, ...]
    wordings: int


class Obstacle(msgspec.Struct, frozen=True):
    """Why the pack can be looked at and not adopted."""

    code: str  # same-pack | no-words | policy-in-use
    words: str


class WouldChange(msgspec.Struct, frozen=True):
    """The whole answer. ``hidden_labels``: labels that change and that the person asking doesn't see.

    ``pack`` names the files that were looked at; ``check`` this answer: who adopts the pack types it, so that what takes
    effect is what was shown. ``named``: the network's directory names these policies. ``cases``: test cases that came out.
    """

    current: str
    candidate: str
    pack: str
    check: str
    named: bool
    cases: int
    obstacles: tuple[Obstacle, ...]
    policies: tuple[PolicyChange, ...]
    problems: tuple[PackProblem, ...]
    members: tuple[ReaderChange, ...]
    people: tuple[ReaderChange, ...]
    labels: tuple[LabelChange, ...]
    hidden_labels: int


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
    """People here of one clearance, and what they see before and after."""

    persons: tuple[Person, ...]
    codewords: tuple[str, ...]
    before: Sees
    after: Sees


def what_would_change(node: Node, acting: Acting, files: Mapping[str, bytes]) -> WouldChange | Refused:
    """Who would gain and lose what if this node took the pack. Recorded as tried."""
    if "administration" not in acting.duties:
        return Refused("no-authority", "a policy pack is tried by an administrator")
    with node.lock:
        judged = accept_candidate(node, files)
        if isinstance(judged, Refused):
            return judged
        work = node.work(acting.person, acting.post)
        work.add(PolicyTried, candidate=judged.book.digest()[:16])
        work.commit()
        return Trial(node, judged, acting).report()


class Candidate(msgspec.Struct, frozen=True):
    """A pack as a node of this kind and member may take it."""

    book: PolicyBook
    pack: str
    cases: int


def accept_candidate(node: Node, files: Mapping[str, bytes]) -> Candidate | Refused:
    """The pack's book; a refusal where no node, or not this one, takes it."""
    try:
        book, cases = judge_pack(files, node.clock.dtg())
    except TearlineError as error:
        return Refused(error.code, error.message)
    failed = [case for case in cases if not case.passed]
    if failed:
        what = f"{len(failed)} of {len(cases)} test cases of the pack fail"
        return Refused("cases-failed", what, tuple(map(_say_failed, failed[:FAILURES_MAX])))
    if book.kind != node.book.kind:
        what = f"the pack is of the kind {book.kind}, this node of the kind {node.book.kind}"
        return Refused("other-kind", what)
    if node.member not in book.members:
        return Refused("unknown-member", f"the pack knows no {node.member}")
    return Candidate(book, digest_pack(files), len(cases))


def _say_failed(case: CaseResult) -> tuple[str, str, str]:
    return ("case-failed", "", f"{case.id}, {case.what}: expected {case.expected!r}, is {case.actual!r}")


class Trial:
    """The holdings under the node's book and under another. Hold the node's lock."""

    def __init__(self, node: Node, candidate: Candidate, acting: Acting) -> None:
        self._node = node
        self._candidate = candidate
        self.book = candidate.book
        self._acting = acting
        self._sights = Sights(self.book)
        self._problems: list[PackProblem] = []
        records = node.directory.members.values()
        self._members = {m.code: self._find_member(m.code, m.ceiling, m.codewords) for m in records}
        self._portions = {
            key: c.portions for key in node.catalogue.holdings if (c := node.catalogue.content(key))
        }
        self._find_levels()

    @property
    def partners(self) -> tuple[Member, ...]:
        """Everybody else of the directory."""
        return tuple(m for m in self._members if m != self._node.member)

    def report(self) -> WouldChange:
        """Everything, in one pass a reader."""
        node = self._node
        people = tuple(filter(None, map(self._sum_up_people, self.list_clearings())))
        members = tuple(filter(None, map(self._sum_up_member, self.partners)))
        labels = list(self._list_labels())
        shown = [change for change, visible in labels if visible]
        found = WouldChange(
            current=node.book.digest()[:16],
            candidate=self.book.digest()[:16],
            pack=self._candidate.pack,
            check="",
            named=node.directory.packs == self.book.packs_digest(),
            cases=self._candidate.cases,
            obstacles=tuple(self._find_obstacles()),
            policies=tuple(compare_books(node.book, self.book)),
            problems=tuple(self._problems),
            members=members,
            people=people,
            labels=tuple(shown),
            hidden_labels=len(labels) - len(shown),
        )
        check = word_of(digest("tearline/pack-tried", encode_canonical(found)), CHECK_LETTERS)
        return msgspec.structs.replace(found, check=check)

    def _find_member(self, member: Member, ceiling: str, codewords: tuple[str, ...]) -> MemberSight | None:
        named = self.book.members.get(member)
        if named is None:
            self._problems.append(PackProblem("unknown-member", member, Person(""), member))
            return None
        if not self._knows(member, Person(""), named.policy, ceiling, codewords):
            return None
        return make_member_sight(member, ceiling, codewords, self.book)

    def _knows(
        self, member: Member, person: Person, policy: str, ceiling: str, codewords: tuple[str, ...]
    ) -> bool:
        """A word that the policy lost: a ceiling can't be set without it; a codeword is missed by who held it."""
        held = self.book.policies[policy]
        words = {value for tag_set in held.tag_sets.values() for value in tag_set.categories}
        for word in codewords:
            if word not in words:
                self._problems.append(PackProblem("unknown-codeword", member, person, word))
        if ceiling not in held.classifications:
            self._problems.append(PackProblem("unknown-ceiling", member, person, ceiling))
            return False
        return True

    def _find_levels(self) -> None:
        """Mandates up to a level that is gone cover nothing any more."""
        levels = self.book.policies[self.book.members[self._node.member].policy].classifications
        people = self._node.people
        mandates = [(d.id, d.highest) for d in people.delegations.values()]
        for name, highest in mandates + [(r.id, r.highest) for r in people.rules.values()]:
            if highest not in levels:
                value = f"{name}: {highest}"
                self._problems.append(PackProblem("unknown-level", self._node.member, Person(""), value))

    def _find_obstacles(self) -> Iterator[Obstacle]:
        if self._candidate.pack == self._node.pack_files:
            yield Obstacle("same-pack", "this pack is in force already")
        for problem in self._problems:
            if problem.code in NO_WORDS:
                words = f"the pack has no words for {problem.member}'s clearance in the directory ({problem.value})"
                yield Obstacle("no-words", words)
        used = {v.label.policy for ps in self._portions.values() for p in ps for v in p.variants}
        for policy in sorted(used & (set(self._node.book.policies) - set(self.book.policies))):
            yield Obstacle("policy-in-use", f"labels of {policy} would be left without their policy")

    def list_member(self, member: Member) -> Iterator[MemberChange]:
        """Of our own products: what was sent and would be recalled, what might be sent and might not before."""
        sees = self._seer(self._members[member])
        before = partial(self._node.sights.sees_label, self._node.member_classes[member])
        agreed = self._node.agreement_with(member) is not None
        for key, holding in self._own():
            gained = _find_more(self._portions[key], before, sees) if agreed else ()
            record = self._node.releases.sent.get(holding.envelope.product, {}).get(member)
            share = None if record is None or record.withdrawn else sent_share(self._node, record)
            lost = () if share is None else _find_unseen(share.portions, sees)
            if gained or lost:
                yield MemberChange(holding, gained, lost, None if share is None else _cut(share, sees))

    def _sum_up_member(self, member: Member) -> ReaderChange | None:
        changes = [
            ChangedProduct(c.holding.key, c.holding.envelope.reference, c.gained, c.lost)
            for c in self.list_member(member)
        ]
        record = self._node.directory.members[member]
        return _sum_up(member, (), (record.ceiling, record.codewords), changes)

    def _own(self) -> Iterator[tuple[Key, Holding]]:
        for key, holding in self._node.catalogue.holdings.items():
            if holding.own and key in self._portions:
                yield key, holding

    def list_clearings(self) -> Iterator[Clearing]:
        """People here by what they hold: those of one clearance gain and lose the same."""
        node, classes = self._node, dict[tuple[str, ...], list[Person]]()
        for record in node.people.persons.values():
            if record.class_id is not None:
                classes.setdefault(record.codewords, []).append(record.person)
        for codewords, persons in classes.items():
            class_id = node.people.persons[persons[0]].class_id
            if class_id is not None:
                before = partial(node.sights.sees_label, class_id)
                yield Clearing(tuple(persons), codewords, before, self._find_person(persons, codewords))

    def _find_person(self, persons: list[Person], codewords: tuple[str, ...]) -> Sees:
        """What people with these codewords would see; nothing where the pack has no words for their ceiling."""
        member, ceiling = self._members[self._node.member], self._node.people.ceiling
        policy = self.book.members[self._node.member].policy
        if member is None or not self._knows(self._node.member, persons[0], policy, ceiling, codewords):
            return _sees_nothing
        class_id = self._sights.class_id(make_person_sight(member, ceiling, codewords, self.book))
        return partial(self._sights.sees_label, class_id)

    def list_people(self, clearing: Clearing) -> Iterator[PersonChange]:
        """What people of one clearance would be shown, and would not be shown any more."""
        for key, portions in self._portions.items():
            gained, lost = _compare_shown(portions, clearing.before, clearing.after)
            if gained or lost:
                yield PersonChange(key, gained, lost)

    def _sum_up_people(self, clearing: Clearing) -> ReaderChange | None:
        changes = [
            ChangedProduct(c.key, self._reference(c.key), c.gained, c.lost)
            for c in self.list_people(clearing)
        ]
        held = (self._node.people.ceiling, clearing.codewords)
        return _sum_up(self._node.member, clearing.persons, held, changes)

    def _reference(self, key: Key) -> str:
        holding = self._node.catalogue.holdings[key]
        class_id = self._acting.class_id
        seen = class_id is not None and bool(self._node.catalogue.shown(key, class_id))
        return holding.envelope.reference if holding.own or seen else ""

    def own_sees(self) -> Sees:
        """What this member itself may hold under the pack."""
        return self._seer(self._members[self._node.member])

    def _seer(self, sight: MemberSight | None) -> Sees:
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
            faults = find_faults(label, self.book)
            old = print_mark(label, BANNER, "en", self._node.book)
            new = "" if faults else print_mark(label, BANNER, "en", self.book)
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
    if (old.memberships, old.members) != (new.memberships, new.members):
        yield PolicyChange("", "changed", "", "")  # who is a member, and in which group


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


def _sum_up(
    member: Member,
    persons: tuple[Person, ...],
    held: tuple[str, tuple[str, ...]],
    changes: list[ChangedProduct],
) -> ReaderChange | None:
    if not changes:
        return None
    gaining, losing = sum(bool(c.gained) for c in changes), sum(bool(c.lost) for c in changes)
    return ReaderChange(member, persons, *held, gaining, losing, tuple(changes[:LISTED_MAX]))
