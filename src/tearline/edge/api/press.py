# SPDX-License-Identifier: Apache-2.0
"""Files are made one after the other: a typesetter takes a processor and much memory, and everybody may ask for copies."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import anyio
import anyio.to_thread

T = TypeVar("T")
AT_ONCE = 1


class Press:
    """Of one application; who waits holds no thread."""

    def __init__(self) -> None:
        self._turns: anyio.CapacityLimiter | None = None

    async def run(self, make: Callable[[], T]) -> T:
        """What ``make`` gives, in a thread, in turn."""
        self._turns = self._turns or anyio.CapacityLimiter(AT_ONCE)
        return await anyio.to_thread.run_sync(make, limiter=self._turns)
