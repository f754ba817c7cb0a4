# SPDX-License-Identifier: Apache-2.0
"""Holdings and events made from the exercise's feeds are as its section 4.0 says."""

import json
import re
from collections import Counter
from functools import cache
from importlib import resources
from pathlib import Path

import pytest

from tearline.cli.demo.feeds import cell, events, holdings

FOLDER = Path(str(resources.files("tearline"))) / "data" / "exercise" / "paper-lantern-23"
SCRIPT = json.loads((FOLDER / "script.json").read_text("utf-8"))
CANARIES = [line.split(",")[0] for line in (FOLDER / "canaries.csv").read_text("utf-8").splitlines()[1:]]


@cache
def held():
    return {product["handle"]: product for product in holdings(FOLDER, SCRIPT)}


@cache
def reported():
    return events(FOLDER, SCRIPT)


def portions_of(product):
    return {portion["tag"]: portion for portion in product["revisions"][0]["portions"]}


def text_of(product, tag):
    return portions_of(product)[tag]["variants"][0]["body"]["wordings"][0]["text"]


def test_counts_are_those_of_the_page():
    """88, 72, 194, 225, 6 and 40 with 174 values: 625 products, each with its own handle."""
    found = Counter((product["originator"], product["kind"]) for product in held().values())
    assert sum(found.values()) == SCRIPT["feeds"]["holdings_total"] == 625
    assert found == {
        ("KOR", "event"): 88,
        ("JPN", "event"): 72,
        ("USA", "document"): 194,
        ("AUS", "document"): 225,
        ("GBR", "indicators"): 6,
        ("KOR", "indicators"): 40,
    }
    lists = [product for handle, product in held().items() if handle.startswith("LAZARUS")]
    assert sum(len(portions_of(p)["IN"]["variants"][0]["body"]["patterns"]) for p in lists) == 174


def test_each_has_a_title_and_the_rule_of_its_originator():
    """Title first and required, tags distinct, authority a rule of the same member, DTG before the play."""
    rules = {rule["id"]: rule for rule in SCRIPT["rules"]}
    for product in [*held().values(), *reported().values()]:
        portions = product["revisions"][0]["portions"]
        assert portions[0]["kind"] == "title"
        assert product["required"] == [portions[0]["tag"]]
        assert len({portion["tag"] for portion in portions}) == len(portions)
        (rule,) = (rules[name] for name in product["authority"])
        assert rule["member"] == product["originator"]
        assert product["kind"] in rule["kinds"]
    assert max(product["revisions"][0]["at"] for product in held().values()) < "2023-07-12"


def test_public_holdings_are_public_in_every_portion():
    """Rule E3 covers a product only when all of it is PUBLIC and declared."""
    for product in held().values():
        labels = [v["label"] for p in product["revisions"][0]["portions"] for v in p["variants"]]
        assert (product.get("declared") == "unaltered") == all(
            label["policy"] == "PUBLIC" for label in labels
        )


def test_filing_follows_the_launch():
    """KOR files 30 minutes after the launch, JPN 35; without a time at noon, and says so."""
    assert held()["KOR-NK-2022-01-04-01"]["reference"]["stem"] == "KOR-EVT 042340Z JAN 22"
    assert held()["JPN-NK-2022-01-04-01"]["reference"]["stem"] == "JPN-EVT 042345Z JAN 22"
    untimed = held()["KOR-NK-2022-06-05-01"]
    assert untimed["reference"]["stem"] == "KOR-EVT 051200Z JUN 22"
    assert text_of(untimed, "EB") == "05 JUN 22, time not given"
    assert held()["JPN-NK-2022-12-23-01"]["reference"]["stem"] == "JPN-EVT 231200Z DEC 22"


def test_events_read_as_the_rows_do():
    """KE1 and JE1 to JE5: figures of the row, empty ones "not given", references and times of the page."""
    first = portions_of(reported()["KE1"])
    assert text_of(reported()["KE1"], "EA") == "Launch NK-2023-07-12-01 as reported by KOR"
    assert first["EC"]["variants"][0]["body"]["rows"] == [
        ["apogee", "not given"],
        ["range", "1,000 km"],
        ["flight", "not given"],
    ]
    assert [variant["handle"] for variant in first["EE"]["variants"]] == ["EE1", "EE2"]
    assert first["EE"]["variants"][0]["body"]["text"] == "39.112N 125.998E"
    assert text_of(reported()["JE2"], "ED") == "not given"
    assert sorted(reported()) == ["JE1", "JE2", "JE3", "JE4", "JE5", "KE1", "KE2", "KE3"]
    assert {
        handle for handle, p in reported().items() if p["reference"]["stem"].endswith("241530Z JUL 23")
    } == {
        "KE3",
        "JE4",
        "JE5",
    }


