# SPDX-License-Identifier: Apache-2.0
"""File a product: it is checked, gets its reference, and goes to whom a rule or the acting post's delegation lets it go.

Everybody else who could have a share waits on the desk. With ``replaces`` a draft that was sent back is filed again: same
product, new reference. With ``hold`` nothing is released and nothing waits: holdings, for a backfill later.
"""

from __future__ import annotations

from functools import partial

import msgspec

from tearline.core.canon import digest, encode_canonical
from tearline.core.exchange import SHARE
from tearline.core.ids import Member, ProductId
from tearline.core.instants import HOUR, Instant
from tearline.core.products import KINDS, Finding, Product
from tearline.core.renditions import Share, make_share
from tearline.node.commands.acting import Acting, Refused
from tearline.node.commands.authorise import choose_delegation, choose_rule, find_agreement_faults
from tearline.node.commands.draft import DraftProduct, find_in_draft, make_product, with_originator
from tearline.node.journal.entries import ProductFiled, ShareReleased
from tearline.node.node import Node, Work
from tearline.node.trust.mandates import Delegation, Rule
from tearline.node.views.catalogue import Key, make_key


class Filed(msgspec.Struct, frozen=True):
    """What became of a filing."""

    key: Key
    reference: str
    released: tuple[Member, ...]
    pending: tuple[Member, ...]
    findings: tuple[Finding, ...] = ()


class Mandate(msgspec.Struct, frozen=True):
    """What a release cites."""

    id: str
    review_h: int = 0


def file_product(
    node: Node, acting: Acting, draft: DraftProduct, *, replaces: Key = "", hold: bool = False
) -> Filed | Refused:
    """File a draft; a refusal names every finding, and nothing is recorded."""
    if acting.class_id is None and "intake" not in acting.duties:
        return Refused("not-cleared", "an account without clearance files nothing")
    with node.lock:
        work = node.work(acting.person, acting.post)
        made = _make(node, acting, draft, replaces)
        if isinstance(made, Refused):
            return made
        product, findings = made
        key = make_key(node.member, product.envelope.product)
        shares = {} if hold else shares_for(node, product)
        mandates = {m: _choose(node, acting, product, s, m) for m, s in shares.items()}
        pending = tuple(m for m, mandate in mandates.items() if mandate is None)
        add_filing(work, product, pending)
        released = {m: mandate for m, mandate in mandates.items() if mandate is not None}
        for member, mandate in released.items():
            release_share(work, product, shares[member], member, mandate)
        work.commit()
        return Filed(key, product.envelope.reference, tuple(released), pending, findings)


def _make(
    node: Node, acting: Acting, draft: DraftProduct, replaces: Key
) -> tuple[Product, tuple[Finding, ...]] | Refused:
    at = draft.dtg if draft.dtg is not None else node.clock.dtg()
    revision, product_id = 1, None
    if replaces:
        item = node.desk.items.get(ProductId(replaces.partition(".")[2]))
        if item is None or item.state != "returned" or item.author != acting.person:
            return Refused("not-returned", "only its author files again what the desk sent back")
        revision, product_id = item.revision + 1, item.product
    if product_id is None:
        purpose = f"product:{draft.kind}:{at}:{_title_digest(draft)}"
        product_id = ProductId(node.entropy.draw(acting.person, "file", purpose, 16).hex())
    if draft.kind not in KINDS:
        return Refused("unknown-kind", f"no such kind of product: {draft.kind[:40]}")
    product = make_product(node, draft, product=product_id, at=at, revision=revision)
    findings = find_in_draft(node, acting, draft, product)
    if any(f.blocking for f in findings):
        return refuse_findings(findings)
    return with_originator(node, product), findings


def _title_digest(draft: DraftProduct) -> str:
    """Keeps two filings of one minute apart without a counter."""
    return digest("tearline/draft", encode_canonical(draft)).hex()[:16]


def refuse_findings(findings: tuple[Finding, ...]) -> Refused:
    """A refusal that names every blocking finding."""
    blocking = [f for f in findings if f.blocking]
    words = "; ".join(dict.fromkeys(f"{f.tag + ': ' if f.tag else ''}{f.words}" for f in blocking))
    return Refused(blocking[0].code, words, tuple((f.code, f.tag, f.words) for f in blocking))


def shares_for(node: Node, product: Product) -> dict[Member, Share]:
    """The share of every other member that the labels and an agreement would let have one."""
    out = {}
    for member, class_id in node.member_classes.items():
        if member == node.member:
            continue
        share = make_share(product, member, partial(node.sights.sees_label, class_id))
        if share is not None and not find_agreement_faults(node, share, member):
            out[member] = share
    return out


def _choose(node: Node, acting: Acting, product: Product, share: Share, member: Member) -> Mandate | None:
    rule = choose_rule(node, product, share=share, member=member, declared=product.declared)
    if rule is not None:
        return mandate_of(rule)
    if acting.post.endswith("-RELEASE"):
        return None  # an officer decides on the desk, after reading each text
    delegation = choose_delegation(node, acting.post, product, share=share, member=member)
    return mandate_of(delegation) if delegation else None


def mandate_of(found: Delegation | Rule) -> Mandate:
    """What is cited of a delegation or a rule."""
    return Mandate(found.id, found.review_h if isinstance(found, Delegation) else 0)


def add_filing(work: Work, product: Product, pending: tuple[Member, ...]) -> None:
    """The entry of a revision filed."""
    work.add(
        ProductFiled,
        payloads=(encode_canonical(product),),
        product=product.envelope.product,
        revision=product.revision,
        reference=product.envelope.reference,
        kind=product.envelope.kind,
        pending=pending,
    )


def release_share(
    work: Work, product: Product, share: Share, member: Member, mandate: Mandate, *, purpose: str = ""
) -> None:
    """The entry by which a share enters a member's stream, in its precedence's lane, citing its authority."""
    agreement = work.node.agreement_with(member)
    work.send(
        ShareReleased,
        member,
        product.envelope.precedence,
        SHARE,
        share,
        authority=mandate.id,
        product=product.envelope.product,
        author_revision=product.revision,
        agreement=agreement.id if agreement else "",
        review_due=Instant(work.dtg + mandate.review_h * HOUR) if mandate.review_h else Instant(0),
        purpose=purpose,
    )
