# SPDX-License-Identifier: Apache-2.0
"""Strangers at the listener, hostile peers behind it (assurance B1.8, B3.8, B4, B5.6)."""

import asyncio
import json
import resource
import ssl
import time

import httpx2
import msgspec
import pytest
import zstandard

from tearline.core.errors import LimitError, MalformedError
from tearline.core.exchange import Held, Item, Limits, PullAnswer, PullRequest, Run
from tearline.mailbox.carriers.https import TlsFiles, make_calling_context, make_listening_context
from tearline.mailbox.carriers.https.client import ClientLimits
from tearline.mailbox.carriers.https.listen import CONNECTIONS_MAX_OF_PEER, listen
from tearline.mailbox.carriers.https.wire import (
    PLAIN,
    PULL_PATH,
    ZSTD,
    check_answer,
    decode_body,
    encode_body,
    pack,
    unpack,
)
from tearline.node.trust import create_authority, load_tls_key
from tests.mailbox.world import QUICK, make_item, read_clock, until

PULL = encode_body(PullRequest({"ROUTINE": Held(0)}))


pytestmark = pytest.mark.slow  # TLS handshakes, waits that must end by themselves


def run(play):
    asyncio.run(asyncio.wait_for(play, 30))


async def call(port, context, body=PULL, *, path=PULL_PATH, method="POST", headers=None):
    """One request by a client that is not ours to the bit: status and refusal code."""
    async with httpx2.AsyncClient(verify=context, trust_env=False, timeout=5) as client:
        headers = {"content-type": PLAIN, **(headers or {})}
        answer = await client.request(
            method, f"https://127.0.0.1:{port}{path}", content=body, headers=headers
        )
        code = msgspec.msgpack.decode(answer.content).get("code", "") if answer.content else ""
        return answer.status_code, code


# Strangers at the listener


def test_only_known_keys_are_answered(world, tmp_path):
    """No certificate, another authority's, an ended one, TLS 1.2: no answer; a valid but unknown key: 403."""

    async def play():
        async with world.gather(tmp_path, "KOR", "JPN") as (kor, jpn):
            port = kor.listener.port
            assert await call(port, jpn.calling("KOR")) == (200, "")
            other = create_authority(tmp_path / "other", now=read_clock())
            strangers = [
                world.make_files("JPN", tmp_path, authority=other),
                world.make_files("JPN", tmp_path, ended=True),
                None,
            ]
            for files in strangers:
                with pytest.raises((httpx2.TransportError, ssl.SSLError)):
                    await call(port, make_context(world, kor, files))
            old = make_context(world, kor, jpn.files)
            old.minimum_version, old.maximum_version = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_2
            with pytest.raises((httpx2.TransportError, ssl.SSLError)):
                await call(port, old)
            unlisted = world.make_files("PRK", tmp_path)
            del world.pins["PRK"]
            assert await call(port, make_context(world, kor, unlisted)) == (403, "unknown-peer")
            assert kor.shelf.heard == [("JPN", {"ROUTINE": 0})]

    run(play())


def make_context(world, kor, files):
    if files is not None:
        return make_calling_context(files, lambda: kor.spki)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cadata=world.authority.certificate.decode())
    return context


def test_a_certificate_that_names_another_member_is_its_keys_owner(world, tmp_path):
    """B4.1: KOR's name on JPN's key makes nobody KOR; the key decides, on both ends."""

    async def play():
        async with world.gather(tmp_path, "KOR", "JPN") as (kor, jpn):
            public = load_tls_key(jpn.files.key).public_key()
            false = tmp_path / "false.pem"
            false.write_bytes(world.authority.issue_for("USA", "node-1", key=public, now=read_clock()))
            files = TlsFiles(jpn.files.authority, false, jpn.files.key)
            assert await call(kor.listener.port, make_context(world, kor, files)) == (200, "")
            assert kor.shelf.heard[-1][0] == "JPN"

    run(play())


def test_a_removed_peer_is_refused_on_its_open_connection(world, tmp_path):
    """B4.10: a key taken out of the directory is refused at the next request, without a new handshake."""

    async def play():
        async with world.gather(tmp_path, "KOR", "JPN") as (kor, jpn):
            client = httpx2.AsyncClient(verify=jpn.calling("KOR"), trust_env=False)
            url = f"https://127.0.0.1:{kor.listener.port}{PULL_PATH}"
            headers = {"content-type": PLAIN}
            assert (await client.post(url, content=PULL, headers=headers)).status_code == 200
            world.pins.pop("JPN")
            assert (await client.post(url, content=PULL, headers=headers)).status_code == 403
            assert len(kor.listener._server.server_state.connections) == 1
            await client.aclose()

    run(play())


