# SPDX-License-Identifier: Apache-2.0
"""Signed notes (c2sp.org/signed-note) and timestamped cosignatures (c2sp.org/tlog-cosignature, cosignature/v1).

A note is a text, a blank line, and lines ``— name base64(key id, signature)``.

Guarantees:
- a key is known by name *and* key id; signatures of unknown keys are passed over, never trusted, never fatal;
- one wrong signature of a known key refuses the whole note, and so does the lack of any right one;
- what is returned is the very text that was verified (assurance B2.6); base64 has one spelling;
- a cosignature is over its own header line and time, so that no note's signature can pose as one (assurance B2.5).

Signing takes a function: the private key stays where it is.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Callable, Iterable, Sequence

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tearline.core.errors import IntegrityError, MalformedError

ED25519 = 0x01
COSIGNATURE_V1 = 0x04
NOTE_MAX_CHARACTERS = 64 * 1024
NOTE_MAX_SIGNATURES = 64

_KEY_ID_BYTES = 4
_PUBLIC_BYTES = 32
_TIME_BYTES = 8
_TIME_MAX = (1 << 63) - 1
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_VERIFIER_KEY = re.compile(r"([^+]+)\+([0-9a-f]{8})\+(\S+)\Z", re.ASCII)


class NoteSigner(msgspec.Struct, frozen=True):
    """A key that signs notes under a name; ``sign`` is the key's holder. See ``make_signer`` and ``make_cosigner``."""

    name: str
    key_id: bytes
    sign: Callable[[bytes], bytes]


class Verifier(msgspec.Struct, frozen=True):
    """A known key: ``verify(text, signature)`` tells whether it made that signature over that text."""

    name: str
    key_id: bytes
    verify: Callable[[bytes, bytes], bool]


class Signature(msgspec.Struct, frozen=True):
    """One signature line."""

    name: str
    key_id: bytes
    value: bytes

    def print(self) -> str:
        """The line, with its newline."""
        return f"— {self.name} {encode_base64(self.key_id + self.value)}\n"


class Note(msgspec.Struct, frozen=True):
    """A text (ending in a newline) and signatures that nobody has verified yet."""

    text: str
    signatures: tuple[Signature, ...]


def encode_base64(raw: bytes) -> str:
    """Standard base64."""
    return base64.b64encode(raw).decode()


def decode_base64(text: str) -> bytes:
    """The bytes whose one base64 spelling is ``text``. Raises ``MalformedError``."""
    try:
        raw = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise MalformedError("bad-base64", f"not base64: {text[:60]!r}") from error
    if encode_base64(raw) != text:
        raise MalformedError("bad-base64", f"another spelling of base64: {text[:60]!r}")
    return raw


def make_key_id(name: str, algorithm: int, public: bytes) -> bytes:
    """The first four bytes of SHA-256(name, newline, algorithm, public key)."""
    return hashlib.sha256(name.encode() + b"\n" + bytes([algorithm]) + public).digest()[:_KEY_ID_BYTES]


def make_signer(name: str, public: bytes, sign: Callable[[bytes], bytes]) -> NoteSigner:
    """An Ed25519 signer of notes."""
    return NoteSigner(_check_name(name), make_key_id(name, ED25519, public), sign)


def make_cosigner(name: str, public: bytes, sign: Callable[[bytes], bytes]) -> NoteSigner:
    """An Ed25519 signer of cosignatures: for ``cosign`` only."""
    return NoteSigner(_check_name(name), make_key_id(name, COSIGNATURE_V1, public), sign)


def make_verifier(name: str, public: bytes) -> Verifier:
    """The verifier of what ``make_signer`` of the same name and key signs."""
    return Verifier(_check_name(name), make_key_id(name, ED25519, public), _load_ed25519(public))


def make_cosignature_verifier(name: str, public: bytes) -> Verifier:
    """The verifier of what ``make_cosigner`` of the same name and key cosigns."""
    verify = _load_ed25519(public)

    def verify_timed(text: bytes, value: bytes) -> bool:
        time_s = int.from_bytes(value[:_TIME_BYTES], "big")
        return time_s <= _TIME_MAX and verify(_cosigned_message(text, time_s), value[_TIME_BYTES:])

    return Verifier(_check_name(name), make_key_id(name, COSIGNATURE_V1, public), verify_timed)


def parse_verifier(text: str) -> Verifier:
    """The verifier of a printed key: ``name+key id in hex+base64(algorithm, public key)``."""
    match = _VERIFIER_KEY.match(text)
    raw = decode_base64(match[3]) if match else b""
    makers = {ED25519: make_verifier, COSIGNATURE_V1: make_cosignature_verifier}
    if match is None or len(raw) != 1 + _PUBLIC_BYTES or raw[0] not in makers:
        raise MalformedError("bad-verifier", f"not a verifier key: {text[:120]!r}")
    verifier = makers[raw[0]](match[1], raw[1:])
    if verifier.key_id.hex() != match[2]:
        raise MalformedError(
            "bad-verifier", f"the key id does not belong to this name and key: {text[:120]!r}"
        )
    return verifier


