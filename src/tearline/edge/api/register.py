# SPDX-License-Identifier: Apache-2.0
"""The disclosure register: what was released, to whom, on what authority; searched, paged, and saved as a file."""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar import get, post
from litestar.di import NamedDependency, Provide
from litestar.params import JSONBody, QueryParameter
from msgspec import Meta

from tearline.core.ids import ProductId
from tearline.core.instants import print_dtg, print_iso
from tearline.edge.api.caller import caller_of
from tearline.edge.api.cursors import Place
from tearline.edge.api.problems import AnyRequest, done
from tearline.edge.api.shapes import After, Limit, Names, Time, parse_names, parse_time
from tearline.node.commands import ExportedRegister, export_register
from tearline.node.gate import RegisterFilter, RegisterRow

_Short = Annotated[str, Meta(max_length=200)]
Part = Annotated[str, QueryParameter(max_length=200, description="A part of the reference, in any case.")]
One = Annotated[str, QueryParameter(max_length=100, description="Exactly this.")]


class RegisterLine(msgspec.Struct, frozen=True):
    """One line of the disclosure register. ``held``: what was released may still be recalled."""

    what: str
    reference: str
    product: str
    key: str
    revision: int
    member: str
    authority: str
    actor: str
    post: str
    at: str
    at_dtg: str
    purpose: str
    review_due: str | None
    review_due_dtg: str | None
    portions: tuple[str, ...]
    held: bool


class RegisterOut(msgspec.Struct, frozen=True):
    """A page of the register, newest first."""

    items: tuple[RegisterLine, ...]
    next: str | None


class RegisterExportIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``csv`` or ``json``, of the lines that the same filters leave."""

    form: _Short
    text: _Short = ""
    what: _Short = ""
    member: _Short = ""
    authority: _Short = ""
    since: _Short = ""
    until: _Short = ""
    key: _Short = ""


async def parse_register_filter(
    text: Part = "",
    what: Names = "",
    member: Names = "",
    authority: One = "",
    since: Time = "",
    until: Time = "",
) -> RegisterFilter:
    """The query parameters of the register."""
    return _filter(RegisterExportIn("", text, what, member, authority, since, until))


def _filter(asked: RegisterExportIn) -> RegisterFilter:
    return RegisterFilter(
        text=asked.text.strip(),
        whats=parse_names(asked.what),
        members=parse_names(asked.member),
        authority=asked.authority,
        since=parse_time(asked.since) if asked.since else None,
        until=parse_time(asked.until) if asked.until else None,
        product=_product_of(asked.key),
    )


def _product_of(key: str) -> ProductId:
    """By its key; what is no key names no product."""
    return ProductId(key.partition(".")[2] or key)


@get("/api/register", dependencies={"asked": Provide(parse_register_filter)})
async def get_register(
    request: AnyRequest,
    asked: NamedDependency[RegisterFilter],
    *,
    key: One = "",
    limit: Limit = 50,
    after: After = "",
) -> RegisterOut:
    """The disclosure register, newest first: for release and audit. ``key``: of one product."""
    asked = msgspec.structs.replace(asked, product=_product_of(key))
    caller = caller_of(request)
    place = caller.cursors.open(after, caller.session.person, asked)
    before = None if place is None else place.sort_at
    rows = await caller.list_view("register", lambda d: d.register(asked, limit + 1, before))
    page = rows[:limit]
    last = page[-1][0] if len(rows) > limit else None
    more = None if last is None else caller.cursors.seal(Place(last, 0), caller.session.person, asked)
    return RegisterOut(tuple(_register_line(caller.member, row) for _, row in page), more)


@post("/api/register/export", status_code=201)
async def save_register(data: JSONBody[RegisterExportIn], request: AnyRequest) -> ExportedRegister:
    """The filtered register as a file; on record before its first byte."""
    asked = _filter(data)
    return done(await caller_of(request).command(lambda node, a: export_register(node, a, asked, data.form)))


def _register_line(member: str, row: RegisterRow) -> RegisterLine:
    due = row.review_due
    return RegisterLine(
        row.what,
        row.reference,
        row.product,
        f"{member}.{row.product}",
        row.revision,
        row.member,
        row.authority,
        row.actor,
        row.post,
        print_iso(row.dtg),
        print_dtg(row.dtg),
        row.purpose,
        print_iso(due) if due else None,
        print_dtg(due) if due else None,
        row.portions,
        row.held,
    )


ROUTES = [get_register, save_register]
