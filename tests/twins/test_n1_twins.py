# SPDX-License-Identifier: Apache-2.0
"""N1: two networks that differ only in what a reader may not see answer that reader with the same bytes, on every route."""

from __future__ import annotations

import functools

import msgspec
import pytest

from tearline.core.ids import Person
from tearline.node.gate import VIEWS
from tests.edge.driver import Client, Door, Sync, run
from tests.twins.script import ENDING, Entry, Known, list_routes, list_steps, play
from tests.twins.worlds import CANARY, HIDDEN, READERS, SECRETS, World, build, draft, portion, text, wire_to

LISTED = {
    "GET /api/register": "register",
    "POST /api/register/export": "register",
    "GET /api/recalls": "recalls",
    "GET /api/withdrawals": "withdrawals",
    "GET /api/notices": "notices",
    "GET /api/products/{key:str}/copies": "copies",
    "GET /api/quarantine": "quarantine",
    "GET /api/network": "lanes",
    "GET /api/bundles": "bundles",
    "GET /api/anchors": "verify",
    "POST /api/checks": "verify",
    "POST /api/network/{member:str}/bundles": "bundles",
    "GET /api/network/{member:str}/sent": "held",
    "POST /api/backfill": "register",
    "POST /api/policies/packs/try": "policies",
    "POST /api/policies/packs": "policies",
    "POST /api/network/directory/try": "directory",
    "POST /api/network/directory": "directory",
}
"""Listed views of headers, which N1 leaves to duties: routes that may differ for who has the duty, and for nobody else."""

LOWERED = "author in a session lowered below what they wrote"
CEILINGS = {LOWERED: "III-KUP"}
EVERYBODY = READERS | {LOWERED: ("KOR", "kor.watch")}

ALL_SECRETS = "all of them"
WORLDS = [*SECRETS, ALL_SECRETS]


@functools.cache
def find_hidden() -> tuple[str, ...]:
    """Keys that exist only where the secrets do; ids are aligned, so they are the same in every world."""
    world = build(frozenset(SECRETS))
    world.close()
    return tuple(world.hidden)


def make_transcripts(secret: str, *, thin: bool) -> tuple[World, dict[str, list[Entry]]]:
    """What every reader gets in the world with this secret (or none)."""
    secrets = frozenset(SECRETS) if secret == ALL_SECRETS else frozenset({secret} & set(SECRETS))
    world = build(secrets)
    known = Known(tuple(world.keys.values()), find_hidden(), thin=thin)

    async def play_all() -> dict[str, list[Entry]]:
        played = {}
        for reader, (member, person) in EVERYBODY.items():
            door = Door(world.network, member)
            if reader in CEILINGS:
                keep_secret_draft(door, person, secrets)
            client = Client(door, person, CEILINGS.get(reader, ""))
            played[reader] = await play(client, list(list_steps(door.app, known, person)))
        return played

    transcripts = run(play_all())
    world.close()
    return world, transcripts


def keep_secret_draft(door: Door, person: str, secrets: frozenset[str]) -> None:
    """What somebody was writing before they lowered their session, under the very name that the script uses."""
    if "hidden product" in secrets:
        made = draft("KOR", "report", portion("TH", "title", text(HIDDEN, f"{CANARY} half a sentence")))
        door.accounts.save_draft(Person(person), "mine", msgspec.json.encode(made), door.network.clock.now())


@functools.cache
def make_plain(*, thin: bool) -> tuple[World, dict[str, list[Entry]]]:
    """The world without secrets."""
    return make_transcripts("", thin=thin)


def may_differ(world: World, reader: str) -> set[str]:
    member, person = EVERYBODY[reader]
    if not person or reader in CEILINGS:
        return set()
    duties = set(world.network.sites[member].node.people.persons[person].duties)
    return {route for route, view in LISTED.items() if duties & set(VIEWS[view])}


@pytest.mark.slow
@pytest.mark.parametrize("secret", WORLDS)
def test_n1_twin_worlds_answer_alike(secret: str) -> None:
    """Every byte that a reader gets is the same with and without the secret."""
    thin = secret != ALL_SECRETS
    without, before = make_plain(thin=thin)
    world, after = make_transcripts(secret, thin=thin)
    for reader in EVERYBODY:
        exempt = may_differ(world, reader)
        # A listed view may have more pages, and so be asked for more often: what may differ is left out first.
        told_before, told_after = (
            [entry for entry in told if entry[0].route not in exempt]
            for told in (before[reader], after[reader])
        )
        pairs = zip(told_before, told_after, strict=True)
        differing = [(a, b) for a, b in pairs if a != b]
        assert not differing, (
            f"{reader}: {len(differing)} answers differ, first\n{differing[0][0]}\n{differing[0][1]}"
        )
        told = b"".join(entry[3] for entry in told_after)
        assert CANARY.encode() not in told, reader
    for member in ("JPN", "NZL"):
        assert wire_to(without, member) == wire_to(world, member), f"{member} is sent something else"


def test_n1_script_reaches_every_route() -> None:
    """A new route is not covered until the script has requests for it: then this fails."""
    world, transcripts = make_plain(thin=True)
    routes = {f"{method} {path}" for method, path, _ in list_routes(Door(world.network, "KOR").app)}
    for reader, entries in transcripts.items():
        reached = {entry[0].route for entry in entries}
        assert routes - reached == set(), reader
    assert routes >= ENDING
    assert set(LISTED) <= routes


def test_n1_script_gets_through() -> None:
    """The script is not refused at the door: a cleared reader gets content from every reading route."""
    _, transcripts = make_plain(thin=True)
    good = {e[0].route for e in transcripts["lower clearance, same member"] if e[1] < 300}
    assert {
        "GET /api/products/{key:str}",
        "GET /api/search",
        "POST /api/products",
        "POST /api/preview",
    } <= good
    assert {
        "POST /api/products/{key:str}/copies",
        "GET /api/inbox",
        "GET /api/events",
        "POST /api/compare",
    } <= good
    assert not [e for r in transcripts.values() for e in r if e[1] >= 500]


def test_n1_others_copies_change_no_number() -> None:
    """A copy's number should not tell its reader how many copies people of other classes made."""
    numbers = []
    for others in (0, 1):
        world = build()
        door = Door(world.network, "KOR")
        target = f"/api/products/{world.keys['mixed']}/copies"
        for person in ["kor.watch"] * others + ["kor.analyst"]:
            client = Sync(Client(door, person))
            client.sign_in()
            answer = client.post(target, {"form": "print"})
        numbers.append(answer.json["copy"])
        world.close()
    assert numbers[0] == numbers[1]
