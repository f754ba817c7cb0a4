# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: E501  XML as it stands
"""What few documents do: each is honoured or refused by name, like all the rest."""

import base64

import msgspec
import pytest

from tearline.core.errors import LimitError, MalformedError
from tearline.core.instants import parse_iso
from tearline.core.labels import (
    Decision,
    NumericLabel,
    Role,
    TagKind,
    find_faults,
    load_pack,
    make_clearance,
    make_label,
    number_clearance,
    number_label,
    parse_spif,
    print_clearance_mark,
    print_policy_mark,
    resolve_label,
    resolve_numbers,
    restate,
    state_clearance,
    state_label,
)
from tearline.core.labels.binding import StatedDigest
from tearline.core.labels.codecs import (
    decode_clearance,
    decode_ess_label,
    embed,
    encapsulate,
    encode_ess_label,
    make_sidecar,
    parse_binding,
    parse_clearance_claim,
    parse_embedded,
    parse_label_document,
    parse_sio_label,
    parse_xmp,
    print_binding,
    print_label_document,
)
from tearline.core.labels.document import (
    EPOCH_EXTENSION,
    Extension,
    LabelDocument,
    StatedCategory,
    StatedLabel,
)
from tearline.core.labels.numeric import NumericCategory
from tests.core.labels.codecs.documents import (
    BINDING,
    CLEARANCE,
    EMBEDDED,
    LABEL,
    MB,
    SHORT_LABEL,
    SPIF,
    house,
)
from tests.core.labels.packs import write_network, write_pack

HOUSE = house()
POLICIES = {"HOUSE": HOUSE}
DOCUMENT = parse_label_document(SHORT_LABEL.encode())


def refused(call, words, error=MalformedError):
    with pytest.raises(error) as caught:
        call()
    assert words in caught.value.message, caught.value.message


def test_attributes_of_other_vocabularies_are_kept():
    text = LABEL.replace(' Id="l1"', ' xmlns:y="urn:y" y:b="2" y:a="1" Id="l1"')
    document = parse_label_document(text.encode())
    assert document.attributes == (("{urn:y}a", "1"), ("{urn:y}b", "2"))
    assert parse_label_document(print_label_document(document)) == document


def test_a_membership_epoch_is_one_day():
    label = make_label("HOUSE", "Open", {}, "2023-07-12")
    (epoch,) = state_label(label, HOUSE).extensions
    for extensions, words in [
        ((epoch, epoch), "two membership epochs"),
        ((Extension(EPOCH_EXTENSION, "<e>soon</e>"),), "no day"),
        ((Extension(EPOCH_EXTENSION, "<e><f>2023-07-12</f></e>"),), "no day"),
    ]:
        refused(
            lambda e=extensions: resolve_label(StatedLabel("HOUSE", "Open", extensions=e), POLICIES), words
        )


def test_what_a_policy_does_not_know_is_not_stated():
    for label in (
        make_label("HOUSE", "Open", {"Doors": ["Front"]}),
        make_label("HOUSE", "Open", {"Rooms / Lower": ["Bath"]}),
        make_label("HOUSE", "Ajar", {}),
    ):
        refused(lambda one=label: state_label(one, HOUSE), "knows no")
    odd = make_clearance("HOUSE", ["Ajar"], {})
    for state in (state_clearance, number_clearance):
        refused(lambda one=state: one(odd, HOUSE), "knows no classification 'Ajar'")


@pytest.mark.parametrize("kind", [TagKind.PERMISSIVE, TagKind.INFORMATIVE])
def test_n5_a_category_without_values_stays_and_makes_the_label_invalid(kind):
    """Zero values: neither dropped nor read as any value."""
    label = resolve_label(StatedLabel("HOUSE", "Open", (StatedCategory("Rooms", kind),)), POLICIES)
    numbers = NumericLabel(
        "2.25.1",
        0,
        (NumericCategory("2.25.1.1", kind, "bits" if kind is TagKind.PERMISSIVE else "numbers", ()),),
    )
    book = load_pack(write_pack())
    book = msgspec.structs.replace(book, policies={**book.policies, "HOUSE": HOUSE})
    for one in (label, resolve_numbers(numbers, POLICIES)):
        assert [reason.code for reason in find_faults(one, book)] == ["empty"]


