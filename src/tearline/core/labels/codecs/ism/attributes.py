# SPDX-License-Identifier: Apache-2.0
"""ISM attributes, read from XML and JSON and written to them, exactly.

The attributes are those of ISM V10. What isn't one of them is refused with its place (ISM-ID-00125), a value of a wrong shape
by the rule for its type; which values there are, and which go together, is left to ``check_attributes``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any, Literal

import msgspec
from lxml import etree

from tearline.core.errors import LimitError, MalformedError
from tearline.core.labels.codecs.strict_json import expect_object, parse_json
from tearline.core.labels.codecs.strict_xml import Element, is_plain, local_name, parse_xml

NAMESPACE = "urn:us:gov:ic:ism"
XML_BYTES_MAX = 32 * 1024 * 1024
JSON_BYTES_MAX = 256 * 1024
ELEMENTS_MAX = 100_000
TOKENS_MAX = 512
_TOKEN = re.compile(r"[A-Za-z0-9_.:\-]{1,128}\Z")
_Kind = Literal["tokens", "token", "text", "flag", "day"]


class IsmAttributes(msgspec.Struct, frozen=True):
    """The attributes of one element; '' and () are absent ones."""

    classification: str = ""
    owner_producer: tuple[str, ...] = ()
    sci_controls: tuple[str, ...] = ()
    sar_identifier: tuple[str, ...] = ()
    atomic_energy_markings: tuple[str, ...] = ()
    dissemination_controls: tuple[str, ...] = ()
    fgi_source_open: tuple[str, ...] = ()
    fgi_source_protected: tuple[str, ...] = ()
    non_us_controls: tuple[str, ...] = ()
    releasable_to: tuple[str, ...] = ()
    display_only_to: tuple[str, ...] = ()
    non_ic_markings: tuple[str, ...] = ()
    classified_by: str = ""
    compilation_reason: str = ""
    derivatively_classified_by: str = ""
    classification_reason: str = ""
    derived_from: str = ""
    declass_date: str = ""
    declass_event: str = ""
    declass_exception: str = ""
    notice_type: tuple[str, ...] = ()
    notice_reason: str = ""
    notice_date: str = ""
    unregistered_notice_type: str = ""
    external_notice: bool | None = None
    poc_type: tuple[str, ...] = ()
    complies_with: tuple[str, ...] = ()
    create_date: str = ""
    des_version: str = ""
    resource_element: bool | None = None
    exclude_from_rollup: bool | None = None

    @property
    def controls(self) -> frozenset[str]:
        """Dissemination controls as a set."""
        return frozenset(self.dissemination_controls)


class IsmElement(msgspec.Struct, frozen=True):
    """An element of a document that bears attributes."""

    path: str
    line: int
    attributes: IsmAttributes


class _Shape(msgspec.Struct, frozen=True):
    field: str
    kind: _Kind
    rule: int  # of its type
    size_max: int = 1024


ATTRIBUTES = {
    "classification": _Shape("classification", "token", 269),
    "ownerProducer": _Shape("owner_producer", "tokens", 291),
    "SCIcontrols": _Shape("sci_controls", "tokens", 296),
    "SARIdentifier": _Shape("sar_identifier", "tokens", 295),
    "atomicEnergyMarkings": _Shape("atomic_energy_markings", "tokens", 268),
    "disseminationControls": _Shape("dissemination_controls", "tokens", 281),
    "FGIsourceOpen": _Shape("fgi_source_open", "tokens", 283),
    "FGIsourceProtected": _Shape("fgi_source_protected", "tokens", 284),
    "nonUSControls": _Shape("non_us_controls", "tokens", 286),
    "releasableTo": _Shape("releasable_to", "tokens", 293),
    "displayOnlyTo": _Shape("display_only_to", "tokens", 280),
    "nonICmarkings": _Shape("non_ic_markings", "tokens", 285),
    "classifiedBy": _Shape("classified_by", "text", 271),
    "compilationReason": _Shape("compilation_reason", "text", 272),
    "derivativelyClassifiedBy": _Shape("derivatively_classified_by", "text", 278),
    "classificationReason": _Shape("classification_reason", "text", 270, 4096),
    "derivedFrom": _Shape("derived_from", "text", 279),
    "declassDate": _Shape("declass_date", "day", 275),
    "declassEvent": _Shape("declass_event", "text", 276),
    "declassException": _Shape("declass_exception", "token", 277),
    "noticeType": _Shape("notice_type", "tokens", 289),
    "noticeReason": _Shape("notice_reason", "text", 288, 2048),
    "noticeDate": _Shape("notice_date", "day", 287),
    "unregisteredNoticeType": _Shape("unregistered_notice_type", "text", 297, 2048),
    "externalNotice": _Shape("external_notice", "flag", 290),
    "pocType": _Shape("poc_type", "tokens", 292),
    "compliesWith": _Shape("complies_with", "tokens", 273),
    "createDate": _Shape("create_date", "day", 274),
    "DESVersion": _Shape("des_version", "token", 300),
    "resourceElement": _Shape("resource_element", "flag", 103),
    "excludeFromRollup": _Shape("exclude_from_rollup", "flag", 282),
}
"""Attribute names in the order in which they are written."""


def name_rule(number: int) -> str:
    """``ISM-ID-00033``."""
    return f"ISM-ID-{number:05d}"


def parse_ism_json(raw: bytes) -> IsmAttributes:
    """One object of attributes: texts as in XML; lists of tokens and true/false are read too."""
    found = expect_object(parse_json(raw, "ISM attributes", JSON_BYTES_MAX), "$", "bad-ism")
    return make_attributes({str(name): value for name, value in found.items()}, "$")


def make_attributes(values: dict[str, Any], place: str) -> IsmAttributes:
    """Attributes by their names, or ``MalformedError`` naming place, attribute and rule."""
    fields: dict[str, Any] = {}
    for name, value in values.items():
        shape = ATTRIBUTES.get(name)
        if shape is None:
            raise _refuse(place, name, 125, "is no ISM attribute")
        fields[shape.field] = _read_value(place, name, shape, value)
    return IsmAttributes(**fields)


def _read_value(place: str, name: str, shape: _Shape, value: Any) -> Any:
    if shape.kind == "tokens" and isinstance(value, list):
        if not all(isinstance(token, str) for token in value):
            raise _refuse(place, name, shape.rule, "is no list of tokens")
        return _read_tokens(place, name, shape, value)
    if shape.kind == "flag" and isinstance(value, bool):
        return value
    if not isinstance(value, str):
        raise _refuse(place, name, shape.rule, "is no text")
    if not value.strip():
        raise _refuse(place, name, 2, "is there and empty")
    if shape.kind == "tokens":
        return _read_tokens(place, name, shape, value.split(" "))
    if shape.kind == "token":
        return _read_tokens(place, name, shape, [value])[0]
    if shape.kind == "flag":
        if value not in {"true", "false", "1", "0"}:
            raise _refuse(place, name, shape.rule, "is neither true nor false")
        return value in {"true", "1"}
    if shape.kind == "day":
        return _read_day(place, name, shape, value)
    if len(value) >= shape.size_max or not all(map(is_plain, value.split())):
        raise _refuse(place, name, shape.rule, "is no plain text, or too long")
    return value


def _read_tokens(place: str, name: str, shape: _Shape, tokens: list[str]) -> tuple[str, ...]:
    if not tokens or len(tokens) > TOKENS_MAX:
        raise _refuse(place, name, shape.rule, f"has {len(tokens)} tokens")
    for token in tokens:
        if not token.isascii() or not _TOKEN.match(token):
            raise _refuse(
                place, name, shape.rule, f"{token[:40]!r} is no token; tokens are divided by one blank"
            )
    return tuple(tokens)


def _read_day(place: str, name: str, shape: _Shape, value: str) -> str:
    try:
        day = date.fromisoformat(value).isoformat()
    except ValueError as error:
        raise _refuse(place, name, shape.rule, "is no day") from error
    if day != value:
        raise _refuse(place, name, shape.rule, "is no day written as 2035-09-11")
    return value


def _refuse(place: str, name: str, rule: int, what: str) -> MalformedError:
    return MalformedError(
        name_rule(rule), f"{place}, {name[:60]}: {what} ({name_rule(rule)})", "Nothing was taken over."
    )


def parse_ism_xml(raw: bytes) -> tuple[IsmElement, ...]:
    """Every element of a document that bears ISM attributes, in document order. The document's own words are not judged."""
    root = parse_xml(raw, "a document", XML_BYTES_MAX)
    out: list[IsmElement] = []
    for element, path in _walk(root):
        attributes = read_element(element, path)
        if attributes is not None:
            line: Any = element.sourceline  # its stub has no type
            out.append(IsmElement(path, line, attributes))
        if len(out) > ELEMENTS_MAX:
            raise LimitError("too-many", f"more than {ELEMENTS_MAX} marked elements")
    return tuple(out)


