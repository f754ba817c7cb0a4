# SPDX-License-Identifier: Apache-2.0
"""The journal in one SQLite file: the default backend.

Guarantees, beyond the port's:
- concurrent callers share one transaction, one signature and one fsync: whoever gets the writer's lock commits for all that
  wait; a lone caller waits for one fsync and nobody else;
- the first error of SQLite stops the journal: no retry on a file that may have lost pages (the "fsync gate", assurance C1);
- one writing process, not across ``fork``; settings and schema are checked at each start; after an unclean end the file is
  checked as a whole, and what SQLite's log holds is written through to the disk before anything is built on it.

Files: the database, SQLite's ``-wal`` and ``-shm``, ``.alive`` (see alive.py), ``.lock``.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from itertools import chain, count
from pathlib import Path
from typing import Any

import apsw

from tearline.core.errors import TearlineError, UsageError
from tearline.core.log import (
    NoteSigner,
    fold_peaks,
    leaf_hash,
    list_peaks,
    make_consistency,
    make_inclusion,
)
from tearline.node.journal.alive import (
    AliveFile,
    find_suspicion,
    make_mark,
    read_alive,
    write_alive,
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
    ReadInterruptedError,
    Record,
)
from tearline.node.journal.lives import follow_origin
from tearline.node.journal.lockfile import LockFile
from tearline.node.journal.purge import (
    Needle,
    find_remains,
    finish,
    is_unfinished,
    make_remains_error,
    rewrite,
    take_out,
    truncate_log,
)
from tearline.node.journal.readers import ReaderPool
from tearline.node.journal.recovery import load_hashes, make_damage_error, read_newest_note, recover
from tearline.node.journal.schema import (
    SqliteSettings,
    close_quietly,
    open_reader,
    open_writer,
    prepare_schema,
)
from tearline.node.ports import Entropy

_MARK_BYTES = 8
_READ_TRIES = 3
_BUSY_ADVICE = "End that program (a database browser?); nothing was appended."
_STOPPED_ADVICE = (
    "Mend the disk or free space, then restart the node: it finds out what became of the last commit."
)
_COPY_ADVICE = "Restore what is missing, or let an authority accept a new incarnation."


class _Pending:
    """One caller's batch on its way through the group commit."""

    __slots__ = ("batch", "error", "first")

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        self.first = -1
        self.error: BaseException | None = None