def test_claims():
    raw = base64.urlsafe_b64encode(CLEARANCE.encode() + b" " * (-len(CLEARANCE) % 3 + 1)).decode().rstrip("=")
    assert parse_clearance_claim(raw)
    spare = raw[:-1] + chr(ord(raw[-1]) + 1)
    refused(lambda: parse_clearance_claim(spare), "bits to spare")
    refused(lambda: parse_clearance_claim(raw + "AAA"), "aciClr")


def test_what_xml_can_not_hold_is_not_written():
    document = LabelDocument(Role.ORIGINATOR, StatedLabel("HOUSE\x00", "Open"), "2023-07-12T01:04:00Z")
    refused(lambda: print_label_document(document), "can't be written")


def test_bindings_out_of_place():
    detached = EMBEDDED.replace('URI=""', 'URI="a"').replace('URI="#p1"', 'URI="b"')
    refused(lambda: parse_embedded(detached.encode()), "does not label")
    refused(lambda: parse_embedded(BINDING.encode()), "the binding is the document")
    refused(lambda: parse_binding(f'<mb:BindingInformation xmlns:mb="{MB}"/>'.encode()), "no binding")
    empty = f'<mb:BindingInformation xmlns:mb="{MB}"><mb:MetadataBindingContainer/></mb:BindingInformation>'
    refused(lambda: parse_binding(empty.encode()), "a container without a binding")
    strange = BINDING.replace(
        'contentType="text/plain"/>', 'contentType="text/plain"><mb:Note/></mb:DataReference>'
    )
    refused(lambda: parse_binding(strange.encode()), "Note is not honoured in a reference")
    loose = msgspec.structs.replace(
        make_sidecar([DOCUMENT], [("a", b"", "")]), digests=(StatedDigest("b", "sha-256", b"x" * 32),)
    )
    refused(lambda: print_binding(loose), "a digest of data that is not bound: 'b'")


def test_prefixes_of_what_is_kept_stay():
    """An element kept with a prefix that means what ours means comes out with its own, or it would be another text."""
    odd = '<q:x xmlns:q="http://www.w3.org/2005/05/xmlmime"><q:y/></q:x>'
    document = parse_binding(BINDING.replace('<x:title xmlns:x="urn:x">kept</x:title>', odd).encode())
    assert (
        document.bindings[0].metadata[0].xml
        == '<q:x xmlns:q="http://www.w3.org/2005/05/xmlmime"><q:y></q:y></q:x>'
    )
    assert parse_binding(print_binding(document)) == document


@pytest.mark.parametrize("name", ["urn:nato:stanag:4774:confidentialitymetadatalabel:2:0", MB, "urn:x"])
def test_n5_a_label_of_another_vocabulary_is_no_other_metadata(name):
    """A label that can't be read must not be set aside: its data would count as unlabelled."""
    text = BINDING.replace("urn:nato:stanag:4774:confidentialitymetadatalabel:1:0", name)
    refused(lambda: parse_binding(text.encode()), "is no confidentiality label")
    inside = LABEL.replace("kept", f'<l:originatorConfidentialityLabel xmlns:l="{name}"/>')
    refused(lambda: parse_label_document(inside.encode()), "a label within an extension")


