# SPDX-License-Identifier: Apache-2.0
"""XML from outside, read strictly: no document type, no entity, bounded size and depth, nothing skipped.

``Form`` reads one vocabulary; whatever it meets that isn't part of it is refused with line, path and name. Text values
are exact: surrounding space, control characters and characters that change how a line reads are refused, for a value
that looks like another is a way into a decision.
"""

from __future__ import annotations

import base64
import re
import unicodedata
from collections.abc import Iterator

import msgspec
from lxml import etree

from tearline.core.errors import LimitError, MalformedError

DEPTH_MAX = 64
XML_NAMESPACE = "http://www.w3.org/XML/1998/namespace"
SCHEMA_LOCATIONS = frozenset(
    f"{{http://www.w3.org/2001/XMLSchema-instance}}{name}"
    for name in ("schemaLocation", "noNamespaceSchemaLocation")
)
TEXT_LENGTH_MAX = 1024
HELD = "tearline-held"
"""An instruction by which ``hold`` marks a place until it is printed; refused in documents that are written into."""
_HELD = re.compile(rb"<\?tearline-held ([A-Za-z0-9+/=]+)\?>")
_MISLEADING = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})

Element = etree._Element  # noqa: SLF001  lxml's public type has a private name


def parse_xml(raw: bytes, what: str, size_max: int) -> Element:
    """The root, or ``MalformedError``/``LimitError``; a document type is refused, in every encoding."""
    if len(raw) > size_max:
        raise LimitError("too-large", f"{what} of {len(raw)} bytes; at most {size_max} are read")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    try:
        root = etree.fromstring(raw, parser)
    except etree.XMLSyntaxError as error:
        raise MalformedError("not-xml", f"not well-formed XML: {error}") from error
    # In UTF-16 the bytes don't show it.
    if b"<!DOCTYPE" in raw or root.getroottree().docinfo.internalDTD is not None:
        raise MalformedError("doctype", "a document type declaration is refused")
    return root


def local_name(element: Element) -> str:
    """The name without its namespace."""
    return element.tag.rpartition("}")[2]


def print_path(element: Element) -> str:
    """``/SPIF/securityClassifications/securityClassification[2]``: where an element stands."""
    steps = []
    for step in (element, *element.iterancestors()):
        parent = step.getparent()
        alike = [] if parent is None else [e for e in parent if e.tag == step.tag]
        steps.append(local_name(step) + (f"[{alike.index(step) + 1}]" if len(alike) > 1 else ""))
    return "/" + "/".join(reversed(steps))


def print_canonical(element: Element) -> str:
    """The element as exclusive canonical XML; prefixes that only its values use (``xsi:type="p:x"``) stay declared."""
    try:
        text = etree.tostring(element, method="c14n", exclusive=True, with_tail=False).decode()
        used = sorted(prefix for prefix in element.nsmap if prefix and f"{prefix}:" in text)
        if used:
            text = etree.tostring(
                element, method="c14n", exclusive=True, inclusive_ns_prefixes=used, with_tail=False
            ).decode()
    except etree.C14NError as error:  # a relative namespace, a reference to nothing
        place = f"line {element.sourceline}, {print_path(element)}"
        raise MalformedError("not-canonical", f"{place}: has no canonical form") from error
    return text


def hold(parent: Element, xml: str, size_max: int) -> None:
    """Puts kept XML where it stood. lxml would rename prefixes that mean what the parent's mean; ``print_xml`` doesn't."""
    parse_xml(xml.encode(), "kept XML", size_max)  # one well-formed element, or it isn't written
    parent.append(etree.ProcessingInstruction(HELD, base64.b64encode(xml.encode()).decode()))


def print_xml(root: Element) -> bytes:
    """The document as UTF-8, what is held written letter for letter."""
    raw: bytes = etree.tostring(root.getroottree(), encoding="UTF-8", xml_declaration=True)
    return _HELD.sub(lambda found: base64.b64decode(found[1]), raw)


