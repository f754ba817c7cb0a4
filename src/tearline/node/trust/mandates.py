# SPDX-License-Identifier: Apache-2.0
"""On what authority something is released: delegations and standing rules (DESIGN 10). A label is not authority."""

from __future__ import annotations

import msgspec

from tearline.core.ids import Member, Post
from tearline.core.instants import Instant


class Delegation(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``to`` may release products of ``kinds`` up to ``highest`` to ``audience`` (members and groups), while it is valid.

    ``highest`` is a classification of the issuing member's own policy. ``review_h``: releases under it are reviewed by
    ``review_by`` within so many hours. ``approvals``: so many distinct officers approve a text, none of them its author.
    """

    id: str
    name: str
    agreement: str
    issued_by: str
    to: Post
    kinds: tuple[str, ...]  # ("*",): every kind
    highest: str
    audience: tuple[str, ...]
    valid_from: Instant
    valid_to: Instant
    review_h: int = 0
    review_by: Post = Post("")
    may_redelegate: bool = False
    under: str = ""
    approvals: int = 1


class Exemption(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A portion kind that a rule may release higher, to these members only."""

    kind: str
    highest: str
    members: tuple[Member, ...]


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A standing rule under a delegation. ``condition``: ``template`` (fields only) or ``public`` (all PUBLIC, declared)."""

    id: str
    name: str
    delegation: str
    kinds: tuple[str, ...]
    policy: str
    highest: str
    audience: tuple[str, ...]
    condition: str
    valid_from: Instant
    valid_to: Instant
    exemption: Exemption | None = None
