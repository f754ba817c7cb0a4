# SPDX-License-Identifier: Apache-2.0
"""Between forms: losses are named, restrictions never lost."""

import functools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tearline.core.errors import MalformedError
from tearline.core.labels import RECEIVER, Label, find_faults, make_label
from tearline.core.labels.codecs.convert import Context, convert
from tearline.core.labels.codecs.ism import IsmAttributes, make_attributes, make_marking
from tearline.core.labels.codecs.stix import (
    TLP_1_IDS,
    TLP_2_IDS,
    GranularMark,
    HighWater,
    StixMark,
    StixMarked,
)
from tearline.core.labels.codecs.text import parse_marking
from tearline.core.labels.codecs.tlp import Tlp
from tearline.core.labels.codecs.ztdf import parse_handling
from tearline.core.labels.document import Extension, LabelDocument, OriginatorId, Role, Succession
from tests.core.labels.codecs_text.drawn import markings
from tests.properties.worlds import draw_label, make_book

CREATED = "2023-07-12T01:04:00Z"
SECRET = {"classification": "S", "ownerProducer": "USA", "disseminationControls": "NF"}


@functools.cache
def context(**changed):
    return Context(book=make_book(), created=CREATED, identifier="a-1", **changed)


def refuse(value, target, code, given=None):
    with pytest.raises(MalformedError) as refused:
        convert(value, target, given or context())
    assert refused.value.code == code


def name_losses(converted):
    return [loss.what for loss in converted.losses]


def test_a_marking_becomes_ism_and_says_what_changed():
    """A way of writing is a loss, said with how it will be printed."""
    exact = convert(parse_marking("SECRET//SI//NOFORN"), "ism")
    assert exact.value.sci_controls == ("SI",)
    assert exact.losses == ()
    for text in ("SECRET//RESTRICTED DATA-N", "SECRET//NOFORN/ORCON", "SECRET//ACCM-TEA LEAF"):
        assert name_losses(convert(parse_marking(text), "ism")) == ["writing"]
    assert name_losses(convert(parse_marking("(//NSAT)", "portion"), "ism")) == ["writing"]


def test_a_marking_that_ism_can_not_say_is_refused():
    """Nothing is left out."""
    refuse(parse_marking("TOP SECRET//SAR-BP//WAIVED"), "ism", "not-in-ism")
    refuse(parse_marking("SECRET//HVSACO"), "ism", "not-in-ism")


@pytest.mark.parametrize(("target", "text"), [("banner", "SECRET//NOFORN"), ("portion", "(S//NF)")])
def test_markings_and_attributes_become_text(target, text):
    """In both forms."""
    assert convert(parse_marking("SECRET//NOFORN"), target).value == text
    assert convert(make_attributes(SECRET, "$"), target).value == text


def test_attributes_that_are_no_part_of_a_marking_are_named():
    """Authority, declassification, dates; a protected source is concealed, and that is said."""
    more = {
        "classifiedBy": "me",
        "classificationReason": "1.4c",
        "declassDate": "2035-01-01",
        "resourceElement": "true",
    }
    found = convert(make_attributes({**SECRET, **more, "FGIsourceProtected": "AUS"}, "$"), "marking")
    assert name_losses(found) == ["FGIsourceProtected", *more]
    assert found.value == make_marking(make_attributes({**SECRET, "FGIsourceProtected": "FGI"}, "$"))
    assert convert(make_attributes({**SECRET, "FGIsourceProtected": "FGI"}, "$"), "marking").losses == ()


@pytest.mark.parametrize(
    "more",
    [
        {"noticeType": "DoD-Dist-B", "noticeDate": "2023-01-01"},
        {"unregisteredNoticeType": "Only for the staff"},
        {"noticeType": "POC", "noticeReason": "Ask first"},
    ],
)
def test_a_notice_that_may_restrict_is_never_left_out(more):
    """A distribution statement, or words that nobody here understands."""
    refuse(make_attributes({**SECRET, **more}, "$"), "banner", "restriction-lost")


def test_a_label_becomes_its_mark_where_the_mark_says_all():
    """And is refused where it does not: a receiver's mark, a group whose day is not printed, an invalid label."""
    label = make_label("EXERCISE KOR", "III-KUP", {"Releasable To": ["KOR", "JPN"]})
    assert convert(label, "mark", context()).value == "EXERCISE KOR III-KUP//REL TO KOR, JPN"
    assert convert(label, "mark", context(lang="ko")).value == "EXERCISE 군사III급비밀//배포허용: KOR, JPN"
    refuse(label, "mark", "silent-place", context(place=RECEIVER))
    grouped = make_label("EXERCISE NATO", "SECRET", {"Releasable To": ["NATO"]}, "2023-07-12")
    assert find_faults(grouped, context().book) == ()
    refuse(grouped, "mark", "restriction-lost")
    refuse(make_label("EXERCISE KOR", "III-KUP", {}), "mark", "not-valid")
    refuse(label, "mark", "no-policies", Context())


