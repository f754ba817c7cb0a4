# SPDX-License-Identifier: Apache-2.0
"""The SQLite file of a journal: its tables, and the settings without which it is not used.

Guarantees:
- settings are read back on each connection; one that is not in force refuses the database (assurance C2: a switch to WAL
  that fails is silent unless its answer is looked at);
- the tables and the append-only triggers are exactly these, or the file is refused.

What is where:
    entry       one header a position; the Merkle leaf
    payload     id = position << 16 | index; goes when it is purged
    checkpoint  the signed note of each commit
    block       the root over each 256 leaves, so that roots and proofs at any size need at most 255 headers
    cosignature what partners signed: beside the log, not in it
    purging     payloads taken out whose last traces are not yet proved gone
    mark        alive counter and the like
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import apsw
import msgspec

from tearline.core.errors import IntegrityError

APPLICATION_ID = 0x7465_6172  # "tear"
VERSION = 1

_TABLES = """
CREATE TABLE entry(position INTEGER PRIMARY KEY, header BLOB NOT NULL) STRICT;
CREATE TABLE payload(id INTEGER PRIMARY KEY, salt BLOB NOT NULL, body BLOB NOT NULL) STRICT;
CREATE TABLE checkpoint(size INTEGER PRIMARY KEY, note TEXT NOT NULL) STRICT;
CREATE TABLE block(number INTEGER PRIMARY KEY, root BLOB NOT NULL) STRICT;
CREATE TABLE cosignature(size INTEGER NOT NULL, name TEXT NOT NULL, line TEXT NOT NULL, PRIMARY KEY(size, name)) STRICT;
CREATE TABLE purging(id INTEGER PRIMARY KEY) STRICT;
CREATE TABLE mark(name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
"""
_TRIGGER = """
CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END;
"""
_FORBIDDEN = [(table, verb) for table in ("entry", "checkpoint", "block") for verb in ("UPDATE", "DELETE")]


class SqliteSettings(msgspec.Struct, frozen=True):
    """How the file is kept. ``vfs`` and ``exclusive`` are for tests that break the disk (no shared memory there)."""

    page_bytes: int = 4096
    wal_pages: int = 1_000  # a checkpoint of SQLite's own WAL comes after about 4 MB
    readers_max: int = 4
    read_max_s: float = 5.0  # DESIGN D4: no read transaction outlives it
    busy_wait_s: float = 5.0  # so it is enough to wait for a reader of another process
    exclusive: bool = False
    vfs: str = ""


def open_writer(path: str, settings: SqliteSettings) -> apsw.Connection:
    """The one writing connection, with every setting in force; creates the file where there is none."""
    db = _open(path, apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE, settings)
    try:
        _set(db, "page_size", str(settings.page_bytes))
        if settings.exclusive:
            _set(db, "locking_mode", "EXCLUSIVE", "exclusive")
        _set(db, "journal_mode", "WAL", "wal")
        _set(db, "synchronous", "FULL", 2)
        _set(db, "secure_delete", "ON", 1)
        _set(db, "recursive_triggers", "ON", 1)  # else REPLACE would pass by the triggers
        _set(db, "fullfsync", "ON", 1)
        _set(db, "checkpoint_fullfsync", "ON", 1)
        _set(db, "wal_autocheckpoint", "0", 0)  # ours looks at the outcome; SQLite's own ignores it
        _set_always(db)
    except BaseException:
        db.close(True)  # noqa: FBT003 (apsw's own signature)
        raise
    return db


def open_reader(path: str, settings: SqliteSettings) -> apsw.Connection:
    """A connection that can't write."""
    db = _open(path, apsw.SQLITE_OPEN_READONLY, settings)
    try:
        _set(db, "query_only", "ON", 1)
        _set_always(db)
    except BaseException:
        db.close(True)  # noqa: FBT003 (apsw's own signature)
        raise
    return db


def prepare_schema(db: apsw.Connection) -> None:
    """Create the tables in an empty file; in any other, refuse what is not exactly ours."""
    if not list(db.execute("SELECT 1 FROM sqlite_schema LIMIT 1")) and _read_pragma(db, "user_version") == 0:
        with db:
            for statement in _list_statements():
                db.execute(statement)
            db.execute(f"PRAGMA application_id={APPLICATION_ID}")
            db.execute(f"PRAGMA user_version={VERSION}")
    if problem := find_schema_problem(db):
        raise IntegrityError("journal-schema", problem, "Use the version that wrote it, or restore a backup.")


def find_schema_problem(db: apsw.Connection) -> str:
    """What is wrong with tables, triggers and version; empty if nothing is."""
    version = _read_pragma(db, "user_version")
    if _read_pragma(db, "application_id") != APPLICATION_ID:
        return "this file is not a journal of tearline"
    if version != VERSION:
        return f"the journal has format {version}, and this program knows format {VERSION}"
    if _read_schema(db) != _expect_schema():
        return "the journal's tables or its append-only triggers were changed"
    return ""


def close_quietly(db: apsw.Connection) -> None:
    """Close after a fault: without touching the file again, and whatever SQLite says."""
    try:
        db.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
        db.close(True)  # noqa: FBT003 (apsw's own signature)
    except apsw.Error:
        pass


def _open(path: str, flags: int, settings: SqliteSettings) -> apsw.Connection:
    db = apsw.Connection(path, flags=flags, vfs=settings.vfs or None)
    db.set_busy_timeout(int(settings.busy_wait_s * 1000))
    return db


def _set_always(db: apsw.Connection) -> None:
    _set(db, "foreign_keys", "ON", 1)
    _set(db, "cell_size_check", "ON", 1)
    _set(db, "trusted_schema", "OFF", 0)
    _set(db, "mmap_size", "0", None, 0)


def _set(db: apsw.Connection, name: str, value: str, *accepted: object) -> None:
    db.execute(f"PRAGMA {name}={value}").fetchall()
    if accepted and (found := _read_pragma(db, name)) not in accepted:
        raise IntegrityError(
            "journal-settings",
            f"SQLite does not keep {name}={value}: it says {found!r}",
            "Is the journal on a network file system, or open elsewhere? It needs a local disk of its own.",
        )


def _read_pragma(db: apsw.Connection, name: str) -> object:
    rows = db.execute(f"PRAGMA {name}").fetchall()
    return rows[0][0] if rows else None


def _list_statements() -> list[str]:
    triggers = [_TRIGGER.format(table=table, verb=verb) for table, verb in _FORBIDDEN]
    return [*(f"{one};" for one in _TABLES.split(";") if one.strip()), *triggers]


def _read_schema(db: apsw.Connection) -> frozenset[tuple[str, ...]]:
    rows: Iterable[tuple[str, ...]] = db.execute(
        "SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_schema"
    )
    return frozenset(rows)


@cache
def _expect_schema() -> frozenset[tuple[str, ...]]:
    db = apsw.Connection(":memory:")
    for statement in _list_statements():
        db.execute(statement)
    schema = _read_schema(db)
    db.close()
    return schema
