# SPDX-License-Identifier: Apache-2.0
"""What a post does with what it has: assign it within, remark, hand over and take its watch; and the timer that passes on.

Everything here is about products that the acting person sees; what they don't see does not exist (N1).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from tearline.core.canon import decode_trusted, encode_canonical
from tearline.core.ids import Person, Post
from tearline.core.instants import MINUTE, Instant
from tearline.core.labels import ClassId, Label, find_faults
from tearline.node.commands.acting import NOT_CLEARED, Acting, Refused, act_as
from tearline.node.journal import (
    ProductAssigned,
    WarningPassedOn,
    WatchHandedOver,
    WatchRemarked,
    WatchTaken,
)
from tearline.node.node import THE_NODE, Node, Work
from tearline.node.views.catalogue import Key
from tearline.node.views.people import PostRecord
from tearline.node.views.watch import Touched

WORDS_MAX = 4_000

NO_POST = Refused("no-post", "you act for no post now: choose one first")
NOT_OF_POST = Refused("not-of-post", "nobody of that name acts for this post now")
NOT_ON_WATCH = Refused("not-on-watch", "you do not have this post's watch: take it first")
NOT_FOR_THEM = Refused("not-for-them", "this person may not read what you would assign: choose another")


class Remark(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words in a watch log, under a label of their own: readers are told them as far as they see it."""

    label: Label
    words: str


def read_remark(raw: bytes | None) -> Remark | None:
    """A remark as it stands in its payload; None once that is purged."""
    return None if raw is None else decode_trusted(raw, Remark)


def list_roster(node: Node, post: Post) -> tuple[Person, ...]:
    """Who may act for a post now, with a clearance that runs."""
    now = node.clock.dtg()
    records = node.people.persons.values()
    return tuple(sorted(r.person for r in records if post in r.posts_at(now) and r.cleared_at(now)))


def list_seen(node: Node, acting: Acting, keys: Sequence[Key]) -> Iterator[Key]:
    """Those that the acting person sees, each once."""
    known = {} if acting.class_id is None else node.catalogue.appearances.get(acting.class_id, {})
    return (key for key in dict.fromkeys(keys) if key in known)


def assign_products(node: Node, acting: Acting, keys: Sequence[Key], to: str) -> Refused | None:
    """Within the post acted for; ``to`` empty: the whole post's again. What is so already is not recorded twice."""
    with node.lock:
        if not acting.post:
            return NO_POST
        person = Person(to)
        if person and person not in list_roster(node, acting.post):
            return NOT_OF_POST
        seen = list(list_seen(node, acting, keys))
        if not seen:
            return Refused("unknown-product", "no product by that key")
        if person and not all(_may_read(node, acting, person, key) for key in seen):
            return NOT_FOR_THEM
        work = node.work(acting.person, acting.post)
        for key in seen:
            if node.watch.assignee(key, acting.post) != person:
                envelope = node.catalogue.holdings[key].envelope
                work.add(ProductAssigned, member=envelope.originator, product=envelope.product, to=person)
        work.commit()
        return None


def _may_read(node: Node, acting: Acting, person: Person, key: Key) -> bool:
    """Whether they see any of what the acting person sees of it: no more is looked at, so that no more is told (N1)."""
    now = act_as(node, person, acting.post)
    class_id = now.class_id if now is not None else None
    if acting.class_id is None or class_id is None:
        return False
    shown = node.catalogue.shown(key, acting.class_id)
    return any(node.sights.sees_label(class_id, s.label) for s in shown)


def remark(node: Node, acting: Acting, made: Remark) -> Refused | None:
    """Words by hand in the log of the post's watch."""
    with node.lock:
        refusal = _check_remark(node, acting, made)
        if refusal is not None:
            return refusal
        work = node.work(acting.person, acting.post)
        _add_remark(work, made)
        work.commit()
        return None


def _check_remark(node: Node, acting: Acting, made: Remark) -> Refused | None:
    """Nobody writes what they may not read; nothing is written without a sound label (N5)."""
    if acting.class_id is None:
        return NOT_CLEARED
    if not acting.post:
        return NO_POST
    words = made.words.strip()
    if not words or len(words) > WORDS_MAX:
        return Refused("bad-remark", f"a remark has words, {WORDS_MAX} characters at most")
    # Asked for faults first: a label that names nothing known is given no number.
    if find_faults(made.label, node.book) or not node.sights.sees_label(acting.class_id, made.label):
        return Refused("bad-remark", "this label is not one that you may write under here")
    return None


