# SPDX-License-Identifier: Apache-2.0
"""Labels and clearances of STANAG 4774: exact round trips, agreement with a policy, succession, choice."""

import base64
from itertools import product

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tearline.core.errors import LimitError, MalformedError
from tearline.core.instants import parse_iso
from tearline.core.labels import (
    Role,
    TagKind,
    choose_label,
    find_privacy_faults,
    make_clearance,
    make_label,
    resolve_clearance,
    resolve_label,
    state_clearance,
    state_label,
    succeed,
)
from tearline.core.labels.codecs import (
    parse_clearance_claim,
    parse_clearance_document,
    parse_label_document,
    print_clearance_claim,
    print_clearance_document,
    print_label_document,
)
from tearline.core.labels.document import LabelDocument, StatedCategory, StatedLabel, read_moment
from tests.core.labels.codecs.documents import CLEARANCE, LABEL, SHORT_LABEL, house, public

HOUSE = house()
POLICIES = {"HOUSE": HOUSE, "PUBLIC": public()}
ROLES = [role for role in Role if role is not Role.SUCCESSOR]


def parse(text, **options):
    return parse_label_document(text.encode(), **options)


def make_document(role, policy="HOUSE", level="Open", **changes):
    return LabelDocument(
        role, StatedLabel(policy, level), "2023-07-12T01:04:00Z", review="2033-07-12T01:04:00Z", **changes
    )


def test_everything_a_label_says_is_read():
    document = parse(LABEL)
    assert document.role is Role.ORIGINATOR
    assert (document.identifier, document.review) == ("l1", "2033-07-12T01:04:00Z")
    assert document.created == "2023-07-12T01:04:00.9873126Z"
    assert (document.originator.kind, document.originator.name) == ("rfc822Name", "ann@house.example")
    assert document.label.privacy_mark == "CLEAR"
    assert document.label.categories[0] == StatedCategory(
        "Rooms", TagKind.PERMISSIVE, ("Hall", "Attic"), "2.25.1.1"
    )
    assert [e.name for e in document.label.extensions] == ["{urn:x}note"]
    assert [e.name for e in document.extensions] == ["{urn:x}more"]
    assert document.succession.label.label.classification == "Open"


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("text", [LABEL, SHORT_LABEL], ids=["whole", "short"])
def test_round_trip_is_exact(role, text):
    """What is printed reads as the same document, and prints as the same bytes."""
    document = parse(text.replace("originatorConfidentialityLabel", role.value))
    printed = print_label_document(document)
    assert parse_label_document(printed) == document
    assert print_label_document(parse_label_document(printed)) == printed
    assert document.role is role


def test_space_around_a_token_says_nothing():
    """Policy and classification are xs:token; a category's value is not, and space in it is refused."""
    spaced = SHORT_LABEL.replace(">HOUSE<", ">\n  HOUSE\t<").replace(">Open<", "> Open\n<")
    assert parse(spaced) == parse(SHORT_LABEL)


TEXTS = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"]), min_size=1, max_size=12)
CATEGORIES = st.builds(
    StatedCategory,
    TEXTS,
    st.sampled_from(TagKind),
    st.lists(TEXTS, max_size=3, unique=True).map(tuple),
    st.sampled_from(["", "1.2.3"]),
)
DOCUMENTS = st.builds(
    LabelDocument,
    st.sampled_from(ROLES),
    st.builds(
        StatedLabel,
        TEXTS,
        TEXTS,
        st.lists(CATEGORIES, max_size=3, unique_by=lambda c: (c.tag_name, c.kind)).map(tuple),
        st.sampled_from(["", "2.999.1"]),
        st.one_of(st.just(""), TEXTS),
    ),
    st.just("2023-07-12T01:04:00Z"),
    review=st.just("2024-07-12T01:04:00+09:00"),
)


@given(DOCUMENTS)
def test_any_document_comes_back(document):
    assert parse_label_document(print_label_document(document)) == document


def test_resolved_and_stated_again():
    """In the policy's words and out again: a tag set with several tags of one kind becomes one category again."""
    label = resolve_label(parse(LABEL).label, POLICIES)
    assert label == make_label(
        "HOUSE", "Shut", {"Rooms / Lower": ["Hall"], "Rooms / Upper": ["Attic"], "Rooms / Notes": ["Warm"]}
    )
    stated = state_label(label, HOUSE, "CLEAR")
    assert resolve_label(stated, POLICIES) == label
    assert stated.policy_oid == "2.25.1"
    assert [(c.tag_name, c.kind.name, c.values) for c in stated.categories] == [
        ("Rooms", "PERMISSIVE", ("Hall", "Attic")),
        ("Rooms", "INFORMATIVE", ("Warm",)),
    ]


