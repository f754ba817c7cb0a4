# SPDX-License-Identifier: Apache-2.0
"""An event: time, place and figures in fields, so that a standing rule can release it without free prose."""

from tearline.core.products.kinds.kind import LOWEST, POSITION, TABLE, Kind, Piece

KIND = Kind(
    "event",
    "EVT",
    portions=("title", "time", "table", "remark", "position"),
    fields_only=True,
    template=(
        Piece("title", level=LOWEST),
        Piece("time"),
        Piece("table", TABLE),
        Piece("position", POSITION),
        Piece("remark"),
    ),
)