def print_verifier(name: str, public: bytes, *, algorithm: int = ED25519) -> str:
    """The printed form that ``parse_verifier`` reads."""
    return f"{name}+{make_key_id(name, algorithm, public).hex()}+{encode_base64(bytes([algorithm]) + public)}"


def sign_note(text: str, *signers: NoteSigner) -> str:
    """``text`` as a note with one signature of each signer."""
    _check_text(text)
    lines = [Signature(signer.name, signer.key_id, signer.sign(text.encode())).print() for signer in signers]
    return f"{text}\n{''.join(lines)}"


def cosign(text: str, signer: NoteSigner, *, time_s: int) -> str:
    """The cosignature line over a checkpoint's text, stating that it was the newest at ``time_s``."""
    if not 0 <= time_s <= _TIME_MAX:
        raise MalformedError("bad-time", f"no time of a cosignature: {time_s}")
    value = time_s.to_bytes(_TIME_BYTES, "big") + signer.sign(_cosigned_message(text.encode(), time_s))
    return Signature(signer.name, signer.key_id, value).print()


def parse_note(raw: str) -> Note:
    """Text and signature lines, nothing verified. Raises ``MalformedError``."""
    if len(raw) > NOTE_MAX_CHARACTERS:
        raise MalformedError("bad-note", f"a note of {len(raw)} characters is not read")
    text, blank, rest = raw.rpartition("\n\n")
    if not blank:
        raise MalformedError("bad-note", "no blank line before signatures")
    text += "\n"
    _check_text(text)
    return Note(text, parse_signatures(rest))


def parse_signatures(lines: str) -> tuple[Signature, ...]:
    """At least one signature line, and nothing else. Raises ``MalformedError``."""
    body, newline, tail = lines.rpartition("\n")
    found = body.split("\n") if newline and not tail else []
    if not 0 < len(found) <= NOTE_MAX_SIGNATURES:
        raise MalformedError("bad-note", f"{len(found)} signature lines")
    return tuple(_parse_signature(line) for line in found)


def verify_note(raw: str, verifiers: Iterable[Verifier]) -> str:
    """The note's text if a known key signed it and no known key's signature is wrong; else ``IntegrityError``."""
    note = parse_note(raw)
    if not verify_signatures(note.text, note.signatures, verifiers):
        names = ", ".join(sorted({signature.name for signature in note.signatures}))
        raise IntegrityError("note-unknown-key", f"no known key signed this note; it names {names[:200]}")
    return note.text


def verify_signatures(
    text: str, signatures: Sequence[Signature], verifiers: Iterable[Verifier]
) -> list[Signature]:
    """Those signatures that known keys made; ``IntegrityError`` if one that claims a known key is wrong."""
    known = {(verifier.name, verifier.key_id): verifier for verifier in verifiers}
    good = []
    for signature in signatures:
        verifier = known.get((signature.name, signature.key_id))
        if verifier is None:
            continue
        if not verifier.verify(text.encode(), signature.value):
            raise IntegrityError(
                "note-signature", f"the signature of {signature.name} does not belong to this text"
            )
        good.append(signature)
    return good


def read_cosignature_time(signature: Signature) -> int:
    """The POSIX time that a cosignature states; call it on verified ones only."""
    return int.from_bytes(signature.value[:_TIME_BYTES], "big")


def _parse_signature(line: str) -> Signature:
    parts = line.split(" ")
    if len(parts) != 3 or parts[0] != "—":  # noqa: PLR2004 (dash, name, signature)
        raise MalformedError("bad-note", f"not a signature line: {line[:80]!r}")
    raw = decode_base64(parts[2])
    if len(raw) <= _KEY_ID_BYTES:
        raise MalformedError("bad-note", f"a signature of {len(raw)} bytes")
    return Signature(_check_name(parts[1]), raw[:_KEY_ID_BYTES], raw[_KEY_ID_BYTES:])


def _check_name(name: str) -> str:
    if not name or "+" in name or any(letter.isspace() for letter in name) or _CONTROL.search(name):
        raise MalformedError("bad-key-name", f"not the name of a key: {name[:80]!r}")
    return name


def _check_text(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise MalformedError("bad-note", "a note is UTF-8") from error
    if not text.endswith("\n") or _CONTROL.search(text):
        raise MalformedError("bad-note", "a note's text ends in a newline and has no control characters")


def _cosigned_message(text: bytes, time_s: int) -> bytes:
    return b"cosignature/v1\ntime %d\n%b" % (time_s, text)


def _load_ed25519(public: bytes) -> Callable[[bytes, bytes], bool]:
    if len(public) != _PUBLIC_BYTES:
        raise MalformedError("bad-key", f"an Ed25519 key has {_PUBLIC_BYTES} bytes, not {len(public)}")
    key = Ed25519PublicKey.from_public_bytes(public)

    def verify(text: bytes, value: bytes) -> bool:
        try:
            key.verify(value, text)
        except InvalidSignature:
            return False
        return True

    return verify
