# SPDX-License-Identifier: Apache-2.0
"""Passwords: argon2id hashes only; hashing runs in threads, a few at a time.

A failure takes the same work and gets the same answer whether or not the person exists, and is throttled for each person and
each address alike. A *first* password was drawn by somebody else: it signs in once, to be replaced, within three days.
"""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Callable
from pathlib import Path

import anyio
import anyio.to_thread
import msgspec
from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import Argon2Error, InvalidHashError

from tearline.core.canon import word_of
from tearline.core.errors import UsageError
from tearline.core.ids import Person, check_id
from tearline.core.instants import DAY, Instant
from tearline.edge.accounts.store import TOKEN_BYTES, Store
from tearline.edge.accounts.throttle import Throttle, Throttled

HASHING_MAX = 2  # each takes 64 MiB at the default cost
PASSWORD_MIN_CHARS = 12
PASSWORD_MAX_CHARS = 256
FIRST_LETTERS = 16
NAME_MAX_CHARS = 128  # under which failures are counted
FIRST_VALID = 3 * DAY


class Cost(msgspec.Struct, frozen=True):
    """What hashing a password costs: RFC 9106's second choice. Exercises and tests hand in a cheap one."""

    time: int = 3
    memory_kib: int = 65_536
    lanes: int = 4


CHEAP = Cost(time=1, memory_kib=8, lanes=1)
"""For exercise passwords that are drawn and printed, and for tests."""


