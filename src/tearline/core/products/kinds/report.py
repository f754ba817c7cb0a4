# SPDX-License-Identifier: Apache-2.0
"""A report (INTREP): free portions."""

from tearline.core.products.kinds.kind import ABOVE, GRADING, LOWEST, Kind, Piece

KIND = Kind(
    "report",
    "REP",
    template=(
        Piece("title", level=LOWEST),
        Piece("lead"),
        Piece("time"),
        Piece("paragraph"),
        Piece("assessment"),
        Piece("grading", GRADING),
        Piece("source", level=ABOVE),
    ),
)
