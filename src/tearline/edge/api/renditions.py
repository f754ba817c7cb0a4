# SPDX-License-Identifier: Apache-2.0
"""One rendition as JSON, encoded once for as long as the gate hands out the same one; and its ETag."""

from __future__ import annotations

from collections import OrderedDict

import msgspec

from tearline.core.canon import digest, encode_canonical, word_of
from tearline.core.instants import print_dtg, print_iso
from tearline.edge.api.shapes import SummaryOut, encode_title
from tearline.node.gate import Read, Rendition, RenditionPortion

ENCODED_MAX = 4_000
ETAG_LETTERS = 16


class VerifiedOut(msgspec.Struct, frozen=True):
    """The bytes this came with were verified: by whom, and when by the system clock."""

    by: str
    at: str


class ProductOut(SummaryOut, frozen=True, kw_only=True):
    """One rendition."""

    portions: tuple[RenditionPortion, ...]
    verified: VerifiedOut


class Encoded(msgspec.Struct, frozen=True):
    """A rendition's JSON, for as long as the gate hands out the same rendition."""

    rendition: Rendition
    body: bytes
    etag: str


class EncodedProducts:
    """Remembers what was encoded last; forgets everything when something is purged (D4)."""

    def __init__(self, member: str) -> None:
        self._member = member
        self._kept: OrderedDict[int, Encoded] = OrderedDict()

    def clear(self) -> None:
        """Forget."""
        self._kept.clear()

    def encode(self, read: Read) -> Encoded:
        """The same rendition (the same object) is encoded once."""
        kept = self._kept.get(id(read.rendition))
        if kept is not None and kept.rendition is read.rendition:
            return kept
        body = msgspec.json.encode(encode_product(read, self._member))
        made = Encoded(read.rendition, body, make_etag(read))
        self._kept[id(read.rendition)] = made
        if len(self._kept) > ENCODED_MAX:
            self._kept.popitem(last=False)
        return made


def encode_product(read: Read, member: str) -> ProductOut:
    """One rendition in the API's shape."""
    rendition = read.rendition
    envelope = rendition.envelope
    return ProductOut(
        key=read.key,
        reference=envelope.reference,
        originator=envelope.originator,
        kind=envelope.kind,
        precedence=envelope.precedence,
        filed=print_iso(envelope.filed_at),
        filed_dtg=print_dtg(envelope.filed_at),
        version=print_iso(rendition.version),
        version_dtg=print_dtg(rendition.version),
        check=rendition.check,
        banner=rendition.banner,
        title=encode_title(next((p for p in rendition.portions if p.kind == "title"), None)),
        portions=rendition.portions,
        verified=VerifiedOut(member, print_iso(read.verified_at)),
    )


def make_etag(read: Read) -> str:
    """From the key, the version, the check and the marks of this class's rendition, so that what is hidden moves nothing.

    The marks: the same text may be marked otherwise under other policies.
    """
    rendition = read.rendition
    marks = (rendition.banner, tuple(p.mark for p in rendition.portions))
    named = encode_canonical((read.key, rendition.version, rendition.check, marks))
    return f'"{word_of(digest("tearline/etag", named), ETAG_LETTERS)}"'