def _add_remark(work: Work, made: Remark) -> None:
    work.add(WatchRemarked, payloads=(encode_canonical(made),))


def hand_over_watch(
    node: Node, acting: Acting, to: str, keys: Sequence[Key], note: Remark | None = None
) -> Refused | None:
    """Its holder offers the post's watch to somebody who acts for it, with what is left to do. It passes when they take it."""
    with node.lock:
        if not acting.post:
            return NO_POST
        if to == acting.person or Person(to) not in list_roster(node, acting.post):
            return NOT_OF_POST
        if node.watch.watch(acting.post).holder != acting.person:
            return NOT_ON_WATCH
        refusal = _check_remark(node, acting, note) if note is not None else None
        if refusal is not None:
            return refusal
        work = node.work(acting.person, acting.post)
        if note is not None:
            _add_remark(work, note)
        work.add(WatchHandedOver, to=Person(to), open=tuple(list_seen(node, acting, keys)))
        work.commit()
        return None


def take_watch(node: Node, acting: Acting) -> Refused | None:
    """Have the post's watch from now on, offered or not: who had it is on record. Twice changes nothing."""
    with node.lock:
        if not acting.post or acting.person not in list_roster(node, acting.post):
            return NO_POST
        before = node.watch.watch(acting.post).holder
        if before == acting.person and node.watch.watch(acting.post).offer is None:
            return None
        work = node.work(acting.person, acting.post)
        work.add(WatchTaken, before=before)
        work.commit()
        return None


def pass_on_warnings(node: Node) -> int:
    """The timer's work: warnings that a post left unacknowledged for its minutes are asked of its alternate as well.

    Time runs by the operational clock, since the text came to the class of whoever would be asked: so that nothing hidden from
    them sets the hour (N1). How many were passed on now.
    """
    with node.lock:
        posts = [p for p in node.people.posts.values() if p.flash_min > 0 and p.alternate]
        if not posts or not node.catalogue.warned:
            return 0
        work = node.work(THE_NODE, Post(""))
        due = [(key, post) for post in posts for key in node.catalogue.warned if _is_late(node, key, post)]
        for key, post in due:
            envelope = node.catalogue.holdings[key].envelope
            work.add(
                WarningPassedOn,
                member=envelope.originator,
                product=envelope.product,
                late=post.name,
                to=post.alternate,
            )
        work.commit()
        _tell_classes(node, work.dtg)
        return len(due)


def _is_late(node: Node, key: Key, post: PostRecord) -> bool:
    """Asked of the post, not acknowledged, not passed on yet, and its time is over for anybody at the alternate."""
    holding = node.catalogue.holdings[key]
    if post.name not in holding.action or post.alternate in holding.action:
        return False
    if post.name in node.custody.acknowledged.get(key, ()) or post.alternate in node.watch.passed.get(
        key, ()
    ):
        return False
    came = _came_at(node, key, post.alternate)
    return bool(came) and min(came.values()) + post.flash_min * MINUTE <= node.clock.dtg()


def _came_at(node: Node, key: Key, post: Post) -> dict[ClassId, Instant]:
    """When a product came to each class that acts for a post and sees it."""
    classes = {c for person in node.people.holders(post) for c in node.people.classes_of(person)}
    known = {c: node.catalogue.appearances.get(c, {}).get(key) for c in classes}
    return {c: found.first_at for c, found in known.items() if found is not None}


def _tell_classes(node: Node, now: Instant) -> None:
    """Each class is told when its own time is over, and not when another's is."""
    touched = []
    for key, passed in node.watch.passed.items():
        for post in {*passed, *passed.values()}:
            late = passed.get(post, post)
            minutes = node.people.post(late).flash_min * MINUTE
            for class_id, came in _came_at(node, key, post).items():
                place = (key, post, class_id)
                if came + minutes <= now and place not in node.watch.told:
                    node.watch.told.add(place)
                    touched.append(Touched(post, key=key, class_id=class_id))
    node.tell_posts(touched)
