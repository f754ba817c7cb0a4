# SPDX-License-Identifier: Apache-2.0
"""What an originator writes and holds: products of portions, each with labelled variants."""

from tearline.core.products.findings import (
    PORTIONS_MAX,
    Finding,
    find_excess,
    find_fault_of_body,
    find_problems,
)
from tearline.core.products.geometry import (
    Area,
    Geometry,
    find_geometry,
    make_touch,
    print_geometry,
    read_geometry,
    touches,
)
from tearline.core.products.grid import Place, read_place
from tearline.core.products.kinds import ABOVE, KINDS, LOWEST, USUAL, Kind
from tearline.core.products.media import MEDIA_MAX_BYTES, Scrubbed, scrub
from tearline.core.products.portion import (
    Body,
    Field,
    GradingBody,
    MediaBody,
    Portion,
    PositionBody,
    Source,
    StixBody,
    TableBody,
    TextBody,
    Variant,
    Wording,
    texts_of,
)
from tearline.core.products.product import Envelope, Product, print_reference
from tearline.core.products.references import find_references, is_reference

__all__ = [
    "ABOVE",
    "KINDS",
    "LOWEST",
    "MEDIA_MAX_BYTES",
    "PORTIONS_MAX",
    "USUAL",
    "Area",
    "Body",
    "Envelope",
    "Field",
    "Finding",
    "Geometry",
    "GradingBody",
    "Kind",
    "MediaBody",
    "Place",
    "Portion",
    "PositionBody",
    "Product",
    "Scrubbed",
    "Source",
    "StixBody",
    "TableBody",
    "TextBody",
    "Variant",
    "Wording",
    "find_excess",
    "find_fault_of_body",
    "find_geometry",
    "find_problems",
    "find_references",
    "is_reference",
    "make_touch",
    "print_geometry",
    "print_reference",
    "read_geometry",
    "read_place",
    "scrub",
    "texts_of",
    "touches",
]