def test_a_membership_epoch_travels_with_the_label():
    label = make_label("HOUSE", "Open", {"Rooms / Upper": ["Attic"]}, "2023-07-12")
    document = LabelDocument(
        Role.ORIGINATOR, state_label(label, HOUSE), "2023-07-12T01:04:00Z", review="2033-07-12T01:04:00Z"
    )
    again = parse_label_document(print_label_document(document))
    assert resolve_label(again.label, POLICIES) == label


@pytest.mark.parametrize(("word", "known"), [("OPEN", "Open"), ("open", "Open"), ("sHuT", "Shut")])
def test_case_counts_except_where_the_policy_says_otherwise(word, known):
    """NATO and PUBLIC, known by OID, compare without case; every other policy is exact."""
    assert resolve_label(StatedLabel("public", word), POLICIES).classification == known
    with pytest.raises(MalformedError) as caught:
        resolve_label(StatedLabel("HOUSE", word), POLICIES)
    assert caught.value.code == "unknown-classification"


def test_a_name_spelt_exactly_comes_before_one_that_folds():
    other = msgspec.structs.replace(HOUSE, name="public")
    both = {"PUBLIC": public(), "public": other}
    assert resolve_label(StatedLabel("public", "Open"), both).policy == "public"
    assert resolve_label(StatedLabel("Public", "Open"), both).policy == "PUBLIC"
    assert (
        resolve_label(StatedLabel("public", "Open", policy_oid=both["PUBLIC"].oid), both).policy == "PUBLIC"
    )


ROOMS = {"tag_name": "Rooms", "kind": TagKind.PERMISSIVE}
DISAGREEMENTS = {
    "policy-disagrees": StatedLabel("HOUSE", "Open", policy_oid="1.2.3"),
    "unknown-policy": StatedLabel("BARN", "Open"),
    "unknown-classification": StatedLabel("HOUSE", "Ajar"),
    "unknown-tag-set": StatedLabel(
        "HOUSE", "Open", (StatedCategory("Rooms", TagKind.RESTRICTIVE, ("Hall",)),)
    ),
    "tag-set-disagrees": StatedLabel(
        "HOUSE", "Open", (StatedCategory(**ROOMS, values=("Hall",), oid="2.25.1.2"),)
    ),
    "unknown-value": StatedLabel("HOUSE", "Open", (StatedCategory(**ROOMS, values=("Halls",)),)),
}


@pytest.mark.parametrize("code", DISAGREEMENTS)
def test_n5_a_label_that_disagrees_with_its_policy_is_refused(code):
    with pytest.raises(MalformedError) as caught:
        resolve_label(DISAGREEMENTS[code], POLICIES)
    assert caught.value.code == code


def test_n5_an_identifier_of_another_policy_is_refused_by_both_names():
    with pytest.raises(MalformedError) as caught:
        resolve_label(StatedLabel("BARN", "Open", policy_oid="2.25.1"), POLICIES)
    assert caught.value.code == "policy-disagrees"


@pytest.mark.parametrize("value", ["Hаll", "Hall\u200b", "\u202eHall", "Hall ", "Hall\u00a0", "ＨHall"])
def test_n5_what_only_looks_like_a_value_is_none(value):
    """A Cyrillic a, a zero-width space, a bidi control: refused when read, or unknown to the policy."""
    with pytest.raises(MalformedError) as caught:
        resolve_label(parse(LABEL.replace(">Hall<", f">{value}<")).label, POLICIES)
    assert caught.value.code in {"bad-text", "unknown-value"}


def test_user_input_completes_a_value():
    notes = {"tag_name": "Rooms", "kind": TagKind.INFORMATIVE}
    for value in ("Until: 2024-02-29", "Seats: 12"):
        stated = StatedLabel("HOUSE", "Open", (StatedCategory(**notes, values=(value,)),))
        label = resolve_label(stated, POLICIES)
        assert state_label(label, HOUSE).categories[0].values == (value,)
    for value in ("Until", "Until: 2023-02-29", "Seats: -1", "Seats: ", "Seats:12", "Warm: 1"):
        with pytest.raises(MalformedError):
            resolve_label(StatedLabel("HOUSE", "Open", (StatedCategory(**notes, values=(value,)),)), POLICIES)


