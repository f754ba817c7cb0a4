# SPDX-License-Identifier: Apache-2.0
"""A node goes on from a backup that is older than what its partner has seen: another incarnation, on both sides, end to end."""

from __future__ import annotations

import asyncio
import json
import shutil
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tearline.assembly import OpenNode, open_node
from tearline.backup import make_backup, read_manifest, read_mark, unpack_backup
from tearline.cli import program
from tearline.config import NetworkSpec
from tearline.core.errors import IntegrityError, UsageError
from tearline.core.exchange import Held
from tearline.core.ids import Member
from tearline.core.log import parse_checkpoint, parse_note
from tearline.founding import found_network
from tearline.machine import SystemClock
from tearline.node.commands import Recalled, recall_product
from tearline.node.gate.proofs import source_of
from tearline.node.journal import (
    AlarmRaised,
    IncarnationAnnounced,
    IncarnationBegan,
    decode_entry,
    make_extract,
    verify_extract,
)
from tearline.restore import Order, accept
from tests.cli.networks import find_ports, make_spec
from tests.cli.test_restored import act, holds, run_one, until, write

JPN, KOR = Member("JPN"), Member("KOR")


class Lost:
    """KOR was backed up, then wrote three more products that reached JPN, was anchored, and its folder is gone."""

    def __init__(self, tmp_path: Path) -> None:
        spec = make_spec(find_ports()) | {"anchor_tick_s": 3_600}
        self.net, self.back, self.vault = tmp_path / "net", tmp_path / "back", tmp_path / "vault"
        passwords = found_network(self.net, msgspec.convert(spec, NetworkSpec))
        self.order = Order("kor.admin", passwords["KOR"]["kor.admin"], "The disk of the server room failed.")

    async def happen(self) -> OpenNode:
        """The partner, still running."""
        kor = await run_one(self.net / "kor")
        jpn = await run_one(self.net / "jpn")
        self.kept = await asyncio.to_thread(write, kor)
        await until(lambda: holds(jpn, self.kept.key))
        await kor.anchor()
        made = await asyncio.to_thread(make_backup, self.net / "kor", self.vault, SystemClock().now())
        self.lost = [await asyncio.to_thread(write, kor) for _ in range(3)]
        await until(lambda: all(holds(jpn, filed.key) for filed in self.lost))
        await kor.anchor()
        self.ticks = kor.anchors.size()
        await kor.stop()
        await asyncio.to_thread(unpack_backup, self.vault / made.name, self.back)
        return jpn

    async def begin(self) -> OpenNode:
        """KOR, in its second life."""
        await asyncio.to_thread(accept, self.back, frozenset(), self.order)
        return await run_one(self.back)


def entries_of(node: OpenNode, shape: type) -> list[Any]:
    records = node.journal.records(0, 10_000)
    return [e for e in (decode_entry(r.entry) for r in records) if isinstance(e, shape)]


@pytest.fixture
def lost(tmp_path: Path) -> Lost:
    return Lost(tmp_path)


