# SPDX-License-Identifier: Apache-2.0
"""Recall a product of ours from members that hold it, with its reach shown before (DESIGN 10).

For its author and for release officers, as long as they see all of it; to anybody else it does not exist. A recall
travels FLASH as a revision without content, whatever became of the agreement since; access ends where it arrives, and a
destruction record comes back. It can't be undone: who is to have the product again gets it over the desk.
"""

from __future__ import annotations

import msgspec

from tearline.core.ids import Member, Person, Post, ProductId, Tag
from tearline.core.instants import Instant
from tearline.core.products import Product
from tearline.core.renditions import Share
from tearline.node.commands.acting import Acting, Refused, sees_whole
from tearline.node.commands.amend import find_known_product, find_own_product, may_write_anew
from tearline.node.commands.desk import find_item
from tearline.node.commands.release import find_loss, recall_share, sent_share
from tearline.node.node import Node
from tearline.node.views.catalogue import Key
from tearline.node.views.releases import PostReceipt, Sent

PURPOSES = ("error", "source", "policy", "spill", "superseded", "other")
UNKNOWN = Refused("unknown-product", "no product by that key that you may recall")


class Holder(msgspec.Struct, frozen=True):
    """A member that holds a share now. ``purge``: at_once, or confirm by its security officer; '' without agreement.

    ``reference``: by which it knows the product; what was filed anew since has another.
    """

    member: Member
    reference: str
    released_at: Instant
    authority: str
    agreement: str
    purge: str
    portions: tuple[Tag, ...]
    receipts: tuple[PostReceipt, ...]


class CopyHere(msgspec.Struct, frozen=True):
    """A print or export made at this node, not recorded destroyed. Copies elsewhere stand in the destruction records."""

    copy: int
    post: Post
    at: Instant


class RecallReach(msgspec.Struct, frozen=True):
    """Who would be reached, before anything is recalled. ``withdrawn`` had it and don't any more.

    ``derived``: own products that name a portion of it as their source.
    """

    reference: str
    author: Person
    holders: tuple[Holder, ...]
    withdrawn: tuple[Member, ...]
    waiting: tuple[Member, ...]
    copies: tuple[CopyHere, ...]
    derived: tuple[str, ...]


class Recalled(msgspec.Struct, frozen=True):
    """Members to which the recall travels now."""

    key: Key
    reference: str
    members: tuple[Member, ...]


def find_reach(node: Node, acting: Acting, key: Key) -> RecallReach | None:
    """Who holds the product, since when, and what was done with it as far as this node was told."""
    product = _find_recallable(node, acting, key)
    if product is None:
        return None
    sent = node.releases.sent.get(product.envelope.product, {})
    item = node.desk.items[product.envelope.product]
    copies = (c for c in node.custody.copies.get(key, ()) if not c.destroyed_at)
    holders = tuple(_holder(node, record) for record in sent.values() if not record.withdrawn)
    return RecallReach(
        _name_for(product, [h.reference for h in sorted(holders, key=lambda h: h.released_at)]),
        item.author,
        holders,
        tuple(m for m, record in sent.items() if record.withdrawn),
        item.pending if item.state == "open" else (),
        tuple(CopyHere(c.copy, c.post, c.at) for c in copies),
        _derived_from(node, acting, product.envelope.product),
    )


def recall_product(
    node: Node, acting: Acting, key: Key, members: tuple[Member, ...], purpose: str
) -> Recalled | Refused:
    """Recall all that these members were sent of it."""
    with node.lock:
        product = _find_recallable(node, acting, key)
        if product is None:
            return UNKNOWN
        sent = node.releases.sent.get(product.envelope.product, {})
        chosen = tuple(dict.fromkeys(members))
        if not chosen or any(m not in sent or sent[m].withdrawn for m in chosen):
            return Refused("not-held", "name members that hold the product")
        if purpose not in PURPOSES:
            return Refused("bad-purpose", f"the purpose is one of {', '.join(PURPOSES)}")
        shares = {m: sent_share(node, sent[m]) for m in sorted(chosen, key=lambda m: sent[m].at)}
        work = node.work(acting.person, acting.post)
        for member in chosen:
            share = shares[member]
            lost = tuple(p.tag for p in share.portions) if share else ()
            recall_share(work, product, member, find_loss(lost, share, None), None, purpose=purpose)
        work.commit()
        named = [_reference_of(node, product.envelope.product, share) for share in shares.values()]
        return Recalled(key, _name_for(product, named), chosen)


def _name_for(product: Product, held: list[str]) -> str:
    """Of the references that it is held by, oldest first: the product's own, if one does or none is held, else the newest."""
    own = product.envelope.reference
    return own if own in held or not held else held[-1]


def _reference_of(node: Node, product: ProductId, share: Share | None) -> str:
    """By which a member knows what it was sent."""
    return share.envelope.reference if share else node.releases.references.get(product, "")


def may_recall(node: Node, acting: Acting, key: Key) -> bool:
    """Whether somebody holds it from whom this person may recall it."""
    product = _find_recallable(node, acting, key)
    sent = node.releases.sent.get(product.envelope.product, {}) if product is not None else {}
    return any(not record.withdrawn for record in sent.values())


def _find_recallable(node: Node, acting: Acting, key: Key) -> Product | None:
    product = find_known_product(node, acting, key)
    if product is None or acting.class_id is None or acting.ceiling:
        return None
    if may_write_anew(node, acting, product):
        return product
    return find_item(node, acting, key)


def _holder(node: Node, record: Sent) -> Holder:
    agreement = node.agreement_with(record.member)
    share = sent_share(node, record)
    return Holder(
        record.member,
        _reference_of(node, record.product, share),
        record.at,
        record.authority,
        record.agreement,
        agreement.purge.get(record.member, "confirm") if agreement else "",
        tuple(p.tag for p in share.portions) if share else (),
        tuple(r for r in node.releases.receipts.get(record.product, ()) if r.member == record.member),
    )


def _derived_from(node: Node, acting: Acting, product: ProductId) -> tuple[str, ...]:
    """References of own products built on this one, of those that the asker sees whole."""
    out = []
    for holding_key, holding in node.catalogue.holdings.items():
        found = find_own_product(node, holding_key) if holding.own else None
        if found is None or acting.class_id is None:
            continue
        named = any(
            s.originator == node.member and s.product == product for p in found.portions for s in p.sources
        )
        if named and sees_whole(node, acting.class_id, found):
            out.append(found.envelope.reference)
    return tuple(out)
