# SPDX-License-Identifier: Apache-2.0
"""The kinds of product, one file each."""

from tearline.core.products.kinds import comment, document, event, indicators, report, rfi, tearline, warning
from tearline.core.products.kinds.kind import ABOVE, LOWEST, USUAL, Kind, Piece

KINDS: dict[str, Kind] = {
    module.KIND.name: module.KIND
    for module in (report, warning, event, indicators, document, tearline, rfi, comment)
}

__all__ = ["ABOVE", "KINDS", "LOWEST", "USUAL", "Kind", "Piece"]