def test_n5_our_own_place_mark_is_nobody_elses():
    """What marks a place until it is printed could otherwise put XML where nobody looked."""
    hidden = base64.b64encode(f'<mb:BindingInformation xmlns:mb="{MB}"/>'.encode()).decode()
    for raw in (
        f"<d><?tearline-held {hidden}?></d>",
        f"<?tearline-held {hidden}?><d/>",
        f"<d><!--<?tearline-held {hidden}?>--></d>",
    ):
        for text in (raw.encode(), raw.encode("utf-16")):
            refused(lambda one=text: embed(one, [DOCUMENT]), "ours to write")
            refused(lambda one=text: encapsulate([DOCUMENT], one), "ours to write")
    held = BINDING.replace("kept", f"<?tearline-held {hidden}?>")
    document = parse_binding(held.encode())
    assert parse_binding(print_binding(document)) == document
    assert b"<?xml-stylesheet" in embed(b"<?xml-stylesheet x?><d/>", [DOCUMENT])


def test_xmp_out_of_place():
    rdf = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:b="urn:nato:stanag:4778:bindinginformation:1:0:xmp#"'
    refused(lambda: parse_xmp(f"<a {rdf}><b:bindingInformation/></a>".encode()), "outside of a Description")
    refused(
        lambda: parse_xmp(
            f'<a {rdf}><rdf:Description rdf:about=""><b:bindingInformation/></rdf:Description></a>'.encode()
        ),
        "out of place",
    )


def test_asn1_corners():
    refused(lambda: decode_ess_label(bytes.fromhex("3103020101") + b"\x05\x00"), "followed by 2 bytes")
    wide = NumericLabel(
        "2.25.1",
        1,
        tuple(NumericCategory(f"1.2.{n}", TagKind.PERMISSIVE, "numbers", (1,)) for n in range(65)),
    )
    refused(lambda: decode_ess_label(encode_ess_label(wide)), "65 categories", LimitError)
    refused(
        lambda: encode_ess_label(
            NumericLabel("2.25.1", 1, (NumericCategory("1.2.3", TagKind.PERMISSIVE, "letters", (1,)),))
        ),
        "has no syntax",
    )
    refused(lambda: encode_ess_label(NumericLabel("0.40", 1)), "can't be written in ASN.1")


def test_bits_of_nothing():
    for bits in ("030101", "030107", "0302ff80", "030208ff", "0300"):
        raw = bytes.fromhex(f"30{7 + len(bits) // 2:02x}06052b1a010301{bits}")
        refused(lambda one=raw: decode_clearance(one), "")


def test_a_number_twice_in_an_enumeration_is_refused():
    once = encode_ess_label(
        NumericLabel("2.25.1", 1, (NumericCategory("1.2.3", TagKind.PERMISSIVE, "numbers", (1, 2)),))
    )
    assert once.count(bytes.fromhex("020101020102")) == 1
    refused(
        lambda: decode_ess_label(once.replace(bytes.fromhex("020101020102"), bytes.fromhex("020101020101"))),
        "a number twice",
    )
    wide = NumericLabel("2.25.1", 1, (NumericCategory("1.2.3", TagKind.PERMISSIVE, "bits", (1,)),))
    raw = encode_ess_label(wide)
    long = raw.replace(bytes.fromhex("03020640"), b"\x03\x82\x20\x02\x00" + b"\x00" * 8193)
    assert long != raw
    with pytest.raises((LimitError, MalformedError)):
        decode_ess_label(long)


def test_a_tag_without_encoding_has_no_number():
    policy = parse_spif(
        SPIF.replace(
            'tagType="tagType7" tag7Encoding="securityAttributes"', 'tagType="notApplicable"'
        ).encode()
    )
    refused(
        lambda: number_label(make_label("HOUSE", "Open", {"Rooms / Notes": ["Warm"]}), policy),
        "has no ASN.1 form",
    )


def test_windows_in_other_zones():
    text = SPIF.replace('notAfter="2024-01-01T00:00:00Z"', 'notAfter="2024-01-01T00:00:00+09:00"')
    window = parse_spif(text.encode()).tag_sets["Rooms / Lower"].categories["Cellar"].window
    assert window.not_after == parse_iso("2023-12-31T15:00:00Z")
    window = (
        parse_spif(text.replace("+09:00", "-0130").encode())
        .tag_sets["Rooms / Lower"]
        .categories["Cellar"]
        .window
    )
    assert window.not_after == parse_iso("2024-01-01T01:30:00Z")
    refused(lambda: parse_spif(text.replace("+09:00", "+29:00").encode()), "no such time")
    for moment in ("0001-01-01T00:00:00+14:00", "9999-12-31T06:00:00Z"):
        refused(lambda m=moment: parse_spif(SPIF.replace("2020-01-01T06:00:00Z", m).encode()), "of this age")


