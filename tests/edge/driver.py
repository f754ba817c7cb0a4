# SPDX-License-Identifier: Apache-2.0
"""Drives the API in memory, through the server interface: what comes back is what a server would put on the wire."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tearline.config import NodeConfig
from tearline.core.ids import Person
from tearline.edge.accounts import CHEAP, Accounts
from tearline.edge.api import LinkFact, Pace, Services, make_app
from tests.simulation.network import Network

PASSWORD = "lantern-lantern"
HOST = "kor.localhost:8470"


@dataclass(frozen=True)
class Answer:
    """A whole response."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key == name]

    def header(self, name: str) -> str | None:
        return next(iter(self.all(name)), None)


class Draws:
    """Random bytes that are the same in every run."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._count = 0

    def __call__(self, size: int) -> bytes:
        self._count += 1
        return hashlib.shake_256(f"{self._seed}|{self._count}".encode()).digest(size)


@dataclass
class Door:
    """The API of one member's node, with an account for each of its people."""

    network: Network
    member: str
    links: list[LinkFact] = field(default_factory=list)
    fail_with: Exception | None = None
    pace: Pace = field(default_factory=lambda: Pace(check_s=0.01, heartbeat_s=0.05))

    def __post_init__(self) -> None:
        self.site = self.network.sites[self.member]
        self.accounts = Accounts(None, cost=CHEAP, draw=Draws(self.member))
        self.site.node.scrubs = self.accounts
        for person in self.site.node.people.persons:
            self.accounts.set_password(person, PASSWORD)
        self.config = NodeConfig(member=self.member, cookie=f"tearline-{self.member.lower()}")
        services = Services(
            gate=self.site.gate,
            accounts=self.accounts,
            config=self.config,
            clock=self.network.clock,
            links=lambda: self.links,
            verify=self.verify,
            notice="EXERCISE EXERCISE EXERCISE",
            pace=self.pace,
            courier=self.site.courier(),
        )
        self.app = make_app(services)

    def verify(self) -> dict[str, Any]:
        if self.fail_with is not None:
            raise self.fail_with
        return {"holds": True}

    def admit(self, person: str) -> None:
        """An account for somebody admitted later."""
        self.accounts.set_password(Person(person), PASSWORD)

    async def send(
        self,
        method: str,
        target: str,
        body: bytes = b"",
        headers: dict[str, str] | list[tuple[str, str]] | None = None,
        *,
        until: Callable[[bytes], bool] = lambda _: False,
        chunk: int = 65_536,
    ) -> Answer:
        """One request; ``until`` ends a stream: the client goes away when it is true of what came so far."""
        path, _, query = target.partition("?")
        given = list(headers.items()) if isinstance(headers, dict) else list(headers or [])
        if not any(name == "host" for name, _ in given):
            given.insert(0, ("host", HOST))
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode("utf-8", "surrogateescape"),
            "query_string": query.encode("utf-8", "surrogateescape"),
            "root_path": "",
            "headers": [(n.lower().encode("latin-1"), v.encode("latin-1")) for n, v in given],
            "client": ("127.0.0.1", 50_000),
            "server": ("127.0.0.1", 8_470),
            "state": {},
        }
        return await Exchange(body, until, chunk).run(self.app, scope)


class Exchange:
    """The two callables that a server gives an application."""

    def __init__(self, body: bytes, until: Callable[[bytes], bool], chunk: int) -> None:
        self._parts = [body[i : i + chunk] for i in range(0, len(body), chunk)] or [b""]
        self._until = until
        self._gone = asyncio.Event()
        self._status = 0
        self._headers: tuple[tuple[str, str], ...] = ()
        self._body = b""

    async def run(self, app: Any, scope: dict[str, Any]) -> Answer:
        await app(scope, self._receive, self._send)
        return Answer(self._status, self._headers, self._body)

    async def _receive(self) -> dict[str, Any]:
        if self._parts:
            return {"type": "http.request", "body": self._parts.pop(0), "more_body": bool(self._parts)}
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
            self._headers = tuple((n.decode("latin-1"), v.decode("latin-1")) for n, v in message["headers"])
        elif message["type"] == "http.response.body":
            self._body += message.get("body", b"")
            if self._until(self._body) or not message.get("more_body", False):
                self._gone.set()  # a server says so, too, once the answer is complete


class Client:
    """Somebody's browser: sends the cookie it was given, and the header of our own pages.

    With a ``ceiling`` each session is lowered to it as soon as it began.
    """

    def __init__(self, door: Door, person: str = "", ceiling: str = "") -> None:
        self.door = door
        self.person = person
        self.ceiling = ceiling
        self.cookie = ""

    async def sign_in(self, post: str = "") -> Answer:
        answer = await self.post("/api/session", {"person": self.person, "password": PASSWORD, "post": post})
        for value in answer.all("set-cookie"):
            self.cookie = value.partition(";")[0]
        if self.ceiling:
            return await self.post("/api/session/ceiling", {"ceiling": self.ceiling})
        return answer

    async def ask(
        self,
        method: str,
        target: str,
        body: bytes = b"",
        headers: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> Answer:
        sent = {"cookie": self.cookie} if self.cookie else {}
        if method not in {"GET", "HEAD", "OPTIONS"}:
            sent |= {"x-tearline": "1", "origin": f"http://{HOST}"}
        if body:
            sent |= {"content-type": "application/json", "content-length": str(len(body))}
        return await self.door.send(method, target, body, sent | (headers or {}), **kwargs)

    async def get(self, target: str, **headers: str) -> Answer:
        return await self.ask("GET", target, headers={k.replace("_", "-"): v for k, v in headers.items()})

    async def post(self, target: str, value: Any = None) -> Answer:
        return await self.ask("POST", target, b"" if value is None else json.dumps(value).encode())

    async def put(self, target: str, value: Any) -> Answer:
        return await self.ask("PUT", target, json.dumps(value).encode())

    async def delete(self, target: str) -> Answer:
        return await self.ask("DELETE", target)


def run(work: Any) -> Any:
    """Runs a test's coroutine on a loop of its own."""
    return asyncio.run(work)


class Sync:
    """A client for tests that do one thing after the other."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.door = client.door

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self.client, name)
        return lambda *args, **kwargs: run(method(*args, **kwargs))
