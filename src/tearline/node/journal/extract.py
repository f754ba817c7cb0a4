# SPDX-License-Identifier: Apache-2.0
"""A range of a log as a file that verifies by itself: ``tearline verify FILE`` needs no node (docs/reference/trail.md).

Guarantees:
- the file holds the entries' exact bytes, so that its reader recomputes every hash;
- what it proves is that these entries, in this order and with none left out between them, stand in a log that the node signed
  and that partners, who saw nothing of it, vouched for (A2); keys come from the directory in it, which the authority signed;
- what an entry commits to is opened for search words alone: no content leaves this way.

Lines: 1. ``Head``. 2. the headers of the entries, one each. 3. ``Opened``, one for each payload laid open.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Sequence

import msgspec

from tearline.core.canon import commit, decode_canonical, encode_canonical
from tearline.core.errors import IntegrityError, LimitError, MalformedError, TearlineError, UsageError
from tearline.core.log import (
    Checkpoint,
    Head,
    Verifier,
    leaf_hash,
    make_cosignature_verifier,
    make_frontier,
    make_verifier,
    parse_checkpoint,
    parse_note,
    parse_signatures,
    print_checkpoint,
    verify_consistency,
    verify_inclusion,
    verify_note,
    verify_signatures,
)
from tearline.node.journal.accesses import SearchMade, TrailRead
from tearline.node.journal.anchor import Anchored, AnchorLog, Binding
from tearline.node.journal.entries import decode_entry
from tearline.node.journal.header import check_header, encode_header
from tearline.node.journal.journal import Journal, Record
from tearline.node.journal.lives import is_of
from tearline.node.trust import Directory, verify_directory

FORMAT = "tearline-trail/1"
ENTRIES_MAX = 50_000
LINE_MAX_BYTES = 8 * 1024 * 1024
STEP = 1_000
LOGS = ("journal", "access")


class ExtractHead(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The first line: which log, which range, and what the range is proved against. Hashes in hexadecimal digits."""

    format: str
    member: str
    node: str
    log: str
    origin: str
    start: int
    end: int
    peaks: tuple[str, ...]
    checkpoint: str
    consistency: tuple[str, ...]
    anchor: Binding | None
    directory: str  # base64 of its exact signed bytes


