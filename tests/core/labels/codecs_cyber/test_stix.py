# SPDX-License-Identifier: Apache-2.0
"""STIX 2.1 data markings, strictly: definitions, references, selectors, the high-water mark."""

import copy
import gzip
import itertools
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tearline.core.errors import LimitError, MalformedError, TearlineError
from tearline.core.labels.codecs.stix import (
    BUNDLE_BYTES_MAX,
    TLP_1_IDS,
    TLP_2_EXTENSION,
    TLP_2_IDS,
    StixMark,
    join_high_water,
    parse_stix,
    print_tlp_definition,
)
from tearline.core.labels.codecs.tlp import Tlp

SHARED = Path(__file__).resolve().parents[5] / "shared/data/stix"
STATEMENT = "marking-definition--d81f86b9-975b-4c0b-875e-810c5ad45a4f"
OTHER = "marking-definition--0a0a0a0a-0000-4000-8000-000000000001"
INDICATOR = "indicator--1ed8caa7-a708-4706-b651-f1186ede6ca1"


def define(identifier=STATEMENT, **changed):
    base = {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": identifier,
        "created": "2023-07-12T01:04:00.000Z",
        "definition_type": "statement",
        "definition": {"statement": "Exercise only"},
    }
    return {name: value for name, value in {**base, **changed}.items() if value is not None}


def indicator(**changed):
    base = {
        "type": "indicator",
        "spec_version": "2.1",
        "id": INDICATOR,
        "name": "Fake address",
        "description": "Known.",
        "indicator_types": ["malicious-activity", "attribution"],
        "external_references": [{"source_name": "x", "hashes": {"SHA-256": "00"}}],
    }
    return {**base, **changed}


def bundle(*objects):
    identifier = "bundle--f0af3c36-a642-4cb0-8526-b4ca899cc1db"
    return json.dumps({"type": "bundle", "id": identifier, "objects": list(objects)}).encode()


def granular(reference, *selectors):
    return {"marking_ref": reference, "selectors": list(selectors)}


def test_object_and_granular_markings_and_their_high_water_mark():
    """RED on one part is RED for the whole; the statement is kept; each says where it came from."""
    marked = indicator(
        object_marking_refs=[TLP_1_IDS[Tlp.GREEN], STATEMENT],
        granular_markings=[
            granular(TLP_1_IDS[Tlp.RED], "description"),
            granular(
                TLP_2_IDS[Tlp.AMBER_STRICT], "indicator_types.[1]", "external_references.[0].hashes.SHA-256"
            ),
            {"lang": "ko", "selectors": ["name"]},
        ],
    )
    definition, found = parse_stix(bundle(define(), marked))
    assert definition.high_water.tlp is None
    assert [mark.tlp for mark in found.object_marks] == [Tlp.GREEN, None]
    assert found.granular[2].lang == "ko"
    assert found.high_water.tlp is Tlp.RED
    assert found.high_water.statements == ("Exercise only",)
    assert found.high_water.sources == (
        ("object", TLP_1_IDS[Tlp.GREEN]),
        ("object", STATEMENT),
        ("description", TLP_1_IDS[Tlp.RED]),
        ("indicator_types.[1], external_references.[0].hashes.SHA-256", TLP_2_IDS[Tlp.AMBER_STRICT]),
    )


def test_an_unmarked_object_has_no_tlp_and_not_clear():
    """Silence is no permission."""
    (found,) = parse_stix(json.dumps(indicator()).encode())
    assert found.high_water.tlp is None
    assert found.high_water.sources == ()


@pytest.mark.parametrize("tlp", list(Tlp))
def test_the_fixed_definitions_of_tlp_2_come_back(tlp):
    """As printed, alone and referred to."""
    (definition,) = parse_stix(print_tlp_definition(tlp))
    assert definition.identifier == TLP_2_IDS[tlp]
    (_, found) = parse_stix(
        bundle(json.loads(print_tlp_definition(tlp)), indicator(object_marking_refs=[TLP_2_IDS[tlp]]))
    )
    assert found.high_water.tlp is tlp


