# SPDX-License-Identifier: Apache-2.0
"""Key files of a node, and the signers made from them.

Guarantees:
- one key has one purpose: a stream key signs streams, a receipt key cosigns partners' streams, a witness key
  cosigns partners' anchors, an anchor key signs the journal and its anchors, a TLS key opens links (DESIGN 9, 11);
- a key file is created, never replaced, with mode 0600, and is durable before its public half is shown;
- a key file that others on the machine may read is refused;
- no key appears in a ``repr``, a message or a log line.

Signing keys and the TLS key lie in separate places, since the network side holds the TLS key only.
"""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from tearline.core.errors import MalformedError, UsageError

SEED_BYTES = 32
PUBLIC_BYTES = 32

_PrivateKey = Ed25519PrivateKey | X25519PrivateKey | ec.EllipticCurvePrivateKey


class Signer:
    """An Ed25519 key under a name; ``public`` is its 32 public bytes. The private half can't be read back."""

    __slots__ = ("_key", "name", "public")

    def __init__(self, name: str, key: Ed25519PrivateKey) -> None:
        self.name = name
        self.public = key.public_key().public_bytes_raw()
        self._key = key

    def sign(self, message: bytes) -> bytes:
        """The 64 bytes of the signature over exactly ``message``."""
        return self._key.sign(message)

    def __repr__(self) -> str:
        return f"Signer({self.name!r})"

    def __reduce__(self) -> str:
        raise UsageError("key-stays", f"the key of {self.name} is not copied out of its process")


class SigningKeys(msgspec.Struct, frozen=True):
    """The four signers of the national side of a node."""

    stream: Signer
    receipt: Signer
    witness: Signer
    anchor: Signer


ROLES = SigningKeys.__struct_fields__


def make_signer(name: str, seed: bytes) -> Signer:
    """A signer from 32 drawn bytes: for simulations, whose keys must be the same in every run."""
    if len(seed) != SEED_BYTES:
        raise UsageError("bad-seed", f"a key is made of {SEED_BYTES} bytes, not of {len(seed)}")
    return Signer(name, Ed25519PrivateKey.from_private_bytes(seed))


def create_signing_keys(folder: Path, name: str) -> SigningKeys:
    """Four fresh keys in ``folder``; refused where there is one already."""
    _make_private_folder(folder)
    for role in ROLES:
        create_signing_key(folder / f"{role}.key")
    return load_signing_keys(folder, name)


def load_signing_keys(folder: Path, name: str) -> SigningKeys:
    """The signers of a node, named ``name/role``."""
    signers = {role: load_signer(folder / f"{role}.key", f"{name}/{role}") for role in ROLES}
    return SigningKeys(**signers)


def create_signing_key(path: Path) -> None:
    """One fresh Ed25519 key in a file of its own."""
    write_key(path, Ed25519PrivateKey.generate())


def load_signer(path: Path, name: str) -> Signer:
    """The signer whose key lies at ``path``."""
    key = read_key(path)
    if not isinstance(key, Ed25519PrivateKey):
        raise MalformedError("bad-key", f"{path.name} holds no Ed25519 key")
    return Signer(name, key)


def create_tls_key(path: Path) -> ec.EllipticCurvePublicKey:
    """A fresh P-384 key for links (browsers take no Ed25519 ones); its public half is for the authority."""
    _make_private_folder(path.parent)
    key = ec.generate_private_key(ec.SECP384R1())
    write_key(path, key)
    return key.public_key()


def load_tls_key(path: Path) -> ec.EllipticCurvePrivateKey:
    """The P-384 key at ``path``."""
    key = read_key(path)
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP384R1):
        raise MalformedError("bad-key", f"{path.name} holds no P-384 key")
    return key


def verify_signature(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether ``signature`` over exactly ``message`` was made by the Ed25519 key with these public bytes."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _make_private_folder(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def write_key(path: Path, key: _PrivateKey) -> None:
    """Create ``path`` with mode 0600 whatever the umask, and make file and name durable."""
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except FileExistsError as error:
        raise UsageError(
            "key-exists", f"{path.name} exists already", "Move it away first if it is to be replaced."
        ) from error
    with os.fdopen(handle, "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in ``folder`` durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def read_key(path: Path) -> object:
    """The private key in a file that nobody else may read."""
    try:
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_mode & 0o077:
                raise UsageError(
                    "key-exposed", f"{path.name} can be read by others", "chmod 600, or replace the key."
                )
            pem = file.read()
    except OSError as error:
        raise UsageError("no-key", f"key file {path.name} can't be read ({error.strerror})") from error
    try:
        return serialization.load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        # The cause is cut off on purpose: a parser's message may quote what it read.
        raise MalformedError("bad-key", f"{path.name} holds no readable key") from None
