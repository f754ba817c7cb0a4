# SPDX-License-Identifier: Apache-2.0
"""The tag sets of a SPIF, and the rules and equivalences that name their values."""

from __future__ import annotations

from collections.abc import Iterator

from tearline.core.labels.codecs.spif_form import (
    SPIF,
    parse_flag,
    parse_kind,
    parse_number,
    parse_selection,
    parse_window,
)
from tearline.core.labels.codecs.spif_marks import check_parts, parse_markings, parse_qualifiers
from tearline.core.labels.codecs.strict_xml import Element
from tearline.core.labels.policy import (
    INPUT_MARK,
    Category,
    CategoryGroup,
    Equivalent,
    ForeignValue,
    Required,
    TagKind,
    TagSet,
)

_TAG_ATTRIBUTES = "name tagType enumType tag7Encoding singleSelection minSelection maxSelection"
_CATEGORY_ATTRIBUTES = "name lacv obsolete requiredClass userInput dateFormat notBefore notAfter"
_DATE_FORMATS = frozenset({"", "YYYY-MM-DD", "YYYYMMDD"})
_ENCODINGS = {
    "restrictive": "bits",
    "permissive": "bits",
    "enumerated": "numbers",
    "bitSetAttributes": "bits",
    "securityAttributes": "numbers",
}
ANY = "*"
"""In an unresolved group's value: no kind is stated."""


def parse_tag_sets(root: Element) -> Iterator[TagSet]:
    """Every tag as a tag set of its own; those that share a set in the SPIF are named "set / tag"."""
    for parent in SPIF.named(root, "securityCategoryTagSets"):
        for element in SPIF.children(parent, "securityCategoryTagSet"):
            SPIF.attributes_within(element, "name id")
            set_name = SPIF.attribute(element, "name")
            tags = SPIF.children(element, "securityCategoryTag")
            if not tags:
                raise SPIF.fail(element, "a tag set without a tag")
            for tag in tags:
                if len(tags) == 1:
                    yield _parse_tag(element, tag, set_name)
                else:
                    yield _parse_tag(element, tag, f"{set_name} / {SPIF.attribute(tag, 'name')}")


def _parse_tag(element: Element, tag: Element, name: str) -> TagSet:
    SPIF.attributes_within(tag, _TAG_ATTRIBUTES)
    check_parts(tag, {"tagCategory", "markingQualifier"})
    kind = parse_kind(tag)
    categories: dict[str, Category] = {}
    numbers: set[str] = set()
    for child in SPIF.named(tag, "tagCategory"):
        category = _parse_category(child, kind)
        if category.name in categories or category.lacv in numbers:
            raise SPIF.fail(child, f"value {category.name!r} or its lacv stands twice")
        categories[category.name] = category
        numbers.add(category.lacv)
    for category in categories.values():
        completed = category.name + INPUT_MARK
        if category.user_input and any(other.startswith(completed) for other in categories):
            raise SPIF.fail(tag, f"a value looks like one completed by its writer ({category.name!r})")
    set_name = SPIF.attribute(element, "name")
    stated = tag.get("tag7Encoding", "") if tag.get("tagType") == "tagType7" else tag.get("tagType", "")
    return TagSet(
        name=name,
        oid=SPIF.attribute(element, "id"),
        kind=kind,
        categories=categories,
        single_selection=parse_flag(tag, "singleSelection"),
        selection_min=parse_selection(tag, "minSelection"),
        selection_max=parse_selection(tag, "maxSelection"),
        qualifiers=parse_qualifiers(tag),
        set_name="" if name == set_name else set_name,
        encoding=_ENCODINGS.get(stated, ""),
    )


