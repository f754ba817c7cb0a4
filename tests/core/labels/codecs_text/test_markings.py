# SPDX-License-Identifier: Apache-2.0
"""Banner and portion markings: read and printed exactly, every fault named with its rule and paragraph."""

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tearline.core.errors import LimitError, MalformedError, TearlineError
from tearline.core.labels.codecs.text import (
    MARKING_CHARS_MAX,
    Level,
    NatoControls,
    Owner,
    Words,
    check_marking,
    parse_marking,
    print_marking,
    read_marking,
    reorder,
)
from tests.core.labels.codecs_text.drawn import markings

SHARED = Path(__file__).resolve().parents[5] / "shared/data/adversarial/text"
VECTORS = Path(__file__).resolve().parents[3] / "vectors/labels"
CASES = json.loads((VECTORS / "ism/banner_portion_cases.json").read_text(encoding="utf-8"))
REFUSED = json.loads((VECTORS / "markings/refused.json").read_text(encoding="utf-8"))
NICKNAMES = Words(nicknames=frozenset({"TEA LEAF", "FICTICIOUS EFFORT"}))
TEXTS = [(case[form], form) for case in CASES for form in ("banner", "portion") if case[form]]

GOOD = [
    "TOP SECRET",
    "UNCLASSIFIED",
    "UNCLASSIFIED//FOUO",
    "TOP SECRET//SI//NOFORN",
    "SECRET//SI/TK//RELIDO",
    "TOP SECRET//SI-GAMMA//ORCON/NOFORN",
    "TOP SECRET//HCS//NOFORN",
    "SECRET//HCS-O XYZ//NOFORN",
    "SECRET//TK-GEOCAP//NOFORN",
    "TOP SECRET//SAR-BUTTERED POPCORN",
    "TOP SECRET//SPECIAL ACCESS REQUIRED-BUTTERED POPCORN",
    "TOP SECRET//SAR-MULTIPLE PROGRAMS",
    "TOP SECRET//SAR-TIN BAKER//WAIVED",
    "TOP SECRET//TK//SAR-BP//NOFORN",
    "SECRET//HVSACO",
    "SECRET//RESTRICTED DATA",
    "SECRET//RESTRICTED DATA-N",
    "SECRET//RD-N",
    "SECRET//RD-SIGMA 1 2",
    "SECRET//FRD-SIGMA 14",
    "UNCLASSIFIED//DOE UCNI",
    "TOP SECRET//FGI DEU GBR",
    "TOP SECRET//FGI DEU GBR NATO//REL TO USA, DEU",
    "SECRET//FGI",
    "TOP SECRET//REL TO USA, EGY, ISR",
    "SECRET//REL TO USA, GBR/DISPLAY ONLY AFG",
    "SECRET//DISPLAY ONLY AFG, NZL",
    "SECRET//USA/GBR EYES ONLY",
    "SECRET//ORCON/USA/GBR EYES ONLY/DEA SENSITIVE",
    "SECRET//IMCON/RELIDO",
    "CONFIDENTIAL//NOFORN/PROPIN",
    "TOP SECRET//NOFORN/FISA",
    "SECRET//NOFORN//EXDIS",
    "SECRET//NODIS",
    "UNCLASSIFIED//SBU NOFORN",
    "UNCLASSIFIED//LES",
    "SECRET//ACCM-FICTITIOUS EFFORT/TEA LEAF",
    "SECRET//LIMDIS/ACCM-FICTITIOUS EFFORT/TEA LEAF",
    "//JOINT SECRET CAN GBR USA",
    "//JOINT TOP SECRET CAN DEU USA NATO//TK//RELIDO",
    "//JOINT RESTRICTED CAN GBR",
    "//JOINT SECRET GBR USA//REL TO USA, AUS, CAN, GBR, NZL",
    "//DEU SECRET",
    "//CAN RESTRICTED",
    "//FGI SECRET",
    "//DEU SECRET//REL TO CAN, DEU, NZL",
    "//NATO UNCLASSIFIED",
    "//NATO RESTRICTED",
    "//COSMIC TOP SECRET//ATOMAL/BOHEMIA",
    "//COSMIC TOP SECRET//BALK",
]


