# SPDX-License-Identifier: Apache-2.0
"""Saved searches as the gate asks them: what came for the reader's class since they last looked."""

from __future__ import annotations

import msgspec

from tearline.core.instants import Instant
from tearline.node.gate.shapes import Summary
from tearline.node.views.search import Query


class Watch(msgspec.Struct, frozen=True):
    """A search, and up to when (system clock) what it found has been looked at."""

    query: Query
    seen: Instant


class Alert(msgspec.Struct, frozen=True):
    """A product that came since, and which of the watches found it. ``came_at``: operational clock."""

    summary: Summary
    at: Instant
    came_at: Instant
    watches: tuple[int, ...]


class Alerts(msgspec.Struct, frozen=True):
    """The last arrival first. ``total``: of all watches together; ``counts``: of each, all that it found."""

    items: tuple[Alert, ...]
    total: int
    counts: tuple[int, ...]