class Opened(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A payload laid open: what the header's commitment binds."""

    position: int
    index: int
    salt: str
    body: str  # base64


class ExtractSource(msgspec.Struct, frozen=True):
    """What an extract is made from."""

    journal: Journal
    log: str
    anchors: AnchorLog | None
    directory: bytes
    member: str
    node: str


def make_extract(source: ExtractSource, start: int, end: int) -> bytes:
    """The file for entries [start, end) of a log, whole."""
    return b"".join(write_extract(source, start, end))


def write_extract(source: ExtractSource, start: int, end: int) -> Iterator[bytes]:
    """The same in pieces, a line each; what can't be had is refused before the first."""
    log = source.journal
    note, proof, binding = prove_prefix(source, end)
    if not 0 <= start < end <= log.size():
        raise UsageError("no-such-range", f"a log of {log.size()} entries has no range {start} to {end}")
    if end - start > ENTRIES_MAX:
        raise LimitError("range-too-long", f"at most {ENTRIES_MAX} entries in one file", "Take it in parts.")
    head = ExtractHead(
        format=FORMAT,
        member=source.member,
        node=source.node,
        log=source.log,
        origin=parse_checkpoint(parse_note(note).text).origin,
        start=start,
        end=end,
        peaks=tuple(one.hex() for one in log.peaks(start)),
        checkpoint=note,
        consistency=tuple(one.hex() for one in proof),
        anchor=binding,
        directory=base64.b64encode(source.directory).decode(),
    )
    return _write_lines(log, encode_canonical(head), start, end)


def _write_lines(log: Journal, head: bytes, start: int, end: int) -> Iterator[bytes]:
    """Two ways over the range: nothing of it is held but the places of what is laid open."""
    yield head + b"\n"
    asked: list[tuple[int, int]] = []
    for record in read_records(log, start, end):
        yield header_of(record) + b"\n"
        if isinstance(decode_entry(record.entry), SearchMade | TrailRead):
            asked.append((record.position, len(record.commitments)))
    for position, payloads in asked:
        yield from (line + b"\n" for line in _open(log, position, payloads))


def prove_prefix(source: ExtractSource, end: int) -> tuple[str, list[bytes], Binding | None]:
    """The signed checkpoint that the first ``end`` entries are proved against: the first anchored one, else the newest."""
    log = source.journal
    binding = source.anchors.bind(source.log, end) if source.anchors is not None else None
    note = log.checkpoint()
    if binding is not None:
        anchored = decode_canonical(binding.body.encode(), Anchored)
        note = anchored.journal if source.log == "journal" else anchored.access
    size = parse_checkpoint(parse_note(note).text).size
    return note, log.consistency(end, size), binding


def header_of(record: Record) -> bytes:
    """The bytes that are hashed."""
    return encode_header(record.entry, [one.hex() for one in record.commitments])


def read_records(log: Journal, start: int, end: int) -> Iterator[Record]:
    """Records of a range, in short reads."""
    while start < end:
        records = log.records(start, min(STEP, end - start))
        if not records:
            return
        yield from records
        start = records[-1].position + 1


def _open(log: Journal, position: int, payloads: int) -> Iterator[bytes]:
    for index in range(payloads):
        opening = log.opening(position, index)
        if opening is not None:
            body = base64.b64encode(opening.body).decode()
            yield encode_canonical(Opened(position, index, opening.salt.hex(), body))


# --- verification ---


class ExtractReport(msgspec.Struct, frozen=True):
    """What was proved. ``authority``: the key that signed the directory, to be compared with the one that is known."""

    member: str
    node: str
    log: str
    start: int
    end: int
    entries: int
    opened: int
    signed_size: int
    anchored: bool
    cosigners: tuple[str, ...]
    directory: int


def verify_extract(raw: bytes, authority: bytes) -> ExtractReport:
    """Everything in the file, from its bytes and the authority's public key; raises where anything does not hold."""
    lines = raw.split(b"\n")
    if lines[-1] or any(len(line) > LINE_MAX_BYTES for line in lines):
        raise MalformedError("bad-extract", "the file was cut short, or is none of ours")
    head = _read_head(lines[0])
    directory = verify_directory(_decode(head.directory), authority)
    keys = _keys_of(head, directory)
    count = head.end - head.start
    records = [check_header(head.start + n, line) for n, line in enumerate(lines[1 : 1 + count])]
    if len(records) != count or count < 1:
        raise IntegrityError(
            "extract-cut", f"it says {count} entries and has {len(records)}", "Ask for it again."
        )
    checkpoint = _verify_range(head, lines[1 : 1 + count], keys)
    opened = [_verify_opened(line, head.start, records) for line in lines[1 + count : -1]]
    cosigners = _verify_binding(head, directory) if head.anchor is not None else ()
    return ExtractReport(
        head.member,
        head.node,
        head.log,
        head.start,
        head.end,
        count,
        len(opened),
        checkpoint.size,
        head.anchor is not None,
        cosigners,
        directory.version,
    )


class Joined(msgspec.Struct, frozen=True):
    """Entries [start, end) of a log that several verified files hold together."""

    origin: str
    start: int
    end: int


def join_extracts(reports: Sequence[ExtractReport]) -> tuple[Joined, ...]:
    """What verified files of each log hold together; raises where entries between them are in none."""
    by_log: dict[str, list[ExtractReport]] = {}
    for report in reports:
        by_log.setdefault(f"{report.member}/{report.node}/{report.log}", []).append(report)
    return tuple(_join(origin, found) for origin, found in sorted(by_log.items()))


def _join(origin: str, reports: list[ExtractReport]) -> Joined:
    first, *rest = sorted(reports, key=lambda r: r.start)
    end = first.end
    for report in rest:
        if report.start > end:
            words = f"entries {end} to {report.start} of {origin} are in none of the files"
            raise IntegrityError("extract-gap", words, "Ask for these as well, or verify each file alone.")
        end = max(end, report.end)
    return Joined(origin, first.start, end)


def _read_head(line: bytes) -> ExtractHead:
    try:
        head: ExtractHead = decode_canonical(line, ExtractHead)
    except TearlineError as error:
        raise MalformedError("bad-extract", "the file is no extract of a log") from error
    if head.format != FORMAT or head.log not in LOGS:
        raise MalformedError("bad-extract", f"a format that is not read here: {head.format[:40]!r}")
    return head


def _keys_of(head: ExtractHead, directory: Directory) -> list[Verifier]:
    record = next((m for m in directory.members.values() if m.code == head.member), None)
    base = f"{head.member}/{head.node}/{head.log}"
    if record is None or record.node != head.node or not is_of(base, head.origin):
        raise IntegrityError("extract-stranger", "the directory does not know the node that this is from")
    return [make_verifier(f"{head.member}/{head.node}/anchor", record.anchor_key)]


def _verify_range(head: ExtractHead, leaves: Sequence[bytes], keys: list[Verifier]) -> Checkpoint:
    """Peaks before the range and its leaves give a root; that root's log grew into the one that was signed."""
    frontier = make_frontier(head.start, _hashes(head.peaks))
    frontier.extend(leaves)
    checkpoint = parse_checkpoint(verify_note(head.checkpoint, keys))
    if checkpoint.origin != head.origin:
        raise IntegrityError("other-origin", "the checkpoint in it is of another log")
    verify_consistency(frontier.head(), checkpoint.head, proof=_hashes(head.consistency))
    return checkpoint


def _verify_opened(line: bytes, start: int, records: list[Record]) -> Opened:
    one: Opened = decode_canonical(line, Opened)
    at = one.position - start
    if not 0 <= at < len(records) or not 0 <= one.index < len(records[at].commitments):
        raise IntegrityError("extract-opening", "it opens a payload of an entry that is not in it")
    if commit(_unhex(one.salt), _decode(one.body)) != records[at].commitments[one.index]:
        raise IntegrityError("extract-opening", f"entry {one.position} commits to other words than these")
    return one


def _verify_binding(head: ExtractHead, directory: Directory) -> tuple[str, ...]:
    """The anchor's leaf commits to this checkpoint, stands in the anchor log, and partners cosigned that log."""
    binding = head.anchor
    if binding is None:
        return ()
    leaf = binding.leaf.encode()
    record = check_header(binding.position, leaf)
    body = binding.body.encode()
    if record.commitments != (commit(_unhex(binding.salt), body),):
        raise IntegrityError("anchor-content", "the anchor commits to other checkpoints than these")
    anchored = decode_canonical(body, Anchored)
    if head.checkpoint != (anchored.journal if head.log == "journal" else anchored.access):
        raise IntegrityError("anchor-content", "the anchor binds another checkpoint than the one in the file")
    root = Head(binding.size, _unhex(binding.root))
    verify_inclusion(leaf_hash(leaf), root, index=binding.position, proof=_hashes(binding.inclusion))
    base = f"{head.member}/{head.node}/anchor"
    origin = binding.origin or base
    if not is_of(base, origin):
        raise IntegrityError("anchor-content", "the anchor is of another node's log")
    text = print_checkpoint(Checkpoint(origin, binding.size, root.root))
    witnesses = [
        make_cosignature_verifier(f"{m.code}/{m.node}/witness", m.witness_key)
        for m in directory.members.values()
        if m.code != head.member
    ]
    lines = "".join(line if line.endswith("\n") else line + "\n" for line in binding.cosignatures)
    good = verify_signatures(text, parse_signatures(lines), witnesses) if lines else []
    return tuple(sorted({one.name for one in good}))


def _hashes(found: tuple[str, ...]) -> list[bytes]:
    return [_unhex(one) for one in found]


def _unhex(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError as error:
        raise MalformedError("bad-extract", "a hash that can't be read") from error


def _decode(text: str) -> bytes:
    try:
        return base64.b64decode(text.encode("ascii"), validate=True)
    except ValueError as error:
        raise MalformedError("bad-extract", "a part of it can't be read") from error


# --- a range of a running log ---


class RangeResult(msgspec.Struct, frozen=True):
    """What a check of a range looked at, and the first thing that does not hold (its code and words), if anything."""

    entries: int
    payloads: int
    purged: int
    code: str = ""
    words: str = ""


def check_range(
    log: Journal,
    start: int,
    end: int,
    *,
    keys: Sequence[Verifier],
    on_progress: Callable[[int], bool],
) -> RangeResult | None:
    """Recompute the hashes of a range from the bytes kept, against the signed checkpoint; None where it was ended.

    ``on_progress`` hears how many entries are done, and says whether to go on.
    """
    frontier = make_frontier(start, log.peaks(start))
    note = log.checkpoint()
    payloads = purged = 0
    for n, record in enumerate(read_records(log, start, end)):
        frontier.append(header_of(record))
        for index, commitment in enumerate(record.commitments):
            opening = log.opening(record.position, index)
            if opening is None:
                purged += 1
            elif commit(opening.salt, opening.body) != commitment:
                words = f"payload {index} of entry {record.position} is not the one that was committed to"
                return RangeResult(n + 1, payloads, purged, "payload-altered", words)
            else:
                payloads += 1
        if n % STEP == STEP - 1 and not on_progress(n + 1):
            return None
    done = frontier.size - start
    try:
        if done != end - start:
            raise IntegrityError("entry-missing", f"there are {done} entries where {end - start} should be")
        checkpoint = parse_checkpoint(verify_note(note, keys))
        verify_consistency(frontier.head(), checkpoint.head, proof=log.consistency(end, checkpoint.size))
    except TearlineError as error:
        return RangeResult(done, payloads, purged, error.code, error.message)
    return RangeResult(done, payloads, purged) if on_progress(done) else None
