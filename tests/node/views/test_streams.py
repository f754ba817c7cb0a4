# SPDX-License-Identifier: Apache-2.0
"""Both ends of the lanes as folds of the journal."""

import msgspec

from tearline.core.exchange import DISPOSITION, Disposition
from tearline.node.journal import NoticeSent
from tests.node.commands.world import World
from tests.simulation.network import SimMail


def test_d1_lanes_are_named_after_the_nodes_in_the_directory_after_a_restart_too():
    world = World("KOR", "JPN")
    member = msgspec.structs.replace(world.directory.members["KOR"], node="seoul-2")
    members = {**world.directory.members, "KOR": member}
    world.bring(members=members)
    jpn = world.sites["JPN"]
    assert jpn.node.streams.incoming("KOR", "FLASH").origin == "KOR/node-1/JPN/FLASH/1"
    jpn.start()
    assert jpn.node.streams.incoming("KOR", "FLASH").origin == "KOR/seoul-2/JPN/FLASH/1"
    jpn.start()
    assert jpn.node.streams.incoming("KOR", "FLASH").origin == "KOR/seoul-2/JPN/FLASH/1"


class Recorded(SimMail):
    """Remembers how large each batch was."""

    def __init__(self):
        super().__init__()
        self.sizes = []

    def post(self, peer, lane, start, items, checkpoint):
        self.sizes.append(len(items))
        super().post(peer, lane, start, items, checkpoint)


def test_d2_what_the_spool_lost_is_posted_again_in_batches_that_it_takes():
    world = World("KOR", "JPN")
    site = world.sites["KOR"]
    work = site.node.work("node", "")
    for _ in range(1_200):
        work.send(NoticeSent, "JPN", "ROUTINE", DISPOSITION, Disposition("ROUTINE", 0, ()))
    work.commit()
    site.mail = Recorded()
    site.start()
    assert site.mail.sizes == [500, 500, 200]
    world.pump()
    assert world.node("JPN").streams.incoming("KOR", "ROUTINE").size == 1_200
    assert world.refusals == []


def test_d2_a_posting_that_failed_is_made_up_for_by_the_next_one():
    world = World("KOR", "JPN")
    site = world.sites["KOR"]

    def send():
        work = site.node.work("node", "")
        work.send(NoticeSent, "JPN", "ROUTINE", DISPOSITION, Disposition("ROUTINE", 0, ()))
        work.commit()

    post, site.mail.post = site.mail.post, lambda *_args: None
    send()
    site.mail.post = post
    send()
    assert site.mail.posted("JPN", "ROUTINE") == 2
    world.pump()
    assert world.refusals == []
