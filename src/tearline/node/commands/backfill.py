# SPDX-License-Identifier: Apache-2.0
"""Backfill: release holdings under standing rules to members that don't have them, in ROUTINE; a dry run counts first."""

from __future__ import annotations

import msgspec

from tearline.core.ids import Member, Precedence
from tearline.core.instants import Instant
from tearline.node.commands.acting import Acting, Refused
from tearline.node.commands.authorise import choose_rule
from tearline.node.commands.desk import find_item
from tearline.node.commands.release import mandate_of, release_share, shares_for
from tearline.node.node import Node

PURPOSE = "backfill"
ROUTINE = Precedence.ROUTINE.name


class Backfilled(msgspec.Struct, frozen=True):
    """How many products each member would get, or got, and under which rules."""

    members: dict[Member, int]
    rules: dict[str, int]
    dry_run: bool


def backfill(node: Node, acting: Acting, *, before: Instant, dry_run: bool) -> Backfilled | Refused:
    """Every own product filed before ``before`` that a rule covers and a member was never sent.

    Of what this officer sees whole: a number must not tell of what else is held (N1).
    """
    if "release" not in acting.duties:
        return Refused("no-authority", "a backfill is run by a release post")
    with node.lock:
        work = node.work(acting.person, acting.post)
        members: dict[Member, int] = {}
        rules: dict[str, int] = {}
        for key, holding in list(node.catalogue.holdings.items()):
            if not holding.own or holding.withdrawn or holding.envelope.filed_at >= before:
                continue
            item = node.desk.items.get(holding.envelope.product)
            if item is None or item.state == "returned":
                continue  # nothing of it leaves until it is filed again
            product = find_item(node, acting, key)
            sent = node.releases.sent.get(holding.envelope.product, {})
            for member, share in shares_for(node, product).items() if product else ():
                rule = (
                    choose_rule(node, product, share=share, member=member, declared=product.declared)
                    if product
                    else None
                )
                refused = (holding.envelope.product, member) in node.releases.refused
                if product is None or rule is None or member in sent or refused:
                    continue
                members[member] = members.get(member, 0) + 1
                rules[rule.id] = rules.get(rule.id, 0) + 1
                if not dry_run:
                    mandate = msgspec.structs.replace(mandate_of(rule), purpose=PURPOSE, lane=ROUTINE)
                    release_share(work, product, share, member, mandate)
        if not dry_run:
            work.commit()
        return Backfilled(members, rules, dry_run)