def test_a2_d3_d4_a_node_goes_on_in_a_second_life_and_recalls_what_its_backup_lacks(lost: Lost) -> None:
    """Partners keep what they have, give back what was theirs alone, and go on both ways; the lost is recalled by its key."""

    async def work() -> None:
        jpn = await lost.happen()
        with pytest.raises(Exception, match="JPN holds more"):
            await asyncio.to_thread(accept, lost.back)
        kor = await lost.begin()
        began = entries_of(kor, IncarnationBegan)
        life = kor.node.streams.incarnation
        assert [(e.incarnation, e.before, e.actor, e.silent) for e in began] == [(life, 1, "kor.admin", ())]
        assert [(t.member, t.incarnation, t.ticks) for t in began[0].answered] == [("JPN", 1, lost.ticks)]
        announced = entries_of(jpn, IncarnationAnnounced)
        assert [(e.member, e.incarnation) for e in announced] == [("KOR", life)]
        assert sum(count for _, count in announced[0].lacks) == 3
        # Nothing that JPN had is gone, and KOR knows again what it sent.
        assert all(holds(jpn, filed.key) for filed in [lost.kept, *lost.lost])
        assert all(holds(kor, filed.key) for filed in lost.lost)
        assert not kor.node.streams.is_recovering(JPN)
        # A recall of a lost one works, and is answered for.
        officer = act(kor, "kor.disclosure", "KOR-RELEASE")
        gone = lost.lost[0].key
        assert isinstance(recall_product(kor.node, officer, gone, (JPN,), "error"), Recalled)
        await until(lambda: not holds(jpn, gone))
        await until(lambda: all(recall.records for recall in kor.node.releases.recalls))
        # New products go out, amended ones too, and answers come back.
        fresh = await asyncio.to_thread(write, kor)
        await until(lambda: holds(jpn, fresh.key))
        await until(lambda: all(out.acknowledged == out.lane.size for out in kor.node.streams.sent.values()))
        # The witness follows the new log from nothing, and keeps the last of the old one.
        await kor.anchor()
        assert {c.name for c in kor.anchors.cosignatures()} == {"JPN/node-1/witness"}
        assert jpn.anchoring.find_keys("KOR/node-1/anchor") == ()
        assert jpn.anchoring.find_keys(f"KOR/node-1/anchor/{life - 1}") == ()
        assert parse_checkpoint(parse_note(jpn.inbox._find_note("KOR/node-1/anchor")).text).size == lost.ticks
        # What an auditor exports of the second life verifies without the node, the first life's entries too.
        trail = make_extract(source_of(kor.node, "journal"), 0, kor.journal.size() - 1)
        proved = verify_extract(trail, bytes.fromhex((lost.back / "authority.pub").read_text()))
        assert (proved.anchored, proved.cosigners) == (True, ("JPN/node-1/witness",))
        for node in (kor, jpn):
            report = await asyncio.to_thread(node.verify)
            assert report.sound, report.findings()
        assert kor.verify().parts["journal"].has("incarnation")
        await kor.stop()
        again = await run_one(lost.back)
        assert again.node.streams.incarnation == life
        assert not holds(jpn, gone)
        await again.stop()
        await jpn.stop()

    asyncio.run(work())


async def copy_by_hand(lost: Lost) -> tuple[OpenNode, str]:
    """Somebody put the whole folder back, alive marks and all: no mark says so. KOR went on meanwhile; JPN runs."""
    kor = await run_one(lost.net / "kor")
    jpn = await run_one(lost.net / "jpn")
    await asyncio.to_thread(write, kor)
    await kor.anchor()
    await kor.stop()
    await asyncio.to_thread(shutil.copytree, lost.net / "kor", lost.back)
    kor = await run_one(lost.net / "kor")
    more = await asyncio.to_thread(write, kor)
    await until(lambda: holds(jpn, more.key))
    await kor.stop()
    return jpn, more.key


def test_a2_a_copy_that_a_partner_proves_to_be_old_signs_nothing_and_marks_itself(lost: Lost) -> None:
    async def work() -> None:
        jpn, more = await copy_by_hand(lost)
        with pytest.raises(IntegrityError, match="JPN holds more than stands here"):
            await run_one(lost.back)
        with pytest.raises(UsageError, match="was restored"):
            await run_one(lost.back)
        again = await lost.begin()  # the same procedure as for any restored folder
        assert holds(again, more)
        await again.stop()
        await jpn.stop()

    asyncio.run(work())


def test_a2_a_copy_whose_partner_comes_later_ends_then(lost: Lost) -> None:
    async def work() -> None:
        jpn, _ = await copy_by_hand(lost)
        await jpn.stop()
        back = await run_one(lost.back)
        jpn = await run_one(lost.net / "jpn")
        await until(back.ended.is_set)
        assert "JPN holds more than stands here" in str(back.node.halted)
        with pytest.raises(IntegrityError, match="holds more"):
            await asyncio.to_thread(write, back)
        alarms = [e for e in entries_of(back, AlarmRaised) if e.code == "partner-ahead"]
        assert [e.detail for e in alarms] == ["JPN"]
        size = back.anchors.size()
        await back.anchor()
        assert back.anchors.size() == size
        await back.stop()
        assert read_mark(lost.back) is not None
        await jpn.stop()

    asyncio.run(work())


