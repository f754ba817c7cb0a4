# SPDX-License-Identifier: Apache-2.0
"""Plays a script: one step after the other, each as the people it names, and looks at what must be seen of it.

A step that fails is recorded with its reason and the play goes on: one report tells everything that does not hold.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from tearline.cli.demo import acts, checks
from tearline.cli.demo.api import RefusalError
from tearline.cli.demo.arrivals import settle
from tearline.cli.demo.record import Record, StepResult
from tearline.cli.demo.scenario import Scenario
from tearline.cli.demo.scene import Scene
from tearline.cli.demo.stage import Stage
from tearline.core.errors import TearlineError
from tearline.core.instants import parse_iso

Step = dict[str, Any]
QUIET_STEPS = {"expect", "search", "compare", "verify", "open", "people"}
"""Steps that change nothing at partners."""
Hook = Callable[[Step], Awaitable[None]]


async def _do_nothing(step: Step) -> None:
    """Nobody watches."""


class Player:
    """Plays one script on one stage. ``before_step`` and ``after_step`` are told of each step: a break, a line of progress."""

    def __init__(self, scenario: Scenario, stage: Stage) -> None:
        self.scene = Scene(scenario, stage, Record())
        self.before_step: Hook = _do_nothing
        self.after_step: Callable[[Step, StepResult], None] = lambda _step, _result: None
        self._recalled = False

    @property
    def record(self) -> Record:
        """What it came to so far."""
        return self.scene.record

    async def play(self) -> Record:
        """Every step, then everybody's own eyes, the streams of what came last, and all proofs once more."""
        for step in self.scene.scenario.steps:
            await self._play_step(step)
        await self._play_step({"id": "people", "people": True})
        return self.record

    async def _play_step(self, step: Step) -> None:
        scene = self.scene
        scene.record.begin(step["id"])
        if "at" in step:
            scene.now = parse_iso(step["at"])
            scene.stage.set_time(scene.now)
        if not QUIET_STEPS & set(step):
            scene.is_settled = False
        await self.before_step(step)
        try:
            await self._act(step)
        except RefusalError as refusal:
            scene.record.expect(acts.ACTS, _name_of(step), str(refusal))
        except (TearlineError, KeyError, AssertionError) as error:
            scene.record.expect(acts.ACTS, _name_of(step), f"{type(error).__name__}: {error}")
        self.after_step(step, scene.record.end())

    async def _act(self, step: Step) -> None:
        if step.get("recalls") and not self._recalled:
            self._recalled = True
            await checks.check_canaries_before(self.scene)
        act = next((act for name, act in ACTS.items() if name in step), None)
        if act is None:
            self.scene.record.expect(acts.ACTS, _name_of(step), "no such step is known")
            return
        await act(self.scene, step)
        if {"amend", "confirm_purge", "copy_destroyed"} & set(step):
            await checks.check_due_facts(self.scene)


def _name_of(step: Step) -> str:
    return next((name for name in step if name not in {"id", "at"}), "step")


async def _expect(scene: Scene, step: Step) -> None:
    """Each thing that an ``expect`` step names."""
    await settle(scene)
    for name, what in step["expect"].items():
        await EXPECTATIONS[name](scene, what)
    if "register" in step["expect"] and isinstance(step["expect"]["register"], str):
        await checks.check_recall_totals(scene)


async def _search(scene: Scene, step: Step) -> None:
    await checks.check_searches(scene, step["search"])


async def _compare(scene: Scene, step: Step) -> None:
    await checks.check_comparison(scene, step["comparison"])


async def _verify(scene: Scene, step: Step) -> None:  # noqa: ARG001  acts have one shape
    await settle(scene)
    await checks.check_proof(scene)


async def _look_at_people(scene: Scene, step: Step) -> None:  # noqa: ARG001  acts have one shape
    await checks.check_people(scene)
    await checks.check_streams(scene)
    await checks.check_proof(scene)


async def _check_register(scene: Scene, what: Any) -> None:
    await (
        checks.check_register_table(scene)
        if isinstance(what, str)
        else checks.check_register_row(scene, what)
    )


async def _check_recalls(scene: Scene, rows: list[dict[str, Any]]) -> None:
    for row in rows:
        await checks.check_recall(scene, row["product"], row["portion"])


EXPECTATIONS: dict[str, Callable[[Scene, Any], Awaitable[None]]] = {
    "holdings": checks.check_holdings,
    "acceptance": checks.check_acceptance,
    "absent": checks.check_absent,
    "versions": checks.check_versions,
    "shares": checks.check_shares,
    "register": _check_register,
    "streams": lambda scene, _: checks.check_streams(scene),
    "canaries": lambda scene, _: checks.check_canaries(scene),
    "withheld": lambda scene, _: checks.check_withheld(scene),
    "recall": _check_recalls,
}

ACTS: dict[str, Callable[[Scene, Step], Awaitable[None]]] = {
    "people": _look_at_people,
    "expect": _expect,
    "feed": acts.feed,
    "file": acts.file,
    "approve": acts.approve,
    "amend": acts.amend,
    "try_file": acts.try_file,
    "return": acts.send_back,
    "acknowledge": acts.acknowledge,
    "open": acts.open_product,
    "print": acts.make_print,
    "link": acts.set_link,
    "review": acts.review,
    "confirm_purge": acts.confirm_purge,
    "copy_destroyed": acts.destroy_copy,
    "consent_ask": acts.skip,
    "consent_answer": acts.skip,
    "search": _search,
    "compare": _compare,
    "verify": _verify,
}
