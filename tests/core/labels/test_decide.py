# SPDX-License-Identifier: Apache-2.0
"""The access decision on one label at a time: what is wrong with it is named, and it admits nobody."""

import random
import sys

import msgspec
import pytest

from tearline.core.instants import parse_iso
from tearline.core.labels import (
    Label,
    MemberSight,
    PersonSight,
    PolicyBook,
    book_as_of,
    decide,
    expand_shortcuts,
    explain,
    find_faults,
    load_pack,
    make_clearance,
    make_label,
    make_member_sight,
    make_national_clearance,
    member_sees,
    parse_spif,
    translate,
)
from tearline.core.labels.decide import decide_anew
from tests.core.labels.packs import (
    AUDIENCE,
    to_network,
    write_home,
    write_level,
    write_pack,
    write_set,
    write_spif,
    write_value,
)
from tests.properties.worlds import draw_label, draw_reader, make_book

BOOK = make_book()
ALL_OF_KOR = make_clearance(
    "EXERCISE KOR",
    ["DAEOEBI", "III-KUP", "II-KUP", "I-KUP"],
    {"Compartment": ["DALBIT", "MILLRACE"], "Releasable To": ["KOR"], "Eyes Only": ["KOR"]},
)


def kor(categories, level="III-KUP", epoch=""):
    return Label("EXERCISE KOR", level, tuple(categories), epoch)


RT_KOR = ("Releasable To", ("KOR",))

FAULTY = {
    "unknown-policy": Label("EXERCISE FRA", "III-KUP", (RT_KOR,)),
    "unknown-classification": kor([RT_KOR], "SECRETT"),
    "unknown-tag-set": kor([RT_KOR, ("Surprise", ("KOR",))]),
    "unknown-value": kor([("Releasable To", ("KOR", "ZZZ"))]),
    "empty": kor([("Releasable To", ())]),
    "repeated-value": kor([("Releasable To", ("KOR", "KOR"))]),
    "repeated-tag-set": kor([RT_KOR, ("Releasable To", ("USA",))]),
    "required": kor([("Compartment", ("DALBIT",))]),
    "unknown-epoch": kor([("Releasable To", ("KOR", "NATO"))]),
    "needless-epoch": kor([RT_KOR], epoch="2023-07-12"),
}


@pytest.mark.parametrize("code", FAULTY)
def test_n5_a_malformed_label_is_refused_with_its_reason(code):
    """What is wrong is named in a code and in words, and whoever holds everything is refused."""
    decision = decide(FAULTY[code], ALL_OF_KOR, BOOK)
    assert not decision.permitted
    assert code in {reason.code for reason in decision.reasons}
    assert explain(decision) not in {"", "permitted", code}


@pytest.mark.parametrize(
    "epoch",
    [
        "1949-08-23",
        "0000-00-00",
        "2023-7-12",
        "20230712",
        "2023-02-30",
        "2023-07-12T00:00:00Z",
        "9999",
        "zzzz",
        "٢٠٢٣-07-12",
    ],
)
def test_n5_a_group_on_no_known_day_is_refused(epoch):
    """A date that is no day, or one before the group existed, names nobody."""
    label = kor([("Releasable To", ("KOR", "NATO"))], epoch=epoch)
    assert {reason.code for reason in find_faults(label, BOOK)} == {"unknown-epoch"}


def test_n4_a_group_is_resolved_as_of_the_label():
    """Sweden is in NATO on labels of 2024 and not on those of 2023, whatever the day of asking."""
    names = {"Releasable To": ["KOR", "NATO"]}
    then, now = (make_label("EXERCISE KOR", "III-KUP", names, day) for day in ("2023-07-12", "2024-03-07"))
    assert BOOK.audience(now) - BOOK.audience(then) == {"SWE"}
    assert len(BOOK.audience(then)) == 33


def test_a_group_is_in_no_clearance():
    """A clearance that holds the group's name, and no member's, is in no audience."""
    label = make_label("EXERCISE NATO", "SECRET", {"Releasable To": ["NATO"]}, "2023-07-12")
    assert not decide(
        label, make_clearance("EXERCISE NATO", ["SECRET"], {"Releasable To": ["NATO"]}), BOOK
    ).permitted


