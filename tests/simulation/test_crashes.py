# SPDX-License-Identifier: Apache-2.0
"""One script, and the end of a process at every single commit of it, before and after: nothing is lost, nothing doubled."""

import pytest

from tearline.node.commands import amend_product, confirm_purge
from tests.node.commands.world import World, draft, label, portion
from tests.simulation.campaign import Crash
from tests.simulation.observe import check_restart

WIDE = label("KOR", "DAEOEBI", "KOR", "JPN", "NZL")
TITLE = portion(WIDE, "title", "AA", "title")
SPY = portion(WIDE, "the heron stands in the reeds", "BB")


def warning(*portions):
    return draft("KOR", *portions, kind="warning", lane="FLASH")


class Script:
    """File, carry, read, recall, carry, confirm, carry; every step is tried again until it was answered."""

    def __init__(self):
        self.world, self.key, self.crashes = World("KOR", "JPN", "NZL"), "", 0

    def arm(self, member, step, count):
        disk, left = self.world.sites[member].journal_disk, [count]

        def fault(found):
            left[0] -= found == step
            if left[0] == 0:
                raise Crash(step)

        disk.fault = fault

    def do(self, act):
        while True:
            try:
                return act()
            except Crash:
                self.crashes += 1
                for site in self.world.sites.values():
                    site.journal_disk.fault = lambda _step: None
                    if site.node.journal._dead:
                        site.start()

    def file(self):
        known = list(self.world.node("KOR").catalogue.holdings)
        if known:  # it happened, only the answer was lost
            return known[0]
        return self.world.file("kor.watch", warning(TITLE, SPY), "KOR-WATCH").key

    def recall(self):
        if self.world.node("KOR").releases.recalls:
            return
        acting = self.world.act("kor.watch", "KOR-WATCH")
        amend_product(self.world.node("KOR"), acting, self.key, warning(TITLE))

    def confirm(self):
        confirm_purge(self.world.node("NZL"), self.world.act("nzl.security"), self.key)

    def run(self):
        self.key = self.do(self.file)
        self.do(self.world.pump)
        self.world.reading("jpn.watch").get(self.key)
        self.world.node("JPN").flush_access()
        self.do(self.recall)
        self.do(self.world.pump)
        self.do(self.confirm)
        self.do(self.world.pump)


def count_commits(member):
    """How often the script commits at a node, by step."""
    script, seen = Script(), {"before-commit": 0, "after-commit": 0}

    def count(step):
        seen[step] += 1

    script.world.sites[member].journal_disk.fault = count
    script.run()
    return seen["before-commit"]


@pytest.mark.slow
@pytest.mark.parametrize("step", ["before-commit", "after-commit"])
@pytest.mark.parametrize("member", ["KOR", "JPN", "NZL"])
def test_d1_d4_a_crash_at_any_commit_loses_nothing_and_doubles_nothing(member, step):
    commits = count_commits(member)
    assert commits >= 3
    for number in range(1, commits + 1):
        script = Script()
        script.arm(member, step, number)
        script.run()
        assert script.crashes == 1, number
        world = script.world
        for receiver in ("JPN", "NZL"):
            assert world.share(receiver, script.key) == {"AA": 1}
            disk = world.sites[receiver].journal_disk
            assert b"heron" not in b"".join(o.body for o in disk.payloads.values()), number
            assert [w.purged for w in world.node(receiver).custody.withdrawals] == [True]
        (notice,) = world.duty("jpn.security").notices()
        assert notice.persons == ("jpn.watch",)
        states = [(r.member, r.state) for r in world.duty("kor.disclosure").recalls()]
        assert sorted(states) == [("JPN", "destroyed"), ("NZL", "destroyed")], (number, states)
        for site in world.sites.values():
            check_restart(site)
