# SPDX-License-Identifier: Apache-2.0
"""A log in its lives: one tree, another origin from one entry on, and no way back (A2)."""

import pytest

from tearline.core.errors import IntegrityError, UsageError
from tearline.core.log import make_signer, make_verifier, parse_checkpoint, parse_note
from tearline.node.journal import Draft, Report, read_origin, verify_journal, whole
from tearline.node.journal.lives import follow_origin, follows_origin, is_of, name_anchors, name_origin
from tearline.node.journal.memory import MemoryJournal
from tearline.node.journal.sqlite import SqliteJournal
from tests.faults.journals import KEY, PUBLIC, CountingEntropy

BASE = "KOR/node-1/journal"
SIGNER = make_signer("KOR/node-1/anchor", PUBLIC, KEY.sign)


def draft(n):
    return Draft(b'{"n":%d}' % n, (b"payload",))


def origin_of(journal):
    return parse_checkpoint(parse_note(journal.checkpoint()).text).origin


def open_sqlite(path, base=BASE):
    return SqliteJournal(path, base, signer=SIGNER, entropy=CountingEntropy())


def test_origins_name_a_life_in_one_way():
    assert (name_origin(BASE, 1), name_origin(BASE, 12)) == (BASE, f"{BASE}/12")
    assert (read_origin(BASE), read_origin(f"{BASE}/12")) == ((BASE, 1), (BASE, 12))
    for odd in (
        f"{BASE}/1",
        f"{BASE}/0",
        f"{BASE}/02",
        f"{BASE}/x",
        f"{BASE}/2/3",
        "KOR/journal",
        f"{BASE}/2\n",
    ):
        assert read_origin(odd) == (odd, 0), odd
    assert is_of(BASE, f"{BASE}/2")
    assert not is_of(BASE, "KOR/node-1/access/2")
    assert not is_of(BASE, f"{BASE}/01")
    assert follows_origin(f"{BASE}/2", f"{BASE}/3")
    assert not follows_origin(f"{BASE}/3", f"{BASE}/2")
    assert not follows_origin(BASE, "KOR/node-1/access/2")
    assert (name_anchors(1), name_anchors(3)) == ("anchors.db", "anchors-3.db")
    with pytest.raises(UsageError):
        follow_origin(BASE, f"{BASE}/3", 2)


def make_memory(_tmp_path):
    disk = MemoryJournal(BASE, SIGNER, entropy=CountingEntropy()).disk
    return lambda: MemoryJournal(BASE, SIGNER, entropy=CountingEntropy(), disk=disk)


def make_sqlite(tmp_path):
    return lambda: open_sqlite(tmp_path / "journal.db")


@pytest.mark.parametrize("make", [make_memory, make_sqlite])
def test_a2_a_log_goes_on_as_one_tree_under_another_origin_and_remembers_it(tmp_path, make):
    reopen = make(tmp_path)
    journal = reopen()
    journal.append([draft(0), draft(1)])
    before = journal.root_at(2)
    journal.renew(2)
    assert origin_of(journal) == BASE  # until something is written
    journal.append([draft(2)])
    assert (origin_of(journal), journal.root_at(2)) == (f"{BASE}/2", before)
    journal.close()
    journal = reopen()
    assert journal.origin == f"{BASE}/2"
    journal.renew(2)
    with pytest.raises(UsageError):
        journal.renew(1)
    journal.append([draft(3)])
    assert origin_of(journal) == f"{BASE}/2"
    journal.close()


def test_a2_a_life_that_was_begun_and_not_written_is_as_if_it_never_was(tmp_path):
    journal = open_sqlite(tmp_path / "journal.db")
    journal.append([draft(0)])
    journal.renew(2)
    journal.close()
    assert open_sqlite(tmp_path / "journal.db").origin == BASE


def test_a2_another_log_is_not_taken_for_a_life_of_this_one(tmp_path):
    journal = open_sqlite(tmp_path / "journal.db", "KOR/node-1/access")
    journal.append([draft(0)])
    journal.close()
    with pytest.raises(IntegrityError, match="damaged"):
        open_sqlite(tmp_path / "journal.db")


def test_a2_a_life_that_nobody_began_is_a_history_that_was_cut():
    """Whoever holds the keys could call it a restore: the entry that says who answers for it is missing."""
    report = Report((), lives=((7, 2),))
    assert whole._check_lives(report, {7: 2}).sound
    for begun in ({}, {6: 2}, {7: 3}):
        assert whole._check_lives(report, begun).has("incarnation-unfounded")


def test_a2_verify_names_each_life_and_a_way_back_is_found(tmp_path):
    path = tmp_path / "journal.db"
    journal = open_sqlite(path)
    journal.append([draft(0)])
    for life in (2, 5):
        journal.renew(life)
        journal.append([draft(life)])
    journal.close()
    report = verify_journal(path, [make_verifier("KOR/node-1/anchor", PUBLIC)])
    assert report.sound
    assert report.lives == ((1, 2), (2, 5))
    assert [f.where for f in report.findings] == ["position 1", "position 2"]
    journal = open_sqlite(path)
    journal.origin = f"{BASE}/4"  # what no node does
    journal.append([draft(9)])
    journal.close()
    assert verify_journal(path, [make_verifier("KOR/node-1/anchor", PUBLIC)]).has("checkpoint-place")
