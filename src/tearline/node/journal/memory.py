# SPDX-License-Identifier: Apache-2.0
"""A journal in memory, with the behaviour of the one on disk: for simulation.

A ``MemoryDisk`` outlives the ``MemoryJournal`` that writes to it, as a disk outlives a process. Tests break it where it
matters:

- ``disk.fault`` is called with "before-commit" and "after-commit" of each append and purge. An ``Exception`` it raises is a
  fault of the disk: the journal stops ("failed", and "failed but was written"). Any other ``BaseException`` is the end of
  the process: it passes through, and the object is dead;
- ``journal.crash()``: the same end from outside; what was not committed is lost. Open a new one on the same disk;
- ``disk.snapshot()`` and ``disk.restore(...)``: an old backup put back over the disk, the alive mark beside left as it is.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from tearline.core.log import (
    Frontier,
    NoteSigner,
    Tree,
    leaf_hash,
    list_peaks,
    make_consistency,
    make_frontier,
    make_inclusion,
    parse_checkpoint,
    parse_note,
)
from tearline.node.journal.header import (
    INDEX_BITS,
    LIMITS,
    Batch,
    check_place,
    decode_header,
    prepare_batch,
    sign_head,
    split_key,
)
from tearline.node.journal.journal import (
    Cosigned,
    Draft,
    Journal,
    JournalCopyError,
    JournalStoppedError,
    Opening,
    Record,
)
from tearline.node.journal.lives import follow_origin
from tearline.node.ports import Entropy

COPY_ADVICE = "Restore what is missing, or let an authority accept a new incarnation."
STOPPED_ADVICE = "Restart the node: it finds out what became of the last commit."


class MemoryDisk:
    """What is durable."""

    def __init__(self) -> None:
        self.headers: list[bytes] = []
        self.payloads: dict[int, Opening] = {}
        self.notes: list[str] = []
        self.cosigned: dict[tuple[int, str], Cosigned] = {}
        self.alive = 0
        self.alive_beside = 0
        self.fault: Callable[[str], None] = lambda _step: None

    def snapshot(self) -> MemoryDisk:
        """A backup, as a raw copy of the database makes it."""
        copy = MemoryDisk()
        copy.restore(self)
        copy.alive_beside = self.alive_beside
        return copy

    def restore(self, backup: MemoryDisk) -> None:
        """Put a backup of the database back; what lies beside the database stays."""
        self.headers, self.payloads = backup.headers.copy(), backup.payloads.copy()
        self.notes, self.cosigned, self.alive = backup.notes.copy(), backup.cosigned.copy(), backup.alive


class MemoryJournal(Journal):
    """The journal on a ``MemoryDisk``."""

    def __init__(
        self,
        origin: str,
        signer: NoteSigner,
        *,
        entropy: Entropy,
        disk: MemoryDisk | None = None,
        accept_copy: bool = False,
    ) -> None:
        self.origin = self._base = origin
        self.disk = disk or MemoryDisk()
        self._signer, self._entropy = signer, entropy
        self._lock = threading.RLock()
        self._stopped = self._dead = ""
        self._tree = Tree()
        self._suspicion = ""
        self._start(accept_copy=accept_copy)

    @property
    def suspicion(self) -> str:
        """Why this may be a copy; empty when there is no reason to think so."""
        return self._suspicion

    def size(self) -> int:
        """How many entries are durable."""
        return self._tree.size

    def append(self, drafts: Sequence[Draft]) -> int:
        """Append all drafts; the first one's position."""
        batch = prepare_batch(drafts, lambda size: self._entropy.draw(self.origin, "append", "salt", size))
        with self._lock:
            self._check_signing()
            if batch.headers:
                self._commit(batch)
            return self._tree.size - len(batch.headers)

    def records(self, start: int, limit: int) -> list[Record]:
        """The entries from ``start`` on."""
        self._check_open()
        end = min(start + min(limit, LIMITS.records_max), self._tree.size)
        return [decode_header(at, self.disk.headers[at]) for at in range(max(start, 0), end)]

    def payload(self, position: int, index: int = 0) -> bytes | None:
        """A payload's body; None once purged."""
        opening = self.opening(position, index)
        return None if opening is None else opening.body

    def opening(self, position: int, index: int = 0) -> Opening | None:
        """A payload's salt and body; None once purged."""
        self._check_open()
        check_place(self.records(position, 1) if position >= 0 else [], position, index)
        return self.disk.payloads.get(position << INDEX_BITS | index)

    def stretch(self, position: int, index: int, limit: int) -> list[tuple[int, int, bytes | None]]:
        """Payloads in order from this one on."""
        self._check_open()
        start = position << INDEX_BITS | index
        keys = sorted(key for key in self.disk.payloads if key >= start)[: min(limit, LIMITS.stretch_max)]
        bodies = [self.disk.payloads[key].body for key in keys]
        return [
            (*split_key(key), body if len(body) <= LIMITS.stretch_body_max_bytes else None)
            for key, body in zip(keys, bodies, strict=True)
        ]

    def purge(self, targets: Sequence[tuple[int, int]]) -> None:
        """Take out payloads."""
        with self._lock:
            self._check_signing()
            for position, index in targets:
                self.opening(position, index)
            self._break("before-commit")
            for position, index in targets:
                self.disk.payloads.pop(position << INDEX_BITS | index, None)
            self._break("after-commit")

    def checkpoint(self) -> str:
        """The newest checkpoint as a signed note."""
        with self._lock:
            self._check_signing()
            return self.disk.notes[-1]

    def root_at(self, size: int) -> bytes:
        """The root over the first ``size`` entries."""
        self._check_open()
        return self._tree.root_at(size)

    def peaks(self, size: int) -> list[bytes]:
        """The hashes from which a log of ``size`` entries goes on, largest first."""
        self._tree.root_at(size)
        return [self._tree.hash_at(level, index) for level, index in list_peaks(size)]

    def inclusion(self, position: int, size: int) -> list[bytes]:
        """The proof that the entry stands at ``position`` in the log of ``size``."""
        self._tree.root_at(size)
        return make_inclusion(position, size, hash_at=self._tree.hash_at)

    def consistency(self, old: int, new: int) -> list[bytes]:
        """The proof that the log of ``new`` entries starts with the log of ``old``."""
        self._tree.root_at(new)
        return make_consistency(old, new, hash_at=self._tree.hash_at)

    def store_cosignature(self, cosigned: Cosigned) -> None:
        """Keep a cosignature beside the log."""
        with self._lock:
            self._check_signing()
            self.disk.cosigned[cosigned.size, cosigned.name] = cosigned

    def cosignatures(self, since: int) -> list[Cosigned]:
        """Cosignatures of checkpoints of at least this size, by size."""
        return [self.disk.cosigned[key] for key in sorted(self.disk.cosigned) if key[0] >= since]

    def renew(self, incarnation: int) -> None:
        """From the next entry on, checkpoints are of this life."""
        self.origin = follow_origin(self._base, self.origin, incarnation)

    def close(self) -> None:
        """Let go of the disk."""
        self._dead = self._dead or "the journal is closed"

    def crash(self) -> None:
        """The process is gone: this object answers nothing more, the disk keeps what was committed."""
        self._dead = self._dead or "the process was killed"

    def _start(self, *, accept_copy: bool) -> None:
        self._tree.extend_hashes(map(leaf_hash, self.disk.headers))
        if self.disk.notes:
            self.origin = parse_checkpoint(parse_note(self.disk.notes[-1]).text).origin
        if self.disk.alive != self.disk.alive_beside and not accept_copy:
            self._suspicion = "the alive counter beside it and the one in it differ"
            return
        self.disk.alive = self.disk.alive_beside = 1 + max(self.disk.alive, self.disk.alive_beside)
        if not self.disk.notes:
            self.disk.notes.append(sign_head(self.origin, Frontier(), self._signer))

    def _commit(self, batch: Batch) -> None:
        first = self._tree.size
        self._tree.extend_hashes(batch.hashes)
        try:
            note = sign_head(self.origin, self._make_frontier(), self._signer)
            self._break("before-commit")
        except BaseException:
            self._tree.truncate(first)
            raise
        self.disk.headers += batch.headers
        for key, salt, body in batch.payloads:
            self.disk.payloads[key + (first << INDEX_BITS)] = Opening(salt, body)
        self.disk.notes.append(note)
        self._break("after-commit")

    def _make_frontier(self) -> Frontier:
        size = self._tree.size
        return make_frontier(size, [self._tree.hash_at(level, index) for level, index in list_peaks(size)])

    def _break(self, step: str) -> None:
        try:
            self.disk.fault(step)
        except Exception as error:
            self._stopped = f"the disk failed: {error}"
            raise JournalStoppedError("journal-stopped", self._stopped, STOPPED_ADVICE) from error
        except BaseException:
            self.crash()
            raise

    def _check_open(self) -> None:
        if self._dead:
            raise JournalStoppedError("journal-stopped", self._dead, STOPPED_ADVICE)

    def _check_signing(self) -> None:
        self._check_open()
        if self._stopped:
            raise JournalStoppedError("journal-stopped", self._stopped, STOPPED_ADVICE)
        if self._suspicion:
            raise JournalCopyError(
                "journal-copy", f"this journal may be a copy: {self._suspicion}", COPY_ADVICE
            )
