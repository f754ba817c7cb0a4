# SPDX-License-Identifier: Apache-2.0
"""Who did what, for auditors: the trail, the proof of any entry, anchors and cosigners, checks of a range, exports."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, BinaryIO

import msgspec
from anyio.to_thread import run_sync
from litestar import delete, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from litestar.response import Stream

from tearline.core.ids import Person
from tearline.core.instants import print_dtg, print_iso
from tearline.edge.api.caller import ALWAYS_UNATTENDED, Caller, caller_of
from tearline.edge.api.checks import Check
from tearline.edge.api.cursors import Place
from tearline.edge.api.problems import AnyRequest, Problem, done, found
from tearline.edge.api.shapes import After, Done, Limit, Names, Time, parse_names, parse_time
from tearline.node.commands import export_trail
from tearline.node.gate import (
    TRAIL_KINDS,
    AnchorRow,
    Anchors,
    Proof,
    TrailFilter,
    TrailPage,
    TrailRow,
)

TEXT_MAX_CHARS = 200
PIECE_BYTES = 256 * 1024
Name = Annotated[
    str, QueryParameter(max_length=TEXT_MAX_CHARS, description="A name, as it stands in the trail.")
]


class FactOut(msgspec.Struct, frozen=True):
    """A field of an entry's header."""

    name: str
    value: str


class TrailLine(msgspec.Struct, frozen=True):
    """One entry. ``at`` is the system clock, ``dtg`` the operational one. ``searched``: words that were searched for.

    ``asked``: what a look at the trail asked for.

    ``folded``: so many reads in a row, this being the newest; ``each``: what to pass as ``after`` to have them one by one.
    """

    log: str
    position: int
    kind: str
    act: str
    at: str
    dtg: str
    person: str
    post: str
    member: str
    key: str
    reference: str
    authority: str
    pack: str
    facts: tuple[FactOut, ...]
    asked: tuple[FactOut, ...]
    searched: str
    folded: int
    each: str | None


class TrailOut(msgspec.Struct, frozen=True):
    """Newest first. A page may end before it is full: it looked through ``looked`` entries, back to ``back_to``."""

    items: tuple[TrailLine, ...]
    next: str | None
    looked: int
    back_to: str | None
    back_to_dtg: str | None


class KeyOut(msgspec.Struct, frozen=True):
    """An Ed25519 key of the directory, in base64. ``cosigns``: it is a partner's witness key."""

    name: str
    public: str
    cosigns: bool


class AnchorProof(msgspec.Struct, frozen=True):
    """The anchor that binds the checkpoint: its leaf, what that commits to, its place, and cosignatures of that anchor log."""

    origin: str
    position: int
    leaf: str
    salt: str
    body: str
    size: int
    root: str
    path: tuple[str, ...]
    cosignatures: tuple[str, ...]


class ProofOut(msgspec.Struct, frozen=True):
    """That an entry stands in a log: hashes (hexadecimal) from its leaf to the root in ``checkpoint``, a signed note."""

    log: str
    position: int
    header: str
    size: int
    path: tuple[str, ...]
    checkpoint: str
    anchor: AnchorProof | None
    keys: tuple[KeyOut, ...]


class CosignerOut(msgspec.Struct, frozen=True):
    """A partner that saw the anchor log at this size, and when it says it did."""

    member: str
    at: str
    at_dtg: str


class AnchorOut(msgspec.Struct, frozen=True):
    """The anchor log at a size: how many entries of either log it binds, and who cosigned it."""

    size: int
    journal: int
    access: int
    cosigners: tuple[CosignerOut, ...]


class WitnessOut(msgspec.Struct, frozen=True):
    """The newest size that a partner vouched for; none where it never did."""

    member: str
    size: int
    at: str | None
    at_dtg: str | None


class AnchorsOut(msgspec.Struct, frozen=True):
    """Ticks so far, entries bound by the last of them, entries there are, witnesses, and the newest cosigned sizes."""

    size: int
    journal: int
    access: int
    journal_size: int
    access_size: int
    witnesses: tuple[WitnessOut, ...]
    items: tuple[AnchorOut, ...]


class RangeIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Entries [start, end) of ``journal`` or ``access``. ``end`` 0: up to the newest."""

    log: str
    start: int = 0
    end: int = 0


class CheckOut(msgspec.Struct, frozen=True):
    """A check of a range: ``running``, ``holds``, ``broken`` (``code`` and ``words`` say what), ``ended`` or ``failed``."""

    id: str
    log: str
    start: int
    end: int
    done: int
    state: str
    payloads: int
    purged: int
    code: str
    words: str


def _line(caller: Caller, row: TrailRow, asked: list[object]) -> TrailLine:
    each = None
    if row.folded > 1 and row.before is not None:
        each = caller.cursors.seal(Place(*row.before), caller.session.person, asked)
    return TrailLine(
        row.log,
        row.position,
        row.kind,
        row.act,
        print_iso(row.at),
        print_dtg(row.dtg),
        row.person,
        row.post,
        row.member,
        row.key,
        row.reference,
        row.authority,
        row.pack,
        tuple(FactOut(*fact) for fact in row.facts),
        tuple(FactOut(*fact) for fact in row.asked),
        row.searched,
        row.folded,
        each,
    )


async def parse_named(
    person: Name = "", post: Name = "", product: Name = "", member: Name = ""
) -> TrailFilter:
    """Whom and what entries are to name."""
    return TrailFilter(person, post, product, member)


async def parse_acts(kind: Names = "", since: Time = "", until: Time = "") -> TrailFilter:
    """Which kinds of act, and when."""
    kinds = parse_names(kind)
    if not set(kinds) <= TRAIL_KINDS:
        raise Problem("bad-query", f"A kind of act is one of: {', '.join(sorted(TRAIL_KINDS))}.")
    start, end = (parse_time(text) if text else None for text in (since, until))
    return TrailFilter(kinds=kinds, since=start, until=end)


@get("/api/trail", dependencies={"named": Provide(parse_named), "acts": Provide(parse_acts)})
async def get_trail(
    request: AnyRequest,
    named: NamedDependency[TrailFilter],
    acts: NamedDependency[TrailFilter],
    *,
    after: After = "",
    limit: Limit = 50,
    fold: FromQuery[bool] = False,
) -> TrailOut:
    """Who wrote, released, read, searched what, newest first: for auditors. Each look is on record.

    ``fold``: a person's reads in a row within a minute are one line.
    """
    wanted = msgspec.structs.replace(named, kinds=acts.kinds, since=acts.since, until=acts.until)
    caller = caller_of(request)
    asked = ["trail", msgspec.to_builtins(wanted)]
    place = caller.cursors.open(after, caller.session.person, asked)
    before = (place.sort_at, place.tie) if place else None
    page = await caller.list_view("trail", lambda duty: duty.trail(wanted, before, limit, fold=fold))
    return _page(caller, page, asked)


def _page(caller: Caller, page: TrailPage, asked: list[object]) -> TrailOut:
    following = None
    if page.next is not None:
        following = caller.cursors.seal(Place(*page.next), caller.session.person, asked)
    back = page.back_to
    return TrailOut(
        tuple(_line(caller, row, asked) for row in page.rows),
        following,
        page.looked,
        print_iso(back) if back is not None else None,
        print_dtg(back) if back is not None else None,
    )


@get("/api/trail/{log:str}/{position:int}")
async def prove_entry(log: FromPath[str], position: FromPath[int], request: AnyRequest) -> ProofOut:
    """That one entry stands where it stands, so that a browser can recompute it: for auditors."""
    proof = await caller_of(request).list_view("trail", lambda duty: duty.prove(log, position))
    return _proof(found(proof))


def _proof(proof: Proof) -> ProofOut:
    binding = proof.anchor
    anchor = None
    if binding is not None:
        anchor = AnchorProof(
            proof.anchor_origin,
            binding.position,
            binding.leaf,
            binding.salt,
            binding.body,
            binding.size,
            binding.root,
            binding.inclusion,
            binding.cosignatures,
        )
    keys = tuple(KeyOut(key.name, key.public, key.cosigns) for key in proof.keys)
    return ProofOut(
        proof.log,
        proof.position,
        proof.header,
        proof.size,
        proof.path,
        proof.checkpoint,
        anchor,
        keys,
    )


@get("/api/anchors", opt={ALWAYS_UNATTENDED: True})
async def list_anchors(request: AnyRequest, limit: Limit = 20) -> AnchorsOut:
    """Anchors and who cosigned them: for audit, security and administration."""
    caller = caller_of(request)
    anchors, sizes = await caller.list_view("verify", lambda duty: (duty.anchors(limit), duty.log_sizes()))
    return _anchors(anchors, sizes)


def _anchors(anchors: Anchors, sizes: tuple[int, int]) -> AnchorsOut:
    witnesses = [
        WitnessOut(member, size, print_iso(at), print_dtg(at))
        for member, (size, at) in sorted(anchors.newest.items())
    ]
    witnesses += [WitnessOut(member, 0, None, None) for member in anchors.silent]
    return AnchorsOut(
        anchors.size,
        anchors.journal,
        anchors.access,
        *sizes,
        tuple(witnesses),
        tuple(map(_anchor, anchors.rows)),
    )


def _anchor(row: AnchorRow) -> AnchorOut:
    seen = tuple(CosignerOut(c.member, print_iso(c.at), print_dtg(c.at)) for c in row.cosigners)
    return AnchorOut(row.size, row.journal, row.access, seen)


@post("/api/checks", status_code=201)
async def begin_check(data: JSONBody[RangeIn], request: AnyRequest) -> CheckOut:
    """Recompute a range of a log from the bytes kept. It runs by itself: ask how far it is, or end it."""
    caller = caller_of(request)
    work = await caller.list_view("verify", lambda duty: duty.range_check(data.log, data.start, data.end))
    if work is None:
        raise Problem("no-such-range")
    end, run = work
    check = Check(caller.session.person, data.log, data.start, end)
    return _check(caller.checks.begin(check, run))


@get("/api/checks/{check_id:str}", opt={ALWAYS_UNATTENDED: True})
async def get_check(check_id: FromPath[str], request: AnyRequest) -> CheckOut:
    """How far one's own check is, or what it found."""
    return _check(_own_check(caller_of(request), check_id))


