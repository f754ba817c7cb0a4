# SPDX-License-Identifier: Apache-2.0
"""What lies beside an entry: of a stream's, its kind, the salt of its commitment and its body; of a return, the words."""

from __future__ import annotations

import msgspec

from tearline.core.ids import Tag


class Payload(msgspec.Struct, frozen=True, array_like=True):
    """Kind, salt and body of a stream entry, as they stand in a payload."""

    kind: str
    salt: bytes
    body: bytes


def encode_payload(kind: str, salt: bytes, body: bytes) -> bytes:
    """The bytes kept for a stream entry's payload."""
    return msgspec.msgpack.encode(Payload(kind, salt, body))


def decode_payload(raw: bytes) -> Payload:
    """Kind, salt and body."""
    return msgspec.msgpack.decode(raw, type=Payload)


class ReturnNote(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What other words are needed: of the whole, and by portion."""

    comment: str
    portions: tuple[tuple[Tag, str], ...] = ()
