# SPDX-License-Identifier: Apache-2.0
"""The index's folder: generations side by side for as long as a rebuild takes, and one lock.

- A generation's name holds the shape of our fields and the engine's format: another shape or format is another name, so an
  index of another release is never opened, but thrown away (an index is a cache).
- A generation counts once it has a position, which comes with its last commit: a rebuild that was cut short does not count.
- A file that fails the engine's own checksum makes its generation unreadable: a damaged index would lose hits in silence (N2).
- What does not count is deleted when the folder is opened, and the deletion is made durable before it is relied on (D4).
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import zlib
from pathlib import Path

import msgspec

from tearline.core.errors import UsageError
from tearline.node.views.search.engine import VERSION, Generation

SHAPE = 5
PREFIX = f"{SHAPE}-{re.sub('[^a-z0-9.]+', '-', VERSION.lower())}-"


class IndexFolder:
    """Holds the folder's lock from when it is made until it is closed."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._lock = (folder / "lock").open("wb")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._lock.close()
            raise UsageError(
                "index-in-use", "another process writes this search index", "Stop the other node first."
            ) from None

    def open_newest(self) -> Generation:
        """The newest generation that counts, or a fresh one; the only one in the folder afterwards."""
        for path in sorted(self._list(), reverse=True):
            generation = open_counted(path)
            if generation is not None:
                self.keep_only(path)
                return generation
        self.keep_only(None)
        return self.make_next()

    def make_next(self) -> Generation:
        """A fresh generation, newer than those that are there."""
        newest = max(self._list(), default=None)
        number = 0 if newest is None else int(newest.name.removeprefix(PREFIX))
        path = self._folder / f"{PREFIX}{number + 1:08}"
        path.mkdir()
        return Generation(path)

    def keep_only(self, kept: Path | None) -> None:
        """Deletes everything else, for good."""
        for path in self._folder.iterdir():
            if path.is_dir() and path != kept:
                shutil.rmtree(path)
        descriptor = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def close(self) -> None:
        self._lock.close()

    def _list(self) -> list[Path]:
        shape = re.compile(rf"{re.escape(PREFIX)}\d{{8}}\Z")
        return [path for path in self._folder.iterdir() if shape.match(path.name)]


class Footer(msgspec.Struct, frozen=True):
    """What the engine writes behind each file of a segment; its length and a magic number follow."""

    crc: int


def is_checked(file: Path) -> bool:
    """Whether the engine writes a footer behind this file: all but its lists and locks."""
    return file.is_file() and file.suffix not in {".json", ".lock"}


def is_intact(file: Path) -> bool:
    """Whether a file still is what the engine wrote."""
    raw = memoryview(file.read_bytes())
    size = int.from_bytes(raw[-8:-4], "little")
    try:
        footer = msgspec.json.decode(raw[-8 - size : -8], type=Footer)
    except msgspec.MsgspecError:
        return False
    return zlib.crc32(raw[: -8 - size]) == footer.crc


def open_counted(path: Path) -> Generation | None:
    """The generation in a folder if it can be read and counts."""
    try:
        if not all(is_intact(file) for file in path.iterdir() if is_checked(file)):
            return None
        generation = Generation(path)
    except (ValueError, OSError):
        return None
    if generation.position is None:
        generation.close()
        return None
    return generation