def _walk(root: Element) -> Iterator[tuple[Element, str]]:
    """Elements in document order with their paths, each in constant time however many brothers it has."""
    waiting = [(root, f"/{local_name(root)}")]
    while waiting:
        element, path = waiting.pop()
        yield element, path
        children = list(element.iterchildren(etree.Element))
        alike = Counter(child.tag for child in children)
        seen: Counter[str] = Counter()
        below: list[tuple[Element, str]] = []
        for child in children:
            seen[child.tag] += 1
            number = f"[{seen[child.tag]}]" if alike[child.tag] > 1 else ""
            below.append((child, f"{path}/{local_name(child)}{number}"))
        waiting.extend(reversed(below))


def read_element(element: Element, path: str = "") -> IsmAttributes | None:
    """The ISM attributes of one element; None where it bears none."""
    values: dict[str, Any] = {}
    for name, value in element.attrib.items():
        qualified = etree.QName(str(name))
        if qualified.namespace == NAMESPACE:
            values[qualified.localname] = str(value)
    return (
        make_attributes(values, f"line {element.sourceline}, {path or local_name(element)}")
        if values
        else None
    )


def list_texts(attributes: IsmAttributes) -> dict[str, str]:
    """Attribute names and texts, in order: what XML and JSON both write."""
    out: dict[str, str] = {}
    for name, shape in ATTRIBUTES.items():
        value = getattr(attributes, shape.field)
        if shape.kind == "tokens" and value:
            out[name] = " ".join(value)
        elif shape.kind == "flag" and value is not None:
            out[name] = "true" if value else "false"
        elif shape.kind in {"token", "text", "day"} and value:
            out[name] = value
    return out


def print_ism_json(attributes: IsmAttributes) -> bytes:
    """One object; values as in XML."""
    return msgspec.json.encode(list_texts(attributes))


def write_element(element: Element, attributes: IsmAttributes) -> None:
    """Set the attributes on an element, in place of those it had."""
    for name in list(element.attrib):
        if etree.QName(str(name)).namespace == NAMESPACE:
            del element.attrib[name]
    for name, text in list_texts(attributes).items():
        element.set(f"{{{NAMESPACE}}}{name}", text)
