# SPDX-License-Identifier: Apache-2.0
"""Approve texts on the desk (DESIGN 10): each opened by this officer, each under a delegation of their post.

Steps, for each member; one refusal refuses all of it: 1. the member waits for the product. 2. this officer opened the very
text that the member would get. 3. an agreement and a delegation of the post cover it. 4. where the delegation asks for two
officers, neither is the author, and nobody counts twice: the first approval is recorded, the second releases.
"""

from __future__ import annotations

import msgspec

from tearline.core.ids import Member, Person
from tearline.core.products import Product
from tearline.core.renditions import Share
from tearline.node.commands.acting import Acting, Refused, act_as
from tearline.node.commands.authorise import choose_delegation, find_agreement_faults
from tearline.node.commands.decided import refuse_settled
from tearline.node.commands.desk import find_waiting, text_of
from tearline.node.commands.release import mandate_of, release_share, share_of
from tearline.node.journal import ReleaseApproved
from tearline.node.node import Node, Work
from tearline.node.trust import Delegation
from tearline.node.views.catalogue import Key
from tearline.node.views.desk import DeskItem


class Released(msgspec.Struct, frozen=True):
    """Members that were sent their share now, those that still wait; of these, for whom another officer has to approve too."""

    key: Key
    released: tuple[Member, ...]
    pending: tuple[Member, ...]
    authority: str
    recorded: tuple[Member, ...] = ()


class _Decided(msgspec.Struct, frozen=True):
    member: Member
    share: Share
    delegation: Delegation
    complete: bool


def approve_release(
    node: Node, acting: Acting, key: Key, members: tuple[Member, ...], *, delegation: str = ""
) -> Released | Refused:
    """Release to members that wait, or record the first of two approvals."""
    with node.lock:
        waiting = find_waiting(node, acting, key)
        if isinstance(waiting, Refused):
            return waiting
        product, item = waiting
        if not members:
            return Refused("not-pending", "name the members that are to have it")
        decided: list[_Decided] = []
        for member in dict.fromkeys(members):
            found = _decide(node, acting, item, product, member, delegation)
            if isinstance(found, Refused):
                return found
            decided.append(found)
        work = node.work(acting.person, acting.post)
        _record(work, product, decided)
        work.commit()
        left = node.desk.items[product.envelope.product].pending
        return Released(
            key,
            tuple(d.member for d in decided if d.complete),
            left,
            decided[-1].delegation.id,
            tuple(d.member for d in decided if not d.complete),
        )


def _decide(
    node: Node, acting: Acting, item: DeskItem, product: Product, member: Member, named: str
) -> _Decided | Refused:
    share = share_of(node, product, member) if member in item.pending else None
    if share is None:
        return refuse_settled(node, item.product, member)
    if (acting.person, text_of(share)) not in item.opened:
        return Refused("not-opened", f"the text for {member} has not been opened by you", ())
    found = choose_delegation(node, acting.post, product, share=share, member=member, named=named)
    if found is None or find_agreement_faults(node, share, member):
        return Refused("no-authority", f"no delegation of {acting.post or acting.person} covers {member}")
    if found.approvals == 1:
        return _Decided(member, share, found, complete=True)
    if acting.person == item.author:
        return Refused("own-draft", f"{found.name} asks for two officers, and its author is neither")
    others = approvers_of(node, item, member, text_of(share), found.id)
    if acting.person in others:
        return Refused("approved-before", f"you approved the text for {member}; another officer has to")
    return _Decided(member, share, found, complete=len(others) + 1 >= found.approvals)


def approvers_of(
    node: Node, item: DeskItem, member: Member, text: str, delegation: str
) -> tuple[Person, ...]:
    """Who approved exactly this text for this member under this delegation, and may decide releases still."""
    found = (
        a.officer
        for a in item.approvals
        if (a.member, a.text, a.delegation) == (member, text, delegation)
        if (now := act_as(node, a.officer, a.post)) is not None and "release" in now.duties
    )
    return tuple(dict.fromkeys(found))


def _record(work: Work, product: Product, decided: list[_Decided]) -> None:
    waiting: dict[str, list[tuple[Member, str]]] = {}
    for found in decided:
        if found.complete:
            release_share(work, product, found.share, found.member, mandate_of(found.delegation))
        else:
            waiting.setdefault(found.delegation.id, []).append((found.member, text_of(found.share)))
    for delegation, texts in waiting.items():
        work.add(
            ReleaseApproved,
            authority=delegation,
            product=product.envelope.product,
            texts=tuple(texts),
        )
