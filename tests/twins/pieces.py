# SPDX-License-Identifier: Apache-2.0
"""Bodies for the routes of what stands beside words in a draft; a key stands wherever one can."""

from __future__ import annotations

from typing import Any


def piece_bodies(key: str) -> dict[str, list[Any]]:
    """Positions, attachments, and citations of portions by every tag that could be guessed."""
    return {
        "POST /api/positions": [{"text": "52S CG 12 67"}, {"text": key}, {"text": 1}],
        "POST /api/citations": [{"key": key, "tag": tag} for tag in ("PM", "PB", "TA", "x")],
        "POST /api/attachments": [
            {"name": key, "data": "Y2FuYXJ5"},
            {"name": "x", "data": "AAAA"},
            {"name": "x"},
        ],
    }
