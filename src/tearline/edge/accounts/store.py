# SPDX-License-Identifier: Apache-2.0
"""The file that accounts are kept in: one connection, one lock, secrets drawn once, and a seal for what must not lie open.

Each part of the accounts adds its tables with ``CREATE TABLE IF NOT EXISTS``. What another program's version left in a table
of sessions is dropped: people sign in again.
"""

from __future__ import annotations

import os
import secrets
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import apsw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from tearline.core.errors import IntegrityError

TOKEN_BYTES = 32
NONCE_BYTES = 12
KEY_BYTES = 32
SCHEMA_VERSION = 2

_SECRETS = "CREATE TABLE IF NOT EXISTS secrets(name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;"


class Store:
    """What every part works with. ``path`` None keeps everything in memory; ``draw`` gives random bytes.

    ``key_path`` names the file with the sealing key, which lies apart: a copy of the database alone opens nothing.
    """

    TABLES: tuple[str, ...] = ()

    def __init__(
        self, path: Path | None, draw: Callable[[int], bytes], *, key_path: Path | None = None
    ) -> None:
        self._draw = draw
        self._lock = threading.Lock()
        self._db = _open(path)
        self._shared = path is not None
        self._sealing_key_path = key_path
        self._sealing_key = b"" if key_path else secrets.token_bytes(KEY_BYTES)
        self._migrate()
        self.key = self._keep_secret("cursors", TOKEN_BYTES)

    def _migrate(self) -> None:
        with self._lock, self._db:
            if self._ask("PRAGMA user_version")[0][0] < SCHEMA_VERSION:
                self._db.execute("DROP TABLE IF EXISTS sessions")
                self._db.pragma("user_version", SCHEMA_VERSION)
            for table in (_SECRETS, *self.TABLES):
                self._db.execute(table)

    def _keep_secret(self, name: str, size: int) -> bytes:
        """A secret of this store, drawn once."""
        with self._lock, self._db:
            query = "INSERT OR IGNORE INTO secrets VALUES(?, ?)"
            self._db.execute(query, (name, self._draw(size)))
            found = self._ask("SELECT value FROM secrets WHERE name = ?", name)
        return bytes(found[0][0])

    def _seal(self, plain: bytes, purpose: str) -> bytes:
        """Bytes that only this node opens, and for this purpose only."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + ChaCha20Poly1305(self._find_sealing_key()).encrypt(nonce, plain, purpose.encode())

    def _unseal(self, sealed: bytes, purpose: str) -> bytes:
        cipher = ChaCha20Poly1305(self._find_sealing_key())
        try:
            return cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], purpose.encode())
        except InvalidTag as error:
            advice = "Give the person a new first password, which forgets their second factors."
            raise IntegrityError(
                "sealed-elsewhere", "a sealed secret can't be opened here", advice
            ) from error

    def _find_sealing_key(self) -> bytes:
        if not self._sealing_key and self._sealing_key_path is not None:
            self._sealing_key = _keep_key(self._sealing_key_path)
        return self._sealing_key

    def _ask(self, query: str, *values: str | bytes | int) -> list[Any]:
        return self._db.execute(query, values).fetchall()


def _open(path: Path | None) -> apsw.Connection:
    db = apsw.Connection(":memory:" if path is None else str(path))
    db.set_busy_timeout(5_000)
    if path is not None:
        path.chmod(0o600)
        db.pragma("journal_mode", "wal")
    db.pragma("synchronous", "full")
    db.pragma("secure_delete", True)  # noqa: FBT003  a pragma's value
    return db


def _keep_key(path: Path) -> bytes:
    """The key in a file of its owner's alone; drawn once, durable before it seals anything."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except FileExistsError:
        return path.read_bytes()
    with os.fdopen(handle, "wb") as file:
        file.write(secrets.token_bytes(KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
    return path.read_bytes()
