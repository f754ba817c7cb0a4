# SPDX-License-Identifier: Apache-2.0
"""The journal in memory breaks as a disk does: what simulations build on."""

import pytest

from tearline.core.log import Head, parse_checkpoint, verify_note
from tearline.node.journal import JournalCopyError, JournalStoppedError
from tests.faults.journals import VERIFIER, MemoryBench, make_draft


class KilledError(BaseException):
    """The end of a simulated process."""


@pytest.fixture
def bench(tmp_path):
    bench = MemoryBench(tmp_path)
    journal = bench.open()
    journal.append([make_draft(0, b"a"), make_draft(1)])
    bench.before = journal
    return bench


def break_at(bench, step, error):
    def fault(reached):
        if reached == step:
            raise error

    bench.disk.fault = fault


@pytest.mark.parametrize(("step", "size"), [("before-commit", 2), ("after-commit", 3)])
@pytest.mark.parametrize("error", [OSError("no space"), KilledError()])
def test_d1_a_fault_leaves_all_of_a_batch_or_nothing(bench, step, size, error):
    """Failed, or failed but was written: the caller gets no position, and the next life finds one of the two."""
    break_at(bench, step, error)
    with pytest.raises((JournalStoppedError, KilledError)):
        bench.before.append([make_draft(2, b"b")])
    with pytest.raises(JournalStoppedError):
        bench.before.append([make_draft(2, b"b")])
    bench.disk.fault = lambda _step: None
    journal = bench.open()
    assert journal.size() == size
    assert len(journal.records(0, 9)) == size
    checkpoint = parse_checkpoint(verify_note(journal.checkpoint(), [VERIFIER]))
    assert checkpoint.head == Head(size, journal.root_at(size))
    assert journal.append([make_draft(3)]) == size


@pytest.mark.parametrize(("step", "body"), [("before-commit", b"a"), ("after-commit", None)])
def test_d4_a_purge_is_done_or_not_begun(bench, step, body):
    """A purge that fails is either wholly there or not at all."""
    break_at(bench, step, OSError("broken"))
    with pytest.raises(JournalStoppedError):
        bench.before.purge([(0, 0)])
    bench.disk.fault = lambda _step: None
    assert bench.open().payload(0) == body


def test_d1_a_stopped_journal_is_read_and_a_dead_one_is_not(bench):
    """After a fault of the disk reading goes on; after the end of the process nothing does."""
    break_at(bench, "before-commit", OSError("broken"))
    with pytest.raises(JournalStoppedError):
        bench.before.append([make_draft(2)])
    assert bench.before.payload(0) == b"a"
    bench.before.crash()
    for act in (lambda j: j.records(0, 1), lambda j: j.payload(0), lambda j: j.root_at(1)):
        with pytest.raises(JournalStoppedError):
            act(bench.before)


def test_a2_a_restored_backup_does_not_sign(bench):
    """An old state put back over the disk shows by the mark beside it, until the copy is accepted."""
    backup = bench.disk.snapshot()
    journal = bench.open()
    journal.append([make_draft(2)])
    bench.disk.restore(backup)
    journal = bench.open()
    assert journal.suspicion
    assert journal.size() == 2
    for act in (lambda j: j.append([make_draft(2)]), lambda j: j.checkpoint(), lambda j: j.purge([])):
        with pytest.raises(JournalCopyError):
            act(journal)
    assert bench.open(accept_copy=True).append([make_draft(2)]) == 2
    assert bench.open().suspicion == ""
