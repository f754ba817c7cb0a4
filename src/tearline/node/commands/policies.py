# SPDX-License-Identifier: Apache-2.0
"""What another policy pack would change over the holdings, before anything does (DESIGN 10).

The pack is judged as a node takes one: whole, its test cases passed, of this node's kind. Then every holding is decided
twice, for each member (what it was sent, what it might be sent) and each clearance here (what it reads). Nothing changes
but the journal, which says that it was tried, by whom.

Who asks is no reader (N7): what is told are the names of products and portions, as in the other listed views of headers;
labels, and references of what was received, only where the person asking may see them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from tearline.core.canon import digest, encode_canonical, word_of
from tearline.core.errors import TearlineError
from tearline.core.ids import Member, Person, Tag
from tearline.core.labels import (
    BANNER,
    CaseResult,
    PolicyBook,
    digest_pack,
    explain_reason,
    find_faults,
    judge_pack,
    print_mark,
)
from tearline.node.commands.acting import Acting, Refused
from tearline.node.commands.trial import Clearing, PackProblem, Trial
from tearline.node.journal import PolicyTried
from tearline.node.node import Node
from tearline.node.views.catalogue import Key

LISTED_MAX = 200
"""Products named for each reader; the counts say how many there are."""
FAILURES_MAX = 50
CHECK_LETTERS = 4
NO_WORDS = ("unknown-member", "unknown-ceiling")
LOST = {"unknown-codeword": "codeword", "unknown-level": "level"}


class PolicyChange(msgspec.Struct, frozen=True):
    """A policy that the pack adds, removes or changes."""

    policy: str
    what: str  # added | removed | changed
    old_version: str
    new_version: str


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


class PolicyLoss(msgspec.Struct, frozen=True):
    """A word in use that the pack lacks: whoever adopts it has to accept that.

    ``codeword``: ``member`` or ``person`` holds ``value``, and loses what it covers. ``level``: the mandate ``value`` goes up
    to none any more and covers nothing. ``label``: ``wordings`` of the holdings stay sealed from everybody, their label being
    ``value`` (its mark; '' where the person asking doesn't see them, all of these in one).
    """

    code: str  # codeword | level | label
    member: Member
    person: Person
    value: str
    wordings: int = 0


class WouldChange(msgspec.Struct, frozen=True):
    """The whole answer. ``losses`` have to be accepted by whoever adopts the pack.

    ``hidden_labels``: labels that change and that the person asking doesn't see.
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
    losses: tuple[PolicyLoss, ...]
    members: tuple[ReaderChange, ...]
    people: tuple[ReaderChange, ...]
    labels: tuple[LabelChange, ...]
    hidden_labels: int


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
        return report(Trial(node, judged.book), judged, acting)


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


def report(trial: Trial, candidate: Candidate, acting: Acting) -> WouldChange:
    """Everything that a trial of this pack finds, in one pass a reader."""
    node, book = trial.node, trial.book
    people = tuple(filter(None, (sum_up_people(trial, acting, c) for c in trial.list_clearings())))
    members = tuple(filter(None, (sum_up_member(trial, m) for m in trial.partners)))
    labels = list(_list_labels(trial, acting))
    shown = [change for change, visible in labels if visible]
    found = WouldChange(
        current=node.book.digest()[:16],
        candidate=book.digest()[:16],
        pack=candidate.pack,
        check="",
        named=node.directory.packs == book.packs_digest(),
        cases=candidate.cases,
        obstacles=tuple(_find_obstacles(trial, candidate)),
        policies=tuple(compare_books(node.book, book)),
        problems=tuple(trial.problems),
        losses=tuple(_list_losses(trial, labels)),
        members=members,
        people=people,
        labels=tuple(shown),
        hidden_labels=len(labels) - len(shown),
    )
    check = word_of(digest("tearline/pack-tried", encode_canonical(found)), CHECK_LETTERS)
    return msgspec.structs.replace(found, check=check)


def _list_losses(trial: Trial, labels: list[tuple[LabelChange, bool]]) -> Iterator[PolicyLoss]:
    """Words that are held or used here and that the pack lacks. Nothing of it widens: who lacks the word sees less (N5)."""
    for problem in trial.problems:
        if problem.code in LOST:
            yield PolicyLoss(LOST[problem.code], problem.member, problem.person, problem.value)
    own, hidden = trial.node.member, 0
    for change, visible in labels:
        if change.new_mark or not change.words:
            continue
        if visible:
            yield PolicyLoss("label", own, Person(""), change.old_mark, change.wordings)
        else:
            hidden += change.wordings
    if hidden:
        yield PolicyLoss("label", own, Person(""), "", hidden)


def say_loss(loss: PolicyLoss) -> str:
    """What goes on record of a loss that was accepted; of labels their number alone."""
    if loss.code == "label":
        return f"label: {loss.wordings}"
    return f"{loss.code}: {loss.person or loss.member} {loss.value}"


def _find_obstacles(trial: Trial, candidate: Candidate) -> Iterator[Obstacle]:
    node = trial.node
    if candidate.pack == node.pack_files:
        yield Obstacle("same-pack", "this pack is in force already")
    for problem in trial.problems:
        if problem.code in NO_WORDS:
            words = (
                f"the pack has no words for {problem.member}'s clearance in the directory ({problem.value})"
            )
            yield Obstacle("no-words", words)
    used = {node.sights.labels.values[number].policy for number in node.catalogue.labelled.count()}
    for policy in sorted(used & (set(node.book.policies) - set(trial.book.policies))):
        yield Obstacle("policy-in-use", f"labels of {policy} would be left without their policy")


def sum_up_member(trial: Trial, member: Member) -> ReaderChange | None:
    """What a member would gain and lose; None where that is nothing."""
    changes = [
        ChangedProduct(c.holding.key, c.holding.envelope.reference, c.gained, c.lost)
        for c in trial.list_member(member)
    ]
    record = trial.directory.members[member]
    return _sum_up(member, (), (record.ceiling, record.codewords), changes)


def sum_up_people(trial: Trial, acting: Acting, clearing: Clearing) -> ReaderChange | None:
    """The same for people here of one clearance."""
    changes = [
        ChangedProduct(c.key, _reference(trial.node, acting, c.key), c.gained, c.lost)
        for c in trial.list_people(clearing)
    ]
    held = (trial.ceiling, clearing.codewords)
    return _sum_up(trial.node.member, clearing.persons, held, changes)


def _reference(node: Node, acting: Acting, key: Key) -> str:
    holding = node.catalogue.holdings[key]
    seen = acting.class_id is not None and bool(node.catalogue.shown(key, acting.class_id))
    return holding.envelope.reference if holding.own or seen else ""


def _list_labels(trial: Trial, acting: Acting) -> Iterator[tuple[LabelChange, bool]]:
    """Labels that would be marked otherwise, or be invalid; and whether the person asking sees them."""
    node = trial.node
    for number, count in node.catalogue.labelled.count().items():
        label = node.sights.labels.values[number]
        if find_faults(label, node.book):
            continue
        faults = find_faults(label, trial.book)
        old = print_mark(label, BANNER, "en", node.book)
        new = "" if faults else print_mark(label, BANNER, "en", trial.book)
        if old != new:
            visible = acting.class_id is not None and node.sights.sees_label(acting.class_id, label)
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
