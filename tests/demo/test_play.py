# SPDX-License-Identifier: Apache-2.0
"""The shipped exercise, played in memory through every node's API: each step, and each line of each table, by name."""

import json

import pytest

from tearline.cli.demo.scenario import (
    DEFAULT,
    Row,
    find_script,
    load_scenario,
    names_product,
    read_range,
    split_list,
)
from tests.demo.conftest import Played

pytestmark = pytest.mark.slow
SCENARIO = load_scenario(find_script(DEFAULT))
NEVER_READ = {("Q1", "1", "NZL-*")}
"""Rows about a revision that a member is never sent: a later one reaches it first."""


def rows(name: str) -> list[Row]:
    return SCENARIO.table(name)


def name_of(row: Row) -> str:
    return " ".join(str(value) for value in list(row.values())[:4] if value)


def assert_holds(played: Played, table: str, names: list[str]) -> None:
    """Each of these was looked at, and holds."""
    looked = {e.name: e.why for e in played.record.expectations if e.table == table}
    missing = [name for name in names if name not in looked]
    assert not missing, "nobody looked"
    assert not {name: looked[name] for name in names if looked[name]}


@pytest.mark.parametrize("step", [*(s["id"] for s in SCENARIO.steps), "people"])
def test_step(step: str, played: Played) -> None:
    """Everything that is expected of the step holds."""
    result = next(s for s in played.record.steps if s.id == step)
    assert result.holds, result.why


@pytest.mark.parametrize("row", rows("acceptance.csv"), ids=name_of)
def test_acceptance_n1_n3(row: Row, played: Played) -> None:
    """Each class of the row reads these portions in these words, under this banner."""
    if (row["product"], row["revision"], row["readers"]) in NEVER_READ:
        pytest.skip("a later revision reaches this member first")
    handles = [h for h in SCENARIO.products if names_product(row["product"], h)]
    readers = SCENARIO.expand_readers(row["readers"])
    names = [f"{h} r{n} {r}" for h in handles for n in read_range(row["revision"]) for r in readers]
    looked = {e.name for e in played.record.expectations if e.table == "acceptance"}
    assert_holds(played, "acceptance", [n for n in names if n in looked])
    assert {n.rpartition("-")[0] for n in names if n in looked} == {n.rpartition("-")[0] for n in names} - {
        f"{h} r1 NZL" for h, _, _ in NEVER_READ
    }


@pytest.mark.parametrize("row", rows("searches.csv"), ids=name_of)
def test_search(row: Row, played: Played) -> None:
    """The person finds exactly these."""
    assert_holds(played, "searches", [f"{row['round']} {row['query']} {row['person']}"])


@pytest.mark.parametrize("row", rows("canaries.csv"), ids=name_of)
def test_canary_n2_d4(row: Row, played: Played) -> None:
    """The sentence lies at the nodes of its row, before and after the recalls, and crossed to nobody else."""
    names = [f"{row['text']} {where}" for where in ("before the recall", "in folders", "between nodes")]
    assert_holds(played, "canaries", names)


@pytest.mark.parametrize("row", rows("withheld.csv"), ids=name_of)
def test_withheld_a3(row: Row, played: Played) -> None:
    """Each portion of the row is withheld from each reader, for these reasons."""
    assert_holds(
        played,
        "withheld",
        [
            f"{row['product']} r{n} {portion} {reader}"
            for n in read_range(row["revision"])
            for portion in split_list(row["portions"])
            for reader in split_list(row["from"])
        ],
    )


@pytest.mark.parametrize("row", rows("stream_entries.csv"), ids=name_of)
def test_streams(row: Row, played: Played) -> None:
    """What entered each stream for this revision."""
    assert_holds(played, "streams", [f"{row['product']} r{row['revision']} {m}" for m in SCENARIO.members])


@pytest.mark.parametrize("row", rows("register.csv"), ids=name_of)
def test_register(row: Row, played: Played) -> None:
    """Releases, recalls and returns of the member."""
    assert_holds(
        played, "register", [f"{row['member']} {what}" for what in ("releases", "recalls", "returns")]
    )


@pytest.mark.parametrize("row", rows("recall.csv"), ids=name_of)
def test_recall_d4(row: Row, played: Played) -> None:
    """The fact is so, at its time."""
    name = " ".join(filter(None, (row["product"], row["portion"], row["fact"], row["member"], row["who"])))
    assert_holds(played, "recall", [name])


@pytest.mark.parametrize("row", rows("comparison.csv"), ids=name_of)
def test_comparison(row: Row, played: Played) -> None:
    """The cell, from the reader's own renditions."""
    assert_holds(played, "comparison", [f"{row['reader']} {row['field']} {row['source'] or 'absent'}"])


def test_json(played: Played) -> None:
    """The document of ``--json``: whether it holds, each step with time and reason, the seed."""
    document = json.loads(json.dumps(played.record.to_json("23")))
    assert list(document) == ["holds", "steps", "seed"]
    assert document["holds"] is True
    assert document["seed"] == "23"
    assert [s["id"] for s in document["steps"]] == [*(s["id"] for s in SCENARIO.steps), "people"]
    for step in document["steps"]:
        assert list(step) == ["id", "holds", "ms", "why"]
        assert isinstance(step["holds"], bool)
        assert isinstance(step["ms"], float)
        assert isinstance(step["why"], str)
