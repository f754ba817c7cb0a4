# SPDX-License-Identifier: Apache-2.0
"""What counts as a word, for the index, for queries and for snippets alike.

Rules:
- Text is folded before it is matched, and only for that: NFKC, case, and signs that print nothing (soft hyphen, joiners,
  variation selectors) dropped: Unicode's NFKC_Casefold. Accents of Latin letters are dropped too: not every keyboard has them.
- A *run* is a stretch of letters and digits (with the marks on them) of one kind: *joined-up* scripts, which put no blanks
  between words (Hangul, Kana, Han), match anywhere inside; every other run matches whole.
- Runs of different kinds end each other: ``ICBM을`` is ``ICBM`` and ``을``, so that a particle hides no word.
- A *token* is what the index keeps: a whole run; of a joined-up run its overlapping pairs of signs and then its last sign.
  A substring of two signs or more is then a phrase of pairs, exactly, and a phrase can cross from run to run.
- Anything but blanks between two runs is a token of its own (*break*), and the end of a text two of them: a name of several
  words does not pass over it, and one with a hyphen inside asks for it.

Example: ``"ICBM을 발사, 평양"`` gives ``icbm 을 발사 사 ¦ 평양 양``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from hashlib import sha256
from typing import NamedTuple

import msgspec

JOINED_UP = (
    "\u1100-\u11ff\ua960-\ua97c\uac00-\ud7fb"  # Hangul
    "\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\U0001aff0-\U0001b16f"  # Kana
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u303b\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # Han
    "\u3100-\u312f\u31a0-\u31bf"  # Bopomofo
)
BREAK = "\x01"
"""The token for what is neither word nor blank; no text holds it as a word."""
TOKEN_CHARS_MAX = 200
"""The engine refuses terms of 65,530 bytes without a word; longer runs than this are kept by digest."""

_UNSEEN = re.compile("[\u00ad\u200c\u200d\u2060\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]")
_ACCENTED = re.compile("[\u00c0-\u024f\u0300-\u036f\u1e00-\u1eff]")
_ACCENTS = re.compile("(?<=[a-z])[\u0300-\u034e\u0350-\u036f]+")
_LONG = re.compile(rf"[^ ]{{{TOKEN_CHARS_MAX + 1},}}")
_SCAN_END = 0x20000
"""Beyond it there are letters of Han only."""
_RARE = 0x10000
_RARE_SIGN = re.compile("[\U00010000-\U0010ffff]")
"""Signs beyond Unicode's first plane: emoji, historic scripts."""
_BLANK, _WORD, _JOINED_UP, _OTHER = range(4)


class Run(NamedTuple):
    """A run of a folded text. ``broken``: more than blanks lies between it and the run before.

    ``unfinished``: of a query, a word that is being typed; any word that begins with it will do.
    """

    text: str
    joined_up: bool
    broken: bool
    start: int
    unfinished: bool = False


class Patterns(msgspec.Struct, frozen=True):
    """Expressions over folded text, made once from this Python's own Unicode tables.

    ``run`` has two groups: joined-up ones are the first. ``joined_up`` begins with one sign of its class, which the expression
    engine seeks faster than a repetition.
    """

    run: re.Pattern[str]
    joined_up: re.Pattern[str]


@cache
def load_patterns(*, rare: bool = True) -> Patterns:
    """The expressions; about 40 ms at first use. Those without ``rare`` signs try hundreds of ranges less at each blank."""
    letters = [code for code in _list_letters() if rare or code < _RARE]
    starts = [code for before, code in zip([-2, *letters], letters, strict=False) if code != before + 1]
    ends = [code for code, after in zip(letters, [*letters[1:], -2], strict=True) if after != code + 1]
    word = "".join(f"{chr(first)}-{chr(last)}" for first, last in zip(starts, ends, strict=True))
    return Patterns(
        run=re.compile(f"([{JOINED_UP}]+)|([{word}]+)"),
        joined_up=re.compile(f"[{JOINED_UP}][{JOINED_UP}]*"),
    )


