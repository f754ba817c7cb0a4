# SPDX-License-Identifier: Apache-2.0
"""The directories of a journal that is verified: each with the authority's signature, in force from its entry on.

Whose key signed what is asked of the directory of the day: a partner that left since, or whose key was changed, signed well
what it signed. That the bytes are the journal's own is proved elsewhere, by the commitments in its leaves.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import apsw

from tearline.core.errors import TearlineError
from tearline.node.journal.entries import AnyEntry, DirectoryTaken
from tearline.node.journal.findings import Finding, Severity
from tearline.node.journal.header import INDEX_BITS
from tearline.node.journal.schema import SqliteSettings, open_reader
from tearline.node.trust import Directory, MemberRecord

Prove = Callable[[bytes], Directory]
"""The directory in signed bytes; ``TearlineError`` where the network's authority did not sign them."""


class Directories:
    """``newest`` is what the folder says; ``taken`` what the journal has, by position. ``findings``: what is no directory."""

    def __init__(self, newest: Directory) -> None:
        self.newest = newest
        self.taken: dict[int, Directory] = {}
        self.findings: list[Finding] = []

    @property
    def first(self) -> Directory:
        """Under which the journal begins."""
        return next(iter(self.taken.values()), self.newest)

    def records(self) -> Iterator[MemberRecord]:
        """Whoever was a member, with every name and key that it had."""
        seen: set[MemberRecord] = set()
        for directory in (*self.taken.values(), self.newest):
            for record in directory.members.values():
                if record not in seen:
                    seen.add(record)
                    yield record


def read_directories(
    path: Path, entries: list[tuple[int, AnyEntry]], newest: Directory, prove: Prove
) -> Directories:
    """Those of the journal at ``path``."""
    found = Directories(newest)
    asked = [(position, entry) for position, entry in entries if isinstance(entry, DirectoryTaken)]
    try:
        db = open_reader(str(path), SqliteSettings())
    except (apsw.Error, TearlineError):
        return found  # verify_journal says what is wrong with it
    try:
        for position, entry in asked:
            for (body,) in db.execute("SELECT body FROM payload WHERE id = ?", (position << INDEX_BITS,)):
                _take(found, position, entry, bytes(body), prove)
    except apsw.Error:
        pass  # a damaged file: verify_journal says what is wrong with it
    finally:
        db.close()
    return found


def _take(found: Directories, position: int, entry: DirectoryTaken, raw: bytes, prove: Prove) -> None:
    try:
        directory = prove(raw)
    except TearlineError as error:
        words, advice = (
            f"{error.message}.",
            "Somebody wrote it into this journal: compare with the authority.",
        )
        found.findings.append(Finding(Severity.ERROR, error.code, f"entry {position}", words, advice))
        return
    if (hashlib.sha256(raw).hexdigest(), directory.version) != (entry.sha256, entry.version):
        words = "It is another directory than its entry names."
        found.findings.append(
            Finding(Severity.ERROR, "directory-other", f"entry {position}", words, "Compare with a backup.")
        )
    found.taken[position] = directory
