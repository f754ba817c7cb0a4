# SPDX-License-Identifier: Apache-2.0
"""Sessions at a node's HTTP API, each with its own cookie; over loopback, or in memory against the application itself."""

from __future__ import annotations

from typing import Any

import httpx2

from tearline.cli.demo.api import RefusalError
from tearline.cli.demo.stage import Answer

TIMEOUT_S = 30


class HttpDoor:
    """One person's session. The transport is the node's, shared by all sessions there."""

    def __init__(self, transport: httpx2.AsyncBaseTransport, url: str) -> None:
        self._client = httpx2.AsyncClient(
            transport=transport, base_url=url, headers={"X-Tearline": "1"}, timeout=TIMEOUT_S, trust_env=False
        )

    async def ask(self, method: str, path: str, body: Any = None) -> Answer:
        """One request; ``body`` goes as JSON."""
        given = {} if body is None else {"json": body}
        response = await self._client.request(method, path, **given)
        is_json = "json" in response.headers.get("content-type", "")
        return Answer(response.status_code, response.json() if is_json and response.content else None)


async def open_door(
    transport: httpx2.AsyncBaseTransport, url: str, *, person: str, password: str, post: str = ""
) -> HttpDoor:
    """Sign in."""
    door = HttpDoor(transport, url)
    answer = await door.ask("POST", "/api/session", {"person": person, "password": password, "post": post})
    if not answer.good:
        raise RefusalError(f"{person} signs in", answer)
    return door