@pytest.mark.parametrize(("text", "form"), TEXTS, ids=[text for text, _ in TEXTS])
def test_each_case_of_the_specification_is_read_and_printed_exactly(text, form):
    """Banner and portion of the 38 cases come back as they were."""
    assert print_marking(parse_marking(text, form, NICKNAMES), form) == text


@pytest.mark.parametrize("text", GOOD)
def test_a_good_banner_has_no_fault_and_comes_back(text):
    """Examples of the manual are read, found good, printed, and the same as a portion."""
    marking = read_marking(text)
    assert print_marking(marking, "banner") == text
    assert reorder(marking) == marking
    portion = print_marking(marking, "portion")
    assert print_marking(parse_marking(portion, "portion"), "portion") == portion


@pytest.mark.parametrize("case", REFUSED, ids=[f"{case['form']} {case['text']!r}" for case in REFUSED])
def test_a_bad_marking_is_refused_by_rule_and_paragraph(case):
    """The rule is named, with the paragraph that states it; nothing is put right."""
    with pytest.raises(MalformedError) as refused:
        read_marking(case["text"], case["form"])
    assert f"({case['rule']}, {case['paragraph']})" in refused.value.message


def test_at_least_a_hundred_bad_markings_and_every_rule_is_among_them():
    """The table of refusals is as long as it should be, and names no rule twice as another paragraph without reason."""
    assert len(REFUSED) >= 150
    assert len({case["rule"] for case in REFUSED}) >= 60


@pytest.mark.parametrize(
    ("text", "apart"),
    [
        ("(//NSAT)", "(//NS//ATOMAL)"),
        ("(//NCA)", "(//NC//ATOMAL)"),
        ("(//CTSA)", "(//CTS//ATOMAL)"),
        ("(//CTS-B)", "(//CTS//BOHEMIA)"),
        ("(//CTS-BALK)", "(//CTS//BALK)"),
    ],
)
def test_one_word_codes_of_nato_say_the_same_as_two(text, apart):
    """NSAT is NS with ATOMAL; in a banner it is always written apart."""
    one, two = parse_marking(text, "portion"), parse_marking(apart, "portion")
    assert print_marking(one, "portion") == text
    assert print_marking(one, "banner") == print_marking(two, "banner")
    assert (one.owner, one.level, one.nato) == (two.owner, two.level, two.nato)
    assert one.owner is Owner.NATO
    assert isinstance(one.segments[0], NatoControls)


def test_words_that_a_place_adds_are_read_and_others_still_are_not():
    """A new nation, group, control system or nickname is data."""
    words = Words(nations=frozenset({"USA", "XAA"}), groups=frozenset({"TEST"}), sci=frozenset({"UMBRA"}))
    marking = parse_marking("TOP SECRET//UMBRA//REL TO USA, XAA, TEST", words=words)
    assert check_marking(marking, words) == ()
    with pytest.raises(MalformedError, match="AUS"):
        parse_marking("SECRET//REL TO USA, AUS", words=words)


def test_reorder_changes_order_only():
    """Parts and values are put in the order that the manual asks for."""
    marking = parse_marking(
        "SECRET//DISPLAY ONLY NZL, AFG/REL TO NATO, GBR, USA/ORCON//FGI NATO DEU//RD-SIGMA 20 14//TK/SI-B-A Z Y"
    )
    text = "SECRET//SI-A Y Z-B/TK//RD-SIGMA 14 20//FGI DEU NATO//ORCON/REL TO USA, GBR, NATO/DISPLAY ONLY AFG, NZL"
    assert print_marking(reorder(marking), "banner") == text
    assert check_marking(reorder(marking)) == ()
    accm = parse_marking("SECRET//ACCM-TEA LEAF/LEMONADE/LIMDIS")
    assert print_marking(reorder(accm), "banner") == "SECRET//LIMDIS/ACCM-LEMONADE/TEA LEAF"


