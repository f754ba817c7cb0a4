# SPDX-License-Identifier: Apache-2.0
"""Suggestions for historical and careless markings: what was read is said, what was not is said too."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tearline.core.errors import LimitError, MalformedError, TearlineError
from tearline.core.labels.codecs.text import MARKING_CHARS_MAX, Level, read_marking, suggest

VECTORS = Path(__file__).resolve().parents[3] / "vectors/labels/historical/markings.json"
HISTORICAL = json.loads(VECTORS.read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", HISTORICAL, ids=[case["text"] for case in HISTORICAL])
def test_a_historical_marking_is_read_as_listed(case):
    """Level, house, controls, handling, precedence and number, and what could not be read."""
    (found,) = suggest(case["text"])
    assert found.text == case["text"]
    assert (found.level.value if found.level else "") == case["level"]
    for name in ("house", "precedence", "reference", "marking"):
        assert getattr(found, name) == case[name], name
    for name in ("eyes_only", "controls", "handling", "unread"):
        assert list(getattr(found, name)) == case[name], name


@pytest.mark.parametrize("case", HISTORICAL, ids=[case["text"] for case in HISTORICAL])
def test_a_suggested_banner_is_good_and_never_lower(case):
    """It passes the strict grammar, and nothing that restricts was left out to make it pass."""
    (found,) = suggest(case["text"])
    if found.marking:
        marking = read_marking(found.marking)
        assert marking.level is found.level
        assert (found.unread, found.handling, found.eyes_only) == ((), (), ())
        assert {i.name for i in (*marking.dissem, *marking.other)} == set(found.controls)


def test_at_most_sixty_strings_were_taken():
    """The attribution covers sixty strings."""
    assert len({case["text"] for case in HISTORICAL}) == len(HISTORICAL) <= 60


@pytest.mark.parametrize(
    ("text", "marking"),
    [
        ("Secret; Noforn", "SECRET//NOFORN"),
        ("secret//rel to usa, jpn", "SECRET//REL TO USA, JPN"),
        ("SECRET // REL TO USA,JPN", "SECRET//REL TO USA, JPN"),
        ("SECRET//REL TO JPN, USA", "SECRET//REL TO USA, JPN"),
        ("(s//nf)", "SECRET//NOFORN"),
        ("Cosmic Top Secret", "//COSMIC TOP SECRET"),
        ("NATO SECRET", "//NATO SECRET"),
        ("SECRET; NO FOREIGN DISSEM", "SECRET//NOFORN"),
        ("Confidential – Noforn", "CONFIDENTIAL//NOFORN"),
    ],
)
def test_a_careless_form_is_offered_in_the_strict_one(text, marking):
    """With the change named, for a person to confirm."""
    (found,) = suggest(text)
    assert found.marking == marking
    assert found.changes or found.text == marking or found.house == "NATO"


@pytest.mark.parametrize("text", ["TOP SECRET AUSTEO", "CONFIDENTIAL - AUSTEO"])
def test_a_nations_eyes_only_is_for_its_own_policy(text):
    """AUSTEO names the nation, and no banner of another house is offered."""
    (found,) = suggest(text)
    assert (found.house, found.eyes_only, found.marking) == ("AUS", ("AUS",), "")


@pytest.mark.parametrize(
    "text",
    [
        "SECRET UMBRA",
        "SECRET NOFORN AUSTEO",
        "SECRET//NOFORN//REL TO USA, KOR",
        "NATO SECRET RELEASABLE TO JAPAN, KOREA",
        "Top Secret; [codeword not declassified]; Noforn",
        "SECRET' OR '1'='1",
        "RESTRICTED",
        "Secret; Eyes Only",
        "UNCLASSIFIED NOFORN",
    ],
)
def test_no_banner_is_offered_where_something_is_left_over(text):
    """A word not understood, or that has no place, might restrict."""
    assert all(not found.marking for found in suggest(text))


def test_of_two_levels_the_higher_is_suggested_and_said():
    """Secret and Confidential on one line."""
    (found,) = suggest("IMMEDIATE SECRET CONFIDENTIAL")
    assert found.level is Level.S
    assert any("two levels" in change.why for change in found.changes)


@pytest.mark.parametrize("text", ["", "good morning", "//", "=1+1", "100"])
def test_what_is_no_marking_gets_no_suggestion(text):
    """Nothing is made of nothing."""
    assert suggest(text) == ()


@pytest.mark.parametrize("text", ["SEC\u200bRET", "\u202eTERCES", "ЅЕСRЕТ", "ＳＥＣＲＥＴ", "SECRET\nNOFORN"])
def test_nobody_is_asked_to_confirm_hostile_text(text):
    """Refused, not tidied."""
    with pytest.raises(MalformedError):
        suggest(text)


def test_length_is_bounded():
    """A book is no marking."""
    with pytest.raises(LimitError):
        suggest("SECRET " * MARKING_CHARS_MAX)


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            (
                "SECRET",
                "Top Secret",
                "NOFORN",
                ";",
                "//",
                "-",
                "AUSTEO",
                "PERSONAL",
                "GUARD",
                "X",
                "LIMDIS",
                "12.",
                "[",
                "]",
                ".",
                "REL TO USA, GBR",
            )
        ),
        max_size=8,
    )
)
def test_any_suggested_banner_passes_the_strict_grammar(pieces):
    """And has the highest level that was read."""
    try:
        found = suggest(" ".join(pieces))
    except TearlineError:
        return
    for suggestion in found:
        if suggestion.marking:
            assert read_marking(suggestion.marking).level is suggestion.level
            assert not suggestion.unread
