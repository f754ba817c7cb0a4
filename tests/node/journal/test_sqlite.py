# SPDX-License-Identifier: Apache-2.0
"""What only the journal on SQLite has: files, settings, locks, readers, and the cost of a commit."""

import os
import shutil
import subprocess
import sys
import threading
from collections import deque

import apsw
import pytest

from tearline.core.errors import IntegrityError, UsageError
from tearline.core.log import make_signer
from tearline.node.journal import JournalCopyError, PurgeBlockedError, ReadInterruptedError, verify_journal
from tearline.node.journal.schema import SqliteSettings, open_reader, open_writer
from tests.faults.disk import Disk
from tests.faults.journals import KEY, ORIGIN, PUBLIC, VERIFIER, SqliteBench, make_body, make_draft

PATIENCE_S = 60


@pytest.fixture
def bench(tmp_path):
    return SqliteBench(tmp_path)


def test_d1_settings_are_in_force(bench):
    """Read back from the very connections that write and read."""
    journal = bench.open()
    with journal._readers.lend() as reader:
        for db in (journal._db, reader):
            assert [db.pragma(name) for name in ("cell_size_check", "trusted_schema", "mmap_size")] == [
                1,
                0,
                0,
            ]
        assert reader.pragma("query_only") == 1
        with pytest.raises(apsw.ReadOnlyError):
            reader.execute("DELETE FROM payload")
    names = ("journal_mode", "synchronous", "secure_delete", "fullfsync", "wal_autocheckpoint", "page_size")
    assert [journal._db.pragma(name) for name in names] == ["wal", 2, 1, 1, 0, 4096]
    journal.close()


def test_d1_settings_that_do_not_take_refuse_the_file(tmp_path):
    """SQLite goes on silently when a switch to WAL fails; we don't."""
    path = str(tmp_path / "x.db")
    blocker = apsw.Connection(path)
    blocker.execute("CREATE TABLE t(x); BEGIN EXCLUSIVE")
    with pytest.raises((IntegrityError, apsw.BusyError)):
        open_writer(path, SqliteSettings(busy_wait_s=0))
    blocker.close()
    with pytest.raises(IntegrityError, match="journal_mode"):
        open_writer(":memory:", SqliteSettings())


def test_foreign_files_are_refused(bench):
    """A database that isn't a journal, a newer format, changed tables: refused and left alone."""
    db = apsw.Connection(str(bench.path))
    db.execute("CREATE TABLE recipes(x)")
    db.close()
    with pytest.raises(IntegrityError, match="not a journal"):
        bench.open()
    bench.path.unlink()
    bench.open().close()
    for change in ("PRAGMA user_version=2", "PRAGMA user_version=1; DROP TRIGGER entry_no_delete"):
        db = apsw.Connection(str(bench.path))
        db.execute(change)
        db.close()
        with pytest.raises(IntegrityError):
            bench.open()
    bench.path.write_bytes(b"no database " * 1000)
    with pytest.raises(IntegrityError, match="damaged"):
        bench.open()


@pytest.mark.parametrize("statement", ["DELETE FROM entry", "UPDATE entry SET header = x'00'", "DELETE FROM checkpoint",
    "UPDATE checkpoint SET size = 9", "REPLACE INTO entry VALUES(0, x'00')"])  # fmt: skip
def test_a2_entries_and_checkpoints_are_append_only(bench, statement):
    """Not even our own connection can change them by mistake."""
    journal = bench.open()
    journal.append([make_draft(0)])
    with pytest.raises(apsw.ConstraintError):
        journal._db.execute(statement)
    journal.close()


def test_d1_one_writer_a_journal(bench):
    """A second process, or a second journal in this one, is refused in plain words; after a close it may."""
    journal = bench.open()
    with pytest.raises(UsageError, match="another process") as refusal:
        bench.open()
    assert str(os.getpid()) in str(refusal.value)
    code = "import sys, pathlib, tests.faults.journals as j; j.SqliteBench(pathlib.Path(sys.argv[1])).open()"
    done = subprocess.run(
        [sys.executable, "-c", code, bench.path.parent], capture_output=True, text=True, check=False
    )
    assert "journal-in-use" in done.stderr or "another process" in done.stderr
    journal.close()
    bench.open().close()


