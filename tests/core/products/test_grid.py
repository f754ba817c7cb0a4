# SPDX-License-Identifier: Apache-2.0
"""Places as people type them: the vectors are those that the screens print."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tearline.core.errors import MalformedError
from tearline.core.products import find_geometry, read_place

ROOT = Path(__file__).resolve().parents[3]
VECTORS = json.loads((ROOT / "web/src/lib/features/map/mgrs.vectors.json").read_text())
GRID = [row for row in VECTORS if row[2][0].isdigit()]
POLAR = [row for row in VECTORS if not row[2][0].isdigit()]


@pytest.mark.parametrize(("latitude", "longitude", "reference"), GRID)
def test_a_reference_of_ten_digits_is_the_point_it_was_printed_from(latitude, longitude, reference) -> None:
    """Within the metre that was cut off, and a little for the rounding of degrees."""
    place = read_place(reference)
    east, north = json.loads(place.geojson)["coordinates"]
    assert abs(north - latitude) < 2e-5
    assert abs((east - longitude + 180) % 360 - 180) < 2e-5 / max(0.01, abs(1 - abs(latitude) / 90))
    assert place.size_m == 0


@pytest.mark.parametrize(
    ("digits", "size"), [("11", 10_000), ("1212", 1_000), ("123123", 100), ("12341234", 10)]
)
def test_a_coarse_reference_is_its_square_and_never_a_point(digits: str, size: int) -> None:
    """A coarse position stays coarse."""
    place = read_place(f"52s cg {digits}")
    geometry = find_geometry(place.geojson)
    assert geometry is not None
    assert (geometry.points, len(geometry.areas), place.size_m) == ((), 1, size)
    assert place.text == f"52S CG {digits[: len(digits) // 2]} {digits[len(digits) // 2 :]}"


@pytest.mark.parametrize(
    ("typed", "at", "text"),
    [
        ("37.56N 126.99E", [126.99, 37.56], "37.56N 126.99E"),
        ("37°34'12\"N, 126°59'E", [126.983333, 37.57], "37.57N 126.983E"),
        ("-36.5, 165.25", [165.25, -36.5], "36.5S 165.25E"),
        ("36.5 S 165.25 W", [-165.25, -36.5], "36.5S 165.25W"),
    ],
)
def test_degrees_are_read_as_they_are_written(typed: str, at: list[float], text: str) -> None:
    """Decimal or with minutes and seconds, latitude first."""
    place = read_place(typed)
    assert json.loads(place.geojson) == {"type": "Point", "coordinates": at}
    assert place.text.startswith(text)


@pytest.mark.parametrize(
    "typed",
    ["", "52S", "52S CG 123", "61S CG 12 12", "52S ZZ 12 12", "52I CG 12 12", "91N 10E", "10N 181E", "10E 10N",
     "10N 10N", "10N", "37°61'N 10E", "somewhere", "1e3, 5", "nan, 5", "52S CG 1234567 1234567", "٣٧N 12E", "5" * 100,
     *(row[2] for row in POLAR)],
)  # fmt: skip
def test_anything_else_is_refused_with_how_it_is_written(typed: str) -> None:
    """Nothing is guessed."""
    with pytest.raises(MalformedError) as caught:
        read_place(typed)
    assert caught.value.code in {"bad-place", "polar-position"}
