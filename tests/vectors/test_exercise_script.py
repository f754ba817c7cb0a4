# SPDX-License-Identifier: Apache-2.0
"""The exercise's script and its tables hold together, and the tables follow from the script's labels.

Two parts. Structure: every handle, tag, digit, mark, person, post and delegation that a table or a step names exists.
Outcome: a model of section 2 of the exercise, written here from its words and from nothing else in tearline, gives each row
of acceptance.csv and of the recall. Where program and table differ, this says which of the two left the page.
"""

import csv
import json
import re
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from tearline.cli.demo.feeds import events

FOLDER = resources.files("tearline") / "data" / "exercise" / "paper-lantern-23"
MEMBERS = ["KOR", "JPN", "AUS", "NZL", "USA", "GBR", "NHQ"]
IN_NATO = {"USA", "GBR", "NHQ"}
EVENTS = {"KE1-3": ("KOR", 3), "JE1-5": ("JPN", 5)}

# Section 2.2: class of each policy and its row; "sent" maps to EXNET as the same row, "received" is where EXNET's row arrives.
ROWS = {
    "EXNET": {"UNCLASSIFIED": 1, "RESTRICTED": 2, "CONFIDENTIAL": 3, "SECRET": 4},
    "KOR": {"DAEOEBI": 2, "III-KUP": 3, "II-KUP": 4},
    "JPN": {"CHUI": 2, "HI": 3, "GOKUHI": 4},
    "AUS": {"OFFICIAL": 1, "OFFICIAL: Sensitive": 2, "PROTECTED": 3, "SECRET": 4},
    "NZL": {"UNCLASSIFIED": 1, "RESTRICTED": 2, "CONFIDENTIAL": 3, "SECRET": 4},
    "USA": {"UNCLASSIFIED": 1, "CONFIDENTIAL": 3, "SECRET": 4},
    "GBR": {"OFFICIAL": 1, "OFFICIAL-SENSITIVE": 2, "SECRET": 4},
    "NATO": {"UNCLASSIFIED": 1, "RESTRICTED": 2, "CONFIDENTIAL": 3, "SECRET": 4},
}


def load_script() -> dict[str, Any]:
    script: dict[str, Any] = json.loads((FOLDER / "script.json").read_text("utf-8"))
    return script


def load_table(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((FOLDER / name).read_text("utf-8").splitlines()))


SCRIPT = load_script()
ACCEPTANCE = load_table("acceptance.csv")


def classes() -> dict[str, frozenset[str]]:
    """Each clearance class of the exercise, as `KOR-DM`, with its codewords; an uncleared account is no reader."""
    found = {}
    for member in SCRIPT["members"]:
        for person in member["persons"]:
            if person["cleared"]:
                letters = "".join(sorted(word[0] for word in person["codewords"])) or "0"
                found[f"{member['code']}-{letters}"] = frozenset(person["codewords"])
    return found


CLASSES = classes()


def expand_readers(text: str) -> list[str]:
    """`KOR-*+USA-0` or `ALL` as class names."""
    if text == "ALL":
        return list(CLASSES)
    chosen: list[str] = []
    for term in text.split("+"):
        prefix = term.removesuffix("*")
        chosen += [
            name for name in CLASSES if (name.startswith(prefix) if term.endswith("*") else name == term)
        ]
    return chosen


def policy_of(member: str) -> str:
    return "NATO" if member == "NHQ" else member


def sees(label: dict[str, Any], member: str, codewords: frozenset[str]) -> bool:
    """Section 2.2, "Decision": audience, then class and codewords carried into the reader's policy, then held."""
    if label["policy"] == "PUBLIC":
        return True
    audience = set(label.get("rt") or label["eo"])
    if member not in audience and not (member in IN_NATO and "NATO" in audience):
        return False
    source, target = label["policy"].removeprefix("EXERCISE "), policy_of(member)
    row = ROWS[source][label["classification"]]
    words = set(label["compartment"])
    if source != target:
        row = min(arrival for arrival in ROWS[target].values() if arrival >= row)
        if words - {"MILLRACE"} or (words and member in {"JPN", "NZL"}):
            return False
    ceiling = next(entry["ceiling"] for entry in SCRIPT["members"] if entry["code"] == member)
    return row <= ROWS[target][ceiling] and words <= codewords