def test_d1_another_writer_is_waited_for_and_then_named(tmp_path):
    """A foreign write lock fails the append, in plain words, and does not stop the journal."""
    bench = SqliteBench(tmp_path, busy_wait_s=0.05)
    journal = bench.open()
    foreign = apsw.Connection(str(bench.path))
    foreign.execute("BEGIN IMMEDIATE")
    with pytest.raises(UsageError, match="another program"):
        journal.append([make_draft(0)])
    foreign.close()
    assert journal.append([make_draft(0)]) == 0
    journal.close()


def test_d1_a_fork_does_not_write(bench):
    """A child of fork shares lock and file handles, so it is refused."""
    journal = bench.open()
    journal._process -= 1  # what a child would find
    with pytest.raises(UsageError, match="fork"):
        journal.append([make_draft(0)])
    journal._process += 1
    journal.close()


def test_a2_raw_copies_and_old_backups_do_not_sign(bench, tmp_path):
    """A copy without its mark, or an older file put back, reads but signs nothing until it is accepted."""
    journal = bench.open()
    journal.append([make_draft(0)])
    journal.close()
    old = bench.path.read_bytes()
    journal = bench.open()
    journal.append([make_draft(1)])
    journal.close()
    (tmp_path / "elsewhere").mkdir()
    copy = SqliteBench(tmp_path / "elsewhere")
    shutil.copy(bench.path, copy.path)
    bench.path.write_bytes(old)
    for suspect, size in ((copy, 2), (bench, 1)):
        assert verify_journal(suspect.path, [VERIFIER]).has("alive-mismatch")
        for _ in range(2):
            journal = suspect.open()
            assert journal.suspicion
            assert len(journal.records(0, 10)) == journal.size() == size
            for act in (lambda j: j.append([make_draft(2)]), lambda j: j.checkpoint(), lambda j: j.purge([])):
                with pytest.raises(JournalCopyError):
                    act(journal)
            journal.close()
        journal = suspect.open(accept_copy=True)
        assert journal.append([make_draft(2)]) == size
        journal.close()
        journal = suspect.open()
        assert journal.suspicion == ""
        journal.close()


def test_a2_a_lost_file_is_not_a_new_journal(bench):
    """Where the alive mark says that there was a journal, an empty file does not start another history."""
    journal = bench.open()
    journal.append([make_draft(0)])
    journal.close()
    bench.path.unlink()
    journal = bench.open()
    with pytest.raises(JournalCopyError):
        journal.append([make_draft(0)])
    journal.close()


class Queue(deque):
    """The callers that wait for the writer; ``full`` once so many wait."""

    def __init__(self, size):
        super().__init__()
        self.size, self.full = size, threading.Event()

    def append(self, pending):
        super().append(pending)
        if len(self) == self.size:
            self.full.set()


def test_d1_concurrent_callers_share_commits(bench):
    """Whoever comes while one caller commits is committed together, under one signature; one caller alone gets one each."""
    signatures, signing, go_on = [], threading.Event(), threading.Event()

    def sign(message):
        signatures.append(message)
        signing.set()
        assert go_on.wait(PATIENCE_S)
        return KEY.sign(message)

    go_on.set()
    journal = bench.open(signer=make_signer(ORIGIN, PUBLIC, sign))
    signatures.clear()
    for number in range(5):
        journal.append([make_draft(number)])
    assert len(signatures) == 5
    signatures.clear()
    signing.clear()
    go_on.clear()
    journal._queue = Queue(7)
    threads = [
        threading.Thread(target=lambda n=n: journal.append([make_draft(n, make_body(n))])) for n in range(8)
    ]
    threads[0].start()
    assert signing.wait(PATIENCE_S)
    for thread in threads[1:]:
        thread.start()
    assert journal._queue.full.wait(PATIENCE_S)
    go_on.set()
    for thread in threads:
        thread.join()
    assert journal.size() == 13
    assert len(signatures) == 2
    journal.close()
    assert verify_journal(bench.path, [VERIFIER]).checkpoints == 1 + 5 + 2


