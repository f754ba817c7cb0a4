# SPDX-License-Identifier: Apache-2.0
"""The disclosure register, and the streams as it tells of them: what entered whose stream, revision by revision.

Holdings that came as a backfill are counted apart.
"""

from __future__ import annotations

import json
from typing import Any

from tearline.cli.demo import api
from tearline.cli.demo.acts import list_register
from tearline.cli.demo.scene import Scene

REGISTER = "register"
STREAMS = "streams"
OWN = "own"
WORDS = {"E": "released", "R": "recalled"}


async def check_register_row(scene: Scene, rows: list[dict[str, Any]]) -> None:
    """What one member's register shows by now."""
    for row in rows:
        counted = await _count(scene, row["member"])
        for name, what in (("releases", "released"), ("recalls", "recalled"), ("returns", "returned")):
            if name in row:
                why = "" if counted.get(what, 0) == row[name] else f"{counted.get(what, 0)}, not {row[name]}"
                scene.record.expect(REGISTER, f"{row['member']} {name}", why)
        if "refused" in row:
            returned = [r for r in await _played(scene, row["member"]) if r["what"] == "returned"]
            shown = json.dumps(returned)
            missing = [tag for tag in row["refused"] if f'"{tag}"' not in shown]
            scene.record.expect(
                REGISTER, f"{row['member']} refused", f"{', '.join(missing)} is not named" if missing else ""
            )


async def check_register_table(scene: Scene) -> None:
    """Releases, recalls and returns of each member by now. Consents come with the exchange of consent."""
    for row in scene.scenario.table("register.csv"):
        counted = await _count(scene, row["member"])
        for name, what in (("releases", "released"), ("recalls", "recalled"), ("returns", "returned")):
            found = counted.get(what, 0)
            why = "" if found == int(row[name]) else f"{found}, not {row[name]}"
            scene.record.expect(REGISTER, f"{row['member']} {name}", why)


async def check_streams(scene: Scene) -> None:
    """A new share, a recall with what remains, or nothing: what entered each stream, by product revision and member.

    Each row is looked at once, when its revision has been filed.
    """
    looked = {e.name for e in scene.record.expectations if e.table == STREAMS}
    registers: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for row in scene.scenario.table("stream_entries.csv"):
        handle, revision = row["product"], int(row["revision"])
        names = {m: f"{handle} r{revision} {m}" for m in scene.scenario.members}
        if (handle, revision) not in scene.revisions or looked.issuperset(names.values()):
            continue
        originator = scene.scenario.products[handle]["originator"]
        if originator not in registers:
            registers[originator] = await list_register(scene, originator)
        rows = registers[originator].get(scene.keys[handle].partition(".")[2], [])
        mine = [r for r in rows if r["revision"] == scene.revisions[handle, revision]]
        for member, name in names.items():
            expected = [WORDS[row[member]]] if row[member] in WORDS else []
            found = [r["what"] for r in mine if r["member"] == member and r["what"] in WORDS.values()]
            why = "" if found == expected else f"{found or 'nothing'}, not {expected or 'nothing'}"
            scene.record.expect(STREAMS, name, why)


async def _count(scene: Scene, member: str) -> dict[str, int]:
    counted: dict[str, int] = {}
    for row in await _played(scene, member):
        counted[row["what"]] = counted.get(row["what"], 0) + 1
    return counted


async def _played(scene: Scene, member: str) -> list[dict[str, Any]]:
    rows = await api.list_register(await scene.audit(member))
    return [r for r in rows if r["purpose"] != "backfill"]
