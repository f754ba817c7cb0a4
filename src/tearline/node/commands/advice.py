# SPDX-License-Identifier: Apache-2.0
"""Release advice for a draft: tried through the engine that would release it, clearance and agreement both."""

from __future__ import annotations

from functools import partial

import msgspec

from tearline.core.ids import Member, Tag
from tearline.core.labels import Label, MemberSight, decide_sight
from tearline.core.products import KINDS, Product
from tearline.core.renditions import Advisor, Suggestion, advise, make_share
from tearline.node.commands.acting import NOT_CLEARED, Acting, Refused
from tearline.node.commands.authorise import find_agreement_faults
from tearline.node.commands.draft import DraftProduct, try_product
from tearline.node.commands.labels import Described, describe_label, find_reached
from tearline.node.node import Node


class Advised(msgspec.Struct, frozen=True):
    """Each portion of ``tags`` needs other words, judged at the label beside it; exactly ``members`` then get more.

    Those of one ``either`` are alternatives: one of them is enough for whom several name. ``further``: it gives some more
    whom one before it names too, besides what that gives them.
    """

    tags: tuple[Tag, ...]
    labels: tuple[Described, ...]
    members: tuple[Member, ...]
    either: int
    further: bool


class Advice(msgspec.Struct, frozen=True):
    """Suggestions, none that another says too, most members for a change first, alternatives together.

    ``beyond``: members lacking something that no suggestion reaches.
    """

    suggestions: tuple[Advised, ...]
    beyond: tuple[Member, ...]


def advise_draft(node: Node, acting: Acting, draft: DraftProduct, lang: str = "en") -> Advice | Refused:
    """What would let the next member have more; nothing is kept."""
    with node.lock:
        if acting.class_id is None:
            return NOT_CLEARED
        if draft.kind not in KINDS:
            return Refused("unknown-kind", f"no such kind of product: {draft.kind[:40]}")
        product = try_product(node, draft)
        advisor = Advisor(
            node.book,
            partial(_reach, node),
            partial(_share_out, node),
            _list_limits(node, acting, draft, product),
        )
        found = advise(product, advisor)
        held = _share_out(node, product)
        tags = {p.tag for p in product.portions}
        lacking = {m for m, has in held.items() if not tags <= has}
        beyond = lacking.difference(*(s.members for s in found))
        return Advice(tuple(_describe(node, acting, s, lang) for s in found), tuple(sorted(beyond)))


def _describe(node: Node, acting: Acting, suggestion: Suggestion, lang: str) -> Advised:
    described = (describe_label(node, acting, c.label, lang) for c in suggestion.changes)
    labels = tuple(d for d in described if isinstance(d, Described))
    tags = tuple(c.tag for c in suggestion.changes)
    return Advised(tags, labels, suggestion.members, suggestion.either, suggestion.further)


def _reach(node: Node, label: Label) -> frozenset[Member]:
    return find_reached(node, label) - {node.member}


def _sees(node: Node, sight: MemberSight, label: Label) -> bool:
    return decide_sight(label, sight, node.book).permitted


def _share_out(node: Node, product: Product) -> dict[Member, frozenset[Tag]]:
    """Of which portions each other member would be sent words: its share, where an agreement covers it."""
    out = {}
    for member, sight in node.member_sights.items():
        if member == node.member:
            continue
        share = make_share(product, member, partial(_sees, node, sight))
        covered = share is not None and not find_agreement_faults(node, share, member)
        out[member] = (
            frozenset(p.tag for p in share.portions) if share is not None and covered else frozenset[Tag]()
        )
    return out


def _list_limits(
    node: Node, acting: Acting, draft: DraftProduct, product: Product
) -> dict[Tag, tuple[Label, ...]]:
    """The labels of what each portion was made from, where that is another's (third-party rule)."""
    out: dict[Tag, tuple[Label, ...]] = {}
    for written, portion in zip(draft.portions, product.portions, strict=True):
        for source in written.sources:
            shown = node.catalogue.shown(source.key, acting.class_id) if acting.class_id is not None else ()
            labels = tuple(s.label for s in shown if s.tag == source.tag)
            if labels and not node.catalogue.holdings[source.key].own:
                out[portion.tag] = (*out.get(portion.tag, ()), *labels)
    return out
