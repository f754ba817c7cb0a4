# SPDX-License-Identifier: Apache-2.0
"""Reading an Open XML SPIF, schema 2.0 and 2.1 (standards.md B3), strictly: honoured or refused by name, never skipped.

Not honoured here and therefore refused: schema 3.0, several tags in one tag set, user input, validity windows, equivalences
with required categories, privacy marks, and extensions.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

import msgspec
from lxml import etree

from tearline.core.canon import digest
from tearline.core.errors import LimitError, MalformedError
from tearline.core.labels.policy import (
    Category,
    CategoryGroup,
    Classification,
    Equivalent,
    Marking,
    Policy,
    Qualifier,
    Required,
    TagKind,
    TagSet,
)

NAMESPACE = "http://www.xmlspif.org/spif"
SCHEMA_VERSIONS = ("2.0", "2.1")
SPIF_MAX_BYTES = 8 * 1024 * 1024
PLACES = frozenset(
    {"pageTop", "pageBottom", "pageTopBottom", "documentStart", "documentEnd", "portionMarking"}
)
NUMBER_DIGITS_MAX = 18
_ROOT_ATTRIBUTES = "schemaVersion version creationDate originatorDN keyIdentifier privilegeId rbacId"
_SCHEMA_LOCATION = "{http://www.w3.org/2001/XMLSchema-instance}schemaLocation"
_Ruled = TypeVar("_Ruled", Classification, Category)
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_FLAGS = frozenset({"noNameDisplay", "noMarkingDisplay", "replacePolicy"})
_KNOWN_CHILDREN = frozenset(
    {
        "defaultSecurityPolicyId",
        "securityPolicyId",
        "securityClassifications",
        "securityCategoryTagSets",
        "equivalentPolicies",
        "markingData",
        "markingQualifier",
    }
)


def parse_spif(raw: bytes) -> Policy:
    """The policy a SPIF states. Raises ``MalformedError`` naming the element that can't be read or honoured."""
    root = _parse_xml(raw)
    if root.tag != f"{{{NAMESPACE}}}SPIF":
        raise _bad(root, "not a SPIF")
    version = root.get("schemaVersion", "")
    if version not in SCHEMA_VERSIONS:
        raise _bad(root, f"schema version {version!r} is not read (only {', '.join(SCHEMA_VERSIONS)})")
    _attributes_within(root, f"{_ROOT_ATTRIBUTES} {_SCHEMA_LOCATION}")
    for child in _elements(root):
        if _name(child) not in _KNOWN_CHILDREN:
            raise _bad(child, f"{_name(child)} is not honoured")
    identity = _only(root, "securityPolicyId")
    classes = {
        c.name: c
        for c in map(
            _parse_classification,
            _all_named(_only(root, "securityClassifications"), "securityClassification"),
        )
    }
    tag_sets = {t.name: t for t in _parse_tag_sets(root)}
    policy = Policy(
        name=_attribute(identity, "name"),
        oid=_attribute(identity, "id"),
        version=root.get("version", ""),
        digest=digest("tearline/spif", raw).hex(),
        classifications=classes,
        tag_sets=tag_sets,
        equivalent_policies=tuple(
            _parse_peer(e)
            for parent in _named(root, "equivalentPolicies")
            for e in _all_named(parent, "equivalentPolicy")
        ),
        markings=_parse_markings(root),
        qualifiers=_parse_qualifiers(root),
    )
    _check(root, policy)
    return _resolve_groups(root, policy)


def _parse_xml(raw: bytes) -> etree._Element:
    if len(raw) > SPIF_MAX_BYTES:
        raise LimitError("too-large", f"a SPIF of {len(raw)} bytes; at most {SPIF_MAX_BYTES} are read")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    try:
        root = etree.fromstring(raw, parser)
    except etree.XMLSyntaxError as error:
        raise MalformedError("not-xml", f"not well-formed XML: {error}") from error
    # In UTF-16 the bytes don't show it.
    if b"<!DOCTYPE" in raw or root.getroottree().docinfo.internalDTD is not None:
        raise MalformedError("doctype", "a document type declaration is refused")
    return root


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname


def _elements(parent: etree._Element) -> Iterator[etree._Element]:
    for child in parent:
        if isinstance(child, etree._Comment | etree._ProcessingInstruction):  # noqa: SLF001  lxml's public types
            continue  # they say nothing
        if etree.QName(child).namespace != NAMESPACE:
            raise _bad(child, "an element of another namespace")
        yield child


def _children(parent: etree._Element) -> list[etree._Element]:
    return list(_elements(parent))


def _named(parent: etree._Element, *names: str) -> list[etree._Element]:
    return [child for child in _elements(parent) if _name(child) in names]


def _all_named(parent: etree._Element, name: str) -> list[etree._Element]:
    """The children, all of which must have that name: nothing is skipped."""
    for child in _elements(parent):
        if _name(child) != name:
            raise _bad(child, f"not honoured in {_name(parent)}")
    return _children(parent)


def _only(parent: etree._Element, name: str) -> etree._Element:
    found = _named(parent, name)
    if len(found) != 1:
        raise _bad(parent, f"{len(found)} elements {name} where one is needed")
    return found[0]


def _attribute(element: etree._Element, name: str) -> str:
    value = element.get(name)
    if value is None or not value.strip():
        raise _bad(element, f"attribute {name} is missing")
    return value


def _attributes_within(element: etree._Element, allowed: str) -> None:
    for name in element.attrib:
        if str(name) not in allowed.split():
            raise _bad(element, f"attribute {name!s} is not honoured")


def _bad(element: etree._Element, what: str) -> MalformedError:
    return MalformedError(
        "bad-spif", f"line {element.sourceline}, {_name(element)}: {what}", "Nothing of the pack was loaded."
    )


def _number(element: etree._Element, name: str, default: int | None = None) -> int:
    text = element.get(name)
    if text is None and default is not None:
        return default
    if text is None or not text.isascii() or not text.isdigit() or len(text) > NUMBER_DIGITS_MAX:
        raise _bad(element, f"attribute {name} is not a number")
    return int(text)


def _flag(element: etree._Element, name: str) -> bool:
    text = element.get(name, "false")
    if text not in {"true", "false", "1", "0"}:
        raise _bad(element, f"attribute {name} is neither true nor false")
    return text in {"true", "1"}


def _parse_classification(element: etree._Element) -> Classification:
    _attributes_within(element, "name lacv hierarchy color obsolete")
    for child in _elements(element):
        if _name(child) not in {
            "equivalentClassification",
            "markingData",
            "markingQualifier",
            "requiredCategory",
        }:
            raise _bad(child, "not honoured in a classification")
    return Classification(
        name=_attribute(element, "name"),
        lacv=_number(element, "lacv"),
        hierarchy=_number(element, "hierarchy"),
        obsolete=_flag(element, "obsolete"),
        equivalents=tuple(_parse_equivalent(e) for e in _named(element, "equivalentClassification")),
        required=tuple(_parse_required(e) for e in _named(element, "requiredCategory")),
        markings=_parse_markings(element),
    )


def _parse_equivalent(element: etree._Element) -> Equivalent:
    _attributes_within(element, "policyRef lacv applied tagSetId tagType enumType action")
    if _children(element):
        raise _bad(element, "an equivalence with required categories is not honoured")
    applied = element.get("applied", "both")
    action = element.get("action", "")
    if applied not in {"both", "encrypt", "decrypt"} or action not in {"", "discard"}:
        raise _bad(element, "unknown direction or action of an equivalence")
    return Equivalent(
        policy=_attribute(element, "policyRef"),
        value=str(_number(element, "lacv")) if not action else "",
        tag_set_oid=element.get("tagSetId", ""),
        sends=applied != "decrypt",
        receives=applied != "encrypt",
        discard=action == "discard",
    )


def _parse_required(element: etree._Element) -> Required:
    operation = _attribute(element, "operation")
    if operation not in {"onlyOne", "oneOrMore", "all"}:
        raise _bad(element, f"unknown operation {operation!r}")
    groups = tuple(_parse_group(e) for e in _all_named(element, "categoryGroup"))
    if not groups:
        raise _bad(element, "no category group")
    return Required(operation, groups)


