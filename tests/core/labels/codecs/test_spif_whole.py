# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: E501  XML as it stands
"""What a SPIF can say is honoured in decisions and marks: several tags, windows, user input, memberships, marking codes."""

import json

import pytest

from tearline.core.errors import MalformedError
from tearline.core.instants import parse_iso
from tearline.core.labels import (
    BANNER,
    Decision,
    PolicyBook,
    TagKind,
    as_of,
    book_as_of,
    decide,
    explain,
    find_faults,
    load_pack,
    make_clearance,
    make_label,
    parse_spif,
    print_policy_mark,
    print_privacy_mark,
    restate,
)
from tearline.core.labels.decide import refuse
from tearline.core.labels.policy import GroupMember
from tests.core.labels.codecs.documents import SPIF, house
from tests.core.labels.codecs.public import read_case
from tests.core.labels.packs import write_home, write_network, write_pack

HOUSE = house()
LOWER, UPPER, NOTES = "Rooms / Lower", "Rooms / Upper", "Rooms / Notes"


def make_book(policy):
    return PolicyBook("real", policy.name, "PUBLIC", {policy.name: policy}, {})


def codes(label, policy=HOUSE):
    return [reason.code for reason in find_faults(label, make_book(policy))]


def test_each_tag_of_a_set_constrains_by_itself():
    """Two permissive tags in one set: one value of each must be held, not one of either."""
    book = make_book(HOUSE)
    label = make_label("HOUSE", "Open", {LOWER: ["Hall"], UPPER: ["Attic"]})
    for held, seen in [
        ({LOWER: ["Hall"]}, False),
        ({UPPER: ["Attic"]}, False),
        ({LOWER: ["Hall"], UPPER: ["Attic"]}, True),
    ]:
        assert decide(label, make_clearance("HOUSE", ["Open"], held), book).permitted is seen
    assert [t.name for t in HOUSE.find_tag_sets("Rooms", TagKind.PERMISSIVE)] == [LOWER, UPPER]


@pytest.mark.parametrize(
    ("day", "found"),
    [
        (None, ["window"]),
        ("2019-12-31", ["window"]),
        ("2020-01-01", []),
        ("2024-01-01", []),
        ("2024-01-02", ["window"]),
    ],
)
def test_n5_a_value_counts_only_within_its_window(day, found):
    """Before anybody has said as of when, it counts as shut."""
    policy = HOUSE if day is None else as_of(HOUSE, parse_iso(day))
    label = make_label("HOUSE", "Open", {LOWER: ["Cellar"]})
    assert codes(label, policy) == found
    assert "not in force" in explain(refuse(*find_faults(label, make_book(HOUSE))))


def test_a_book_as_of_a_day():
    """Answers remembered before the day was known don't outlive it."""
    book = make_book(HOUSE)
    label = make_label("HOUSE", "Open", {LOWER: ["Cellar"]})
    assert find_faults(label, book)
    assert not find_faults(label, book_as_of(book, parse_iso("2021-01-01")))
    assert find_faults(label, book_as_of(book, parse_iso("2025-01-01")))
    assert book_as_of(book, parse_iso("2021-01-01")).digest() == book.digest()


def test_n5_names_that_a_policy_does_not_tell_apart_are_refused():
    """NATO and PUBLIC compare without case: two values that differ in case alone would be one of them."""
    folded = SPIF.replace('"HOUSE" id="2.25.1"', '"PUBLIC" id="1.3.6.1.4.1.31778.12.2.1"')
    for old, new in [
        ('name="Cellar"', 'name="HALL"'),
        ('name="Attic"', 'name="hall"'),
        ('name="Shut"', 'name="OPEN"'),
    ]:
        assert parse_spif(SPIF.replace(old, new, 1).encode())
        with pytest.raises(MalformedError, match=r"names two values|only in case"):
            parse_spif(folded.replace(old, new, 1).encode())


def test_privacy_marks_have_phrases():
    policy = parse_spif(
        SPIF.replace(
            '<privacyMark name="CLEAR"/>',
            f'<privacyMark name="CLEAR">{data("Klar", BANNER, lang="de")}</privacyMark>',
        ).encode()
    )
    assert [print_privacy_mark("CLEAR", BANNER, lang, policy) for lang in ("de", "en")] == ["Klar", "CLEAR"]
    assert print_privacy_mark("LOUD", BANNER, "en", policy) == "LOUD"


