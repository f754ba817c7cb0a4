# SPDX-License-Identifier: Apache-2.0
"""A document in the usual form is read as the strict reader reads it; whatever else it is, only that reader answers."""

import random

import pytest

from tearline.core.errors import TearlineError
from tearline.core.labels.codecs import usual_form
from tearline.core.labels.codecs.stanag4774 import _parse, parse_label_document, print_label_document
from tearline.core.labels.codecs.usual_form import USUAL_MAX_BYTES, read_usual
from tearline.core.labels.document import (
    EPOCH_EXTENSION,
    Extension,
    LabelDocument,
    OriginatorId,
    Role,
    StatedCategory,
    StatedLabel,
    Succession,
)
from tearline.core.labels.policy import TagKind

CASES = 1500
AUDIENCE = StatedCategory("Releasable To", TagKind.PERMISSIVE, ("AAA", "BBB"), "2.25.1")
WORDS = StatedCategory("Mots clés", TagKind.RESTRICTIVE, ("달빛", "ÉTOILE O'HARE"))
EPOCH = Extension(
    EPOCH_EXTENSION,
    '<epoch:MembershipEpoch xmlns:epoch="urn:tearline:label:1">2023-07-12</epoch:MembershipEpoch>',
)
DATES = {"created": "2023-07-12T01:04:00Z", "review": "2033-07-12T01:04:00Z"}
LABEL = StatedLabel("ACME", "SECRET", (AUDIENCE, WORDS), "2.25.9", "PRIVATE: FOR HR")
USUAL = (
    LabelDocument(Role.ORIGINATOR, StatedLabel("ACME", "SECRET"), **DATES),
    LabelDocument(Role.ORIGINATOR, LABEL, **DATES),
    LabelDocument(Role.METADATA, StatedLabel("ACME", "TOP SECRET", (AUDIENCE,), "", "", (EPOCH,)), **DATES),
    LabelDocument(Role.LEGACY, LABEL, originator=OriginatorId("dNSName", "acme.example"), **DATES),
    LabelDocument(Role.ALTERNATIVE, LABEL, identifier="a1", **DATES),
)
SUCCESSOR = LabelDocument(Role.SUCCESSOR, LABEL, **DATES)
OTHERS = (
    LabelDocument(Role.ORIGINATOR, LABEL, succession=Succession("2025-07-12T01:04:00Z", SUCCESSOR), **DATES),
    LabelDocument(
        Role.ORIGINATOR, LABEL, extensions=(Extension("{urn:x}y", '<y xmlns="urn:x">z</y>'),), **DATES
    ),
    LabelDocument(Role.ORIGINATOR, LABEL, attributes=(("{urn:x}y", "z"),), **DATES),
)
PREFIXES = ("slab", "", "epoch", "urn", "h", "label", "XML", "xmlns", "a-b", "é")
PIECES = (
    *(b"<!-- x -->", b"<![CDATA[AAA]]>", b"<?x y?>", b"&amp;", b"&#65;", b"&lt;", b"]]>", b"<", b">", b"/"),
    *(b"  ", b" ", b"\t", b"\n", b"\r\n", b"\0", b"\x7f", b"\x85", b"\xff\xfe", b"\xef\xbb\xbf", b"'", b'"'),
    *(
        "\u00a0".encode(),
        "\u2028".encode(),
        "\u202e".encode(),
        "\u0410".encode(),
        "\ufffe".encode(),
        "ﬀ".encode(),
    ),
    *(
        b"AAA",
        b"2023-02-30T01:04:00Z",
        b"2023-07-12T01:04:00.5+09:00",
        b'xmlns=""',
        b"INFORMATIVE",
        b"urn:oid:3.1",
    ),
    *(
        b"<slab:GenericValue>AAA</slab:GenericValue>",
        b"<slab:GenericValue/>",
        b"</slab:Category>",
        b"x" * 1100,
    ),
    *(b"</slab:ConfidentialityInformation>", b'<slab:Category Type="PERMISSIVE" TagName="Releasable To">'),
    b"<slab:Classification>LOW</slab:Classification>",
)


def answer(raw):
    try:
        return _parse(raw)
    except TearlineError:
        return None


def write(document, prefix, rng):
    """The document as another writer would have it: another prefix, space between elements, no declaration."""
    text = print_label_document(document).decode()
    if prefix != "slab":
        colon = f"{prefix}:" if prefix else ""
        text = text.replace("<slab:", f"<{colon}").replace("</slab:", f"</{colon}")
        text = text.replace("xmlns:slab", f"xmlns:{prefix}" if prefix else "xmlns")
    if rng.random() < 0.4:
        text = text.replace("><", rng.choice((">\n  <", ">\r\n\t<", "> <")))
    if rng.random() < 0.3:
        text = text.partition("\n")[2]
    return text.encode()


def spoil(raw, rng):
    """One stretch replaced, doubled, dropped, or put elsewhere."""
    for _ in range(rng.randint(1, 3)):
        at = rng.randrange(len(raw) + 1)
        if rng.random() < 0.5:  # where it matters most: beside a tag
            at = raw.find(rng.choice((b"<", b">", b'"')), at) + rng.randint(0, 1)
        upto = min(len(raw), at + rng.choice((0, 0, 1, 20, 42)))
        piece = rng.choice((*PIECES, raw[at:upto] * 2, b"", bytes([rng.randrange(256)])))
        raw = raw[:at] + piece + raw[upto:]
    return raw


