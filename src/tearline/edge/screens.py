# SPDX-License-Identifier: Apache-2.0
"""The built screens: one page and the files it loads, as ``./run screens`` makes them and the wheel carries them.

Guarantees: only what stood in the folder when the node started is given out, by its plain name; a file is compressed once and
the answer is the same for everybody. The files hold no content, so compressing them tells nothing (headers has the reason why
answers of the API are never compressed).
"""

from __future__ import annotations

import functools
import gzip
from collections.abc import Mapping
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


class Screens(msgspec.Struct, frozen=True):
    """What was built; nothing at all where nothing was."""

    page: bytes = b""
    files: Mapping[str, Path] = {}

    def find(self, name: str) -> Asset | None:
        """A file by its name; None where there is none, or none any more. Waits for the disk at the first time."""
        path = self.files.get(name)
        if path is None:
            return None
        try:
            return _read(path)
        except FileNotFoundError:  # built anew under a running node
            return None


def load_screens(folder: Path = FOLDER) -> Screens:
    """The screens in a folder, or none."""
    page = folder / PAGE
    if not page.is_file():
        return Screens()
    files = {
        path.name: path for path in (folder / ASSETS).glob("*") if path.suffix in TYPES and path.is_file()
    }
    return Screens(page.read_bytes(), files)


@functools.cache
def _read(path: Path) -> Asset:
    plain = path.read_bytes()
    packed = None if path.suffix in _PACKED else gzip.compress(plain, 9, mtime=0)
    return Asset(TYPES[path.suffix], plain, packed if packed and len(packed) < len(plain) else None)
