# SPDX-License-Identifier: Apache-2.0
"""Bundles: a member's stream as a file to carry, a partner's file brought in, and which there were."""

from __future__ import annotations

import base64

import msgspec
from litestar import get, post
from litestar.params import FromPath, JSONBody

from tearline.core.errors import TearlineError
from tearline.core.ids import Member
from tearline.core.instants import Instant, print_dtg, print_iso
from tearline.edge.api.caller import VIEW_FIRST, caller_of, services_of
from tearline.edge.api.problems import AnyRequest, Problem, done
from tearline.edge.api.services import BUNDLE_MAX_BYTES, Services
from tearline.edge.api.uploads import read_file
from tearline.node.commands import export_bundle, import_bundle
from tearline.node.gate import BundleRow
from tearline.node.ports import Courier


class RangeOut(msgspec.Struct, frozen=True):
    """Entries [start, end) of a lane."""

    lane: str
    start: int
    end: int


class BundleIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where it begins: ``acknowledged`` (no receipt yet), ``exported`` (in no bundle yet: one-way links), or ``start``."""

    since: str = "acknowledged"


class BundleOut(msgspec.Struct, frozen=True):
    """A file to carry; ``file`` is base64. ``more``: what is left needs another one."""

    name: str
    member: str
    sha256: str
    made: str
    made_dtg: str
    lanes: tuple[RangeOut, ...]
    entries: int
    more: bool
    file: str


class BroughtIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The bytes of a bundle as base64."""

    file: str


class BroughtLane(msgspec.Struct, frozen=True):
    """What became of a lane: it had [start, end), ``before`` were held, ``after`` are; ``code`` where it was refused."""

    lane: str
    start: int
    end: int
    before: int
    after: int
    code: str


class BroughtOut(msgspec.Struct, frozen=True):
    """From whom the file was, and what was new in it."""

    member: str
    sha256: str
    made: str
    made_dtg: str
    lanes: tuple[BroughtLane, ...]
    taken: int


class BundleLine(msgspec.Struct, frozen=True):
    """A file that was made or brought; ``code`` where it was refused."""

    way: str
    member: str
    lanes: tuple[RangeOut, ...]
    sha256: str
    code: str
    person: str
    post: str
    at: str
    at_dtg: str


class BundlesOut(msgspec.Struct, frozen=True):
    """The newest first."""

    items: tuple[BundleLine, ...]


def _name(sender: str, receiver: str, made_at: Instant) -> str:
    moment = print_iso(made_at).replace(":", "").replace("-", "").partition(".")[0].rstrip("Z")
    return f"{sender}-{receiver}-{moment}Z.tearline-bundle"


def _line(row: BundleRow) -> BundleLine:
    lanes = tuple(RangeOut(*one) for one in row.lanes)
    at = row.dtg
    return BundleLine(
        row.way,
        row.member,
        lanes,
        row.sha256,
        row.code,
        row.person,
        row.post,
        print_iso(at),
        print_dtg(at),
    )


def _courier(services: Services) -> Courier:
    if services.courier is None:
        raise Problem("failed", "This node carries no bundles.")
    return services.courier


@get("/api/bundles")
async def list_bundles(request: AnyRequest) -> BundlesOut:
    """Files made and brought: for administration, security and audit."""
    rows = await caller_of(request).list_view("bundles", lambda duty: duty.bundles())
    return BundlesOut(tuple(map(_line, rows)))


@post("/api/network/{member:str}/bundles", status_code=200)
async def make_bundle(member: FromPath[str], data: JSONBody[BundleIn], request: AnyRequest) -> BundleOut:
    """What waits for a member as one sealed and signed file, on record before its first byte: for administration, security."""
    services = services_of(request)
    made = done(
        await caller_of(request).command(
            lambda node, a: export_bundle(node, _courier(services), a, Member(member), data.since)
        )
    )
    lanes = tuple(RangeOut(*one) for one in made.lanes)
    return BundleOut(
        _name(services.config.member, made.member, made.made_at),
        made.member,
        made.sha256,
        print_iso(made.made_at),
        print_dtg(made.made_at),
        lanes,
        sum(one.end - one.start for one in lanes),
        made.more,
        base64.b64encode(made.file).decode(),
    )


@post("/api/bundles", status_code=200, request_max_body_size=BUNDLE_MAX_BYTES, opt={VIEW_FIRST: "bundles"})
async def bring_bundle(data: JSONBody[BroughtIn], request: AnyRequest) -> BroughtOut:
    """Take in a partner's file; every run in it is proved as if the link had brought it. For administration and security."""
    services = services_of(request)
    raw = read_file(data.file)
    try:
        brought = done(
            await caller_of(request).command(lambda node, a: import_bundle(node, _courier(services), a, raw))
        )
    except TearlineError as error:
        raise Problem("failed", error.message) from error
    lanes = tuple(BroughtLane(d.lane, d.start, d.end, d.before, d.after, d.code) for d in brought.lanes)
    return BroughtOut(
        brought.member,
        brought.sha256,
        print_iso(brought.made_at),
        print_dtg(brought.made_at),
        lanes,
        sum(lane.after - lane.before for lane in lanes),
    )


ROUTES = [list_bundles, make_bundle, bring_bundle]
