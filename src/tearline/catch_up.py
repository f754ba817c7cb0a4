# SPDX-License-Identifier: Apache-2.0
"""What a restored node does before anybody reads from it: no second history (A2), and partners' recalls first (D4).

1. Every partner says, by asking, how much of this node's own stream it holds. One that holds more than the backup has would
   be sent a second history: the node stays shut. Nothing is sent before that is known, answers to recalls included. In a new
   incarnation, partners hear of it then and ask anew.
2. In a new incarnation the node takes back what partners hold of its former streams: who was sent what, which recalls are open.
3. Every partner's stream is taken in to its end: what was recalled since the backup was made has lost its readers, and its
   bytes where they go at once, before the door opens.

A partner that an authority accepted as silent may stay silent; what it tells all the same counts.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Protocol

from tearline.core.errors import IntegrityError, TearlineError, UsageError
from tearline.core.exchange import Run, Standing
from tearline.core.ids import Member
from tearline.node.commands import NodeInbox, file_recovered, is_claim, take_back
from tearline.node.node import Node

ASK_MAX_S = 90.0  # a partner whose link was down tries again within half a minute
LOOK_S = 0.1
BEGIN_ADVICE = "It is one command: tearline restore --accept FOLDER --new-incarnation (docs/operating.md, Back up and restore)."


class Pulls(Protocol):
    """Takes in one partner's stream, and asks for our own back."""

    async def catch_up(self) -> None: ...

    async def ask_standing(self) -> Standing: ...

    async def ask_back(self, incarnation: int, lane: str, start: int) -> Run | None: ...


async def catch_up(
    pullers: Mapping[Member, Pulls],
    node: Node,
    inbox: NodeInbox,
    silent: frozenset[Member],
) -> None:
    """Raises where a partner that has to answer does not (``UsageError``), or holds more (``IntegrityError``)."""
    needed = [p for p in pullers if p not in silent]
    claims = await asyncio.gather(*(_claims(node, peer, p) for peer, p in pullers.items()))
    await _wait_for(inbox, needed)
    ahead = sorted({p for p, more in inbox.asked.items() if more} | {p for p in claims if p})
    if ahead:
        advice = f"Restore a newer backup, or begin a new incarnation. {BEGIN_ADVICE}"
        raise IntegrityError("behind", f"{', '.join(ahead)} was sent more than this backup holds", advice)
    _refuse_silence([p for p in needed if p not in inbox.asked])
    back = await asyncio.gather(
        *(recover(node, peer, p) for peer, p in pullers.items()), return_exceptions=True
    )
    _refuse_silence([p for p, e in zip(pullers, back, strict=True) if _failed(e) and p not in silent])
    ended = await asyncio.gather(*(p.catch_up() for p in pullers.values()), return_exceptions=True)
    _refuse_silence([p for p, e in zip(pullers, ended, strict=True) if _failed(e) and p not in silent])


async def _claims(node: Node, peer: Member, way: Pulls) -> Member | None:
    """The partner, where it says that it holds more; it may have been silent when the node was accepted."""
    try:
        return peer if is_claim(node, peer, await way.ask_standing()) else None
    except TearlineError:
        return None


async def recover(node: Node, peer: Member, way: Pulls) -> None:
    """Take back what a partner holds of our former lives and this node does not know; ``TearlineError`` where it can't."""
    if not node.streams.is_recovering(peer):
        return
    standing = await way.ask_standing()
    for incarnation, lane, size in standing.held:
        if incarnation < node.streams.incarnation:
            await _recover_lane(node, peer, way, incarnation=incarnation, lane=lane, size=size)
    await asyncio.to_thread(file_recovered, node)


async def _recover_lane(
    node: Node, peer: Member, way: Pulls, *, incarnation: int, lane: str, size: int
) -> None:
    have = node.streams.former_lane(peer, incarnation, lane).lane.size
    while have < size:
        run = await way.ask_back(incarnation, lane, have)
        before = have
        if run is not None:
            have = await asyncio.to_thread(take_back, node, peer, incarnation, lane, run)
        if have <= before:
            raise IntegrityError(
                "not-given-back", f"{peer} does not give back what it says it holds of {lane}"
            )


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
