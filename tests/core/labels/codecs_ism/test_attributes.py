# SPDX-License-Identifier: Apache-2.0
"""ISM attributes in XML and JSON, and their banners and portions: the 38 cases of the specification, and what is refused."""

import json
from pathlib import Path

import pytest
from lxml import etree

from tearline.core.errors import LimitError, MalformedError, TearlineError
from tearline.core.labels.codecs.ism import (
    ATTRIBUTES,
    IsmAttributes,
    check_attributes,
    list_texts,
    make_attributes_of,
    make_marking,
    parse_ism_json,
    parse_ism_xml,
    print_ism,
    print_ism_json,
    write_element,
)
from tearline.core.labels.codecs.ism.attributes import JSON_BYTES_MAX
from tearline.core.labels.codecs.text import parse_marking, print_marking

CASES = json.loads(
    (Path(__file__).resolve().parents[3] / "vectors/labels/ism/banner_portion_cases.json").read_text(
        encoding="utf-8"
    )
)
IDS = [case["name"] for case in CASES]
NS = "urn:us:gov:ic:ism"


def read_case(case):
    return parse_ism_json(json.dumps(case["attributes"]).encode())


def write_document(*portions, prefix="ism"):
    """A document with one element for each set of attributes."""
    root = etree.Element("doc", nsmap={prefix: NS})
    for portion in portions:
        element = etree.SubElement(root, "p")
        for name, value in portion.items():
            element.set(f"{{{NS}}}{name}", value)
    return etree.tostring(root)


def test_there_are_thirty_eight_cases():
    """None was left out."""
    assert len(CASES) == 38


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_banner_and_portion_come_out_exactly(case):
    """As the specification's own rendering writes them."""
    attributes = read_case(case)
    assert print_ism(attributes, "banner") == case["banner"]
    if case["portion"] is not None:
        assert print_ism(attributes, "portion") == case["portion"]


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_the_cases_keep_the_rules(case):
    """All but two that only show how attributes are written: DCNI that is classified, and AEA without what it exempts."""
    rules = [fault.rule for fault in check_attributes(read_case(case))]
    assert rules == {"RD-DCNI": ["ISM-ID-00181"], "Authority-AEA": ["ISM-ID-00299"]}.get(case["name"], [])


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_json_and_xml_give_back_what_was_read(case):
    """Every attribute, in the one order in which they are written."""
    attributes = read_case(case)
    assert list_texts(attributes) == {n: case["attributes"][n] for n in ATTRIBUTES if n in case["attributes"]}
    assert parse_ism_json(print_ism_json(attributes)) == attributes
    (element,) = parse_ism_xml(write_document(case["attributes"]))
    assert element.attributes == attributes
    assert element.path == "/doc/p"
    written = etree.Element("other", {f"{{{NS}}}classification": "U", "own": "kept"})
    write_element(written, attributes)
    assert parse_ism_xml(etree.tostring(written))[0].attributes == attributes
    assert written.get("own") == "kept"


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_a_marking_and_its_attributes_say_the_same(case):
    """Through text and back: all that a marking says, which is all but authority and declassification."""
    attributes = read_case(case)
    again = make_attributes_of(make_marking(attributes))
    said = {name: text for name, text in list_texts(attributes).items() if name in list_texts(again)}
    assert list_texts(again) == said
    assert print_ism(again, "banner") == case["banner"]


def test_lists_and_flags_are_read_in_json_too():
    """Other tools write token lists as arrays."""
    raw = b'{"classification":"S","ownerProducer":["USA"],"disseminationControls":["OC","NF"],"resourceElement":true}'
    text = b'{"classification":"S","ownerProducer":"USA","disseminationControls":"OC NF","resourceElement":"true"}'
    assert parse_ism_json(raw) == parse_ism_json(text)


def test_elements_stand_with_line_and_path():
    """So that a fault can be found in the document."""
    raw = write_document(
        {"classification": "S", "ownerProducer": "USA"}, {"classification": "U", "ownerProducer": "USA"}
    )
    found = parse_ism_xml(raw)
    assert [element.path for element in found] == ["/doc/p[1]", "/doc/p[2]"]
    assert [element.line for element in found] == [1, 1]


def test_many_brothers_are_read_in_time():
    """Paths are counted, not searched for."""
    raw = write_document(*[{"classification": "U", "ownerProducer": "USA"}] * 4000)
    assert parse_ism_xml(raw)[-1].path == "/doc/p[4000]"


