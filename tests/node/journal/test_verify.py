# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: S608 (the statements of somebody who tampers, made from the constants below)
"""A2: whatever is done to a journal's rows or its file, ``verify_journal`` finds it and says so in words."""

import random
import shutil
from contextlib import suppress

import apsw
import pytest

from tearline.core.log import (
    cosign,
    make_cosignature_verifier,
    make_cosigner,
    make_signer,
    make_verifier,
    parse_checkpoint,
    parse_note,
)
from tearline.node.journal import Anchored, AnchorLog, Cosigned, Severity, verify_anchors, verify_journal
from tearline.node.journal.sqlite import SqliteJournal
from tests.faults.journals import KEY, PUBLIC, VERIFIER, CountingEntropy, SqliteBench, make_body, make_draft

WITNESS = make_cosigner("JPN/n1/witness", PUBLIC, KEY.sign)
WITNESS_VERIFIER = make_cosignature_verifier("JPN/n1/witness", PUBLIC)
ANCHORS = "KOR/n1/anchor"
PURGED = {(5, 0), (270, 1)}


def is_purged(*place):
    return place in PURGED


def verify(path, **options):
    return verify_journal(
        path, [VERIFIER], **{"is_purged": is_purged, "witnesses": [WITNESS_VERIFIER], **options}
    )


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    """A closed journal with full blocks, several commits, purges and a cosignature."""
    bench = SqliteBench(tmp_path_factory.mktemp("original"))
    journal = bench.open()
    for start in range(0, 300, 30):
        journal.append(
            [make_draft(n, make_body(n, 100), make_body(1000 + n, 100)) for n in range(start, start + 30)]
        )
    journal.purge(sorted(PURGED))
    line = cosign(parse_note(journal.checkpoint()).text, WITNESS, time_s=1)
    journal.store_cosignature(Cosigned(300, "JPN/n1/witness", line))
    journal.close()
    return bench.path


@pytest.fixture
def path(original, tmp_path):
    for file in original.parent.iterdir():
        shutil.copy(file, tmp_path / file.name)
    return tmp_path / original.name


def run(path, *statements):
    """What somebody with the file and any SQLite can do: the triggers don't stop them."""
    db = apsw.Connection(str(path))
    schema = db.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
    for name, _ in schema:
        db.execute(f"DROP TRIGGER {name}")
    for statement in statements:
        db.execute(*statement) if isinstance(statement, tuple) else db.execute(statement)
    for _, sql in schema:
        with suppress(apsw.SQLError):  # its table was dropped
            db.execute(sql)
    db.close()


def list_codes(report):
    return {finding.code for finding in report.findings}


def test_a2_a_sound_journal_is_sound(path):
    """Nothing is found, and everything was looked at."""
    report = verify(path)
    assert report.findings == ()
    assert report.sound
    counts = (report.entries, report.payloads, report.purged, report.checkpoints, report.cosignatures)
    assert counts == (300, 598, 2, 11, 1)


def test_a2_a_running_journal_can_be_verified(tmp_path):
    """Verification reads beside a node that writes."""
    bench = SqliteBench(tmp_path)
    journal = bench.open()
    journal.append([make_draft(n, make_body(n)) for n in range(10)])
    report = verify(bench.path, is_purged=lambda *_place: False)
    assert report.findings == ()
    assert report.entries == 10
    journal.close()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("table", "key", "column"),
    [
        ("entry", "position", "header"),
        ("payload", "id", "salt"),
        ("payload", "id", "body"),
        ("checkpoint", "size", "note"),
        ("block", "number", "root"),
        ("cosignature", "size", "line"),
        ("cosignature", "size", "name"),
    ],
)
def test_a2_any_flipped_byte_of_a_row_is_found(path, table, key, column):
    """One byte of one value, anywhere: an error, or a warning where a cosigner's key got unknown by it."""
    db = apsw.Connection(str(path))
    rows = db.execute(f"SELECT {key}, CAST({column} AS BLOB), typeof({column}) FROM {table}").fetchall()
    db.close()
    rng = random.Random(f"{table}.{column}")
    for number, value, kind in rng.sample(rows, min(4, len(rows))):
        places = range(len(value)) if len(value) < 40 else rng.sample(range(len(value)), 12)
        for at in places:
            broken = bytearray(value)
            broken[at] ^= 1 << rng.randrange(7)
            update = f"UPDATE {table} SET {column} = CAST(? AS {kind}) WHERE {key} = ?"
            run(path, (update, (bytes(broken), number)))
            report = verify(path)
            assert report.findings, (number, at)
            assert table == "cosignature" or not report.sound
            run(path, (update, (value, number)))
    assert verify(path).findings == ()


