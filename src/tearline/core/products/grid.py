# SPDX-License-Identifier: Apache-2.0
"""Places as people type them: MGRS, or latitude and longitude; read strictly into the geometry of a position.

A grid reference names a square, and is kept as one: 2, 4, 6 or 8 digits are a square of 10 km to 10 m, never a point, so that a
coarse position stays coarse. Ten digits (1 m) and a latitude with a longitude are a point. MGRS is that of WGS 84
(NGA.STND.0037), UTM by Krüger's series to the sixth order (about a nanometre inside a zone);
the polar caps (UPS) are refused by name.
"""

from __future__ import annotations

import json
import math
import re

import msgspec

from tearline.core.errors import MalformedError

BANDS = "CDEFGHJKLMNPQRSTUVWX"
COLUMNS = ("ABCDEFGH", "JKLMNPQR", "STUVWXYZ")
ROWS = "ABCDEFGHJKLMNPQRSTUV"
PLACE_MAX_CHARS = 80
POINT_DIGITS = 5  # each way: a metre
SIXTY = 60
POLE, DATE_LINE = 90, 180
WIDEST = 9.1  # degrees from a zone's middle: the wide zones of Norway and Svalbard, and a square's overhang

_A, _F = 6_378_137.0, 1 / 298.257223563  # WGS 84
_K0, _EAST, _SOUTH = 0.9996, 500_000.0, 10_000_000.0
_MGRS = re.compile(r"(\d{1,2})([C-HJ-NP-X])([A-HJ-NP-Z])([A-HJ-NP-V])(\d*)\Z", re.ASCII)
_POLAR = re.compile(r"[ABYZ][A-HJ-NP-Z]{2}\d*\Z", re.ASCII)
_ANGLE = re.compile(
    r"(?P<deg>\d{1,3}(?:\.\d{1,8})?)°?(?:\s*(?P<min>\d{1,2}(?:\.\d{1,6})?)['′])?(?:\s*(?P<sec>\d{1,2}(?:\.\d{1,4})?)[\"″])?"
    r"\s*(?P<half>[NSEW])",
    re.ASCII,
)
_PLAIN = re.compile(r"([+-]?\d{1,2}(?:\.\d{1,8})?)\s*[,;\s]\s*([+-]?\d{1,3}(?:\.\d{1,8})?)\Z", re.ASCII)


class Place(msgspec.Struct, frozen=True):
    """``geojson``: a point or a grid square, longitude first. ``text``: as it is read out. ``size_m``: 0 for a point."""

    geojson: str
    text: str
    size_m: int


def read_place(typed: str) -> Place:
    """The place that was typed, or ``MalformedError`` with what is wrong and how it is written."""
    text = " ".join(typed.split()).upper()
    if not text or len(text) > PLACE_MAX_CHARS:
        raise _malformed("it is empty or too long")
    joined = text.replace(" ", "")
    if _POLAR.match(joined):
        raise MalformedError(
            "polar-position", "positions on the polar caps (UPS) are typed as latitude and longitude"
        )
    match = _MGRS.match(joined)
    return _read_square(match) if match else _read_degrees(text)


def _read_degrees(text: str) -> Place:
    plain = _PLAIN.match(text)
    if plain:
        latitude, longitude = float(plain[1]), float(plain[2])
    else:
        found = list(_ANGLE.finditer(text))
        if [m["half"] in "NS" for m in found] != [True, False] or _ANGLE.sub("", text).strip(" ,;"):
            raise _malformed("it is neither MGRS nor a latitude and a longitude")
        latitude, longitude = map(_angle, found)
    if abs(latitude) > POLE or abs(longitude) > DATE_LINE:
        raise _malformed("it lies off the globe")
    latitude, longitude = round(latitude, 6), round(longitude, 6)
    north, east = "NS"[latitude < 0], "EW"[longitude < 0]
    return Place(_point(longitude, latitude), f"{abs(latitude):g}{north} {abs(longitude):g}{east}", 0)


def _angle(match: re.Match[str]) -> float:
    minutes, seconds = float(match["min"] or 0), float(match["sec"] or 0)
    if minutes >= SIXTY or seconds >= SIXTY:
        raise _malformed("minutes and seconds stay below 60")
    value = float(match["deg"]) + minutes / SIXTY + seconds / SIXTY**2
    return -value if match["half"] in "SW" else value


def _read_square(match: re.Match[str]) -> Place:
    zone, band, digits = int(match[1]), match[2], match[5]
    if not 1 <= zone <= SIXTY or len(digits) % 2 or not 0 < len(digits) <= 2 * POINT_DIGITS:
        raise _malformed("a grid reference has a zone of 1 to 60 and 2, 4, 6, 8 or 10 digits")
    half = len(digits) // 2
    size = 10 ** (POINT_DIGITS - half)
    east = _column(zone, match[3]) + int(digits[:half]) * size
    north = _row(zone, band, match[4]) + int(digits[half:]) * size
    if size == 1:
        geojson = _point(*_degrees_of(zone, band, east, north))
    else:
        corners = ((0, 0), (size, 0), (size, size), (0, size), (0, 0))
        ring = [list(_degrees_of(zone, band, east + x, north + y)) for x, y in corners]
        geojson = json.dumps({"type": "Polygon", "coordinates": [ring]}, separators=(",", ":"))
    text = f"{zone}{band} {match[3]}{match[4]} {digits[:half]} {digits[half:]}"
    return Place(geojson, text, 0 if size == 1 else size)


