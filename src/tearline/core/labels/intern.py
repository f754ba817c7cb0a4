# SPDX-License-Identifier: Apache-2.0
"""Labels, classes and splits as small integers; each pair of label and class is decided once (DESIGN 3, idea 2).

A *class* is a clearance as a node uses it: a sight (member, or person acting for a member). Equal sights are one class. A
*split* is (labels of a product, those of them visible), interned. ``Sights`` answers from a byte a label for each class, so
the hot path is an index into ``bytes``. A new label costs one decision per class, a new member one per label that it may see
(``Postings`` leaves out the others), and a person one per label that the member sees.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Generic, NewType, TypeVar

from tearline.core.labels.book import PolicyBook
from tearline.core.labels.decide import Decision, find_needs
from tearline.core.labels.label import Label
from tearline.core.labels.postings import Postings
from tearline.core.labels.sight import (
    MemberSight,
    PersonSight,
    judge_member,
    member_sees,
    own_sees,
    person_sees,
)
from tearline.core.labels.translate import translate

LabelId = NewType("LabelId", int)
ClassId = NewType("ClassId", int)
SplitId = NewType("SplitId", int)
T = TypeVar("T")

ANSWERED_MAX = 4_096
"""So many combinations of labels are remembered with their answers; texts of a kind mostly carry the same ones."""


class Interner(Generic[T]):
    """Equal values get one number, in order of first appearance. Numbers are a node's own and leave it in no form."""

    def __init__(self) -> None:
        self._numbers: dict[T, int] = {}
        self.values: list[T] = []

    def number(self, value: T) -> int:
        """The value's number; given out now if it is new."""
        found = self._numbers.get(value)
        if found is None:
            found = self._numbers[value] = len(self.values)
            self.values.append(value)
        return found

    def replace(self, values: list[T]) -> None:
        """Other values under the same numbers; of equal ones the first is found."""
        self.values = values
        self._numbers = {}
        for number, value in enumerate(values):
            self._numbers.setdefault(value, number)

    def find(self, value: T) -> int | None:
        """The value's number, if it has one."""
        return self._numbers.get(value)

    def __contains__(self, value: T) -> bool:
        return value in self._numbers

    def __len__(self) -> int:
        return len(self.values)


def decide_sight(label: Label, sight: MemberSight | PersonSight, book: PolicyBook) -> Decision:
    """The one question, for a member or for a person acting for one."""
    return (
        member_sees(label, sight, book) if isinstance(sight, MemberSight) else person_sees(label, sight, book)
    )


