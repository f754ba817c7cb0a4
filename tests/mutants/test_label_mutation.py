# SPDX-License-Identifier: Apache-2.0
"""A seeded sample of the mutants of what decides, joins and carries labels; every one of them in the long form."""

import os
import random

import pytest

from tests.mutants import mutation
from tests.properties.worlds import LONG

MUTANTS = {mutant.name: mutant for mutant in mutation.list_mutants()}
ARGUED = mutation.read_arguments()
SETTLED = sorted(MUTANTS.keys() - ARGUED)
SAMPLE = SETTLED if LONG else random.Random(20).sample(SETTLED, 12)

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="each mutant runs in a forked process")


@pytest.mark.slow
@pytest.mark.parametrize("name", SAMPLE)
def test_n3_to_n5_a_mutant_is_noticed(name):
    assert not mutation.survives(MUTANTS[name])


def test_what_is_argued_is_still_there():
    """An argument is about a place in the code; where that is gone, so is the argument."""
    assert MUTANTS.keys() >= ARGUED


def test_the_cheap_checks_are_green_on_the_code_as_it_is():
    """Else every mutant would seem noticed."""
    for check in mutation.CHEAP:
        check()