def test_numbers_are_told_apart_by_their_encoding():
    """A bit map and an enumeration of one kind may share a set and a number; a rule that names such a number is refused."""
    rooms = '<securityCategoryTag name="Notes"'
    tag = '<securityCategoryTag name="Guests" tagType="enumerated" enumType="permissive"><tagCategory name="Ann" lacv="1"/></securityCategoryTag>'
    text = SPIF.replace(rooms, tag + rooms)
    assert "Rooms / Guests" in parse_spif(text.encode()).tag_sets
    rule = '<requiredCategory operation="all"><categoryGroup tagSetRef="Rooms" tagType="permissive" lacv="1"/></requiredCategory>'
    old = '<tagCategory name="Brass" lacv="70000"/>'
    with pytest.raises(MalformedError, match="ambiguous"):
        parse_spif(text.replace(old, old.replace("/>", f">{rule}</tagCategory>")).encode())


def test_n5_a_policy_counts_only_within_its_window():
    policy = parse_spif(SPIF.replace('version="1"', 'version="1" notAfter="20240101000000Z"').encode())
    label = make_label("HOUSE", "Open", {})
    assert codes(label, policy) == ["policy-window"]
    assert codes(label, as_of(policy, parse_iso("2023-01-01"))) == []
    assert codes(label, as_of(policy, parse_iso("2024-01-02"))) == ["policy-window"]


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("Until: 2024-02-29", []),
        ("Seats: 12", []),
        ("Warm", []),
        ("Until", ["unknown-value"]),
        ("Until: 29 FEB 24", ["unknown-value"]),
        ("Until: 2023-02-29", ["unknown-value"]),
        ("Seats: ١٢", ["unknown-value"]),
        ("Seats: " + "1" * 200, ["unknown-value"]),
        ("Warm: yes", ["unknown-value"]),
        (" Warm", ["unknown-value"]),
    ],
)
def test_n5_a_value_is_completed_as_the_policy_says(value, found):
    assert codes(make_label("HOUSE", "Open", {NOTES: [value]})) == found


def test_a_completed_value_is_marked():
    label = make_label("HOUSE", "Open", {NOTES: ["Until: 2024-02-29", "Warm"]})
    assert print_policy_mark(label, BANNER, "en", HOUSE) == "HOUSE Open Warm/Until 2024-02-29"


def test_memberships_count_by_whole_days():
    """A day that lies only partly in the window isn't counted."""
    assert HOUSE.memberships == (
        GroupMember("Attic", "ann", "2020-01-02", "2023-12-31"),
        GroupMember("Attic", "bob"),
    )


MEMBERS = (
    '<extensions><m:memberships xmlns:m="urn:nato:stanag:4774:spif:extensions:1:0"><m:membership name="%s">'
    '<m:member name="CCC" notBefore="2015-01-01T00:00:00Z"/></m:membership></m:memberships></extensions></SPIF>'
)


def test_a_packs_groups_may_stand_in_its_spif():
    """Members of a group come from its list or from a SPIF; from both they could only widen each other."""
    pack = write_pack(net=write_network().replace("</SPIF>", MEMBERS % "OTH"))
    assert load_pack(pack).resolve(["OTH"], "2020-01-01") == {"CCC"}
    assert load_pack(pack).resolve(["OTH"], "2014-01-01") == frozenset()
    with pytest.raises(MalformedError, match="stated elsewhere"):
        load_pack(write_pack(net=write_network().replace("</SPIF>", MEMBERS % "GRP")))


def test_n4_a_pack_whose_equivalence_adds_values_is_refused():
    """A node carries labels by member sets; what a SPIF adds on the way has no place there and isn't skipped."""
    adds = '<requiredCategory operation="all"><categoryGroup tagSetRef="CW" tagType="restrictive" lacv="1"/></requiredCategory>'
    home = write_home()
    for old, new in [
        (
            'policyRef="NET" lacv="2" applied="both"/>',
            f'policyRef="NET" lacv="2" applied="both">{adds}</equivalentClassification>',
        ),
        ('id="id.NET"/>', f'id="id.NET">{adds}</equivalentPolicy>'),
    ]:
        assert old in home
        with pytest.raises(MalformedError, match="added") as caught:
            load_pack(write_pack(home=home.replace(old, new, 1)))
        assert caught.value.code == "bad-equivalence"


