# SPDX-License-Identifier: Apache-2.0
"""The exercise's clock and its seeded entropy: the same seed gives the same references, ids and salts."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Mapping

from tearline.cli.demo.scenario import Scenario
from tearline.core.canon import bytes_of_word
from tearline.core.instants import Instant

NAMING, REFERENCE = "name", "reference:"


class ExerciseClock:
    """The system clock goes on; the operational one stands where the player put it."""

    def __init__(self, dtg: Instant) -> None:
        self._dtg = dtg

    def now(self) -> Instant:
        """Microseconds since 1970."""
        return Instant(time.time_ns() // 1_000)  # noqa: TID251  an implementation of the Clock port

    def dtg(self) -> Instant:
        """Exercise time."""
        return self._dtg

    @property
    def dtg_runs(self) -> bool:
        """It stands."""
        return False

    def set(self, at: Instant) -> None:
        """Jump."""
        self._dtg = at


class SeededEntropy:
    """Draws keyed by actor, act and purpose; an equal key draws again, differently. Letters of references are the script's.

    For exercises only: whoever knows the seed knows every salt.
    """

    def __init__(self, seed: str, letters: Mapping[str, str]) -> None:
        self.seed = seed
        self._letters = letters
        self._drawn: dict[tuple[str, str, str], int] = {}
        self._lock = threading.Lock()

    def draw(self, actor: str, act: str, purpose: str, size: int) -> bytes:
        """Bytes for one purpose."""
        with self._lock:
            n = self._drawn[actor, act, purpose] = self._drawn.get((actor, act, purpose), -1) + 1
        stem = purpose.removeprefix(REFERENCE)
        if act == NAMING and purpose.startswith(REFERENCE) and not n and stem in self._letters:
            return bytes_of_word(self._letters[stem], size)
        key = f"{self.seed}|{actor}|{act}|{purpose}|{n}".encode()
        return hashlib.shake_256(key).digest(size)


def list_letters(scenario: Scenario) -> dict[str, str]:
    """Letters of references by stem, where the script fixes them."""
    references = (p.get("reference") or {} for p in scenario.products.values())
    return {r["stem"]: r["letters"] for r in references if r.get("letters")}
