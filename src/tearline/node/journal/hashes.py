# SPDX-License-Identifier: Apache-2.0
"""The hashes of a large log: a root for each 256 leaves in memory, and the leaves of the block that is not yet full.

Guarantees: the root, and any proof, at any size so far; 64 bytes of memory per 256 entries. Hashes inside of a full block are
computed from its headers when they are asked for, so that a proof is always one about what the file holds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from tearline.core.log import Frontier, Tree

BLOCK_LEVEL = 8
BLOCK_LEAVES = 1 << BLOCK_LEVEL


class Staged(msgspec.Struct, frozen=True):
    """The log as it will be if the commit succeeds; ``roots`` are those of the blocks that it fills."""

    frontier: Frontier
    tail: list[bytes]
    roots: list[bytes]


class LogHashes:
    """Starts from the roots of the full blocks and the leaf hashes of the rest."""

    def __init__(
        self, roots: Sequence[bytes], tail: Sequence[bytes], *, load: Callable[[int, int], list[bytes]]
    ) -> None:
        self._blocks = Tree(roots)
        self._load = load
        self._tail = list(tail)
        self.frontier = Frontier()
        self._rebuild_frontier()

    def stage(self, hashes: Sequence[bytes]) -> Staged:
        """What appending these leaf hashes would make of the log; nothing changes yet."""
        frontier = self.frontier.copy()
        frontier.extend_hashes(hashes)
        tail = [*self._tail, *hashes]
        roots = []
        full = len(tail) - len(tail) % BLOCK_LEAVES
        for start in range(0, full, BLOCK_LEAVES):
            block = Frontier()
            block.extend_hashes(tail[start : start + BLOCK_LEAVES])
            roots.append(block.root())
        return Staged(frontier, tail[full:], roots)

    def adopt(self, staged: Staged) -> None:
        """The commit succeeded."""
        self._blocks.extend_hashes(staged.roots)
        self._tail = staged.tail
        self.frontier = staged.frontier

    @property
    def full_blocks(self) -> int:
        """How many blocks are full; their roots are stored."""
        return self._blocks.size

    def hash_at(self, level: int, index: int) -> bytes:
        """The hash of a complete subtree, as proofs ask for it."""
        if level >= BLOCK_LEVEL:
            return self._blocks.hash_at(level - BLOCK_LEVEL, index)
        block = Frontier()
        block.extend_hashes(self._load(index << level, (index + 1) << level))
        return block.root()

    def _rebuild_frontier(self) -> None:
        # The roots are leaves of the tree of blocks, so its frontier is the upper part of ours.
        upper = Frontier()
        upper.extend_hashes(self._blocks.hash_at(0, number) for number in range(self._blocks.size))
        self.frontier = upper.lift(BLOCK_LEVEL)
        self.frontier.extend_hashes(self._tail)
