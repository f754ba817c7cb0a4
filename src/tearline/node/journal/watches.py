# SPDX-License-Identifier: Apache-2.0
"""Entries of a post's watch."""

from __future__ import annotations

from tearline.core.ids import Member, Person, Post, ProductId
from tearline.node.journal.entry import Entry


class PostAcknowledged(Entry, frozen=True, tag="PostAcknowledged", kw_only=True):
    """A post acknowledged a product: the originator learns of the post, never of the person."""

    member: Member
    product: ProductId
    state: str


class ProductAssigned(Entry, frozen=True, tag="ProductAssigned", kw_only=True):
    """Within the post, a product is one person's to deal with; ``to`` empty: the whole post's again."""

    member: Member
    product: ProductId
    to: Person


class WarningPassedOn(Entry, frozen=True, tag="WarningPassedOn", kw_only=True):
    """The timer's entry: ``late`` did not acknowledge a warning in time, so ``to`` is asked as well."""

    member: Member
    product: ProductId
    late: Post
    to: Post


class WatchRemarked(Entry, frozen=True, tag="WatchRemarked", kw_only=True):
    """A remark in the log of the post's watch. Payload 0: its label and its words."""


class WatchHandedOver(Entry, frozen=True, tag="WatchHandedOver", kw_only=True):
    """The actor offered the post's watch to ``to``; ``open`` holds the keys of products with something left to do."""

    to: Person
    open: tuple[str, ...]


class WatchTaken(Entry, frozen=True, tag="WatchTaken", kw_only=True):
    """The actor has the post's watch from now on; ``before`` had it, if anybody did."""

    before: Person
