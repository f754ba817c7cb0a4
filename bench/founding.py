# SPDX-License-Identifier: Apache-2.0
"""The exercise's network in a folder, with one product filed at KOR, for benchmarks."""

from __future__ import annotations

import asyncio
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from tearline.assembly import OpenNode, open_node
from tearline.cli.demo.build import make_draft
from tearline.cli.demo.machine import ExerciseClock
from tearline.cli.demo.network import make_spec
from tearline.cli.demo.scenario import load_scenario
from tearline.core.instants import parse_iso
from tearline.founding import found_network
from tearline.machine import DATA, SystemEntropy, read_pack
from tearline.node.commands import DraftProduct, act_as, file_product

EXERCISE = DATA / "exercise" / "paper-lantern-23"


async def found_exercise(
    folder: Path, port_base: int, *, start: tuple[str, ...]
) -> tuple[dict[str, dict[str, str]], dict[str, OpenNode]]:
    """Found the seven, open and start some of them, file the first warning at KOR if it is among them."""
    scenario = load_scenario(EXERCISE)
    script = scenario.script
    spec = make_spec(scenario, port_base)
    passwords = await asyncio.to_thread(found_network, folder, spec)
    clock = ExerciseClock(parse_iso("2023-07-12T01:04:00Z"))
    nodes = {m: open_node(folder / m.lower(), clock=clock, entropy=SystemEntropy()) for m in start}
    for node in nodes.values():
        await node.start()
    if "KOR" in nodes:
        file_warning(nodes["KOR"], script)
    return passwords, nodes


@cache
def read_groups() -> frozenset[str]:
    """Names of groups. Read once: a pack's test cases, run anew, took longer than all that a warning is timed for."""
    return read_pack("exercise").groups


def file_warning(kor: OpenNode, script: dict[str, Any]) -> str:
    """File K1 without its derived portion (its source is not held here)."""
    product = script["products"]["K1"]
    portions = [p for p in product["revisions"][0]["portions"] if not p["sources"]]
    made = make_draft(product, portions, {}, read_groups(), script["epoch"])
    acting = act_as(kor.node, "kor.watch", "KOR-WATCH")
    assert acting is not None
    filed = file_product(kor.node, acting, msgspec.convert(made, DraftProduct))
    return filed.key
