# SPDX-License-Identifier: Apache-2.0
"""The watch of the post acted for: its log, which fills itself, remarks by hand, and who has it."""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar import get, post
from litestar.params import JSONBody, QueryParameter

from tearline.core.instants import DAY, Instant, print_dtg, print_iso
from tearline.edge.api.caller import caller_of
from tearline.edge.api.problems import AnyRequest, done
from tearline.edge.api.shapes import Done, Limit, SummaryOut, Time, encode_summary, parse_time
from tearline.node.commands import Remark, hand_over_watch, remark, take_watch
from tearline.node.gate import Label, LogLine, WatchLog

KEYS_MAX = 500
START_MAX = 10_000_000

Start = Annotated[int, QueryParameter(ge=0, le=START_MAX, description="How many rows come before.")]
Since = Annotated[str, QueryParameter(description="UTC; a day before `until` where it is left out.")]
Keys = Annotated[tuple[str, ...], msgspec.Meta(max_length=KEYS_MAX)]


class OfferOut(msgspec.Struct, frozen=True):
    """The watch was offered to somebody who has not taken it; ``open``: what is left to do, as this reader sees it."""

    by: str
    to: str
    at_dtg: str
    open: tuple[SummaryOut, ...]


class LogRowOut(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the log.

    ``what``: arrived, corrected, displayed, acknowledged, passed, asked, assigned, released, withdrawn, remark, offered, taken.
    ``products``: what it is about, with titles; ``reference`` alone where that was withdrawn. ``label`` and ``mark`` belong to
    ``words``.
    """

    what: str
    at: str
    at_dtg: str
    person: str
    to: str
    other: str
    member: str
    authority: str
    products: tuple[SummaryOut, ...]
    reference: str
    words: str
    mark: str
    label: Label | None


class WatchOut(msgspec.Struct, frozen=True, kw_only=True):
    """Who has the watch (empty: nobody), who acts for the post, and a stretch of its log, newest first."""

    post: str
    holder: str
    since_dtg: str
    offer: OfferOut | None
    roster: tuple[str, ...]
    items: tuple[LogRowOut, ...]
    start: int
    total: int


class OfferIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who takes over, what is left to do, and a remark for the log."""

    to: str
    open: Keys = ()
    note: Remark | None = None


def _encode_row(line: LogLine) -> LogRowOut:
    return LogRowOut(
        what=line.what,
        at=print_iso(line.at),
        at_dtg=print_dtg(line.at),
        person=line.person,
        to=line.to,
        other=line.other,
        member=line.member,
        authority=line.authority,
        products=tuple(map(encode_summary, line.summaries)),
        reference=line.reference,
        words=line.words,
        mark=line.mark,
        label=line.label,
    )


def _encode_log(log: WatchLog) -> WatchOut:
    offer = log.watch.offer
    return WatchOut(
        post=log.post,
        holder=log.watch.holder,
        since_dtg=print_dtg(log.watch.since) if log.watch.holder else "",
        offer=None
        if offer is None
        else OfferOut(offer.by, offer.to, print_dtg(offer.at), tuple(map(encode_summary, log.open))),
        roster=log.roster,
        items=tuple(map(_encode_row, log.items)),
        start=log.start,
        total=log.total,
    )


@get("/api/watch")
async def get_watch(
    request: AnyRequest, *, since: Since = "", until: Time = "", start: Start = 0, limit: Limit = 100
) -> WatchOut:
    """The watch of the post acted for, and its log of a day, or of another time."""
    caller = caller_of(request)
    end = parse_time(until) if until else Instant(caller.services.gate.node.clock.dtg() + 1)
    begin = parse_time(since) if since else Instant(end - DAY)
    return _encode_log(await caller.read(lambda r: r.watch_log(begin, end, start=start, limit=limit)))


@post("/api/watch/remarks", status_code=200)
async def make_remark(data: JSONBody[Remark], request: AnyRequest) -> Done:
    """Write words into the log, under a label that one may write under."""
    done(await caller_of(request).command(lambda n, a: remark(n, a, data)))
    return Done()


@post("/api/watch/offer", status_code=200)
async def offer_watch(data: JSONBody[OfferIn], request: AnyRequest) -> Done:
    """Offer the watch to somebody who acts for the post; it passes when they take it."""
    done(await caller_of(request).command(lambda n, a: hand_over_watch(n, a, data.to, data.open, data.note)))
    return Done()


@post("/api/watch/take", status_code=200)
async def take(request: AnyRequest) -> Done:
    """Have the watch from now on; who had it before is on record."""
    done(await caller_of(request).command(take_watch))
    return Done()


ROUTES = [get_watch, make_remark, offer_watch, take]
