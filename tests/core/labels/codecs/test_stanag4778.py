# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: E501  XML as it stands
"""Bindings of STANAG 4778: what is bound to what, digests, parts of documents; signatures are seen and never trusted."""

import base64
import hashlib

import pytest

from tearline.core.errors import IntegrityError, MalformedError, UsageError
from tearline.core.labels import Role, inherit_labels, verify_digests
from tearline.core.labels.binding import (
    NOT_VERIFIED,
    Binding,
    BindingDocument,
    BoundData,
    Container,
    DataReference,
)
from tearline.core.labels.codecs import (
    check_profile,
    embed,
    encapsulate,
    find_part_labels,
    make_sidecar,
    parse_binding,
    parse_binding_header,
    parse_embedded,
    parse_label_document,
    parse_xmp,
    print_binding,
    print_binding_header,
    print_xmp,
)
from tearline.core.labels.codecs.binding_profiles import REFUSED
from tests.core.labels.codecs.documents import BINDING, DS, EMBEDDED, MB, SHORT_LABEL

LABEL = parse_label_document(SHORT_LABEL.encode())
SHA384 = "http://www.w3.org/2001/04/xmldsig-more#sha384"


def write_signature(digest, uri="a.txt", inner=""):
    value = base64.b64encode(digest).decode()
    return (
        f'<s:Signature xmlns:s="{DS}"><s:SignedInfo><s:Reference URI="{uri}">{inner}<s:DigestMethod Algorithm="{SHA384}"/>'
        f"<s:DigestValue>{value}</s:DigestValue></s:Reference></s:SignedInfo></s:Signature>"
    )


def sign(text, **options):
    digest = hashlib.sha384(b"hello").digest()
    start = f'<mb:BindingInformation xmlns:mb="{MB}" xmlns:xmime="http://www.w3.org/2005/05/xmlmime">'
    assert start in text
    return text.replace(start, start + write_signature(digest, **options))


def test_everything_a_binding_says_is_read():
    document = parse_binding(BINDING.encode())
    (binding,) = document.bindings
    assert (document.approach, document.signature, binding.identifier) == ("detached", "", "b1")
    assert binding.labels == (LABEL,)
    assert binding.references == (DataReference("a.txt", "text/plain"),)
    assert binding.metadata_references == ("http://house.example/meta",)
    assert [kept.name for kept in binding.metadata] == ["{urn:x}title"]
    assert document.find_labels("a.txt") == (LABEL,)
    assert document.find_labels("b.txt") == ()


@pytest.mark.parametrize("text", [BINDING, sign(BINDING)], ids=["unsigned", "signed"])
def test_round_trip_is_exact(text):
    document = parse_binding(text.encode())
    printed = print_binding(document)
    assert parse_binding(printed) == document
    assert print_binding(parse_binding(printed)) == printed


def test_a_signature_is_reported_and_not_trusted():
    assert parse_binding(sign(BINDING).encode()).signature == NOT_VERIFIED


@pytest.mark.parametrize("method", ["sha-256", "sha-384", "sha-512"])
def test_digests_of_data_at_hand(method):
    document = make_sidecar([LABEL], [("a.txt", b"hello", "text/plain"), ("b.txt", b"", "")], method)
    assert parse_binding(print_binding(document)) == document
    states = {c.uri: c.state for c in verify_digests(document, {"a.txt": b"hello"})}
    assert states == {"a.txt": "agrees", "b.txt": "not-given"}
    with pytest.raises(IntegrityError) as caught:
        verify_digests(document, {"a.txt": b"hello", "b.txt": b"x"})
    assert caught.value.code == "digest-differs"


def test_digests_that_a_signature_states_are_checked_too():
    signed = parse_binding(
        sign(BINDING.replace("LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=", _b64(b"hello"))).encode()
    )
    assert [c.state for c in verify_digests(signed, {"a.txt": b"hello"})] == ["agrees", "agrees"]
    with pytest.raises(IntegrityError):
        verify_digests(signed, {"a.txt": b"other"})
    moved = parse_binding(sign(BINDING, inner="<s:Transforms/>").encode())
    assert "not-checked" in [c.state for c in verify_digests(moved, {})]
    assert [c.state for c in verify_digests(parse_binding(SILENT.encode()), {})] == ["not-stated"]


