# SPDX-License-Identifier: Apache-2.0
"""Server-sent events: a key whenever the rendition of this reader's class changed, a bare word for their post, and drafts.

- It ends when other policies come into force, too: a page that is called again asks for everything anew.
- The right is asked for at each delivery (N7): a stream ends with its session, with the person's last post or clearance, and
  when the person is seen by another class than it began with.
- Heartbeats come on a fixed tick of their own, so that their number and time say nothing (assurance A7.10).
- The queue is bounded: who does not read is cut off, and asks for the list again. So are the streams of one person: the oldest
  ends, since each costs something at every commit.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

from litestar import get
from litestar.response import Stream

from tearline.core.instants import print_iso
from tearline.edge.api.caller import ALWAYS_UNATTENDED, Caller, caller_of
from tearline.edge.api.problems import AnyRequest, Problem
from tearline.edge.api.streams import News, Queue
from tearline.node.commands import Acting

HEARTBEAT = b": \n\n"
HELLO = b"retry: 2000\n\n"


@get("/api/events", media_type="text/event-stream", opt={ALWAYS_UNATTENDED: True})
async def stream_events(request: AnyRequest) -> Stream:
    """What changed for this reader, as it changes: products by key, the post's log, drafts by id, a clock that was moved."""
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
    caller.streams.begin(caller.session.person, queue)
    stop_drafts = caller.draft_news.listen(owners, lambda changed: queue.tell("draft", changed))
    loop, clock = asyncio.get_running_loop(), caller.services.clock
    stood = clock.dtg()
    beat = loop.time() + pace.heartbeat_s
    try:
        yield HELLO
        while True:
            news = await queue.take(max(0.0, min(pace.check_s, beat - loop.time())))
            if queue.ended or not await _still(caller, began, policies):
                return
            if news is not None:
                yield news.encode()
            if not clock.dtg_runs and clock.dtg() != stood:
                stood = clock.dtg()
                yield News("clock", {"dtg": print_iso(stood)}).encode()
            if loop.time() >= beat:
                beat += pace.heartbeat_s
                yield HEARTBEAT
    finally:
        stop()
        caller.streams.end(caller.session.person, queue)
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
