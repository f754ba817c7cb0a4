# SPDX-License-Identifier: Apache-2.0
"""Who may act here, and posts with their holders: listed views for those who keep or audit them."""

from __future__ import annotations

import msgspec

from tearline.core.ids import Person, Post
from tearline.core.instants import Instant
from tearline.node.commands import DUTIES, list_codewords
from tearline.node.node import Node
from tearline.node.views.people import PersonRecord


class PersonLine(msgspec.Struct, frozen=True, kw_only=True):
    """A person as recorded. ``ended``: the clearance came to its end by date; ``until`` 0: no end."""

    person: Person
    name: str
    codewords: tuple[str, ...]
    posts: tuple[Post, ...]
    terms: tuple[tuple[Post, Instant, Instant], ...]
    duties: tuple[str, ...]
    cleared: bool
    ended: bool
    until: Instant
    second_factor: bool


class Roster(msgspec.Struct, frozen=True):
    """Everybody by name; and what may be given to them, under this node's ceiling."""

    items: tuple[PersonLine, ...] = ()
    codewords: tuple[str, ...] = ()
    duties: tuple[str, ...] = ()
    ceiling: str = ""


class PostLine(msgspec.Struct, frozen=True):
    """A post: who may act for it now, and who later or before; where an unacknowledged FLASH goes."""

    name: Post
    title: str
    alternate: Post
    flash_min: int
    holders: tuple[Person, ...]
    others: tuple[Person, ...]


def list_people(node: Node) -> Roster:
    """Call with the node's lock held."""
    people = sorted(node.people.persons.values(), key=lambda p: p.person)
    ceiling = node.directory.members[node.member].ceiling
    now = node.clock.dtg()
    return Roster(tuple(_line(p, now) for p in people), list_codewords(node), DUTIES, ceiling)


def _line(p: PersonRecord, now: Instant) -> PersonLine:
    return PersonLine(
        person=p.person,
        name=p.name,
        codewords=p.codewords,
        posts=p.posts,
        terms=tuple((post, term.since, term.until) for post, term in p.terms.items()),
        duties=p.duties,
        cleared=p.cleared_at(now),
        ended=p.ended or bool(p.until and p.until <= now),
        until=p.until,
        second_factor=p.second_factor,
    )


def list_posts(node: Node) -> tuple[PostLine, ...]:
    """Every post that is held or set. Call with the node's lock held."""
    now = node.clock.dtg()
    persons = node.people.persons.values()
    names = {*node.people.posts, *(post for p in persons for post in p.posts)}
    out = []
    for name in sorted(names):
        record = node.people.post(name)
        holders = tuple(sorted(p.person for p in persons if name in p.posts_at(now)))
        others = tuple(sorted(set(node.people.holders(name)) - set(holders)))
        out.append(PostLine(name, record.title, record.alternate, record.flash_min, holders, others))
    return tuple(out)