def test_classification_is_held_by_name_not_by_height():
    """The list decides, as the standard says; whoever holds SECRET alone does not see RESTRICTED."""
    label = make_label("EXERCISE NATO", "RESTRICTED", {"Releasable To": ["NHQ"]})
    assert not decide(
        label, make_clearance("EXERCISE NATO", ["SECRET"], {"Releasable To": ["NHQ"]}), BOOK
    ).permitted


def test_n5_an_empty_clearance_sees_nothing():
    assert not decide(kor([RT_KOR]), make_clearance("EXERCISE KOR", [], {}), BOOK).permitted


def test_every_reason_is_told():
    """Class, codeword and audience are all named, not only the first that fails."""
    label = make_label("EXERCISE KOR", "II-KUP", {"Compartment": ["DALBIT"], "Releasable To": ["USA"]})
    decision = decide(label, make_clearance("EXERCISE KOR", ["III-KUP"], {"Releasable To": ["KOR"]}), BOOK)
    assert explain(decision) == (
        "classification II-KUP is not held; DALBIT is not held; not in the audience (USA)"
    )


def test_shortcuts_are_expanded_and_no_label_holds_one():
    """AP4 is the composer's word; a label that still has it is invalid."""
    assert expand_shortcuts(["AP4", "KOR", "NATO"], BOOK) == ("AUS", "JPN", "KOR", "NZL", "NATO")
    assert find_faults(kor([("Releasable To", ("AP4", "KOR"))]), BOOK)


def _home_with_rules(rule):
    """A policy whose codeword X carries a rule about other values, named by lacv as SPIFs do."""
    levels = [
        write_level(name, row, f'<equivalentClassification policyRef="NET" lacv="{row}"/>' + AUDIENCE)
        for row, name in ((1, "OPEN"), (2, "SHUT"))
    ]
    sets = [
        write_set("CW", "restrictive", write_value("X", 1, rule), write_value("Y", "007")),
        write_set("RT", "permissive", write_value("AAA", 1, to_network("RT", 1)), write_value("BBB", 2)),
        write_set("EO", "permissive", write_value("AAA", 1, to_network("EO", 1))),
    ]
    return load_pack(write_pack(home=write_home(levels, sets)))


def test_n5_a_value_excluded_by_its_lacv_is_excluded():
    """``excludedCategory`` names values by lacv, labels by name; both spellings of 7 mean Y."""
    book = _home_with_rules('<excludedCategory tagSetRef="CW" tagType="restrictive" lacv="7"/>')
    both, one = (make_label("HOME", "OPEN", {"RT": ["AAA"], "CW": words}) for words in (["X", "Y"], ["X"]))
    assert [reason.code for reason in find_faults(both, book)] == ["excluded"]
    assert not find_faults(one, book)


def test_a_value_required_by_its_lacv_is_required():
    """``requiredCategory`` names values by lacv too."""
    rule = '<requiredCategory operation="all"><categoryGroup tagSetRef="RT" tagType="permissive" lacv="02"/></requiredCategory>'
    book = _home_with_rules(rule)
    valid, invalid = (
        make_label("HOME", "OPEN", {"RT": names, "CW": ["X"]}) for names in (["AAA", "BBB"], ["AAA"])
    )
    assert not find_faults(valid, book)
    assert [reason.code for reason in find_faults(invalid, book)] == ["required"]


def test_values_and_classes_that_exclude_or_need_each_other():
    """``excludedClass`` and ``requiredClass`` are honoured."""
    excluded = _home_with_rules("<excludedClass>OPEN</excludedClass>")
    label = make_label("HOME", "OPEN", {"RT": ["AAA"], "CW": ["X"]})
    assert [reason.code for reason in find_faults(label, excluded)] == ["excluded-class"]
    sets = [
        write_set("CW", "restrictive", write_value("X", 1, attributes='requiredClass="SHUT"')),
        write_set("RT", "permissive", write_value("AAA", 1)),
        write_set("EO", "permissive", write_value("AAA", 1)),
    ]
    required = load_pack(write_pack(home=write_home(None, sets)))
    assert [reason.code for reason in find_faults(label, required)] == ["required-class"]


