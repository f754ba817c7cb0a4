# SPDX-License-Identifier: Apache-2.0
"""How shares enter streams: a first share, a change, a recall; and what a new revision means for who had an earlier one.

Every entry cites its authority. Compared is what a member was really sent, not what its label would give it today. Who loses
a portion is sent a recall with the remaining text whole, in FLASH; new words go only where a rule or the author's own
delegation covers them, else they wait on the desk and the recall brings no more than the member had.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from functools import partial

import msgspec
from msgspec import UNSET, UnsetType

from tearline.core.canon import encode_canonical
from tearline.core.exchange import RECALL, SHARE, Recall, read_kept_share
from tearline.core.ids import FLASH, Member, Tag
from tearline.core.instants import HOUR, Instant
from tearline.core.labels import Label, Reason
from tearline.core.products import MediaBody, Portion, Product
from tearline.core.renditions import Change, Share, compare_shares, content_of, find_withdrawn, make_share
from tearline.node.commands.acting import Acting, name_owners
from tearline.node.commands.authorise import choose_authority, find_agreement_faults
from tearline.node.journal import (
    ProductFiled,
    ShareRecalled,
    ShareReleased,
    decode_payload,
)
from tearline.node.node import Node, Work
from tearline.node.trust import Delegation, Rule
from tearline.node.views.catalogue import make_key
from tearline.node.views.releases import RecallStatus, Sent


class Mandate(msgspec.Struct, frozen=True):
    """What a release cites; ``lane`` where it is not its precedence's."""

    id: str
    review_h: int = 0
    purpose: str = ""
    lane: str = ""


class Loss(msgspec.Struct, frozen=True):
    """What a member loses of a share: its portions, and the wordings of them that neither stay nor come back regraded."""

    tags: tuple[Tag, ...] = ()
    wordings: tuple[tuple[Tag, Label], ...] = ()


class Step(msgspec.Struct, frozen=True):
    """What a new revision means for a member that has an earlier one. ``waits``: for words that nobody may release here."""

    what: str  # none | changed | recalled
    share: Share | None = None
    loss: Loss = Loss()
    authority: Rule | Delegation | None = None
    waits: bool = False


class Sharing(msgspec.Struct, frozen=True):
    """The share that labels let members have, and why no agreement lets it go to some of them."""

    shares: dict[Member, Share]
    faults: dict[Member, tuple[Reason, ...]]

    def agreed(self) -> dict[Member, Share]:
        """Those that an agreement lets go."""
        return {m: share for m, share in self.shares.items() if not self.faults[m]}


def share_of(node: Node, product: Product, member: Member) -> Share | None:
    """The share of one member, by its directory clearance."""
    class_id = node.member_classes[member]
    return make_share(product, member, partial(node.sights.sees_label, class_id))


def share_out(node: Node, product: Product) -> Sharing:
    """Of every other member."""
    others = (member for member in node.member_classes if member != node.member)
    shares = {m: share for m in others if (share := share_of(node, product, m)) is not None}
    return Sharing(shares, {m: tuple(find_agreement_faults(node, share, m)) for m, share in shares.items()})


def shares_for(node: Node, product: Product) -> dict[Member, Share]:
    """The share of every other member that the labels and an agreement would let have one."""
    return share_out(node, product).agreed()


def mandate_of(found: Delegation | Rule) -> Mandate:
    """What is cited of a delegation or a rule."""
    return Mandate(found.id, found.review_h if isinstance(found, Delegation) else 0)


def plan_sent(node: Node, acting: Acting, product: Product) -> dict[Member, Step]:
    """What a new revision means for each member that has an earlier one. To who left the directory nothing goes any more."""
    records = node.releases.sent.get(product.envelope.product, {})
    return {
        m: _plan(node, acting, product, record)
        for m, record in records.items()
        if not record.withdrawn and m in node.member_classes
    }