class Passwords(Store):
    """Who may try to sign in, and whether that was the password."""

    TABLES: tuple[str, ...] = (
        "CREATE TABLE IF NOT EXISTS accounts(person TEXT PRIMARY KEY, hash TEXT NOT NULL) STRICT",
        "CREATE TABLE IF NOT EXISTS first_passwords(person TEXT PRIMARY KEY, until INTEGER NOT NULL) STRICT",
    )

    def __init__(
        self, path: Path | None, draw: Callable[[int], bytes], *, cost: Cost, key_path: Path | None
    ) -> None:
        super().__init__(path, draw, key_path=key_path)
        self._hasher = PasswordHasher(cost.time, cost.memory_kib, cost.lanes)
        self._hashing: anyio.CapacityLimiter | None = None
        self._decoys: dict[str, str] = {}
        self._throttles = (Throttle(free=5, wait_max_s=300), Throttle(free=50, wait_max_s=10))

    def set_password(self, person: Person, password: str) -> None:
        """Give a person an account, or another password; whatever sessions they have end."""
        self._set_password(person, password, first_until=None)

    def draw_first_password(self, person: Person, now: Instant) -> str:
        """A password to be told once and replaced at the first sign-in; the sessions and factors before it end."""
        password = word_of(self._draw(TOKEN_BYTES), FIRST_LETTERS)
        password = "-".join(password[n : n + 4] for n in range(0, FIRST_LETTERS, 4))
        self._set_password(person, password, first_until=Instant(now + FIRST_VALID))
        return password

    def _set_password(self, person: Person, password: str, *, first_until: Instant | None) -> None:
        check_id("person", person)
        if not PASSWORD_MIN_CHARS <= len(password) <= PASSWORD_MAX_CHARS:
            raise UsageError(
                "bad-password", f"a password has {PASSWORD_MIN_CHARS} to {PASSWORD_MAX_CHARS} characters"
            )
        made = self._hasher.hash(_plain(password))
        with self._lock, self._db:
            self._db.execute("INSERT OR REPLACE INTO accounts VALUES(?, ?)", (person, made))
            self._db.execute("DELETE FROM first_passwords WHERE person = ?", (person,))
            if first_until is not None:
                self._db.execute("INSERT INTO first_passwords VALUES(?, ?)", (person, first_until))
            self._end_all(person, forget_factors=first_until is not None)

    def _end_all(self, person: Person, *, forget_factors: bool) -> None:
        """Ends sessions; the parts that have something to end say how."""

    async def change_password(self, person: Person, password: str) -> None:
        """``set_password`` in a thread, with the other hashing."""
        await anyio.to_thread.run_sync(self.set_password, person, password, limiter=self._limiter())

    async def give_first_password(self, person: Person, now: Instant) -> str:
        """``draw_first_password`` in a thread, with the other hashing."""
        return await anyio.to_thread.run_sync(self.draw_first_password, person, now, limiter=self._limiter())

    def must_change_password(self, person: Person) -> bool:
        """Whether the password is a first one."""
        with self._lock:
            return bool(self._ask("SELECT 1 FROM first_passwords WHERE person = ?", person))

    def list_accounts(self) -> dict[str, bool]:
        """Who has an account, and whether its password is still a first one."""
        query = "SELECT a.person, f.person FROM accounts a LEFT JOIN first_passwords f ON f.person = a.person"
        with self._lock:
            return {row[0]: row[1] is not None for row in self._ask(query)}

    def remove_account(self, person: Person) -> None:
        """The person can sign in no more. Their drafts stay until they are deleted."""
        with self._lock, self._db:
            self._db.execute("DELETE FROM accounts WHERE person = ?", (person,))
            self._db.execute("DELETE FROM first_passwords WHERE person = ?", (person,))
            self._end_all(person, forget_factors=True)

    async def check_password(
        self, person: str, password: str, *, address: str, now: Instant, session: str = ""
    ) -> bool | Throttled:
        """Whether this is the person's password. Counted as a failure before it is tried: trying in parallel gains nothing.

        Within a ``session`` that runs, failures are its own: whoever guesses at the door keeps nobody from unlocking theirs.
        """
        who, address = (f"session {session}",) * 2 if session else (f"door {person}", address)
        wait = self.count_try(who, address, now)
        if wait is not None:
            return wait
        good = await anyio.to_thread.run_sync(self._verify, person, password, now, limiter=self._limiter())
        if good:
            self.forgive_tries(who, address)
        return good

    def count_try(self, person: str, address: str, now: Instant) -> Throttled | None:
        """Count one more failure of person and address, until it is forgiven; or say how long to wait."""
        pair = tuple(zip(self._throttles, (person[:NAME_MAX_CHARS], address), strict=True))
        wait_s = max(throttle.wait_s(name, now) for throttle, name in pair)
        if wait_s:
            return Throttled(wait_s)
        for throttle, name in pair:
            throttle.count(name, now)
        return None

    def forgive_tries(self, person: str, address: str) -> None:
        """It was the right one."""
        self._throttles[0].forgive(person[:NAME_MAX_CHARS])
        self._throttles[1].undo(address)  # one account must not buy an address its tries back

    def _limiter(self) -> anyio.CapacityLimiter:
        self._hashing = self._hashing or anyio.CapacityLimiter(HASHING_MAX)
        return self._hashing

    def _verify(self, person: str, password: str, now: Instant) -> bool:
        """The same work for who exists and who doesn't: one hash, against a decoy if need be."""
        with self._lock:
            row = next(iter(self._ask("SELECT hash FROM accounts WHERE person = ?", person)), None)
            any_row = next(iter(self._ask("SELECT hash FROM accounts LIMIT 1")), None)
            first = next(iter(self._ask("SELECT until FROM first_passwords WHERE person = ?", person)), None)
        try:
            made = row[0] if row else self._make_decoy(any_row[0] if any_row else "")
            self._hasher.verify(made, _plain(password[:PASSWORD_MAX_CHARS]))
        except (Argon2Error, InvalidHashError):
            return False
        expired = first is not None and first[0] <= now
        return row is not None and len(password) <= PASSWORD_MAX_CHARS and not expired

    def _make_decoy(self, like: str) -> str:
        """Nobody's hash, at the cost of those in the store: whoever set them up may have chosen another than ours."""
        cost = like.rpartition("$")[0].rpartition("$")[0]
        if cost not in self._decoys:
            hasher = PasswordHasher.from_parameters(extract_parameters(like)) if like else self._hasher
            self._decoys[cost] = hasher.hash(secrets.token_bytes(TOKEN_BYTES))
        return self._decoys[cost]


def _plain(password: str) -> bytes:
    """One password, however the keyboard composed it."""
    return unicodedata.normalize("NFC", password).encode("utf-8", "replace")
