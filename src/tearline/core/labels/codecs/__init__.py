# SPDX-License-Identifier: Apache-2.0
"""Forms in which policies, labels and clearances come from and go to other systems.

Each reads strictly and bounded, refuses by name what it doesn't know, and gives back what it read. XML and ASN.1 are bytes;
a codec knows no policy: ``tearline.core.labels.document`` and ``numeric`` find a document's words in one.
"""

from tearline.core.labels.codecs.binding_profiles import (
    check_profile,
    parse_binding_header,
    parse_xmp,
    print_binding_header,
    print_xmp,
)
from tearline.core.labels.codecs.ess import (
    decode_clearance,
    decode_ess_label,
    encode_clearance,
    encode_ess_label,
)
from tearline.core.labels.codecs.sio_label import SioLabel, parse_sio_label, print_sio_label
from tearline.core.labels.codecs.spif import parse_spif
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

__all__ = [
    "SioLabel",
    "check_profile",
    "decode_clearance",
    "decode_ess_label",
    "embed",
    "encapsulate",
    "encode_clearance",
    "encode_ess_label",
    "find_part_labels",
    "make_sidecar",
    "parse_binding",
    "parse_binding_header",
    "parse_clearance_claim",
    "parse_clearance_document",
    "parse_embedded",
    "parse_label_document",
    "parse_sio_label",
    "parse_spif",
    "parse_xmp",
    "print_binding",
    "print_binding_header",
    "print_clearance_claim",
    "print_clearance_document",
    "print_label_document",
    "print_sio_label",
    "print_xmp",
]