def test_headers_make_nobody_a_peer(world, tmp_path):
    """B4.2: no proxy or identity header changes who asks."""

    async def play():
        async with world.gather(tmp_path, "KOR", "JPN", "USA") as (kor, jpn, _usa):
            names = (
                "x-forwarded-for",
                "forwarded",
                "x-client-cert",
                "x-ssl-client-cert",
                "x-webauth-user",
                "x-peer",
                "host",
            )
            for name in names:
                await call(kor.listener.port, jpn.calling("KOR"), headers={name: "USA"})
            assert {peer for peer, _ in kor.shelf.heard} == {"JPN"}

    run(play())


def test_malformed_requests_are_refused_by_code(world, tmp_path):
    """Wrong path, method, type, size, fields and lanes get a stable code and reach no inbox."""
    bodies = [
        b"",
        b"\xc1",
        b"\x91" * 50_000,
        msgspec.msgpack.encode({"held": {"ROUTINE\n": {"size": 0}}}),
        msgspec.msgpack.encode({"held": {"ROUTINE": {"size": -1}}}),
        msgspec.msgpack.encode({"held": {"ROUTINE": {"size": 2**60}}}),
        msgspec.msgpack.encode({"held": {"ROUTINE": {"size": 0, "x": 1}}}),
        msgspec.msgpack.encode({"held": {}, "wait_s": 10**9}),
        PULL + b"\x00",
    ]

    async def play():
        async with world.gather(tmp_path, "KOR", "JPN") as (kor, jpn):
            port, context = kor.listener.port, jpn.calling("KOR")
            for body in bodies:
                assert await call(port, context, body) == (400, "unreadable")
            assert await call(port, context, b"x" * 70_000) == (413, "too-large")
            assert await call(port, context, headers={"content-type": "text/plain"}) == (415, "unreadable")
            for path, method in (
                ("/", "POST"),
                ("/mail/v1/pull/", "POST"),
                (PULL_PATH, "GET"),
                (PULL_PATH, "PUT"),
            ):
                assert await call(port, context, path=path, method=method) == (404, "not-found")
            assert kor.shelf.heard == []

    run(play())


def test_one_certificate_holds_few_connections(world, tmp_path):
    """B5.6: a peer that opens sockets without end runs into its own limit; another peer is served."""

    async def play():
        async with world.gather(tmp_path, "KOR", "JPN", "USA") as (kor, jpn, usa):
            context = jpn.calling("KOR")
            port = kor.listener.port
            opened = [
                await asyncio.open_connection("127.0.0.1", port, ssl=context)
                for _ in range(CONNECTIONS_MAX_OF_PEER + 10)
            ]
            await until(
                lambda: sum(reader.at_eof() or reader.exception() is not None for reader, _ in opened) >= 10
            )
            assert len(kor.listener._server.server_state.connections) <= CONNECTIONS_MAX_OF_PEER
            assert await call(port, usa.calling("KOR")) == (200, "")
            for _, writer in opened:
                writer.transport.abort()
            await asyncio.sleep(0.05)
            assert await call(port, jpn.calling("KOR")) == (200, "")

    run(play())


# Hostile listeners


class Liar:
    """A member's listener that answers pulls with ``answer(send)``."""

    def __init__(self, nation, answer):
        self.nation, self.answer, self.calls = nation, answer, 0

    async def __call__(self, _scope, receive, send):
        while (await receive()).get("more_body"):
            pass
        self.calls += 1
        await self.answer(send)

    async def listen(self):
        self.nation.listener_of_lies = await listen(
            self, "127.0.0.1", 0, make_listening_context(self.nation.files)
        )
        return self.nation.listener_of_lies


async def start(send, *headers, status=200, content_type=PLAIN):
    headers = [(b"content-type", content_type.encode()), *headers]
    await send({"type": "http.response.start", "status": status, "headers": headers})


async def say(send, body, *, content_type=PLAIN, status=200):
    await start(send, status=status, content_type=content_type)
    await send({"type": "http.response.body", "body": body})


