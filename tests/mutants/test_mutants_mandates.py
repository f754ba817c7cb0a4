# SPDX-License-Identifier: Apache-2.0
"""One check of rules, recalls or the register's file removed at a time: the test that guards it must go red."""

import pytest

from tearline.node.commands import mandates, recall, register
from tests.node.commands import test_mandates, test_recall
from tests.node.commands.world import World


def members():
    return World("KOR", "JPN", "USA", "NZL")


MUTANTS = {
    "a1 a rule goes beyond its delegation": (
        mandates,
        "_find_excess",
        lambda *_args, **_kwargs: (),
        lambda: test_mandates.test_a1_a_rule_never_goes_beyond_its_delegation(
            test_mandates.make_world(), {"highest": "I-KUP"}
        ),
    ),
    "a1 a dry run asks another question": (
        mandates,
        "rule_covers",
        lambda *_args, **_kwargs: True,
        lambda: test_mandates.test_a1_a_dry_run_tells_exactly_what_the_rule_then_releases(
            test_mandates.make_world(), 0
        ),
    ),
    "n7 any post makes rules": (
        mandates,
        "_find_own",
        lambda node, _acting, name: node.people.delegations[name],
        lambda: test_mandates.test_n7_only_a_release_officer_of_the_post_makes_ends_or_tries_a_mandate(
            test_mandates.make_world(), "kor.watch"
        ),
    ),
    "n1 anybody recalls": (
        recall,
        "_find_recallable",
        lambda node, _acting, key: recall.find_own_product(node, key),
        lambda: test_recall.test_n1_to_who_may_not_recall_it_the_product_does_not_exist(
            members(), "kor.analyst"
        ),
    ),
    "a1 a cell is taken for a formula": (
        register,
        "_plain",
        lambda cell: cell,
        lambda: test_recall.test_a1_no_cell_of_an_export_is_a_formula(members(), "="),
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", MUTANTS)
def test_without_this_check_a_test_goes_red(name, monkeypatch):
    place, attribute, mutant, check = MUTANTS[name]
    monkeypatch.setattr(place, attribute, mutant)
    with pytest.raises((AssertionError, ValueError)):
        check()
