# SPDX-License-Identifier: Apache-2.0
"""Of looking: what auditors took of the trail, and the access log's own entries."""

from __future__ import annotations

from tearline.core.ids import Member, ProductId, Tag
from tearline.node.journal.entry import Entry


class TrailExported(Entry, frozen=True, tag="TrailExported", kw_only=True):
    """An auditor took a range of a log as a file that verifies by itself; durable before its first byte."""

    log: str
    start: int
    end: int
    sha256: str


class TrailRead(Entry, frozen=True, tag="TrailRead", kw_only=True):
    """Access log: an auditor looked at who did what. Payload 0: what was asked for."""

    hits: int


class RenditionRead(Entry, frozen=True, tag="RenditionRead", kw_only=True):
    """Access log: a person was shown these portions of a product (title alone in a list is one portion)."""

    member: Member
    product: ProductId
    portions: tuple[Tag, ...]
    form: str  # list | page | snippet | copy


class SearchMade(Entry, frozen=True, tag="SearchMade", kw_only=True):
    """Access log. Payload 0: the search string. Snippets shown are ``RenditionRead`` entries."""

    hits: int
