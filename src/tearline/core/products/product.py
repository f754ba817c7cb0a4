# SPDX-License-Identifier: Apache-2.0
"""What an originator holds. Readers never get a Product: only shares and renditions leave (core.renditions)."""

from __future__ import annotations

import msgspec

from tearline.core.ids import Member, Post, ProductId, Tag
from tearline.core.instants import Instant, print_dtg
from tearline.core.labels import Label
from tearline.core.products.portion import Portion


class Envelope(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The thin part that everyone who sees anything of a product sees. Everything else is a portion."""

    product: ProductId
    originator: Member
    kind: str
    precedence: str
    reference: str  # KOR-WARN 120104Z JUL 23 K7QF
    filed_at: Instant  # operational clock


class Product(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One revision of a product, whole. ``revision`` is the author's and stands in no answer to a reader."""

    envelope: Envelope
    revision: int
    changed_at: Instant
    policy: str
    portions: tuple[Portion, ...]
    action: tuple[Post, ...] = ()
    info: tuple[Post, ...] = ()
    required: tuple[Tag, ...] = ()
    declared: str = ""  # unaltered | paraphrase: the author's word about PUBLIC material

    def labels(self) -> frozenset[Label]:
        """Every label that any variant carries."""
        return frozenset(v.label for p in self.portions for v in p.variants)


def print_reference(member: Member, code: str, at: Instant, letters: str) -> str:
    """A reference that can be spoken: originator, kind, date-time group, random letters and digits; no counter."""
    return f"{member}-{code} {print_dtg(at)} {letters}"
