# SPDX-License-Identifier: Apache-2.0
"""The built screens: one page and the files it loads, as ``./run screens`` makes them and the wheel carries them.

Guarantees: only what stands in the folder is given out, by its plain name, also after the screens were built anew under a
running node; a file is compressed once and the answer is the same for everybody. The files hold no content, so compressing
them tells nothing (headers has the reason why answers of the API are never compressed).
"""

from __future__ import annotations

import contextlib
import functools
import gzip
from pathlib import Path

import msgspec

FOLDER = Path(__file__).parent / "screens"
PAGE, ASSETS = "index.html", "assets"
TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
    ".mp3": "audio/mpeg",
    ".wav": "audio/wav",
}
"""Other kinds of files are not given out."""

_PACKED = {".png", ".woff", ".woff2", ".mp3"}


class Asset(msgspec.Struct, frozen=True):
    """A file of the screens; ``packed`` is its gzip form, where that is worth it."""

    media_type: str
    plain: bytes
    packed: bytes | None


class Screens:
    """What is built in a folder; nothing at all where nothing is. Each call waits for the disk."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._page = b""
        self.read_page()

    def read_page(self) -> bytes:
        """The page; while another is being built, the one before it."""
        if self._folder is not None:
            with contextlib.suppress(FileNotFoundError):
                self._page = (self._folder / PAGE).read_bytes()
        return self._page

    def find(self, name: str) -> Asset | None:
        """A file by its name; None where there is none, or none any more (the page loads itself anew then)."""
        if self._folder is None:
            return None
        try:
            for path in (self._folder / ASSETS).iterdir():
                if path.name == name and path.suffix in TYPES and path.is_file():
                    return _read(path)
        except FileNotFoundError:  # just now built anew
            pass
        return None


def load_screens(folder: Path = FOLDER) -> Screens:
    """The screens in a folder, or none."""
    return Screens(folder)


@functools.lru_cache(maxsize=1024)  # names change with what is in them
def _read(path: Path) -> Asset:
    plain = path.read_bytes()
    packed = None if path.suffix in _PACKED else gzip.compress(plain, 9, mtime=0)
    return Asset(TYPES[path.suffix], plain, packed if packed and len(packed) < len(plain) else None)
