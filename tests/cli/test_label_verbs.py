# SPDX-License-Identifier: Apache-2.0
"""The verbs of ``tearline label`` that take any codec and SPIFs alone, and those about policies."""

import base64
import json
import re
import zipfile

import pytest

from tests.cli.test_label import DALBIT, K1, write
from tests.cli.test_label_batch import write_numbered_home
from tests.core.labels.packs import write_pack

HOME = {"policy": "HOME", "classification": "OPEN", "categories": {"RT": ["AAA"]}}
HELD = {"policy": "HOME", "classifications": ["OPEN"], "categories": {"RT": ["AAA"]}}
DATES = ("--created", "2023-07-12T00:00:00Z", "--review", "2033-07-12T00:00:00Z")


@pytest.fixture
def spif(tmp_path):
    path = tmp_path / "home.xml"
    path.write_text(write_numbered_home())
    return path


def test_validate_says_valid_not_valid_or_unusable(tearline, spif):
    """0, 3 and 2; every fault is named on standard error."""
    assert tearline("label", "validate", write(K1)).out == "valid\n"
    wrong = {**HOME, "categories": {"RT": ["ZZZ"]}}
    ended = tearline("label", "validate", write([HOME, wrong]), "--spif", spif)
    assert (ended.code, ended.out) == (3, "valid\nnot valid\n")
    assert "ZZZ is no value of RT" in ended.err
    assert tearline("label", "validate", write(HELD), "--spif", spif).code == 0
    assert tearline("label", "validate", "<a/>", "--spif", spif).code == 2
    assert tearline("label", "validate", write(K1), "--spif", spif, "--pack", "x").code == 2


def test_xml_goes_through_every_verb(tearline, spif, tmp_path):
    """Written by convert, told from its bytes by the others, with a single SPIF."""
    xml = tmp_path / "label.xml"
    ended = tearline("label", "convert", write(HOME), "--to", "4774", *DATES, "--spif", spif)
    xml.write_text(ended.out)
    clearance = tmp_path / "clearance.xml"
    clearance.write_text(tearline("label", "convert", write(HELD), "--to", "4774", "--spif", spif).out)
    decided = tearline("label", "decide", xml, "--clearance", clearance, "--spif", spif)
    assert (decided.code, decided.out) == (0, "yes\n")
    assert tearline("label", "explain", xml, "--clearance", clearance, "--spif", spif).code == 0
    assert tearline("label", "explain", xml, "--spif", spif).code == 0
    assert tearline("label", "mark", xml, "--place", "banner", "--spif", spif).out == "HOME OPEN AAA\n"
    assert tearline("label", "rollup", xml, write(HOME), "--spif", spif).code == 0
    assert tearline("label", "dominates", xml, write(HOME), "--spif", spif).out == "yes\n"
    parsed = tearline("label", "parse", xml, "--spif", spif).json
    assert (parsed["codec"], parsed["label"]) == ("4774", HOME)
    assert (
        json.loads(
            tearline("label", "convert", "-", "--to", "json", "--spif", spif, stdin=xml.read_bytes()).out
        )
        == HOME
    )


def test_n5_xml_unknown_to_its_policy_is_refused(tearline, spif, tmp_path):
    """Not the exit code of input that can't be read."""
    text = tearline("label", "convert", write(HOME), "--to", "4774", *DATES, "--spif", spif).out
    xml = tmp_path / "label.xml"
    xml.write_text(text.replace(">AAA<", ">ZZZ<"))
    for verb in ("validate", "mark", "rollup"):
        assert tearline("label", verb, xml, "--spif", spif).code == 3
    assert tearline("label", "decide", xml, "--clearance", write(HELD), "--spif", spif).code == 3


