# SPDX-License-Identifier: Apache-2.0
"""Checkpoints of logs as text (c2sp.org/tlog-checkpoint): origin, size, root, one line each.

Guarantees:
- ``print_checkpoint(parse_checkpoint(text)) == text`` for every text that is read: no second spelling of a size, no
  second spelling of a root in base64;
- extension lines are refused: nobody audits them, so tearline neither writes nor honours any.
"""

from __future__ import annotations

import re

import msgspec

from tearline.core.errors import MalformedError
from tearline.core.log.note import decode_base64, encode_base64
from tearline.core.log.tree import HASH_BYTES, SIZE_MAX, Head

ORIGIN_MAX_CHARACTERS = 256
_SIZE = re.compile(r"(0|[1-9][0-9]{0,18})\Z", re.ASCII)
_LINES = 3


class Checkpoint(msgspec.Struct, frozen=True):
    """What a log states when it signs: its name, how long it is, and the root over all of it."""

    origin: str
    size: int
    root: bytes

    @property
    def head(self) -> Head:
        """Size and root, as proofs take them."""
        return Head(self.size, self.root)


def parse_checkpoint(text: str) -> Checkpoint:
    """The checkpoint whose text (a note's, without signatures) is exactly ``text``. Raises ``MalformedError``."""
    lines = text.split("\n")
    if len(lines) != _LINES + 1 or lines[-1] or not is_origin(lines[0]):
        raise MalformedError(
            "bad-checkpoint", f"a checkpoint has an origin, a size and a root: {text[:120]!r}"
        )
    size = int(lines[1]) if _SIZE.match(lines[1]) else -1
    root = decode_base64(lines[2])
    if not 0 <= size <= SIZE_MAX or len(root) != HASH_BYTES:
        raise MalformedError("bad-checkpoint", f"no size or no root: {text[:120]!r}")
    return Checkpoint(lines[0], size, root)


def print_checkpoint(checkpoint: Checkpoint) -> str:
    """The text that is signed."""
    if not is_origin(checkpoint.origin) or len(checkpoint.root) != HASH_BYTES or checkpoint.size < 0:
        raise MalformedError(
            "bad-checkpoint", f"can't be written as a checkpoint: {checkpoint.origin[:80]!r}"
        )
    return f"{checkpoint.origin}\n{checkpoint.size}\n{encode_base64(checkpoint.root)}\n"


def is_origin(origin: str) -> bool:
    """Whether ``origin`` can name a log: printable, no blanks, no plus."""
    return (
        0 < len(origin) <= ORIGIN_MAX_CHARACTERS
        and origin.isprintable()
        and "+" not in origin
        and not any(letter.isspace() for letter in origin)
    )
