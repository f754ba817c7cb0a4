# SPDX-License-Identifier: Apache-2.0
"""What a reader asks for, and how its text is understood.

- There is no query language: the text is words, all of which a rendition must hold.
- A text that as a whole ends a product's reference, from a word of it on, asks for that product too (see ``references``), and
  it comes first.
- A name of the place pack, of several words too, stands for every name of its group (the longest name wins).
- Of an unfinished query, the last word may go on (``missi`` finds ``missile``) if it has two letters and the text ends there.
- A text of signs only (``?!``) asks for something that no rendition holds; an empty text asks for whatever fits the filters.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from tearline.core.canon import digest, encode_canonical
from tearline.core.errors import LimitError, UsageError
from tearline.core.products import Area
from tearline.node.views.search.words import TOKEN_CHARS_MAX, Run, fold, list_runs


class SearchLimits(msgspec.Struct, frozen=True):
    """How much one query may ask."""

    text_chars_max: int = 1000  # a screen's search field; a pasted page is no query
    terms_max: int = 64  # each costs a posting list
    page_hits_max: int = 1000  # an export pages through
    unfinished_chars_min: int = 2  # one letter begins a large part of all words


LIMITS = SearchLimits()


APART = "+"
"""Ends the check of a cursor whose first page began with what the text names: it is left out of the pages that follow."""

FIRST = (2**62, 0)
"""The place before all places."""


class Cursor(msgspec.Struct, frozen=True):
    """Where the next page starts: after this place in the reader's own order. ``check`` ties it to its query.

    It holds nothing but what the last hit of the page showed. Whoever hands it to a reader seals it and binds it to them.
    """

    sort_at: int
    tie: int
    check: str


class Query(msgspec.Struct, frozen=True):
    """One question. Filed at ``since`` or later and before ``until``; no kinds, originators and so on means any.

    ``unfinished``: the text is being typed. ``area`` narrows to renditions with a position there; the finder knows those.
    """

    text: str = ""
    since: int | None = None
    until: int | None = None
    kinds: tuple[str, ...] = ()
    originators: tuple[str, ...] = ()
    limit: int = 50
    after: Cursor | None = None
    precedences: tuple[str, ...] = ()
    gradings: tuple[str, ...] = ()
    months: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    area: Area | None = None
    unfinished: bool = False


FACETS = {
    "kind": "kinds",
    "originator": "originators",
    "precedence": "precedences",
    "grading": "gradings",
    "month": "months",
    "topic": "topics",
    "language": "languages",
}
"""By what hits are counted and narrowed: the field of a document, and the part of a query that names its values."""


Phrase = tuple[Run, ...]
Term = tuple[Phrase, ...]
"""One thing asked for: any of these phrases will do."""


class Places:
    """The join groups of the place pack, found by the runs of a name."""

    def __init__(self, groups: Iterable[Sequence[str]] = ()) -> None:
        self._groups: dict[Phrase, Term] = {}
        for group in groups:
            names = tuple(dict.fromkeys(phrase for name in group if (phrase := read_phrase(name))))
            for name in names:
                # A name that stands in two groups joins both.
                self._groups[name] = tuple(dict.fromkeys(self._groups.get(name, ()) + names))
        self._longest = max(map(len, self._groups), default=1)

    def find(self, runs: Sequence[Run], start: int) -> tuple[Term, int]:
        """The group named at ``start`` and how many runs its name takes; the run itself where none is."""
        for length in range(min(self._longest, len(runs) - start), 0, -1):
            group = self._groups.get(cut_phrase(runs[start : start + length]))
            if group is not None:
                return group, length
        return (cut_phrase(runs[start : start + 1]),), 1


NO_PLACES = Places()


def read_phrase(name: str) -> Phrase:
    """The runs of a name that has to stand together."""
    return cut_phrase(list_runs(fold(name)))


def cut_phrase(runs: Sequence[Run]) -> Phrase:
    """Runs as a phrase, free of the place they were found at."""
    return tuple(run._replace(start=0, broken=run.broken and number > 0) for number, run in enumerate(runs))


def read_terms(text: str, places: Places, *, unfinished: bool = False) -> tuple[Term, ...] | None:
    """The distinct terms of a query's text; ``None`` if it asks for something that nothing can hold."""
    if len(text) > LIMITS.text_chars_max:
        raise LimitError("query-too-long", "the search text is too long", "Ask with fewer words.")
    folded = fold(text)
    runs = list_runs(folded)
    if not runs and text.strip():
        return None
    going_on = leave_open(runs, folded) if unfinished else ()
    terms: dict[Term, None] = {}
    start = 0
    while start < len(runs):
        term, length = places.find(runs, start)
        start += length
        terms[term if start < len(runs) or length > 1 else term + going_on] = None
    if len(terms) > LIMITS.terms_max:
        raise LimitError("query-too-long", "the search text has too many words", "Ask with fewer words.")
    return tuple(terms)


def leave_open(runs: Sequence[Run], folded: str) -> Term:
    """The last word as one that may go on: where it is a word of letters and the text ends with it."""
    last = runs[-1] if runs else None
    if last is None or last.joined_up or last.start + len(last.text) < len(folded):
        return ()
    if not LIMITS.unfinished_chars_min <= len(last.text) <= TOKEN_CHARS_MAX:
        return ()
    return ((last._replace(start=0, broken=False, unfinished=True),),)


def is_apart(query: Query) -> bool:
    """Whether what the text names stood on the first page, before all else."""
    return query.after is not None and query.after.check.endswith(APART)


def check_query(query: Query) -> str:
    """The word that ties cursors to this query. Raises where the page size or the cursor does not fit it."""
    if not 0 < query.limit <= LIMITS.page_hits_max:
        raise LimitError("bad-page-size", f"a page holds 1 to {LIMITS.page_hits_max} hits")
    asked = (query.text.encode("utf-8", "surrogatepass").hex(), query.since, query.until)
    narrowed = [sorted(set(getattr(query, name))) for name in FACETS.values()]
    raw = encode_canonical((asked, narrowed, query.area, query.unfinished))
    check = digest("tearline/search-cursor", raw).hex()[:16]
    if query.after is not None and query.after.check not in {check, check + APART}:
        raise UsageError(
            "bad-cursor", "this cursor belongs to another query", "Start again from the first page."
        )
    return check
