# SPDX-License-Identifier: Apache-2.0
"""What a reader sends to the inbox and the watch: with keys they know, guess and mistype."""

from __future__ import annotations

from typing import Any

OPEN_LABEL = {"policy": "PUBLIC", "classification": "UNMARKED"}


def inbox_bodies(key: str, person: str) -> dict[str, list[Any]]:
    """Bodies by route; ``key`` stands wherever a body can name a product."""
    return {
        "POST /api/inbox/marks": [
            {"keys": [key], "mark": "read"},
            {"keys": [key, key, "x"], "mark": "done"},
            {"keys": [key], "mark": "x"},
            {"keys": [], "mark": "read"},
        ],
        "POST /api/inbox/acknowledge": [
            {"keys": [key, "x"], "state": "displayed"},
            {"keys": [key]},
            {"keys": ["x"], "state": "burnt"},
        ],
        "POST /api/inbox/assign": [
            {"keys": [key], "to": person},
            {"keys": [key], "to": "kor.nobody"},
            {"keys": [key, "x"], "to": ""},
        ],
        "PUT /api/inbox/views": [
            {"name": "Mine", "ask": {"view": "all", "kinds": ["report"]}},
            {"name": "", "ask": {}},
        ],
        "POST /api/watch/remarks": [
            {"label": OPEN_LABEL, "words": "Quiet"},
            {"label": {"policy": "EXERCISE KOR", "classification": "I-KUP"}, "words": "Quiet"},
            {"label": {"policy": key, "classification": "x"}, "words": key},
            {"label": OPEN_LABEL, "words": ""},
        ],
        "POST /api/watch/offer": [
            {"to": person, "open": [key]},
            {"to": "kor.nobody", "open": [key, "x"]},
            {"to": person},
        ],
        "POST /api/inbox/views/forget": [{"name": "Mine"}, {"name": key}],
    }


def inbox_body(key: str) -> dict[str, dict[str, Any]]:
    """A body that is well made, by route."""
    return {
        "POST /api/session/exercise": {"person": "kor.watch"},
        "POST /api/inbox/marks": {"keys": [key], "mark": "done"},
        "POST /api/inbox/acknowledge": {"keys": [key]},
        "POST /api/inbox/assign": {"keys": [key]},
        "PUT /api/inbox/views": {"name": "Mine", "ask": {"view": "todo"}},
        "POST /api/inbox/views/forget": {"name": "Mine"},
        "POST /api/watch/remarks": {"label": OPEN_LABEL, "words": "Quiet"},
        "POST /api/watch/offer": {"to": "kor.nobody"},
    }
