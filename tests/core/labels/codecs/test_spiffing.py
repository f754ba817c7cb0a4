# SPDX-License-Identifier: Apache-2.0
"""The public cases of spiffing come out, at the foot of a page as there and on banners (tests/vectors/labels/public)."""

import json

import pytest

from tearline.core.errors import MalformedError
from tearline.core.labels import BANNER, Decision, PolicyBook, decide, find_faults, parse_spif
from tearline.core.labels.codecs.spiffing import parse_spiffing, print_spiffing
from tearline.core.labels.codecs.stanag4774 import parse_label_document
from tearline.core.labels.document import resolve_label
from tearline.core.labels.marking import print_clearance_mark, print_policy_mark
from tearline.core.labels.numeric import (
    NumericClearance,
    NumericLabel,
    resolve_numbers,
    resolve_numeric_clearance,
)
from tearline.core.labels.restate import restate
from tests.core.labels.codecs.public import PUBLIC, SHARED, read_case

CASES = json.loads(read_case("expected.json"))


def load_policy(name):
    path = PUBLIC / name
    if not path.exists():
        path = SHARED / "spif" / name
    if not path.exists():
        pytest.skip("NATO's policy lies beside the checkout, in ../shared/data, not here")
    return parse_spif(path.read_bytes())


def make_book(policy):
    return PolicyBook("real", policy.name, "PUBLIC", {policy.name: policy}, {})


@pytest.mark.parametrize("place", ["pageBottom", BANNER])
@pytest.mark.parametrize(
    "case", CASES, ids=lambda c: "-".join([c["label"], *sorted(c.keys() - {"label", "policy"})])
)
def test_spiffing_case(case, place):
    policy = load_policy(case["policy"])
    book = make_book(policy)
    label = resolve_numbers(parse_spiffing(read_case(case["label"])), book.policies)
    faults = {reason.code for reason in find_faults(label, book)}
    if "valid" in case:
        assert (not faults) == case["valid"]
    for key, lang in (("marking", ""), ("marking_fr", "fr")):
        if key in case:
            assert print_policy_mark(label, place, lang, policy) == case[key]
    if "same_as" in case:
        document = parse_label_document(read_case(case["same_as"]), draft=True)
        assert resolve_label(document.label, book.policies) == label
    if "clearance" in case:
        numbers = parse_spiffing(read_case(case["clearance"]))
        assert isinstance(numbers, NumericClearance)
        clearance = resolve_numeric_clearance(numbers, book.policies)
        assert decide(label, clearance, book).permitted == case["access"]
        if "clearance_marking" in case:
            assert print_clearance_mark(clearance, "", policy, place) == case["clearance_marking"]
    if "equivalent_policy" in case:
        other = load_policy("tlp.xml")
        carried = restate(label, policy, other)
        assert not isinstance(carried, Decision)
        assert print_policy_mark(carried, place, "", other) == case["equivalent_marking"]


LABEL = (
    '<label xmlns="http://surevine.com/xmlns/spiffy"><policy id="1.2.3"/><classification lacv="2"/>'
    '<tag type="restrictive" id="1.2.3.1" lacv="4"/></label>'
)


@pytest.mark.parametrize(
    "name", sorted(path.name for path in PUBLIC.glob("*.xml") if "policy" not in path.name)
)
def test_what_is_read_is_written_and_read_again(name):
    """The numbers stay; a policy's own file is none of the form."""
    if b"xmlns/spiffy" not in read_case(name):
        with pytest.raises(MalformedError, match="neither a label nor a clearance"):
            parse_spiffing(read_case(name))
        return
    numbers = parse_spiffing(read_case(name))
    assert parse_spiffing(print_spiffing(numbers)) == numbers


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('lacv="4"', 'lacv="04"', "not of its form"),
        ('lacv="4"', 'lacv="4" note=""', "attribute note is not honoured"),
        ("restrictive", "Restrictive", "is not honoured"),
        ('id="1.2.3"', 'id="1.2.3."', "not of its form"),
        ("</label>", '<tag type="restrictive" id="1.2.3.1" lacv="4"/></label>', "a value stands twice"),
        ("</label>", '<classification lacv="1"/></label>', "2 classifications where a label has one"),
        ("</label>", "<mark/></label>", "mark is not honoured"),
        ("</label>", "x</label>", "text where only elements stand"),
        ('<classification lacv="2"/>', "", "0 classifications"),
        ('<policy id="1.2.3"/>', "", "0 elements policy"),
        ('lacv="4"/>', 'lacv="4"><b/></tag>', "more than a plain word"),
        ("<label ", "<!DOCTYPE label><label ", "document type"),
    ],
)
def test_what_is_not_of_the_form_is_refused_by_name(old, new, said):
    """With line and path."""
    with pytest.raises(MalformedError, match=said):
        parse_spiffing(LABEL.replace(old, new, 1).encode())


def test_a_label_without_a_number_for_all_of_it_is_not_written():
    """A privacy mark has no place in the form."""
    assert parse_spiffing(print_spiffing(NumericLabel("1.2.3", 2))) == NumericLabel("1.2.3", 2)
    for numbers in (
        NumericLabel("1.2.3", 2, privacy_mark="STAFF"),
        NumericLabel("", 2),
        NumericLabel("1.2.3"),
    ):
        with pytest.raises(MalformedError):
            print_spiffing(numbers)
