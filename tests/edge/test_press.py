# SPDX-License-Identifier: Apache-2.0
"""Files are made in turn: whoever asks for many at once takes one thread of everybody's, and one processor."""

from __future__ import annotations

import asyncio
import threading

from tearline.edge.api.press import Press


def test_one_is_made_at_a_time_and_who_waits_holds_no_thread() -> None:
    async def play() -> tuple[int, set[int]]:
        press, lock = Press(), threading.Lock()
        under_way, threads = [0], set[int]()

        def make() -> int:
            assert lock.acquire(blocking=False), "two at once"
            threads.add(threading.get_ident())
            threading.Event().wait(0.01)
            under_way[0] += 1
            lock.release()
            return under_way[0]

        async with asyncio.timeout(20):
            made = await asyncio.gather(*(press.run(make) for _ in range(50)))
        return max(made), threads

    count, threads = asyncio.run(play())
    assert count == 50
    assert len(threads) <= 2
