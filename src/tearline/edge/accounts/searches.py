# SPDX-License-Identifier: Apache-2.0
"""Saved searches: a person's own, sealed, for what was typed may say as much as what it finds.

They belong to the ceiling under which they were saved: a session lowered for a shared screen does not show what was typed in
a higher one. When what a search found was last looked at is kept with it; what it finds is asked each time and kept nowhere.
"""

from __future__ import annotations

import msgspec

from tearline.core.errors import LimitError
from tearline.core.ids import Person
from tearline.core.instants import Instant
from tearline.edge.accounts.preferences import Preferences

SEARCHES_MAX = 50  # for each person and ceiling
SEARCH_MAX_BYTES = 16 * 1024


class SavedSearch(msgspec.Struct, frozen=True):
    """``body``: what is searched, as the API reads it. ``seen``: arrivals up to then have been looked at (system clock)."""

    id: str
    saved: Instant
    seen: Instant
    body: bytes


class SavedSearches(Preferences):
    """What people search again."""

    TABLES: tuple[str, ...] = (
        *Preferences.TABLES,
        """CREATE TABLE IF NOT EXISTS searches(
            person TEXT NOT NULL, ceiling TEXT NOT NULL, id TEXT NOT NULL,
            saved INTEGER NOT NULL, seen INTEGER NOT NULL, body BLOB NOT NULL, PRIMARY KEY (person, ceiling, id)
        ) STRICT""",
    )

    def save_search(self, person: Person, ceiling: str, search: SavedSearch) -> None:
        """Durable when this returns; the search of that id before it is replaced."""
        if len(search.body) > SEARCH_MAX_BYTES:
            raise LimitError("search-too-large", "a search this large could not be asked")
        sealed = self._seal(search.body, _purpose(person))
        row = (person, ceiling, search.id, search.saved, search.seen, sealed)
        with self._lock, self._db:
            query = "SELECT count(*) FROM searches WHERE person = ? AND ceiling = ? AND id <> ?"
            if self._ask(query, person, ceiling, search.id)[0][0] >= SEARCHES_MAX:
                raise LimitError("too-many-searches", f"{SEARCHES_MAX} searches are kept for a person")
            self._db.execute("INSERT OR REPLACE INTO searches VALUES(?, ?, ?, ?, ?, ?)", row)

    def list_searches(self, person: Person, ceiling: str) -> list[SavedSearch]:
        """A person's own searches under this ceiling, saved first first."""
        query = (
            "SELECT id, saved, seen, body FROM searches WHERE person = ? AND ceiling = ? ORDER BY saved, id"
        )
        with self._lock:
            rows = self._ask(query, person, ceiling)
        return [
            SavedSearch(name, saved, seen, self._unseal(bytes(body), _purpose(person)))
            for name, saved, seen, body in rows
        ]

    def see_search(self, person: Person, ceiling: str, search_id: str, at: Instant) -> bool:
        """What it has found up to now was looked at; whether there is such a search."""
        query = (
            "UPDATE searches SET seen = max(seen, ?) WHERE person = ? AND ceiling = ? AND id = ? RETURNING id"
        )
        with self._lock, self._db:
            found = self._db.execute(query, (at, person, ceiling, search_id)).fetchall()
        return bool(found)

    def delete_search(self, person: Person, ceiling: str, search_id: str) -> bool:
        """Whether there was one."""
        query = "DELETE FROM searches WHERE person = ? AND ceiling = ? AND id = ? RETURNING id"
        with self._lock, self._db:
            deleted = self._ask(query, person, ceiling, search_id)
        return bool(deleted)


def _purpose(person: Person) -> str:
    return f"search of {person}"
