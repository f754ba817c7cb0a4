# SPDX-License-Identifier: Apache-2.0
"""A check that cannot fail proves nothing: one safeguard removed, and the play must end red and name what failed."""

import asyncio

import pytest

from tearline.cli.demo.account import print_account
from tearline.cli.demo.breaks import BREAKS, TABLES, Broken, apply_break, find_leak, find_recalled
from tearline.cli.demo.play import Player
from tearline.cli.demo.scenario import DEFAULT, Scenario, find_script, load_scenario
from tests.demo.memory import MemoryStage

pytestmark = pytest.mark.slow


def without_holdings() -> Scenario:
    """The exercise from its first message on: a break shows without old documents."""
    scenario = load_scenario(find_script(DEFAULT))
    scenario.script["feeds"]["holdings"] = []
    scenario.steps = [s for s in scenario.steps if s["id"] not in {"S01", "S02", "S03"}]
    return scenario


def play_broken(name: str) -> tuple[Player, Broken]:
    scenario = without_holdings()
    stage = MemoryStage(scenario)
    player = Player(scenario, stage)
    broken = apply_break(name, player, stage)
    asyncio.run(player.play())
    return player, broken


@pytest.mark.parametrize("name", BREAKS)
def test_a_break_ends_red_and_is_named(name: str) -> None:
    """The check that must see it does, and the account says which."""
    player, broken = play_broken(name)
    failed = {f.table for f in player.record.failures}
    assert failed & set(TABLES[name])
    lines = print_account(player.scene, "23", broken)
    verdict = next(line for line in lines if line.startswith("NOT PROVED"))
    assert any(table in verdict for table in TABLES[name])
    assert any(broken.words in line for line in lines)


def test_what_is_not_withheld_is_seen_on_the_wire() -> None:
    """The sentence that one node no longer withholds is found in the bytes that crossed, by name."""
    player, _ = play_broken("withhold")
    leak = find_leak(player.scene.scenario)
    crossed = [
        f.why for f in player.record.failures if f.table == "canaries" and f.name.endswith("between nodes")
    ]
    assert crossed
    assert all(f"{leak.sender}→{leak.victim}" in why for why in crossed)


def test_unbroken_it_is_green() -> None:
    """What the breaks turn red is green without them."""
    scenario = without_holdings()
    player = Player(scenario, MemoryStage(scenario))
    asyncio.run(player.play())
    assert player.record.failures == []


def test_places_follow_from_the_script() -> None:
    """Who leaks to whom, and who keeps what it should purge, is read from the script's own canaries."""
    scenario = without_holdings()
    leak = find_leak(scenario)
    assert leak.sender != leak.victim
    assert {leak.sender, leak.victim, find_recalled(scenario)} <= set(scenario.members)