@pytest.mark.parametrize(
    ("code", "statements"),
    [
        ("entry-missing", ["DELETE FROM entry WHERE position = 7"]),
        ("root-mismatch", ["UPDATE entry SET header = (SELECT header FROM entry WHERE position = 8) WHERE position = 7"]),
        ("entries-cut", ["DELETE FROM entry WHERE position >= 290"]),
        ("entries-unsigned", ["DELETE FROM checkpoint WHERE size = 300"]),
        ("entries-unsigned", ["INSERT INTO entry SELECT 300, header FROM entry WHERE position = 2"]),
        ("checkpoint-place", ["UPDATE checkpoint SET size = 299 WHERE size = 300"]),
        ("checkpoint-place", ["UPDATE checkpoint SET size = -5 WHERE size = 300"]),
        ("payload-missing", ["DELETE FROM payload WHERE id = 9 << 16"]),
        ("payload-not-purged", []),
        ("payload-unclaimed", ["INSERT INTO payload SELECT id + 9, salt, body FROM payload WHERE id = 9 << 16"]),
        ("payload-unclaimed", ["INSERT INTO payload SELECT 900 << 16, salt, body FROM payload WHERE id = 9 << 16"]),
        ("payload-altered", ["UPDATE payload SET body = (SELECT body FROM payload WHERE id = 9 << 16) WHERE id = 8 << 16"]),
        ("block-root", ["DELETE FROM block"]),
        ("block-root", ["INSERT INTO block SELECT 5, root FROM block"]),
        ("entry-misplaced", ["INSERT INTO entry SELECT -1, header FROM entry WHERE position = 2"]),
        ("entry-missing", ["UPDATE entry SET position = 1 << 61 WHERE position = 299"]),
        ("schema-changed", ["DROP TABLE block"]),
        ("schema-changed", ["CREATE TABLE more(x)"]),
        ("schema-changed", ["PRAGMA user_version = 9"]),
        ("history-cut", ["UPDATE cosignature SET size = 400"]),
        ("cosignature-wrong", ["UPDATE cosignature SET size = 299"]),
        ("alive-mismatch", ["UPDATE mark SET value = '9-00' WHERE name = 'alive'"]),
        ("purge-unfinished", ["INSERT INTO purging VALUES(1)"]),
    ],
)  # fmt: skip
def test_a2_each_kind_of_tampering_has_its_finding(path, code, statements):
    """What was done is named by a stable code, explained, and comes with advice."""
    run(path, *statements)
    report = verify(
        path, is_purged=lambda *place: is_purged(*place) or (code == "payload-not-purged" and place == (3, 0))
    )
    assert report.has(code), report
    for finding in report.findings:
        assert finding.explanation.endswith(".")
        assert finding.advice.endswith(("?", "."))


def test_a2_cut_and_resigned_history_is_found_through_the_anchors(path):
    """Whoever owns the journal's key can cut its end consistently; what others hold still shows it."""
    anchors = SqliteJournal(
        path.parent / "anchor.db",
        ANCHORS,
        signer=make_signer(ANCHORS, PUBLIC, KEY.sign),
        entropy=CountingEntropy(),
    )
    log = AnchorLog(anchors)
    db = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    notes = [row[0] for row in db.execute("SELECT note FROM checkpoint ORDER BY size")]
    db.close()
    for note in notes:
        log.tick(note, note)
    log.close()
    report, known = verify_anchors(path.parent / "anchor.db", [make_verifier(ANCHORS, PUBLIC)])
    assert report.findings == ()
    assert [checkpoint.size for checkpoint in known] == list(range(0, 301, 30))
    assert verify(path, known=known).findings == ()
    run(
        path,
        "DELETE FROM entry WHERE position >= 270",
        "DELETE FROM checkpoint WHERE size > 270",
        "DELETE FROM payload WHERE id >= 270 << 16",
        "DELETE FROM cosignature",
    )
    assert verify(path).sound
    assert list_codes(verify(path, known=known)) == {"history-cut"}


def test_a2_rewritten_and_resigned_history_is_found_through_a_partner(tmp_path, path):
    """A journal made anew with another entry, all signed properly, contradicts what a partner holds."""
    bench = SqliteBench(tmp_path / "forged")
    bench.path.parent.mkdir()
    journal = bench.open()
    journal.append([make_draft(n + (n == 100)) for n in range(300)])
    held = parse_checkpoint(parse_note(bench_checkpoint(path)).text)
    journal.close()
    assert verify(bench.path).sound
    assert list_codes(verify(bench.path, known=[held])) == {"history-rewritten"}
    assert verify(path, known=[held]).sound


