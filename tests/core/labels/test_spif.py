# SPDX-License-Identifier: Apache-2.0
"""The SPIF loader: what a SPIF can say is honoured or refused by name and line, never skipped, and never a crash."""

import random
from pathlib import Path

import pytest

from tearline.core.errors import LimitError, MalformedError, TearlineError
from tearline.core.labels import TagKind, load_pack, parse_spif
from tearline.core.labels.codecs.spif import SPIF_MAX_BYTES
from tests.core.labels.packs import write_home, write_pack, write_spif
from tests.properties.worlds import read_pack

SHARED = Path(__file__).resolve().parents[4] / "shared/data"
HOME = write_home()
TAGS = "<securityCategoryTagSets>"
CLASSES = "<securityClassifications>"

REFUSED = {
    "schema 3.0": ('schemaVersion="2.1"', 'schemaVersion="3.0"', "schema version '3.0' is not read"),
    "no schema version": ('schemaVersion="2.1"', "", "schema version '' is not read"),
    "policy's window": (
        'version="1"',
        'version="1" notAfter="20240101000000"',
        "notAfter is no time with a zone",
    ),
    "other namespace": ("http://www.xmlspif.org/spif", "http://www.xmlspif.org/spif/3", "not a SPIF"),
    "extension": (
        "<equivalentPolicies>",
        "<extensions><x:y xmlns:x='x'/></extensions><equivalentPolicies>",
        "the extension {x}y is not honoured",
    ),
    "privacy mark": (
        "<equivalentPolicies>",
        "<privacyMarks/><equivalentPolicies>",
        "no privacy mark in privacyMarks",
    ),
    "foreign element": (TAGS, f'<x:y xmlns:x="x"/>{TAGS}', "an element of another namespace"),
    "no identity": ('<securityPolicyId name="HOME" id="id.HOME"/>', "", "0 elements securityPolicyId"),
    "nameless": ('<securityPolicyId name="HOME"', '<securityPolicyId name=" "', "attribute name is missing"),
    "class twice": (
        'name="SHUT" lacv="2" hierarchy="2"',
        'name="OPEN" lacv="2" hierarchy="2"',
        "stands twice",
    ),
    "lacv twice": ('name="SHUT" lacv="2"', 'name="SHUT" lacv="01"', "share a lacv"),
    "hierarchy twice": ('lacv="2" hierarchy="2"', 'lacv="2" hierarchy="1"', "share a hierarchy"),
    "lacv no number": ('name="SHUT" lacv="2"', 'name="SHUT" lacv="two"', "lacv is not a number"),
    "lacv of 5,000 digits": (
        'name="SHUT" lacv="2"',
        f'name="SHUT" lacv="{"9" * 5000}"',
        "lacv is not a number",
    ),
    "not a class": (
        CLASSES,
        f"{CLASSES}<securityKlassification/>",
        "not honoured in securityClassifications",
    ),
    "class's window": ('name="SHUT" lacv', 'name="SHUT" notBefore="2023" lacv', "notBefore is not honoured"),
    "unknown operation": ('operation="onlyOne"', 'operation="atMostOne"', "unknown operation 'atMostOne'"),
    "rule without group": (
        '<categoryGroup tagSetRef="RT"/><categoryGroup tagSetRef="EO"/>',
        "",
        "no category group",
    ),
    "unknown group": (
        '<categoryGroup tagSetRef="EO"/>',
        '<categoryGroup tagSetRef="NO"/>',
        "unknown tag set 'NO'",
    ),
    "unknown value": (
        '<categoryGroup tagSetRef="EO"/>',
        '<categoryGroup tagSetRef="EO" lacv="9"/>',
        "unknown value 9",
    ),
    "one and all": (
        'tagSetRef="EO"/>',
        'tagSetRef="EO" lacv="1" all="true"/>',
        "one value and all values at once",
    ),
    "set twice": ('<securityCategoryTagSet name="EO"', '<securityCategoryTagSet name="RT"', "must be unique"),
    "set's id twice": ('id="HOME.EO"', 'id="HOME.RT"', "must be unique"),
    "not a set": (TAGS, f"{TAGS}<tagSet/>", "not honoured in securityCategoryTagSets"),
    "two tags": (
        "</securityCategoryTag>",
        '</securityCategoryTag><securityCategoryTag name="2"/>',
        "attribute tagType is missing",
    ),
    "tag's child": (
        "</securityCategoryTag>",
        "<requiredCategory/></securityCategoryTag>",
        "not honoured in securityCategoryTag",
    ),
    "tag type": ('tagType="restrictive"', 'tagType="tagType8"', "unknown tag type 'tagType8'"),
    "value twice": ('name="HOMEONLY" lacv="7"', 'name="X" lacv="7"', "stands twice"),
    "value's lacv twice": ('name="HOMEONLY" lacv="7"', 'name="HOMEONLY" lacv="1"', "stands twice"),
    "value's window": (
        'name="HOMEONLY"',
        'name="HOMEONLY" notAfter="20240101"',
        "notAfter is no time with a zone",
    ),
    "user input": (
        'name="HOMEONLY"',
        'name="HOMEONLY" userInput="date"',
        "what a writer types decides nothing",
    ),
    "required class": ('name="HOMEONLY"', 'name="HOMEONLY" requiredClass="SHUTT"', "unknown classification"),
    "obsolete": ('name="HOMEONLY"', 'name="HOMEONLY" obsolete="perhaps"', "neither true nor false"),
    "class's peer": (
        'policyRef="NET" lacv="2"',
        'policyRef="NIX" lacv="2"',
        "not among the equivalent policies",
    ),
    "value's peer": (
        'policyRef="NET" tagSetId="NET.CW"',
        'policyRef="NIX" tagSetId="NET.CW"',
        "not among the equiv",
    ),
    "direction": ('lacv="2" applied="both"', 'lacv="2" applied="sideways"', "unknown direction"),
    "peer twice": (
        "</equivalentPolicies>",
        '<equivalentPolicy name="NET" id="2"/></equivalentPolicies>',
        "stands twice",
    ),
    "peer's rule": (
        'id="id.NET"/>',
        'id="id.NET"><requiredCategory operation="all"/></equivalentPolicy>',
        "required categories",
    ),
    "not a peer": (
        "</equivalentPolicies>",
        "<peer/></equivalentPolicies>",
        "not honoured in equivalentPolicies",
    ),
    "marking code": (
        CLASSES,
        "<markingData><code>waterStain</code></markingData>" + CLASSES,
        "code 'waterStain'",
    ),
    "mark's child": (CLASSES, "<markingData><word/></markingData>" + CLASSES, "not honoured in markingData"),
    "qualifier": (
        CLASSES,
        '<markingQualifier markingCode="pageTop"><qualifier qualifierCode="infix"/></markingQualifier>'
        + CLASSES,
        "unknown qualifier 'infix'",
    ),
    "document type": ("<SPIF ", "<!DOCTYPE SPIF><SPIF ", "document type declaration is refused"),
    "entity": (
        "<SPIF ",
        '<!DOCTYPE SPIF [<!ENTITY x "OPEN">]><SPIF ',
        "document type declaration is refused",
    ),
    "not closed": ("</SPIF>", "", "not well-formed XML"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_n5_a_spif_is_refused_by_name(case):
    """One thing changed in a SPIF that loads, and the refusal says what and where."""
    old, new, words = REFUSED[case]
    assert old in HOME
    with pytest.raises(MalformedError) as caught:
        parse_spif(HOME.replace(old, new, 1).encode())
    assert words in str(caught.value)
    assert caught.value.code in {"doctype", "not-xml"} or "line " in str(caught.value)


def test_spif_that_loads():
    """The SPIF of which the refused ones differ in one thing is read whole."""
    policy = parse_spif(HOME.encode())
    assert list(policy.classifications) == ["OPEN", "SHUT"]
    assert {name: t.kind for name, t in policy.tag_sets.items()} == {
        "CW": TagKind.RESTRICTIVE,
        "RT": TagKind.PERMISSIVE,
        "EO": TagKind.PERMISSIVE,
    }
    assert policy.equivalent_policies == ("NET",)


def test_n5_an_entity_does_not_hide_in_another_encoding():
    """A document type is found in UTF-16 as well; there its entities would have been put into attributes."""
    text = HOME.replace('encoding="UTF-8"', 'encoding="UTF-16"').replace('name="OPEN"', 'name="&x;"')
    text = text.replace("<SPIF ", '<!DOCTYPE SPIF [<!ENTITY x "OPEN">]><SPIF ', 1)
    with pytest.raises(MalformedError) as caught:
        parse_spif(text.encode("utf-16"))
    assert caught.value.code == "doctype"


def test_n5_a_huge_spif_is_not_parsed():
    with pytest.raises(LimitError):
        parse_spif(b" " * (SPIF_MAX_BYTES + 1))


@pytest.mark.parametrize("raw", [b"", b"\0", b"<", b"{}", b"\xff\xfe", "<SPIF/>".encode("utf-16")])
def test_n5_what_is_no_xml_is_refused(raw):
    with pytest.raises(MalformedError):
        parse_spif(raw)


def test_n5_deep_nesting_is_refused():
    with pytest.raises(MalformedError):
        parse_spif(HOME.replace("</SPIF>", "<a>" * 5000 + "</a>" * 5000 + "</SPIF>").encode())


def test_n5_damaged_spifs_load_or_are_refused():
    """Bytes changed, cut and doubled at random: a policy or a TearlineError, nothing else."""
    rng = random.Random(4774)
    raw = write_home().encode()
    for _ in range(400):
        damaged = bytearray(raw)
        for _ in range(rng.randint(1, 3)):
            start = rng.randrange(len(damaged))
            stop = min(len(damaged), start + rng.choice([1, 1, 2, 20, 200]))
            if rng.random() < 0.5:
                damaged[start:stop] = damaged[start:stop] * rng.choice([0, 2])
            else:
                damaged[start] = rng.randrange(256)
        try:
            parse_spif(bytes(damaged))
        except TearlineError as error:
            assert error.code  # noqa: PT017  both outcomes are right; anything else raised fails the test


def test_the_shipped_policies_load():
    for name, raw in read_pack().items():
        if name.endswith(".spif.xml"):
            assert parse_spif(raw).classifications


@pytest.mark.skipif(
    not SHARED.is_dir(), reason="the public SPIFs lie beside the checkout, in ../shared/data, not here"
)
def test_public_spifs_load():
    """All that others' SPIFs use is honoured."""
    files = sorted(SHARED.glob("labels/spif/*.xml"))
    assert files
    for file in files:
        assert parse_spif(file.read_bytes()).classifications


@pytest.mark.skipif(
    not SHARED.is_dir(), reason="the hostile XML lies beside the checkout, in ../shared/data, not here"
)
def test_n5_hostile_xml_is_refused():
    """Bombs, cycles, external entities and document types, as files and as payloads before a SPIF."""
    files = sorted(SHARED.glob("adversarial/xml/*"))
    assert files
    for file in files:
        raw = file.read_bytes()
        payloads = raw.splitlines() if file.suffix == ".txt" else [raw]
        for payload in payloads:
            with pytest.raises(MalformedError):
                parse_spif(payload)


ONE_TO_MANY = '<equivalentSecCategoryTag policyRef="NET" tagSetId="NET.RT" lacv="2" applied="both" />'
RENAMED = '<equivalentSecCategoryTag policyRef="NET" tagSetId="NET.RT" lacv="3" applied="both" />'

BRIDGES = {
    "one permissive value to two": (ONE_TO_MANY, ONE_TO_MANY + RENAMED, "has several counterparts"),
    "a member to another member": (ONE_TO_MANY, RENAMED, "RT"),
    "permissive discarded": (
        ONE_TO_MANY,
        ONE_TO_MANY.replace('lacv="2"', 'action="discard"'),
        "can't be discarded",
    ),
    "unknown counterpart": (
        ONE_TO_MANY,
        ONE_TO_MANY.replace('lacv="2"', 'lacv="99"'),
        "unknown value of NET",
    ),
    "other kind": (ONE_TO_MANY, ONE_TO_MANY.replace("NET.RT", "NET.CW"), "of different kinds"),
    "unknown level": (
        'policyRef="NET" lacv="2" applied',
        'policyRef="NET" lacv="9" applied',
        "an unknown level 9",
    ),
    "two levels sent": (
        'name="SHUT" lacv="2" hierarchy="2" >',
        'name="SHUT" lacv="2" hierarchy="2" ><equivalentClassification policyRef="NET" lacv="1" applied="encrypt"/>',
        "would be sent as two levels",
    ),
    "two levels received": (
        'name="SHUT" lacv="2" hierarchy="2" >',
        'name="SHUT" lacv="2" hierarchy="2" ><equivalentClassification policyRef="NET" lacv="1" applied="decrypt"/>',
        "would arrive as two levels",
    ),
}


@pytest.mark.parametrize("case", BRIDGES)
def test_n4_an_equivalence_that_could_widen_is_refused_with_the_pack(case):
    """What can't be carried soundly is refused when the pack is loaded, not when a label comes by."""
    old, new, words = BRIDGES[case]
    home = HOME.replace(" />", "/>").replace("/>", " />") if old.endswith(" />") else HOME
    assert old in home
    with pytest.raises(MalformedError) as caught:
        load_pack(write_pack(home=home.replace(old, new, 1)))
    assert words in str(caught.value)
    assert caught.value.code == "bad-equivalence"


def test_spif_of_schema_2_0_is_read():
    policy = parse_spif(write_spif("OLD", [], attributes='schemaVersion="2.0" version="7"').encode())
    assert (policy.name, policy.version) == ("OLD", "7")
