# SPDX-License-Identifier: Apache-2.0
"""The https carrier between honest members, over real TLS on loopback."""

import asyncio
import functools
import time

import pytest

from tearline.core.errors import TearlineError, UsageError
from tearline.core.exchange import Held, PullRequest
from tearline.mailbox import CarrierError
from tearline.mailbox.carriers.https import WitnessAnswer, WitnessRequest, listen, make_listening_context
from tearline.mailbox.carriers.https.client import PeerClient
from tearline.mailbox.carriers.https.sender import SenderLimits
from tests.mailbox.world import make_item, until

pytestmark = pytest.mark.slow  # TLS handshakes, waits that must end by themselves


def run(play):
    asyncio.run(asyncio.wait_for(play, 30))


def test_d2_three_members_exchange_in_order(world, tmp_path):
    """Everything posted between three members arrives once, in order, and the senders hear what is held."""

    async def play():
        async with world.gather(tmp_path, "KOR", "JPN", "USA") as nations:
            sent = {}
            for giver in nations:
                for taker in nations:
                    if giver is not taker:
                        sent[giver.code, taker.code] = [make_item(at) for at in range(30)]
                        for at in range(0, 30, 7):
                            giver.post(taker.code, *sent[giver.code, taker.code][at : at + 7])
                        taker.pull(giver.code, giver.listener.port)
            for taker in nations:
                givers = [g.code for g in nations if g is not taker]
                sizes = [functools.partial(taker.shelf.size, giver) for giver in givers]
                await taker.shelf.wait(lambda sizes=sizes: all(size() == 30 for size in sizes))
                for giver in givers:
                    assert taker.shelf.lanes[giver, "ROUTINE"] == sent[giver, taker.code]
                    assert taker.pullers[giver].state.state == "up"
            kor = nations[0]
            await kor.shelf.wait(
                lambda: {p for p, h in kor.shelf.heard if h["ROUTINE"] == 30} == {"JPN", "USA"}
            )
            assert kor.app.seen("JPN").last_contact

    run(play())


def test_a_long_poll_wakes_within_milliseconds(world, tmp_path):
    """What is posted while a peer waits is on its shelf at once, not after the wait."""

    async def play():
        async with world.gather(tmp_path, "KOR", "JPN") as (kor, jpn):
            jpn.pull("KOR", kor.listener.port)
            kor.post("JPN", make_item(0), lane="FLASH")
            await jpn.shelf.wait(lambda: jpn.shelf.size("KOR", "FLASH") == 1)
            took = []
            for at in range(1, 21):
                await kor.shelf.wait(lambda at=at: kor.shelf.heard[-1][1].get("FLASH") == at)
                await asyncio.sleep(0.01)
                started = time.perf_counter()
                kor.post("JPN", make_item(at), lane="FLASH")
                await jpn.shelf.wait(lambda at=at: jpn.shelf.size("KOR", "FLASH") == at + 1)
                took.append(time.perf_counter() - started)
            assert sorted(took)[10] < 1  # seconds, where the wait is five

    run(play())


def test_flash_goes_first_and_answers_stay_small(world, tmp_path):
    """An answer holds FLASH before ROUTINE and stays near the budget, a large single batch alone excepted."""

    async def play():
        async with world.gather(tmp_path, "KOR", "JPN") as (kor, jpn):
            for at in range(40):
                kor.post("JPN", make_item(at, size=100_000))
            kor.post("JPN", make_item(0, size=600_000), lane="FLASH")
            client = PeerClient(
                "KOR", ("127.0.0.1", kor.listener.port), jpn.calling("KOR"), tap=lambda *_: None
            )
            asked = PullRequest({"FLASH": Held(0), "ROUTINE": Held(0)})
            answer = await client.pull(asked)
            assert list(answer.runs) == ["FLASH", "ROUTINE"]
            assert len(answer.runs["ROUTINE"].items) == 4
            kor.post("JPN", *(make_item(at, size=700_000) for at in range(5)), lane="IMMEDIATE")
            answer = await client.pull(PullRequest({"IMMEDIATE": Held(0), "ROUTINE": Held(0)}))
            assert list(answer.runs) == ["IMMEDIATE"]
            await client.close()

    run(play())


