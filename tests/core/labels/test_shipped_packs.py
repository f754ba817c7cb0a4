# SPDX-License-Identifier: Apache-2.0
"""The packs that are shipped: their own test cases come out, and say of each policy what is allowed and what is refused."""

import json
from collections import defaultdict
from pathlib import Path

import pytest

from tearline.core.instants import parse_iso
from tearline.core.labels import (
    BANNER,
    digest_pack,
    judge_pack,
    load_pack,
    make_label,
    make_pack_zip,
    open_pack_zip,
    print_privacy_mark,
    roll_up,
)

PACKS = Path(__file__).resolve().parents[3] / "src/tearline/data/packs"
NAMES = sorted(path.name for path in PACKS.iterdir())
AT = parse_iso("2023-07-12")


def read(name):
    return {path.name: path.read_bytes() for path in (PACKS / name).iterdir()}


def test_there_are_the_exercise_and_tlp():
    assert NAMES == ["exercise", "tlp"]


@pytest.mark.parametrize("name", NAMES)
def test_its_cases_come_out(name):
    book, results = judge_pack(read(name), AT)
    assert [r for r in results if not r.passed] == []
    assert book.kind == "exercise"


@pytest.mark.parametrize("name", NAMES)
def test_each_policy_has_cases_of_both_kinds(name):
    """What must be allowed and what must be refused; PUBLIC has no clearance to lack."""
    cases = json.loads((PACKS / name / "cases.json").read_text(encoding="utf-8"))
    assert len({case["id"] for case in cases}) == len(cases)
    found = defaultdict(set)
    for case in cases:
        if "label" in case:
            policy = case["label"]["policy"]
            found[policy] |= {(what, case[what]) for what in ("valid", "permitted") if what in case}
    wanted = {("valid", True), ("valid", False), ("permitted", True), ("permitted", False)}
    for policy in load_pack(read(name)).policies:
        needed = {case for case in wanted if case[0] == "valid"} if policy == "EXERCISE EXNET" else wanted
        if policy != "PUBLIC":
            assert needed <= found[policy], policy


@pytest.mark.parametrize("name", NAMES)
def test_a_zip_of_it_is_the_same_pack(name):
    """One digest, however it is packed; one file, whenever it is packed."""
    files = read(name)
    made = make_pack_zip(files)
    assert made == make_pack_zip(dict(reversed(files.items())))
    assert digest_pack(open_pack_zip(made)) == digest_pack(files)
    assert digest_pack({**files, "places.json": b'{"joins": []} '}) != digest_pack(files)


def test_n3_tlp_joins_to_the_strictest_for_those_whom_all_name():
    book = load_pack(read("tlp"))
    amber = make_label("EXERCISE TLP", "AMBER", {"Recipients": ["NAMED", "ORGANISATION", "CLIENTS"]})
    green = make_label(
        "EXERCISE TLP", "GREEN", {"Recipients": ["NAMED", "ORGANISATION", "CLIENTS", "COMMUNITY"]}
    )
    assert roll_up([green, amber], book) == amber


def test_privacy_marks_are_the_policys_in_its_languages():
    policies = load_pack(read("exercise")).policies
    nato = policies["EXERCISE NATO"]
    assert print_privacy_mark("MEDICAL", BANNER, "fr", nato) == "EXERCISE MÉDICAL"
    assert print_privacy_mark("MEDICAL", BANNER, "en", nato) == "EXERCISE MEDICAL"
    assert {name for name, policy in policies.items() if policy.privacy_marks} == {
        "EXERCISE AUS", "EXERCISE GBR", "EXERCISE NATO", "EXERCISE NZL",
    }  # fmt: skip