def test_a_label_document_becomes_a_label_with_its_dates_named():
    """Dates, names and the privacy mark enter no decision; what may restrict refuses."""
    label = make_label("EXERCISE AUS", "SECRET", {"Releasable To": ["AUS", "JPN"]})
    document = convert(label, "document", context()).value
    full = replace(
        document,
        review="2033-01-01T00:00:00Z",
        originator=OriginatorId("dNSName", "aus.example"),
        label=replace(document.label, privacy_mark="CLEAR"),
    )
    found = convert(full, "label", context())
    assert found.value == label
    assert name_losses(found) == ["originator", "creation time", "review date", "privacy mark"]
    foreign = (Extension("{urn:x}Only", "<Only/>"),)
    refuse(replace(full, extensions=foreign), "label", "restriction-lost")
    refuse(replace(full, label=replace(full.label, extensions=foreign)), "label", "restriction-lost")
    refuse(replace(full, succession=Succession(CREATED, document)), "label", "restriction-lost")
    refuse(replace(full, role=Role.METADATA), "label", "restriction-lost")
    refuse(
        replace(full, label=replace(full.label, classification="NO SUCH")), "label", "unknown-classification"
    )


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(st.randoms(use_true_random=False))
def test_a_label_is_the_same_after_ztdf(rng):
    """Label, document, assertion and back."""
    label = draw_label(rng)
    if find_faults(label, context().book):
        return
    document = convert(label, "document", context()).value
    assertion = convert(document, "ztdf", context())
    assert {"policy identifier", "tag set identifier"} >= set(name_losses(assertion))
    handling = parse_handling(assertion.value)
    assert handling.identifier == "a-1"
    assert convert(handling, "label", context()).value == label


def test_a_binding_is_not_carried_silently():
    """What was signed was the assertion as it stood."""
    label = make_label("EXERCISE AUS", "SECRET", {"Releasable To": ["AUS"]})
    raw = convert(convert(label, "document", context()).value, "ztdf", context()).value
    handling = replace(parse_handling(raw), bound=True, scope="payload")
    assert "binding" in name_losses(convert(handling, "label", context()))
    again = convert(handling, "ztdf", context())
    assert "binding" in name_losses(again)
    assert parse_handling(again.value).scope == "payload"


def test_tlp_and_stix():
    """Version 2 has every word; version 1 lacks one, which is refused."""
    for tlp in Tlp:
        assert convert(tlp, "stix").value == TLP_2_IDS[tlp]
    assert convert(Tlp.CLEAR, "stix1").value == TLP_1_IDS[Tlp.CLEAR]
    refuse(Tlp.AMBER_STRICT, "stix1", "restriction-lost")


def test_stix_becomes_tlp_only_where_tlp_says_all():
    """A statement has no place in TLP; no label is no CLEAR; parts become the strictest of all."""
    amber = StixMark(TLP_2_IDS[Tlp.AMBER], Tlp.AMBER)
    parts = (GranularMark(("name",), amber), GranularMark(("description",), lang="ko"))
    marked = StixMarked("x--1", (), parts, HighWater(Tlp.AMBER, (), ()))
    found = convert(marked, "tlp")
    assert found.value is Tlp.AMBER
    assert name_losses(found) == ["granular markings", "languages"]
    refuse(replace(marked, high_water=HighWater(Tlp.RED, ("Only us",), ())), "tlp", "restriction-lost")
    refuse(replace(marked, high_water=HighWater(None, (), ())), "tlp", "no-tlp")


@pytest.mark.parametrize(
    ("value", "target", "code"),
    [
        (Tlp.RED, "label", "restriction-lost"),
        (Label("EXERCISE AUS", "SECRET"), "tlp", "restriction-lost"),
        (IsmAttributes("S", ("USA",)), "tlp", "restriction-lost"),
        (IsmAttributes("S", ("USA",)), "label", "no-conversion"),
        (Label("EXERCISE AUS", "SECRET"), "ism", "no-conversion"),
        ("SECRET", "label", "no-conversion"),
        (LabelDocument, "label", "no-conversion"),
    ],
)
def test_what_no_agreement_equates_is_not_converted(value, target, code):
    """TLP stands beside a label; which words of ISM answer to which of a policy is data."""
    refuse(value, target, code)


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(markings())
def test_no_control_is_lost_between_marking_and_ism(marking):
    """There and back every level, owner, control, compartment, program and code is the same, or the first step refuses."""
    try:
        attributes = convert(marking, "ism").value
    except MalformedError as refused:
        assert refused.code == "not-in-ism"  # noqa: PT017  either answer is good
        return
    back = make_marking(attributes)
    assert (back.owner, back.level, set(back.codes)) == (marking.owner, marking.level, set(marking.codes))
    assert {item.name for item in back.dissem} == {item.name for item in marking.dissem}
    assert {(i.name, i.nickname) for i in back.other} == {(i.name, i.nickname) for i in marking.other}
    assert collect(back.sci) == collect(marking.sci)
    assert collect(back.sap) == collect(marking.sap)
    assert {item.name for item in back.atomic} == {item.name for item in marking.atomic}
    assert {(i.name, n) for i in back.atomic for n in i.sigmas} == {
        (i.name, n) for i in marking.atomic for n in i.sigmas
    }
    assert {i.name for i in back.atomic if i.critical} == {i.name for i in marking.atomic if i.critical}
    assert set(back.nato) == set(marking.nato)
    for control in ("REL", "DISPLAYONLY", "EYES"):
        assert set(back.codes_of(control)) == {
            c for i in marking.dissem if i.name == control for c in i.codes
        }


def collect(controls):
    return {
        (control.name, *part)
        for control in controls
        for part in [
            (),
            *((c.name, *sub) for c in control.compartments for sub in [(), *((s,) for s in c.subs)]),
        ]
    }
