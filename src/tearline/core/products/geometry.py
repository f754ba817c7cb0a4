# SPDX-License-Identifier: Apache-2.0
"""Geometry of positions: the GeoJSON of a position body read strictly, and which of it lies in an area.

- Coordinates are whole microdegrees (about 11 cm), longitude first: what is compared and hashed is exact.
- Read are points, lines and polygons and their multiples, of two or three finite numbers a place (a height is left out).
  Anything else, another member beside ``type`` and ``coordinates`` or a place off the globe included, is refused whole (N5):
  the words of the position stay readable, and nothing is drawn of it.
- ``touches`` is plane geometry on longitude and latitude, as a map draws it. A box may cross the antimeridian, west being
  greater than east; each edge of a polygon goes the shorter way round, and may cross it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from typing import Any

import msgspec

from tearline.core.errors import LimitError, MalformedError

MICRO = 1_000_000
EAST_MAX, NORTH_MAX = 180 * MICRO, 90 * MICRO
TURN = 2 * EAST_MAX
RING_MIN = 4  # a triangle, its first place again at the end
DIMENSIONS = (2, 3)
BOX_CORNERS = 2

Spot = tuple[int, int]
"""Longitude and latitude in microdegrees."""
Line = tuple[Spot, ...]
Ring = tuple[Spot, ...]
"""Closed: its last place is its first."""


class GeometryLimits(msgspec.Struct, frozen=True):
    """How much one position may hold."""

    chars_max: int = 200_000
    places_max: int = 2_000  # a coast line is no position


LIMITS = GeometryLimits()


class Box(msgspec.Struct, frozen=True):
    """A frame; where ``west`` is greater than ``east``, it crosses the antimeridian."""

    west: int
    south: int
    east: int
    north: int


class Geometry(msgspec.Struct, frozen=True):
    """Points, lines and areas; an area is its outer ring and then its holes."""

    points: tuple[Spot, ...] = ()
    lines: tuple[Line, ...] = ()
    areas: tuple[tuple[Ring, ...], ...] = ()

    def places(self) -> Iterator[Spot]:
        """Every corner."""
        yield from self.points
        for line in self.lines:
            yield from line
        for rings in self.areas:
            for ring in rings:
                yield from ring

    def box(self) -> Box:
        """The frame around all of it."""
        east, north = zip(*self.places(), strict=True)
        return Box(min(east), min(north), max(east), max(north))

    def edges(self) -> Iterator[tuple[Spot, Spot]]:
        """Every stretch of a line or a ring."""
        for line in self.lines:
            yield from pairwise(line)
        for rings in self.areas:
            for ring in rings:
                yield from pairwise(ring)


class Area(msgspec.Struct, frozen=True):
    """What is asked about: two corners of a box (south-west, north-east), or the corners of a polygon."""

    corners: tuple[Spot, ...]

    def parts(self) -> tuple[Geometry, ...]:
        """As polygons that don't cross the antimeridian."""
        if len(self.corners) != BOX_CORNERS:
            return _split(close_ring(self.corners))
        (west, south), (east, north) = self.corners
        spans = [(west, east)] if west <= east else [(west, EAST_MAX), (-EAST_MAX, east)]
        return tuple(_frame(Box(w, south, e, north)) for w, e in spans)


def read_geometry(text: str) -> Geometry:
    """The geometry of a position's GeoJSON, or ``MalformedError``."""
    if len(text) > LIMITS.chars_max:
        raise LimitError("position-too-large", "a position has too many places")
    try:
        value = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise _malformed("it is not JSON") from error
    if not isinstance(value, dict) or value.keys() != {"type", "coordinates"}:
        raise _malformed("a geometry has a type and coordinates, and nothing else")
    geometry = _read_shape(value["type"], value["coordinates"])
    if sum(1 for _ in geometry.places()) > LIMITS.places_max:
        raise LimitError("position-too-large", "a position has too many places")
    return geometry