@pytest.mark.parametrize("tlp", list(TLP_1_IDS))
def test_the_fixed_definitions_of_tlp_1_are_known(tlp):
    """White is CLEAR."""
    word = {Tlp.CLEAR: "white"}.get(tlp, tlp.name.lower())
    one = define(TLP_1_IDS[tlp], definition_type="tlp", definition={"tlp": word})
    (_, found) = parse_stix(bundle(one, indicator(object_marking_refs=[TLP_1_IDS[tlp]])))
    assert found.high_water.tlp is tlp


def test_definitions_known_from_elsewhere_are_taken():
    """A bundle may refer to what was received before."""
    known = {STATEMENT: StixMark(STATEMENT, statement="Kept")}
    (found,) = parse_stix(bundle(indicator(object_marking_refs=[STATEMENT])), known)
    assert found.high_water.statements == ("Kept",)
    with pytest.raises(MalformedError, match="defined twice"):
        parse_stix(bundle(define()), known)


def test_several_objects_together():
    """The high-water mark of a bundle."""
    two = indicator(id=INDICATOR[:-1] + "2", object_marking_refs=[TLP_2_IDS[Tlp.AMBER]])
    found = parse_stix(bundle(define(), indicator(object_marking_refs=[STATEMENT]), two))
    water = join_high_water(found)
    assert (water.tlp, water.statements) == (Tlp.AMBER, ("Exercise only",))


