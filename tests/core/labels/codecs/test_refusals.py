# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: E501  a row of a table is read as one line
"""One thing changed in a document that reads well, and it is refused: code, line, and the words that name what it is."""

import re

import pytest

from tearline.core.errors import MalformedError, TearlineError
from tearline.core.labels.codecs import (
    parse_binding,
    parse_clearance_document,
    parse_embedded,
    parse_label_document,
    parse_spif,
)
from tests.core.labels.codecs.documents import BINDING, CLEARANCE, DS, EMBEDDED, LABEL, MB, SLAB, SPIF

# name: (what is replaced, by what, code, line, words); the first place where it stands is changed, with @ every place.
LABELS = {
    "another root": ("@originatorConfidentialityLabel", "originatorLabel", "bad-label", 1, "is no confidentiality label"),
    "capital letter": ("@originatorConf", "OriginatorConf", "bad-label", 1, "is no confidentiality label"),
    "misprinted role": ("@originatorC", "alternateC", "bad-label", 1, "alternateConfidentialityLabel is no"),
    "other namespace": (SLAB, SLAB + "1", "bad-label", 1, "is no confidentiality label"),
    "version 2": ("label:1:0", "label:2:0", "bad-label", 1, "is no confidentiality label"),
    "unknown attribute": (' Id="l1"', ' Id="l1" Colour="red"', "bad-label", 1, "attribute Colour is unknown"),
    "attribute qualified": (' Id="l1"', ' slab:Id="l1"', "bad-label", 1, "Id is unknown"),
    "Id no name": ('Id="l1"', 'Id="1 l"', "bad-label", 1, "Id is no identifier"),
    "Id empty": ('Id="l1"', 'Id=""', "bad-label", 1, "Id is no identifier"),
    "review no time": ('Time="2033-07-12T01:04:00Z"', 'Time="2033-07-12"', "bad-time", 1, "not a date and time"),
    "review no day": ('Time="2033-07-12T', 'Time="2033-02-30T', "bad-time", 1, "no such time"),
    "review's hour": ('Time="2033-07-12T01', 'Time="2033-07-12T25', "bad-time", 1, "no such time"),
    "text in label": ("\n <slab:Conf", "\n SECRET<slab:Conf", "bad-label", 1, "text where only elements stand"),
    "text after": ("</slab:OriginatorID>", "</slab:OriginatorID>x", "bad-label", 1, "text where only"),
    "no information": ("@ConfidentialityInformation", "Information", "bad-label", 2, "ConfidentialityInformation is needed here, found Information"),
    "information's attribute": ("<slab:ConfidentialityInformation>", '<slab:ConfidentialityInformation a="1">', "bad-label", 2, "attribute a"),
    "no policy": (' <slab:PolicyIdentifier URI="urn:oid:2.25.1">HOUSE</slab:PolicyIdentifier>', "", "bad-label", 4, "PolicyIdentifier is needed here, found Classification"),
    "policy empty": (">HOUSE<", "><", "bad-text", 3, "not a plain text: ''"),
    "policy no-break space": (">HOUSE<", ">HOUSE\u00a0<", "bad-text", 3, "not a plain text"),
    "value spaced": (">Hall<", "> Hall<", "bad-text", 7, "not a plain text: ' Hall'"),
    "value a newline": (">Hall<", ">Hall\n<", "bad-text", 7, "not a plain text"),
    "policy zero width": (">HOUSE<", ">HO\u200bUSE<", "bad-text", 3, "not a plain text"),
    "policy bidi": (">HOUSE<", ">\u202eESUOH<", "bad-text", 3, "not a plain text"),
    "policy with comment": (">HOUSE<", ">HOU<!-- -->SE<", "bad-text", 3, "a comment within a value"),
    "policy with element": (">HOUSE<", "><slab:b>HOUSE</slab:b><", "bad-label", 3, "b is not honoured in PolicyIdentifier"),
    "policy URI no oid": ('urn:oid:2.25.1">HOUSE', 'oid:2.25.1">HOUSE', "bad-label", 3, "URI is no urn:oid"),
    "policy URI zeros": ('urn:oid:2.25.1">HOUSE', 'urn:oid:2.25.01">HOUSE', "bad-label", 3, "URI is no urn:oid"),
    "policy URI spaced": ('urn:oid:2.25.1">HOUSE', 'urn:oid:2.25.1 ">HOUSE', "bad-label", 3, "URI is no urn:oid"),
    "policy URL": ('URI="urn:oid:2.25.1">HOUSE', 'URL="urn:oid:2.25.1">HOUSE', "bad-label", 3, "attribute URL is not honoured"),
    "policy twice": ("<slab:Classification>Shut", "<slab:PolicyIdentifier>BARN</slab:PolicyIdentifier><slab:Classification>Shut", "bad-label", 4, "Classification is needed here, found PolicyIdentifier"),
    "class twice": ("<slab:PrivacyMark>", "<slab:Classification>Open</slab:Classification><slab:PrivacyMark>", "bad-label", 5, "Classification is unknown here, or out of order"),
    "class's URI": ("<slab:Classification>", '<slab:Classification URI="urn:oid:1.2">', "bad-label", 4, "attribute URI is not honoured"),
    "class too long": (">Shut<", f">{'S' * 1025}<", "bad-text", 4, "not a plain text"),
    "mark before class": ("<slab:Classification>Shut", "<slab:PrivacyMark>x</slab:PrivacyMark><slab:Classification>Shut", "bad-label", 4, "Classification is needed here, found PrivacyMark"),
    "mark twice": ("</slab:PrivacyMark>", "</slab:PrivacyMark><slab:PrivacyMark>x</slab:PrivacyMark>", "bad-label", 5, "PrivacyMark is unknown here"),
    "category's type": ('Type="PERMISSIVE"', 'Type="permissive"', "bad-label", 6, "Type 'permissive' is unknown"),
    "category's type new": ('Type="PERMISSIVE"', 'Type="OPTIONAL"', "bad-label", 6, "Type 'OPTIONAL' is unknown"),
    "category without type": ('Type="PERMISSIVE" ', "", "bad-label", 6, "attribute Type is missing"),
    "category without name": (' TagName="Rooms"', "", "bad-label", 6, "attribute TagName is missing"),
    "misprinted TagName": ("TagName", "tagName", "bad-label", 6, "attribute tagName is not honoured"),
    "misprinted Type": ('Type="PERM', 'type="PERM', "bad-label", 6, "attribute type is not honoured"),
    "category's name spaced": ('TagName="Rooms"', 'TagName="Rooms "', "bad-text", 6, "not a plain text"),
    "category's URI": ('URI="urn:oid:2.25.1.1"', 'URI="urn:oid:x"', "bad-label", 6, "URI is no urn:oid"),
    "category twice": ('Type="INFORMATIVE"', 'Type="PERMISSIVE"', "bad-label", 10, "'Rooms' stands twice"),
    "value twice": (">Attic<", ">Hall<", "bad-label", 6, "a value stands twice"),
    "integer value": ("slab:GenericValue>Hall</slab:GenericValue", "slab:IntegerValue>1</slab:IntegerValue", "bad-label", 7, "IntegerValue is not honoured in Category"),
    "bit string value": ("slab:GenericValue>Hall</slab:GenericValue", "slab:BitStringValue>1</slab:BitStringValue", "bad-label", 7, "BitStringValue is not honoured"),
    "value's attribute": ("<slab:GenericValue>Hall", '<slab:GenericValue x="">Hall', "bad-label", 7, "attribute x"),
    "value empty": (">Hall<", "><", "bad-text", 7, "not a plain text"),
    "value's processing instruction": (">Hall<", ">Ha<?x?>ll<", "bad-text", 7, "within a value"),
    "value of other namespace": ("<slab:GenericValue>Hall</slab:GenericValue>", '<GenericValue xmlns="urn:y">Hall</GenericValue>', "bad-label", 7, "an element of another namespace"),
    "513 values": ("<slab:GenericValue>Hall</slab:GenericValue>", "".join(f"<slab:GenericValue>{n}</slab:GenericValue>" for n in range(512)), "label-too-large", 6, "more than 512 values"),
    "category after extension": ('<x:note xmlns:x="urn:x">kept</x:note>', '<x:note xmlns:x="urn:x"/><slab:Category Type="PERMISSIVE" TagName="Z"/>', "bad-label", 13, "Category is unknown here, or out of order"),
    "extension of no namespace": ('<x:note xmlns:x="urn:x">kept</x:note>', "<note/>", "bad-label", 13, "note is unknown here"),
    "label in extension": ("kept", "<slab:Classification>Open</slab:Classification>", "bad-label", 13, "a label within an extension"),
    "33 extensions": ('<x:more xmlns:x="urn:x" a="1"/>', '<x:more xmlns:x="urn:x"/>' * 33, "bad-label", 1, "more than 32 extensions"),
    "originator's type": ("rfc822Name", "rfc822name", "bad-label", 15, "IDType 'rfc822name' is unknown"),
    "originator without type": (' IDType="rfc822Name"', "", "bad-label", 15, "attribute IDType is missing"),
    "originator empty": ("ann@house.example", "", "bad-text", 15, "not a plain text"),
    "no creation": ("<slab:CreationDateTime>2023-07-12T01:04:00.9873126Z</slab:CreationDateTime>", "", "bad-label", 17, "CreationDateTime is needed here, found SuccessionHandling"),
    "misprinted creation": ("CreationDateTime>2023-07-12T01:04:00.9873126Z</slab:CreationDateTime", "CreationDataTime>2023-07-12T01:04:00Z</slab:CreationDataTime", "bad-label", 16, "CreationDateTime is needed here, found CreationDataTime"),
    "creation no time": ("2023-07-12T01:04:00.9873126Z", "yesterday", "bad-time", 16, "not a date and time"),
    "creation before originator": ("<slab:OriginatorID", "<slab:CreationDateTime>2023-07-12T01:04:00Z</slab:CreationDateTime><slab:OriginatorID", "bad-label", 15, "OriginatorID is unknown here, or out of order"),
    "no succession date": ("<slab:SuccessionDateTime>2030-01-01T00:00:00Z</slab:SuccessionDateTime>", "", "bad-label", 19, "SuccessionDateTime is needed here"),
    "no successor": ("@SuccessorConfidentialityLabel", "Successor", "bad-label", 19, "SuccessorConfidentialityLabel is needed here, found Successor"),
    "successor's role": ("@SuccessorConf", "originatorConf", "bad-label", 19, "is needed here, found originatorConfidentialityLabel"),
    "successor's creation": ("   <slab:CreationDateTime>2023-07-12T01:04:00Z</slab:CreationDateTime>", "", "bad-label", 19, "CreationDateTime is needed here, found nothing"),
    "successor's successor": ("   <slab:CreationDateTime>2023-07-12T01:04:00Z</slab:CreationDateTime>", "<slab:CreationDateTime>2023-07-12T01:04:00Z</slab:CreationDateTime><slab:SuccessionHandling/>", "bad-label", 24, "a successor has no successor"),
    "more in succession": ("</slab:SuccessionHandling>", '<x:x xmlns:x="urn:x"/></slab:SuccessionHandling>', "bad-label", 17, "unknown elements in SuccessionHandling"),
    "two successions": (" <x:more", " <slab:SuccessionHandling/><x:more", "bad-label", 27, "SuccessionHandling is unknown here"),
    "no review": (' ReviewDateTime="2033-07-12T01:04:00Z"', "", "", 0, ""),
    "document type": ("<slab:originator", "<!DOCTYPE x><slab:originator", "doctype", 0, "document type"),
    "cut short": ("</slab:originatorConfidentialityLabel>", "", "not-xml", 0, "well-formed"),
}  # fmt: skip