def test_succession():
    """With a review date the successor waits for that; without one, for its own."""
    both = parse(LABEL)
    alone = msgspec.structs.replace(both, review="")
    for document, day, level in [
        (both, "2031-01-01", "Shut"),
        (both, "2033-07-12T01:04:00Z", "Open"),
        (alone, "2029-12-31", "Shut"),
        (alone, "2030-01-01", "Open"),
        (make_document(Role.ORIGINATOR, level="Shut"), "2099-01-01", "Shut"),
    ]:
        found = succeed(document, parse_iso(day))
        assert (found.label.classification, found.role) == (level, document.role)


def test_which_label_counts():
    """The originator's where it is of our policy, else the first alternative that is; metadata's never; two contradict."""
    ours = make_document(Role.ORIGINATOR)
    theirs = make_document(Role.ORIGINATOR, "BARN")
    other = make_document(Role.ALTERNATIVE, level="Shut")
    second = make_document(Role.ALTERNATIVE, level="Open")
    meta = make_document(Role.METADATA)
    assert choose_label([other, ours], HOUSE) == ours
    assert choose_label([meta, theirs, other, second], HOUSE) == other
    assert choose_label([theirs, meta], HOUSE) is None
    assert choose_label([make_document(Role.LEGACY), other], HOUSE).role is Role.LEGACY
    for first, last in product([ours, theirs], repeat=2):
        with pytest.raises(MalformedError):
            choose_label([first, last], HOUSE)


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("2023-07-12T10:04:00+09:00", "2023-07-12T01:04:00Z"),
        ("2023-07-12T01:04:00", "2023-07-12T01:04:00Z"),
        ("2023-07-12T01:04:00.5Z", "2023-07-12T01:04:00.5Z"),
        ("2023-07-12T01:04:00.9873126Z", "2023-07-12T01:04:00.987312Z"),
    ],
)
def test_moments(text, same):
    assert read_moment(text) == parse_iso(same)


def test_privacy_marks_are_those_of_the_policy():
    assert [r.code for m in ("CLEAR", "", "GREY", "LOUD") for r in find_privacy_faults(m, HOUSE)] == [
        "obsolete",
        "privacy-mark",
    ]


def test_clearance_round_trips():
    clearance = parse_clearance_document(CLEARANCE.encode())
    assert parse_clearance_document(print_clearance_document(clearance)) == clearance
    assert parse_clearance_claim(print_clearance_claim(clearance)) == clearance
    held = resolve_clearance(clearance, POLICIES)
    assert held == make_clearance("HOUSE", ["Open", "Shut"], {"Rooms / Lower": ["Hall"]})
    assert state_clearance(held, HOUSE) == clearance


def test_a_claim_may_be_padded_but_not_otherwise_odd():
    raw = CLEARANCE.encode()
    for tail in (b"", b" ", b"  "):
        assert parse_clearance_claim(base64.urlsafe_b64encode(raw + tail).decode())
    plain = base64.urlsafe_b64encode(raw).decode().rstrip("=")
    for odd in (
        "",
        "=",
        plain + "!",
        plain[:-1] + "\n",
        plain + "====",
        " " + plain,
        plain[:40] + "+" + plain[41:],
    ):
        with pytest.raises(MalformedError):
            parse_clearance_claim(odd)
    with pytest.raises(MalformedError):
        parse_clearance_claim(base64.urlsafe_b64encode(CLEARANCE.encode("utf-16")).decode().rstrip("="))
    with pytest.raises(LimitError):
        parse_clearance_claim("A" * 400_000)


def test_a_draft_without_dates_is_read_only_when_asked():
    text = SHORT_LABEL.replace(' ReviewDateTime="2033-07-12T01:04:00Z"', "").replace("HOUSE<", "HOUSE<")
    text = text.replace("<slab:CreationDateTime>2023-07-12T01:04:00Z</slab:CreationDateTime>", "")
    text = text.replace("<slab:PolicyIdentifier>", '<slab:PolicyIdentifier URL="urn:oid:2.25.1">')
    assert parse(text, draft=True).label.policy_oid == "2.25.1"
    with pytest.raises(MalformedError):
        parse(text)
