# SPDX-License-Identifier: Apache-2.0
"""The ASN.1 types of ESS labels and RFC 5913 clearances, for pyasn1. Imported when a label in ASN.1 is first met.

Written from RFC 2634, RFC 5913, X.841 and ACP 145: implicit tags, but what lies under ``value [1]`` is of any type and so
tagged explicitly. Each is a pattern: ``clone()`` before filling one in.
"""

from __future__ import annotations

from typing import Any

from pyasn1.type import char, namedtype, tag, univ


def _context(number: int) -> Any:
    return tag.Tag(tag.tagClassContext, tag.tagFormatSimple, number)


def _sequence(*parts: Any) -> Any:
    return univ.Sequence(componentType=namedtype.NamedTypes(*parts))


_needed = namedtype.NamedType
_optional = namedtype.OptionalNamedType
_UNCLASSIFIED = (0, 1)  # bit 1 of a class list

PRIVACY_MARK = univ.Choice(
    componentType=namedtype.NamedTypes(
        _needed("pString", char.PrintableString()), _needed("utf8String", char.UTF8String())
    )
)
SECURITY_CATEGORY = _sequence(
    _needed("type", univ.ObjectIdentifier().subtype(implicitTag=_context(0))),
    _needed("value", univ.Any().subtype(explicitTag=_context(1))),
)
SECURITY_CATEGORIES = univ.SetOf(componentType=SECURITY_CATEGORY)

# ESSSecurityLabel, and ConfidentialityLabel of X.841, which is the same on the wire.
SECURITY_LABEL = univ.Set(
    componentType=namedtype.NamedTypes(
        _optional("security-policy-identifier", univ.ObjectIdentifier()),
        _optional("security-classification", univ.Integer()),
        _optional("privacy-mark", PRIVACY_MARK),
        _optional("security-categories", SECURITY_CATEGORIES),
    )
)

# Clearance of RFC 5913.
CLEARANCE = _sequence(
    _needed("policyId", univ.ObjectIdentifier()),
    namedtype.DefaultedNamedType("classList", univ.BitString(_UNCLASSIFIED)),
    _optional("securityCategories", SECURITY_CATEGORIES),
)
# Clearance of X.841 and RFC 3281, the same with tags; read, never written.
TAGGED_CLEARANCE = _sequence(
    _needed("policyId", univ.ObjectIdentifier().subtype(implicitTag=_context(0))),
    namedtype.DefaultedNamedType("classList", univ.BitString(_UNCLASSIFIED).subtype(implicitTag=_context(1))),
    _optional("securityCategories", SECURITY_CATEGORIES.subtype(implicitTag=_context(2))),
)

# RestrictiveTag, PermissiveTag, and InformativeTag with a bit set.
BIT_TAG = _sequence(_needed("tagName", univ.ObjectIdentifier()), _needed("attributeFlags", univ.BitString()))
# EnumeratedTag, and InformativeTag with a set of numbers.
NUMBER_TAG = _sequence(
    _needed("tagName", univ.ObjectIdentifier()),
    _needed("attributeList", univ.SetOf(componentType=univ.Integer())),
)
