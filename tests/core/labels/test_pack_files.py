# SPDX-License-Identifier: Apache-2.0
"""A pack as a zip, taken whole or not at all; its test cases; and that exercise and real never pass for each other."""

import io
import json
import struct
import zipfile
from pathlib import Path

import pytest

from tearline.core.errors import TearlineError
from tearline.core.instants import Instant
from tearline.core.labels import CaseResult, load_pack, run_pack_cases
from tearline.core.labels.pack_files import (
    PACK_FILES_MAX,
    PACK_MAX_BYTES,
    UNPACKED_MAX_BYTES,
    accept_pack,
    open_pack_zip,
)
from tests.core.labels.packs import write_pack
from tests.properties.worlds import read_pack

SHARED = Path(__file__).resolve().parents[4] / "shared/data/adversarial/archives"
AT = Instant(1_689_120_000_000_000)
LINK, DEVICE = 0o120777 << 16, 0o020666 << 16


def zip_of(files, **options):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, raw in files.items():
            row = zipfile.ZipInfo(name)
            row.compress_type = options.get("method", zipfile.ZIP_DEFLATED)
            row.external_attr = options.get("attributes", 0)
            archive.writestr(row, raw)
    return out.getvalue()


def test_a_zip_is_the_pack_it_holds():
    """With a folder and without one; what comes out loads to the same book as the folder."""
    files = read_pack()
    assert open_pack_zip(zip_of(files)) == files
    assert open_pack_zip(zip_of({f"pack-1.0/{name}": raw for name, raw in files.items()})) == files
    assert load_pack(open_pack_zip(zip_of(files))).digest() == load_pack(files).digest()


@pytest.mark.parametrize(
    "name",
    [
        *(
            "../pack.json",
            "a/../pack.json",
            "/pack.json",
            "..",
            "a/b/pack.json",
            "a\\pack.json",
            "..\\pack.json",
        ),
        *(
            "C:pack.json",
            ".hidden",
            "pack.json\0.png",
            "p\u0430ck.json",
            " pack.json",
            "pack.json ",
            "a//b",
            "-rf",
        ),
    ],
)
def test_n5_a_name_that_is_no_plain_name_refuses_the_whole(name):
    """Traversal, absolute names, back-slashes, drives, hidden files, look-alikes."""
    raw = zip_of({"pack.json": b"{}", "placeholder-of-the-name": b"x"})
    if "\0" in name:
        raw = raw.replace(b"placeholder-of-the-name", b"pack.json\0.placeholder!")
    else:
        raw = zip_of({"pack.json": b"{}", name: b"x"})
    with pytest.raises(TearlineError) as caught:
        open_pack_zip(raw)
    assert caught.value.code == "bad-pack"


@pytest.mark.parametrize("attributes", [LINK, DEVICE])
def test_n5_links_and_devices_are_refused(attributes):
    with pytest.raises(TearlineError, match=r"pack\.json is"):
        open_pack_zip(zip_of({"pack.json": b"/etc/passwd"}, attributes=attributes))


def test_n5_bombs_are_refused_by_what_they_unpack_to():
    """A header that lies about the size changes nothing."""
    bomb = zip_of({"pack.json": b"0" * (UNPACKED_MAX_BYTES + 1)})
    assert len(bomb) < PACK_MAX_BYTES
    size = struct.pack("<L", UNPACKED_MAX_BYTES + 1)
    for raw in (bomb, bomb.replace(size, struct.pack("<L", 5))):
        with pytest.raises(TearlineError):
            open_pack_zip(raw)
    halves = zip_of({f"{n}.csv": b"0" * (UNPACKED_MAX_BYTES // 2) for n in range(3)})
    with pytest.raises(TearlineError, match="unpacks to more"):
        open_pack_zip(halves)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "no-pack"),
        (b"PK\x03\x04", "no-pack"),
        (b"#!/bin/sh\n" + zip_of({"pack.json": b"{}"}), "no-pack"),
        (zip_of({"pack.json": b"{}"})[:-30], "no-pack"),
        (b"PK\x03\x04" + b"0" * PACK_MAX_BYTES, "too-large"),
        (zip_of({f"{n}.csv": b"" for n in range(PACK_FILES_MAX + 1)}), "too-large"),
        (zip_of({"a/pack.json": b"", "b/x.csv": b""}), "bad-pack"),
        (zip_of({"pack.json": b"", "PACK.JSON": b""}), "bad-pack"),
        (zip_of({"pack.json": b""}, method=zipfile.ZIP_BZIP2), "bad-pack"),
    ],
)
def test_n5_what_is_no_plain_zip_is_refused(raw, code):
    """Cut off, prefixed, too many files, two folders, names that differ in case alone, unusual packing."""
    with pytest.raises(TearlineError) as caught:
        open_pack_zip(raw)
    assert caught.value.code == code