CLEARANCES = {
    "a label": ("@ConfidentialityClearance", "ConfidentialityLabel", "bad-clearance", 1, "is no ConfidentialityClearance"),
    "other namespace": ("clearance:1:0", "clearance:1:1", "bad-clearance", 1, "is no ConfidentialityClearance"),
    "attribute": ("<sclr:ConfidentialityClearance ", '<sclr:ConfidentialityClearance Id="c" ', "bad-clearance", 1, "attribute Id"),
    "no list": ("@ClassificationList", "Classifications", "bad-clearance", 3, "ClassificationList is needed here, found Classifications"),
    "list of the label's": ("<sclr:ClassificationList>", "<sclr:ClassificationList a='1'>", "bad-clearance", 3, "attribute a"),
    "level twice": (">Shut<", ">Open<", "bad-clearance", 3, "or one twice"),
    "informative": ("PERMISSIVE", "INFORMATIVE", "bad-clearance", 1, "informative values have no place"),
    "level outside": ("<slab:Category ", "<slab:Classification>Shut</slab:Classification><slab:Category ", "bad-label", 7, "Classification is unknown here"),
    "text": ("<sclr:ClassificationList>", "Shut<sclr:ClassificationList>", "bad-clearance", 1, "text where only"),
}  # fmt: skip

