# SPDX-License-Identifier: Apache-2.0
"""What becomes of an entry that arrived: a pure decision, the same for every carrier, order and repetition.

Codes (stable; they travel back as dispositions):
- ``accepted``      taken over: it is the newest revision of that product from this peer
- ``superseded``    a newer revision is already held, or the payload was withdrawn before it travelled
- ``recalled``      a recall taken over; its purge is reported by a destruction record of its own
- ``quarantined:…`` kept sealed, shown to nobody: unknown words or a label that is not valid here
- ``refused:…``     not the peer's to send, or above the ceiling: the payload is purged on arrival
- ``noted``         a disposition or receipt
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from tearline.core.errors import TearlineError
from tearline.core.exchange.entry import Body, Disposition, Leaf, Recall, Receipt, open_body, open_leaf
from tearline.core.exchange.frames import Item
from tearline.core.ids import LANES, Member, ProductId, check_id
from tearline.core.labels import Label, PolicyBook, find_faults
from tearline.core.products import KINDS
from tearline.core.renditions import Share


class Arrival(msgspec.Struct, frozen=True):
    """One entry as decided. ``body`` is None where nothing may be taken from it."""

    code: str
    leaf: Leaf | None
    body: Body | None = None


class Receiver(msgspec.Struct, frozen=True):
    """What the decision needs to know of this node: nothing of other peers."""

    peer: Member
    book: PolicyBook
    sees: Callable[[Label], bool]  # may this member hold it (its directory clearance)
    newest: Mapping[ProductId, int]  # revisions held of this peer's products, recalls included


def decide_arrival(item: Item, lane: str, receiver: Receiver) -> Arrival:
    """Never raises on what a peer may have written: bad entries are quarantined or refused, and the lane goes on."""
    try:
        leaf = open_leaf(item)
        if item.body is None:
            return Arrival("superseded", leaf)
        body = open_body(item, leaf)
    except TearlineError as error:
        return Arrival(f"quarantined:{error.code}", None)
    if isinstance(body, Disposition | Receipt):
        return Arrival("noted", leaf, body)
    return _decide_content(leaf, body, lane, receiver)


def _decide_content(leaf: Leaf, body: Share | Recall, lane: str, receiver: Receiver) -> Arrival:
    if leaf.revision <= receiver.newest.get(ProductId(leaf.product), 0):
        return Arrival("superseded", leaf)
    share = body.share if isinstance(body, Recall) else body
    if isinstance(body, Recall) and ProductId(leaf.product) not in receiver.newest:
        code = "recalled" if share is None else _judge_share(share, lane, receiver, recall=True)
        return Arrival("recalled" if code == "accepted" else code, leaf, body)
    code = (
        "accepted" if share is None else _judge_share(share, lane, receiver, recall=isinstance(body, Recall))
    )
    if isinstance(body, Recall):
        # A recall that brings unreadable text still recalls: the loss is honoured, the text is not shown.
        body = body if code == "accepted" else msgspec.structs.replace(body, share=None)
        return Arrival("recalled", leaf, body)
    return Arrival(code, leaf, body if code == "accepted" else None)


def _judge_share(share: Share, lane: str, receiver: Receiver, *, recall: bool) -> str:
    envelope = share.envelope
    try:
        check_id("product", envelope.product)
        for portion in share.portions:
            check_id("tag", portion.tag)
    except TearlineError as error:
        return f"quarantined:{error.code}"
    if envelope.originator != receiver.peer:
        return "refused:not-the-originator"
    if envelope.kind not in KINDS or envelope.precedence not in LANES or not share.portions:
        return "quarantined:unknown-kind"
    if envelope.precedence != lane and not recall:
        return "refused:wrong-lane"
    if len({p.tag for p in share.portions}) != len(share.portions) or not all(
        p.variants for p in share.portions
    ):
        return "quarantined:bad-portions"
    labels = share.labels()
    if any(find_faults(label, receiver.book) for label in labels):
        return "quarantined:invalid-label"
    if not all(receiver.sees(label) for label in labels):
        return "refused:above-clearance"
    return "accepted"