def _column(zone: int, letter: str) -> float:
    at = COLUMNS[(zone - 1) % 3].find(letter)
    if at < 0:
        raise _malformed(f"zone {zone} has no column {letter}")
    return (at + 1) * 100_000.0


def _row(zone: int, band: str, letter: str) -> float:
    """The northing of a row within its band: rows come again every 2,000 km."""
    offset = (ROWS.index(letter) - (5 if zone % 2 == 0 else 0)) % len(ROWS) * 100_000.0
    low, high = _band(band)
    bottom = project(low, 0.0)[1] + (0 if low >= 0 else _SOUTH)
    top = project(high, 3.0)[1] + (0 if low >= 0 else _SOUTH)
    north = offset
    while north + 100_000 <= bottom:
        north += len(ROWS) * 100_000.0
    if north > top:
        raise _malformed(f"band {band} has no row {letter}")
    return north


def _band(letter: str) -> tuple[float, float]:
    low = -80.0 + 8 * BANDS.index(letter)
    return low, 84.0 if letter == "X" else low + 8


def _degrees_of(zone: int, band: str, east: float, north: float) -> tuple[float, float]:
    latitude, longitude = unproject(east - _EAST, north - (0 if band >= "N" else _SOUTH))
    low, high = _band(band)
    if not low - 1 <= latitude <= high + 1 or abs(longitude) > WIDEST:
        raise _malformed("this square does not lie in that zone and band")
    return round(zone * 6 - 183 + longitude, 6), round(latitude, 6)


_N = _F / (2 - _F)
_RADIUS = _A / (1 + _N) * (1 + _N**2 / 4 + _N**4 / 64 + _N**6 / 256)
_FORWARD = (
    _N / 2 - 2 * _N**2 / 3 + 5 * _N**3 / 16 + 41 * _N**4 / 180 - 127 * _N**5 / 288 + 7891 * _N**6 / 37800,
    13 * _N**2 / 48 - 3 * _N**3 / 5 + 557 * _N**4 / 1440 + 281 * _N**5 / 630 - 1983433 * _N**6 / 1935360,
    61 * _N**3 / 240 - 103 * _N**4 / 140 + 15061 * _N**5 / 26880 + 167603 * _N**6 / 181440,
    49561 * _N**4 / 161280 - 179 * _N**5 / 168 + 6601661 * _N**6 / 7257600,
    34729 * _N**5 / 80640 - 3418889 * _N**6 / 1995840,
    212378941 * _N**6 / 319334400,
)
_BACKWARD = (
    _N / 2 - 2 * _N**2 / 3 + 37 * _N**3 / 96 - _N**4 / 360 - 81 * _N**5 / 512 + 96199 * _N**6 / 604800,
    _N**2 / 48 + _N**3 / 15 - 437 * _N**4 / 1440 + 46 * _N**5 / 105 - 1118711 * _N**6 / 3870720,
    17 * _N**3 / 480 - 37 * _N**4 / 840 - 209 * _N**5 / 4480 + 5569 * _N**6 / 90720,
    4397 * _N**4 / 161280 - 11 * _N**5 / 504 - 830251 * _N**6 / 7257600,
    4583 * _N**5 / 161280 - 108847 * _N**6 / 3991680,
    20648693 * _N**6 / 638668800,
)
_E = math.sqrt(_F * (2 - _F))


def project(latitude: float, longitude: float) -> tuple[float, float]:
    """UTM without false origin: metres east of the zone's middle and north of the equator; longitude from the middle."""
    phi, lam = math.radians(latitude), math.radians(longitude)
    t = math.sinh(math.atanh(math.sin(phi)) - _E * math.atanh(_E * math.sin(phi)))
    xi, eta = math.atan2(t, math.cos(lam)), math.asinh(math.sin(lam) / math.hypot(t, math.cos(lam)))
    north = xi + sum(a * math.sin(2 * j * xi) * math.cosh(2 * j * eta) for j, a in enumerate(_FORWARD, 1))
    east = eta + sum(a * math.cos(2 * j * xi) * math.sinh(2 * j * eta) for j, a in enumerate(_FORWARD, 1))
    return _K0 * _RADIUS * east, _K0 * _RADIUS * north


def unproject(east: float, north: float) -> tuple[float, float]:
    """The other way: latitude, and longitude from the zone's middle."""
    xi, eta = north / (_K0 * _RADIUS), east / (_K0 * _RADIUS)
    x = xi - sum(b * math.sin(2 * j * xi) * math.cosh(2 * j * eta) for j, b in enumerate(_BACKWARD, 1))
    y = eta - sum(b * math.cos(2 * j * xi) * math.sinh(2 * j * eta) for j, b in enumerate(_BACKWARD, 1))
    tau = math.sin(x) / math.hypot(math.sinh(y), math.cos(x))
    sine = tau / math.hypot(1, tau)
    for _ in range(8):
        sine = math.tanh(math.asinh(tau) + _E * math.atanh(_E * sine))
    return math.degrees(math.asin(sine)), math.degrees(math.atan2(math.sinh(y), math.cos(x)))


def _point(longitude: float, latitude: float) -> str:
    return json.dumps({"type": "Point", "coordinates": [longitude, latitude]}, separators=(",", ":"))


def _malformed(why: str) -> MalformedError:
    words = f"not a place: {why}. Write 52S CG 12345 67890, or 37.56N 126.99E, or 37°34'N 126°59'E"
    return MalformedError("bad-place", words)