def _parse_category(element: Element, kind: TagKind) -> Category:
    SPIF.attributes_within(element, _CATEGORY_ATTRIBUTES)
    check_parts(
        element,
        {
            "equivalentSecCategoryTag",
            "markingData",
            "markingQualifier",
            "excludedClass",
            "requiredCategory",
            "excludedCategory",
        },
    )
    user_input = element.get("userInput", "")
    date_format = element.get("dateFormat", "")
    if user_input not in {"", "string", "integer", "date"}:
        raise SPIF.fail(element, f"userInput {user_input!r} is not honoured")
    if user_input and kind is not TagKind.INFORMATIVE:
        raise SPIF.fail(
            element, "userInput is honoured in informative tags only: what a writer types decides nothing"
        )
    if date_format not in _DATE_FORMATS or (date_format and user_input != "date"):
        raise SPIF.fail(element, f"dateFormat {date_format!r} is not honoured")
    return Category(
        name=SPIF.attribute(element, "name"),
        lacv=str(parse_number(element, "lacv")),
        obsolete=parse_flag(element, "obsolete"),
        excluded_classes=tuple((e.text or "").strip() for e in SPIF.named(element, "excludedClass")),
        required_class=element.get("requiredClass", ""),
        required=tuple(parse_required(e) for e in SPIF.named(element, "requiredCategory")),
        excluded=tuple(_parse_group(e) for e in SPIF.named(element, "excludedCategory")),
        equivalents=tuple(parse_equivalent(e) for e in SPIF.named(element, "equivalentSecCategoryTag")),
        markings=parse_markings(element),
        qualifiers=parse_qualifiers(element),
        window=parse_window(element),
        user_input=user_input,
        date_format=date_format,
    )


def parse_required(element: Element) -> Required:
    """A requirement whose groups still name values by lacv (see ``CategoryGroup`` and ``spif._resolve_groups``)."""
    SPIF.attributes_within(element, "operation")
    operation = SPIF.attribute(element, "operation")
    if operation not in {"onlyOne", "oneOrMore", "all"}:
        raise SPIF.fail(element, f"unknown operation {operation!r}")
    groups = tuple(_parse_group(e) for e in SPIF.children(element, "categoryGroup"))
    if not groups:
        raise SPIF.fail(element, "no category group")
    return Required(operation, groups)


def _parse_group(element: Element) -> CategoryGroup:
    """Its value is a lacv, and ``also`` the kind, until ``spif`` has put names in their place."""
    SPIF.attributes_within(element, "tagSetRef tagType enumType lacv all")
    if element.get("lacv") is not None and parse_flag(element, "all"):
        raise SPIF.fail(element, "one value and all values at once")
    value = None if element.get("lacv") is None else str(parse_number(element, "lacv"))
    kind = ANY if element.get("tagType") is None else parse_kind(element).value
    return CategoryGroup(SPIF.attribute(element, "tagSetRef"), value, (kind,))


def parse_equivalent(element: Element) -> Equivalent:
    """An equivalence of a classification or a value."""
    SPIF.attributes_within(element, "policyRef lacv applied tagSetId tagType enumType action")
    applied = element.get("applied", "both")
    action = element.get("action", "")
    if applied not in {"both", "encrypt", "decrypt"} or action not in {"", "discard"}:
        raise SPIF.fail(element, "unknown direction or action of an equivalence")
    return Equivalent(
        policy=SPIF.attribute(element, "policyRef"),
        value=str(parse_number(element, "lacv")) if not action else "",
        tag_set_oid=element.get("tagSetId", ""),
        sends=applied != "decrypt",
        receives=applied != "encrypt",
        discard=action == "discard",
        kind=None if element.get("tagType") is None else parse_kind(element),
        adds=parse_additions(element),
    )


def parse_additions(element: Element) -> tuple[ForeignValue, ...]:
    """The values that a translation adds (required categories). A choice among several is nobody's to make here."""
    out: list[ForeignValue] = []
    for child in SPIF.children(element, "requiredCategory"):
        SPIF.attributes_within(child, "operation")
        operation = SPIF.attribute(child, "operation")
        groups = SPIF.children(child, "categoryGroup")
        if not groups or operation not in {"onlyOne", "oneOrMore", "all"}:
            raise SPIF.fail(child, "required categories of an equivalence without operation or group")
        if operation != "all" and len(groups) > 1:
            raise SPIF.fail(
                child, f"required categories of an equivalence are a choice ({operation} of {len(groups)})"
            )
        for group in groups:
            SPIF.attributes_within(group, "tagSetRef tagType enumType lacv")
            lacv = str(parse_number(group, "lacv"))
            out.append(ForeignValue(SPIF.attribute(group, "tagSetRef"), parse_kind(group), lacv))
    return tuple(out)