def _plan(node: Node, acting: Acting, product: Product, record: Sent) -> Step:
    member = record.member
    before, after = sent_share(node, record), share_of(node, product, member)
    change: Change = compare_shares(before, after)
    if change.what == "none":
        return Step("none")
    if after is None:
        return Step("recalled", None, find_loss(change.lost, before, None))
    allowed = not find_agreement_faults(node, after, member)
    found = choose_authority(node, acting, product, share=after, member=member) if allowed else None
    if change.what != "narrowed":
        return Step("changed" if found else "none", after, authority=found, waits=allowed and not found)
    left = _remainder(before, after)
    if left is not None and content_of(left) == content_of(after):
        return Step("recalled", left, find_loss(change.lost, before, left))
    if found:
        return Step("recalled", after, find_loss(change.lost, before, after))
    loss = find_loss(compare_shares(before, left).lost, before, left)
    return Step("recalled", left, loss, waits=allowed)


def find_loss(lost: tuple[Tag, ...], before: Share | None, after: Share | None) -> Loss:
    """What is lost with these portions, of what a member was sent last, when it has ``after`` in its place."""
    return Loss(lost, find_withdrawn(before, after)) if lost else Loss()


def join_losses(recalls: Iterable[RecallStatus], last: Loss) -> Loss:
    """What these recalls took, and ``last``: each once, in order."""
    losses = [*(Loss(recall.lost, recall.withdrawn) for recall in recalls), last]
    return Loss(
        tuple(dict.fromkeys(tag for loss in losses for tag in loss.tags)),
        tuple(dict.fromkeys(wording for loss in losses for wording in loss.wordings)),
    )


def _remainder(before: Share | None, after: Share) -> Share | None:
    """Of a share only the wordings that the member had before: under the policies by which it has them."""
    had = {(p.tag, v) for p in (before.portions if before else ()) for v in p.variants}
    kept = (
        msgspec.structs.replace(p, variants=tuple(v for v in p.variants if (p.tag, v) in had))
        for p in after.portions
    )
    portions = tuple(p for p in kept if p.variants)
    packs = before.packs if before is not None else UNSET
    return msgspec.structs.replace(after, portions=portions, packs=packs) if portions else None


def sent_share(node: Node, record: Sent) -> Share | None:
    """What a member was sent last, from the entry that sent it."""
    raw = node.payload(record.position, record.n)
    payload = None if raw is None else decode_payload(raw)
    if payload is None or not payload.body:
        return None
    return read_kept_share(payload.kind, payload.body)


def take_step(work: Work, product: Product, member: Member, step: Step) -> None:
    """The entry of one step; after ``add_filing``."""
    if step.what == "recalled":
        recall_share(work, product, member, step.loss, step.share)
    elif step.what == "changed" and step.share is not None and step.authority is not None:
        release_share(work, product, step.share, member, mandate_of(step.authority))


def add_filing(
    work: Work,
    acting: Acting,
    product: Product,
    pending: tuple[Member, ...],
    of_draft: tuple[str, str] | UnsetType = UNSET,
) -> None:
    """The entry of a revision filed."""
    work.add(
        ProductFiled,
        payloads=(encode_canonical(product),),
        product=product.envelope.product,
        revision=product.revision,
        reference=product.envelope.reference,
        kind=product.envelope.kind,
        pending=pending,
        scrubbed=_list_scrubs(work.node, acting, product) or UNSET,
        of_draft=of_draft,
    )


def _list_scrubs(node: Node, acting: Acting, product: Product) -> tuple[tuple[Tag, tuple[str, ...]], ...]:
    """What the attachments of this author or of the post's draft were freed of; one that was there before keeps its record."""
    owners = name_owners(node, acting)
    content = node.catalogue.content(make_key(node.member, product.envelope.product))
    before = content.product if content else None
    kept = {p.tag: p for p in before.portions} if before else {}
    item = node.desk.items.get(product.envelope.product)
    out = []
    for portion in product.portions:
        media = [v.body for v in portion.variants if isinstance(v.body, MediaBody)]
        found = [_find_scrub(node, owners, body) for body in media]
        if found and all(codes is not None for codes in found):
            out.append((portion.tag, tuple(dict.fromkeys(c for codes in found for c in codes or ()))))
        elif media and item and portion.tag in item.scrubs and _media_of(kept.get(portion.tag)) == media:
            out.append((portion.tag, item.scrubs[portion.tag]))
    return tuple(out)


