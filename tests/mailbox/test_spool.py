# SPDX-License-Identifier: Apache-2.0
"""The spool: dense lanes, runs that end at checkpoints, payloads that go without a trace."""

import random
import subprocess
import sys
import threading

import pytest

from tearline.core.errors import IntegrityError, LimitError, TearlineError, UsageError
from tearline.core.exchange import Item
from tearline.mailbox.spool import RunLimits, Spool


def make_items(start, count, *, size=40):
    return [
        Item(b"leaf %06d" % at, b"salt of %08d" % at, b"%08d" % at + bytes(size))
        for at in range(start, start + count)
    ]


@pytest.fixture
def spool(tmp_path):
    spool = Spool(tmp_path / "spool.db")
    yield spool
    spool.close()


def post(spool, *ends, peer="JPN", lane="ROUTINE", size=40):
    start = spool.posted(peer, lane)
    for end in ends:
        spool.post(peer, lane, start, make_items(start, end - start, size=size), f"checkpoint {end}")
        start = end


def read_files(folder):
    return b"".join(file.read_bytes() for file in sorted(folder.iterdir()))


def test_a_run_ends_where_a_checkpoint_was_posted(spool):
    """From any start a run goes to the farthest checkpoint within its limits and carries that checkpoint."""
    post(spool, 3, 10, 11, 40)
    for start, items, end in ((0, 2000, 40), (0, 39, 11), (2, 8, 10), (2, 9, 11), (39, 1, 40)):
        run = spool.run("JPN", "ROUTINE", start, RunLimits(items=items))
        assert (run.start, len(run.items), run.checkpoint) == (start, end - start, f"checkpoint {end}")
        assert run.items == make_items(start, end - start)
    assert spool.run("JPN", "ROUTINE", 0, RunLimits(items=2)) is None
    for start in (40, 41, -1):
        assert spool.run("JPN", "ROUTINE", start) is None
    assert spool.run("JPN", "FLASH", 0) is None
    assert spool.run("USA", "ROUTINE", 0) is None


def test_a_run_stays_usual_unless_one_batch_is_larger(spool):
    """Bytes bound a run; a batch above the usual travels alone, one above the bearable not at all."""
    post(spool, 1, 2, 3, size=1000)
    assert len(spool.run("JPN", "ROUTINE", 0, RunLimits(usual_bytes=2500)).items) == 2
    assert len(spool.run("JPN", "ROUTINE", 0, RunLimits(usual_bytes=10)).items) == 1
    assert spool.run("JPN", "ROUTINE", 0, RunLimits(usual_bytes=10, max_bytes=500)) is None


def test_posting_again_changes_nothing(spool):
    """Overlapping posts add only what is missing; a gap is refused; an oversize batch too."""
    post(spool, 5)
    spool.post("JPN", "ROUTINE", 0, make_items(0, 5), "another")
    spool.post("JPN", "ROUTINE", 3, make_items(3, 4), "checkpoint 7")
    assert spool.posted("JPN", "ROUTINE") == 7
    run = spool.run("JPN", "ROUTINE", 0)
    assert (run.items, run.checkpoint) == (make_items(0, 7), "checkpoint 7")
    assert spool.run("JPN", "ROUTINE", 0, RunLimits(items=6)).checkpoint == "checkpoint 5"
    with pytest.raises(UsageError) as caught:
        spool.post("JPN", "ROUTINE", 8, make_items(8, 1), "checkpoint 9")
    assert caught.value.code == "spool-gap"
    with pytest.raises(LimitError):
        spool.post("JPN", "ROUTINE", 7, make_items(7, 2001), "x")
    with pytest.raises(UsageError):
        spool.post("JPN", "routine", 0, make_items(0, 1), "x")
    assert spool.posted("JPN", "ROUTINE") == 7


def test_what_was_posted_is_there_after_a_restart(tmp_path):
    """A spool opened again goes on where it stopped."""
    spool = Spool(tmp_path / "spool.db")
    post(spool, 4)
    spool.close()
    spool = Spool(tmp_path / "spool.db")
    assert spool.posted("JPN", "ROUTINE") == 4
    post(spool, 6)
    assert spool.run("JPN", "ROUTINE", 0).items == make_items(0, 6)
    spool.close()