@cache
def _list_letters() -> list[int]:
    """Letters, digits and marks of the scripts that are not joined-up."""
    joined_up = re.compile(f"[{JOINED_UP}]")
    signs = ((code, chr(code)) for code in range(_SCAN_END))
    return [
        code for code, sign in signs if unicodedata.category(sign)[0] in "LMN" and not joined_up.match(sign)
    ]


@lru_cache(maxsize=4096)
def _kind_of(sign: str) -> int:
    """What a sign of a folded text is."""
    if sign == " ":
        return _BLANK
    match = load_patterns().run.match(sign)
    return _OTHER if match is None else (_JOINED_UP if match.lastindex == 1 else _WORD)


def fold(text: str) -> str:
    """The form in which texts are compared."""
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKC", text).casefold()
    folded = unicodedata.normalize("NFKC", _UNSEEN.sub("", folded))
    if _ACCENTED.search(folded) is None:
        return folded
    return _ACCENTS.sub("", folded.translate(_list_plain()))


@cache
def _list_plain() -> dict[int, str]:
    """Accented small Latin letters without their accents. What is a letter of its own (ø, ł, ß folded before) stays."""
    signs = (chr(code) for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)))
    parts = ((sign, unicodedata.normalize("NFD", sign)) for sign in signs)
    return {ord(sign): apart[0] for sign, apart in parts if len(apart) > 1 and "a" <= apart[0] <= "z"}


def list_runs(folded: str) -> list[Run]:
    """The runs of a folded text, in order."""
    return list(iter_runs(folded))


def iter_runs(folded: str, start: int = 0) -> Iterator[Run]:
    """The runs from a place on, which is where one begins, or the text."""
    end = start
    for match in load_patterns(rare=_holds_rare(folded)).run.finditer(folded, start):
        between = folded[end : match.start()]
        broken = between != "" and not between.isspace()
        yield Run(match[0], match.lastindex == 1, broken, match.start())
        end = match.end()


def find_run_start(folded: str, place: int) -> int:
    """Where the run begins that has a letter at this place."""
    kind = _kind_of(folded[place])
    while place > 0 and _kind_of(folded[place - 1]) == kind:
        place -= 1
    return place


def _holds_rare(folded: str) -> bool:
    return not folded.isascii() and _RARE_SIGN.search(folded) is not None


def print_tokens(folded: str) -> str:
    """The tokens of a folded text in their places, with blanks between."""
    line = " ".join(folded.split())
    kinds = {sign: _kind_of(sign) for sign in set(line)}
    for sign in (sign for sign, kind in kinds.items() if kind == _OTHER and sign != BREAK):
        line = line.replace(sign, BREAK)
    first, *others = map(str.strip, line.split(BREAK))
    if others:  # several that lie together are one break
        line = f" {BREAK} ".join([first, *filter(None, others[:-1]), others[-1]])
    if _JOINED_UP in kinds.values():
        line = load_patterns().joined_up.sub(_print_joined_up, line)
    return _LONG.sub(lambda match: shorten(match[0]), line) if _holds_long(line) else line


def _holds_long(line: str) -> bool:
    """Whether a token is longer than the engine likes; looks at a few places of the line only."""
    place = 0
    while len(line) - place > TOKEN_CHARS_MAX:
        blank = line.rfind(" ", place, place + TOKEN_CHARS_MAX + 1)
        if blank < 0:
            return True
        place = blank + 1
    return False


def _print_joined_up(match: re.Match[str]) -> str:
    return f" {' '.join(list_pairs(match[0]))} {match[0][-1]} "


def list_pairs(run: str) -> list[str]:
    """The overlapping pairs of a run, none for a single sign."""
    return [run[place : place + 2] for place in range(len(run) - 1)]


def list_signs(folded: str) -> set[str]:
    """Each sign of joined-up scripts that occurs."""
    return set() if folded.isascii() else {sign for sign in set(folded) if _kind_of(sign) == _JOINED_UP}


def shorten(word: str) -> str:
    """The token of a word: itself, or for a very long one its digest (no word holds an underscore)."""
    return word if len(word) <= TOKEN_CHARS_MAX else f"_{sha256(word.encode()).hexdigest()}"
