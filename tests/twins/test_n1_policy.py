# SPDX-License-Identifier: Apache-2.0
"""N1 across a change of policies: what a pack does to texts that a reader may not see changes no byte that they get."""

from __future__ import annotations

import pytest

from tearline.core.ids import Person
from tearline.node.commands import AdoptPack, PackAdopted, WouldChange, act_as, adopt_pack, what_would_change
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


def read_all(secrets: frozenset[str], files: dict[str, bytes]) -> tuple[World, dict[str, list[Entry]]]:
    world = build(secrets)
    adopt_in(world, files)
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
    files = change(*PACKS[what])
    plain, before = read_all(frozenset(), files)
    world, after = read_all(frozenset(SECRETS), files)
    for reader in READERS:
        exempt = may_differ(world, reader)
        told = [[e for e in entries[reader] if e[0].route not in exempt] for entries in (before, after)]
        differing = [(a, b) for a, b in zip(*told, strict=True) if a != b]
        assert not differing, f"{reader}: {differing[0]}"
        assert CANARY.encode() not in b"".join(entry[3] for entry in told[1])
    for member in ("JPN", "NZL"):
        assert wire_to(plain, member) == wire_to(world, member), f"{member} is sent something else"