def test_acceptance_rows_of_the_events_name_their_portions():
    """The tags of the table's rows for KE1-3 and JE1-5 are those that the feed makes."""
    for line in (FOLDER / "acceptance.csv").read_text("utf-8").splitlines():
        product, _, _, portions, *_ = line.split(",")
        if product in {"KE1-3", "JE1-5"}:
            for handle, made in reported().items():
                if handle[:2] == product[:2]:
                    handles = {v["handle"] for p in portions_of(made).values() for v in p["variants"]}
                    assert set(portions.split(".")) <= handles


def test_japan_gives_landing_areas_and_no_position():
    """JPN's holdings say where it came down in the words for others, and hold no position."""
    for handle, product in held().items():
        if handle.startswith("JPN-"):
            assert "EE" not in portions_of(product)
            assert text_of(product, "ED") in {"waters between Korea and Japan", "Pacific Ocean"}


def test_exact_positions_lie_in_their_cells():
    """Every exact position lies inside the cell that the others get, in the script's products too."""
    pairs = 0
    for product in [*held().values(), *reported().values(), *SCRIPT["products"].values()]:
        for revision in product["revisions"]:
            for portion in revision["portions"]:
                if portion["kind"] == "position" and len(portion["variants"]) > 1:
                    exact, coarse = (json.loads(v["body"]["geojson"]) for v in portion["variants"])
                    longitude, latitude = exact["coordinates"]
                    assert json.loads(cell(str(latitude), str(longitude)).geojson) == coarse
                    assert portion["variants"][1]["body"]["text"] == cell(str(latitude), str(longitude)).text
                    pairs += 1
    assert pairs == 88 + 3 + 3 + 1 + 1  # holdings, KE, revisions of K1, its negative draft, Z1


@pytest.mark.parametrize(
    ("latitude", "longitude", "text"),
    [
        ("39.127", "125.964", "Cell 39.0–39.5N 125.5–126.0E"),
        ("39.112", "125.998", "Cell 39.0–39.5N 125.5–126.0E"),
        ("39.105", "126.006", "Cell 39.0–39.5N 126.0–126.5E"),
        ("39.5", "126.0", "Cell 39.5–40.0N 126.0–126.5E"),
        ("-36.412", "165.207", "Cell 36.0–36.5S 165.0–165.5E"),
        ("-0.2", "-0.2", "Cell 0.0–0.5S 0.0–0.5W"),
        ("-0.0", "0", "Cell 0.0–0.5N 0.0–0.5E"),
    ],
)
def test_cells(latitude, longitude, text):
    """Edges lie on multiples of a half degree; a correction inside changes nothing, one across an edge does."""
    assert cell(latitude, longitude).text == text


def test_original_markings_are_text():
    """AUSTEO stands in three documents, as words of a PUBLIC portion."""
    hits = [
        handle
        for handle, product in held().items()
        if re.search(r"\bAUSTEO\b", json.dumps(product, ensure_ascii=False), re.IGNORECASE)
    ]
    assert sorted(hits) == ["DAFP-20-460", "DAFP-22-292", "DAFP-22-80"]
    assert text_of(held()["DAFP-20-460"], "OM") == (
        "Original marking (declassified): O.JA7085 SECRET AUSTEO PRIORITY"
    )


def test_no_canary_stands_in_what_every_node_holds():
    """A canary that the holdings contain would prove nothing."""
    text = json.dumps([*held().values(), *reported().values()], ensure_ascii=False)
    assert len(CANARIES) == 17
    assert [canary for canary in CANARIES if canary in text] == []


def test_files_carry_their_notices():
    """The licences ask for it: MITRE's notice on each group, DFAT's attribution on each document."""
    for handle, product in held().items():
        if handle.startswith("ATTACK-"):
            assert "(c) 2025 The MITRE Corporation" in text_of(product, "SR")
        if handle.startswith("DAFP-"):
            assert "Department of Foreign Affairs and Trade (Australia)" in text_of(product, "SR")
