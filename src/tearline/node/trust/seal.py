# SPDX-License-Identifier: Apache-2.0
"""Sealing to a member's key (HPKE, RFC 9180): for bundles, which lie about on sticks and in hubs.

Base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305. It says nothing of who sealed: what is sealed is
signed besides. The key is of its own: it signs nothing, opens no link, and is named in the directory (``seal_key``).
"""

from __future__ import annotations

from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from tearline.core.errors import IntegrityError, MalformedError, UsageError
from tearline.node.trust.keys import read_key, write_key

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)


class Opener:
    """Opens what was sealed to one node. The private half can't be read back."""

    __slots__ = ("_key", "public")

    def __init__(self, key: X25519PrivateKey) -> None:
        self._key = key
        self.public = key.public_key().public_bytes_raw()

    def open(self, sealed: bytes, context: bytes) -> bytes:
        """What was sealed under exactly this context."""
        try:
            return _SUITE.decrypt(sealed, self._key, info=context)
        except (InvalidTag, ValueError) as error:
            raise IntegrityError(
                "seal-broken", "it was sealed to another key, or changed since", "Ask for it again."
            ) from error

    def __repr__(self) -> str:
        return "Opener()"

    def __reduce__(self) -> str:
        raise UsageError("key-stays", "a key is not copied out of its process")


def seal(public: bytes, plain: bytes, context: bytes) -> bytes:
    """``plain`` for whoever holds the key with these 32 public bytes; each time other bytes."""
    return _SUITE.encrypt(plain, X25519PublicKey.from_public_bytes(public), info=context)


def create_seal_key(path: Path) -> bytes:
    """A fresh key in a file of its own; its public bytes, for the directory."""
    key = X25519PrivateKey.generate()
    write_key(path, key)
    return key.public_key().public_bytes_raw()


def load_opener(path: Path) -> Opener:
    """The opener whose key lies at ``path``."""
    key = read_key(path)
    if not isinstance(key, X25519PrivateKey):
        raise MalformedError("bad-key", f"{path.name} holds no X25519 key")
    return Opener(key)


def make_opener(seed: bytes) -> Opener:
    """An opener from 32 drawn bytes: for simulations."""
    return Opener(X25519PrivateKey.from_private_bytes(seed))
