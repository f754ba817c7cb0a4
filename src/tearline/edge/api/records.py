# SPDX-License-Identifier: Apache-2.0
"""Listed views of headers for duties: recalls, withdrawals, notices, quarantine; and backfill."""

from __future__ import annotations

import msgspec
from litestar import get, post
from litestar.params import FromPath, JSONBody

from tearline.core.instants import print_dtg, print_iso
from tearline.edge.api.caller import caller_of
from tearline.edge.api.problems import AnyRequest, done
from tearline.edge.api.shapes import parse_time
from tearline.node.commands import backfill, confirm_purge
from tearline.node.gate import RecallStatus


class RecordOut(msgspec.Struct, frozen=True):
    """A member's destruction record: what, when, on whose authority, and what remains."""

    at: str
    at_dtg: str
    authority: str
    what: tuple[str, ...]
    copies: tuple[str, ...]
    derived: tuple[str, ...]


class RecallLine(msgspec.Struct, frozen=True):
    """A recall of ours at one member: ``sent``, ``amber`` (copies remain) or ``destroyed``."""

    key: str
    reference: str
    product: str
    member: str
    lost: tuple[str, ...]
    at: str
    at_dtg: str
    state: str
    records: tuple[RecordOut, ...]


class RecallsOut(msgspec.Struct, frozen=True):
    """Recalls, oldest first."""

    items: tuple[RecallLine, ...]


class WithdrawalLine(msgspec.Struct, frozen=True):
    """What a partner withdrew here, and whether its bytes are gone."""

    key: str
    member: str
    reference: str
    lost: tuple[str, ...]
    authority: str
    at: str
    at_dtg: str
    purged: bool


class WithdrawalsOut(msgspec.Struct, frozen=True):
    """Withdrawals, oldest first."""

    items: tuple[WithdrawalLine, ...]


class ToldLine(msgspec.Struct, frozen=True):
    """Who was told of a withdrawal."""

    reference: str
    portions: tuple[str, ...]
    persons: tuple[str, ...]
    posts: tuple[str, ...]
    at: str
    at_dtg: str


class ToldOut(msgspec.Struct, frozen=True):
    """Notices given, oldest first."""

    items: tuple[ToldLine, ...]


class QuarantineLine(msgspec.Struct, frozen=True):
    """An entry kept sealed."""

    member: str
    lane: str
    position: int
    code: str


class QuarantineOut(msgspec.Struct, frozen=True):
    """What is kept sealed, with the reason."""

    items: tuple[QuarantineLine, ...]


class PurgedOut(msgspec.Struct, frozen=True):
    """How many withdrawals of the product were purged now."""

    purged: int


class BackfillIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Holdings filed before this time."""

    before: str
    dry_run: bool


class BackfillOut(msgspec.Struct, frozen=True):
    """How many products each member would get, or got, and under which rules."""

    members: dict[str, int]
    rules: dict[str, int]
    dry_run: bool


def _recall_line(member: str, row: RecallStatus) -> RecallLine:
    records = tuple(
        RecordOut(print_iso(r.at), print_dtg(r.at), r.authority, r.what, r.copies, r.derived)
        for r in row.records
    )
    at = row.at
    key = f"{member}.{row.product}"
    return RecallLine(
        key,
        row.reference,
        row.product,
        row.member,
        row.lost,
        print_iso(at),
        print_dtg(at),
        row.state,
        records,
    )


@get("/api/recalls")
async def list_recalls(request: AnyRequest) -> RecallsOut:
    """How our recalls stand at partners."""
    caller = caller_of(request)
    rows = await caller.list_view("recalls", lambda d: d.recalls())
    return RecallsOut(tuple(_recall_line(caller.member, row) for row in rows))


@get("/api/withdrawals")
async def list_withdrawals(request: AnyRequest) -> WithdrawalsOut:
    """What partners withdrew here."""
    rows = await caller_of(request).list_view("withdrawals", lambda d: d.withdrawals())
    return WithdrawalsOut(
        tuple(
            WithdrawalLine(
                w.key, w.member, w.reference, w.lost, w.authority, print_iso(w.at), print_dtg(w.at), w.purged
            )
            for w in rows
        )
    )


@post("/api/withdrawals/{key:str}/confirm", status_code=200)
async def confirm_withdrawal(key: FromPath[str], request: AnyRequest) -> PurgedOut:
    """The security officer confirms: the bytes go, then the destruction record is made."""
    return PurgedOut(done(await caller_of(request).command(lambda node, a: confirm_purge(node, a, key))))


@get("/api/notices")
async def list_notices(request: AnyRequest) -> ToldOut:
    """Who was told of what withdrawal."""
    rows = await caller_of(request).list_view("notices", lambda d: d.notices())
    return ToldOut(
        tuple(
            ToldLine(n.reference, n.portions, n.persons, n.posts, print_iso(n.at), print_dtg(n.at))
            for n in rows
        )
    )


@get("/api/quarantine")
async def list_quarantine(request: AnyRequest) -> QuarantineOut:
    """Entries kept sealed, with the reason."""
    rows = await caller_of(request).list_view("quarantine", lambda d: d.quarantine())
    return QuarantineOut(tuple(QuarantineLine(*row) for row in rows))


@post("/api/backfill", status_code=200)
async def run_backfill(data: JSONBody[BackfillIn], request: AnyRequest) -> BackfillOut:
    """Release holdings under standing rules to members that don't have them; a dry run counts first."""
    before = parse_time(data.before)
    made = done(
        await caller_of(request).command(
            lambda node, a: backfill(node, a, before=before, dry_run=data.dry_run)
        )
    )
    return BackfillOut({str(m): n for m, n in made.members.items()}, made.rules, made.dry_run)


ROUTES = [
    list_recalls,
    list_withdrawals,
    confirm_withdrawal,
    list_notices,
    list_quarantine,
    run_backfill,
]
