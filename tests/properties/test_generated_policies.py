# SPDX-License-Identifier: Apache-2.0
"""The access decision under any SPIF, beside a second reading of the standards: drawn policies, and a lattice, all of it.

Twenty million decisions in the long form, a hundred thousand a seed, so that they spread over workers and a red one is
played again by its number.
"""

import itertools
import random

import pytest

from tearline.core.labels import PolicyBook, decide, find_faults, parse_spif
from tearline.core.labels.decide import decide_anew
from tests.core.labels.packs import write_level, write_set, write_spif, write_value
from tests.oracle import acdf
from tests.properties.policies import AT, DrawnPolicy, read_clearance, read_label
from tests.properties.worlds import LONG

SEEDS = range(200 if LONG else 1)
POLICIES, LABELS, CLEARANCES = (50, 40, 50) if LONG else (25, 32, 50)
LEVELS, WORDS, NATIONS = ("LOW", "MID", "HIGH"), ("X", "Y", "Z"), ("AAA", "BBB", "CCC", "DDD")


def compare(drawn, labels, clearances):
    """Every label with every clearance; how many were permitted."""
    permitted = 0
    held = [(plain, read_clearance(plain)) for plain in clearances]
    for plain in labels:
        label = read_label(plain)
        valid = plain["policy"] == "DRAWN" and acdf.is_valid(drawn.plain, plain, AT)
        assert valid == (not find_faults(label, drawn.book)), plain
        for other, clearance in held:
            expected = valid and other["policy"] == "DRAWN" and acdf.holds(drawn.plain, plain, other)
            assert decide_anew(label, clearance, drawn.book).permitted == expected, (plain, other)
            permitted += expected
    return permitted


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_n5_decisions_under_drawn_policies(seed):
    """Levels, every kind of tag, conditions, selections and windows, as they fall; labels with and without faults."""
    rng = random.Random(seed)
    permitted = 0
    for _ in range(POLICIES):
        drawn = DrawnPolicy(rng)
        labels = [drawn.draw_label(rng) for _ in range(LABELS)]
        permitted += compare(drawn, labels, [drawn.draw_clearance(rng) for _ in range(CLEARANCES)])
    assert POLICIES * LABELS * CLEARANCES // 30 < permitted < POLICIES * LABELS * CLEARANCES // 2


def list_subsets(items, least=0):
    return [list(c) for size in range(least, len(items) + 1) for c in itertools.combinations(items, size)]


def write_tags(**tags):
    return [[name, values] for name, values in tags.items() if values]


@pytest.mark.slow
def test_n5_every_pair_of_three_levels_three_codewords_four_nations():
    """384 labels and 1,024 clearances, all 393,216 pairs: as the oracle says, and as sets say; remembered or not."""
    text = write_spif(
        "GRID",
        [write_level(name, row, "") for row, name in enumerate(LEVELS)],
        [
            write_set("CW", "restrictive", *(write_value(v, n) for n, v in enumerate(WORDS))),
            write_set("RT", "permissive", *(write_value(v, n) for n, v in enumerate(NATIONS))),
        ],
    )
    policy, plain = parse_spif(text.encode()), acdf.parse_spif(text)
    book = PolicyBook("real", "", "PUBLIC", {"GRID": policy}, {})
    clearances = [
        {"policy": "GRID", "classifications": levels, "categories": write_tags(CW=words, RT=nations)}
        for levels in list_subsets(LEVELS)
        for words in list_subsets(WORDS)
        for nations in list_subsets(NATIONS)
    ]
    held = [(c, read_clearance(c)) for c in clearances]
    pairs = 0
    for level, words, nations in itertools.product(LEVELS, list_subsets(WORDS), list_subsets(NATIONS)):
        label = {"policy": "GRID", "classification": level, "categories": write_tags(CW=words, RT=nations)}
        assert acdf.is_valid(plain, label, AT)
        read = read_label(label)
        for other, clearance in held:
            has = dict(other["categories"])
            by_sets = (
                level in other["classifications"]
                and set(words) <= set(has.get("CW", ()))
                and (not nations or bool(set(nations) & set(has.get("RT", ()))))
            )
            assert acdf.holds(plain, label, other) == by_sets
            assert decide_anew(read, clearance, book).permitted == by_sets, (label, other)
            pairs += 1
        assert decide(read, held[-1][1], book) == decide_anew(read, held[-1][1], book)
    assert pairs == 393_216
