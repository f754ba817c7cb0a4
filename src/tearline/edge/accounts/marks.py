# SPDX-License-Identifier: Apache-2.0
"""What a person noted of what they were shown (seen, done with), and their own views of the inbox.

Both are kept by the clearance they had in use, never across (N1). A mark names the version it was made for, so that a new text
is new again. LineMarks decide nothing, and hold no content.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

import msgspec

from tearline.core.errors import LimitError
from tearline.core.ids import Person
from tearline.core.instants import Instant
from tearline.edge.accounts.searches import SavedSearches
from tearline.node.gate import Ask, LineMark, LineMarks

MARKS_MAX = 200_000  # for each person and clearance
VIEWS_MAX = 50  # for each person and clearance
PEOPLE_KEPT = 64


class SavedView(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A way to look at the inbox, under a name of the person's own."""

    name: str
    ask: Ask


class MarkBook(SavedSearches):
    """LineMarks by person, clearance and product, and views by name; durable when the call that saves them returns."""

    TABLES: tuple[str, ...] = (
        *SavedSearches.TABLES,
        """CREATE TABLE IF NOT EXISTS marks(
            person TEXT NOT NULL, clearance TEXT NOT NULL, key TEXT NOT NULL, version INTEGER NOT NULL,
            read INTEGER NOT NULL, done INTEGER NOT NULL, PRIMARY KEY (person, clearance, key)
        ) STRICT, WITHOUT ROWID""",
        """CREATE TABLE IF NOT EXISTS inbox_views(
            person TEXT NOT NULL, clearance TEXT NOT NULL, name TEXT NOT NULL, body BLOB NOT NULL,
            PRIMARY KEY (person, clearance, name)
        ) STRICT""",
    )

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._kept: OrderedDict[tuple[Person, str], tuple[dict[str, LineMark], int]] = OrderedDict()
        self._stamp = 0

    def find_marks(self, person: Person, clearance: str) -> LineMarks:
        """Every mark of a person under a clearance."""
        with self._lock:
            by_key, stamp = self._load_marks(person, clearance)
            return LineMarks(by_key, stamp)

    def save_marks(self, person: Person, clearance: str, marks: Mapping[str, LineMark]) -> None:
        """Set these; the others stay."""
        with self._lock:
            known, _ = self._load_marks(person, clearance)
            if len(known.keys() | marks.keys()) > MARKS_MAX:
                raise LimitError("too-many-marks", f"{MARKS_MAX} lines are remembered for a person")
            rows = [(person, clearance, k, m.version, m.read, m.done) for k, m in marks.items()]
            with self._db:
                self._db.executemany("INSERT OR REPLACE INTO marks VALUES(?, ?, ?, ?, ?, ?)", rows)
            self._stamp += 1
            self._kept[person, clearance] = ({**known, **marks}, self._stamp)

    def _load_marks(self, person: Person, clearance: str) -> tuple[dict[str, LineMark], int]:
        if (person, clearance) not in self._kept:
            query = "SELECT key, version, read, done FROM marks WHERE person = ? AND clearance = ?"
            rows = self._ask(query, person, clearance)
            found = {key: LineMark(Instant(at), bool(read), bool(done)) for key, at, read, done in rows}
            self._stamp += 1
            self._kept[person, clearance] = (found, self._stamp)
            if len(self._kept) > PEOPLE_KEPT:
                self._kept.popitem(last=False)
        return self._kept[person, clearance]

    def list_views(self, person: Person, clearance: str) -> list[SavedView]:
        """A person's own views, by name. By clearance as well: a name is words of theirs."""
        query = "SELECT body FROM inbox_views WHERE person = ? AND clearance = ? ORDER BY name"
        with self._lock:
            rows = self._ask(query, person, clearance)
        return [msgspec.json.decode(row[0], type=SavedView) for row in rows]

    def save_view(self, person: Person, clearance: str, view: SavedView) -> None:
        """Durable when this returns; the view of that name before it is replaced."""
        with self._lock, self._db:
            query = "SELECT count(*) FROM inbox_views WHERE person = ? AND clearance = ? AND name <> ?"
            if self._ask(query, person, clearance, view.name)[0][0] >= VIEWS_MAX:
                raise LimitError("too-many-views", f"{VIEWS_MAX} views are kept for a person")
            row = (person, clearance, view.name, msgspec.json.encode(view))
            self._db.execute("INSERT OR REPLACE INTO inbox_views VALUES(?, ?, ?, ?)", row)

    def delete_view(self, person: Person, clearance: str, name: str) -> bool:
        """Whether there was one."""
        query = "DELETE FROM inbox_views WHERE person = ? AND clearance = ? AND name = ? RETURNING name"
        with self._lock, self._db:
            deleted = self._ask(query, person, clearance, name)
        return bool(deleted)
