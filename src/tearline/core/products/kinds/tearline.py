# SPDX-License-Identifier: Apache-2.0
"""One self-contained block, made to be passed on."""

from tearline.core.products.kinds.kind import LOWEST, Kind, Piece

KIND = Kind("tearline", "TEAR", template=(Piece("title", level=LOWEST), Piece("lead", level=LOWEST)))
