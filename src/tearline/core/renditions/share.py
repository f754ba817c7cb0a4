# SPDX-License-Identifier: Apache-2.0
"""Shares: what travels to a member, every variant that the member may see and nothing that tells of the others.

``make_share`` and ``render`` are the only two ways out of a product. Both take the answer to the one question as an
argument and decide nothing themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec
from msgspec import UNSET, UnsetType

from tearline.core.canon import encode_canonical
from tearline.core.ids import Member, Post, Tag
from tearline.core.instants import Instant
from tearline.core.labels import Label
from tearline.core.products import Envelope, Portion, Product, Variant

Sees = Callable[[Label], bool]


class Share(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one member holds of a product. ``changed_at`` is the operational time of the last change of this share.

    ``packs``: the digest of the policies under which it was sent, which say what its labels mean.
    """

    envelope: Envelope
    changed_at: Instant
    portions: tuple[Portion, ...]  # sources are never in it
    action: tuple[Post, ...] = ()  # the receiver's own posts only
    info: tuple[Post, ...] = ()
    packs: str | UnsetType = UNSET

    def labels(self) -> frozenset[Label]:
        """Every label that any variant in the share carries."""
        return frozenset(v.label for p in self.portions for v in p.variants)


def make_share(product: Product, member: Member, sees: Sees) -> Share | None:
    """The member's share, or None where it may see no portion at all."""
    portions = share_portions(product.portions, sees)
    if not portions:
        return None
    return Share(
        product.envelope,
        product.changed_at,
        portions,
        _own_posts(product.action, member),
        _own_posts(product.info, member),
    )


def share_portions(portions: Iterable[Portion], sees: Sees) -> tuple[Portion, ...]:
    """Portions with the variants that are seen, in order, without sources; portions without any are absent."""
    kept = (Portion(p.tag, p.kind, tuple(v for v in p.variants if sees(v.label))) for p in portions)
    return tuple(portion for portion in kept if portion.variants)


def _own_posts(posts: tuple[Post, ...], member: Member) -> tuple[Post, ...]:
    return tuple(post for post in posts if post.startswith(f"{member}-"))


def content_of(share: Share) -> bytes:
    """The bytes that decide whether a member's share is the same as before: everything but the time of change."""
    return encode_canonical((share.envelope, share.portions, share.action, share.info))


class Change(msgspec.Struct, frozen=True):
    """What a new revision means for one member: ``none``, ``new``, ``changed``, ``narrowed`` or ``withdrawn``."""

    what: str
    lost: tuple[Tag, ...] = ()


def compare_shares(old: Share | None, new: Share | None) -> Change:
    """What a member whose share was ``old`` must be sent. Who loses a portion or a variant of one gets a recall."""
    if old is None:
        return Change("none" if new is None else "new")
    if new is None:
        return Change("withdrawn", tuple(p.tag for p in old.portions))
    if content_of(old) == content_of(new):
        return Change("none")
    left = {p.tag: p.variants for p in new.portions}
    lost = tuple(p.tag for p in old.portions if _loses(p.variants, left.get(p.tag, ())))
    return Change("narrowed", lost) if lost else Change("changed")


def find_withdrawn(old: Share | None, new: Share | None) -> tuple[tuple[Tag, Label], ...]:
    """Of which wordings, by portion and label, fewer are left: neither reworded under their label nor regraded.

    A recall names them, so that a receiver whom it reaches late, after other words came back under the label, still takes
    them out of what its readers had before (D3, D4).
    """
    left = {p.tag: p.variants for p in new.portions} if new else {}
    gone = (
        (p.tag, v.label)
        for p in (old.portions if old else ())
        for v in p.variants
        if _is_withdrawn(v, p.variants, left.get(p.tag, ()))
    )
    return tuple(dict.fromkeys(gone))


def _is_withdrawn(variant: Variant, old: tuple[Variant, ...], new: tuple[Variant, ...]) -> bool:
    before, after = ([v for v in variants if v.label == variant.label] for variants in (old, new))
    return len(after) < len(before) and variant.body not in [v.body for v in new]


def _loses(old: tuple[Variant, ...], new: tuple[Variant, ...]) -> bool:
    """True where there are fewer variants, or one is neither reworded (its label stays) nor regraded (its words stay)."""
    labels, bodies = {v.label for v in new}, {encode_canonical(v.body) for v in new}
    return len(new) < len(old) or any(
        v.label not in labels and encode_canonical(v.body) not in bodies for v in old
    )
