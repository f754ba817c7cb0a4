# SPDX-License-Identifier: Apache-2.0
"""Kept answers: labels and classes as numbers, in whatever order they come."""

import random

import pytest

from tearline.core.labels import Label, Sights, decide_many, decide_sight
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
        assert list(map(bool, sights.answers(number, ids))) == answers
        assert [sights.sees_label(number, label) for label in labels] == answers


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
