# SPDX-License-Identifier: Apache-2.0
"""The handling assertion of ZTDF: read in both of its forms, written in one, everything else refused with its path."""

import functools
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tearline.core.errors import LimitError, MalformedError, TearlineError
from tearline.core.labels import find_faults
from tearline.core.labels.codecs.ztdf import (
    EPOCH,
    SCHEMA,
    Handling,
    parse_handling,
    parse_manifest,
    print_handling,
)
from tearline.core.labels.document import (
    Extension,
    LabelDocument,
    Role,
    Succession,
    resolve_label,
    state_label,
)
from tests.properties.worlds import draw_label, make_book

CREATED = "2023-07-12T01:04:00Z"


@functools.cache
def shipped():
    return make_book()


def value(**changed):
    base = {
        "Xmlns": SCHEMA,
        "CreationTime": CREATED,
        "ConfidentialityInformation": {
            "PolicyIdentifier": "EXERCISE KOR",
            "Classification": "III-KUP",
            "Category": [
                {"Type": "PERMISSIVE", "TagName": "Releasable To", "GenericValues": ["KOR", "JPN"]},
                {"Type": "RESTRICTIVE", "TagName": "Compartment", "GenericValues": ["MILLRACE"]},
            ],
        },
    }
    return {name: held for name, held in {**base, **changed}.items() if held is not None}


def information(**changed):
    base = value()["ConfidentialityInformation"]
    return value(
        ConfidentialityInformation={n: held for n, held in {**base, **changed}.items() if held is not None}
    )


def category(**changed):
    base = {"Type": "PERMISSIVE", "TagName": "Releasable To", "GenericValues": ["KOR"]}
    return information(Category={n: held for n, held in {**base, **changed}.items() if held is not None})


def assertion(body=None, *, statement=None, **changed):
    stated = {
        "schema": SCHEMA,
        "format": "json-structured",
        "value": value() if body is None else body,
        **(statement or {}),
    }
    base = {
        "id": "handling-1",
        "type": "handling",
        "scope": "tdo",
        "appliesToState": "unencrypted",
        "statement": {name: held for name, held in stated.items() if held is not None},
        "binding": {"method": "jws", "signature": "eyJ"},
    }
    return json.dumps({name: held for name, held in {**base, **changed}.items() if held is not None}).encode()


def test_an_assertion_is_read():
    """Label, time, scope, state, and that a binding is there."""
    handling = parse_handling(assertion())
    assert (handling.identifier, handling.scope, handling.applies_to, handling.bound) == (
        "handling-1",
        "tdo",
        "unencrypted",
        True,
    )
    assert handling.document.created == CREATED
    label = resolve_label(handling.document.label, shipped().policies)
    assert (label.policy, label.classification) == ("EXERCISE KOR", "III-KUP")
    assert label.values("Releasable To") == ("JPN", "KOR")
    assert find_faults(label, shipped()) == ()


@pytest.mark.parametrize(
    "raw",
    [
        assertion(value(CreationTime=None, CreationDateTime=CREATED)),
        assertion(statement={"schema": None}),
        assertion(value(Xmlns=None)),
        assertion(json.dumps(value())),
        assertion(appliesToState=None),
        assertion(binding=None),
        assertion(scope="payload"),
    ],
)
def test_both_forms_are_read_as_the_same_label(raw):
    """Two names for the time, schema here or there, value as object or text."""
    assert parse_handling(raw).document == parse_handling(assertion()).document


def test_one_category_may_stand_without_a_list():
    """As the OpenTDF specification's own example has it."""
    handling = parse_handling(assertion(category()))
    assert handling.document.label.categories[0].values == ("KOR",)


def test_one_form_is_written():
    """CreationTime, and categories as a list; what is written is read again."""
    handling = parse_handling(assertion(value(CreationTime=None, CreationDateTime=CREATED)))
    raw = print_handling(handling)
    assert b'"CreationTime"' in raw
    assert b"CreationDateTime" not in raw
    assert parse_handling(raw) == replace(handling, bound=False)
    assert print_handling(parse_handling(raw)) == raw


def test_review_date_privacy_mark_and_membership_day_are_carried():
    """All that the form can say."""
    body = value(ReviewDateTime="2033-07-12T00:00:00Z")
    body["ConfidentialityInformation"] |= {"PrivacyMark": "CLEAR", EPOCH: "2023-07-12"}
    handling = parse_handling(assertion(body))
    assert handling.document.review == "2033-07-12T00:00:00Z"
    assert handling.document.label.privacy_mark == "CLEAR"
    assert resolve_label(handling.document.label, shipped().policies).epoch == "2023-07-12"
    assert parse_handling(print_handling(handling)).document == handling.document


