# SPDX-License-Identifier: Apache-2.0
"""Canaries: sentences that stand in one portion only, looked for in every file of every node and in every byte between them.

Where the table does not name a node, not one trace may be found; where it does, the text must be there, or the search
itself would prove nothing. Before a recall the first column of nodes holds, afterwards the second.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterable

from tearline.cli.demo.scenario import Row, split_list
from tearline.cli.demo.scene import Scene
from tearline.cli.demo.traces import Needle, find_traces, make_needle

CANARIES = "canaries"
BEFORE, AFTER = "nodes", "nodes_after_recall"


async def check_canaries_before(scene: Scene) -> None:
    """Before the first recall: nothing where it must not be, and what will be recalled is where it may be."""
    found = await asyncio.to_thread(find_in_nodes, scene, plainly=True)
    for row in _rows(scene):
        there, allowed = found[row["text"]], set(split_list(row[BEFORE]))
        is_recalled = row[BEFORE] != row[AFTER]
        wrong = (there ^ allowed) if is_recalled else (there - allowed)
        scene.record.expect(CANARIES, f"{row['text']} before the recall", _print_nodes(there, wrong, allowed))


async def check_canaries(scene: Scene) -> None:
    """In the end: exactly at the nodes that the table names, and never on a wire to any other."""
    found = await asyncio.to_thread(find_in_nodes, scene)
    crossed = await asyncio.to_thread(find_in_crossings, scene)
    for row in _rows(scene):
        there, allowed = found[row["text"]], set(split_list(row[AFTER]))
        scene.record.expect(
            CANARIES, f"{row['text']} in folders", _print_nodes(there, there ^ allowed, allowed)
        )
        leaks = sorted(f"{a}→{b}" for a, b in crossed[row["text"]] if b not in split_list(row[BEFORE]))
        scene.record.expect(
            CANARIES, f"{row['text']} between nodes", f"crossed {', '.join(leaks)}" if leaks else ""
        )


def find_in_nodes(scene: Scene, *, plainly: bool = False) -> dict[str, set[str]]:
    """The nodes in whose folders each text was found. Equal bytes at two nodes are searched once."""
    needles = _needles(scene)
    found: dict[str, set[str]] = {needle.text: set() for needle in needles}
    searched: dict[bytes, list[Needle]] = {}
    for member in scene.scenario.members:
        for _, data in scene.stage.files(member):
            name = hashlib.sha256(data).digest()
            if name not in searched:
                searched[name] = find_traces(data, needles, plainly=plainly)
            for needle in searched[name]:
                found[needle.text].add(member)
    return found


def find_in_crossings(scene: Scene) -> dict[str, set[tuple[str, str]]]:
    """(sender, receiver) of every body in which each text was found."""
    needles = _needles(scene)
    found: dict[str, set[tuple[str, str]]] = {needle.text: set() for needle in needles}
    wires: dict[tuple[str, str], list[bytes]] = {}
    for crossing in scene.stage.crossings:
        wires.setdefault((crossing.sender, crossing.receiver), []).append(crossing.body)
    for wire, bodies in wires.items():
        for needle in find_traces(b"\n".join(bodies), needles):
            found[needle.text].add(wire)
    return found


def _rows(scene: Scene) -> list[Row]:
    return scene.scenario.table("canaries.csv")


def _needles(scene: Scene) -> list[Needle]:
    return [make_needle(row["text"]) for row in _rows(scene)]


def _print_nodes(there: Iterable[str], wrong: Iterable[str], allowed: Iterable[str]) -> str:
    if not set(wrong):
        return ""
    return f"found at {', '.join(sorted(there)) or 'no node'}, not {', '.join(sorted(allowed))}"
