# SPDX-License-Identifier: Apache-2.0
"""Which texts carry a label: what is asked of them when policies change."""

from tearline.node.views.labelled import Labelled


def found(labelled, *numbers, ever=False):
    return set(labelled.find(frozenset(numbers), ever=ever))


def test_n4_a_text_is_found_by_what_it_carries_and_ever_carried():
    """A partner may have been sent an earlier text, with labels that the newest one has no more."""
    labelled = Labelled()
    labelled.hold("KOR.a", [1, 2, 2])
    labelled.hold("KOR.b", [2])
    labelled.hold("KOR.a", [3])
    assert found(labelled, 1) == set()
    assert found(labelled, 1, ever=True) == {"KOR.a"}
    assert found(labelled, 2) == {"KOR.b"}
    assert found(labelled, 2, 3, ever=True) == {"KOR.a", "KOR.b"}


def test_n5_a_holding_that_had_a_text_nobody_can_read_is_always_looked_at():
    labelled = Labelled()
    labelled.miss("KOR.a")
    labelled.hold("KOR.a", [1])
    assert found(labelled) == found(labelled, ever=True) == {"KOR.a"}
    labelled.release("KOR.a")
    assert found(labelled, 1) == set()


def test_wordings_are_counted_by_label():
    labelled = Labelled()
    for n in range(3):
        labelled.hold(f"KOR.{n}", [1, 2, 2])
    labelled.release("KOR.0")
    assert labelled.count() == {1: 2, 2: 4}
