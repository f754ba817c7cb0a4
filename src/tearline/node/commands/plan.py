# SPDX-License-Identifier: Apache-2.0
"""What filing does, member by member: planned once, so that what is said before (a preview) is what happens (DESIGN 10).

A plan is made of a product as it would be filed; ``carry_out`` does it, and ``describe`` says it.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from msgspec import UNSET, UnsetType

from tearline.core.ids import Member, Post
from tearline.core.products import Product
from tearline.core.renditions import Share
from tearline.node.commands.acting import Acting
from tearline.node.commands.authorise import choose_authority, list_deciders
from tearline.node.commands.release import (
    Step,
    add_filing,
    mandate_of,
    plan_sent,
    release_share,
    share_of,
    shares_for,
    take_step,
)
from tearline.node.node import Node, Work
from tearline.node.trust import Delegation, Rule

Authority = Rule | Delegation


class Plan(msgspec.Struct, frozen=True):
    """First shares, each with its authority (None: an officer decides); and a step for who has an earlier revision."""

    product: Product
    shares: dict[Member, Share]
    authorities: dict[Member, Authority | None]
    steps: dict[Member, Step]

    @property
    def released(self) -> tuple[Member, ...]:
        """Who is sent a first share or other words at once."""
        changed = (m for m, step in self.steps.items() if step.what == "changed")
        return (*(m for m, found in self.authorities.items() if found is not None), *changed)

    @property
    def pending(self) -> tuple[Member, ...]:
        """For whom an officer decides."""
        waiting = (m for m, step in self.steps.items() if step.waits)
        return (*(m for m, found in self.authorities.items() if found is None), *waiting)


class Filing(msgspec.Struct, frozen=True):
    """What filing does for these members.

    ``what``: ``rule`` or ``delegation``, under which they are sent it at once (``authority``, by ``name``); ``waits``, for a
    decision of one of ``posts`` (none: nobody has the authority, or nobody of ``vacant`` can read it);
    ``recalled``, at once, of what the new words take from them; ``unchanged``. Who loses words and waits is in two.
    """

    what: str
    members: tuple[Member, ...]
    authority: str = ""
    name: str = ""
    posts: tuple[Post, ...] = ()
    vacant: tuple[Post, ...] = ()


def plan_filing(node: Node, acting: Acting, product: Product, *, hold: bool = False) -> Plan:
    """Of a new product, or of one that the desk sent back, of which some may have had a part.

    From whom it was withdrawn, or who was refused it, waits, whatever covers it: neither a rule nor its author undoes what an
    officer decided (0029).
    """
    steps = plan_sent(node, acting, product)
    shares = {} if hold else {m: s for m, s in shares_for(node, product).items() if m not in steps}
    name = product.envelope.product
    decided = node.releases.sent.get(name, {}).keys() - steps.keys() | {
        m for m in shares if (name, m) in node.releases.refused
    }
    found = {
        m: None if m in decided else choose_authority(node, acting, product, share=s, member=m)
        for m, s in shares.items()
    }
    return Plan(product, shares, found, steps)


def plan_amendment(node: Node, acting: Acting, product: Product, before: Product) -> Plan:
    """Of a new revision: who would gain a first share by it waits, whatever covers it."""
    steps = plan_sent(node, acting, product)
    still = node.desk.items[product.envelope.product].pending
    gains = {
        m: s
        for m, s in shares_for(node, product).items()
        if m not in steps and (m in still or not steps or share_of(node, before, m) is None)
    }
    return Plan(product, gains, dict.fromkeys(gains), steps)


def carry_out(work: Work, acting: Acting, plan: Plan, of_draft: tuple[str, str] | UnsetType = UNSET) -> None:
    """The entries of a filing."""
    add_filing(work, acting, plan.product, plan.pending, of_draft)
    for member, found in plan.authorities.items():
        if found is not None:
            release_share(work, plan.product, plan.shares[member], member, mandate_of(found))
    for member, step in plan.steps.items():
        take_step(work, plan.product, member, step)


def describe(node: Node, plan: Plan) -> tuple[Filing, ...]:
    """What a plan does, in groups of members for whom it does the same."""
    return _group(_filings(node, plan))


def describe_filed(node: Node, product: Product) -> tuple[Filing, ...]:
    """How it stands with a product that was filed: for who asks again because the answer never came."""
    return _group(_filed(node, product))


def _filed(node: Node, product: Product) -> Iterator[tuple[Member, Filing]]:
    name, people = product.envelope.product, node.people
    for member, record in node.releases.sent.get(name, {}).items():
        found = people.rules.get(record.authority) or people.delegations.get(record.authority)
        if found is not None and not record.withdrawn:
            yield member, _sent(found)
    for member in node.desk.items[name].pending:
        yield member, _waits(node, product, member)


def _group(filings: Iterator[tuple[Member, Filing]]) -> tuple[Filing, ...]:
    grouped: dict[Filing, list[Member]] = {}
    for member, one in filings:
        grouped.setdefault(one, []).append(member)
    found = (msgspec.structs.replace(one, members=tuple(members)) for one, members in grouped.items())
    return tuple(sorted(found, key=lambda one: _ORDER.index(one.what)))


_ORDER = ("rule", "delegation", "recalled", "waits", "unchanged")


def _filings(node: Node, plan: Plan) -> Iterator[tuple[Member, Filing]]:
    for member, found in plan.authorities.items():
        yield member, _sent(found) if found else _waits(node, plan.product, member)
    for member, step in plan.steps.items():
        if step.what == "recalled":
            yield member, Filing("recalled", ())
        if step.what == "changed" and step.authority is not None:
            yield member, _sent(step.authority)
        if step.waits:
            yield member, _waits(node, plan.product, member)
        elif step.what == "none":
            yield member, Filing("unchanged", ())


def _sent(found: Authority) -> Filing:
    return Filing("rule" if isinstance(found, Rule) else "delegation", (), found.id, found.name)


def _waits(node: Node, product: Product, member: Member) -> Filing:
    share = share_of(node, product, member)
    if share is None:
        return Filing("waits", ())
    found = list_deciders(node, product, share=share, member=member)
    return Filing("waits", (), posts=found.posts, vacant=found.vacant)
