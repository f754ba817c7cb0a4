# SPDX-License-Identifier: Apache-2.0
"""``tearline label`` from files, standard input and the command line, against the exercise's own tables."""

import json

import pytest

from tests.core.labels.packs import write_pack

ALL = ["KOR", "AUS", "JPN", "NATO", "NZL"]
K1 = {
    "policy": "EXERCISE KOR",
    "classification": "II-KUP",
    "categories": {"Releasable To": ALL},
    "epoch": "2023-07-12",
}
DALBIT = {
    "policy": "EXERCISE KOR",
    "classification": "II-KUP",
    "categories": {"Compartment": ["DALBIT"], "Releasable To": ["KOR", "USA"]},
}
J2 = {
    "policy": "EXERCISE JPN",
    "classification": "HI",
    "categories": {"Releasable To": ["JPN", "AUS", "KOR", "NZL", "NATO"]},
    "epoch": "2023-07-12",
}
PUBLIC = {"policy": "PUBLIC", "classification": "UNMARKED"}


def write(label):
    return json.dumps(label, ensure_ascii=False)


def test_marks_are_those_of_the_exercise(tearline):
    """Banner, portion and receiver's mark; in a nation's language where asked."""
    ended = tearline("label", "mark", write(K1))
    assert ended.code == 0
    assert ended.out.splitlines() == [
        "banner    EXERCISE KOR II-KUP//REL TO KOR, AUS, JPN, NZL, NATO",
        "portion   (EXERCISE KOR-II//REL KOR, AUS, JPN, NZL, NATO)",
        "receiver  EXERCISE KOR II-KUP",
    ]
    assert tearline("label", "mark", write(K1), "--lang", "xx").code == 2
    ended = tearline("label", "mark", write(DALBIT), "--lang", "ko", "--place", "banner")
    assert ended.out == "EXERCISE 군사II급비밀//달빛//배포허용: KOR, USA\n"


@pytest.mark.parametrize("form", ["inline", "stdin", "file", "pairs"])
def test_a_label_is_read_from_anywhere(tearline, tmp_path, form):
    """In quotes, from standard input, from a file, and as a draft has it (pairs instead of an object)."""
    path = tmp_path / "label.json"
    path.write_text(write(K1))
    pairs = {**K1, "categories": [["Releasable To", ALL]]}
    argument = {"inline": write(K1), "stdin": "-", "file": path, "pairs": write(pairs)}[form]
    ended = tearline("label", "mark", argument, "--json", stdin=write(K1).encode())
    assert ended.code == 0
    assert ended.json[0]["label"]["categories"] == {"Releasable To": sorted(ALL)}


@pytest.mark.parametrize(
    ("label", "fault"),
    [
        ({**K1, "classification": "SECRETT"}, "SECRETT is no classification"),
        ({**K1, "categories": {}}, "is missing"),
        ({**K1, "categories": {"Releasable To": []}}, "names nobody"),
        ({**K1, "categories": {"Releasable To": ["KOR", "ZZZ"]}}, "ZZZ is no value"),
        ({**K1, "categories": {"Releasable To": ["KOR", "KOR"]}, "epoch": ""}, "repeats a value"),
        ({**K1, "epoch": ""}, "membership of NATO"),
    ],
)
def test_n5_an_invalid_label_is_refused_and_its_fault_named(tearline, label, fault):
    """No mark is printed; the exit code is 3 for marking and deciding alike, also for who holds everything."""
    marked = tearline("label", "mark", write(label))
    assert (marked.code, marked.out) == (3, "")
    assert fault in marked.err
    decided = tearline("label", "decide", write(label), "--member", "KOR", "--codewords", "DALBIT,MILLRACE")
    assert decided.code == 3
    assert fault in decided.out


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        "[1]",
        '{"policy": "PUBLIC"}',
        '{"policy": "PUBLIC", "classification": 1}',
        '{"policy": "PUBLIC", "classification": "UNMARKED", "colour": "red"}',
        '{"policy": "PUBLIC", "policy": "EXERCISE KOR", "classification": "UNMARKED"}',
        "[" * 100_000,
        "no-such-file.json",
    ],
)
def test_unusable_input_is_told_apart_from_a_refusal(tearline, text):
    """What is no label at all ends with 2 and prints nothing."""
    ended = tearline("label", "mark", text)
    assert (ended.code, ended.out) == (2, "")
    assert 1 <= len(ended.err.splitlines()) <= 2


def test_decide_answers_and_gives_every_reason(tearline):
    """Yes with 0, no with 3; reasons with stable codes for scripts."""
    assert tearline("label", "decide", write(K1), "--member", "JPN").out == "yes\n"
    ended = tearline("label", "decide", write(DALBIT), "--member", "USA")
    assert ended.code == 3
    assert ended.out == "no: DALBIT has no equivalent in EXERCISE EXNET\n"
    ended = tearline("label", "decide", write(DALBIT), "--member", "KOR", "--ceiling", "III-KUP", "--json")
    assert ended.code == 3
    assert [reason["code"] for reason in ended.json[0]["reasons"]] == ["classification", "codeword"]
    assert tearline("label", "decide", write(DALBIT), "--member", "KOR", "--codewords", "DALBIT").code == 0