def test_selection_limits_and_obsolete_values():
    """Minimum and maximum count where the tag set is used; an obsolete value or class marks nothing new."""
    sets = [
        write_set(
            "CW",
            "restrictive",
            *(write_value(n, i) for i, n in enumerate("XYZ")),
            attributes='maxSelection="2"',
        ),
        write_set(
            "RT", "permissive", write_value("AAA", 1), write_value("OLD", 2, attributes='obsolete="true"')
        ),
        write_set("EO", "permissive", write_value("AAA", 1)),
    ]
    book = load_pack(write_pack(home=write_home(None, sets)))
    many = make_label("HOME", "OPEN", {"RT": ["AAA"], "CW": "XYZ"})
    assert [reason.code for reason in find_faults(many, book)] == ["selection"]
    assert not find_faults(make_label("HOME", "OPEN", {"RT": ["AAA"], "CW": "XY"}), book)
    old = make_label("HOME", "OPEN", {"RT": ["OLD"]})
    assert [reason.code for reason in find_faults(old, book)] == ["obsolete"]


def test_n5_public_is_seen_only_when_it_is_valid():
    """PUBLIC is everyone's; a PUBLIC label with something more is nobody's."""
    sight = make_member_sight("KOR", "II-KUP", (), BOOK)
    assert member_sees(Label("PUBLIC", "UNMARKED"), sight, BOOK).permitted
    for label in (
        Label("PUBLIC", "SECRET"),
        Label("PUBLIC", "UNMARKED", (RT_KOR,)),
        Label("PUBLIC", "UNMARKED", (), "now"),
    ):
        assert not member_sees(label, sight, BOOK).permitted


def test_n5_a_remembered_decision_is_the_one_that_was_made():
    """Drawn labels, spoilt ones among them, and clearances, twice and as fresh objects: always the same answer."""
    rng, book = random.Random(11), make_book()
    labels = [draw_label(rng, malformed=0.3) for _ in range(120)]
    clearances = [draw_reader(rng, book).sight for _ in range(12)]
    held = [s.national for s in clearances if isinstance(s, MemberSight)]
    held += [s.national for s in clearances if isinstance(s, PersonSight) and s.national is not None]
    for _ in range(2):
        for label in labels:
            for clearance in held:
                copied = msgspec.msgpack.decode(msgspec.msgpack.encode(label), type=Label)
                assert decide(copied, clearance, book) == decide_anew(label, clearance, book)


def test_n5_half_a_character_denies():
    """A lone surrogate, which JSON may hold, is a word that no policy knows, and no failure."""
    book = make_book()
    clearance = make_national_clearance("KOR", "II-KUP", (), book)
    for label in (
        make_label("EXERCISE KOR", "\ud800", {"Releasable To": ["KOR"]}),
        make_label("EXERCISE KOR", "II-KUP", {"Releasable To": ["KOR", "\udfff"]}),
    ):
        assert not decide(label, clearance, book).permitted


def test_decisions_remembered_are_bounded(monkeypatch):
    """A caller that draws ever new labels fills no memory."""
    monkeypatch.setattr(sys.modules["tearline.core.labels.decide"], "DECISION_CACHE_MAX", 8)
    book = msgspec.structs.replace(make_book())
    clearance = make_national_clearance("KOR", "II-KUP", (), book)
    for number in range(50):
        decide(make_label("EXERCISE KOR", f"L{number}", {"Releasable To": ["KOR"]}), clearance, book)
        assert len(book.__dict__["_decided"]) <= 8


AT = parse_iso("2024-04-15T12:00:00Z")


def plain_book(levels, *sets, attributes=""):
    """A SPIF by itself, as of a day."""
    text = write_spif("ALONE", levels, sets, attributes=f'schemaVersion="2.1" version="1" {attributes}')
    return book_as_of(PolicyBook("real", "", "PUBLIC", {"ALONE": parse_spif(text.encode())}, {}), AT)


@pytest.mark.parametrize(
    ("window", "fine"),
    [
        ("", True),
        ('notBefore="2024-01-01T00:00:00Z" notAfter="2024-12-31T00:00:00Z"', True),
        ('notBefore="2024-05-01T00:00:00Z"', False),
        ('notAfter="2024-04-01T00:00:00Z"', False),
    ],
)
def test_n5_a_policy_out_of_force_makes_no_label_valid(window, fine):
    """Nor does one of which nobody said as of when it is asked."""
    book = plain_book([write_level("LOW", 1, "")], attributes=window)
    label, held = make_label("ALONE", "LOW", {}), make_clearance("ALONE", ["LOW"], {})
    assert decide(label, held, book).permitted == fine
    assert [f.code for f in find_faults(label, book)] == ([] if fine else ["policy-window"])
    stated = f'schemaVersion="2.1" version="1" {window}'
    undecided = parse_spif(write_spif("ALONE", [write_level("LOW", 1, "")], attributes=stated).encode())
    asked = PolicyBook("real", "", "PUBLIC", {"ALONE": undecided}, {})
    assert decide(label, held, asked).permitted == (not window)


