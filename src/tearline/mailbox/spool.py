# SPDX-License-Identifier: Apache-2.0
"""Signed items that wait for their receivers. Implements ``node.ports.Mail`` without knowing the node.

Guarantees:
- items of a lane are kept in order without a gap; posting again what is there changes nothing, and never brings back
  what was dropped;
- ``run`` hands out items that end exactly where a checkpoint was posted, within the limits asked;
- ``drop`` returns when no byte of the payload is left in the spool's files: it zeroes the pages, truncates the
  write-ahead log, and searches the file for the salt, which is the item's own and lies in the same cell;
- a row that rotted is reported, not sent.

The spool is filled again from the journal, so it syncs as a derived table does (NORMAL). A drop is durable all the same:
truncating the log syncs the file. One process opens a spool at a time.
"""

from __future__ import annotations

import os
import threading
import zlib
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import apsw
import msgspec

from tearline.core.errors import IntegrityError, LimitError, UsageError
from tearline.core.exchange import LIMITS, Item, Limits, Run
from tearline.core.ids import LANES, Member

APPLICATION_ID = 0x7465_6172
SCHEMA_VERSION = 1
ITEM_FRAME_BYTES = 24  # what MessagePack adds to an item, at most
SEARCH_STEP_BYTES = 1024 * 1024
SALT_MIN_BYTES = 8  # a shorter salt is no fingerprint and is not searched for

_SETTINGS = (
    "PRAGMA locking_mode = EXCLUSIVE",  # one process, and no shared-memory file
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = NORMAL",
    "PRAGMA secure_delete = ON",
    "PRAGMA cell_size_check = ON",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA mmap_size = 0",
    "PRAGMA temp_store = MEMORY",  # no payload reaches a temporary file
)
_SCHEMA = """
CREATE TABLE lane (id INTEGER PRIMARY KEY, peer TEXT NOT NULL, name TEXT NOT NULL, UNIQUE (peer, name)) STRICT;
CREATE TABLE item (
    lane INTEGER NOT NULL REFERENCES lane, position INTEGER NOT NULL, crc INTEGER NOT NULL,
    leaf BLOB NOT NULL, salt BLOB NOT NULL, body BLOB, PRIMARY KEY (lane, position)
) STRICT;
CREATE TABLE boundary (
    lane INTEGER NOT NULL REFERENCES lane, size INTEGER NOT NULL, weight INTEGER NOT NULL, checkpoint TEXT NOT NULL,
    PRIMARY KEY (lane, size)
) STRICT, WITHOUT ROWID;
"""


class RunLimits(msgspec.Struct, frozen=True):
    """How much one run may hold. ``usual_bytes`` is passed only by a single posted batch that is larger."""

    items: int = LIMITS.run_max_items
    usual_bytes: int = 1024 * 1024  # FLASH never waits behind more than this
    max_bytes: int = LIMITS.answer_max_bytes - 64 * 1024


USUAL = RunLimits()


class _Lane(msgspec.Struct, frozen=True):
    """What is known of a lane without asking the file."""

    id: int
    size: int = 0
    weight: int = 0