def _find_scrub(node: Node, owners: Sequence[str], body: MediaBody) -> tuple[str, ...] | None:
    left = hashlib.sha256(body.data).digest()
    found = (node.scrubs.find_scrub(owner, left) for owner in owners)
    return next((codes for codes in found if codes is not None), None)


def _media_of(portion: Portion | None) -> list[MediaBody]:
    return [v.body for v in portion.variants if isinstance(v.body, MediaBody)] if portion else []


def release_share(
    work: Work,
    product: Product,
    share: Share,
    member: Member,
    mandate: Mandate,
) -> None:
    """The entry by which a share enters a member's stream, in its precedence's lane, citing its authority.

    While a recall of this product is not answered for, the share carries it on, in FLASH: the recall's own payload goes.
    """
    agreement = work.node.agreement_with(member)
    share = stamp_share(work, share)
    recalls = work.node.releases.outstanding(product.envelope.product, member)
    authority = agreement.id if agreement else ""
    body = _make_recall(work, product, Loss(), authority, share, member=member) if recalls else share
    work.send(
        ShareReleased,
        member,
        FLASH if recalls else mandate.lane or product.envelope.precedence,
        RECALL if recalls else SHARE,
        body,
        authority=mandate.id,
        product=product.envelope.product,
        author_revision=product.revision,
        agreement=authority,
        review_due=Instant(work.dtg + mandate.review_h * HOUR) if mandate.review_h else Instant(0),
        purpose=mandate.purpose,
    )


def recall_share(
    work: Work,
    product: Product,
    member: Member,
    loss: Loss,
    share: Share | None,
    *,
    purpose: str = "",
) -> None:
    """A withdrawal or a narrowing: travels FLASH, and is a revision like any other. ``purpose``: a code, of an ordered one."""
    record = work.node.releases.sent[product.envelope.product][member]
    body = _make_recall(work, product, loss, record.agreement, share, member=member)
    work.send(
        ShareRecalled,
        member,
        FLASH,
        RECALL,
        body,
        authority=record.authority,
        product=product.envelope.product,
        author_revision=product.revision,
        lost=body.lost,
        purpose=purpose or UNSET,
    )


def _held_reference(node: Node, product: Product, member: Member) -> str:
    """By which a member knows what is withdrawn: what was sent back and filed anew has another since, which it never saw."""
    record = node.releases.sent.get(product.envelope.product, {}).get(member)
    before = sent_share(node, record) if record is not None else None
    if before is not None:
        return before.envelope.reference
    open_ = node.releases.outstanding(product.envelope.product, member)
    return open_[-1].reference if open_ else product.envelope.reference


def stamp_share(work: Work, share: Share) -> Share:
    """A share says under which policies it was made, so that nobody reads its labels by others."""
    return msgspec.structs.replace(share, packs=work.node.book.digest()) if share.packs is UNSET else share


def _make_recall(
    work: Work,
    product: Product,
    loss: Loss,
    authority: str,
    share: Share | None,
    *,
    member: Member,
) -> Recall:
    """The loss, and what recalls before it took that nobody has answered for."""
    envelope, releases = product.envelope, work.node.releases
    whole = join_losses(releases.outstanding(envelope.product, member), loss)
    return Recall(
        envelope.product,
        _held_reference(work.node, product, member),
        whole.tags,
        authority,
        Instant(work.dtg),
        None if share is None else stamp_share(work, share),
        whole.wordings,
    )
