# SPDX-License-Identifier: Apache-2.0
"""File a product: it is checked, gets its reference, and goes to whom a rule or the acting post's delegation lets it go.

Everybody else who could have a share waits on the desk. With ``replaces`` a draft that was sent back is filed again: same
product, new reference. With ``hold`` nothing is released and nothing waits: holdings, for a backfill later.
"""

from __future__ import annotations

import msgspec

from tearline.core.canon import digest, encode_canonical
from tearline.core.ids import Member, ProductId
from tearline.core.products import KINDS, Finding, Product
from tearline.node.commands.acting import Acting, Refused
from tearline.node.commands.amend import find_own_product, may_write_anew
from tearline.node.commands.draft import DraftProduct, find_in_draft, make_product, refuse_findings
from tearline.node.commands.release import (
    add_filing,
    choose_mandate,
    plan_sent,
    release_share,
    shares_for,
    take_step,
)
from tearline.node.node import Node
from tearline.node.views.catalogue import Key, make_key


class Filed(msgspec.Struct, frozen=True):
    """What became of a filing."""

    key: Key
    reference: str
    released: tuple[Member, ...]
    pending: tuple[Member, ...]
    findings: tuple[Finding, ...] = ()


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
        steps = plan_sent(node, acting, product)  # of a draft that was sent back, some may have had a part
        shares = {} if hold else {m: s for m, s in shares_for(node, product).items() if m not in steps}
        mandates = {m: choose_mandate(node, acting, product, s, m) for m, s in shares.items()}
        waiting = [m for m, mandate in mandates.items() if mandate is None]
        pending = (*waiting, *(m for m, step in steps.items() if step.waits))
        add_filing(work, acting, product, pending)
        released = {m: mandate for m, mandate in mandates.items() if mandate is not None}
        for member, mandate in released.items():
            release_share(work, product, shares[member], member, mandate)
        for member, step in steps.items():
            take_step(work, product, member, step)
        work.commit()
        changed = tuple(m for m, step in steps.items() if step.what == "changed")
        return Filed(key, product.envelope.reference, (*released, *changed), pending, findings)


def _make(
    node: Node, acting: Acting, draft: DraftProduct, replaces: Key
) -> tuple[Product, tuple[Finding, ...]] | Refused:
    at = draft.dtg if draft.dtg is not None else node.clock.dtg()
    revision, product_id = 1, None
    if replaces:
        item = node.desk.items.get(ProductId(replaces.partition(".")[2]))
        before = find_own_product(node, replaces)
        if item is None or item.state != "returned" or not (before and may_write_anew(node, acting, before)):
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
    return product, findings


def _title_digest(draft: DraftProduct) -> str:
    """Keeps two filings of one minute apart without a counter."""
    return digest("tearline/draft", encode_canonical(draft)).hex()[:16]