def test_several_labels_are_answered_in_order(tearline):
    """A list is a line each; one refusal makes the whole a no."""
    ended = tearline("label", "decide", "-", "--member", "NZL", stdin=write([K1, DALBIT, PUBLIC]).encode())
    assert ended.code == 3
    assert [line.partition(":")[0] for line in ended.out.splitlines()] == ["yes", "no", "yes"]


@pytest.mark.parametrize(
    ("option", "meant"),
    [
        (("--member", "USB"), "USA"),
        (("--member", "USA", "--codewords", "COPERLEAF"), "COPPERLEAF"),
        (("--member", "USA", "--ceiling", "SECRT"), "SECRET"),
    ],
)
def test_n5_a_clearance_in_unknown_words_is_an_error(tearline, option, meant):
    """A misspelt codeword is not quietly one that is not held."""
    ended = tearline("label", "decide", write(K1), *option)
    assert ended.code == 2
    assert meant in ended.err


@pytest.mark.slow
def test_a3_explain_shows_each_value_and_agrees_with_decide(tearline):
    """Every step is shown; the answer is that of the decision."""
    labels = write([K1, DALBIT, J2, PUBLIC])
    for member in ("KOR", "JPN", "USA", "NHQ"):
        decided = tearline("label", "decide", labels, "--member", member, "--json")
        explained = tearline("label", "explain", labels, "--member", member, "--json")
        assert explained.code == decided.code
        assert [one["answer"] for one in explained.json] == [one["permitted"] for one in decided.json]
    lines = tearline("label", "explain", write(DALBIT), "--member", "KOR").out.splitlines()
    assert "no   EXERCISE KOR Compartment: DALBIT is not held" in lines
    assert "yes  EXERCISE KOR classification: II-KUP is held" in lines


def test_explain_alone_tells_whom_a_label_admits(tearline):
    """Members as of the label's epoch, and how each policy reads it."""
    ended = tearline("label", "explain", write(K1))
    assert ended.code == 0
    admits = next(line for line in ended.out.splitlines() if "admits" in line)
    assert "GBR" in admits
    assert "SWE" not in admits
    assert "read under EXERCISE GBR: EXERCISE UK SECRET//PROVIDED BY KOR" in ended.out


def test_n4_translation_is_printed_or_refused_by_name(tearline):
    """GBR reads J2 as UK SECRET; what has no equivalent is named."""
    ended = tearline("label", "translate", write(J2), "--to", "GBR")
    assert (ended.code, ended.out) == (0, "EXERCISE UK SECRET//PROVIDED BY JPN\n")
    ended = tearline("label", "translate", write(J2), "--to", "KOR", "--lang", "ko")
    assert ended.out == "EXERCISE 군사III급비밀//일본 정부 제공\n"
    ended = tearline("label", "translate", write(DALBIT), "--to", "EXERCISE EXNET")
    assert ended.code == 3
    assert "DALBIT has no equivalent in EXERCISE EXNET" in ended.err
    assert tearline("label", "translate", write(J2), "--to", "FRA").code == 2


def test_n3_rollup_is_sound_or_refused(tearline):
    """The banner of two labels; originator only where no member is in both audiences."""
    ended = tearline("label", "rollup", write(K1), write(DALBIT), write(PUBLIC))
    assert (ended.code, ended.out) == (0, "EXERCISE KOR II-KUP//DALBIT//REL TO KOR, USA\n")
    apart = {**DALBIT, "categories": {"Releasable To": ["AUS"]}}
    ended = tearline("label", "rollup", write(DALBIT), write(apart))
    assert (ended.code, ended.out) == (3, "EXERCISE ORIGINATOR ONLY\n")
    assert tearline("label", "rollup", write(DALBIT), write(apart), "--json").json["label"] is None


def test_policies_are_listed_and_shown(tearline):
    """Names, owners, levels with their equivalents, and what has none."""
    names = [row["policy"] for row in tearline("label", "policy", "list", "--json").json["policies"]]
    assert names[0] == "EXERCISE EXNET"
    assert len(names) == 9
    shown = tearline("label", "policy", "show", "KOR", "--json").json
    assert {level["name"]: level["sent_as"] for level in shown["levels"]}["I-KUP"] == ""
    assert next(t for t in shown["tag_sets"] if t["name"] == "Compartment")["without_equivalent"] == [
        "DALBIT"
    ]
    assert "stays at home" in tearline("label", "policy", "show", "EXERCISE KOR").out
    assert tearline("label", "policy", "show", "KRO").code == 2


def test_another_pack_can_be_asked(tearline, tmp_path):
    """``--pack FOLDER`` is read whole or refused."""
    for name, raw in write_pack().items():
        (tmp_path / name).write_bytes(raw)
    label = write({"policy": "HOME", "classification": "OPEN", "categories": {"RT": ["AAA"]}})
    assert tearline("label", "decide", label, "--member", "AAA", "--pack", tmp_path).code == 0
    (tmp_path / "home.spif.xml").write_text("<SPIF/>")
    assert tearline("label", "decide", label, "--member", "AAA", "--pack", tmp_path).code == 2
    assert tearline("label", "policy", "list", "--pack", tmp_path / "nowhere").code == 2
