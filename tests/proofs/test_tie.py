# SPDX-License-Identifier: Apache-2.0
"""The formulas are the code: on drawn labels they give the same answers, or the proofs would prove nothing.

240 labels of each policy, a fifth of them spoilt, for each of four questions; results are compared whole, bit for bit.
"""

import random

import pytest
from msgspec.structs import replace
from z3 import BitVecVal, is_true, simplify, substitute

from tearline.core.labels import (
    Decision,
    NoLabel,
    PersonSight,
    decide,
    decide_sight,
    dominates,
    make_member_sight,
    make_national_clearance,
    roll_up,
    translate,
)
from tests.proofs.encode import Unsaid
from tests.proofs.laws import PACK_NAMES, any_holder, make_formulas, read_book
from tests.proofs.words import (
    draw_clearance,
    draw_label,
    label_bits,
    pack_clearance,
    pack_label,
    unpack_label,
)

DRAWN = 240


def work_out(formula, *bound):
    """The formula's value where its unknowns have these values."""
    known = simplify(substitute(formula, *((name, BitVecVal(value, name.size())) for name, value in bound)))
    return known.as_long() if hasattr(known, "as_long") else is_true(known)


def number_result(label, formulas):
    """A label that exists, as ``Formulas.number`` has it."""
    policy = formulas.book.policies[label.policy]
    return pack_label(label, policy, formulas.words) | 1 << label_bits(policy, formulas.words)


def check_steps(label, target, carried, book):
    """From nation to nation is nation to network, network to nation: the argument of test_proofs."""
    through = translate(label, book.network, book)
    onwards = through if isinstance(through, Decision) else translate(through, target, book)
    assert carried == onwards, (label, target)


def list_policies():
    return [(pack, policy) for pack in PACK_NAMES for policy in read_book(pack).policies]


def start(pack, name):
    formulas = make_formulas(pack)
    rng = random.Random(name)
    policy = formulas.book.policies[name]
    labels = [draw_label(rng, policy, formulas.words) for _ in range(DRAWN)]
    return formulas, policy, rng, labels


@pytest.mark.slow
@pytest.mark.parametrize(("pack", "name"), list_policies())
def test_n5_the_formula_of_a_decision_is_the_decision(pack, name):
    """Any list of levels and values against each label; numbers and labels stand for each other."""
    formulas, policy, rng, labels = start(pack, name)
    number, label = formulas.label("a", policy)
    held, listed = formulas.clearance("held", policy)
    formula, answers = formulas.decide(label, listed), []
    for drawn in labels:
        clearance = draw_clearance(rng, policy, formulas.words)
        packed = pack_label(drawn, policy, formulas.words)
        expected = decide(drawn, clearance, formulas.book).permitted
        bound = (number, packed), (held, pack_clearance(clearance, policy, formulas.words))
        assert work_out(formula, *bound) == expected, (drawn, clearance)
        again = unpack_label(packed, policy, formulas.words)
        assert pack_label(again, policy, formulas.words) == packed
        assert decide(again, clearance, formulas.book).permitted == expected
        answers.append(expected)
    assert DRAWN * 0.1 < sum(answers) < DRAWN


@pytest.mark.slow
@pytest.mark.parametrize(("pack", "name"), list_policies())
def test_n3_the_formula_of_a_banner_is_the_banner(pack, name):
    """Pairs and triples, and whether one dominates the other."""
    formulas, policy, rng, labels = start(pack, name)
    numbers, parts = zip(*(formulas.label(letter, policy) for letter in "abc"), strict=True)
    banners = {}
    for count in (2, 3):
        exists, rolled = formulas.roll_up(parts[:count])
        banners[count] = formulas.number(rolled, exists)
    order, made = formulas.dominates(*parts[:2]), 0
    for i, drawn in enumerate(labels):
        chosen = [drawn, *(labels[max(0, i - rng.randint(0, 9))] for _ in range(rng.choice((1, 1, 2))))]
        bound = list(zip(numbers, (pack_label(c, policy, formulas.words) for c in chosen), strict=False))
        rolled = roll_up(chosen, formulas.book)
        expected = 0 if isinstance(rolled, NoLabel) else number_result(rolled, formulas)
        assert work_out(banners[len(chosen)], *bound) == expected, (chosen, rolled)
        assert work_out(order, *bound) == dominates(*chosen[:2], formulas.book), chosen
        assert isinstance(rolled, NoLabel) or rolled.epoch in {"", *(c.epoch for c in chosen)}
        made += bool(expected)
    assert made > DRAWN * 0.05