def test_d2_a_cut_in_the_middle_resumes_from_what_is_held(world, tmp_path):
    """A listener that vanishes mid-stream and comes back elsewhere loses and doubles nothing."""

    async def play():
        async with world.gather(tmp_path, "KOR", "JPN") as (kor, jpn):
            items = [make_item(at, size=30_000) for at in range(300)]
            for item in items[:200]:
                kor.post("JPN", item)
            port = kor.listener.port
            jpn.pull("KOR", port)
            await jpn.shelf.wait(lambda: jpn.shelf.size("KOR") > 0)
            for protocol in list(kor.listener._server.server_state.connections):
                protocol.transport.abort()
            await kor.listener.stop()
            for item in items[200:]:
                kor.post("JPN", item)
            await kor.listen(port)
            await jpn.shelf.wait(lambda: jpn.shelf.size("KOR") == 300)
            assert jpn.shelf.lanes["KOR", "ROUTINE"] == items

    run(play())


def test_n7_who_left_is_served_nothing_while_it_waits(world, tmp_path):
    """A request that waits is refused as soon as its member has left, and what is posted at that moment stays here."""

    async def play():
        async with world.gather(tmp_path, "KOR", "JPN") as (kor, jpn):
            puller = jpn.pull("KOR", kor.listener.port)
            kor.post("JPN", make_item(0))
            await jpn.shelf.wait(lambda: jpn.shelf.size("KOR") == 1)
            await until(lambda: puller.state.state == "up")
            await asyncio.sleep(0.1)  # the next request waits
            pin = world.pins.pop("JPN")
            started = time.perf_counter()
            kor.app.look_again()
            await until(lambda: puller.state.last_error == "there-unknown-peer")
            assert time.perf_counter() - started < 2  # seconds, where the wait is five
            world.pins["JPN"] = pin
            await until(lambda: puller.state.state == "up")
            await asyncio.sleep(0.1)
            world.pins.pop("JPN")
            kor.post("JPN", make_item(1))  # wakes it without anybody having said that it left
            await until(lambda: puller.state.last_error == "there-unknown-peer")
            assert jpn.shelf.size("KOR") == 1

    run(play())


def test_a_pause_by_plan_on_either_side(world, tmp_path):
    """A paused link says so on both sides, brings nothing, and goes on at once when resumed."""

    async def play():
        async with world.gather(tmp_path, "KOR", "JPN") as (kor, jpn):
            puller = jpn.pull("KOR", kor.listener.port)
            kor.post("JPN", make_item(0))
            await jpn.shelf.wait(lambda: jpn.shelf.size("KOR") == 1)
            kor.app.pause("JPN")
            await until(lambda: puller.state.state == "off line there by plan")
            kor.post("JPN", make_item(1))
            assert kor.app.seen("JPN").paused
            puller.pause()
            assert puller.state.state == "off line by plan"
            with pytest.raises(CarrierError):
                await puller.ask_witness(WitnessRequest(5, (), "note"))
            kor.app.resume("JPN")
            await asyncio.sleep(0.1)
            assert jpn.shelf.size("KOR") == 1
            puller.resume()
            await jpn.shelf.wait(lambda: jpn.shelf.size("KOR") == 2)

    run(play())


def test_a_refused_lane_does_not_hold_the_others(world, tmp_path):
    """A lane with a split view stops alone, shows its code, and is taken up again when mended."""

    async def play():
        async with world.gather(tmp_path, "KOR", "JPN") as (kor, jpn):
            jpn.shelf.refuse.add("ROUTINE")
            puller = jpn.pull("KOR", kor.listener.port)
            kor.post("JPN", make_item(0))
            for at in range(5):
                kor.post("JPN", make_item(at), lane="FLASH")
                await jpn.shelf.wait(lambda at=at: jpn.shelf.size("KOR", "FLASH") == at + 1)
            await until(lambda: puller.state.lanes)
            assert (puller.state.state, puller.state.lanes) == ("up", {"ROUTINE": "split-view"})
            jpn.shelf.refuse.clear()
            kor.post("JPN", make_item(5), lane="FLASH")
            await asyncio.sleep(0.06)
            kor.post("JPN", make_item(6), lane="FLASH")
            await jpn.shelf.wait(lambda: jpn.shelf.size("KOR") == 1)

    run(play())


def test_n1_a_nothing_new_round_does_not_depend_on_history(world, tmp_path):
    """With ten items or fifty thousand behind it, an idle round answers with the same bytes."""

    async def ask(kor, jpn, size):
        bodies = []
        client = PeerClient(
            "KOR",
            ("127.0.0.1", kor.listener.port),
            jpn.calling("KOR"),
            tap=lambda *seen: bodies.append(seen[2]),
        )
        answer = await client.pull(PullRequest({"ROUTINE": Held(size, "c" * 200)}, wait_s=0))
        await client.close()
        assert answer.runs == {}
        return bodies

    async def play():
        async with world.gather(tmp_path, "KOR", "JPN") as (kor, jpn):
            kor.post("JPN", *(make_item(at) for at in range(10)))
            few = await ask(kor, jpn, 10)
            for start in range(10, 50_000, 1_785):
                kor.post("JPN", *(make_item(at, size=1) for at in range(start, start + 1_785)))
            many = await ask(kor, jpn, kor.spool.posted("JPN", "ROUTINE"))
            assert kor.spool.posted("JPN", "ROUTINE") >= 50_000
            assert few[1] == many[1]
            assert len(few[1]) < 16
            assert len(many[0]) - len(few[0]) <= 4

    run(play())


