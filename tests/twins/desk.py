# SPDX-License-Identifier: Apache-2.0
"""Bodies for the routes of the desk beside the queue: rules, delegations, recalls, and the register as a file."""

from __future__ import annotations

from typing import Any

RULE: dict[str, Any] = {
    "name": "Events",
    "delegation": "D3-KOR",
    "kinds": ["event"],
    "highest": "DAEOEBI",
    "audience": ["JPN", "USA"],
    "condition": "template",
    "valid_to": "2023-07-20T00:00:00Z",
}
DELEGATION: dict[str, Any] = {
    "name": "Part",
    "under": "D3-KOR",
    "to": "KOR-WATCH",
    "kinds": ["event"],
    "highest": "DAEOEBI",
    "audience": ["JPN"],
    "valid_to": "2023-07-20T00:00:00Z",
}


def desk_bodies(key: str) -> dict[str, list[Any]]:
    """By route; ``key`` stands wherever a body can name a product."""
    return {
        "POST /api/rules": [RULE | {"delegation": key}, RULE, RULE | {"highest": "I-KUP"}],
        "POST /api/rules/try": [
            RULE,
            RULE | {"condition": "public", "kinds": ["document"]},
            RULE | {"kinds": []},
        ],
        "POST /api/delegations": [DELEGATION, DELEGATION | {"to": "X"}, DELEGATION | {"under": key}],
        "POST /api/products/{key:str}/recall": [
            {"members": ["USA"], "purpose": "error"},
            {"members": [], "purpose": "x"},
        ],
        "POST /api/register/export": [{"form": "csv"}, {"form": "x"}, {"form": "json", "member": "JPN"}],
    }


def one_each(n: int) -> dict[str, Any]:
    """One body that an officer's request succeeds with; names are distinct by ``n``."""
    return {
        "POST /api/rules": RULE | {"name": f"Rule {n}"},
        "POST /api/rules/try": RULE,
        "POST /api/delegations": DELEGATION | {"name": f"Part {n}"},
        "POST /api/products/{key:str}/recall": {"members": ["USA"], "purpose": "error"},
        "POST /api/register/export": {"form": "csv"},
    }
