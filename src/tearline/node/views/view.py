# SPDX-License-Identifier: Apache-2.0
"""What every view is: a fold of the journal that can be thrown away and rebuilt."""

from __future__ import annotations

from typing import ClassVar, Protocol

from tearline.node.journal import Entry
from tearline.node.views.payloads import Payloads


class View(Protocol):
    """``apply`` takes entries in journal order, once each; queries are the view's own.

    ``follows``: the entries that change it, and that alone it is shown; a test compares it with what ``apply`` asks for.
    """

    follows: ClassVar[tuple[type[Entry], ...]]

    def apply(self, position: int, entry: Entry, payloads: Payloads) -> None: ...
