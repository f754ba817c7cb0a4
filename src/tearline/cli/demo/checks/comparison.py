# SPDX-License-Identifier: Apache-2.0
"""Who said what: the cells of the comparison as each reader gets them, made of their own renditions alone.

The table writes values as they are shown; the API gives what is compared. The script's fields hold both.
"""

from __future__ import annotations

import re
from typing import Any

from tearline.cli.demo import api
from tearline.cli.demo.scenario import Row
from tearline.cli.demo.scene import Scene

COMPARISON = "comparison"
OUTCOME, ABSENT = "outcome", "absent"
SECONDS = {"s": 1.0, "min": 60.0, "h": 3600.0}
_QUANTITY = re.compile(r"(\d+(?:\.\d+)?) (km|s|min|h|%)")


async def check_comparison(scene: Scene, name: str) -> None:
    """Every cell of the table, as the reader named."""
    asked = scene.scenario.script["comparisons"][name]
    keys = [scene.keys[h] for h in asked["products"] if h in scene.keys]
    rows = scene.scenario.table("comparison.csv")
    for reader in dict.fromkeys(row["reader"] for row in rows):
        door = await scene.session(scene.scenario.home(reader), reader)
        fields = {f["name"]: f for f in api.items_of(await api.send(door, "/api/compare", {"keys": keys}))}
        for row in rows:
            if row["reader"] == reader:
                why = _find_difference(scene, asked, row, fields.get(row["field"]))
                scene.record.expect(COMPARISON, f"{reader} {row['field']} {row['source'] or ABSENT}", why)


def _find_difference(scene: Scene, asked: dict[str, Any], row: Row, field: dict[str, Any] | None) -> str:
    if row["value"] == ABSENT and not row["source"]:
        return "" if field is None else "the field exists for them"
    if field is None:
        return "the field does not exist for them"
    if row["source"] == OUTCOME:
        return _compare_outcome(row["value"], field)
    products = next(c["products"] for c in asked["columns"] if c["key"] == row["source"])
    stated = [
        s["value"]
        for s in field["statements"]
        if s["reference"] in {scene.references.get(h) for h in products}
    ]
    fields = _list_fields(scene, products, row["field"])
    if fields and all(f.get("repeats") for f in fields):
        return f"states {', '.join(stated)} of its own" if stated else ""
    given = next((f["value"] for f in fields if f["shown"] == row["value"]), None)
    if given is None:
        return "the script states no such value"
    return "" if given in stated else f"states {', '.join(stated) or 'nothing'}, not {given}"


def _list_fields(scene: Scene, products: list[str], name: str) -> list[dict[str, Any]]:
    """What the script's products state of one name, in every revision that was filed."""
    return [
        field
        for handle in products
        for revision in range(1, scene.current_revision(handle) + 1)
        for _, variant in scene.scenario.variants(handle, revision)
        for field in variant.get("fields", [])
        if field["name"] == name
    ]


def _compare_outcome(expected: str, field: dict[str, Any]) -> str:
    word, _, amounts = expected.partition(": ")
    verdict = {"conflict": "conflicts", "agreement": "agrees"}[word]
    if field["verdict"] != verdict:
        return f"{field['verdict']}, not {verdict}"
    missing = quantities(amounts) - quantities(field["spread"])
    return f"by {field['spread']}, not {amounts}" if missing else ""


def quantities(text: str) -> set[tuple[float, str]]:
    """Amounts with their units; times in seconds."""
    found = ((float(number), unit) for number, unit in _QUANTITY.findall(text))
    return {(n * SECONDS[unit], "s") if unit in SECONDS else (n, unit) for n, unit in found}