JSON_REFUSED = {
    "not JSON": (b"{", "not-json"),
    "not UTF-8": (b'{"classification":"\xff"}', "not-json"),
    "no object": (b'["S"]', "bad-ism"),
    "a name twice": (b'{"classification":"S","classification":"U"}', "name-twice"),
    "NaN": (b'{"classification":NaN}', "not-json"),
    "an unknown name": (b'{"klassification":"S"}', "ISM-ID-00125"),
    "a name in another case": (b'{"Classification":"S"}', "ISM-ID-00125"),
    "empty": (b'{"classification":""}', "ISM-ID-00002"),
    "blank": (b'{"classification":" "}', "ISM-ID-00002"),
    "a number": (b'{"classification":1}', "ISM-ID-00269"),
    "null": (b'{"classification":null}', "ISM-ID-00269"),
    "a list for one token": (b'{"classification":["S"]}', "ISM-ID-00269"),
    "two tokens for one": (b'{"classification":"S U"}', "ISM-ID-00269"),
    "two blanks": (b'{"ownerProducer":"USA  GBR"}', "ISM-ID-00291"),
    "a tab": (b'{"ownerProducer":"USA\\tGBR"}', "ISM-ID-00291"),
    "a comma": (b'{"releasableTo":"USA, GBR"}', "ISM-ID-00293"),
    "an empty list": (b'{"ownerProducer":[]}', "ISM-ID-00291"),
    "a list of numbers": (b'{"ownerProducer":[1]}', "ISM-ID-00291"),
    "a look-alike": ('{"releasableTo":"USA KΟR"}'.encode(), "ISM-ID-00293"),
    "a zero-width space": ('{"disseminationControls":"NF\u200b"}'.encode(), "ISM-ID-00281"),
    "a flag of neither": (b'{"resourceElement":"yes"}', "ISM-ID-00103"),
    "no day": (b'{"declassDate":"2035-02-30"}', "ISM-ID-00275"),
    "a day otherwise written": (b'{"declassDate":"20350911"}', "ISM-ID-00275"),
    "a text too long": (b'{"classifiedBy":"' + b"x" * 1024 + b'"}', "ISM-ID-00271"),
    "a text that turns around": ('{"classifiedBy":"John \u202eeoD"}'.encode(), "ISM-ID-00271"),
    "too many tokens": (b'{"ownerProducer":"' + b"USA " * 600 + b'USA"}', "ISM-ID-00291"),
}


@pytest.mark.parametrize(("raw", "code"), JSON_REFUSED.values(), ids=list(JSON_REFUSED))
def test_json_that_is_not_exact_is_refused(raw, code):
    """By the rule for it, naming the attribute."""
    with pytest.raises(MalformedError) as refused:
        parse_ism_json(raw)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "raw", [b" " * (JSON_BYTES_MAX + 1), b"[" * 100 + b"]" * 100, b'{"a":' + b"1" * 100 + b"}"]
)
def test_json_is_bounded(raw):
    """In size, depth and digits."""
    with pytest.raises(LimitError):
        parse_ism_json(raw)


XML_REFUSED = {
    "not XML": (b"<doc", "not-xml"),
    "a document type": (b"<!DOCTYPE doc [<!ENTITY a 'b'>]><doc>&a;</doc>", "doctype"),
    "an unknown attribute": (write_document({"klassification": "S"}), "ISM-ID-00125"),
    "an empty one": (write_document({"classification": ""}), "ISM-ID-00002"),
    "blanks around": (write_document({"ownerProducer": " USA"}), "ISM-ID-00291"),
}


@pytest.mark.parametrize(("raw", "code"), XML_REFUSED.values(), ids=list(XML_REFUSED))
def test_xml_that_is_not_exact_is_refused(raw, code):
    """By the rule for it."""
    with pytest.raises(TearlineError) as refused:
        parse_ism_xml(raw)
    assert refused.value.code == code


def test_an_attribute_of_another_namespace_is_none_of_ours():
    """Only the ISM namespace counts; without it an attribute says nothing here."""
    assert parse_ism_xml(b'<doc classification="TS" xmlns:x="urn:other" x:classification="S"/>') == ()


@pytest.mark.parametrize(
    "attributes",
    [
        IsmAttributes(),
        IsmAttributes("S"),
        IsmAttributes("S", ("USA",), dissemination_controls=("REL",)),
        IsmAttributes("S", ("USA",), dissemination_controls=("DISPLAYONLY",)),
        IsmAttributes("S", ("USA",), dissemination_controls=("NOFORN",)),
        IsmAttributes("X", ("USA",)),
        IsmAttributes("S", ("USA",), sci_controls=("UMBRA",)),
    ],
)
def test_what_can_not_be_printed_is_refused(attributes):
    """A mark that leaves something out is no mark."""
    with pytest.raises(MalformedError):
        print_ism(attributes, "banner")


def test_a_nickname_that_is_a_control_keeps_its_prefix():
    """ACCM-NOFORN printed bare would be read as NOFORN."""
    attributes = IsmAttributes("S", ("USA",), non_ic_markings=("ACCM-NOFORN", "ACCM-TEA_LEAF"))
    assert print_ism(attributes, "banner") == "SECRET//ACCM-NOFORN/TEA LEAF"


@pytest.mark.parametrize(
    "text",
    [
        "TOP SECRET//SAR-BP//WAIVED",
        "TOP SECRET//SAR-MULTIPLE PROGRAMS",
        "SECRET//HVSACO",
        "TOP SECRET//SI-GAMMA//ORCON",
        "SECRET//RD-SIGMA 1 2",
        "SECRET//REL TO USA, AUS/USA/AUS EYES ONLY",
    ],
)
def test_a_marking_that_ism_has_no_word_for_is_refused(text):
    """A restriction is never left out."""
    with pytest.raises(MalformedError) as refused:
        make_attributes_of(parse_marking(text))
    assert refused.value.code == "not-in-ism"


@pytest.mark.parametrize(
    "text",
    [
        "SECRET//SI/TK//RELIDO",
        "SECRET//HCS//NOFORN",
        "SECRET//FGI//REL TO USA, AUS",
        "SECRET//FGI DEU GBR//NOFORN",
        "//FGI SECRET",
        "//DEU RESTRICTED",
        "//JOINT SECRET GBR USA//REL TO USA, GBR",
        "SECRET//USA/GBR EYES ONLY",
        "SECRET//NOFORN//LIMDIS/NNPI",
        "UNCLASSIFIED//DOE UCNI",
    ],
)
def test_a_marking_comes_back_from_its_attributes(text):
    """Where ISM has words for all of it."""
    assert print_marking(make_marking(make_attributes_of(parse_marking(text))), "banner") == text
