# SPDX-License-Identifier: Apache-2.0
"""What a member sees, and what a person acting for it sees (DESIGN 3, idea 1): the conjunction that all sharing rests on.

- A member sees its own policy's labels and PUBLIC by its clearance directly; others carried into the network policy, by its
  network clearance, and only if its own policy can mark them.
- A person sees a label when the member does and, carried into the member's policy, the person's clearance does.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from tearline.core.ids import Member
from tearline.core.labels.book import DISPLAY_ONLY, PolicyBook, carries
from tearline.core.labels.bridge import get_bridge
from tearline.core.labels.decide import PERMIT, Decision, Reason, decide_anew, find_faults, refuse
from tearline.core.labels.label import Clearance, Label, make_clearance
from tearline.core.labels.policy import TagKind
from tearline.core.labels.translate import translate


class MemberSight(msgspec.Struct, frozen=True):
    """A member's clearance in the directory: its own policy's, and the same carried into the network policy."""

    member: Member
    policy: str
    national: Clearance
    network: Clearance


class PersonSight(msgspec.Struct, frozen=True):
    """A person acting for one member. ``national`` None: no clearance at all, which sees nothing, PUBLIC neither."""

    member: MemberSight
    national: Clearance | None


def member_sees(label: Label, sight: MemberSight, book: PolicyBook) -> Decision:
    """May ``label`` travel to this member? A refusal gives every reason."""
    decision = judge_member(label, sight, book)
    if decision.permitted or label.policy in {book.public, sight.policy}:
        return decision
    if isinstance(translate(label, book.network, book), Decision):
        return refuse(*decision.reasons, *_find_outside(label, sight, book))
    return decision


def judge_member(label: Label, sight: MemberSight, book: PolicyBook) -> Decision:
    """The same answer without the reasons that nobody asks of who keeps the answer alone (``Sights``)."""
    if label.policy == book.public:
        faults = find_faults(label, book)
        return refuse(*faults) if faults else PERMIT
    if label.policy == sight.policy:
        return decide_anew(label, sight.national, book)
    carried = translate(label, book.network, book)
    if isinstance(carried, Decision):
        return carried
    decision = decide_anew(carried, sight.network, book)
    if not decision.permitted:
        return decision
    if carries(label, DISPLAY_ONLY):  # shown by its own nation, given to nobody
        return refuse(Reason("display-only", values=(DISPLAY_ONLY,), policy=label.policy))
    marked = translate(label, sight.policy, book)
    return marked if isinstance(marked, Decision) else PERMIT


def _find_outside(label: Label, sight: MemberSight, book: PolicyBook) -> Iterator[Reason]:
    """Why a label that can't be carried would be refused all the same: told to those who ask for the reasons (A3)."""
    if not find_faults(label, book) and sight.member not in (book.audience(label) or ()):
        for name, values in label.categories:
            if book.policies[label.policy].tag_sets[name].kind is TagKind.PERMISSIVE:
                yield Reason("audience", name, values, label.policy)


def person_sees(label: Label, sight: PersonSight, book: PolicyBook) -> Decision:
    """May this person read ``label``? The member's answer and the person's own, both."""
    if sight.national is None:
        return refuse(Reason("no-clearance"))
    decision = member_sees(label, sight.member, book)
    return own_sees(label, sight, book) if decision.permitted else decision


def own_sees(label: Label, sight: PersonSight, book: PolicyBook) -> Decision:
    """The person's own half of the answer, where the member's is yes: asked alone by whoever keeps the member's."""
    if sight.national is None:
        return refuse(Reason("no-clearance"))
    if label.policy == book.public:
        return PERMIT
    carried = label if label.policy == sight.member.policy else translate(label, sight.member.policy, book)
    return carried if isinstance(carried, Decision) else decide_anew(carried, sight.national, book)


def make_national_clearance(
    member: Member, ceiling: str, codewords: tuple[str, ...], book: PolicyBook
) -> Clearance:
    """Everything up to ``ceiling`` (closed downwards), the codewords listed, and the audience values naming ``member``."""
    policy = book.policies[book.members[member].policy]
    top = policy.classifications[ceiling].hierarchy
    classes = [c.name for c in policy.classifications.values() if c.hierarchy <= top and not c.obsolete]
    categories: dict[str, tuple[str, ...]] = {}
    for tag_set in policy.tag_sets.values():
        if tag_set.kind is TagKind.PERMISSIVE and member in tag_set.categories:
            categories[tag_set.name] = (member,)
        if tag_set.kind is TagKind.RESTRICTIVE:
            held = tuple(word for word in codewords if word in tag_set.categories)
            if held:
                categories[tag_set.name] = held
    return make_clearance(policy.name, classes, categories)


def make_member_sight(
    member: Member, ceiling: str, codewords: tuple[str, ...], book: PolicyBook
) -> MemberSight:
    """The member's sight in its own and in the network policy: a network level is held when it arrives as one held."""
    national = make_national_clearance(member, ceiling, codewords, book)
    bridge = get_bridge(national.policy, book)
    if bridge is None:
        return MemberSight(member, national.policy, national, make_clearance(book.network, (), {}))
    classes = [up for up, down in bridge.class_down.items() if down in national.classifications]
    categories: dict[str, list[str]] = {}
    for (tag_set, value), (name, held) in bridge.values_down.items():
        if held in national.values(name):
            categories.setdefault(tag_set, []).append(value)
    return MemberSight(member, national.policy, national, make_clearance(book.network, classes, categories))
