# SPDX-License-Identifier: Apache-2.0
"""Shares, and what a new revision means for one member."""

import pytest

from tearline.core.labels import make_label
from tearline.core.products import Envelope, Portion, Product, Source, TextBody, Variant, Wording
from tearline.core.renditions import Change, compare_shares, content_of, make_share

HIGH, LOW, OTHER = (
    make_label("EXERCISE KOR", "II-KUP", {"Releasable To": [m]}) for m in ("USA", "JPN", "AUS")
)
ENVELOPE = Envelope("1" * 32, "KOR", "report", "ROUTINE", "KOR-REP 120104Z JUL 23 K7QF", 0)


def variant(text, label=LOW):
    return Variant(label, TextBody((Wording("en", text),)))


def portion(tag, *variants, sources=()):
    return Portion(tag, "paragraph", variants, sources)


def product(*portions, revision=1, changed_at=0, action=(), info=()):
    return Product(ENVELOPE, revision, changed_at, "EXERCISE KOR", portions, action, info)


def share(*portions, member="JPN", sees=lambda _: True, **words):
    return make_share(product(*portions, **words), member, sees)


AA, AB = portion("AA", variant("one")), portion("AB", variant("exact", HIGH), variant("coarse"))


def test_n1_a_share_holds_no_source_no_other_post_and_nothing_unseen():
    """What is not the member's is absent without a trace: portions, variants, sources, addressees."""
    sourced = portion("AC", variant("x"), sources=(Source("KOR", "0" * 32, "AA"),))
    hidden = portion("AD", variant("never", HIGH))
    posts = ("JPN-WATCH", "USA-WATCH", "JP-WATCH", "JPNX-WATCH")
    found = share(AA, AB, sourced, hidden, sees=lambda label: label == LOW, action=posts, info=posts)
    assert [(p.tag, len(p.variants), p.sources) for p in found.portions] == [
        ("AA", 1, ()),
        ("AB", 1, ()),
        ("AC", 1, ()),
    ]
    assert found.action == found.info == ("JPN-WATCH",)
    assert found.labels() == {LOW}
    assert b"never" not in content_of(found)
    assert b"exact" not in content_of(found)


def test_n1_who_sees_no_portion_has_no_share():
    assert share(AA, AB, sees=lambda _: False) is None


def test_content_is_everything_but_the_time_of_change():
    assert content_of(share(AA, changed_at=1, revision=1)) == content_of(share(AA, changed_at=2, revision=2))
    assert content_of(share(AA)) != content_of(share(AA, action=("JPN-WATCH",)))
    assert content_of(share(AA, AB)) != content_of(share(AB, AA))


CHANGES = {
    "never had, has not": (None, None, Change("none")),
    "new": (None, share(AA), Change("new")),
    "withdrawn": (share(AA, AB), None, Change("withdrawn", ("AA", "AB"))),
    "the same": (share(AA, AB), share(AA, AB, revision=2, changed_at=9), Change("none")),
    "words amended": (share(AA), share(portion("AA", variant("two"))), Change("changed")),
    "label changed, words kept": (share(AA), share(portion("AA", variant("one", OTHER))), Change("changed")),
    "portion added": (share(AA), share(AA, AB), Change("changed")),
    "portions in another order": (share(AA, AB), share(AB, AA), Change("changed")),
    "variants in another order": (
        share(AB),
        share(portion("AB", variant("coarse"), variant("exact", HIGH))),
        Change("changed"),
    ),
    "variant added": (share(portion("AB", variant("coarse"))), share(AB), Change("changed")),
    "portion lost": (share(AA, AB), share(AA), Change("narrowed", ("AB",))),
    "variant lost": (share(AA, AB), share(AA, portion("AB", variant("coarse"))), Change("narrowed", ("AB",))),
    "portion lost, another added": (share(AA), share(AB), Change("narrowed", ("AA",))),
    "variant lost, another added": (
        share(AB),
        share(portion("AB", variant("coarse"), variant("vague", OTHER))),
        Change("narrowed", ("AB",)),
    ),
    "one lost, another amended": (
        share(AA, AB),
        share(portion("AA", variant("two")), portion("AB", variant("coarse"))),
        Change("narrowed", ("AB",)),
    ),
}


@pytest.mark.parametrize("case", CHANGES)
def test_n1_who_loses_is_told_and_who_does_not_sees_nothing(case):
    """An unchanged share is no entry at all; a portion or a variant lost is a recall."""
    old, new, expected = CHANGES[case]
    assert compare_shares(old, new) == expected
