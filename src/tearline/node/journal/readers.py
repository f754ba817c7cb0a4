# SPDX-License-Identifier: Apache-2.0
"""Reading connections of a journal's file.

Guarantees:
- D4: no read transaction outlives ``read_max_s``, and while a purge looks for what it took out there is none at all: those
  that are open are interrupted and closed, those that come wait;
- a connection that comes back in the middle of a transaction is not lent again in it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import apsw

from tearline.core.errors import UsageError
from tearline.node.journal.journal import PurgeBlockedError, ReadInterruptedError

_STEPS_BETWEEN_LOOKS = 2_000
_GRACE_S = 0.5


class _Lent:
    """A connection in use, and until when."""

    __slots__ = ("db", "ended", "until")

    def __init__(self, db: apsw.Connection) -> None:
        self.db = db
        self.until = 0.0
        self.ended = False
        db.set_progress_handler(self._is_over, _STEPS_BETWEEN_LOOKS)

    def _is_over(self) -> bool:
        return self.ended or time.monotonic() > self.until


class ReaderPool:
    """At most ``readers_max`` reading connections, lent one at a time."""

    def __init__(
        self, connect: Callable[[], apsw.Connection], *, readers_max: int, read_max_s: float
    ) -> None:
        self._connect, self._readers_max, self._read_max_s = connect, readers_max, read_max_s
        self._changed = threading.Condition()
        self._idle: list[_Lent] = []
        self._lent: set[_Lent] = set()
        self._paused = self._closed = False

    @contextmanager
    def lend(self) -> Iterator[apsw.Connection]:
        """A connection for one short read. ``ReadInterruptedError`` if the read is ended from outside."""
        lent = self._take()
        try:
            yield lent.db
        except (apsw.InterruptError, apsw.ConnectionClosedError, apsw.CursorClosedError) as error:
            lent.ended = True
            raise ReadInterruptedError("read-interrupted", "a read was ended", "Read again.") from error
        finally:
            self._give_back(lent)

    @contextmanager
    def pause(self) -> Iterator[None]:
        """While inside: no read transaction in this process. Waits for those that are open, then ends them."""
        with self._changed:
            self._changed.wait_for(lambda: not self._paused)
            self._paused = True
        try:
            self._end_lent()
            yield
        finally:
            with self._changed:
                self._paused = False
                self._changed.notify_all()

    def close(self) -> None:
        """Close every connection; nothing is lent any more."""
        self._closed = True
        with self.pause():
            while self._idle:
                self._idle.pop().db.close(True)  # noqa: FBT003 (apsw's own signature)

    def _take(self) -> _Lent:
        with self._changed:
            self._changed.wait_for(lambda: not self._paused and len(self._lent) < self._readers_max)
            if self._closed:
                raise UsageError("journal-closed", "the journal is closed")
            lent = self._idle.pop() if self._idle else _Lent(self._connect())
            lent.until = time.monotonic() + self._read_max_s
            self._lent.add(lent)
            return lent

    def _give_back(self, lent: _Lent) -> None:
        with self._changed:
            self._lent.discard(lent)
            if lent.ended or lent.db.in_transaction:
                _close(lent.db)
            else:
                self._idle.append(lent)
            self._changed.notify_all()

    def _end_lent(self) -> None:
        """1. tell; 2. give them a moment to come back; 3. close what did not: its holder finds a closed connection."""
        with self._changed:
            for lent in self._lent:
                lent.ended = True
                lent.db.interrupt()
            if self._changed.wait_for(lambda: not self._lent, _GRACE_S):
                return
            for lent in self._lent:
                _close(lent.db)
            self._lent = {lent for lent in self._lent if _is_open(lent.db)}
            if not self._changed.wait_for(lambda: not self._lent, self._read_max_s):
                raise PurgeBlockedError("reader-stuck", "a reader can't be ended", "Purge again.")


def _close(db: apsw.Connection) -> None:
    with suppress(apsw.Error, RuntimeError):  # busy in another thread: its progress handler ends it
        db.close(True)  # noqa: FBT003 (apsw's own signature)


def _is_open(db: apsw.Connection) -> bool:
    try:
        return bool(db.filename)
    except apsw.ConnectionClosedError:
        return False