def _parse_group(element: etree._Element) -> CategoryGroup:
    """Its value is a lacv until ``_resolve_groups`` has put the name in its place."""
    _attributes_within(element, "tagSetRef tagType enumType lacv all")
    if element.get("lacv") is not None and element.get("all") is not None:
        raise _bad(element, "one value and all values at once")
    value = None if element.get("lacv") is None else str(_number(element, "lacv"))
    return CategoryGroup(_attribute(element, "tagSetRef"), value)


def _parse_peer(element: etree._Element) -> str:
    _attributes_within(element, "name id")
    if _children(element):
        raise _bad(element, "an equivalent policy with required categories is not honoured")
    return _attribute(element, "name")


def _parse_tag_sets(root: etree._Element) -> Iterator[TagSet]:
    for parent in _named(root, "securityCategoryTagSets"):
        for element in _all_named(parent, "securityCategoryTagSet"):
            _attributes_within(element, "name id")
            tags = _named(element, "securityCategoryTag")
            if len(tags) != 1 or len(_children(element)) != 1:
                raise _bad(element, "a tag set of several tags is not honoured")
            yield _parse_tag_set(element, tags[0])


def _parse_tag_set(element: etree._Element, tag: etree._Element) -> TagSet:
    _attributes_within(tag, "name tagType enumType tag7Encoding singleSelection minSelection maxSelection")
    categories: dict[str, Category] = {}
    numbers: set[str] = set()
    for child in _elements(tag):
        if _name(child) == "markingQualifier":
            continue
        if _name(child) != "tagCategory":
            raise _bad(child, "not honoured in a tag")
        category = _parse_category(child)
        if category.name in categories or category.lacv in numbers:
            raise _bad(child, f"value {category.name!r} or its lacv stands twice")
        categories[category.name] = category
        numbers.add(category.lacv)
    return TagSet(
        name=_attribute(element, "name"),
        oid=_attribute(element, "id"),
        kind=_parse_kind(tag),
        categories=categories,
        single_selection=_flag(tag, "singleSelection"),
        selection_min=_number(tag, "minSelection", 0),
        selection_max=_number(tag, "maxSelection", 0),
        qualifiers=_parse_qualifiers(tag),
    )


def _parse_kind(tag: etree._Element) -> TagKind:
    text = _attribute(tag, "tagType")
    text = _attribute(tag, "enumType") if text == "enumerated" else text
    kinds = {
        "restrictive": TagKind.RESTRICTIVE,
        "permissive": TagKind.PERMISSIVE,
        "tagType7": TagKind.INFORMATIVE,
        "notApplicable": TagKind.INFORMATIVE,
    }
    if text not in kinds:
        raise _bad(tag, f"unknown tag type {text!r}")
    return kinds[text]


def _parse_category(element: etree._Element) -> Category:
    _attributes_within(element, "name lacv obsolete requiredClass")
    known = {
        "equivalentSecCategoryTag",
        "markingData",
        "markingQualifier",
        "excludedClass",
        "requiredCategory",
        "excludedCategory",
    }
    for child in _elements(element):
        if _name(child) not in known:
            raise _bad(child, "not honoured in a value")
    return Category(
        name=_attribute(element, "name"),
        lacv=str(_number(element, "lacv")),
        obsolete=_flag(element, "obsolete"),
        excluded_classes=tuple((e.text or "").strip() for e in _named(element, "excludedClass")),
        required_class=element.get("requiredClass", ""),
        required=tuple(_parse_required(e) for e in _named(element, "requiredCategory")),
        excluded=tuple(_parse_group(e) for e in _named(element, "excludedCategory")),
        equivalents=tuple(_parse_equivalent(e) for e in _named(element, "equivalentSecCategoryTag")),
        markings=_parse_markings(element),
    )


def _parse_markings(parent: etree._Element) -> tuple[Marking, ...]:
    out: list[Marking] = []
    for element in _named(parent, "markingData"):
        _attributes_within(element, f"phrase {_LANG}")
        codes = [(code.text or "").strip() for code in _all_named(element, "code")]
        places = [code for code in codes if code in PLACES] or ["pageTopBottom"]
        unknown = set(codes) - PLACES - _FLAGS
        if unknown:
            raise _bad(element, f"marking code {min(unknown)!r} is not honoured")
        out.extend(
            Marking(
                place,
                element.get(_LANG, ""),
                element.get("phrase"),
                hidden=not {"noNameDisplay", "noMarkingDisplay"}.isdisjoint(codes),
                replaces_policy="replacePolicy" in codes,
            )
            for place in places
        )
    return tuple(out)