class SqliteJournal(Journal):
    """See the module. ``accept_copy``: somebody with authority said that this copy goes on as the journal."""

    def __init__(
        self,
        path: Path,
        origin: str,
        *,
        signer: NoteSigner,
        entropy: Entropy,
        accept_copy: bool = False,
        settings: SqliteSettings | None = None,
    ) -> None:
        self.origin = self._base = origin
        self._path, self._signer, self._entropy = path, signer, entropy
        self._settings = settings or SqliteSettings()
        self._process = os.getpid()
        self._writing, self._purging = threading.RLock(), threading.Lock()
        self._queue: deque[_Pending] = deque()
        self._stopped = self._suspicion = self._note = ""
        self._wal_pages = 0
        self._readers: ReaderPool | None = None
        self._lock = LockFile(path.with_name(path.name + ".lock"))
        db = None
        try:
            self._db = db = open_writer(str(path), self._settings)
            self._start(accept_copy=accept_copy)
        except BaseException as error:
            if db is not None:
                close_quietly(db)
            self._lock.release()
            if isinstance(error, apsw.Error):
                raise make_damage_error(str(error)) from error
            raise

    @property
    def suspicion(self) -> str:
        """Why this may be a copy; empty when there is no reason to think so."""
        return self._suspicion

    def size(self) -> int:
        """How many entries are durable."""
        return self._hashes.frontier.size

    def append(self, drafts: Sequence[Draft]) -> int:
        """Append all drafts; the first one's position. Durable and signed on return."""
        pending = _Pending(prepare_batch(drafts, self._draw_salts))
        if not drafts:
            return self.size()
        self._queue.append(pending)
        with self._writing:  # whoever comes in commits for all that wait; the others find it done
            if pending.first < 0 and pending.error is None:
                self._commit_queue()
        if pending.error is not None:
            raise pending.error
        return pending.first

    def records(self, start: int, limit: int) -> list[Record]:
        """The entries from ``start`` on, at most ``limit``."""
        rows = self._rows(
            "SELECT position, header FROM entry WHERE position >= ? ORDER BY position LIMIT ?",
            start,
            max(0, min(limit, LIMITS.records_max)),
        )
        return [decode_header(position, header) for position, header in rows]

    def payload(self, position: int, index: int = 0) -> bytes | None:
        """A payload's body; None once purged."""
        opening = self.opening(position, index)
        return None if opening is None else opening.body

    def opening(self, position: int, index: int = 0) -> Opening | None:
        """A payload's salt and body; None once purged."""
        if position >= 0 and 0 <= index < 1 << INDEX_BITS:
            key = position << INDEX_BITS | index
            for salt, body in self._rows("SELECT salt, body FROM payload WHERE id = ?", key):
                return Opening(salt, body)
        check_place([one for one in self.records(position, 1) if one.position == position], position, index)
        return None

    def stretch(self, position: int, index: int, limit: int) -> list[tuple[int, int, bytes | None]]:
        """Payloads in order from this one on, at most ``limit``; None for a large one."""
        rows = self._rows(
            "SELECT id, CASE WHEN length(body) <= ? THEN body END FROM payload WHERE id >= ? ORDER BY id LIMIT ?",
            LIMITS.stretch_body_max_bytes,
            position << INDEX_BITS | index,
            max(0, min(limit, LIMITS.stretch_max)),
        )
        return [(*split_key(key), body) for key, body in rows]

    def purge(self, targets: Sequence[tuple[int, int]]) -> None:
        """Take out payloads: on return neither salt nor body is in any file of the journal."""
        for position, index in targets:
            self.opening(position, index)
        with self._purging:
            with self._alone():
                unfinished = is_unfinished(self._db)
                needles = take_out(self._db, targets)
                truncate_log(self._db)
            if unfinished or self._find_remains(needles):
                with self._alone():
                    rewrite(self._db)
                if remains := self._find_remains(needles):
                    raise make_remains_error(remains)
            with self._alone():
                finish(self._db)

    def checkpoint(self) -> str:
        """The newest checkpoint as a signed note."""
        self._check_original()
        return self._note

    def root_at(self, size: int) -> bytes:
        """The root over the first ``size`` entries."""
        return fold_peaks(self.peaks(size))

    def peaks(self, size: int) -> list[bytes]:
        """The hashes from which a log of ``size`` entries goes on, largest first."""
        self._check_size(size)
        return [self._hashes.hash_at(level, index) for level, index in list_peaks(size)]

    def inclusion(self, position: int, size: int) -> list[bytes]:
        """The proof that the entry stands at ``position`` in the log of ``size``."""
        self._check_size(size)
        return make_inclusion(position, size, hash_at=self._hashes.hash_at)

    def consistency(self, old: int, new: int) -> list[bytes]:
        """The proof that the log of ``new`` entries starts with the log of ``old``."""
        self._check_size(new)
        return make_consistency(old, new, hash_at=self._hashes.hash_at)

    def store_cosignature(self, cosigned: Cosigned) -> None:
        """Keep a cosignature beside the log, durably."""
        row = (cosigned.size, cosigned.name, cosigned.line)
        with self._written():
            self._db.execute("INSERT OR REPLACE INTO cosignature VALUES(?, ?, ?)", row)

    def cosignatures(self, since: int) -> list[Cosigned]:
        """Cosignatures of checkpoints of at least this size, by size."""
        rows = self._rows(
            "SELECT size, name, line FROM cosignature WHERE size >= ? ORDER BY size, name", since
        )
        return [Cosigned(*row) for row in rows]

    def renew(self, incarnation: int) -> None:
        """From the next entry on, checkpoints are of this life."""
        with self._writing:
            self.origin = follow_origin(self._base, self.origin, incarnation)

    def close(self) -> None:
        """Let go of file and lock; a running journal says in its file that it ended in good order."""
        with self._writing:
            if self._process != os.getpid() or self._lock.released:
                return
            if self._readers is not None:
                self._readers.close()
            if not self._stopped and not self._suspicion:
                with suppress(apsw.Error):  # then the next start looks at the file as after any other end
                    self._mark(state="closed")
                    self._db.close()
            close_quietly(self._db)
            self._lock.release()

    def _start(self, *, accept_copy: bool) -> None:
        """1. schema, whole file after an unclean end; 2. hashes against the newest checkpoint; 3. alive marks."""
        prepare_schema(self._db)
        marks = dict(self._db.execute("SELECT name, value FROM mark"))
        recover(self._db, self._path.parent, clean=marks.get("state", "closed") == "closed")
        self._hashes = load_hashes(self._db, self._load_leaf_hashes)
        self._note, self.origin = read_newest_note(self._db, self._base, self._hashes.frontier.head())
        alive_path = self._path.with_name(self._path.name + ".alive")
        beside = read_alive(alive_path)
        self._suspicion = "" if accept_copy else find_suspicion(marks.get("alive", ""), beside)
        if not self._suspicion:
            mark = make_mark(
                marks.get("alive", ""), self._entropy.draw(self.origin, "open", "alive", _MARK_BYTES)
            )
            write_alive(alive_path, AliveFile(now=marks.get("alive", ""), next=mark))
            self._mark(state="open", alive=mark)
            write_alive(alive_path, AliveFile(now=mark))
            if not self._note:
                self._commit([])
        self._db.set_wal_hook(self._count_wal)
        if not self._settings.exclusive:
            self._readers = ReaderPool(
                lambda: open_reader(str(self._path), self._settings),
                readers_max=self._settings.readers_max,
                read_max_s=self._settings.read_max_s,
            )

    def _commit_queue(self) -> None:
        group: list[_Pending] = []
        while self._queue:
            group.append(self._queue.popleft())
        try:
            self._check_writable()
        except TearlineError as error:
            self._fail(group, error)
            return
        try:
            self._commit(group)
        except apsw.Error as error:
            if isinstance(error, apsw.BusyError) and not self._db.in_transaction:  # it never began
                failure: TearlineError = UsageError(
                    "journal-busy", "another program writes to it", _BUSY_ADVICE
                )
            else:
                self._stop(error)
                failure = self._make_stopped_error()
            self._fail(group, failure)
        except BaseException as error:
            if self._db.in_transaction:
                self._stop(error)  # ended in the middle: nobody knows how far it came
            self._fail(group, error)
            if not isinstance(error, Exception):
                raise
        else:
            self._write_back()

    def _commit(self, group: Sequence[_Pending]) -> None:
        """One transaction for all. Nothing in memory changes before the disk has it."""
        first = position = self._hashes.frontier.size
        staged = self._hashes.stage([one for pending in group for one in pending.batch.hashes])
        note = sign_head(self.origin, staged.frontier, self._signer)
        payloads: list[tuple[int, bytes, bytes]] = []
        for pending in group:
            shift = position << INDEX_BITS
            payloads += [(shift + key, salt, body) for key, salt, body in pending.batch.payloads]
            position += len(pending.batch.headers)
        run, run_many = self._db.execute, self._db.executemany
        run("BEGIN IMMEDIATE")
        headers = chain.from_iterable([pending.batch.headers for pending in group])
        run_many("INSERT INTO entry VALUES(?, ?)", zip(count(first), headers, strict=False))
        run_many("INSERT INTO payload VALUES(?, ?, ?)", payloads)
        run_many("INSERT INTO block VALUES(?, ?)", enumerate(staged.roots, self._hashes.full_blocks))
        run("INSERT INTO checkpoint VALUES(?, ?)", (position, note))
        run("COMMIT")
        self._hashes.adopt(staged)
        self._note = note
        for pending in group:
            pending.first, first = first, first + len(pending.batch.headers)

    def _write_back(self) -> None:
        """Write SQLite's log back once it is long; what was committed is durable already, whatever comes of this."""
        if self._wal_pages >= self._settings.wal_pages:
            try:
                self._db.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_PASSIVE)
            except apsw.BusyError:
                pass
            except apsw.Error as error:
                self._stop(error)

    def _count_wal(self, _db: apsw.Connection, _name: str, pages: int) -> int:
        self._wal_pages = pages
        return apsw.SQLITE_OK

    @staticmethod
    def _fail(group: Sequence[_Pending], error: BaseException) -> None:
        for pending in group:
            pending.error = error

    def _stop(self, error: BaseException) -> None:
        """From here on nothing is written; reading goes on. Rolling back may fail too: the next start decides."""
        if isinstance(error, apsw.FullError):
            self._stopped = "the disk is full"
        else:
            self._stopped = f"the disk failed ({str(error) or type(error).__name__})"
        self._db.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
        try:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
        except apsw.Error:
            pass

    def _mark(self, **marks: str) -> None:
        with self._db:
            self._db.executemany("INSERT OR REPLACE INTO mark VALUES(?, ?)", list(marks.items()))

    def _rows(self, query: str, *bindings: int) -> list[tuple[Any, ...]]:
        """One short query; once more when a purge ended it."""
        if self._lock.released:
            raise UsageError("journal-closed", "the journal is closed")
        if self._readers is None:
            with self._writing:
                return self._db.execute(query, bindings).fetchall()
        for _ in range(_READ_TRIES - 1):
            with suppress(ReadInterruptedError), self._readers.lend() as db:
                return db.execute(query, bindings).fetchall()
        with self._readers.lend() as db:
            return db.execute(query, bindings).fetchall()

    def _load_leaf_hashes(self, start: int, end: int) -> list[bytes]:
        rows = self._rows(
            "SELECT header FROM entry WHERE position >= ? AND position < ? ORDER BY position", start, end
        )
        return [leaf_hash(row[0]) for row in rows]

    def _draw_salts(self, size: int) -> bytes:
        return self._entropy.draw(self.origin, "append", "salt", size)

    @contextmanager
    def _written(self) -> Iterator[None]:
        """The writer's lock, for something other than appending; an error of SQLite stops the journal."""
        with self._writing:
            self._check_writable()
            try:
                yield
            except apsw.Error as error:
                self._stop(error)
                raise self._make_stopped_error() from error

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """The same, with no reader of this process left in the file."""
        with self._written(), nullcontext() if self._readers is None else self._readers.pause():
            yield

    def _find_remains(self, needles: Sequence[Needle]) -> list[Needle]:
        """Through a connection of its own, so that appending goes on."""
        if self._settings.exclusive:
            with self._written():
                return find_remains(self._db, needles)
        db = open_reader(str(self._path), self._settings)
        try:
            return find_remains(db, needles)
        finally:
            db.close()

    def _check_writable(self) -> None:
        if self._lock.released:
            raise UsageError("journal-closed", "the journal is closed")
        if self._process != os.getpid():
            raise UsageError(
                "journal-forked",
                "this process is a fork of the one that opened the journal",
                "Open it after fork.",
            )
        self._check_original()
        if self._stopped:
            raise self._make_stopped_error()

    def _check_original(self) -> None:
        if self._suspicion:
            raise JournalCopyError(
                "journal-copy", f"this journal may be a copy: {self._suspicion}", _COPY_ADVICE
            )

    def _check_size(self, size: int) -> None:
        if not 0 <= size <= self.size():
            raise UsageError("no-such-size", f"a journal of {self.size()} entries has no root at {size}")

    def _make_stopped_error(self) -> JournalStoppedError:
        return JournalStoppedError(
            "journal-stopped", f"the journal has stopped: {self._stopped}", _STOPPED_ADVICE
        )
