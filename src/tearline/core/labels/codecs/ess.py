# SPDX-License-Identifier: Apache-2.0
"""Labels and clearances in ASN.1: the ESS label (RFC 2634, X.841) and the clearance of RFC 5913, with ACP 145 categories.

BER is read, DER is written. Refused by name: category syntaxes other than the five of ACP 145 (a restriction that can't be
read can't be kept), what follows the value, more depth, elements or bytes than any label has. The library (pyasn1) is
loaded with the first such label, and sees only what passed ``_check_shape``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from types import ModuleType
from typing import Any

from tearline.core.errors import LimitError, MalformedError
from tearline.core.labels.codecs.strict_xml import is_plain
from tearline.core.labels.label import LABEL_VALUES_MAX
from tearline.core.labels.numeric import NumericCategory, NumericClearance, NumericLabel
from tearline.core.labels.policy import TagKind

ESS_MAX_BYTES = 64 * 1024
DEPTH_MAX = 16
ELEMENTS_MAX = 2_048
CATEGORIES_MAX = 64  # ub-security-categories
BITS_MAX = 65_536
NUMBER_MAX = 2**63 - 1
PRIVACY_MARK_MAX = 128
_SYNTAXES = {
    "2.16.840.1.101.2.1.8.3.0": (TagKind.RESTRICTIVE, "bits"),
    "2.16.840.1.101.2.1.8.3.1": (TagKind.PERMISSIVE, "numbers"),
    "2.16.840.1.101.2.1.8.3.2": (TagKind.PERMISSIVE, "bits"),
    "2.16.840.1.101.2.1.8.3.3": (TagKind.INFORMATIVE, ""),  # as the value itself says
    "2.16.840.1.101.2.1.8.3.4": (TagKind.RESTRICTIVE, "numbers"),
}
_OID = re.compile(r"[0-2](\.(0|[1-9]\d{0,38})){1,64}\Z", re.ASCII)
_BIT_STRING = 0x03
_UTF8 = 0x0C
_PRINTABLE = 0x13
_CONSTRUCTED = 0x20
_LONG = 0x80
_HIGH_TAG = 0x1F


def decode_ess_label(raw: bytes) -> NumericLabel:
    """The label that ``raw`` (BER) is, whole."""
    tags = [_PRINTABLE if tag == _UTF8 else tag for tag in _check_shape(raw)]  # either is the privacy mark
    if len(set(tags)) != len(tags):
        raise _bad("a label with a part twice")  # of a SET the library would keep the last
    found = _decode(raw, _load().SECURITY_LABEL.clone(), "a label")
    parts = {name: value for name, value in found.items() if value.isValue}
    if not parts:
        raise _bad("a label that states nothing")
    level = int(parts["security-classification"]) if "security-classification" in parts else None
    if level is not None and not 0 <= level <= NUMBER_MAX:
        raise _bad("a classification out of range")
    mark = _read_mark(parts.get("privacy-mark"))
    if "privacy-mark" in parts and (not mark or len(mark) > PRIVACY_MARK_MAX or not is_plain(mark)):
        raise _bad(f"a privacy mark that is no plain text: {mark[:40]!r}")
    return NumericLabel(
        str(parts.get("security-policy-identifier", "")),
        level,
        _read_categories(parts.get("security-categories", ())),
        mark,
    )


def _read_mark(found: Any) -> str:
    if found is None:
        return ""
    if not hasattr(
        found, "getComponent"
    ):  # of a mark in pieces the library makes no choice, but one of its strings
        raise _bad("a privacy mark in a form that is not read")
    return str(found.getComponent())


def decode_clearance(raw: bytes) -> NumericClearance:
    """The clearance that ``raw`` (BER) is, whole; in the form of RFC 5913 or the tagged one of X.841 and RFC 3281."""
    tagged = _check_shape(raw)[:1] == (_LONG,)  # [0] where RFC 5913 has OBJECT IDENTIFIER
    schema = _load().TAGGED_CLEARANCE if tagged else _load().CLEARANCE.clone()
    found = _decode(raw, schema, "a clearance")
    return NumericClearance(
        str(_take(found, "policyId")),
        _read_bits(_take(found, "classList")),
        _read_categories(found["securityCategories"] if found["securityCategories"].isValue else ()),
    )


def encode_ess_label(label: NumericLabel) -> bytes:
    """The label in DER."""
    schema = _load()
    out = schema.SECURITY_LABEL.clone()
    if label.policy_oid:
        out["security-policy-identifier"] = _check_oid(label.policy_oid)
    if label.classification is not None:
        out["security-classification"] = label.classification
    if label.privacy_mark:
        if len(label.privacy_mark) > PRIVACY_MARK_MAX or not is_plain(label.privacy_mark):
            raise _bad(f"a privacy mark that is no plain text: {label.privacy_mark[:40]!r}")
        out["privacy-mark"]["utf8String"] = label.privacy_mark
    _write_categories(out, "security-categories", label.categories)
    if not any(value.isValue for value in out.values()):
        raise _bad("a label that states nothing")
    return _encode(out)


def encode_clearance(clearance: NumericClearance) -> bytes:
    """The clearance in DER, in the form of RFC 5913."""
    out = _load().CLEARANCE.clone()
    out["policyId"] = _check_oid(clearance.policy_oid)
    out["classList"] = _make_bits(clearance.classifications)
    _write_categories(out, "securityCategories", clearance.categories)
    return _encode(out)


def _check_oid(oid: str) -> str:
    if not _OID.match(oid):
        raise _bad(f"{oid[:60]!r} is no object identifier")
    return oid


@cache
def _load() -> ModuleType:
    from tearline.core.labels.codecs import ess_schema  # noqa: PLC0415  most nodes never meet ASN.1

    return ess_schema


def _bad(what: str) -> MalformedError:
    return MalformedError("bad-ess", what)


def _decode(raw: bytes, schema: Any, what: str) -> Any:
    from pyasn1.codec.ber import decoder  # noqa: PLC0415  see _load

    _check_shape(raw)
    try:
        found, rest = decoder.decode(raw, asn1Spec=schema)
    except Exception as error:  # hostile bytes make the library fail with errors of any kind: six were met
        raise MalformedError("bad-ess", f"{what} that is no BER of its kind: {str(error)[:120]}") from error
    # Of an element that ends before it began the library makes nothing at all.
    if not isinstance(found, type(schema)):
        raise _bad(f"{what} that is nothing")
    if rest:
        raise _bad(f"{what} followed by {len(rest)} bytes")
    return found


def _take(holder: Any, name: str) -> Any:
    """A part that has to be there. Of one without contents the library keeps what it would be, and fails when it is read."""
    part = holder[name]
    if not part.isValue:
        raise _bad(f"{name} without contents")
    return part


def _encode(value: Any) -> bytes:
    from pyasn1.codec.der import encoder  # noqa: PLC0415  see _load
    from pyasn1.error import PyAsn1Error  # noqa: PLC0415  see _load

    try:
        out: bytes = encoder.encode(value)
    except (PyAsn1Error, ValueError) as error:
        raise MalformedError("bad-ess", f"can't be written in ASN.1: {str(error)[:120]}") from error
    return out


def _read_categories(found: Iterable[Any]) -> tuple[NumericCategory, ...]:
    out: list[NumericCategory] = []
    for category in found:
        syntax = str(_take(category, "type"))
        if syntax not in _SYNTAXES:
            raise MalformedError("unknown-syntax", f"the category syntax {syntax} is not read")
        kind, encoding = _SYNTAXES[syntax]
        value = bytes(_take(category, "value"))
        if not encoding:
            encoding = "bits" if _check_shape(value)[1:2] == (_BIT_STRING,) else "numbers"
        schema = _load().BIT_TAG if encoding == "bits" else _load().NUMBER_TAG
        tag = _decode(value, schema, "a category")
        lacvs = (
            _read_bits(_take(tag, "attributeFlags"))
            if encoding == "bits"
            else tuple(sorted(int(n) for n in tag["attributeList"]))
        )
        if len(set(lacvs)) != len(lacvs) or any(not 0 <= lacv <= NUMBER_MAX for lacv in lacvs):
            raise _bad("a category with a number twice or out of range")
        key = (str(_take(tag, "tagName")), kind, encoding)
        if any((c.tag_set_oid, c.kind, c.encoding) == key for c in out):
            raise _bad(f"the tag set {key[0]} stands twice")
        out.append(NumericCategory(*key, lacvs))
    if len(out) > CATEGORIES_MAX or sum(len(c.lacvs) for c in out) > LABEL_VALUES_MAX:
        raise LimitError("label-too-large", f"a label of {len(out)} categories")
    return tuple(sorted(out, key=lambda c: (c.tag_set_oid, c.kind.value, c.encoding)))


def _write_categories(holder: Any, name: str, categories: tuple[NumericCategory, ...]) -> None:
    schema = _load()
    for index, category in enumerate(categories):
        syntax = next(
            (oid for oid, (kind, encoding) in _SYNTAXES.items()
             if kind is category.kind and encoding in {category.encoding, ""}),
            "",
        )  # fmt: skip
        if not syntax or category.encoding not in {"bits", "numbers"}:
            raise _bad(f"{category.tag_set_oid} has no syntax in ASN.1")
        tag = (schema.BIT_TAG if category.encoding == "bits" else schema.NUMBER_TAG).clone()
        tag["tagName"] = _check_oid(category.tag_set_oid)
        if category.encoding == "bits":
            tag["attributeFlags"] = _make_bits(category.lacvs)
        else:
            tag["attributeList"].extend(category.lacvs)
            if not category.lacvs:
                tag["attributeList"].clear()
        holder[name][index]["type"] = syntax
        holder[name][index]["value"] = _encode(tag)


def _read_bits(bits: Any) -> tuple[int, ...]:
    try:
        size = len(bits)
    except ValueError as error:  # unused bits of no bits: the library subtracts them all the same
        raise _bad("a bit string of fewer bits than none") from error
    if size > BITS_MAX:
        raise LimitError("label-too-large", f"a bit string of {size} bits")
    return tuple(number for number, bit in enumerate(bits) if bit)


def _make_bits(numbers: tuple[int, ...]) -> Any:
    from pyasn1.type.univ import BitString  # noqa: PLC0415  see _load

    if any(not 0 <= number < BITS_MAX for number in numbers):
        raise LimitError("label-too-large", f"a number above {BITS_MAX} in a bit string")
    return BitString(tuple(int(number in numbers) for number in range(max(numbers, default=-1) + 1)))


def _check_shape(raw: bytes) -> tuple[int, ...]:
    """Bounds size, depth and elements before the library sees anything; the tags of the parts of the outermost element."""
    if len(raw) > ESS_MAX_BYTES:
        raise LimitError("too-large", f"ASN.1 of {len(raw)} bytes; at most {ESS_MAX_BYTES} are read")
    ends: list[int | None] = []  # of the open constructed elements; None: until two zero bytes
    parts: list[int] = []
    at = elements = 0
    while at < len(raw):
        while ends and ends[-1] == at:
            ends.pop()
        if ends and ends[-1] is None and raw[at : at + 2] == b"\0\0":
            ends.pop()
            at += 2
            continue
        elements += 1
        if len(ends) >= DEPTH_MAX or elements > ELEMENTS_MAX:
            raise LimitError("label-too-large", "ASN.1 nested too deep, or of too many elements")
        if len(ends) == 1:
            parts.append(raw[at] & ~_CONSTRUCTED)
        start, length, constructed = _read_header(raw, at)
        limit = next((end for end in reversed(ends) if end is not None), len(raw))
        if start > limit or (length is not None and start + length > limit):
            raise _bad("an ASN.1 element longer than what holds it")
        if constructed:
            ends.append(None if length is None else start + length)
            at = start
        else:
            at = start + (length or 0)
    return tuple(parts)


def _read_header(raw: bytes, at: int) -> tuple[int, int | None, bool]:
    """Where the contents start, how long they are (None: indefinite), and whether they are elements."""
    constructed = bool(raw[at] & _CONSTRUCTED)
    if raw[at] & _HIGH_TAG == _HIGH_TAG or at + 1 >= len(raw):
        raise _bad("an ASN.1 tag that no label has, or cut short")
    size = raw[at + 1]
    if size < _LONG:
        return at + 2, size, constructed
    if size == _LONG:
        if not constructed:
            raise _bad("an indefinite length of a value")
        return at + 2, None, True
    count = size & ~_LONG
    if count > 4 or at + 2 + count > len(raw):  # noqa: PLR2004  four bytes say more than ESS_MAX_BYTES
        raise _bad("an ASN.1 length that no label has, or cut short")
    return at + 2 + count, int.from_bytes(raw[at + 2 : at + 2 + count]), constructed
