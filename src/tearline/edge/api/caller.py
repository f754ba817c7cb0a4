# SPDX-License-Identifier: Apache-2.0
"""Who is asking: each request is bound to a session, and to what its person may do at this moment (N7).

1. A request that changes something shows that it comes from our own pages: the header ``X-Tearline: 1`` (which no form and no
   foreign page can send), an ``Origin`` that is this host, and no word of the browser that another site sent it.
2. The cookie names a session that still runs.
3. Query and body are read strictly.

The gate is asked on the event loop when nobody holds the node's lock and the question is a look-up; else in a thread.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, TypeVar

import anyio.to_thread
import msgspec
from litestar.handlers import BaseRouteHandler
from litestar.utils.scope.state import ScopeState

from tearline.core.ids import Person
from tearline.edge.accounts import Session
from tearline.edge.api.checks import Checks
from tearline.edge.api.cursors import Cursors
from tearline.edge.api.draft_news import DraftNews
from tearline.edge.api.press import Press
from tearline.edge.api.problems import AnyRequest, Problem
from tearline.edge.api.renditions import EncodedProducts
from tearline.edge.api.services import BODY_MAX_BYTES, Services
from tearline.edge.api.streams import Streams
from tearline.edge.api.strict import RouteShape, check_query, decode_body, shape_of
from tearline.node.commands import Acting
from tearline.node.gate import Duty, Reading
from tearline.node.node import Node

T = TypeVar("T")
ANONYMOUS = "anonymous"
"""In a route's ``opt``: needs no session."""

WHILE_LOCKED = "while-locked"
"""In a route's ``opt``: a locked session may do this, and nothing else."""

WHILE_OWING = "while-owing"
"""In a route's ``opt``: the stages (``Session.stage``) in which a session that still owes something may do this."""

ALWAYS_UNATTENDED = "always-unattended"
"""In a route's ``opt``: asked by the page itself, so it never keeps a session from being idle."""

UNATTENDED = "x-tearline-unattended"
"""The header of a request that the page makes while nobody touches it: traffic alone keeps no session open."""

VIEW_FIRST = "view-first"
"""In a route's ``opt``: a listed view that its person must have before a body of many megabytes is taken from them."""

DECODED_HERE_BYTES = 256 * 1024
"""A longer body is read in a thread: sixteen megabytes take a second, in which nobody else would be answered."""

BODY_HEAD_S = 20
BODY_BYTES_S = 64 * 1024
"""A body comes at this many bytes a second or faster, beside a head start: else whoever is slow holds a connection for ever."""

SAFE = {"GET", "HEAD", "OPTIONS"}
_CALLER, _SERVICES = "tearline.caller", "tearline.services"


class Shared(msgspec.Struct, frozen=True):
    """What all routes of one application share."""

    services: Services
    cursors: Cursors
    encoded: EncodedProducts
    checks: Checks
    drafts: DraftNews
    streams: Streams
    press: Press


class Caller:
    """A session with the services it may ask."""

    def __init__(self, shared: Shared, session: Session) -> None:
        self.services = shared.services
        self.cursors = shared.cursors
        self.encoded = shared.encoded
        self.checks = shared.checks
        self.streams = shared.streams
        self.press = shared.press
        self.draft_news = shared.drafts
        self.session = session

    @property
    def member(self) -> str:
        """Whom this node belongs to."""
        return self.services.config.member

    @property
    def drafts_owner(self) -> Person:
        """Whose drafts these are: a lowered session has drafts of its own, and is shown no others (N1)."""
        return drafts_owner(self.session.person, self.session.ceiling)

    async def post_drafts_owner(self) -> Person | None:
        """Under what name the post's drafts are kept for this clearance; none without either."""
        clearance = await self.read(lambda r: r.clearance())
        post = self.session.post
        return Person(f"|{post}|{clearance}") if post and clearance else None

    async def acting(self) -> Acting:
        """As what the person acts now, asked here if the node is free, else in a thread."""
        return await self._ask(self.act, at_once=True)

    def act(self) -> Acting:
        """As what the person acts now. Who may act here no more is signed out."""
        session = self.session
        acting = self.services.gate.act_as(session.person, session.post, session.ceiling)
        if acting is None:
            self.services.accounts.end_session(self.session.name)
            raise Problem("no-session")
        return acting

    async def read(self, ask: Callable[[Reading], T]) -> T:
        """A question to the reader's side, in a thread."""
        return await self._ask(lambda: ask(self.services.gate.reading(self.act())))

    async def look_up(self, ask: Callable[[Reading], T]) -> T:
        """A question that takes microseconds: here if the node is free, else in a thread."""
        return await self._ask(lambda: ask(self.services.gate.reading(self.act())), at_once=True)

    async def serve(self, ask: Callable[[Duty], T], *, at_once: bool = False) -> T:
        """A question to the side of duties, in a thread; ``at_once``: see ``_ask``."""
        return await self._ask(lambda: ask(self.services.gate.duty(self.act())), at_once=at_once)

    async def list_view(self, view: str, ask: Callable[[Duty], T]) -> T:
        """A listed view of headers, or ``no-duty``."""

        def check(duty: Duty) -> T:
            if not duty.may(view):
                raise Problem("no-duty")
            return ask(duty)

        return await self.serve(check)

    async def command(self, do: Callable[[Node, Acting], T], *, at_once: bool = False) -> T:
        """A command, in a thread; ``at_once``, for what only asks: see ``_ask``."""
        return await self._ask(lambda: do(self.services.gate.node, self.act()), at_once=at_once)

    async def _ask(self, question: Callable[[], T], *, at_once: bool = False) -> T:
        """In a thread. ``at_once``: of a few milliseconds and without a write, so here on the loop, if the node is free.

        On a busy machine a change of threads waits longer than such a question takes.
        """
        lock = self.services.gate.node.lock
        if not at_once or not lock.acquire(blocking=False):
            return await anyio.to_thread.run_sync(question)
        try:
            return question()
        finally:
            lock.release()


