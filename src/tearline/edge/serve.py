# SPDX-License-Identifier: Apache-2.0
"""The listener of people's doors: plain HTTP on this machine's own addresses, in a loop that is already running.

Guarantees: it listens on loopback only, since nothing here encrypts (a member's proxy does, in front of it); it is ready
when ``listen_web`` returns; proxy headers are not read; who connects and asks nothing is let go; signals stay the
process's own.

The federation's listener is the mailbox's own: the two may run on two machines, and neither side imports the other.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import ipaddress
import socket
from collections.abc import Iterator
from typing import Any
from weakref import WeakKeyDictionary

import uvicorn

from tearline.core.errors import UsageError

KEEP_ALIVE_S = 20
STOP_MAX_S = 2
TICK_S = 1
CONNECTIONS_MAX = 1_024
SILENT_MAX_S = 30
"""How long a connection may take to say what it asks: who sends a letter of a header now and then holds no place for ever."""


class WebListener:
    """A listener that accepts; made by ``listen_web``."""

    def __init__(self, server: _Server, task: asyncio.Task[None], host: str, port: int) -> None:
        self.host = host
        self.port = port
        self._server = server
        self._task = task

    async def stop(self) -> None:
        """Stop accepting, let answers under way end for two seconds, close."""
        self._server.stopping.set()
        await self._task


async def listen_web(app: Any, host: str, port: int) -> WebListener:
    """A listener that is ready when this returns; port 0 takes a free one. UsageError where the port can't be had."""
    bound = _bind(host, port)
    config = uvicorn.Config(
        app,
        http="httptools",
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        limit_concurrency=CONNECTIONS_MAX,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=STOP_MAX_S,
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve(sockets=[bound]), name=f"listen {host}")
    while not server.started:
        if task.done():
            task.result()
            raise UsageError("cannot-listen", "the listener ended before it began")
        await asyncio.sleep(0)
    return WebListener(server, task, host, bound.getsockname()[1])


class _Server(uvicorn.Server):
    """Leaves signals to the process it runs in, and looks once a second (uvicorn's own ten times): for the date it tells."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.stopping = asyncio.Event()
        self._asking: WeakKeyDictionary[Any, float] = WeakKeyDictionary()

    async def main_loop(self) -> None:
        while not self.stopping.is_set():
            await self.on_tick(0)
            self._close_silent(asyncio.get_running_loop().time())
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(TICK_S):
                    await self.stopping.wait()

    def _close_silent(self, now: float) -> None:
        """Ends connections that have been without a whole request for too long. Bodies have a deadline of their own."""
        for connection in list(self.server_state.connections):
            cycle: Any = getattr(connection, "cycle", None)
            if cycle is not None and not cycle.response_complete:
                self._asking.pop(connection, None)
            elif now - self._asking.setdefault(connection, now) > SILENT_MAX_S:
                transport: Any = getattr(connection, "transport", None)
                if transport is not None:
                    transport.close()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _bind(host: str, port: int) -> socket.socket:
    """A bound loopback socket, or a UsageError that says what to do."""
    try:
        family, _, _, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        if not ipaddress.ip_address(place[0]).is_loopback:
            advice = "Use 127.0.0.1 or ::1, and a proxy with TLS in front of it."
            raise UsageError(
                "not-loopback", f"{host} is reached from outside, where plain HTTP is not served", advice
            )
        bound = socket.socket(
            family, socket.SOCK_STREAM, socket.IPPROTO_TCP
        )  # named, or asyncio leaves Nagle on
    except OSError as error:
        raise UsageError("cannot-listen", f"{host} port {port} can't be had ({error})") from error
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(place)
        bound.listen()
    except OSError as error:
        bound.close()
        if error.errno == errno.EADDRINUSE:
            advice = "Stop what listens there, or choose another port."
            raise UsageError("port-taken", f"{host} port {port} is in use", advice) from error
        raise UsageError("cannot-listen", f"{host} port {port} can't be had ({error})") from error
    return bound
