# SPDX-License-Identifier: Apache-2.0
"""Accounts: passwords, sessions, drafts, preferences and second factors of a node's people, in one file.

Each part is a module of its own and adds its tables to ``Store``; ``Accounts`` is all of them.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path

from tearline.edge.accounts.factors import Factors
from tearline.edge.accounts.passwords import Cost
from tearline.edge.accounts.sessions import Limits


class Accounts(Factors):
    """Thread-safe. ``path`` None keeps everything in memory. ``draw`` gives random bytes."""

    def __init__(
        self,
        path: Path | None,
        *,
        limits: Limits = Limits(),  # noqa: B008  frozen
        cost: Cost = Cost(),  # noqa: B008  frozen
        draw: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        key_path = None if path is None else path.with_suffix(".key")
        super().__init__(path, draw, cost=cost, key_path=key_path, limits=limits)
