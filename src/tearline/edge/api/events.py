# SPDX-License-Identifier: Apache-2.0
"""Server-sent events: a key whenever the rendition of this reader's class changed, a bare word for their post, and drafts.

- It ends when other policies come into force, too: a page that is called again asks for everything anew.
- The right is asked for at each delivery (N7): a stream ends with its session, with the person's last post or clearance, and
  when the person is seen by another class than it began with.
- Heartbeats come on a fixed tick of their own, so that their number and time say nothing (assurance A7.10).
- The queue is bounded: who does not read is cut off, and asks for the list again.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import msgspec
from litestar import get
from litestar.response import Stream

from tearline.edge.api.caller import ALWAYS_UNATTENDED, Caller, caller_of
from tearline.edge.api.problems import AnyRequest, Problem
from tearline.node.commands import Acting

HEARTBEAT = b": \n\n"
HELLO = b"retry: 2000\n\n"


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
        self.full = False

    def tell(self, event: str, data: Any) -> None:
        """Called by the node; never waits, never fails."""
        with contextlib.suppress(RuntimeError):  # the loop has ended
            self._loop.call_soon_threadsafe(self._put, News(event, data))

    def _put(self, news: News) -> None:
        if self._news.qsize() >= self._size_max:
            self.full = True
        else:
            self._news.put_nowait(news)

    async def take(self, wait_s: float) -> News | None:
        """The next; none when nothing came in time."""
        try:
            return await asyncio.wait_for(self._news.get(), wait_s)
        except TimeoutError:
            return None


@get("/api/events", media_type="text/event-stream", opt={ALWAYS_UNATTENDED: True})
async def stream_events(request: AnyRequest) -> Stream:
    """What changed for this reader, as it changes: products by key, the post's log, drafts by id."""
    caller = caller_of(request)
    began = await caller.acting()
    return Stream(deliver(caller, began), media_type="text/event-stream")


async def deliver(caller: Caller, began: Acting) -> AsyncIterator[bytes]:
    """Events until the session, the right or the reader's patience ends."""
    pace = caller.services.pace
    queue = Queue(pace.queued_max)
    policies = caller.services.gate.policy_version()
    owners = [o for o in (caller.drafts_owner, await caller.post_drafts_owner()) if o]
    stop = caller.services.gate.reading(began).subscribe(
        lambda key: queue.tell("product", {"key": key}), lambda: queue.tell("post", {})
    )
    stop_drafts = caller.draft_news.listen(owners, lambda changed: queue.tell("draft", changed))
    loop = asyncio.get_running_loop()
    beat = loop.time() + pace.heartbeat_s
    try:
        yield HELLO
        while True:
            news = await queue.take(max(0.0, min(pace.check_s, beat - loop.time())))
            if queue.full or not await _still(caller, began, policies):
                return
            if news is not None:
                yield news.encode()
            if loop.time() >= beat:
                beat += pace.heartbeat_s
                yield HEARTBEAT
    finally:
        stop()
        stop_drafts()


async def _still(caller: Caller, began: Acting, policies: str) -> bool:
    """Whether the session runs and its person is still seen as when the stream began, under the same policies."""
    services = caller.services
    if services.gate.policy_version() != policies:
        return False
    session = services.accounts.check_session(caller.session.name, services.clock.now())
    asked_as = (caller.session.ceiling, caller.session.post)
    if session is None or session.locked or (session.ceiling, session.post) != asked_as:
        return False
    with contextlib.suppress(Problem):
        return (await caller.acting()).class_id == began.class_id
    return False


ROUTES = [stream_events]
