# SPDX-License-Identifier: Apache-2.0
"""Amend a product: a new revision, and for each member exactly what changed for it (DESIGN 8, 10).

Whose share did not change is sent nothing. Who keeps everything and gets other words is sent the new share in its lane. Who
loses a portion is sent a recall with the remaining text whole, in FLASH. Who would gain a first share waits on the desk.
An amendment goes by the authority under which the member got the product, if that still holds.
"""

from __future__ import annotations

import msgspec

from tearline.core.exchange import RECALL, Recall
from tearline.core.ids import Member, Precedence, ProductId
from tearline.core.instants import Instant
from tearline.core.products import Product
from tearline.core.renditions import Change, Share, compare_shares, make_share
from tearline.node.commands.acting import Acting, Refused
from tearline.node.commands.draft import DraftProduct, find_in_draft, make_portions, with_originator
from tearline.node.commands.file import Mandate, add_filing, refuse_findings, release_share, shares_for
from tearline.node.journal.entries import ShareRecalled
from tearline.node.node import Node, Work
from tearline.node.views.catalogue import Key
from tearline.node.views.releases import Sent

FLASH = Precedence.FLASH.name


class Amended(msgspec.Struct, frozen=True):
    """What became of an amendment, by member."""

    key: Key
    changed: tuple[Member, ...]
    recalled: tuple[Member, ...]
    unchanged: tuple[Member, ...]
    pending: tuple[Member, ...]


def amend_product(node: Node, acting: Acting, key: Key, draft: DraftProduct) -> Amended | Refused:
    """File a new revision of one's own product."""
    with node.lock:
        before = find_own_product(node, key)
        item = node.desk.items.get(before.envelope.product) if before else None
        if before is None or item is None or acting.person != item.author:
            return Refused("unknown-product", "no product of yours by that key")
        product = _revise(node, before, draft)
        findings = find_in_draft(node, acting, draft, product)
        if any(f.blocking for f in findings):
            return refuse_findings(findings)
        work = node.work(acting.person, acting.post)
        return _settle(work, key, with_originator(node, product))


def find_own_product(node: Node, key: Key) -> Product | None:
    """The newest revision of a product of this node."""
    holding = node.catalogue.holdings.get(key)
    content = node.catalogue.content(key) if holding is not None and holding.own else None
    return content.product if content else None


def _revise(node: Node, before: Product, draft: DraftProduct) -> Product:
    return msgspec.structs.replace(
        before,
        revision=before.revision + 1,
        changed_at=node.clock.dtg(),
        portions=make_portions(node, draft, before.envelope.product),
    )


def _settle(work: Work, key: Key, product: Product) -> Amended:
    node = work.node
    outcome: dict[str, list[Member]] = {"changed": [], "recalled": [], "none": [], "pending": []}
    sent = {m: s for m, s in node.releases.sent.get(product.envelope.product, {}).items() if not s.withdrawn}
    changes = {member: (s, *_compare(node, product, s)) for member, s in sent.items()}
    candidates = shares_for(node, product)
    still = node.desk.items[product.envelope.product].pending
    outcome["pending"] = [
        m for m in candidates if m not in sent and (m in still or not sent or _gains(node, key, product, m))
    ]
    add_filing(work, product, tuple(outcome["pending"]))
    for member, (record, change, share) in changes.items():
        if change.what == "none":
            outcome["none"].append(member)
        elif change.what == "changed" and share is not None:
            if not _still_holds(node, record.authority):
                outcome["pending"].append(member)
                continue
            release_share(work, product, share, member, Mandate(record.authority))
            outcome["changed"].append(member)
        else:
            recall_share(work, product, member, change, share)
            outcome["recalled"].append(member)
    work.commit()
    return Amended(
        key,
        tuple(outcome["changed"]),
        tuple(outcome["recalled"]),
        tuple(outcome["none"]),
        tuple(outcome["pending"]),
    )


def _compare(node: Node, product: Product, sent: Sent) -> tuple[Change, Share | None]:
    old = revision_of(node, product.envelope.product, sent.author_revision)
    before = share_of(node, old, sent.member) if old else None
    after = share_of(node, product, sent.member)
    return compare_shares(before, after), after


def _still_holds(node: Node, authority: str) -> bool:
    at = node.clock.dtg()
    return node.people.find_delegation(authority, at) is not None or any(
        r.id == authority for r in node.people.rules_in_force(at)
    )


def _gains(node: Node, key: Key, product: Product, member: Member) -> bool:
    before = find_own_product(node, key)
    return before is not None and share_of(node, before, member) is None


def share_of(node: Node, product: Product, member: Member) -> Share | None:
    """The share of one member, by its directory clearance."""
    class_id = node.member_classes[member]
    return make_share(product, member, lambda label: node.sights.sees_label(class_id, label))


def revision_of(node: Node, product: ProductId, revision: int) -> Product | None:
    """An earlier revision of an own product, as filed."""
    key = f"{node.member}.{product}"
    holding = node.catalogue.holdings.get(key)
    for target in (holding.target, *holding.older) if holding else ():
        content = node.catalogue.content_at(target, own=True)
        if content is not None and content.product is not None and content.product.revision == revision:
            return content.product
    return None


def recall_share(work: Work, product: Product, member: Member, change: Change, share: Share | None) -> None:
    """A withdrawal or a narrowing: travels FLASH, and is a revision like any other."""
    node = work.node
    record = node.releases.sent[product.envelope.product][member]
    recall = Recall(
        product.envelope.product,
        product.envelope.reference,
        change.lost,
        record.agreement,
        Instant(work.dtg),
        share,
    )
    work.send(
        ShareRecalled,
        member,
        FLASH,
        RECALL,
        recall,
        authority=record.authority,
        product=product.envelope.product,
        author_revision=product.revision,
        lost=change.lost,
    )