@pytest.mark.parametrize(
    "spell", [str, lambda text: base64.b64decode(text).hex(), lambda text: f"\n{text}\n"]
)
def test_a_numeric_label_is_told_from_its_text(tearline, spif, tmp_path, spell):
    """What convert writes the other verbs read, in a file or in quotes, in base64 and in hexadecimal."""
    written = tearline("label", "convert", write(HOME), "--to", "ess", "--spif", spif).out.strip()
    held = tearline("label", "convert", write(HELD), "--to", "ess", "--spif", spif).out.strip()
    label, clearance = tmp_path / "label.txt", tmp_path / "clearance.txt"
    label.write_text(spell(written))
    clearance.write_text(spell(held))
    assert tearline("label", "parse", label, "--spif", spif).json["label"] == HOME
    assert tearline("label", "decide", label, "--clearance", clearance, "--spif", spif).out == "yes\n"


def test_a_draft_of_the_standard_is_read_when_that_is_said(tearline, spif, tmp_path):
    """As tools wrote labels before: without dates. Nothing of the kind is guessed."""
    xml = tmp_path / "label.xml"
    written = tearline("label", "convert", write(HOME), "--to", "4774", *DATES, "--spif", spif).out
    undated = re.sub('<slab:CreationDateTime>.*</slab:CreationDateTime>| ReviewDateTime="[^"]*"', "", written)
    xml.write_text(undated)
    assert tearline("label", "validate", xml, "--spif", spif).code == 2
    assert tearline("label", "validate", xml, "--draft", "--spif", spif).out == "valid\n"
    assert tearline("label", "decide", xml, "--draft", "--clearance", write(HELD), "--spif", spif).code == 0


def test_a_marks_groups_count_as_of_a_day_that_is_said(tearline):
    mark = "EXERCISE NATO SECRET//REL TO NATO"
    ended = tearline("label", "validate", mark)
    assert (ended.code, ended.err.splitlines()[0]) == (
        2,
        "tearline: as of which day NATO counts is not on the mark",
    )
    assert tearline("label", "validate", mark, "--epoch", "2023-07-12").out == "valid\n"


def test_conversions_name_what_is_lost(tearline):
    """On standard error; a restriction that would be lost refuses the whole."""
    ended = tearline("label", "convert", "TLP:AMBER+STRICT", "--to", "stix1")
    assert (ended.code, ended.out) == (3, "")
    assert "TLP 1 has no word" in ended.err
    assert tearline("label", "convert", write(K1), "--to", "mark").code == 3
    marking = tearline("label", "convert", "-", "--codec", "text", "--to", "ism", stdin=b"(S//NF)\n")
    assert json.loads(marking.out)["disseminationControls"] == "NF"


def test_dominates_is_told_by_the_exit_code(tearline):
    wide = {**DALBIT, "categories": {"Releasable To": ["KOR", "USA", "JPN"]}}
    assert tearline("label", "dominates", write(DALBIT), write(wide)).code == 0
    assert tearline("label", "dominates", write(wide), write(DALBIT)).code == 3


def test_suggestions_are_for_a_person(tearline):
    found = tearline("label", "parse", "--suggest", "Secret; Noforn").json
    assert (found["confirm"], found["document"][0]["marking"]) == (True, "SECRET//NOFORN")


def test_a_clearance_or_a_member_but_not_both(tearline):
    assert tearline("label", "decide", write(K1)).code == 2
    assert tearline("label", "decide", write(K1), "--member", "KOR", "--clearance", write(HELD)).code == 2


def test_policy_check_names_what_is_not_honoured(tearline, spif, tmp_path):
    """SPIFs, folders and zips; 3 where one is refused."""
    pack = tmp_path / "pack.zip"
    with zipfile.ZipFile(pack, "w") as archive:
        for name, raw in write_pack().items():
            archive.writestr(f"pack/{name}", raw)
    assert tearline("label", "policy", "check", spif, pack).code == 0
    assert tearline("label", "decide", write(HOME), "--member", "AAA", "--pack", pack).code == 0
    bad = tmp_path / "bad.xml"
    bad.write_text(write_numbered_home().replace('schemaVersion="2.1"', 'schemaVersion="3.0"'))
    ended = tearline("label", "policy", "check", spif, bad, "--json")
    assert (ended.code, [row["valid"] for row in ended.json]) == (3, [True, False])
    assert "3.0" in ended.json[1]["error"]["message"]
    assert tearline("label", "policy", "check", tmp_path / "nowhere.xml").code == 2


