# SPDX-License-Identifier: Apache-2.0
"""Backups are whole and made beside a running node; a restored node is not served until nobody saw more of it."""

from __future__ import annotations

import asyncio
import hashlib
import io
import stat
import tarfile
import time
from pathlib import Path
from typing import Any

import apsw
import msgspec
import pytest

from tearline.assembly import OpenNode, open_node
from tearline.backup import (
    BackupEndedError,
    Kept,
    Manifest,
    _copy_database,
    _Meter,
    make_backup,
    read_mark,
    unpack_backup,
)
from tearline.backup_keeper import Backups
from tearline.config import MemberSpec, NetworkSpec, PersonSpec
from tearline.core.errors import IntegrityError, MalformedError, UsageError
from tearline.founding import found_network
from tearline.machine import SystemClock
from tearline.node.journal import NodeRestored, decode_entry
from tearline.restore import accept
from tests.demo.test_command import find_ports

NOW = SystemClock()
AGREEMENT = {
    "id": "A1",
    "equivalences": "exercise",
    "parties": ["NZL", "USA"],
    "valid_from": 0,
    "valid_to": 4_000_000_000_000_000,
    "highest": {"NZL": "SECRET", "USA": "SECRET"},
    "third_party": True,
    "purge": {"NZL": "at_once", "USA": "at_once"},
}


@pytest.fixture
def net(tmp_path: Path) -> Path:
    """Two members who cosign each other's anchors."""
    members = tuple(
        MemberSpec(
            code, code, level, persons=(PersonSpec(f"{code.lower()}.admin", duties=("administration",)),)
        )
        for code, level in (("NZL", "CONFIDENTIAL"), ("USA", "SECRET"))
    )
    spec = NetworkSpec("exercise", members, (AGREEMENT,), port_base=find_ports(4), anchor_tick_s=3_600)
    found_network(tmp_path / "net", spec)
    return tmp_path / "net"


async def run_both(net: Path, work: Any) -> None:
    """``work`` may stop one of them itself, and returns it then."""
    nodes = [open_node(net / code) for code in ("nzl", "usa")]
    try:
        for node in nodes:
            node._anchored_at = time.monotonic()  # no anchor but those that a test takes
            await node.start()
        stopped = await work(*nodes)
        nodes = [node for node in nodes if node is not stopped]
    finally:
        for node in nodes:
            await node.stop()


async def cosign(node: OpenNode) -> None:
    await node.anchor()
    assert node.anchors.cosignatures()


def back_up(net: Path, to: Path) -> Path:
    made = make_backup(net / "nzl", to, NOW.now())
    return to / made.name


def test_d1_a_backup_of_a_running_node_verifies_whole(net: Path, tmp_path: Path) -> None:
    made: list[Path] = []

    async def work(nzl: OpenNode, _usa: OpenNode) -> None:
        await cosign(nzl)
        made.append(await asyncio.to_thread(back_up, net, tmp_path / "vault"))

    asyncio.run(run_both(net, work))
    (file,) = made
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    manifest = unpack_backup(file, tmp_path / "back")
    assert manifest.member == "NZL"
    assert {"journal.db", "access.db", "anchors.db", "node.json"} <= {kept.name for kept in manifest.files}
    standing = accept(tmp_path / "back", frozenset({"USA"}))  # nobody runs now
    assert standing.sound
    assert standing.silent == ("USA",)


def test_a2_a_restored_node_is_not_served_before_it_is_accepted(net: Path, tmp_path: Path) -> None:
    async def work(nzl: OpenNode, _usa: OpenNode) -> None:
        await cosign(nzl)

    asyncio.run(run_both(net, work))
    unpack_backup(back_up(net, tmp_path / "vault"), tmp_path / "back")
    node = open_node(tmp_path / "back")
    with pytest.raises(UsageError, match="restored"):
        asyncio.run(node.start())
    asyncio.run(node.stop())
    with pytest.raises(UsageError, match="USA"):
        accept(tmp_path / "back")


