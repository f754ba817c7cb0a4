# SPDX-License-Identifier: Apache-2.0
"""Pieces of a rendition around what a query asked for.

- Made from the reader's own rendition only, by the rules by which it matched; nothing is stored for them.
- Each names its portion: who was shown a piece of a portion is told when that portion is withdrawn.
- ``before + match + after`` is a stretch of the portion's text as it stands; a match never splits a sign.
- In reading order, and only pieces with a term that none before them shows: no more is shown than the query asks for.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import islice

import msgspec

from tearline.node.views.search.query import NO_PLACES, Phrase, Places, Query, Term, read_terms
from tearline.node.views.search.words import Run, find_run_start, fold, iter_runs

CONTEXT_CHARS = 60
"""Shown on either side: about a line of a result list together."""
SNIPPETS_MAX = 4
STRIDE_CHARS = 4_096
PIECE_MAX_CHARS = 1_000
"""Of a match, and of what stands on either side: where a sign is made of more signs than anybody reads, it is cut."""


class Snippet(msgspec.Struct, frozen=True):
    """A piece of the portion ``tag``."""

    tag: str
    before: str
    match: str
    after: str


def make_snippet(
    texts: Sequence[tuple[str, str]], query: Query, *, places: Places = NO_PLACES
) -> tuple[Snippet, ...]:
    """The pieces for one hit; none where the query has no words."""
    return cut_pieces(texts, read_terms(query.text, places, unfinished=query.unfinished) or ())


def cut_pieces(texts: Sequence[tuple[str, str]], terms: Sequence[Term]) -> tuple[Snippet, ...]:
    """The pieces for one hit of a query that was read into its terms."""
    wanted = list(terms)
    pieces: list[Snippet] = []
    for tag, text in texts:
        if not wanted or len(pieces) == SNIPPETS_MAX:
            break
        folded = fold(text)
        found = {term: span for term in wanted if (span := find_term(folded, term))}
        if found:
            pieces.append(cut_piece(tag, text, min(found.values())))
            wanted = [term for term in wanted if term not in found]
    return tuple(pieces)


def find_term(folded: str, term: Term) -> tuple[int, int] | None:
    """Where in the folded text the term stands first."""
    spans = [span for phrase in term if (span := find_phrase(folded, phrase))]
    return min(spans, default=None)


def find_phrase(folded: str, phrase: Phrase) -> tuple[int, int] | None:
    """Where all runs of the phrase stand together first. Only runs that hold the letters of its first one are looked at."""
    letters = phrase[0].text
    place = folded.find(letters)
    while place >= 0:
        here = list(islice(iter_runs(folded, find_run_start(folded, place)), len(phrase)))
        span = find_span(here, phrase)
        if span is not None:
            return span
        place = folded.find(letters, here[0].start + len(here[0].text))
    return None


def find_span(here: Sequence[Run], phrase: Phrase) -> tuple[int, int] | None:
    """The stretch of a phrase in just as many runs, where they are it; the text may end before them."""
    first, last = phrase[0], phrase[-1]
    start = find_start(here[0], first, alone=len(phrase) == 1)
    if start is None or len(here) < len(phrase):
        return None
    if len(phrase) == 1:
        return start, start + len(first.text)
    if all(fits(run, asked) for run, asked in zip(here[1:-1], phrase[1:-1], strict=True)) and (
        here[-1].broken == last.broken
        and (here[-1].text.startswith(last.text) if last.joined_up else here[-1].text == last.text)
    ):
        return start, here[-1].start + len(last.text)
    return None


def fits(run: Run, asked: Run) -> bool:
    """Whether a run is the one asked for inside a phrase."""
    return run.text == asked.text and run.broken == asked.broken


def find_start(run: Run, asked: Run, *, alone: bool) -> int | None:
    """Where the first run of a phrase begins in ``run``; a joined-up one may begin inside, and end there if alone."""
    if not asked.joined_up:
        same = run.text.startswith(asked.text) if asked.unfinished else run.text == asked.text
        return run.start if same else None
    place = run.text.find(asked.text)
    if place < 0 or alone:
        return None if place < 0 else run.start + place
    return run.start + len(run.text) - len(asked.text) if run.text.endswith(asked.text) else None


def cut_piece(tag: str, text: str, span: tuple[int, int]) -> Snippet:
    """The piece of the text around a span of its folded form."""
    start, end = unfold_span(text, span)
    end = min(end, start + PIECE_MAX_CHARS)
    first = max(0, start - CONTEXT_CHARS)
    while first > max(0, start - PIECE_MAX_CHARS) and attaches(text[first]):
        first -= 1
    last = min(len(text), end + CONTEXT_CHARS)
    while last < min(len(text), end + PIECE_MAX_CHARS) and attaches(text[last]):
        last += 1
    return Snippet(tag, text[first:start], text[start:end], text[end:last])


def unfold_span(text: str, span: tuple[int, int]) -> tuple[int, int]:
    """The stretch of the text whose folded form covers the span."""
    if text.isascii():
        return span
    found_start, place = skip_strides(text, span[0])
    for start, end in list_clusters(text, found_start):
        if place <= span[0]:
            found_start = start
        place += len(fold(text[start:end]))
        if place >= span[1]:
            return found_start, end
    return found_start, len(text)


def skip_strides(text: str, span_start: int) -> tuple[int, int]:
    """The last end of a stride before a place of the folded text, and how long the folded text is up to there.

    Sign by sign, a text of two million held the node for half a second, for each hit of each search.
    """
    start, place = 0, 0
    while True:
        end = start + STRIDE_CHARS
        while end < len(text) and attaches(text[end]):
            end += 1
        folded = len(fold(text[start:end]))
        if end >= len(text) or place + folded > span_start:
            return start, place
        start, place = end, place + folded


def list_clusters(text: str, start: int = 0) -> Iterable[tuple[int, int]]:
    """The text from there in pieces that fold by themselves: the folded pieces together are the folded text."""
    for place in range(start + 1, len(text)):
        if not attaches(text[place]):
            yield start, place
            start = place
    yield start, len(text)


@cache
def attaches(sign: str) -> bool:
    """Whether a sign may become one with what stands before it when it is folded."""
    if sign.isascii():
        return False
    first = unicodedata.normalize("NFKD", sign)[0]
    # Vowels and final consonants of Hangul compose by rule, not by table; a sign that folds to nothing goes with any.
    hangul = "\u1161" <= first <= "\u1175" or "\u11a8" <= first <= "\u11c2"
    return hangul or unicodedata.combining(first) != 0 or first in load_seconds() or not fold(sign)


@cache
def load_seconds() -> frozenset[str]:
    """Signs with which another one composes."""
    parts = (unicodedata.decomposition(chr(code)).split() for code in range(0x20000))
    canonical = (part for part in parts if part and part[0][0] != "<")
    return frozenset(chr(int(second, 16)) for part in canonical for second in part[1:])
