# SPDX-License-Identifier: Apache-2.0
"""On what authority may this share go to that member? A label is not authority (DESIGN 10).

Steps, each of which can refuse by name: 1. an agreement in force covers the member and the share's highest label. 2. the
mandate (a delegation of the acting post, or a standing rule) is valid, covers kind, audience and highest label.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from tearline.core.ids import Member, Post
from tearline.core.instants import print_iso
from tearline.core.labels import RELIDO, Decision, Label, Reason, carries, translate
from tearline.core.products import KINDS, Product
from tearline.core.renditions import Share
from tearline.node.commands.acting import Acting, sees_whole
from tearline.node.node import Node
from tearline.node.trust import Agreement, Delegation, Rule


def find_agreement_faults(node: Node, share: Share, member: Member) -> list[Reason]:
    """Why no agreement lets this share go to the member now; empty where one does."""
    agreements = node.directory.agreements_between(node.member, member, node.clock.dtg())
    if not agreements:
        return [Reason("no-agreement", values=(member,))]
    found = [_find_above(node, share, member, agreement) for agreement in agreements]
    return min(found, key=len)  # one agreement that covers all of it is enough


def _find_above(node: Node, share: Share, member: Member, agreement: Agreement) -> list[Reason]:
    network = node.book.policies[node.book.network]
    highest = network.classifications[agreement.highest[member]].hierarchy
    out = []
    for label in sorted(share.labels(), key=repr):
        level = level_of(label, node.book.network, node)
        if level is None or level > highest:
            out.append(Reason("agreement", values=(label.classification,), policy=agreement.id))
    return out


def covers(node: Node, delegation: Delegation, product: Product, share: Share, member: Member) -> bool:
    """Valid now; names this kind and this member; nothing in the share above its level. So does what it was issued under."""
    if node.people.find_delegation(delegation.id, node.clock.dtg()) is None:
        return False
    parent = node.people.delegations.get(delegation.under)
    return (
        (delegation.kinds == ("*",) or product.envelope.kind in delegation.kinds)
        and member in node.book.resolve(delegation.audience, today(node))
        and all(is_within(node, label, delegation.highest) for label in share.labels())
        and (parent is None or _is_under(node, delegation, parent, product, share=share, member=member))
    )


def _is_under(
    node: Node, delegation: Delegation, parent: Delegation, product: Product, *, share: Share, member: Member
) -> bool:
    """What a delegation was issued under covers it too, and is not got round by asking fewer officers."""
    return (
        parent.may_redelegate
        and delegation.approvals >= parent.approvals
        and covers(node, parent, product, share, member)
    )


def choose_authority(
    node: Node, acting: Acting, product: Product, *, share: Share, member: Member
) -> Rule | Delegation | None:
    """Under what a share goes as its product is filed: a standing rule, or a delegation of the author's own post.

    None where an officer decides on the desk. Filing releases by this answer, and a preview says it.
    """
    rule = choose_rule(node, product, share=share, member=member, declared=product.declared)
    if rule is not None:
        return rule
    if acting.post.endswith("-RELEASE"):
        return None  # an officer decides on the desk, after reading each text
    delegation = choose_delegation(node, acting.post, product, share=share, member=member)
    if delegation is None or delegation.approvals > 1:
        return None  # where more than one officer approves, nobody releases alone by filing
    return delegation


class Deciders(msgspec.Struct, frozen=True):
    """Who decides on a share for a member: officers of ``posts``, who see all of the product.

    ``vacant``, where there is none: posts that a delegation covers it for, and nobody who holds one now decides releases and
    is cleared for all of it. Both empty: nobody here has the authority.
    """

    posts: tuple[Post, ...] = ()
    vacant: tuple[Post, ...] = ()


def list_deciders(node: Node, product: Product, *, share: Share, member: Member) -> Deciders:
    """Who could release this share to this member on the desk, by the posts whose delegations cover it."""
    held = dict.fromkeys(d.to for d in node.people.delegations.values())
    covered = [p for p in held if any(list_delegations(node, p, product, share=share, member=member))]
    posts = tuple(post for post in covered if _has_officer(node, post, product))
    return Deciders(posts, () if posts else tuple(covered))


def _has_officer(node: Node, post: Post, product: Product) -> bool:
    """Whether an item is offered to anybody who holds the post now."""
    now = node.clock.dtg()
    officers = (p for p in node.people.persons.values() if "release" in p.duties and post in p.posts_at(now))
    classes = {p.class_id for p in officers if p.class_id is not None and p.cleared_at(now)}
    return any(sees_whole(node, class_id, product) for class_id in classes)


def choose_delegation(
    node: Node, post: Post, product: Product, *, share: Share, member: Member, named: str = ""
) -> Delegation | None:
    """A delegation under which the post may release this share to this member; the one named, if one is named."""
    found = list_delegations(node, post, product, share=share, member=member)
    return next((d for d in found if not named or named in {d.id, d.name}), None)


def list_delegations(
    node: Node, post: Post, product: Product, *, share: Share, member: Member
) -> Iterator[Delegation]:
    """Every delegation under which the post may release this share to this member, issued first first."""
    for delegation in node.people.delegations.values():
        if delegation.to == post and covers(node, delegation, product, share, member):
            yield delegation


def choose_rule(node: Node, product: Product, *, share: Share, member: Member, declared: str) -> Rule | None:
    """A standing rule that releases this share to this member without a person."""
    for rule in node.people.rules_in_force(node.clock.dtg()):
        if rule_covers(node, rule, product, share=share, member=member, declared=declared):
            return rule
    return None


def rule_covers(
    node: Node, rule: Rule, product: Product, *, share: Share, member: Member, declared: str
) -> bool:
    """Whether a rule, once in force, releases this share to this member. A dry run asks nothing else."""
    delegation = node.people.find_delegation(rule.delegation, node.clock.dtg())
    return (
        delegation is not None
        and delegation.approvals == 1  # a rule can't stand for a second officer
        and product.envelope.kind in rule.kinds
        and not any(carries(label, RELIDO) for label in share.labels())  # an officer decides
        and member in node.book.resolve(rule.audience, today(node))
        and covers(node, delegation, product, share, member)
        and _meets_condition(node, rule, product, declared)
        and _within_rule(node, rule, share, member)
    )


def _meets_condition(node: Node, rule: Rule, product: Product, declared: str) -> bool:
    if rule.condition == "template":
        return KINDS[product.envelope.kind].fields_only
    if rule.condition == "public":
        public = all(label.policy == node.book.public for label in product.labels())
        return public and declared in {"unaltered", "paraphrase"}
    return False


def _within_rule(node: Node, rule: Rule, share: Share, member: Member) -> bool:
    for portion in share.portions:
        for variant in portion.variants:
            if variant.label.policy == node.book.public or is_within(node, variant.label, rule.highest):
                continue
            exemption = rule.exemption
            if exemption is None or portion.kind != exemption.kind or member not in exemption.members:
                return False
            if not is_within(node, variant.label, exemption.highest):
                return False
    return True


def is_within(node: Node, label: Label, highest: str) -> bool:
    """Not above a classification of this member's own policy."""
    own = node.voice.policy
    level = level_of(label, own, node)
    ceiling = node.book.policies[own].classifications.get(highest)
    return level is not None and (
        label.policy == node.book.public or (ceiling is not None and level <= ceiling.hierarchy)
    )


def level_of(label: Label, policy: str, node: Node) -> int | None:
    """The label's level in ``policy``'s scale; PUBLIC is below every level, what has no equivalent is above all."""
    if label.policy == node.book.public:
        return 0
    carried = translate(label, policy, node.book)
    if isinstance(carried, Decision):
        return None
    return node.book.policies[policy].classifications[carried.classification].hierarchy


def today(node: Node) -> str:
    """The day of the operational clock: as of when groups are resolved."""
    return print_iso(node.clock.dtg())[:10]
