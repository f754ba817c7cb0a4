# SPDX-License-Identifier: Apache-2.0
"""Questions about a product: bodies for the twin worlds, and for the table of statuses."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from tearline.core.labels import make_label


def _label(**codewords: tuple[str, ...]) -> dict[str, Any]:
    made = make_label("EXERCISE KOR", "II-KUP", {**codewords, "Releasable To": ("KOR",)})
    label: dict[str, Any] = json.loads(msgspec.json.encode(made))
    return label


def question_bodies() -> dict[str, list[Any]]:
    """About a portion that readers see, about one they don't, without words, of no purpose."""
    label = _label()
    return {
        "POST /api/products/{key:str}/question": [
            {"purpose": "question", "text": "From where?", "label": label, "tags": ["TB"]},
            {"purpose": "challenge", "text": "Why?", "label": label, "tags": ["PB"], "lang": "ko"},
            {"purpose": "question", "text": " ", "label": label},
            {"purpose": "x", "text": "x", "label": label},
        ]
    }


def product_bodies(key: str) -> dict[str, Any]:
    """One good body for each route about a product of KOR's own under MILLRACE."""
    return {
        "POST /api/products/{key:str}/acknowledge": {"state": "displayed"},
        "POST /api/products/{key:str}/copies": {"form": "print"},
        "POST /api/compare": {"keys": [key]},
        "POST /api/products/{key:str}/question": {
            "purpose": "question",
            "text": "From where?",
            "label": _label(Compartment=("MILLRACE",)),
        },
    }
