# SPDX-License-Identifier: Apache-2.0
"""Makes the base maps of the screens from the public world-atlas files (Natural Earth as TopoJSON).

    python -m tools.basemap countries-50m.topojson.gz country-codes.csv web/src/lib/features/map/data/world-50m.json

Kept are coasts, borders, and an anchor for the three letters of each country; no name is drawn whose use is contested, and
no property of the source stands in the result.
"""

from __future__ import annotations

import csv
import gzip
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

UNNAMED = {"ESH", "FLK", "HKG", "MAC", "PSE", "SGS", "TWN"}
ANCHOR_MIN_DEGREES2 = 4.0
"""Smaller countries have no anchor: letters would hide them."""

Spot = tuple[float, float]


def make_basemap(topology: dict[str, Any], codes: dict[str, str]) -> dict[str, Any]:
    """The topology with what the screens draw, and nothing else."""
    countries = topology["objects"]["countries"]["geometries"]
    lines = list(map(list, (_decode(arc, topology["transform"]) for arc in topology["arcs"])))
    return {
        "transform": topology["transform"],
        "arcs": topology["arcs"],
        "land": [_polygons(g) for g in topology["objects"]["land"]["geometries"]],
        "countries": [_polygons(g) for g in countries],
        "anchors": list(_anchors(countries, lines, codes)),
    }


def _polygons(geometry: dict[str, Any]) -> list[Any]:
    arcs: list[Any] = geometry.get("arcs", [])
    return [arcs] if geometry["type"] == "Polygon" else arcs


def _decode(arc: Sequence[Sequence[int]], transform: dict[str, Any]) -> Iterator[Spot]:
    x = y = 0
    (kx, ky), (dx, dy) = transform["scale"], transform["translate"]
    for step_x, step_y in arc:
        x, y = x + step_x, y + step_y
        yield x * kx + dx, y * ky + dy


def _anchors(
    countries: list[dict[str, Any]], lines: list[list[Spot]], codes: dict[str, str]
) -> Iterator[list[Any]]:
    for geometry in countries:
        code = codes.get(str(geometry.get("id", "")).zfill(3), "")
        rings = [_ring(polygon[0], lines) for polygon in _polygons(geometry)]
        area, spot = max((_weigh(ring) for ring in rings), default=(0.0, (0.0, 0.0)))
        if code and code not in UNNAMED and area >= ANCHOR_MIN_DEGREES2:
            yield [code, round(spot[0], 2), round(spot[1], 2)]


def _ring(arcs: Sequence[int], lines: list[list[Spot]]) -> list[Spot]:
    ring: list[Spot] = []
    for arc in arcs:
        ring += lines[arc] if arc >= 0 else lines[~arc][::-1]
    return ring


def _weigh(ring: list[Spot]) -> tuple[float, Spot]:
    """Area in square degrees, and the centre of it."""
    area = x = y = 0.0
    for (ax, ay), (bx, by) in zip(ring, ring[1:] + ring[:1], strict=True):
        cross = ax * by - bx * ay
        area, x, y = area + cross / 2, x + (ax + bx) * cross, y + (ay + by) * cross
    return (abs(area), (x / (6 * area), y / (6 * area))) if area else (0.0, ring[0])


def main(source: str, table: str, target: str) -> None:
    """Read, make, write."""
    topology = json.loads(gzip.decompress(Path(source).read_bytes()))
    with Path(table).open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    codes = {row["ISO3166-1-numeric"].zfill(3): row["ISO3166-1-Alpha-3"] for row in rows}
    made = json.dumps(make_basemap(topology, codes), separators=(",", ":"))
    Path(target).write_text(made + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
