# SPDX-License-Identifier: Apache-2.0
"""Positions are read strictly, and an area finds exactly what touches it."""

from __future__ import annotations

import json
import random

import pytest

from tearline.core.errors import LimitError, MalformedError
from tearline.core.products import Area, Geometry, print_geometry, read_geometry, touches
from tearline.core.products.geometry import MICRO

CELL = '{"type":"Polygon","coordinates":[[[125.5,39.0],[126.0,39.0],[126.0,39.5],[125.5,39.5],[125.5,39.0]]]}'


def box(west: float, south: float, east: float, north: float) -> Area:
    return Area(((round(west * 1e6), round(south * 1e6)), (round(east * 1e6), round(north * 1e6))))


@pytest.mark.parametrize(
    "text",
    [
        '{"type":"Point","coordinates":[125.998,39.112]}',
        CELL,
        '{"type":"LineString","coordinates":[[1,2],[3,4]]}',
    ],
)
def test_what_is_read_is_printed_again(text: str) -> None:
    """A cell stays a cell, a point a point."""
    assert print_geometry(read_geometry(text)) == json.loads(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[" * 100_000,
        '{"type":"Point"}',
        '{"type":"Point","coordinates":[]}',
        '{"type":"Point","coordinates":[181,0]}',
        '{"type":"Point","coordinates":[0,NaN]}',
        '{"type":"Point","coordinates":[0,1e400]}',
        '{"type":"Point","coordinates":[true,1]}',
        '{"type":"Point","coordinates":["1","2"]}',
        '{"type":"Point","coordinates":[1,2],"name":"x"}',
        '{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1]]]}',
        '{"type":"GeometryCollection","geometries":[]}',
        '{"type":"Feature","geometry":null}',
    ],
)
def test_n5_anything_else_is_refused_whole(text: str) -> None:
    """Malformed, off the globe, or with members that nobody knows."""
    with pytest.raises(MalformedError):
        read_geometry(text)


def test_positions_have_limits() -> None:
    """A coast line is no position."""
    line = json.dumps({"type": "LineString", "coordinates": [[0, 0]] * 2_001})
    with pytest.raises(LimitError):
        read_geometry(line)


def test_n2_an_area_finds_what_touches_it() -> None:
    """Inside, across, around, on the edge, and over the antimeridian; nothing beside it."""
    cell = read_geometry(CELL)
    assert touches(cell, box(125, 38, 127, 40))
    assert touches(cell, box(125.6, 39.1, 125.7, 39.2))
    assert touches(cell, box(124, 39.2, 128, 39.3))
    assert touches(cell, box(126, 39.5, 127, 40))
    assert not touches(cell, box(126.1, 39, 127, 40))
    fiji = Geometry(points=((179_900_000, -17_000_000), (-179_900_000, -17_000_000)))
    for point in fiji.points:
        assert touches(Geometry(points=(point,)), box(179, -18, -179, -16))
    assert not touches(Geometry(points=((0, -17_000_000),)), box(179, -18, -179, -16))


@pytest.mark.parametrize("turn", [0, 1, 2])
def test_n2_a_polygon_over_the_antimeridian_finds_both_sides_and_nothing_between(turn: int) -> None:
    """Whichever corner it begins with; and what lies across it is touched from either side."""
    corners = [(170, -20), (-170, -20), (180, -10)]
    around = Area(tuple((lon * MICRO, lat * MICRO) for lon, lat in corners[turn:] + corners[:turn]))
    for lon, lat, inside in (
        (175, -18, True), (-175, -18, True), (180, -15, True), (-180, -15, True),
        (172, -12, False), (0, -18, False), (160, -18, False), (-160, -18, False),
    ):  # fmt: skip
        assert touches(Geometry(points=((lon * MICRO, lat * MICRO),)), around) is inside, (lon, lat)
    line = '{"type":"LineString","coordinates":[[-178,-30],[-178,0]]}'
    assert touches(read_geometry(line), around)


def test_n2_points_in_polygons_agree_with_a_plain_count() -> None:
    """A drawn triangle holds a point where it lies on one side of all three edges, its edges included."""
    draw = random.Random(3)
    for _ in range(2_000):
        a, b, c, p = [(draw.randint(-9, 9), draw.randint(-9, 9)) for _ in range(4)]
        turns = [
            (v[0] - u[0]) * (p[1] - u[1]) - (v[1] - u[1]) * (p[0] - u[0]) for u, v in ((a, b), (b, c), (c, a))
        ]
        flat = (b[0] - a[0]) * (c[1] - a[1]) == (b[1] - a[1]) * (c[0] - a[0])
        if not flat:
            inside = all(t >= 0 for t in turns) or all(t <= 0 for t in turns)
            assert touches(Geometry(points=(p,)), Area((a, b, c))) == inside, (a, b, c, p)
