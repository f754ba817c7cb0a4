# SPDX-License-Identifier: Apache-2.0
"""Formulas with one rule wrong: the law that guards it must find a counter-example, and the code must not share it."""

from dataclasses import replace

import pytest
from z3 import And, BitVecVal, If, Not, Or

from tearline.core.labels import Label, TagKind, find_faults, roll_up
from tests.proofs import laws
from tests.proofs.carry import Carrying, list_values
from tests.proofs.laws import make_formulas
from tests.proofs.words import EPOCH_BITS

KOR, JPN, EXNET = "EXERCISE KOR", "EXERCISE JPN", "EXERCISE EXNET"


class UnitesAudiences(Carrying):
    def join_audiences(self, audiences):
        out = audiences[0]
        for audience in audiences[1:]:
            out |= audience
        return out


class KeepsTheFirstsWords(Carrying):
    def join_values(self, name, labels):
        return labels[0].values[name]


class TakesTheLowest(Carrying):
    def rank(self, label):
        return ~super().rank(label)


class ResolvesAsOfToday(Carrying):
    """A carried label's group is the group as of the latest day, whatever the label says."""

    def arrive(self, label, policy, levels, can, tags):
        exists, arrives = super().arrive(label, policy, levels, can, tags)
        today = BitVecVal(self.words.last_epoch, EPOCH_BITS)
        return exists, replace(arrives, epoch=If(arrives.epoch == 0, arrives.epoch, today))


class DropsWordsWithoutCounterpart(Carrying):
    def carry(self, label, table, target, discarded):
        known = {
            t.name: label.values[t.name] & self.bits(list_values(table, t.name))
            for t in self.kind(label.policy, TagKind.RESTRICTIVE)
        }
        return super().carry(replace(label, values=label.values | known), table, target, discarded)


class ArrivesOneLower(Carrying):
    def arrive(self, label, policy, levels, can, tags):
        lower = dict(zip(levels, [next(iter(levels.values())), *levels.values()], strict=False))
        return super().arrive(label, policy, lower, can, tags)


class SkipsUnknownValues(Carrying):
    def tag_faults(self, tag_set, label):
        return super().tag_faults(tag_set, label)[:-1]


class SkipsEpochs(Carrying):
    def epoch_faults(self, _label):
        return []


class AsksForOneWord(Carrying):
    """One of the codewords is enough."""

    def decide(self, label, clearance):
        levels = enumerate(label.policy.classifications)
        needs = [self.valid(label), Or([And(label.level == i, clearance.levels[n]) for i, n in levels])]
        for tag_set in label.policy.tag_sets.values():
            if tag_set.kind is not TagKind.INFORMATIVE:
                named = self.resolve(label.values[tag_set.name], label.epoch)
                held = named & clearance.held[tag_set.name] != 0
                needs.append(Or(label.values[tag_set.name] == 0, held))
        return And(needs)


class DeniesTheHighlyCleared(Carrying):
    def decide(self, label, clearance):
        highly = And(list(clearance.levels.values()))
        return And(super().decide(label, clearance), Or(label.level != 0, Not(highly)))


CASES = (
    (UnitesAudiences, laws.refute_roll_up, (KOR,)),
    (UnitesAudiences, laws.refute_roll_up, (EXNET,)),
    (KeepsTheFirstsWords, laws.refute_roll_up, (KOR,)),
    (TakesTheLowest, laws.refute_roll_up, (JPN,)),
    (ResolvesAsOfToday, laws.refute_translation, (KOR, EXNET)),
    (DropsWordsWithoutCounterpart, laws.refute_translation, (KOR, JPN)),
    (ArrivesOneLower, laws.refute_translation, (JPN, KOR)),
    (SkipsUnknownValues, laws.refute_unknown, (KOR,)),
    (SkipsEpochs, laws.refute_unknown, (KOR,)),
    (AsksForOneWord, laws.refute_more_restriction, (KOR,)),
    (DeniesTheHighlyCleared, laws.refute_more_clearance, (KOR,)),
)


@pytest.mark.slow
@pytest.mark.parametrize(("mutant", "law", "names"), CASES)
def test_n4_a_wrong_rule_has_a_counter_example(mutant, law, names):
    """N3, N4, N5: labels for which the wrong rule breaks the law, where the right one doesn't."""
    formulas = make_formulas("exercise", mutant)
    found = law(formulas, formulas.book.policies[names[0]], *names[1:])
    assert found is not None
    labels = [label for label in found.values() if isinstance(label, Label)]
    assert labels
    if law is laws.refute_roll_up:
        _check_banner(labels, formulas.book)
    if law is laws.refute_unknown:
        assert find_faults(labels[0], formulas.book), labels


def _check_banner(labels, book):
    """The code's banner over the same labels has the intersection, the higher level and every codeword, or is none."""
    rolled = roll_up(labels, book)
    assert not any(find_faults(label, book) for label in labels)
    if isinstance(rolled, Label):
        assert book.audience(rolled) == book.audience(labels[0]) & book.audience(labels[1])
        height = book.policies[rolled.policy].classifications
        assert height[rolled.classification].hierarchy == max(
            height[label.classification].hierarchy for label in labels
        )
        assert {w for label in labels for w in label.values("Compartment")} == set(
            rolled.values("Compartment")
        )


@pytest.mark.slow
def test_n3_lists_that_are_not_closed_downwards_break_it():
    """Who holds only the higher level sees the banner and not the portion: why a node refuses to load such a list."""
    formulas = make_formulas("exercise")
    found = laws.refute_roll_up_for_lists(formulas, formulas.book.policies[KOR])
    assert found is not None
    assert found["a"] != found["b"]
