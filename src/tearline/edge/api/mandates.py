# SPDX-License-Identifier: Apache-2.0
"""Standing rules and delegations: listed, tried without effect, made under one's own, and ended."""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar import get, post
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from tearline.core.ids import Post
from tearline.core.instants import Instant, print_dtg, print_iso
from tearline.edge.api.caller import caller_of
from tearline.edge.api.problems import AnyRequest, done
from tearline.edge.api.reviewing import OriginalOut, encode_original
from tearline.edge.api.shapes import Done, parse_time
from tearline.node.commands import (
    DelegationState,
    DraftDelegation,
    DraftRule,
    RuleState,
    WouldRelease,
    issue_rule,
    redelegate,
    withdraw_mandate,
)

_Name = Annotated[str, Meta(max_length=100)]
_Names = Annotated[tuple[_Name, ...], Meta(max_length=64)]


class RuleIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A standing rule under a delegation of one's own, from now until ``valid_to`` (UTC)."""

    name: _Name
    delegation: _Name
    kinds: _Names
    highest: _Name
    audience: _Names
    condition: _Name
    valid_to: _Name


class DelegationIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part of a delegation of one's own for another post; its releases are reviewed within ``review_h`` hours."""

    name: _Name
    under: _Name
    to: _Name
    kinds: _Names
    highest: _Name
    audience: _Names
    valid_to: _Name
    review_h: int = 24


class MandateOut(msgspec.Struct, frozen=True, kw_only=True):
    """A delegation; ``held``: by the post acted for; ``ours``: made by it, so it may end it."""

    id: str
    name: str
    agreement: str
    issued_by: str
    to: str
    kinds: tuple[str, ...]
    highest: str
    audience: tuple[str, ...]
    members: tuple[str, ...]
    valid_from: str
    valid_from_dtg: str
    valid_to: str
    valid_to_dtg: str
    review_h: int
    review_by: str
    may_redelegate: bool
    under: str
    approvals: int
    in_force: bool
    held: bool
    ours: bool


class RuleOut(msgspec.Struct, frozen=True, kw_only=True):
    """A standing rule; ``ours``: under a delegation of the post acted for. ``exempt``: a portion kind let through higher."""

    id: str
    name: str
    delegation: str
    kinds: tuple[str, ...]
    highest: str
    audience: tuple[str, ...]
    members: tuple[str, ...]
    condition: str
    valid_from: str
    valid_from_dtg: str
    valid_to: str
    valid_to_dtg: str
    exempt: str
    in_force: bool
    ours: bool


class KindOut(msgspec.Struct, frozen=True):
    """A kind of product, and whether it has fields alone."""

    name: str
    fields_only: bool


class MandatesOut(msgspec.Struct, frozen=True):
    """All that releases here, and what a new rule or delegation can be made of. ``levels``: lowest first."""

    delegations: tuple[MandateOut, ...]
    rules: tuple[RuleOut, ...]
    kinds: tuple[KindOut, ...]
    levels: tuple[str, ...]
    audiences: tuple[str, ...]
    posts: tuple[str, ...]
    now: str


class BecameOut(msgspec.Struct, frozen=True):
    """What became of it for this member without the rule: released, returned, refused, waiting or nothing."""

    member: str
    what: str


class WouldOut(msgspec.Struct, frozen=True, kw_only=True):
    """A product that the rule would have released, and to whom."""

    key: str
    reference: str
    kind: str
    title: OriginalOut | None
    filed: str
    filed_dtg: str
    became: tuple[BecameOut, ...]


class TriedOut(msgspec.Struct, frozen=True):
    """A dry run; nothing was released. ``looked``: products looked at, of those this officer sees whole."""

    since: str
    since_dtg: str
    looked: int
    products: tuple[WouldOut, ...]


@get("/api/mandates")
async def get_mandates(request: AnyRequest) -> MandatesOut:
    """Delegations and standing rules, issued first first: for release, audit, administration, security."""
    caller = caller_of(request)
    found = await caller.list_view("mandates", lambda d: d.mandates())
    return MandatesOut(
        tuple(map(_delegation, found.delegations)),
        tuple(map(_rule, found.rules)),
        tuple(KindOut(k.name, k.fields_only) for k in found.kinds),
        found.levels,
        found.audiences,
        found.posts,
        print_iso(caller.services.clock.dtg()),
    )


