# SPDX-License-Identifier: Apache-2.0
"""The listener of people's doors: loopback only, ready when it says so, stopped cleanly."""

import asyncio

import httpx2
import pytest

from tearline.core.errors import UsageError
from tearline.edge.serve import listen_web


async def hello(scope, receive, send):
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            await send({"type": message["type"] + ".complete"})
            if message["type"] == "lifespan.shutdown":
                return
    seen = scope["client"][0].encode() + b" " + scope["scheme"].encode()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": seen})


def test_it_serves_on_loopback_and_reads_no_proxy_headers():
    """A free port is taken, the first request is answered, and a forwarded address changes nothing."""

    async def play():
        listener = await listen_web(hello, "127.0.0.1", 0)
        async with httpx2.AsyncClient(trust_env=False) as client:
            headers = {"x-forwarded-for": "10.9.8.7", "x-forwarded-proto": "https"}
            answer = await client.get(f"http://127.0.0.1:{listener.port}/", headers=headers)
        assert answer.text == "127.0.0.1 http"
        with pytest.raises(UsageError) as caught:
            await listen_web(hello, "127.0.0.1", listener.port)
        assert caught.value.code == "port-taken"
        await listener.stop()

    asyncio.run(asyncio.wait_for(play(), 10))


@pytest.mark.parametrize(
    "sent", [b"", b"GET / HTTP/1.1\r\nhost: x\r\nx-", b"GET / HTTP/1.1\r\nhost: x\r\n\r\nGET / HT"]
)
def test_who_never_says_what_they_ask_holds_no_place(monkeypatch, sent):
    """Nothing, half a header, or half a header behind a whole request; while others are answered."""
    monkeypatch.setattr("tearline.edge.serve.SILENT_MAX_S", 0.2)
    monkeypatch.setattr("tearline.edge.serve.TICK_S", 0.05)

    async def play():
        listener = await listen_web(hello, "127.0.0.1", 0)
        reader, writer = await asyncio.open_connection("127.0.0.1", listener.port)
        writer.write(sent)
        async with asyncio.timeout(8):
            answered = await reader.read()
        assert answered.count(b"200 OK") == sent.count(b"\r\n\r\n")
        writer.close()
        await listener.stop()

    asyncio.run(asyncio.wait_for(play(), 10))


def test_a_long_answer_is_not_cut_off_for_its_silence(monkeypatch):
    monkeypatch.setattr("tearline.edge.serve.SILENT_MAX_S", 0.1)
    monkeypatch.setattr("tearline.edge.serve.TICK_S", 0.05)

    async def slow(scope, receive, send):
        if scope["type"] == "http":
            await asyncio.sleep(0.6)
        await hello(scope, receive, send)

    async def play():
        listener = await listen_web(slow, "127.0.0.1", 0)
        async with httpx2.AsyncClient(trust_env=False) as client:
            assert (await client.get(f"http://127.0.0.1:{listener.port}/")).status_code == 200
        await listener.stop()

    asyncio.run(asyncio.wait_for(play(), 10))


@pytest.mark.parametrize(("host", "code"), [("0.0.0.0", "not-loopback"), ("::", "not-loopback")])  # noqa: S104 - refused
def test_it_does_not_listen_to_the_outside(host, code):
    """Plain HTTP is refused on any address but the machine's own."""
    with pytest.raises(UsageError) as caught:
        asyncio.run(listen_web(hello, host, 0))
    assert caught.value.code == code
