# SPDX-License-Identifier: Apache-2.0
"""Checking a journal's file against itself, its signatures, and what others hold of it (A2).

Guarantees:
- everything is recomputed from the stored bytes: leaves, roots, the root over each block, signatures, commitments of payloads;
- a payload may be missing only where a purge is on record, and must be missing there;
- with ``known`` (checkpoints that partners hold, or that the anchor log committed to) a history that was rewritten or cut is
  found even if whoever did it signed everything anew;
- a damaged file is no exception: whatever can be read is checked, and the rest is a finding.

It only reads. Entries are read in short pieces, so it may run beside the node; the check of the file as a whole is one read.

    report = verify_journal(path, [verifier], is_purged=lambda position, index: (position, index) in purged)
    report.sound, report.findings
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import apsw

from tearline.core.canon import commit, decode_canonical
from tearline.core.errors import TearlineError
from tearline.core.log import (
    Checkpoint,
    Frontier,
    Verifier,
    parse_checkpoint,
    parse_note,
    parse_signatures,
    print_checkpoint,
    verify_note,
    verify_signatures,
)
from tearline.node.journal.alive import find_suspicion, read_alive
from tearline.node.journal.anchor import Anchored
from tearline.node.journal.findings import Finding, Report, Severity
from tearline.node.journal.hashes import BLOCK_LEAVES
from tearline.node.journal.header import INDEX_BITS, check_header
from tearline.node.journal.journal import Record
from tearline.node.journal.lives import follows_origin, read_origin
from tearline.node.journal.schema import SqliteSettings, close_quietly, find_schema_problem, open_reader

_RESTORE = (
    "Don't go on with this file. Keep it as evidence and restore from a backup and the partners' copies."
)
_ASK = "Ask who had access to the machine; compare with a backup and with what the partners hold."
_REFETCH = "Restore it from a backup, from its originator, or from a partner."
_LIFE = "Proofs hold within one life. The entry there says who answered for it, and what partners had seen."
_GAP = "There is no entry here; the next one is at {}. Positions are dense: it was removed or lost."
_ENTRIES = "SELECT position, header FROM entry WHERE position >= ? ORDER BY position LIMIT ?"
_STRAYS = (  # each in one statement, so that a node that appends meanwhile makes no false alarm
    ("payloads", "payload-unclaimed", "payload WHERE id < 0 OR id >> 16 > (SELECT max(position) FROM entry)"),
    ("entries", "entry-misplaced", "entry WHERE position < 0"),
    ("checkpoints", "checkpoint-place", "checkpoint WHERE size < 0"),
    ("blocks", "block-root", "block WHERE number < 0 OR number > (SELECT max(position) / 256 FROM entry)"),
    (
        "cosignatures",
        "history-cut",
        "cosignature WHERE size < 0 OR size > (SELECT max(size) FROM checkpoint)",
    ),
)
_POSITION_MAX = 1 << 46
_FILE_PROBLEMS_MAX = 20
_NO_RECORD = Record(-1, b"", ())

Inspect = Callable[[int, int, bytes], Iterable[Finding]]
"""(position, index, body) of each payload that is as committed to -> what is wrong with its content."""


def _is_never_purged(_position: int, _index: int) -> bool:
    return False


def verify_journal(
    path: Path,
    verifiers: Sequence[Verifier],
    *,
    is_purged: Callable[[int, int], bool] = _is_never_purged,
    known: Sequence[Checkpoint] = (),
    witnesses: Sequence[Verifier] = (),
    inspect: Inspect | None = None,
) -> Report:
    """Everything that is wrong with the journal at ``path``; ``verifiers`` are the keys that ever signed it."""
    try:
        db = open_reader(str(path), SqliteSettings())
    except (apsw.Error, TearlineError) as error:
        return Report((_unreadable("the file", error),))
    try:
        check = _Check(db, verifiers, known=known, witnesses=witnesses)
        check.is_purged = is_purged
        check.inspect = inspect or check.inspect
        check.check_alive(path)
        return check.run()
    finally:
        close_quietly(db)


def verify_anchors(
    path: Path,
    verifiers: Sequence[Verifier],
    *,
    witnesses: Sequence[Verifier] = (),
    known: Sequence[Checkpoint] = (),
) -> tuple[Report, list[Checkpoint]]:
    """The same for an anchor log, and the checkpoints that it commits to: ``known`` for the verification of those logs."""
    anchored: dict[Checkpoint, None] = {}
    largest = {"journal": 0, "access": 0}

    def inspect(position: int, _index: int, body: bytes) -> Iterator[Finding]:
        where = f"anchor {position}"
        try:
            content = decode_canonical(body, Anchored)
            notes = {"journal": content.journal, "access": content.access}
            checkpoints = {log: parse_checkpoint(parse_note(note).text) for log, note in notes.items()}
        except TearlineError as error:
            yield _error("anchor-malformed", where, f"It holds no two checkpoints ({error.message}).", _ASK)
            return
        for log, checkpoint in checkpoints.items():
            anchored[checkpoint] = None
            if checkpoint.size < largest[log]:
                explanation = f"It gives the {log} log {checkpoint.size} entries after it had {largest[log]}."
                yield _error("anchor-order", where, explanation, "The log was put back. " + _ASK)
            largest[log] = max(checkpoint.size, largest[log])

    report = verify_journal(path, verifiers, witnesses=witnesses, known=known, inspect=inspect)
    return report, list(anchored)


class _Check:
    """One pass over a journal, block by block."""

    def __init__(
        self,
        db: apsw.Connection,
        verifiers: Sequence[Verifier],
        *,
        known: Sequence[Checkpoint],
        witnesses: Sequence[Verifier],
    ) -> None:
        self.is_purged: Callable[[int, int], bool] = _is_never_purged
        self.inspect: Inspect = lambda _position, _index, _body: ()
        self._db, self._verifiers, self._witnesses = db, verifiers, witnesses
        self._known: dict[int, list[Checkpoint]] = {}
        for checkpoint in known:
            self._known.setdefault(checkpoint.size, []).append(checkpoint)
        self._frontier = Frontier()
        self._findings: list[Finding] = []
        self._reported: set[str] = set()
        self._notes: dict[int, str] = {}
        self._lines: dict[int, list[tuple[str, str]]] = {}
        self._origin = ""
        self._lives: list[tuple[int, int]] = []
        self._newest = -1
        self._payloads = self._purged = self._checkpoints = self._cosignatures = 0

    def run(self) -> Report:
        """1. the file; 2. entries, block by block, with all that belongs to them; 3. what lies beyond the last one."""
        self._check_file()
        signed = self._read_number("checkpoints", "SELECT max(size) FROM checkpoint")
        self._load_beside(0, 0)
        self._check_beside(0)
        start = 0
        while rows := self._rows("entries", _ENTRIES, start, BLOCK_LEAVES):
            self._check_block(rows)
            start = rows[-1][0] + 1
            if start > _POSITION_MAX:
                break
        self._check_end(signed)
        return Report(
            tuple(self._findings),
            entries=self._frontier.size,
            payloads=self._payloads,
            purged=self._purged,
            checkpoints=self._checkpoints,
            cosignatures=self._cosignatures,
            lives=tuple(self._lives),
        )

    def check_alive(self, path: Path) -> None:
        """Whether the alive marks belong together."""
        rows = self._rows("marks", "SELECT CAST(value AS BLOB) FROM mark WHERE name = 'alive'")
        mark = _decode(rows[0][0]) if rows else ""
        if suspicion := find_suspicion(mark, read_alive(path.with_name(path.name + ".alive"))):
            self._warn(
                "alive-mismatch", "the alive mark", f"This may be a copy or an old backup: {suspicion}.", _ASK
            )

    def _check_file(self) -> None:
        for (problem,) in self._rows("the file", f"PRAGMA integrity_check({_FILE_PROBLEMS_MAX})"):
            if problem != "ok":
                self._err("file-damaged", "the file", f"SQLite says: {problem}.", _RESTORE)
        try:
            problem = find_schema_problem(self._db)
        except (apsw.Error, UnicodeDecodeError) as error:
            problem = f"its tables can't be listed ({error})"
        if problem:
            self._err("schema-changed", "the tables", f"{problem}.", _ASK)
        if self._rows("purges", "SELECT 1 FROM purging LIMIT 1"):
            self._warn(
                "purge-unfinished",
                "purges",
                "A purge was cut short: traces of what it took out may be left in the file.",
                "Start the node: it finishes the purge first.",
            )

    def _check_block(self, rows: list[tuple[Any, ...]]) -> None:
        """Up to 256 entries in order, and everything that is about them."""
        start = self._frontier.size
        self._load_beside(start + 1, start + len(rows))
        block = Frontier()
        records = {}
        for position, header in rows:
            if position != self._frontier.size and self._is_first("gap"):
                self._err("entry-missing", f"position {self._frontier.size}", _GAP.format(position), _RESTORE)
            raw = header if isinstance(header, bytes) else b""
            records[position] = self._read_record(position, raw)
            block.append(raw)
            self._frontier.append(raw)
            self._check_beside(self._frontier.size)
        self._check_block_root(start // BLOCK_LEAVES, block)
        self._check_payloads(rows[0][0], min(rows[-1][0], _POSITION_MAX) + 1, records)

    def _read_record(self, position: int, header: bytes) -> Record | None:
        try:
            return check_header(position, header)
        except TearlineError as error:
            self._err(
                "entry-malformed",
                f"position {position}",
                f"The entry can't be read: {error.message}.",
                _RESTORE,
            )
            return None

    def _check_block_root(self, number: int, block: Frontier) -> None:
        rows = self._rows("blocks", "SELECT root FROM block WHERE number = ?", number)
        expected = [(block.root(),)] if block.size == BLOCK_LEAVES else []
        if rows != expected and self._is_first("block"):
            where = f"positions {number * BLOCK_LEAVES} to {(number + 1) * BLOCK_LEAVES - 1}"
            self._err(
                "block-root",
                where,
                "The stored root over these entries is not the one that they have.",
                _RESTORE,
            )

    def _load_beside(self, first: int, last: int) -> None:
        """Checkpoints and cosignatures of sizes first to last."""
        self._notes, self._lines = {}, {}
        query = "SELECT size, CAST(note AS BLOB) FROM checkpoint WHERE size BETWEEN ? AND ?"
        for size, note in self._rows("checkpoints", query, first, last):
            self._notes[size] = _decode(note)
        query = (
            "SELECT size, CAST(name AS BLOB), CAST(line AS BLOB) FROM cosignature WHERE size BETWEEN ? AND ?"
        )
        for size, name, line in self._rows("cosignatures", query, first, last):
            self._lines.setdefault(size, []).append((_decode(name), _decode(line)))

    def _check_beside(self, size: int) -> None:
        """What was signed or is known of exactly the entries read so far."""
        if size in self._notes:
            self._check_checkpoint(size, self._notes[size])
        for name, line in self._lines.get(size, ()):
            self._check_cosignature(name, line)
        for checkpoint in self._known.pop(size, []):
            if checkpoint.root != self._frontier.root() and self._is_first("known"):
                self._err(
                    "history-rewritten",
                    f"the first {size} entries",
                    "They are not those that the anchors or a partner's cosigned checkpoint bind.",
                    "History was changed after it was vouched for. " + _ASK,
                )

    def _check_checkpoint(self, size: int, note: str) -> None:
        self._checkpoints += 1
        before, self._newest = self._newest, size
        where = f"checkpoint {size}"
        try:
            checkpoint = parse_checkpoint(verify_note(note, self._verifiers))
        except TearlineError as error:
            self._err(
                "checkpoint-signature", where, f"It isn't signed as it should be: {error.message}.", _ASK
            )
            return
        self._origin = self._origin or checkpoint.origin
        if follows_origin(self._origin, checkpoint.origin):
            self._note_life(before, checkpoint.origin)
        if checkpoint.size != size or checkpoint.origin != self._origin:
            self._err(
                "checkpoint-place", where, f"It is of {checkpoint.origin}, {checkpoint.size} entries.", _ASK
            )
        elif checkpoint.head != self._frontier.head() and self._is_first("root"):
            self._err(
                "root-mismatch",
                f"the first {size} entries",
                "They are not those that were signed: at least one was changed, added or removed.",
                _RESTORE,
            )

    def _note_life(self, position: int, origin: str) -> None:
        """The break is named and is no error by itself: what was signed after it, before the restore, is not here."""
        words = (
            f"From here on it is {origin}: the node was restored from a backup of {position} entries. "
            f"What {self._origin} held beyond them is not in it."
        )
        where = f"position {position}"
        self._findings.append(Finding(Severity.NOTE, "incarnation", where, words, _LIFE))
        self._lives.append((position, read_origin(origin)[1]))
        self._origin = origin

    def _check_cosignature(self, name: str, line: str) -> None:
        self._cosignatures += 1
        head = self._frontier.head()
        where = f"cosignature of {name} over {head.size}"
        text = print_checkpoint(Checkpoint(self._origin or "unknown", head.size, head.root))
        known = [witness for witness in self._witnesses if witness.name == name]
        try:
            good = verify_signatures(text, parse_signatures(line), known)
        except TearlineError as error:
            self._err(
                "cosignature-wrong", where, f"It does not belong to this history: {error.message}.", _ASK
            )
            return
        if not good or good[0].name != name:
            self._warn(
                "cosignature-unknown",
                where,
                "Its key is not one that we know.",
                "Is the directory up to date?",
            )

    def _check_payloads(self, start: int, end: int, records: dict[int, Record | None]) -> None:
        expected = {
            (position, index): commitment
            for position, record in records.items()
            if record is not None
            for index, commitment in enumerate(record.commitments)
        }
        query = "SELECT id, salt, body FROM payload WHERE id >= ? AND id < ?"
        for key, salt, body in self._each("payloads", query, start << INDEX_BITS, end << INDEX_BITS):
            place = (key >> INDEX_BITS, key & ((1 << INDEX_BITS) - 1))
            if place in expected:
                self._check_payload(place, expected.pop(place), salt=salt, body=body)
            elif (
                records.get(place[0], _NO_RECORD) is not None
            ):  # what an unreadable entry committed to, nobody knows
                self._err("payload-unclaimed", _print_place(place), "No entry commits to this payload.", _ASK)
        for place in expected:
            if self.is_purged(*place):
                self._purged += 1
            else:
                self._err(
                    "payload-missing",
                    _print_place(place),
                    "It is gone, and no purge of it is on record.",
                    _REFETCH,
                )

    def _check_payload(
        self, place: tuple[int, int], commitment: bytes, *, salt: object, body: object
    ) -> None:
        self._payloads += 1
        if not isinstance(salt, bytes) or not isinstance(body, bytes) or commit(salt, body) != commitment:
            self._err(
                "payload-altered",
                _print_place(place),
                "It is not the payload that the signed entry commits to.",
                "Don't use it. " + _REFETCH,
            )
            return
        if self.is_purged(*place):
            self._err(
                "payload-not-purged",
                _print_place(place),
                "A purge of this payload is on record, and it is still here.",
                "Start the node: it purges again before it serves. Perhaps a backup was restored.",
            )
        self._findings += self.inspect(*place, body)

    def _check_end(self, signed: int) -> None:
        """``signed``: the largest signed size when the check began."""
        size = self._frontier.size
        if self._newest < size:
            self._err(
                "entries-unsigned",
                f"from {self._newest} on",
                "No checkpoint covers the newest entries.",
                _ASK,
            )
        if signed > size:
            explanation = f"{signed} entries were signed; those from {size} on are gone."
            self._err("entries-cut", f"from {size} on", explanation, _RESTORE)
        for what, code, stray in _STRAYS:
            if self._rows(what, f"SELECT 1 FROM {stray} LIMIT 1"):  # noqa: S608 (constants above)
                self._err(code, f"{what} out of order", "Something is stored where nothing belongs.", _ASK)
        if self._known:
            self._err(
                "history-cut",
                f"from {size} on",
                "The anchors or partners bind a longer log than this one: its newest entries are gone.",
                _RESTORE,
            )

    def _rows(self, what: str, query: str, *bindings: int) -> list[tuple[Any, ...]]:
        return list(self._each(what, query, *bindings))

    def _each(self, what: str, query: str, *bindings: int) -> Iterator[tuple[Any, ...]]:
        """Row by row; where the file can't be read, a finding and no more rows."""
        try:
            yield from self._db.execute(query, bindings)
        except (apsw.Error, UnicodeDecodeError) as error:
            if self._is_first(f"unreadable {what}"):
                self._findings.append(_unreadable(what, error))

    def _read_number(self, where: str, query: str) -> int:
        found = [row[0] for row in self._rows(where, query) if isinstance(row[0], int)]
        return found[0] if found else -1

    def _is_first(self, what: str) -> bool:
        """True once for each kind: one change breaks every later root, and is to be reported once."""
        first = what not in self._reported
        self._reported.add(what)
        return first

    def _err(self, code: str, where: str, explanation: str, advice: str) -> None:
        self._findings.append(_error(code, where, explanation, advice))

    def _warn(self, code: str, where: str, explanation: str, advice: str) -> None:
        self._findings.append(Finding(Severity.WARNING, code, where, explanation, advice))


def _decode(raw: object) -> str:
    return raw.decode(errors="surrogateescape") if isinstance(raw, bytes) else ""


def _error(code: str, where: str, explanation: str, advice: str) -> Finding:
    return Finding(Severity.ERROR, code, where, explanation, advice)


def _unreadable(where: str, error: Exception) -> Finding:
    return _error("unreadable", where, f"It can't be read: {error}.", _RESTORE)


def _print_place(place: tuple[int, int]) -> str:
    return f"payload {place[1]} of position {place[0]}"
