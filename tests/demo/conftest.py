# SPDX-License-Identifier: Apache-2.0
"""One play of the shipped exercise for all tests that look at what it came to."""

import asyncio
from typing import NamedTuple

import pytest

from tearline.cli.demo.play import Player
from tearline.cli.demo.record import Record
from tearline.cli.demo.scenario import DEFAULT, Scenario, find_script, load_scenario
from tearline.cli.demo.scene import Scene
from tests.demo.memory import MemoryStage


class Played(NamedTuple):
    """A play that is over."""

    scenario: Scenario
    scene: Scene
    record: Record


def play(scenario: Scenario) -> Played:
    """Play a script in memory."""
    player = Player(scenario, MemoryStage(scenario))
    asyncio.run(player.play())
    return Played(scenario, player.scene, player.record)


@pytest.fixture(scope="session")
def played() -> Played:
    """The whole exercise, with its holdings: half a minute of computing."""
    return play(load_scenario(find_script(DEFAULT)))