def test_policy_test_runs_a_table(tearline, tmp_path):
    """Each expectation is compared; a case of an unknown form is refused."""
    for name, raw in write_pack().items():
        (tmp_path / name).write_bytes(raw)
    cases = [
        {
            "id": "1",
            "label": HOME,
            "valid": True,
            "mark": "HOME OPEN AAA",
            "clearance": HELD,
            "permitted": True,
        },
        {"id": "2", "label": HOME, "mark": "WRONG"},
    ]
    (tmp_path / "cases.json").write_text(json.dumps(cases))
    ended = tearline("label", "policy", "test", "--pack", tmp_path, "--json")
    assert (ended.code, ended.json["cases"]) == (3, 4)
    assert [row["id"] for row in ended.json["failed"]] == ["2"]
    (tmp_path / "cases.json").write_text(json.dumps([{"label": HOME, "colour": "red"}]))
    assert tearline("label", "policy", "test", "--pack", tmp_path).code == 2
    assert tearline("label", "policy", "test").code == 0


def test_policy_diff_says_what_changed(tearline, spif, tmp_path):
    """By name: values, equivalents, levels; 0 where nothing did."""
    assert tearline("label", "policy", "diff", spif, spif).code == 0
    new = tmp_path / "new.xml"
    text = write_numbered_home().replace('name="HOMEONLY"', 'name="OTHER"')
    new.write_text(
        text.replace(
            'tagSetId="NET.CW" lacv="1" applied="both"', 'tagSetId="NET.CW" lacv="1" applied="encrypt"'
        )
    )
    changes = tearline("label", "policy", "diff", spif, new, "--json").json["changes"]
    assert {"change": "removed", "what": "tag_sets / CW / categories / HOMEONLY"} in changes
    assert {"change": "added", "what": "tag_sets / CW / categories / OTHER"} in changes
    assert any(row["what"].endswith("receives") and row["new"] is False for row in changes)
    assert len(changes) == 3


def test_n4_a_translation_by_member_sets_needs_a_network_policy(tearline, spif):
    """With SPIFs alone the SPIF's own form is given; the node's is refused, not made up."""
    command = ("label", "translate", write(HOME), "--to", "HOME", "--spif", spif)
    assert tearline(*command).code == 0
    ended = tearline(*command, "--form", "members")
    assert (ended.code, "no" in ended.err) == (2, True)
    assert tearline("label", "translate", write(DALBIT), "--to", "EXERCISE EXNET", "--form", "spif").code == 3


def test_a_marking_in_quotes_is_read_as_it_stands(tearline):
    """Nobody writes a file for one line; what looks like a file's name is none."""
    assert tearline("label", "parse", "SECRET//NOFORN").json["document"]["owner"] == "US"
    assert tearline("label", "mark", "EXERCISE JPN HI//REL TO JPN, AUS").code == 0
    ended = tearline("label", "parse", "labels/secret.xml")
    assert (ended.code, "there is no file labels/secret.xml" in ended.err) == (2, True)


def test_without_a_name_standard_input_is_read(tearline):
    """A pipe needs no dash; an empty one says so."""
    assert tearline("label", "mark", stdin=b"EXERCISE JPN HI//REL TO JPN, AUS\n").code == 0
    assert tearline("label", "parse", "--suggest", stdin=b"Secret; Noforn\n").json["confirm"]
    ended = tearline("label", "decide", "--member", "KOR")
    assert (ended.code, "standard input is empty" in ended.err) == (2, True)