def test_a2_an_old_backup_stays_shut_where_a_partner_saw_more(net: Path, tmp_path: Path) -> None:
    """The newest one goes on, and its first entry says from when."""

    async def work(nzl: OpenNode, _usa: OpenNode) -> OpenNode:
        await cosign(nzl)
        old = await asyncio.to_thread(back_up, net, tmp_path / "old")
        await cosign(nzl)
        new = await asyncio.to_thread(back_up, net, tmp_path / "new")
        await asyncio.to_thread(unpack_backup, old, tmp_path / "from-old")
        with pytest.raises(IntegrityError, match="USA holds more"):
            await asyncio.to_thread(accept, tmp_path / "from-old")
        await asyncio.to_thread(unpack_backup, new, tmp_path / "from-new")
        standing = await asyncio.to_thread(accept, tmp_path / "from-new")
        assert standing.seen == {"USA": standing.size}

        await nzl.stop()
        await start_and_stop(open_node(tmp_path / "from-new"))  # while its partner answers
        return nzl

    asyncio.run(run_both(net, work))
    assert read_mark(tmp_path / "from-new") is None
    again = open_node(tmp_path / "from-new")
    kinds = [type(decode_entry(r.entry)) for r in again.journal.records(0, again.journal.size())]
    assert kinds.count(NodeRestored) == 1
    again.close()


async def start_and_stop(node: OpenNode) -> None:
    await node.start()
    await node.stop()


def wait(keeper: Backups) -> str:
    assert keeper._thread is not None
    keeper._thread.join(10)
    return keeper.progress.state


def test_a1_a_backup_tells_how_far_it_is_and_is_on_record_before_it_is_made(net: Path) -> None:
    keeper = Backups(net / "nzl", NOW.now)
    told: list[tuple[str, str]] = []
    assert keeper.begin(lambda made: told.append((made.name, keeper.progress.state)))
    assert wait(keeper) == "made"
    (one,) = keeper.list()
    assert told == [(one.name, "running")]
    assert keeper.progress.name == one.name
    assert keeper.progress.done == keeper.progress.total > 0


def test_a1_a_backup_that_cannot_be_put_on_record_is_not_kept(net: Path) -> None:
    def refuse(_made: object) -> None:
        raise OSError(28, "no room")

    keeper = Backups(net / "nzl", NOW.now)
    assert keeper.begin(refuse)
    assert wait(keeper) == "failed"
    assert list((net / "nzl" / "backups").iterdir()) == []


def test_a_backup_that_is_ended_leaves_nothing_and_another_may_begin(net: Path) -> None:
    keeper = Backups(net / "nzl", NOW.now)
    looks: list[int] = []

    def stop_at_the_second_look(done: int, _total: int) -> bool:
        looks.append(done)
        return len(looks) < 2

    with pytest.raises(BackupEndedError):
        make_backup(net / "nzl", net / "nzl" / "backups", NOW.now(), stop_at_the_second_look)
    assert list((net / "nzl" / "backups").iterdir()) == []
    assert keeper.begin(lambda _made: None)
    assert not keeper.begin(lambda _made: None)
    keeper.close()
    assert keeper.progress.state in {"ended", "made"}
    assert keeper.begin(lambda _made: None)
    assert wait(keeper) == "made"


def settle(keeper: Backups) -> str:
    """What became of the work under way."""
    keeper.wait()
    return keeper.progress.state


def test_d1_a_backup_is_tried_by_restoring_it_aside_and_nothing_of_the_trial_stays(net: Path) -> None:
    keeper = Backups(net / "nzl", NOW.now)
    made = make_backup(net / "nzl", net / "nzl" / "backups", NOW.now())
    path = net / "nzl" / "backups" / made.name
    assert keeper.begin_trial(made.name)
    assert not keeper.begin_trial(made.name)  # one thing at a time
    assert not keeper.begin(lambda _: None)
    assert settle(keeper) == "holds"
    assert (keeper.progress.what, keeper.progress.name) == ("trial", made.name)
    raw = bytearray(path.read_bytes())
    at = raw.find(b"SQLite format 3")
    raw[at + 4_200] ^= 1  # on the disk since
    path.write_bytes(raw)
    assert keeper.begin_trial(made.name)
    assert settle(keeper) == "broken"
    assert [p.name for p in path.parent.iterdir()] == [made.name]