BINDINGS = {
    "other root": (f'xmlns:mb="{MB}"', f'xmlns:mb="{MB}1"', "bad-binding", 1, "is no BindingInformation"),
    "attribute": ("<mb:BindingInformation ", '<mb:BindingInformation Id="x" ', "bad-binding", 1, "attribute Id"),
    "misprinted Id": ('MetadataBinding Id="b1"', 'MetadataBinding mb:Id="b1"', "bad-binding", 3, "Id is not honoured"),
    "two in Metadata": ("<x:title", '<x:t xmlns:x="urn:x"/><x:title', "bad-binding", 15, "Metadata with 2 elements"),
    "empty Metadata": ('<x:title xmlns:x="urn:x">kept</x:title>', "", "bad-binding", 15, "Metadata with 0 elements"),
    "text in Metadata": ("<x:title", "SECRET<x:title", "bad-binding", 15, "text where only"),
    "label's fault": (">Open<", "><", "bad-text", 8, "not a plain text"),
    "not a label's role": ("@originatorConf", "successorConf", "bad-label", 5, "is no confidentiality label"),
    "md5": ('method="sha-256"', 'method="md5"', "bad-binding", 14, "digests by 'md5' are not read"),
    "sha-1": ('method="sha-256"', 'method="sha-1"', "bad-binding", 14, "digests by 'sha-1' are not read"),
    "digest's size": ("LPJN", "", "bad-binding", 14, "bytes where 32 are needed"),
    "digest no base64": ("LPJN", "!PJN", "bad-binding", 14, "not base64"),
    "digest of no data": ('uri="a.txt"', "", "bad-binding", 14, "are not read"),
    "reference without URI": ('<mb:DataReference URI="a.txt"', "<mb:DataReference", "bad-binding", 17, "URI is missing"),
    "misprinted URI": ("<mb:DataReference URI", "<mb:DataReference mb:URI", "bad-binding", 17, "URI is not honoured"),
    "URI with control": ('URI="a.txt"', 'URI="a.t\u202ext"', "bad-binding", 17, "no plain text"),
    "into itself": ('URI="a.txt" xm', 'URI="" xm', "bad-binding", 1, "a reference into the document that is only the binding"),
    "fragment of itself": ('URI="a.txt" xm', 'URI="#b1" xm', "bad-binding", 1, "a reference into the document"),
    "reference twice": ('<mb:DataReference URI="a.txt"', '<mb:DataReference URI="a.txt"/><mb:DataReference URI="a.txt"', "bad-binding", 3, "a reference stands twice"),
    "metadata after data": ("</mb:MetadataBinding>", '<mb:MetadataReference URI="x"/></mb:MetadataBinding>', "bad-binding", 18, "MetadataReference after the data"),
    "no data": ('<mb:DataReference URI="a.txt" xmime:contentType="text/plain"/>', "", "bad-binding", 3, "without metadata or without data"),
    "unknown element": ("<mb:MetadataReference", "<mb:Note/><mb:MetadataReference", "bad-binding", 16, "Note where Metadata or"),
    "binding in data": ("<mb:DataReference", "<mb:Data><mb:BindingInformation/></mb:Data><mb:DataReference", "bad-binding", 1, "a binding within a binding"),
    "two in Data": ("<mb:DataReference", "<mb:Data><a/><b/></mb:Data><mb:DataReference", "bad-binding", 17, "Data with 2 elements"),
    "signature last": ("</mb:BindingInformation>", f'<s:Signature xmlns:s="{DS}"/></mb:BindingInformation>', "bad-binding", 20, "Signature where MetadataBindingContainer is needed"),
    "signature by sha-1": ("<mb:MetadataBindingContainer>", f'<s:Signature xmlns:s="{DS}"><s:Reference URI="a.txt"><s:DigestMethod Algorithm="http://www.w3.org/2000/09/xmldsig#sha1"/><s:DigestValue>AA==</s:DigestValue></s:Reference></s:Signature><mb:MetadataBindingContainer>', "bad-binding", 2, "xmldsig#sha1' are not read"),
    "transform": ('contentType="text/plain"/>', f'contentType="text/plain"><s:Transforms xmlns:s="{DS}"><s:Transform Algorithm="urn:xslt"/></s:Transforms></mb:DataReference>', "bad-binding", 17, "the transform 'urn:xslt' is not honoured"),
}  # fmt: skip

