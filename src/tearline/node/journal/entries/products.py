# SPDX-License-Identifier: Apache-2.0
"""Of own products until they leave: filing, the desk, the register."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from tearline.core.ids import Member, ProductId, Tag
from tearline.node.journal.entry import Entry


class ProductFiled(Entry, frozen=True, tag="ProductFiled", kw_only=True):
    """Payload 0: the product, whole. ``pending`` wait on the desk. ``scrubbed``: what attachments were freed of, by portion."""

    product: ProductId
    revision: int
    reference: str
    kind: str
    pending: tuple[Member, ...]
    scrubbed: tuple[tuple[Tag, tuple[str, ...]], ...] | UnsetType = UNSET


class ProductReturned(Entry, frozen=True, tag="ProductReturned", kw_only=True):
    """The desk sent a draft back to be reworded. Payload 0: a ``ReturnNote``. ``refused`` names portions and members.

    Journals of older programs hold the comment alone, as a string.
    """

    product: ProductId
    refused: tuple[tuple[Tag, tuple[Member, ...]], ...]


class ReleaseRefused(Entry, frozen=True, tag="ReleaseRefused", kw_only=True):
    """The desk refused these members for good. Payload 0: the reason."""

    product: ProductId
    members: tuple[Member, ...]


class TextOpened(Entry, frozen=True, tag="TextOpened", kw_only=True):
    """An officer opened the text that a group of members would get; ``text`` is that text's check."""

    product: ProductId
    text: str


class ReleaseApproved(Entry, frozen=True, tag="ReleaseApproved", kw_only=True):
    """One officer approved texts for members, under a delegation that asks for another officer as well.

    ``texts`` holds (member, text): that text is approved and no other. The last approval is the release itself.
    """

    product: ProductId
    texts: tuple[tuple[Member, str], ...]


class RegisterExported(Entry, frozen=True, tag="RegisterExported", kw_only=True):
    """Lines of the disclosure register were saved as a file, durable before its first byte was given out."""

    form: str
    rows: int
    sha256: str


class ReleaseReviewed(Entry, frozen=True, tag="ReleaseReviewed", kw_only=True):
    """A watch post's release was reviewed within its time."""

    product: ProductId
    outcome: str
