# SPDX-License-Identifier: Apache-2.0
"""Verification of a whole node from the bytes in its folder: journal, access log, anchors, streams, dispositions (A2, D2).

Everything is recomputed: logs against their signatures and anchors; each partner's lanes, leaf by leaf, against that
partner's signed checkpoints; each stream payload against its leaf; the density of our own lanes; and that every recall that
says "destroyed" has no payload left. It only reads, and may run beside the node. It is also the tests' oracle.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import apsw
import msgspec

from tearline.core.canon import commit
from tearline.core.errors import TearlineError
from tearline.core.exchange import Item, Lane, open_leaf, print_origin
from tearline.core.ids import Member
from tearline.core.log import make_cosignature_verifier, make_verifier, parse_checkpoint, verify_note
from tearline.node.journal.entries import (
    AnyEntry,
    PayloadPurged,
    StreamAppended,
    StreamReceived,
    decode_entry,
)
from tearline.node.journal.findings import Finding, Report, Severity
from tearline.node.journal.header import INDEX_BITS, decode_header
from tearline.node.journal.payloads import decode_payload
from tearline.node.journal.schema import SqliteSettings, open_reader
from tearline.node.journal.verify import verify_anchors, verify_journal
from tearline.node.trust import Directory

JOURNAL, ACCESS, ANCHORS = "journal.db", "access.db", "anchors.db"
_ASK = "Compare with the partner; both signed notes are evidence."


class NodeReport(msgspec.Struct, frozen=True):
    """Reports by what was verified; ``sound`` where none has an error."""

    member: Member
    parts: dict[str, Report]

    @property
    def sound(self) -> bool:
        """Whether everything holds."""
        return all(report.sound for report in self.parts.values())

    def findings(self) -> tuple[tuple[str, Finding], ...]:
        """Everything found, with the part it was found in."""
        return tuple((name, f) for name, report in self.parts.items() for f in report.findings)


def verify_node(folder: Path, directory: Directory, member: Member) -> NodeReport:
    """Verify the node in ``folder`` with the keys of ``directory``."""
    record = directory.members[member]
    own = make_verifier(f"{member}/{record.node}/anchor", record.anchor_key)
    witnesses = [
        make_cosignature_verifier(f"{m.code}/{m.node}/witness", m.witness_key)
        for m in directory.members.values()
        if m.code != member
    ]
    anchors, known = verify_anchors(folder / ANCHORS, [own], witnesses=witnesses)
    purged, entries = _read_entries(folder / JOURNAL)
    journal = verify_journal(
        folder / JOURNAL,
        [own],
        is_purged=lambda position, n: (position, n) in purged,
        known=[c for c in known if c.origin.endswith("/journal")],
    )
    access = verify_journal(folder / ACCESS, [own], known=[c for c in known if c.origin.endswith("/access")])
    streams = _verify_streams(folder / JOURNAL, entries, directory, member)
    return NodeReport(member, {"journal": journal, "access": access, "anchors": anchors, "streams": streams})


def _read_entries(path: Path) -> tuple[frozenset[tuple[int, int]], list[tuple[int, AnyEntry]]]:
    """Entries that can be read; what can't is found by ``verify_journal``."""
    entries: list[tuple[int, AnyEntry]] = []
    purged: set[tuple[int, int]] = set()
    try:
        db = open_reader(str(path), SqliteSettings())
    except (apsw.Error, TearlineError):
        return frozenset(), []
    try:
        for position, header in db.execute("SELECT position, header FROM entry ORDER BY position"):
            try:
                entry = decode_entry(decode_header(position, bytes(header)).entry)
            except (TearlineError, ValueError):
                continue
            entries.append((position, entry))
            if isinstance(entry, PayloadPurged):
                purged.update(entry.targets)
    except apsw.Error:
        pass  # a damaged file: verify_journal says what is wrong with it
    finally:
        db.close()
    return frozenset(purged), entries


