# SPDX-License-Identifier: Apache-2.0
"""Proofs about a node's own logs, for auditors (A2): that an entry stands where it stands, and who vouched for that.

What is handed out can be checked by whoever holds the directory's keys, without trusting this node: exact bytes, hashes,
signed notes. A browser does it step by step (web/src/lib/features/audit).
"""

from __future__ import annotations

import base64
from collections.abc import Callable

import msgspec

from tearline.core.ids import Member
from tearline.core.instants import SECOND, Instant
from tearline.core.log import (
    make_verifier,
    parse_checkpoint,
    parse_note,
    parse_signatures,
    read_cosignature_time,
)
from tearline.node.journal import (
    Binding,
    ExtractSource,
    Journal,
    RangeResult,
    check_range,
    header_of,
    prove_prefix,
    read_size,
)
from tearline.node.node import Node


class KnownKey(msgspec.Struct, frozen=True):
    """A key of the directory: whose signature a note or a cosignature is to be checked against. ``public`` is base64."""

    name: str
    public: str
    cosigns: bool


class Proof(msgspec.Struct, frozen=True):
    """That an entry stands in a log. ``header``: its exact bytes; ``path``: hashes from its leaf to the root in ``checkpoint``.

    ``anchor`` binds that checkpoint to the anchor log that partners cosigned; None until the next tick.
    """

    log: str
    position: int
    header: str
    size: int
    path: tuple[str, ...]
    checkpoint: str
    anchor: Binding | None
    anchor_origin: str
    keys: tuple[KnownKey, ...]


class Cosigner(msgspec.Struct, frozen=True):
    """A partner that saw the anchor log at a size, and when it says it did."""

    member: Member
    at: Instant


class AnchorRow(msgspec.Struct, frozen=True):
    """The anchor log at a size that partners cosigned: how many entries of either log it binds."""

    size: int
    journal: int
    access: int
    cosigners: tuple[Cosigner, ...]


class Anchors(msgspec.Struct, frozen=True):
    """The anchor log now, and its newest cosigned sizes. ``newest``: by partner, the newest size that it vouched for."""

    size: int
    journal: int
    access: int
    newest: dict[Member, tuple[int, Instant]]
    silent: tuple[Member, ...]
    rows: tuple[AnchorRow, ...]


RangeCheck = Callable[[Callable[[int], bool]], RangeResult | None]
"""Checks a range; the argument hears how many entries are done, and says whether to go on. None: it was ended."""


def log_of(node: Node, log: str) -> Journal | None:
    """A log by its name."""
    return {"journal": node.journal, "access": node.access}.get(log)


def source_of(node: Node, log: str) -> ExtractSource:
    """What a proof or an extract is made from."""
    found = node.access if log == "access" else node.journal
    return ExtractSource(
        found, log, node.anchors, node.signed_directory(), str(node.member), node.settings.node
    )


def prove_entry(node: Node, log: str, position: int) -> Proof | None:
    """The proof of one entry against the first checkpoint that is anchored and has it, else against the newest."""
    node.flush_access()
    journal = log_of(node, log)
    if journal is None or not 0 <= position < journal.size():
        return None
    record = journal.records(position, 1)[0]
    note, _, binding = prove_prefix(source_of(node, log), position + 1)
    size = parse_checkpoint(parse_note(note).text).size
    return Proof(
        log,
        position,
        header_of(record).decode(),
        size,
        tuple(one.hex() for one in journal.inclusion(position, size)),
        note,
        binding,
        node.anchors.origin if node.anchors is not None else f"{node.member}/{node.settings.node}/anchor",
        tuple(list_keys(node)),
    )


def list_keys(node: Node) -> list[KnownKey]:
    """Our anchor key, and every partner's witness key."""
    own = node.directory.members[node.member]
    found = [KnownKey(f"{own.code}/{own.node}/anchor", _base64(own.anchor_key), cosigns=False)]
    found += [
        KnownKey(f"{m.code}/{m.node}/witness", _base64(m.witness_key), cosigns=True)
        for m in sorted(node.directory.members.values(), key=lambda m: m.code)
        if m.code != node.member
    ]
    return found


def make_range_check(node: Node, log: str, start: int, end: int) -> tuple[int, RangeCheck] | None:
    """Recomputes a range of a log from the bytes kept, up to its end; None where there is no such range."""
    node.flush_access()
    journal = log_of(node, log)
    last = end or (journal.size() if journal is not None else 0)
    if journal is None or not 0 <= start < last <= journal.size():
        return None
    record = node.directory.members[node.member]
    keys = [make_verifier(f"{node.member}/{record.node}/anchor", record.anchor_key)]
    return last, lambda on_progress: check_range(journal, start, last, keys=keys, on_progress=on_progress)


def list_anchors(node: Node, limit: int) -> Anchors:
    """The newest anchors that somebody cosigned, newest first."""
    log = node.anchors
    partners = [m for m in sorted(node.directory.members) if m != node.member]
    if log is None or not log.size():
        return Anchors(0, 0, 0, {}, tuple(partners), ())
    by_size: dict[int, list[Cosigner]] = {}
    newest: dict[Member, tuple[int, Instant]] = {}
    for one in log.cosignatures():
        member = Member(one.name.partition("/")[0])
        seen = Cosigner(member, Instant(read_cosignature_time(parse_signatures(one.line)[0]) * SECOND))
        by_size.setdefault(one.size, []).append(seen)
        newest[member] = (one.size, seen.at)
    last = log.anchored(log.size() - 1)
    rows = []
    for size in sorted(by_size, reverse=True)[:limit]:
        anchored = log.anchored(size - 1)
        found = tuple(sorted(by_size[size], key=lambda c: c.member))
        rows.append(AnchorRow(size, read_size(anchored, "journal"), read_size(anchored, "access"), found))
    silent = tuple(m for m in partners if m not in newest)
    return Anchors(
        log.size(), read_size(last, "journal"), read_size(last, "access"), newest, silent, tuple(rows)
    )


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
