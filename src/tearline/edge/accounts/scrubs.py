# SPDX-License-Identifier: Apache-2.0
"""What attachments in drafts were freed of, kept beside the drafts: on disk when ``keep_scrub`` returns (node/scrubs.py)."""

from __future__ import annotations

from tearline.edge.accounts.drafts import Drafts
from tearline.node.ports import SCRUBS_MAX


class ScrubBook(Drafts):
    """The codes are words of ours without a comma; no byte of the attachment is here."""

    TABLES: tuple[str, ...] = (
        *Drafts.TABLES,
        """CREATE TABLE IF NOT EXISTS scrubs(
            at INTEGER PRIMARY KEY AUTOINCREMENT, owner TEXT NOT NULL, remains BLOB NOT NULL, removed TEXT NOT NULL,
            UNIQUE (owner, remains) ON CONFLICT REPLACE
        ) STRICT""",
    )

    def keep_scrub(self, owner: str, left: bytes, removed: tuple[str, ...]) -> None:
        """The newest record of these bytes; the owner's oldest go where there are too many."""
        with self._lock, self._db:
            query = "INSERT INTO scrubs(owner, remains, removed) VALUES(?, ?, ?)"
            self._db.execute(query, (owner, left, ",".join(removed)))
            query = (
                "DELETE FROM scrubs WHERE owner = ?1"
                " AND at NOT IN (SELECT at FROM scrubs WHERE owner = ?1 ORDER BY at DESC LIMIT ?2)"
            )
            self._db.execute(query, (owner, SCRUBS_MAX))

    def find_scrub(self, owner: str, left: bytes) -> tuple[str, ...] | None:
        """None where it isn't known."""
        query = "SELECT removed FROM scrubs WHERE owner = ? AND remains = ?"
        with self._lock:
            rows = self._ask(query, owner, left)
        return tuple(filter(None, rows[0][0].split(","))) if rows else None
