# SPDX-License-Identifier: Apache-2.0
"""The whole network under drawn schedules and bad carriers (DESIGN 12).

A failing seed names itself: ``TEARLINE_SEED=n`` runs that one alone. ``TEARLINE_LONG=1`` runs thousands.
"""

import os

import pytest

from tests.properties.worlds import LONG
from tests.simulation.campaign import Campaign

CHUNK = 10
SEEDS = 3_000 if LONG else 60
STEPS = 80 if LONG else 45


def run_seed(seed):
    campaign = Campaign(seed)
    try:
        campaign.run(STEPS)
        campaign.finish()
    except Exception as error:
        error.add_note(f"TEARLINE_SEED={seed}, {STEPS} steps, after: {', '.join(campaign.log[-6:])}")
        raise


@pytest.mark.slow
@pytest.mark.skipif("TEARLINE_SEED" in os.environ, reason="one seed is asked for")
@pytest.mark.parametrize("first", range(0, SEEDS, CHUNK))
def test_d3_n2_d2_d1_d4_n1_whatever_happens_on_the_way_each_has_exactly_its_own(first):
    for seed in range(first, first + CHUNK):
        run_seed(seed)


@pytest.mark.skipif("TEARLINE_SEED" not in os.environ, reason="no seed is asked for")
def test_d3_one_seed_again():
    run_seed(int(os.environ["TEARLINE_SEED"]))
