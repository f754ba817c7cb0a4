# SPDX-License-Identifier: Apache-2.0
"""What goes into the index and what comes out of it."""

from __future__ import annotations

import msgspec

from tearline.core.instants import Instant, to_datetime
from tearline.node.views.search.query import Cursor


class SearchDoc(msgspec.Struct, frozen=True):
    """One rendition as some classes see it now.

    key          names the rendition; opaque, for the node only
    product      the product it is a rendition of
    classes      the clearance classes that see exactly this rendition
    sort_at      when it first appeared to them, on the operational clock
    tie          makes the order unique; salted, 64 bits without sign
    dtg          when the product was filed, on the operational clock
    texts        (portion tag, text): every wording shown, and nothing else
    reference    the product's, which each that sees a rendition is shown
    gradings, topics, languages: what portions shown say of themselves, for facets
    """

    key: str
    product: str
    classes: tuple[int, ...]
    sort_at: int
    tie: int
    dtg: int
    kind: str
    originator: str
    texts: tuple[tuple[str, str], ...]
    precedence: str = ""
    gradings: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    reference: str = ""

    @property
    def month(self) -> str:
        """``2023-07``, of the filing."""
        moment = to_datetime(Instant(self.dtg))
        return f"{moment.year:04}-{moment.month:02}"

    def values(self, facet: str) -> tuple[str, ...]:
        """What the document is counted under."""
        match facet:
            case "grading":
                return self.gradings
            case "topic":
                return self.topics
            case "language":
                return self.languages
            case _:
                return (getattr(self, facet),)


class Hit(msgspec.Struct, frozen=True):
    """A rendition found."""

    key: str
    product: str


class FacetCount(msgspec.Struct, frozen=True):
    """How many hits have this value."""

    value: str
    count: int


class SearchResult(msgspec.Struct, frozen=True):
    """One page, newest first. ``total`` counts the reader's class's whole set; ``next`` is missing on the last page.

    ``facets``: where they were asked for, the values of each over the whole set, the most frequent first.
    """

    hits: tuple[Hit, ...]
    total: int
    next: Cursor | None
    facets: dict[str, tuple[FacetCount, ...]] | None = None