def test_a_dropped_payload_travels_as_its_leaf(world, tmp_path):
    """What was dropped before it was pulled arrives as a leaf without salt and body, and in no body sent."""

    async def play():
        async with world.gather(tmp_path, "KOR", "JPN") as (kor, jpn):
            items = [make_item(at) for at in range(3)]
            kor.post("JPN", *items)
            kor.spool.drop("JPN", "ROUTINE", 1)
            jpn.pull("KOR", kor.listener.port)
            await jpn.shelf.wait(lambda: jpn.shelf.size("KOR") == 3)
            assert jpn.shelf.lanes["KOR", "ROUTINE"][1].body is None
            sent = b"".join(body for _, _, body in kor.bodies)
            assert items[0].body in sent
            assert items[1].body not in sent

    run(play())


def test_the_tap_sees_both_directions_on_both_sides(world, tmp_path):
    """Each plain body is seen once where it is sent and once where it is received, compressed or not."""

    async def play():
        async with world.gather(tmp_path, "KOR", "JPN") as (kor, jpn):
            item = make_item(0)
            kor.post("JPN", item, *(make_item(at, size=0) for at in range(1, 400)))
            jpn.pull("KOR", kor.listener.port)
            await jpn.shelf.wait(lambda: jpn.shelf.size("KOR") == 400)
            assert any(p == "JPN" and d == "sent" and item.body in b for p, d, b in kor.bodies)
            assert any(p == "KOR" and d == "received" and item.body in b for p, d, b in jpn.bodies)
            assert any(p == "JPN" and d == "received" for p, d, _ in kor.bodies)
            assert any(p == "KOR" and d == "sent" for p, d, _ in jpn.bodies)

    run(play())


def test_a_witness_cosigns_or_says_what_it_holds(world, tmp_path):
    """A request from the right size gets a cosignature, another one the size to start from."""

    async def play():
        async with world.gather(tmp_path, "KOR", "JPN") as (kor, jpn):
            puller = jpn.pull("KOR", kor.listener.port)
            request = WitnessRequest(5, (bytes(32),), "anchor")
            assert await puller.ask_witness(request) == WitnessAnswer(7, "KOR cosigns JPN anchor")
            assert await puller.ask_witness(WitnessRequest(4, (), "anchor")) == WitnessAnswer(5, "")

    run(play())


def test_a_newer_pull_of_a_peer_ends_its_older_one(world, tmp_path):
    """A peer that comes back after a cut does not wait behind its own lost request."""

    async def play():
        async with world.gather(tmp_path, "KOR", "JPN") as (kor, jpn):
            client = PeerClient(
                "KOR", ("127.0.0.1", kor.listener.port), jpn.calling("KOR"), tap=lambda *_: None
            )
            asked = PullRequest({"FLASH": Held(0)}, wait_s=20)
            older = asyncio.create_task(client.pull(asked))
            await until(lambda: kor.shelf.heard)
            newer = asyncio.create_task(client.pull(asked))
            assert (await asyncio.wait_for(older, 5)).runs == {}
            kor.post("JPN", make_item(0), lane="FLASH")
            assert len((await newer).runs["FLASH"].items) == 1
            await client.close()

    run(play())


def test_a_taken_port_gives_a_kind_error(world, tmp_path):
    """The error names the port and says what to do; the first listener goes on."""

    async def play():
        async with world.gather(tmp_path, "KOR", "JPN") as (kor, jpn):
            with pytest.raises(UsageError) as caught:
                await listen(jpn.app, "127.0.0.1", kor.listener.port, make_listening_context(jpn.files))
            assert caught.value.code == "port-taken"
            assert "choose another port" in str(caught.value)

    run(play())


def test_missing_tls_files_give_a_kind_error(world, tmp_path):
    """No certificate, no listener, and advice."""
    files = world.make_files("KOR", tmp_path)
    files.certificate.unlink()
    with pytest.raises(TearlineError) as caught:
        make_listening_context(files)
    assert caught.value.code == "tls-files"


def test_default_limits_fit_each_other():
    """What a sender may send, a receiver takes."""
    limits = SenderLimits()
    assert limits.answer.usual_bytes <= limits.answer.max_bytes