def mark(inner, at=BANNER, lang="en", values=None):
    """The mark of HOUSE/Open when ``inner`` stands in the classification, or in the value Hall."""
    old = (
        '<tagCategory name="Hall" lacv="1"/>'
        if values
        else '<securityClassification name="Open" lacv="0" hierarchy="0" color="green"/>'
    )
    tag = "tagCategory" if values else "securityClassification"
    policy = parse_spif(SPIF.replace(old, old.replace("/>", f">{inner}</{tag}>")).encode())
    return print_policy_mark(make_label("HOUSE", "Open", values or {}), at, lang, policy)


def data(phrase, *places, lang=""):
    inner = "".join(f"<code>{place}</code>" for place in places)
    words = "" if phrase is None else f' phrase="{phrase}"'
    words += f' xml:lang="{lang}"' if lang else ""
    return f"<markingData{words}>{inner}</markingData>"


EVERY_PLACE = "pageTop pageBottom documentStart documentEnd firstLineOfText lastLineOfText subject xHeader portionMarking inputTitle waterMark"


@pytest.mark.parametrize("place", EVERY_PLACE.split())
def test_a_phrase_stands_where_it_is_said(place):
    """At its own place only, in any spelling of the code; both ends of a page share what is said for both."""
    for spelling in (place, place.lower(), place.upper()):
        assert mark(data("X", spelling), place) == "HOUSE X"
    assert (
        mark(data("X", place), "documentStart" if place != "documentStart" else "documentEnd") == "HOUSE Open"
    )
    if place.startswith("page"):
        assert mark(data("X", BANNER), place) == "HOUSE X"


@pytest.mark.parametrize(
    ("inner", "values", "expected"),
    [
        (data("X", "replacePolicy"), None, "X Open"),
        (data("X", "replacePolicy", "noNameDisplay"), None, "X Open"),
        (data("X", "noNameDisplay"), None, "HOUSE"),
        (data(None, BANNER), None, "HOUSE Open"),
        (data("X", "suppressClassName"), {LOWER: ["Hall"]}, "HOUSE X"),
        (data("X", "replacePolicy", "noNameDisplay"), {LOWER: ["Hall"]}, "X Open"),
        (data("X", "replacePolicy"), {LOWER: ["Hall"]}, "X Open Hall"),
        (data("", "noMarkingDisplay"), {LOWER: ["Hall"]}, "HOUSE Open"),
        (data("Saal", BANNER, lang="de"), {LOWER: ["Hall"]}, "HOUSE Open Hall"),
        ('<markingQualifier><qualifier markingQualifier="(" qualifierCode="prefix"/><qualifier markingQualifier=")" qualifierCode="suffix"/></markingQualifier>', {LOWER: ["Hall"]}, "HOUSE Open (Hall)"),
    ],
)  # fmt: skip
def test_marking_codes(inner, values, expected):
    assert mark(inner, values=values) == expected


def test_a_language_falls_back_to_its_primary():
    inner = data("Offen", BANNER, lang="de") + data("Open!", BANNER)
    assert [mark(inner, lang=lang) for lang in ("de", "de-AT", "de_CH", "fr")] == [
        "HOUSE Offen",
        "HOUSE Offen",
        "HOUSE Offen",
        "HOUSE Open!",
    ]


def test_required_and_excluded_see_all_tags_of_a_set():
    """A rule about a kind of a set matches in any of its tags of that kind."""
    rule = '<requiredCategory operation="onlyOne"><categoryGroup tagSetRef="Rooms" tagType="permissive" all="true"/></requiredCategory>'
    old = '<securityClassification name="Shut" lacv="1" hierarchy="1" color="#FF0000"/>'
    policy = parse_spif(SPIF.replace(old, old.replace("/>", f">{rule}</securityClassification>")).encode())
    for categories, found in [
        ({}, ["required"]),
        ({LOWER: ["Hall"]}, []),
        ({UPPER: ["Attic"]}, []),
        ({NOTES: ["Warm"]}, ["required"]),
    ]:
        assert codes(make_label("HOUSE", "Shut", categories), policy) == found


