# SPDX-License-Identifier: Apache-2.0
"""The release desk: a review of texts (DESIGN 10).

Members with the same share are one group; each distinct text is opened before it is approved; approve, refuse, or send back
to be reworded. An item is offered only to who sees all of it.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from tearline.core.canon import digest, encode_canonical, word_of
from tearline.core.ids import Member, Tag
from tearline.core.labels import ClassId, NoLabel, decide_sight, explain, refuse, roll_up
from tearline.core.products import Finding, Product
from tearline.core.renditions import Rendition, Share, Shown, print_rendition, render
from tearline.node.commands.acting import Acting, Refused, is_author, sees_whole
from tearline.node.commands.amend import find_known_product, find_own_product, is_known, may_write_anew
from tearline.node.commands.decided import refuse_decided, refuse_settled
from tearline.node.commands.find import as_findings, find_in_texts
from tearline.node.commands.release import Sharing, sent_share, share_out, shares_for
from tearline.node.journal import (
    AlarmRaised,
    ProductReturned,
    ReleaseRefused,
    ReleaseReviewed,
    ReturnNote,
    TextOpened,
)
from tearline.node.node import Node
from tearline.node.views.catalogue import Key, product_of
from tearline.node.views.desk import DeskItem, Review


class Reach(msgspec.Struct, frozen=True):
    """Whom a text's mark names, nodes here or not: groups counted by their members as of the label's epoch."""

    nations: int
    organisations: tuple[str, ...]
    everyone: bool = False


class Group(msgspec.Struct, frozen=True):
    """Members that would get the same share, and that share as running text. ``text`` names the text for opening it."""

    members: tuple[Member, ...]
    text: str
    rendition: Rendition
    variants: tuple[tuple[Tag, int], ...]
    reach: Reach


class Withheld(msgspec.Struct, frozen=True):
    """Why a member would not have a variant (A3); for the originator's own people who see the portion themselves.

    ``variant`` of ``wordings`` that the asker sees: a member may well have another of them.
    """

    member: Member
    tag: Tag
    variant: int
    wordings: int
    why: str


class Preview(msgspec.Struct, frozen=True):
    """Who would get what, text by text, and what each would not get and why."""

    groups: tuple[Group, ...]
    withheld: tuple[Withheld, ...]
    findings: tuple[Finding, ...] = ()


def preview_product(node: Node, product: Product, class_id: ClassId, lang: str = "en") -> Preview:
    """Groups by distinct share; the explanation, in ``lang``, names only portions that the asker sees."""
    sharing = share_out(node, product)
    shares = sharing.agreed()
    findings = as_findings(find_in_texts(node, shares))
    return Preview(
        group_shares(node, shares), explain_withheld(node, product, class_id, sharing, lang), findings
    )


def group_shares(node: Node, shares: Mapping[Member, Share]) -> tuple[Group, ...]:
    """Members with the same share are one group."""
    grouped: dict[bytes, list[Member]] = {}
    for member, share in shares.items():
        grouped.setdefault(encode_canonical(share.portions), []).append(member)
    return tuple(_make_group(node, members, shares[members[0]]) for members in grouped.values())


def _make_group(node: Node, members: list[Member], share: Share) -> Group:
    first = node.member_classes.get(members[0])  # none: it left, and is shown what it was sent
    shown: tuple[Shown, ...] = render(
        share.portions, lambda label: first is None or node.sights.sees_label(first, label)
    )
    rendition = print_rendition(share.envelope, share.changed_at, shown, node.voice, node.book)
    counts = tuple((p.tag, len(p.variants)) for p in share.portions)
    return Group(tuple(members), text_of(share), rendition, counts, _reach_of(node, shown))


def _reach_of(node: Node, shown: tuple[Shown, ...]) -> Reach:
    rolled = roll_up((s.label for s in shown), node.book)
    named = frozenset[str]() if isinstance(rolled, NoLabel) else node.book.audience(rolled)
    if named is None:
        return Reach(0, (), everyone=True)
    organisations = sorted(
        m for m in named if m in node.book.members and not node.book.members[Member(m)].nation
    )
    return Reach(len(named) - len(organisations), tuple(organisations))


def text_of(share: Share) -> str:
    """Names one distinct text."""
    return word_of(digest("tearline/text", encode_canonical(share.portions)), 8)


def explain_withheld(
    node: Node, product: Product, class_id: ClassId, sharing: Sharing, lang: str = "en"
) -> tuple[Withheld, ...]:
    """Every variant that some member would not have: the reasons of the one decision, or of the agreement."""
    out = []
    for portion in product.portions:
        seen = [v for v in portion.variants if node.sights.sees_label(class_id, v.label)]
        for n, variant in enumerate(seen, 1):
            for member, sight in node.member_sights.items():
                decision = decide_sight(variant.label, sight, node.book)
                if member == node.member:
                    continue
                if decision.permitted and sharing.faults[member]:
                    decision = refuse(*sharing.faults[member])
                if not decision.permitted:
                    out.append(Withheld(member, portion.tag, n, len(seen), explain(decision, lang)))
    return tuple(out)


def find_item(node: Node, acting: Acting, key: Key) -> Product | None:
    """A desk item's product, for an officer who sees all of it; to anybody else it does not exist."""
    product = find_known_product(node, acting, key)
    if product is None or "release" not in acting.duties or acting.class_id is None:
        return None
    return product if sees_whole(node, acting.class_id, product) else None


