# SPDX-License-Identifier: Apache-2.0
"""One lane of a stream at either end, as a fold without I/O.

Sender: positions are given out densely, so a gap proves a loss and never betrays that something was withheld. Receiver: a
run is taken only when its leaves, appended to those held, give the root that the sender signed at exactly that size; one
signature covers the run, however long.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from tearline.core.errors import IntegrityError, LimitError
from tearline.core.exchange.frames import LIMITS, Item
from tearline.core.ids import Member
from tearline.core.log import Checkpoint, Frontier


def print_origin(sender: Member, node: str, receiver: Member, lane: str, incarnation: int = 1) -> str:
    """The origin line of a lane's checkpoints: ``member/node/receiver/lane/incarnation``."""
    return f"{sender}/{node}/{receiver}/{lane}/{incarnation}"


class Lane:
    """Leaves of one lane up to a size. ``append`` is the only change."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.frontier = Frontier()

    @property
    def size(self) -> int:
        """How many leaves."""
        return self.frontier.size

    def append(self, leaves: Sequence[bytes]) -> None:
        """Take over leaves (their bytes, not hashes)."""
        self.frontier.extend(leaves)

    def checkpoint(self) -> Checkpoint:
        """What the sender signs."""
        return Checkpoint(self.origin, self.frontier.size, self.frontier.root())


class Fresh(msgspec.Struct, frozen=True):
    """The part of a run that is new here."""

    start: int
    items: tuple[Item, ...]


def check_run(
    lane: Lane, start: int, items: Sequence[Item], note: str, verify: Callable[[str, str], Checkpoint]
) -> Fresh:
    """The new items of a received run, proved to extend what is held; nothing is changed.

    Steps: 1. bounds. 2. no gap. 3. the checkpoint is the peer's, of this lane, at exactly this end. 4. leaves give its root.
    Raises ``LimitError`` or ``IntegrityError``; ``verify`` raises on a bad signature.
    """
    if len(items) > LIMITS.run_max_items or any(_size(item) > LIMITS.item_max_bytes for item in items):
        raise LimitError("run-too-large", "a run is longer, or an item larger, than is taken")
    if start > lane.size or start < 0:
        raise IntegrityError("gap", f"a run starts at {start} where {lane.size} are held")
    fresh = tuple(items[lane.size - start :])
    checkpoint = verify(note, lane.origin)
    if checkpoint.size != start + len(items):
        raise IntegrityError("checkpoint-size", "a checkpoint does not stand at the end of its run")
    if not fresh:
        return Fresh(lane.size, ())
    frontier = lane.frontier.copy()
    frontier.extend(item.leaf for item in fresh)
    if frontier.root() != checkpoint.root:
        raise IntegrityError(
            "split-view", "a run does not extend what this peer signed before", "Both are kept as evidence."
        )
    return Fresh(lane.size, fresh)


def _size(item: Item) -> int:
    return len(item.leaf) + len(item.salt) + len(item.body or b"")
