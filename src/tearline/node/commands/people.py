# SPDX-License-Identifier: Apache-2.0
"""People and posts, as an administrator keeps them: admit or change a person, end one, set a post, end clearances by date.

Nobody administers themselves: another administrator changes an administrator's record. Nobody is cleared by this duty (N7).
"""

from __future__ import annotations

import msgspec

from tearline.core.errors import MalformedError
from tearline.core.ids import Person, Post, check_id
from tearline.core.instants import Instant
from tearline.core.labels import TagKind
from tearline.node.commands.acting import DUTIES, Acting, Refused, act_again
from tearline.node.commands.admit import AdmitPerson, record_person
from tearline.node.journal import ClearanceEnded, FirstPasswordGiven, PersonEnded, PostSet
from tearline.node.node import THE_NODE, Node

ADMINISTRATION = "administration"
NAME_MAX_CHARS = 120
LISTED_MAX = 40
FLASH_MIN_MAX = 24 * 60

NO_DUTY = Refused("no-duty", "people and posts are kept by administrators, in a session that is not lowered")
OWN_RECORD = Refused("own-record", "another administrator changes your own record")
LAST = Refused("last-administrator", "somebody has to keep this duty: admit another administrator first")


class SetPost(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``alternate`` is alerted when a FLASH stays unacknowledged for ``flash_min`` minutes; empty and 0: nobody is."""

    name: Post
    title: str = ""
    alternate: Post = Post("")
    flash_min: int = 0


def admit_person(node: Node, acting: Acting, person: AdmitPerson) -> Refused | None:
    """Admit a person, or change what is recorded of them; the whole record is replaced."""
    with node.lock:
        faults = _may_administer(node, acting) or find_faults_of_person(node, person)
        if faults is None and person.person == acting.person:
            faults = OWN_RECORD
        if faults is None and ADMINISTRATION not in person.duties and _is_last(node, person.person):
            faults = LAST
        if faults is not None:
            return faults
        work = node.work(acting.person, acting.post)
        record_person(work, person)
        work.commit()
        return None


def end_person(node: Node, acting: Acting, person: Person, reason: str) -> Refused | None:
    """A person may act here no more, from their next request on. What they wrote stays theirs."""
    with node.lock:
        refused = _may_administer(node, acting)
        if refused is not None:
            return refused
        if person not in node.people.persons:
            return Refused("unknown-person", "nobody of that name may act here")
        if person == acting.person:
            return OWN_RECORD
        if not 1 <= len(reason.strip()) <= NAME_MAX_CHARS:
            return Refused("no-reason", f"say why, in {NAME_MAX_CHARS} characters at most")
        if _is_last(node, person):
            return LAST
        work = node.work(acting.person, acting.post)
        work.add(PersonEnded, person=person, reason=reason.strip())
        work.commit()
        return None


def note_first_password(node: Node, acting: Acting, person: Person) -> Refused | None:
    """On record before it is drawn: who tells somebody a password could sign in as them until they replace it (A1, N7)."""
    with node.lock:
        refused = _may_administer(node, acting)
        if refused is not None:
            return refused
        if person not in node.people.persons:
            return Refused("unknown-person", "nobody of that name may act here")
        if person == acting.person:
            return OWN_RECORD
        work = node.work(acting.person, acting.post)
        work.add(FirstPasswordGiven, person=person)
        work.commit()
        return None


def set_post(node: Node, acting: Acting, post: SetPost) -> Refused | None:
    """What a post is called, and where a FLASH goes that it leaves unacknowledged."""
    with node.lock:
        refused = _may_administer(node, acting) or _find_faults_of_post(node, post)
        if refused is not None:
            return refused
        work = node.work(acting.person, acting.post)
        fields = msgspec.structs.asdict(post)
        work.add(PostSet, **fields | {"title": post.title.strip()})
        work.commit()
        return None


def end_clearances(node: Node) -> tuple[Person, ...]:
    """Put on record the clearances whose date has come: the timer's part. They ended by themselves already."""
    with node.lock:
        now = node.clock.dtg()
        due = [p for p in node.people.persons.values() if p.until and not p.ended and p.until <= now]
        ended = tuple(p.person for p in due if p.class_id is not None)
        work = node.work(THE_NODE, Post(""))
        for person in ended:
            work.add(ClearanceEnded, person=person)
        work.commit()
        return ended


def find_faults_of_person(node: Node, person: AdmitPerson) -> Refused | None:
    """The first thing wrong with a record; everything a node can't resolve is refused by name (N5)."""
    try:
        check_id("person", person.person)
        for post in (*person.posts, *(post for post, _, _ in person.terms)):
            check_id("post", post)
    except MalformedError as error:
        return Refused("bad-name", error.message)
    held = {post for post, _, _ in person.terms}
    unknown = [duty for duty in person.duties if duty not in DUTIES]
    unknown += [word for word in person.codewords if word not in list_codewords(node)]
    unknown += [post for post in held if post not in person.posts]
    if unknown:
        return Refused("unknown-value", f"not known here: {', '.join(unknown)}")
    if max(len(person.posts), len(person.codewords), len(person.duties)) > LISTED_MAX:
        return Refused("too-many", f"at most {LISTED_MAX} of a kind")
    if len(person.name) > NAME_MAX_CHARS:
        return Refused("bad-name", f"a name has at most {NAME_MAX_CHARS} characters")
    return _find_faults_of_dates(node.clock.dtg(), person)


def list_codewords(node: Node) -> tuple[str, ...]:
    """The codewords of the member's own policy that the member itself holds: nobody here can hold another."""
    national = node.member_sights[node.member].national
    policy = node.book.policies[national.policy]
    sets = [s for s in policy.tag_sets.values() if s.kind is TagKind.RESTRICTIVE]
    return tuple(value for s in sets for value in national.values(s.name))


def _find_faults_of_dates(now: Instant, person: AdmitPerson) -> Refused | None:
    if person.until and (person.until <= now or not person.cleared):
        return Refused("bad-date", "a clearance ends at a time to come, and only where there is one")
    if any(until and until <= since for _, since, until in person.terms):
        return Refused("bad-date", "a post is held from one time until a later one")
    return None


def set_posts(node: Node, posts: list[SetPost], by: Person = THE_NODE) -> None:
    """What posts are called and where their warnings go, as a network is founded; one journal entry each."""
    with node.lock:
        work = node.work(by, Post(""))
        for post in posts:
            work.add(
                PostSet, name=post.name, title=post.title, alternate=post.alternate, flash_min=post.flash_min
            )
        work.commit()


def _find_faults_of_post(node: Node, post: SetPost) -> Refused | None:
    try:
        check_id("post", post.name)
        if post.alternate:
            check_id("post", post.alternate)
    except MalformedError as error:
        return Refused("bad-name", error.message)
    if not post.name.startswith(f"{node.member}-") or len(post.title) > NAME_MAX_CHARS:
        return Refused("bad-name", f"posts of this node are named {node.member}-…")
    if post.alternate and (post.alternate == post.name or not node.people.holders(post.alternate)):
        return Refused("unknown-value", "the alternate is another post, which somebody holds")
    if not 0 <= post.flash_min <= FLASH_MIN_MAX or bool(post.alternate) != bool(post.flash_min):
        return Refused("bad-date", "an alternate post is alerted after 1 to 1440 minutes")
    return None


def _may_administer(node: Node, acting: Acting) -> Refused | None:
    return None if ADMINISTRATION in act_again(node, acting).duties else NO_DUTY


def _is_last(node: Node, person: Person) -> bool:
    return node.people.with_duty(ADMINISTRATION) == (person,)
