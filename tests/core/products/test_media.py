# SPDX-License-Identifier: Apache-2.0
"""Attachments: known by their bytes, freed of their metadata, and named for what went."""

from __future__ import annotations

import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tearline.core.errors import LimitError, MalformedError, TearlineError
from tearline.core.products.media import MEDIA_MAX_BYTES, scrub


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(*more: bytes, width: int = 1, height: int = 1, after: bytes = b"") -> bytes:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    pixels = chunk(b"IDAT", zlib.compress(b"\x00\x80"))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(more) + pixels + chunk(b"IEND", b"") + after


def exif(*entries: tuple[int, int]) -> bytes:
    rows = b"".join(struct.pack("<HHIHH", tag, 3, 1, value, 0) for tag, value in entries)
    return b"II*\x00\x08\x00\x00\x00" + struct.pack("<H", len(entries)) + rows + b"CAMERA 4711"


def segment(code: int, body: bytes) -> bytes:
    return bytes([0xFF, code]) + struct.pack(">H", len(body) + 2) + body


SCAN = b"\x01\x02\xff\x00\x03\xff\xd0\x04"


def jpeg(*more: bytes, width: int = 8, after: bytes = b"") -> bytes:
    frame = segment(0xC0, struct.pack(">BHHB", 8, 8, width, 1) + b"\x01\x11\x00")
    tables = segment(0xDB, b"\x00" * 65) + frame + segment(0xC4, b"\x00" * 17)
    return (
        b"\xff\xd8"
        + b"".join(more)
        + tables
        + segment(0xDA, b"\x01\x01\x00\x00\x3f\x00")
        + SCAN
        + b"\xff\xd9"
        + after
    )


def test_a_picture_without_metadata_comes_out_as_it_was() -> None:
    """Nothing is invented and nothing is missed."""
    for plain in (png(), jpeg(), "유인물\n".encode()):
        assert (scrub(plain).data, scrub(plain).removed) == (plain, ())


def test_camera_place_comments_profiles_and_what_hangs_behind_are_gone_and_named() -> None:
    """By stable codes, each once; the picture itself stays."""
    place = exif((0x8825, 26), (0x0112, 6))
    made = scrub(
        jpeg(
            segment(0xE0, b"JFIF\0\x01\x01\x00\x00\x01\x00\x01\x00\x00"),
            segment(0xE1, b"Exif\0\0" + place),
            segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x/>"),
            segment(0xE2, b"ICC_PROFILE\0"),
            segment(0xFE, b"by CANARY"),
            segment(0xED, b"Photoshop"),
            after=b"PK\x03\x04CANARY",
        )
    )
    assert made.removed == (
        "camera",
        "position",
        "orientation",
        "xmp",
        "profile",
        "comment",
        "other",
        "trailing",
    )
    assert made.data == jpeg()
    made = scrub(
        png(
            chunk(b"tEXt", b"Author\0CANARY"),
            chunk(b"iTXt", b"XML:com.adobe.xmp\0"),
            chunk(b"eXIf", place),
            chunk(b"tIME", b"1234567"),
            chunk(b"gAMA", b"\0\0\xb1\x8f"),
            after=b"CANARY",
        )
    )
    assert made.removed == ("comment", "xmp", "camera", "position", "orientation", "time", "trailing")
    assert made.data == png(chunk(b"gAMA", b"\0\0\xb1\x8f"))


def test_a_colour_transform_stays_and_only_in_its_own_form() -> None:
    """Adobe's twelve bytes say how colours are kept; a longer segment could carry anything."""
    adobe = segment(0xEE, b"Adobe\0d\0\0\0\0\x01")
    assert scrub(jpeg(adobe)).data == jpeg(adobe)
    assert scrub(jpeg(segment(0xEE, b"Adobe\0d\0\0\0\0\x01CANARY"))).data == jpeg()


@pytest.mark.parametrize(
    ("data", "what"),
    [(b"%PDF-1.7", "PDF"), (b"PK\x03\x04", "office"), (b"<svg onload=x>", "SVG"), (b"  <?xml version='1.0'?>", "XML"),
     (b"GIF89a", "GIF"), (b"MZ\x90", "program"), (b"\x00\x01", "none of them"), (b"\xff\xfe\x00", "none of them")],
)  # fmt: skip
def test_other_kinds_are_refused_by_name_with_what_to_do(data: bytes, what: str) -> None:
    """Whatever the file is called."""
    with pytest.raises(MalformedError, match=what) as caught:
        scrub(data)
    assert caught.value.code == "attachment-kind"
    assert caught.value.advice


def test_what_is_cut_off_damaged_or_too_large_is_refused() -> None:
    """At every length."""
    for whole in (png(), jpeg()):
        for size in range(9, len(whole)):
            with pytest.raises(TearlineError):
                scrub(whole[:size])
    with pytest.raises(MalformedError):
        scrub(png().replace(b"IDAT", b"IDAX"))
    for large in (
        b"x" * (MEDIA_MAX_BYTES + 1),
        b"",
        png(width=12_001),
        png(width=12_000, height=12_000),
        jpeg(width=13_000),
    ):
        with pytest.raises(LimitError):
            scrub(large)


CHUNKS = st.tuples(st.sampled_from([b"tEXt", b"eXIf", b"gAMA", b"abCd", b"acTL"]), st.binary(max_size=40))


@given(st.lists(CHUNKS, max_size=5), st.binary(max_size=30))
def test_scrubbing_again_changes_nothing(more: list[tuple[bytes, bytes]], after: bytes) -> None:
    """So a product can be checked for it."""
    once = scrub(png(*(chunk(*c) for c in more), after=after))
    twice = scrub(once.data)
    assert (twice.data, twice.removed) == (once.data, ())
    once = scrub(jpeg(*(segment(0xE0 + len(body) % 16, name + body) for name, body in more), after=after))
    assert scrub(once.data).data == once.data


@given(st.binary(max_size=200), st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"]))
def test_no_bytes_do_more_than_be_refused(data: bytes, start: bytes) -> None:
    """A refusal, or an attachment."""
    try:
        scrub(start + data)
    except TearlineError as error:
        assert error.code.startswith("attachment-")  # noqa: PT017  either way is right


def test_a_jpeg_of_scans_without_end_is_refused() -> None:
    """A scan is a few bytes, and drawn over the whole picture: a small file could hold a reader's machine for minutes."""
    scan = segment(0xDA, bytes(10)) + b"\0"
    usual = jpeg(*[scan] * 10)
    assert scrub(usual).data == usual
    with pytest.raises(LimitError):
        scrub(jpeg(*[scan] * 100))
