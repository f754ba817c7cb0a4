# SPDX-License-Identifier: Apache-2.0
"""What becomes of an entry that arrived: a pure decision, the same for every carrier, order and repetition.

Codes (stable; they travel back as dispositions):
- ``accepted``      taken over: it is the newest revision of that product from this peer
- ``superseded``    a newer revision is already held, or the payload was withdrawn before it travelled
- ``recalled``      a recall taken over; its purge is reported by a destruction record of its own
- ``quarantined:…`` kept sealed, shown to nobody: unknown words, a label that is not valid here, or policies that were never
  in force here (``other-packs``), so that what its labels mean is not known
- ``refused:…``     not the peer's to send, or above the ceiling: the payload never reaches the disk
- ``noted``         a disposition, a receipt, or the ending of a former life of ours
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping

import msgspec

from tearline.core.errors import MalformedError, TearlineError
from tearline.core.exchange.entry import (
    Body,
    DestructionRecord,
    Disposition,
    Ending,
    Leaf,
    Recall,
    Receipt,
    open_body,
    open_leaf,
)
from tearline.core.exchange.frames import RUN_MAX_ITEMS, Item
from tearline.core.ids import LANES, Member, ProductId, check_id
from tearline.core.instants import Instant
from tearline.core.labels import Label, PolicyBook, find_faults
from tearline.core.products import KINDS, find_excess, find_fault_of_body, is_reference
from tearline.core.renditions import Share

ACCEPTED = "accepted"
NAME_MAX_CHARS = 200
NAMES_MAX = 1_000
PORTIONS_MAX = 500
LATEST = Instant(
    4_102_444_799_000_000
)  # the last second of 2099: what is counted on from a time stays in every calendar
RECEIPT_STATES = ("displayed", "acknowledged")


class Arrival(msgspec.Struct, frozen=True):
    """One entry as decided. ``body`` is None where nothing may be taken from it; ``fault`` is what a recall's text had."""

    code: str
    leaf: Leaf | None
    body: Body | None = None
    fault: str = ""


class Receiver(msgspec.Struct, frozen=True):
    """What the decision needs to know of this node: nothing of other peers."""

    peer: Member
    book: PolicyBook
    packs: Collection[
        str
    ]  # the digests of every book that was in force here: what labels under them mean is known
    sees: Callable[[Label], bool]  # may this member hold it (its directory clearance)
    newest: Mapping[ProductId, int]  # revisions held of this peer's products, recalls included
    sent: Mapping[str, int]  # how much of each lane the peer was sent in this life of ours
    released: Callable[[ProductId], bool]  # was the peer sent anything of this product of ours
    incarnation: int = 1  # ours; what a peer answers to a former one names entries that a backup may lack


def decide_arrival(item: Item, lane: str, receiver: Receiver) -> Arrival:
    """Never raises on what a peer may have written: bad entries are quarantined or refused, and the lane goes on."""
    leaf = None
    try:
        leaf = open_leaf(item)
        if item.body is None:
            return Arrival("superseded", leaf)
        body = open_body(item, leaf)
        if isinstance(body, Disposition | Receipt | Ending):
            _check_answer(body, receiver)
            return Arrival("noted", leaf, body)
        _check_named(leaf)
    except TearlineError as error:
        return Arrival(f"quarantined:{error.code}", leaf)
    return _decide_content(leaf, body, lane, receiver)


def _decide_content(leaf: Leaf, body: Share | Recall, lane: str, receiver: Receiver) -> Arrival:
    if leaf.revision <= receiver.newest.get(ProductId(leaf.product), 0):
        return Arrival("superseded", leaf)
    if isinstance(body, Share):
        code = _judge_share(body, receiver)
        if code == ACCEPTED and LANES.index(lane) < LANES.index(body.envelope.precedence):
            code = "refused:wrong-lane"  # slower than it could is the sender's choice, faster is not
        return Arrival(code, leaf, body if code == ACCEPTED else None)
    try:
        _check_recall(body)
    except TearlineError as error:
        return Arrival(f"quarantined:{error.code}", leaf)
    code = ACCEPTED if body.share is None else _judge_share(body.share, receiver)
    if code == ACCEPTED:
        return Arrival("recalled", leaf, body)
    # A recall that brings unreadable text still recalls: the loss is honoured, the text is not shown.
    return Arrival("recalled", leaf, msgspec.structs.replace(body, share=None), fault=code)


def _check_named(leaf: Leaf) -> None:
    check_id("product", leaf.product)
    if leaf.revision < 1:
        raise MalformedError("bad-revision", "revisions are counted from one")


