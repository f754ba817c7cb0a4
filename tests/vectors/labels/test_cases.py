# SPDX-License-Identifier: Apache-2.0
"""The published vectors: tearline and the second reading of the standards answer each as it is written there."""

import functools
import json
from pathlib import Path

import pytest

from tearline.core.errors import TearlineError
from tearline.core.instants import parse_iso
from tearline.core.labels import (
    Clearance,
    Label,
    PolicyBook,
    book_as_of,
    decide,
    find_faults,
    parse_spif,
    print_policy_mark,
    resolve_label,
)
from tearline.core.labels.codecs import parse_label_document
from tearline.machine import DATA
from tests.oracle import acdf
from tests.vectors.labels.make_cases import make_vectors

HERE = Path(__file__).parent
PACKS = DATA / "packs"
VECTORS = json.loads((HERE / "cases.json").read_text(encoding="utf-8"))
SCHEMA = json.loads((HERE / "cases.schema.json").read_text(encoding="utf-8"))
OF_KIND = {kind: [v for v in VECTORS if v["kind"] == kind] for kind in ("decision", "document", "mark")}


@functools.cache
def read_policy(path):
    return parse_spif((HERE / path).read_bytes())


@functools.cache
def make_book(path, at):
    policy = read_policy(path)
    return book_as_of(PolicyBook("real", "", "PUBLIC", {policy.name: policy}, {}), parse_iso(at))


@functools.cache
def read_again(path):
    return acdf.read_spif(HERE / path)


def categories_of(words):
    return tuple((name, tuple(values)) for name, values in words["categories"])


def read_label(words):
    return Label(words["policy"], words["classification"], categories_of(words))


def read_clearance(words):
    return Clearance(words["policy"], tuple(words["classifications"]), categories_of(words))


def fits(value, form, whole=SCHEMA):
    """As much of JSON Schema as the schema uses."""
    if "$ref" in form:
        return fits(value, whole["$defs"][form["$ref"].rpartition("/")[2]])
    if "oneOf" in form:
        return sum(fits(value, one) for one in form["oneOf"]) == 1
    if "const" in form:
        return value == form["const"]
    if form["type"] == "object":
        known = form["properties"]
        fine = isinstance(value, dict) and set(form["required"]) <= set(value) <= set(known)
        return fine and all(fits(inner, known[name]) for name, inner in value.items())
    if form["type"] == "array":
        prefix = form.get("prefixItems", [])
        size = form.get("minItems", 0) <= len(value) <= form.get("maxItems", len(value))
        heads = all(fits(inner, one) for inner, one in zip(value, prefix, strict=False))
        return (
            isinstance(value, list)
            and size
            and heads
            and all(fits(i, form["items"]) for i in value if "items" in form)
        )
    return isinstance(value, {"string": str, "boolean": bool}[form["type"]])


def is_negative(vector):
    expect = vector["expect"]
    return expect.get("permitted") is False or expect.get("read") is False


def test_there_are_enough_and_most_say_no():
    """At least 400, two thirds of them negative; every one by its own name, of the form that is published."""
    assert len(VECTORS) >= 400
    assert sum(map(is_negative, VECTORS)) * 3 >= len(VECTORS) * 2
    assert len({vector["id"] for vector in VECTORS}) == len(VECTORS)
    assert fits(VECTORS, SCHEMA)
    assert not fits([{**VECTORS[0], "more": 1}], SCHEMA)


def test_every_shipped_policy_is_asked_about():
    """Each SPIF of each pack that the program carries: what is added to a pack is added here."""
    files = {path.resolve() for path in PACKS.glob("*/*.spif.xml")}
    names = {read_policy(str(path)).name for path in files}
    asked = {(HERE / vector["policy"]).resolve() for vector in VECTORS}
    assert {path.parent.name for path in files} == {path.parent.name for path in asked & files}
    assert {read_policy(str(path)).name for path in asked & files} == names
    assert len(names) >= 10


def test_the_file_is_what_its_rules_say():
    """Nobody writes into the file by hand, and nothing writes into it what an implementation answered."""
    assert list(make_vectors()) == VECTORS


@pytest.mark.parametrize("vector", OF_KIND["decision"], ids=lambda v: v["id"])
def test_n5_a_decision(vector):
    book = make_book(vector["policy"], vector["at"])
    label, clearance = read_label(vector["label"]), read_clearance(vector["clearance"])
    found = {"valid": not find_faults(label, book), "permitted": decide(label, clearance, book).permitted}
    assert found == vector["expect"]


@pytest.mark.parametrize("vector", OF_KIND["decision"], ids=lambda v: v["id"])
def test_n5_the_oracle_decides_alike(vector):
    policy, label = read_again(vector["policy"]), vector["label"]
    valid = label["policy"] == policy["name"] and acdf.is_valid(policy, label, vector["at"])
    permitted = valid and acdf.permits(policy, label, vector["clearance"], vector["at"])
    assert {"valid": valid, "permitted": permitted} == vector["expect"]


@pytest.mark.parametrize("vector", OF_KIND["document"], ids=lambda v: v["id"])
def test_n5_a_document(vector):
    """Twice: what was read before is read no less strictly."""
    policy = read_policy(vector["policy"])
    for _ in range(2):
        try:
            found = resolve_label(
                parse_label_document(vector["document"].encode()).label, {policy.name: policy}
            )
        except TearlineError:
            found = None
        assert (found is not None) == vector["expect"]["read"]
        if found is not None:
            assert found == read_label(vector["expect"]["label"])


@pytest.mark.parametrize("vector", OF_KIND["mark"], ids=lambda v: v["id"])
def test_a_mark(vector):
    text = print_policy_mark(
        read_label(vector["label"]), vector["place"], vector["lang"], read_policy(vector["policy"])
    )
    assert text == vector["expect"]["mark"]
