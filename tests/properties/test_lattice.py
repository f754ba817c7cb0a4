# SPDX-License-Identifier: Apache-2.0
"""A small lattice, all of it: three levels, two codewords, every audience of four members, and every clearance there is."""

import functools
import itertools

import pytest

from tearline.core.labels import NoLabel, decide_sight, dominates, make_label, roll_up, translate
from tests.oracle import policy as oracle
from tests.properties.worlds import list_clearances, list_readers, make_book, make_reader, to_plain

BOOK = make_book()
FOUR = ("KOR", "USA", "AUS", "JPN")


def list_subsets(items):
    return [c for size in range(len(items) + 1) for c in itertools.combinations(items, size)]


LABELS = [
    make_label("EXERCISE KOR", level, {"Releasable To": members} | ({"Compartment": words} if words else {}))
    for level in ("DAEOEBI", "III-KUP", "II-KUP")
    for words in list_subsets(("DALBIT", "MILLRACE"))
    for members in list_subsets(FOUR)
]


@functools.cache
def list_four():
    return [make_reader(BOOK, member, clearance) for member in FOUR for clearance in list_clearances(member)]


@functools.cache
def sight_of(label):
    """Who sees a label, as a number of one bit a reader."""
    return sum(1 << i for i, r in enumerate(list_four()) if decide_sight(label, r.sight, BOOK).permitted)


def test_n5_every_decision_of_the_lattice():
    """192 labels for every clearance of four members, as the oracle says; an empty audience is nobody."""
    for label in LABELS:
        plain = to_plain(label)
        assert sight_of(label) == sum(1 << i for i, reader in enumerate(list_four()) if reader.sees(plain))
        assert sight_of(label) == 0 or label.values("Releasable To")


@pytest.mark.slow
def test_n3_every_pair_of_the_lattice():
    """36,864 pairs: a banner is seen by exactly those who see both, and NoLabel only where nobody is left to name."""
    for a, b in itertools.product(LABELS, repeat=2):
        rolled = roll_up((a, b), BOOK)
        shared = set(a.values("Releasable To")) & set(b.values("Releasable To"))
        assert isinstance(rolled, NoLabel) == (not shared)
        if shared:
            assert sight_of(rolled) == sight_of(a) & sight_of(b), (a, b, rolled)
        if dominates(a, b, BOOK):
            assert sight_of(a) & ~sight_of(b) == 0, (a, b)


def test_n4_every_translation_of_the_lattice():
    """Into every policy: nobody new sees it, and what is refused has no equivalent by the table."""
    for label, policy in itertools.product(LABELS, oracle.ROWS):
        carried = translate(label, policy, BOOK)
        refused = not hasattr(carried, "classification")
        assert refused == (oracle.translate(to_plain(label), policy) is None)
        assert refused or sight_of(carried) & ~sight_of(label) == 0, (label, carried)


@pytest.mark.slow
def test_n2_more_clearance_never_sees_less():
    """Every clearance and person of every member: one level or one codeword more loses nothing."""
    readers = list_readers(BOOK)
    labels = [*LABELS[:: len(LABELS) // 24], make_label("PUBLIC", "UNMARKED", {})]
    for label in labels:
        seen = [decide_sight(label, reader.sight, BOOK).permitted for reader in readers]
        for (low, sees_low), (high, sees_high) in itertools.permutations(zip(readers, seen, strict=True), 2):
            assert not sees_low or sees_high or not _is_above(high, low), (label, low, high)


def _is_above(high, low):
    if high.member != low.member or high.of_person is None:
        return False
    pairs = ((high.of_member, low.of_member), (high.of_person, low.of_person))
    return low.of_person is None or all(
        h["ceiling"] >= lower["ceiling"] and h["codewords"] >= lower["codewords"] for h, lower in pairs
    )
