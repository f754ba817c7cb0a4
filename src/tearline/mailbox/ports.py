# SPDX-License-Identifier: Apache-2.0
"""What the network side needs: the node behind it, and the machine below it.

The two sides may run on two machines, so the mailbox imports nothing of the node: ``Inbox`` says again, word for word,
what ``node.ports.Inbox`` says, and either side's implementation fits both.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import msgspec

from tearline.core.exchange import Held, Item, Run, Standing
from tearline.core.ids import Member
from tearline.core.instants import Instant

Tap = Callable[[str, str, bytes], None]
"""Sees (peer, "sent" or "received", plain bytes) of every body that crosses the border: for the canary sweep."""

Witness = Callable[[Member, int, tuple[bytes, ...], str], tuple[int, str]]
"""(peer, old size, consistency proof, checkpoint) to (size held here, cosignature); "" where the old size is not ours."""


class Inbox(Protocol):
    """The node as the network side sees it. ``peer`` is the authenticated member, never a claim in the bytes."""

    def held(self, peer: Member) -> dict[str, Held]:
        """For each lane of the stream peer→us: how many leaves are durable here, and our cosignature on it."""

    def accept(self, peer: Member, lane: str, start: int, items: Sequence[Item], checkpoint: str) -> int:
        """Check and journal a received run; the new durable size. Raises: nothing was taken."""

    def acknowledge(self, peer: Member, held: dict[str, Held], incarnation: int = 1) -> None:
        """What ``peer`` says is durable there of our stream to it, as it follows it: in which life of ours."""

    def incarnation(self, peer: Member) -> int:
        """The life of the peer's stream that is followed here."""

    def announce(self, peer: Member, incarnation: int) -> str:
        """The signed note that our present life began, for a peer that follows a former one; else empty."""

    def begin(self, peer: Member, note: str) -> None:
        """Such a note of ``peer``. Raises: it is not believed."""

    def standing(self, peer: Member) -> Standing:
        """What is held here of the peer's own history."""

    def give_back(self, peer: Member, incarnation: int, lane: str, start: int) -> Run | None:
        """A run of the peer's own stream as it is held here; None where nothing is held from there on."""


def _see_nothing(peer: str, direction: str, body: bytes) -> None:
    """The tap of a node that is not being watched."""


class Machine(msgspec.Struct, frozen=True):
    """The system clock (``core.instants``), ``draw(size)`` for random bytes, and the tap."""

    now: Callable[[], Instant]
    draw: Callable[[int], bytes]
    tap: Tap = _see_nothing
