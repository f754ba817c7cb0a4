# SPDX-License-Identifier: Apache-2.0
"""The US Intelligence Community's ISM attributes (V10): XML and JSON, rules by number, roll-up, banner and portion.

Example::

    attributes = parse_ism_json(b'{"classification": "S", "ownerProducer": "USA", "disseminationControls": "NF"}')
    check_attributes(attributes)  # () : no rule is broken
    print_ism(attributes, "banner")  # SECRET//NOFORN
"""

from tearline.core.labels.codecs.ism.attributes import (
    ATTRIBUTES,
    IsmAttributes,
    IsmElement,
    list_texts,
    make_attributes,
    parse_ism_json,
    parse_ism_xml,
    print_ism_json,
    read_element,
    write_element,
)
from tearline.core.labels.codecs.ism.banner import check_banner, check_document
from tearline.core.labels.codecs.ism.marks import make_attributes_of, make_marking, print_ism
from tearline.core.labels.codecs.ism.rollup import Groups, NoBanner, roll_up_ism
from tearline.core.labels.codecs.ism.rules import check_attributes

__all__ = [
    "ATTRIBUTES",
    "Groups",
    "IsmAttributes",
    "IsmElement",
    "NoBanner",
    "check_attributes",
    "check_banner",
    "check_document",
    "list_texts",
    "make_attributes",
    "make_attributes_of",
    "make_marking",
    "parse_ism_json",
    "parse_ism_xml",
    "print_ism",
    "print_ism_json",
    "read_element",
    "roll_up_ism",
    "write_element",
]