@pytest.mark.slow
@pytest.mark.parametrize(("pack", "name"), list_policies())
def test_n4_the_formula_of_a_translation_is_the_translation(pack, name):
    """Into every policy, the label as it arrives; refused where the code refuses."""
    formulas, policy, rng, labels = start(pack, name)
    number, label = formulas.label("a", policy)
    targets = {}
    for target in formulas.book.policies:
        exists, carried = formulas.translate(label, target)
        targets[target] = formulas.number(carried, exists), exists
    for drawn in labels:
        target = rng.choice(list(targets))
        carried = translate(drawn, target, formulas.book)
        expected = 0
        if formulas.book.public not in {name, target} and name != target:
            check_steps(drawn, target, carried, formulas.book)
        if not isinstance(carried, Decision):
            expected = number_result(carried, formulas)
            assert carried.epoch in {"", drawn.epoch}
        bound = (number, pack_label(drawn, policy, formulas.words))
        assert work_out(targets[target][0], bound) == expected, (drawn, target, carried)
        assert work_out(targets[target][1], bound) != isinstance(carried, Decision)


@pytest.mark.slow
@pytest.mark.parametrize(("pack", "name"), [row for row in list_policies() if read_book(row[0]).members])
def test_n4_the_formula_of_a_sight_is_the_sight(pack, name):
    """Every member, and persons acting for it, cleared to any level with any codewords."""
    formulas, policy, rng, labels = start(pack, name)
    book, words = formulas.book, formulas.words
    number, label = formulas.label("a", policy)
    holders = [any_holder(formulas, "member"), any_holder(formulas, "person")]
    sights = {
        m: (formulas.sight(m, *holders[0]), formulas.sight(m, *holders[0], holders[1])) for m in book.members
    }
    seen = {m: [formulas.sees(label, sight) for sight in pair] for m, pair in sights.items()}
    for drawn in labels:
        member = rng.choice(list(book.members))
        home = book.policies[book.members[member].policy]
        every = sorted({v for t in home.tag_sets.values() for v in t.categories})
        of_member, of_person = (
            (rng.choice(list(home.classifications)), tuple(w for w in every if rng.random() < 0.7))
            for _ in range(2)
        )
        sight = make_member_sight(member, *of_member, book)
        person = PersonSight(sight, make_national_clearance(member, *of_person, book))
        bound = [(number, pack_label(drawn, policy, words))]
        for (ceiling, codewords), held in zip(holders, (of_member, of_person), strict=True):
            height = home.classifications[held[0]].hierarchy
            bound += [(ceiling, height), (codewords, words.mask(held[1]))]
        for formula, real in zip(seen[member], (sight, person), strict=True):
            assert work_out(formula, *bound) == decide_sight(drawn, real, book).permitted, (drawn, real)


def test_n5_what_the_formulas_do_not_say_stops_the_proof():
    """A value that its writer completes is one of the things; it isn't skipped."""
    formulas = make_formulas("exercise")
    policy = formulas.book.policies[formulas.book.network]
    tag_set = next(iter(policy.tag_sets.values()))
    open_ended = {n: replace(c, user_input="string") for n, c in tag_set.categories.items()}
    other = {**policy.tag_sets, tag_set.name: replace(tag_set, categories=open_ended)}
    changed = replace(policy, tag_sets=other)
    with pytest.raises(Unsaid):
        formulas.valid(formulas.label("open", changed)[1])