def find_waiting(node: Node, acting: Acting, key: Key) -> tuple[Product, DeskItem] | Refused:
    """An item that waits, for an officer who sees all of it; of what was decided since, they are told what happened."""
    product = find_item(node, acting, key)
    item = node.desk.items.get(product.envelope.product) if product else None
    if product is None or item is None:
        return Refused("unknown-item", "nothing on the desk by that key")
    return (product, item) if item.state == "open" else refuse_decided(node, item.product)


def answers_for(node: Node, acting: Acting, key: Key) -> bool:
    """Its author or an officer, as long as they see all of it: who may know to whom it went."""
    if not is_known(node, acting, key):
        return False
    item = node.desk.items.get(product_of(key))
    if "release" not in acting.duties and (item is None or not is_author(acting, item.author)):
        return False  # most people of most products: said before anything is read
    product = find_own_product(node, key)
    if product is not None and may_write_anew(node, acting, product):
        return True
    return find_item(node, acting, key) is not None


def held_texts(node: Node, product: Product, class_id: ClassId) -> dict[Member, Share]:
    """What members hold of it, as it was sent, of those texts that this class sees whole.

    An older revision may be marked higher than the newest, so that who sees all of the product need not see what was sent.
    """
    records = node.releases.sent.get(product.envelope.product, {})
    held = {m: sent_share(node, r) for m, r in records.items() if not r.withdrawn}
    return {m: share for m, share in held.items() if share is not None and sees_whole(node, class_id, share)}


def find_review(node: Node, acting: Acting, key: Key) -> tuple[Product, Review] | None:
    """A watch post's release that waits for review: for an officer who sees all of the product, and all that was sent."""
    review = node.desk.reviews.get(product_of(key))
    product = find_item(node, acting, key) if review is not None else None
    if review is None or product is None or acting.class_id is None:
        return None
    records = node.releases.sent.get(review.product, {})
    sent = (sent_share(node, records[m]) for m in review.members if m in records)
    seen = all(share is None or sees_whole(node, acting.class_id, share) for share in sent)
    return (product, review) if seen else None


def open_text(node: Node, acting: Acting, key: Key, text: str) -> Group | Refused:
    """Read one distinct text: recorded, and needed before it is approved."""
    with node.lock:
        found = find_waiting(node, acting, key)
        if isinstance(found, Refused):
            return found
        product, item = found
        groups = group_shares(node, shares_for(node, product))
        group = next((g for g in groups if g.text == text), None)
        if group is None:
            return Refused("unknown-text", "no such text on the desk")
        work = node.work(acting.person, acting.post)
        work.add(TextOpened, product=item.product, text=text)
        work.commit()
        return group


Refusals = tuple[tuple[Tag, tuple[Member, ...]], ...]


def return_product(
    node: Node,
    acting: Acting,
    key: Key,
    refused: Refusals,
    comment: str,
    comments: tuple[tuple[Tag, str], ...] = (),
) -> Refused | None:
    """Send back to be reworded, of the whole or portion by portion: nothing leaves for anyone until it is filed again."""
    with node.lock:
        found = find_waiting(node, acting, key)
        if isinstance(found, Refused):
            return found
        product, item = found
        named = {tag for tag, _ in refused} | {tag for tag, _ in comments}
        said = any(words.strip() for words in (comment, *(words for _, words in comments)))
        if not named <= {p.tag for p in product.portions} or not said:
            return Refused("no-comment", "name portions of the product, and say what other words are needed")
        work = node.work(acting.person, acting.post)
        payload = encode_canonical(ReturnNote(comment, comments))
        work.add(ProductReturned, payloads=(payload,), product=item.product, refused=refused)
        work.commit()
        return None


def refuse_release(
    node: Node, acting: Acting, key: Key, members: tuple[Member, ...], reason: str
) -> Refused | None:
    """Refuse members for good."""
    with node.lock:
        found = find_waiting(node, acting, key)
        if isinstance(found, Refused):
            return found
        item = found[1]
        settled = next((m for m in members if m not in item.pending), None)
        if settled is not None:
            return refuse_settled(node, item.product, settled)
        if not members:
            return Refused("not-pending", "name the members that are not to have it")
        if not reason.strip():
            return Refused("no-reason", "say why it is refused")
        work = node.work(acting.person, acting.post)
        payload = encode_canonical(reason)
        work.add(ReleaseRefused, payloads=(payload,), product=item.product, members=members)
        work.commit()
        return None


def review_release(node: Node, acting: Acting, key: Key, outcome: str) -> Refused | None:
    """Review a watch post's release within its time: ``confirmed``, or ``questioned``, which who released it is told."""
    with node.lock:
        found = find_review(node, acting, key)
        if found is None or outcome not in {"confirmed", "questioned"}:
            return Refused("unknown-item", "no release by that key waits for your review")
        _, review = found
        work = node.work(acting.person, acting.post, authority=review.authority)
        work.add(ReleaseReviewed, product=review.product, outcome=outcome)
        if outcome == "questioned":
            work.add(
                AlarmRaised,
                code="release-questioned",
                person=review.officer,
                product=review.product,
                detail=f"{node.releases.references.get(review.product, '')}: {', '.join(review.members)}",
            )
        work.commit()
        return None
