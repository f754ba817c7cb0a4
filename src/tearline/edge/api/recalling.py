# SPDX-License-Identifier: Apache-2.0
"""Recall a product of one's own: its reach before, and the order. How it stands at partners is a listed view (records)."""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar import get, post
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from tearline.core.ids import Member
from tearline.core.instants import print_dtg, print_iso
from tearline.edge.api.caller import caller_of
from tearline.edge.api.problems import AnyRequest, done, found
from tearline.edge.api.products import ReceiptOut
from tearline.node.commands import RecallReach, recall_product
from tearline.node.gate import ProductActs

_Name = Annotated[str, Meta(max_length=100)]


class HolderOut(msgspec.Struct, frozen=True, kw_only=True):
    """A member that holds a share now. ``purge``: at_once, or confirm by its security officer; '' without agreement.

    ``reference``: by which it knows the product. ``released`` is empty where the member gave back after a loss what it had
    been sent.
    """

    member: str
    reference: str
    released: str
    released_dtg: str
    authority: str
    agreement: str
    purge: str
    portions: tuple[str, ...]
    receipts: tuple[ReceiptOut, ...]


class CopyHereOut(msgspec.Struct, frozen=True):
    """A print or export made at this node, not recorded destroyed."""

    copy: int
    post: str
    at: str
    at_dtg: str


class ReachHereOut(msgspec.Struct, frozen=True, kw_only=True):
    """Who would be reached. Copies at partners stand in their destruction records."""

    reference: str
    author: str
    holders: tuple[HolderOut, ...]
    withdrawn: tuple[str, ...]
    waiting: tuple[str, ...]
    copies: tuple[CopyHereOut, ...]
    derived: tuple[str, ...]


class RecallIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From which members, and why: error, source, policy, spill, superseded or other."""

    members: Annotated[tuple[_Name, ...], Meta(max_length=512)]
    purpose: _Name


class RecalledOut(msgspec.Struct, frozen=True):
    """Members to which the recall travels now."""

    key: str
    reference: str
    members: tuple[str, ...]


@get("/api/products/{key:str}/acts")
async def get_acts(key: FromPath[str], request: AnyRequest) -> ProductActs:
    """What this person may do with a product they see, or answer for."""
    return found(await caller_of(request).serve(lambda d: d.acts(key)))


@get("/api/products/{key:str}/reach")
async def get_reach(key: FromPath[str], request: AnyRequest) -> ReachHereOut:
    """Whom a recall would reach: for the product's author and for officers, as long as they see all of it."""
    return _reach(found(await caller_of(request).serve(lambda d: d.reach(key))))


@post("/api/products/{key:str}/recall", status_code=200)
async def recall(key: FromPath[str], data: JSONBody[RecallIn], request: AnyRequest) -> RecalledOut:
    """Recall all of it from members that hold it. It can't be undone."""
    members = tuple(map(Member, data.members))
    made = done(
        await caller_of(request).command(lambda node, a: recall_product(node, a, key, members, data.purpose))
    )
    return RecalledOut(made.key, made.reference, made.members)


def _reach(reach: RecallReach) -> ReachHereOut:
    return ReachHereOut(
        reference=reach.reference,
        author=reach.author,
        holders=tuple(
            HolderOut(
                member=h.member,
                reference=h.reference,
                released=print_iso(h.released_at) if h.released_at else "",
                released_dtg=print_dtg(h.released_at) if h.released_at else "",
                authority=h.authority,
                agreement=h.agreement,
                purge=h.purge,
                portions=h.portions,
                receipts=tuple(
                    ReceiptOut(r.member, r.post, r.state, print_iso(r.at), print_dtg(r.at))
                    for r in h.receipts
                ),
            )
            for h in reach.holders
        ),
        withdrawn=reach.withdrawn,
        waiting=reach.waiting,
        copies=tuple(CopyHereOut(c.copy, c.post, print_iso(c.at), print_dtg(c.at)) for c in reach.copies),
        derived=reach.derived,
    )


ROUTES = [get_acts, get_reach, recall]
