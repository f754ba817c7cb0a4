# SPDX-License-Identifier: Apache-2.0
"""Who is in the network, with which keys, under which agreements: a signed, versioned, expiring directory.

Guarantees:
- ``verify_directory`` accepts only canonical bytes whose signature covers exactly the bytes that are parsed;
- no key serves two members or two purposes, no member is named twice, no name can forge a line or a header;
- a version never goes back, and two directories of one version are evidence, not news (``check_successor``);
- an expired directory stops admissions and key changes, not known links (DESIGN 11): it stays in force, and
  ``expired`` reports it so that an alarm can be raised.

Which directory is in force is a fold of the journal (``node.directories``). ``DirectorySource`` is the port to where one is
brought and proved. ``DirectoryFile`` is the exercise's: one authority, one key. A threshold of authorities on the TUF
specification takes the same place later; nothing else asks how a directory was proved.
"""

from __future__ import annotations

import hashlib
import os
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal, Protocol

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from msgspec import Meta

from tearline.core.canon import decode_canonical, digest, encode_canonical
from tearline.core.errors import IntegrityError, MalformedError, UsageError
from tearline.core.ids import Member, check_id
from tearline.core.instants import Instant
from tearline.node.trust.keys import PUBLIC_BYTES, sync_folder, verify_signature

DIRECTORY_MAX_BYTES = 4 * 1024 * 1024
MEMBERS_MAX = 512
AGREEMENTS_MAX = 4_096

_Text = Annotated[str, Meta(min_length=1, max_length=200)]
_PostName = Annotated[str, Meta(pattern=r"^[A-Z]{3,4}-[A-Z0-9]{2,16}$")]
_Digest = Annotated[bytes, Meta(min_length=32, max_length=32)]
_PublicKey = Annotated[bytes, Meta(min_length=PUBLIC_BYTES, max_length=PUBLIC_BYTES)]
_NODE = re.compile(r"[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?\Z")
_HOST = re.compile(r"[a-z0-9:]([a-z0-9.:-]{0,251}[a-z0-9:])?\Z")
_ROLES = ("stream_key", "receipt_key", "witness_key", "anchor_key")