def bench_checkpoint(path):
    db = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    note = db.execute("SELECT note FROM checkpoint ORDER BY size DESC LIMIT 1").fetchall()[0][0]
    db.close()
    return note


@pytest.mark.parametrize("column", ["salt", "body", "header", "note"])
def test_a2_a_tampered_anchor_is_found(tmp_path, column):
    """Anchors' leaves are recomputed from their salts and checkpoints; ones that go back are named."""
    path = tmp_path / "anchor.db"
    signer = make_signer(ANCHORS, PUBLIC, KEY.sign)
    log = AnchorLog(SqliteJournal(path, ANCHORS, signer=signer, entropy=CountingEntropy()))
    bench = SqliteBench(tmp_path)
    journal = bench.open()
    for number in range(5):
        journal.append([make_draft(number)])
        log.tick(journal.checkpoint(), journal.checkpoint())
    log.close()
    journal.close()
    table = {"salt": "payload", "body": "payload", "header": "entry", "note": "checkpoint"}[column]
    kind = "TEXT" if column == "note" else "BLOB"
    report, _ = verify_anchors(path, [make_verifier(ANCHORS, PUBLIC)])
    assert report.findings == ()
    last = f"rowid = (SELECT max(rowid) FROM {table})"
    run(
        path,
        f"UPDATE {table} SET {column} = CAST(substr({column}, 1, 7) || 'x' || substr({column}, 9) AS {kind}) WHERE {last}",
    )
    report, _ = verify_anchors(path, [make_verifier(ANCHORS, PUBLIC)])
    assert not report.sound


def test_a2_anchors_that_go_back_are_named(tmp_path):
    """An anchor log that vouches for a shorter journal than before says that it was put back."""
    path = tmp_path / "anchor.db"
    log = AnchorLog(
        SqliteJournal(path, ANCHORS, signer=make_signer(ANCHORS, PUBLIC, KEY.sign), entropy=CountingEntropy())
    )
    journal = SqliteBench(tmp_path).open()
    empty = journal.checkpoint()
    journal.append([make_draft(0)])
    log.tick(journal.checkpoint(), empty)
    log.tick(empty, empty)
    log._log.append([make_draft(0, b"not an anchor")])
    assert log.anchored(1) == Anchored(access=empty, journal=empty)
    log.close()
    journal.close()
    report, _ = verify_anchors(path, [make_verifier(ANCHORS, PUBLIC)])
    assert [finding.code for finding in report.findings] == ["anchor-order", "anchor-malformed"]


@pytest.mark.slow
def test_a2_bit_rot_anywhere_in_the_file_is_found_or_harmless(original, tmp_path):
    """Random bytes flipped in the file itself: never an exception; never a record or payload that differs unnoticed."""
    raw = original.read_bytes()
    rng = random.Random(7)
    path = tmp_path / original.name
    shutil.copy(original.with_name(original.name + ".alive"), path.with_name(path.name + ".alive"))
    expected = dump(original)
    unnoticed = 0
    for _ in range(150):
        broken = bytearray(raw)
        for _ in range(rng.choice((1, 1, 4))):
            broken[rng.randrange(len(raw))] ^= 1 << rng.randrange(8)
        path.write_bytes(broken)
        report = verify(path)
        if report.sound:
            unnoticed += 1
            assert dump(path) == expected
    assert unnoticed < 75  # unused space in pages


def dump(path):
    db = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    tables = ("entry", "payload", "checkpoint", "block")
    content = [db.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall() for table in tables]
    db.close()
    return content


@pytest.mark.parametrize(
    "content", [None, b"", b"not a database at all" * 300, b"SQLite format 3\0" + bytes(4080)]
)
def test_a2_files_that_are_no_journal_are_findings(tmp_path, content):
    """A missing, empty or foreign file is reported, not raised."""
    path = tmp_path / "journal.db"
    if content is not None:
        path.write_bytes(content)
    report = verify(path)
    assert not report.sound
    assert all(finding.severity in Severity for finding in report.findings)


def test_a2_truncated_files_are_findings(original, tmp_path):
    """A file cut at any page is reported."""
    raw = original.read_bytes()
    path = tmp_path / original.name
    for end in range(0, len(raw), 16 * 4096):
        path.write_bytes(raw[:end])
        assert not verify(path).sound