EMBEDDINGS = {
    "two elements of an identifier": ('Id="p2"', 'Id="p1"', "bad-binding", 1, "2 elements with the identifier 'p1'"),
    "an identifier spelt twice": ('Id="p2"', 'xml:id="p1"', "bad-binding", 1, "2 elements with the identifier 'p1'"),
    "no element": ('"#p1"', '"#p3"', "bad-binding", 1, "0 elements with the identifier 'p3'"),
    "two bindings": (' <part Id="p1"/>', f' <part Id="p1"><mb:BindingInformation xmlns:mb="{MB}"/></part>', "bad-binding", 4, "2 bindings where one is needed"),
    "its own label": ("<mb:MetadataBinding>", '<mb:MetadataBinding Id="own">', "", 0, ""),
    "no binding": (MB, "urn:y", "bad-binding", 1, "0 bindings where one is needed"),
}  # fmt: skip

SPIFS = {
    "two tags unnamed": ('name="Lower" ', "", "bad-spif", 9, "attribute name is missing"),
    "value in two tags": ('name="Attic"', 'name="Hall"', "bad-spif", 1, "name 'Hall' of Rooms names two values"),
    "lacv in two tags": ('name="Attic" lacv="3"', 'name="Attic" lacv="1"', "bad-spif", 1, "lacv '1' of Rooms names two values"),
    "window backwards": ("2024-01-01T00", "2019-01-01T00", "bad-spif", 11, "notBefore is later than notAfter"),
    "window's zone": ('"2024-01-01T00:00:00Z"', '"2024-01-01T00:00:00"', "bad-spif", 11, "no time with a zone"),
    "window's day": ('"2024-01-01T00:00:00Z"', '"2024-02-30T00:00:00Z"', "bad-spif", 11, "no such time"),
    "input that decides": ('name="Attic"', 'name="Attic" userInput="string"', "bad-spif", 14, "what a writer types decides nothing"),
    "input of another kind": ('userInput="integer"', 'userInput="float"', "bad-spif", 19, "userInput 'float'"),
    "date format": ("YYYY-MM-DD", "DD/MM/YYYY", "bad-spif", 18, "dateFormat 'DD/MM/YYYY'"),
    "format without date": ('userInput="integer"', 'userInput="integer" dateFormat="YYYYMMDD"', "bad-spif", 19, "dateFormat"),
    "looks completed": ('name="Warm"', 'name="Until: 2024-01-01"', "bad-spif", 16, "looks like one completed"),
    "no tag": ('<securityCategoryTagSet name="Keys" id="2.25.1.2">', '<securityCategoryTagSet name="N" id="3"/><securityCategoryTagSet name="Keys" id="2.25.1.2">', "bad-spif", 22, "a tag set without a tag"),
    "equivalent set": ("</securityCategoryTagSet>\n</", "<equivalentSecurityCategoryTagSet/></securityCategoryTagSet>\n</", "bad-spif", 26, "equivalentSecurityCategoryTagSet is not honoured"),
    "marks of all classes": ("</securityClassifications>", "<markingData/></securityClassifications>", "bad-spif", 6, "markingData is not honoured"),
    "privacy mark twice": ('name="GREY"', 'name="CLEAR"', "bad-spif", 30, "'CLEAR' stands twice"),
    "privacy mark's child": ('<privacyMark name="CLEAR"/>', '<privacyMark name="CLEAR"><code/></privacyMark>', "bad-spif", 29, "code is not honoured in privacyMark"),
    "privacy marks twice": ("<extensions>", '<privacyMarks><privacyMark name="A"/></privacyMarks><extensions>', "bad-spif", 32, "privacyMarks stands twice"),
    "privacy selection": ('maxSelection="1"', 'maxSelection="some"', "bad-spif", 28, "maxSelection is not a number"),
    "colour": ('color="green"', 'color="#00FF0"', "bad-spif", 4, "no colour"),
    "unknown extension": ("<extensions>", '<extensions><x:x xmlns:x="urn:x"/>', "bad-spif", 32, "the extension {urn:x}x is not honoured"),
    "member without name": ('spif:name="bob"', "", "bad-spif", 36, "attribute name is missing"),
    "member's attribute": ('spif:name="bob"', 'spif:name="bob" until="2024"', "bad-spif", 36, "attribute until"),
    "member of nothing": ("<m:membership ", "<m:group/><m:membership ", "bad-spif", 34, "group is not honoured in memberships"),
    "early form half": ('<SPIF xmlns="http://www.xmlspif.org/spif" ', "<SPIF ", "bad-spif", 1, "not a SPIF"),
    "policy's child": ('<securityPolicyId name="HOUSE" id="2.25.1"/>', '<securityPolicyId name="HOUSE" id="2.25.1"><code/></securityPolicyId>', "bad-spif", 2, "code is not honoured in securityPolicyId"),
}  # fmt: skip

