# SPDX-License-Identifier: Apache-2.0
"""What a search finds for whom: exact sets, and for what is hidden the same answer as for a word that nobody wrote."""

from __future__ import annotations

from tearline.cli.demo import api
from tearline.cli.demo.api import RefusalError
from tearline.cli.demo.scenario import split_list
from tearline.cli.demo.scene import Scene

SEARCHES = "searches"
NOBODY_WROTE = "zzqvx"


async def check_searches(scene: Scene, name: str) -> None:
    """The rows of one round, each as the person named."""
    for row in scene.scenario.table("searches.csv"):
        if row["round"] == name:
            why = await _find_difference(
                scene, row["person"], row["query"], row["dtg_from"], split_list(row["hits"])
            )
            scene.record.expect(SEARCHES, f"{name} {row['query']} {row['person']}", why)
    for member, person in scene.scenario.uncleared:
        words = {row["query"] for row in scene.scenario.table("searches.csv") if row["round"] == name}
        found = [word for word in sorted(words) if await _finds(scene, member, person, word)]
        scene.record.expect(SEARCHES, f"{name} {person} may not search", ", ".join(found))


async def _find_difference(scene: Scene, person: str, query: str, since: str, expected: list[str]) -> str:
    door = await scene.session(scene.scenario.home(person), person)
    found = sorted(scene.handle_of(key) for key in await api.search(door, query, since))
    if found != sorted(expected):
        return f"found {'+'.join(found) or 'nothing'}, not {'+'.join(expected) or 'nothing'}"
    if expected:
        return ""
    asked = await api.fetch(door, "/api/search", q=query, since=since, limit=100)
    other = await api.fetch(door, "/api/search", q=NOBODY_WROTE, since=since, limit=100)
    return "" if asked == other else "answers otherwise than for a word that nobody wrote"


async def _finds(scene: Scene, member: str, person: str, query: str) -> bool:
    try:
        return bool(await api.search(await scene.session(member, person), query, ""))
    except RefusalError:
        return False