RED = TLP_1_IDS[Tlp.RED]
TLP_2 = {"extension_type": "property-extension", "tlp_2_0": "red"}
REFUSED = {
    "not JSON": (b"{", "not-json"),
    "a name twice": (b'{"type":"x","type":"y"}', "name-twice"),
    "a list": (b"[]", "bad-stix"),
    "no type": (b'{"id":"x"}', "bad-stix"),
    "objects no list": (b'{"type":"bundle","id":"bundle--1","objects":{}}', "bad-stix"),
    "an object that is none": (b'{"type":"bundle","id":"bundle--1","objects":[1]}', "bad-stix"),
    "no identifier": (bundle({"type": "indicator"}), "bad-stix"),
    "another type's identifier": (
        bundle(indicator(id="malware--1ed8caa7-a708-4706-b651-f1186ede6ca1")),
        "bad-stix",
    ),
    "an identifier too short": (bundle(indicator(id="indicator--1ed8caa7")), "bad-stix"),
    "an unknown reference": (bundle(indicator(object_marking_refs=[OTHER])), "unknown-marking"),
    "a reference in other case": (bundle(indicator(object_marking_refs=[RED.upper()])), "unknown-marking"),
    "no references": (bundle(indicator(object_marking_refs=[])), "bad-stix"),
    "a reference twice": (bundle(indicator(object_marking_refs=[RED, RED])), "bad-stix"),
    "references no list": (bundle(indicator(object_marking_refs=RED)), "bad-stix"),
    "a reference that is a number": (bundle(indicator(object_marking_refs=[1])), "bad-stix"),
    "an unknown kind": (bundle(define(definition_type="iep", definition={"iep": 1})), "unknown-marking"),
    "no kind": (bundle(define(definition_type=None)), "unknown-marking"),
    "no definition": (bundle(define(definition=None)), "bad-stix"),
    "more than a statement": (bundle(define(definition={"statement": "x", "tlp": "red"})), "unknown-marking"),
    "an empty statement": (bundle(define(definition={"statement": ""})), "bad-stix"),
    "an unknown colour": (
        bundle(define(RED, definition_type="tlp", definition={"tlp": "black"})),
        "unknown-marking",
    ),
    "a colour in capitals": (
        bundle(define(RED, definition_type="tlp", definition={"tlp": "RED"})),
        "unknown-marking",
    ),
    "white under the name of red": (
        bundle(define(RED, definition_type="tlp", definition={"tlp": "white"})),
        "tlp-not-fixed",
    ),
    "red under a name of its own": (
        bundle(define(definition_type="tlp", definition={"tlp": "red"})),
        "tlp-not-fixed",
    ),
    "a statement under the name of red": (bundle(define(RED)), "tlp-not-fixed"),
    "TLP 2 under the name of TLP 1": (
        bundle(define(RED, definition_type=None, definition=None, extensions={TLP_2_EXTENSION: TLP_2})),
        "tlp-not-fixed",
    ),
    "TLP 1 under the name of TLP 2": (
        bundle(define(TLP_2_IDS[Tlp.RED], definition_type="tlp", definition={"tlp": "red"})),
        "tlp-not-fixed",
    ),
    "clear under the name of red": (
        bundle(
            define(
                TLP_2_IDS[Tlp.RED],
                definition_type=None,
                definition=None,
                extensions={TLP_2_EXTENSION: {**TLP_2, "tlp_2_0": "clear"}},
            )
        ),
        "tlp-not-fixed",
    ),
    "another extension": (
        bundle(define(definition_type=None, definition=None, extensions={"extension-definition--x": TLP_2})),
        "unknown-marking",
    ),
    "an extension beside a definition": (
        bundle(define(extensions={TLP_2_EXTENSION: TLP_2})),
        "unknown-marking",
    ),
    "an extension of another kind": (
        bundle(
            define(
                TLP_2_IDS[Tlp.RED],
                definition_type=None,
                definition=None,
                extensions={TLP_2_EXTENSION: {**TLP_2, "extension_type": "new-sdo"}},
            )
        ),
        "unknown-marking",
    ),
    "a definition twice": (bundle(define(), define()), "bad-stix"),
    "a definition that marks itself": (bundle(define(object_marking_refs=[STATEMENT])), "circular-marking"),
    "two that mark each other": (
        bundle(define(object_marking_refs=[OTHER]), define(OTHER, object_marking_refs=[STATEMENT])),
        "circular-marking",
    ),
    "one that marks a part of itself": (
        bundle(define(granular_markings=[granular(STATEMENT, "definition")])),
        "circular-marking",
    ),
    "granular no list": (bundle(indicator(granular_markings={})), "bad-stix"),
    "granular empty": (bundle(indicator(granular_markings=[])), "bad-stix"),
    "granular of nothing": (bundle(indicator(granular_markings=[{"selectors": ["name"]}])), "bad-stix"),
    "granular of both": (
        bundle(indicator(granular_markings=[{"marking_ref": RED, "lang": "en", "selectors": ["name"]}])),
        "bad-stix",
    ),
    "granular with more": (
        bundle(indicator(granular_markings=[{**granular(RED, "name"), "x": 1}])),
        "bad-stix",
    ),
    "no language": (bundle(indicator(granular_markings=[{"lang": "?", "selectors": ["name"]}])), "bad-stix"),
    "an unknown granular reference": (
        bundle(indicator(granular_markings=[granular(OTHER, "name")])),
        "unknown-marking",
    ),
    "no selectors": (bundle(indicator(granular_markings=[granular(RED)])), "bad-stix"),
    "a selector twice": (bundle(indicator(granular_markings=[granular(RED, "name", "name")])), "bad-stix"),
    **{
        f"selector {text!r}": (bundle(indicator(granular_markings=[granular(RED, text)])), "bad-selector")
        for text in (
            *(
                "nam",
                "Name",
                "name.x",
                "name.[0]",
                "indicator_types.[2]",
                "indicator_types.0",
                "indicator_types[0]",
            ),
            *(
                "[0]",
                "indicator_types.[-1]",
                "indicator_types.[01]",
                "indicator_types.[*]",
                "a..b",
                "name.",
                ".name",
            ),
            *(
                "granular_markings",
                "granular_markings.[0]",
                "$.name",
                "name ",
                "na\u200bme",
                "external_references.[0].nope",
            ),
        )
    },
}


@pytest.mark.parametrize(("raw", "code"), REFUSED.values(), ids=list(REFUSED))
def test_what_is_not_sound_is_refused_by_name(raw, code):
    """With the path of it; nothing of the bundle is taken."""
    with pytest.raises(MalformedError) as refused:
        parse_stix(raw)
    assert refused.value.code == code