TLPX, TLP, UK = (parse_spif(read_case(name)) for name in ("tlp-plus.xml", "tlp.xml", "uk-demo.xml"))


@pytest.mark.parametrize(
    ("level", "categories", "target", "expected"),
    [
        ("AMBER", {"Dissemination / Jurisdiction": ["EU"]}, TLP, {"Additional Information / Regions": ("EU",), "Additional Information / Extra Warning": ("Extra", "Foreign")}),
        ("GREEN", {}, UK, {"Sensitive": ("SENSITIVE",)}),
        ("RED", {"Dissemination / Jurisdiction": ["US"]}, UK, {"National Caveats": ("UK", "US")}),
        ("RED", {"Data Status": ["Do not action"]}, TLP, {"Additional Information / Extra Warning": ("Foreign",)}),
        ("RED", {"Mandatory Data Handling / Handling": ["Aggregate"]}, TLP, None),
        ("RED", {"Data Status": ["Do not action"]}, UK, None),
    ],
)  # fmt: skip
def test_restated_as_the_spif_says(level, categories, target, expected):
    """Every counterpart, what the level and the policy add; a value without counterpart is refused, never dropped."""
    found = restate(make_label("TLPX", level, categories), TLPX, target)
    assert (None if isinstance(found, Decision) else dict(found.categories)) == expected


def test_the_public_cases_name_files_that_are_here():
    for case in json.loads(read_case("expected.json")):
        assert read_case(case["label"])


SENSITIVE = {"Sensitive": ["SENSITIVE"]}
INFORMATIVE, MANDATORY = (
    "Sensitive Descriptors / Informative Sensitive Descriptors",
    "Sensitive Descriptors / Mandatory Sensitive Descriptors",
)


@pytest.mark.parametrize(
    ("level", "categories", "found", "expected"),
    [
        ("OFFICIAL", {}, [], "DEMO-UK OFFICIAL"),
        ("OFFICIAL", SENSITIVE, ["required"], "DEMO-UK OFFICIAL-SENSITIVE"),
        ("OFFICIAL", {**SENSITIVE, MANDATORY: ["LOCSEN"]}, [], "DEMO-UK OFFICIAL-SENSITIVE LOCSEN"),
        ("OFFICIAL", {**SENSITIVE, INFORMATIVE: ["PERSONAL"]}, [], "DEMO-UK OFFICIAL-SENSITIVE PERSONAL"),
        ("OFFICIAL", {**SENSITIVE, INFORMATIVE: ["PERSONAL", "COMMERCIAL"]}, ["selection"], None),
        ("OFFICIAL", {**SENSITIVE, INFORMATIVE: ["PERSONAL"], MANDATORY: ["LOCSEN"]}, ["excluded", "required"], None),
        ("OFFICIAL", {MANDATORY: ["LOCSEN"]}, ["required"], None),
        ("SECRET", {**SENSITIVE, MANDATORY: ["LOCSEN"]}, ["excluded-class"], None),
        ("OFFICIAL", {"National Caveats": ["UK"]}, ["excluded-class"], None),
        ("SECRET", {"National Caveats": ["UK", "US"]}, [], "DEMO-UK SECRET - UK / US EYES ONLY"),
        ("TOP SECRET", {"Codewords / Mandatory Codewords": ["OVERLORD"], "Codewords / Informative Codewords": ["DYNAMO"]}, [], "DEMO-UK TOP SECRET OVERLORD DYNAMO"),
    ],
)  # fmt: skip
def test_a_public_policy_with_rules_between_tags(level, categories, found, expected):
    """Required and excluded values across two tags of one set, single selection, a suppressed classification."""
    label = make_label("UK", level, categories)
    assert sorted(codes(label, UK)) == found
    if expected is not None:
        assert print_policy_mark(label, BANNER, "en", UK) == expected
