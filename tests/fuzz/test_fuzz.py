# SPDX-License-Identifier: Apache-2.0
"""Seeded fuzzing of every parser from its samples, short: no crash, no hang, no memory beyond bounds.

The long form is ``python -m tests.fuzz.campaign NAME``, guided by coverage where atheris is installed.
"""

import random
import time
import tracemalloc

import pytest

from tests.fuzz.mutate import mutate
from tests.fuzz.parsers import TARGETS, feed, read_found
from tests.properties.worlds import LONG

INPUTS = 20_000 if LONG else 250
SECONDS_MAX = 5  # far above what any input needs; a shared machine stalls
BYTES_MAX = 256 * 1024 * 1024


@pytest.mark.parametrize("name", TARGETS)
def test_each_parser_knows_its_samples_or_refuses_them(name):
    """A sample that crashes would hide everything behind it; what a campaign found once is fed ever after."""
    for raw in (*TARGETS[name].samples, *read_found(name)):
        feed(name, raw)


@pytest.mark.slow
@pytest.mark.parametrize("name", TARGETS)
def test_n5_a_parser_answers_or_refuses_whatever_it_is_given(name):
    rng = random.Random(name)
    samples = TARGETS[name].samples
    tracemalloc.start()
    try:
        for number in range(INPUTS):
            raw = mutate(rng.choice(samples), samples, rng)
            started = time.process_time()
            try:
                feed(name, raw)
            except Exception as error:  # noqa: BLE001  whatever leaves a parser is the finding
                pytest.fail(f"{name}, input {number}: {type(error).__name__}: {error}; {raw!r}")
            assert time.process_time() - started < SECONDS_MAX, (name, number, raw)
        assert tracemalloc.get_traced_memory()[1] < BYTES_MAX
    finally:
        tracemalloc.stop()
