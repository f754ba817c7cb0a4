# SPDX-License-Identifier: Apache-2.0
"""Who said what: verdicts on the fields of several renditions, on the exercise's launch (section 4.3) and one by one."""

import pytest
from hypothesis import given, strategies

from tearline.core.products import Envelope, Field, TextBody, Wording
from tearline.core.renditions import Rendition, RenditionPortion, compare
from tests.golden.building import build_products, read_as, read_script

LAUNCH = read_script()["comparisons"]["launch-2023-07-12"]["products"]
LATEST = {"K1": 3, "Q1": 2}


def compare_as(reader):
    products = [build_products()[handle, LATEST.get(handle, 1)] for handle in LAUNCH]
    renditions = [read_as(reader, product.portions, product)[1] for product in products]
    return {c.name: c for c in compare(renditions)}


def test_conflicts_and_agreements_of_the_launch():
    """Time, apogee, flight and place of impact conflict; range and place of launch agree; the rest is not."""
    found = compare_as("AUS-0")
    assert {name: c.verdict for name, c in found.items()} == {
        "launch_time": "conflicts",
        "launch_place": "agrees",
        "type": "uncompared",
        "trajectory": "uncompared",
        "position": "uncompared",
        "heading": "uncompared",
        "impact_time": "single",
        "impact_place": "conflicts",
        "apogee_km": "conflicts",
        "range_km": "agrees",
        "flight_s": "conflicts",
    }
    spreads = {name: found[name].spread for name in ("launch_time", "apogee_km", "range_km", "flight_s")}
    assert spreads == {
        "launch_time": "60 s",
        "apogee_km": "648.4 km (10.8 %)",
        "range_km": "1.2 km (0.1 %)",
        "flight_s": "51 s (1.1 %)",
    }


@pytest.mark.parametrize(
    ("reader", "position", "heading", "propulsion"),
    [
        ("KOR-0", "39.112N 125.998E", "062°", True),
        ("USA-0", "39.112N 125.998E", "062°", True),
        ("JPN-0", "cell 39.0–39.5N 125.5–126.0E", "east-north-east, 060–069°", True),
        ("AUS-0", "cell 39.0–39.5N 125.5–126.0E", "east-north-east, 060–069°", False),
        ("NZL-0", "cell 39.0–39.5N 125.5–126.0E", "east-north-east, 060–069°", False),
        ("GBR-0", "cell 39.0–39.5N 125.5–126.0E", "east-north-east, 060–069°", False),
        ("NHQ-0", "cell 39.0–39.5N 125.5–126.0E", "east-north-east, 060–069°", False),
    ],
)
def test_n1_cells_differ_by_reader_and_hidden_rows_do_not_exist(reader, position, heading, propulsion):
    found = compare_as(reader)
    said = {
        name: [s.value for s in found[name].statements if s.originator == "KOR"]
        for name in ("position", "heading")
    }
    assert said["position"][0] == position
    assert said["heading"] == [heading]
    assert ("propulsion" in found) is propulsion
    assert ("flight_expected_min" in found) is propulsion


def test_statements_name_product_and_portion():
    """Each value says who states it and where."""
    statement = compare_as("AUS-0")["apogee_km"].statements[0]
    assert (statement.reference, statement.originator, statement.tag) == (
        "JPN-REP 120220Z JUL 23 T6NV",
        "JPN",
        "CU",
    )


def rendition(originator, *fields, reference="REP"):
    envelope = Envelope("0" * 32, originator, "report", "ROUTINE", f"{originator}-{reference}", 0)
    body = TextBody((Wording("en", "x"),))
    return Rendition(
        envelope, 0, "ABCD", "PUBLIC", (RenditionPortion("AA", "table", "(PUBLIC)", body, fields),)
    )


def judge(*values, kind="number", units=("km", "km", "km")):
    (found,) = compare([rendition(*f) for f in _fields(values, kind, units)])
    return found.verdict, found.spread


def _fields(values, kind, units):
    names = ("KOR", "JPN", "USA")
    return [(who, Field("f", v, kind, unit)) for who, v, unit in zip(names, values, units, strict=False)]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (("1000",), ("single", "")),
        (("1000", "1000"), ("agrees", "")),
        (("1000", "1010"), ("agrees", "10 km (1.0 %)")),
        (("1000", "1011"), ("conflicts", "11 km (1.1 %)")),
        (("1000", "1001", "1200"), ("conflicts", "200 km (20.0 %)")),
        (("0", "0"), ("agrees", "")),
        (("0", "5"), ("conflicts", "5 km (0.0 %)")),
        (("-10", "10"), ("conflicts", "20 km (200.0 %)")),
        (("1000.0", "1000"), ("agrees", "")),
    ],
)
def test_numbers_agree_within_one_per_cent(values, expected):
    assert judge(*values) == expected