def _parse_qualifiers(parent: etree._Element) -> tuple[Qualifier, ...]:
    out: dict[tuple[str, str], dict[str, str]] = {}
    for element in _named(parent, "markingQualifier"):
        place = element.get("markingCode", "pageTopBottom")
        _attributes_within(element, "markingCode")
        for qualifier in _all_named(element, "qualifier"):
            _attributes_within(qualifier, f"markingQualifier qualifierCode {_LANG}")
            part = _attribute(qualifier, "qualifierCode")
            if part not in {"prefix", "separator", "suffix"} or place not in PLACES:
                raise _bad(qualifier, f"unknown qualifier {part!r} at {place!r}")
            out.setdefault((place, qualifier.get(_LANG, "")), {})[part] = qualifier.get(
                "markingQualifier", ""
            )
    return tuple(Qualifier(place, lang, **parts) for (place, lang), parts in out.items())


def _check(root: etree._Element, policy: Policy) -> None:
    """ADatP-4774.1 3.4: unique names and numbers; every reference resolves."""
    levels = policy.classifications.values()
    if len(levels) != len(_children(_only(root, "securityClassifications"))):
        raise _bad(root, "a classification name stands twice")
    for what in ("lacv", "hierarchy"):
        if len({getattr(c, what) for c in levels}) != len(levels):
            raise _bad(root, f"two classifications share a {what}")
    oids = [t.oid for t in policy.tag_sets.values()]
    if len(set(oids)) != len(oids) or len(oids) != sum(
        len(_children(p)) for p in _named(root, "securityCategoryTagSets")
    ):
        raise _bad(root, "tag set names and identifiers must be unique")
    categories = [c for t in policy.tag_sets.values() for c in t.categories.values()]
    for category in categories:
        if {*category.excluded_classes, category.required_class} - {"", *policy.classifications}:
            raise _bad(root, f"{category.name} refers to an unknown classification")
    peers = policy.equivalent_policies
    if len(set(peers)) != len(peers):
        raise _bad(root, "an equivalent policy stands twice")
    equivalents = [
        *(e for c in levels for e in c.equivalents),
        *(e for c in categories for e in c.equivalents),
    ]
    if not {e.policy for e in equivalents} <= set(peers):
        raise _bad(root, "an equivalence refers to a policy that is not among the equivalent policies")


def _resolve_groups(root: etree._Element, policy: Policy) -> Policy:
    """Rules name values by lacv and labels by name: the policy with names in all its rules, each of them known."""
    names = {(t.name, c.lacv): c.name for t in policy.tag_sets.values() for c in t.categories.values()}

    def resolve(group: CategoryGroup) -> CategoryGroup:
        if group.tag_set not in policy.tag_sets:
            raise _bad(root, f"a rule refers to the unknown tag set {group.tag_set!r}")
        if group.value is None:
            return group
        if (group.tag_set, group.value) not in names:
            raise _bad(root, f"a rule refers to the unknown value {group.value} of {group.tag_set!r}")
        return CategoryGroup(group.tag_set, names[group.tag_set, group.value])

    def rule(holder: _Ruled) -> _Ruled:
        required = tuple(Required(r.operation, tuple(map(resolve, r.groups))) for r in holder.required)
        if isinstance(holder, Category):
            excluded = tuple(map(resolve, holder.excluded))
            return msgspec.structs.replace(holder, required=required, excluded=excluded)
        return msgspec.structs.replace(holder, required=required)

    tag_sets = {
        name: msgspec.structs.replace(t, categories={n: rule(c) for n, c in t.categories.items()})
        for name, t in policy.tag_sets.items()
    }
    classes = {name: rule(c) for name, c in policy.classifications.items()}
    return msgspec.structs.replace(policy, classifications=classes, tag_sets=tag_sets)
