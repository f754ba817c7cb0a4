# SPDX-License-Identifier: Apache-2.0
"""A desk item as an officer reviews it: the original beside each distinct text, and on what authority each could go.

Only for who sees all of the product (``find_item``). What is shown of authority is what ``approve_release`` would find: the
same functions choose.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from tearline.core.ids import Member, Person, Post, Tag
from tearline.core.products import Body, Portion, Product
from tearline.core.renditions import Share, print_banner, print_portion_mark
from tearline.node.commands.acting import Acting
from tearline.node.commands.approve import approvers_of
from tearline.node.commands.authorise import Deciders, list_deciders, list_delegations, today
from tearline.node.commands.desk import Group, Withheld, explain_withheld, group_shares, text_of
from tearline.node.commands.find import Noted, find_at_desk
from tearline.node.commands.release import Sharing, sent_share, share_out, shares_for
from tearline.node.node import Node
from tearline.node.trust import Delegation
from tearline.node.views.desk import DeskItem, Review


class Written(msgspec.Struct, frozen=True):
    """One wording of the original (counted from 1), and whose text begins with it."""

    variant: int
    mark: str
    body: Body
    members: tuple[Member, ...]


class Original(msgspec.Struct, frozen=True):
    """A portion as its author wrote it, in the author's order of preference."""

    tag: Tag
    kind: str
    variants: tuple[Written, ...]


class Authority(msgspec.Struct, frozen=True):
    """Under ``delegation`` these members could be sent the text by ``post``, one of this officer's.

    ``approved``: who approved exactly this text before. ``refusal``: why this officer's approval would not count.
    """

    post: Post
    delegation: Delegation
    members: tuple[Member, ...]
    approved: tuple[Person, ...] = ()
    refusal: str = ""


class TextReview(msgspec.Struct, frozen=True):
    """One distinct text: whether this officer opened it, which wordings it begins with, and the authorities for it."""

    group: Group
    opened: bool
    chosen: tuple[tuple[Tag, int], ...]
    authorities: tuple[Authority, ...]


class AwaitedRelease(msgspec.Struct, frozen=True):
    """Members for whom a product waits, and who decides about it: ``posts`` and ``vacant`` as of ``Deciders``."""

    members: tuple[Member, ...]
    posts: tuple[Post, ...]
    vacant: tuple[Post, ...]


class DeskReview(msgspec.Struct, frozen=True):
    """All that is read before a decision. ``audiences``: groups of the policy, as the members of this network in them.

    ``awaited``: who decides for whom, whatever posts this officer holds.
    """

    item: DeskItem
    kind: str
    precedence: str
    banner: str
    original: tuple[Original, ...]
    texts: tuple[TextReview, ...]
    withheld: tuple[Withheld, ...]
    findings: tuple[Noted, ...]
    audiences: tuple[tuple[str, tuple[Member, ...]], ...]
    awaited: tuple[AwaitedRelease, ...] = ()

    @property
    def groups(self) -> tuple[Group, ...]:
        """The texts by group."""
        return tuple(text.group for text in self.texts)


class Queued(msgspec.Struct, frozen=True):
    """A line of the queue, for who sees all of the product.

    ``posts``: which of this officer's posts could decide some of it. ``recorded``: for whom one officer approved already.
    """

    item: DeskItem
    kind: str
    precedence: str
    title: Original | None
    posts: tuple[Post, ...]
    recorded: tuple[Member, ...]


def queue_item(node: Node, acting: Acting, product: Product) -> Queued:
    """The line of a product that this officer sees whole."""
    item = node.desk.items[product.envelope.product]
    pending = {m: s for m, s in shares_for(node, product).items() if m in item.pending}
    found = list_authorities(node, acting, product, pending)
    return Queued(
        item,
        product.envelope.kind,
        product.envelope.precedence,
        title_of(node, product),
        tuple(dict.fromkeys(a.post for a in found)),
        tuple(dict.fromkeys(m for a in found if a.approved for m in a.members)),
    )


def review_item(node: Node, acting: Acting, product: Product, lang: str) -> DeskReview:
    """What waits on the desk of a product that this officer sees whole."""
    item = node.desk.items[product.envelope.product]
    sharing = share_out(node, product)
    ready = sharing.agreed()
    pending = {m: s for m, s in ready.items() if m in item.pending}
    made = _review(node, acting, product, pending, sharing, lang)
    return msgspec.structs.replace(made, awaited=list_awaited(node, product, ready))


def review_sent(node: Node, acting: Acting, product: Product, review: Review, lang: str) -> DeskReview:
    """What a watch post released, as it was sent."""
    records = node.releases.sent.get(product.envelope.product, {})
    sent = {m: sent_share(node, records[m]) for m in review.members if m in records}
    shares = {m: s for m, s in sent.items() if s is not None}
    return _review(node, acting, product, shares, share_out(node, product), lang)