def test_times_and_places_agree_when_equal():
    assert judge("2023-07-12T01:00:00Z", "2023-07-12T01:00Z", kind="time") == ("agrees", "")
    assert judge("2023-07-12T01:00:00Z", "2023-07-12T00:59:00Z", kind="time") == ("conflicts", "60 s")
    assert judge("2023-07-12T01:00:00.5Z", "2023-07-12T01:00:00Z", kind="time")[0] == "conflicts"
    assert judge("north of Aomori", "north of Aomori", kind="place") == ("agrees", "")
    assert judge("north of Aomori", "west of Okushiri", kind="place") == ("conflicts", "")
    assert judge("solid", "liquid", kind="none") == ("uncompared", "")


def test_it_takes_two_products_to_agree():
    """One that states a value twice confirms nothing, whoever else writes for that nation; against itself it is a conflict."""
    one, near, far = (Field("f", value, "number", "km") for value in ("1000", "1001", "1200"))
    assert [c.verdict for c in compare([rendition("JPN", one, one)])] == ["single"]
    (alone,) = compare([rendition("JPN", one, near)])
    assert (alone.verdict, alone.spread) == ("single", "")
    assert compare([rendition("JPN", one, far)])[0].verdict == "conflicts"
    both = [rendition("JPN", one), rendition("JPN", near, reference="WARN")]
    assert compare(both)[0].verdict == "agrees"


@pytest.mark.parametrize(
    "field", [Field("f", "solid", "none"), Field("f", "about 6,000", "number"), Field("f", "", "place")]
)
def test_what_one_product_alone_states_is_said_in_one_way(field):
    """Whether or not it could be compared: there is nothing to compare it with."""
    assert compare([rendition("KOR", field)])[0].verdict == "single"
    assert compare([rendition("KOR", field, Field("f", "1", "time"))])[0].verdict == "single"


VALUES = strategies.sampled_from(["1000", "1001", "2000", "nan", "solid", "2023-07-12T01:00:00Z"])
FIELDS = strategies.builds(
    Field,
    strategies.sampled_from(["f", "g"]),
    VALUES,
    strategies.sampled_from(["number", "time", "place", "none"]),
    strategies.sampled_from(["", "km"]),
)


@given(strategies.lists(strategies.lists(FIELDS, max_size=3), max_size=4))
def test_verdicts_count_products(stated):
    """One product's field is single or at odds with itself; of several products', each verdict but single."""
    renditions = [rendition("KOR", *fields, reference=f"REP {n}") for n, fields in enumerate(stated)]
    for found in compare(renditions):
        products = {s.reference for s in found.statements}
        allowed = {"single", "conflicts"} if len(products) == 1 else {"agrees", "conflicts", "uncompared"}
        assert found.verdict in allowed
        assert found.verdict in {"conflicts", "agrees"} or not found.spread
        if found.verdict == "agrees":
            assert len({(s.kind, s.unit) for s in found.statements}) == 1


def test_statements_say_what_kind_of_value_they_are():
    """A time is printed as one."""
    (found,) = compare(
        [rendition("KOR", Field("f", "2023-07-12T01:00:00Z", "time"), Field("f", "x", "none"))]
    )
    assert [s.kind for s in found.statements] == ["time", "none"]


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (("about 6,000", "6000"), "number"),
        (("nan", "6000"), "number"),
        (("inf", "inf"), "number"),
        (("1e999", "6000"), "number"),
        (("", "6000"), "number"),
        (("soon", "2023-07-12T01:00:00Z"), "time"),
        (("2023-13-12", "2023-07-12T01:00:00Z"), "time"),
        (("x", "y"), "unheard-of"),
    ],
)
def test_n5_a_partners_unreadable_value_is_shown_and_not_compared(values, kind):
    """Values come from other nations: one that can't be read spoils no page."""
    assert judge(*values, kind=kind) == ("uncompared", "")


def test_units_that_differ_are_not_compared():
    assert judge("1000", "1000", units=("km", "nmi")) == ("uncompared", "")


def test_fields_of_different_kinds_are_not_compared():
    one, two = Field("f", "1", "number"), Field("f", "1", "place")
    assert compare([rendition("KOR", one), rendition("JPN", two)])[0].verdict == "uncompared"