def test_size_and_depth_are_bounded():
    """Before structure is built."""
    with pytest.raises(LimitError):
        parse_stix(b" " * (BUNDLE_BYTES_MAX + 1))
    with pytest.raises(LimitError):
        parse_stix(b'{"a":' * 1000 + b"1" + b"}" * 1000)


MARKS = st.sampled_from([*TLP_1_IDS.values(), *TLP_2_IDS.values(), STATEMENT])
SELECTORS = st.sampled_from(
    ["name", "description", "indicator_types", "indicator_types.[0]", "external_references.[0]"]
)
PARTS = st.builds(granular, MARKS, SELECTORS)


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(st.lists(MARKS, unique=True, max_size=4), st.lists(PARTS, max_size=4))
def test_n3_reader_by_a_high_water_mark_may_have_every_part(object_refs, parts):
    """At least as strict as each marking, and as one of them."""
    changed = {"object_marking_refs": object_refs} if object_refs else {}
    changed |= {"granular_markings": parts} if parts else {}
    _, found = parse_stix(bundle(define(), indicator(**changed)))
    known = {identifier: tlp for ids in (TLP_1_IDS, TLP_2_IDS) for tlp, identifier in ids.items()}
    used = [*object_refs, *(part["marking_ref"] for part in parts)]
    levels = [known[ref] for ref in used if ref in known]
    assert all(found.high_water.tlp.rank >= level.rank for level in levels)
    assert (found.high_water.tlp in levels) if levels else found.high_water.tlp is None
    assert bool(found.high_water.statements) == (STATEMENT in used)


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(st.data())
def test_broken_json_is_refused_and_never_a_crash(data):
    """One byte changed anywhere."""
    raw = bytearray(
        bundle(
            define(), indicator(object_marking_refs=[STATEMENT], granular_markings=[granular(RED, "name")])
        )
    )
    place = data.draw(st.integers(0, len(raw) - 1))
    raw[place] = data.draw(st.integers(0, 255))
    try:
        found = parse_stix(bytes(raw))
    except TearlineError as refused:
        assert refused.code  # noqa: PT017  either answer is good
        return
    assert found


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared samples are not here")
@pytest.mark.parametrize(
    ("name", "tlp", "statements"),
    [
        ("examples/using-granular-markings.json", Tlp.RED, 0),
        ("examples/using-marking-definitions.json", Tlp.AMBER, 1),
        ("idioms-2.1/141-TLP-marking-structures.json", Tlp.RED, 0),
        ("idioms-2.1/indicator-for-malicious-url.json", None, 1),
        ("idioms-2.1/Appendix_G_IOCs_Full.json", None, 1),
        ("validator/valid/tlp-amber.json", None, 0),
    ],
)
def test_published_samples_are_read(name, tlp, statements):
    """OASIS's own examples."""
    water = join_high_water(parse_stix((SHARED / name).read_bytes()))
    assert (water.tlp, len(water.statements)) == (tlp, statements)


@pytest.mark.slow
@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared samples are not here")
def test_a_large_published_bundle_is_read_whole():
    """ATT&CK for ICS: 1,826 objects under one statement."""
    water = join_high_water(parse_stix(gzip.decompress((SHARED / "attack-ics.stix21.json.gz").read_bytes())))
    assert water.tlp is None
    assert len(water.statements) == 1


def test_a_long_chain_of_definitions_is_followed_once():
    """Time grows with the bundle, and a circle at its end is found."""
    names = [f"marking-definition--0a0a0a0a-0000-4000-8000-{number:012d}" for number in range(3000)]
    chain = [define(one, object_marking_refs=[after]) for one, after in itertools.pairwise(names)]
    assert len(parse_stix(bundle(*chain, define(names[-1])))) == 3000
    with pytest.raises(MalformedError, match="marks itself"):
        parse_stix(bundle(*chain, define(names[-1], object_marking_refs=[names[2000]])))


def test_input_is_not_changed():
    """Definitions given stay as they were."""
    known = {STATEMENT: StixMark(STATEMENT, statement="Kept")}
    before = copy.copy(known)
    parse_stix(bundle(indicator(object_marking_refs=[STATEMENT])), known)
    assert known == before
