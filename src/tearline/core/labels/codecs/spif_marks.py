# SPDX-License-Identifier: Apache-2.0
"""The parts of a SPIF that say how values are printed: marking data, qualifiers, privacy marks, colours."""

from __future__ import annotations

import re

import msgspec

from tearline.core.labels.codecs.spif_form import LANG, SPIF, parse_flag, parse_selection
from tearline.core.labels.codecs.strict_xml import Element, local_name
from tearline.core.labels.policy import Marking, PrivacyMark, Qualifier

PLACES = frozenset(
    {
        "pageTop",
        "pageBottom",
        "pageTopBottom",
        "documentStart",
        "documentEnd",
        "firstLineOfText",
        "lastLineOfText",
        "subject",
        "xHeader",
        "portionMarking",
        "inputTitle",
        "waterMark",
    }
)
ANY_PAGE = "pageTopBottom"
"""Where a phrase goes whose marking data names no place."""
_FLAGS = frozenset({"noNameDisplay", "noMarkingDisplay", "replacePolicy", "suppressClassName"})
_CODES = {code.lower(): code for code in PLACES | _FLAGS}
_COLOR = re.compile(r"#[0-9A-Fa-f]{6}\Z|[A-Za-z]{1,32}\Z")
_PARTS = frozenset({"prefix", "separator", "suffix"})


class PrivacyMarks(msgspec.Struct, frozen=True):
    """The privacy marks of a policy and how many a label may carry (``most`` 0: any number)."""

    marks: dict[str, PrivacyMark]
    least: int = 0
    most: int = 0


def parse_markings(parent: Element) -> tuple[Marking, ...]:
    """The phrases of an element, one for each place."""
    out: list[Marking] = []
    for element in SPIF.named(parent, "markingData"):
        SPIF.attributes_within(element, f"phrase {LANG}")
        codes = [_parse_code(code) for code in SPIF.children(element, "code")]
        places = dict.fromkeys(code for code in codes if code in PLACES) or {ANY_PAGE: None}
        out.extend(
            Marking(
                place,
                element.get(LANG, ""),
                element.get("phrase"),
                hidden=not {"noNameDisplay", "noMarkingDisplay"}.isdisjoint(codes),
                replaces_policy="replacePolicy" in codes,
                suppresses_class="suppressClassName" in codes,
            )
            for place in places
        )
    return tuple(out)


def _parse_code(element: Element) -> str:
    """A marking code in the schema's spelling, whatever its case here."""
    text = (element.text or "").strip()
    code = _CODES.get(text.lower())
    if code is None:
        raise SPIF.fail(element, f"marking code {text!r} is not honoured")
    return code


def parse_qualifiers(parent: Element, separator: str = "/") -> tuple[Qualifier, ...]:
    """What stands around the values of an element, one for each place and language.

    A part that a language doesn't state is the one of no language, and ``separator`` where there is none either.
    """
    stated: dict[tuple[str, str], dict[str, str]] = {}
    for element in SPIF.named(parent, "markingQualifier"):
        SPIF.attributes_within(element, "markingCode code")
        place = element.get(
            "markingCode", element.get("code", ANY_PAGE)
        )  # "code": an early spelling in the wild
        place = _CODES.get(place.lower(), place)
        for qualifier in SPIF.children(element, "qualifier"):
            SPIF.attributes_within(qualifier, f"markingQualifier qualifierCode {LANG}")
            part = SPIF.attribute(qualifier, "qualifierCode")
            if part not in _PARTS or place not in PLACES:
                raise SPIF.fail(qualifier, f"unknown qualifier {part!r} at {place!r}")
            parts = stated.setdefault((place, qualifier.get(LANG, "")), {})
            parts[part] = qualifier.get("markingQualifier", "")
    return tuple(
        Qualifier(place, lang, **{"separator": separator, **stated.get((place, ""), {}), **parts})
        for (place, lang), parts in stated.items()
    )


def parse_privacy_marks(root: Element) -> PrivacyMarks:
    """The privacy marks; none where the SPIF states none."""
    found = SPIF.named(root, "privacyMarks")
    if not found:
        return PrivacyMarks({})
    if len(found) > 1:
        raise SPIF.fail(found[1], "privacyMarks stands twice")
    SPIF.attributes_within(found[0], "minSelection maxSelection")
    marks: dict[str, PrivacyMark] = {}
    for element in SPIF.children(found[0], "privacyMark"):
        SPIF.attributes_within(element, "name obsolete")
        SPIF.children(element, "markingData")
        name = SPIF.attribute(element, "name")
        if name in marks:
            raise SPIF.fail(element, f"privacy mark {name!r} stands twice")
        marks[name] = PrivacyMark(name, parse_flag(element, "obsolete"), parse_markings(element))
    if not marks:
        raise SPIF.fail(found[0], "no privacy mark in privacyMarks")
    least = parse_selection(found[0], "minSelection")
    return PrivacyMarks(marks, least, parse_selection(found[0], "maxSelection"))


def parse_color(element: Element) -> str:
    """``#RRGGBB`` or a colour's name; '' where none is stated."""
    text = element.get("color", "")
    if text and not _COLOR.match(text):
        raise SPIF.fail(element, f"attribute color is no colour: {text[:40]!r}")
    return text


def check_parts(element: Element, allowed: set[str]) -> None:
    """Refuses children that the element can't have."""
    for child in SPIF.walk(element):
        if local_name(child) not in allowed:
            raise SPIF.fail(child, f"{local_name(child)} is not honoured in {local_name(element)}")
