# SPDX-License-Identifier: Apache-2.0
"""What a restored node does before anybody reads from it: no second history (A2), and partners' recalls first (D4).

1. Every partner says, by asking, how much of this node's own stream it holds. One that holds more than the backup has would
   be sent a second history: the node stays shut. Nothing is sent before that is known, answers to recalls included.
2. Every partner's stream is taken in to its end: what was recalled since the backup was made has lost its readers, and its
   bytes where they go at once, before the door opens.

A partner that an authority accepted as silent may stay silent; what it tells all the same counts.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Protocol

from tearline.core.errors import IntegrityError, TearlineError, UsageError
from tearline.core.ids import Member
from tearline.node.commands import NodeInbox

ASK_MAX_S = 90.0  # a partner whose link was down tries again within half a minute
LOOK_S = 0.1


class Pulls(Protocol):
    """Takes in one partner's stream."""

    async def catch_up(self) -> None: ...


async def catch_up(
    pullers: Mapping[Member, Pulls],
    inbox: NodeInbox,
    silent: frozenset[Member],
) -> None:
    """Raises where a partner that has to answer does not (``UsageError``), or holds more (``IntegrityError``)."""
    needed = [p for p in pullers if p not in silent]
    await _wait_for(inbox, needed)
    ahead = sorted(p for p, more in inbox.asked.items() if more)
    if ahead:
        advice = "Restore a newer backup. Going on from here would make a second history."
        raise IntegrityError("behind", f"{', '.join(ahead)} was sent more than this backup holds", advice)
    _refuse_silence([p for p in needed if p not in inbox.asked])
    ended = await asyncio.gather(*(p.catch_up() for p in pullers.values()), return_exceptions=True)
    _refuse_silence([p for p, e in zip(pullers, ended, strict=True) if _failed(e) and p not in silent])


def _failed(ended: BaseException | None) -> bool:
    if ended is not None and not isinstance(ended, TearlineError):
        raise ended
    return ended is not None


async def _wait_for(inbox: NodeInbox, needed: Sequence[Member]) -> None:
    """Until all have asked or one holds more; no longer than ``ASK_MAX_S``."""
    loop = asyncio.get_running_loop()
    until = loop.time() + ASK_MAX_S
    while loop.time() < until:
        if any(inbox.asked.values()) or all(p in inbox.asked for p in needed):
            return
        await asyncio.sleep(LOOK_S)


def _refuse_silence(missing: Sequence[Member]) -> None:
    if missing:
        names = ",".join(sorted(missing))
        advice = f"Try again when they answer, or accept anew and answer for it: --without {names}"
        raise UsageError("silent", f"{names} did not give back what the backup may lack", advice)