BOMB = zstandard.ZstdCompressor(level=3).compress(bytes(31 * 1024 * 1024))


def make_lying_frame():
    """A frame that claims few bytes and holds many."""
    honest = bytearray(zstandard.ZstdCompressor(write_content_size=True).compress(bytes(60_000)))
    assert honest[5:7] == (60_000 - 256).to_bytes(2, "little")
    honest[5:7] = (1_000 - 256).to_bytes(2, "little")
    return bytes(honest)


async def send_endless(send):
    await start(send)
    for _ in range(1_000):  # twice what is read of any answer
        await send({"type": "http.response.body", "body": bytes(65536), "more_body": True})
        await asyncio.sleep(0)


async def send_dripping(send):
    await start(send)
    for _ in range(20):
        await send({"type": "http.response.body", "body": b"\x81", "more_body": True})
        await asyncio.sleep(0.05)


async def send_nothing(_send):
    await asyncio.sleep(1)


async def send_elsewhere(send):
    await start(send, (b"location", b"/elsewhere"), status=307)
    await send({"type": "http.response.body", "body": b""})


async def send_half(send):
    await start(send, (b"content-length", b"1000"))
    await send({"type": "http.response.body", "body": b"\x81\xa4runs", "more_body": True})
    raise ConnectionError


def run_of(*items, start=0):
    return encode_body(PullAnswer({"ROUTINE": Run(start, list(items), f"checkpoint {start + len(items)}")}))