def test_d1_a_lone_caller_waits_for_one_sync(tmp_path):
    """One append, one fsync, whatever it holds; write-backs of SQLite's log come apart."""
    disk = Disk()
    journal = SqliteBench(tmp_path, vfs=disk.name, exclusive=True).open()
    for size in (1, 10, 100):
        journal.append([make_draft(0)])
        disk.counts.clear()
        journal.append([make_draft(n, make_body(n)) for n in range(size)])
        assert disk.counts["sync"] == 1
    journal.close()


def test_sqlites_log_stays_bounded(tmp_path):
    """The log is written back at its limit and used anew from its beginning."""
    bench = SqliteBench(tmp_path, wal_pages=50)
    journal = bench.open()
    for number in range(200):
        journal.append([make_draft(number, make_body(number))])
    assert bench.path.with_name("journal.db-wal").stat().st_size < 80 * 4200
    journal.close()


@pytest.mark.slow
def test_d4_readers_give_way_to_a_purge(bench):
    """A reader with an open snapshot of the old bytes is ended; when purge returns, no file has them."""
    journal = bench.open()
    journal.append([make_draft(n, make_body(n)) for n in range(50)])
    journal.append([make_draft(50)])
    inside, done = threading.Event(), threading.Event()
    outcome = []

    def read():
        try:
            with journal._readers.lend() as db:
                db.execute("BEGIN")
                outcome.append(db.execute("SELECT body FROM payload WHERE id = 7 << 16").fetchall()[0][0])
                inside.set()
                done.wait(10)
                db.execute("SELECT body FROM payload").fetchall()
        except ReadInterruptedError:
            outcome.append("interrupted")

    thread = threading.Thread(target=read)
    thread.start()
    inside.wait(10)
    salt = journal.opening(7).salt
    journal.purge([(7, 0)])
    assert bench.contains(b"CANARY-7 ") == bench.contains(salt) == []
    done.set()
    thread.join()
    assert outcome == [make_body(7), "interrupted"]
    assert journal.payload(8) == make_body(8)
    journal.close()


def test_d4_a_busy_reader_is_interrupted(bench):
    """A statement that runs for ever ends when a purge comes."""
    journal = bench.open()
    journal.append([make_draft(n, make_body(n)) for n in range(10)])
    inside = threading.Event()
    outcome = []

    def read():
        try:
            with journal._readers.lend() as db:
                inside.set()
                db.execute(
                    "WITH RECURSIVE n(x) AS (VALUES(1) UNION ALL SELECT x + 1 FROM n) SELECT max(x) FROM n, entry"
                ).fetchall()
        except ReadInterruptedError as error:
            outcome.append(error.code)

    thread = threading.Thread(target=read)
    thread.start()
    inside.wait(10)
    journal.purge([(3, 0)])
    thread.join()
    assert outcome == ["read-interrupted"]
    assert bench.contains(b"CANARY-3 ") == []
    journal.close()


def test_d4_no_read_outlives_its_time(tmp_path):
    """A read ends by itself after ``read_max_s``, purge or not."""
    journal = SqliteBench(tmp_path, read_max_s=0.05).open()
    with pytest.raises(ReadInterruptedError), journal._readers.lend() as db:
        db.execute(
            "WITH RECURSIVE n(x) AS (VALUES(1) UNION ALL SELECT x + 1 FROM n) SELECT max(x) FROM n"
        ).fetchall()
    assert journal.records(0, 1) == []
    journal.close()


