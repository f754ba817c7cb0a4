# SPDX-License-Identifier: Apache-2.0
"""The hashes of a large log: a root for each 256 leaves in memory, and the frontier of the block that is not yet full.

Guarantees: the root, and any proof, at any size so far; 64 bytes of memory per 256 entries. Hashes inside of a full block are
computed from its headers when they are asked for, so that a proof is always one about what the file holds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from tearline.core.log import Frontier, Tree, join_frontiers

BLOCK_LEVEL = 8
BLOCK_LEAVES = 1 << BLOCK_LEVEL


class Staged(msgspec.Struct, frozen=True):
    """The log as it will be if the commit succeeds; ``roots`` are those of the blocks that it fills."""

    frontier: Frontier
    roots: list[bytes]
    upper: Frontier
    lower: Frontier


class LogHashes:
    """Starts from the roots of the full blocks and the leaf hashes of the rest.

    ``upper`` is the frontier of the tree whose leaves are full blocks, ``lower`` that of the block that is being filled: one
    above the other they are the log's frontier.
    """

    def __init__(
        self, roots: Sequence[bytes], tail: Sequence[bytes], *, load: Callable[[int, int], list[bytes]]
    ) -> None:
        self._blocks = Tree(roots)
        self._load = load
        self._upper, self._lower = Frontier(), Frontier()
        self._upper.extend_hashes(roots)
        self._lower.extend_hashes(tail)
        self.frontier = join_frontiers(self._upper, self._lower, level=BLOCK_LEVEL)

    def stage(self, hashes: Sequence[bytes]) -> Staged:
        """What appending these leaf hashes would make of the log; nothing changes yet."""
        upper, lower = self._upper.copy(), self._lower.copy()
        roots: list[bytes] = []
        at = 0
        while at < len(hashes):
            end = at + BLOCK_LEAVES - lower.size
            lower.extend_hashes(hashes[at:end])
            at = end
            if lower.size == BLOCK_LEAVES:
                roots.append(lower.root())
                lower = Frontier()
        upper.extend_hashes(roots)
        return Staged(join_frontiers(upper, lower, level=BLOCK_LEVEL), roots, upper, lower)

    def adopt(self, staged: Staged) -> None:
        """The commit succeeded."""
        self._blocks.extend_hashes(staged.roots)
        self._upper, self._lower = staged.upper, staged.lower
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
