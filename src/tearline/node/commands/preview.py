# SPDX-License-Identifier: Apache-2.0
"""What a draft would come to if it were filed now: who would get what, and by whose decision. Nothing is kept."""

from __future__ import annotations

from tearline.core.products import Product
from tearline.node.commands.acting import NOT_CLEARED, Acting, Refused
from tearline.node.commands.amend import find_amended, revise
from tearline.node.commands.desk import Preview, preview_product
from tearline.node.commands.draft import DraftProduct, find_in_draft, keep_sound, try_product
from tearline.node.commands.file import find_returned
from tearline.node.commands.plan import Filing, Plan, describe, plan_amendment, plan_filing
from tearline.node.node import Node
from tearline.node.views.catalogue import Key


class DraftPreview(Preview, frozen=True):
    """``filing``: what filing it now would do, by the plan that filing carries out; empty where findings refuse it."""

    filing: tuple[Filing, ...] = ()


def preview_draft(
    node: Node, acting: Acting, draft: DraftProduct, lang: str = "en", *, replaces: Key = "", amends: Key = ""
) -> DraftPreview | Refused:
    """Of a new draft; of one that ``replaces`` what the desk sent back; or of one that ``amends`` one's own product.

    Where findings refuse the draft, that of its wordings whose labels are sound and within the author's clearance.
    """
    class_id = acting.class_id
    if class_id is None:
        return NOT_CLEARED
    with node.lock:
        product = _make(node, acting, draft, replaces, amends)
        if isinstance(product, Refused):
            return product
        findings = find_in_draft(node, acting, draft, product)
        refused = any(f.blocking for f in findings)
        if refused:
            product = keep_sound(node, acting, product)
        if not product.portions:
            return DraftPreview((), (), findings)
        made = preview_product(node, product, class_id, lang)
        filing = () if refused else describe(node, _plan(node, acting, product, amends))
        return DraftPreview(made.groups, made.withheld, findings + made.findings, filing)


def _make(node: Node, acting: Acting, draft: DraftProduct, replaces: Key, amends: Key) -> Product | Refused:
    if amends:
        before = find_amended(node, acting, amends)
        return before if isinstance(before, Refused) else revise(node, before, draft)
    if replaces:
        item = find_returned(node, acting, replaces)
        if isinstance(item, Refused):
            return item
        return try_product(node, draft, item.product, item.revision + 1)
    return try_product(node, draft)


def _plan(node: Node, acting: Acting, product: Product, amends: Key) -> Plan:
    before = find_amended(node, acting, amends) if amends else None
    if before is None or isinstance(before, Refused):
        return plan_filing(node, acting, product)
    return plan_amendment(node, acting, product, before)