@post("/api/rules/try", status_code=200)
async def try_standing_rule(data: JSONBody[RuleIn], request: AnyRequest) -> TriedOut:
    """What this rule would have released over the last month. Nothing is released or recorded."""
    caller, draft = caller_of(request), _draft_rule(data)
    tried = done(await caller.serve(lambda d: d.try_rule(draft)))
    products = tuple(_would(caller.member, product) for product in tried.products)
    return TriedOut(print_iso(tried.since), print_dtg(tried.since), tried.looked, products)


@post("/api/rules", status_code=201)
async def make_rule(data: JSONBody[RuleIn], request: AnyRequest) -> Done:
    """Put a standing rule in force, under a delegation of the post acted for."""
    draft = _draft_rule(data)
    done(await caller_of(request).command(lambda node, a: issue_rule(node, a, draft)))
    return Done()


@post("/api/delegations", status_code=201)
async def make_delegation(data: JSONBody[DelegationIn], request: AnyRequest) -> Done:
    """Pass on a part of a delegation of the post acted for."""
    draft = DraftDelegation(
        data.name,
        data.under,
        Post(data.to),
        data.kinds,
        data.highest,
        data.audience,
        Instant(parse_time(data.valid_to)),
        data.review_h,
    )
    done(await caller_of(request).command(lambda node, a: redelegate(node, a, draft)))
    return Done()


@post("/api/mandates/{mandate:str}/withdraw", status_code=200)
async def end_mandate(mandate: FromPath[str], request: AnyRequest) -> Done:
    """End a rule or a delegation of one's own; what hangs on it is suspended at once."""
    done(await caller_of(request).command(lambda node, a: withdraw_mandate(node, a, mandate)))
    return Done()


def _draft_rule(data: RuleIn) -> DraftRule:
    return DraftRule(
        data.name,
        data.delegation,
        data.kinds,
        data.highest,
        data.audience,
        data.condition,
        parse_time(data.valid_to),
    )


def _delegation(state: DelegationState) -> MandateOut:
    d = state.delegation
    return MandateOut(
        id=d.id,
        name=d.name,
        agreement=d.agreement,
        issued_by=d.issued_by,
        to=d.to,
        kinds=d.kinds,
        highest=d.highest,
        audience=d.audience,
        members=state.members,
        valid_from=print_iso(d.valid_from),
        valid_from_dtg=print_dtg(d.valid_from),
        valid_to=print_iso(d.valid_to),
        valid_to_dtg=print_dtg(d.valid_to),
        review_h=d.review_h,
        review_by=d.review_by,
        may_redelegate=d.may_redelegate,
        under=d.under,
        approvals=d.approvals,
        in_force=state.in_force,
        held=state.held,
        ours=state.ours,
    )


def _rule(state: RuleState) -> RuleOut:
    r = state.rule
    exempt = (
        f"{r.exemption.kind}: {r.exemption.highest}, {', '.join(r.exemption.members)}" if r.exemption else ""
    )
    return RuleOut(
        id=r.id,
        name=r.name,
        delegation=r.delegation,
        kinds=r.kinds,
        highest=r.highest,
        audience=r.audience,
        members=state.members,
        condition=r.condition,
        valid_from=print_iso(r.valid_from),
        valid_from_dtg=print_dtg(r.valid_from),
        valid_to=print_iso(r.valid_to),
        valid_to_dtg=print_dtg(r.valid_to),
        exempt=exempt,
        in_force=state.in_force,
        ours=state.ours,
    )


def _would(member: str, product: WouldRelease) -> WouldOut:
    envelope = product.envelope
    return WouldOut(
        key=f"{member}.{envelope.product}",
        reference=envelope.reference,
        kind=envelope.kind,
        title=encode_original(product.title) if product.title else None,
        filed=print_iso(envelope.filed_at),
        filed_dtg=print_dtg(envelope.filed_at),
        became=tuple(BecameOut(m, what) for m, what in product.became),
    )


ROUTES = [get_mandates, try_standing_rule, make_rule, make_delegation, end_mandate]