@pytest.mark.parametrize("seed", range(4))
def test_n5_the_usual_form_is_read_as_the_strict_reader_reads_it(seed):
    """Whole and spoilt documents, through one memory: never another answer, never one where the strict reader refuses."""
    rng = random.Random(seed)
    read = refused = 0
    for _ in range(CASES):
        raw = write(rng.choice((*USUAL, *OTHERS)), rng.choice(PREFIXES), rng)
        for step in range(3):
            usual, strict = read_usual(raw), answer(raw)
            assert usual is None or usual == strict, raw
            read += usual is not None
            refused += strict is None
            raw = spoil(raw, rng)
            if step == 0 and usual is not None:
                assert read_usual(bytes(bytearray(raw))) in {None, answer(raw)}
    assert read > CASES // 3
    assert refused > CASES // 2


@pytest.mark.parametrize("document", USUAL)
def test_what_we_write_is_in_the_usual_form(document):
    """Or nothing would be read sooner; with dates and labels that were never seen, too."""
    usual_form._remembered.clear()
    raw = print_label_document(document)
    assert read_usual(raw) == read_usual(raw) == document
    assert read_usual(raw.replace(b"2033", b"2034")).review == "2034-07-12T01:04:00Z"
    pretty = raw.replace(b"><", b">\n <")
    assert read_usual(pretty) == document


@pytest.mark.parametrize("document", OTHERS)
def test_what_is_not_in_the_usual_form_is_read_all_the_same(document):
    raw = print_label_document(document)
    assert read_usual(raw) is None
    assert parse_label_document(raw) == document


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("TOP SECRET", "TOP  SECRET"),
        (">ACME<", "> ACME<"),
        (">BBB<", ">AAA<"),
        (">BBB<", ">BBB <"),
        (">BBB<", "><"),
        ('TagName="Mots clés"', 'TagName=" Mots clés"'),
        ('RESTRICTIVE" TagName="Mots clés"', 'PERMISSIVE" TagName="Releasable To"'),
        ("PRIVATE: FOR HR", "PRIVATE: FOR HR "),
        ("PRIVATE: FOR HR", "PRIVATE: \u202eFOR HR"),
        ("urn:oid:2.25.9", "urn:oid:2.25.09"),
        ("urn:oid:2.25.1", "urn:oid:3.25.1"),
        ("2023-07-12</epoch", "2023-07-12 </epoch"),
        ("urn:tearline:label:1", "urn:tearline:label:2"),
        ("UTF-8", "UTF-16"),
        ("slab:PolicyIdentifier", "slob:PolicyIdentifier"),
    ],
)
def test_n5_what_differs_in_one_sign_is_left_to_the_strict_reader(old, new):
    changed = [
        text.replace(old, new)
        for text in (print_label_document(document).decode() for document in USUAL)
        if old in text
    ]
    assert changed
    assert [read_usual(text.encode()) for text in changed] == [None] * len(changed)


def test_n5_what_was_met_under_one_prefix_is_not_read_under_another():
    """The same information within a frame of another prefix: its own prefix means nothing there."""
    raw = print_label_document(USUAL[0])
    assert read_usual(raw) is not None
    start, end = raw.index(b"<slab:PolicyIdentifier"), raw.index(b"</slab:ConfidentialityInformation")
    frame = (raw[:start] + b"@" + raw[end:]).replace(b"slab:", b"slob:").replace(b":slab", b":slob")
    moved = frame.replace(b"@", raw[start:end])
    assert answer(moved) is read_usual(moved) is None


def test_a_label_that_was_met_before_is_not_read_past_its_rules():
    """The information is remembered; dates, identifier and originator are looked at each time, and so is its prefix."""
    raw = print_label_document(USUAL[3])
    assert read_usual(raw) is not None
    for old, new in (
        (b"2023-07", b"2023-13"),
        (b"2033-07-12T", b"2033-02-30T"),
        (b"acme.example", " \u202eacme".encode()),
        (b'"dNSName"', b'"name"'),
        (b"xmlns:slab", b"xmlns:slob"),
        (b"</slab:ConfidentialityLabel>", b"</slab:originatorConfidentialityLabel>"),
        (b"<slab:ConfidentialityLabel", b"<slab:originatorConfidentialityLabel"),
    ):
        assert old in raw
        assert read_usual(raw.replace(old, new)) is None
        with pytest.raises(TearlineError):
            parse_label_document(raw.replace(old, new))


def test_what_is_remembered_is_bounded(monkeypatch):
    """Neither many labels nor many words nor long documents are kept."""
    monkeypatch.setattr(usual_form, "REMEMBERED_MAX", 8)
    for number in range(30):
        label = StatedLabel("ACME", "SECRET", (StatedCategory("T", TagKind.PERMISSIVE, (f"V{number}",)),))
        document = LabelDocument(Role.ORIGINATOR, label, **DATES)
        assert read_usual(print_label_document(document)) == document
        assert len(usual_form._remembered) <= 8
        assert len(usual_form._plain) <= 8 + 2
    raw = print_label_document(USUAL[0])
    long = raw + b" " * USUAL_MAX_BYTES
    assert read_usual(long) is None
    assert parse_label_document(long) == USUAL[0]


def test_drafts_are_read_strictly_each_time():
    """What a draft may lack stays lacking in what is not one."""
    raw = print_label_document(LabelDocument(Role.ORIGINATOR, LABEL))
    assert parse_label_document(raw, draft=True).created == ""
    with pytest.raises(TearlineError):
        parse_label_document(raw)