def test_a_trial_is_ended_and_none_is_of_what_is_no_backup_of_this_folder(net: Path) -> None:
    keeper = Backups(net / "nzl", NOW.now)
    made = make_backup(net / "nzl", net / "nzl" / "backups", NOW.now())
    for name in ("../node.toml", "", "tearline-NZL-none.tar"):
        assert not keeper.begin_trial(name)
    assert keeper.begin_trial(made.name)
    keeper.stop()
    assert settle(keeper) == "ended"
    assert [p.name for p in (net / "nzl" / "backups").iterdir()] == [made.name]


def test_what_a_node_that_died_at_it_left_goes_when_it_starts(net: Path) -> None:
    left = net / "nzl" / "backups" / ".try-old"
    left.mkdir(parents=True)
    (left / "journal.db").write_bytes(b"keys")
    Backups(net / "nzl", NOW.now)
    assert not left.exists()


def test_d1_a_backup_goes_on_while_the_node_writes(tmp_path: Path) -> None:
    """One moment of the database, however much is written between two steps of the copy."""
    source, target = tmp_path / "source.db", tmp_path / "copy.db"
    db = apsw.Connection(str(source))
    db.pragma("journal_mode", "wal")
    db.execute("CREATE TABLE line (n INTEGER PRIMARY KEY, words BLOB)")
    db.execute("INSERT INTO line VALUES (1, zeroblob(20_000_000))")

    class Writing(_Meter):
        def add(self, size: int) -> None:
            db.execute("INSERT INTO line (words) VALUES ('later')")
            super().add(size)

    steps: list[int] = []
    meter = Writing(20_000_000, lambda done, _total: steps.append(done) is None)
    _copy_database(source, target, meter)
    db.close()
    assert len(steps) > 3
    copied = apsw.Connection(str(target))
    assert copied.execute("SELECT count(*) FROM line").fetchall() == [(1,)]
    copied.close()


def test_n5_what_is_no_backup_or_was_changed_is_refused(net: Path, tmp_path: Path) -> None:
    file = back_up(net, tmp_path / "vault")
    (tmp_path / "odd.tar").write_bytes(b"no tar at all")
    with pytest.raises(MalformedError):
        unpack_backup(tmp_path / "odd.tar", tmp_path / "a")
    raw = bytearray(file.read_bytes())
    place = raw.rindex(b"SQLite format 3") + 40
    raw[place] ^= 1
    (tmp_path / "changed.tar").write_bytes(bytes(raw))
    with pytest.raises(IntegrityError, match="is not what was kept"):
        unpack_backup(tmp_path / "changed.tar", tmp_path / "b")
    with pytest.raises(UsageError, match="not empty"):
        unpack_backup(file, tmp_path / "vault")


@pytest.mark.parametrize("name", ["../out", "/etc/out", "keys/../../out", "letter.txt"])
def test_n5_nothing_leaves_the_folder(tmp_path: Path, name: str) -> None:
    manifest = Manifest("NZL", "node-1", NOW.now(), (Kept(name, 1, hashlib.sha256(b"x").hexdigest()),))
    raw = msgspec.json.encode(manifest)
    with tarfile.open(tmp_path / "evil.tar", "w:") as tar:
        for entry, body in (("manifest.json", raw), (name, b"x")):
            info = tarfile.TarInfo(entry)
            info.size = len(body)
            tar.addfile(info, io.BytesIO(body))
    with pytest.raises(IntegrityError, match="does not name"):
        unpack_backup(tmp_path / "evil.tar", tmp_path / "back")
    assert sorted(p.name for p in (tmp_path / "back").iterdir()) == ["restored.json"]
