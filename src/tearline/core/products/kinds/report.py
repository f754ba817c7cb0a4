# SPDX-License-Identifier: Apache-2.0
"""A report (INTREP): free portions."""

from tearline.core.products.kinds.kind import GRADING, Kind, Piece

KIND = Kind(
    "report",
    "REP",
    template=(
        Piece("title"),
        Piece("lead"),
        Piece("time"),
        Piece("paragraph"),
        Piece("assessment"),
        Piece("grading", GRADING),
        Piece("source"),
    ),
)
