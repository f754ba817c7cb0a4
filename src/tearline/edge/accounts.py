# SPDX-License-Identifier: Apache-2.0
"""Accounts: password hashes, sessions and drafts, in a store of its own that can be deleted without losing a product.

Guarantees:
- passwords are kept as argon2id hashes only; hashing runs in threads, a few at a time;
- a sign-in that fails takes the same work and gets the same answer whether or not the person exists, and is throttled for
  each person and each address alike;
- a session is named by 256 random bits, of which only the hash is kept; it ends when idle, when old, when its person signs
  out, and with every change of the password;
- a draft that was saved is on disk when ``save_draft`` returns.

Whether a person may act at all is the node's business (``Gate.act_as``), asked at each request. Sessions are looked up in
memory; what another process changed in the file is seen within a second.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
import unicodedata
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread
import apsw
import msgspec
from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import Argon2Error, InvalidHashError

from tearline.core.errors import LimitError, UsageError
from tearline.core.ids import Person, Post, check_id
from tearline.core.instants import HOUR, SECOND, Instant

TOKEN_BYTES = 32
HASHING_MAX = 2  # each takes 64 MiB at the default cost
PASSWORD_MIN_CHARS = 12
PASSWORD_MAX_CHARS = 256
DRAFT_MAX_BYTES = 16 * 1024 * 1024  # the largest product in the widest encoding
DRAFTS_MAX = 500  # for each person
SESSIONS_MAX = 20  # for each person; the oldest ends
RELOAD_S = 1

_SCHEMA = """
CREATE TABLE IF NOT EXISTS accounts(person TEXT PRIMARY KEY, hash TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS sessions(
    name BLOB PRIMARY KEY, person TEXT NOT NULL, post TEXT NOT NULL, began INTEGER NOT NULL, seen INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS drafts(
    person TEXT NOT NULL, id TEXT NOT NULL, saved INTEGER NOT NULL, body BLOB NOT NULL, PRIMARY KEY (person, id)
) STRICT;
CREATE TABLE IF NOT EXISTS secrets(name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;
"""


class Cost(msgspec.Struct, frozen=True):
    """What hashing a password costs: RFC 9106's second choice. Exercises and tests hand in a cheap one."""

    time: int = 3
    memory_kib: int = 65_536
    lanes: int = 4


CHEAP = Cost(time=1, memory_kib=8, lanes=1)
"""For exercise passwords that are drawn and printed, and for tests."""


class Session(msgspec.Struct, frozen=True):
    """Somebody signed in. ``name`` is the hash of the token that the cookie carries."""

    name: bytes
    person: Person
    post: Post
    began: Instant
    seen: Instant


class SavedDraft(msgspec.Struct, frozen=True):
    """A draft as its author left it."""

    id: str
    saved: Instant
    body: bytes


class Throttled(msgspec.Struct, frozen=True):
    """Too many failures; nothing was tried."""

    wait_s: int


class Accounts:
    """Thread-safe. ``path`` None keeps everything in memory. ``draw`` gives random bytes."""

    def __init__(
        self,
        path: Path | None,
        *,
        idle_max_s: int = 1_800,
        age_max_s: int = 12 * HOUR // SECOND,
        cost: Cost = Cost(),  # noqa: B008  frozen
        draw: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        self._idle_max = idle_max_s * SECOND
        self._age_max = age_max_s * SECOND
        self._draw = draw
        self._hasher = PasswordHasher(cost.time, cost.memory_kib, cost.lanes)
        self._hashing: anyio.CapacityLimiter | None = None
        self._decoys: dict[str, str] = {}
        self._lock = threading.Lock()
        self._db = _open(path)
        self._shared = path is not None
        self._checked = Instant(0)
        self._version = self._data_version()
        self._sessions = self._load_sessions()
        self._touched: dict[bytes, Instant] = {}
        self._throttles = (Throttle(free=5, wait_max_s=300), Throttle(free=50, wait_max_s=10))
        self.key = self._keep_secret("cursors", TOKEN_BYTES)

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._store_seen()
            self._db.close()

    # --- passwords ---

    def set_password(self, person: Person, password: str) -> None:
        """Give a person an account, or another password; whatever sessions they have end."""
        check_id("person", person)
        if not PASSWORD_MIN_CHARS <= len(password) <= PASSWORD_MAX_CHARS:
            raise UsageError(
                "bad-password", f"a password has {PASSWORD_MIN_CHARS} to {PASSWORD_MAX_CHARS} characters"
            )
        made = self._hasher.hash(_plain(password))
        with self._lock, self._db:
            self._db.execute("INSERT OR REPLACE INTO accounts VALUES(?, ?)", (person, made))
            self._end_where("person = ?", person)

    async def change_password(self, person: Person, password: str) -> None:
        """``set_password`` in a thread, with the other hashing."""
        await anyio.to_thread.run_sync(self.set_password, person, password, limiter=self._limiter())

    def remove_account(self, person: Person) -> None:
        """The person can sign in no more. Their drafts stay until they are deleted."""
        with self._lock, self._db:
            self._db.execute("DELETE FROM accounts WHERE person = ?", (person,))
            self._end_where("person = ?", person)

    async def check_password(
        self, person: str, password: str, *, address: str, now: Instant
    ) -> bool | Throttled:
        """Whether this is the person's password. Counted as a failure before it is tried: trying in parallel gains nothing."""
        pair = tuple(zip(self._throttles, (person[:64], address), strict=True))
        wait_s = max(throttle.wait_s(name, now) for throttle, name in pair)
        if wait_s:
            return Throttled(wait_s)
        for throttle, name in pair:
            throttle.count(name, now)
        good = await anyio.to_thread.run_sync(self._verify, person, password, limiter=self._limiter())
        if good:
            self._throttles[0].forgive(person[:64])
            self._throttles[1].undo(address)  # one account must not buy an address its tries back
        return good

    def _limiter(self) -> anyio.CapacityLimiter:
        self._hashing = self._hashing or anyio.CapacityLimiter(HASHING_MAX)
        return self._hashing

    def _verify(self, person: str, password: str) -> bool:
        """The same work for who exists and who doesn't: one hash, against a decoy if need be."""
        with self._lock:
            row = next(iter(self._ask("SELECT hash FROM accounts WHERE person = ?", person)), None)
            any_row = next(iter(self._ask("SELECT hash FROM accounts LIMIT 1")), None)
        try:
            made = row[0] if row else self._make_decoy(any_row[0] if any_row else "")
            self._hasher.verify(made, _plain(password[:PASSWORD_MAX_CHARS]))
        except (Argon2Error, InvalidHashError):
            return False
        return row is not None and len(password) <= PASSWORD_MAX_CHARS

    def _make_decoy(self, like: str) -> str:
        """Nobody's hash, at the cost of those in the store: whoever set them up may have chosen another than ours."""
        cost = like.rpartition("$")[0].rpartition("$")[0]
        if cost not in self._decoys:
            hasher = PasswordHasher.from_parameters(extract_parameters(like)) if like else self._hasher
            self._decoys[cost] = hasher.hash(secrets.token_bytes(TOKEN_BYTES))
        return self._decoys[cost]

    # --- sessions ---

    def open_session(self, person: Person, post: Post, now: Instant) -> str:
        """Begin a session; the token is given out here and kept nowhere."""
        token = self._draw(TOKEN_BYTES).hex()
        session = Session(_name(token), person, post, now, now)
        with self._lock, self._db:
            mine = sorted((s for s in self._sessions.values() if s.person == person), key=lambda s: s.began)
            for old in mine[: max(0, len(mine) - SESSIONS_MAX + 1)]:
                self._end_where("name = ?", old.name)
            self._db.execute(
                "INSERT INTO sessions VALUES(?, ?, ?, ?, ?)", (session.name, person, post, now, now)
            )
            self._store_seen()
            self._sessions[session.name] = session
        return token

    def find_session(self, token: str, now: Instant) -> Session | None:
        """The session of a token, if it still runs; looking it up keeps it from being idle."""
        session = self.check_session(_name(token), now)
        if session is not None and session.seen != now:
            session = msgspec.structs.replace(session, seen=now)
            self._sessions[session.name] = session
            self._touched[session.name] = now
        return session

    def check_session(self, name: bytes, now: Instant) -> Session | None:
        """Whether a session still runs, without keeping it alive."""
        self._see_others(now)
        session = self._sessions.get(name)
        if session is None:
            return None
        if now - session.seen > self._idle_max or now - session.began > self._age_max:
            self.end_session(name)
            return None
        return session

    def change_post(self, name: bytes, post: Post) -> None:
        """The same session acts for another post from now on."""
        with self._lock, self._db:
            self._db.execute("UPDATE sessions SET post = ? WHERE name = ?", (post, name))
            if name in self._sessions:
                self._sessions[name] = msgspec.structs.replace(self._sessions[name], post=post)

    def end_session(self, name: bytes) -> None:
        """Sign out."""
        with self._lock, self._db:
            self._end_where("name = ?", name)

    def end_sessions(self, person: Person) -> None:
        """Sign a person out everywhere."""
        with self._lock, self._db:
            self._end_where("person = ?", person)

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
        """When sessions were last used is written along with other things: losing a minute of it costs a sign-in."""
        rows = [(seen, name) for name, seen in self._touched.items()]
        self._touched.clear()
        self._db.executemany("UPDATE sessions SET seen = ? WHERE name = ?", rows)

    def _data_version(self) -> int:
        return int(self._ask("PRAGMA data_version")[0][0])

    def _load_sessions(self) -> dict[bytes, Session]:
        rows = self._ask("SELECT name, person, post, began, seen FROM sessions")
        return {row[0]: Session(*row) for row in rows}

    # --- drafts ---

    def save_draft(self, person: Person, draft_id: str, body: bytes, now: Instant) -> None:
        """Durable when this returns; the draft of that id before it is replaced."""
        if len(body) > DRAFT_MAX_BYTES:
            raise LimitError("draft-too-large", "a draft this large could not be filed")
        with self._lock, self._db:
            query = "SELECT count(*) FROM drafts WHERE person = ? AND id <> ?"
            if self._ask(query, person, draft_id)[0][0] >= DRAFTS_MAX:
                raise LimitError("too-many-drafts", f"{DRAFTS_MAX} drafts are kept for a person")
            self._db.execute(
                "INSERT OR REPLACE INTO drafts VALUES(?, ?, ?, ?)", (person, draft_id, now, body)
            )
            self._store_seen()

    def find_draft(self, person: Person, draft_id: str) -> SavedDraft | None:
        """A person's own draft."""
        query = "SELECT id, saved, body FROM drafts WHERE person = ? AND id = ?"
        with self._lock:
            return next((SavedDraft(*row) for row in self._ask(query, person, draft_id)), None)

    def list_drafts(self, person: Person) -> list[SavedDraft]:
        """A person's own drafts, the one saved last first."""
        query = "SELECT id, saved, body FROM drafts WHERE person = ? ORDER BY saved DESC, id"
        with self._lock:
            return [SavedDraft(*row) for row in self._ask(query, person)]

    def delete_draft(self, person: Person, draft_id: str) -> bool:
        """Whether there was one."""
        query = "DELETE FROM drafts WHERE person = ? AND id = ? RETURNING id"
        with self._lock, self._db:
            deleted = self._ask(query, person, draft_id)
        return bool(deleted)

    def _keep_secret(self, name: str, size: int) -> bytes:
        """A secret of this store, drawn once."""
        with self._lock, self._db:
            query = "INSERT OR IGNORE INTO secrets VALUES(?, ?)"
            self._db.execute(query, (name, self._draw(size)))
            found = self._ask("SELECT value FROM secrets WHERE name = ?", name)
        return bytes(found[0][0])

    def _ask(self, query: str, *values: str | bytes | int) -> list[Any]:
        return self._db.execute(query, values).fetchall()


class Throttle:
    """Lets ``free`` failures of a name pass, then makes each next try wait twice as long, up to a bound; forgets in time."""

    NAMES_MAX = 10_000  # whoever floods it with names frees old ones; each name still pays for its own tries
    FORGET_S = 900

    def __init__(self, *, free: int, wait_max_s: int) -> None:
        self._free = free
        self._wait_max = wait_max_s * SECOND
        self._failed: OrderedDict[str, tuple[int, Instant]] = OrderedDict()

    def wait_s(self, name: str, now: Instant) -> int:
        """How long this name has to wait before its next try."""
        failures, at = self._failed.get(name, (0, now))
        if failures < self._free:
            return 0
        wait = min(self._wait_max, SECOND << min(failures - self._free, 32))
        return max(0, -((now - at - wait) // SECOND))

    def count(self, name: str, now: Instant) -> None:
        """One more failure, until it is forgiven."""
        failures, at = self._failed.get(name, (0, now))
        self._failed[name] = (1 if now - at > self.FORGET_S * SECOND else failures + 1, now)
        self._failed.move_to_end(name)
        if len(self._failed) > self.NAMES_MAX:
            self._failed.popitem(last=False)

    def undo(self, name: str) -> None:
        """The last one was none."""
        failures, at = self._failed.get(name, (0, Instant(0)))
        self._failed[name] = (max(0, failures - 1), at)

    def forgive(self, name: str) -> None:
        """It was the right one: start again."""
        self._failed.pop(name, None)


def _open(path: Path | None) -> apsw.Connection:
    db = apsw.Connection(":memory:" if path is None else str(path))
    db.set_busy_timeout(5_000)
    if path is not None:
        path.chmod(0o600)
        db.pragma("journal_mode", "wal")
    db.pragma("synchronous", "full")
    db.pragma("secure_delete", True)  # noqa: FBT003  a pragma's value
    db.execute(_SCHEMA)
    return db


def _name(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


def _plain(password: str) -> bytes:
    """One password, however the keyboard composed it."""
    return unicodedata.normalize("NFC", password).encode("utf-8", "replace")
