# SPDX-License-Identifier: Apache-2.0
"""The journal: a node's own ordered, signed, append-only log. This is its port; ``sqlite`` and ``memory`` implement it.

Guarantees, the same for every backend and tested by one suite:
- D1: what ``append`` returned for is durable, all of a call's drafts or none; a journal that met an error of the disk stops,
  says so, and acknowledges nothing more. What the disk holds is found out when it is opened again.
- A2: each commit ends in a signed checkpoint (c2sp.org/tlog-checkpoint) over all entries so far; entries have dense
  positions from 0 and can't be changed or taken out.
- D4: a payload can be purged, since leaves commit to it under a salt that goes with it; proofs stay whole. When ``purge``
  returns, neither salt nor body is in any file of the journal.
- ``origin`` is that of the newest checkpoint: the one given, or the same in a later life (see lives.py).
- a raw copy or an old backup of the journal does not sign (DESIGN, section 9) until somebody says that it may.

A *leaf* (its Merkle leaf is exactly these bytes) is the *header*: ``{"commitments":["hex", ...],"entry":{...}}``.

Errors:
    JournalStoppedError   the disk failed; restart the node, which finds out what became of the last commit
    JournalCopyError      this may be a copy: it signs nothing until the copy is accepted or the missing part restored
    PurgeBlockedError     the purge is not finished: something holds old bytes
    ReadInterruptedError  a read lasted too long, or gave way to a purge
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import msgspec

from tearline.core.errors import IntegrityError, TearlineError


class JournalStoppedError(IntegrityError):
    """The journal met an error of its disk and takes nothing more. What was acknowledged is durable."""


class JournalCopyError(IntegrityError):
    """The journal may be a copy or an old backup of one that went on elsewhere, so it must not sign."""


class PurgeBlockedError(TearlineError):
    """A purge could not be finished, so it must not be acknowledged. Purging again finishes it."""


class ReadInterruptedError(TearlineError):
    """A read was ended: it lasted too long, or a purge came."""


class Draft(msgspec.Struct, frozen=True):
    """What is to be appended: an entry (canonical JSON of an object) and the payloads it commits to, in order."""

    entry: bytes
    payloads: tuple[bytes, ...] = ()


class Record(msgspec.Struct, frozen=True):
    """An appended entry. Payloads are asked for apart: they may be large, and gone."""

    position: int
    entry: bytes
    commitments: tuple[bytes, ...]


class Opening(msgspec.Struct, frozen=True):
    """What opens a commitment: ``commit(salt, body)`` is the commitment that the entry's header holds."""

    salt: bytes
    body: bytes


class Cosigned(msgspec.Struct, frozen=True):
    """A partner's cosignature line over the checkpoint of this size. It lies beside the log, never in it."""

    size: int
    name: str
    line: str


class Journal(Protocol):
    """See the module. Every method may be called from any thread."""

    origin: str

    @property
    def suspicion(self) -> str:
        """Why this may be a copy; empty when there is no reason to think so."""

    def size(self) -> int:
        """How many entries are durable."""

    def append(self, drafts: Sequence[Draft]) -> int:
        """Append all drafts; the first one's position. On return they are durable and covered by a checkpoint."""

    def records(self, start: int, limit: int) -> list[Record]:
        """The entries from ``start`` on, at most ``limit``, perhaps fewer; none only where there is none."""

    def payload(self, position: int, index: int = 0) -> bytes | None:
        """A payload's body; None once purged. ``UsageError`` where there never was one."""

    def opening(self, position: int, index: int = 0) -> Opening | None:
        """A payload's salt and body; None once purged. ``UsageError`` where there never was one."""

    def stretch(self, position: int, index: int, limit: int) -> list[tuple[int, int, bytes | None]]:
        """Payloads that are there, in order from this one on, at most ``limit``: position, index and body.

        None stands for a large body, which is to be asked for alone. None of the list: nothing is there from here on.
        """

    def purge(self, targets: Sequence[tuple[int, int]]) -> None:
        """Take out payloads, given as (position, index). Purging again what is gone already does no harm."""

    def checkpoint(self) -> str:
        """The newest checkpoint as a signed note."""

    def root_at(self, size: int) -> bytes:
        """The root over the first ``size`` entries."""

    def peaks(self, size: int) -> list[bytes]:
        """The hashes from which a log of ``size`` entries goes on, largest first: what a range's proof starts from."""

    def inclusion(self, position: int, size: int) -> list[bytes]:
        """The proof that the entry stands at ``position`` in the log of ``size``."""

    def consistency(self, old: int, new: int) -> list[bytes]:
        """The proof that the log of ``new`` entries starts with the log of ``old``."""

    def store_cosignature(self, cosigned: Cosigned) -> None:
        """Keep a cosignature beside the log; the same one again changes nothing. The caller has verified it."""

    def cosignatures(self, since: int) -> list[Cosigned]:
        """Cosignatures of checkpoints of at least this size, by size."""

    def renew(self, incarnation: int) -> None:
        """From the next entry on, checkpoints are of this life: another origin over the same tree. It can't go back."""

    def close(self) -> None:
        """Let go of everything; closing again does nothing."""