def _b64(raw):
    return base64.b64encode(hashlib.sha256(raw).digest()).decode()


SILENT = f"""<mb:BindingInformation xmlns:mb="{MB}"><mb:MetadataBindingContainer><mb:MetadataBinding><mb:Metadata>
{SHORT_LABEL}</mb:Metadata><mb:DataReference URI="z"/></mb:MetadataBinding></mb:MetadataBindingContainer></mb:BindingInformation>"""


def test_encapsulated_data_comes_out_as_it_went_in():
    """Prefixes that only values use stay declared; comments and space within the data are data."""
    raw = b'<d xmlns:p="urn:p" xmlns:q="urn:q"><e type="p:x"> t <!--c--></e><q:f/></d>'
    document = encapsulate([LABEL], raw, "application/xml")
    assert document.approach == "encapsulating"
    again = parse_binding(print_binding(document))
    assert again == document
    assert 'xmlns:p="urn:p"' in again.bindings[0].data[0].xml
    text = parse_binding(
        SILENT.replace('<mb:DataReference URI="z"/>', "<mb:Data> plain &amp; bare </mb:Data>").encode()
    )
    assert text.bindings[0].data == (BoundData(text=" plain & bare "),)
    assert parse_binding(print_binding(text)) == text


def test_parts_have_their_parents_label_unless_they_carry_their_own():
    for identifier, level in (("", "Open"), ("p1", "Shut"), ("p2", "Open")):
        (found,) = find_part_labels(EMBEDDED.encode(), identifier)
        assert found.label.classification == level
    with pytest.raises(MalformedError):
        find_part_labels(EMBEDDED.encode(), "p3")


def test_roles_are_inherited_apart():
    other = parse_label_document(SHORT_LABEL.replace("originatorC", "alternativeC").encode())
    inner = parse_label_document(SHORT_LABEL.replace("originatorC", "C").replace("Open", "Shut").encode())
    found = inherit_labels([[LABEL, other], [inner]])
    assert {label.role: label.label.classification for label in found} == {
        Role.LEGACY: "Shut",
        Role.ALTERNATIVE: "Open",
    }


def test_embedding():
    raw = embed(b"<doc><part/></doc>", [LABEL])
    assert find_part_labels(raw, "") == (LABEL,)
    with pytest.raises(MalformedError, match="labelled already"):
        embed(raw, [LABEL])
    with pytest.raises(MalformedError, match="labelled already"):
        encapsulate([LABEL], raw)


def test_n5_a_label_moved_elsewhere_is_not_found():
    """Wrapping: a second binding inside an extension, a copy of the labelled part, the binding's own parts."""
    wrapped = EMBEDDED.replace("</doc>", "<w>" + EMBEDDED[5:].replace("</doc>", "</w>") + "</doc>")
    copied = EMBEDDED.replace('<part Id="p2"/>', '<w><part Id="p1"/></w>')
    own = EMBEDDED.replace("<mb:MetadataBinding>", '<mb:MetadataBinding Id="m">', 1).replace('"#p1"', '"#m"')
    for text in (wrapped, copied, own):
        with pytest.raises(MalformedError):
            parse_embedded(text.encode())


def test_a_transform_is_kept_and_labels_nothing_here():
    """A reference narrowed by XPath isn't the data at that address."""
    path = f'<s:Transforms xmlns:s="{DS}"><s:Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"><s:XPath>//b</s:XPath></s:Transform></s:Transforms>'
    document = parse_binding(SILENT.replace('URI="z"/>', f'URI="z">{path}</mb:DataReference>').encode())
    assert document.bindings[0].references == (DataReference("z", xpath="//b"),)
    assert document.find_labels("z") == ()
    assert parse_binding(print_binding(document)) == document


