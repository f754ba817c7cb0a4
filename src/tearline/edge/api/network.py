# SPDX-License-Identifier: Apache-2.0
"""The network as its keepers see it: members, links, lanes, agreements, what is held for whom and why; pause and resume."""

from __future__ import annotations

from typing import Any

import msgspec
from anyio.to_thread import run_sync
from litestar import get, post
from litestar.params import FromPath, JSONBody

from tearline.core.ids import Member
from tearline.core.instants import DAY, Instant, print_dtg, print_iso
from tearline.edge.api.caller import ALWAYS_UNATTENDED, Caller, caller_of, services_of
from tearline.edge.api.cursors import Place
from tearline.edge.api.problems import AnyRequest, done, found
from tearline.edge.api.products import ReceiptOut
from tearline.edge.api.services import LinkFact, Services
from tearline.edge.api.shapes import After, Done, Lang, Limit
from tearline.node.commands import pause_link, resume_link
from tearline.node.gate import DirectoryState, Duty, HeldRow, LaneState, LifeState, Partner, SentRow


class AgreementOut(msgspec.Struct, frozen=True):
    """An agreement that this member is party to."""

    id: str
    parties: tuple[str, ...]
    highest: dict[str, str]
    valid_from: str
    valid_from_dtg: str
    valid_to: str
    valid_to_dtg: str
    third_party: bool
    purge: dict[str, str]


class LinkOut(msgspec.Struct, frozen=True):
    """A link as the network side states it: what we fetch (``state``, ``last_contact``), and when the partner ``asked`` us.

    ``lanes``: lanes whose last run was refused here, with the code. Days count down to the end of the partner's certificate.
    """

    member: str
    state: str
    last_contact: str | None
    last_contact_dtg: str | None
    last_error: str
    lanes: dict[str, str]
    asked: str | None
    asked_dtg: str | None
    asked_error: str
    certificate_expires: str | None
    certificate_days: int | None


class LaneOut(msgspec.Struct, frozen=True):
    """One lane both ways. ``backlog`` and ``waiting_s``: sent and without a receipt; ``exported``: so far in bundles."""

    member: str
    lane: str
    sent: int
    acknowledged: int
    received: int
    stopped: str
    backlog: int
    waiting_s: int | None
    acknowledged_at: str | None
    arrived_at: str | None
    arrived_after_s: float | None
    exported: int


class PauseOut(msgspec.Struct, frozen=True):
    """A link that was taken off line on purpose."""

    person: str
    post: str
    since: str
    since_dtg: str
    reason: str


class LifeOut(msgspec.Struct, frozen=True):
    """Another life than the first: a node was restored, and goes on as this ``incarnation``. ``lost``: entries held here.

    Of our own: how many entries came back, and the members that have yet to answer (``awaited``).
    """

    incarnation: int
    since: str
    since_dtg: str
    lost: int
    forgot: int
    recovered: int
    awaited: tuple[str, ...]


class PartnerOut(msgspec.Struct, frozen=True):
    """A member as the directory has it. ``agreements`` are those in force: without one nothing is sent.

    ``ahead``: it claims more of our stream than there is, so nothing more is handed over for it.
    """

    code: str
    name: str
    node: str
    address: str
    policy: str
    ceiling: str
    agreements: tuple[str, ...]
    takes_bundles: bool
    paused: PauseOut | None
    life: LifeOut | None
    ahead: bool


class DirectoryOut(msgspec.Struct, frozen=True):
    """The directory in force, who vouches for it, and how long; times by the system clock."""

    version: int
    issued: str
    issued_dtg: str
    expires: str
    expires_dtg: str
    days: int
    expired: bool
    signers: tuple[str, ...]
    members: int


class HeldOut(msgspec.Struct, frozen=True):
    """Something that a member has not been sent: ``desk``, ``returned`` or ``refused``. Never a title.

    ``reference`` is for security and audit; ``key`` for an officer who sees all of the product.
    """

    member: str
    why: str
    since: str
    since_dtg: str
    reference: str
    key: str


class NetworkOut(msgspec.Struct, frozen=True):
    """``member``, ``node`` and ``life`` are ours, and so is the certificate."""

    member: str
    node: str
    certificate_expires: str | None
    certificate_days: int | None
    directory: DirectoryOut
    partners: tuple[PartnerOut, ...]
    links: tuple[LinkOut, ...]
    lanes: tuple[LaneOut, ...]
    agreements: tuple[AgreementOut, ...]
    held: tuple[HeldOut, ...]
    life: LifeOut | None
    may_switch: bool
    may_take: bool


class SentOut(msgspec.Struct, frozen=True):
    """An entry of our stream: ``waiting``, ``received`` or ``superseded``; ``code`` is the partner's own answer to it.

    ``receipts``: which of its posts displayed or acknowledged the product, beside a reference only.
    """

    lane: str
    index: int
    at: str
    at_dtg: str
    kind: str
    state: str
    code: str
    reference: str
    receipts: tuple[ReceiptOut, ...]


class SentPage(msgspec.Struct, frozen=True):
    """Newest first."""

    items: tuple[SentOut, ...]
    next: str | None


class PauseIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why; it goes on record."""

    reason: str


def _agreement(row: Any) -> AgreementOut:
    start, end = row.valid_from, row.valid_to
    return AgreementOut(
        row.id,
        tuple(row.parties),
        dict(row.highest),
        print_iso(start),
        print_dtg(start),
        print_iso(end),
        print_dtg(end),
        row.third_party,
        dict(row.purge),
    )


def _iso(at: Instant | None) -> str | None:
    return print_iso(at) if at else None


def _dtg(at: Instant | None) -> str | None:
    return print_dtg(at) if at else None


def _days(until: Instant | None, now: Instant) -> int | None:
    """Whole days that are left; below zero once it has ended."""
    return None if until is None else (until - now) // DAY


def _link(fact: LinkFact, now: Instant) -> LinkOut:
    return LinkOut(
        fact.member,
        fact.state,
        _iso(fact.last_contact),
        _dtg(fact.last_contact),
        fact.last_error,
        fact.lanes,
        _iso(fact.asked),
        _dtg(fact.asked),
        fact.asked_error,
        _iso(fact.certificate_expires),
        _days(fact.certificate_expires, now),
    )


def _lane(row: LaneState) -> LaneOut:
    return LaneOut(
        row.member,
        row.lane,
        row.sent,
        row.acknowledged,
        row.received,
        row.stopped,
        row.backlog,
        row.waiting_s,
        _iso(row.acknowledged_at),
        _iso(row.arrived_at),
        row.arrived_after_s,
        row.exported,
    )


def _partner(row: Partner) -> PartnerOut:
    pause = row.paused
    shown = (
        PauseOut(pause.person, pause.post, print_iso(pause.dtg), print_dtg(pause.dtg), pause.reason)
        if pause
        else None
    )
    return PartnerOut(
        row.code,
        row.name,
        row.node,
        row.address,
        row.policy,
        row.ceiling,
        row.agreements,
        row.takes_bundles,
        shown,
        _life(row.life),
        row.ahead,
    )


def _life(row: LifeState | None) -> LifeOut | None:
    if row is None:
        return None
    since = row.since
    return LifeOut(
        row.incarnation,
        print_iso(since),
        print_dtg(since),
        row.lost,
        row.forgot,
        row.recovered,
        tuple(row.awaited),
    )


def _directory(row: DirectoryState, now: Instant) -> DirectoryOut:
    return DirectoryOut(
        row.version,
        print_iso(row.issued_at),
        print_dtg(row.issued_at),
        print_iso(row.expires_at),
        print_dtg(row.expires_at),
        (row.expires_at - now) // DAY,
        row.expired,
        row.signers,
        row.members,
    )


def _held(row: HeldRow) -> HeldOut:
    return HeldOut(row.member, row.why, print_iso(row.since), print_dtg(row.since), row.reference, row.key)


def _sent(row: SentRow) -> SentOut:
    at = row.at
    receipts = tuple(
        ReceiptOut(r.member, r.post, r.state, print_iso(r.at), print_dtg(r.at)) for r in row.receipts
    )
    return SentOut(
        row.lane,
        row.index,
        print_iso(at),
        print_dtg(at),
        row.kind,
        row.state,
        row.code,
        row.reference,
        receipts,
    )


@get("/api/network", opt={ALWAYS_UNATTENDED: True})
async def get_network(request: AnyRequest, *, lang: Lang = "en") -> NetworkOut:
    """Members, links, both ends of every lane, agreements, what is held: for administration, security and audit.

    A page may ask by itself every few seconds: that keeps no session from being idle.
    """
    services = services_of(request)
    return await caller_of(request).list_view("lanes", lambda duty: _describe(services, duty, lang))


def _describe(services: Services, duty: Duty, lang: str) -> NetworkOut:
    now, directory = services.clock.now(), found(duty.directory())
    until = services.certificate_expires()
    return NetworkOut(
        services.config.member,
        services.config.node,
        _iso(until),
        _days(until, now),
        _directory(directory, now),
        tuple(map(_partner, duty.partners(lang))),
        tuple(_link(fact, now) for fact in services.links()),
        tuple(map(_lane, duty.lanes())),
        tuple(map(_agreement, duty.agreements())),
        tuple(map(_held, duty.held())),
        _life(duty.life()),
        duty.may("switch"),
        duty.may("directory"),
    )


@get("/api/network/{member:str}/sent")
async def list_sent(
    member: FromPath[str], request: AnyRequest, after: After = "", limit: Limit = 50
) -> SentPage:
    """What went to a member, over all lanes, newest first, and what became of each entry there."""
    caller = caller_of(request)
    asked = ["sent", member]
    place = caller.cursors.open(after, caller.session.person, asked)
    before = place.sort_at if place else None
    rows = found(await caller.list_view("held", lambda d: d.sent(Member(member), before, limit)))
    return SentPage(tuple(map(_sent, rows)), _seal_next(caller, rows, limit, asked))


def _seal_next(caller: Caller, rows: tuple[SentRow, ...], limit: int, asked: list[str]) -> str | None:
    if len(rows) < limit:
        return None
    return caller.cursors.seal(Place(rows[-1].position, 0), caller.session.person, asked)


@post("/api/network/{member:str}/pause", status_code=200)
async def pause_partner(member: FromPath[str], data: JSONBody[PauseIn], request: AnyRequest) -> Done:
    """Take the link to a member off line, both ways, FLASH too; what is released waits. For administration and security."""
    reason = data.reason
    done(await caller_of(request).command(lambda node, a: pause_link(node, a, Member(member), reason)))
    return Done()


@post("/api/network/{member:str}/resume", status_code=200)
async def resume_partner(member: FromPath[str], request: AnyRequest) -> Done:
    """Bring the link back: everything that waited goes now, highest precedence first."""
    done(await caller_of(request).command(lambda node, a: resume_link(node, a, Member(member))))
    return Done()


@post("/api/verify", status_code=200)
async def verify_node(request: AnyRequest) -> dict[str, Any]:
    """Recompute everything from the bytes on disk: for administration, security and audit."""
    services = services_of(request)
    await caller_of(request).list_view("verify", lambda _: None)
    return await run_sync(services.verify)


ROUTES = [get_network, list_sent, pause_partner, resume_partner, verify_node]