LIES = {
    "garbage": (lambda send: say(send, b"\xff" * 100), "unreadable"),
    "json": (lambda send: say(send, json.dumps({"runs": {}}).encode()), "unreadable"),
    "nested": (lambda send: say(send, b"\x81\xa4runs" + b"\x91" * 100_000), "unreadable"),
    "html": (lambda send: say(send, b"<html>", content_type="text/html"), "unreadable"),
    "redirect": (send_elsewhere, "there-refused"),
    "empty refusal": (lambda send: say(send, b"", status=500), "there-refused"),
    "long refusal": (lambda send: say(send, b"x" * 100_000, status=500), "too-large"),
    "odd code": (
        lambda send: say(send, msgspec.msgpack.encode({"code": "a\r\nb"}), status=422),
        "there-refused",
    ),
    "gzip": (lambda send: start(send, (b"content-encoding", b"gzip")), "unreadable"),
    "declared too large": (
        lambda send: start(send, (b"content-length", b"99999999999999999999")),
        "too-large",
    ),
    "bomb": (lambda send: say(send, BOMB, content_type=ZSTD), "expands-too-far"),
    "lying frame": (lambda send: say(send, make_lying_frame(), content_type=ZSTD), "unreadable"),
    "not asked": (lambda send: say(send, run_of(make_item(3), start=3)), "not-asked"),
    "empty run": (lambda send: say(send, run_of()), "not-asked"),
    "many items": (lambda send: say(send, run_of(*[Item(b"")] * 2001)), "unreadable"),
    "half": (send_half, "cut-off"),
    "endless": (send_endless, "too-large"),
    "dripping": (send_dripping, "too-slow"),
    "silent": (send_nothing, "too-slow"),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_hostile_peer_fails_alone(world, tmp_path, lie):
    """Whatever a peer sends, nothing of it is accepted, its link shows a code, and the other peer's link is quick."""

    async def play():
        async with world.gather(tmp_path, "KOR", "JPN", "USA") as (kor, jpn, usa):
            answer, code = LIES[lie]
            liar = await Liar(usa, answer).listen()
            hasty = ClientLimits(connect_max_s=2, head_max_s=0.3, answer_max_s=0.3)
            limits = msgspec.structs.replace(QUICK, client=hasty) if code == "too-slow" else QUICK
            bad = jpn.pull("USA", liar.port, limits)
            jpn.pull("KOR", kor.listener.port)
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            await until(lambda: bad.state.last_error)
            assert (bad.state.state, bad.state.last_error) == ("down", code)
            kor.post("JPN", make_item(0), lane="FLASH")
            started = time.perf_counter()
            await jpn.shelf.wait(lambda: jpn.shelf.size("KOR", "FLASH") == 1)
            assert time.perf_counter() - started < 2
            assert jpn.shelf.size("USA") == 0
            assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 120 * 1024  # KiB
            await liar.stop()

    run(play())


def test_another_members_certificate_at_a_peers_address_gets_no_byte(world, tmp_path):
    """B4.3: USA answering at KOR's address is refused at the end of the handshake: it never sees a request."""

    async def play():
        async with world.gather(tmp_path, "KOR", "JPN", "USA") as (_kor, jpn, usa):
            liar = Liar(usa, lambda send: say(send, run_of(make_item(0))))
            listener = await liar.listen()
            puller = jpn.pull("KOR", listener.port)
            await until(lambda: puller.state.last_error)
            assert puller.state.last_error == "wrong-key"
            assert liar.calls == 0
            await listener.stop()

    run(play())


def test_a_listener_of_another_authority_is_refused(world, tmp_path):
    """B4.3: a valid chain to a root that isn't the network's ends the handshake."""

    async def play():
        async with world.gather(tmp_path, "KOR", "JPN") as (kor, jpn):
            other = create_authority(tmp_path / "other", now=read_clock())
            for files in (
                world.make_files("KOR", tmp_path, authority=other),
                world.make_files("KOR", tmp_path, ended=True),
            ):
                listener = await listen(kor.app, "127.0.0.1", 0, make_listening_context(files))
                puller = jpn.pull("KOR", listener.port)
                await until(lambda puller=puller: puller.state.last_error)
                assert puller.state.last_error == "certificate-refused"
                await listener.stop()

    run(play())


def test_nobody_at_the_address(world, tmp_path):
    """An address without a listener is "unreachable", and is tried again."""

    async def play():
        async with world.gather(tmp_path, "KOR", "JPN") as (kor, jpn):
            port = kor.listener.port
            await kor.listener.stop()
            puller = jpn.pull("KOR", port)
            await until(lambda: puller.state.last_error)
            assert puller.state.last_error == "unreachable"
            kor.post("JPN", make_item(0))
            await kor.listen(port)
            await jpn.shelf.wait(lambda: jpn.shelf.size("KOR") == 1)

    run(play())


def test_a_peer_that_answers_empty_at_once_does_not_make_us_spin(world, tmp_path):
    """B5.8: empty answers without waiting are met with growing rests."""

    async def play():
        async with world.gather(tmp_path, "JPN", "USA") as (jpn, usa):
            liar = Liar(usa, lambda send: say(send, encode_body(PullAnswer({}))))
            listener = await liar.listen()
            jpn.pull("USA", listener.port, msgspec.structs.replace(QUICK, rest_min_s=0.05, rest_max_s=10.0))
            await until(lambda: liar.calls >= 3)
            await asyncio.sleep(0.5)
            assert liar.calls < 12
            await listener.stop()

    run(play())


# The wire alone


def test_bodies_come_back_equal_and_bombs_are_never_made():
    """Any body unpacks to itself; one that would expand beyond what a receiver takes is sent plain."""
    for body in (b"", b"x", b"abc" * 1000, bytes(5_000_000), encode_body(PullRequest({"FLASH": Held(3)}))):
        content_type, packed = pack(body)
        assert unpack(content_type, packed) == body
    assert pack(bytes(5_000_000))[0] == PLAIN
    assert pack(b"".join(b"some words about %d; " % at for at in range(400)))[0] == ZSTD


def test_a_frame_is_one_frame():
    """Nothing may follow a compressed body, and its size must be written in it."""
    one = pack(b"words, many words, more words; " * 30)[1]
    body_without_size = zstandard.ZstdCompressor(write_content_size=False).compress(b"words" * 300)
    for bad in (one + b"x", one + one, one[:-1], one[:6], b"", body_without_size):
        with pytest.raises((MalformedError, LimitError)):
            unpack(ZSTD, bad)


def test_an_answer_must_fit_what_was_asked():
    """Lanes, starts and sizes are compared with the request before the inbox sees a thing."""
    good = PullAnswer({"FLASH": Run(3, [make_item(3)], "c")})
    check_answer(good, {"FLASH": 3})
    for asked in ({"FLASH": 2}, {"ROUTINE": 3}, {}):
        with pytest.raises(MalformedError):
            check_answer(good, asked)
    with pytest.raises(LimitError):
        check_answer(good, {"FLASH": 3}, Limits(item_max_bytes=5))
    with pytest.raises(MalformedError):
        decode_body(encode_body(good), PullRequest)
