# SPDX-License-Identifier: Apache-2.0
"""Labels and clearances by number in XML, the form of the open library spiffing (namespace ``http://surevine.com/xmlns/spiffy``).

The policy is its OID; classifications and values are lacvs, with a tag set's OID and a type that says kind and encoding::

    <label xmlns="http://surevine.com/xmlns/spiffy"><policy id="1.2.3"/><classification lacv="2"/>
      <tag type="restrictive" id="1.2.3.1" lacv="4"/></label>

Words beside a number are for people: they are read past and not written, for the number is what counts. A value that stands
twice is refused, though spiffing counts it once: a label says a thing once.
"""

from __future__ import annotations

import re

from lxml import etree

from tearline.core.errors import MalformedError
from tearline.core.labels.codecs.strict_xml import Element, Form, is_plain, local_name, parse_xml, print_xml
from tearline.core.labels.numeric import NumericCategory, NumericClearance, NumericLabel
from tearline.core.labels.policy import TagKind

SIZE_MAX = 256 * 1024
NAMESPACE = "http://surevine.com/xmlns/spiffy"
_FORM = Form(NAMESPACE, "bad-spiffing", "The form is that of the library spiffing.")
_TYPES = {
    "permissive": (TagKind.PERMISSIVE, "bits"),
    "restrictive": (TagKind.RESTRICTIVE, "bits"),
    "enumeratedPermissive": (TagKind.PERMISSIVE, "numbers"),
    "enumeratedRestrictive": (TagKind.RESTRICTIVE, "numbers"),
    "informative": (TagKind.INFORMATIVE, "bits"),
}
_NAMES = {kind: name for name, kind in _TYPES.items()}
_OID = re.compile(r"[0-2](?:\.(?:0|[1-9][0-9]{0,38})){1,32}\Z")
_LACV = re.compile(r"(?:0|[1-9][0-9]{0,8})\Z")


def parse_spiffing(raw: bytes) -> NumericLabel | NumericClearance:
    """The numbers; ``MalformedError`` names line and path of what is not of the form."""
    root = parse_xml(raw, "a label by number", SIZE_MAX)
    if root.tag not in {f"{{{NAMESPACE}}}label", f"{{{NAMESPACE}}}clearance"}:
        raise _FORM.fail(root, f"{local_name(root)} is neither a label nor a clearance")
    _FORM.attributes_within(root, "")
    _FORM.no_text(root)
    _FORM.children(root, "policy", "classification", "tag")
    policy = _FORM.only(root, "policy")
    oid = _read(policy, "id", _OID, "id")
    levels = tuple(_read_lacv(e, "lacv") for e in _FORM.named(root, "classification"))
    categories = _read_tags(_FORM.named(root, "tag"))
    if local_name(root) == "clearance":
        _check_once(root, levels)
        return NumericClearance(oid, levels, categories)
    if len(levels) != 1:
        raise _FORM.fail(root, f"{len(levels)} classifications where a label has one")
    return NumericLabel(oid, levels[0], categories)


def print_spiffing(numbers: NumericLabel | NumericClearance) -> bytes:
    """The document. A label without a policy or a level, or with a privacy mark, has no place in it and is refused."""
    name, levels = _list_levels(numbers)
    if not numbers.policy_oid or not levels:
        raise MalformedError("no-number", "the form needs a policy and a level, and has no privacy mark")
    root = etree.fromstring(f'<{name} xmlns="{NAMESPACE}"/>')
    _add(root, "policy", id=numbers.policy_oid)
    for lacv in levels:
        _add(root, "classification", lacv=str(lacv))
    for category in numbers.categories:
        kind = _NAMES.get((category.kind, category.encoding))
        if kind is None:
            raise MalformedError(
                "no-number", f"{category.encoding} of kind {category.kind.value} has no type"
            )
        for lacv in category.lacvs:
            _add(root, "tag", type=kind, id=category.tag_set_oid, lacv=str(lacv))
    return print_xml(root)


def _list_levels(numbers: NumericLabel | NumericClearance) -> tuple[str, tuple[int, ...]]:
    if isinstance(numbers, NumericClearance):
        return "clearance", numbers.classifications
    level = numbers.classification
    return "label", () if level is None or numbers.privacy_mark else (level,)


def _add(root: Element, name: str, **attributes: str) -> None:
    etree.SubElement(root, f"{{{NAMESPACE}}}{name}", attributes)


def _read_tags(elements: list[Element]) -> tuple[NumericCategory, ...]:
    values: dict[tuple[str, TagKind, str], list[int]] = {}
    for element in elements:
        kind = _TYPES.get(_FORM.attribute(element, "type"))
        if kind is None:
            raise _FORM.fail(element, f"type {element.get('type')!r:.60} is not honoured")
        oid = _read(element, "id", _OID, "type id lacv")
        held = values.setdefault((oid, *kind), [])
        held.append(_read_lacv(element, "type id lacv"))
        _check_once(element, held)
    return tuple(NumericCategory(*key, tuple(sorted(lacvs))) for key, lacvs in values.items())


def _read_lacv(element: Element, allowed: str) -> int:
    return int(_read(element, "lacv", _LACV, allowed))


def _read(element: Element, name: str, form: re.Pattern[str], allowed: str) -> str:
    """An attribute of a form; the element's own words are for people."""
    _FORM.attributes_within(element, allowed)
    if len(element) or not is_plain((element.text or "").strip()):
        raise _FORM.fail(element, "more than a plain word beside the number")
    value = _FORM.attribute(element, name)
    if not form.match(value):
        raise _FORM.fail(element, f"{name} {value[:40]!r} is not of its form")
    return value


def _check_once(element: Element, lacvs: list[int] | tuple[int, ...]) -> None:
    if len(set(lacvs)) != len(lacvs):
        raise _FORM.fail(element, "a value stands twice")