def test_profiles():
    """XML as it stands is checked for what it may name; a profile that isn't written is refused by name."""
    sidecar = make_sidecar([LABEL], [("a.txt", b"x", "")])
    check_profile("sidecar", sidecar)
    check_profile("common-xml", sidecar)
    check_profile("ooxml", make_sidecar([LABEL], [("pack:///word/document.xml", b"x", "")]))
    for name in ("ooxml", "xmp", "rest", "smtp"):
        with pytest.raises(MalformedError, match=name):
            check_profile(name, sidecar)
    with pytest.raises(MalformedError, match="no data inside"):
        check_profile("ooxml", encapsulate([LABEL], b"<d/>"))
    for name in ("sidecar", "ooxml"):
        with pytest.raises(MalformedError, match=name):
            check_profile(name, MESSAGE)
    for name in (*REFUSED, "pdf"):
        with pytest.raises(UsageError, match=name):
            check_profile(name, sidecar)


MESSAGE = BindingDocument((Container((Binding((LABEL,), references=(DataReference("", "message/http"),)),)),))


@pytest.mark.parametrize("profile", ["smtp", "rest"])
def test_a_binding_in_a_header_field(profile):
    """In one piece on the web, on lines of its own in mail; the same binding comes back."""
    value = print_binding_header(MESSAGE, profile)
    assert parse_binding_header(value, profile) == MESSAGE
    assert ("\r\n" in value) == (profile == "smtp")
    part = BindingDocument((Container((Binding((LABEL,), references=(DataReference("cid:1@x"),)),)),))
    if profile == "smtp":
        assert parse_binding_header(print_binding_header(part, "smtp"), "smtp") == part
        with pytest.raises(MalformedError, match="in pieces"):
            parse_binding_header(value, "rest")
    else:
        with pytest.raises(MalformedError, match="not in the message"):
            print_binding_header(part, "rest")


KIND = f'binding-type="{MB}"'


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("", "is not read"),
        (KIND, "no binding-data-object"),
        ('binding-data-object="PGEvPg=="', "is not read"),
        (f'{KIND}1; binding-data-object="PGEvPg=="', "no semicolon"),
        (f'{KIND}; binding-data-object="PGEv"', "not well-formed"),
        (f'{KIND}; binding-data-object="PGEvPg=="', "is no BindingInformation"),
        (f'{KIND}; binding-data-object="!"', "not base64"),
        (f'{KIND}; {KIND}; binding-data-object="PGEvPg=="', "stands twice"),
        (f'{KIND}; signature="x"', "unknown parameter"),
    ],
)
def test_n5_a_header_field_that_is_no_binding_is_refused(value, words):
    with pytest.raises(MalformedError, match=words):
        parse_binding_header(value, "rest")


def test_a_header_of_another_profile_is_refused_by_name():
    for call in (lambda: parse_binding_header(KIND, "xmpp"), lambda: print_binding_header(MESSAGE, "xmp")):
        with pytest.raises(UsageError):
            call()


def test_a_binding_in_an_xmp_packet():
    raw = print_xmp(MESSAGE)
    assert parse_xmp(raw) == MESSAGE
    text = raw.decode().partition("?>")[2]
    wrapped = f'<x:xmpmeta xmlns:x="adobe:ns:meta/">{text}</x:xmpmeta>'
    assert parse_xmp(wrapped.encode()) == MESSAGE
    for old, new in [
        ('about=""', 'about="urn:other"'),
        (' rdf:about=""', ""),
        ("</rdf:RDF>", text[text.index("<rdf:Description") :]),
        ("</rdf:Description>", "<rdf:Seq><mbxmp:bindingInformation/></rdf:Seq></rdf:Description>"),
        ('about=""', 'about="" mbxmp:bindingInformation="x"'),
        ("<mbxmp:bindingInformation>", '<mbxmp:bindingInformation rdf:parseType="Literal">'),
        ("<mbxmp:bindingInformation>", "<mbxmp:bindingInformation><!-- -->"),
        ("&lt;mb:", "&lt;mx:"),
    ]:
        assert old in text
        with pytest.raises(MalformedError):
            parse_xmp(text.replace(old, new, 1).encode())


@pytest.mark.parametrize(
    ("labels", "data", "method"),
    [
        ([], [("a", b"", "")], "sha-384"),
        ([LABEL], [], "sha-384"),
        ([LABEL], [("#a", b"", "")], "sha-384"),
        ([LABEL], [("a", b"", "")], "sha-1"),
    ],
)
def test_a_sidecar_that_says_nothing_is_not_made(labels, data, method):
    with pytest.raises(UsageError):
        make_sidecar(labels, data, method)
