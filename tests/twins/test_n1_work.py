# SPDX-License-Identifier: Apache-2.0
"""N1, A1.10: what is hidden takes the work of what does not exist.

Two promises. Whoever asks for a product that they are shown nothing of makes this node do what it does for a key of nothing,
line by line. And whoever is not of this member makes it do the same in both twin worlds, whatever they ask: what is hidden
from them is not here, or is not looked at.

Not promised: of a product that somebody is shown in part, what is hidden is gone through on their behalf; its portions cost
some microseconds each, to people of the member whose product it is.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.edge.driver import Client, Door, run
from tests.twins.script import ENDING, RANDOM_ID, Known, Step, list_steps
from tests.twins.test_n1_twins import find_hidden, may_differ
from tests.twins.work import Meter, Work, metering, name_difference
from tests.twins.worlds import READERS, SECRETS, World, build

UNEVEN = {*ENDING, "POST /api/session", "GET /api/events"}
"""They end the session, wait for news, or slow down who guesses."""

NO_KEY = {"POST /api/positions", "POST /api/factors/totp"}
"""What is asked there is read as a place and as a password: other letters are other work, and no product is looked for."""

FOREIGN = ("another member's analyst", "watch of a third member", "nobody")

Line = tuple[Step, int, Work]


def list_asked(door: Door, world: World, person: str) -> list[Step]:
    known = Known(tuple(world.keys.values()), find_hidden(), thin=True)
    return [s for s in list_steps(door.app, known, person) if s.route not in UNEVEN]


def pair_up(steps: list[Step]) -> Iterator[tuple[Step, Step]]:
    """Each step that names a hidden key, beside the same step with a key of nothing."""
    for step, hidden in ((s, h) for s in steps for h in find_hidden() if s.route not in NO_KEY):
        nothing = f"{hidden.partition('.')[0]}.{RANDOM_ID}"
        if hidden in step.target or hidden.encode() in step.body:
            body = step.body.replace(hidden.encode(), nothing.encode())
            yield step, Step(step.route, step.method, step.target.replace(hidden, nothing), body)


async def weigh(meter: Meter, client: Client, step: Step) -> Line:
    """Asked twice, for what is kept after the first time; the second counts."""
    await client.ask(step.method, step.target, step.body)
    answer, work = await meter.measure(lambda: client.ask(step.method, step.target, step.body))
    return step, answer.status, work


def weigh_pairs(reader: str) -> list[tuple[Line, Line]]:
    """A reader's questions for what is hidden and for nothing, in the world that has every secret."""
    member, person = READERS[reader]
    world = build(frozenset(SECRETS))

    async def ask() -> list[tuple[Line, Line]]:
        with metering() as meter:
            door = Door(world.network, member)
            client = Client(door, person)
            if person:
                await client.sign_in()
            steps = list(pair_up(list_asked(door, world, person)))
            return [(await weigh(meter, client, a), await weigh(meter, client, b)) for a, b in steps]

    pairs: list[tuple[Line, Line]] = run(ask())
    world.close()
    return pairs


def check_pairs(reader: str) -> None:
    pairs = weigh_pairs(reader)
    assert len(pairs) > 100
    for (step, status, work), (_, other, nothing) in pairs:
        assert (status, work) == (other, nothing), (
            f"{step.method} {step.target}: {name_difference(nothing, work)}"
        )


@pytest.mark.slow
@pytest.mark.parametrize("reader", READERS)
def test_n1_what_is_hidden_takes_the_work_of_what_does_not_exist(reader: str) -> None:
    check_pairs(reader)


def weigh_all(reader: str, secrets: frozenset[str]) -> list[Line]:
    member, person = READERS[reader]
    world = build(secrets)

    async def ask() -> list[Line]:
        with metering() as meter:
            door = Door(world.network, member)
            client = Client(door, person)
            if person:
                await client.sign_in()
            exempt = may_differ(world, reader)
            steps = [s for s in list_asked(door, world, person) if s.route not in exempt]
            return [await weigh(meter, client, step) for step in steps]

    lines: list[Line] = run(ask())
    world.close()
    return lines


@pytest.mark.slow
@pytest.mark.parametrize("reader", FOREIGN)
def test_n1_readers_of_other_members_make_the_same_work_in_both_worlds(reader: str) -> None:
    """Every route; ``POST`` bodies that a hidden text is guessed in, and searches for its words, among them."""
    without, within = weigh_all(reader, frozenset()), weigh_all(reader, frozenset(SECRETS))
    assert len(without) > 500
    for (step, status, work), (same, other, more) in zip(without, within, strict=True):
        assert step == same
        assert (status, work) == (other, more), f"{step.method} {step.target}: {name_difference(work, more)}"


def test_n1_a_meter_counts_what_runs() -> None:
    """Two answers that differ in work are told apart; without that the two tests above would show nothing."""
    world = build()

    async def ask() -> list[Line]:
        with metering() as meter:
            client = Client(Door(world.network, "KOR"), "kor.watch")
            await client.sign_in()
            targets = (f"/api/products/{key}" for key in (world.keys["mixed"], f"KOR.{RANDOM_ID}"))
            return [await weigh(meter, client, Step("", "GET", target)) for target in targets]

    (_, found, much), (_, nothing, little) = run(ask())
    world.close()
    assert (found, nothing) == (200, 404)
    assert sum(much.values()) > sum(little.values()) > 50, json.dumps(list(map(str, little)))
