# SPDX-License-Identifier: Apache-2.0
"""Preferences: a person's own choices of how the screens look and which keys do what. They decide nothing."""

from __future__ import annotations

import msgspec

from tearline.core.errors import LimitError
from tearline.core.ids import Person
from tearline.edge.accounts.scrubs import ScrubBook

PREFERENCES_MAX = 200
PREFERENCE_MAX_CHARS = 200


class Preferences(ScrubBook):
    """Short texts by name, for each person."""

    TABLES: tuple[str, ...] = (
        *ScrubBook.TABLES,
        "CREATE TABLE IF NOT EXISTS preferences(person TEXT PRIMARY KEY, body BLOB NOT NULL) STRICT",
    )

    def find_preferences(self, person: Person) -> dict[str, str]:
        """What a person chose; empty where nothing was."""
        with self._lock:
            rows = self._ask("SELECT body FROM preferences WHERE person = ?", person)
        return msgspec.json.decode(rows[0][0], type=dict[str, str]) if rows else {}

    def save_preferences(self, person: Person, chosen: dict[str, str]) -> None:
        """Replace them all."""
        texts = [*chosen, *chosen.values()]
        if len(chosen) > PREFERENCES_MAX or any(len(text) > PREFERENCE_MAX_CHARS for text in texts):
            raise LimitError("too-many-preferences", f"{PREFERENCES_MAX} short preferences are kept")
        body = msgspec.json.encode(chosen, order="sorted")
        with self._lock, self._db:
            self._db.execute("INSERT OR REPLACE INTO preferences VALUES(?, ?)", (person, body))