def render(portions: list[dict[str, Any]], reader: str) -> str:
    """Tags with digits of what one class reads, as acceptance.csv writes them; `-` for nothing."""
    member = reader.split("-", maxsplit=1)[0]
    shown = []
    for portion in portions:
        for variant in portion["variants"]:
            if sees(variant["label"], member, CLASSES[reader]):
                shown.append(variant["handle"])
                break
    return ".".join(shown) or "-"


def revisions(text: str) -> range:
    first, _, last = text.partition("-")
    return range(int(first), int(last or first) + 1)


def all_portions() -> Iterator[tuple[str, dict[str, Any]]]:
    for handle, product in SCRIPT["products"].items():
        for revision in product["revisions"]:
            for portion in revision["portions"]:
                yield handle, portion


def handles() -> set[str]:
    return set(SCRIPT["products"]) | {event["handle"] for event in SCRIPT["feeds"]["events"]["items"]}


def portion_handles(product: str) -> set[str]:
    return {
        variant["handle"]
        for handle, portion in all_portions()
        if handle == product
        for variant in portion["variants"]
    }


@pytest.mark.parametrize("row", [row for row in ACCEPTANCE if row["product"] not in EVENTS], ids=str)
def test_acceptance_follows_from_the_labels(row: dict[str, str]) -> None:
    """Each row of section 6 is what the page's own decision gives for the script's labels."""
    product = SCRIPT["products"][row["product"]]
    for number in revisions(row["revision"]):
        portions = product["revisions"][number - 1]["portions"]
        for reader in expand_readers(row["readers"]):
            assert render(portions, reader) == row["portions"], reader


def test_acceptance_covers_every_class_once() -> None:
    """No class is missing from a product's rows, none stands in two of them."""
    seen: dict[tuple[str, int], list[str]] = {}
    for row in ACCEPTANCE:
        for number in revisions(row["revision"]):
            seen.setdefault((row["product"], number), []).extend(expand_readers(row["readers"]))
    assert len(CLASSES) == 16
    for product, readers in seen.items():
        assert sorted(readers) == sorted(CLASSES), product


def test_acceptance_names_what_exists() -> None:
    """Products, portions with their digits, and marks of the rows exist; every mark of the list is used."""
    marks = {row["id"] for row in load_table("marks.csv")}
    assert len(marks) == 96
    for row in ACCEPTANCE:
        if row["product"] not in EVENTS and row["portions"] != "-":
            assert set(row["portions"].split(".")) <= portion_handles(row["product"])
    used = {row[column] for row in ACCEPTANCE for column in ("orig", "recv")} - {""}
    assert used == marks


def test_labels_are_well_formed() -> None:
    """Every label has a class of its policy and exactly one audience, in known codes; PUBLIC has neither."""
    for handle, portion in all_portions():
        for variant in portion["variants"]:
            label = variant["label"]
            if label["policy"] == "PUBLIC":
                assert set(label) == {"policy", "classification"}
                continue
            assert label["classification"] in ROWS[label["policy"].removeprefix("EXERCISE ")], handle
            assert ("rt" in label) != ("eo" in label)
            assert set(label.get("rt") or label["eo"]) <= {*MEMBERS, "NATO"}
            assert (label["provided_by"] is None) == (label["policy"] != "EXERCISE EXNET")


def test_tags_are_two_letters_and_stable() -> None:
    """A tag is two letters, once in a revision, and means the same kind in each revision."""
    kinds: dict[tuple[str, str], str] = {}
    for handle, portion in all_portions():
        assert re.fullmatch("[A-Z]{2}", portion["tag"])
        assert kinds.setdefault((handle, portion["tag"]), portion["kind"]) == portion["kind"]
    for product in SCRIPT["products"].values():
        for revision in product["revisions"]:
            tags = [portion["tag"] for portion in revision["portions"]]
            assert len(tags) == len(set(tags))
            assert set(product["required"]) <= set(tags)


