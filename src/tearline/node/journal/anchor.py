# SPDX-License-Identifier: Apache-2.0
"""The anchor log: how partners can vouch for a node's history without learning anything from it (A2, DESIGN section 9).

One leaf a tick, busy or idle; each commits, under a fresh salt, to the newest checkpoints of the journal and of the access
log. Partners cosign this log's checkpoint only. Guarantees:
- its size says that time passed and nothing else; a leaf says nothing without its salt;
- what a partner cosigned binds both logs as they stood: rewriting or cutting either needs another anchor log, which that
  partner's next consistency check refuses;
- a cosignature is verified before it is kept.

It is a journal of its own (any backend) with one payload an entry, so that everything about durability and proof holds here.
"""

from __future__ import annotations

import msgspec
from msgspec import UNSET, UnsetType

from tearline.core.canon import decode_canonical, encode_canonical
from tearline.core.errors import IntegrityError, UsageError
from tearline.core.log import (
    Checkpoint,
    Verifier,
    parse_checkpoint,
    parse_note,
    parse_signatures,
    print_checkpoint,
    read_cosignature_time,
    verify_signatures,
)
from tearline.node.journal.header import encode_header
from tearline.node.journal.journal import Cosigned, Draft, Journal
from tearline.node.journal.lives import read_origin


class Anchored(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one leaf commits to: two checkpoints as signed notes."""

    access: str
    journal: str


class Binding(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An anchor laid open: its leaf, what the leaf commits to, and its place in the anchor log of ``size`` and ``root``.

    ``cosignatures`` are partners' lines over that size: each says that it saw this log, and none of its contents. ``origin`` is
    that of the anchor log of a later life of the node; of the first one it is left out.
    """

    position: int
    leaf: str
    salt: str
    body: str
    size: int
    root: str
    inclusion: tuple[str, ...]
    cosignatures: tuple[str, ...]
    origin: str | UnsetType = UNSET


class _Anchor(msgspec.Struct, frozen=True, tag="Anchored", tag_field="entry"):
    """The entry: the same bytes at every tick."""


def read_size(anchored: Anchored, log: str) -> int:
    """How many entries of a log an anchor binds."""
    note = anchored.journal if log == "journal" else anchored.access
    return parse_checkpoint(parse_note(note).text).size


_ENTRY = encode_canonical(_Anchor())


class AnchorLog:
    """The anchor log kept in ``log``, whose origin is ``member/node/anchor``."""

    def __init__(self, log: Journal) -> None:
        self._log = log
        self.origin = log.origin

    def size(self) -> int:
        """How many ticks there were."""
        return self._log.size()

    def tick(self, journal: str, access: str) -> int:
        """Anchor the newest checkpoints of both logs; the new size."""
        body = encode_canonical(Anchored(access=access, journal=journal))
        return self._log.append([Draft(_ENTRY, (body,))]) + 1

    def checkpoint(self) -> str:
        """What partners are asked to cosign: a signed note."""
        return self._log.checkpoint()

    def root_at(self, size: int) -> bytes:
        """The root over the first ``size`` ticks."""
        return self._log.root_at(size)

    def consistency(self, old: int, new: int) -> list[bytes]:
        """The proof that goes with it, from the size that the partner saw last."""
        return self._log.consistency(old, new)

    def anchored(self, position: int) -> Anchored:
        """What the leaf at ``position`` commits to."""
        body = self._log.payload(position)
        if body is None:
            raise IntegrityError(
                "anchor-missing", f"the anchor at {position} lost its content", "Run tearline verify."
            )
        return decode_canonical(body, Anchored)

    def cosigned(self, line: str, *, size: int, witness: Verifier) -> int:
        """Keep a partner's cosignature over our checkpoint of ``size``; the POSIX time that it states."""
        signatures = parse_signatures(line)
        good = verify_signatures(self._text_at(size), signatures, [witness])
        if len(good) != 1 or len(signatures) != 1:
            raise UsageError("not-a-cosignature", f"this is no cosignature of {witness.name}")
        self._log.store_cosignature(Cosigned(size, witness.name, good[0].print()))
        return read_cosignature_time(good[0])

    def cosignatures(self, since: int = 0) -> list[Cosigned]:
        """The cosignatures kept, by size."""
        return self._log.cosignatures(since)

    def bind(self, log: str, size: int) -> Binding | None:
        """The first anchor that binds at least ``size`` entries of ``log`` ("journal", "access"); None while there is none.

        It is shown in the log as the most partners cosigned it soonest.
        """
        position = self._find(log, size)
        if position is None:
            return None
        lines: dict[int, list[str]] = {}
        for one in self._log.cosignatures(position + 1):
            lines.setdefault(one.size, []).append(one.line)
        end = max(lines, key=lambda at: (len(lines[at]), -at), default=self._log.size())
        record, opening = self._log.records(position, 1)[0], self._log.opening(position)
        if opening is None:
            return None
        return Binding(
            position,
            encode_header(record.entry, [c.hex() for c in record.commitments]).decode(),
            opening.salt.hex(),
            opening.body.decode(),
            end,
            self._log.root_at(end).hex(),
            tuple(one.hex() for one in self._log.inclusion(position, end)),
            tuple(lines.get(end, ())),
            self.origin if read_origin(self.origin)[1] > 1 else UNSET,
        )

    def _find(self, log: str, size: int) -> int | None:
        """Anchored sizes never go back: halve the range until the first that suffices."""
        first, last = 0, self._log.size()
        while first < last:
            middle = (first + last) // 2
            if read_size(self.anchored(middle), log) >= size:
                last = middle
            else:
                first = middle + 1
        return first if first < self._log.size() else None

    def close(self) -> None:
        """Close the log beneath."""
        self._log.close()

    def _text_at(self, size: int) -> str:
        return print_checkpoint(Checkpoint(self.origin, size, self._log.root_at(size)))
