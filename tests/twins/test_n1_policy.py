# SPDX-License-Identifier: Apache-2.0
"""N1 across a change of policies: what a pack does to texts that a reader may not see changes no byte that they get."""

from __future__ import annotations

import pytest

from tearline.core.ids import Person
from tearline.core.instants import HOUR, Instant, print_iso
from tearline.node.commands import (
    AdoptPack,
    PackAdopted,
    WouldChange,
    act_as,
    adopt_pack,
    follow_windows,
    what_would_change,
)
from tests.edge.driver import Client, Door, run
from tests.node.commands.test_policies import change
from tests.twins.script import Entry, Known, list_steps, play
from tests.twins.test_n1_twins import find_hidden, may_differ
from tests.twins.worlds import CANARY, READERS, SECRETS, World, build, wire_to

SENT = b'<spif:equivalentClassification policyRef="EXERCISE EXNET" lacv="3" applied="both" />'
GIVEN_UP = (b'name="DALBIT" lacv="2"', b'name="DALBIT" lacv="2" obsolete="true"')
NOT_SENT = (SENT, SENT.replace(b'"both"', b'"decrypt"'))
OTHERWISE = (b'phrase="III-KUP"', b'phrase="THIRD"')
PACKS = {
    "the secret's codeword is given up": [GIVEN_UP],
    "a level is sent no more": [NOT_SENT],
    "marks read otherwise": [OTHERWISE],
}


def adopt_in(world: World, files: dict[str, bytes]) -> None:
    node = world.network.sites["KOR"].node
    acting = act_as(node, Person("kor.admin"))
    assert acting is not None
    shown = what_would_change(node, acting, files)
    assert isinstance(shown, WouldChange)
    assert isinstance(
        adopt_pack(node, acting, files, AdoptPack(shown.pack, shown.check, accept_losses=True)), PackAdopted
    )
    world.network.pump()


def turn_windows(world: World) -> None:
    """Hours go by on the operational clock, and no timer is waited for."""
    clock = world.network.clock
    clock.operational = Instant(clock.operational + 3 * HOUR)
    turned = [member for member, site in world.network.sites.items() if follow_windows(site.node)]
    assert turned == ["KOR"]
    world.network.pump()


def read_all(
    secrets: frozenset[str], files: dict[str, bytes], *, later: bool = False
) -> tuple[World, dict[str, list[Entry]]]:
    world = build(secrets)
    adopt_in(world, files)
    if later:
        turn_windows(world)
    known = Known(tuple(world.keys.values()), find_hidden(), thin=True)

    async def read() -> dict[str, list[Entry]]:
        played = {}
        for reader, (member, person) in READERS.items():
            door = Door(world.network, member)
            steps = [step for step in list_steps(door.app, known, person) if step.method == "GET"]
            played[reader] = await play(Client(door, person), steps)
        return played

    played = run(read())
    world.close()
    return world, played


@pytest.mark.slow
@pytest.mark.parametrize("what", PACKS)
def test_n1_twin_worlds_answer_alike_after_a_pack_was_adopted(what: str) -> None:
    """With every secret and with none: the same pack, the same bytes for each reader and each partner."""
    compare_worlds(change(*PACKS[what]))


@pytest.mark.slow
def test_n1_twin_worlds_answer_alike_after_a_window_shut() -> None:
    """The word under which the secrets lie goes out of force by the clock: who never had them notices nothing of it."""
    shown = build(frozenset())
    ends = print_iso(Instant(shown.network.clock.operational + HOUR)).encode()
    shown.close()
    word = b'name="DALBIT" lacv="2"'
    compare_worlds(change((word, word + b' notAfter="' + ends + b'"')), later=True)


def compare_worlds(files: dict[str, bytes], *, later: bool = False) -> None:
    plain, before = read_all(frozenset(), files, later=later)
    world, after = read_all(frozenset(SECRETS), files, later=later)
    for reader in READERS:
        exempt = may_differ(world, reader)
        told = [[e for e in entries[reader] if e[0].route not in exempt] for entries in (before, after)]
        differing = [(a, b) for a, b in zip(*told, strict=True) if a != b]
        assert not differing, f"{reader}: {differing[0]}"
        assert CANARY.encode() not in b"".join(entry[3] for entry in told[1])
    for member in ("JPN", "NZL"):
        assert wire_to(plain, member) == wire_to(world, member), f"{member} is sent something else"