@delete("/api/checks/{check_id:str}", status_code=200)
async def end_check(check_id: FromPath[str], request: AnyRequest) -> Done:
    """End one's own check."""
    _own_check(caller_of(request), check_id).stop()
    return Done()


def _own_check(caller: Caller, check_id: str) -> Check:
    return found(caller.checks.find(check_id, Person(caller.session.person)))


def _check(check: Check) -> CheckOut:
    result = check.result
    return CheckOut(
        check.id,
        check.log,
        check.start,
        check.end,
        check.end - check.start if check.state == "holds" else check.done,
        check.state,
        result.payloads if result else 0,
        result.purged if result else 0,
        result.code if result else "",
        result.words if result else "",
    )


@post("/api/trail/exports", status_code=200)
async def export_range(data: JSONBody[RangeIn], request: AnyRequest) -> Stream:
    """A range as a file that verifies by itself (``tearline verify FILE``), on record before its first byte: for auditors.

    Its name stands in ``Content-Disposition``, its SHA-256 in hexadecimal digits in ``X-Tearline-SHA256``.
    """
    caller = caller_of(request)
    made = done(await caller.command(lambda node, a: export_trail(node, a, data.log, data.start, data.end)))
    name = f"{caller.member}-{made.log}-{made.start}-{made.end}.tearline-trail"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Tearline-SHA256": made.sha256}
    return Stream(_deliver(made.file), media_type="application/octet-stream", headers=headers)


async def _deliver(file: BinaryIO) -> AsyncIterator[bytes]:
    with file:
        while piece := await run_sync(file.read, PIECE_BYTES):
            yield piece


ROUTES = [get_trail, prove_entry, list_anchors, begin_check, get_check, end_check, export_range]
