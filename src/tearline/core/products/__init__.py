# SPDX-License-Identifier: Apache-2.0
"""What an originator writes and holds: products of portions, each with labelled variants."""

from tearline.core.products.findings import Finding, find_problems
from tearline.core.products.kinds import KINDS, Kind
from tearline.core.products.portion import (
    Body,
    Field,
    GradingBody,
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

__all__ = [
    "KINDS",
    "Body",
    "Envelope",
    "Field",
    "Finding",
    "GradingBody",
    "Kind",
    "Portion",
    "PositionBody",
    "Product",
    "Source",
    "StixBody",
    "TableBody",
    "TextBody",
    "Variant",
    "Wording",
    "find_problems",
    "print_reference",
    "texts_of",
]