def test_bodies_are_of_known_shapes() -> None:
    """Each body is one of five types; a text has one original wording; a position is GeoJSON, longitude first."""
    for _, portion in all_portions():
        for variant in portion["variants"]:
            body = variant["body"]
            assert body["type"] in {"text", "position", "table", "stix", "grading"}
            if body["type"] == "text":
                assert [wording["status"] for wording in body["wordings"]] == ["original", "official"][
                    : len(body["wordings"])
                ]
            if body["type"] == "position":
                coordinates = json.loads(body["geojson"])["coordinates"]
                ring = coordinates[0] if isinstance(coordinates[0], list) else [coordinates]
                assert all(100 < longitude < 180 and latitude < 90 for longitude, latitude in ring)


def test_sources_exist_and_are_as_wide_as_what_derives_from_them() -> None:
    """Third-party rule: outside the negative drafts a derived portion reaches nobody whom a source was not released to."""
    for handle, portion in all_portions():
        for source in portion["sources"]:
            origin = SCRIPT["products"][source["product"]]["revisions"][0]["portions"]
            given = next(entry for entry in origin if entry["tag"] == source["portion"])["variants"][0][
                "label"
            ]
            if "negative" not in SCRIPT["products"][handle]:
                derived = portion["variants"][0]["label"]
                extra = reach(derived) - reach(given) - {SCRIPT["products"][handle]["originator"]}
                assert not extra, (handle, portion["tag"])


def reach(label: dict[str, Any]) -> set[str]:
    audience = set(label.get("rt") or label["eo"])
    return {member for member in MEMBERS if member in audience or (member in IN_NATO and "NATO" in audience)}


def test_people_posts_and_authority_resolve() -> None:
    """Whoever a product or a step names exists, at a post of theirs, under a delegation of the script."""
    people = {person["id"]: person for member in SCRIPT["members"] for person in member["persons"]}
    posts = {post for member in SCRIPT["members"] for person in member["persons"] for post in person["posts"]}
    authority = {entry["id"] for entry in [*SCRIPT["delegations"], *SCRIPT["rules"]]}
    for product in SCRIPT["products"].values():
        assert {product["drafter"], product["approver"]} - {None} <= set(people)
        assert set(product["authority"]) <= authority
        assert set(product["action"]) | set(product["info"]) <= posts
    for step in SCRIPT["steps"]:
        assert step.get("delegation", "D1") in authority
        assert step.get("rule", "D1") in authority | {"E1", "E2"}
        named = step.get("by", [])
        named = named if isinstance(named, list) else [named]
        assert set(named) | set(step.get("open", [])) <= set(people)
        if "post" in step:
            assert step["post"] in people[step["by"]]["posts"]


def test_steps_are_in_order_and_name_products() -> None:
    """The clock never goes back; each act names a product of the script; every product is played."""
    times = [step["at"] for step in SCRIPT["steps"]]
    assert times == sorted(times)
    assert len({step["id"] for step in SCRIPT["steps"]}) == len(times)
    acts = (
        "file",
        "amend",
        "approve",
        "return",
        "acknowledge",
        "print",
        "confirm_purge",
        "copy_destroyed",
        "try_file",
        "feed",
    )
    played = {step[act] for step in SCRIPT["steps"] for act in acts if act in step} - {"holdings"}
    assert played == handles()


def test_register_and_streams_agree() -> None:
    """Counting E and R of the stream entries before 122310Z gives the register."""
    late = {"KE2", "KE3", "JE2", "JE3", "JE4", "JE5"}
    releases = dict.fromkeys(MEMBERS, 0)
    recalls = dict.fromkeys(MEMBERS, 0)
    for row in load_table("stream_entries.csv"):
        owner = next(member for member in MEMBERS if row[member] == "own")
        if row["product"] not in late:
            releases[owner] += sum(row[member] == "E" for member in MEMBERS)
            recalls[owner] += sum(row[member] == "R" for member in MEMBERS)
    for row in load_table("register.csv"):
        assert (releases[row["member"]], recalls[row["member"]]) == (
            int(row["releases"]),
            int(row["recalls"]),
        )


