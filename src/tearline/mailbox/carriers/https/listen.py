# SPDX-License-Identifier: Apache-2.0
"""The federation listener: uvicorn in a loop that is already running, with the peer's certificate in the scope.

Guarantees:
- the application finds the DER of the verified client certificate in ``scope["extensions"][PEER_CERTIFICATE]``; no header
  can put anything there (assurance B4.2), proxy headers are not read;
- one certificate holds a bounded number of connections (B5.6);
- signals stay the process's own; nothing is logged of a request.

No released server hands the certificate on; uvicorn's pull requests 3132 and 3133 may: then ``_make_protocol`` goes.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
import ssl
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from tearline.core.errors import UsageError

PEER_CERTIFICATE = "tearline.peer_certificate"
CONNECTIONS_MAX_OF_PEER = 16
CONNECTIONS_MAX = 1_024
KEEP_ALIVE_S = 75  # longer than a long poll's pause, and than the last 64 KiB take on a link of 9,600 baud
STOP_MAX_S = 2


class Listener:
    """A listener that accepts; made by ``listen``."""

    def __init__(self, server: _Server, task: asyncio.Task[None], host: str, port: int) -> None:
        self.host = host
        self.port = port
        self._server = server
        self._task = task

    async def stop(self) -> None:
        """Stop accepting, let answers under way end for two seconds, close."""
        self._server.stopping.set()
        await self._task


async def listen(app: Any, host: str, port: int, context: ssl.SSLContext) -> Listener:
    """A listener that is ready when this returns; port 0 takes a free one. UsageError where the port can't be had."""
    bound = bind(host, port)
    config = uvicorn.Config(
        app,
        http=_make_protocol(),
        ws="none",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        date_header=False,
        limit_concurrency=CONNECTIONS_MAX,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=STOP_MAX_S,
        ssl_context_factory=lambda *_: context,
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve(sockets=[bound]), name=f"listen {host}")
    await _wait_until_started(server, task)
    return Listener(server, task, host, bound.getsockname()[1])


def bind(host: str, port: int) -> socket.socket:
    """A bound socket, or a UsageError that says what to do."""
    reasons = {
        errno.EADDRINUSE: ("port-taken", "is in use", "Stop what listens there, or choose another port."),
        errno.EACCES: ("port-forbidden", "needs rights that this process lacks", "Choose a port above 1023."),
        errno.EADDRNOTAVAIL: (
            "no-such-address",
            "is not an address of this machine",
            "Mend the host setting.",
        ),
    }
    try:
        family, _, _, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    except OSError as error:
        raise UsageError("cannot-listen", f"{host} port {port} can't be had ({error})") from error
    try:
        # asyncio turns Nagle's delay off (40 ms a poll) only for sockets that say they are TCP: create_server's don't.
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(place)
        bound.listen()
    except OSError as error:
        bound.close()
        code, what, advice = reasons.get(error.errno or 0, ("cannot-listen", f"can't be had ({error})", ""))
        raise UsageError(code, f"{host} port {port} {what}", advice) from error
    return bound


class _Server(uvicorn.Server):
    """Leaves signals to the process it runs in, and sleeps until it is stopped (uvicorn's own looks ten times a second)."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.stopping = asyncio.Event()

    async def main_loop(self) -> None:
        await self.stopping.wait()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def _wait_until_started(server: uvicorn.Server, task: asyncio.Task[None]) -> None:
    while not server.started:
        if task.done():
            task.result()
            raise UsageError("cannot-listen", "the listener ended before it began")
        await asyncio.sleep(0)


def _make_protocol() -> type[HttpToolsProtocol]:
    counts: Counter[bytes] = Counter()

    class PeerProtocol(HttpToolsProtocol):
        """Puts the verified client certificate into the scope of every request."""

        certificate = b""

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self.certificate = transport.get_extra_info("ssl_object").getpeercert(binary_form=True)
            counts[self.certificate] += 1
            if counts[self.certificate] > CONNECTIONS_MAX_OF_PEER:
                transport.abort()
            self.app = _with_certificate(self.app, self.certificate)

        def connection_lost(self, exc: Exception | None) -> None:
            counts[self.certificate] -= 1
            if counts[self.certificate] <= 0:
                del counts[self.certificate]
            super().connection_lost(exc)

    return PeerProtocol


def _with_certificate(app: Callable[..., Any], certificate: bytes) -> Callable[..., Any]:
    async def with_certificate(scope: Any, receive: Any, send: Any) -> None:
        scope["extensions"] = {**scope.get("extensions", {}), PEER_CERTIFICATE: certificate}
        await app(scope, receive, send)

    return with_certificate