TABLES = [
    ("label", LABEL, parse_label_document, LABELS),
    ("clearance", CLEARANCE, parse_clearance_document, CLEARANCES),
    ("binding", BINDING, parse_binding, BINDINGS),
    ("embedded", EMBEDDED, parse_embedded, EMBEDDINGS),
    ("spif", SPIF, parse_spif, SPIFS),
]
ROWS = [
    pytest.param(text, read, row, id=f"{kind}: {name}")
    for kind, text, read, rows in TABLES
    for name, row in rows.items()
]


@pytest.mark.parametrize(("text", "read", "row"), ROWS)
def test_n5_refused_by_code_line_and_name(text, read, row):
    old, new, code, line, words = row
    count = -1 if old.startswith("@") else 1
    old = old.removeprefix("@")
    assert old in text
    changed = text.replace(old, new, count).encode()
    if not code:  # a change that is none: shows that the table's other rows are refused for what they say
        read(changed)
        return
    with pytest.raises(MalformedError) as caught:
        read(changed)
    assert (caught.value.code, words in caught.value.message) == (code, True), caught.value.message
    if line:
        found = re.match(r"line (\d+), (/[\w\[\]/]+): ", caught.value.message)
        assert found is not None, caught.value.message
        assert int(found[1]) == line, caught.value.message


@pytest.mark.parametrize(("text", "read"), [(t, r) for _, t, r, _ in TABLES], ids=[k for k, *_ in TABLES])
def test_what_the_refused_differ_from_is_read(text, read):
    assert read(text.encode())


def test_enough_is_refused():
    assert sum(bool(row[2]) for _, _, _, rows in TABLES for row in rows.values()) >= 130


def test_n5_a_label_needs_a_date_to_look_at_it_again():
    start, end = LABEL.index(" <slab:SuccessionHandling>"), LABEL.index("</slab:SuccessionHandling>")
    text = LABEL[:start] + LABEL[end + len("</slab:SuccessionHandling>") :]
    assert parse_label_document(text.encode())
    with pytest.raises(TearlineError) as caught:
        parse_label_document(text.replace(' ReviewDateTime="2033-07-12T01:04:00Z"', "").encode())
    assert "neither ReviewDateTime nor SuccessionHandling" in caught.value.message
