# SPDX-License-Identifier: Apache-2.0
"""What travels: items of a lane, and who holds how much of it.

A stream is origin ``member/node/receiver-node/lane/incarnation``; each lane is a Merkle log of its own whose leaf is the
canonical bytes of a ``Leaf`` (exchange.entry). An item carries the leaf and, unless it was superseded or withdrawn, the
salt and body that the leaf's commitment binds. The wire form of these frames is MessagePack, bounded by ``Limits``.
"""

from __future__ import annotations

import msgspec


class Item(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """One leaf with its payload; ``body`` is None where the payload was superseded, withdrawn or purged."""

    leaf: bytes
    salt: bytes = b""
    body: bytes | None = None


class Held(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``size`` leaves of a lane are durable at the receiver; ``cosignature`` is its signature line over that checkpoint."""

    size: int
    cosignature: str = ""


class Run(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Items [start, start + len(items)) and a checkpoint (signed note) of the lane at exactly that end."""

    start: int
    items: list[Item]
    checkpoint: str


class PullRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a receiver holds of each lane; the sender answers at once with more, or when there is more, or after wait_s."""

    held: dict[str, Held]
    wait_s: int = 0


class PullAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """New runs by lane, higher precedences first; empty when there is nothing new."""

    runs: dict[str, Run]


class Limits(msgspec.Struct, frozen=True):
    """Bounds on what a peer may send; reasons beside them."""

    item_max_bytes: int = 16 * 1024 * 1024  # the largest product with its text; blobs travel apart
    run_max_items: int = 2_000
    answer_max_bytes: int = 32 * 1024 * 1024  # after decompression
    expansion_max_ratio: int = 200
    wait_max_s: int = 60
    checkpoint_max_bytes: int = 8 * 1024


LIMITS = Limits()
