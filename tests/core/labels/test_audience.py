# SPDX-License-Identifier: Apache-2.0
"""Member sets named in a policy's words, and the originator added to an audience when a product is filed."""

import random

import pytest

from tearline.core.labels import Label, add_member, find_faults, make_label, name_audience
from tests.oracle import policy as oracle
from tests.properties.worlds import draw_label, make_book, spoil, to_plain

BOOK = make_book()
DAY = "2023-07-12"


def words_for(members, policy="EXERCISE KOR", tag_set="Releasable To", epoch=DAY):
    return name_audience(frozenset(members), BOOK.policies[policy].tag_sets[tag_set], BOOK, epoch)


def test_n3_a_set_is_named_exactly():
    """A group where all its members are in the set, the own nation all the same, and None where there is no word."""
    nato = oracle.nato(DAY)
    assert words_for({"KOR", "JPN"}) == ("JPN", "KOR")
    assert words_for(nato | {"KOR"}) == ("KOR", "NATO")
    assert words_for(nato, "EXERCISE GBR") == ("GBR", "NATO")
    assert words_for(nato - {"NHQ"}) == tuple(sorted(nato - {"NHQ"}))
    assert words_for({"KOR", "PRK"}) is None
    assert words_for({"KOR", "JPN"}, tag_set="Eyes Only") is None
    assert words_for(nato, epoch="") == tuple(sorted(nato))


def test_n3_what_is_named_resolves_to_the_set_again():
    """Drawn sets, days and policies."""
    rng = random.Random(3)
    for _ in range(500):
        label = draw_label(rng, rng.choice(list(oracle.ROWS)))
        members = BOOK.audience(label) or frozenset()
        epoch = rng.choice(["", DAY, "2024-06-01"])
        named = words_for(members, rng.choice(list(oracle.ROWS)), epoch=epoch)
        assert named is not None
        assert BOOK.resolve(named, epoch) == members


def test_filing_adds_the_originator():
    """To what is named, and nothing else changes; a label that has it, or PUBLIC, stays the very same."""
    label = make_label(
        "EXERCISE KOR", "III-KUP", {"Releasable To": ["JPN", "NATO"], "Compartment": ["DALBIT"]}, DAY
    )
    added = add_member(label, "KOR", BOOK)
    assert BOOK.audience(added) == BOOK.audience(label) | {"KOR"}
    assert (added.classification, added.values("Compartment"), added.epoch) == ("III-KUP", ("DALBIT",), DAY)
    assert add_member(added, "KOR", BOOK) is added
    public = Label("PUBLIC", "UNMARKED")
    assert add_member(public, "KOR", BOOK) is public


@pytest.mark.parametrize("policy", [*oracle.ROWS, oracle.PUBLIC])
def test_n5_filing_mends_no_label(policy):
    """An invalid label is not made valid by adding the originator: an empty audience stays nobody."""
    rng = random.Random(policy)
    member = next((m for m, home in oracle.HOME.items() if home == policy), "KOR")
    for _ in range(30):
        for broken in spoil(draw_label(rng, policy)):
            assert not oracle.is_valid(to_plain(broken))
            assert find_faults(add_member(broken, member, BOOK), BOOK), broken
