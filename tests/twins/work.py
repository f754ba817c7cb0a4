# SPDX-License-Identifier: Apache-2.0
"""The work that a request makes: lines of ours that ran, by function. Times scatter; these do not (assurance A1.10)."""

from __future__ import annotations

import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

Work = Counter[tuple[str, str]]

WRITING = ("core/log/", "node/journal/")
"""Not counted: what it takes to append to a log depends on how many entries it has, which two requests in a row change."""


class Meter:
    """Counts while ``on``; in every thread that begins inside ``metering``."""

    def __init__(self) -> None:
        self.on = False
        self.work: Work = Counter()

    async def measure(self, ask: Any) -> tuple[Any, Work]:
        """An answer, and the work that it took."""
        self.work = Counter()
        self.on = True
        sys.settrace(self._enter)
        try:
            return await ask(), self.work
        finally:
            sys.settrace(None)
            self.on = False

    def _enter(self, frame: FrameType, _event: str, _arg: Any) -> Any:
        place = frame.f_code.co_filename.rpartition("/tearline/")[2]
        counts = self.on and place != frame.f_code.co_filename and not place.startswith(WRITING)
        return self._count if counts else None

    def _count(self, frame: FrameType, event: str, _arg: Any) -> Any:
        if event == "line" and self.on:
            self.work[frame.f_code.co_filename.rpartition("/tearline/")[2], frame.f_code.co_name] += 1
        return self._count


@contextmanager
def metering() -> Iterator[Meter]:
    """A meter, for as long as this lasts. Whatever traced before does so again afterwards."""
    meter = Meter()
    before = threading.gettrace()
    threading.settrace(meter._enter)
    try:
        yield meter
    finally:
        threading.settrace(before)  # type: ignore[arg-type]


def name_difference(one: Work, other: Work) -> str:
    """Where two amounts of work differ, for who has to look."""
    left = other.copy()
    left.subtract(one)
    return ", ".join(f"{place} {name} {count:+d}" for (place, name), count in left.items() if count)
