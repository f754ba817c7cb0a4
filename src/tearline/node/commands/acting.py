# SPDX-License-Identifier: Apache-2.0
"""A person acting for one member and one post: every command and every read is bound to one (N7)."""

from __future__ import annotations

import msgspec

from tearline.core.ids import Member, Person, Post
from tearline.core.labels import ClassId
from tearline.node.node import Node

DUTIES = ("release", "security", "audit", "administration", "watch", "intake")


class Acting(msgspec.Struct, frozen=True):
    """Made by ``act_as`` only. ``class_id`` None: no clearance, so nothing is ever shown."""

    person: Person
    member: Member
    post: Post
    class_id: ClassId | None
    duties: tuple[str, ...]


class Refused(msgspec.Struct, frozen=True):
    """A refusal is a value: a stable code, words, and where there are any, findings by portion."""

    code: str
    words: str
    findings: tuple[tuple[str, str, str], ...] = ()  # (code, tag, words)


NO_POST = Post("")


def act_as(node: Node, person: Person, post: Post = NO_POST) -> Acting | None:
    """The person acting for a post they hold (their first where none is named); None where they may not."""
    record = node.people.persons.get(person)
    if record is None:
        return None
    chosen = post or (record.posts[0] if record.posts else Post(""))
    if chosen and chosen not in record.posts:
        return None
    return Acting(person, node.member, chosen, record.class_id, record.duties)


def act_again(node: Node, acting: Acting) -> Acting:
    """The same person and post as of now; without clearance and duties where they may not act for it any more."""
    now = act_as(node, acting.person, acting.post)
    return now if now is not None else msgspec.structs.replace(acting, class_id=None, duties=())
