# SPDX-License-Identifier: Apache-2.0
"""The exercise pack against its script, by a renderer and a mapping of the plainest kind.

Nothing of tearline is imported: only the data is read, so that the label code can be compared with this.
"""

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest
from lxml import etree

REPOSITORY = Path(__file__).resolve().parents[2]
PACK_FOLDER = REPOSITORY / "src/tearline/data/packs/exercise"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
NS = {"s": "http://www.xmlspif.org/spif"}
CODES = {"banner": "pageTopBottom", "portion": "portionMarking", "receiver": "documentStart"}
NETWORK = "EXERCISE EXNET"
ARC = "2.25.135985942684583033685180375428814158690"

# The exercise's table of equivalence: what arrives for EXNET's rows 1 to 4, and the own rows that are sent.
ARRIVES = {
    "EXERCISE KOR": (["DAEOEBI", "DAEOEBI", "III-KUP", "II-KUP"], {2, 3, 4}),
    "EXERCISE JPN": (["CHUI", "CHUI", "HI", "GOKUHI"], {2, 3, 4}),
    "EXERCISE AUS": (["OFFICIAL", "OFFICIAL: Sensitive", "PROTECTED", "SECRET"], {1, 2, 3, 4}),
    "EXERCISE NZL": (["UNCLASSIFIED", "RESTRICTED", "CONFIDENTIAL", "SECRET"], {1, 2, 3, 4}),
    "EXERCISE USA": (["UNCLASSIFIED", "CONFIDENTIAL", "CONFIDENTIAL", "SECRET"], {1, 3, 4}),
    "EXERCISE GBR": (["OFFICIAL", "OFFICIAL-SENSITIVE", "SECRET", "SECRET"], {1, 2, 4}),
    "EXERCISE NATO": (["UNCLASSIFIED", "RESTRICTED", "CONFIDENTIAL", "SECRET"], {1, 2, 3, 4}),
}


def load_json(name):
    return json.loads((PACK_FOLDER / name).read_text(encoding="utf-8"))


def load_policies():
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    entries = load_json("pack.json")["policies"]
    return {entry["policy"]: etree.parse(PACK_FOLDER / entry["file"], parser).getroot() for entry in entries}


PACK = load_json("pack.json")
CASES = [case for case in load_json("cases.json") if "location" in case]  # those of the script
POLICIES = load_policies()


# --- the plain renderer -------------------------------------------------------


def find_words(element, place, language, *, needs=None, without=None):
    """The marking data of one place, in the language asked for or else in English: phrase and codes."""
    found = {}
    for data in element.findall("s:markingData", NS):
        codes = {code.text for code in data.findall("s:code", NS)}
        if CODES[place] in codes and (needs is None or needs in codes) and without not in codes:
            found[data.get(LANG)] = (data.get("phrase"), codes)
    return found.get(language, found.get("en", (None, set())))


def find_qualifier(element, place, code, language):
    path = f"s:markingQualifier[@markingCode='{CODES[place]}']/s:qualifier[@qualifierCode='{code}']"
    found = {each.get(LANG): each.get("markingQualifier") for each in element.findall(path, NS)}
    return found.get(language, "")


def render(case):
    root, place, language = POLICIES[case["policy"]], case["location"], case["lang"]
    level = root.find(f".//s:securityClassification[@name='{case['classification']}']", NS)
    phrase, codes = find_words(level, place, language, without="replacePolicy")
    name = "" if "noNameDisplay" in codes else phrase or level.get("name")
    policy = find_words(root, place, language, needs="replacePolicy")[0]
    text = policy + find_qualifier(root, place, "separator", language) + name
    label = {
        "Provided By": [case["provided_by"]],
        "Compartment": case["compartments"],
        "Handling": ["ORCON"] if case["orcon"] else [],
        "Releasable To": case["rt"] or [],
        "Eyes Only": case["eo"] or [],
    }
    for tag in root.iterfind(".//s:securityCategoryTag", NS):
        values = []
        for category in tag.findall("s:tagCategory", NS):
            phrase, codes = find_words(category, place, language)
            if category.get("name") in label[tag.get("name")] and "noMarkingDisplay" not in codes:
                values.append(phrase or category.get("name"))
        if values:
            text += find_qualifier(tag, place, "prefix", language)
            text += find_qualifier(tag, place, "separator", language).join(values)
            text += find_qualifier(tag, place, "suffix", language)
    return text


# --- tests --------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_policy_prints_the_mark_of_the_script(case):
    """Every banner, receiver's mark and portion mark of the script comes out of the policy as written."""
    assert render(case) == case["expect"]


def test_receivers_mark_never_names_the_audience():
    """A receiver's mark is printed without Releasable To and Eyes Only, even where the label has them."""
    for case in CASES:
        if case["location"] == "receiver":
            owner = next(entry["owner"] for entry in PACK["policies"] if entry["policy"] == case["policy"])
            assert render({**case, "rt": ["AUS", "KOR", "NATO"], "eo": [owner]}) == case["expect"]


