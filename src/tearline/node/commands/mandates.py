# SPDX-License-Identifier: Apache-2.0
"""Standing rules and delegations, made and ended by who holds the authority they hang on (DESIGN 10).

Guarantees:
- a rule or a delegation never exceeds what it is made under: kinds, highest level, audience, time, officers;
- only the post that holds the delegation makes something under it, or ends what it made; a release officer acts for it;
- a dry run asks the very function that releases (``rule_covers``), over the products of a month that this officer sees whole;
- withdrawing suspends at once what hangs on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from tearline.core.canon import encode_canonical
from tearline.core.ids import Member, Post
from tearline.core.instants import DAY, Instant
from tearline.core.products import KINDS, Envelope
from tearline.node.commands.acting import Acting, Reason, Refused
from tearline.node.commands.authorise import rule_covers, today
from tearline.node.commands.desk import find_item
from tearline.node.commands.draft import draw_letters
from tearline.node.commands.release import shares_for
from tearline.node.commands.review import Original, title_of
from tearline.node.journal import AuthorityWithdrawn, DelegationIssued, RuleIssued
from tearline.node.node import Node
from tearline.node.trust import Delegation, Rule
from tearline.node.views.catalogue import make_key
from tearline.node.views.desk import DeskItem

MONTH = Instant(31 * DAY)
CONDITIONS = ("template", "public")
NAME_MAX_CHARS = 60
REVIEW_MAX_H = 24
NOT_AN_OFFICER = Refused(
    "no-authority", "rules and delegations are made by a release post under its own delegation"
)


class DraftRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A standing rule as an officer asks for it, in force from now until ``valid_to``."""

    name: str
    delegation: str
    kinds: tuple[str, ...]
    highest: str
    audience: tuple[str, ...]
    condition: str
    valid_to: Instant


class DraftDelegation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A delegation of one's own, passed on to another post; what it releases is reviewed within ``review_h`` hours."""

    name: str
    under: str
    to: Post
    kinds: tuple[str, ...]
    highest: str
    audience: tuple[str, ...]
    valid_to: Instant
    review_h: int = REVIEW_MAX_H


class WouldRelease(msgspec.Struct, frozen=True):
    """A product of the time looked at: whom the rule would have sent it to, and what became of it there instead.

    ``became`` holds (member, what): released, returned, refused, waiting or nothing.
    """

    envelope: Envelope
    title: Original | None
    became: tuple[tuple[Member, str], ...]


class Tried(msgspec.Struct, frozen=True):
    """A dry run: nothing was released. ``looked``: how many products were looked at, of those this officer sees whole."""

    since: Instant
    looked: int
    products: tuple[WouldRelease, ...]


class DelegationState(msgspec.Struct, frozen=True):
    """A delegation; ``members`` as of today; ``held``: by the post acted for; ``ours``: made by it, so it may end it."""

    delegation: Delegation
    members: tuple[Member, ...]
    in_force: bool
    held: bool
    ours: bool


class RuleState(msgspec.Struct, frozen=True):
    """A standing rule; ``ours``: it stands under a delegation of the post acted for, which may end it."""

    rule: Rule
    members: tuple[Member, ...]
    in_force: bool
    ours: bool


class RuleKind(msgspec.Struct, frozen=True):
    """A kind of product; only of one with fields alone a rule of the template kind can speak."""

    name: str
    fields_only: bool


class Mandates(msgspec.Struct, frozen=True):
    """All that releases here, and what a new rule or delegation can be made of. ``levels``: lowest first."""

    delegations: tuple[DelegationState, ...]
    rules: tuple[RuleState, ...]
    kinds: tuple[RuleKind, ...]
    levels: tuple[str, ...]
    audiences: tuple[str, ...]
    posts: tuple[Post, ...]


def list_mandates(node: Node, acting: Acting) -> Mandates:
    """Delegations and rules, issued first first."""
    at = node.clock.dtg()
    known = node.people.delegations
    in_force = {rule.id for rule in node.people.rules_in_force(at)}
    levels = sorted(node.book.policies[node.voice.policy].classifications.values(), key=lambda c: c.hierarchy)
    return Mandates(
        tuple(
            DelegationState(
                d,
                _members(node, d.audience),
                node.people.find_delegation(d.id, at) is not None,
                held=d.to == acting.post,
                ours=d.under in known and known[d.under].to == acting.post,
            )
            for d in known.values()
        ),
        tuple(
            RuleState(
                r,
                _members(node, r.audience),
                r.id in in_force,
                r.delegation in known and known[r.delegation].to == acting.post,
            )
            for r in node.people.rules.values()
        ),
        tuple(RuleKind(name, kind.fields_only) for name, kind in KINDS.items()),
        tuple(level.name for level in levels if not level.obsolete),
        (*sorted(node.book.groups), *sorted(m for m in node.member_classes if m != node.member)),
        tuple(sorted(_posts(node))),
    )


