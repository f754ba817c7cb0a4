# SPDX-License-Identifier: Apache-2.0
"""File a product: it is checked, gets its reference, and goes to whom a rule or the acting post's delegation lets it go.

Everybody else who could have a share waits on the desk. With ``replaces`` a draft that was sent back is filed again: same
product, new reference. With ``hold`` nothing is released and nothing waits: holdings, for a backfill later.

A draft that is named is filed once: who asks again, because the answer never came, is answered as before.
"""

from __future__ import annotations

import msgspec
from msgspec import UNSET

from tearline.core.canon import digest, encode_canonical
from tearline.core.ids import Member, ProductId
from tearline.core.products import KINDS, Finding, Product
from tearline.node.commands.acting import Acting, Reason, Refused
from tearline.node.commands.amend import find_known_product, find_own_product, may_write_anew
from tearline.node.commands.draft import DraftProduct, find_in_draft, make_product, refuse_findings
from tearline.node.commands.plan import Filing, carry_out, describe, describe_filed, plan_filing
from tearline.node.node import Node
from tearline.node.views.catalogue import Key, make_key, product_of
from tearline.node.views.desk import DeskItem


class Filed(msgspec.Struct, frozen=True):
    """What became of a filing; ``filing``: by what each was sent it, and who decides about the others."""

    key: Key
    reference: str
    released: tuple[Member, ...]
    pending: tuple[Member, ...]
    findings: tuple[Finding, ...] = ()
    filing: tuple[Filing, ...] = ()


def file_product(
    node: Node,
    acting: Acting,
    draft: DraftProduct,
    *,
    replaces: Key = "",
    hold: bool = False,
    draft_name: str = "",
) -> Filed | Refused:
    """File a draft; a refusal names every finding, and nothing is recorded. ``draft_name``: whose, and its id."""
    if acting.class_id is None and "intake" not in acting.duties:
        return Refused("not-cleared", "an account without clearance files nothing")
    of_draft = (_digest(draft_name.encode()), _digest(encode_canonical(draft))) if draft_name else UNSET
    with node.lock:
        before = None if of_draft is UNSET else _find_filed(node, acting, *of_draft)
        if before is not None:
            return before
        work = node.work(acting.person, acting.post)
        made = _make(node, acting, draft, replaces)
        if isinstance(made, Refused):
            return made
        product, findings = made
        plan = plan_filing(node, acting, product, hold=hold)
        filing = describe(node, plan)
        carry_out(work, acting, plan, of_draft)
        work.commit()
        envelope = product.envelope
        key = make_key(node.member, envelope.product)
        return Filed(key, envelope.reference, plan.released, plan.pending, findings, filing)


def find_returned(node: Node, acting: Acting, key: Key) -> DeskItem | Refused:
    """One's own product that the desk sent back, to be filed again."""
    item = node.desk.items.get(product_of(key))
    before = find_known_product(node, acting, key)
    if item is None or item.state != "returned" or not (before and may_write_anew(node, acting, before)):
        return Refused("not-returned", "only its author files again what the desk sent back")
    return item


def _make(
    node: Node, acting: Acting, draft: DraftProduct, replaces: Key
) -> tuple[Product, tuple[Finding, ...]] | Refused:
    at = draft.dtg if draft.dtg is not None else node.clock.dtg()
    revision, product_id = 1, None
    if replaces:
        item = find_returned(node, acting, replaces)
        if isinstance(item, Refused):
            return item
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


def _find_filed(node: Node, acting: Acting, name: str, text: str) -> Filed | Refused | None:
    """What was made of that draft; none where it was not filed, or was sent back since to be written anew."""
    made, made_of = node.desk.filed.get(name, (None, ""))
    item = node.desk.items.get(made) if made is not None else None
    if item is None or item.state == "returned":
        return None
    key = make_key(node.member, item.product)
    product = find_own_product(node, key)
    if product is None or not may_write_anew(node, acting, product):
        return Refused("already-filed", "this draft was filed before, by somebody else of the post")
    if text != made_of:
        known = Reason("filed-as", f"it was filed as {item.reference}", (item.reference,))
        return Refused(
            "already-filed", f"another text of this draft was filed as {item.reference}", (), (known,)
        )
    sent = node.releases.sent.get(item.product, {}).values()
    released = tuple(s.member for s in sent if not s.withdrawn)
    return Filed(key, item.reference, released, item.pending, filing=describe_filed(node, product))


def _title_digest(draft: DraftProduct) -> str:
    """Keeps two filings of one minute apart without a counter."""
    return _digest(encode_canonical(draft))


def _digest(words: bytes) -> str:
    return digest("tearline/draft", words).hex()[:16]
