# SPDX-License-Identifier: Apache-2.0
"""The carrier, when a member goes on in another life: partners are told, lanes begin anew, and what was is given back."""

import asyncio

import pytest

from tearline.core.exchange import Held, PullAnswer, PullRequest
from tearline.mailbox.carriers.https.wire import encode_body
from tests.mailbox.world import make_item, until

pytestmark = pytest.mark.slow  # TLS handshakes, waits that must end by themselves


def run(play):
    asyncio.run(asyncio.wait_for(play, 30))


def test_a_first_life_costs_no_byte():
    """Members that were never restored send what they sent before there were lives."""
    assert encode_body(PullRequest({"FLASH": Held(3)}, 5)).count(b"incarnation") == 0
    assert encode_body(PullAnswer({})).count(b"announced") == 0


def test_d2_who_follows_a_former_life_is_told_and_begins_anew(world, tmp_path):
    """Nothing of the new lanes is given to who asks for lanes of the old ones, however many it holds of them."""

    async def play():
        async with world.gather(tmp_path, "KOR", "JPN") as (kor, jpn):
            kor.post("JPN", make_item(0), make_item(1))
            jpn.pull("KOR", kor.listener.port)
            await jpn.shelf.wait(lambda: jpn.shelf.size("KOR") == 2)
            kor.app._links.clear()  # as a process does that begins anew
            kor.shelf.life = (2, "life 2")
            kor.spool.forget("JPN")
            kor.post("JPN", make_item(0), make_item(1), make_item(2))
            await jpn.shelf.wait(lambda: jpn.shelf.size("KOR") == 3)
            assert jpn.shelf.followed == {"KOR": 2}
            assert len(jpn.shelf.former["KOR", "ROUTINE", 1]) == 2
            await until(lambda: any(heard["ROUTINE"] == 3 for _, heard in kor.shelf.heard))

    run(play())


def test_n5_an_announcement_that_is_not_believed_is_a_failure_of_that_link_alone(world, tmp_path):
    async def play():
        async with world.gather(tmp_path, "KOR", "JPN", "USA") as (kor, jpn, usa):
            kor.shelf.life = (2, "forged")
            usa.post("JPN", make_item(0))
            puller = jpn.pull("KOR", kor.listener.port)
            jpn.pull("USA", usa.listener.port)
            await until(lambda: puller.state.last_error == "note-unknown-key")
            await jpn.shelf.wait(lambda: jpn.shelf.size("USA") == 1)
            assert jpn.shelf.followed == {}

    run(play())


def test_a_member_asks_what_is_held_of_it_and_gets_it_back(world, tmp_path):
    async def play():
        async with world.gather(tmp_path, "KOR", "JPN", "USA") as (kor, jpn, usa):
            sent = [make_item(n) for n in range(3)]
            kor.post("JPN", *sent)
            jpn.pull("KOR", kor.listener.port)
            await jpn.shelf.wait(lambda: jpn.shelf.size("KOR") == 3)
            jpn.shelf.begin("KOR", "life 2")
            puller = kor.pull("JPN", jpn.listener.port)
            standing = await puller.ask_standing()
            assert (standing.incarnation, standing.anchor) == (2, "anchor of KOR")
            back = await puller.ask_back(1, "ROUTINE", 1)
            assert (back.start, back.items) == (1, sent[1:])
            assert await puller.ask_back(1, "ROUTINE", 3) is None
            assert await usa.pull("JPN", jpn.listener.port).ask_back(1, "ROUTINE", 0) is None  # its own only
            puller.pause()
            assert await asyncio.gather(puller.ask_standing(), return_exceptions=True) != [standing]

    run(play())