class Spool:
    """Outgoing items by (peer, lane, position), with the checkpoints at posted sizes. Safe to use from any thread."""

    def __init__(self, path: Path, limits: Limits = LIMITS) -> None:
        self._path = path
        self._limits = limits
        self._lock = threading.Lock()
        self._wakers: dict[object, Callable[[Member], None]] = {}
        self._database = _open(path)
        self._lanes = self._read_lanes()
        # Kept open: closing any other handle of the file would let go of SQLite's locks (POSIX).
        self._search_handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)

    def close(self) -> None:
        """Close the files; what was posted stays."""
        with self._lock:
            self._database.close()
            os.close(self._search_handle)

    def post(self, peer: Member, lane: str, start: int, items: Sequence[Item], checkpoint: str) -> None:
        """Take over signed items [start, start + len(items)); what is already there stays as it is."""
        _check_lane(lane)
        self._check_batch(items, checkpoint)
        end = start + len(items)
        with self._lock:
            size = self.posted(peer, lane)
            if start > size:
                raise UsageError("spool-gap", f"{lane} to {peer} holds {size} items; {start} doesn't follow")
            if end <= size:
                return
            with self._database:
                state = self._append(peer, lane, items[size - start :], checkpoint)
            self._lanes[peer, lane] = state
        for wake in tuple(self._wakers.values()):
            wake(peer)

    def posted(self, peer: Member, lane: str) -> int:
        """How many items of this lane the spool holds. Never waits for the file."""
        state = self._lanes.get((peer, lane))
        return state.size if state else 0

    def run(self, peer: Member, lane: str, start: int, limits: RunLimits = USUAL) -> Run | None:
        """Items from ``start`` to the farthest posted boundary within the limits, or None where there is none."""
        state = self._lanes.get((peer, lane))
        if state is None or not 0 <= start < state.size:
            return None
        with self._lock:
            boundaries = self._ask(
                "SELECT size, checkpoint FROM boundary WHERE lane = ? AND size > ? AND size <= ? ORDER BY size",
                (state.id, start, start + limits.items),
            )
            end, checkpoint = self._choose_end(state.id, start, boundaries, limits)
            if not end:
                return None
            rows = self._ask(
                "SELECT crc, leaf, salt, body FROM item"
                " WHERE lane = ? AND position >= ? AND position < ? ORDER BY position",
                (state.id, start, end),
            )
        items = [Item(leaf, salt, body) for _, leaf, salt, body in rows]
        if len(items) != end - start or any(
            _crc(item) != row[0] for item, row in zip(items, rows, strict=True)
        ):
            raise _damaged(self._path)
        return Run(start, items, checkpoint)

    def drop(self, peer: Member, lane: str, position: int) -> None:
        """Forget salt and body of one item; no byte of them remains in the spool's files. Its leaf stays."""
        state = self._lanes.get((peer, lane))
        if state is None or not 0 <= position < state.size:
            return
        with self._lock:
            key = (state.id, position)
            found = self._ask("SELECT leaf, salt FROM item WHERE lane = ? AND position = ?", key)
            if not found:
                raise _damaged(self._path)
            leaf, salt = found[0]
            emptied = _crc(Item(leaf))
            with self._database:
                self._database.execute(
                    "UPDATE item SET crc = ?, salt = x'', body = NULL WHERE lane = ? AND position = ?",
                    (emptied, *key),
                )
            self._truncate_log()
        self._check_erased(salt)

    def forget(self, peer: Member) -> None:
        """Forget every lane of a peer: it left, or its stream begins anew under another incarnation."""
        with self._lock:
            gone = [(state.id,) for key, state in self._lanes.items() if key[0] == peer]
            with self._database:
                self._database.executemany("DELETE FROM item WHERE lane = ?", gone)
                self._database.executemany("DELETE FROM boundary WHERE lane = ?", gone)
                self._database.executemany("DELETE FROM lane WHERE id = ?", gone)
            self._lanes = {key: state for key, state in self._lanes.items() if key[0] != peer}
            self._truncate_log()

    def prune(self, peer: Member, lane: str, below: int) -> int:
        """Thin out checkpoints below a size; how many went. Every size below can still be continued in usual steps."""
        state = self._lanes.get((peer, lane))
        if state is None:
            return 0
        with self._lock, self._database:
            rows = self._ask("SELECT size, weight FROM boundary WHERE lane = ? ORDER BY size", (state.id,))
            gone = [(state.id, size) for size in _thin(rows, below, USUAL)]
            self._database.executemany("DELETE FROM boundary WHERE lane = ? AND size = ?", gone)
        return len(gone)

    def subscribe(self, wake: Callable[[Member], None]) -> Callable[[], None]:
        """Call ``wake(peer)``, in the poster's thread, whenever something new was posted; returns how to stop that."""
        token = object()
        self._wakers[token] = wake

        def stop() -> None:
            self._wakers.pop(token, None)

        return stop

    def _append(self, peer: Member, lane: str, items: Sequence[Item], checkpoint: str) -> _Lane:
        state = self._lanes.get((peer, lane)) or self._add_lane(peer, lane)
        rows = [(state.id, at, _crc(i), i.leaf, i.salt, i.body) for at, i in enumerate(items, state.size)]
        self._database.executemany("INSERT INTO item VALUES (?, ?, ?, ?, ?, ?)", rows)
        grown = _Lane(state.id, state.size + len(items), state.weight + sum(map(_weigh, items)))
        row = (grown.id, grown.size, grown.weight, checkpoint)
        self._database.execute("INSERT INTO boundary VALUES (?, ?, ?, ?)", row)
        return grown

    def _check_batch(self, items: Sequence[Item], checkpoint: str) -> None:
        """Refuse a batch that no receiver would take."""
        weights = [_weigh(item) for item in items]
        if (
            len(items) > self._limits.run_max_items
            or sum(weights) > USUAL.max_bytes
            or any(weight > self._limits.item_max_bytes for weight in weights)
            or len(checkpoint.encode()) > self._limits.checkpoint_max_bytes
        ):
            found = f"{len(items)} items of {sum(weights)} bytes are no batch"
            raise LimitError("batch-too-large", found, "Post it in parts.")

    def _add_lane(self, peer: Member, lane: str) -> _Lane:
        self._database.execute("INSERT OR IGNORE INTO lane (peer, name) VALUES (?, ?)", (peer, lane))
        return _Lane(self._ask("SELECT id FROM lane WHERE peer = ? AND name = ?", (peer, lane))[0][0])

    def _read_lanes(self) -> dict[tuple[Member, str], _Lane]:
        rows = self._ask(
            "SELECT peer, name, id, coalesce((SELECT max(size) FROM boundary WHERE lane = id), 0),"
            " coalesce((SELECT max(weight) FROM boundary WHERE lane = id), 0) FROM lane"
        )
        return {(peer, name): _Lane(*rest) for peer, name, *rest in rows}

    def _choose_end(
        self, lane: int, start: int, boundaries: list[tuple[int, str]], limits: RunLimits
    ) -> tuple[int, str]:
        """The farthest boundary whose items stay usual; else the first one if it is bearable; else (0, "")."""
        if not boundaries:
            return 0, ""
        lengths = self._ask(
            "SELECT length(leaf) + length(salt) + coalesce(length(body), 0) FROM item"
            " WHERE lane = ? AND position >= ? AND position < ? ORDER BY position",
            (lane, start, boundaries[-1][0]),
        )
        weight, at, chosen = 0, start, (0, "")
        for end, checkpoint in boundaries:
            weight += sum(length + ITEM_FRAME_BYTES for (length,) in lengths[at - start : end - start])
            at = end
            if weight > (limits.usual_bytes if chosen[0] else limits.max_bytes):
                break
            chosen = (end, checkpoint)
            if weight > limits.usual_bytes:
                break
        return chosen

    def _check_erased(self, salt: bytes) -> None:
        """Look for what was dropped, without stopping others; pack the file once if a copy is left."""
        if len(salt) < SALT_MIN_BYTES or not self._finds(salt):
            return
        with self._lock:
            self._database.execute("VACUUM")
            self._truncate_log()
        if self._finds(salt):
            raise IntegrityError("not-erased", "a dropped payload is still in the spool", "Delete the spool.")

    def _truncate_log(self) -> None:
        busy = self._ask("PRAGMA wal_checkpoint(TRUNCATE)")[0][0]
        log = self._path.with_name(self._path.name + "-wal")
        if busy or (log.exists() and log.stat().st_size):
            raise IntegrityError(
                "not-erased", "the spool's write-ahead log can't be emptied", "Restart the node."
            )

    def _finds(self, wanted: bytes) -> bool:
        at, tail = 0, b""
        while chunk := os.pread(self._search_handle, SEARCH_STEP_BYTES, at):
            if wanted in tail + chunk:
                return True
            at, tail = at + len(chunk), chunk[1 - len(wanted) :]
        return False

    def _ask(self, query: str, values: Iterable[object] = ()) -> list[tuple[Any, ...]]:
        return self._database.execute(query, tuple(values)).fetchall()


