# SPDX-License-Identifier: Apache-2.0
"""People and posts as administrators keep them: admitted, changed, ended; first passwords told once; posts and rosters."""

from __future__ import annotations

from typing import Annotated

import msgspec
from anyio.to_thread import run_sync
from litestar import get, post, put
from litestar.params import FromPath, JSONBody

from tearline.core.ids import Person, Post
from tearline.core.instants import Instant, print_dtg, print_iso
from tearline.edge.api.caller import Caller, caller_of, services_of
from tearline.edge.api.problems import AnyRequest, done
from tearline.edge.api.shapes import Done, parse_time
from tearline.node.commands import (
    AdmitPerson,
    SetPost,
    admit_person,
    end_person,
    note_first_password,
    set_post,
)
from tearline.node.gate import PersonLine, PostLine

Names = Annotated[tuple[str, ...], msgspec.Meta(max_length=40)]
Short = Annotated[str, msgspec.Meta(max_length=120)]


class TermIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A post held from one time until another; an empty time is no bound."""

    post: str
    since: str = ""
    until: str = ""


class PersonIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A record whole: what is left out is no more. ``until``: when the clearance ends; empty: no end."""

    person: str
    name: Short = ""
    codewords: Names = ()
    posts: Names = ()
    terms: Annotated[tuple[TermIn, ...], msgspec.Meta(max_length=40)] = ()
    duties: Names = ()
    cleared: bool = True
    until: str = ""
    second_factor: bool = False


class EndIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why somebody may act here no more."""

    reason: Short


class PostIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """See ``SetPost``."""

    title: Short = ""
    alternate: str = ""
    flash_min: int = 0


class TermOut(msgspec.Struct, frozen=True):
    """A post held for a time."""

    post: str
    since: str
    until: str


class PersonOut(msgspec.Struct, frozen=True, kw_only=True):
    """A person as recorded. ``account``: none, first (a first password waits), set. ``factors``: how many they enrolled."""

    person: str
    name: str
    codewords: tuple[str, ...]
    posts: tuple[str, ...]
    terms: tuple[TermOut, ...]
    duties: tuple[str, ...]
    cleared: bool
    ended: bool
    until: str
    until_dtg: str
    second_factor: bool
    account: str
    factors: int
    sessions: int


class PeopleOut(msgspec.Struct, frozen=True):
    """By name; and what may be given: codewords and duties."""

    items: tuple[PersonOut, ...]
    codewords: tuple[str, ...]
    duties: tuple[str, ...]
    ceiling: str


class FirstPassword(msgspec.Struct, frozen=True):
    """To be told once: it is kept nowhere. Empty where the person has an account already."""

    person: str
    password: str = ""


class PostsOut(msgspec.Struct, frozen=True):
    """Posts with who holds them, by name."""

    items: tuple[PostLine, ...]


@get("/api/people")
async def list_people(request: AnyRequest) -> PeopleOut:
    """Everybody who may act here: for administration, security and audit."""
    caller, services = caller_of(request), services_of(request)
    people = await caller.list_view("people", lambda duty: duty.people())
    accounts = await run_sync(services.accounts.list_accounts)
    factors = await run_sync(services.accounts.count_factors)
    now = services.clock.now()
    lines = tuple(
        _person(p, accounts.get(p.person), factors.get(p.person, 0), _count_sessions(caller, p.person, now))
        for p in people.items
    )
    return PeopleOut(lines, people.codewords, people.duties, people.ceiling)


def _count_sessions(caller: Caller, person: Person, now: Instant) -> int:
    return len(caller.services.accounts.list_sessions(person, now))


def _person(p: PersonLine, account: bool | None, factors: int, sessions: int) -> PersonOut:
    return PersonOut(
        person=p.person,
        name=p.name,
        codewords=p.codewords,
        posts=p.posts,
        terms=tuple(TermOut(post, _print(since), _print(until)) for post, since, until in p.terms),
        duties=p.duties,
        cleared=p.cleared,
        ended=p.ended,
        until=_print(p.until),
        until_dtg=print_dtg(p.until) if p.until else "",
        second_factor=p.second_factor,
        account={None: "none", True: "first", False: "set"}[account],
        factors=factors,
        sessions=sessions,
    )


def _print(at: Instant) -> str:
    return print_iso(at) if at else ""


@post("/api/people", status_code=200)
async def admit(data: JSONBody[PersonIn], request: AnyRequest) -> FirstPassword:
    """Admit somebody, or replace their record. Who is new gets a first password, told here and never again."""
    caller, services = caller_of(request), services_of(request)
    person = _make_person(data)
    await caller.command(lambda node, acting: done(admit_person(node, acting, person)))
    if person.second_factor and not await run_sync(services.accounts.list_factors, person.person):
        # What is asked of them from now on was not given in the sessions that run.
        await run_sync(services.accounts.end_sessions, person.person)
    accounts = await run_sync(services.accounts.list_accounts)
    if person.person in accounts:
        return FirstPassword(person.person)
    return await _give(caller, person.person)


async def _give(caller: Caller, person: Person) -> FirstPassword:
    """A first password, on record before it is drawn."""
    await caller.command(lambda node, acting: done(note_first_password(node, acting, person)))
    services = caller.services
    password = await services.accounts.give_first_password(person, services.clock.now())
    return FirstPassword(person, password)


def _make_person(data: PersonIn) -> AdmitPerson:
    return AdmitPerson(
        person=Person(data.person),
        codewords=tuple(sorted(set(data.codewords))),
        posts=tuple(dict.fromkeys(Post(p) for p in data.posts)),
        duties=tuple(dict.fromkeys(data.duties)),
        cleared=data.cleared,
        name=data.name.strip(),
        until=_parse(data.until),
        terms=tuple((Post(t.post), _parse(t.since), _parse(t.until)) for t in data.terms),
        second_factor=data.second_factor,
    )


def _parse(text: str) -> Instant:
    return parse_time(text) if text else Instant(0)


@post("/api/people/{person:str}/password", status_code=200)
async def give_password(person: FromPath[str], request: AnyRequest) -> FirstPassword:
    """A new first password for somebody who lost theirs, on record; their sessions and second factors end."""
    return await _give(caller_of(request), Person(person))


@post("/api/people/{person:str}/end", status_code=200)
async def end(person: FromPath[str], data: JSONBody[EndIn], request: AnyRequest) -> Done:
    """Somebody may act here no more: their sessions end now, their account goes."""
    caller, services = caller_of(request), services_of(request)
    await caller.command(lambda node, acting: done(end_person(node, acting, Person(person), data.reason)))
    await run_sync(services.accounts.remove_account, Person(person))
    return Done()


@get("/api/posts")
async def list_posts(request: AnyRequest) -> PostsOut:
    """Posts, who holds them, and where an unacknowledged FLASH goes: for administration, security and audit."""
    return PostsOut(await caller_of(request).list_view("people", lambda duty: duty.posts()))


@put("/api/posts/{post_name:str}", status_code=200)
async def save_post(post_name: FromPath[str], data: JSONBody[PostIn], request: AnyRequest) -> Done:
    """What a post is called, and its alternate."""
    made = SetPost(Post(post_name), data.title, Post(data.alternate), data.flash_min)
    await caller_of(request).command(lambda node, acting: done(set_post(node, acting, made)))
    return Done()


ROUTES = [list_people, admit, give_password, end, list_posts, save_post]