def test_a2_a_partner_that_only_claims_more_stops_nobody(lost: Lost) -> None:
    """It can hold up its own stream; it can't make up our signature."""

    async def work() -> None:
        kor = await run_one(lost.net / "kor")
        jpn = await run_one(lost.net / "jpn")
        await asyncio.to_thread(kor.inbox.acknowledge, JPN, {"FLASH": Held(99)})
        await until(lambda: kor.node.ahead == set())  # its next request says what it really holds
        filed = await asyncio.to_thread(write, kor)
        await until(lambda: holds(jpn, filed.key))
        assert kor.node.halted is None
        assert await kor._claims.look(kor.pullers) is None
        await kor.stop()
        await jpn.stop()

    asyncio.run(work())


def test_a2_only_an_administrator_with_a_reason_begins_another_life(
    lost: Lost, capsys: pytest.CaptureFixture[str]
) -> None:
    """By command: the code is typed, the password is right, and something must be lost."""

    def restore(*more: str, password: str = lost.order.password) -> int:
        secret = lost.vault / "password"
        secret.write_text(password)
        asked = ["restore", "--accept", str(lost.back), "--new-incarnation", "--json"]
        return program.main([*asked, "--password-file", str(secret), *more])

    async def work() -> None:
        jpn = await lost.happen()
        order = ["--person", "kor.admin", "--reason", "disk lost"]
        assert await asyncio.to_thread(restore, "--person", "kor.admin", "--confirm", "KOR") == 2
        assert await asyncio.to_thread(restore, *order, "--confirm", "JPN") == 1
        assert await asyncio.to_thread(restore, *order, "--confirm", "KOR", password="guessed") == 1
        wrong = ["--person", "kor.auditor", "--reason", "disk lost", "--confirm", "KOR"]
        assert await asyncio.to_thread(restore, *wrong) == 1
        assert not read_mark(lost.back).accepted  # type: ignore[union-attr]
        capsys.readouterr()
        assert await asyncio.to_thread(restore, *order, "--confirm", "KOR") == 0
        said = json.loads(capsys.readouterr().out)
        assert (said["incarnation"] > 1, said["ahead"]) == (True, ["JPN"])
        kor = await run_one(lost.back)
        await asyncio.to_thread(make_backup, lost.back, lost.vault, SystemClock().now())
        names = {kept.name for kept in read_manifest(max(lost.vault.glob("*.tar"))).files}
        assert {"anchors.db", f"anchors-{said['incarnation']}.db"} <= names
        await kor.stop()
        await jpn.stop()

    asyncio.run(work())


def test_d1_a_life_that_was_cut_short_at_its_start_is_begun_once(lost: Lost) -> None:
    """The process ends after the first entry of the life, before partners heard of it: the next start goes on with it."""

    async def work() -> None:
        jpn = await lost.happen()
        await asyncio.to_thread(accept, lost.back, frozenset(), lost.order)
        half = await asyncio.to_thread(open_node, lost.back)
        life = half.node.streams.incarnation
        await asyncio.to_thread(half.close)
        kor = await run_one(lost.back)
        assert [e.incarnation for e in entries_of(kor, IncarnationBegan)] == [life]
        assert kor.anchors.origin == f"KOR/node-1/anchor/{life}"
        assert kor.journal.origin == f"KOR/node-1/journal/{life}"
        assert all(holds(kor, filed.key) for filed in lost.lost)
        await kor.stop()
        await jpn.stop()

    asyncio.run(work())


def test_a2_nothing_lost_needs_no_other_life(lost: Lost) -> None:
    async def work() -> None:
        kor = await run_one(lost.net / "kor")
        jpn = await run_one(lost.net / "jpn")
        await kor.anchor()
        made = await asyncio.to_thread(make_backup, lost.net / "kor", lost.vault, SystemClock().now())
        await kor.stop()
        await asyncio.to_thread(unpack_backup, lost.vault / made.name, lost.back)
        with pytest.raises(UsageError, match="none holds more"):
            await asyncio.to_thread(accept, lost.back, frozenset(), lost.order)
        await jpn.stop()

    asyncio.run(work())
