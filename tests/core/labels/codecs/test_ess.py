# SPDX-License-Identifier: Apache-2.0
"""Labels and clearances in ASN.1: the public sample reads, round trips are exact, hostile encodings are refused early."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tearline.core.errors import LimitError, MalformedError, TearlineError
from tearline.core.labels import (
    NumericClearance,
    NumericLabel,
    TagKind,
    make_clearance,
    make_label,
    number_clearance,
    number_label,
    parse_spif,
    resolve_numbers,
    resolve_numeric_clearance,
)
from tearline.core.labels.codecs import decode_clearance, decode_ess_label, encode_clearance, encode_ess_label
from tearline.core.labels.codecs.ess import ESS_MAX_BYTES
from tearline.core.labels.numeric import NumericCategory
from tests.core.labels.codecs.documents import house
from tests.core.labels.codecs.public import read_case

HOUSE = house()
FOOD = parse_spif(read_case("food-policy.xml"))
POLICIES = {"HOUSE": HOUSE, "Food": FOOD}
OID = "1.2.826.0.1.6726289.0.0"


def test_the_public_sample_reads():
    """A label of X.841 that names no policy, with a privacy mark in UTF-8; written again it is the same bytes."""
    raw = read_case("label-1.ber")
    label = decode_ess_label(raw)
    assert label == NumericLabel("", 253, (), "Aqua (obsolete)")
    assert encode_ess_label(label) == raw
    with pytest.raises(MalformedError, match="names no policy"):
        resolve_numbers(label, POLICIES)
    with pytest.raises(MalformedError, match="knows no classification 253"):
        resolve_numbers(label, POLICIES, default=HOUSE)


CHOCOLATE = {
    "Taste Sensations / Flavour": ["Sweet", "Chocolate"],
    "Taste Sensations / Colour": ["Brown"],
    "Allergens": ["Lactose"],
    "Ethics / Ethical Concerns": ["Not Vegan"],
    "Ethics / Bandwagons": ["Animal Rights"],
}


def test_words_to_bytes_and_back():
    """All five category syntaxes: bit maps, enumerations and an informative bit set."""
    label = make_label("Food", "Luxury", CHOCOLATE)
    numbers = number_label(label, FOOD, "TASTY")
    assert decode_ess_label(encode_ess_label(numbers)) == numbers
    assert resolve_numbers(numbers, POLICIES) == label
    clearance = make_clearance("Food", ["Luxury", "Commodity"], CHOCOLATE)
    held = number_clearance(clearance, FOOD)
    assert decode_clearance(encode_clearance(held)) == held
    assert held.classifications == (51, 52)
    assert TagKind.INFORMATIVE not in {c.kind for c in held.categories}
    again = resolve_numeric_clearance(held, POLICIES)
    assert again.values("Allergens") == ("Lactose",)


CATEGORIES = st.builds(
    NumericCategory,
    st.sampled_from(["1.2.3", "2.999.4", "1.3.26.1.4.4"]),
    st.sampled_from(TagKind),
    st.sampled_from(["bits", "numbers"]),
    st.sets(st.integers(0, 2000), max_size=5).map(lambda v: tuple(sorted(v))),
)
CATEGORY_LISTS = st.lists(
    CATEGORIES, max_size=4, unique_by=lambda c: (c.tag_set_oid, c.kind, c.encoding)
).map(lambda rows: tuple(sorted(rows, key=lambda c: (c.tag_set_oid, c.kind.value, c.encoding))))


@settings(max_examples=50)
@given(CATEGORY_LISTS, st.integers(0, 2**40), st.sampled_from(["", "CLEAR", "대외비"]))
def test_any_label_comes_back(categories, level, mark):
    label = NumericLabel("2.25.1", level, categories, mark)
    assert decode_ess_label(encode_ess_label(label)) == label


@settings(max_examples=50)
@given(CATEGORY_LISTS, st.sets(st.integers(0, 300), max_size=6))
def test_any_clearance_comes_back(categories, levels):
    clearance = NumericClearance("2.25.1", tuple(sorted(levels)), categories)
    assert decode_clearance(encode_clearance(clearance)) == clearance


@pytest.mark.parametrize(
    ("raw", "levels"),
    [
        ("300706052b1a010301", (1,)),  # RFC 5913, classList by default {unclassified}
        ("300a06052b1a010301030100", ()),
        ("300b80052b1a01030181020560", (1, 2)),  # X.841 and RFC 3281: the same with tags
        ("308006052b1a010301030205600000", (1, 2)),  # BER, indefinite length
    ],
)
def test_forms_of_a_clearance(raw, levels):
    assert decode_clearance(bytes.fromhex(raw)) == NumericClearance("1.3.26.1.3.1", levels)


HEADER = "314306052b1a010301"
REFUSED = {
    "empty": "",
    "not a set": "3003020101",
    "nothing in it": "3100",
    "trailing": "310302010100",
    "cut short": "31050201",
    "longer than its holder": "3103020501",
    "negative": "31030201ff",
    "of 20 bytes": "31160214" + "7f" * 20,
    "two classifications": "3106020101020102",
    "unknown part": "31030401ff",
    "high tag": "31043f2f0101",
    "length of eight bytes": "3188000000000000000301",
    "indefinite value": "310402800000",
    "open end": "3180020101",
    "text of 129": "318183" + "0c8180" + "41" * 129,
    "text with bidi": "31070c05" + "41e280ae42",
    "text empty": "31020c00",
    "not UTF-8": "31040c02c328",
    "syntax unknown": "3115" + "3113" + "3011" + "80020a01" + "a10b" + "3009" + "06022a03" + "030301ff",
    "an OID of padding": "3105" + "0603" + "80802a",
}


@pytest.mark.parametrize("case", REFUSED)
def test_n5_what_is_no_label_is_refused(case):
    with pytest.raises(MalformedError) as caught:
        decode_ess_label(bytes.fromhex(REFUSED[case]))
    assert caught.value.code in {"bad-ess", "unknown-syntax"}


@pytest.mark.parametrize(
    "raw",
    [
        b"\x31\x80" * 200,
        b"\x31\x82\xff\xff" + b"\x30\x00" * 5000,
        b"\x31" * (ESS_MAX_BYTES + 1),
        b"\x31\x83\x01\x00\x00" + b"\x24\x80" * 100,
    ],
    ids=["deep", "many", "large", "deep strings"],
)
def test_n5_bounds_hold_before_the_library_is_asked(raw):
    with pytest.raises((LimitError, MalformedError)):
        decode_ess_label(raw)


def test_n5_the_same_tag_set_twice_is_refused():
    """Two statements about one tag set could only contradict or widen each other."""
    twice = (NumericCategory("1.2.3", TagKind.PERMISSIVE, "numbers", (1,)),) * 2
    with pytest.raises(MalformedError):
        decode_ess_label(encode_ess_label(NumericLabel("2.25.1", 1, twice)))


UNKNOWN = {
    "unknown-policy": NumericLabel("2.25.9", 1),
    "no-classification": NumericLabel("2.25.1", None, (), "CLEAR"),
    "unknown-classification": NumericLabel("2.25.1", 7),
    "unknown-tag-set": NumericLabel(
        "2.25.1", 1, (NumericCategory("2.25.1.1", TagKind.PERMISSIVE, "numbers", (1,)),)
    ),
    "unknown-value": NumericLabel(
        "2.25.1", 1, (NumericCategory("2.25.1.1", TagKind.PERMISSIVE, "bits", (9,)),)
    ),
}


@pytest.mark.parametrize("code", UNKNOWN)
def test_n5_numbers_that_mean_nothing_here_are_refused(code):
    """A bitmap's number 1 is not an enumeration's number 1."""
    with pytest.raises(MalformedError) as caught:
        resolve_numbers(UNKNOWN[code], POLICIES)
    assert caught.value.code == code


def test_n5_what_has_no_number_is_not_written():
    """A membership date, a completed value, a number too large for a bit map: never dropped in silence."""
    for label in (
        make_label("HOUSE", "Open", {"Rooms / Upper": ["Attic"]}, "2023-07-12"),
        make_label("HOUSE", "Open", {"Rooms / Notes": ["Seats: 3"]}),
        make_label("HOUSE", "Ajar", {}),
        make_label("HOUSE", "Open", {"Doors": ["Front"]}),
    ):
        with pytest.raises(MalformedError):
            number_label(label, HOUSE)
    wide = NumericLabel("2.25.1", 1, (NumericCategory("1.2.3", TagKind.RESTRICTIVE, "bits", (70_000,)),))
    with pytest.raises(LimitError):
        encode_ess_label(wide)
    for odd in (NumericLabel(), NumericLabel("2.25.1", 1, (), "a\u202eb"), NumericLabel("not an oid", 1)):
        with pytest.raises(MalformedError):
            encode_ess_label(odd)


def test_n5_damaged_labels_read_or_are_refused():
    """Bytes changed, cut and doubled at random: a label or a TearlineError, nothing else."""
    rng = random.Random(2634)
    raw = encode_ess_label(number_label(make_label("Food", "Luxury", CHOCOLATE), FOOD, "TASTY"))
    for _ in range(600):
        damaged = bytearray(raw)
        for _ in range(rng.randint(1, 3)):
            start = rng.randrange(len(damaged))
            if rng.random() < 0.3:
                del damaged[start : start + rng.choice([1, 4])]
                damaged = damaged or bytearray(b"1")
            else:
                damaged[start] = rng.randrange(256)
        for decode in (decode_ess_label, decode_clearance):
            try:
                decode(bytes(damaged))
            except TearlineError as error:
                assert error.code  # noqa: PT017  both outcomes are right; anything else raised fails the test
