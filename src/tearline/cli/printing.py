# SPDX-License-Identifier: Apache-2.0
"""What goes to the terminal. Texts come from partners: control characters are shown, never obeyed."""

from __future__ import annotations

import json
import re
import sys
import textwrap
import unicodedata
from collections.abc import Sequence
from typing import Any

from tearline.cli.exits import RefusedError
from tearline.core.errors import TearlineError

# C0 and C1 but tab and newline, and the marks that turn the direction of what follows (a mark could read as another).
_CONTROLS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
_UNSPACED = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")  # kana and Han: written without blanks
WIDTH_MIN = 60
WIDTH_MAX = 120


def clean(text: str) -> str:
    """Text that a terminal shows and doesn't act on."""
    return _CONTROLS.sub(lambda found: f"<U+{ord(found[0]):04X}>", text)


def say(text: str = "") -> None:
    """A line for people."""
    print(clean(text))


def note(text: str) -> None:
    """A line beside the result: on standard error, so that output can be piped."""
    print(clean(text), file=sys.stderr)


def print_json(value: Any) -> None:
    """One document, in the order in which it was made. What a terminal would obey is written as JSON's own escapes."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    print(_CONTROLS.sub(lambda found: f"\\u{ord(found[0]):04x}", text))


def print_error(error: TearlineError) -> None:
    """What is wrong, and on a second line what to do."""
    note(f"tearline: {error.message}")
    if isinstance(error, RefusedError):
        for where, words in error.findings:
            note(f"  {where}: {words}" if where else f"  {words}")
    if error.advice:
        note(error.advice)


def terminal_width() -> int:
    """Columns to fill; a pipe gets the usual ones."""
    import shutil

    return max(WIDTH_MIN, min(WIDTH_MAX, shutil.get_terminal_size((100, 24)).columns))


def width_of(text: str) -> int:
    """Columns that a terminal takes: Korean and Japanese letters two, combining marks none."""
    return sum(_cell(letter) for letter in text)


def _cell(letter: str) -> int:
    if unicodedata.combining(letter):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


def wrap(text: str, width: int) -> list[str]:
    """Lines of at most ``width`` columns: at blanks, and between letters where a script has none (or one word is too long)."""
    out: list[str] = []
    for paragraph in clean(text).split("\n"):
        line = ""
        for word in re.findall(r"\S+|\s+", paragraph):
            rest = word
            while width_of(line) + width_of(rest) > width:
                whole = bool(line.strip()) and not _UNSPACED.search(rest)
                head = 0 if whole else _count_fitting(rest, width - width_of(line))
                head = head if head or line else 1
                out.append((line + rest[:head]).rstrip())
                line, rest = "", rest[head:].lstrip()
            line += rest
        out.append(line.rstrip())
    return out


def _count_fitting(text: str, width: int) -> int:
    used = 0
    for count, letter in enumerate(text):
        used += _cell(letter)
        if used > width:
            return count
    return len(text)


def side_by_side(texts: Sequence[str], width: int) -> list[str]:
    """Texts as columns of equal width, wrapped and padded."""
    gap = 3
    column = (width - gap * (len(texts) - 1)) // len(texts)
    wrapped = [wrap(text, column) for text in texts]
    height = max(len(lines) for lines in wrapped)
    rows = []
    for number in range(height):
        cells = [lines[number] if number < len(lines) else "" for lines in wrapped]
        rows.append((" " * gap).join(cell + " " * (column - width_of(cell)) for cell in cells).rstrip())
    return rows


def indent(lines: Sequence[str], by: int = 2) -> str:
    """Lines moved to the right."""
    return textwrap.indent("\n".join(lines), " " * by)
