# SPDX-License-Identifier: Apache-2.0
"""Backups of a node's folder: made beside the running node, taken back into an empty folder, and never served unasked.

- A backup is one file (tar) of what must not be lost: settings, trust, keys, the three logs, accounts. It opens everything that
  the node opens, so it is its owner's alone (0600) and belongs where the node's disk may be.
- The logs are copied newest last: the anchors and the access log never name more of the journal than stands in it.
- Every file is named in the manifest by its hash; nothing else is taken out of a backup, and nothing by a name that leads away.
- A backup that is ended or fails leaves nothing behind.
- A folder that was restored is marked, and a marked one is not served: see ``tearline.restore``.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

import apsw
import msgspec

from tearline.config import FILE_NAME, load_config
from tearline.core.errors import IntegrityError, MalformedError, UsageError
from tearline.core.instants import Instant, print_iso
from tearline.node.commands import Beginning
from tearline.node.journal import replace_file, sync_folder

MANIFEST = "manifest.json"
MARK = "restored.json"
DATABASES = ("access.db", "journal.db", "accounts.db")
ANCHORS = re.compile(r"anchors(?:-[1-9][0-9]{0,7})?\.db\Z", re.ASCII)
"""The anchor logs of every life; copied before the rest."""
SETTINGS = (
    *(FILE_NAME, "directory.json", "authority.pem", "authority.pub", "founding.json", "accounts.key"),
    *("keys", "tls", "witness"),
)
MANIFEST_MAX_BYTES = 1024 * 1024
PIECE_BYTES = 1024 * 1024
PAGES = 1_024  # copied between two looks at whether to go on: 4 MiB
DEPTH_MAX = 3
Tell = Callable[[int, int], bool]


class Kept(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file of a backup."""

    name: str
    size: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a backup says of itself; it comes first in the file."""

    member: str
    node: str
    made: Instant
    files: tuple[Kept, ...]
    form: int = 1


class BackupEndedError(Exception):
    """Whoever began the backup ended it."""


class Made(msgspec.Struct, frozen=True):
    """A backup on the disk."""

    name: str
    size: int
    sha256: str
    made: Instant


class _Meter:
    """Counts bytes for whoever watches; ``BackupEndedError`` where they want no more."""

    def __init__(self, total: int, tell: Tell) -> None:
        self._done, self._total, self._tell = 0, total, tell

    def add(self, size: int) -> None:
        self._done = min(self._total, self._done + size)
        if not self._tell(self._done, self._total):
            raise BackupEndedError


def make_backup(folder: Path, target: Path, now: Instant, tell: Tell = lambda _done, _total: True) -> Made:
    """Copy the node in ``folder`` into a new file in the folder ``target``.

    ``tell`` hears of bytes done and to do, and answers whether to go on; else ``BackupEndedError``.
    """
    config = load_config(folder)
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    stamp = print_iso(now).replace("-", "").replace(":", "")
    name = f"tearline-{config.member}-{stamp}.tar"
    if (target / name).exists():
        raise UsageError("exists", f"{name} exists already", "Wait a second, or choose another folder.")
    plain = list(_list_files(folder, [path for path in SETTINGS if (folder / path).exists()]))
    anchors = sorted(path.name for path in folder.glob("anchors*.db") if ANCHORS.match(path.name))
    databases = [*anchors, *(name for name in DATABASES if (folder / name).is_file())]
    meter = _Meter(_weigh(folder, plain, databases), tell)
    with tempfile.TemporaryDirectory(dir=target, prefix=".new-") as scratch:
        work = Path(scratch)
        for database in databases:
            _copy_database(folder / database, work / database, meter)
        files = [*plain, *((d, work / d) for d in databases)]
        manifest = Manifest(config.member, config.node, now, tuple(_describe(n, p) for n, p in files))
        packed = work / name
        _pack(packed, manifest, files, meter)
        packed.replace(target / name)
        sync_folder(target)
    return describe_backup(target / name)


def _weigh(folder: Path, plain: list[tuple[str, Path]], databases: list[str]) -> int:
    """Bytes to move: databases are copied, then packed."""
    sizes = [(folder / name).stat().st_size for name in databases]
    return 2 * sum(sizes) + sum(path.stat().st_size for _, path in plain)


def list_backups(target: Path) -> tuple[Made, ...]:
    """Backups in a folder, newest first; what is none is left out."""
    out = []
    for path in sorted(target.glob("tearline-*.tar"), reverse=True) if target.is_dir() else ():
        try:
            out.append(Made(path.name, path.stat().st_size, "", read_manifest(path).made))
        except MalformedError:
            continue
    return tuple(out)


def describe_backup(path: Path) -> Made:
    """A backup with its hash."""
    return Made(path.name, path.stat().st_size, _hash(path), read_manifest(path).made)


def read_manifest(path: Path) -> Manifest:
    """What a backup says of itself; ``MalformedError`` where it is none."""
    try:
        with tarfile.open(path, "r:") as tar:
            first = tar.next()
            file = tar.extractfile(first) if first is not None and first.name == MANIFEST else None
            if file is None:
                raise MalformedError("no-backup", f"{path.name} is no backup of a node")
            return msgspec.json.decode(file.read(MANIFEST_MAX_BYTES), type=Manifest)
    except (OSError, tarfile.TarError, msgspec.MsgspecError) as error:
        raise MalformedError("no-backup", f"{path.name} is no backup of a node") from error


def unpack_backup(path: Path, folder: Path) -> Manifest:
    """Take a backup back into an empty folder and mark it; ``IntegrityError`` where a file is not what was kept."""
    manifest = read_manifest(path)
    if folder.exists() and any(folder.iterdir()):
        raise UsageError("not-empty", f"{folder} is not empty", "Choose another folder, or remove it first.")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    wanted = {kept.name: kept for kept in manifest.files}
    replace_file(folder / MARK, msgspec.json.encode(Mark(manifest.member, manifest.made)))
    with tarfile.open(path, "r:") as tar:
        for entry in tar:
            kept = wanted.pop(entry.name, None)
            if entry.name == MANIFEST:
                continue
            if kept is None or not entry.isreg() or not _is_plain(entry.name):
                raise IntegrityError(
                    "odd-backup", f"{path.name} holds something that its manifest does not name"
                )
            _take(tar, entry, kept, folder)
    if wanted:
        raise IntegrityError("odd-backup", f"{path.name} lacks {', '.join(sorted(wanted))}")
    return manifest


class Mark(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Stands in a restored folder until somebody with authority accepts it. ``silent``: partners that did not answer.

    ``incarnation``: the life that it goes on in, where that is another one, and ``beginning`` who answers for it.
    """

    member: str
    made: Instant
    accepted: bool = False
    silent: tuple[str, ...] = ()
    incarnation: int = 1
    beginning: Beginning | None = None


