# SPDX-License-Identifier: Apache-2.0
"""A policy pack as one file: the files of its zip, by name, and the judgement that a pack is taken or not.

Nothing is extracted by name (DESIGN 14): files are read into memory, each bounded by what was really unpacked, not by what
the archive says. One folder at most, plain names, no links, no encryption, no name twice: anything else refuses the whole.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Mapping
from typing import TYPE_CHECKING

from tearline.core.canon import digest
from tearline.core.errors import LimitError, MalformedError
from tearline.core.instants import Instant
from tearline.core.labels.book import PolicyBook, book_as_of
from tearline.core.labels.pack import load_pack
from tearline.core.labels.pack_cases import CaseResult, run_pack_cases

if TYPE_CHECKING:
    import zipfile

PACK_MAX_BYTES = 16 * 1024 * 1024
UNPACKED_MAX_BYTES = 64 * 1024 * 1024
PACK_FILES_MAX = 1024
FAILURES_SHOWN = 3
PACKED_AT = (1980, 1, 1, 0, 0, 0)  # the oldest date a zip can say: one pack is one file, whenever it was made
_NAME = re.compile(r"(?:([A-Za-z0-9][\w.-]{0,127})/)?([A-Za-z0-9][\w.-]{0,127})\Z", re.ASCII)
_KIND_MASK, _LINK, _PLAIN = 0o170000, 0o120000, (0, 0o100000)
_ENCRYPTED = 0x1
_METHODS = frozenset({0, 8})  # stored, deflated


def open_pack_zip(raw: bytes) -> dict[str, bytes]:
    """The files of a pack's zip by their own names; ``MalformedError`` or ``LimitError`` for anything that is no plain zip."""
    if len(raw) > PACK_MAX_BYTES:
        raise LimitError("too-large", f"a pack of {len(raw)} bytes; at most {PACK_MAX_BYTES} are read")
    if not raw.startswith(b"PK\x03\x04"):
        raise MalformedError("no-pack", "the file is no zip of a policy pack")
    import zipfile  # noqa: PLC0415  it takes as long to import as half of the library

    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            return _read_all(archive)
    except (
        zipfile.BadZipFile,
        zlib.error,
        NotImplementedError,
        RuntimeError,
        EOFError,
        ValueError,
        OSError,
    ) as error:
        raise MalformedError("no-pack", f"the file is no zip of a policy pack ({error})") from error


def _read_all(archive: zipfile.ZipFile) -> dict[str, bytes]:
    rows = [row for row in archive.infolist() if not row.filename.endswith("/")]
    if len(rows) > PACK_FILES_MAX:
        raise LimitError("too-large", f"{len(rows)} files; a pack has at most {PACK_FILES_MAX}")
    names = [_check_row(row) for row in rows]
    if len({folder for folder, _ in names}) > 1:
        raise MalformedError("bad-pack", "the zip has files of several folders")
    if len({name.casefold() for _, name in names}) != len(names):
        raise MalformedError("bad-pack", "the zip holds a file name twice")
    out: dict[str, bytes] = {}
    left = UNPACKED_MAX_BYTES
    for row, (_, name) in zip(rows, names, strict=True):
        with archive.open(row) as file:
            out[name] = file.read(left + 1)
        left -= len(out[name])
        if left < 0:
            raise LimitError("too-large", f"the zip unpacks to more than {UNPACKED_MAX_BYTES} bytes")
    return out


def _check_row(row: zipfile.ZipInfo) -> tuple[str, str]:
    match = _NAME.match(row.orig_filename)
    if match is None or row.orig_filename != row.filename:
        raise MalformedError("bad-pack", f"the zip holds a file with the name {row.orig_filename[:80]!r}")
    kind = row.external_attr >> 16 & _KIND_MASK
    if kind not in _PLAIN:
        what = "a link" if kind == _LINK else "no plain file"
        raise MalformedError("bad-pack", f"{row.filename} is {what}")
    if row.flag_bits & _ENCRYPTED or row.compress_type not in _METHODS:
        raise MalformedError("bad-pack", f"{row.filename} is encrypted, or packed in an unusual way")
    if row.file_size > UNPACKED_MAX_BYTES:
        raise LimitError("too-large", f"{row.filename} unpacks to {row.file_size} bytes")
    return match[1] or "", match[2]


def make_pack_zip(files: Mapping[str, bytes]) -> bytes:
    """The files of a pack as ``open_pack_zip`` reads them; ``LimitError`` where it would not."""
    import zipfile  # noqa: PLC0415  as above

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, raw in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name, PACKED_AT), raw, zipfile.ZIP_DEFLATED)
    made = out.getvalue()
    if open_pack_zip(made) != dict(files):
        raise MalformedError("bad-pack", "the pack holds names that its zip would not give back")
    return made


def digest_pack(files: Mapping[str, bytes]) -> str:
    """Names this version of a whole pack, every file of it, however it was packed."""
    parts = (part for name, raw in sorted(files.items()) for part in (name.encode(), raw))
    return digest("tearline/pack", *parts).hex()


def judge_pack(files: Mapping[str, bytes], at: Instant) -> tuple[PolicyBook, tuple[CaseResult, ...]]:
    """The book of a pack with its windows as of ``at``, and what came out of each of its test cases."""
    book = book_as_of(load_pack(files), at)
    return book, run_pack_cases(files, book)


def accept_pack(files: Mapping[str, bytes], at: Instant) -> PolicyBook:
    """The book of a pack whose test cases all come out, with its windows as of ``at``; else ``MalformedError`` says why not."""
    book, results = judge_pack(files, at)
    failed = [result for result in results if not result.passed]
    if failed:
        shown = "; ".join(f"{r.id}: expected {r.expected}, is {r.actual}" for r in failed[:FAILURES_SHOWN])
        advice = "Correct the pack, or its cases; nothing of it was taken."
        raise MalformedError("cases-failed", f"{len(failed)} test cases of the pack fail: {shown}", advice)
    return book
