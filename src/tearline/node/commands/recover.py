# SPDX-License-Identifier: Apache-2.0
"""What a restored node takes back: the entries of its own streams that partners hold and its backup lacks (DESIGN 9).

Guarantees:
- nothing is believed that this node did not sign: leaves give the root of its own checkpoint, payloads open their leaves;
- who was sent what is known again, and which recalls are open: so what was lost can be recalled (D3, D4);
- of a lost product as much is filed again as any partner that answered was sent; whose other wordings are gone for good. It has
  no author: officers who see all of it recall it, nobody amends it.
"""

from __future__ import annotations

from collections.abc import Sequence

from tearline.core.canon import encode_canonical
from tearline.core.errors import IntegrityError
from tearline.core.exchange import Item, Run, check_commitment, check_run, open_leaf
from tearline.core.ids import LANES, Member, ProductId
from tearline.core.log import Checkpoint, make_verifier, parse_checkpoint, verify_note
from tearline.core.products import Portion, Product
from tearline.core.renditions import Share
from tearline.node.commands.release import sent_share
from tearline.node.journal import AlarmRaised, ProductFiled, StreamRecovered, encode_payload
from tearline.node.node import NO_POST, THE_NODE, Node
from tearline.node.views.catalogue import make_key

RECOVERED = "recovered"


def take_back(node: Node, peer: Member, incarnation: int, lane: str, run: Run) -> int:
    """Journal a run of our own stream that a partner gave back; how much of that lane is known now.

    Nothing is believed that we did not sign: leaves must give the root of our checkpoint, payloads open their leaves.
    """
    with node.lock:
        if incarnation >= node.streams.incarnation or lane not in LANES:
            raise IntegrityError("not-former", f"incarnation {incarnation} is no former life of this node")
        out = node.streams.former_lane(peer, incarnation, lane)
        fresh = check_run(
            out.lane, run.start, run.items, run.checkpoint, lambda n, o: _verify_own(node, n, o)
        )
        if not fresh.items:
            return out.lane.size
        work = node.work(THE_NODE, NO_POST)
        work.add(
            StreamRecovered,
            payloads=tuple(_payload_of(item) for item in fresh.items),
            member=peer,
            lane=lane,
            incarnation=incarnation,
            start=fresh.start,
            leaves=tuple(item.leaf.decode() for item in fresh.items),
            checkpoint=run.checkpoint,
        )
        work.commit()
        return out.lane.size


def _payload_of(item: Item) -> bytes:
    leaf = open_leaf(item)
    bound = check_commitment(item)
    return (
        encode_payload(leaf.kind, item.salt, item.body or b"")
        if bound
        else encode_payload(leaf.kind, b"", b"")
    )


def _verify_own(node: Node, raw: str, origin: str) -> Checkpoint:
    key = node.keys.stream
    checkpoint = parse_checkpoint(verify_note(raw, [make_verifier(key.name, key.public)]))
    if checkpoint.origin != origin:
        raise IntegrityError("other-origin", "a checkpoint of another lane")
    return checkpoint


def file_recovered(node: Node) -> tuple[str, ...]:
    """File anew what was taken back of products that this node lost; their references. Once more: what came since."""
    with node.lock:
        work = node.work(THE_NODE, NO_POST, authority=RECOVERED)
        found = []
        for product in node.releases.sent:
            made = _rebuild(node, product)
            if made is None:
                continue
            found.append(made.envelope.reference)
            work.add(
                ProductFiled,
                payloads=(encode_canonical(made),),
                product=product,
                revision=made.revision,
                reference=made.envelope.reference,
                kind=made.envelope.kind,
                pending=(),
            )
            detail = made.envelope.reference
            work.add(AlarmRaised, code="product-recovered", person=THE_NODE, product=product, detail=detail)
        work.commit()
        return tuple(found)


def _rebuild(node: Node, product: ProductId) -> Product | None:
    """The product as far as shares of it are known; None where its author's own text is here, or nothing is new."""
    item = node.desk.items.get(product)
    if item is not None and item.author != THE_NODE:
        return None
    records = sorted(node.releases.sent[product].values(), key=lambda record: record.member)
    shares = [share for record in records if (share := sent_share(node, record)) is not None]
    if not shares:
        return None
    content = node.catalogue.content(make_key(node.member, product))
    before = content.product if content is not None else None
    portions = _merge(
        ([Share(before.envelope, before.changed_at, before.portions)] if before else []) + shares
    )
    if before is not None and portions == before.portions:
        return None
    return Product(
        envelope=shares[0].envelope,
        revision=1 + (before.revision if before is not None else 0),
        changed_at=max(share.changed_at for share in shares),
        policy=node.book.members[node.member].policy,
        portions=portions,
        action=tuple(dict.fromkeys(post for share in shares for post in share.action)),
        info=tuple(dict.fromkeys(post for share in shares for post in share.info)),
    )


def _merge(shares: Sequence[Share]) -> tuple[Portion, ...]:
    """Every portion in the order in which it is met, with every wording that anybody was sent."""
    merged: dict[str, Portion] = {}
    for portion in (p for share in shares for p in share.portions):
        known = merged.get(portion.tag)
        variants = tuple(dict.fromkeys((*(known.variants if known else ()), *portion.variants)))
        merged[portion.tag] = Portion(portion.tag, portion.kind, variants)
    return tuple(merged.values())
