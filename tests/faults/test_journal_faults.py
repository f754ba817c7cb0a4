# SPDX-License-Identifier: Apache-2.0
"""D1 and D4 through failing disks and killed processes (assurance C3.3 to C3.6, C3.14)."""

import os
import subprocess
import sys
from pathlib import Path

import apsw
import pytest

from tearline.core.errors import IntegrityError, TearlineError
from tearline.node.journal import JournalStoppedError, verify_journal
from tests.faults.disk import Disk, Images, make_rng, write_image
from tests.faults.journals import VERIFIER, SqliteBench, make_body, make_draft

ROOT = Path(__file__).resolve().parents[2]
LONG = os.environ.get("TEARLINE_LONG") == "1"


@pytest.fixture(autouse=True)
def no_echo(monkeypatch):
    """SQLite ignores some errors (in a rollback, say); apsw then mentions ours as unraisable, which is no fault."""
    monkeypatch.setattr(sys, "unraisablehook", lambda _unraisable: None)


def run_until_it_stops(journal, batches=12):
    """How many entries were acknowledged before the disk failed, and whether it did."""
    acked = 0
    for number in range(batches):
        try:
            acked = journal.append([make_draft(number, make_body(number, 1500))] * 2) + 2
            if number == 6:
                journal.purge([(2, 0)])
        except JournalStoppedError as error:
            check_words(error)
            return acked, True
    return acked, False


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "error"), [("write", apsw.FullError), ("sync", apsw.IOError), ("write", apsw.IOError)]
)
def test_d1_a_failing_disk_stops_the_journal_and_loses_nothing(memory_folder, kind, error):
    """The n-th write or sync fails, for every n: nothing after it is acknowledged, all before it is there on reopening."""
    number, stopped = 1, True
    while stopped:
        folder = memory_folder / f"{kind}-{number}"
        folder.mkdir()
        disk = Disk(folder / "journal.db.alive")
        bench = SqliteBench(folder, vfs=disk.name, exclusive=True, wal_pages=15)
        journal = bench.open()
        disk.fail(kind, number, error)
        acked, stopped = run_until_it_stops(journal)
        if stopped:
            check_stopped(journal, acked)
        journal.close()
        events = disk.events.copy()
        disk.faults.clear()
        check_reopened(bench, acked)
        # What SQLite wrote and could not sync may vanish later: so may everything since the failed operation.
        images = Images(events)
        images.walk_to(len(events))
        write_image(folder, images.draw(make_rng(number), "lost"))
        check_reopened(SqliteBench(folder), acked)
        number += 1 if LONG or kind == "sync" else 3
    assert number > 10


def check_words(error):
    assert error.code in {"journal-stopped", "journal-damaged"}
    assert error.advice


def check_stopped(journal, acked):
    """Reading goes on; writing is refused with the same words, also once there is space again."""
    assert acked <= journal.size() + 2
    assert len(journal.records(0, 100)) == journal.size()
    for act in (lambda: journal.append([make_draft(1)]), lambda: journal.purge([])):
        with pytest.raises(JournalStoppedError):
            act()


def check_reopened(bench, acked):
    bench.entropy.drawn += 1000
    journal = bench.open()
    size = journal.size()
    assert size >= acked
    assert size % 2 == 0
    gone = {(2, 0)} if size > 2 and journal.payload(2) is None else set()
    for position in range(size):
        assert (position, 0) in gone or journal.payload(position) == make_body(position // 2, 1500)
    journal.append([make_draft(0, make_body(0, 1500))] * 2)
    journal.close()
    report = verify_journal(bench.path, [VERIFIER], is_purged=lambda *place: place in gone)
    assert report.findings == ()


@pytest.mark.slow
def test_d1_a_failing_disk_at_the_start_refuses_the_start(memory_folder):
    """Errors while opening are explained, leave no lock behind, and nothing half made."""
    for kind in ("write", "sync"):
        number = 1
        while True:
            folder = memory_folder / f"{kind}-{number}"
            folder.mkdir()
            disk = Disk(folder / "journal.db.alive")
            disk.fail(kind, number, apsw.IOError)
            bench = SqliteBench(folder, vfs=disk.name, exclusive=True)
            try:
                bench.open().close()
                break
            except TearlineError as error:
                check_words(error)
            disk.faults.clear()
            journal = bench.open()
            assert journal.append([make_draft(1)]) == 0
            journal.close()
            number += 1
        assert number >= 3


def test_d1_callers_that_wait_all_learn_of_the_fault(tmp_path):
    """When the commit of a group fails, every caller in it gets the error, and none a position."""
    disk = Disk()
    journal = SqliteBench(tmp_path, vfs=disk.name, exclusive=True).open()
    disk.fail("sync", 1, apsw.IOError)
    with pytest.raises(JournalStoppedError, match="disk failed"):
        journal.append([make_draft(1)])
    with pytest.raises(JournalStoppedError, match="restart"):
        journal.append([make_draft(1)])
    assert journal.size() == 0
    journal.close()


@pytest.mark.slow
@pytest.mark.parametrize("kill_after", [1, 40, 200] + [n * 37 for n in range(1, 40)] * LONG)
def test_d1_kill_9_loses_nothing_acknowledged(tmp_path, kill_after):
    """A process that appends from three threads is killed outright: every end that it printed is there."""
    command = [sys.executable, "-m", "tests.faults.append_for_ever", str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
        ends = [int(process.stdout.readline()) for _ in range(kill_after)]
        process.kill()
        ends += [int(line) for line in process.stdout.read().split(b"\n")[:-1]]
    journal = SqliteBench(tmp_path).open()
    assert journal.size() >= max(ends)
    journal.append([make_draft(1)])
    journal.close()
    assert verify_journal(tmp_path / "journal.db", [VERIFIER]).findings == ()


def test_d1_a_damaged_file_is_refused_after_an_unclean_end(tmp_path):
    """After a kill the whole file is looked at: damage stops the start, with advice, instead of being built on."""
    bench = SqliteBench(tmp_path)
    journal = bench.open()
    journal.append([make_draft(n, make_body(n)) for n in range(300)])
    journal.close()
    db = apsw.Connection(str(bench.path))
    db.execute("UPDATE mark SET value = 'open' WHERE name = 'state'")
    pages = (
        db.execute("SELECT pageno FROM dbstat WHERE name = 'payload' AND pagetype = 'internal'").fetchall()
        if dbstat(db)
        else [(20,)]
    )
    db.close()
    raw = bytearray(bench.path.read_bytes())
    at = (pages[0][0] - 1) * 4096
    raw[at : at + 200] = bytes(200)
    bench.path.write_bytes(raw)
    with pytest.raises(IntegrityError, match="verify") as refusal:
        bench.open()
    assert refusal.value.code == "journal-damaged"


def dbstat(db):
    return "ENABLE_DBSTAT_VTAB" in apsw.compile_options and db is not None
