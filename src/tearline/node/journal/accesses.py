# SPDX-License-Identifier: Apache-2.0
"""What a node's access log records: who was shown, searched for, or looked up what. Terms as in ``entries``."""

from __future__ import annotations

from tearline.core.ids import Member, ProductId, Tag
from tearline.node.journal.entry import Entry


class TrailRead(Entry, frozen=True, tag="TrailRead", kw_only=True):
    """Access log: an auditor looked at who did what. Payload 0: what was asked for."""

    hits: int


class RenditionRead(Entry, frozen=True, tag="RenditionRead", kw_only=True):
    """Access log: a person was shown these portions of a product (title alone in a list is one portion)."""

    member: Member
    product: ProductId
    portions: tuple[Tag, ...]
    form: str  # list | map | snippet | page | version | acknowledgement | copy


class SearchMade(Entry, frozen=True, tag="SearchMade", kw_only=True):
    """Access log. Payload 0: the search string. Snippets shown are ``RenditionRead`` entries."""

    hits: int
