# SPDX-License-Identifier: Apache-2.0
"""Bodies of the script for saved searches: what came long ago counts as news, so that the alerts have something to tell."""

from __future__ import annotations

from typing import Any

from tests.twins.worlds import CANARY

LONG_AGO = "2020-01-01T00:00:00Z"


def search_bodies(key: str) -> dict[str, list[Any]]:
    """Everything, an area with a hidden word, a key; one that can't be asked."""
    return {
        "PUT /api/searches/{search_id:str}": [
            {"name": "all", "query": {}},
            {"name": "words", "query": {"q": CANARY, "area": "125,38;127,40"}, "seen": LONG_AGO},
            {"name": "key", "query": {"q": key}, "seen": LONG_AGO},
            {"name": key, "query": {"area": "x"}},
            {"name": "news", "query": {}, "seen": LONG_AGO},
        ]
    }