def _verify_streams(
    path: Path, entries: list[tuple[int, AnyEntry]], directory: Directory, member: Member
) -> Report:
    incoming: dict[tuple[Member, str], Lane] = {}
    sent: dict[tuple[Member, str], int] = {}
    findings: list[Finding] = []
    payloads = 0
    for position, entry in entries:
        if isinstance(entry, StreamReceived):
            findings.extend(_verify_run(entry, position, incoming, directory=directory, member=member))
        elif isinstance(entry, StreamAppended):
            size = sent.get((entry.member, entry.lane), 0)
            sent[entry.member, entry.lane] = size + 1
            if entry.position != size:
                where = f"entry {position}"
                words = (
                    f"{entry.member} {entry.lane} has {entry.position} after {size}: positions must be dense."
                )
                findings.append(Finding(Severity.ERROR, "stream-gap", where, words, _ASK))
    for position, n, leaf, raw in _read_payloads(path, entries):
        payloads += 1
        if not _opens(leaf, raw):
            where = f"entry {position}, payload {n}"
            words = "A payload is not the one its leaf commits to."
            findings.append(Finding(Severity.ERROR, "stream-payload", where, words, _ASK))
    checkpoints = sum(isinstance(e, StreamReceived) for _, e in entries)
    return Report(tuple(findings), entries=len(entries), payloads=payloads, checkpoints=checkpoints)


def _verify_run(
    entry: StreamReceived,
    position: int,
    incoming: dict[tuple[Member, str], Lane],
    *,
    directory: Directory,
    member: Member,
) -> Iterator[Finding]:
    record = directory.members.get(entry.member)
    where = f"entry {position}, {entry.member} {entry.lane}"
    if record is None:
        yield Finding(
            Severity.ERROR, "stream-unknown", where, "The directory does not know this member.", _ASK
        )
        return
    key = (entry.member, entry.lane)
    lane = incoming.setdefault(key, Lane(print_origin(entry.member, record.node, member, entry.lane)))
    if entry.start != lane.size:
        yield Finding(
            Severity.ERROR, "stream-gap", where, f"It starts at {entry.start} after {lane.size}.", _ASK
        )
    lane.append([leaf.encode() for leaf in entry.leaves])
    try:
        verifier = make_verifier(f"{entry.member}/{record.node}/stream", record.stream_key)
        checkpoint = parse_checkpoint(verify_note(entry.checkpoint, [verifier]))
    except TearlineError as error:
        yield Finding(Severity.ERROR, "stream-signature", where, error.message, _ASK)
        return
    if checkpoint != lane.checkpoint():
        words = "The leaves kept here do not give the root that the partner signed."
        yield Finding(Severity.ERROR, "stream-root", where, words, _ASK)


def _read_payloads(path: Path, entries: list[tuple[int, AnyEntry]]) -> Iterator[tuple[int, int, str, bytes]]:
    """(position, n, leaf, payload) of every stream payload that is still there."""
    try:
        db = open_reader(str(path), SqliteSettings())
    except (apsw.Error, TearlineError):
        return
    try:
        for position, n, leaf in _leaves(entries):
            for (body,) in db.execute("SELECT body FROM payload WHERE id = ?", (position << INDEX_BITS | n,)):
                yield position, n, leaf, bytes(body)
    except apsw.Error:
        return  # a damaged file: verify_journal says what is wrong with it
    finally:
        db.close()


def _leaves(entries: list[tuple[int, AnyEntry]]) -> Iterator[tuple[int, int, str]]:
    for position, entry in entries:
        if isinstance(entry, StreamReceived):
            for n, leaf in enumerate(entry.leaves):
                yield position, n, leaf
        elif isinstance(entry, StreamAppended):
            yield position, 0, entry.leaf


def _opens(leaf: str, raw: bytes) -> bool:
    """Whether a payload is the one its leaf commits to; what was kept without its opening claims nothing."""
    try:
        payload = decode_payload(raw)
        if not payload.salt:
            return True  # refused on arrival, or travelled without
        opened = open_leaf(Item(leaf.encode()))
    except (TearlineError, msgspec.MsgspecError):
        return True  # quarantined as unreadable: the leaf itself is under the lane's root
    return commit(payload.salt, payload.body).hex() == opened.commitment
