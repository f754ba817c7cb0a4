# SPDX-License-Identifier: Apache-2.0
"""Second factors: one-time codes (RFC 6238) and passkeys.

A code's secret is sealed; a code is good once, for its half minute and the one on either side. Of a passkey the public key is
kept. A challenge is drawn for a session, is good for two minutes and once.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
from typing import Any
from urllib.parse import quote

import msgspec

from tearline.core.errors import LimitError
from tearline.core.ids import Person
from tearline.core.instants import MINUTE, SECOND, Instant
from tearline.edge.accounts.marks import MarkBook

TOTP_SECRET_BYTES = 20
TOTP_STEP_S = 30
TOTP_DIGITS = 6
FACTORS_MAX = 10
NAME_MAX_CHARS = 60
CHALLENGE_BYTES = 32
CHALLENGE_VALID = 2 * MINUTE
CHALLENGES_MAX = 1_000


class Factor(msgspec.Struct, frozen=True):
    """A second factor that a person enrolled: ``totp`` or ``passkey``."""

    id: str
    kind: str
    name: str
    added: Instant


class Passkey(msgspec.Struct, frozen=True):
    """What is kept of a passkey."""

    credential: bytes
    public_key: bytes
    sign_count: int
    host: str


def totp_code(secret: bytes, counter: int) -> str:
    """The code of a time step (RFC 4226, section 5.3, over SHA-1 as every authenticator has it)."""
    mac = hmac.digest(secret, struct.pack(">Q", counter), hashlib.sha1)
    offset = mac[-1] & 0x0F
    number = struct.unpack(">I", mac[offset : offset + 4])[0] & 0x7FFF_FFFF
    return f"{number % 10**TOTP_DIGITS:0{TOTP_DIGITS}d}"


def totp_address(secret: bytes, person: str, issuer: str) -> str:
    """What an authenticator reads from a picture or takes typed in."""
    word = base64.b32encode(secret).decode()
    return f"otpauth://totp/{quote(issuer)}:{quote(person)}?secret={word}&issuer={quote(issuer)}"


class Factors(MarkBook):
    """What people have beside a password."""

    TABLES: tuple[str, ...] = (
        *MarkBook.TABLES,
        """CREATE TABLE IF NOT EXISTS factors(
            person TEXT NOT NULL, id TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, added INTEGER NOT NULL,
            body BLOB NOT NULL, used INTEGER NOT NULL, PRIMARY KEY (person, id)
        ) STRICT""",
    )

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._challenges: dict[tuple[bytes, str], tuple[Instant, bytes]] = {}

    def list_factors(self, person: Person) -> tuple[Factor, ...]:
        """A person's factors, the oldest first."""
        query = "SELECT id, kind, name, added FROM factors WHERE person = ? ORDER BY added, id"
        with self._lock:
            return tuple(Factor(*row) for row in self._ask(query, person))

    def count_factors(self) -> dict[str, int]:
        """How many factors each person has."""
        with self._lock:
            return dict(self._ask("SELECT person, count(*) FROM factors GROUP BY person"))

    def remove_factor(self, person: Person, factor_id: str) -> bool:
        """Whether there was one by that id."""
        query = "DELETE FROM factors WHERE person = ? AND id = ? RETURNING id"
        with self._lock, self._db:
            removed = self._ask(query, person, factor_id)
        return bool(removed)

    # --- challenges and secrets under way ---

    def begin(self, session: bytes, purpose: str, now: Instant, size: int = CHALLENGE_BYTES) -> bytes:
        """Random bytes for something that this session is about to do."""
        made = self._draw(size)
        late = [k for k, (until, _) in self._challenges.items() if until <= now]
        for key in late[:] or list(self._challenges)[: max(0, len(self._challenges) - CHALLENGES_MAX)]:
            self._challenges.pop(key, None)
        self._challenges[session, purpose] = (Instant(now + CHALLENGE_VALID), made)
        return made

    def look(self, session: bytes, purpose: str, now: Instant) -> bytes | None:
        """The bytes of ``begin``, while they are good."""
        until, made = self._challenges.get((session, purpose), (Instant(0), b""))
        return made if now < until else None

    def take(self, session: bytes, purpose: str, now: Instant) -> bytes | None:
        """The same, and never again."""
        made = self.look(session, purpose, now)
        self._challenges.pop((session, purpose), None)
        return made

    # --- codes ---

    def add_totp(self, person: Person, name: str, secret: bytes, now: Instant) -> Factor:
        """A source of codes, whose first code was right; that code is used."""
        return self._add(person, "totp", name, self._seal(secret, f"totp {person}"), now, used=_step(now))

    def check_code(self, person: Person, code: str, now: Instant) -> bool:
        """Whether one of the person's sources gives this code now; each code is good once."""
        query = "SELECT id, body, used FROM factors WHERE person = ? AND kind = 'totp' ORDER BY id"
        with self._lock, self._db:
            for factor_id, body, used in self._ask(query, person):
                secret = self._unseal(body, f"totp {person}")
                step = find_step(secret, code, now)
                if step is not None and step > used:
                    self._db.execute(
                        "UPDATE factors SET used = ? WHERE person = ? AND id = ?", (step, person, factor_id)
                    )
                    return True
        return False

    # --- passkeys ---

    def add_passkey(self, person: Person, name: str, passkey: Passkey, now: Instant) -> Factor:
        """A passkey that was just made and checked."""
        return self._add(person, "passkey", name, msgspec.msgpack.encode(passkey), now, used=0)

    def list_passkeys(self, person: Person, host: str) -> dict[str, Passkey]:
        """A person's passkeys for a host name, by factor id."""
        query = "SELECT id, body FROM factors WHERE person = ? AND kind = 'passkey'"
        with self._lock:
            rows = self._ask(query, person)
        known = {row[0]: msgspec.msgpack.decode(row[1], type=Passkey) for row in rows}
        return {name: passkey for name, passkey in known.items() if passkey.host == host}

    def count_use(self, person: Person, factor_id: str, passkey: Passkey) -> None:
        """Keep the counter by which a copied passkey shows."""
        with self._lock, self._db:
            self._db.execute(
                "UPDATE factors SET body = ? WHERE person = ? AND id = ?",
                (msgspec.msgpack.encode(passkey), person, factor_id),
            )

    def _add(self, person: Person, kind: str, name: str, body: bytes, now: Instant, *, used: int) -> Factor:
        made = Factor(self._draw(8).hex(), kind, name[:NAME_MAX_CHARS] or kind, now)
        with self._lock, self._db:
            if self._ask("SELECT count(*) FROM factors WHERE person = ?", person)[0][0] >= FACTORS_MAX:
                raise LimitError("too-many-factors", f"{FACTORS_MAX} second factors are kept for a person")
            row = (person, made.id, kind, made.name, now, body, used)
            self._db.execute("INSERT INTO factors VALUES(?, ?, ?, ?, ?, ?, ?)", row)
        return made

    def _end_all(self, person: Person, *, forget_factors: bool) -> None:
        super()._end_all(person, forget_factors=forget_factors)
        if forget_factors:
            self._db.execute("DELETE FROM factors WHERE person = ?", (person,))


def find_step(secret: bytes, code: str, now: Instant) -> int | None:
    """The time step whose code this is: the present one, or the one on either side."""
    found = None
    for step in (_step(now) - 1, _step(now), _step(now) + 1):
        if hmac.compare_digest(totp_code(secret, step).encode(), code.encode("utf-8", "replace")):
            found = step
    return found


def _step(now: Instant) -> int:
    return now // SECOND // TOTP_STEP_S
