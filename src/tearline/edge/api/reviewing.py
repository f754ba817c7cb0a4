# SPDX-License-Identifier: Apache-2.0
"""The shapes of the desk: a queue's line, and an item as it is reviewed, text by text beside the original."""

from __future__ import annotations

import msgspec

from tearline.core.instants import print_dtg, print_iso
from tearline.edge.api.previews import GroupOut, WithheldOut, encode_group, encode_withheld
from tearline.node.commands import Authority, AwaitedRelease, DeskReview, Noted, Original, Queued, TextReview
from tearline.node.gate import Body, DeskItem


class RefusedPortion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A portion whose words are not for these members."""

    tag: str
    members: tuple[str, ...]


class PortionComment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What other words this portion needs."""

    tag: str
    words: str


class WrittenOut(msgspec.Struct, frozen=True):
    """One wording of the original (counted from 1), and whose text begins with it."""

    variant: int
    mark: str
    body: Body
    members: tuple[str, ...]


class OriginalOut(msgspec.Struct, frozen=True):
    """A portion as its author wrote it, in the author's order of preference."""

    tag: str
    kind: str
    variants: tuple[WrittenOut, ...]


class DeskLine(msgspec.Struct, frozen=True, kw_only=True):
    """A product with members that wait, or that was sent back.

    ``posts``: which of this officer's posts could decide some of it; ``recorded``: for whom one officer approved already.
    """

    key: str
    reference: str
    author: str
    author_post: str
    filed: str
    filed_dtg: str
    pending: tuple[str, ...]
    state: str
    comment: str
    refused: tuple[RefusedPortion, ...]
    comments: tuple[PortionComment, ...]
    kind: str
    precedence: str
    title: OriginalOut | None
    posts: tuple[str, ...]
    recorded: tuple[str, ...]


class DeskOut(msgspec.Struct, frozen=True):
    """Items, filed first first."""

    items: tuple[DeskLine, ...]


class AuthorityOut(msgspec.Struct, frozen=True, kw_only=True):
    """Under this delegation ``post``, one of this officer's, could send these members the text.

    ``approvals``: so many officers have to approve; ``approved`` did. ``refusal``: why this officer's would not count.
    """

    post: str
    delegation: str
    name: str
    agreement: str
    highest: str
    audience: tuple[str, ...]
    valid_to: str
    valid_to_dtg: str
    review_h: int
    approvals: int
    approved: tuple[str, ...]
    refusal: str
    members: tuple[str, ...]


class ChosenOut(msgspec.Struct, frozen=True):
    """Which wording of a portion the text begins with."""

    tag: str
    variant: int


class TextOut(GroupOut, frozen=True, kw_only=True):
    """One distinct text: whether this officer opened it, its wordings, and on what authority it could go."""

    opened: bool
    chosen: tuple[ChosenOut, ...]
    authorities: tuple[AuthorityOut, ...]


class NotedOut(msgspec.Struct, frozen=True):
    """A finding by its rule: where, for whom, and the values that its words name. It refuses nothing."""

    code: str
    tag: str
    members: tuple[str, ...]
    values: tuple[str, ...]
    words: str
    blocking: bool = False


class AudienceOut(msgspec.Struct, frozen=True):
    """A group or shortcut, by those of its members that have a node."""

    name: str
    members: tuple[str, ...]


class DeskItemOut(msgspec.Struct, frozen=True, kw_only=True):
    """All that is read before a decision. ``awaited``: who decides for whom, whatever posts this officer holds."""

    item: DeskLine
    banner: str
    original: tuple[OriginalOut, ...]
    groups: tuple[TextOut, ...]
    withheld: tuple[WithheldOut, ...]
    findings: tuple[NotedOut, ...]
    audiences: tuple[AudienceOut, ...]
    awaited: tuple[AwaitedRelease, ...]


def encode_item(member: str, i: DeskItem) -> DeskLine:
    """A desk item's line by itself."""
    return DeskLine(
        key=f"{member}.{i.product}",
        reference=i.reference,
        author=i.author,
        author_post=i.author_post,
        filed=print_iso(i.filed_at),
        filed_dtg=print_dtg(i.filed_at),
        pending=i.pending,
        state=i.state,
        comment=i.comment,
        refused=tuple(RefusedPortion(tag, members) for tag, members in i.refused),
        comments=tuple(PortionComment(tag, words) for tag, words in i.comments),
        kind="",
        precedence="",
        title=None,
        posts=(),
        recorded=(),
    )


def encode_queued(member: str, queued: Queued) -> DeskLine:
    """A line of the queue."""
    return msgspec.structs.replace(
        encode_item(member, queued.item),
        kind=queued.kind,
        precedence=queued.precedence,
        title=encode_original(queued.title) if queued.title else None,
        posts=queued.posts,
        recorded=queued.recorded,
    )


def encode_review(member: str, review: DeskReview) -> DeskItemOut:
    """An item as it is reviewed."""
    line = msgspec.structs.replace(
        encode_item(member, review.item), kind=review.kind, precedence=review.precedence
    )
    return DeskItemOut(
        item=line,
        banner=review.banner,
        original=tuple(map(encode_original, review.original)),
        groups=tuple(map(_text, review.texts)),
        withheld=encode_withheld(review.withheld),
        findings=tuple(map(_noted, review.findings)),
        audiences=tuple(AudienceOut(name, members) for name, members in review.audiences),
        awaited=review.awaited,
    )


def _noted(note: Noted) -> NotedOut:
    return NotedOut(note.code, note.tag, note.members, note.values, note.words)


def encode_original(original: Original) -> OriginalOut:
    """A portion as its author wrote it."""
    variants = tuple(WrittenOut(w.variant, w.mark, w.body, w.members) for w in original.variants)
    return OriginalOut(original.tag, original.kind, variants)


def _text(text: TextReview) -> TextOut:
    group = encode_group(text.group)
    return TextOut(
        **{name: getattr(group, name) for name in group.__struct_fields__},
        opened=text.opened,
        chosen=tuple(ChosenOut(tag, variant) for tag, variant in text.chosen),
        authorities=tuple(map(_authority, text.authorities)),
    )


def _authority(authority: Authority) -> AuthorityOut:
    delegation = authority.delegation
    return AuthorityOut(
        post=authority.post,
        delegation=delegation.id,
        name=delegation.name,
        agreement=delegation.agreement,
        highest=delegation.highest,
        audience=delegation.audience,
        valid_to=print_iso(delegation.valid_to),
        valid_to_dtg=print_dtg(delegation.valid_to),
        review_h=delegation.review_h,
        approvals=delegation.approvals,
        approved=authority.approved,
        refusal=authority.refusal,
        members=authority.members,
    )
