# SPDX-License-Identifier: Apache-2.0
"""Release advice keeps its promises, and the law goes red when one of its checks is removed."""

import sys

import pytest
from msgspec.structs import replace

from tearline.core.renditions import Suggestion
from tearline.core.renditions.advice import _cover, _find_blocking, _try, relate
from tests.properties.advice import check_advice
from tests.properties.worlds import LONG, World

advice = sys.modules[_try.__module__]


@pytest.mark.parametrize("seed", range(40 if LONG else 3))
def test_n2_other_words_at_the_advised_label_reach_exactly_the_promised_members(seed) -> None:
    assert check_advice(World(seed + 700, malformed=0.03), 60) > 50


def promises_everybody(original):
    def answer(product, changes, held, known, advisor):
        found = original(product, changes, held, known, advisor)
        return found and Suggestion(changes, tuple(sorted(held)))

    return answer


def promises_who_the_label_reaches(original):
    def answer(product, changes, held, known, advisor):
        found = original(product, changes, held, known, advisor)
        return found and Suggestion(changes, tuple(sorted(advisor.reach(changes[-1].label))))

    return answer


def forgets_the_title(_original):
    return lambda _product, portion, label, _book: (advice.WordsNeeded(portion.tag, label),)


@pytest.mark.parametrize("mutate", [promises_everybody, promises_who_the_label_reaches])
def test_n2_a_promise_not_tried_turns_the_law_red(monkeypatch, mutate) -> None:
    monkeypatch.setattr(advice, "_try", mutate(_try))
    with pytest.raises(AssertionError):
        check_advice(World(700, malformed=0.03), 60)


def test_n2_words_without_a_title_turn_the_law_red(monkeypatch) -> None:
    """Where neither the title is asked for nor the findings are looked at."""
    monkeypatch.setattr(advice, "_cover", forgets_the_title(_cover))
    monkeypatch.setattr(
        advice,
        "_find_blocking",
        lambda product, _book: frozenset(_find_blocking(product, _book)) & frozenset(),
    )
    with pytest.raises(AssertionError):
        check_advice(World(700, malformed=0.03), 60)


@pytest.mark.parametrize(
    "tell",
    [
        lambda told: [replace(one, either=0) for one in told],
        lambda told: [replace(one, either=n) for n, one in enumerate(told)],
        lambda told: [replace(one, further=False) for one in told],
        lambda told: [replace(one, further=n > 0) for n, one in enumerate(told)],
        lambda told: [*told, replace(told[0], either=told[-1].either + 1)] if told else told,
    ],
    ids=["all alternatives", "no alternatives", "never further", "always further", "said twice"],
)
def test_what_suggestions_are_to_one_another_is_told_rightly(monkeypatch, tell) -> None:
    monkeypatch.setattr(advice, "relate", lambda found: tuple(tell(relate(found))))
    with pytest.raises(AssertionError):
        check_advice(World(700, malformed=0.03), 60)
