# SPDX-License-Identifier: Apache-2.0
"""Deterministic bytes and the digests over them.

Guarantees:
- ``encode_canonical`` gives the same bytes for equal values: JSON, keys sorted, no blanks, UTF-8, no floats.
- ``decode_canonical`` accepts only bytes that ``encode_canonical`` would have written, so that what was hashed, what was
  parsed and what is used are one thing (duplicate keys, odd escapes, reordered or unknown fields are refused).
- every digest is over length-framed parts behind a type tag: no two different structures share their bytes.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Any, TypeVar, cast, overload

import msgspec

from tearline.core.errors import IntegrityError, LimitError, MalformedError

T = TypeVar("T")

SALT_BYTES = 16
WORD_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
DECODE_MAX_BYTES = 32 * 1024 * 1024

_encoder = msgspec.json.Encoder(order="sorted")


def encode_canonical(value: object) -> bytes:
    """The one encoding of a value that is hashed or signed. Structs used here declare no float fields."""
    return _encoder.encode(value)


@lru_cache(maxsize=256)
def _decoder_for(shape: Any) -> msgspec.json.Decoder[Any]:
    """Made once: to work out the union of all entries anew took forty times as long as to decode one."""
    return msgspec.json.Decoder(shape)


@overload
def decode_canonical(raw: bytes, shape: type[T], *, max_bytes: int = ...) -> T: ...


@overload
def decode_canonical(raw: bytes, shape: Any, *, max_bytes: int = ...) -> Any: ...  # a union of types


def decode_canonical(raw: bytes, shape: Any, *, max_bytes: int = DECODE_MAX_BYTES) -> Any:
    """The value whose canonical bytes are exactly ``raw``. Raises ``MalformedError`` or ``LimitError``."""
    if len(raw) > max_bytes:
        raise LimitError("too-large", f"{len(raw)} bytes where at most {max_bytes} are read")
    try:
        value = _decoder_for(shape).decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedError(
            "unreadable", f"unreadable {getattr(shape, '__name__', shape)}: {error}"
        ) from error
    if _encoder.encode(value) != raw:
        raise MalformedError(
            "not-canonical", "bytes are not in canonical form", "Ask the sender; nothing was taken over."
        )
    return value


def decode_trusted(raw: bytes, shape: type[T]) -> T:
    """The value of canonical bytes that this node checked when they came in, and has kept under its own commitments since."""
    try:
        value: T = _decoder_for(cast("Any", shape)).decode(raw)
    except msgspec.MsgspecError as error:
        raise IntegrityError(
            "kept-unreadable", f"what was kept can't be read: {error}", "Run tearline verify."
        ) from error
    return value


def digest(tag: str, *parts: bytes) -> bytes:
    """SHA-256 over a type tag and length-framed parts."""
    state = hashlib.sha256()
    for part in (tag.encode(), *parts):
        state.update(len(part).to_bytes(8, "big"))
        state.update(part)
    return state.digest()


def commit(salt: bytes, body: bytes) -> bytes:
    """A salted commitment: says nothing about ``body`` to whoever lacks ``salt``, and binds to it for whoever has both."""
    return hashlib.sha256(b"tearline/commitment\x00" + len(salt).to_bytes(2, "big") + salt + body).digest()


def word_of(value: bytes, letters: int) -> str:
    """Letters and digits that can be spoken and not mistaken (no I, O, 0, 1), from a digest or drawn bytes."""
    number = int.from_bytes(value, "big")
    out = []
    for _ in range(letters):
        number, rest = divmod(number, len(WORD_ALPHABET))
        out.append(WORD_ALPHABET[rest])
    return "".join(out)


def bytes_of_word(word: str, size: int) -> bytes:
    """Bytes that ``word_of`` turns into ``word``: for scripts that fix what is drawn."""
    number = 0
    for letter in reversed(word):
        number = number * len(WORD_ALPHABET) + WORD_ALPHABET.index(letter)
    return number.to_bytes(size, "big")
