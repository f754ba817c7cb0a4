# SPDX-License-Identifier: Apache-2.0
"""Section 2.4 of the exercise: labels that must be refused, or admit only these."""

import pytest

from tearline.core.labels import (
    Decision,
    Label,
    decide_sight,
    explain,
    find_faults,
    make_label,
    member_sees,
    print_mark,
    translate,
)
from tests.golden.building import build_readers, get_book, list_classes, sees

RT, EO, DAY = "Releasable To", "Eyes Only", "2023-07-12"
ALL = ["AUS", "JPN", "KOR", "NZL", "NATO"]
MILLRACE_AND_ALL = {"Compartment": ["MILLRACE"], RT: [*ALL, "GBR"]}


def kor(level, **categories):
    names = {"rt": RT, "eo": EO, "words": "Compartment"}
    found = {names[key]: values for key, values in categories.items()}
    return make_label("EXERCISE KOR", level, found, DAY if "NATO" in found.get(RT, ()) else "")


def exnet(*names):
    categories = {"Provided By": ["KOR"], RT: names}
    return make_label("EXERCISE EXNET", "RESTRICTED", categories, DAY if "NATO" in names else "")


def of(*members):
    return [name for name in list_classes() if name[:3] in members]


ROWS = {
    "KOR I to ALL": (kor("I-KUP", rt=ALL), []),
    "KOR II DALBIT to KOR, USA": (kor("II-KUP", words=["DALBIT"], rt=["KOR", "USA"]), ["KOR-D", "KOR-DM"]),
    "GBR S MILLRACE to ALL": (
        make_label("EXERCISE GBR", "SECRET", MILLRACE_AND_ALL, DAY),
        ["KOR-M", "KOR-DM", "AUS-M", "USA-M", "USA-CM", "GBR-M", "NHQ-M"],
    ),
    "RT and EO together": (kor("III-KUP", rt=["KOR", "JPN"], eo=["KOR"]), []),
    "neither": (kor("III-KUP"), []),
    "RT empty": (kor("III-KUP", rt=[]), []),
    "RT {KOR,ZZZ}": (kor("III-KUP", rt=["KOR", "ZZZ"]), []),
    "class SECRETT": (kor("SECRETT", rt=["KOR"]), []),
    "EXNET R to KOR, NHQ": (exnet("KOR", "NHQ"), of("KOR", "NHQ")),
    "EXNET R to ALL": (exnet(*ALL), of("KOR", "JPN", "AUS", "NZL", "USA", "GBR", "NHQ")),
    "KOR III to KOR, SWE": (kor("III-KUP", rt=["KOR", "SWE"]), of("KOR")),
}
INVALID = ["RT and EO together", "neither", "RT empty", "RT {KOR,ZZZ}", "class SECRETT"]


@pytest.mark.parametrize("row", ROWS)
def test_n5_labels_of_the_script_admit_only_these(row):
    """Each class of every member is asked."""
    label, expected = ROWS[row]
    assert sorted(name for name in list_classes() if sees(name, label)) == sorted(expected)
    assert bool(find_faults(label, get_book())) == (row in INVALID)


@pytest.mark.parametrize("row", INVALID)
def test_n5_invalid_labels_are_refused_with_a_reason(row):
    """Nobody sees them, and the person who can mend them is told what is wrong."""
    decision = decide_sight(ROWS[row][0], build_readers()["KOR"], get_book())
    assert not decision.permitted
    assert len(explain(decision)) > 10


@pytest.mark.parametrize(
    ("row", "member", "words"),
    [
        ("KOR I to ALL", "KOR", "classification I-KUP is not held"),
        ("KOR I to ALL", "JPN", "I-KUP has no equivalent in EXERCISE EXNET"),
        ("KOR II DALBIT to KOR, USA", "USA", "DALBIT has no equivalent in EXERCISE EXNET"),
        ("GBR S MILLRACE to ALL", "JPN", "MILLRACE is not held"),
        ("GBR S MILLRACE to ALL", "NZL", "MILLRACE is not held"),
    ],
)
def test_n4_who_is_unreachable_is_told_why(row, member, words):
    """The reason names the value, and the policy that has none."""
    decision = member_sees(ROWS[row][0], build_readers()[member], get_book())
    assert words in explain(decision)


def test_exnet_restricted_arrives_as_the_next_level_that_there_is():
    """USA marks CONFIDENTIAL, GBR OFFICIAL-SENSITIVE, AUS OFFICIAL: Sensitive; never lower."""
    marks = {}
    for policy in ("USA", "GBR", "AUS"):
        carried = translate(exnet(*ALL), f"EXERCISE {policy}", get_book())
        marks[policy] = print_mark(carried, "documentStart", "en", get_book())
    assert marks == {
        "USA": "EXERCISE USA CONFIDENTIAL//PROVIDED BY KOR",
        "GBR": "EXERCISE UK OFFICIAL-SENSITIVE//PROVIDED BY KOR",
        "AUS": "EXERCISE AUS OFFICIAL: Sensitive//PROVIDED BY KOR",
    }


def test_n4_nato_of_this_day_never_admits_sweden():
    """31 nations and the headquarters, at any later date too."""
    members = get_book().audience(kor("III-KUP", rt=["KOR", "NATO"]))
    assert len(members) == 33
    assert "SWE" not in members
    assert isinstance(translate(Label("EXERCISE KOR", "III-KUP"), "EXERCISE EXNET", get_book()), Decision)
