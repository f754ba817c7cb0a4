# SPDX-License-Identifier: Apache-2.0
"""Failures are counted by name, and each next try waits longer."""

from __future__ import annotations

from collections import OrderedDict

import msgspec

from tearline.core.instants import SECOND, Instant


class Throttled(msgspec.Struct, frozen=True):
    """Too many failures; nothing was tried."""

    wait_s: int


class Throttle:
    """Lets ``free`` failures of a name pass, then makes each next try wait twice as long, up to a bound; forgets in time."""

    NAMES_MAX = 10_000  # whoever floods it with names frees old ones; each name still pays for its own tries
    FORGET_S = 900

    def __init__(self, *, free: int, wait_max_s: int) -> None:
        self._free = free
        self._wait_max = wait_max_s * SECOND
        self._failed: OrderedDict[str, tuple[int, Instant]] = OrderedDict()

    def wait_s(self, name: str, now: Instant) -> int:
        """How long this name has to wait before its next try."""
        failures, at = self._failed.get(name, (0, now))
        if failures < self._free:
            return 0
        wait = min(self._wait_max, SECOND << min(failures - self._free, 32))
        return max(0, -((now - at - wait) // SECOND))

    def count(self, name: str, now: Instant) -> None:
        """One more failure, until it is forgiven."""
        failures, at = self._failed.get(name, (0, now))
        self._failed[name] = (1 if now - at > self.FORGET_S * SECOND else failures + 1, now)
        self._failed.move_to_end(name)
        if len(self._failed) > self.NAMES_MAX:
            self._failed.popitem(last=False)

    def undo(self, name: str) -> None:
        """The last one was none."""
        failures, at = self._failed.get(name, (0, Instant(0)))
        self._failed[name] = (max(0, failures - 1), at)

    def forgive(self, name: str) -> None:
        """It was the right one: start again."""
        self._failed.pop(name, None)
