# SPDX-License-Identifier: Apache-2.0
"""What came, in which order, for each clearance class: rows, corrections, and nothing of what a class does not see."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tearline.core.ids import Member
from tearline.core.instants import Instant
from tearline.core.labels import ClassId
from tearline.node.views.arrivals import Arrivals
from tests.twins.worlds import Day, found

A, B, C = (f"KOR.{digit * 32}" for digit in "abc")
ONE, OTHER = ClassId(1), ClassId(2)


@pytest.fixture
def day() -> Iterator[Day]:
    made = Day(found(), frozenset())
    made.play()
    yield made
    made.world.close()


def test_rows_stand_in_the_order_they_came() -> None:
    """The last arrival first; a new text of a product moves its row to the top; ties go by the random id."""
    rows = Arrivals()
    for key, at in ((B, 10), (A, 10), (C, 20)):
        rows.put(ONE, key, Instant(at))
    assert rows.newest(ONE) == [C, B, A]
    rows.put(ONE, A, Instant(30))
    assert rows.newest(ONE) == [A, C, B]
    rows.remove(ONE, C)
    assert rows.newest(ONE) == [A, B]
    assert rows.newest(OTHER) == []


def test_a_stamp_moves_with_its_own_class_only() -> None:
    """Whoever remembers a list made of rows sees when it is out of date."""
    rows = Arrivals()
    rows.put(ONE, A, Instant(1))
    before = rows.stamps[ONE]
    rows.put(OTHER, A, Instant(1))
    assert rows.stamps[ONE] == before
    rows.remove(ONE, A)
    assert rows.stamps[ONE] > before


def test_n1_an_amendment_that_a_class_does_not_see_moves_no_row(day: Day) -> None:
    """The class that sees the changed portion has a correction on top; the other has the row, time and stamp it had."""
    catalogue = day.network.sites[Member("KOR")].node.catalogue
    key = day.world.keys["mixed"]
    classes = {p: day.world.act_as("KOR", p).class_id for p in ("kor.watch", "kor.analyst")}
    before = {p: (catalogue.arrivals.newest(c), catalogue.appearances[c][key]) for p, c in classes.items()}
    stamp = catalogue.arrivals.stamps[classes["kor.analyst"]]
    day.amend("KOR", "kor.watch", "mixed", day.mixed(amended=True), minute=9)
    after = {p: (catalogue.arrivals.newest(c), catalogue.appearances[c][key]) for p, c in classes.items()}
    assert after["kor.analyst"] == before["kor.analyst"]
    assert catalogue.arrivals.stamps[classes["kor.analyst"]] == stamp
    assert not after["kor.analyst"][1].revised
    assert after["kor.watch"][1].revised
    assert after["kor.watch"][1].first_at == before["kor.watch"][1].first_at


def test_a_warning_is_remembered_where_it_must_be_acknowledged(day: Day) -> None:
    """At its receivers, not at its originator; posts are kept with the holding."""
    key = day.world.keys["warning"]
    sites = day.network.sites
    assert key in sites[Member("JPN")].node.catalogue.warned
    assert key not in sites[Member("KOR")].node.catalogue.warned
    assert "JPN-WATCH" in sites[Member("JPN")].node.catalogue.holdings[key].action