HOSTILE = [
    ("ЅЕСRЕТ//NOFORN", "CYRILLIC"),
    ("SECRET\u200b//NOFORN", "invisible"),
    ("SEC\u00adRET", "invisible"),
    ("\u202eTERCES\u202c", "invisible"),
    ("UNCLASSIFIED\u2066//SECRET\u2069", "invisible"),
    ("ＳＥＣＲＥＴ／／ＮＯＦＯＲＮ", "compatibility"),
    ("SECRET⁄⁄NOFORN", "U+2044"),
    ("SECRET∕∕NOFORN", "U+2215"),
    ("S\u0301ECRET", "combining"),
    ("\U0001d412\U0001d404\U0001d402\U0001d411\U0001d404\U0001d413", "compatibility"),
    ("ⓈⒺⒸⓇⒺⓉ", "compatibility"),
    ("SECRET//REL TO USA, KΟR", "GREEK"),
    ("SECRET//REL TO USA, JPN\x00, AUS", "control"),
    ("SECRET//REL\tTO\tUSA,\u00a0JPN", "control"),
    ("SECRET//REL TO USA,\u00a0JPN", "no plain space"),
    ("SECRET\r\nX-Injected: yes", "control"),
    ("SECRET\u2028", "invisible"),
    ("SECRET\ufeff", "invisible"),
    ('SECRET"><script>alert(1)</script>', "no capital"),
    ("SECRET' OR '1'='1", "no capital"),
    ("${jndi:ldap://127.0.0.1/a}", "no capital"),
    ('=HYPERLINK("http://127.0.0.1","x")', "no capital"),
    ("秘", "no capital"),
    ("Ⅱ급비밀", "compatibility"),
]


@pytest.mark.parametrize(("text", "why"), HOSTILE, ids=[ascii(text) for text, _ in HOSTILE])
@pytest.mark.parametrize("form", ["banner", "portion"])
def test_text_that_shows_other_than_it_says_is_refused(text, why, form):
    """Look-alikes, direction controls, hidden and injected characters are refused by character, never read."""
    with pytest.raises(MalformedError) as refused:
        parse_marking(f"({text})" if form == "portion" else text, form)
    assert refused.value.code == "character"
    assert why in refused.value.message


@pytest.mark.skipif(
    not SHARED.is_dir(), reason="the hostile texts lie beside the checkout, in ../shared/data, not here"
)
def test_every_hostile_text_at_hand_is_refused():
    """39 texts that are, look like or contain markings: those that are none of ours are refused in both forms."""
    lines = gzip.decompress((SHARED / "marking-strings.jsonl.gz").read_bytes()).decode().splitlines()
    read = []
    for text in (json.loads(line)["text"] for line in lines):
        for form in ("banner", "portion"):
            try:
                read.append(print_marking(read_marking(text, form), form))
            except TearlineError as refused:
                assert refused.code  # noqa: PT017  the rule is named
    assert len(lines) == 39
    assert read == ["//NATO SECRET"]


def test_a_text_without_end_is_refused_at_once():
    """The length is bounded before anything is read."""
    with pytest.raises(LimitError):
        parse_marking("A" * (MARKING_CHARS_MAX + 1))


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(markings(), st.sampled_from(("banner", "portion")))
def test_what_is_printed_is_read_back_exactly(marking, form):
    """Any marking, good or not, is one text and comes back from it."""
    assert parse_marking(print_marking(marking, form), form) == marking


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(markings())
def test_an_ordered_marking_stays_as_it_is(marking):
    """Order is reached in one step, keeps every part, and leaves no fault of order where nothing stands twice."""
    once = reorder(marking)
    assert reorder(once) == once
    assert len(once.segments) == len(marking.segments)
    assert sorted(map(str, once.dissem)) == sorted(map(str, reorder(once).dissem))
    faults = {fault.rule for fault in check_marking(once)}
    assert (
        not {"segment-order", "value-order", "joint-order", "fgi-order", "display-order", "release-order"}
        & faults
    )


@pytest.mark.slow
@settings(max_examples=500, deadline=None)
@given(st.text("SECRTUNOF/ ,-()AJILDPY04", max_size=40), st.sampled_from(("banner", "portion")))
def test_no_text_is_read_as_another(text, form):
    """What is read prints as exactly the text that was given, whatever was given; all else is refused by code."""
    try:
        marking = parse_marking(text, form)
    except TearlineError as refused:
        assert refused.code  # noqa: PT017  either answer is good
        return
    assert print_marking(marking, form) == text
    assert isinstance(marking.level, Level)
