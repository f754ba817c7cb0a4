# SPDX-License-Identifier: Apache-2.0
"""The public cases of spiffing come out, at the foot of a page as there and on banners (tests/vectors/labels/public)."""

import json

import pytest

from tearline.core.labels import BANNER, Decision, PolicyBook, decide, find_faults, parse_spif
from tearline.core.labels.codecs.stanag4774 import parse_label_document
from tearline.core.labels.document import resolve_label
from tearline.core.labels.marking import print_clearance_mark, print_policy_mark
from tearline.core.labels.numeric import NumericClearance, resolve_numbers, resolve_numeric_clearance
from tearline.core.labels.restate import restate
from tests.core.labels.codecs.spiffy import PUBLIC, SHARED, read_case, read_spiffy

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
    label = resolve_numbers(read_spiffy(read_case(case["label"])), book.policies)
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
        numbers = read_spiffy(read_case(case["clearance"]))
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