def test_spif_corners():
    peers = '<equivalentPolicies><equivalentPolicy name="A" id="1"/><equivalentPolicy name="B" id="1"/></equivalentPolicies><extensions>'
    refused(
        lambda: parse_spif(SPIF.replace("<extensions>", peers).encode()), "identifier of an equivalent policy"
    )
    rule = '<requiredCategory operation="all"><categoryGroup tagSetRef="Keys" tagType="permissive"/></requiredCategory>'
    old = '<tagCategory name="Brass" lacv="70000"/>'
    refused(
        lambda: parse_spif(SPIF.replace(old, old.replace("/>", f">{rule}</tagCategory>")).encode()),
        "which it is not",
    )
    choice = rule.replace('operation="all"', 'operation="oneOrMore"').replace(
        "<categoryGroup", '<categoryGroup tagSetRef="X" tagType="permissive" lacv="1"/><categoryGroup'
    )
    peer = f'<equivalentPolicies><equivalentPolicy name="A" id="1">{choice}</equivalentPolicy></equivalentPolicies><extensions>'
    refused(lambda: parse_spif(SPIF.replace("<extensions>", peer).encode()), "are a choice")
    assert parse_spif(SPIF.replace("<extensions>", "<extensions><!-- ours -->").encode()).memberships
    crowd = '<m:member name="x"/>' * 10_001
    refused(
        lambda: parse_spif(SPIF.replace("<m:member ", crowd + "<m:member ", 1).encode()),
        "more than 10000 members",
    )


def test_restating_what_has_no_counterpart():
    """No such policy, no such level, an addition that the other side doesn't know."""
    level = '<securityClassification name="Open" lacv="0" hierarchy="0" color="green"/>'
    adds = '<requiredCategory operation="all"><categoryGroup tagSetRef="Rooms" tagType="permissive" lacv="%s"/></requiredCategory>'
    peers = '<equivalentPolicies><equivalentPolicy name="BARN" id="2.25.2">%s</equivalentPolicy></equivalentPolicies><extensions>'
    barn = parse_spif(SPIF.replace('"HOUSE" id="2.25.1"', '"BARN" id="2.25.2"').encode())
    label = make_label("HOUSE", "Open", {})

    def make(lacv, added):
        text = SPIF.replace(
            level,
            level.replace(
                "/>",
                f'><equivalentClassification policyRef="BARN" lacv="{lacv}" applied="both"/></securityClassification>',
            ),
        )
        return parse_spif(text.replace("<extensions>", peers % (adds % added if added else "")).encode())

    assert restate(label, make(1, 3), barn) == make_label("BARN", "Shut", {"Rooms / Upper": ["Attic"]})
    for source in (HOUSE, make(7, ""), make(1, 9)):
        assert isinstance(restate(label, source, barn), Decision)
    assert isinstance(
        restate(make_label("HOUSE", "Open", {"Rooms / Lower": ["Hall"]}), make(1, ""), barn), Decision
    )


def test_a_field_of_too_many_pieces_is_not_read():
    refused(
        lambda: parse_sio_label(";".join(f"label*{n}=A" for n in range(4_500))), "too many pieces", LimitError
    )


def test_a_network_that_states_its_groups_keeps_their_days():
    members = '<extensions><m:memberships xmlns:m="urn:nato:stanag:4774:spif:extensions:1:0"><m:membership name="OTH"><m:member name="AAA" notAfter="2020-06-01T12:00:00Z"/></m:membership></m:memberships></extensions></SPIF>'
    book = load_pack(write_pack(net=write_network().replace("</SPIF>", members)))
    assert [book.resolve(["OTH"], day) for day in ("2020-05-31", "2020-06-01")] == [{"AAA"}, frozenset()]


