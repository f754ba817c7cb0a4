# SPDX-License-Identifier: Apache-2.0
"""Where things lie, by class: each class's own variant, in step with what is filed, changed and gone."""

from __future__ import annotations

from tearline.core.ids import Member
from tearline.core.products import Area, find_geometry
from tearline.node.gate import FeatureQuery
from tests.twins.worlds import HIDDEN, OPEN, Day, draft, found, portion, position, text

POINT = '{"type":"Point","coordinates":[131.25,39.25]}'
CELL = '{"type":"Polygon","coordinates":[[[131,39],[131.5,39],[131.5,39.5],[131,39.5],[131,39]]]}'
NEAR = Area(((131_240_000, 39_240_000), (131_260_000, 39_260_000)))
CORNER = Area(((131_000_000, 39_000_000), (131_100_000, 39_100_000)))


def make_report(*places: dict[str, object]):
    title = portion("TA", "title", text(OPEN, "At sea"))
    return draft("KOR", "report", title, *([portion("PA", "position", *places)] if places else []))


def list_geometries(day: Day, person: str, key: str, area: Area | None = None):
    reading = day.network.sites[Member("KOR")].gate.reading(day.world.act_as("KOR", person))
    items = reading.list_features(FeatureQuery(area=area, keys=(key,))).items
    return [place.sighting.geometry for item in items for place in item.places]


def test_n1_each_class_has_the_place_of_its_own_variant() -> None:
    """The exact place lies on the map of those who hold it; for everybody else there is a cell, and no point in it."""
    day = Day(found(), frozenset())
    day.play()
    exact, coarse = position(HIDDEN, POINT, "x"), position(OPEN, CELL, "cell")
    key = day.file("placed", "KOR", "kor.watch", make_report(exact, coarse), minute=9)
    assert list_geometries(day, "kor.watch", key) == [find_geometry(POINT)]
    assert list_geometries(day, "kor.analyst", key) == [find_geometry(CELL)]
    assert list_geometries(day, "kor.watch", key, CORNER) == []
    assert list_geometries(day, "kor.analyst", key, CORNER) == [find_geometry(CELL)]
    assert list_geometries(day, "kor.watch", key, NEAR) == [find_geometry(POINT)]
    day.world.close()


def test_a_place_moves_and_goes_with_its_text() -> None:
    """After an amendment the former place is nobody's; a report without a place is on no map."""
    day = Day(found(), frozenset())
    day.play()
    key = day.file("placed", "KOR", "kor.watch", make_report(position(OPEN, CELL, "cell")), minute=9)
    assert list_geometries(day, "kor.analyst", key) == [find_geometry(CELL)]
    day.amend("KOR", "kor.watch", "placed", make_report(position(OPEN, POINT, "point")), minute=10)
    assert list_geometries(day, "kor.analyst", key) == [find_geometry(POINT)]
    day.amend("KOR", "kor.watch", "placed", make_report(), minute=11)
    assert list_geometries(day, "kor.analyst", key) == []
    day.world.close()