@pytest.mark.skipif(
    not SHARED.is_dir(), reason="hostile archives lie beside the checkout, in ../shared/data, not here"
)
@pytest.mark.parametrize(
    "path", sorted(SHARED.glob("*.zip")) if SHARED.is_dir() else [], ids=lambda p: p.name
)
def test_n5_hostile_archives_hold_no_pack(path):
    """Whatever is wrong with it, nothing of it becomes a book, and nothing is written."""
    with pytest.raises(TearlineError):
        load_pack(open_pack_zip(path.read_bytes()))


def test_an_exercise_pack_marks_exercise_and_no_other_does():
    """In each place and language, each level; and the other way round (DESIGN 7)."""
    files = dict(read_pack())
    spif = files["aus.spif.xml"]
    for old, new in ((b"EXERCISE AUS SECRET", b"AUS SECRET"), (b"EXERCISE", b"EXERC1SE")):
        if old in spif:
            with pytest.raises(TearlineError) as caught:
                load_pack({**files, "aus.spif.xml": spif.replace(old, new)})
            assert caught.value.code == "bad-pack"
    manifest = json.loads(files["pack.json"])
    real = {**files, "pack.json": json.dumps({**manifest, "kind": "real"}).encode()}
    with pytest.raises(TearlineError, match="in a pack of the kind real"):
        load_pack(real)
    assert load_pack(write_pack()).kind == "real"


def test_a_pack_is_accepted_when_its_cases_come_out():
    """One that fails refuses the pack, and is named; a table that isn't one is refused."""
    files = dict(read_pack())
    assert accept_pack(files, AT).digest() == load_pack(files).digest()
    cases = json.loads(files["cases.json"])
    wrong = [{**cases[0], "expect": "EXERCISE NOTHING"}, *cases[1:]]
    with pytest.raises(TearlineError, match=f"{cases[0]['id']}: expected EXERCISE NOTHING") as caught:
        accept_pack({**files, "cases.json": json.dumps(wrong).encode()}, AT)
    assert caught.value.code == "cases-failed"
    for broken in (b"", b"[]", b"{}", b"[1]", b'[{"label": {}}]', b'[{"id": "a"}]'):
        with pytest.raises(TearlineError) as caught:
            accept_pack({**files, "cases.json": broken}, AT)
        assert caught.value.code == "bad-case"
    with pytest.raises(TearlineError) as caught:
        accept_pack({n: raw for n, raw in files.items() if n != "cases.json"}, AT)
    assert caught.value.code == "no-cases"


def test_a_case_asks_for_validity_mark_and_decision():
    """Each expectation is a result of its own; one that can't be asked says so."""
    files = dict(write_pack())
    label = {"policy": "HOME", "classification": "OPEN", "categories": {"RT": ["AAA"]}}
    held = {"policy": "HOME", "classifications": ["OPEN"], "categories": {"RT": ["AAA"]}}
    twice = {**label, "categories": {"RT": ["AAA", "AAA"]}}
    cases = [
        {"id": "1", "label": label, "valid": True, "permitted": True, "clearance": held},
        {"id": "2", "label": twice, "valid": True},
        {"id": "3", "label": {**label, "policy": "OTHER"}, "mark": ""},
    ]
    found = run_pack_cases({**files, "cases.json": json.dumps(cases).encode()}, load_pack(files))
    assert [(r.id, r.what, r.passed) for r in found] == [
        ("1", "valid", True),
        ("1", "permitted", True),
        ("2", "valid", False),
        ("3", "mark", True),
    ]
    assert found[2] == CaseResult("2", "valid", expected=True, actual=False)
