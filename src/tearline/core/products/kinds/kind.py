# SPDX-License-Identifier: Apache-2.0
"""What a kind of product is made of. To add one: a file beside this with a ``KIND``, and its name in ``__init__``."""

from __future__ import annotations

import msgspec

TEXT, POSITION, GRADING, TABLE = "text", "position", "grading", "table"


class Piece(msgspec.Struct, frozen=True):
    """A portion that a new product of the kind begins with: its kind, and the form of its body."""

    kind: str
    form: str = TEXT


class Kind(msgspec.Struct, frozen=True):
    """``portions`` are the portion kinds it may hold (empty: any); ``fields_only`` marks templates without free prose."""

    name: str
    code: str  # the word in its references
    portions: tuple[str, ...] = ()
    fields_only: bool = False
    acknowledged: bool = False  # its receivers' posts must acknowledge it
    template: tuple[Piece, ...] = (Piece("title"), Piece("paragraph"))
