# SPDX-License-Identifier: Apache-2.0
"""Hostile input: bombs, entities, look-alikes, damage. Refused, or read as what it says; never a hang, never a crash."""

import gzip
import json
import random
import re
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from tearline.core.errors import LimitError, MalformedError, TearlineError
from tearline.core.labels import resolve_label
from tearline.core.labels.codecs import (
    decode_clearance,
    decode_ess_label,
    embed,
    encapsulate,
    parse_binding,
    parse_clearance_claim,
    parse_clearance_document,
    parse_embedded,
    parse_label_document,
    parse_sio_label,
    parse_spif,
    print_label_document,
)
from tearline.core.labels.codecs.stanag4774 import LABEL_XML_MAX_BYTES
from tearline.core.labels.codecs.stanag4778 import BINDING_MAX_BYTES
from tests.core.labels.codecs.documents import BINDING, CLEARANCE, EMBEDDED, LABEL, SHORT_LABEL, SPIF, house

SHARED = Path(__file__).resolve().parents[5] / "shared/data/adversarial"
XML_READERS = [parse_label_document, parse_clearance_document, parse_binding, parse_embedded, parse_spif]
WHOLE = [LABEL, CLEARANCE, BINDING, EMBEDDED, SPIF]
PAIRS = list(zip(XML_READERS, WHOLE, strict=True))
needs_shared = pytest.mark.skipif(
    not SHARED.is_dir(), reason="hostile samples lie beside the checkout, in ../shared/data, not here"
)
POLICIES = {"HOUSE": house()}
LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
HEADS = {
    "bomb": f'<!DOCTYPE x [<!ENTITY a0 "ha">{LAUGHS}]>',
    "quadratic": f'<!DOCTYPE x [<!ENTITY a "{"a" * 5000}">]>',
    "external": '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>',
    "parameter": '<!DOCTYPE x [<!ENTITY % a SYSTEM "http://127.0.0.1/x"> %a;]>',
    "cycle": '<!DOCTYPE x [<!ENTITY a "&b;"><!ENTITY b "&a;">]>',
    "default attribute": '<!DOCTYPE x [<!ATTLIST x a CDATA "b">]>',
    "bare": "<!DOCTYPE x>",
}


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize(("read", "text"), PAIRS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_n5_no_document_type_in_any_encoding(read, text, head, encoding):
    with pytest.raises(MalformedError) as caught:
        read((HEADS[head] + text).encode(encoding))
    assert caught.value.code in {"doctype", "not-xml"}


@pytest.mark.parametrize(("read", "text"), PAIRS)
def test_n5_an_undeclared_entity_is_no_value(read, text):
    with pytest.raises(MalformedError):
        read(text.replace("HOUSE", "&house;", 1).encode())


@needs_shared
@pytest.mark.parametrize("read", XML_READERS)
def test_n5_public_hostile_xml_is_refused(read):
    files = sorted(SHARED.glob("xml/*"))
    assert files
    for file in files:
        raw = file.read_bytes()
        for payload in raw.splitlines() if file.suffix == ".txt" else [raw]:
            with pytest.raises(MalformedError):
                read(payload)
            for make in (lambda p: embed(p, []), lambda p: encapsulate([], p)):
                try:
                    make(payload)  # the data may be any XML, but none with a document type
                except MalformedError as error:
                    assert error.code in {"not-xml", "doctype", "bad-binding", "not-canonical"}  # noqa: PT017  both are right
                else:
                    assert b"DOCTYPE" not in payload


@pytest.mark.parametrize("read", XML_READERS)
@pytest.mark.parametrize(
    "raw", [b"", b"\0" * 64, b"\xff\xfe<", b"<a/>", b"<a>" * 5000 + b"</a>" * 5000, b"\x00\x00\xfe\xff"]
)
def test_n5_what_is_no_document_is_refused(read, raw):
    with pytest.raises(MalformedError):
        read(raw)


@pytest.mark.parametrize(
    ("read", "most"),
    [
        (parse_label_document, LABEL_XML_MAX_BYTES),
        (parse_clearance_document, LABEL_XML_MAX_BYTES),
        (parse_binding, BINDING_MAX_BYTES),
        (parse_embedded, BINDING_MAX_BYTES),
    ],
)
def test_n5_a_huge_document_is_not_parsed(read, most):
    with pytest.raises(LimitError):
        read(b" " * (most + 1))


@needs_shared
def test_n5_a_marking_that_looks_like_another_is_another():
    """Look-alike letters, bidi controls and zero-width signs: refused, or read as exactly themselves."""
    with gzip.open(SHARED / "text/marking-strings.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    assert rows
    for row in rows:
        text = row["text"]
        for place in (">Shut<", ">Hall<", ">CLEAR<"):
            _read_exactly(LABEL.replace(place, f">{escape(text)}<"), text)
        if text != "Shut":
            with pytest.raises(MalformedError):
                resolve_label(
                    parse_label_document(LABEL.replace(">Shut<", f">{escape(text)}<").encode()).label,
                    POLICIES,
                )


@needs_shared
def test_n5_naughty_strings_are_refused_or_kept():
    texts = json.loads((SHARED / "naughty-strings.json").read_text(encoding="utf-8"))
    assert len(texts) > 100
    for text in texts:
        _read_exactly(SHORT_LABEL.replace(">Open<", f">{escape(text)}<"), text)
        try:
            assert parse_sio_label(f"marking={text}")
        except TearlineError as error:
            assert error.code  # noqa: PT017  both outcomes are right


def _read_exactly(xml, text):
    try:
        document = parse_label_document(xml.encode("utf-8", "surrogatepass"))
    except MalformedError as error:
        assert error.code in {"bad-text", "not-xml", "bad-label"}  # noqa: PT017  refused or exact: both are right
        return
    assert parse_label_document(print_label_document(document)) == document
    values = [value for category in document.label.categories for value in category.values]
    token = " ".join(part for part in re.split("[ \t\r\n]+", text) if part)  # what a classification is
    assert document.label.classification == token or text in {document.label.privacy_mark, *values}


@needs_shared
def test_n5_a_real_policy_with_a_mismatched_tag_is_refused():
    files = [f for f in sorted(SHARED.glob("malformed-real/*")) if f.suffix == ".xml"]
    assert files
    for file in files:
        with pytest.raises(MalformedError) as caught:
            parse_spif(file.read_bytes())
        assert caught.value.code == "not-xml"


@pytest.mark.parametrize(("read", "text"), PAIRS)
def test_n5_damaged_documents_are_read_or_refused(read, text):
    """Bytes changed, cut, doubled and moved at random: an answer or a TearlineError, nothing else."""
    rng = random.Random(len(text))
    raw = text.encode()
    for _ in range(150):
        damaged = bytearray(raw)
        for _ in range(rng.randint(1, 3)):
            start = rng.randrange(len(damaged))
            stop = min(len(damaged), start + rng.choice([1, 2, 20, 200]))
            piece = damaged[start:stop]
            match rng.randrange(3):
                case 0:
                    damaged[start:stop] = piece * 2
                case 1:
                    del damaged[start:stop]
                    at = rng.randrange(len(damaged))
                    damaged[at:at] = piece
                case _:
                    damaged[start] = rng.randrange(256)
        try:
            read(bytes(damaged))
        except TearlineError as error:
            assert error.code  # noqa: PT017  both outcomes are right; anything else raised fails the test


def test_n5_elements_doubled_moved_or_renamed_are_never_ignored():
    """Each line of a label twice, or left out: refused, or the document says something else than before."""
    lines = LABEL.splitlines()
    before = parse_label_document(LABEL.encode())
    for index in range(len(lines)):
        for changed in (lines[: index + 1] + lines[index:], lines[:index] + lines[index + 1 :]):
            try:
                assert parse_label_document("\n".join(changed).encode()) != before, lines[index]
            except MalformedError as error:
                assert error.code  # noqa: PT017  both are right


@pytest.mark.parametrize(
    "xml", ['<x:n xmlns:x="rel"/>', '<x:n xmlns:x="urn:x"><y:z xmlns:y="rel/ative"/></x:n>']
)
def test_n5_what_has_no_canonical_form_is_refused(xml):
    """An extension that can't be kept exactly isn't kept."""
    with pytest.raises(MalformedError) as caught:
        parse_label_document(LABEL.replace('<x:note xmlns:x="urn:x">kept</x:note>', xml).encode())
    assert caught.value.code == "not-canonical"
    assert "line 13" in caught.value.message


@pytest.mark.parametrize("size", [19, 20, 21, 200, 20_000])
def test_n5_an_object_identifier_of_any_length_is_read_or_refused(size):
    oid = b"\x06\x82" + (size + 1).to_bytes(2) + b"\xff" * size + b"\x7f"
    for decode in (decode_ess_label, decode_clearance):
        for outer in (b"\x31", b"\x30"):
            try:
                decode(outer + b"\x82" + len(oid).to_bytes(2) + oid)
            except TearlineError as error:
                assert error.code  # noqa: PT017  both are right


@pytest.mark.parametrize("text", ["", "e30", "A" * 1000, "PGE-", "____"])
def test_n5_a_claim_that_is_no_clearance_is_refused(text):
    with pytest.raises(MalformedError):
        parse_clearance_claim(text)
