# SPDX-License-Identifier: Apache-2.0
"""What every view is: a fold of the journal that can be thrown away and rebuilt."""

from __future__ import annotations

from typing import Protocol

from tearline.node.journal import Entry
from tearline.node.views.payloads import Payloads


class View(Protocol):
    """``apply`` takes entries in journal order, once each; queries are the view's own."""

    def apply(self, position: int, entry: Entry, payloads: Payloads) -> None: ...
