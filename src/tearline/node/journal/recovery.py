# SPDX-License-Identifier: Apache-2.0
"""What is found out of a journal's file before anything is built on it.

Guarantees:
- D1: after an unclean end the file is checked as a whole, and what SQLite's log holds is written through to the disk;
- A2: its entries lead to its newest checkpoint, which is this log's own, or it is not opened;
- D4: a purge that was cut short is finished.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import apsw

from tearline.core.errors import IntegrityError
from tearline.core.log import Head, leaf_hash, parse_checkpoint, parse_note
from tearline.node.journal.alive import sync_folder
from tearline.node.journal.hashes import BLOCK_LEAVES, LogHashes
from tearline.node.journal.lives import is_of
from tearline.node.journal.purge import finish, is_unfinished, rewrite, truncate_log


def recover(db: apsw.Connection, folder: Path, *, clean: bool) -> None:
    """Whole after an unclean end, all of it on the disk, and no purge left half done."""
    if not clean:
        findings = [row[0] for row in db.execute("PRAGMA quick_check(5)")]
        if findings != ["ok"]:
            raise make_damage_error("; ".join(map(str, findings)))
    # What a failed fsync left in the page cache looks written but may not be: write it again, and sync.
    truncate_log(db)
    sync_folder(folder)
    if is_unfinished(db):
        rewrite(db)
        finish(db)


def load_hashes(db: apsw.Connection, load: Callable[[int, int], list[bytes]]) -> LogHashes:
    """The tree over all entries: roots of full blocks as they are kept, the leaves after them from their headers."""
    roots = [row[0] for row in db.execute("SELECT root FROM block ORDER BY number")]
    headers = db.execute(
        "SELECT header FROM entry WHERE position >= ? ORDER BY position", (len(roots) * BLOCK_LEAVES,)
    )
    return LogHashes(roots, [leaf_hash(row[0]) for row in headers], load=load)


def read_newest_note(db: apsw.Connection, base: str, head: Head) -> tuple[str, str]:
    """The newest checkpoint, which states exactly the entries that are there, and the origin of its life.

    Of a journal without any: an empty one, and ``base``, the origin of the first life.
    """
    rows: Any = db.execute("SELECT size, note FROM checkpoint ORDER BY size DESC LIMIT 1").fetchall()
    last = db.execute("SELECT coalesce(max(position) + 1, 0) FROM entry").fetchall()[0][0]
    if not rows and not last:
        return "", base
    size, note = rows[0] if rows else (0, "")
    stated = parse_checkpoint(parse_note(note).text) if rows else None
    if stated is None or stated.head != head or {size, last} != {head.size} or not is_of(base, stated.origin):
        raise make_damage_error(f"its entries do not lead to its newest checkpoint (size {size})")
    return str(note), stated.origin


def make_damage_error(what: str) -> IntegrityError:
    """What to do with a file that is not what was written."""
    return IntegrityError(
        "journal-damaged",
        f"the journal's file is damaged: {what}",
        "Don't go on with it. Run tearline verify, keep the file, and restore from a backup and the partners.",
    )
