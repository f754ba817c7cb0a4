# SPDX-License-Identifier: Apache-2.0
"""What every part of the SPIF codec reads alike: numbers, flags, selections, tag kinds, instants."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

from tearline.core.instants import Instant, from_datetime
from tearline.core.labels.codecs.strict_xml import XML_NAMESPACE, Element, Form
from tearline.core.labels.policy import TagKind, Window

SPIF = Form("http://www.xmlspif.org/spif", "bad-spif", "Nothing of the pack was loaded.")
LANG = f"{{{XML_NAMESPACE}}}lang"
NUMBER_DIGITS_MAX = 18
KINDS = {
    "restrictive": TagKind.RESTRICTIVE,
    "permissive": TagKind.PERMISSIVE,
    "tagType7": TagKind.INFORMATIVE,
    "notApplicable": TagKind.INFORMATIVE,
}
_YEARS = frozenset(
    str(year) for year in range(1900, 2200)
)  # days around the ends of the calendar can't be counted
_MOMENT = re.compile(
    r"(\d{4})-?(\d\d)-?(\d\d)(?:[T ]?(\d\d):?(\d\d)?:?(\d\d)?(?:\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)\Z", re.ASCII
)


def parse_number(element: Element, name: str, default: int | None = None) -> int:
    """An attribute that is a whole number."""
    text = element.get(name)
    if text is None and default is not None:
        return default
    if text is None or not text.isascii() or not text.isdigit() or len(text) > NUMBER_DIGITS_MAX:
        raise SPIF.fail(element, f"attribute {name} is not a number")
    return int(text)


def parse_selection(element: Element, name: str) -> int:
    """How many values may be chosen; 0 for ``unbounded``."""
    return 0 if element.get(name) == "unbounded" else parse_number(element, name, 0)


def parse_flag(element: Element, name: str) -> bool:
    """An attribute that is a truth value; false where it is missing."""
    text = element.get(name, "false")
    if text not in {"true", "false", "1", "0"}:
        raise SPIF.fail(element, f"attribute {name} is neither true nor false")
    return text in {"true", "1"}


def parse_kind(element: Element) -> TagKind:
    """The kind that ``tagType`` (and ``enumType``) state."""
    text = SPIF.attribute(element, "tagType")
    text = SPIF.attribute(element, "enumType") if text == "enumerated" else text
    if text not in KINDS:
        raise SPIF.fail(element, f"unknown tag type {text!r}")
    return KINDS[text]


def parse_moment(element: Element, name: str) -> Instant | None:
    """An xs:dateTime or GeneralizedTime with its zone; a time without a zone is nobody's."""
    text = element.get(name)
    if text is None:
        return None
    match = _MOMENT.match(text)
    if match is None or match[1] not in _YEARS:
        raise SPIF.fail(element, f"attribute {name} is no time with a zone, of this age: {text[:40]!r}")
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
    zone = UTC
    try:
        if match[7] != "Z":
            digits = match[7].replace(":", "")
            offset = timedelta(hours=int(digits[1:3]), minutes=int(digits[3:5]))
            zone = timezone(-offset if digits[0] == "-" else offset)
        return from_datetime(datetime(year, month, day, hour, minute, second, tzinfo=zone))
    except (ValueError, OverflowError) as error:
        raise SPIF.fail(element, f"attribute {name} is no such time: {text[:40]!r}") from error


def parse_window(element: Element) -> Window | None:
    """When the element is in force; None where it always is."""
    window = Window(parse_moment(element, "notBefore"), parse_moment(element, "notAfter"))
    if window == Window():
        return None
    if None not in {window.not_before, window.not_after} and window.not_before > window.not_after:  # type: ignore[operator]
        raise SPIF.fail(element, "notBefore is later than notAfter")
    return window
