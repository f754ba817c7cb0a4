# SPDX-License-Identifier: Apache-2.0
"""Sign in, who am I, act for another post, another password, sign out."""

from __future__ import annotations

import ipaddress

import msgspec
from anyio.to_thread import run_sync
from litestar import Response, delete, get, post
from litestar.datastructures import Cookie
from litestar.params import JSONBody

from tearline.config import NodeConfig
from tearline.core.errors import UsageError
from tearline.core.ids import Person, Post
from tearline.core.instants import print_iso
from tearline.edge.accounts import Session, Throttled
from tearline.edge.api.caller import (
    ANONYMOUS,
    WHILE_LOCKED,
    WHILE_OWING,
    Caller,
    caller_of,
    find_token,
    services_of,
)
from tearline.edge.api.problems import AnyRequest, Problem
from tearline.edge.api.services import Services
from tearline.edge.api.shapes import Done

NOBODY = "-"
STAGES = ("password", "factor", "enrol")


class SignIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``post`` empty: the person's first."""

    person: str
    password: str
    post: str = ""


class ChangePost(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Another post that the person holds."""

    post: str


class ChangePassword(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The password in force, and the next."""

    password: str
    new: str


class Unlock(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The password of whoever's session it is."""

    password: str


class SessionOut(msgspec.Struct, frozen=True):
    """Who is signed in, and as what they act. ``now`` is the system's clock, ``dtg`` the operational one.

    ``dtg_runs``: whether that one goes on by itself; where it stands, an event `clock` says that it was moved.

    ``stage``: what is owed before anything else (``password``, ``factor``, ``enrol``), or empty. ``ceiling``: the
    classification to which this session was lowered, or empty.
    """

    person: str
    member: str
    post: str
    posts: tuple[str, ...]
    duties: tuple[str, ...]
    cleared: bool
    now: str
    dtg: str
    dtg_runs: bool
    stage: str = ""
    ceiling: str = ""


def describe(services: Services, person: str, post: str, ceiling: str = "") -> SessionOut | None:
    """A person acting for a post, if they may. Waits for the node: call it in a thread."""
    acting = services.gate.act_as(Person(person), Post(post), ceiling)
    if acting is None:
        return None
    return SessionOut(
        person=acting.person,
        member=acting.member,
        post=acting.post,
        posts=services.gate.list_posts(acting.person),
        duties=acting.duties,
        cleared=acting.class_id is not None,
        now=print_iso(services.clock.now()),
        dtg=print_iso(services.clock.dtg()),
        dtg_runs=services.clock.dtg_runs,
        ceiling=ceiling,
    )


def describe_session(services: Services, session: Session) -> SessionOut | None:
    """The same of a session; one that owes something is told who it is, and what it owes."""
    described = describe(services, session.person, session.post, session.ceiling)
    if described is None or not session.stage:
        return described
    return msgspec.structs.replace(described, stage=session.stage, posts=(), duties=())


def find_stage(services: Services, person: Person) -> str:
    """What somebody with the right password still owes."""
    if services.accounts.must_change_password(person):
        return "password"
    if services.accounts.list_factors(person):
        return "factor"
    return "enrol" if services.gate.must_have_factor(person) else ""


def make_cookie(config: NodeConfig, token: str) -> Cookie:
    """Sent by the browser to this host only, from our own pages only, and shown to no script."""
    plain = config.pack == "exercise" and is_loopback(config.host)
    return Cookie(
        key=config.cookie,
        value=token,
        path="/",
        httponly=True,
        samesite="strict",
        secure=not plain,
        max_age=None if token else 0,
    )


def is_loopback(host: str) -> bool:
    """Whether a listener on this host is this machine's own."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@post("/api/session", status_code=200, opt={ANONYMOUS: True})
async def sign_in(data: JSONBody[SignIn], request: AnyRequest) -> Response[SessionOut]:
    """Begin a session. A failure is the same whether or not the person exists, may act here or holds the post."""
    services = services_of(request)
    good = await is_password(services, request, data.person, data.password)
    described = await run_sync(describe, services, data.person, data.post)
    if not good or described is None:
        raise Problem("sign-in-failed")
    stage = await run_sync(find_stage, services, Person(described.person))
    return begin_session(services, request, described, stage)


async def is_password(
    services: Services, request: AnyRequest, person: str, password: str, session: str = ""
) -> bool:
    """Whether this is the person's password. Who has tried too often, at the door or in a session, has to wait."""
    address = request.client.host if request.client else NOBODY
    now = services.clock.now()
    good = await services.accounts.check_password(person, password, address=address, now=now, session=session)
    if isinstance(good, Throttled):
        raise Problem("too-many-tries", wait_s=good.wait_s)
    return good


def begin_session(
    services: Services, request: AnyRequest, described: SessionOut, stage: str = ""
) -> Response[SessionOut]:
    """A new session, in the place of the one that this browser had."""
    _end_other(services, request)
    person, post = Person(described.person), Post(described.post)
    services.accounts.gather_drafts(person)
    browser = name_browser(request.headers.get("user-agent", ""))
    now = services.clock.now()
    token = services.accounts.open_session(person, post, now, stage=stage, browser=browser)
    if stage:
        described = msgspec.structs.replace(described, stage=stage, posts=(), duties=())
    return Response(described, cookies=[make_cookie(services.config, token)])


def name_browser(agent: str) -> str:
    """A browser and its system in two words, for its person to recognise; nothing finer is kept."""
    browsers = {"Firefox/": "Firefox", "Edg/": "Edge", "Chrome/": "Chrome", "Safari/": "Safari"}
    systems = {"Android": "Android", "iPhone": "iOS", "iPad": "iOS", "Windows": "Windows", "Mac OS": "macOS"}
    found = next((name for mark, name in browsers.items() if mark in agent), "")
    system = next((name for mark, name in (systems | {"Linux": "Linux"}).items() if mark in agent), "")
    return f"{found} {system}".strip()


def _end_other(services: Services, request: AnyRequest) -> None:
    """Whoever signs in again in the same browser leaves no session behind."""
    token = find_token(request.scope["headers"], services.config.cookie)
    session = services.accounts.find_session(token, services.clock.now()) if token else None
    if session is not None:
        services.accounts.end_session(session.name)


@get("/api/session", opt={WHILE_OWING: STAGES})
async def get_session(request: AnyRequest) -> SessionOut:
    """Who is signed in."""
    described = await run_sync(describe_session, services_of(request), caller_of(request).session)
    if described is None:
        raise Problem("no-session")
    return described


@post("/api/session/post", status_code=200)
async def change_post(data: JSONBody[ChangePost], request: AnyRequest) -> SessionOut:
    """Act for another post held, from the next request on."""
    services = services_of(request)
    session = caller_of(request).session
    ceiling = session.ceiling
    described = await run_sync(describe, services, session.person, data.post, ceiling) if data.post else None
    if described is None:
        raise Problem("no-post")
    services.accounts.change_post(session.name, Post(described.post))
    return described


@post("/api/session/password", status_code=200, opt={WHILE_OWING: ("password",)})
async def change_password(data: JSONBody[ChangePassword], request: AnyRequest) -> Response[Done]:
    """Another password. Every session of the person ends, this one too."""
    services = services_of(request)
    caller: Caller = caller_of(request)
    accounts, person = services.accounts, caller.session.person
    if not await is_password(services, request, person, data.password, caller.session.id):
        raise Problem("sign-in-failed")
    try:
        await accounts.change_password(person, data.new)
    except UsageError as error:
        raise Problem("bad-password", error.message) from error
    return Response(Done(), cookies=[make_cookie(services.config, "")])


@post("/api/session/lock", status_code=200, opt={WHILE_LOCKED: True})
async def lock_session(request: AnyRequest) -> Done:
    """Lock the session: until it is unlocked, every other route answers ``locked``."""
    services = services_of(request)
    services.accounts.lock_session(caller_of(request).session.name)
    return Done()


@post("/api/session/unlock", status_code=200, opt={WHILE_LOCKED: True})
async def unlock_session(data: JSONBody[Unlock], request: AnyRequest) -> SessionOut:
    """Go on with a locked session. Failures are the session's own: guesses at the door don't hold it up."""
    services, session = services_of(request), caller_of(request).session
    good = await is_password(services, request, session.person, data.password, session.id)
    described = await run_sync(describe, services, session.person, session.post, session.ceiling)
    if not good or described is None:
        raise Problem("sign-in-failed")
    services.accounts.unlock_session(session.name, services.clock.now())
    return described


@delete("/api/session", status_code=200, opt={WHILE_LOCKED: True, WHILE_OWING: STAGES})
async def sign_out(request: AnyRequest) -> Response[Done]:
    """End the session; the browser forgets what it kept of this origin.

    Not its cookies: a browser keeps them by host and not by port, so a neighbour's session would end with ours.
    """
    services = services_of(request)
    services.accounts.end_session(caller_of(request).session.name)
    headers = {"Clear-Site-Data": '"cache", "storage"'}
    return Response(Done(), cookies=[make_cookie(services.config, "")], headers=headers)


ROUTES = [sign_in, get_session, change_post, change_password, sign_out, lock_session, unlock_session]
