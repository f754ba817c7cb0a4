# SPDX-License-Identifier: Apache-2.0
"""What became of an item of the desk, by the disclosure register: for officers, who may read its lines anyway."""

from __future__ import annotations

from tearline.core.ids import Member, ProductId
from tearline.core.instants import print_dtg
from tearline.node.commands.acting import Reason, Refused
from tearline.node.node import Node
from tearline.node.views.releases import RegisterFilter, RegisterRow

DECISIONS = ("released", "refused", "returned")
_WORDS = {"released": "released to {0}", "refused": "refused for {0}", "returned": "sent back"}


def refuse_decided(node: Node, product: ProductId) -> Refused:
    """To who decides on what was decided or sent back before: what happened last, by whom, when."""
    return _refuse("not-waiting", "it does not wait for a decision any more", _find_last(node, product))


def refuse_settled(node: Node, product: ProductId, member: Member) -> Refused:
    """To who decides for a member that does not wait: what happened last to that member's text."""
    rows = _find_last(node, product, (member,))
    return _refuse("not-pending", f"{member} does not wait for this product", rows)


def _find_last(node: Node, product: ProductId, members: tuple[Member, ...] = ()) -> tuple[RegisterRow, ...]:
    """The newest decision: one act is a line for each member that it names."""
    asked = RegisterFilter(product=product, whats=DECISIONS, members=members)
    found: list[RegisterRow] = []
    for _, row in node.releases.find_rows(asked):
        if found and _act_of(row) != _act_of(found[0]):
            break
        found.append(row)
    return tuple(reversed(found))


def _act_of(row: RegisterRow) -> tuple[object, ...]:
    return (row.what, row.actor, row.post, row.dtg)


def _refuse(code: str, words: str, rows: tuple[RegisterRow, ...]) -> Refused:
    if not rows:
        return Refused(code, words)
    row = rows[0]
    values = (", ".join(r.member for r in rows), row.actor, row.post or row.actor, print_dtg(row.dtg))
    said = (_WORDS[row.what] + " by {1}, {2}, {3}").format(*values)
    return Refused(code, f"{words}: {said}", (), (Reason(f"decided-{row.what}", said, values),))
