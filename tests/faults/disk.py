# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: N802 (SQLite's own names)
"""A disk that remembers, fails, and forgets: a SQLite VFS in Python.

``Disk`` records what SQLite asks of its files (write, sync, truncate, delete), fails at a chosen operation, and afterwards
makes *crash images*: what the files could be if power went at a given moment. Whatever was synced is there; each operation
since is lost, kept, or torn at 512-byte sectors. Files that SQLite does not write itself (the alive mark: written, synced,
renamed) are recorded as they stand at each operation.

SQLite's Python VFS has no shared memory, so databases on it are opened with ``exclusive=True``.
"""

import itertools
import random
from pathlib import Path

import apsw

SECTOR = 512
_numbers = itertools.count()


class Disk(apsw.VFS):
    """Register one a test; ``name`` goes into the settings. ``beside`` are the other files to be recorded."""

    def __init__(self, *beside: Path):
        self.name = f"tearline-test-disk-{next(_numbers)}"
        super().__init__(self.name, "")
        self.events = []
        self.beside = dict.fromkeys(beside, b"")
        self.faults = {}
        self.counts = {}

    def fail(self, kind, number, error):
        """Raise ``error`` at the ``number``-th operation of this kind from now on, and at every one after it."""
        self.faults[kind] = (self.counts.get(kind, 0) + number, error)

    def note(self, kind, name, *details):
        """Count and record an operation, or fail it."""
        for path, known in self.beside.items():
            content = path.read_bytes() if path.exists() else b""
            if content != known:
                self.beside[path] = content
                self.events.append(("replace", path.name, content))
        self.counts[kind] = self.counts.get(kind, 0) + 1
        number, error = self.faults.get(kind, (0, None))
        if error is not None and self.counts[kind] >= number:
            raise error("made by the test")
        self.events.append((kind, name, *details))

    def mark(self, **facts):
        """Record what the test knows at this moment."""
        self.events.append(("mark", "", facts))

    def xOpen(self, name, flags):
        return _File(name, flags, self)

    def xDelete(self, name, sync):
        self.note("delete", Path(name).name, sync)
        super().xDelete(name, sync)


class _File(apsw.VFSFile):
    def __init__(self, name, flags, disk):
        super().__init__("", name, flags)
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        self.name, self.disk = Path(path or "temporary").name, disk

    def xWrite(self, data, offset):
        self.disk.note("write", self.name, offset, bytes(data))
        super().xWrite(data, offset)

    def xTruncate(self, size):
        self.disk.note("truncate", self.name, size)
        super().xTruncate(size)

    def xSync(self, flags):
        self.disk.note("sync", self.name)
        super().xSync(flags)


class Images:
    """Walks over recorded events; at any moment ``draw`` gives one possible content of the files after a power cut."""

    def __init__(self, events):
        self._events = events
        self._at = 0
        self._durable = {}
        self._pending = {}
        self.facts = {}

    def walk_to(self, moment):
        """Go on to just before the event ``moment``."""
        while self._at < moment:
            self._take(self._events[self._at])
            self._at += 1

    def draw(self, rng, mode):
        """``mode``: "kept" is a killed process, "lost" the worst power cut, "mixed" anything between."""
        files = {}
        for name in {*self._durable, *self._pending}:
            content = bytearray(self._durable.get(name, b"") or b"")
            exists = self._durable.get(name) is not None
            for operation in self._pending.get(name, ()):
                fate = mode if mode != "mixed" else rng.choices(("lost", "torn", "kept"), (40, 15, 45))[0]
                if fate != "lost":
                    exists = _apply(content, operation, rng if fate == "torn" else None)
            if exists:
                files[name] = bytes(content)
        return files

    def _take(self, event):
        kind, name, *details = event
        if kind == "mark":
            self.facts.update(details[0])
        elif kind == "replace":
            self._durable[name] = details[0]
        elif kind == "sync":
            content = bytearray(self._durable.get(name) or b"")
            exists = self._durable.get(name) is not None or not self._pending.get(name)
            for operation in self._pending.pop(name, ()):
                exists = _apply(content, operation, None)
            self._durable[name] = bytes(content) if exists else None
        else:
            self._pending.setdefault(name, []).append((kind, *details))


def _apply(content, operation, rng):
    """Do one operation, or some sectors of it; whether the file exists then."""
    kind, *details = operation
    if kind == "delete":
        content.clear()
        return False
    if kind == "truncate":
        del content[details[0] :]
        content.extend(bytes(details[0] - len(content)))
        return True
    offset, data = details
    content.extend(bytes(max(0, offset + len(data) - len(content))))
    for start in range(0, len(data), SECTOR):
        if rng is None or rng.random() < 0.5:
            content[offset + start : offset + start + SECTOR] = data[start : start + SECTOR]
    return True


def write_image(folder: Path, files):
    for path in folder.iterdir():
        path.unlink()
    for name, content in files.items():
        (folder / name).write_bytes(content)


def make_rng(*parts):
    return random.Random("/".join(map(str, parts)))
