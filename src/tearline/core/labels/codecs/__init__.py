# SPDX-License-Identifier: Apache-2.0
"""Forms in which policies, labels and clearances come from and go to other systems.

Each reads strictly and bounded, refuses by name what it doesn't know, and gives back what it read. XML and ASN.1 are bytes;
a codec knows no policy: ``tearline.core.labels.document`` and ``numeric`` find a document's words in one.

A codec is loaded when the first of its names is asked for, so that who decides with policies at hand never loads an XML
parser. ``codecs.text`` and ``codecs.ism`` are packages of their own. The names here are all that others may import.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tearline.core.labels.codecs.binding_profiles import (
        check_profile,
        parse_binding_header,
        parse_xmp,
        print_binding_header,
        print_xmp,
    )
    from tearline.core.labels.codecs.convert import Context, Converted, Loss
    from tearline.core.labels.codecs.convert import convert as convert_form
    from tearline.core.labels.codecs.ess import (
        decode_clearance,
        decode_ess_label,
        encode_clearance,
        encode_ess_label,
    )
    from tearline.core.labels.codecs.policy_mark import Reading, find_readings, parse_mark
    from tearline.core.labels.codecs.sio_label import SioLabel, parse_sio_label, print_sio_label
    from tearline.core.labels.codecs.spiffing import parse_spiffing, print_spiffing
    from tearline.core.labels.codecs.stanag4774 import (
        parse_clearance_claim,
        parse_clearance_document,
        parse_label_document,
        print_clearance_claim,
        print_clearance_document,
        print_label_document,
    )
    from tearline.core.labels.codecs.stanag4778 import (
        embed,
        encapsulate,
        find_part_labels,
        make_sidecar,
        parse_binding,
        parse_embedded,
        print_binding,
    )
    from tearline.core.labels.codecs.stix import StixMarked, join_high_water, parse_stix, print_tlp_definition
    from tearline.core.labels.codecs.strict_json import parse_json
    from tearline.core.labels.codecs.tlp import Tlp, join_tlp, parse_tlp, print_tlp
    from tearline.core.labels.codecs.ztdf import Handling, parse_handling, parse_manifest, print_handling
    from tearline.core.labels.policy import Policy

_MODULES = {
    "binding_profiles": (
        "check_profile",
        "parse_binding_header",
        "parse_xmp",
        "print_binding_header",
        "print_xmp",
    ),
    "convert": ("Context", "Converted", "Loss", "convert_form"),
    "ess": ("decode_clearance", "decode_ess_label", "encode_clearance", "encode_ess_label"),
    "policy_mark": ("Reading", "find_readings", "parse_mark"),
    "sio_label": ("SioLabel", "parse_sio_label", "print_sio_label"),
    "spiffing": ("parse_spiffing", "print_spiffing"),
    "stanag4774": (
        "parse_clearance_claim",
        "parse_clearance_document",
        "parse_label_document",
        "print_clearance_claim",
        "print_clearance_document",
        "print_label_document",
    ),
    "stanag4778": (
        "embed",
        "encapsulate",
        "find_part_labels",
        "make_sidecar",
        "parse_binding",
        "parse_embedded",
        "print_binding",
    ),
    "stix": ("StixMarked", "join_high_water", "parse_stix", "print_tlp_definition"),
    "strict_json": ("parse_json",),
    "tlp": ("Tlp", "join_tlp", "parse_tlp", "print_tlp"),
    "ztdf": ("Handling", "parse_handling", "parse_manifest", "print_handling"),
}
_PLACES = {name: module for module, names in _MODULES.items() for name in names}
_OTHER_NAMES = {"convert_form": "convert"}  # the module has that name


def parse_spif(raw: bytes) -> "Policy":
    """The policy a SPIF states. Raises ``MalformedError`` naming the element that can't be read or honoured."""
    from tearline.core.labels.codecs import spif  # noqa: PLC0415  an XML parser is loaded when there is XML

    return spif.parse_spif(raw)


def __getattr__(name: str) -> Any:
    """A codec's name, the first time that it is asked for."""
    place = _PLACES.get(name)
    if place is None:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    module = __import__(f"{__name__}.{place}", fromlist=[name])
    value = globals()[name] = getattr(module, _OTHER_NAMES.get(name, name))
    return value


__all__ = [
    "Context",
    "Converted",
    "Handling",
    "Loss",
    "Reading",
    "SioLabel",
    "StixMarked",
    "Tlp",
    "check_profile",
    "convert_form",
    "decode_clearance",
    "decode_ess_label",
    "embed",
    "encapsulate",
    "encode_clearance",
    "encode_ess_label",
    "find_part_labels",
    "find_readings",
    "join_high_water",
    "join_tlp",
    "make_sidecar",
    "parse_binding",
    "parse_binding_header",
    "parse_clearance_claim",
    "parse_clearance_document",
    "parse_embedded",
    "parse_handling",
    "parse_json",
    "parse_label_document",
    "parse_manifest",
    "parse_mark",
    "parse_sio_label",
    "parse_spif",
    "parse_spiffing",
    "parse_stix",
    "parse_tlp",
    "parse_xmp",
    "print_binding",
    "print_binding_header",
    "print_clearance_claim",
    "print_clearance_document",
    "print_handling",
    "print_label_document",
    "print_sio_label",
    "print_spiffing",
    "print_tlp",
    "print_tlp_definition",
    "print_xmp",
]