def _open(path: Path) -> apsw.Connection:
    """The spool's database with its settings read back, made where it is missing."""
    try:
        path.touch(mode=0o600)
        database = apsw.Connection(str(path))
        for setting in _SETTINGS:
            database.execute(setting).fetchall()
        if database.pragma("user_version") == 0:
            with database:
                database.execute(_SCHEMA)
                database.pragma("application_id", APPLICATION_ID)
                database.pragma("user_version", SCHEMA_VERSION)
        _check_settings(database, path)
    except apsw.BusyError as error:
        advice = "Stop the other tearline that runs on this folder."
        raise UsageError("spool-in-use", f"{path.name} is open in another process", advice) from error
    except (apsw.NotADBError, apsw.CorruptError) as error:
        raise _damaged(path) from error
    return database


def _check_settings(database: apsw.Connection, path: Path) -> None:
    names = ("journal_mode", "synchronous", "secure_delete", "application_id", "user_version")
    found = tuple(database.pragma(name) for name in names)
    if found != ("wal", 1, 1, APPLICATION_ID, SCHEMA_VERSION):
        raise UsageError("spool-settings", f"{path.name} is not a spool of this version", "Move it away.")


def _damaged(path: Path) -> IntegrityError:
    advice = "Move it away: the node fills a new one from its journal."
    return IntegrityError("spool-damaged", f"{path.name} is damaged", advice)


def _check_lane(lane: str) -> None:
    if lane not in LANES:
        raise UsageError("bad-lane", f"no such lane: {lane[:20]!r}")


def _weigh(item: Item) -> int:
    return len(item.leaf) + len(item.salt) + len(item.body or b"") + ITEM_FRAME_BYTES


def _crc(item: Item) -> int:
    """Tells rot from content; what was signed is proved by the receiver."""
    crc = zlib.crc32(item.salt, zlib.crc32(item.leaf))
    return zlib.crc32(b"\x00" if item.body is None else b"\x01" + item.body, crc)


def _thin(boundaries: list[tuple[Any, ...]], below: int, limits: RunLimits) -> list[int]:
    """Boundaries (size, weight) below a size that a run may step over."""
    gone, kept_size, kept_weight = [], 0, 0
    for (size, weight), (next_size, next_weight) in pairwise(boundaries):
        fits = next_size - kept_size <= limits.items and next_weight - kept_weight <= limits.usual_bytes
        if size < below and fits:
            gone.append(size)
        else:
            kept_size, kept_weight = size, weight
    return gone
