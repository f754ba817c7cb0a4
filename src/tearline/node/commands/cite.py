# SPDX-License-Identifier: Apache-2.0
"""What citing a portion means for the label of the text that cites it: said before it is cited. Nothing is kept.

The rules are those that refuse a filing (``draft``): what was received is used for no wider audience than it was released to,
and what carries ORCON is not used at all.
"""

from __future__ import annotations

import msgspec

from tearline.core.ids import Tag
from tearline.core.labels import RESTRICTED_HANDLING, Label, dominates, find_faults
from tearline.core.renditions import print_portion_mark
from tearline.node.commands.acting import NOT_CLEARED, Acting, Refused
from tearline.node.commands.draft import as_filed, audience_words
from tearline.node.node import Node
from tearline.node.views.catalogue import Key


class Cited(msgspec.Struct, frozen=True):
    """``audience``: whom the portion was released to; empty where its label names none, or where it is one's own member's.

    ``within``: whether a text under the label asked about stays inside it; none where no sound label was asked about.
    """

    reference: str
    tag: Tag
    mark: str
    own: bool
    audience: str
    orcon: bool
    within: bool | None


def weigh_citation(node: Node, acting: Acting, key: Key, tag: str, label: Label | None) -> Cited | Refused:
    """Of a portion that this person sees; anything else does not exist (N1)."""
    with node.lock:
        if acting.class_id is None:
            return NOT_CLEARED
        used = next((s for s in node.catalogue.shown(key, acting.class_id) if s.tag == tag), None)
        if used is None:
            return Refused("unknown-product", "no such portion")
        holding = node.catalogue.holdings[key]
        sound = label is not None and not find_faults(label, node.book)
        within = (
            dominates(as_filed(node, label), used.label, node.book) if label is not None and sound else None
        )
        restricted = any(RESTRICTED_HANDLING in values for _, values in used.label.categories)
        return Cited(
            holding.envelope.reference,
            used.tag,
            print_portion_mark(used.label, node.voice, node.book),
            holding.own,
            "" if holding.own else audience_words(node, used.label),
            restricted and not holding.own,
            True if holding.own and sound else within,
        )
