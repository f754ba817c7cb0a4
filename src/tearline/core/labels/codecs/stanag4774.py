# SPDX-License-Identifier: Apache-2.0
"""Confidentiality labels and clearances in XML: STANAG 4774, ADatP-4774 Ed A v1 (standards.md B1).

Read strictly: order, namespaces, required attributes and dates as the standard's prose has them; what isn't part of it is
refused by name, line and path. Elements of other vocabularies are kept where the standard lets them stand (in the
information, after the label's own elements, after a clearance's), each at most once by name for our own and never with a
label inside. Printing gives one form, without space between elements; reading that gives the same document.

``draft=True`` reads what tools wrote before the standard: no creation or review date, ``URL`` for ``URI``.
"""

from __future__ import annotations

import base64
import binascii
import re

from lxml import etree

from tearline.core.errors import LimitError, MalformedError
from tearline.core.labels.codecs.strict_xml import (
    SCHEMA_LOCATIONS,
    Element,
    Form,
    hold,
    is_plain,
    list_elements,
    local_name,
    parse_xml,
    print_canonical,
    print_xml,
)
from tearline.core.labels.codecs.usual_form import read_usual
from tearline.core.labels.document import (
    LABEL_NAMESPACE,
    ORIGINATOR_KINDS,
    Extension,
    LabelDocument,
    OriginatorId,
    Role,
    StatedCategory,
    StatedClearance,
    StatedLabel,
    Succession,
    read_moment,
)
from tearline.core.labels.label import LABEL_VALUES_MAX
from tearline.core.labels.policy import TagKind

LABEL = Form(
    LABEL_NAMESPACE, "bad-label", "What tools wrote before the standard is read where that is said (draft)."
)
CLEARANCE = Form("urn:nato:stanag:4774:confidentialityclearance:1:0", "bad-clearance")
LABEL_XML_MAX_BYTES = 256 * 1024
EXTENSIONS_MAX = 32
_KINDS = {kind.name: kind for kind in TagKind}
_OID = re.compile(r"urn:oid:([0-2](?:\.(?:0|[1-9]\d{0,38})){1,64})\Z", re.ASCII)
_NC_NAME = re.compile(r"[A-Za-z_][\w.-]{0,127}\Z", re.ASCII)
_CLAIM = re.compile(r"[A-Za-z0-9_-]+\Z", re.ASCII)
_ROLES = {f"{{{LABEL.namespace}}}{role.value}": role for role in Role if role is not Role.SUCCESSOR}


def parse_label_document(raw: bytes, *, draft: bool = False) -> LabelDocument:
    """The label element that is the whole document. One in the usual form is read sooner, with the same answer."""
    usual = None if draft else read_usual(raw)
    return usual if usual is not None else _parse(raw, draft=draft)


def _parse(raw: bytes, *, draft: bool = False) -> LabelDocument:
    return read_label_element(parse_xml(raw, "a label", LABEL_XML_MAX_BYTES), draft=draft)


def read_label_element(element: Element, *, draft: bool = False) -> LabelDocument:
    """A label element inside something that was parsed strictly already."""
    role = _ROLES.get(element.tag)
    if role is None:
        raise LABEL.fail(element, f"{element.tag!s} is no confidentiality label")
    return _read_label(element, role, draft=draft)


def parse_clearance_document(raw: bytes) -> StatedClearance:
    """A ConfidentialityClearance that is the whole document."""
    root = parse_xml(raw, "a clearance", LABEL_XML_MAX_BYTES)
    if root.tag != f"{{{CLEARANCE.namespace}}}ConfidentialityClearance":
        raise CLEARANCE.fail(root, f"{root.tag!s} is no ConfidentialityClearance")
    CLEARANCE.attributes_within(root, " ".join(SCHEMA_LOCATIONS))
    CLEARANCE.no_text(root)
    rows = _Sequence(root)
    policy, oid = _read_policy(rows.take("PolicyIdentifier"), draft=False)
    listed = rows.take("ClassificationList", CLEARANCE)
    CLEARANCE.attributes_within(listed, "")
    CLEARANCE.no_text(listed)
    levels = [_read_token(child) for child in LABEL.children(listed, "Classification")]
    if not levels or len(set(levels)) != len(levels):
        raise CLEARANCE.fail(listed, "no classification, or one twice")
    categories = _read_categories(rows, draft=False)
    if any(category.kind is TagKind.INFORMATIVE for category in categories):
        raise CLEARANCE.fail(root, "informative values have no place in a clearance")
    return StatedClearance(policy, tuple(levels), categories, oid, rows.extensions())


