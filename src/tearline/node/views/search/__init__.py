# SPDX-License-Identifier: Apache-2.0
"""Search over renditions: exact sets, newest first, filtered by class inside the query; and snippets."""

from tearline.node.views.search.document import FacetCount, Hit, SearchDoc, SearchResult
from tearline.node.views.search.index import SearchIndex, count_values, search_indexes
from tearline.node.views.search.query import FACETS, LIMITS, Cursor, Places, Query, SearchLimits, Term
from tearline.node.views.search.references import fold_reference, names_reference
from tearline.node.views.search.snippet import Snippet, cut_pieces, make_snippet

__all__ = [
    "FACETS",
    "LIMITS",
    "Cursor",
    "FacetCount",
    "Hit",
    "Places",
    "Query",
    "SearchDoc",
    "SearchIndex",
    "SearchLimits",
    "SearchResult",
    "Snippet",
    "Term",
    "count_values",
    "cut_pieces",
    "fold_reference",
    "make_snippet",
    "names_reference",
    "search_indexes",
]