class Sights:
    """Every decision made so far. Not thread-safe: the node's actor owns it."""

    def __init__(self, book: PolicyBook) -> None:
        self.book = book
        self.labels: Interner[Label] = Interner()
        self.classes: Interner[MemberSight | PersonSight] = Interner()
        self.splits: Interner[tuple[frozenset[int], frozenset[int]]] = Interner()
        self._rows: list[bytearray] = []
        self._answered: dict[tuple[LabelId, ...], list[bytes]] = {}
        self._members: dict[MemberSight, bytearray] = {}  # the members' halves, shared by all their people
        self._index()

    def label_id(self, label: Label) -> LabelId:
        """The label's number; a new label is decided for every class now."""
        number = self.labels.find(label)
        if number is None:  # decided before it has one: a failure here must not move other labels' answers
            carried = self._carry(label)
            members = {member: self._member_sees(label, member) for member in self._members}
            answers = [self._sees(label, sight, members) for sight in self.classes.values]
            for member, permitted in members.items():
                self._members[member].append(permitted)
            for row, answer in zip(self._rows, answers, strict=True):
                row.append(answer)
            self._post(len(self.labels), label, carried)
            number = self.labels.number(label)
        return LabelId(number)

    def _carry(self, label: Label) -> Label | None:
        """Into the network policy now, for every other member will be asked about it: a new class finds it done."""
        if self.book.network not in self.book.policies:
            return None
        carried = translate(label, self.book.network, self.book)
        return carried if isinstance(carried, Label) else None

    def _index(self) -> None:
        """Labels by what they need, as they stand and as carried into the network policy."""
        self._stated, self._carried, self._public = Postings(), Postings(), bytearray()
        for number, label in enumerate(self.labels.values):
            self._post(number, label, self._carry(label))

    def _post(self, number: int, label: Label, carried: Label | None) -> None:
        self._public.append(label.policy == self.book.public)
        for postings, form in ((self._stated, label), (self._carried, carried)):
            needs = None if form is None else find_needs(form, self.book)
            if form is not None and needs is not None:
                postings.add(number, form, needs)

    def _find_candidates(self, member: MemberSight) -> bytes:
        """For each label whether it is worth asking about: by the national clearance, by the network one, or for everybody."""
        count = len(self.labels)
        stated = self._stated.find(member.national, count)
        carried = self._carried.find(member.network, count)
        together = [int.from_bytes(row, "little") for row in (stated, carried, self._public)]
        return (together[0] | together[1] | together[2]).to_bytes(count, "little")

    def _member_sees(self, label: Label, member: MemberSight) -> bool:
        return judge_member(label, member, self.book).permitted

    def _sees(self, label: Label, sight: MemberSight | PersonSight, members: dict[MemberSight, bool]) -> bool:
        if isinstance(sight, MemberSight):
            return members[sight]
        return members[sight.member] and own_sees(label, sight, self.book).permitted

    def class_id(self, sight: MemberSight | PersonSight) -> ClassId:
        """The class of a sight; a new class is decided for every label now."""
        if sight not in self.classes:
            self._rows.append(self._make_row(sight))
        return ClassId(self.classes.number(sight))

    def _make_row(self, sight: MemberSight | PersonSight) -> bytearray:
        """The answers of a new class; a member's half is decided once for all its people."""
        member = sight if isinstance(sight, MemberSight) else sight.member
        half = self._members.get(member)
        if half is None:
            pairs = zip(self._find_candidates(member), self.labels.values, strict=True)
            half = bytearray(found and self._member_sees(label, member) for found, label in pairs)
            self._members[member] = half
        if isinstance(sight, MemberSight):
            return bytearray(half)
        pairs = zip(half, self.labels.values, strict=True)
        return bytearray(bool(seen) and own_sees(label, sight, self.book).permitted for seen, label in pairs)

    def sees(self, class_id: ClassId, label_id: LabelId) -> bool:
        """The kept answer: one index."""
        return bool(self._rows[class_id][label_id])

    def sees_label(self, class_id: ClassId, label: Label) -> bool:
        """The kept answer for a label not interned yet, too."""
        number = self.labels.find(label)
        return bool(self._rows[class_id][self.label_id(label) if number is None else number])

    def answers_by_class(self, label_ids: tuple[LabelId, ...]) -> list[bytes]:
        """For each class by number, one byte for each of the labels: equal answers see the same of whatever carries these."""
        found = self._answered.get(label_ids)
        if found is None or len(found) < len(self._rows):
            if len(self._answered) >= ANSWERED_MAX:
                self._answered.clear()
            found = [bytes(map(row.__getitem__, label_ids)) for row in self._rows]
            self._answered[label_ids] = found
        return found

    def adopt(self, book: PolicyBook, sights: Mapping[ClassId, MemberSight | PersonSight]) -> Sights:
        """Decide everything anew under another book; the answers until now, for who has to tell what changed.

        Labels and classes keep their numbers. ``sights``: what a class sees in the new book's words; others stay as they are.
        """
        before = self._keep()
        self.book = book
        self.classes.replace(
            [sights.get(ClassId(number), sight) for number, sight in enumerate(self.classes.values)]
        )
        self._members = {}
        self._index()
        self._rows = [self._make_row(sight) for sight in self.classes.values]
        self._answered = {}
        self.splits = Interner()
        return before

    def find_changed(self, before: Sights, classes: Iterable[ClassId]) -> frozenset[LabelId]:
        """The labels about which one of these classes got another answer than it had ``before``, by the same numbers."""
        changed: set[LabelId] = set()
        for class_id in classes:
            if class_id < len(before._rows):
                changed.update(list_differing(before._rows[class_id], self._rows[class_id]))
        return frozenset(changed)

    def _keep(self) -> Sights:
        """A copy of all answers, to be asked beside this one."""
        copy = Sights(self.book)
        copy.labels.replace(list(self.labels.values))
        copy.classes.replace(list(self.classes.values))
        copy._rows = [bytearray(row) for row in self._rows]
        copy._index()
        copy._members = {member: bytearray(half) for member, half in self._members.items()}
        return copy

    def row(self, class_id: ClassId) -> bytes:
        """One byte a label: 1 where the class sees it. A copy, for loops over many labels."""
        return bytes(self._rows[class_id])

    def split(self, labels: Iterable[Label], class_id: ClassId) -> SplitId:
        """The split of a product's labels by a class."""
        ids = frozenset(self.label_id(label) for label in labels)
        row = self._rows[class_id]
        return SplitId(self.splits.number((ids, frozenset(i for i in ids if row[i]))))


def list_differing(old: bytes | bytearray, new: bytes | bytearray) -> list[LabelId]:
    """The labels on which two rows of answers differ."""
    if old == new:
        return []
    return [LabelId(n) for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b]


def decide_many(row: bytes, label_ids: Sequence[int]) -> list[int]:
    """The hot path: a class's row over many labels at once, 1 or 0 each."""
    return list(map(row.__getitem__, label_ids))
