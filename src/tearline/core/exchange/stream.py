# SPDX-License-Identifier: Apache-2.0
"""One lane of a stream at either end, as a fold without I/O.

Sender: positions are given out densely, so a gap proves a loss and never betrays that something was withheld. Receiver: a
run is taken only when its leaves, appended to those held, give the root that the sender signed at exactly that size; one
signature covers the run, however long.

A carrier may corrupt anything, so only what the peer's own signatures prove is a split view: a signed root of a size that
is held, other than the one held; or a signed root that a run's own leaves give, on what was held before it, while the leaves
that are held give another. A root that nothing explains may be the carrier's doing: the run is refused, and asked for again
from an earlier size, which mends the one and proves the other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from tearline.core.errors import IntegrityError, LimitError
from tearline.core.exchange.frames import LIMITS, Item
from tearline.core.ids import Member
from tearline.core.log import Checkpoint, Frontier, Tree, leaf_hash, list_peaks, make_frontier

LEAF_MAX_BYTES = 1024
"""Ours have about 250; the journal keeps every leaf that was taken."""


def print_origin(sender: Member, node: str, receiver: Member, lane: str, incarnation: int = 1) -> str:
    """The origin line of a lane's checkpoints: ``member/node/receiver/lane/incarnation``."""
    return f"{sender}/{node}/{receiver}/{lane}/{incarnation}"


class Lane:
    """Leaves of one lane up to a size. ``append`` is the only change."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self._tree = Tree()

    @property
    def size(self) -> int:
        """How many leaves."""
        return self._tree.size

    def append(self, leaves: Sequence[bytes]) -> None:
        """Take over leaves (their bytes, not hashes)."""
        self._tree.extend_hashes([leaf_hash(leaf) for leaf in leaves])

    def root_at(self, size: int) -> bytes:
        """The root over the first ``size`` leaves."""
        return self._tree.root_at(size)

    def frontier_at(self, size: int) -> Frontier:
        """What the first ``size`` leaves leave to go on from."""
        peaks = [self._tree.hash_at(level, index) for level, index in list_peaks(size)]
        return make_frontier(size, peaks)

    def checkpoint(self, size: int | None = None) -> Checkpoint:
        """What the sender signs: the lane as it is, or as it was at a size."""
        at = self.size if size is None else size
        return Checkpoint(self.origin, at, self.root_at(at))


class Fresh(msgspec.Struct, frozen=True):
    """The part of a run that is new here."""

    start: int
    items: tuple[Item, ...]


def check_run(
    lane: Lane, start: int, items: Sequence[Item], note: str, verify: Callable[[str, str], Checkpoint]
) -> Fresh:
    """The new items of a received run, proved to extend what is held; nothing is changed.

    Steps: 1. bounds. 2. no gap. 3. the checkpoint is the peer's, of this lane, and no other view of what is held. 4. it stands
    at exactly this end. 5. leaves give its root. Raises ``LimitError`` or ``IntegrityError`` ("split-view" only where it is
    proved); ``verify`` raises on a bad signature.
    """
    if len(items) > LIMITS.run_max_items or any(_is_too_large(item) for item in items):
        raise LimitError("run-too-large", "a run is longer, or an item larger, than is taken")
    if start > lane.size or start < 0:
        raise IntegrityError("gap", f"a run starts at {start} where {lane.size} are held")
    checkpoint = verify(note, lane.origin)
    if checkpoint.size <= lane.size and checkpoint.root != lane.root_at(checkpoint.size):
        raise _split_view()
    end = start + len(items)
    if checkpoint.size != end:
        raise IntegrityError("checkpoint-size", "a checkpoint does not stand at the end of its run")
    if end <= lane.size:
        return Fresh(lane.size, ())
    fresh = tuple(items[lane.size - start :])
    if _extend(lane, lane.size, fresh) != checkpoint.root:
        if _extend(lane, start, items) == checkpoint.root:
            raise _split_view()
        raise IntegrityError("other-root", "a run's leaves do not give the root that was signed at its end")
    return Fresh(lane.size, fresh)


def _extend(lane: Lane, size: int, items: Sequence[Item]) -> bytes:
    frontier = lane.frontier_at(size)
    frontier.extend(item.leaf for item in items)
    return frontier.root()


def _split_view() -> IntegrityError:
    return IntegrityError(
        "split-view", "this peer signed two views of one lane", "Both are kept as evidence; a person decides."
    )


def _is_too_large(item: Item) -> bool:
    size = len(item.leaf) + len(item.salt) + len(item.body or b"")
    return len(item.leaf) > LEAF_MAX_BYTES or size > LIMITS.item_max_bytes