def _members(node: Node, audience: tuple[str, ...]) -> tuple[Member, ...]:
    named = node.book.resolve(audience, today(node))
    return tuple(m for m in sorted(node.member_classes) if m in named and m != node.member)


def issue_rule(node: Node, acting: Acting, draft: DraftRule) -> Rule | Refused:
    """Put a standing rule in force."""
    with node.lock:
        rule = _make_rule(node, acting, draft)
        if isinstance(rule, Refused):
            return rule
        named = draw_letters(node, f"rule:{draft.delegation}:{draft.name}", 6)
        rule = msgspec.structs.replace(rule, id=f"R-{named}")
        work = node.work(acting.person, acting.post)
        work.add(RuleIssued, payloads=(encode_canonical(rule),), authority=rule.delegation, rule=rule.id)
        work.commit()
        return rule


def try_rule(node: Node, acting: Acting, draft: DraftRule) -> Tried | Refused:
    """What the rule would have released over the last month, had it been in force. Nothing is released or recorded."""
    with node.lock:
        rule = _make_rule(node, acting, draft)
        if isinstance(rule, Refused):
            return rule
        since = Instant(node.clock.dtg() - MONTH)
        looked, found = 0, []
        for item in node.desk.items.values():
            product = find_item(node, acting, make_key(node.member, item.product))
            if product is None or not since <= product.envelope.filed_at <= node.clock.dtg():
                continue
            looked += 1
            members = [
                m
                for m, share in shares_for(node, product).items()
                if rule_covers(node, rule, product, share=share, member=m, declared=product.declared)
            ]
            if members:
                became = tuple((m, _became(node, item, m)) for m in members)
                found.append(WouldRelease(product.envelope, title_of(node, product), became))
        found.sort(key=lambda w: (w.envelope.filed_at, w.envelope.reference), reverse=True)
        return Tried(since, looked, tuple(found))


def redelegate(node: Node, acting: Acting, draft: DraftDelegation) -> Delegation | Refused:
    """Pass on a part of one's own delegation to another post of this node."""
    with node.lock:
        parent = _find_own(node, acting, draft.under)
        if isinstance(parent, Refused):
            return parent
        faults = [
            *_find_excess(node, parent, draft.kinds, draft.highest, draft.audience, valid_to=draft.valid_to),
            *_find_unnamed(draft.name),
        ]
        if not parent.may_redelegate:
            faults.append(Reason("passed-on", f"{parent.name} may not be passed on", (parent.name,)))
        if draft.to == parent.to or draft.to not in _posts(node):
            faults.append(Reason("post", "name another post that somebody holds"))
        if not 1 <= draft.review_h <= REVIEW_MAX_H:
            words = f"what it releases is reviewed within 1 to {REVIEW_MAX_H} hours"
            faults.append(Reason("review", words, (str(REVIEW_MAX_H),)))
        if faults:
            return _refuse(faults)
        made = _make_delegation(node, parent, draft)
        work = node.work(acting.person, acting.post)
        work.add(
            DelegationIssued, payloads=(encode_canonical(made),), authority=parent.id, delegation=made.id
        )
        work.commit()
        return made


def withdraw_mandate(node: Node, acting: Acting, mandate: str) -> Refused | None:
    """End a rule or a delegation that the acting post made under its own; what hangs on it is suspended at once."""
    with node.lock:
        rule, delegation = node.people.rules.get(mandate), node.people.delegations.get(mandate)
        above = rule.delegation if rule else delegation.under if delegation else ""
        parent = node.people.delegations.get(above)
        if "release" not in acting.duties or parent is None or parent.to != acting.post:
            return Refused("unknown-mandate", "no rule or delegation of yours by that name")
        work = node.work(acting.person, acting.post)
        work.add(AuthorityWithdrawn, authority=parent.id, withdrawn=mandate)
        work.commit()
        return None