class Address(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a node's federation listener is reached; says nothing about who answers there (B4.11)."""

    host: str
    port: Annotated[int, Meta(ge=1, le=65535)]


class MemberRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A member, its node and its public keys; ``spki_sha256`` pins the TLS key of both ends of its links."""

    code: Member
    name: _Text
    node: str
    address: Address
    spki_sha256: _Digest
    stream_key: _PublicKey
    receipt_key: _PublicKey
    witness_key: _PublicKey
    anchor_key: _PublicKey
    policy: _Text
    ceiling: _Text
    codewords: tuple[_Text, ...] = ()
    languages: tuple[_Text, ...] = ()
    seal_key: _PublicKey | msgspec.UnsetType = msgspec.UNSET  # X25519: who has none is sent no bundles
    posts: tuple[_PostName, ...] | msgspec.UnsetType = (
        msgspec.UNSET
    )  # that others may address; what it chose to publish


class Agreement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """No agreement, no stream.

    ``highest`` and ``purge`` are by receiving member: the highest classification of the network policy that may be
    released to it, and whether it destroys recalled bytes at once or when its officer confirms.
    """

    id: _Text
    parties: tuple[Member, ...]
    highest: dict[Member, _Text]
    valid_from: Instant
    valid_to: Instant
    third_party: bool
    purge: dict[Member, Literal["at_once", "confirm"]]
    equivalences: _Text


class Directory(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The network as its authority sees it, by the system clock; agreements go by the operational clock."""

    version: Annotated[int, Meta(ge=1)]
    issued_at: Instant
    expires_at: Instant
    kind: Literal["exercise"]
    policy: _Text
    packs: _Digest
    members: Annotated[dict[Member, MemberRecord], Meta(max_length=MEMBERS_MAX)]
    agreements: Annotated[tuple[Agreement, ...], Meta(max_length=AGREEMENTS_MAX)] = ()

    def expired(self, now: Instant) -> bool:
        """Whether this directory admits nobody new any more; known links go on."""
        return now >= self.expires_at

    def find_peer(self, spki_sha256: bytes) -> Member | None:
        """The member whose TLS key has this hash: the whole of a peer's identity (assurance B4.1)."""
        return next((m.code for m in self.members.values() if m.spki_sha256 == spki_sha256), None)

    def agreements_between(self, giver: Member, receiver: Member, at: Instant) -> list[Agreement]:
        """The agreements in force at an operational instant that name both members."""
        return [
            agreement
            for agreement in self.agreements
            if giver != receiver
            and giver in agreement.parties
            and receiver in agreement.parties
            and agreement.valid_from <= at < agreement.valid_to
        ]


class SignedDirectory(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A directory's exact bytes and the authority's signature over them."""

    directory: msgspec.Raw
    signature: Annotated[bytes, Meta(min_length=64, max_length=64)]


class DirectorySource(Protocol):
    """The port: where a directory is brought for the next start, and how one is proved."""

    def found(self) -> bytes:
        """The exact signed bytes that were brought, proved; empty where there are none."""

    def prove(self, raw: bytes) -> Directory:
        """The directory in ``raw``, if the network's authority signed exactly its bytes; ``TearlineError`` otherwise."""

    def keep(self, raw: bytes) -> None:
        """Put the bytes in force there, durably, for whoever looks at the node from outside."""

    def signers(self) -> tuple[str, ...]:
        """Whose keys vouch for a directory: a name and the beginning of the key's SHA-256 each."""


class Signs(Protocol):
    """Anything that signs: a key in this process or in a device."""

    def sign(self, message: bytes) -> bytes: ...


def hash_key(public: bytes) -> str:
    """How a public key is named where people compare: the beginning of its SHA-256."""
    return hashlib.sha256(public).hexdigest()[:16]


def signed_message(directory: bytes) -> bytes:
    """What the authority signs: no other signature in the network covers a message of this form."""
    return digest("tearline/directory/1", directory)


def read_directory(raw: bytes) -> Directory:
    """The directory in signed bytes that were proved when they were taken over: its signature is not asked again."""
    envelope: SignedDirectory = decode_canonical(raw, SignedDirectory, max_bytes=DIRECTORY_MAX_BYTES)
    directory: Directory = decode_canonical(
        bytes(envelope.directory), Directory, max_bytes=DIRECTORY_MAX_BYTES
    )
    return directory


def check_successor(new: Directory, current: Directory | None, now: Instant) -> None:
    """Whether a directory of other bytes may follow the one in force: newer, and not expired. ``IntegrityError`` otherwise."""
    if current is not None and new.version == current.version:
        advice = "Ask the authority which of the two it stands by; keep both."
        words = f"directory {current.version} is in force, and this is another one of the same version"
        raise IntegrityError("directory-fork", words, advice)
    if current is not None and new.version < current.version:
        words = f"directory {current.version} is in force; {new.version} is older and refused"
        raise IntegrityError("directory-rollback", words, "Ask the authority for the newest one.")
    if new.expired(now):
        words = f"directory {new.version} has expired and changes nothing"
        raise IntegrityError("directory-expired", words, "Ask the authority for one that is valid.")


def verify_directory(raw: bytes, authority_public_key: bytes) -> Directory:
    """The directory in ``raw`` if the authority signed exactly its bytes; else MalformedError or IntegrityError."""
    envelope: SignedDirectory = decode_canonical(raw, SignedDirectory, max_bytes=DIRECTORY_MAX_BYTES)
    inner = bytes(envelope.directory)
    if not verify_signature(authority_public_key, signed_message(inner), envelope.signature):
        words = "the directory is not signed by the network's authority"
        raise IntegrityError("directory-signature", words, "Ask the authority for the file again.")
    directory: Directory = decode_canonical(inner, Directory, max_bytes=DIRECTORY_MAX_BYTES)
    check_directory(directory)
    return directory


def sign_directory(directory: Directory, sign: Signs) -> bytes:
    """The signed bytes of a directory that holds together."""
    check_directory(directory)
    inner = encode_canonical(directory)
    return encode_canonical(SignedDirectory(msgspec.Raw(inner), sign.sign(signed_message(inner))))


def check_directory(directory: Directory) -> None:
    """What must hold between the fields; the authority checks the same before it signs."""
    if directory.issued_at >= directory.expires_at:
        raise MalformedError("bad-directory", "the directory expires before it is issued")
    for code, record in directory.members.items():
        check_id("member", code)
        if record.code != code:
            raise MalformedError("bad-directory", f"{code} is listed as {record.code}")
        check_record(record)
    _check_distinct("key", _keys_of(directory))
    _check_distinct("pinned TLS key", (m.spki_sha256 for m in directory.members.values()))
    _check_distinct("agreement", (a.id for a in directory.agreements))
    for agreement in directory.agreements:
        _check_agreement(agreement, directory)


def check_record(record: MemberRecord) -> None:
    """What must hold of one record: names that can be printed and reached, keys that are keys."""
    if not _NODE.match(record.node) or not _HOST.match(record.address.host):
        raise MalformedError("bad-directory", f"{record.code} has a node or host name that is not read")
    for text in (record.name, record.policy, record.ceiling, *record.codewords, *record.languages):
        _check_text(text)
    for role in _ROLES:
        try:
            Ed25519PublicKey.from_public_bytes(getattr(record, role))
        except ValueError as error:
            raise MalformedError("bad-directory", f"{role} of {record.code} is not an Ed25519 key") from error


def _check_agreement(agreement: Agreement, directory: Directory) -> None:
    _check_text(agreement.id)
    parties = set(agreement.parties)
    if len(parties) != len(agreement.parties) or len(parties) < 2 or not parties <= directory.members.keys():  # noqa: PLR2004 - two make an agreement
        raise MalformedError("bad-directory", f"agreement {agreement.id} needs two or more different members")
    if agreement.highest.keys() != parties or agreement.purge.keys() != parties:
        raise MalformedError(
            "bad-directory", f"agreement {agreement.id} must name a highest level and a purge for each party"
        )
    if agreement.valid_from >= agreement.valid_to:
        raise MalformedError("bad-directory", f"agreement {agreement.id} ends before it begins")


def _check_text(text: str) -> None:
    if not text.isprintable() or text != text.strip():
        raise MalformedError("bad-directory", f"a name holds what can't be printed: {text[:40]!r}")


def _keys_of(directory: Directory) -> Iterator[bytes]:
    for record in directory.members.values():
        yield from (getattr(record, role) for role in _ROLES)


def _check_distinct(what: str, values: Iterator[bytes] | Iterator[str]) -> None:
    seen: set[bytes | str] = set()
    for value in values:
        if value in seen:
            raise MalformedError("bad-directory", f"the same {what} stands twice in the directory")
        seen.add(value)


class DirectoryFile:
    """A directory in a node's folder, kept as the exact signed bytes in one file that is replaced whole."""

    def __init__(self, path: Path, authority_public_key: bytes) -> None:
        self._path = path
        self._authority = authority_public_key
        self._lock = threading.Lock()
        self._raw = _read_file(path)
        self._current = verify_directory(self._raw, authority_public_key) if self._raw else None

    def current(self) -> Directory:
        """The directory in the file, expired or not; UsageError before there is one."""
        if self._current is None:
            raise UsageError(
                "no-directory", "this node has no directory yet", "Take one over from the authority."
            )
        return self._current

    def found(self) -> bytes:
        """The exact signed bytes in the file; empty where there is none."""
        return self._raw

    def prove(self, raw: bytes) -> Directory:
        """See ``verify_directory``."""
        return verify_directory(raw, self._authority)

    def keep(self, raw: bytes) -> None:
        """Replace the file by what the journal has in force."""
        with self._lock:
            self._put(raw, self.prove(raw))

    def signers(self) -> tuple[str, ...]:
        """The authority."""
        return (f"authority {hash_key(self._authority)}",)

    def take_over(self, raw: bytes, now: Instant) -> Directory:
        """Bring a newer directory to a node that doesn't run. The one that is there again is no news."""
        new = self.prove(raw)
        with self._lock:
            if raw == self._raw:
                return new
            check_successor(new, self._current, now)
            self._put(raw, new)
        return new

    def _put(self, raw: bytes, directory: Directory) -> None:
        _replace_file(self._path, raw)
        self._raw, self._current = raw, directory


def _read_file(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(DIRECTORY_MAX_BYTES + 1)
    except FileNotFoundError:
        return b""


def _replace_file(path: Path, raw: bytes) -> None:
    """Write beside, sync, rename, sync the folder: a crash leaves the old or the new bytes, never a part."""
    draft = path.with_name(path.name + ".draft")
    with draft.open("wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    sync_folder(path.parent)
