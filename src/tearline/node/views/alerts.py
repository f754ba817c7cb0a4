# SPDX-License-Identifier: Apache-2.0
"""What of the arrivals of a class a saved search finds.

Nothing is kept between two questions, so an alert for something hidden never exists (N1): the arrivals are the class's own,
the search asks its own renditions, and what was recalled, purged or moved out of its sight is no arrival any more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import msgspec

from tearline.core.instants import Instant
from tearline.node.views.search import Query, SearchResult

if TYPE_CHECKING:
    from tearline.node.views.catalogue import Key

ARRIVALS_MAX = 5_000
"""So many of the newest arrivals are looked through; somebody who was away for longer searches again."""

BATCH = 500
Search = Callable[[Query, Sequence["Key"]], SearchResult]


def keep_found(
    arrived: Sequence[tuple[Key, Instant]], query: Query, search: Search
) -> list[tuple[Key, Instant]]:
    """Those arrivals that the query finds, in their order. ``search`` asks among the keys it is given."""
    found: list[tuple[Key, Instant]] = []
    asked = msgspec.structs.replace(query, limit=BATCH, after=None, unfinished=False)
    for start in range(0, len(arrived), BATCH):
        batch = arrived[start : start + BATCH]
        hits = {hit.product for hit in search(asked, [key for key, _ in batch]).hits}
        found += [row for row in batch if row[0] in hits]
    return found
