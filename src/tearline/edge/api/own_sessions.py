# SPDX-License-Identifier: Apache-2.0
"""One's own sessions: where one is signed in, ending one of them, and lowering the one that asks.

To lower a session needs nothing; to raise it again needs the password, since others may sit before the screen.
"""

from __future__ import annotations

import msgspec
from anyio.to_thread import run_sync
from litestar import delete, get, post
from litestar.params import FromPath, JSONBody

from tearline.core.instants import print_iso
from tearline.edge.accounts import Session
from tearline.edge.api.caller import Caller, caller_of, services_of
from tearline.edge.api.problems import AnyRequest, Problem, done, found
from tearline.edge.api.sessions import SessionOut, describe_session, is_password
from tearline.edge.api.shapes import Done, Lang
from tearline.node.commands import LevelChoice, list_ceilings, set_ceiling


class OwnSession(msgspec.Struct, frozen=True):
    """One session: times are the system clock's. ``current``: the one that asks."""

    id: str
    post: str
    browser: str
    began: str
    seen: str
    locked: bool
    ceiling: str
    current: bool


class OwnSessions(msgspec.Struct, frozen=True):
    """Newest first."""

    items: tuple[OwnSession, ...]


class CeilingsOut(msgspec.Struct, frozen=True):
    """What this session may be lowered to, highest first; ``now`` is what it was lowered to, or empty."""

    now: str
    items: tuple[LevelChoice, ...]


class Lower(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``ceiling`` empty: as the person is cleared again, which takes their password."""

    ceiling: str
    password: str = ""


@get("/api/sessions")
async def list_sessions(request: AnyRequest) -> OwnSessions:
    """Where one is signed in."""
    services, own = services_of(request), caller_of(request).session
    sessions = await run_sync(services.accounts.list_sessions, own.person, services.clock.now())
    return OwnSessions(tuple(_line(s, own) for s in sessions))


def _line(s: Session, own: Session) -> OwnSession:
    current = s.name == own.name
    return OwnSession(
        s.id, s.post, s.browser, print_iso(s.began), print_iso(s.seen), s.locked, s.ceiling, current
    )


@delete("/api/sessions/{session_id:str}", status_code=200)
async def end_session(session_id: FromPath[str], request: AnyRequest) -> Done:
    """End one of one's own sessions, wherever it is."""
    services, own = services_of(request), caller_of(request).session
    ended = await run_sync(services.accounts.end_session_by_id, own.person, session_id)
    found(ended or None)
    return Done()


@get("/api/session/ceilings")
async def get_ceilings(request: AnyRequest, *, lang: Lang = "en") -> CeilingsOut:
    """The levels to which this session may be lowered."""
    caller = caller_of(request)
    items = await caller.command(lambda node, acting: list_ceilings(node, acting, lang))
    return CeilingsOut(caller.session.ceiling, items)


@post("/api/session/ceiling", status_code=200)
async def change_ceiling(data: JSONBody[Lower], request: AnyRequest) -> SessionOut:
    """Lower this session, or raise it again. It is on record before anything is answered under it."""
    caller, services = caller_of(request), services_of(request)
    session = caller.session
    if not data.ceiling and not await is_password(
        services, request, session.person, data.password, session.id
    ):
        raise Problem("sign-in-failed")
    await caller.command(lambda node, acting: done(set_ceiling(node, acting, data.ceiling)))
    described = await run_sync(_change, caller, data.ceiling)
    if described is None:
        raise Problem("no-session")
    return described


def _change(caller: Caller, ceiling: str) -> SessionOut | None:
    accounts, session = caller.services.accounts, caller.session
    accounts.set_ceiling(session.name, ceiling)
    accounts.gather_drafts(session.person)
    return describe_session(caller.services, msgspec.structs.replace(session, ceiling=ceiling))


ROUTES = [list_sessions, end_session, get_ceilings, change_ceiling]
