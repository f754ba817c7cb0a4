# SPDX-License-Identifier: Apache-2.0
"""The laws to prove. Each gives None where Z3 finds no counter-example among all labels and clearances, else one.

``formulas`` is a ``Carrying``, so that a mutant of it can be put to the same laws.
"""

import functools
from pathlib import Path

from z3 import ULE, And, BitVec, Implies, Not, Or, Then, sat, unsat

from tearline.core.labels import TagKind, load_pack
from tests.proofs.carry import Carrying
from tests.proofs.words import FIRST_DAY, Words, unpack_label

PACKS = Path(__file__).resolve().parents[2] / "src/tearline/data/packs"
PACK_NAMES = sorted(path.name for path in PACKS.iterdir() if (path / "pack.json").is_file())
TACTICS = (
    *("simplify", "propagate-values", "solve-eqs", "elim-uncnstr", "simplify", "max-bv-sharing"),
    *("bit-blast", "aig", "sat"),
)
"""Bits and a SAT solver: ten times as quick here as Z3's own choice."""


@functools.cache
def read_book(name):
    return load_pack({p.name: p.read_bytes() for p in (PACKS / name).iterdir() if p.is_file()})


@functools.cache
def make_formulas(name, kind=Carrying):
    book = read_book(name)
    return kind(book, Words(book))


def refute(formulas, claim, policy=None, **labels):
    """A counter-example to the claim, as labels of the policy and as Z3 has it; None where there is none."""
    solver = Then(*TACTICS).solver()
    solver.add(Not(claim))
    answer = solver.check()
    if answer == unsat:
        return None
    assert answer == sat, solver.reason_unknown()
    model = solver.model()
    found = {name: model.eval(number, model_completion=True).as_long() for name, number in labels.items()}
    return {name: unpack_label(number, policy, formulas.words) for name, number in found.items()}


def any_holder(formulas, name):
    """A ceiling and codewords, both unknown."""
    return BitVec(f"{name} ceiling", 16), BitVec(f"{name} codewords", formulas.words.width)


def list_sights(formulas):
    """For each member its sight, and somebody acting for it, over one unknown pair of holders."""
    of_member, of_person = any_holder(formulas, "member"), any_holder(formulas, "person")
    persons = (None, of_person)
    members = formulas.book.members
    return formulas.keep(
        "sights", lambda: [formulas.sight(m, *of_member, p) for m in members for p in persons]
    )


def no_wider(formulas, inner, outer):
    """Who sees the first label sees every one of the others, for every member and person."""
    return And(
        [
            Implies(formulas.sees(inner, sight), And([formulas.sees(label, sight) for label in outer]))
            for sight in list_sights(formulas)
        ]
    )


def refute_roll_up(formulas, policy, count=2):
    """N3: whoever sees the banner's label sees every portion's, at every member, in every person's hands."""
    pairs = [formulas.label("abc"[i], policy) for i in range(count)]
    exists, rolled = formulas.roll_up([label for _, label in pairs])
    claim = Implies(exists, no_wider(formulas, rolled, [label for _, label in pairs]))
    return refute(formulas, claim, policy, **{"abc"[i]: number for i, (number, _) in enumerate(pairs)})


def refute_roll_up_for_lists(formulas, policy):
    """What N3 says of any list of levels, closed downwards or not: not true, and why a node refuses to load them."""
    (a, first), (b, second) = formulas.label("a", policy), formulas.label("b", policy)
    _, listed = formulas.clearance("held", policy)
    exists, rolled = formulas.roll_up([first, second])
    both = And(formulas.decide(first, listed), formulas.decide(second, listed))
    return refute(formulas, Implies(And(exists, formulas.decide(rolled, listed)), both), policy, a=a, b=b)


def refute_translation(formulas, policy, target):
    """N4: nobody sees the label as carried into ``target``, and from there onwards, who doesn't see the original."""
    number, label = formulas.label("a", policy)
    exists, carried = formulas.translate(label, target)
    same_members = formulas.audience(carried) == formulas.audience(label)
    claim = Implies(exists, And(same_members, no_wider(formulas, carried, [label])))
    return refute(formulas, claim, policy, a=number)


def refute_more_clearance(formulas, policy):
    """Whoever holds more sees no less: any lists in ``decide``, ceilings and codewords in the sights."""
    number, label = formulas.label("a", policy)
    (_, low), (_, high) = formulas.clearance("low", policy), formulas.clearance("high", policy)
    more = [Implies(low.levels[name], high.levels[name]) for name in policy.classifications]
    more += [low.held[name] & ~high.held[name] == 0 for name in policy.tag_sets]
    claims = [Implies(And(*more, formulas.decide(label, low)), formulas.decide(label, high))]
    lows = [any_holder(formulas, "low member"), any_holder(formulas, "low person")]
    highs = [any_holder(formulas, "high member"), any_holder(formulas, "high person")]
    above = And([And(ULE(a[0], b[0]), a[1] & ~b[1] == 0) for a, b in zip(lows, highs, strict=True)])
    for member in formulas.book.members:
        for person in (False, True):
            few = formulas.sight(member, *lows[0], lows[1] if person else None)
            many = formulas.sight(member, *highs[0], highs[1] if person else None)
            claims.append(Implies(And(above, formulas.sees(label, few)), formulas.sees(label, many)))
    return refute(formulas, And(claims), policy, a=number)


def refute_more_restriction(formulas, policy):
    """Whoever sees a stricter label (level, codewords, members: ``dominates``) sees the looser one, at every member."""
    (a, strict), (b, loose) = formulas.label("a", policy), formulas.label("b", policy)
    claim = Implies(formulas.dominates(strict, loose), no_wider(formulas, strict, [loose]))
    return refute(formulas, claim, policy, a=a, b=b)


def refute_unknown(formulas, policy):
    """N5: something unknown, empty, missing or twice admits nobody, joins no banner, goes nowhere, covers nothing."""
    (number, label), (_, other) = formulas.label("a", policy), formulas.label("b", policy)
    _, listed = formulas.clearance("held", policy)
    bad = [label.broken, Not(ULE(label.level, len(policy.classifications) - 1))]
    for tag_set in policy.tag_sets.values():
        bad.append(Not(formulas.within(label.values[tag_set.name], tag_set.categories)))
        bad.append(And(label.present[tag_set.name], label.values[tag_set.name] == 0))
    permissive = formulas.kind(policy, TagKind.PERMISSIVE)
    named = Or([formulas.names_group(label.values[t.name]) for t in permissive])
    bad += [And(label.epoch != 0, Not(named)), And(named, ULE(label.epoch, FIRST_DAY - 1))]
    if policy.name != formulas.book.public:
        bad.append(formulas.audience(label) == 0)
    rolled, _ = formulas.roll_up([label, other])
    shown = [formulas.decide(label, listed), rolled]
    shown += [formulas.dominates(label, other), formulas.dominates(other, label)]
    shown += [formulas.translate(label, target)[0] for target in formulas.book.policies]
    shown += [formulas.sees(label, sight) for sight in list_sights(formulas)]
    return refute(formulas, Implies(Or(bad), Not(Or(shown))), policy, a=number)
