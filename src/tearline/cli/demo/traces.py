# SPDX-License-Identifier: Apache-2.0
"""Finds a text in bytes, however it is written there: a search that knows only UTF-8 proves nothing.

Forms: UTF-8, UTF-16 both ways, JSON escapes, letters great or small; each of them in base64 (of either alphabet, at any
alignment) or in hex; all of these again inside gzip, zlib and zstd streams that start anywhere.

    find_traces(data, [make_needle("Northquay Ferries plc")])

``plainly`` looks for the plain forms alone: enough to show that a text is there, never that it is not.
"""

from __future__ import annotations

import binascii
import json
import re
import zlib
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import zstandard

NESTED_MAX = 3
INFLATED_MAX_BYTES = 64 * 1024 * 1024
RUN_MIN = 16  # letters: a dozen bytes
_ZSTD = b"\x28\xb5\x2f\xfd"
_PACKED = re.compile(rb"\x1f\x8b\x08|\x28\xb5\x2f\xfd|\x78[\x01\x5e\x9c\xda]")
_RUN = re.compile(rb"[A-Za-z0-9+/_-][A-Za-z0-9+/_-]{%d,}" % (RUN_MIN - 1))
_HEX = re.compile(rb"[0-9a-fA-F]{%d,}" % RUN_MIN)
_DIGITS = b"0123456789abcdefABCDEF"
_SMALL = bytes(range(256)).lower()
_STANDARD = bytes.maketrans(b"-_", b"+/")
_LINES_BASE64, _LINE_HEX = binascii.b2a_base64(b"\n\n\n", newline=False), binascii.hexlify(b"\n")


class Needle(NamedTuple):
    """A text, and its forms: in small letters without zero bytes (so UTF-16 of ASCII is plain too), as they are, escaped."""

    text: str
    folded: bytes
    wide: tuple[bytes, ...]
    escaped: tuple[bytes, ...]


def make_needle(text: str) -> Needle:
    """All forms of a text."""
    folded = text.encode().translate(_SMALL)
    if text.isascii():
        return Needle(text, folded, (), ())
    small = json.dumps(text)[1:-1]
    great = re.sub(r"(?<=\\u)....", lambda m: m[0].upper(), small)
    return Needle(
        text, folded, (text.encode("utf-16-le"), text.encode("utf-16-be")), (small.encode(), great.encode())
    )


def find_traces(
    data: bytes, needles: Iterable[Needle], *, depth: int = 0, plainly: bool = False
) -> list[Needle]:
    """The needles that occur in the bytes, or in what is written or packed in them."""
    left = list(needles)
    found = _search(data, left)
    if plainly or depth == NESTED_MAX:
        return found
    for layer in _unpack(data) if depth else _list_layers(data):
        left = [needle for needle in left if needle not in found]
        found += find_traces(layer, left, depth=depth + 1)
    return found


def _search(data: bytes, needles: Iterable[Needle]) -> list[Needle]:
    if not data:
        return []
    folded = data.translate(_SMALL, b"\x00")
    has_escapes = b"\\u" in data
    return [
        needle
        for needle in needles
        if needle.folded in folded
        or (needle.wide and (needle.wide[0] in data or needle.wide[1] in data))
        or (has_escapes and any(form in data for form in needle.escaped))
    ]


def _list_layers(data: bytes) -> Iterator[bytes]:
    yield from _unpack(data)
    yield from _decode_runs(data)


def _decode_runs(data: bytes) -> Iterator[bytes]:
    """Everything that could be base64 or hex, decoded; one stretch of bytes for each alignment, lines between."""
    runs = dict.fromkeys(_RUN.findall(data))
    # Hex digits alone are no text's base64: three bytes in a row would have to avoid most letters.
    mixed = [run.translate(_STANDARD) for run in runs if run.strip(_DIGITS)]
    for shift in range(4):
        yield binascii.a2b_base64(_LINES_BASE64.join([_whole(run[shift:], 4) for run in mixed]))
    digits = dict.fromkeys(_HEX.findall(b"\n".join(runs)))
    for shift in range(2):
        yield binascii.unhexlify(_LINE_HEX.join([_whole(run[shift:], 2) for run in digits]))


def _whole(run: bytes, size: int) -> bytes:
    return run[: len(run) // size * size]


def _unpack(data: bytes) -> Iterator[bytes]:
    view = memoryview(data)
    for match in _PACKED.finditer(data):
        inner = _inflate(view[match.start() :], match.group())
        if inner:
            yield inner


def _inflate(data: memoryview, magic: bytes) -> bytes:
    """As much as can be read of one stream; nothing where it is none."""
    try:
        if magic == _ZSTD:
            return zstandard.ZstdDecompressor().decompressobj().decompress(data)[:INFLATED_MAX_BYTES]
        return zlib.decompressobj(47).decompress(data, INFLATED_MAX_BYTES)
    except (zlib.error, zstandard.ZstdError, MemoryError):
        return b""
