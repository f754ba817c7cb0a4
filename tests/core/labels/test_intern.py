# SPDX-License-Identifier: Apache-2.0
"""Kept answers: labels and classes as numbers, in whatever order they come."""

import random

import pytest

from tearline.core.labels import Label, Sights, decide_many, decide_sight
from tearline.core.labels.postings import Postings
from tests.properties.worlds import draw_label, draw_reader, make_book


def test_answers_are_those_of_the_one_question():
    """Labels and sights added in any order; each kept answer is the decision."""
    rng, book = random.Random(1), make_book()
    sights = Sights(book)
    labels, readers = [], []
    for _ in range(120):
        if rng.random() < 0.7:
            labels.append(draw_label(rng, malformed=0.2))
            sights.label_id(labels[-1])
        else:
            readers.append(draw_reader(rng, book).sight)
            sights.class_id(readers[-1])
    ids = [sights.label_id(label) for label in labels]
    for sight in readers:
        number = sights.class_id(sight)
        answers = [decide_sight(label, sight, book).permitted for label in labels]
        assert [sights.sees(number, i) for i in ids] == answers
        assert decide_many(sights.row(number), ids) == answers
        assert list(map(bool, sights.answers_by_class(tuple(ids))[number])) == answers
        assert [sights.sees_label(number, label) for label in labels] == answers


@pytest.mark.parametrize("seed", range(4))
def test_n2_a_new_member_finds_every_label_that_it_sees(seed):
    """The index may leave nobody out who would be answered yes: in whatever policy, with groups, faults, PUBLIC among them."""
    rng, book = random.Random(seed), make_book()
    sights = Sights(book)
    labels = list({draw_label(rng, malformed=0.1): None for _ in range(600)})
    ids = [sights.label_id(label) for label in labels]
    seen = 0
    for _ in range(12):
        sight = draw_reader(rng, book).sight
        number = sights.class_id(sight)
        answers = [decide_sight(label, sight, book).permitted for label in labels]
        assert [sights.sees(number, i) for i in ids] == answers
        seen += sum(answers)
    assert seen > 100


def test_n5_whoever_an_index_finds_too_many_is_asked_all_the_same(monkeypatch):
    """It can only leave out: if it finds everybody, the answers are what they are."""
    rng, book = random.Random(9), make_book()
    labels = [draw_label(rng, malformed=0.2) for _ in range(200)]
    sight = draw_reader(rng, book).sight
    sights = Sights(book)
    ids = [sights.label_id(label) for label in labels]
    monkeypatch.setattr(Postings, "find", lambda _self, _clearance, count: bytearray(b"\1") * count)
    number = sights.class_id(sight)
    assert [sights.sees(number, i) for i in ids] == [decide_sight(x, sight, book).permitted for x in labels]


def test_equal_sights_are_one_class_and_equal_labels_one_number():
    book = make_book()
    sights = Sights(book)
    one, two = (draw_reader(random.Random(5), book).sight for _ in range(2))
    assert one is not two
    assert sights.class_id(one) == sights.class_id(two)
    assert sights.label_id(Label("PUBLIC", "UNMARKED")) == sights.label_id(Label("PUBLIC", "UNMARKED"))
    assert len(sights.labels) == len(sights.classes) == 1


def test_a_split_is_the_labels_and_those_of_them_seen():
    """Equal sets with equal answers are one split, in whatever order they are given."""
    rng, book = random.Random(2), make_book()
    sights = Sights(book)
    labels = [draw_label(rng) for _ in range(6)]
    numbers = [sights.class_id(draw_reader(rng, book).sight) for _ in range(8)]
    for number in numbers:
        split = sights.split(labels, number)
        assert split == sights.split(reversed(labels), number)
        ids, seen = sights.splits.values[split]
        assert ids == {sights.label_id(label) for label in labels}
        assert seen == {i for i in ids if sights.sees(number, i)}


class NoAnswerError(Exception):
    """A decision that could not be made."""


def test_n5_a_decision_that_fails_moves_no_answer(monkeypatch):
    """After a failure between two labels each answer is still the one of its own label."""
    rng, book = random.Random(3), make_book()
    sights = Sights(book)
    readers = [draw_reader(rng, book).sight for _ in range(4)]
    numbers = [sights.class_id(sight) for sight in readers]
    labels = [draw_label(rng) for _ in range(20)]

    def fail(*_):
        raise NoAnswerError

    for label in labels:
        with monkeypatch.context() as patch:
            patch.setattr("tearline.core.labels.intern.judge_member", fail)
            with pytest.raises(NoAnswerError):
                sights.label_id(label)
        sights.label_id(label)
    for number, sight in zip(numbers, readers, strict=True):
        answers = [decide_sight(label, sight, book).permitted for label in labels]
        assert [sights.sees_label(number, label) for label in labels] == answers
