# SPDX-License-Identifier: Apache-2.0
"""Characters that a marking may never hold: what is shown and what is read must be one thing.

Refused: control characters and line breaks, direction controls, zero-width and other invisible characters, blanks that are
no plain space, compatibility forms (full-width, circled, mathematical letters), loose combining marks, and letters of
Latin, Greek and Cyrillic mixed. Korean and Japanese text passes; the US grammar asks for plain capitals besides.
"""

from __future__ import annotations

import re
import unicodedata

from tearline.core.errors import LimitError
from tearline.core.labels.codecs.text.marking import MARKING_CHARS_MAX, Fault, make_fault

_PLAIN = re.compile(r"[A-Z0-9 /,()\-]*\Z")
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_ALIKE = ("LATIN", "GREEK", "CYRILLIC")


def check_length(text: str) -> None:
    """Raises ``LimitError`` for what can be no marking."""
    if len(text) > MARKING_CHARS_MAX:
        raise LimitError(
            "too-large", f"a marking of {len(text)} characters; at most {MARKING_CHARS_MAX} are read"
        )


def find_hostile(text: str) -> Fault | None:
    """The first character by which a marking would be read as other than it looks."""
    if text.isascii() and text.isprintable():
        return None
    alike: dict[str, tuple[str, int]] = {}
    for place, char in enumerate(text):
        kind = unicodedata.category(char)
        if kind in _HIDDEN:
            return _name(char, place, "an invisible or control character")
        if kind == "Zs" and char != " ":
            return _name(char, place, "a blank that is no plain space")
        if kind in {"Mn", "Me"}:
            return _name(char, place, "a combining mark")
        if not char.isascii() and unicodedata.normalize("NFKC", char) != char:
            return _name(char, place, "a compatibility form")
        if kind.startswith("L") and (script := _name_script(char)) in _ALIKE:
            alike.setdefault(script, (char, place))
    if len(alike) > 1:
        char, place = next(first for script, first in alike.items() if script != "LATIN")
        return _name(char, place, "a letter of another alphabet")
    return None


def find_unplain(text: str) -> Fault | None:
    """The first character that has no place in a marking of capitals, digits and separators."""
    if _PLAIN.match(text):
        return None
    hostile = find_hostile(text)
    if hostile is not None:
        return hostile
    place, char = next((i, c) for i, c in enumerate(text) if not _PLAIN.match(c))
    return _name(char, place, "no capital letter, digit or separator")


def _name(char: str, place: int, what: str) -> Fault:
    known = unicodedata.name(char, "without a name")
    return make_fault("character", "1.b", f"character {place + 1} is {what}: U+{ord(char):04X} {known}")


def _name_script(char: str) -> str:
    return unicodedata.name(char, "").partition(" ")[0]
