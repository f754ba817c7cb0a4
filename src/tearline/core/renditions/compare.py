# SPDX-License-Identifier: Apache-2.0
"""Who said what: fields of several renditions side by side, from renditions alone.

Numbers agree within one per cent, times and places when equal; other fields are shown and not compared. It takes two products
to agree: one that repeats itself confirms nothing. A field that a reader's renditions don't state does not exist for that
reader.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec

from tearline.core.errors import MalformedError
from tearline.core.instants import SECOND, parse_iso
from tearline.core.products import Field
from tearline.core.renditions.render import Rendition

NUMBER_TOLERANCE = 0.01


class Statement(msgspec.Struct, frozen=True):
    """One value as one product states it. ``kind``: number, time, place, or another word for what isn't compared."""

    reference: str
    originator: str
    tag: str
    value: str
    unit: str = ""
    kind: str = ""


class Comparison(msgspec.Struct, frozen=True):
    """A field with all its statements; ``spread`` in words.

    ``verdict``: *agrees* or *conflicts*, also where one product states two values; *single* where one product alone states it
    and not against itself; *uncompared* where several do, of what can't be weighed.
    """

    name: str
    statements: tuple[Statement, ...]
    verdict: str
    spread: str = ""


def compare(renditions: Sequence[Rendition]) -> tuple[Comparison, ...]:
    """Fields in order of first appearance; statements in the order of the renditions given."""
    found: dict[str, list[Statement]] = {}
    for rendition in renditions:
        for portion in rendition.portions:
            for field in portion.fields:
                found.setdefault(field.name, []).append(_state(rendition, portion.tag, field))
    return tuple(_judge(name, tuple(statements)) for name, statements in found.items())


def _state(rendition: Rendition, tag: str, field: Field) -> Statement:
    envelope = rendition.envelope
    return Statement(envelope.reference, envelope.originator, tag, field.value, field.unit, field.compare)


def _judge(name: str, statements: tuple[Statement, ...]) -> Comparison:
    verdict, spread = _weigh(statements)
    if verdict != "conflicts" and len({(s.originator, s.reference) for s in statements}) == 1:
        verdict, spread = "single", ""
    return Comparison(name, statements, verdict, spread)


def _weigh(statements: tuple[Statement, ...]) -> tuple[str, str]:
    """How the values stand to each other, whoever states them."""
    alike = {(s.kind, s.unit) for s in statements}
    kind, unit = next(iter(alike))
    if len(alike) > 1 or kind not in {"number", "time", "place"}:
        return "uncompared", ""
    try:
        return _compare(kind, list(dict.fromkeys(s.value for s in statements)), unit)
    except (ValueError, MalformedError):  # values are other nations': one that can't be read spoils no page
        return "uncompared", ""


def _compare(kind: str, values: list[str], unit: str) -> tuple[str, str]:
    if kind == "number":
        numbers = [_read_number(v) for v in values]
        spread = max(numbers) - min(numbers)
        agrees = spread <= NUMBER_TOLERANCE * max(abs(n) for n in numbers)
        return ("agrees" if agrees else "conflicts"), _words(spread, unit, numbers)
    if kind == "time":
        times = [parse_iso(v) for v in values]
        apart = max(times) - min(times)
        return ("conflicts", f"{apart / SECOND:g} s") if apart else ("agrees", "")
    return ("conflicts" if len(values) > 1 else "agrees"), ""


def _read_number(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def _words(spread: float, unit: str, numbers: list[float]) -> str:
    if not spread:
        return ""
    share = 100 * spread / min(abs(n) for n in numbers) if min(abs(n) for n in numbers) else 0.0
    return f"{spread:g} {unit}".strip() + f" ({share:.1f} %)"