def _find_own(node: Node, acting: Acting, delegation: str) -> Delegation | Refused:
    if "release" not in acting.duties:
        return NOT_AN_OFFICER
    found = node.people.find_delegation(delegation, node.clock.dtg())
    return found if found is not None and found.to == acting.post else NOT_AN_OFFICER


def _make_rule(node: Node, acting: Acting, draft: DraftRule) -> Rule | Refused:
    parent = _find_own(node, acting, draft.delegation)
    if isinstance(parent, Refused):
        return parent
    faults = [
        *_find_excess(node, parent, draft.kinds, draft.highest, draft.audience, valid_to=draft.valid_to),
        *_find_unnamed(draft.name),
    ]
    if parent.approvals > 1:
        words = f"{parent.name} asks for {parent.approvals} officers, and a rule can't stand for one"
        faults.append(Reason("officers", words, (parent.name, str(parent.approvals))))
    if draft.condition not in CONDITIONS:
        faults.append(Reason("condition", "the condition is template or public"))
    elif draft.condition == "template":
        faults += [
            Reason("free-text", f"{kind} has free text, so no rule of the template kind releases it", (kind,))
            for kind in draft.kinds
            if kind in KINDS and not KINDS[kind].fields_only
        ]
    if faults:
        return _refuse(faults)
    return Rule(
        id="",
        name=draft.name.strip(),
        delegation=parent.id,
        kinds=draft.kinds,
        policy=node.voice.policy,
        highest=draft.highest,
        audience=draft.audience,
        condition=draft.condition,
        valid_from=node.clock.dtg(),
        valid_to=draft.valid_to,
    )


def _make_delegation(node: Node, parent: Delegation, draft: DraftDelegation) -> Delegation:
    named = draw_letters(node, f"delegation:{parent.id}:{draft.name}", 6)
    return Delegation(
        id=f"D-{named}",
        name=draft.name.strip(),
        agreement=parent.agreement,
        issued_by=parent.to,
        to=draft.to,
        kinds=draft.kinds,
        highest=draft.highest,
        audience=draft.audience,
        valid_from=node.clock.dtg(),
        valid_to=draft.valid_to,
        review_h=draft.review_h,
        review_by=parent.to,
        under=parent.id,
        approvals=parent.approvals,
    )


def _find_excess(
    node: Node,
    parent: Delegation,
    kinds: tuple[str, ...],
    highest: str,
    audience: tuple[str, ...],
    *,
    valid_to: Instant,
) -> Iterable[Reason]:
    """How far a mandate would go beyond the delegation it is made under."""
    allowed = set(KINDS) if parent.kinds == ("*",) else set(parent.kinds)
    if not kinds or not set(kinds) <= allowed:
        yield Reason("kinds", f"name kinds of product that {parent.name} covers", (parent.name,))
    levels = node.book.policies[node.voice.policy].classifications
    limit = levels.get(parent.highest)
    if highest not in levels or limit is None or levels[highest].hierarchy > limit.hierarchy:
        yield Reason("highest", f"the highest level is one up to {parent.highest}", (parent.highest,))
    named, day = node.book.resolve(audience, today(node)), today(node)
    if not named or not named <= node.book.resolve(parent.audience, day):
        yield Reason("audience", f"the audience lies within that of {parent.name}", (parent.name,))
    if not node.clock.dtg() < valid_to <= parent.valid_to:
        yield Reason("term", f"it ends after now, and no later than {parent.name}", (parent.name,))


def _find_unnamed(name: str) -> Iterable[Reason]:
    if not name.strip() or len(name) > NAME_MAX_CHARS or not name.isprintable():
        words = f"give it a name of up to {NAME_MAX_CHARS} characters"
        yield Reason("name", words, (str(NAME_MAX_CHARS),))


def _refuse(faults: Sequence[Reason]) -> Refused:
    return Refused("bad-mandate", "; ".join(fault.words for fault in faults), reasons=tuple(faults))


def _posts(node: Node) -> set[Post]:
    return {post for record in node.people.persons.values() for post in record.posts}


def _became(node: Node, item: DeskItem, member: Member) -> str:
    if member in node.releases.sent.get(item.product, {}):
        return "released"
    if (item.product, member) in node.releases.refused:
        return "refused"
    if item.state == "returned":
        return "returned"
    return "waiting" if member in item.pending else "nothing"