def test_what_is_just_within_the_bounds_is_read():
    seats = HOUSE.tag_sets["Rooms / Notes"]
    assert seats.find_category("Seats: " + "1" * 128) is not None
    assert seats.find_category("Seats: " + "1" * 129) is None
    many = LABEL.replace('<x:more xmlns:x="urn:x" a="1"/>', '<x:more xmlns:x="urn:x"/>' * 32)
    assert len(parse_label_document(many.encode()).extensions) == 32
    values = "".join(f"<slab:GenericValue>{n}</slab:GenericValue>" for n in range(510))
    full = LABEL.replace("<slab:GenericValue>Hall</slab:GenericValue>", values)  # Attic and Warm make 512
    assert len(parse_label_document(full.encode()).label.categories[0].values) == 511


def test_a_draft_may_be_written_as_the_standard_wants():
    assert parse_label_document(LABEL.encode(), draft=True) == parse_label_document(LABEL.encode())


def test_restating_an_unknown_level_or_into_itself():
    assert isinstance(restate(make_label("HOUSE", "Ajar", {}), HOUSE, HOUSE), Decision)
    assert isinstance(restate(make_label("HOUSE", "Open", {}), HOUSE, HOUSE), Decision)


def test_names_of_tags_without_encoding_are_told_apart_too():
    old = '<tagCategory name="Brass" lacv="70000"/>\n</securityCategoryTag>'
    tag = '<securityCategoryTag name="%s" tagType="notApplicable"><tagCategory name="%s" lacv="1"/></securityCategoryTag>'
    assert parse_spif(SPIF.replace(old, old + tag % ("One", "A") + tag % ("Two", "B")).encode())
    refused(
        lambda: parse_spif(SPIF.replace(old, old + tag % ("One", "A") + tag % ("Two", "A")).encode()),
        "names two values",
    )


def test_an_empty_clearance_is_marked_as_the_lowest():
    assert print_clearance_mark(make_clearance("HOUSE", [], {}), "en", HOUSE) == "{Open}"
    bare = parse_spif(SPIF.replace('lacv="0" hierarchy="0"', 'lacv="9" hierarchy="0"').encode())
    assert print_clearance_mark(make_clearance("HOUSE", [], {}), "en", bare) == "{unclassified (auto)}"


def test_qualifiers_are_those_of_the_place_and_language():
    def qualify(place, prefix, lang):
        return f'<markingQualifier markingCode="{place}"><qualifier xml:lang="{lang}" markingQualifier="{prefix}" qualifierCode="prefix"/></markingQualifier>'

    inner = (
        qualify("documentEnd", "E:", "en")
        + qualify("documentEnd", "D:", "de")
        + qualify("subject", "S:", "en")
    )
    policy = parse_spif(SPIF.replace("<privacyMarks ", inner + "<privacyMarks ", 1).encode())
    label = make_label("HOUSE", "Open", {})
    marks = [
        print_policy_mark(label, place, lang, policy)
        for place, lang in [
            ("documentEnd", "en"),
            ("documentEnd", "de"),
            ("subject", "de"),
            ("waterMark", "en"),
        ]
    ]
    assert marks == ["E:HOUSE Open", "D:HOUSE Open", "S:HOUSE Open", "HOUSE Open"]


def test_the_largest_label_in_asn1_is_read():
    """64 categories, 512 values, a mark of 128 letters: what the bounds allow."""
    categories = tuple(
        NumericCategory(f"1.2.{n}", TagKind.PERMISSIVE, "numbers", tuple(range(8))) for n in range(10, 74)
    )
    label = NumericLabel("2.25.1", 1, categories, "M" * 128)
    assert decode_ess_label(encode_ess_label(label)) == label
    refused(lambda: encode_ess_label(msgspec.structs.replace(label, privacy_mark="M" * 129)), "no plain text")
