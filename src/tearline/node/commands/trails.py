# SPDX-License-Identifier: Apache-2.0
"""An auditor takes a range of a log as a file that verifies by itself: on record before its first byte (A1, A2).

The file is written to a nameless place on the disk first: its digest goes on record, and no range is too long for the memory.
What has no name is gone with whoever reads it, whatever happens (D4).
"""

from __future__ import annotations

import hashlib
import tempfile
from typing import BinaryIO

import msgspec

from tearline.core.errors import TearlineError
from tearline.node.commands.acting import Acting, Refused
from tearline.node.journal import LOGS, ExtractSource, TrailExported, write_extract
from tearline.node.node import Node


class ExportedTrail(msgspec.Struct, frozen=True):
    """The file, open at its start, and which entries [start, end) of which log are in it. Whoever has it closes it."""

    log: str
    start: int
    end: int
    file: BinaryIO
    sha256: str


def export_trail(node: Node, acting: Acting, log: str, start: int, end: int) -> ExportedTrail | Refused:
    """The entries' exact bytes with their proof; ``end`` 0: up to the newest."""
    if "audit" not in acting.duties:
        return Refused("no-duty", "trails are taken by auditors")
    if log not in LOGS:
        return Refused("no-such-range", "no log by that name")
    node.flush_access()
    journal = node.journal if log == "journal" else node.access
    last = end or journal.size()
    source = ExtractSource(
        journal, log, node.anchors, node.signed_directory(), str(node.member), node.settings.node
    )
    try:
        pieces = write_extract(source, start, last)
    except TearlineError as error:
        return Refused("no-such-range", f"{error.message}. {error.advice}".rstrip())
    file = tempfile.TemporaryFile()  # noqa: SIM115 - its reader closes it
    try:
        digest = hashlib.sha256()
        for piece in pieces:
            digest.update(piece)
            file.write(piece)
        file.seek(0)
        with node.lock:
            work = node.work(acting.person, acting.post)
            work.add(TrailExported, log=log, start=start, end=last, sha256=digest.hexdigest())
            work.commit()
    except BaseException:
        file.close()
        raise
    return ExportedTrail(log, start, last, file, digest.hexdigest())
