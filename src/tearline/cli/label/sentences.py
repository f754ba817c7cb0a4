# SPDX-License-Identifier: Apache-2.0
"""What the library says in English, in the other three languages: losses, faults of US, NATO, joint and ISM marks, bad input.

The catalogue is ``data/words/labels.txt``, the one place of these words; tests hold that each sentence of the library stands
there. A sentence that doesn't is English in every language, and of bad input at least its code is explained: details quote the
document's own elements, path and words, which have no other language.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from tearline.cli.label.resolve import NotInPolicyError
from tearline.cli.label.words import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tearline.core.errors import TearlineError

DEPTH_MAX = 3
"""Sentences within sentences: a portion's fault in that of its banner."""
_PLACE = re.compile(r"\\{(\d)\\}")
_RULED = re.compile(r"(?P<words>.+?) \((?P<rule>[a-z0-9-]+), (?P<paragraph>[^()]+)\)", re.DOTALL)
_Row = tuple[str, str, str]


def say_in(words: str, lang: str) -> str:
    """The sentence in a language; as it is where the catalogue lacks it, or the language."""
    return words if lang == "en" or lang not in LANGUAGES else _say(words, LANGUAGES.index(lang) - 1, 0)


def say_failure(error: TearlineError, lang: str) -> tuple[str, str]:
    """Message and advice of an input that can't be used: what its code means, with the details behind it."""
    if lang == "en" or lang not in LANGUAGES:
        return error.message, error.advice
    if isinstance(error, NotInPolicyError):
        return error.explain(lang), say_in(error.advice, lang)
    details = "; ".join(_say_ruled(part, lang) for part in error.message.split("; "))
    known = _read_catalogue()[0].get(f"@{error.code}")
    message = details if known is None else f"{known[LANGUAGES.index(lang) - 1]} ({details})"
    return message, say_in(error.advice, lang)


def _say_ruled(part: str, lang: str) -> str:
    """A fault as ``describe`` writes it: its words, then rule and paragraph."""
    found = _RULED.fullmatch(part)
    if found is None:
        return say_in(part, lang)
    return f"{say_in(found['words'], lang)} ({found['rule']}, {found['paragraph']})"


def _say(words: str, column: int, depth: int) -> str:
    plain, patterns = _read_catalogue()
    if words in plain:
        return plain[words][column]
    if depth < DEPTH_MAX:
        for pattern, row in patterns:
            found = pattern.fullmatch(words)
            if found is not None:
                return row[column].format(*(_say(part, column, depth + 1) for part in found.groups()))
    return words


@cache
def _read_catalogue() -> tuple[dict[str, _Row], list[tuple[re.Pattern[str], _Row]]]:
    """Sentences without a place, and those with places: the most words of its own first."""
    plain: dict[str, _Row] = {}
    placed: dict[str, _Row] = {}
    for english, *others in read_blocks():
        row = (others[0], others[1], others[2])
        (placed if _PLACE.search(re.escape(english)) else plain)[english] = row
    ranked = sorted(placed, key=lambda text: -len(text))
    return plain, [
        (re.compile(_PLACE.sub("(.+?)", re.escape(text)), re.DOTALL), placed[text]) for text in ranked
    ]


def read_blocks() -> Iterator[tuple[str, ...]]:
    """Each sentence with its translations, in the catalogue's order."""
    from tearline.machine import DATA

    for block in (DATA / "words" / "labels.txt").read_text(encoding="utf-8").split("\n\n"):
        lines = tuple(line for line in block.strip().splitlines() if not line.startswith("#"))
        if lines:
            yield lines
