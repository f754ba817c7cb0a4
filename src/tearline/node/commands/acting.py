# SPDX-License-Identifier: Apache-2.0
"""A person acting for one member and one post: every command and every read is bound to one (N7)."""

from __future__ import annotations

import msgspec

from tearline.core.ids import Member, Person, Post
from tearline.core.labels import ClassId
from tearline.core.products import Product
from tearline.core.renditions import Share
from tearline.node.node import NO_POST, Node

DUTIES = ("release", "security", "audit", "administration", "watch", "intake", "analysis", "cyber")


class Acting(msgspec.Struct, frozen=True):
    """Made by ``act_as`` only. ``class_id`` None: no clearance, so nothing is ever shown.

    ``ceiling``: the session was lowered to this classification. It is then for reading: it has no duties, and what it is told
    is what anybody of its lowered class would be told.
    """

    person: Person
    member: Member
    post: Post
    class_id: ClassId | None
    duties: tuple[str, ...]
    ceiling: str = ""


class Reason(msgspec.Struct, frozen=True):
    """One of several things in the way: a code, words, and what the words name, for words in other languages."""

    code: str
    words: str
    values: tuple[str, ...] = ()


class Refused(msgspec.Struct, frozen=True):
    """A refusal is a value: a stable code, words; where there are any, findings by portion, or reasons."""

    code: str
    words: str
    findings: tuple[tuple[str, str, str], ...] = ()  # (code, tag, words)
    reasons: tuple[Reason, ...] = ()


NOT_CLEARED = Refused("not-cleared", "an account without clearance writes nothing")


def name_owners(node: Node, acting: Acting) -> tuple[str, ...]:
    """Under whom what a writer puts into a draft is known: the person, and the post for this very clearance (0017)."""
    if not acting.post or acting.class_id is None:
        return (acting.person,)
    # No person's name has a ``|``.
    return (acting.person, f"|{acting.post}|{node.people.name_class(acting.class_id)}")


def act_as(node: Node, person: Person, post: Post = NO_POST, ceiling: str = "") -> Acting | None:
    """The person acting for a post they hold (their first where none is named); None where they may not."""
    record = node.people.persons.get(person)
    if record is None:
        return None
    held = record.posts
    if record.terms:
        held = record.posts_at(node.clock.dtg())
    chosen = post or (held[0] if held else Post(""))
    if chosen and chosen not in held:
        return None
    class_id = record.class_id
    if record.until and not record.cleared_at(node.clock.dtg()):
        class_id = None
    if not ceiling:
        return Acting(person, node.member, chosen, class_id, record.duties)
    # A ceiling that was never put on record is nobody's class: nothing is shown (N5).
    lowered = None if class_id is None else node.people.lowered.get(person, {}).get(ceiling)
    return Acting(person, node.member, chosen, lowered, (), ceiling)


def act_again(node: Node, acting: Acting) -> Acting:
    """The same person and post as of now; without clearance and duties where they may not act for it any more."""
    now = act_as(node, acting.person, acting.post, acting.ceiling)
    return now if now is not None else msgspec.structs.replace(acting, class_id=None, duties=())


def sees_whole(node: Node, class_id: ClassId, text: Product | Share) -> bool:
    """Whether a class sees all that a product, or what was made of it for a member, says: every wording of every portion."""
    return all(node.sights.sees_label(class_id, label) for label in text.labels())


def is_author(acting: Acting, author: Person) -> bool:
    """Whether this is its author's own work to look at and change.

    Not in a lowered session: what its person wrote in another may lie above it, and nothing may tell that it exists (N1).
    """
    return acting.person == author and not acting.ceiling