def test_d4_a_reader_of_another_program_blocks_the_purge(tmp_path):
    """Old bytes held by a foreign snapshot: the purge is not acknowledged, says why, and is finished later."""
    bench = SqliteBench(tmp_path, busy_wait_s=0.05)
    journal = bench.open()
    journal.append([make_draft(n, make_body(n)) for n in range(20)])
    foreign = open_reader(str(bench.path), SqliteSettings())
    foreign.execute("BEGIN")
    foreign.execute("SELECT count(*) FROM payload").fetchall()
    journal.append([make_draft(20)])
    with pytest.raises(PurgeBlockedError, match="another program"):
        journal.purge([(5, 0)])
    assert journal.append([make_draft(21)]) == 21
    foreign.close()
    journal.purge([(5, 0)])
    assert bench.contains(b"CANARY-5 ") == []
    assert journal.append([make_draft(22)]) == 22
    journal.close()


def test_d4_an_unfinished_purge_is_finished_at_the_next_start(tmp_path):
    """Blocked, then closed: the next start wipes before anything is served."""
    bench = SqliteBench(tmp_path, busy_wait_s=0.05)
    journal = bench.open()
    journal.append([make_draft(n, make_body(n)) for n in range(20)])
    foreign = open_reader(str(bench.path), SqliteSettings())
    foreign.execute("BEGIN")
    foreign.execute("SELECT count(*) FROM payload").fetchall()
    with pytest.raises(PurgeBlockedError):
        journal.purge([(5, 0)])
    journal.close()
    foreign.close()
    assert verify_journal(bench.path, [VERIFIER], is_purged=lambda *place: place == (5, 0)).has(
        "purge-unfinished"
    )
    journal = bench.open()
    assert bench.contains(b"CANARY-5 ") == []
    journal.close()
    assert verify_journal(bench.path, [VERIFIER], is_purged=lambda *place: place == (5, 0)).findings == ()


def test_d4_stale_copies_are_found_and_wiped(bench):
    """A copy of the payload in unused space of the file, as a moved cell leaves it, is seen, and the file written anew."""
    journal = bench.open()
    journal.append([make_draft(n, make_body(n)) for n in range(20)])
    journal.close()
    db = apsw.Connection(str(bench.path))
    db.execute("PRAGMA secure_delete = OFF")
    db.execute("INSERT INTO payload SELECT id + 100, salt, body FROM payload WHERE id = 5 << 16")
    db.execute("DELETE FROM payload WHERE id = (5 << 16) + 100")
    db.close()
    journal = bench.open()
    journal._db.execute("DELETE FROM purging")
    opening = journal.opening(5)
    assert bench.path.read_bytes().count(opening.salt + opening.body) == 2
    journal.purge([(5, 0)])
    assert bench.contains(opening.salt) == bench.contains(b"CANARY-5 ") == []
    journal.close()
    assert verify_journal(bench.path, [VERIFIER], is_purged=lambda *place: place == (5, 0)).findings == ()


def test_d4_long_payloads_leave_nothing(bench):
    """Bodies that spill over many pages are zeroed on all of them."""
    journal = bench.open()
    bodies = [b"".join(b"CANARY %d.%d " % (n, part) for part in range(9000)) for n in range(3)]
    journal.append([make_draft(n, body) for n, body in enumerate(bodies)])
    journal.purge([(1, 0)])
    files = b"".join(path.read_bytes() for path in bench.list_files())
    assert b"CANARY 1." not in files
    assert b"CANARY 0.8999 " in files
    journal.close()


def test_closed_journals_answer_nothing(bench):
    """After close every use is an error, and closing again is not."""
    journal = bench.open()
    journal.append([make_draft(0, b"x")])
    journal.close()
    journal.close()
    for act in (
        lambda: journal.append([make_draft(0)]),
        lambda: journal.records(0, 1),
        lambda: journal.payload(0),
    ):
        with pytest.raises((UsageError, IntegrityError)):
            act()
