# SPDX-License-Identifier: Apache-2.0
"""Sessions: named by 256 random bits, of which only the hash is kept.

- A session locks when idle, and when asked to; a locked one is good for nothing but unlocking and signing out.
- It ends when old, when its person ends it here or elsewhere, and with every change of the password.
- One whose person still owes something (``stage``: another password, a second factor) is good for that alone.
- It may be lowered: ``ceiling`` names the classification above which nothing is given to it.

Sessions are looked up in memory; what another process changed in the file is seen within a second.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from tearline.core.ids import Person, Post
from tearline.core.instants import HOUR, SECOND, Instant
from tearline.edge.accounts.passwords import Cost, Passwords
from tearline.edge.accounts.store import TOKEN_BYTES

SESSIONS_MAX = 20  # for each person; the oldest ends
RELOAD_S = 1
BROWSER_MAX_CHARS = 80
ID_CHARS = 16

_COLUMNS = "name, person, post, began, seen, stage, locked, ceiling, browser"


class Limits(msgspec.Struct, frozen=True):
    """When a session locks, and when it ends whatever its person does."""

    lock_s: int = 900
    age_max_s: int = 12 * HOUR // SECOND


class Session(msgspec.Struct, frozen=True):
    """Somebody signed in. ``name`` is the hash of the token that the cookie carries.

    ``stage``: empty where nothing is owed, else ``password``, ``factor`` or ``enrol``.
    """

    name: bytes
    person: Person
    post: Post
    began: Instant
    seen: Instant
    stage: str = ""
    locked: bool = False
    ceiling: str = ""
    browser: str = ""

    @property
    def id(self) -> str:
        """What its person calls it by; it opens nothing."""
        return hashlib.sha256(b"id" + self.name).hexdigest()[:ID_CHARS]


class Sessions(Passwords):
    """Who is signed in."""

    TABLES: tuple[str, ...] = (
        *Passwords.TABLES,
        """CREATE TABLE IF NOT EXISTS sessions(
            name BLOB PRIMARY KEY, person TEXT NOT NULL, post TEXT NOT NULL, began INTEGER NOT NULL,
            seen INTEGER NOT NULL, stage TEXT NOT NULL, locked INTEGER NOT NULL, ceiling TEXT NOT NULL,
            browser TEXT NOT NULL
        ) STRICT""",
    )

    def __init__(
        self,
        path: Path | None,
        draw: Callable[[int], bytes],
        *,
        cost: Cost,
        key_path: Path | None,
        limits: Limits,
    ) -> None:
        super().__init__(path, draw, cost=cost, key_path=key_path)
        self._lock_after = limits.lock_s * SECOND
        self._age_max = limits.age_max_s * SECOND
        self._checked = Instant(0)
        self._version = self._data_version()
        self._sessions = self._load_sessions()
        self._touched: dict[bytes, Instant] = {}

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._store_seen()
            self._db.close()

    def open_session(
        self, person: Person, post: Post, now: Instant, *, stage: str = "", browser: str = ""
    ) -> str:
        """Begin a session; the token is given out here and kept nowhere."""
        token = self._draw(TOKEN_BYTES).hex()
        session = Session(
            _name(token), person, post, now, now, stage=stage, browser=browser[:BROWSER_MAX_CHARS]
        )
        with self._lock, self._db:
            mine = sorted((s for s in self._sessions.values() if s.person == person), key=lambda s: s.began)
            for old in mine[: max(0, len(mine) - SESSIONS_MAX + 1)]:
                self._end_where("name = ?", old.name)
            self._db.execute(
                f"INSERT INTO sessions({_COLUMNS}) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (session.name, person, post, now, now, stage, 0, "", session.browser),
            )
            self._store_seen()
            self._sessions[session.name] = session
        return token

    def find_session(self, token: str, now: Instant, *, touch: bool = True) -> Session | None:
        """The session of a token, if it still runs; unless ``touch`` is false, looking it up keeps it from being idle."""
        session = self.check_session(_name(token), now)
        if session is not None and touch and not session.locked and session.seen != now:
            session = msgspec.structs.replace(session, seen=now)
            self._sessions[session.name] = session
            self._touched[session.name] = now
        return session

    def check_session(self, name: bytes, now: Instant) -> Session | None:
        """Whether a session still runs, without keeping it alive. One that was idle for too long is locked from here on."""
        self._see_others(now)
        session = self._sessions.get(name)
        if session is None:
            return None
        idle = now - session.seen > self._lock_after
        if now - session.began > self._age_max or (idle and session.stage):
            self.end_session(name)
            return None
        if idle and not session.locked:
            self.lock_session(name)
            return self._sessions.get(name)
        return session

    def list_sessions(self, person: Person, now: Instant) -> list[Session]:
        """A person's sessions, the newest first."""
        mine = [s for s in list(self._sessions.values()) if s.person == person]
        running = [s for one in mine if (s := self.check_session(one.name, now)) is not None]
        return sorted(running, key=lambda s: (-s.began, s.name))

    def change_post(self, name: bytes, post: Post) -> None:
        """The same session acts for another post from now on."""
        self._change(name, post=post)

    def lock_session(self, name: bytes) -> None:
        """Good for nothing until it is unlocked."""
        self._change(name, locked=True)

    def unlock_session(self, name: bytes, now: Instant) -> None:
        """Its person is back."""
        self._change(name, locked=False, seen=now)

    def pass_stage(self, name: bytes, stage: str) -> None:
        """What was owed is done; ``stage`` is what is owed next."""
        self._change(name, stage=stage)

    def set_ceiling(self, name: bytes, ceiling: str) -> None:
        """From now on nothing above this classification; empty: as its person is cleared."""
        self._change(name, ceiling=ceiling)

    def end_session(self, name: bytes) -> None:
        """Sign out."""
        with self._lock, self._db:
            self._end_where("name = ?", name)

    def end_session_by_id(self, person: Person, session_id: str) -> bool:
        """End one of a person's sessions; whether there was one by that id."""
        found = [s for s in list(self._sessions.values()) if s.person == person and s.id == session_id]
        for session in found:
            self.end_session(session.name)
        return bool(found)

    def end_sessions(self, person: Person) -> None:
        """Sign a person out everywhere."""
        with self._lock, self._db:
            self._end_where("person = ?", person)

    def _end_all(self, person: Person, *, forget_factors: bool) -> None:
        super()._end_all(person, forget_factors=forget_factors)
        self._end_where("person = ?", person)

    def _change(self, name: bytes, **fields: Any) -> None:
        columns = ", ".join(f"{column} = ?" for column in fields)
        with self._lock, self._db:
            values = [int(v) if isinstance(v, bool) else v for v in fields.values()]
            self._db.execute(f"UPDATE sessions SET {columns} WHERE name = ?", (*values, name))  # noqa: S608  ours
            if name in self._sessions:
                self._sessions[name] = msgspec.structs.replace(self._sessions[name], **fields)

    def _end_where(self, condition: str, value: str | bytes) -> None:
        for (name,) in self._ask(f"DELETE FROM sessions WHERE {condition} RETURNING name", value):  # noqa: S608  ours
            self._sessions.pop(name, None)
            self._touched.pop(name, None)

    def _see_others(self, now: Instant) -> None:
        """Another process (the command line) may have ended sessions; if the store is busy, look next time."""
        if (
            not self._shared
            or now - self._checked < RELOAD_S * SECOND
            or not self._lock.acquire(blocking=False)
        ):
            return
        try:
            self._checked = now
            version = self._data_version()
            if version != self._version:
                seen = self._sessions
                self._version, self._sessions = version, self._load_sessions()
                for name in self._sessions.keys() & seen.keys():
                    latest = max(self._sessions[name].seen, seen[name].seen)
                    self._sessions[name] = msgspec.structs.replace(self._sessions[name], seen=latest)
        finally:
            self._lock.release()

    def _store_seen(self) -> None:
        """When sessions were last used is written along with other things: losing a minute of it costs an unlocking."""
        rows = [(seen, name) for name, seen in self._touched.items()]
        self._touched.clear()
        self._db.executemany("UPDATE sessions SET seen = ? WHERE name = ?", rows)

    def _data_version(self) -> int:
        return int(self._ask("PRAGMA data_version")[0][0])

    def _load_sessions(self) -> dict[bytes, Session]:
        rows = self._ask(f"SELECT {_COLUMNS} FROM sessions")  # noqa: S608  ours
        return {row[0]: _make_session(row) for row in rows}


def _name(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


def _make_session(row: Any) -> Session:
    name, person, post, began, seen, stage, locked, ceiling, browser = row
    return Session(name, person, post, began, seen, stage, bool(locked), ceiling, browser)
