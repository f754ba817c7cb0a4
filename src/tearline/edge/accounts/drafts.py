# SPDX-License-Identifier: Apache-2.0
"""Drafts: one that was saved is on disk when ``save_draft`` returns."""

from __future__ import annotations

import hashlib

import msgspec

from tearline.core.errors import LimitError
from tearline.core.ids import Person
from tearline.core.instants import Instant
from tearline.edge.accounts.sessions import Sessions

DRAFT_MAX_BYTES = 16 * 1024 * 1024  # the largest product in the widest encoding
DRAFTS_MAX = 500  # for each person
DRAFTS_MAX_BYTES = 128 * 1024 * 1024  # of one person together: their list is read whole
_ROWS = "SELECT id, saved, body, coalesce(hand, '') FROM drafts LEFT JOIN draft_hands USING (person, id)"  # ours, no values


def digest_of(body: bytes) -> str:
    """Names one state of a draft, for its own author."""
    return hashlib.sha256(body).hexdigest()[:32]


class SavedDraft(msgspec.Struct, frozen=True):
    """A draft as its author left it; ``hand``: who of a post saved it last, where it is a post's."""

    id: str
    saved: Instant
    body: bytes
    hand: str = ""

    @property
    def digest(self) -> str:
        """As ``save_draft`` gave it."""
        return digest_of(self.body)


class Drafts(Sessions):
    """What people are writing."""

    TABLES: tuple[str, ...] = (
        *Sessions.TABLES,
        """CREATE TABLE IF NOT EXISTS drafts(
            person TEXT NOT NULL, id TEXT NOT NULL, saved INTEGER NOT NULL, body BLOB NOT NULL, PRIMARY KEY (person, id)
        ) STRICT""",
        """CREATE TABLE IF NOT EXISTS draft_hands(
            person TEXT NOT NULL, id TEXT NOT NULL, hand TEXT NOT NULL, PRIMARY KEY (person, id)
        ) STRICT""",
    )

    def save_draft(
        self,
        person: Person,
        draft_id: str,
        body: bytes,
        now: Instant,
        *,
        over: str | None = None,
        hand: str = "",
    ) -> str | None:
        """The digest of what is kept now, durable when this returns; the draft of that id before it is replaced.

        With ``over`` only where what is kept has that digest (empty: where nothing is kept); else None, and nothing is done.
        """
        if len(body) > DRAFT_MAX_BYTES:
            raise LimitError("draft-too-large", "a draft this large could not be filed")
        with self._lock, self._db:
            query = "SELECT count(*), coalesce(sum(length(body)), 0) FROM drafts WHERE person = ? AND id <> ?"
            count, size = self._ask(query, person, draft_id)[0]
            if count >= DRAFTS_MAX or size + len(body) > DRAFTS_MAX_BYTES:
                words = (
                    f"{DRAFTS_MAX} drafts of {DRAFTS_MAX_BYTES // 1024**2} MB together are kept for a person"
                )
                raise LimitError("too-many-drafts", words)
            kept = self._ask("SELECT body FROM drafts WHERE person = ? AND id = ?", person, draft_id)
            if over is not None and over != (digest_of(kept[0][0]) if kept else ""):
                return None
            self._db.execute(
                "INSERT OR REPLACE INTO drafts VALUES(?, ?, ?, ?)", (person, draft_id, now, body)
            )
            if hand:
                self._db.execute(
                    "INSERT OR REPLACE INTO draft_hands VALUES(?, ?, ?)", (person, draft_id, hand)
                )
            self._store_seen()
        return digest_of(body)

    def find_draft(self, person: Person, draft_id: str) -> SavedDraft | None:
        """A person's own draft."""
        query = f"{_ROWS} WHERE person = ? AND id = ?"
        with self._lock:
            return next((SavedDraft(*row) for row in self._ask(query, person, draft_id)), None)

    def list_drafts(self, person: Person) -> list[SavedDraft]:
        """A person's own drafts, the one saved last first."""
        query = f"{_ROWS} WHERE person = ? ORDER BY saved DESC, id"
        with self._lock:
            return [SavedDraft(*row) for row in self._ask(query, person)]

    def delete_draft(self, person: Person, draft_id: str) -> bool:
        """Whether there was one."""
        query = "DELETE FROM drafts WHERE person = ? AND id = ? RETURNING id"
        with self._lock, self._db:
            deleted = self._ask(query, person, draft_id)
            self._db.execute("DELETE FROM draft_hands WHERE person = ? AND id = ?", (person, draft_id))
        return bool(deleted)

    def move_drafts(self, before: Person, after: Person) -> None:
        """What was written in a lowered session belongs to its person again; a draft of the same id stays where it is."""
        query = (
            "UPDATE drafts SET person = ?2 WHERE person = ?1"
            " AND id NOT IN (SELECT id FROM drafts WHERE person = ?2)"
        )
        with self._lock, self._db:
            self._db.execute(query, (before, after))

    def gather_drafts(self, person: Person) -> None:
        """What was written in lowered sessions that are over, however they ended, belongs to its person again."""
        with self._lock:
            lowered = {s.ceiling for s in self._sessions.values() if s.person == person and s.ceiling}
            query = "SELECT DISTINCT person FROM drafts WHERE substr(person, 1, ?) = ?"
            owners = [row[0] for row in self._db.execute(query, (len(person) + 1, f"{person}|"))]
        for owner in owners:
            if owner.partition("|")[2] not in lowered:
                self.move_drafts(Person(owner), person)
