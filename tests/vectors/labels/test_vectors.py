# SPDX-License-Identifier: Apache-2.0
"""Label vectors as published data: labels that once went wrong, or could, with who sees them and what goes wrong else."""

import json
from pathlib import Path

import msgspec
import pytest

from tearline.core.labels import (
    Decision,
    Label,
    NoLabel,
    decide_sight,
    explain,
    find_faults,
    roll_up,
    translate,
)
from tests.oracle import policy as oracle
from tests.properties.laws import mean
from tests.properties.worlds import make_book, make_reader, to_plain

VECTORS = json.loads((Path(__file__).parent / "vectors.json").read_text(encoding="utf-8"))
BOOK = make_book()


def read_label(words):
    return msgspec.convert(words, Label)


def read_reader(words):
    person = words["person"] if words["person"] is None else _clear(words, words["person"])
    return make_reader(BOOK, words["member"], _clear(words, words["codewords"]), person)


def _clear(words, codewords):
    return {"ceiling": words["ceiling"], "codewords": set(codewords)}


READERS = {words["id"]: read_reader(words) for words in VECTORS["readers"]}


def sort_meaning(meaning):
    return meaning and {k: sorted(v) if isinstance(v, set | frozenset) else v for k, v in meaning.items()}


@pytest.mark.parametrize("vector", VECTORS["decisions"], ids=lambda v: v["id"])
def test_n5_who_sees_a_label(vector):
    """Exactly the readers named, by the core and by the oracle; an invalid label is explained."""
    label = read_label(vector["label"])
    decisions = {name: decide_sight(label, reader.sight, BOOK) for name, reader in READERS.items()}
    assert [name for name, decision in decisions.items() if decision.permitted] == vector["admits"]
    assert [name for name, reader in READERS.items() if reader.sees(to_plain(label))] == vector["admits"]
    assert bool(find_faults(label, BOOK)) == (not vector["valid"])
    assert all(explain(decision) for decision in decisions.values())


@pytest.mark.parametrize("vector", VECTORS["banners"], ids=lambda v: v["id"])
def test_n3_what_a_banner_means(vector):
    labels = [read_label(words) for words in vector["labels"]]
    rolled = roll_up(labels, BOOK)
    assert sort_meaning(None if isinstance(rolled, NoLabel) else mean(rolled)) == vector["means"]
    assert sort_meaning(oracle.roll_up([to_plain(label) for label in labels])) == vector["means"]


@pytest.mark.parametrize("vector", VECTORS["translations"], ids=lambda v: v["id"])
def test_n4_what_a_translation_means(vector):
    label = read_label(vector["label"])
    carried = translate(label, vector["target"], BOOK)
    assert sort_meaning(None if isinstance(carried, Decision) else mean(carried)) == vector["means"]
    assert sort_meaning(oracle.translate(to_plain(label), vector["target"])) == vector["means"]
