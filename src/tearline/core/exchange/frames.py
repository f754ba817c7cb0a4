# SPDX-License-Identifier: Apache-2.0
"""What travels: items of a lane, and who holds how much of it.

A stream is origin ``member/node/receiver-node/lane/incarnation``; each lane is a Merkle log of its own whose leaf is the
canonical bytes of a ``Leaf`` (exchange.entry). An item carries the leaf and, unless it was superseded or withdrawn, the
salt and body that the leaf's commitment binds. The wire form of these frames is MessagePack, bounded by ``Limits``; what
stands in the types is refused while decoding, so that a peer's numbers and counts never cost memory first.
"""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

RUN_MAX_ITEMS = 2_000
NOTE_MAX_CHARACTERS = 8 * 1024
LANES_MAX = 4
HELD_MAX = 4_000  # four lanes of a thousand lives

LaneName = Annotated[str, Meta(pattern="^(FLASH|IMMEDIATE|PRIORITY|ROUTINE)\\Z")]
Size = Annotated[int, Meta(ge=0, le=2**53)]
_Note = Annotated[str, Meta(max_length=NOTE_MAX_CHARACTERS)]


class Item(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """One leaf with its payload; ``body`` is None where the payload was superseded, withdrawn or purged."""

    leaf: Annotated[bytes, Meta(max_length=64 * 1024)]
    salt: Annotated[bytes, Meta(max_length=64)] = b""
    body: bytes | None = None


class Held(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``size`` leaves of a lane are durable at the receiver; ``cosignature`` is its signature line over that checkpoint."""

    size: Size
    cosignature: _Note = ""


class Run(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Items [start, start + len(items)) and a checkpoint (signed note) of the lane at exactly that end."""

    start: Size
    items: Annotated[list[Item], Meta(max_length=RUN_MAX_ITEMS)]
    checkpoint: _Note


class PullRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a receiver holds of the lanes that it asks for; the answer comes when there is more, or after wait_s.

    A lane that is not named is not sent: so a receiver leaves out a lane that it has stopped. ``incarnation``: the life of the
    sender that these lanes are of.
    """

    held: dict[LaneName, Held]
    wait_s: Annotated[int, Meta(ge=0, le=3600)] = 0
    incarnation: Size = 1


class PullAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """New runs by lane, higher precedences first; empty when there is nothing new.

    ``announced``: to who asked for lanes of a former life, the signed note that a later one began; then there are no runs.
    """

    runs: dict[LaneName, Run]
    announced: _Note = ""


class BackRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A restored node asks for its own stream back: a run of this lane of one of its lives, from ``start`` on."""

    incarnation: Size
    lane: LaneName
    start: Size


class BackAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The run as it was received, with the checkpoint that the asker signed; None where nothing is held from there on."""

    run: Run | None


class Standing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a node holds of the asker's own history; the asker signed every note in it, so no other can make them up.

    ``incarnation``: the asker's life that is followed here. ``held``: (life, lane, size) of all lives. ``notes``: the newest
    checkpoint of each lane of the life that is followed; ``anchor``: that of the newest anchor log, "" where there is none.
    """

    incarnation: Size
    held: Annotated[tuple[tuple[Size, LaneName, Size], ...], Meta(max_length=HELD_MAX)]
    notes: Annotated[tuple[_Note, ...], Meta(max_length=LANES_MAX)]
    anchor: _Note = ""


class Limits(msgspec.Struct, frozen=True):
    """Bounds on what a peer may send; reasons beside them."""

    item_max_bytes: int = 16 * 1024 * 1024  # the largest product with its text; blobs travel apart
    run_max_items: int = RUN_MAX_ITEMS
    answer_max_bytes: int = 32 * 1024 * 1024  # after decompression
    expansion_max_ratio: int = 200
    wait_max_s: int = 60
    checkpoint_max_bytes: int = NOTE_MAX_CHARACTERS


LIMITS = Limits()