def _judge_share(share: Share, receiver: Receiver) -> str:
    """Who may hold it comes first: what is above us is refused, never kept sealed."""
    labels = share.labels()
    invalid = {label for label in labels if find_faults(label, receiver.book)}
    if not all(receiver.sees(label) for label in labels - invalid):
        return "refused:above-clearance"
    if share.envelope.originator != receiver.peer:
        return "refused:not-the-originator"
    try:
        _check_share(share)
    except TearlineError as error:
        return f"quarantined:{error.code}"
    if share.packs not in receiver.packs:
        return "quarantined:other-packs"
    return "quarantined:invalid-label" if invalid else ACCEPTED


def _check_share(share: Share) -> None:
    envelope, portions = share.envelope, share.portions
    check_id("product", envelope.product)
    _check_reference(envelope.reference, envelope.originator)
    _check_time(envelope.filed_at, share.changed_at)
    if envelope.kind not in KINDS or envelope.precedence not in LANES:
        raise MalformedError("unknown-kind", "a kind or precedence that is not known here")
    for post in _bounded(share.action + share.info):
        check_id("post", post)
    if not portions or len(portions) > PORTIONS_MAX or len({p.tag for p in portions}) != len(portions):
        raise MalformedError("bad-portions", "no portions, too many, or two of one tag")
    for excess in find_excess(portions):
        raise MalformedError(excess, "more than any honest node would have filed")
    for portion in portions:
        check_id("tag", portion.tag)
        _check_names("portions", (portion.kind,))
        if not portion.variants or portion.sources:
            raise MalformedError(
                "bad-portions", "a portion without text, or with sources, which never travel"
            )
        for fault in (find_fault_of_body(variant.body) for variant in portion.variants):
            if fault:
                raise MalformedError(fault, "a portion that no honest node would have filed")


def _check_recall(recall: Recall) -> None:
    for tag in (*_bounded(recall.lost), *_bounded(tuple(tag for tag, _ in recall.withdrawn))):
        check_id("tag", tag)
    _check_names("reference", (recall.reference, recall.authority))  # of any shape: the loss is honoured
    _check_time(recall.at)


def _check_answer(body: Disposition | Receipt | Ending, receiver: Receiver) -> None:
    if isinstance(body, Ending):
        if body.incarnation > receiver.incarnation or any(
            life >= body.incarnation for life, _, _ in body.lanes
        ):
            raise MalformedError("bad-ending", "the ending of a life that has not ended")
        return
    if isinstance(body, Receipt):
        check_id("post", body.post)
        _check_time(body.at)
        own = body.post.startswith(f"{receiver.peer}-") and receiver.released(body.product)
        if not own or body.state not in RECEIPT_STATES:
            raise MalformedError(
                "bad-receipt", "a receipt for another's post, of nothing sent, or in no known state"
            )
        return
    life = body.incarnation or 1
    end, sent = body.start + len(body.codes), receiver.sent.get(body.lane, 0)
    if life > receiver.incarnation:
        raise MalformedError("bad-disposition", "an answer to a life that never was")
    if life < receiver.incarnation:
        sent = 2**53  # a backup can't know
    if body.lane not in LANES or len(body.codes) > RUN_MAX_ITEMS or not 0 <= body.start <= end <= sent:
        raise MalformedError("bad-disposition", "an answer to entries that were never sent")
    for code in body.codes:
        _check_names("disposition", (code,))
    if body.record is not None:
        _check_record(body.record)


def _check_record(record: DestructionRecord) -> None:
    check_id("product", record.product)
    for tag in _bounded(record.portions):
        check_id("tag", tag)
    _check_names("disposition", (record.reference, record.authority))
    _check_names("disposition", _bounded(record.what + record.copies + record.derived))
    _check_time(record.at)


def _bounded(names: tuple[str, ...]) -> tuple[str, ...]:
    if len(names) > NAMES_MAX:
        raise MalformedError("too-many", f"more than {NAMES_MAX} names in one place")
    return names


def _check_reference(reference: str, originator: Member) -> None:
    """It is cited, printed, and names files: of the originator's own, and of a reference's shape."""
    if not is_reference(reference, originator):
        raise MalformedError("bad-reference", f"no reference of {originator}: {reference[:40]!r}")


def _check_names(what: str, names: Iterable[str]) -> None:
    """Names are printed beside a reader's text: short, and nothing in them that moves a cursor or hides."""
    for name in names:
        if len(name) > NAME_MAX_CHARS or not name.isprintable():
            raise MalformedError(f"bad-{what}", f"a name that can't be printed or is too long: {name[:40]!r}")


def _check_time(*times: Instant) -> None:
    if not all(0 <= at <= LATEST for at in times):
        raise MalformedError("bad-time", "a time outside the calendar")
