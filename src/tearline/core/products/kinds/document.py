# SPDX-License-Identifier: Apache-2.0
"""A document taken over from elsewhere, unaltered or paraphrased, with its source."""

from tearline.core.products.kinds.kind import ABOVE, LOWEST, Kind, Piece

KIND = Kind(
    "document",
    "DOC",
    template=(Piece("title", level=LOWEST), Piece("source", level=ABOVE), Piece("paragraph")),
)
