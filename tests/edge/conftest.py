# SPDX-License-Identifier: Apache-2.0
"""A network after a small day (tests.twins.worlds), and a door at one of its nodes."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.edge.driver import Client, Door, Sync
from tests.twins.worlds import Day, found


@pytest.fixture
def day() -> Iterator[Day]:
    made = Day(found(), frozenset({"hidden product"}))
    made.play()
    made.hide()
    yield made
    made.world.close()


@pytest.fixture
def kor(day: Day) -> Door:
    return Door(day.network, "KOR")


@pytest.fixture
def sign_in(day: Day) -> Callable[..., Sync]:
    """Somebody signed in at their own node; one door for each node."""
    doors: dict[str, Door] = {}

    def make(person: str, post: str = "") -> Sync:
        member = person.partition(".")[0].upper()
        door = doors.setdefault(member, Door(day.network, member))
        client = Sync(Client(door, person))
        assert client.sign_in(post).status == 200
        return client

    return make
