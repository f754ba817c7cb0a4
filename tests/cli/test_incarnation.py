# SPDX-License-Identifier: Apache-2.0
"""A node goes on from a backup that is older than what its partner has seen: another incarnation, on both sides, end to end."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
import pytest

from tearline.assembly import OpenNode
from tearline.backup import make_backup, unpack_backup
from tearline.config import NetworkSpec
from tearline.core.ids import Member
from tearline.founding import found_network
from tearline.machine import SystemClock
from tearline.node.commands import Recalled, recall_product
from tearline.node.journal import IncarnationAnnounced, IncarnationBegan, decode_entry
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


def entries_of(node: OpenNode, shape: type) -> list[object]:
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
        assert [(e.incarnation, e.before, e.actor, e.silent) for e in began] == [(2, 1, "kor.admin", ())]
        assert [(t.member, t.incarnation, t.ticks) for t in began[0].answered] == [("JPN", 1, lost.ticks)]
        announced = entries_of(jpn, IncarnationAnnounced)
        assert [(e.member, e.incarnation) for e in announced] == [("KOR", 2)]
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
        for node in (kor, jpn):
            report = await asyncio.to_thread(node.verify)
            assert report.sound, report.findings()
        assert kor.verify().parts["journal"].has("incarnation")
        await kor.stop()
        again = await run_one(lost.back)
        assert again.node.streams.incarnation == 2
        assert not holds(jpn, gone)
        await again.stop()
        await jpn.stop()

    asyncio.run(work())
