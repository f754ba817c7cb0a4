# SPDX-License-Identifier: Apache-2.0
"""A warning: a few lines that must be read at once, and acknowledged by each watch post."""

from tearline.core.products.kinds.kind import LOWEST, POSITION, Kind, Piece

KIND = Kind(
    "warning",
    "WARN",
    acknowledged=True,
    template=(
        Piece("title", level=LOWEST),
        Piece("lead"),
        Piece("time"),
        Piece("position", POSITION),
        Piece("assessment"),
    ),
)