def test_n5_a_value_that_its_writer_completes_meets_a_requirement():
    """By what it begins with, among others that don't; a value that only looks so doesn't."""
    needs = '<requiredCategory operation="all"><categoryGroup tagSetRef="NOTES" lacv="1"/></requiredCategory>'
    notes = write_set(
        "NOTES",
        "tagType7",
        write_value("Case", 1, attributes='userInput="integer"'),
        write_value("Source", 2, attributes='userInput="string"'),
        attributes='tag7Encoding="securityAttributes"',
    )
    book = plain_book(
        [write_level("LOW", 1, "")], write_set("CW", "restrictive", write_value("X", 1, needs)), notes
    )
    held = make_clearance("ALONE", ["LOW"], {"CW": ["X"]})
    for values, fine in (
        (["Case: 7"], True),
        (["Case: 7", "Source: x"], True),
        (["Source: Case: 7"], False),
        (["Source: x"], False),
    ):
        label = make_label("ALONE", "LOW", {"CW": ["X"], "NOTES": values})
        assert decide(label, held, book).permitted == fine, values
    assert not decide(make_label("ALONE", "LOW", {"CW": ["X"]}), held, book).permitted


def test_n5_a_group_of_a_set_with_several_tags_is_met_by_any_of_them():
    """``categoryGroup`` without a value names the set, all its tags."""
    tags = "".join(
        f'<securityCategoryTag name="{name}" tagType="restrictive">{write_value(name, number)}</securityCategoryTag>'
        for number, name in enumerate(("P", "Q"), 1)
    )
    both = f'<securityCategoryTagSet name="TWO" id="%s.TWO">{tags}</securityCategoryTagSet>'
    needs = '<requiredCategory operation="oneOrMore"><categoryGroup tagSetRef="TWO"/></requiredCategory>'
    book = plain_book([write_level("LOW", 1, needs)], both)
    held = make_clearance("ALONE", ["LOW"], {"TWO / P": ["P"], "TWO / Q": ["Q"]})
    for categories in ({"TWO / P": ["P"]}, {"TWO / Q": ["Q"]}, {"TWO / P": ["P"], "TWO / Q": ["Q"]}):
        assert decide(make_label("ALONE", "LOW", categories), held, book).permitted
    assert not decide(make_label("ALONE", "LOW", {}), held, book).permitted


def test_caches_that_are_full_are_emptied_and_answer_alike(monkeypatch):
    """Labels, decisions and translations that are remembered: bounded, and forgotten without harm."""
    decide_module = sys.modules["tearline.core.labels.decide"]
    translate_module = sys.modules["tearline.core.labels.translate"]
    monkeypatch.setattr(decide_module, "FAULT_CACHE_MAX", 4)
    monkeypatch.setattr(translate_module, "TRANSLATION_CACHE_MAX", 4)
    rng, book, fresh = random.Random(12), msgspec.structs.replace(make_book()), make_book()
    for label in [draw_label(rng, malformed=0.2) for _ in range(60)]:
        assert find_faults(label, book) == find_faults(label, fresh)
        assert translate(label, book.network, book) == translate(label, book.network, fresh)
        assert len(book.__dict__["_faults"]) <= 6
        assert len(book.__dict__["_translated"]) <= 6


def test_what_was_asked_once_is_not_asked_again(monkeypatch):
    """Validity, decision and translation of a label are looked up."""
    book = msgspec.structs.replace(make_book())
    label = make_label("EXERCISE KOR", "II-KUP", {"Releasable To": ["KOR", "JPN"]})
    clearance = make_national_clearance("KOR", "II-KUP", (), book)
    first = decide(label, clearance, book), translate(label, book.network, book)

    def fail(*_):
        raise AssertionError

    for name in ("_find_faults", "_find_needs", "_find_lacks"):
        monkeypatch.setattr(sys.modules["tearline.core.labels.decide"], name, fail)
    monkeypatch.setattr(sys.modules["tearline.core.labels.translate"], "_translate", fail)
    assert (decide(label, clearance, book), translate(label, book.network, book)) == first
    assert find_faults(label, book) == ()
