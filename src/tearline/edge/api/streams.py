# SPDX-License-Identifier: Apache-2.0
"""The event streams of one application: a bounded queue for each, and a bounded number of them for each person."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

import msgspec

from tearline.core.ids import Person

STREAMS_MAX = 16  # of one person: a few pages on a few machines


class News(msgspec.Struct, frozen=True):
    """One event: its name, and what it tells."""

    event: str
    data: Any

    def encode(self) -> bytes:
        """As the stream has it."""
        return b"event: %s\ndata: %s\n\n" % (self.event.encode(), msgspec.json.encode(self.data))


class Queue:
    """News from whichever thread commits, to the loop that serves the stream."""

    def __init__(self, size_max: int) -> None:
        self._loop = asyncio.get_running_loop()
        self._news: asyncio.Queue[News] = asyncio.Queue()
        self._size_max = size_max
        self.ended = False

    def tell(self, event: str, data: Any) -> None:
        """Called by the node; never waits, never fails."""
        with contextlib.suppress(RuntimeError):  # the loop has ended
            self._loop.call_soon_threadsafe(self._put, News(event, data))

    def _put(self, news: News) -> None:
        if self._news.qsize() >= self._size_max:
            self.ended = True
        else:
            self._news.put_nowait(news)

    async def take(self, wait_s: float) -> News | None:
        """The next; none when nothing came in time."""
        try:
            return await asyncio.wait_for(self._news.get(), wait_s)
        except TimeoutError:
            return None


class Streams:
    """Streams that are open, by person, oldest first. Used on the loop alone."""

    def __init__(self) -> None:
        self._open: dict[Person, list[Queue]] = {}

    def begin(self, person: Person, queue: Queue) -> None:
        """One more; of too many the oldest ends."""
        mine = self._open.setdefault(person, [])
        mine.append(queue)
        for old in mine[:-STREAMS_MAX]:
            old.ended = True

    def end(self, person: Person, queue: Queue) -> None:
        """It is over."""
        mine = self._open.get(person, [])
        if queue in mine:
            mine.remove(queue)
        if not mine:
            self._open.pop(person, None)