def drafts_owner(person: Person, ceiling: str) -> Person:
    """Under what name drafts are kept. No person's name has a ``|``."""
    return Person(f"{person}|{ceiling}") if ceiling else person


def caller_of(request: AnyRequest) -> Caller:
    """Who asks; ``make_check`` has seen to it that somebody does."""
    caller: Caller = request.scope[_CALLER]  # type: ignore[literal-required]  # ours
    return caller


def services_of(request: AnyRequest) -> Services:
    """The services, for routes that need no session."""
    services: Services = request.scope[_SERVICES]  # type: ignore[literal-required]  # ours
    return services


def make_check(shared: Shared) -> Callable[[AnyRequest], Awaitable[None]]:
    """What comes before every route, in the steps of the module's docstring."""
    shapes: dict[BaseRouteHandler, RouteShape] = {}

    async def check(request: AnyRequest) -> None:
        scope, handler = request.scope, request.route_handler
        changes = scope["method"] not in SAFE
        if changes:
            refuse_forged(request.headers)
        scope[_SERVICES] = shared.services  # type: ignore[literal-required]
        if not handler.opt.get(ANONYMOUS):
            attended = not (handler.opt.get(ALWAYS_UNATTENDED) or request.headers.get(UNATTENDED))
            session = _find_session(shared.services, scope["headers"], touch=attended)
            _refuse_early(session, handler)
            caller = scope[_CALLER] = Caller(shared, session)  # type: ignore[literal-required]
            if VIEW_FIRST in handler.opt:
                await caller.list_view(handler.opt[VIEW_FIRST], lambda _: None)
        if handler not in shapes:
            shapes[handler] = shape_of(handler)
        check_query(scope["query_string"], shapes[handler].query)
        if changes:
            await check_body(request, shapes[handler].body)

    return check


def refuse_forged(headers: Any) -> None:
    """Only our own pages, or a program that says so, change anything."""
    origin = headers.get("origin")
    foreign = origin is not None and origin.partition("://")[2] != headers.get("host")
    if headers.get("x-tearline") != "1" or foreign:
        raise Problem("forged")
    if headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        raise Problem("forged")


async def check_body(request: AnyRequest, shape: Any) -> None:
    """Decodes the body once, strictly, and leaves the value where the framework looks for it."""
    raw = await _read_body(request)
    if shape is None:
        if raw:
            raise Problem("malformed", "This route takes no body.")
        return
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise Problem("malformed", "The body is not marked as application/json.")
    value = (
        decode_body(raw, shape)
        if len(raw) <= DECODED_HERE_BYTES
        else await anyio.to_thread.run_sync(decode_body, raw, shape)
    )
    ScopeState.from_scope(request.scope).json = value


async def _read_body(request: AnyRequest) -> bytes:
    size_max = request.route_handler.request_max_body_size
    limit = size_max if isinstance(size_max, int) else BODY_MAX_BYTES
    try:
        async with asyncio.timeout(BODY_HEAD_S + limit / BODY_BYTES_S):
            return await request.body()
    except TimeoutError as error:
        raise Problem("too-slow") from error


def find_token(headers: Iterable[tuple[bytes, bytes]], cookie: str) -> str | None:
    """The token of our cookie; none where it stands twice."""
    wanted = cookie.encode() + b"="
    tokens = [
        part.strip().removeprefix(wanted)
        for name, value in headers
        if name == b"cookie"
        for part in value.split(b";")
        if part.strip().startswith(wanted)
    ]
    return tokens[0].decode("latin-1") if len(tokens) == 1 else None


def _refuse_early(session: Session, handler: BaseRouteHandler) -> None:
    """A locked session unlocks, one that owes something pays; neither does anything else."""
    if session.locked and not handler.opt.get(WHILE_LOCKED):
        raise Problem("locked")
    if session.stage and session.stage not in handler.opt.get(WHILE_OWING, ()):
        raise Problem(f"owes-{session.stage}")


def _find_session(services: Services, headers: Iterable[tuple[bytes, bytes]], *, touch: bool) -> Session:
    token = find_token(headers, services.config.cookie)
    session = services.accounts.find_session(token, services.clock.now(), touch=touch) if token else None
    if session is None:
        raise Problem("no-session")
    return session
