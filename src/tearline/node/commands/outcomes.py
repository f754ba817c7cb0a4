# SPDX-License-Identifier: Apache-2.0
"""What became of a product, member by member (A1, A3): the text that each was sent or that waits for it, or why it has none.

For its author and for officers, as long as they see all of it (``answers_for``); to anybody else it does not exist. What was
sent is shown as it was sent, whatever the labels would let go now.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import msgspec

from tearline.core.canon import decode_canonical
from tearline.core.ids import Member, Post, ProductId
from tearline.core.instants import Instant
from tearline.core.labels import ClassId
from tearline.core.products import Product
from tearline.core.renditions import Share
from tearline.node.commands.acting import Acting
from tearline.node.commands.amend import find_known_product
from tearline.node.commands.desk import (
    Group,
    Withheld,
    answers_for,
    explain_withheld,
    group_shares,
    held_texts,
    text_of,
)
from tearline.node.commands.release import share_out
from tearline.node.commands.review import list_awaited
from tearline.node.node import Node
from tearline.node.views.catalogue import Key, make_key, product_of
from tearline.node.views.desk import DeskItem
from tearline.node.views.releases import Refusal, Sent
from tearline.node.views.search import fold_reference, names_reference

LOOKED_MAX = 500
"""Among so many products, newest first, one is looked for that somebody answers for."""


class Outcome(msgspec.Struct, frozen=True):
    """How it stands with these members, by ``state``.

    - ``held``: sent at ``at``, and held as far as is known here; ``text`` names what they were sent, if the asker sees it.
    - ``waits``: for a decision of one of ``posts`` (none: nobody here has the authority, or nobody of ``vacant`` can read all
      of it); ``text`` names what would go.
    - ``returned``: sent back to its author to be reworded; ``note`` says what is asked for.
    - ``refused``: for good, at ``at``, by ``posts``; ``note`` is the reason.
    - ``recalled``, ``destroyed``: withdrawn at ``at``; what they held is not known to be gone, or recorded as destroyed.
    - ``unproposed``: the labels would let them have it, and nobody was asked: filed as a holding, or new here since.
    - ``withheld``: no portion is for them, by labels or agreement.
    """

    members: tuple[Member, ...]
    state: str
    text: str = ""
    at: Instant = Instant(0)
    posts: tuple[Post, ...] = ()
    note: str = ""
    vacant: tuple[Post, ...] = ()


class Explained(msgspec.Struct, frozen=True):
    """A product as its texts, how it stands with every member, and what each would not have and why.

    A member stands in two outcomes where it holds one text, or one was recalled from it, and newer words wait for it.
    """

    key: Key
    reference: str
    texts: tuple[Group, ...]
    outcomes: tuple[Outcome, ...]
    withheld: tuple[Withheld, ...]


def explain_outcomes(node: Node, acting: Acting, key: Key, lang: str = "en") -> Explained | None:
    """None where it does not exist for the asker; ``lang``: of the reasons."""
    product = find_known_product(node, acting, key)
    if product is None or acting.class_id is None or not answers_for(node, acting, key):
        return None
    return _explain(node, product, acting.class_id, key, lang)


def find_newest(node: Node, acting: Acting, lang: str = "en", named: str = "") -> Explained | None:
    """The newest product that the asker answers for and that was ever proposed to another member; else the newest of all.

    ``named``: of those whose reference this is, or ends so.
    """
    first: Key | None = None
    keys = (make_key(node.member, product) for product in reversed(node.desk.items))
    for key in islice((key for key in keys if not named or _is_named(node, key, named)), LOOKED_MAX):
        if not answers_for(node, acting, key):
            continue
        if _was_proposed(node, product_of(key)):
            return explain_outcomes(node, acting, key, lang)
        first = first or key
    return explain_outcomes(node, acting, first, lang) if first is not None else None


def _was_proposed(node: Node, product: ProductId) -> bool:
    """Sent, waiting, sent back or refused: somebody was asked to let a member have it."""
    refused = ((product, member) in node.releases.refused for member in node.member_classes)
    return bool(node.desk.items[product].pending or node.releases.sent.get(product)) or any(refused)


def _is_named(node: Node, key: Key, named: str) -> bool:
    holding = node.catalogue.holdings.get(key)
    return holding is not None and names_reference(fold_reference(named), holding.envelope.reference)


def _explain(node: Node, product: Product, class_id: ClassId, key: Key, lang: str) -> Explained:
    held = held_texts(node, product, class_id)
    item = node.desk.items[product.envelope.product]
    sharing = share_out(node, product)
    ready = sharing.agreed()
    waiting = {m: s for m, s in ready.items() if item.state == "open" and m in item.pending}
    groups = {g.text: g for shares in (held, waiting) for g in group_shares(node, shares)}
    stands = (
        *_list_held(node, product, held),
        *_list_waiting(node, product, ready, waiting),
        *_list_taken(node, product, waiting),
    )
    known = {m for outcome in stands for m in outcome.members}
    others = [m for m in _members_of(node, product) if m not in known]
    return Explained(
        key,
        product.envelope.reference,
        tuple(_with_members(group, stands) for group in groups.values()),
        _join((*stands, *(_stand_without(node, product, m, may=m in ready) for m in others))),
        explain_withheld(node, product, class_id, sharing, lang),
    )


def _members_of(node: Node, product: Product) -> Iterator[Member]:
    """Every other member of the directory, and who left it with something of this product."""
    sent = node.releases.sent.get(product.envelope.product, {})
    yield from (m for m in dict.fromkeys((*node.member_classes, *sent)) if m != node.member)


def _list_held(node: Node, product: Product, held: dict[Member, Share]) -> Iterator[Outcome]:
    """Without a text where the asker is not cleared for what was sent, or its bytes are gone here."""
    item = node.desk.items[product.envelope.product]
    for member, record in node.releases.sent.get(product.envelope.product, {}).items():
        if record.withdrawn:
            continue
        yield Outcome((member,), "held", text_of(held[member]) if member in held else "", record.at)
        denied = _find_denied(node, item, member)
        if denied is not None:  # of newer words: those that it has stay
            yield denied


def _list_waiting(
    node: Node, product: Product, ready: dict[Member, Share], waiting: dict[Member, Share]
) -> Iterator[Outcome]:
    for awaited in list_awaited(node, product, ready):
        for member in awaited.members:
            text, posts = text_of(waiting[member]), awaited.posts
            yield Outcome((member,), "waits", text, posts=posts, vacant=awaited.vacant)


def _list_taken(node: Node, product: Product, waiting: dict[Member, Share]) -> Iterator[Outcome]:
    """Of who waits: an older text was recalled."""
    sent = node.releases.sent.get(product.envelope.product, {})
    yield from (_stand_recalled(node, sent[m]) for m in waiting if m in sent and sent[m].withdrawn)


def _with_members(group: Group, stands: tuple[Outcome, ...]) -> Group:
    members = dict.fromkeys(m for s in stands if s.text == group.text for m in s.members)
    return msgspec.structs.replace(group, members=tuple(members))


def _stand_without(node: Node, product: Product, member: Member, *, may: bool) -> Outcome:
    """Of who holds nothing, and for whom nothing waits."""
    name = product.envelope.product
    item, sent = node.desk.items[name], node.releases.sent.get(name, {}).get(member)
    if sent is not None:
        return _stand_recalled(node, sent)
    denied = _find_denied(node, item, member)
    if denied is not None and (may or denied.state == "refused"):
        return denied
    return Outcome((member,), "unproposed" if may else "withheld")


def _find_denied(node: Node, item: DeskItem, member: Member) -> Outcome | None:
    """What the desk refused a member for good, or sent back before it went there."""
    refusal = node.releases.refused.get((item.product, member))
    if refusal is not None:
        return _stand_refused(node, member, refusal)
    if item.state == "returned" and member in item.pending:
        return Outcome((member,), "returned", note=item.comment)
    return None


def _stand_recalled(node: Node, sent: Sent) -> Outcome:
    recalls = node.releases.recalls_from(sent.product, sent.member)
    gone = bool(recalls) and all(recall.state == "destroyed" for recall in recalls)
    return Outcome(
        (sent.member,), "destroyed" if gone else "recalled", at=recalls[-1].at if recalls else Instant(0)
    )


def _stand_refused(node: Node, member: Member, refusal: Refusal) -> Outcome:
    raw = node.payload(refusal.position)
    note: str = "" if raw is None else decode_canonical(raw, str)
    return Outcome((member,), "refused", at=refusal.at, posts=(refusal.post,), note=note)


def _join(outcomes: tuple[Outcome, ...]) -> tuple[Outcome, ...]:
    """Members with whom it stands alike are one outcome."""
    joined: dict[Outcome, tuple[Member, ...]] = {}
    for one in outcomes:
        alike = msgspec.structs.replace(one, members=())
        joined[alike] = (*joined.get(alike, ()), *one.members)
    return tuple(msgspec.structs.replace(one, members=members) for one, members in joined.items())
