# SPDX-License-Identifier: Apache-2.0
"""Merkle trees as RFC 6962 has them, section 2.1.

Guarantees:
- leaves and inner nodes are hashed under different prefixes: no leaf can pose as a node;
- a ``Frontier`` holds the whole state that appending needs in at most 64 hashes, whatever the size;
- a ``Tree`` answers for every earlier size as well: it only ever grows.

``hash_at(level, index)`` names a complete subtree throughout: the one over leaves [index << level, (index + 1) << level).

    frontier = Frontier()
    frontier.append(b"first leaf")
    frontier.root()
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence

import msgspec

from tearline.core.errors import MalformedError, UsageError

HASH_BYTES = 32
SIZE_MAX = 1 << 62
EMPTY_ROOT = hashlib.sha256(b"").digest()

HashAt = Callable[[int, int], bytes]
"""(level, index) -> the hash of a complete subtree."""

_SIZE_BYTES = 8


class Head(msgspec.Struct, frozen=True):
    """How many leaves a log has, and the root over exactly these."""

    size: int
    root: bytes


def leaf_hash(leaf: bytes) -> bytes:
    """SHA-256 of 0x00 and the leaf."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256 of 0x01 and the two children."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def split_size(size: int) -> int:
    """The largest power of two below ``size``: how many leaves the left subtree has (``size`` of at least two)."""
    return 1 << ((size - 1).bit_length() - 1)


def list_peaks(size: int) -> list[tuple[int, int]]:
    """(level, index) of the complete subtrees that cover [0, size), largest first."""
    peaks = []
    start = 0
    for level in range(size.bit_length() - 1, -1, -1):
        if size >> level & 1:
            peaks.append((level, start >> level))
            start += 1 << level
    return peaks


def fold_peaks(peaks: Sequence[bytes]) -> bytes:
    """The root over complete subtrees given largest first."""
    if not peaks:
        return EMPTY_ROOT
    root = peaks[-1]
    for peak in reversed(peaks[:-1]):
        root = node_hash(peak, root)
    return root


class Frontier:
    """The compact range [0, size): what appending and the root need, and nothing else."""

    __slots__ = ("_peaks", "_size")

    def __init__(self) -> None:
        self._size = 0
        self._peaks: list[bytes] = []

    @property
    def size(self) -> int:
        """How many leaves were appended."""
        return self._size

    def append(self, leaf: bytes) -> None:
        """Append one leaf, given by its bytes."""
        self.extend_hashes((leaf_hash(leaf),))

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Append many leaves, given by their bytes."""
        self.extend_hashes([leaf_hash(leaf) for leaf in leaves])

    def extend_hashes(self, hashes: Iterable[bytes]) -> None:
        """Append many leaves, given by their leaf hashes. A tight loop: this is the journal's hot path."""
        sha256, peaks, size = hashlib.sha256, self._peaks, self._size
        for leaf in hashes:
            node, rest = leaf, size
            while rest & 1:
                node = sha256(b"\x01" + peaks.pop() + node).digest()
                rest >>= 1
            peaks.append(node)
            size += 1
        self._size = size

    def root(self) -> bytes:
        """The root over all leaves; of no leaves, SHA-256 of nothing."""
        return fold_peaks(self._peaks)

    def head(self) -> Head:
        """Size and root."""
        return Head(self._size, self.root())

    def copy(self) -> Frontier:
        """An independent frontier with the same leaves."""
        other = Frontier()
        other._size, other._peaks = self._size, self._peaks.copy()
        return other

    def encode(self) -> bytes:
        """Eight bytes of size, then the peaks, largest first."""
        return self._size.to_bytes(_SIZE_BYTES, "big") + b"".join(self._peaks)


def decode_frontier(raw: bytes) -> Frontier:
    """The frontier that ``encode`` wrote. Raises ``MalformedError``."""
    size = int.from_bytes(raw[:_SIZE_BYTES], "big")
    peaks = [raw[at : at + HASH_BYTES] for at in range(_SIZE_BYTES, len(raw), HASH_BYTES)]
    if len(raw) != _SIZE_BYTES + HASH_BYTES * size.bit_count() or size > SIZE_MAX:
        raise MalformedError("bad-frontier", f"{len(raw)} bytes are no frontier of {size} leaves")
    return make_frontier(size, peaks)


def make_frontier(size: int, peaks: Sequence[bytes]) -> Frontier:
    """The frontier of a known size from the hashes of its peaks, largest first."""
    if len(peaks) != size.bit_count():
        raise MalformedError("bad-frontier", f"{len(peaks)} peaks do not make {size} leaves")
    frontier = Frontier()
    frontier._size, frontier._peaks = size, list(peaks)  # noqa: SLF001 (its own module)
    return frontier


def join_frontiers(upper: Frontier, lower: Frontier, *, level: int) -> Frontier:
    """The frontier of a log whose complete subtrees at ``level`` are the leaves of ``upper``, and ``lower`` what follows."""
    if lower.size >> level:
        raise UsageError("bad-frontier", f"{lower.size} leaves fill a subtree at level {level}")
    peaks = [*upper._peaks, *lower._peaks]  # noqa: SLF001 (its own module)
    return make_frontier((upper.size << level) + lower.size, peaks)


class Tree:
    """All hashes of a log in memory (64 bytes a leaf): answers ``hash_at`` and the root at any size so far."""

    __slots__ = ("_levels",)

    def __init__(self, hashes: Iterable[bytes] = ()) -> None:
        self._levels: list[list[bytes]] = [[]]
        self.extend_hashes(hashes)

    @property
    def size(self) -> int:
        """How many leaves there are."""
        return len(self._levels[0])

    def append(self, leaf: bytes) -> None:
        """Append one leaf, given by its bytes."""
        self.extend_hashes((leaf_hash(leaf),))

    def extend_hashes(self, hashes: Iterable[bytes]) -> None:
        """Append leaves, given by their leaf hashes."""
        self._levels[0].extend(hashes)
        level = 0
        while len(self._levels[level]) > 1:
            below = self._levels[level]
            level += 1
            if level == len(self._levels):
                self._levels.append([])
            above = self._levels[level]
            for index in range(len(above), len(below) // 2):
                above.append(node_hash(below[2 * index], below[2 * index + 1]))

    def truncate(self, size: int) -> None:
        """Forget all leaves from ``size`` on: for a writer whose commit failed."""
        for level, hashes in enumerate(self._levels):
            del hashes[size >> level :]

    def hash_at(self, level: int, index: int) -> bytes:
        """The hash of a complete subtree."""
        return self._levels[level][index]

    def root_at(self, size: int) -> bytes:
        """The root over the first ``size`` leaves."""
        if not 0 <= size <= self.size:
            raise UsageError("no-such-size", f"a log of {self.size} leaves has no root at {size}")
        return fold_peaks([self.hash_at(level, index) for level, index in list_peaks(size)])

    def head(self) -> Head:
        """Size and root."""
        return Head(self.size, self.root_at(self.size))
