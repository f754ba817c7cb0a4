# SPDX-License-Identifier: Apache-2.0
"""When does a text become readable at a partner? Asked of the partner's own API, as a reader there.

A list's line is compared before and after: a first text, other words and a recall all change it, and nobody is recorded as
having read anything. ``settle`` waits until every lane over an open link is acknowledged: nothing is on its way any more.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable

from tearline.cli.demo import api
from tearline.cli.demo.record import Delivery
from tearline.cli.demo.scene import Scene
from tearline.core.instants import Instant

PATIENCE_S = 15.0
QUIET_AFTER_S = 0.3  # only then is it worth asking whether anything is still on its way
QUIET_TIMES = 2

Seen = dict[tuple[str, str], tuple[str, str] | None]
"""(member, class) to (version, check) of the product's line there; None where there is none."""


async def look(scene: Scene, key: str, filed: Instant, members: Iterable[str]) -> Seen:
    """How every reader class of these members has a product now."""
    seen: Seen = {}
    for member in members:
        for reader in reversed(scene.scenario.classes[member]):
            line = await api.find_line(await scene.control(reader), key, filed)
            seen[member, reader.name] = (str(line["version"]), line["check"]) if line else None
    return seen


async def await_change(
    scene: Scene, handle: str, revision: int, *, before: Seen, members: Iterable[str], since: float
) -> list[str]:
    """Wait until the product looks different at each member; how long it took is recorded, who never changed is returned."""
    waits = {m: _await_one(scene, handle, member=m, before=before, since=since) for m in members}
    times = dict(zip(waits, await asyncio.gather(*waits.values()), strict=True))
    for member, ms in times.items():
        if ms is not None:
            is_recall = (handle, revision, member) in scene.recalled
            scene.record.deliveries.append(Delivery(handle, revision, member, ms, is_recall))
    return [member for member, ms in times.items() if ms is None]


async def _await_one(scene: Scene, handle: str, *, member: str, before: Seen, since: float) -> float | None:
    """Milliseconds until a member's line changes; None where nothing is on its way any more and it is as it was."""
    key, filed = scene.keys[handle], scene.filed[handle]
    is_over = False
    while not is_over:
        waited = time.perf_counter() - since
        is_over = waited > PATIENCE_S or (waited > QUIET_AFTER_S and await is_quiet(scene))
        await scene.stage.carry()
        now = await look(scene, key, filed, [member])
        if any(before.get(at) != state for at, state in now.items()):
            return (time.perf_counter() - since) * 1_000
    return None


async def settle(scene: Scene) -> None:
    """Wait until nothing is on its way over open links; at once where nothing was done since the last time."""
    if scene.is_settled:
        return
    deadline = time.perf_counter() + PATIENCE_S
    quiet = 0
    while quiet < QUIET_TIMES and time.perf_counter() < deadline:
        await scene.stage.carry()
        quiet = quiet + 1 if await is_quiet(scene) else 0
    scene.is_settled = True


async def is_quiet(scene: Scene) -> bool:
    """Whether every node's lanes over open links are acknowledged whole."""
    for member in scene.scenario.members:
        for lane in await api.list_lanes(await scene.audit(member)):
            if lane["sent"] > lane["acknowledged"] and scene.is_reachable(member, lane["member"]):
                return False
    return True