def parse_clearance_claim(text: str) -> StatedClearance:
    """The ``aciClr`` claim of a token: BASE64URL of the XML, without padding."""
    if len(text) > LABEL_XML_MAX_BYTES * 4 // 3 + 4:
        raise LimitError("too-large", f"a claim of {len(text)} characters")
    bare = text.removesuffix("=").removesuffix("=") if len(text) % 4 == 0 else text
    if not _CLAIM.match(bare):
        raise MalformedError("bad-claim", "the claim aciClr is not BASE64URL")
    try:
        raw = base64.b64decode(bare + "=" * (-len(bare) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise MalformedError("bad-claim", f"the claim aciClr is not BASE64URL: {error}") from error
    if base64.urlsafe_b64encode(raw).rstrip(b"=").decode() != bare:
        raise MalformedError("bad-claim", "the claim aciClr has bits to spare")
    try:
        raw.decode("utf-8", errors="strict")
    except UnicodeDecodeError as error:
        raise MalformedError("bad-claim", "the claim aciClr is not UTF-8") from error
    return parse_clearance_document(raw)


class _Sequence:
    """The children of an element in the one order that the standard knows."""

    def __init__(self, parent: Element) -> None:
        self.parent = parent
        self._rows = list(list_elements(parent, LABEL))

    def peek(self, name: str, form: Form = LABEL) -> Element | None:
        """The next element if it has that name."""
        return self._rows[0] if self._rows and self._rows[0].tag == f"{{{form.namespace}}}{name}" else None

    def find(self, name: str) -> Element | None:
        """The next element, used up, if it has that name."""
        return self._rows.pop(0) if self.peek(name) is not None else None

    def take(self, name: str, form: Form = LABEL) -> Element:
        """The next element, which must have that name."""
        if self.peek(name, form) is None:
            at = self._rows[0] if self._rows else self.parent
            found = local_name(at) if self._rows else "nothing"
            raise form.fail(at, f"{name} is needed here, found {found}")
        return self._rows.pop(0)

    def extensions(self) -> tuple[Extension, ...]:
        """All that is left: elements of other vocabularies, kept."""
        if len(self._rows) > EXTENSIONS_MAX:
            raise LABEL.fail(self.parent, f"more than {EXTENSIONS_MAX} extensions")
        return tuple(_keep(element) for element in self._rows)


def is_label_like(element: Element) -> bool:
    """Of the label's vocabulary, or a label of another: one that isn't read must not pass for something else."""
    name = etree.QName(element)
    return name.namespace in {LABEL.namespace, CLEARANCE.namespace} or name.localname.endswith(
        "ConfidentialityLabel"
    )


def _keep(element: Element) -> Extension:
    namespace = etree.QName(element).namespace
    if namespace in {LABEL.namespace, CLEARANCE.namespace, None}:
        raise LABEL.fail(element, f"{local_name(element)} is unknown here, or out of order")
    if any(is_label_like(inner) for inner in element.iter("*")):
        raise LABEL.fail(element, "a label within an extension")
    return Extension(str(element.tag), print_canonical(element))


def _read_label(element: Element, role: Role, *, draft: bool) -> LabelDocument:
    LABEL.no_text(element)
    identifier, review, attributes = _read_attributes(element)
    rows = _Sequence(element)
    label = _read_information(rows.take("ConfidentialityInformation"), draft=draft)
    originator = _read_originator(rows.find("OriginatorID"))
    created = ""
    if not draft or rows.peek("CreationDateTime") is not None:
        created = _read_moment(rows.take("CreationDateTime"))
    succession = None
    handling = rows.find("SuccessionHandling")
    if handling is not None:
        if role is Role.SUCCESSOR:
            raise LABEL.fail(handling, "a successor has no successor")
        succession = _read_succession(handling, draft=draft)
    elif not review and not draft and role is not Role.SUCCESSOR:
        raise LABEL.fail(element, "neither ReviewDateTime nor SuccessionHandling")
    return LabelDocument(
        role, label, created, originator, review, succession, identifier, attributes, rows.extensions()
    )


def _read_attributes(element: Element) -> tuple[str, str, tuple[tuple[str, str], ...]]:
    identifier = element.get("Id", "")
    if "Id" in element.attrib and not _NC_NAME.match(identifier):
        raise LABEL.fail(element, f"attribute Id is no identifier: {identifier[:40]!r}")
    review = element.get("ReviewDateTime", "")
    if "ReviewDateTime" in element.attrib:
        _check_moment(element, review)
    others: list[tuple[str, str]] = []
    for name, value in sorted((str(n), str(v)) for n, v in element.attrib.items()):
        if name in {"Id", "ReviewDateTime"} or name in SCHEMA_LOCATIONS:
            continue
        if not name.startswith("{") or name.startswith(
            (f"{{{LABEL.namespace}}}", f"{{{CLEARANCE.namespace}}}")
        ):
            raise LABEL.fail(element, f"attribute {name} is unknown")
        others.append((name, value))
    return identifier, review, tuple(others)


def _read_information(element: Element, *, draft: bool) -> StatedLabel:
    LABEL.attributes_within(element, "")
    LABEL.no_text(element)
    rows = _Sequence(element)
    policy, oid = _read_policy(rows.take("PolicyIdentifier"), draft=draft)
    classification = _read_token(rows.take("Classification"))
    mark = rows.find("PrivacyMark")
    privacy_mark = "" if mark is None else _read_leaf(mark)
    categories = _read_categories(rows, draft=draft)
    return StatedLabel(policy, classification, categories, oid, privacy_mark, rows.extensions())


def _read_policy(element: Element, *, draft: bool) -> tuple[str, str]:
    LABEL.attributes_within(element, "URI URL" if draft else "URI")
    return LABEL.leaf(element, token=True), _read_oid(
        element, "URL" if draft and "URL" in element.attrib else "URI"
    )


def _read_oid(element: Element, name: str) -> str:
    text = element.get(name)
    if text is None:
        return ""
    match = _OID.match(text)
    if match is None:
        raise LABEL.fail(element, f"attribute {name} is no urn:oid: {text[:60]!r}")
    return match[1]


def _read_leaf(element: Element) -> str:
    LABEL.attributes_within(element, "")
    return LABEL.leaf(element)


def _read_token(element: Element) -> str:
    """A Classification: xs:token, so space around it and runs of it say nothing (unlike a category's value, xs:string)."""
    LABEL.attributes_within(element, "")
    return LABEL.leaf(element, token=True)


def _read_categories(rows: _Sequence, *, draft: bool) -> tuple[StatedCategory, ...]:
    out: list[StatedCategory] = []
    count = 0
    while (element := rows.find("Category")) is not None:
        LABEL.attributes_within(element, "Type TagName URI URL" if draft else "Type TagName URI")
        LABEL.no_text(element)
        kind = _KINDS.get(LABEL.attribute(element, "Type"))
        if kind is None:
            raise LABEL.fail(element, f"attribute Type {element.get('Type', '')[:40]!r} is unknown")
        name = LABEL.attribute(element, "TagName")
        if not is_plain(name):
            raise LABEL.fail(element, f"not a plain text: {name[:40]!r}", "bad-text")
        values = [_read_leaf(child) for child in LABEL.children(element, "GenericValue")]
        if len(set(values)) != len(values):
            raise LABEL.fail(element, "a value stands twice")
        if any((name, kind) == (seen.tag_name, seen.kind) for seen in out):
            raise LABEL.fail(element, f"the category {name!r} stands twice as {kind.name}")
        count += len(values)
        if count > LABEL_VALUES_MAX:
            raise LABEL.fail(element, f"more than {LABEL_VALUES_MAX} values", "label-too-large")
        out.append(StatedCategory(name, kind, tuple(values), _read_oid(element, "URI")))
    return tuple(out)


def _read_originator(element: Element | None) -> OriginatorId | None:
    if element is None:
        return None
    LABEL.attributes_within(element, "IDType")
    kind = LABEL.attribute(element, "IDType")
    if kind not in ORIGINATOR_KINDS:
        raise LABEL.fail(element, f"attribute IDType {kind[:40]!r} is unknown")
    return OriginatorId(kind, LABEL.leaf(element))


def _read_moment(element: Element) -> str:
    LABEL.attributes_within(element, "")
    text = LABEL.leaf(element)
    _check_moment(element, text)
    return text


def _check_moment(element: Element, text: str) -> None:
    try:
        read_moment(text)
    except MalformedError as error:
        raise LABEL.fail(element, error.message, error.code) from error


def _read_succession(element: Element, *, draft: bool) -> Succession:
    LABEL.attributes_within(element, "")
    LABEL.no_text(element)
    rows = _Sequence(element)
    at = _read_moment(rows.take("SuccessionDateTime"))
    label = _read_label(rows.take(Role.SUCCESSOR.value), Role.SUCCESSOR, draft=draft)
    if rows.extensions():
        raise LABEL.fail(element, "unknown elements in SuccessionHandling")
    return Succession(at, label)


def print_label_document(document: LabelDocument) -> bytes:
    """The document as UTF-8 XML; ``parse_label_document`` gives it back unchanged."""
    return print_xml(write_label_element(document))


def write_label_element(document: LabelDocument) -> Element:
    """The label as an element, for documents that hold one."""
    element = etree.Element(_tag(document.role.value), nsmap={"slab": LABEL.namespace})
    if document.identifier:
        element.set("Id", document.identifier)
    if document.review:
        element.set("ReviewDateTime", document.review)
    for name, value in document.attributes:
        element.set(name, value)
    _write_information(element, document.label)
    if document.originator is not None:
        _write_leaf(element, "OriginatorID", document.originator.name).set("IDType", document.originator.kind)
    if document.created:
        _write_leaf(element, "CreationDateTime", document.created)
    if document.succession is not None:
        handling = etree.SubElement(element, _tag("SuccessionHandling"))
        _write_leaf(handling, "SuccessionDateTime", document.succession.at)
        handling.append(write_label_element(document.succession.label))
    _write_extensions(element, document.extensions)
    return element


def print_clearance_document(clearance: StatedClearance) -> bytes:
    """The clearance as UTF-8 XML."""
    element = etree.Element(
        f"{{{CLEARANCE.namespace}}}ConfidentialityClearance",
        nsmap={"sclr": CLEARANCE.namespace, "slab": LABEL.namespace},
    )
    _write_policy(element, clearance.policy, clearance.policy_oid)
    listed = etree.SubElement(element, f"{{{CLEARANCE.namespace}}}ClassificationList")
    for level in clearance.classifications:
        _write_leaf(listed, "Classification", level)
    _write_categories(element, clearance.categories)
    _write_extensions(element, clearance.extensions)
    return print_xml(element)


def print_clearance_claim(clearance: StatedClearance) -> str:
    """The value of the claim ``aciClr``."""
    return base64.urlsafe_b64encode(print_clearance_document(clearance)).rstrip(b"=").decode()


def _tag(name: str) -> str:
    return f"{{{LABEL.namespace}}}{name}"


def _write_leaf(parent: Element, name: str, text: str) -> Element:
    element = etree.SubElement(parent, _tag(name))
    try:
        element.text = text
    except ValueError as error:
        raise MalformedError("bad-text", f"{name} can't be written: {text[:40]!r}") from error
    return element


def _write_information(parent: Element, label: StatedLabel) -> None:
    element = etree.SubElement(parent, _tag("ConfidentialityInformation"))
    _write_policy(element, label.policy, label.policy_oid)
    _write_leaf(element, "Classification", label.classification)
    if label.privacy_mark:
        _write_leaf(element, "PrivacyMark", label.privacy_mark)
    _write_categories(element, label.categories)
    _write_extensions(element, label.extensions)


def _write_policy(parent: Element, name: str, oid: str) -> None:
    element = _write_leaf(parent, "PolicyIdentifier", name)
    if oid:
        element.set("URI", f"urn:oid:{oid}")


def _write_categories(parent: Element, categories: tuple[StatedCategory, ...]) -> None:
    for category in categories:
        element = etree.SubElement(parent, _tag("Category"))
        element.set("Type", category.kind.name)
        element.set("TagName", category.tag_name)
        if category.oid:
            element.set("URI", f"urn:oid:{category.oid}")
        for value in category.values:
            _write_leaf(element, "GenericValue", value)


def _write_extensions(parent: Element, extensions: tuple[Extension, ...]) -> None:
    for extension in extensions:
        hold(parent, extension.xml, LABEL_XML_MAX_BYTES)
