# SPDX-License-Identifier: Apache-2.0
"""N1 and N7 of event streams: what is hidden moves no frame, and a right is asked for at each delivery."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator

import msgspec
import pytest

from tearline.core.ids import Person, Post
from tearline.core.instants import MINUTE, Instant, print_iso
from tearline.edge.api import Pace
from tearline.edge.api.streams import STREAMS_MAX
from tearline.node.commands import AdmitPerson, admit_persons
from tests.edge.driver import Answer, Client, Door, run
from tests.twins.worlds import READERS, SECRETS, Day, draft, found, label, portion, text

QUIET = Pace(check_s=0.01, heartbeat_s=3_600)
CLEARED = [name for name, (_, person) in READERS.items() if person and person != "kor.admin"]


@pytest.fixture
def day() -> Iterator[Day]:
    made = Day(found(), frozenset(SECRETS))
    made.play()
    yield made
    made.world.close()


async def listen(client: Client, meanwhile: Callable[[], Awaitable[None]], until: str = "\0") -> Answer:
    """What a stream said while something happened; it is over when ``until`` was said, or the node ended it."""
    began = asyncio.Event()

    def is_over(body: bytes) -> bool:
        began.set()
        return until.encode() in body

    await client.sign_in()
    stream = asyncio.create_task(client.ask("GET", "/api/events", until=is_over))
    await began.wait()
    await meanwhile()
    return await asyncio.wait_for(stream, 5)


def test_n1_hidden_changes_move_no_frame(day: Day) -> None:
    """While every kind of secret happens, each reader's stream says what it says on a quiet day."""

    async def play() -> list[bytes]:
        streams = [asyncio.create_task(one(reader)) for reader in CLEARED]
        await asyncio.gather(*(event.wait() for event in ready.values()))
        await asyncio.to_thread(day.hide)
        marker.append(await asyncio.to_thread(day.file_marker))
        go.set()
        return [(await s).body for s in streams]

    async def one(reader: str) -> Answer:
        member, person = READERS[reader]
        client = Client(Door(day.network, member, pace=QUIET), person)

        async def wait() -> None:
            ready[reader].set()
            await go.wait()

        return await listen(client, wait, until="event: product\ndata: ")

    ready = {reader: asyncio.Event() for reader in CLEARED}
    marker: list[str] = []
    go = asyncio.Event()
    for body in run(play()):
        frame = b'event: product\ndata: {"key":"%s"}\n\n' % marker[0].encode()
        # To who answers for the marker its release is news as well as its filing.
        assert body.partition(frame)[:2] == (b"retry: 2000\n\n", frame)
        assert not body.partition(frame)[2].replace(frame, b"")


def test_n1_a_draft_moves_no_frame_but_of_those_it_exists_for(day: Day) -> None:
    """Of a post: those who act for it with that clearance, by the name of who saved it. Of one's own: oneself."""
    people = {
        "kor.analyst": ("KOR-DESK", ()),
        "kor.colleague": ("KOR-DESK", ()),
        "kor.read-in": ("KOR-DESK", ("DALBIT",)),
        "kor.watch": ("KOR-WATCH", ()),
    }
    rows = [AdmitPerson(Person(p), words, (Post(post),)) for p, (post, words) in people.items()]
    admit_persons(day.network.sites["KOR"].node, rows)
    door = Door(day.network, "KOR", pace=QUIET)

    async def play() -> dict[str, bytes]:
        streams = {person: asyncio.create_task(one(person)) for person in people}
        await asyncio.gather(*(event.wait() for event in ready.values()))
        writer = Client(door, "kor.analyst")
        await writer.sign_in()
        made = draft("KOR", "report", portion("TP", "title", text(label("KOR", "III-KUP"), "Ours")))
        for name in ("post_KOR-DESK_one", "own"):
            await writer.ask("PUT", f"/api/drafts/{name}", msgspec.json.encode(made))
        await writer.ask("DELETE", "/api/drafts/post_KOR-DESK_one")
        await asyncio.to_thread(day.file_marker)
        go.set()
        return {person: (await stream).body for person, stream in streams.items()}

    async def one(person: str) -> Answer:
        async def wait() -> None:
            ready[person].set()
            await go.wait()

        return await listen(Client(door, person), wait, until="event: product\ndata: ")

    ready, go = {person: asyncio.Event() for person in people}, asyncio.Event()
    heard = {
        person: [
            (news["id"], bool(news["digest"]), news["hand"])
            for frame in body.split(b"\n\n")
            if frame.startswith(b"event: draft")
            for news in [json.loads(frame.partition(b"data: ")[2])]
        ]
        for person, body in run(play()).items()
    }
    ours = [("post_KOR-DESK_one", kept, "kor.analyst") for kept in (True, False)]
    assert heard["kor.analyst"] == [ours[0], ("own", True, ""), ours[1]]
    assert heard["kor.colleague"] == ours
    assert heard["kor.read-in"] == heard["kor.watch"] == []


