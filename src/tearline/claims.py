# SPDX-License-Identifier: Apache-2.0
"""A running node of whose history a partner claims more than stands here (A2, DESIGN 9).

0. At each start partners are asked before anything is signed; who answers at once counts.
1. The claim is an alarm, and nothing more is handed over for that partner (``commands.standing.note_ahead``).
2. It is not believed: the partner is asked for the notes that this node signed itself.
3. A note of ours beyond what stands here proves that this folder is a copy, or an old backup put back by hand. The node signs
   nothing more, marks its folder as restored, and ends: from there on it is accepted as any restored one.
4. A partner that can prove nothing stays on hold until it takes back what it claimed.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import Protocol

from tearline.anchoring import Anchoring
from tearline.core.errors import IntegrityError, TearlineError
from tearline.core.exchange import Standing
from tearline.core.ids import Member
from tearline.node.commands import find_contradictions, note_ahead
from tearline.node.journal import AnchorLog
from tearline.node.node import Node

AGAIN_S = 60.0
FIRST_MAX_S = 2.0


class Asks(Protocol):
    """The way to one partner."""

    async def ask_standing(self) -> Standing: ...


class Claims:
    """What is looked into, a partner at a time and no more than once a minute each."""

    def __init__(self, node: Node, anchors: AnchorLog, anchoring: Anchoring) -> None:
        self._node, self._anchors, self._anchoring = node, anchors, anchoring
        self._due: dict[Member, float] = {}
        self._told: set[Member] = set()

    async def look(self, pullers: Mapping[Member, Asks]) -> IntegrityError | None:
        """Why this node must end; None where nothing is proved."""
        for peer in await asyncio.to_thread(self.list_doubted):
            if peer not in pullers or self._due.get(peer, 0.0) > time.monotonic():
                continue
            self._due[peer] = time.monotonic() + AGAIN_S
            try:
                standing = await pullers[peer].ask_standing()
            except TearlineError:
                continue
            proved = await asyncio.to_thread(find_contradictions, self._node, self._anchors, peer, standing)
            if proved:
                return _make_error(peer, proved)
        return None

    async def look_first(self, pullers: Mapping[Member, Asks]) -> IntegrityError | None:
        """The same before anything is signed: whoever answers at once may know that this folder is not the newest."""
        asked = {asyncio.ensure_future(way.ask_standing()): peer for peer, way in pullers.items()}
        done, late = await asyncio.wait(asked, timeout=FIRST_MAX_S) if asked else (set(), set())
        for task in late:
            task.cancel()
        await asyncio.gather(*asked, return_exceptions=True)
        for task in done:
            if task.exception() is None:
                peer, standing = asked[task], task.result()
                if proved := find_contradictions(self._node, self._anchors, peer, standing):
                    return _make_error(peer, proved)
        return None

    def list_doubted(self) -> tuple[Member, ...]:
        """Partners that claim more than there is, by lanes or by anchors."""
        with self._node.lock:
            for peer in self._anchoring.contradicted - self._told:
                self._told.add(peer)
                note_ahead(self._node, peer)
            return tuple(sorted(self._node.ahead | self._anchoring.contradicted))


def _make_error(peer: Member, proved: tuple[str, ...]) -> IntegrityError:
    return IntegrityError(
        "behind",
        f"{peer} holds more than stands here of {', '.join(proved)}, signed by this node",
        "This folder is a copy or an old backup; it was marked as restored. Find the original, restore a newer backup, or: "
        "tearline restore --accept FOLDER --new-incarnation (docs/operating.md, Back up and restore).",
    )