def test_cases_cover_the_script():
    kinds = [case["id"][0] for case in CASES]
    assert [kinds.count(kind) for kind in "ORP"] == [35, 61, 28]


@pytest.mark.parametrize("policy", ARRIVES)
def test_n4_each_network_level_arrives_as_exactly_one_own_level(policy):
    """Every level of EXNET is received once and never lower; what is sent keeps its row; row 5 stays."""
    arrives, sends = {}, {}
    for level in POLICIES[policy].iterfind(".//s:securityClassification", NS):
        for equivalent in level.findall("s:equivalentClassification", NS):
            assert equivalent.get("policyRef") == NETWORK
            row, applied = int(equivalent.get("lacv")), equivalent.get("applied")
            if applied in ("decrypt", "both"):
                assert row not in arrives
                assert int(level.get("hierarchy")) >= row
                arrives[row] = level.get("name")
            if applied in ("encrypt", "both"):
                assert int(level.get("hierarchy")) not in sends
                sends[int(level.get("hierarchy"))] = row
    assert [arrives[row] for row in sorted(arrives)] == ARRIVES[policy][0]
    assert sends == {row: row for row in ARRIVES[policy][1]}


@pytest.mark.parametrize("policy", ARRIVES)
def test_n4_each_value_maps_to_the_same_value_or_to_none(policy):
    """RT, EO, ORCON, Provided By and MILLRACE keep their name; national codewords have no equivalent."""
    sets = POLICIES[NETWORK].findall(".//s:securityCategoryTagSet", NS)
    network = {
        (tag_set.get("id"), tag.get("tagType"), category.get("lacv")): (
            tag_set.get("name"),
            category.get("name"),
        )
        for tag_set in sets
        for tag in tag_set.findall("s:securityCategoryTag", NS)
        for category in tag.findall("s:tagCategory", NS)
    }
    unmapped = set()
    for tag_set in POLICIES[policy].iterfind(".//s:securityCategoryTagSet", NS):
        for category in tag_set.iterfind(".//s:tagCategory", NS):
            targets = category.findall("s:equivalentSecCategoryTag", NS)
            found = [network[each.get("tagSetId"), each.get("tagType"), each.get("lacv")] for each in targets]
            if found:
                assert found == [(tag_set.get("name"), category.get("name"))]
                assert targets[0].get("policyRef") == NETWORK
                assert targets[0].get("applied") == "both"
            else:
                unmapped.add(category.get("name"))
    assert unmapped == {"EXERCISE KOR": {"DALBIT"}, "EXERCISE USA": {"COPPERLEAF"}}.get(policy, set())


def test_n5_each_classification_asks_for_exactly_one_audience():
    """No audience is no valid label in any policy but PUBLIC; EXNET asks for a provider too."""
    for policy, root in POLICIES.items():
        for level in root.iterfind(".//s:securityClassification", NS):
            required = [
                (each.get("operation"), [group.get("tagSetRef") for group in each])
                for each in level.findall("s:requiredCategory", NS)
            ]
            audience = [("onlyOne", ["Releasable To", "Eyes Only"])]
            provider = [("oneOrMore", ["Provided By"])] if policy == NETWORK else []
            assert required == ([] if policy == PACK["public"] else audience + provider)


def test_tag_sets_stand_in_the_order_of_marks():
    """Sets 1 to 5 in order and under their own numbers; own nation first, other codes A to Z, NATO last."""
    names = ["Provided By", "Compartment", "Handling", "Releasable To", "Eyes Only"]
    for number, entry in enumerate(PACK["policies"], start=1):
        root = POLICIES[entry["policy"]]
        assert root.find("s:securityPolicyId", NS).get("id") == f"{ARC}.1.{number}"
        sets = [
            (each.get("name"), each.get("id")) for each in root.iterfind(".//s:securityCategoryTagSet", NS)
        ]
        assert sets == [
            (name, f"{ARC}.2.{number}.{names.index(name) + 1}") for name in names if name in dict(sets)
        ]
        audience = root.find(".//s:securityCategoryTag[@name='Releasable To']", NS)
        if audience is not None:
            codes = [category.get("name") for category in audience.findall("s:tagCategory", NS)]
            own = [entry["owner"]] if entry["owner"] in codes and entry["owner"] != "NHQ" else []
            assert codes == [*own, *sorted(set(codes) - {"NATO", *own}), "NATO"]
            assert len(codes) == 38
            assert "PRK" not in codes


def test_membership_is_dated():
    """On the label's epoch NATO is 31 nations and its headquarters; Sweden comes later."""
    with (PACK_FOLDER / "memberships.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    then = {row["member"] for row in rows if row["from"] <= "2023-07-12" and not row["to"]}
    assert len(then) == 32
    assert {"NHQ", "FIN"} <= then
    assert {row["member"] for row in rows} - then == {"SWE"}


def test_generator_would_write_the_same():
    """The files committed are those that the generator writes today."""
    command = [sys.executable, str(REPOSITORY / "tools/make_exercise_pack.py"), "--check"]
    assert subprocess.run(command, check=False).returncode == 0
