# SPDX-License-Identifier: Apache-2.0
"""The search index: which renditions hold the words that a reader asks for.

Guarantees:
- N1: the reader's class is one posting list inside every question to the engine, counts included. Nothing is removed
  afterwards, nothing is scored, suggested or counted over documents that the class does not see.
- N2: the set is exact, no candidate is guessed: whole words, substrings of joined-up scripts, joined places. The order is
  (``sort_at``, ``tie``), newest first, after what the text names by its reference; every page is full except for the last.
- D4: no text is stored; ``rebuild`` leaves no byte of earlier terms in the folder. (A deletion alone leaves terms behind.)
- A cache: what cannot be opened is thrown away, and the index stands at position 0 again.

One thread writes (``replace``, ``commit``, ``rebuild``); any thread searches, and sees what was committed last.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from tearline.node.views.search.document import FacetCount, Hit, SearchDoc, SearchResult
from tearline.node.views.search.match import match_queries
from tearline.node.views.search.query import (
    APART,
    FACETS,
    FIRST,
    Cursor,
    Places,
    Query,
    Term,
    check_query,
    is_apart,
    read_terms,
)
from tearline.node.views.search.snippet import Snippet, make_snippet

if TYPE_CHECKING:
    from tearline.node.views.search.engine import Generation, Page
    from tearline.node.views.search.folder import IndexFolder


class SearchIndex:
    """``folder`` is the index's own (``None``: in memory); ``places`` are the join groups of the place pack."""

    def __init__(self, folder: Path | None, places: Sequence[Sequence[str]] = ()) -> None:
        self._places = Places(places)
        self._writing = Lock()
        self._folder = None if folder is None else open_folder(folder)
        self._generation = make_generation() if self._folder is None else self._folder.open_newest()

    def join_places(self, places: Sequence[Sequence[str]]) -> None:
        """Other join groups, for questions from now on: documents hold words as they were written."""
        self._places = Places(places)

    @property
    def position(self) -> int:
        """The journal position that the index stands at, 0 when it is empty."""
        return self._generation.position or 0

    @property
    def note(self) -> bytes:
        """What was noted with the position; nothing when it is empty."""
        return self._generation.note

    def list_names(self) -> list[str]:
        """The key of every document that is searchable, in no order."""
        return self._generation.list_names()

    def replace(self, product: str, docs: Sequence[SearchDoc]) -> None:
        """From the next commit on, these are the documents of the product; none: it is gone."""
        with self._writing:
            self._generation.delete(product)
            for doc in docs:
                self._generation.add(doc)

    def commit(self, position: int, note: bytes = b"") -> None:
        """Makes what was replaced searchable and durable. What was not committed is lost in a crash, its position too."""
        with self._writing:
            self._generation.commit(position, note)

    def search(self, class_id: int, query: Query) -> SearchResult:
        """One page of what the class sees and the query asks for. Raises for a cursor or a size that does not fit."""
        return search_indexes((self,), class_id, query)

    def ask(self, class_id: int, query: Query, products: Sequence[str] | None = None) -> Page | None:
        """The question put to this index; None where the query can match nothing."""
        terms = read_terms(query.text, self._places, unfinished=query.unfinished)
        return None if terms is None else self._generation.ask(class_id, terms, query, products)

    def read_terms(self, query: Query) -> tuple[Term, ...]:
        """What the query's text asks for, to cut pieces by."""
        return read_terms(query.text, self._places, unfinished=query.unfinished) or ()

    def make_snippet(self, texts: Sequence[tuple[str, str]], query: Query) -> tuple[Snippet, ...]:
        """Where the reader's own rendition holds what the query asks for (see ``snippet``)."""
        return make_snippet(texts, query, places=self._places)

    def matches(self, doc: SearchDoc, queries: Sequence[Query]) -> tuple[bool, ...]:
        """Which of the queries would find a document, its classes and areas aside (see ``match``)."""
        return match_queries(doc, queries, self._places)

    def rebuild(self, docs: Iterable[SearchDoc], position: int, note: bytes = b"") -> None:
        """The index anew in fresh files; the old ones are gone when this returns. Searches go on meanwhile.

        If ``docs`` fails, the index is as it was.
        """
        with self._writing:
            dropped = make_generation() if self._folder is None else self._folder.make_next()
            try:
                for doc in docs:
                    dropped.add(doc)
                dropped.commit(position, note)
                self._generation, dropped = dropped, self._generation
            finally:
                dropped.close()
                if self._folder is not None:
                    self._folder.keep_only(self._generation.folder)

    def close(self) -> None:
        """Lets go of the folder; what was not committed is dropped."""
        with self._writing:
            self._generation.close()
            if self._folder is not None:
                self._folder.close()


def search_indexes(
    indexes: Sequence[SearchIndex],
    class_id: int,
    query: Query,
    products: Sequence[str] | None = None,
    *,
    counting: bool = False,
) -> SearchResult:
    """One page over several indexes that share no product, as if they were one; with the facets, if ``counting``."""
    check = check_query(query)
    pages = _ask(indexes, class_id, query, products)
    named = _list_named(pages, query)
    after, apart = query.after, bool(named) or is_apart(query)
    found, left, total = [], len(named), 0
    for page in pages:
        hits, there = page.list_newest(query.limit - len(named), after, unnamed=apart)
        found += hits
        left += there
        total += page.count() if apart or after is not None else there
    found.sort(key=lambda one: one[0], reverse=True)
    shown = [*named, *found[: query.limit - len(named)]]
    place = shown[-1][0] if len(shown) > len(named) else FIRST
    end = Cursor(*place, check + APART * apart) if left > len(shown) else None
    facets = _count_values(pages) if counting else None
    return SearchResult(tuple(hit for _, hit in shown), total, end, facets)


def _list_named(pages: Sequence[Page], query: Query) -> list[tuple[tuple[int, int], Hit]]:
    """What the text names, before all else on the first page. Where that is more than a page it has no place of its own."""
    if query.after is not None:
        return []
    named = [one for page in pages for one in page.list_named(query.limit + 1)]
    return sorted(named, key=lambda one: one[0], reverse=True) if len(named) <= query.limit else []


def count_values(
    indexes: Sequence[SearchIndex], class_id: int, query: Query, products: Sequence[str] | None = None
) -> dict[str, tuple[FacetCount, ...]]:
    """The facets over several indexes that share no product: the values of each, the most frequent first."""
    return _count_values(_ask(indexes, class_id, query, products))


def _ask(
    indexes: Sequence[SearchIndex], class_id: int, query: Query, products: Sequence[str] | None
) -> list[Page]:
    return [page for index in indexes if (page := index.ask(class_id, query, products)) is not None]


def _count_values(pages: Sequence[Page]) -> dict[str, tuple[FacetCount, ...]]:
    counted: dict[str, Counter[str]] = {facet: Counter() for facet in FACETS}
    for page in pages:
        for facet, values in page.count_values().items():
            counted[facet].update(values)
    return {
        facet: tuple(FacetCount(*one) for one in sorted(values.items(), key=lambda v: (-v[1], v[0])))
        for facet, values in counted.items()
    }


def make_generation() -> Generation:
    """A generation in memory."""
    from tearline.node.views.search.engine import Generation  # noqa: PLC0415 -- the engine loads with the first index

    return Generation(None)


def open_folder(path: Path) -> IndexFolder:
    """The folder of generations, locked."""
    from tearline.node.views.search.folder import IndexFolder  # noqa: PLC0415 -- see make_generation

    return IndexFolder(path)
