# SPDX-License-Identifier: Apache-2.0
"""What is wrong with a product before it is filed."""

import msgspec
import pytest

from tearline.core.labels import Label, make_label
from tearline.core.products import (
    Envelope,
    GradingBody,
    MediaBody,
    Portion,
    PositionBody,
    Product,
    StixBody,
    TableBody,
    TextBody,
    Variant,
    Wording,
    find_problems,
    print_reference,
    texts_of,
)
from tests.properties.worlds import make_book

BOOK = make_book()
ENVELOPE = Envelope("1" * 32, "KOR", "report", "ROUTINE", "KOR-REP 120104Z JUL 23 K7QF", 0)
PUBLIC = Label("PUBLIC", "UNMARKED")


def kor(*members, level="III-KUP"):
    return make_label("EXERCISE KOR", level, {"Releasable To": members})


WIDE, NARROW = kor("KOR", "JPN", "USA"), kor("KOR", "USA")


def text(words, label=WIDE):
    return Variant(label, TextBody((Wording("en", words),)))


def portion(tag, *variants, kind="paragraph"):
    return Portion(tag, kind, variants)


TITLE = portion("AA", text("title"), kind="title")


def product(*portions, kind="report", required=()):
    envelope = msgspec.structs.replace(ENVELOPE, kind=kind)
    return Product(envelope, 1, 0, "EXERCISE KOR", portions, required=required)


def graded(reliability, credibility):
    return product(TITLE, portion("AB", Variant(WIDE, GradingBody(reliability, credibility)), kind="grading"))


def attached(data, media_type="text/plain"):
    return product(
        TITLE, portion("AB", Variant(WIDE, MediaBody("note", media_type, data)), kind="attachment")
    )


FOUND = {
    "no portions": (product(), {("portions", ""), ("title", "")}),
    "too many portions": (
        product(TITLE, *(portion(f"B{i}", text("x")) for i in range(500))),
        {("portions", "")},
    ),
    "unknown kind": (product(TITLE, kind="rumour"), {("unknown-kind", "")}),
    "no title": (product(portion("AB", text("x"))), {("title", "")}),
    "two titles": (product(TITLE, portion("AB", text("x"), kind="title")), {("title", "")}),
    "tag twice": (product(TITLE, portion("AA", text("x"))), {("tag-twice", "")}),
    "no variants": (product(TITLE, portion("AB")), {("empty-portion", "AB")}),
    "no words": (product(TITLE, portion("AB", text(" \n"))), {("empty-text", "AB")}),
    "too long": (product(TITLE, portion("AB", text("x" * 2_000_001))), {("too-long", "")}),
    "template": (
        product(TITLE, portion("AB", text("x"), kind="paragraph"), kind="event"),
        {("template", "AB")},
    ),
    "invalid label": (
        product(TITLE, portion("AB", text("x", Label("EXERCISE KOR", "III-KUP")))),
        {("invalid-label", "AB")},
    ),
    "another policy's label": (
        product(
            TITLE, portion("AB", text("x", make_label("EXERCISE JPN", "HI", {"Releasable To": ["KOR"]})))
        ),
        {("other-policy", "AB")},
    ),
    "title hidden from who sees a portion": (
        product(portion("AA", text("title", NARROW), kind="title"), portion("AB", text("x"))),
        {("title-hidden", "AB")},
    ),
    "title hidden from the public": (
        product(TITLE, portion("AB", text("x", PUBLIC))),
        {("title-hidden", "AB")},
    ),
    "required portion missing": (product(TITLE, required=("AB",)), {("required-missing", "AB")}),
    "required portion hidden": (
        product(TITLE, portion("AB", text("x", NARROW)), required=("AB",)),
        {("required-hidden", "AB")},
    ),
    "grading": (graded("B", 2), set()),
    "grading out of the scale": (graded("G", 2), {("bad-grading", "AB")}),
    "grading without reliability": (graded("", 2), {("bad-grading", "AB")}),
    "grading of several letters": (graded("BC", 2), {("bad-grading", "AB")}),
    "credibility 0": (graded("B", 0), {("bad-grading", "AB")}),
    "credibility 7": (graded("B", 7), {("bad-grading", "AB")}),
    "attachment": (attached(b"a note"), set()),
    "attachment with metadata": (attached(b"\xef\xbb\xbfa note"), {("attachment", "AB")}),
    "attachment of another kind than its name": (attached(b"a note", "image/png"), {("attachment", "AB")}),
    "attachments beyond a product": (
        product(TITLE, *(attached(b"x" * 1_000_000).portions[1:] * 7)),
        {("attachments", ""), ("tag-twice", ""), ("too-long", "")},
    ),
    "sound": (product(TITLE, portion("AB", text("x", NARROW), text("y")), required=("AA",)), set()),
    "required portion with a variant for each": (
        product(TITLE, portion("AB", text("x", NARROW), text("y")), required=("AA", "AB")),
        set(),
    ),
}


@pytest.mark.parametrize("case", FOUND)
def test_n5_findings(case):
    """Each says where, in words, and refuses the filing."""
    checked, expected = FOUND[case]
    found = find_problems(checked, BOOK)
    assert {(f.code, f.tag) for f in found} == expected
    assert all(f.words and f.blocking for f in found)


def test_texts_are_all_that_a_reader_reads():
    """For search and canaries: words, readings, rows, patterns, gradings; no geometry."""
    bodies = [
        TextBody((Wording("ko", "하나"), Wording("en", "one"))),
        PositionBody('{"type":"Point"}', "Point 39.1N"),
        TableBody((("apogee", "6,000 km"),)),
        StixBody(("[a:b = 'c']",)),
        GradingBody("B", 2),
    ]
    assert [texts_of(body) for body in bodies] == [
        ("하나", "one"),
        ("Point 39.1N",),
        ("apogee 6,000 km",),
        ("[a:b = 'c']",),
        ("B / 2",),
    ]


def test_a_reference_can_be_spoken():
    assert print_reference("KOR", "WARN", 1_689_123_840_000_000, "K7QF") == "KOR-WARN 120104Z JUL 23 K7QF"


def test_labels_of_a_product_are_all_of_its_variants():
    assert product(TITLE, portion("AB", text("x", NARROW), text("y", PUBLIC))).labels() == {
        WIDE,
        NARROW,
        PUBLIC,
    }