def read_mark(folder: Path) -> Mark | None:
    """The mark of a restored folder; a damaged one still marks it."""
    path = folder / MARK
    if not path.exists():
        return None
    try:
        return msgspec.json.decode(path.read_bytes(), type=Mark)
    except msgspec.MsgspecError:
        return Mark("", Instant(0))


def mark_copy(folder: Path, member: str, now: Instant) -> None:
    """A folder that turned out to be a copy or an old backup: from now on as if it had been restored."""
    replace_file(folder / MARK, msgspec.json.encode(Mark(member, now)))


def remove_mark(folder: Path) -> None:
    """The node goes on, and has said so in its journal."""
    (folder / MARK).unlink(missing_ok=True)
    sync_folder(folder)


def _take(tar: tarfile.TarFile, entry: tarfile.TarInfo, kept: Kept, folder: Path) -> None:
    target = folder / kept.name
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    source = tar.extractfile(entry)
    digest = hashlib.sha256()
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        while source is not None and (piece := source.read(PIECE_BYTES)):
            digest.update(piece)
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    if digest.hexdigest() != kept.sha256:
        raise IntegrityError("damaged-backup", f"{kept.name} is not what was kept", "Use another backup.")


def _is_plain(name: str) -> bool:
    parts = name.split("/")
    known = name in DATABASES or ANCHORS.match(name) is not None or parts[0] in SETTINGS
    return known and len(parts) <= DEPTH_MAX and not any(part in {"", ".", ".."} for part in parts)


def _copy_database(source: Path, target: Path, meter: _Meter) -> None:
    """A whole copy as of one moment, whatever is being written meanwhile."""
    reading = apsw.Connection(str(source), flags=apsw.SQLITE_OPEN_READONLY)
    writing = apsw.Connection(str(target))
    try:
        reading.set_busy_timeout(5_000)
        # One read transaction over all steps: else each write in between would begin the copy anew.
        reading.execute("BEGIN; SELECT 1 FROM sqlite_schema")
        page_bytes = int(reading.pragma("page_size"))
        with writing.backup("main", reading, "main") as copying:
            while not copying.done:
                left = copying.remaining
                copying.step(PAGES)
                meter.add(page_bytes * (left - copying.remaining if left else PAGES))
        writing.pragma("journal_mode", "delete")
    finally:
        writing.close()
        reading.close()


def _list_files(folder: Path, names: list[str]) -> Iterator[tuple[str, Path]]:
    for name in names:
        path = folder / name
        files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
        yield from ((str(p.relative_to(folder)), p) for p in files)


def _describe(name: str, path: Path) -> Kept:
    return Kept(name, path.stat().st_size, _hash(path))


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _pack(path: Path, manifest: Manifest, files: list[tuple[str, Path]], meter: _Meter) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        with tarfile.open(fileobj=file, mode="w:", format=tarfile.PAX_FORMAT) as tar:
            raw = msgspec.json.encode(manifest)
            tar.addfile(_entry(MANIFEST, len(raw)), io.BytesIO(raw))
            for name, source in files:
                with source.open("rb") as opened:
                    tar.addfile(_entry(name, source.stat().st_size), _Metered(opened, meter))
        file.flush()
        os.fsync(file.fileno())


class _Metered(io.RawIOBase):
    """A file that tells how much of it was read."""

    def __init__(self, file: BinaryIO, meter: _Meter) -> None:
        self._file, self._meter = file, meter

    def read(self, size: int = -1, /) -> bytes:
        raw = self._file.read(size)
        self._meter.add(len(raw))
        return raw


def _entry(name: str, size: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, 0o600
    return entry
