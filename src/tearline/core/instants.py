# SPDX-License-Identifier: Apache-2.0
"""Points in time as integers, and the date-time group (DTG) by which people name them (ACP 121).

An ``Instant`` is microseconds since 1970-01-01T00:00Z. Two clocks exist in a node and are never mixed: the operational
clock (DTGs, validity of agreements, rules and delegations) and the system clock (journals, signatures, latencies).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import NewType

from tearline.core.errors import MalformedError

Instant = NewType("Instant", int)

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

FIRST_INSTANT = Instant(-(2**63))
LAST_INSTANT = Instant(2**63 - 1)
"""Before and after whatever a clock says."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DTG = re.compile(r"(\d\d)(\d\d)(\d\d)Z ([A-Z]{3}) (\d\d)\Z", re.ASCII)
_ISO = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|\+00:00))?\Z", re.ASCII)


def to_datetime(instant: Instant) -> datetime:
    """The aware UTC datetime of an instant."""
    return _EPOCH + timedelta(microseconds=instant)


def from_datetime(moment: datetime) -> Instant:
    """The instant of an aware datetime."""
    return Instant((moment - _EPOCH) // timedelta(microseconds=1))


def print_dtg(instant: Instant) -> str:
    """``120104Z JUL 23``: day, hour, minute, zone Zulu, month, year."""
    moment = to_datetime(instant)
    # Asked for every line of every list: a format for strftime would take four times as long.
    time = f"{moment.day:02}{moment.hour:02}{moment.minute:02}Z"
    return f"{time} {_MONTHS[moment.month - 1]} {moment.year % 100:02}"


def parse_dtg(text: str) -> Instant:
    """The instant (whole minute) of a DTG in zone Zulu."""
    match = _DTG.match(text)
    if match is None or match[4] not in _MONTHS:
        raise MalformedError(
            "bad-dtg", f"not a date-time group: {text[:40]!r}", "Write it like 120104Z JUL 23."
        )
    day, hour, minute, month, year = (
        match[1],
        match[2],
        match[3],
        _MONTHS.index(match[4]) + 1,
        2000 + int(match[5]),
    )
    try:
        return from_datetime(datetime(year, month, int(day), int(hour), int(minute), tzinfo=UTC))
    except ValueError as error:
        raise MalformedError("bad-dtg", f"no such time: {text!r}") from error


def print_iso(instant: Instant) -> str:
    """``2023-07-12T01:04:00Z``, with microseconds only where there are any."""
    return f"{to_datetime(instant).isoformat()[:-6]}Z"  # without +00:00, which it always ends with


def parse_iso(text: str) -> Instant:
    """The instant of an RFC 3339 date or UTC date-time; no other zone is read."""
    if not _ISO.match(text):
        raise MalformedError(
            "bad-time", f"not a UTC time: {text[:40]!r}", "Write it like 2023-07-12T01:04:00Z."
        )
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise MalformedError("bad-time", f"no such time: {text!r}") from error
    return from_datetime(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
