# SPDX-License-Identifier: Apache-2.0
"""What goes to a member once more: it was lost on the way, or with the disk of one of the two.

It goes as a revision of its own, since a leaf can't travel twice, and cites the authority on which it went first.
"""

from __future__ import annotations

from collections.abc import Sequence

from tearline.core.canon import decode_canonical
from tearline.core.exchange import RECALL, SHAPES, Body, Recall
from tearline.core.ids import FLASH, Member
from tearline.core.instants import Instant
from tearline.core.renditions import Share
from tearline.node.commands.release import Loss, join_losses, sent_share, stamp_share
from tearline.node.journal import (
    AnyEntry,
    NoticeSent,
    ShareRecalled,
    ShareReleased,
    StreamAppended,
    decode_entry,
    decode_payload,
)
from tearline.node.node import Node, Work
from tearline.node.views.releases import RecallStatus
from tearline.node.views.streams import OutItem


def send_again(work: Work, member: Member, lane: str, item: OutItem) -> None:
    """An entry of ours that a member lacks, as a revision of its own: a leaf can't travel twice."""
    node = work.node
    raw = node.payload(item.position, item.n)
    payload = None if raw is None else decode_payload(raw)
    if payload is None or not payload.body:
        return
    entry = decode_entry(node.journal.records(item.position, 1)[0].entry)
    body: Body = decode_canonical(payload.body, SHAPES[payload.kind])
    shape, fields = _describe_again(node, member, entry, body)
    work.send(shape, member, lane, payload.kind, body, **fields)


def _describe_again(
    node: Node, member: Member, entry: AnyEntry, body: Body
) -> tuple[type[StreamAppended], dict[str, object]]:
    """As what an entry goes again, and on what authority; one that a partner had given back, on what is known of it."""
    if isinstance(entry, NoticeSent) or not isinstance(body, Share | Recall):
        return NoticeSent, {"authority": entry.authority}
    if isinstance(entry, ShareReleased):
        fields: dict[str, object] = {"agreement": entry.agreement, "purpose": entry.purpose}
    elif isinstance(entry, ShareRecalled):
        fields = {"lost": entry.lost}
    else:
        return _describe_recovered(node, member, body)
    fields |= {"product": entry.product, "author_revision": entry.author_revision}
    return type(entry), fields | {"authority": entry.authority}


def _describe_recovered(
    node: Node, member: Member, body: Share | Recall
) -> tuple[type[StreamAppended], dict[str, object]]:
    product = body.envelope.product if isinstance(body, Share) else body.product
    record = node.releases.sent[product][member]
    item = node.desk.items.get(product)
    fields: dict[str, object] = {
        "product": product,
        "author_revision": item.revision if item is not None else record.author_revision,
        "authority": record.authority,
    }
    if isinstance(body, Recall):
        return ShareRecalled, fields | {"lost": body.lost}
    return ShareReleased, fields | {"agreement": record.agreement}


def recall_again(work: Work, member: Member, undone: Sequence[RecallStatus]) -> None:
    """Recalls of one product that a member had answered for, and whose answer it lost: its backup may hold the text again."""
    node, product = work.node, undone[0].product
    record = node.releases.sent[product][member]
    share = None if record.withdrawn else sent_share(node, record)
    loss = join_losses(undone, Loss())
    body = Recall(
        product,
        undone[-1].reference,
        loss.tags,
        record.agreement,
        Instant(work.dtg),
        None if share is None else stamp_share(work, share),
        loss.wordings,
    )
    work.send(
        ShareRecalled,
        member,
        FLASH,
        RECALL,
        body,
        authority=record.authority,
        product=product,
        author_revision=record.author_revision,
        lost=loss.tags,
    )
