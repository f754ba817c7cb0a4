# SPDX-License-Identifier: Apache-2.0
"""Why a person sees a label: every ground named, and nothing said of what they don't see."""

from __future__ import annotations

import pytest

from tearline.core.ids import Member
from tearline.core.labels import (
    PersonSight,
    make_label,
    make_member_sight,
    make_national_clearance,
    person_sees,
)
from tearline.core.labels.grounds import explain_ground, list_grounds
from tests.simulation.network import load_book

BOOK = load_book()
ALL = ["AUS", "JPN", "KOR", "NZL"]
OPEN = make_label("EXERCISE KOR", "III-KUP", {"Releasable To": ALL})


def sight(member: str, ceiling: str) -> PersonSight:
    code = Member(member)
    return PersonSight(
        make_member_sight(code, ceiling, (), BOOK), make_national_clearance(code, ceiling, (), BOOK)
    )


def test_a3_a_label_of_ones_own_policy_is_explained_value_by_value() -> None:
    """Classification and audience, each with what is held."""
    grounds = list_grounds(OPEN, sight("KOR", "II-KUP"), BOOK)
    assert [(g.code, g.values, g.held) for g in grounds] == [
        ("classification", ("III-KUP",), ()),
        ("audience", tuple(ALL), ("KOR",)),
    ]


def test_a3_a_partners_label_says_that_it_was_carried() -> None:
    """The grounds are those of the reader's own policy."""
    grounds = list_grounds(OPEN, sight("JPN", "GOKUHI"), BOOK)
    assert (grounds[0].code, grounds[0].policy, grounds[0].values) == (
        "carried",
        "EXERCISE JPN",
        ("EXERCISE KOR",),
    )
    assert [g.held for g in grounds if g.code == "audience"] == [("JPN",)]


def test_n1_nothing_is_said_of_a_label_that_is_not_seen() -> None:
    """Not to a member outside the audience, nor to somebody without clearance."""
    hidden = make_label("EXERCISE KOR", "III-KUP", {"Releasable To": ["KOR", "USA"]})
    jpn = sight("JPN", "GOKUHI")
    assert not person_sees(hidden, jpn, BOOK).permitted
    assert list_grounds(hidden, jpn, BOOK) == ()
    assert list_grounds(OPEN, PersonSight(jpn.member, None), BOOK) == ()


@pytest.mark.parametrize("lang", ["en", "fr", "ko", "ja"])
def test_a3_every_ground_has_words(lang: str) -> None:
    """With all of its values filled in."""
    for ground in list_grounds(OPEN, sight("JPN", "GOKUHI"), BOOK):
        words = explain_ground(ground, lang)
        assert "{" not in words
        assert all(value in words for value in ground.values)