def test_n7_stream_ends_with_its_session(day: Day) -> None:
    """After the session's end nothing is delivered, although the change is the reader's to see."""

    async def play() -> Answer:
        client = Client(Door(day.network, "KOR", pace=QUIET), "kor.analyst")

        async def end() -> None:
            client.door.accounts.end_sessions(Person("kor.analyst"))
            await asyncio.to_thread(day.file_marker)

        return await listen(client, end)

    assert run(play()).body == b"retry: 2000\n\n"


@pytest.mark.parametrize("cleared", [True, False])
def test_n7_stream_ends_when_the_clearance_is_cut(day: Day, *, cleared: bool) -> None:
    """A change that was queued under the old clearance is not delivered under the new one."""

    async def play() -> Answer:
        door = Door(day.network, "KOR", pace=QUIET)
        client = Client(door, "kor.watch")

        async def cut() -> None:
            day.file_marker()
            changed = AdmitPerson(Person("kor.watch"), (), (Post("KOR-WATCH"),), ("watch",), cleared=cleared)
            admit_persons(door.site.node, [changed])

        return await listen(client, cut)

    assert run(play()).body == b"retry: 2000\n\n"


def test_n7_read_is_asked_at_each_request(day: Day) -> None:
    """A clearance that is cut takes effect at the very next request of a running session."""

    async def play() -> list[int]:
        client = Client(Door(day.network, "KOR"), "kor.analyst")
        await client.sign_in()
        target = f"/api/products/{day.world.keys['own']}"
        before = (await client.get(target)).status
        changed = AdmitPerson(Person("kor.analyst"), (), (Post("KOR-DESK"),), (), cleared=False)
        admit_persons(client.door.site.node, [changed])
        return [before, (await client.get(target)).status, (await client.get("/api/products")).json["total"]]

    assert run(play()) == [200, 404, 0]


def test_heartbeats_come_on_their_own_tick(day: Day) -> None:
    """Frames without events come while nothing happens."""

    async def play() -> Answer:
        client = Client(Door(day.network, "KOR"), "kor.analyst")
        await client.sign_in()
        return await client.ask("GET", "/api/events", until=lambda body: body.count(b": \n\n") > 1)

    assert run(play()).body == b"retry: 2000\n\n: \n\n: \n\n"


def test_a_standing_clock_that_is_moved_is_told(day: Day) -> None:
    """A page shows the operational time, and does not ask for it anew while nothing happens."""

    async def play() -> Answer:
        client = Client(Door(day.network, "KOR"), "kor.analyst")
        await client.sign_in()
        stream = asyncio.create_task(client.ask("GET", "/api/events", until=lambda body: b"clock" in body))
        await asyncio.sleep(0.05)
        clock.operational = Instant(clock.operational + 5 * MINUTE)
        return await asyncio.wait_for(stream, 5)

    clock = day.network.clock
    clock.dtg_runs = False
    try:
        body = run(play()).body
    finally:
        clock.dtg_runs = True
    assert print_iso(day.network.clock.dtg()).encode() in body


def test_a_reader_who_does_not_keep_up_is_cut_off(day: Day) -> None:
    """The queue is bounded: the stream ends, and the client asks for the list again."""

    async def play() -> Answer:
        pace = Pace(check_s=0.01, heartbeat_s=3_600, queued_max=0)
        client = Client(Door(day.network, "KOR", pace=pace), "kor.analyst")

        async def change() -> None:
            day.file_marker()

        return await listen(client, change)

    assert run(play()).body == b"retry: 2000\n\n"


def test_of_too_many_streams_of_a_person_the_oldest_ends(day: Day) -> None:
    """Each costs something at every commit; another person's go on."""

    async def play() -> list[bool]:
        door = Door(day.network, "KOR", pace=QUIET)
        client, other = Client(door, "kor.watch"), Client(door, "kor.analyst")
        await client.sign_in()
        await other.sign_in()
        tasks = [asyncio.create_task(other.ask("GET", "/api/events"))]
        for _ in range(STREAMS_MAX + 2):
            tasks.append(asyncio.create_task(client.ask("GET", "/api/events")))
            await asyncio.sleep(0.02)
        await asyncio.sleep(0.3)
        done = [task.done() for task in tasks]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return done

    assert run(play()) == [False, True, True, *[False] * STREAMS_MAX]
