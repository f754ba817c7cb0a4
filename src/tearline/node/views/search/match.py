# SPDX-License-Identifier: Apache-2.0
"""Whether a rendition is what a query asks for, without an index: by the rules by which it would be found there."""

from __future__ import annotations

from collections.abc import Sequence

from tearline.node.views.search.document import SearchDoc
from tearline.node.views.search.query import FACETS, Places, Query, Term, read_terms
from tearline.node.views.search.references import fold_reference, names_reference
from tearline.node.views.search.snippet import find_term
from tearline.node.views.search.words import fold


def match_queries(doc: SearchDoc, queries: Sequence[Query], places: Places) -> tuple[bool, ...]:
    """One answer for each query; the texts are read once."""
    texts = [fold(text) for _, text in doc.texts] if queries else []
    return tuple(_fits(doc, query) and _holds(doc, texts, query, places) for query in queries)


def _fits(doc: SearchDoc, query: Query) -> bool:
    """What needs no words."""
    return (
        (query.since is None or doc.dtg >= query.since)
        and (query.until is None or doc.dtg < query.until)
        and all(
            not (wanted := getattr(query, name)) or not set(wanted).isdisjoint(doc.values(facet))
            for facet, name in FACETS.items()
        )
    )


def _holds(doc: SearchDoc, texts: Sequence[str], query: Query, places: Places) -> bool:
    terms = read_terms(query.text, places, unfinished=query.unfinished)
    if terms is None:
        return False
    named = names_reference(fold_reference(query.text), doc.reference)
    return named or all(_stands(texts, term) for term in terms)


def _stands(texts: Sequence[str], term: Term) -> bool:
    return any(find_term(folded, term) is not None for folded in texts)
