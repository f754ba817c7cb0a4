# SPDX-License-Identifier: Apache-2.0
"""Delegations: on whose authority what may be released, and which of it holds now."""

from __future__ import annotations

import msgspec
from litestar import get

from tearline.core.instants import print_dtg, print_iso
from tearline.edge.api.caller import caller_of
from tearline.edge.api.problems import AnyRequest
from tearline.node.gate import DelegationLine


class DelegationOut(msgspec.Struct, frozen=True, kw_only=True):
    """``highest`` is a classification of the issuing member's policy; ``rules`` are the standing rules under it."""

    id: str
    name: str
    agreement: str
    issued_by: str
    to: str
    kinds: tuple[str, ...]
    highest: str
    audience: tuple[str, ...]
    valid_from: str
    valid_from_dtg: str
    valid_to: str
    valid_to_dtg: str
    review_h: int
    review_by: str
    may_redelegate: bool
    under: str
    approvals: int
    holds: bool
    rules: tuple[str, ...]


class DelegationsOut(msgspec.Struct, frozen=True):
    """By their ids."""

    items: tuple[DelegationOut, ...]


def _delegation(line: DelegationLine) -> DelegationOut:
    d = line.delegation
    return DelegationOut(
        id=d.id,
        name=d.name,
        agreement=d.agreement,
        issued_by=d.issued_by,
        to=d.to,
        kinds=d.kinds,
        highest=d.highest,
        audience=d.audience,
        valid_from=print_iso(d.valid_from),
        valid_from_dtg=print_dtg(d.valid_from),
        valid_to=print_iso(d.valid_to),
        valid_to_dtg=print_dtg(d.valid_to),
        review_h=d.review_h,
        review_by=d.review_by,
        may_redelegate=d.may_redelegate,
        under=d.under,
        approvals=d.approvals,
        holds=line.holds,
        rules=line.rules,
    )


@get("/api/delegations")
async def list_delegations(request: AnyRequest) -> DelegationsOut:
    """For release, administration, security and audit."""
    rows = await caller_of(request).list_view("delegations", lambda duty: duty.delegations())
    return DelegationsOut(tuple(map(_delegation, rows)))


ROUTES = [list_delegations]