@pytest.mark.parametrize("size", [10, 700, 5_000, 100_000])
def test_d4_a_dropped_payload_leaves_no_byte(tmp_path, spool, size):
    """After drop, neither salt nor any part of the body is in the spool's files; leaf and neighbours are."""
    drawn = random.Random(size)
    items = [Item(b"leaf %d" % at, drawn.randbytes(16), drawn.randbytes(size)) for at in range(12)]
    spool.post("JPN", "FLASH", 0, items, "checkpoint")
    for at in (3, 0, 11, 5):
        spool.drop("JPN", "FLASH", at)
        spool.drop("JPN", "FLASH", at)
        left = read_files(tmp_path)
        probes = [
            items[at].salt,
            *(items[at].body[i : i + 10] for i in range(0, size - 9, max(37, size // 40))),
        ]
        assert not any(probe in left for probe in probes)
        assert items[1].body[:200] in left
    found = spool.run("JPN", "FLASH", 0).items
    dropped = {3, 0, 11, 5}
    assert found == [Item(i.leaf) if at in dropped else i for at, i in enumerate(items)]


def test_d4_posting_again_does_not_bring_a_dropped_payload_back(tmp_path, spool):
    """A late copy of what was dropped is not taken over."""
    post(spool, 3)
    spool.drop("JPN", "ROUTINE", 1)
    spool.post("JPN", "ROUTINE", 0, make_items(0, 5), "checkpoint 5")
    assert spool.run("JPN", "ROUTINE", 0).items[1] == Item(b"leaf 000001")
    assert b"salt of 00000001" not in read_files(tmp_path)
    spool.drop("JPN", "ROUTINE", 99)
    spool.drop("USA", "FLASH", 0)


def test_d4_a_drop_survives_a_kill(tmp_path):
    """A process killed right after drop has left no byte behind, with no clean close."""
    script = (
        "import os, sys, pathlib\n"
        "from tearline.core.exchange import Item\n"
        "from tearline.mailbox.spool import Spool\n"
        "spool = Spool(pathlib.Path(sys.argv[1]))\n"
        "spool.post('JPN', 'FLASH', 0, [Item(b'leaf', b'salt-salt-salt-1', b'SECRET-BODY' * 900)], 'c')\n"
        "spool.drop('JPN', 'FLASH', 0)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path / "spool.db")], check=False)
    assert done.returncode == -9
    assert b"SECRET-BODY" not in read_files(tmp_path)
    spool = Spool(tmp_path / "spool.db")
    assert spool.run("JPN", "FLASH", 0).items == [Item(b"leaf")]
    spool.close()


def test_forgetting_a_peer_leaves_nothing_of_its_lanes(tmp_path, spool):
    """All of a peer's items go, the others' stay, and its lanes may begin anew."""
    post(spool, 3)
    spool.post("USA", "ROUTINE", 0, [Item(b"leaf of usa", b"salt of usa only", b"body of usa")], "c")
    spool.forget("JPN")
    left = read_files(tmp_path)
    assert b"salt of 00000001" not in left
    assert b"body of usa" in left
    assert spool.posted("JPN", "ROUTINE") == 0
    post(spool, 2)
    assert len(spool.run("JPN", "ROUTINE", 0).items) == 2


def test_pruned_checkpoints_still_let_every_start_go_on(spool):
    """Thinning keeps a way from every size to the end in runs within the limits."""
    drawn = random.Random(7)
    ends, end = [], 0
    while end < 6_000:
        end += drawn.randrange(1, 30)
        ends.append(end)
    post(spool, *ends, size=500)
    gone = spool.prune("JPN", "ROUTINE", ends[-40])
    assert gone > 300
    assert spool.prune("USA", "ROUTINE", 5) == 0
    for start in drawn.sample(range(ends[-1]), 25):
        at = start
        while at < ends[-1]:
            run = spool.run("JPN", "ROUTINE", at)
            assert sum(len(i.body) for i in run.items) <= RunLimits().usual_bytes
            at += len(run.items)
    assert len(spool.run("JPN", "ROUTINE", ends[-2]).items) == ends[-1] - ends[-2]


def test_posts_from_many_threads_stay_dense(spool):
    """Threads posting to lanes of their own never disturb each other, and each post wakes the listeners."""
    woken = []
    stop = spool.subscribe(woken.append)
    peers = ["JPN", "USA", "AUS"]
    threads = [
        threading.Thread(target=post, args=(spool, *range(1, 60)), kwargs={"peer": peer}) for peer in peers
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    stop()
    post(spool, 60)
    assert {peer: woken.count(peer) for peer in peers} == dict.fromkeys(peers, 59)
    for peer in peers:
        assert spool.run(peer, "ROUTINE", 0, RunLimits(items=59)).items == make_items(0, 59)


def test_a_second_process_is_refused(tmp_path, spool):
    """Two openers of one spool would hide drops from each other: the second gets a kind error."""
    post(spool, 1)
    script = (
        "import sys, pathlib\nfrom tearline.mailbox.spool import Spool\nSpool(pathlib.Path(sys.argv[1]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "spool.db")],
        check=False,
        capture_output=True,
        text=True,
    )
    assert "open in another process" in done.stderr


def test_d1_damage_is_reported_and_not_sent(tmp_path):
    """A flipped bit in an item, or a file that is no spool, raises instead of travelling."""
    path = tmp_path / "spool.db"
    spool = Spool(path)
    spool.post("JPN", "FLASH", 0, [Item(b"leaf", b"salt-salt-salt-1", b"BODY" * 100)], "c")
    spool.close()
    path.write_bytes(path.read_bytes().replace(b"BODYBODY", b"BODYBOLY", 1))
    spool = Spool(path)
    with pytest.raises(IntegrityError) as caught:
        spool.run("JPN", "FLASH", 0)
    assert caught.value.code == "spool-damaged"
    spool.close()
    path.write_bytes(b"not a database, but long enough to be looked at" * 100)
    with pytest.raises(TearlineError):
        Spool(path)
