# SPDX-License-Identifier: Apache-2.0
"""A2: a range of a log as a file that verifies by itself, and a range checked in place."""

import hashlib
from itertools import pairwise

import msgspec
import pytest

from tearline.core.canon import encode_canonical
from tearline.core.errors import TearlineError, UsageError
from tearline.core.instants import DAY
from tearline.core.log import cosign, make_cosignature_verifier, make_cosigner, make_verifier
from tearline.core.log import make_signer as make_note_signer
from tearline.node.journal import (
    AnchorLog,
    Draft,
    ExtractSource,
    SearchMade,
    TrailExported,
    check_range,
    encode_entry,
    join_extracts,
    make_extract,
    verify_extract,
)
from tearline.node.journal.memory import MemoryJournal
from tearline.node.trust import make_signer, sign_directory
from tests.simulation.network import SimEntropy, load_book, load_script, make_directory, make_keys

KEYS = {m["code"]: make_keys(m["code"]) for m in load_script()["members"]}
AUTHORITY = make_signer("authority/directory", hashlib.sha256(b"authority").digest())
WORDS = "Pyongyang road"


def make_log(name):
    key = KEYS["KOR"].anchor
    signer = make_note_signer(key.name, key.public, key.sign)
    return MemoryJournal(f"KOR/node-1/{name}", signer, entropy=SimEntropy())


def search(n):
    entry = SearchMade(at=n, dtg=n, actor="kor.analyst", post="KOR-DESK", pack="p", hits=n)
    return Draft(encode_entry(entry), (f"{WORDS} {n}".encode(),))


def exported(n):
    entry = TrailExported(
        at=n, dtg=n, actor="kor.a", post="", pack="p", log="journal", start=0, end=n, sha256="x"
    )
    return Draft(encode_entry(entry))


@pytest.fixture(scope="module")
def source():
    """An access log of 40 entries; anchored after 30 and 40; JPN and AUS cosigned the later anchor."""
    access, journal, anchors = make_log("access"), make_log("journal"), AnchorLog(make_log("anchor"))
    access.append([search(n) if n % 2 else exported(n) for n in range(30)])
    anchors.tick(journal.checkpoint(), access.checkpoint())
    access.append([search(n) for n in range(30, 40)])
    size = anchors.tick(journal.checkpoint(), access.checkpoint())
    for member in ("JPN", "AUS"):
        key = KEYS[member].witness
        line = cosign(anchors._text_at(size), make_cosigner(key.name, key.public, key.sign), time_s=9)
        anchors.cosigned(line, size=size, witness=make_cosignature_verifier(key.name, key.public))
    directory = make_directory(load_script(), KEYS, load_book())
    directory = msgspec.structs.replace(directory, expires_at=directory.issued_at + DAY)
    return ExtractSource(access, "access", anchors, sign_directory(directory, AUTHORITY), "KOR", "node-1")


@pytest.mark.parametrize(("start", "end"), [(0, 40), (0, 1), (39, 40), (7, 23), (16, 32), (31, 40)])
def test_a2_a_range_verifies_by_itself(source, start, end):
    """Whatever the range: entries, words, anchor and cosignatures hold, from the file's bytes alone."""
    report = verify_extract(make_extract(source, start, end), AUTHORITY.public)
    assert (report.start, report.end, report.entries, report.member) == (start, end, end - start, "KOR")
    assert report.opened == sum(n % 2 or n >= 30 for n in range(start, end))
    assert report.anchored
    assert report.cosigners == ("AUS/node-1/witness", "JPN/node-1/witness")


def test_a2_a_range_taken_in_parts_has_no_gap(source):
    """Whatever their order; a part that is missing, at whatever place, is named by its entries."""
    bounds = [0, 13, 14, 30, 40]
    parts = [
        verify_extract(make_extract(source, start, end), AUTHORITY.public) for start, end in pairwise(bounds)
    ]
    (joined,) = join_extracts([parts[2], parts[0], parts[3], parts[1]])
    assert (joined.origin, joined.start, joined.end) == ("KOR/node-1/access", 0, 40)
    for missing in (1, 2):
        with pytest.raises(TearlineError, match=f"entries {bounds[missing]} to {bounds[missing + 1]}"):
            join_extracts([p for n, p in enumerate(parts) if n != missing])
    elsewhere = msgspec.structs.replace(parts[2], log="journal")
    assert len(join_extracts([parts[0], elsewhere])) == 2


def test_a2_any_change_is_found(source):
    """A letter of an entry, an entry left out, exchanged or said twice, other words, another key: refused."""
    raw = make_extract(source, 5, 20)
    lines = raw.split(b"\n")
    changed = [
        raw.replace(b"kor.analyst", b"kor.analysx", 1),
        b"\n".join([*lines[:3], *lines[4:]]),
        b"\n".join([*lines[:2], lines[3], lines[2], *lines[4:]]),
        b"\n".join([*lines[:3], lines[2], *lines[3:]]),
        raw[:-40],
        raw.replace(b'"start":5', b'"start":6', 1),
        raw.replace(b'"anchor":{', b'"anchor":null,"x":{', 1),
        raw.replace(lines[-2], lines[-3], 1).replace(b'"index":0', b'"index":1', 1),
    ]
    for other in changed:
        assert other != raw
        with pytest.raises(TearlineError):
            verify_extract(other, AUTHORITY.public)
    with pytest.raises(TearlineError, match="not signed by the network's authority"):
        verify_extract(raw, make_signer("x", bytes(32)).public)


def test_without_an_anchor_it_says_so(source):
    """A log that was never anchored is proved against its own newest checkpoint, and nobody vouches for it."""
    alone = msgspec.structs.replace(source, anchors=None)
    report = verify_extract(make_extract(alone, 3, 9), AUTHORITY.public)
    assert not report.anchored
    assert report.cosigners == ()
    assert report.signed_size == 40


def test_no_range_beyond_the_log(source):
    """Refused in words."""
    for start, end in ((5, 5), (6, 5), (0, 41), (-1, 3)):
        with pytest.raises((UsageError, TearlineError)):
            make_extract(source, start, end)


def test_a2_a_range_is_checked_in_place():
    """Sound; with an entry or a payload altered underneath; and ended on the way."""
    log = make_log("journal")
    log.append([search(n) for n in range(1_500)])
    key = KEYS["KOR"].anchor
    keys = [make_verifier(key.name, key.public)]
    heard = []
    found = check_range(log, 10, 1_400, keys=keys, on_progress=lambda n: not heard.append(n))
    assert (found.code, found.entries, found.payloads, heard) == ("", 1_390, 1_390, [1_000, 1_390])
    assert check_range(log, 0, 1_500, keys=keys, on_progress=lambda _: False) is None
    log.disk.headers[700] = log.disk.headers[701]
    assert check_range(log, 0, 1_500, keys=keys, on_progress=lambda _: True).code
    assert not check_range(log, 701, 1_500, keys=keys, on_progress=lambda _: True).code


def test_a_purged_payload_is_no_fault():
    """What was purged is counted, and the entry still verifies."""
    log = make_log("journal")
    log.append([search(n) for n in range(5)])
    log.purge([(2, 0)])
    key = KEYS["KOR"].anchor
    found = check_range(log, 0, 5, keys=[make_verifier(key.name, key.public)], on_progress=lambda _: True)
    assert (found.code, found.purged, found.payloads) == ("", 1, 4)
    assert encode_canonical(found)