def is_plain(text: str) -> bool:
    """No control, format, unassigned or line-separating character, no surrounding space, not too long."""
    if text.isascii() and text.isprintable():  # the usual case, quickly
        return len(text) <= TEXT_LENGTH_MAX and text == text.strip()
    return (
        len(text) <= TEXT_LENGTH_MAX
        and text == text.strip()
        and not any(unicodedata.category(sign) in _MISLEADING for sign in text)
    )


def list_elements(parent: Element, form: Form) -> Iterator[Element]:
    """The child elements; comments and instructions say nothing, an entity is refused."""
    for child in parent:
        if type(child) is Element:  # nearly always; what follows asks by kind, for safety's sake
            yield child
        elif isinstance(child, etree._Entity):  # noqa: SLF001  lxml's public types
            raise form.fail(parent, "an entity is refused")
        elif not isinstance(child, etree._Comment | etree._ProcessingInstruction):  # noqa: SLF001  as above
            yield child


class Form(msgspec.Struct, frozen=True):
    """A vocabulary: its namespace, and the code of its refusals."""

    namespace: str
    code: str
    advice: str = ""

    def fail(self, element: Element, what: str, code: str = "") -> MalformedError:
        """A refusal that says line, path and why."""
        place = f"line {element.sourceline}, {print_path(element)}"
        return MalformedError(code or self.code, f"{place}: {what}", self.advice)

    def walk(self, parent: Element) -> Iterator[Element]:
        """The child elements, all of this vocabulary; comments and instructions say nothing."""
        start = f"{{{self.namespace}}}"
        for child in list_elements(parent, self):
            if not child.tag.startswith(start):
                raise self.fail(child, f"an element of another namespace ({etree.QName(child).namespace})")
            yield child

    def children(self, parent: Element, *names: str) -> list[Element]:
        """The child elements, each of which must have one of these names."""
        found = list(self.walk(parent))
        if names:
            for child in found:
                if local_name(child) not in names:
                    raise self.fail(child, f"{local_name(child)} is not honoured in {local_name(parent)}")
        return found

    def named(self, parent: Element, *names: str) -> list[Element]:
        """The child elements of these names, where others may stand too."""
        return [child for child in self.walk(parent) if local_name(child) in names]

    def only(self, parent: Element, name: str) -> Element:
        """The one child element of that name."""
        found = self.named(parent, name)
        if len(found) != 1:
            raise self.fail(parent, f"{len(found)} elements {name} where one is needed")
        return found[0]

    def leaf(self, element: Element, *, token: bool = False) -> str:
        """The text of an element that has nothing else; exact, for values are compared, or as xs:token."""
        if len(element):
            self.children(element, "")
            raise self.fail(element, "a comment within a value", "bad-text")
        text = element.text or ""
        if token and text != " ".join(text.split()):
            text = " ".join(part for part in re.split(r"[ \t\r\n]+", text) if part)
        if not text or not is_plain(text):
            raise self.fail(element, f"not a plain text: {text[:40]!r}", "bad-text")
        return text

    def attribute(self, element: Element, name: str) -> str:
        """An attribute that must be there and not blank."""
        value = element.get(name)
        if value is None or not value.strip():
            raise self.fail(element, f"attribute {name} is missing")
        return value

    def attributes_within(self, element: Element, allowed: str) -> None:
        """Refuses every attribute that isn't listed."""
        for name in element.keys():  # noqa: SIM118  an element is no mapping
            if name not in allowed.split():
                raise self.fail(element, f"attribute {name!s} is not honoured")

    def no_text(self, element: Element) -> None:
        """Refuses text between the children of an element that has only children."""
        for text in (element.text, *(child.tail for child in element)):
            if text and text.strip():
                raise self.fail(element, f"text where only elements stand: {text.strip()[:40]!r}")
