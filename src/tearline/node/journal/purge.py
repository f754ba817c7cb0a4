# SPDX-License-Identifier: Apache-2.0
"""Taking payloads out of a journal's file so that no byte of them stays (D4).

Steps:
1. in one commit, note the payloads in ``purging`` and delete them; secure_delete zeroes their cells and pages;
2. end this process's readers, and write SQLite's own log back and truncate it: old bytes linger there;
3. look: search the database and its log for what was taken out. Appending goes on meanwhile: what it writes is not that;
4. SQLite may leave stale copies of cells behind where it moved them. Where some are found, or a purge before this one was
   cut short (so that nobody knows what to look for), write the whole file anew, truncate, and look again;
5. empty ``purging``. Only then is the purge acknowledged. A journal that is opened with ``purging`` not empty starts at 4.

What is looked for: the salt with the first bytes of the body (unique in the world, so it must be nowhere), and slices of the
body, which may stand in other payloads too, and in headers, which name products as bodies do: a slice that is found counts as
gone when payloads that are still held, and headers, account for every place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import apsw
import msgspec

from tearline.node.journal.header import INDEX_BITS
from tearline.node.journal.journal import PurgeBlockedError

_SLICE_BYTES = 48
_SLICES_MAX = 12
_CHUNK_BYTES = 256 * 1024
_DATABASE, _LOG = 0, 1
_NEXT_IDS = "SELECT id FROM payload WHERE id > ? ORDER BY id LIMIT 1000"
_HELD = "SELECT body FROM payload WHERE id > ? AND id <= ? AND instr(body, ?)"
_NEXT_POSITIONS = "SELECT position FROM entry WHERE position > ? ORDER BY position LIMIT 1000"
_SAID = "SELECT header FROM entry WHERE position > ? AND position <= ? AND instr(header, ?)"


class Needle(msgspec.Struct, frozen=True):
    """Bytes that were taken out; ``unique`` ones can't stand anywhere else."""

    raw: bytes
    unique: bool


def take_out(db: apsw.Connection, targets: Sequence[tuple[int, int]]) -> list[Needle]:
    """Step 1. What to look for afterwards; of payloads that are gone already, nothing."""
    needles: list[Needle] = []
    with db:
        for position, index in targets:
            key = position << INDEX_BITS | index
            rows: Any = db.execute("SELECT salt, body FROM payload WHERE id = ?", (key,)).fetchall()
            for salt, body in rows:
                needles += list_needles(salt, body)
                db.execute("INSERT OR IGNORE INTO purging VALUES(?)", (key,))
                db.execute("DELETE FROM payload WHERE id = ?", (key,))
    return needles


def is_unfinished(db: apsw.Connection) -> bool:
    """Whether a purge was cut short after its first step."""
    return bool(db.execute("SELECT 1 FROM purging LIMIT 1").fetchall())


def rewrite(db: apsw.Connection) -> None:
    """Step 4: only what is still held is copied, and nothing of the old file is left in it."""
    db.execute("VACUUM")
    truncate_log(db)


def finish(db: apsw.Connection) -> None:
    """Step 5."""
    with db:
        db.execute("DELETE FROM purging")


def make_remains_error(remains: Sequence[Needle]) -> PurgeBlockedError:
    """After a rewrite this can't be; should it be, nobody may believe that the payload is gone."""
    return PurgeBlockedError(
        "purge-remains",
        f"{len(remains)} traces of purged payloads are still in the journal's files",
        "Do not acknowledge the purge. Run tearline verify and ask for help.",
    )


def truncate_log(db: apsw.Connection) -> None:
    """Write SQLite's log back to the database and cut the log to nothing."""
    try:
        busy = db.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE) != (0, 0)
    except (apsw.BusyError, apsw.LockedError):
        busy = True
    if busy:
        raise PurgeBlockedError(
            "purge-blocked",
            "another program reads the journal's file and holds old bytes in it",
            "Close that program (a backup, a database browser), then purge again.",
        )


def list_needles(salt: bytes, body: bytes) -> list[Needle]:
    """What to look for: never longer than what SQLite keeps together, spread over the body."""
    needles = [Needle(salt + body[:_SLICE_BYTES], unique=True)]
    if len(body) > 2 * _SLICE_BYTES:
        step = max(_SLICE_BYTES, len(body) // _SLICES_MAX)
        starts = [*range(_SLICE_BYTES, len(body) - _SLICE_BYTES, step), len(body) - _SLICE_BYTES]
        needles += [Needle(body[start : start + _SLICE_BYTES], unique=False) for start in starts]
    return needles


def find_remains(db: apsw.Connection, needles: Sequence[Needle]) -> list[Needle]:
    """The needles that are in the files and that no payload still held accounts for."""
    is_unfinished(db)  # any read: SQLite opens its log only then
    found = count_in_files(
        lambda which, at, size: _read(db, which, at, size), [needle.raw for needle in needles]
    )
    return [
        needle
        for needle, count in zip(needles, found, strict=True)
        if count and (needle.unique or count > _count_accounted(db, needle.raw, count))
    ]


def count_in_files(read: Callable[[int, int, int], bytes], raws: Sequence[bytes]) -> list[int]:
    """How often each of ``raws`` stands in the database and its log, read as they are on the disk."""
    counts = [0] * len(raws)
    if not raws:
        return counts
    overlap = max(len(raw) for raw in raws) - 1
    for which in (_DATABASE, _LOG):
        for chunk, fresh_from in _read_chunks(read, which, overlap):
            for number, raw in enumerate(raws):
                # What lies wholly in the part seen before was counted there.
                counts[number] += _count(chunk, raw, max(0, fresh_from - len(raw) + 1))
    return counts


def _read_chunks(
    read: Callable[[int, int, int], bytes], which: int, overlap: int
) -> Iterator[tuple[bytes, int]]:
    """Each chunk with the end of the one before it, and where in it the fresh bytes begin."""
    at, tail = 0, b""
    while chunk := read(which, at, _CHUNK_BYTES):
        yield tail + chunk, len(tail)
        at += len(chunk)
        tail = (tail + chunk)[-overlap:] if overlap else b""


def _count(haystack: bytes, needle: bytes, start: int) -> int:
    count = 0
    while (start := haystack.find(needle, start)) >= 0:
        count, start = count + 1, start + 1
    return count


def _read(db: apsw.Connection, which: int, at: int, size: int) -> bytes:
    """Through SQLite's own file handle: opening and closing the file ourselves would drop its locks."""
    whole, raw = db.read("main", which, at, size)
    return raw if whole else raw.rstrip(b"\0")


def _count_accounted(db: apsw.Connection, raw: bytes, wanted: int) -> int:
    """How often payloads still held contain these bytes; headers are looked at where that is not enough."""
    held = _count_in_rows(db, raw, _NEXT_IDS, _HELD)
    return held if held >= wanted else held + _count_in_rows(db, raw, _NEXT_POSITIONS, _SAID)


def _count_in_rows(db: apsw.Connection, raw: bytes, following: str, containing: str) -> int:
    """Read in short pieces: no read lasts long."""
    count, last = 0, -1
    while ids := [row[0] for row in db.execute(following, (last,))]:
        rows: Any = db.execute(containing, (last, ids[-1], raw)).fetchall()
        count += sum(_count(text, raw, 0) for (text,) in rows)
        last = ids[-1]
    return count
