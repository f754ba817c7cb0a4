# SPDX-License-Identifier: Apache-2.0
"""Search over renditions: exact sets, newest first, filtered by class inside the query; and snippets."""

from tearline.node.views.search.document import Hit, SearchDoc, SearchResult
from tearline.node.views.search.index import SearchIndex, search_indexes
from tearline.node.views.search.query import LIMITS, Cursor, Places, Query, SearchLimits
from tearline.node.views.search.snippet import Snippet, make_snippet

__all__ = [
    "LIMITS",
    "Cursor",
    "Hit",
    "Places",
    "Query",
    "SearchDoc",
    "SearchIndex",
    "SearchLimits",
    "SearchResult",
    "Snippet",
    "make_snippet",
    "search_indexes",
]