def find_geometry(text: str) -> Geometry | None:
    """The same; none where it can't be read."""
    try:
        return read_geometry(text)
    except (MalformedError, LimitError):
        return None


def print_geometry(geometry: Geometry) -> dict[str, Any]:
    """GeoJSON of exactly what was read: one geometry, or a collection where there are several."""
    made: list[dict[str, Any]] = [
        {"type": "Point", "coordinates": _degrees(point)} for point in geometry.points
    ]
    made += [{"type": "LineString", "coordinates": list(map(_degrees, line))} for line in geometry.lines]
    made += [
        {"type": "Polygon", "coordinates": [list(map(_degrees, ring)) for ring in rings]}
        for rings in geometry.areas
    ]
    return made[0] if len(made) == 1 else {"type": "GeometryCollection", "geometries": made}


def touches(geometry: Geometry, area: Area) -> bool:
    """Whether any of the geometry lies in the area or on its edge."""
    return make_touch(area)(geometry)


def make_touch(area: Area) -> Callable[[Geometry], bool]:
    """The same of many geometries: the area is taken apart once, and most are told by their box."""
    parts = [(part, part.box()) for part in area.parts()]

    def touch(geometry: Geometry) -> bool:
        box = geometry.box()
        return any(_overlap(box, frame) and _touch(geometry, part) for part, frame in parts)

    return touch


def close_ring(corners: Iterable[Spot]) -> Ring:
    """The corners as a ring that ends where it began."""
    ring = tuple(corners)
    return ring if ring[0] == ring[-1] else (*ring, ring[0])


def _read_shape(kind: Any, value: Any) -> Geometry:
    match kind:
        case "Point":
            return Geometry(points=(_read_spot(value),))
        case "MultiPoint":
            return Geometry(points=tuple(map(_read_spot, _listed(value))))
        case "LineString":
            return Geometry(lines=(_read_line(value),))
        case "MultiLineString":
            return Geometry(lines=tuple(map(_read_line, _listed(value))))
        case "Polygon":
            return Geometry(areas=(_read_rings(value),))
        case "MultiPolygon":
            return Geometry(areas=tuple(map(_read_rings, _listed(value))))
        case _:
            raise _malformed("it is no point, line or polygon")


def _read_rings(value: Any) -> tuple[Ring, ...]:
    rings = tuple(tuple(map(_read_spot, _listed(ring))) for ring in _listed(value))
    if any(len(ring) < RING_MIN or ring[0] != ring[-1] for ring in rings):
        raise _malformed("a ring ends where it began")
    return rings


def _read_line(value: Any) -> Line:
    line = tuple(map(_read_spot, _listed(value)))
    if len(line) < BOX_CORNERS:
        raise _malformed("a line has two places")
    return line


def _read_spot(value: Any) -> Spot:
    numbers = _listed(value)
    if len(numbers) not in DIMENSIONS or any(type(n) not in {int, float} for n in numbers):
        raise _malformed("a place is a longitude and a latitude")
    if abs(numbers[0]) > EAST_MAX // MICRO or abs(numbers[1]) > NORTH_MAX // MICRO:
        raise _malformed("a place lies on the globe")
    return round(numbers[0] * MICRO), round(numbers[1] * MICRO)


def _listed(value: Any) -> list[Any]:
    if not isinstance(value, list) or not value:
        raise _malformed("coordinates are lists")
    return value


def _refuse(_: str) -> None:
    raise ValueError


def _malformed(why: str) -> MalformedError:
    return MalformedError("bad-position", f"not the geometry of a position: {why}")


def _degrees(spot: Spot) -> list[float]:
    return [spot[0] / MICRO, spot[1] / MICRO]


def _frame(box: Box) -> Geometry:
    """A box as a polygon."""
    west, south, east, north = box.west, box.south, box.east, box.north
    return Geometry(areas=((((west, south), (east, south), (east, north), (west, north), (west, south)),),))


