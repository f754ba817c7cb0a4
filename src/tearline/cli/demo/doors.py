# SPDX-License-Identifier: Apache-2.0
"""Sessions at a node's HTTP API, each with its own cookie; over loopback, or in memory against the application itself."""

from __future__ import annotations

from typing import Any

import httpx2
import msgspec

from tearline.cli.demo.api import RefusalError
from tearline.cli.demo.stage import Answer

TIMEOUT_S = 30
_TIMEOUTS = {"timeout": dict.fromkeys(("connect", "read", "write", "pool"), TIMEOUT_S)}


class HttpDoor:
    """One person's session. The transport is the node's, shared by all sessions there.

    A play asks thousands of times, so requests go to the transport itself: a whole client's redirects, proxies and cookie
    rules would cost more than the node's answer.
    """

    def __init__(self, transport: httpx2.AsyncBaseTransport, url: str) -> None:
        self._transport = transport
        self._url = url
        self._headers = {"x-tearline": "1"}

    async def ask(self, method: str, path: str, body: Any = None) -> Answer:
        """One request; ``body`` goes as JSON."""
        given, content = self._headers, b""
        if body is not None:
            given, content = {**given, "content-type": "application/json"}, msgspec.json.encode(body)
        request = httpx2.Request(
            method, f"{self._url}{path}", headers=given, content=content, extensions=_TIMEOUTS
        )
        response = await self._transport.handle_async_request(request)
        found = await response.aread()
        self._keep_session(response)
        is_json = "json" in response.headers.get("content-type", "")
        return Answer(response.status_code, msgspec.json.decode(found) if is_json and found else None)

    def _keep_session(self, response: httpx2.Response) -> None:
        """The node's only cookie."""
        given = response.headers.get("set-cookie")
        if given is not None:
            self._headers["cookie"] = given.partition(";")[0]


async def open_door(
    transport: httpx2.AsyncBaseTransport, url: str, *, person: str, password: str, post: str = ""
) -> HttpDoor:
    """Sign in."""
    door = HttpDoor(transport, url)
    answer = await door.ask("POST", "/api/session", {"person": person, "password": password, "post": post})
    if not answer.good:
        raise RefusalError(f"{person} signs in", answer)
    return door
