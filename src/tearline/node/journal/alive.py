# SPDX-License-Identifier: Apache-2.0
"""The mark by which a journal knows that it may be a copy (DESIGN, section 9).

Each start writes a fresh mark, a counter and random letters, into the database and into a file beside it. Whoever copies the
database alone, or puts an old backup of it back, has two marks that differ.

The file is written in two steps around the commit that writes the database, so that a crash at any point of a start leaves a
pair that is still recognised:

    file {now: 4}          database 4
    file {now: 4, next: 5} database 4     crash here: the same pair as before, so good
    file {now: 4, next: 5} database 5     crash here: good
    file {now: 5}          database 5

A copy of the folder as a whole is not seen here; a partner's cosignature that the copy does not know shows it.
"""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from tearline.core.canon import decode_canonical, encode_canonical
from tearline.core.errors import TearlineError


class AliveFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What the file holds: the mark of the last start, and in the middle of a start the mark to come."""

    now: str = ""
    next: str = ""


def make_mark(before: str, drawn: bytes) -> str:
    """The mark that follows ``before``."""
    count = int(before.partition("-")[0] or "0") if before.partition("-")[0].isdecimal() else 0
    return f"{count + 1}-{drawn.hex()}"


def find_suspicion(in_database: str, beside: AliveFile | None) -> str:
    """Why the database and the file don't belong together; empty if they do."""
    if beside is None:
        return "" if not in_database else "the file with its alive mark is missing or can't be read"
    if in_database == beside.now or (in_database and in_database == beside.next):
        return ""
    if not in_database:
        return "it is new, but the alive mark beside it belongs to one that was in use"
    return f"its alive mark is {in_database}, and the one beside it is {beside.now}"


def read_alive(path: Path) -> AliveFile | None:
    """The file's content; None where it is missing or damaged."""
    try:
        return decode_canonical(path.read_bytes(), AliveFile)
    except (OSError, TearlineError):
        return None


def write_alive(path: Path, content: AliveFile) -> None:
    """Replace the file, durably: written, synced, renamed, folder synced."""
    replace_file(path, encode_canonical(content))


def replace_file(path: Path, content: bytes) -> None:
    """Replace a file as a whole, durably: at every moment it has the old content or the new one."""
    fresh = path.with_name(path.name + ".new")
    with fresh.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in ``folder`` durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