def _split(ring: Ring) -> tuple[Geometry, ...]:
    """A ring whose edges go the shorter way round, in pieces on the globe; one around a pole stays as the plane draws it."""
    unrolled = [ring[0]]
    for east, north in ring[1:]:
        unrolled.append((east + _turns(unrolled[-1][0] - east) * TURN, north))
    if unrolled[0] != unrolled[-1]:
        return (Geometry(areas=((ring,),)),)
    turned = ([(east + turn * TURN, north) for east, north in unrolled] for turn in (-1, 0, 1))
    pieces = (_clip(_clip(piece, -EAST_MAX, keep=1), EAST_MAX, keep=-1) for piece in turned)
    return tuple(Geometry(areas=((close_ring(piece),),)) for piece in pieces if len(piece) >= RING_MIN - 1)


def _turns(east: int) -> int:
    """How often around the globe brings a difference of longitudes to half a turn or less."""
    beyond = -(-(abs(east) - EAST_MAX) // TURN)
    return max(0, beyond) * (1 if east > 0 else -1)


def _clip(ring: list[Spot], meridian: int, *, keep: int) -> list[Spot]:
    """What of a ring lies east of a meridian (``keep`` 1) or west of it (-1), edges along it included."""
    out: list[Spot] = []
    for (a, north_a), (b, north_b) in pairwise([*ring, *ring[:1]]):
        inside = [(east - meridian) * keep >= 0 for east in (a, b)]
        if inside[0]:
            out.append((a, north_a))
        if inside[0] != inside[1]:
            out.append((meridian, north_a + (north_b - north_a) * (meridian - a) // (b - a)))
    return out


def _touch(one: Geometry, other: Geometry) -> bool:
    """Two geometries meet where a place of one lies in the other, or their edges do."""
    if any(_holds(other, spot) for spot in one.places()) or any(_holds(one, spot) for spot in other.places()):
        return True
    edges = list(other.edges())
    return any(_cross(mine, theirs) for mine in one.edges() for theirs in edges)


def _overlap(one: Box, other: Box) -> bool:
    return (
        one.west <= other.east
        and other.west <= one.east
        and one.south <= other.north
        and other.south <= one.north
    )


def _holds(geometry: Geometry, spot: Spot) -> bool:
    """Whether a place lies in an area of the geometry, its edge included."""
    return any(
        any(_lies_on(spot, edge) for ring in rings for edge in pairwise(ring))
        or sum(_is_inside(spot, ring) for ring in rings) % 2 == 1
        for rings in geometry.areas
    )


def _is_inside(spot: Spot, ring: Ring) -> bool:
    """By how often a line to the east crosses the ring, in whole numbers."""
    x, y = spot
    inside = False
    for (ax, ay), (bx, by) in pairwise(ring):
        if (ay > y) != (by > y):
            side = (bx - ax) * (y - ay) - (x - ax) * (by - ay)
            inside ^= side > 0 if by > ay else side < 0
    return inside


def _lies_on(spot: Spot, edge: tuple[Spot, Spot]) -> bool:
    (ax, ay), (bx, by) = edge
    x, y = spot
    return (
        _turn(edge[0], edge[1], spot) == 0
        and min(ax, bx) <= x <= max(ax, bx)
        and min(ay, by) <= y <= max(ay, by)
    )


def _cross(one: tuple[Spot, Spot], other: tuple[Spot, Spot]) -> bool:
    if any(_lies_on(spot, other) for spot in one) or any(_lies_on(spot, one) for spot in other):
        return True
    return (
        _turn(*one, other[0]) * _turn(*one, other[1]) < 0
        and _turn(*other, one[0]) * _turn(*other, one[1]) < 0
    )


def _turn(a: Spot, b: Spot, c: Spot) -> int:
    """Greater than 0 where ``c`` lies to the left of the way from ``a`` to ``b``."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
