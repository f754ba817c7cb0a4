# SPDX-License-Identifier: Apache-2.0
"""What a kind of product is made of. To add one: a file beside this with a ``KIND``, and its name in ``__init__``."""

from __future__ import annotations

import msgspec

TEXT, POSITION, GRADING, TABLE = "text", "position", "grading", "table"
LOWEST, USUAL, ABOVE = "lowest", "usual", "above"


class Piece(msgspec.Struct, frozen=True):
    """A portion that a new product of the kind begins with: its kind, the form of its body, and how high it begins.

    ``level`` is one of the writer's own levels, since policies are data and kinds name none: the lowest, the usual (middle)
    one, or the next above that. The audience is always the writer's own member.
    """

    kind: str
    form: str = TEXT
    level: str = USUAL


class Kind(msgspec.Struct, frozen=True):
    """``portions`` are the portion kinds it may hold (empty: any); ``fields_only`` marks templates without free prose."""

    name: str
    code: str  # the word in its references
    portions: tuple[str, ...] = ()
    fields_only: bool = False
    acknowledged: bool = False  # its receivers' posts must acknowledge it
    template: tuple[Piece, ...] = (Piece("title", level=LOWEST), Piece("paragraph"))
