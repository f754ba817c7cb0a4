# SPDX-License-Identifier: Apache-2.0
"""STANAG 4774 documents that are read, and what refuses one: a change to it, and what goes wrong where it is let in."""

from tests.vectors.labels.families import ALPHA, label

SLAB = "urn:nato:stanag:4774:confidentialitymetadatalabel:1:0"
DOCUMENT = (
    f'<l:originatorConfidentialityLabel xmlns:l="{SLAB}" ReviewDateTime="2034-01-01T00:00:00Z">'
    '<l:ConfidentialityInformation><l:PolicyIdentifier URI="urn:oid:2.999.1">ALPHA</l:PolicyIdentifier>'
    "<l:Classification>SECRET</l:Classification>"
    '<l:Category Type="PERMISSIVE" TagName="Releasable To" URI="urn:oid:2.999.1.2">'
    "<l:GenericValue>AAA</l:GenericValue><l:GenericValue>BBB</l:GenericValue></l:Category>"
    "</l:ConfidentialityInformation><l:CreationDateTime>2024-01-01T00:00:00Z</l:CreationDateTime>"
    "</l:originatorConfidentialityLabel>"
)
CATEGORY = DOCUMENT[DOCUMENT.index("<l:Category") : DOCUMENT.index("</l:ConfidentialityInformation>")]
POLICY = DOCUMENT[DOCUMENT.index("<l:PolicyIdentifier") : DOCUMENT.index("<l:Classification>")]
CREATED = "<l:CreationDateTime>2024-01-01T00:00:00Z</l:CreationDateTime>"
LEVEL = "<l:Classification>SECRET</l:Classification>"
REFUSED = {
    "no-creation": (CREATED, "", "nobody knows of when the label is"),
    "no-review": (' ReviewDateTime="2034-01-01T00:00:00Z"', "", "a label without end"),
    "empty-review": ("2034-01-01T00:00:00Z", "", "a label without end"),
    "two-creations": (CREATED, CREATED * 2, "which one counts is the reader's guess"),
    "two-levels": (LEVEL, LEVEL + LEVEL.replace("SECRET", "OPEN"), "the lower one is read"),
    "two-policies": (POLICY, POLICY * 2, "read under either policy"),
    "two-categories": (
        CATEGORY,
        CATEGORY + CATEGORY.replace("AAA", "CCC"),
        "two audiences become their union",
    ),
    "no-level": (LEVEL, "", "a label without a level is the lowest"),
    "no-policy": (POLICY, "", "read under any policy"),
    "level-first": (POLICY + LEVEL, LEVEL + POLICY, "order is free, and so is what was signed"),
    "category-first": (LEVEL + CATEGORY, CATEGORY + LEVEL, "order is free, and so is what was signed"),
    "creation-first": (
        "<l:ConfidentialityInformation>",
        CREATED + "<l:ConfidentialityInformation>",
        "two creations",
    ),
    "value-twice": ("BBB", "AAA", "a count of values is met by one"),
    "no-type": (' Type="PERMISSIVE"', "", "a restriction of no kind restricts nothing"),
    "type-in-lower-case": ("PERMISSIVE", "permissive", "a kind that is not known is skipped"),
    "type-unknown": ("PERMISSIVE", "ADVISORY", "a kind that is not known is skipped"),
    "no-tag-name": (' TagName="Releasable To"', "", "a restriction of no set restricts nothing"),
    "tag-name-with-space": (
        '"Releasable To"',
        '" Releasable To"',
        "a name that looks like another is another",
    ),
    "value-with-space": (">AAA<", "> AAA<", "a value that looks like another is another"),
    "value-with-line-end": (">AAA<", ">AAA\n<", "a value that looks like another is another"),
    "value-empty": (">AAA<", "><", "nobody is everybody"),
    "value-with-comment": (">AAA<", ">A<!-- -->AA<", "one reader sees A, another AAA"),
    "value-with-element": (">AAA<", ">AAA<l:b/><", "one reader sees it, another doesn't"),
    "value-right-to-left": (">AAA<", ">\u202eAAA<", "the eye reads another value"),
    "value-zero-width": (">AAA<", ">A\u200bAA<", "the eye reads another value"),
    "value-tag-characters": (">AAA<", ">AAA\U000e0041<", "a value carries what nobody sees"),
    "text-between": (
        "<l:CreationDateTime>",
        "and OPEN<l:CreationDateTime>",
        "text that no program reads is read by people",
    ),
    "other-element": (CREATED, "<l:Hint>OPEN</l:Hint>" + CREATED, "what is not understood is skipped"),
    "other-attribute": (
        "<l:Classification>",
        '<l:Classification lacv="0">',
        "what is not understood is skipped",
    ),
    "attribute-on-root": (
        " ReviewDateTime",
        ' Level="OPEN" ReviewDateTime',
        "what is not understood is skipped",
    ),
    "other-namespace": (SLAB, SLAB.replace("1:0", "2:0"), "another vocabulary is read by this one's rules"),
    "no-namespace": (
        f' xmlns:l="{SLAB}"',
        ' xmlns:l="urn:other"',
        "another vocabulary is read by this one's rules",
    ),
    "other-root": (
        "originatorConfidentialityLabel",
        "alternateConfidentialityLabel",
        "an erratum is read as a label",
    ),
    "oid-of-no-form": ('urn:oid:2.999.1"', 'urn:oid:2.999.01"', "an identifier has two spellings"),
    "oid-without-scheme": ('urn:oid:2.999.1"', '2.999.1"', "an identifier has two spellings"),
    "url-attribute": (" URI=", " URL=", "an erratum is read as an identifier"),
    "id-prefixed": (" ReviewDateTime", ' l:Id="a" ReviewDateTime', "an erratum is read as an identifier"),
    "id-of-no-form": (" ReviewDateTime", ' Id="#a" ReviewDateTime', "a binding points nowhere"),
    "no-such-day": ("2024-01-01T00", "2024-02-30T00", "a date that is none sorts somewhere"),
    "day-without-time": ("2024-01-01T00:00:00Z", "2024-01-01", "when in the day is the reader's guess"),
    "hour-24": ("2024-01-01T00:00", "2024-01-01T25:00", "a date that is none sorts somewhere"),
    "doctype": ("<l:originator", "<!DOCTYPE x><l:originator", "a document type brings entities"),
    "internal-entity": (
        "<l:originator",
        '<!DOCTYPE x [<!ENTITY a "OPEN">]><l:originator',
        "text comes from elsewhere",
    ),
    "external-entity": (
        "<l:originator",
        '<!DOCTYPE x SYSTEM "file:///etc/passwd"><l:originator',
        "files are read",
    ),
    "undeclared-entity": (">AAA<", ">&a;<", "text comes from elsewhere"),
    "not-closed": ("</l:originatorConfidentialityLabel>", "", "half a label is read"),
    "two-roots": (
        "</l:originatorConfidentialityLabel>",
        "</l:originatorConfidentialityLabel><x/>",
        "what follows hides",
    ),
    "attribute-twice": (
        ' Type="PERMISSIVE"',
        ' Type="PERMISSIVE" Type="INFORMATIVE"',
        "the second is the one that counts",
    ),
    "signature-like-wrapping": (
        "<l:ConfidentialityInformation>",
        "<w><l:ConfidentialityInformation/></w><l:ConfidentialityInformation>",
        "what was signed and what is read are two places",
    ),
    "label-within-extension": (
        "</l:originatorConfidentialityLabel>",
        '<x:x xmlns:x="urn:x"><l:ConfidentialityLabel/></x:x></l:originatorConfidentialityLabel>',
        "a second label hides in what is not read",
    ),
}
READ = {
    "as-it-is": ("", ""),
    "with-declaration": ("<l:originator", '<?xml version="1.0" encoding="UTF-8"?><l:originator'),
    "default-namespace": (f'xmlns:l="{SLAB}"', f'xmlns:l="{SLAB}" xmlns="urn:other"'),
    "comment-between": ("<l:CreationDateTime>", "<!-- a remark --><l:CreationDateTime>"),
    "space-between": ("><", ">\n  <"),
    "level-is-a-token": (">SECRET<", ">\n  SECRET\t<"),
    "character-reference": (">AAA<", ">&#65;AA<"),
    "with-id": (" ReviewDateTime", ' Id="a1" ReviewDateTime'),
    "zone-in-hours": ("2024-01-01T00:00:00Z", "2024-01-01T09:00:00+09:00"),
    "no-oid": (' URI="urn:oid:2.999.1"', ""),
}


def make_documents():
    """A STANAG 4774 document is read whole or refused whole; what is read means the label that stands in it."""
    meant = label("SECRET", ("Releasable To", ["AAA", "BBB"]))
    common = {"kind": "document", "policy": ALPHA}
    for name, (old, new, effect) in REFUSED.items():
        if old not in DOCUMENT:
            raise ValueError(name)
        text = DOCUMENT.replace(old, new, 1)
        yield {
            **common,
            "family": f"document-{name}",
            "document": text,
            "expect": {"read": False},
            "effect": effect,
        }
    for name, (old, new) in READ.items():
        text = DOCUMENT.replace(old, new) if old else DOCUMENT
        expect, effect = {"read": True, "label": meant}, "a label that the standard allows is refused"
        yield {**common, "family": f"document-{name}", "document": text, "expect": expect, "effect": effect}