def test_tables_name_products_people_and_nodes() -> None:
    """Searches, canaries, withheld, recall: all names are the script's; every canary stands in a text of it."""
    people = {person["id"] for member in SCRIPT["members"] for person in member["persons"]}
    for row in load_table("searches.csv"):
        assert row["person"] in people
        assert all(hit in handles() or hit.startswith("DAFP-") for hit in row["hits"].split("+") if hit)
    texts = json.dumps(SCRIPT["products"], ensure_ascii=False)
    for row in load_table("canaries.csv"):
        assert row["text"] in texts
        assert set(row["nodes"].split("+")) | set(row["nodes_after_recall"].split("+")) <= set(MEMBERS)
    for row in load_table("withheld.csv"):
        assert set(row["portions"].split("+")) <= portion_handles(row["product"])


def test_canary_nodes_follow_from_the_shares() -> None:
    """A canary lies at the originator's node and where a share with its variant went, as the table says."""
    for row in load_table("canaries.csv"):
        for column, newest in (("nodes", False), ("nodes_after_recall", True)):
            found = {member for member in MEMBERS if holds(row["text"], member, newest=newest)}
            assert found == set(row[column].split("+")), row["text"]


def holds(text: str, member: str, *, newest: bool) -> bool:
    """Whether a released variant with this text is in the product at home, or in a share of one of the revisions given."""
    words = frozenset().union(*(CLASSES[name] for name in CLASSES if name.startswith(member)))
    for product in SCRIPT["products"].values():
        if "draft_of" in product or "negative" in product:
            continue
        if product["originator"] == member and text in json.dumps(product["revisions"], ensure_ascii=False):
            return True
        for revision in product["revisions"][-1:] if newest else product["revisions"]:
            for portion in revision["portions"]:
                for variant in portion["variants"]:
                    if text in json.dumps(variant["body"], ensure_ascii=False) and sees(
                        variant["label"], member, words
                    ):
                        return True
    return False


@pytest.mark.parametrize("row", load_table("withheld.csv"), ids=str)
def test_withheld_portions_are_withheld(row: dict[str, str]) -> None:
    """No reader named in a row of withheld.csv sees a portion of that row."""
    for number in revisions(row["revision"]):
        portions = SCRIPT["products"][row["product"]]["revisions"][number - 1]["portions"]
        for reader in expand_readers(row["from"]):
            assert not set(row["portions"].split("+")) & set(render(portions, reader).split(".")), reader


def fields_seen(reader: str) -> dict[tuple[str, str], set[str]]:
    """What one class sees of the compared products' typed fields: (field, column) to the values shown."""
    made = events(Path(str(FOLDER)), SCRIPT)
    found: dict[tuple[str, str], set[str]] = {}
    for column in SCRIPT["comparisons"]["launch-2023-07-12"]["columns"]:
        for handle in column["products"]:
            product = made.get(handle) or SCRIPT["products"][handle]
            for portion in product["revisions"][-1]["portions"]:
                visible = (v for v in portion["variants"] if sees(v["label"], reader[:3], CLASSES[reader]))
                for field in next(visible, {"fields": []})["fields"]:
                    found.setdefault((field["name"], column["key"]), set()).add(field["shown"])
    return found


def test_comparison_follows_from_the_fields() -> None:
    """Each value of comparison.csv is a field that its reader sees; aus.analyst has no field beyond the table."""
    rows = [row for row in load_table("comparison.csv") if row["source"] != "outcome"]
    for row in rows:
        seen = fields_seen(class_of(row["reader"]))
        if row["value"] == "absent":
            assert row["field"] not in {field for field, _ in seen}
        elif row["value"] == "both":
            assert seen[row["field"], row["source"]] == {"120100Z", "120059Z"}
        elif row["value"] == "same":
            assert seen[row["field"], row["source"]] == seen[row["field"], "JPN"]
        else:
            assert row["value"] in seen[row["field"], row["source"]], row
    listed = {
        (row["field"], row["source"]) for row in rows if row["reader"] == "aus.analyst" and row["source"]
    }
    assert set(fields_seen("AUS-0")) == listed


def class_of(person: str) -> str:
    for member in SCRIPT["members"]:
        for entry in member["persons"]:
            if entry["id"] == person:
                letters = "".join(sorted(word[0] for word in entry["codewords"])) or "0"
                return f"{member['code']}-{letters}"
    raise KeyError(person)
