# SPDX-License-Identifier: Apache-2.0
"""One generation of the index in Tantivy: its schema, its writer, and the questions put to it.

- Stored are ids (key, product) and the journal's position; of texts only their tokens.
- No score is computed; order and counts come from the documents that matched.
- The position is a document of its own, with the note beside it, so it is committed with what it speaks of. It has no class:
  no query finds it.
- Analysers are not saved with an index, so they are registered each time one is opened.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import tantivy

from tearline.node.views.search.document import Hit, SearchDoc
from tearline.node.views.search.query import FACETS, Cursor, Phrase, Query, Term
from tearline.node.views.search.references import fold_reference, list_tails
from tearline.node.views.search.words import BREAK, fold, list_pairs, list_signs, print_tokens, shorten

WRITER_BYTES = 64_000_000
VERSION: str = tantivy.__dict__["__version__"]  # missing from the stubs' module object
_TEXT_END = f" {BREAK} {BREAK} "
_NO_PRODUCT = ""
FACET_VALUES_MAX = 10_000
"""More values of one facet than a network has topics: counts below it are exact."""

Clause = tuple[tantivy.Occur, tantivy.Query]
Place = tuple[int, int]


def make_schema() -> tantivy.Schema:
    """The fields. A change here, or in what a word is (words.py), needs a new number in ``folder.SHAPE``."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("text", tokenizer_name="tokens", index_option="position")
    builder.add_text_field("signs", tokenizer_name="tokens", index_option="basic")
    builder.add_unsigned_field("classes", indexed=True)
    builder.add_text_field("reference", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("product", stored=True, tokenizer_name="raw", index_option="basic")
    for name in FACETS:
        builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("sort_at", indexed=True, fast=True)
    builder.add_unsigned_field("tie", fast=True)
    builder.add_integer_field("dtg", fast=True)
    builder.add_text_field("key", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field("position", stored=True)
    builder.add_bytes_field("note", stored=True)
    return builder.build()


class Generation:
    """An index in a folder, or in memory. One thread writes; any thread searches what was committed last."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self._schema = make_schema()
        self._index = tantivy.Index(self._schema, path=None if folder is None else str(folder))
        tokens = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
        self._index.register_tokenizer("tokens", tokens)
        self._index.config_reader(reload_policy="manual")
        self._writer = self._index.writer(heap_size=WRITER_BYTES, num_threads=1)
        self.position: int | None = None
        self.note = b""
        self._read_mark()

    def delete(self, product: str) -> None:
        self._writer.delete_documents_by_term("product", product)

    def add(self, doc: SearchDoc) -> None:
        """Takes a document into the next commit; one that no class sees is left out."""
        if doc.classes:
            self._writer.add_document(self._encode(doc))

    def commit(self, position: int, note: bytes = b"") -> None:
        """All that was taken since the last commit becomes readable, and durable together with ``position`` and ``note``."""
        self.delete(_NO_PRODUCT)
        mark = tantivy.Document()
        mark.add_text("product", _NO_PRODUCT)
        mark.add_unsigned("position", position)
        mark.add_bytes("note", note)
        self._writer.add_document(mark)
        self._writer.commit()
        self._index.reload()
        self.position, self.note = position, note

    def list_names(self) -> list[str]:
        """The key of every document."""
        searcher = self._index.searcher()
        found: Any = searcher.search(tantivy.Query.all_query(), limit=max(1, searcher.num_docs), count=False)
        stored = (searcher.doc(address) for _, address in found.hits)
        return [str(names[0]) for doc in stored if (names := doc["key"])]

    def close(self) -> None:
        """Ends the writer and its merges; no file is written afterwards."""
        self._writer.wait_merging_threads()

    def ask(
        self, class_id: int, terms: Sequence[Term], query: Query, products: Sequence[str] | None = None
    ) -> Page:
        """The question with the class in it; ``products`` are all that may answer it, where that is known."""
        clauses = [self._must(self._term("classes", class_id))]
        clauses += self._holding(terms, query.text)
        if query.since is not None or query.until is not None:
            clauses.append(self._must(self._range("dtg", query.since, query.until)))
        if products is not None:
            clauses.append(self._must(tantivy.Query.term_set_query(self._schema, "product", products)))
        narrowed = {
            field: self._must(self._one_of([self._term(field, value) for value in dict.fromkeys(values)]))
            for field, name in FACETS.items()
            if (values := getattr(query, name))
        }
        named = self._naming(query.text) if terms else None
        return Page(self, self._index.searcher(), clauses, narrowed, named)

    def _naming(self, text: str) -> tantivy.Query:
        """What has a reference that is this text, or ends with it."""
        return self._term("reference", fold_reference(text))

    def _holding(self, terms: Sequence[Term], text: str) -> list[Clause]:
        """Texts that hold every term; or a reference that ends with what was asked for."""
        words = [self._must(self._one_of([self._phrase(p) for p in term])) for term in terms]
        if not words:
            return []
        return [self._must(self._one_of([_join(words), self._naming(text)]))]

    def older_than(self, cursor: Cursor) -> Clause:
        """What comes after a place, the newest coming first."""
        same = [self.at(cursor.sort_at), self._must(self._below("tie", cursor.tie))]
        earlier = self._range("sort_at", None, cursor.sort_at)
        return self._must(self._one_of([earlier, tantivy.Query.boolean_query(same)]))

    def at(self, sort_at: int) -> Clause:
        return self._must(self._term("sort_at", sort_at))

    def _encode(self, doc: SearchDoc) -> tantivy.Document:
        folded = [fold(text) for _, text in doc.texts]
        encoded = tantivy.Document()
        encoded.add_text("text", _TEXT_END.join(map(print_tokens, folded)))
        encoded.add_text("signs", " ".join(sorted(set().union(*map(list_signs, folded)))))
        for class_id in sorted(set(doc.classes)):
            encoded.add_unsigned("classes", class_id)
        for tail in list_tails(doc.reference):
            encoded.add_text("reference", tail)
        for name in ("key", "product"):
            encoded.add_text(name, getattr(doc, name))
        for facet in FACETS:
            for value in filter(None, doc.values(facet)):
                encoded.add_text(facet, value)
        encoded.add_integer("sort_at", doc.sort_at)
        encoded.add_unsigned("tie", doc.tie)
        encoded.add_integer("dtg", doc.dtg)
        return encoded

    def _read_mark(self) -> None:
        searcher = self._index.searcher()
        found = searcher.search(self._term("product", _NO_PRODUCT), limit=1).hits
        if found:
            mark = searcher.doc(found[0][1])
            self.position, self.note = mark["position"][0], bytes(mark["note"][0])

    def _phrase(self, phrase: Phrase) -> tantivy.Query:
        """Exactly what ``print_tokens`` gives for a text in which the phrase stands."""
        last = phrase[-1]
        if last.unfinished:
            # Of letters, digits and marks only: nothing in it means anything to the engine's expressions.
            return tantivy.Query.regex_query(self._schema, "text", f"{last.text}.*")
        if len(phrase) == 1 and len(last.text) == 1 and last.joined_up:
            return self._term("signs", last.text)
        tokens: list[str | tuple[int, str]] = []
        for run in phrase[:-1]:
            tokens += [BREAK] if run.broken else []
            tokens += [*list_pairs(run.text), run.text[-1]] if run.joined_up else [shorten(run.text)]
        tokens += [BREAK] if last.broken else []
        if last.joined_up and len(last.text) == 1:
            # A single sign ends the phrase: in the text it stands last in its run, or begins a pair.
            return tantivy.Query.regex_phrase_query(self._schema, "text", [*tokens, f"{last.text}.?"])
        tokens += list_pairs(last.text) if last.joined_up else [shorten(last.text)]
        if len(tokens) == 1:
            return self._term("text", tokens[0])
        return tantivy.Query.phrase_query(self._schema, "text", tokens)

    def _term(self, field: str, value: Any) -> tantivy.Query:
        return tantivy.Query.term_query(self._schema, field, value, index_option="basic")

    def _range(self, field: str, since: int | None, until: int | None) -> tantivy.Query:
        kind = tantivy.FieldType.Integer
        return tantivy.Query.range_query(self._schema, field, kind, since, until, include_upper=until is None)

    def _below(self, field: str, bound: int) -> tantivy.Query:
        kind = tantivy.FieldType.Unsigned
        return tantivy.Query.range_query(self._schema, field, kind, 0, bound, include_upper=False)

    def _must(self, query: tantivy.Query) -> Clause:
        return tantivy.Occur.Must, query

    def _one_of(self, queries: Sequence[tantivy.Query]) -> tantivy.Query:
        if len(queries) == 1:
            return queries[0]
        return tantivy.Query.boolean_query([(tantivy.Occur.Should, query) for query in queries])


class Page:
    """A question against one state of the index, so that its count and its pages agree."""

    def __init__(
        self,
        generation: Generation,
        searcher: tantivy.Searcher,
        clauses: Sequence[Clause],
        narrowed: dict[str, Clause],
        named: tantivy.Query | None,
    ) -> None:
        self._generation = generation
        self._searcher = searcher
        self._clauses = [*clauses, *narrowed.values()]
        self._wide = list(clauses)
        self._narrowed = narrowed
        self._named = named

    def count(self) -> int:
        return self._search(self._clauses, 1, "sort_at")[1]

    def count_values(self) -> dict[str, dict[str, int]]:
        """Of each facet its values with the hits that have them, as if the facet itself were not narrowed."""
        free = [facet for facet in FACETS if facet not in self._narrowed]
        counted = self._aggregate(self._clauses, free)
        for facet in self._narrowed:
            others = [clause for name, clause in self._narrowed.items() if name != facet]
            counted |= self._aggregate([*self._wide, *others], [facet])
        return counted

    def _aggregate(self, clauses: Sequence[Clause], facets: Sequence[str]) -> dict[str, dict[str, int]]:
        size = {"size": FACET_VALUES_MAX, "segment_size": FACET_VALUES_MAX}
        asked = {facet: {"terms": {"field": facet, **size}} for facet in facets}
        found: Any = self._searcher.aggregate(_join(clauses), asked) if facets else {}
        return {
            facet: {bucket["key"]: bucket["doc_count"] for bucket in found[facet]["buckets"]}
            for facet in facets
        }

    def list_named(self, size: int) -> list[tuple[Place, Hit]]:
        """Up to ``size`` of what the text names by its reference, as places and hits in order."""
        if self._named is None:
            return []
        return self._name(
            self._search([*self._clauses, (tantivy.Occur.Must, self._named)], size, "sort_at")[0]
        )

    def list_newest(
        self, size: int, after: Cursor | None, *, unnamed: bool = False
    ) -> tuple[list[tuple[Place, Hit]], int]:
        """Up to ``size`` places and hits in order, and how many there are from there on; ``unnamed``: of the others alone.

        The engine orders by one field only. Where the page's end falls among documents of one instant, a second question
        takes those of them that come first.
        """
        clauses = list(self._clauses)
        if after is not None:
            clauses.append(self._generation.older_than(after))
        if unnamed and self._named is not None:
            clauses.append((tantivy.Occur.MustNot, self._named))
        found, total = self._search(clauses, size + 1, "sort_at")
        if size and len(found) > size and found[size][0] == found[size - 1][0]:
            end = found[size][0]
            newer = [(at, address) for at, address in found if at > end]
            same, _ = self._search([*clauses, self._generation.at(end)], size - len(newer), "tie")
            found = newer + [(end, address) for _, address in same]
        return self._name(found[:size]), total

    def _search(
        self, clauses: Sequence[Clause], size: int, order: str
    ) -> tuple[list[tuple[int, tantivy.DocAddress]], int]:
        result: Any = self._searcher.search(_join(clauses), limit=size, count=True, order_by_field=order)
        return result.hits, result.count

    def _name(self, found: Sequence[tuple[int, tantivy.DocAddress]]) -> list[tuple[Place, Hit]]:
        addresses = [address for _, address in found]
        ties: Any = self._searcher.fast_field_values("tie", addresses)
        named = []
        for (at, address), tie in zip(found, ties, strict=True):
            stored = self._searcher.doc(address)
            named.append(((at, tie), Hit(stored["key"][0], stored["product"][0])))
        return sorted(named, key=lambda pair: pair[0], reverse=True)


def _join(clauses: Sequence[Clause]) -> tantivy.Query:
    return tantivy.Query.boolean_query(clauses) if len(clauses) > 1 else clauses[0][1]
