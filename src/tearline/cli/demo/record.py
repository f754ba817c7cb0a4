# SPDX-License-Identifier: Apache-2.0
"""What a play came to: each expectation, each step, each delivery. The account and ``--json`` are made from it alone."""

from __future__ import annotations

import statistics
import time
from typing import Any, NamedTuple


class Expectation(NamedTuple):
    """One line of one table, or one thing that must be seen; ``why`` is empty where it holds."""

    table: str
    name: str
    step: str
    why: str


class StepResult(NamedTuple):
    """A step of the script as it went."""

    id: str
    holds: bool
    ms: float
    why: str


class Delivery(NamedTuple):
    """A text that became readable at a member, or changed there, ``ms`` after the request for it was sent."""

    handle: str
    revision: int
    member: str
    ms: float
    is_recall: bool = False


class Reading(NamedTuple):
    """What one reader class was given of a product; ``portions`` as (tag, mark, text in words)."""

    handle: str
    revision: int
    reader: str
    banner: str
    portions: tuple[tuple[str, str, str], ...]


class Record:
    """Filled by the player and the checks."""

    def __init__(self) -> None:
        self.expectations: list[Expectation] = []
        self.steps: list[StepResult] = []
        self.deliveries: list[Delivery] = []
        self.readings: dict[tuple[str, int, str], Reading] = {}
        self.notes: list[str] = []
        self._step = ""
        self._started = 0.0

    def begin(self, step: str) -> None:
        """What follows belongs to this step."""
        self._step = step
        self._started = time.perf_counter()

    def expect(self, table: str, name: str, why: str) -> None:
        """An expectation was looked at."""
        self.expectations.append(Expectation(table, name, self._step, why))

    def end(self) -> StepResult:
        """The step is over: it holds where everything expected of it does."""
        failed = [e for e in self.expectations if e.step == self._step and e.why]
        ms = (time.perf_counter() - self._started) * 1_000
        why = "; ".join(f"{e.table}, {e.name}: {e.why}" for e in failed)
        result = StepResult(self._step, not failed, round(ms, 1), why)
        self.steps.append(result)
        return result

    @property
    def failures(self) -> list[Expectation]:
        """Everything that does not hold."""
        return [e for e in self.expectations if e.why]

    @property
    def holds(self) -> bool:
        """Whether everything does, and something was looked at."""
        return bool(self.expectations) and not self.failures

    def counts(self) -> dict[str, tuple[int, int]]:
        """For each table, how many expectations held and how many were looked at."""
        out: dict[str, tuple[int, int]] = {}
        for e in self.expectations:
            held, looked = out.get(e.table, (0, 0))
            out[e.table] = (held + (not e.why), looked + 1)
        return out

    def latencies(self, *, recalls: bool = False) -> tuple[float, float]:
        """Median and worst milliseconds from release to readable; or from a recall to the end of access."""
        times = [d.ms for d in self.deliveries if d.is_recall == recalls]
        return (statistics.median(times), max(times)) if times else (0.0, 0.0)

    def to_json(self, seed: str) -> dict[str, Any]:
        """The document of ``--json``."""
        steps = [{"id": s.id, "holds": s.holds, "ms": s.ms, "why": s.why} for s in self.steps]
        return {"holds": self.holds, "steps": steps, "seed": seed}