def _review(
    node: Node, acting: Acting, product: Product, shares: Mapping[Member, Share], sharing: Sharing, lang: str
) -> DeskReview:
    class_id = acting.class_id
    if class_id is None:
        raise AssertionError("an item is shown to who sees all of it")
    item, envelope = node.desk.items[product.envelope.product], product.envelope
    return DeskReview(
        item,
        envelope.kind,
        envelope.precedence,
        print_banner(product.labels(), node.voice, node.book),
        tuple(_original(node, portion, shares) for portion in product.portions),
        tuple(_review_text(node, acting, product, g, shares) for g in group_shares(node, shares)),
        explain_withheld(node, product, class_id, sharing, lang),
        find_at_desk(node, product, class_id, shares),
        list_audiences(node),
    )


def title_of(node: Node, product: Product) -> Original | None:
    """The title as its author wrote it; for who sees all of the product."""
    return next((_original(node, p, {}) for p in product.portions if p.kind == "title"), None)


def _original(node: Node, portion: Portion, shares: Mapping[Member, Share]) -> Original:
    first = {
        member: next((p.variants[0] for p in share.portions if p.tag == portion.tag), None)
        for member, share in shares.items()
    }
    return Original(
        portion.tag,
        portion.kind,
        tuple(
            Written(
                n,
                print_portion_mark(variant.label, node.voice, node.book),
                variant.body,
                tuple(m for m, shown in first.items() if shown == variant),
            )
            for n, variant in enumerate(portion.variants, 1)
        ),
    )


def _review_text(
    node: Node, acting: Acting, product: Product, group: Group, shares: Mapping[Member, Share]
) -> TextReview:
    share = shares[group.members[0]]
    written = {p.tag: p.variants for p in product.portions}
    chosen = tuple(
        (p.tag, n)
        for p in share.portions
        for n, variant in enumerate(written.get(p.tag, ()), 1)
        if variant == p.variants[0]
    )
    opened = (acting.person, text_of(share)) in node.desk.items[product.envelope.product].opened
    found = list_authorities(node, acting, product, {m: shares[m] for m in group.members})
    return TextReview(group, opened, chosen, found)


def list_awaited(
    node: Node, product: Product, ready: Mapping[Member, Share] | None = None
) -> tuple[AwaitedRelease, ...]:
    """For whom a product waits, by the posts whose delegations cover it now: for who may know to whom it goes.

    ``ready``: its ``shares_for``, of whoever has them.
    """
    item = node.desk.items.get(product.envelope.product)
    if item is None or item.state != "open":
        return ()
    found: dict[Deciders, list[Member]] = {}
    for member, share in (shares_for(node, product) if ready is None else ready).items():
        if member in item.pending:
            deciders = list_deciders(node, product, share=share, member=member)
            found.setdefault(deciders, []).append(member)
    return tuple(AwaitedRelease(tuple(members), one.posts, one.vacant) for one, members in found.items())


def list_authorities(
    node: Node, acting: Acting, product: Product, shares: Mapping[Member, Share]
) -> tuple[Authority, ...]:
    """Under what each post of this officer could send these shares; the post acted for first."""
    found: dict[tuple[Post, str, tuple[Person, ...]], Authority] = {}
    for post in _posts_of(node, acting):
        for member, share in shares.items():
            for made in _authorities_of(node, acting, post, product, share=share, member=member):
                key = (post, made.delegation.id, made.approved)
                before = found.get(key)
                members = (*before.members, member) if before else (member,)
                found[key] = msgspec.structs.replace(made, members=members)
    return tuple(found.values())


def _posts_of(node: Node, acting: Acting) -> tuple[Post, ...]:
    record = node.people.persons.get(acting.person)
    held = record.posts_at(node.clock.dtg()) if record else ()
    return tuple(dict.fromkeys((acting.post, *held)))


def _authorities_of(
    node: Node, acting: Acting, post: Post, product: Product, *, share: Share, member: Member
) -> Iterator[Authority]:
    item = node.desk.items[product.envelope.product]
    for delegation in list_delegations(node, post, product, share=share, member=member):
        approved: tuple[Person, ...] = ()
        refusal = ""
        if delegation.approvals > 1:
            approved = approvers_of(node, item, member, text_of(share), delegation.id)
            refusal = "own-draft" if acting.person == item.author else ""
            refusal = "approved-before" if acting.person in approved else refusal
        yield Authority(post, delegation, (member,), approved, refusal)


def list_audiences(node: Node) -> tuple[tuple[str, tuple[Member, ...]], ...]:
    """Lasting groups and shortcuts of the policies as of today, by those of their members that have a node here."""
    groups = [(g, node.book.resolve((g,), today(node))) for g in sorted(node.book.groups)]
    groups += [(name, frozenset(members)) for name, members in sorted(node.book.shortcuts.items())]
    known = sorted(node.member_classes)
    return tuple((g, tuple(m for m in known if m in members and m != node.member)) for g, members in groups)
