# SPDX-License-Identifier: Apache-2.0
"""Every parser of labels, with sample files to start from: what the fuzzers feed, and what must hold of each answer.

A parser answers with a value or with a ``TearlineError``; nothing else leaves it, it ends soon, and it keeps little.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from tearline.core.errors import TearlineError
from tearline.core.labels import codecs, load_pack, pack, parse_spif, run_pack_cases
from tearline.core.labels.codecs import ism, text
from tearline.core.labels.codecs.stanag4774 import LABEL_XML_MAX_BYTES, read_label_element
from tearline.core.labels.codecs.strict_xml import parse_xml
from tearline.core.labels.codecs.usual_form import read_usual
from tearline.core.labels.pack_files import open_pack_zip
from tests.core.labels.codecs import documents, test_usual_form
from tests.core.labels.packs import write_pack
from tests.core.labels.test_pack_files import zip_of
from tests.properties.worlds import make_book
from tests.vectors.labels.test_cases import OF_KIND

VECTORS = Path(__file__).resolve().parents[1] / "vectors/labels"
PACK = write_pack()
BOOK = make_book()
MARKING = msgspec.structs.replace(
    BOOK, policies={name: BOOK.policies[name] for name in ("EXERCISE KOR", "EXERCISE EXNET", "PUBLIC")}
)
"""Few policies, two scripts: a text is tried against every mark, and of nine policies that takes nearly all the time."""


@dataclass(frozen=True)
class Target:
    """A parser of bytes, and documents that it reads, or all but."""

    parse: Callable[[bytes], Any]
    samples: tuple[bytes, ...]


def of_text(parse):
    """A parser of text takes bytes as a terminal would give them."""
    return lambda raw: parse(raw.decode("utf-8", errors="surrogateescape"))


def read_files(pattern):
    return tuple(path.read_bytes() for path in sorted((VECTORS / "public").glob(pattern)))


LABELS = (*(v["document"].encode() for v in OF_KIND["document"][::7]), documents.LABEL.encode())
USUAL = tuple(codecs.print_label_document(document) for document in test_usual_form.USUAL)
ISM = json.loads((VECTORS / "ism/banner_portion_cases.json").read_text(encoding="utf-8"))
MARKINGS = json.loads((VECTORS / "markings/refused.json").read_text(encoding="utf-8"))
TEXTS = tuple(
    line.encode()
    for line in (
        *(
            "SECRET//SI//REL TO USA, AUS, GBR",
            "(S//NF)",
            "//NATO SECRET//ATOMAL",
            "//JOINT SECRET CAN GBR USA",
        ),
        *(
            "TOP SECRET//SI-G ABCD DEFG/TK//RD-CNWDI//FGI DEU//ORCON/NOFORN//LIMDIS",
            "CTS-B",
            "Secret; Noforn",
        ),
    )
)
MARKS = tuple(
    line.encode()
    for line in (
        "EXERCISE KOR III-KUP//REL TO KOR, JPN",
        "EXERCISE 군사II급비밀//달빛//KOR 한정",
        "EXERCISE USA SECRET//COPPERLEAF//ORCON//USA EYES ONLY",
    )
)
HANDLING = json.dumps(
    {
        "id": "a",
        "type": "handling",
        "scope": "payload",
        "appliesToState": "encrypted",
        "statement": {
            "schema": "urn:nato:stanag:4774:confidentialitymetadatalabel:1:0",
            "format": "json-structured",
            "value": {
                "Xmlns": "urn:nato:stanag:4774:confidentialitymetadatalabel:1:0",
                "CreationTime": "2024-01-01T00:00:00Z",
                "ConfidentialityInformation": {
                    "PolicyIdentifier": "ALPHA",
                    "Classification": "SECRET",
                    "Category": {"Type": "Permissive", "TagName": "Releasable To", "GenericValues": ["AAA"]},
                },
            },
        },
    }
).encode()
STIX = json.dumps(
    {
        "type": "bundle",
        "id": "bundle--11111111-1111-4111-8111-111111111111",
        "objects": [
            {
                "type": "indicator",
                "spec_version": "2.1",
                "id": "indicator--22222222-2222-4222-8222-222222222222",
                "object_marking_refs": ["marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421"],
                "granular_markings": [
                    {
                        "marking_ref": "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
                        "selectors": ["name"],
                    }
                ],
                "name": "x",
            }
        ],
    }
).encode()


def _load_pack_file(name):
    """The pack with one of its files as given."""
    return lambda raw: load_pack({**PACK, name: raw})


def _read_memberships(raw):
    """The table by itself, joined with what policies state; a whole pack is read by ``pack-zip``."""
    rows = pack._join_memberships(pack._read_memberships({"memberships.csv": raw}), BOOK.policies)
    msgspec.structs.replace(BOOK, memberships=rows).resolve(("NATO", "FVEY"), "2023-07-12")


def _read_places(raw):
    return tuple(tuple(row) for row in pack._decode({"places.json": raw}, "places.json", pack._Places).joins)


def _read_both_ways(raw):
    """The usual form and the strict reader: never two answers."""
    usual = read_usual(raw)
    if usual is not None:
        assert usual == read_label_element(parse_xml(raw, "a label", LABEL_XML_MAX_BYTES))


TARGETS = {
    "4774-both-ways": Target(_read_both_ways, USUAL),
    "4774-label": Target(codecs.parse_label_document, LABELS + read_files("*label*.xml") + USUAL),
    "4774-label-draft": Target(
        lambda raw: codecs.parse_label_document(raw, draft=True), read_files("nato*.xml")
    ),
    "4774-clearance": Target(codecs.parse_clearance_document, (documents.CLEARANCE.encode(),)),
    "4774-claim": Target(of_text(codecs.parse_clearance_claim), (b"PGE-", b"PD94bWwgdmVyc2lvbj0iMS4wIj8-")),
    "4778-binding": Target(codecs.parse_binding, (documents.BINDING.encode(),)),
    "4778-embedded": Target(codecs.parse_embedded, (documents.EMBEDDED.encode(),)),
    "xmp": Target(codecs.parse_xmp, (documents.EMBEDDED.encode(), documents.BINDING.encode())),
    "spif": Target(
        parse_spif,
        (documents.SPIF.encode(), (VECTORS / "policies/alpha.xml").read_bytes(), *read_files("*policy.xml")),
    ),
    "ess-label": Target(
        codecs.decode_ess_label, (*read_files("*.ber"), bytes.fromhex("310f06032a0304020101a206a004800101"))
    ),
    "ess-clearance": Target(
        codecs.decode_clearance, (*read_files("*.ber"), bytes.fromhex("300a06032a030403020560"))
    ),
    "spiffing": Target(codecs.parse_spiffing, (*read_files("food-*.xml"), *read_files("nato*.xml"))),
    "sio-label": Target(
        of_text(codecs.parse_sio_label), (b'marking="SECRET"; fgcolor=#ff0000; type=":ess"; label="MQA="',)
    ),
    "stix": Target(codecs.parse_stix, (STIX,)),
    "ztdf-assertion": Target(codecs.parse_handling, (HANDLING,)),
    "ztdf-manifest": Target(codecs.parse_manifest, (b'{"assertions": [' + HANDLING + b"]}",)),
    "ism-json": Target(
        ism.parse_ism_json, tuple(json.dumps(c.get("attributes", c)).encode() for c in ISM[:12])
    ),
    "ism-xml": Target(
        ism.parse_ism_xml,
        (
            b'<a xmlns:ism="urn:us:gov:ic:ism" ism:classification="S" ism:ownerProducer="USA" ism:resourceElement="true"/>',
        ),
    ),
    "text-banner": Target(of_text(lambda line: text.parse_marking(line, "banner")), TEXTS),
    "text-portion": Target(of_text(lambda line: text.parse_marking(line, "portion")), TEXTS),
    "text-suggest": Target(of_text(text.suggest), TEXTS),
    "tlp": Target(of_text(codecs.parse_tlp), (b"TLP:AMBER+STRICT", b"TLP:CLEAR")),
    "mark": Target(of_text(lambda line: codecs.parse_mark(line, MARKING, epoch="2023-07-12")), MARKS),
    "pack-zip": Target(
        lambda raw: load_pack(open_pack_zip(raw)), (zip_of(PACK), zip_of({"pack.json": b"{}"}))
    ),
    "pack-manifest": Target(_load_pack_file("pack.json"), (PACK["pack.json"],)),
    "pack-memberships": Target(_read_memberships, (PACK["memberships.csv"],)),
    "pack-places": Target(_read_places, (PACK["places.json"], b'{"joins": [["One", "Two"]]}')),
    "pack-cases": Target(
        lambda raw: run_pack_cases({"cases.json": raw}, BOOK),
        (b'[{"label": {"policy": "PUBLIC", "classification": "UNMARKED"}, "valid": true, "mark": ""}]',),
    ),
}


def read_found(name):
    """Inputs that broke this parser once: ``found/NAME-*``."""
    return [path.read_bytes() for path in sorted((Path(__file__).parent / "found").glob(f"{name}-*"))]


def feed(name, raw):
    """One input through one parser: True where it was read."""
    try:
        TARGETS[name].parse(raw)
    except TearlineError:
        return False
    return True
