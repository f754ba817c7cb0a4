# SPDX-License-Identifier: Apache-2.0
"""A text is found however it is written in bytes, and only then."""

import base64
import gzip
import json
import zlib
from collections.abc import Callable

import pytest
import zstandard

from tearline.cli.demo.traces import find_traces, make_needle

TEXTS = ["Northquay Ferries plc", "고체추진 방식", "護衛艦", "-36.412"]
PADDED = "so far {} and no further"
FORMS: dict[str, Callable[[str], bytes]] = {
    "utf-8": lambda t: t.encode(),
    "utf-16-le": lambda t: t.encode("utf-16-le"),
    "utf-16-be": lambda t: t.encode("utf-16-be"),
    "small letters": lambda t: t.casefold().encode(),
    "json escapes": lambda t: json.dumps(t).encode(),
    "json escapes, great": lambda t: json.dumps(t).encode().upper().replace(b"\\U", b"\\u"),
    "hex": lambda t: t.encode().hex().encode(),
    "hex, great": lambda t: t.encode().hex().upper().encode(),
    "hex, odd": lambda t: b"a" + t.encode().hex().encode(),
    "base64": lambda t: base64.b64encode(t.encode()),
    "base64, url": lambda t: base64.urlsafe_b64encode(t.encode()),
    "base64 of utf-16": lambda t: base64.b64encode(t.encode("utf-16-le")),
    "gzip": lambda t: gzip.compress(t.encode()),
    "zlib": lambda t: zlib.compress(t.encode()),
    "zstd": lambda t: zstandard.compress(t.encode()),
    "base64 in gzip": lambda t: gzip.compress(json.dumps(t).encode()),
    "gzip in base64": lambda t: base64.b64encode(gzip.compress(t.encode())),
    "zstd in gzip": lambda t: gzip.compress(zstandard.compress(t.encode())),
}


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("shift", range(4))
@pytest.mark.parametrize("form", FORMS)
def test_a_text_is_found(form: str, shift: int, text: str) -> None:
    """In the middle of other bytes, at any place."""
    data = b"\x00" + b"." * shift + b" " + FORMS[form]("x" * shift + PADDED.format(text)) + b" \xff"
    assert [n.text for n in find_traces(data, [make_needle(text)])] == [text]


@pytest.mark.parametrize("form", FORMS)
def test_another_text_is_not(form: str) -> None:
    """What is not there is not found."""
    data = FORMS[form](PADDED.format("Northquay Ferry"))
    assert find_traces(data, [make_needle(text) for text in TEXTS]) == []


def test_damage_is_no_error() -> None:
    """A stream that ends early is read as far as it goes; what only looks like one is passed over."""
    whole = gzip.compress(PADDED.format(TEXTS[0]).encode() * 50)
    assert find_traces(whole[:-8], [make_needle(TEXTS[0])])
    assert find_traces(b"\x1f\x8b\x08 x\x9c \x28\xb5\x2f\xfd nothing", [make_needle(TEXTS[0])]) == []
