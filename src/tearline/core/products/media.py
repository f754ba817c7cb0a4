# SPDX-License-Identifier: Apache-2.0
"""Attachments: known by their bytes and never by their names, and freed of what tells of machines and people.

Kept of a picture is what draws it: a JPEG's tables and scans, a PNG's header, palette and pixels. Everything else goes, and is
named: camera data, where it was taken, comments, colour profiles, thumbnails, bytes behind the end. Scrubbing again changes
nothing (tested), so that a product can be checked for having been scrubbed. What is drawn is not looked at.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import Literal

import msgspec

from tearline.core.errors import LimitError, MalformedError

MEDIA_MAX_BYTES = 1_000_000  # of one attachment; several travel in one item
MEDIA_TOTAL_MAX_BYTES = 6_000_000  # of a product: base64 of it, text and labels stay below an item's limit
SIDE_MAX_PX = 12_000
AREA_MAX_PX = 40_000_000  # more is unpacked by no reader's machine
SCANS_MAX = 64  # of a JPEG, each drawn over the whole picture: cameras make one, progressive ones about ten

_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = {b"IHDR", b"PLTE", b"tRNS", b"gAMA", b"sRGB", b"IDAT", b"IEND"}
_PNG_NAMES = {
    b"eXIf": "camera",
    b"tIME": "time",
    b"iCCP": "profile",
    b"acTL": "animation",
    b"fcTL": "animation",
    b"fdAT": "animation",
}
_JPEG_KEPT = {0xC4, 0xDB, 0xDD, 0xDA, *(set(range(0xC0, 0xD0)) - {0xC8})}
_RESTARTS = range(0xD0, 0xD8)
_JPEG_BARE = {0x01, *_RESTARTS}
_MARK, _END, _SCAN, _COMMENT = 0xFF, 0xD9, 0xDA, 0xFE
_APP0, _APP1, _APP2, _APP14 = 0xE0, 0xE1, 0xE2, 0xEE
_HEADER_BYTES, _CHUNK_BYTES = 13, 12  # of a PNG's header; of a chunk beside its content
_SIZE_BYTES, _FRAME_BYTES, _JFIF_BYTES, _ADOBE_BYTES = 2, 6, 14, 12
_TIFF_BYTES, _ENTRY_BYTES = 8, 12
_FRAMES = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_OTHERS = (
    (b"%PDF", "a PDF"), (b"PK\x03\x04", "an office document or archive"), (b"\xd0\xcf\x11\xe0", "an office document"),
    (b"GIF8", "a GIF"), (b"RIFF", "a WebP, or sound"), (b"<svg", "an SVG"), (b"<?xml", "XML"), (b"MZ", "a program"),
    (b"\x7fELF", "a program"), (b"II*\x00", "a TIFF"), (b"MM\x00*", "a TIFF"), (b"\x1f\x8b", "an archive"),
)  # fmt: skip
GPS, ORIENTATION, UPRIGHT = 0x8825, 0x0112, 1


MediaType = Literal["image/png", "image/jpeg", "text/plain"]
"""Nothing that could run: no SVG, no HTML."""


class Scrubbed(msgspec.Struct, frozen=True):
    """``removed``: stable codes of what is gone, each once, in the order found."""

    media_type: MediaType
    data: bytes
    removed: tuple[str, ...]


def scrub(data: bytes) -> Scrubbed:
    """The attachment without its metadata; ``MalformedError`` where it is of no kind that is taken, or damaged."""
    if not data or len(data) > MEDIA_MAX_BYTES:
        raise LimitError("attachment-size", f"an attachment has between 1 and {MEDIA_MAX_BYTES:,} bytes")
    if data.startswith(_PNG):
        return _finish("image/png", *_scrub_png(data))
    if data.startswith(b"\xff\xd8\xff"):
        return _finish("image/jpeg", *_scrub_jpeg(data))
    return _scrub_text(data)


def _finish(media_type: MediaType, kept: list[bytes], removed: list[str]) -> Scrubbed:
    return Scrubbed(media_type, b"".join(kept), tuple(dict.fromkeys(removed)))


def _scrub_text(data: bytes) -> Scrubbed:
    start = data[:512].lstrip().lower()
    named = next((name for magic, name in _OTHERS if data.startswith(magic) or start.startswith(magic)), "")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if named or any(c < " " and c not in "\t\r\n" for c in text):
        what = f"this is {named}" if named else "this is none of them"
        raise MalformedError(
            "attachment-kind", f"PNG and JPEG pictures and plain text (UTF-8) are taken; {what}",
            "Save the page or picture as PNG or JPEG, or paste its words.",
        )  # fmt: skip
    plain = text.encode()
    return Scrubbed("text/plain", plain, () if plain == data else ("byte-order-mark",))


def _scrub_png(data: bytes) -> tuple[list[bytes], list[str]]:
    kept, removed, at = [_PNG], list[str](), len(_PNG)
    for name, body, end in _read_chunks(data, at):
        if at == len(_PNG):
            if name != b"IHDR" or len(body) != _HEADER_BYTES:
                raise _damaged("PNG")
            _check_size(*struct.unpack(">II", body[:8]))
        if name in _PNG_KEPT:
            kept.append(data[at:end])
        else:
            removed += _name_chunk(name, body)
        at = end
        if name == b"IEND":
            return kept, [*removed, *(["trailing"] if at < len(data) else [])]
    raise _damaged("PNG")


def _read_chunks(data: bytes, at: int) -> Iterator[tuple[bytes, bytes, int]]:
    while at + _CHUNK_BYTES <= len(data):
        (size,) = struct.unpack(">I", data[at : at + 4])
        end = at + _CHUNK_BYTES + size
        if (
            end > len(data)
            or zlib.crc32(data[at + 4 : end - 4]) != struct.unpack(">I", data[end - 4 : end])[0]
        ):
            raise _damaged("PNG")
        yield data[at + 4 : at + 8], data[at + 8 : end - 4], end
        at = end


def _name_chunk(name: bytes, body: bytes) -> list[str]:
    if name in {b"tEXt", b"zTXt", b"iTXt"}:
        return ["xmp" if body.startswith(b"XML:com.adobe.xmp") else "comment"]
    if name == b"eXIf":
        return _name_exif(body)
    return [_PNG_NAMES.get(name, "other")]


def _scrub_jpeg(data: bytes) -> tuple[list[bytes], list[str]]:
    kept, removed, at, sized, scans = [b"\xff\xd8"], list[str](), 2, False, 0
    while at + 2 <= len(data):
        if data[at] != _MARK:
            raise _damaged("JPEG")
        code = data[at + 1]
        if code == _MARK:  # a fill byte
            at += 1
            continue
        if code == _END:
            if not sized:
                raise _damaged("JPEG")
            kept.append(b"\xff\xd9")
            return kept, [*removed, *(["trailing"] if at + 2 < len(data) else [])]
        end = _segment_end(data, at, code)
        body = data[at + 4 : end]
        if code in _FRAMES:
            if len(body) < _FRAME_BYTES:
                raise _damaged("JPEG")
            height, width = struct.unpack(">HH", body[1:5])
            _check_size(width, height)
            sized = True
        if code == _SCAN:
            end, scans = _scan_end(data, end), scans + 1
            _check_scans(scans)
        if code in _JPEG_KEPT or _is_adobe(code, body):
            kept.append(data[at:end])
        elif code not in _JPEG_BARE:
            removed += _name_segment(code, body)
        at = end
    raise _damaged("JPEG")


def _segment_end(data: bytes, at: int, code: int) -> int:
    if code in _JPEG_BARE:
        return at + 2
    size = int.from_bytes(data[at + 2 : at + 4], "big")
    if size < _SIZE_BYTES or at + 2 + size > len(data):
        raise _damaged("JPEG")
    return at + 2 + size


def _scan_end(data: bytes, at: int) -> int:
    """Where the pixels of a scan end: at the next marker that is no stuffing and no restart."""
    while True:
        at = data.find(b"\xff", at)
        if at < 0 or at + 1 >= len(data):
            raise _damaged("JPEG")
        if data[at + 1] and data[at + 1] not in _RESTARTS:
            return at
        at += 2


def _is_adobe(code: int, body: bytes) -> bool:
    """Says how the colours are kept; without it some pictures are drawn in wrong ones."""
    return code == _APP14 and len(body) == _ADOBE_BYTES and body.startswith(b"Adobe")


def _name_segment(code: int, body: bytes) -> list[str]:
    if code == _COMMENT:
        return ["comment"]
    if code == _APP1 and body.startswith(b"Exif\0\0"):
        return _name_exif(body[6:])
    if code == _APP1 and body.startswith(b"http"):
        return ["xmp"]
    if code == _APP2 and body.startswith(b"ICC_PROFILE"):
        return ["profile"]
    if code == _APP0:
        return ["thumbnail"] if body.startswith(b"JFXX") or len(body) > _JFIF_BYTES else []
    return ["other"]


def _name_exif(tiff: bytes) -> list[str]:
    """Of camera data, what a writer must know of: that it said where, and that the picture may lie on its side now."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None or len(tiff) < _TIFF_BYTES:
        return ["camera"]
    (at,) = struct.unpack(f"{order}I", tiff[4:8])
    count = struct.unpack(f"{order}H", tiff[at : at + 2])[0] if at + 2 <= len(tiff) else 0
    found = ["camera"]
    for n in range(count):
        entry = tiff[at + 2 :][_ENTRY_BYTES * n : _ENTRY_BYTES * (n + 1)]
        if len(entry) < _ENTRY_BYTES:
            break
        tag, _, _, value = struct.unpack(f"{order}HHIH", entry[:10])
        found += ["position"] if tag == GPS else []
        found += ["orientation"] if tag == ORIENTATION and value != UPRIGHT else []
    return found


def _check_size(width: int, height: int) -> None:
    if not (0 < width <= SIDE_MAX_PX and 0 < height <= SIDE_MAX_PX and width * height <= AREA_MAX_PX):
        raise LimitError(
            "attachment-size",
            f"a picture has at most {SIDE_MAX_PX:,} pixels a side and {AREA_MAX_PX:,} in all",
        )


def _check_scans(scans: int) -> None:
    if scans > SCANS_MAX:
        raise LimitError("attachment-size", f"a JPEG is drawn in at most {SCANS_MAX} scans")


def _damaged(kind: str) -> MalformedError:
    return MalformedError(
        "attachment-damaged", f"this {kind} is damaged or cut off", "Save it anew and attach it again."
    )
