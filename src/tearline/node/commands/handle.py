# SPDX-License-Identifier: Apache-2.0
"""What a reader does with a product: acknowledge it for a post, make a copy."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from tearline.core.exchange import RECEIPT, Receipt
from tearline.core.ids import Member, Person, ProductId
from tearline.core.instants import DAY, Instant, print_iso
from tearline.core.labels import (
    ClassId,
    Decision,
    LabelDocument,
    NoLabel,
    Role,
    roll_up,
    state_label,
    translate,
)
from tearline.core.renditions import Rendition, Shown, print_rendition
from tearline.node.commands.acting import Acting, Refused
from tearline.node.journal import CopyMade, NoticeSent, PostAcknowledged, RenditionRead
from tearline.node.node import Node, Work
from tearline.node.views.catalogue import Key

REVIEW_AFTER = 3_650 * DAY
"""A label written beside a copy has to name a date of review (STANAG 4774); ours have none, so it is ten years away."""

STATES = ("displayed", "acknowledged")


class Copied(msgspec.Struct, frozen=True):
    """A copy's number, what it shows, and the labels of that: the originator's, and the same in our policy where it is another.

    There are none where no sound label covers all of it.
    """

    copy: int
    rendition: Rendition
    labels: tuple[LabelDocument, ...] = ()


def acknowledge_product(node: Node, acting: Acting, key: Key, state: str = "acknowledged") -> Refused | None:
    """For the post; its originator learns of the post and never of the person. Twice changes nothing."""
    with node.lock:
        if state not in STATES or not acting.post or not _is_seen(node, acting, key):
            return Refused("unknown-product", "no product by that key, or no post to acknowledge it for")
        acknowledge_products(node, acting, (key,), state)
        return None


def acknowledge_products(node: Node, acting: Acting, keys: Sequence[Key], state: str) -> Refused | None:
    """Several at once, in one durable commit. What does not exist for this person is passed over (N1)."""
    with node.lock:
        if state not in STATES or not acting.post:
            return Refused("unknown-product", "no post to acknowledge it for, or no such state")
        work = node.work(acting.person, acting.post)
        due = [
            key
            for key in dict.fromkeys(keys)
            if _is_seen(node, acting, key) and _is_due(node, acting, key, state)
        ]
        for key in due:
            _acknowledge(node, work, key, state)
        if due:
            work.commit()
        return None


def _is_seen(node: Node, acting: Acting, key: Key) -> bool:
    seen = node.catalogue.appearances.get(acting.class_id, {}) if acting.class_id is not None else {}
    return key in seen and key in node.catalogue.holdings


def _is_due(node: Node, acting: Acting, key: Key, state: str) -> bool:
    acknowledged, displayed = (
        known.get(key, {}) for known in (node.custody.acknowledged, node.custody.displayed)
    )
    return acting.post not in acknowledged and not (state == "displayed" and acting.post in displayed)


def _acknowledge(node: Node, work: Work, key: Key, state: str) -> None:
    holding = node.catalogue.holdings[key]
    envelope = holding.envelope
    work.add(PostAcknowledged, member=envelope.originator, product=envelope.product, state=state)
    if not holding.own:
        receipt = Receipt(envelope.product, work.post, state, work.dtg)
        work.send(NoticeSent, envelope.originator, envelope.precedence, RECEIPT, receipt)


def persons_of(node: Node, class_id: ClassId) -> frozenset[Person]:
    """People of one clearance class: copies are numbered among them, or a number would tell of others' copies (N1)."""
    return frozenset(p.person for p in node.people.persons.values() if p.class_id == class_id)


def make_copy(node: Node, acting: Acting, key: Key, form: str = "print") -> Copied | Refused:
    """A numbered copy of what this reader sees: on record before its first byte is given out."""
    with node.lock:
        known = node.catalogue.appearances.get(acting.class_id, {}) if acting.class_id is not None else {}
        appearance = known.get(key)
        if appearance is None or acting.class_id is None:
            return Refused("unknown-product", "no product by that key")
        shown = node.catalogue.shown(key, acting.class_id)
        envelope = node.catalogue.holdings[key].envelope
        number = node.custody.count_copies(key, persons_of(node, acting.class_id)) + 1
        tags = tuple(s.tag for s in shown)
        work = node.work(acting.person, acting.post)
        work.add(
            CopyMade,
            member=Member(envelope.originator),
            product=ProductId(envelope.product),
            reference=envelope.reference,
            portions=tags,
            copy=number,
            form=form,
        )
        work.commit()
        read = RenditionRead(
            at=work.now,
            dtg=work.dtg,
            actor=acting.person,
            post=acting.post,
            pack=node.book.digest()[:16],
            member=envelope.originator,
            product=envelope.product,
            portions=tags,
            form="copy",
        )
        node.log_access(read, durable=True)
        rendition = print_rendition(envelope, appearance.version, shown, node.voice, node.book)
        return Copied(number, rendition, _state_labels(node, shown, appearance.version))


def _state_labels(node: Node, shown: tuple[Shown, ...], version: Instant) -> tuple[LabelDocument, ...]:
    book, home = node.book, node.voice.policy
    rolled = roll_up((s.label for s in shown), book)
    if isinstance(rolled, NoLabel):
        return ()
    created, review = print_iso(version), print_iso(Instant(version + REVIEW_AFTER))
    stated = state_label(rolled, book.policies[rolled.policy])
    origin = LabelDocument(Role.ORIGINATOR, stated, created, review=review)
    if rolled.policy in {home, book.public}:
        return (origin,)
    carried = translate(rolled, home, book)
    if isinstance(carried, Decision):
        return (origin,)
    own = state_label(carried, book.policies[home])
    return (origin, LabelDocument(Role.ALTERNATIVE, own, created, review=review))
