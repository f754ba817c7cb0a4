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
from tearline.core.log import (
    Checkpoint,
    make_cosignature_verifier,
    make_verifier,
    parse_checkpoint,
    verify_note,
)
from tearline.node.journal.entries import (
    AnyEntry,
    PayloadPurged,
    StreamAppended,
    StreamReceived,
    decode_entry,
)
from tearline.node.journal.findings import Finding, Report, Severity
from tearline.node.journal.header import INDEX_BITS, decode_header
from tearline.node.journal.in_force import Directories, Prove, read_directories
from tearline.node.journal.lives import (
    IncarnationAnnounced,
    IncarnationBegan,
    StreamRecovered,
    name_anchors,
    read_origin,
)
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


def verify_node(folder: Path, directory: Directory, member: Member, prove: Prove) -> NodeReport:
    """Verify the node in ``folder`` by the keys of the directories in its journal, and of ``directory``, its newest."""
    purged, entries = _read_entries(folder / JOURNAL)
    directories = read_directories(folder / JOURNAL, entries, directory, prove)
    records = list(directories.records())
    own = [make_verifier(f"{m.code}/{m.node}/anchor", m.anchor_key) for m in records if m.code == member]
    witnesses = [
        make_cosignature_verifier(f"{m.code}/{m.node}/witness", m.witness_key)
        for m in records
        if m.code != member
    ]
    begun = {position: e.incarnation for position, e in entries if isinstance(e, IncarnationBegan)}
    parts: dict[str, Report] = {}
    known: list[Checkpoint] = []
    for incarnation in (1, *begun.values()):
        name = name_anchors(incarnation)
        if incarnation == 1 or (folder / name).is_file():
            report, bound = verify_anchors(folder / name, own, witnesses=witnesses)
            parts[name.removesuffix(".db")] = report
            known += bound
    journal = verify_journal(
        folder / JOURNAL,
        own,
        is_purged=lambda position, n: (position, n) in purged,
        known=[c for c in known if read_origin(c.origin)[0].endswith("/journal")],
    )
    access = verify_journal(
        folder / ACCESS, own, known=[c for c in known if read_origin(c.origin)[0].endswith("/access")]
    )
    journal = _check_lives(journal, begun)
    journal = msgspec.structs.replace(journal, findings=(*journal.findings, *directories.findings))
    streams = _verify_streams(folder / JOURNAL, entries, directories, member)
    return NodeReport(member, {"journal": journal, "access": access, **parts, "streams": streams})


def _check_lives(report: Report, begun: dict[int, int]) -> Report:
    """A later life begins with the entry that says who answered for it; else the history was cut and signed anew."""
    stray = [place for place in report.lives if begun.get(place[0]) != place[1]]
    findings = tuple(
        Finding(
            Severity.ERROR,
            "incarnation-unfounded",
            f"position {position}",
            f"The log goes on as incarnation {incarnation}, and no entry says that anybody began it.",
            "History was cut and signed anew. " + _ASK,
        )
        for position, incarnation in stray
    )
    return msgspec.structs.replace(report, findings=(*report.findings, *findings))


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
    path: Path, entries: list[tuple[int, AnyEntry]], directories: Directories, member: Member
) -> Report:
    lanes = _Lanes(directories, member)
    for position, entry in entries:
        lanes.follow(position, entry)
    findings, payloads = lanes.findings, 0
    for position, n, leaf, raw in _read_payloads(path, entries):
        payloads += 1
        if not _opens(leaf, raw):
            where = f"entry {position}, payload {n}"
            words = "A payload is not the one its leaf commits to."
            findings.append(Finding(Severity.ERROR, "stream-payload", where, words, _ASK))
    checkpoints = sum(isinstance(e, StreamReceived) for _, e in entries)
    return Report(tuple(findings), entries=len(entries), payloads=payloads, checkpoints=checkpoints)


class _Lanes:
    """Every lane as the entries leave it, ours and those of partners, life by life, under the directory of the day."""

    def __init__(self, directories: Directories, member: Member) -> None:
        self._directories, self._directory, self._member = directories, directories.first, member
        self._incarnation = 1
        self._lives: dict[Member, int] = {}
        self._lanes: dict[tuple[Member, Member, int, str], Lane] = {}
        self.findings: list[Finding] = []

    def follow(self, position: int, entry: AnyEntry) -> None:
        """One more entry."""
        if position in self._directories.taken:
            self._directory = self._directories.taken[position]
            self._settle_names()
        elif isinstance(entry, IncarnationBegan):
            self._incarnation = entry.incarnation
        elif isinstance(entry, IncarnationAnnounced):
            self._lives[entry.member] = entry.incarnation
        elif isinstance(entry, StreamReceived):
            incarnation = self._lives.get(entry.member, 1)
            lane = self._lane(entry.member, self._member, incarnation, entry.lane)
            self._verify_run(entry, position, lane, entry.member)
        elif isinstance(entry, StreamRecovered):
            lane = self._lane(self._member, entry.member, entry.incarnation, entry.lane)
            self._verify_run(entry, position, lane, self._member)
        elif isinstance(entry, StreamAppended):
            lane = self._lane(self._member, entry.member, self._incarnation, entry.lane)
            if entry.position != lane.size:
                words = f"{entry.member} {entry.lane} has {entry.position} after {lane.size}: positions must be dense."
                self._err("stream-gap", f"entry {position}", words)
            lane.append([entry.leaf.encode()])

    def _lane(self, sender: Member, receiver: Member, incarnation: int, name: str) -> Lane:
        key = (sender, receiver, incarnation, name)
        return self._lanes.setdefault(key, Lane(self._name(*key)))

    def _name(self, sender: Member, receiver: Member, incarnation: int, name: str) -> str:
        record = self._directory.members.get(sender)
        node = record.node if record is not None else ""
        return print_origin(sender, node, receiver, name, incarnation)

    def _settle_names(self) -> None:
        for key, lane in self._lanes.items():
            lane.origin = self._name(*key)

    def _verify_run(
        self, entry: StreamReceived | StreamRecovered, position: int, lane: Lane, sender: Member
    ) -> None:
        record = self._directory.members.get(sender)
        where = f"entry {position}, {entry.member} {entry.lane}"
        if record is None:
            self._err("stream-unknown", where, "The directory does not know this member.")
            return
        if entry.start != lane.size:
            self._err("stream-gap", where, f"It starts at {entry.start} after {lane.size}.")
        lane.append([leaf.encode() for leaf in entry.leaves])
        try:
            verifier = make_verifier(f"{sender}/{record.node}/stream", record.stream_key)
            checkpoint = parse_checkpoint(verify_note(entry.checkpoint, [verifier]))
        except TearlineError as error:
            self._err("stream-signature", where, error.message)
            return
        if checkpoint != lane.checkpoint():
            self._err(
                "stream-root", where, "The leaves kept here do not give the root that the partner signed."
            )

    def _err(self, code: str, where: str, words: str) -> None:
        self.findings.append(Finding(Severity.ERROR, code, where, words, _ASK))


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
        if isinstance(entry, StreamReceived | StreamRecovered):
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