REFUSED = {
    "not JSON": b"{",
    "a list": b"[]",
    "a name twice": b'{"id":"a","id":"b"}',
    "another type": assertion(type="metadata"),
    "no type": assertion(type=None),
    "no identifier": assertion(id=None),
    "an unknown scope": assertion(scope="everything"),
    "no scope": assertion(scope=None),
    "an unknown state": assertion(appliesToState="both"),
    "an unknown name": assertion(extra=1),
    "a binding with more": assertion(binding={"method": "jws", "signature": "x", "kid": "y"}),
    "a binding that is none": assertion(binding="x"),
    "no statement": assertion(statement=None, type="handling").replace(b'"statement"', b'"stmt"'),
    "another format": assertion(statement={"format": "string"}),
    "no format": assertion(statement={"format": None}),
    "another schema": assertion(statement={"schema": "urn:other"}),
    "schemas that differ": assertion(value(Xmlns="urn:other")),
    "no schema at all": assertion(value(Xmlns=None), statement={"schema": None}),
    "a statement with more": assertion(statement={"extra": 1}),
    "a value that is a number": assertion(statement={"value": 1}),
    "a text that is no JSON": assertion("{"),
    "a text with a name twice": assertion('{"Xmlns":"a","Xmlns":"b"}'),
    "two times": assertion(value(CreationDateTime=CREATED)),
    "no time": assertion(value(CreationTime=None)),
    "a time that is none": assertion(value(CreationTime="yesterday")),
    "a time of no day": assertion(value(CreationTime="2023-02-30T00:00:00Z")),
    "a review date that is none": assertion(value(ReviewDateTime="soon")),
    "a successor": assertion(value(SuccessionHandling={})),
    "no information": assertion(value(ConfidentialityInformation=None)),
    "no policy": assertion(information(PolicyIdentifier=None)),
    "an empty policy": assertion(information(PolicyIdentifier="")),
    "a policy that is a number": assertion(information(PolicyIdentifier=1)),
    "no classification": assertion(information(Classification=None)),
    "a classification that hides something": assertion(information(Classification="III-KUP\u200b")),
    "a classification with a blank": assertion(information(Classification="III-KUP ")),
    "information with more": assertion(information(Country="KOR")),
    "categories that are a text": assertion(information(Category="x")),
    "a category that is a text": assertion(information(Category=["x"])),
    "an unknown type of category": assertion(category(Type="COI")),
    "a type in small letters": assertion(category(Type="permissive")),
    "no type of category": assertion(category(Type=None)),
    "no tag name": assertion(category(TagName=None)),
    "no values": assertion(category(GenericValues=None)),
    "empty values": assertion(category(GenericValues=[])),
    "values that are a text": assertion(category(GenericValues="KOR")),
    "values that are numbers": assertion(category(GenericValues=[410])),
    "a value twice": assertion(category(GenericValues=["KOR", "KOR"])),
    "a value that turns around": assertion(category(GenericValues=["\u202eROK"])),
    "another name for values": assertion(category(GenericValue=["KOR"])),
    "an identifier of another kind": assertion(category(URI="https://example.org/")),
    "a tag set twice": assertion(
        information(Category=value()["ConfidentialityInformation"]["Category"][:1] * 2)
    ),
    "a day that is none": assertion(information(**{EPOCH: "2023"})),
}


@pytest.mark.parametrize("raw", REFUSED.values(), ids=list(REFUSED))
def test_what_is_not_known_is_refused(raw):
    """Never skipped."""
    with pytest.raises(MalformedError) as refused:
        parse_handling(raw)
    assert refused.value.code in {"bad-ztdf", "not-json", "name-twice"}


def test_a_refusal_says_where():
    """The path within the assertion."""
    with pytest.raises(
        MalformedError, match=r"\$\.statement\.value\.ConfidentialityInformation\.Category\[0\]\.Type"
    ):
        parse_handling(assertion(category(Type="COI")))


def test_size_is_bounded():
    """A label is small."""
    with pytest.raises(LimitError):
        parse_handling(b" " * (2 * 1024 * 1024))


def test_labels_of_a_manifest():
    """Other assertions are not judged; two labels for one scope are refused, none is none."""
    one, two = json.loads(assertion()), json.loads(assertion(scope="payload", id="handling-2"))
    other = {"id": "m", "type": "metadata", "anything": True}
    found = parse_manifest(json.dumps({"payload": {}, "assertions": [other, one, two]}).encode())
    assert [handling.scope for handling in found] == ["tdo", "payload"]
    assert parse_manifest(b'{"payload":{}}') == ()
    with pytest.raises(MalformedError, match="same scope"):
        parse_manifest(json.dumps({"assertions": [one, one]}).encode())
    with pytest.raises(MalformedError, match=r"assertions\[0\]"):
        parse_manifest(json.dumps({"assertions": [1]}).encode())


def make_document(label, **changed):
    book = shipped()
    return replace(
        LabelDocument(Role.ORIGINATOR, state_label(label, book.policies[label.policy]), CREATED), **changed
    )


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(st.randoms(use_true_random=False))
def test_any_label_comes_back(rng):
    """Every policy of the pack, with groups and their day."""
    label = draw_label(rng)
    handling = Handling("x", make_document(label))
    again = parse_handling(print_handling(handling))
    assert resolve_label(again.document.label, shipped().policies) == label


def test_what_the_form_has_no_word_for_is_not_left_out():
    """A successor, another vocabulary's element, an alternative label."""
    label = draw_label(__import__("random").Random(3))
    successor = Succession("2030-01-01T00:00:00Z", make_document(label))
    for changed in (
        {"succession": successor},
        {"extensions": (Extension("{urn:x}y", "<y/>"),)},
        {"role": Role.ALTERNATIVE},
        {"created": ""},
    ):
        with pytest.raises(MalformedError) as refused:
            print_handling(Handling("x", make_document(label, **changed)))
        assert refused.value.code == "not-in-ztdf"


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(st.data())
def test_broken_json_is_refused_and_never_a_crash(data):
    """One byte changed anywhere."""
    raw = bytearray(assertion())
    raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    try:
        handling = parse_handling(bytes(raw))
    except TearlineError as refused:
        assert refused.code  # noqa: PT017  either answer is good
        return
    assert parse_handling(print_handling(handling)).document == handling.document
