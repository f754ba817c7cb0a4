# SPDX-License-Identifier: Apache-2.0
"""Amend a product: a new revision, and for each member exactly what changed for it (DESIGN 8, 10).

Whose share did not change is sent nothing. Who keeps everything and gets other words is sent the new share in its lane, if a
rule or the author's own delegation covers it; else it waits on the desk. Who loses a portion is sent a recall with the
remaining text whole, in FLASH. Who would gain a first share waits on the desk.
"""

from __future__ import annotations

import msgspec

from tearline.core.ids import Member, Person
from tearline.core.products import Product
from tearline.node.commands.acting import Acting, Refused, is_author, sees_whole
from tearline.node.commands.draft import DraftProduct, find_in_draft, make_portions, refuse_findings
from tearline.node.commands.plan import Filing, carry_out, describe, plan_amendment
from tearline.node.node import Node
from tearline.node.views.catalogue import Key, product_of


class Amended(msgspec.Struct, frozen=True):
    """What became of an amendment, by member; ``filing``: under what, and who decides about the others."""

    key: Key
    changed: tuple[Member, ...]
    recalled: tuple[Member, ...]
    unchanged: tuple[Member, ...]
    pending: tuple[Member, ...]
    filing: tuple[Filing, ...] = ()


def amend_product(node: Node, acting: Acting, key: Key, draft: DraftProduct) -> Amended | Refused:
    """File a new revision of one's own product."""
    with node.lock:
        before = find_amended(node, acting, key)
        if isinstance(before, Refused):
            return before
        product = revise(node, before, draft)
        findings = find_in_draft(node, acting, draft, product)
        if any(f.blocking for f in findings):
            return refuse_findings(findings)
        plan = plan_amendment(node, acting, product, before)
        filing = describe(node, plan)
        work = node.work(acting.person, acting.post)
        carry_out(work, acting, plan)
        work.commit()
        by_what = {
            what: tuple(
                m for m, s in plan.steps.items() if s.what == what and not (s.waits and what == "none")
            )
            for what in ("changed", "recalled", "none")
        }
        return Amended(key, by_what["changed"], by_what["recalled"], by_what["none"], plan.pending, filing)


def find_amended(node: Node, acting: Acting, key: Key) -> Product | Refused:
    """One's own product as it stands, to be filed in a new revision."""
    before = find_known_product(node, acting, key)
    if before is None or not may_write_anew(node, acting, before):
        return Refused("unknown-product", "no product of yours by that key")
    return before


def find_own_product(node: Node, key: Key) -> Product | None:
    """The newest revision of a product of this node."""
    holding = node.catalogue.holdings.get(key)
    content = node.catalogue.content(key) if holding is not None and holding.own else None
    return content.product if content else None


def is_known(node: Node, acting: Acting, key: Key) -> bool:
    """Whether this person is shown something of it, or wrote it as an intake, which reads nothing.

    Asked before anything else: what they are shown nothing of takes the same work as what does not exist (A1.10).
    """
    if acting.class_id is not None:
        return node.catalogue.appears(key, acting.class_id)
    item = node.desk.items.get(product_of(key))
    return is_author(acting, item.author if item is not None else Person(""))


def find_known_product(node: Node, acting: Acting, key: Key) -> Product | None:
    """The newest revision of a product of this node that this person knows of."""
    return find_own_product(node, key) if is_known(node, acting, key) else None


def may_write_anew(node: Node, acting: Acting, product: Product) -> bool:
    """Whether it is their own to look at as it was written and to write anew: its author's, who still sees all of it (N7).

    What their clearance covers no more is not theirs for having written it. An intake writes without any, and reads nothing.
    """
    item = node.desk.items.get(product.envelope.product)
    if item is None or not is_author(acting, item.author):
        return False
    if acting.class_id is None:
        return "intake" in acting.duties
    return sees_whole(node, acting.class_id, product)


def revise(node: Node, before: Product, draft: DraftProduct) -> Product:
    """The new revision that a draft makes of a product."""
    return msgspec.structs.replace(
        before,
        revision=before.revision + 1,
        changed_at=node.clock.dtg(),
        portions=make_portions(node, draft, before.envelope.product),
    )
