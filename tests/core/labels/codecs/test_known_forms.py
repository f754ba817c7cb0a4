# SPDX-License-Identifier: Apache-2.0
"""A document of a known form is read as the strict reading reads it, or refused as it refuses: whatever was read before."""

import random

import pytest

from tearline.core.errors import TearlineError
from tearline.core.labels.codecs.known_forms import FORM_MAX_BYTES, FORMS_MAX, KnownForms
from tearline.core.labels.codecs.stanag4774 import _parse, parse_label_document, print_label_document
from tearline.core.labels.document import (
    LabelDocument,
    OriginatorId,
    Role,
    StatedCategory,
    StatedLabel,
    Succession,
)
from tearline.core.labels.policy import TagKind

CASES = 4000
LABEL = StatedLabel("ACME", "SECRET", (StatedCategory("Releasable To", TagKind.PERMISSIVE, ("AAA", "BBB")),))
PLAIN = LabelDocument(Role.ORIGINATOR, LABEL, "2023-07-12T01:04:00Z", review="2033-07-12T01:04:00Z")
NAMED = LabelDocument(
    Role.ALTERNATIVE,
    LABEL,
    "2023-07-12T01:04:00Z",
    originator=OriginatorId("dNSName", "acme.example"),
    review="2023-07-12T01:04:00Z",
    identifier="a1",
)
SUCCEEDED = LabelDocument(
    Role.ORIGINATOR,
    LABEL,
    "2023-07-12T01:04:00Z",
    review="2024-07-12T01:04:00Z",
    succession=Succession(
        "2025-07-12T01:04:00Z",
        LabelDocument(Role.SUCCESSOR, LABEL, "2023-07-12T01:04:00Z", review="2033-07-12T01:04:00Z"),
    ),
)
SOURCES = [print_label_document(document) for document in (PLAIN, NAMED, SUCCEEDED)]
PIECES = [
    b' ReviewDateTime="2033-07-12T01:04:00Z"',
    b"CreationDateTime>2023-07-12T01:04:00Z<",
    b'<!-- ReviewDateTime="2033-07-12T01:04:00Z" -->',
    b"<![CDATA[2023-07-12T01:04:00Z]]>",
    b"2023-13-12T01:04:00Z",
    b"2023-02-30T01:04:00Z",
    b"2023-07-12T01:04:00+",
    b"2023-07-12t01:04:00z",
    b"9999-12-31T23:59:59Z",
    b"0000-01-01T00:00:00Z",
    b"<?x y?>",
    b"&amp;",
    b"\xff\xfe",
    "２０２３".encode(),
    b"ReviewDateTime",
    b" ",
    b"\0",
]


def answer(read, raw):
    try:
        return read(raw)
    except TearlineError as error:
        return error.code, error.message


def spoil(raw, rng):
    """One stretch replaced, doubled, dropped, or put elsewhere."""
    for _ in range(rng.randint(1, 3)):
        at = rng.randrange(len(raw) + 1)
        upto = min(len(raw), at + rng.choice([0, 1, 20, 40]))
        piece = rng.choice([*PIECES, raw[at:upto] * 2, b"", bytes([rng.randrange(256)])])
        raw = raw[:at] + piece + raw[upto:]
    return raw


def change_date(raw, rng):
    """Another date, of this form or of none, at a place where one stands."""
    places = [n for n in range(len(raw)) if raw[n : n + 2] == b"20" and raw[n + 10 : n + 11] == b"T"]
    at = rng.choice(places)
    date = rng.choice([*PIECES[4:10], f"20{rng.randint(10, 99)}-0{rng.randint(1, 9)}-11T10:11:12Z".encode()])
    return raw[:at] + date + raw[at + 20 :]


@pytest.mark.parametrize("seed", range(4))
def test_n5_a_known_form_is_read_as_strictly_as_a_new_one(seed):
    """Spoilt and whole documents in any order, through one memory: each answer is that of the strict reading."""
    rng = random.Random(seed)
    forms = KnownForms(_parse)
    read = 0
    for _ in range(CASES // 4):
        raw = rng.choice(SOURCES)
        for step in range(4):
            answered = answer(forms.read, raw)
            assert answered == answer(_parse, raw), raw
            read += isinstance(answered, LabelDocument)
            raw = change_date(raw, rng) if step % 2 == 0 or rng.random() < 0.5 else spoil(raw, rng)
            if b"20" not in raw or not any(
                raw[n + 10 : n + 11] == b"T" for n in range(len(raw)) if raw[n : n + 2] == b"20"
            ):
                break
    assert read > CASES // 8


def test_n5_a_date_in_a_comment_is_not_the_documents_date():
    """Where the first such words stand in a comment, the form is not learnt, and each document read in full."""
    comment = b'<!-- ReviewDateTime="2001-01-01T01:01:01Z" CreationDateTime>2001-01-01T01:01:01Z -->'
    forms = KnownForms(_parse)
    for year in (b"2030", b"2031", b"2032"):
        raw = SOURCES[0].replace(b"<slab:originator", comment + b"<slab:originator", 1).replace(b"2033", year)
        assert forms.read(raw).review.startswith(year.decode())
    assert not forms._forms


def test_known_dates_may_not_be_dates():
    """The form is known, the date isn't one: refused by line and path as ever."""
    forms = KnownForms(_parse)
    forms.read(SOURCES[0])
    with pytest.raises(TearlineError, match="no such time") as caught:
        forms.read(SOURCES[0].replace(b"2023-07", b"2023-13"))
    assert "CreationDateTime" in caught.value.message


def test_what_is_remembered_is_bounded():
    """Neither many forms nor long ones are kept."""
    forms = KnownForms(_parse)
    for number in range(FORMS_MAX + 10):
        forms._forms[b"", number, 0] = PLAIN
    forms.read(SOURCES[0])
    assert len(forms._forms) == 1
    long = SOURCES[0].replace(b"?>", b"?><!--" + b"x" * FORM_MAX_BYTES + b"-->", 1)
    assert forms.read(long) == PLAIN
    assert len(forms._forms) == 1


def test_drafts_are_read_in_full_each_time():
    """What a draft may lack stays lacking in what is not one."""
    raw = print_label_document(LabelDocument(Role.ORIGINATOR, LABEL))
    assert parse_label_document(raw, draft=True).created == ""
    with pytest.raises(TearlineError):
        parse_label_document(raw)
