# SPDX-License-Identifier: Apache-2.0
"""The access decision under any SPIF, beside a second reading of the standards: drawn policies, and a lattice, all of it.

Twenty million decisions in the long form, a hundred thousand a seed, so that they spread over workers and a red one is
played again by its number.
"""

import itertools
import random

import pytest

from tearline.core.labels import NoLabel, PolicyBook, decide, find_faults, make_label, parse_spif, roll_up
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


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(20 if LONG else 2))
def test_n3_a_banner_under_a_spif_by_itself_is_sound(seed):
    """Whoever may see it, holding all levels below their own, may see every label under it; whatever the SPIF demands."""
    rng = random.Random(seed)
    joined = seen = 0
    for _ in range(120):
        drawn = DrawnPolicy(rng)
        labels = [
            label
            for label in (read_label(drawn.draw_label(rng)) for _ in range(30))
            if label.policy == "DRAWN"
        ]
        valid = [label for label in labels if not find_faults(label, drawn.book)]
        for _ in range(20 if len(valid) > 1 else 0):
            under = rng.sample(valid, rng.randint(2, min(4, len(valid))))
            rolled = roll_up(under, drawn.book)
            if isinstance(rolled, NoLabel):
                continue
            joined += 1
            assert not find_faults(rolled, drawn.book)
            assert roll_up([rolled, *under], drawn.book) == rolled
            for _ in range(20):
                plain = drawn.draw_clearance(rng)
                plain["classifications"] = drawn.levels[: rng.randint(0, len(drawn.levels))]
                clearance = read_clearance(plain)
                if decide_anew(rolled, clearance, drawn.book).permitted:
                    seen += 1
                    assert all(decide_anew(label, clearance, drawn.book).permitted for label in under), (
                        rolled,
                        under,
                    )
    assert joined > 300
    assert seen > 100


def test_n3_tlp_and_policies_without_an_audience_have_banners():
    """The highest level and every restriction; who states an audience binds all; none in common is no label."""
    text = write_spif(
        "TLP",
        [write_level(name, row, "") for row, name in enumerate(("CLEAR", "GREEN", "AMBER", "RED"))],
        [write_set("To", "permissive", *(write_value(v, n) for n, v in enumerate(("AAA", "BBB"))))],
    )
    book = PolicyBook("real", "", "PUBLIC", {"TLP": parse_spif(text.encode())}, {})
    plain = [make_label("TLP", level, {}) for level in ("GREEN", "RED", "CLEAR")]
    assert roll_up(plain, book) == plain[1]
    first, both, other = (make_label("TLP", "AMBER", {"To": to}) for to in (["AAA"], ["AAA", "BBB"], ["BBB"]))
    assert roll_up([plain[0], both], book) == both
    assert roll_up([plain[1], both, first], book) == make_label("TLP", "RED", {"To": ["AAA"]})
    assert isinstance(roll_up([first, other], book), NoLabel)
