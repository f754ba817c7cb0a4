# SPDX-License-Identifier: Apache-2.0
"""One's own saved searches, and what came that they find: asked by the clearance in use, kept nowhere."""

from __future__ import annotations

import re
from typing import Annotated

import msgspec
from anyio.to_thread import run_sync
from litestar import delete, get, post, put
from litestar.params import FromPath, JSONBody

from tearline.core.errors import LimitError, UsageError
from tearline.core.instants import Instant, print_dtg, print_iso
from tearline.edge.accounts import SavedSearch
from tearline.edge.api.caller import Caller, caller_of
from tearline.edge.api.problems import AnyRequest, Problem, found
from tearline.edge.api.searches import make_query, parse_narrow, parse_wanted
from tearline.edge.api.shapes import Done, SummaryOut, encode_summary, parse_filters, parse_time
from tearline.node.gate import Alert, Query, Watch

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")
NAME_MAX_CHARS = 80
TEXT_MAX_CHARS = 1_000
ALERTS_MAX = 200
Text = Annotated[str, msgspec.Meta(max_length=TEXT_MAX_CHARS)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=NAME_MAX_CHARS)]


class Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What is searched, in the words of ``GET /api/search``."""

    q: Text = ""
    kind: Text = ""
    originator: Text = ""
    since: Text = ""
    until: Text = ""
    precedence: Text = ""
    grading: Text = ""
    month: Text = ""
    topic: Text = ""
    language: Text = ""
    area: Annotated[str, msgspec.Meta(max_length=8_000)] = ""


class SearchIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``alert``: tell of what comes. ``seen``: arrivals up to then are no news; empty: up to now (for an undo: as it was)."""

    name: Name
    query: Asked
    alert: bool = True
    seen: str = ""


class KeptSearch(msgspec.Struct, frozen=True):
    """As it lies in the accounts' store."""

    name: str
    query: Asked
    alert: bool


class SavedSearchOut(msgspec.Struct, frozen=True):
    """A saved search; ``fresh``: how much came that it finds and that was not looked at."""

    id: str
    name: str
    query: Asked
    alert: bool
    saved: str
    seen: str
    fresh: int


class SavedSearchesOut(msgspec.Struct, frozen=True):
    """Saved first first."""

    items: tuple[SavedSearchOut, ...]


class AlertOut(SummaryOut, frozen=True, kw_only=True):
    """A line with when it came, and the saved searches that find it."""

    came: str
    came_dtg: str
    searches: tuple[str, ...]


class AlertsOut(msgspec.Struct, frozen=True):
    """The last arrival first; ``names``: of the searches that stand in the lines. ``total`` may exceed the lines."""

    items: tuple[AlertOut, ...]
    names: dict[str, str]
    total: int


async def read_query(asked: Asked) -> Query:
    """The question of a saved search, or ``bad-query``."""
    filters = await parse_filters(asked.kind, asked.originator, asked.since, asked.until)
    narrow = await parse_narrow(
        precedence=asked.precedence,
        grading=asked.grading,
        month=asked.month,
        topic=asked.topic,
        language=asked.language,
    )
    return make_query(filters, narrow, await parse_wanted(q=asked.q, area=asked.area))


async def _list_kept(caller: Caller) -> list[tuple[SavedSearch, KeptSearch, Watch]]:
    session = caller.session
    rows = await run_sync(caller.services.accounts.list_searches, session.person, session.ceiling)
    kept = [(row, msgspec.json.decode(row.body, type=KeptSearch)) for row in rows]
    return [(row, k, Watch(await read_query(k.query), row.seen)) for row, k in kept]


@get("/api/searches")
async def list_searches(request: AnyRequest) -> SavedSearchesOut:
    """One's own saved searches, of sessions with this ceiling."""
    caller = caller_of(request)
    rows = await _list_kept(caller)
    watches = tuple(watch for _, kept, watch in rows if kept.alert)
    counts = iter((await caller.read(lambda r: r.find_alerts(watches, limit=0))).counts)
    return SavedSearchesOut(
        tuple(
            SavedSearchOut(
                row.id,
                kept.name,
                kept.query,
                kept.alert,
                print_iso(row.saved),
                print_iso(row.seen),
                next(counts) if kept.alert else 0,
            )
            for row, kept, _ in rows
        )
    )


@put("/api/searches/{search_id:str}", status_code=200)
async def save_search(search_id: FromPath[str], data: JSONBody[SearchIn], request: AnyRequest) -> Done:
    """Save a search under an id of one's own choosing; it is asked once, and recorded as a search."""
    if not _ID.match(search_id):
        raise Problem("malformed", "A search's id is made of letters, digits, - and _, 64 at most.")
    caller = caller_of(request)
    now = caller.services.clock.now()
    seen = min(parse_time(data.seen), now) if data.seen else now
    query = await read_query(data.query)
    body = msgspec.json.encode(KeptSearch(data.name, data.query, data.alert))
    try:
        await caller.read(lambda r: r.search(msgspec.structs.replace(query, limit=1)))
        await _keep(caller, SavedSearch(search_id, now, Instant(seen), body))
    except (LimitError, UsageError) as error:
        raise Problem("bad-query", error.advice or error.message) from error
    return Done()


async def _keep(caller: Caller, search: SavedSearch) -> None:
    session = caller.session
    await run_sync(caller.services.accounts.save_search, session.person, session.ceiling, search)


@delete("/api/searches/{search_id:str}", status_code=200)
async def delete_search(search_id: FromPath[str], request: AnyRequest) -> Done:
    """Delete a saved search for good."""
    caller = caller_of(request)
    session = caller.session
    gone = await run_sync(caller.services.accounts.delete_search, session.person, session.ceiling, search_id)
    found(gone or None)
    return Done()


@post("/api/searches/{search_id:str}/seen", status_code=200)
async def see_search(search_id: FromPath[str], request: AnyRequest) -> Done:
    """What a search has found up to now was looked at, and is no news any more."""
    caller = caller_of(request)
    session, now = caller.session, caller.services.clock.now()
    there = await run_sync(
        caller.services.accounts.see_search, session.person, session.ceiling, search_id, now
    )
    found(there or None)
    return Done()


@get("/api/alerts")
async def list_alerts(request: AnyRequest) -> AlertsOut:
    """What came since and one's own searches find: this reader's renditions, as of now."""
    caller = caller_of(request)
    rows = [(row.id, kept.name, watch) for row, kept, watch in await _list_kept(caller) if kept.alert]
    watches = tuple(watch for _, _, watch in rows)
    alerts = await caller.read(lambda r: r.find_alerts(watches, limit=ALERTS_MAX))
    ids = [name for name, _, _ in rows]
    shown = {n for alert in alerts.items for n in alert.watches}
    names = {ids[n]: rows[n][1] for n in sorted(shown)}
    return AlertsOut(tuple(_encode_alert(a, ids) for a in alerts.items), names, alerts.total)


def _encode_alert(alert: Alert, ids: list[str]) -> AlertOut:
    line = encode_summary(alert.summary)
    fields = {name: getattr(line, name) for name in SummaryOut.__struct_fields__}
    return AlertOut(
        **fields,
        came=print_iso(alert.came_at),
        came_dtg=print_dtg(alert.came_at),
        searches=tuple(ids[n] for n in alert.watches),
    )


ROUTES = [list_searches, save_search, delete_search, see_search, list_alerts]
