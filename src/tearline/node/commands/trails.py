# SPDX-License-Identifier: Apache-2.0
"""An auditor takes a range of a log as a file that verifies by itself: on record before its first byte (A1, A2)."""

from __future__ import annotations

import hashlib

import msgspec

from tearline.core.errors import TearlineError
from tearline.node.commands.acting import Acting, Refused
from tearline.node.journal import LOGS, ExtractSource, TrailExported, make_extract
from tearline.node.node import Node


class ExportedTrail(msgspec.Struct, frozen=True):
    """The file, and which entries [start, end) of which log are in it."""

    log: str
    start: int
    end: int
    file: bytes
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
        file = make_extract(source, start, last)
    except TearlineError as error:
        return Refused("no-such-range", f"{error.message}. {error.advice}".rstrip())
    sha256 = hashlib.sha256(file).hexdigest()
    with node.lock:
        work = node.work(acting.person, acting.post)
        work.add(TrailExported, log=log, start=start, end=last, sha256=sha256)
        work.commit()
    return ExportedTrail(log, start, last, file, sha256)
