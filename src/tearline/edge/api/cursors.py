# SPDX-License-Identifier: Apache-2.0
"""Where the next page starts, sealed: bound to its reader and to what was asked, and good for nothing else.

A cursor holds what the last line of the page showed anyway (its time and its place among those of that minute).
"""

from __future__ import annotations

import base64
import hmac

import msgspec

from tearline.core.canon import encode_canonical
from tearline.core.ids import Person
from tearline.edge.api.problems import Problem

MAC_BYTES = 16
CURSOR_MAX_CHARS = 400


class Place(msgspec.Struct, frozen=True, array_like=True):
    """A place in an order; ``check`` is the search's own word for its query."""

    sort_at: int
    tie: int
    check: str = ""


class Cursors:
    """Seals with a key of the accounts' store."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def seal(self, place: Place, person: Person, asked: object) -> str:
        """The text of a cursor."""
        raw = msgspec.msgpack.encode(place)
        return base64.urlsafe_b64encode(self._mac(raw, person, asked) + raw).decode().rstrip("=")

    def open(self, text: str, person: Person, asked: object) -> Place | None:
        """Its place; none for an empty text. Anything that this reader was not given for this question is ``bad-cursor``."""
        if not text:
            return None
        sealed = _unseal(text)
        if not hmac.compare_digest(sealed[:MAC_BYTES], self._mac(sealed[MAC_BYTES:], person, asked)):
            raise Problem("bad-cursor")
        return msgspec.msgpack.decode(sealed[MAC_BYTES:], type=Place)

    def _mac(self, raw: bytes, person: Person, asked: object) -> bytes:
        bound = encode_canonical((person, asked, raw.hex()))
        return hmac.digest(self._key, bound, "sha256")[:MAC_BYTES]


def _unseal(text: str) -> bytes:
    try:
        return base64.b64decode(
            text[:CURSOR_MAX_CHARS] + "=" * (-len(text) % 4), altchars=b"-_", validate=True
        )
    except ValueError as error:
        raise Problem("bad-cursor") from error
