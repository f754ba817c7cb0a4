# SPDX-License-Identifier: Apache-2.0
"""The node's API as the demo uses it: one function for each question, so that its shape is read in one place."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from tearline.cli.demo.stage import NOT_FOUND, Answer, Door
from tearline.core.instants import MINUTE, Instant, print_iso

PAGE = 200
Json = dict[str, Any]


class RefusalError(Exception):
    """The API refused what the play needs."""

    def __init__(self, what: str, answer: Answer) -> None:
        super().__init__(f"{what}: {answer.status} {words_of(answer)}")
        self.answer = answer


def words_of(answer: Answer) -> str:
    """What a refusal says, in a line."""
    body = answer.body
    if not isinstance(body, dict):
        return str(body)[:200]
    return str(body.get("detail") or body.get("title") or body.get("code") or body)[:300]


async def fetch(door: Door, path: str, **query: Any) -> Any:
    """The body of a GET; RefusalError where it is refused."""
    given = {k: v for k, v in query.items() if v not in {None, ""}}
    answer = await door.ask("GET", f"{path}?{urlencode(given)}" if given else path)
    if not answer.good:
        raise RefusalError(path, answer)
    return answer.body


async def send(door: Door, path: str, body: Any = None) -> Any:
    """The body of a POST's answer; RefusalError where it is refused."""
    answer = await door.ask("POST", path, body)
    if not answer.good:
        raise RefusalError(path, answer)
    return answer.body


def items_of(body: Any) -> list[Json]:
    """A list, whether bare or in a page."""
    found: list[Json] = body["items"] if isinstance(body, dict) else body
    return found


async def list_register(door: Door, reference: str = "") -> list[Json]:
    """The disclosure register, whole or of one reference, oldest first; it comes in pages, newest first."""
    rows: list[Json] = []
    after = ""
    while True:
        body = await fetch(door, "/api/register", limit=200, text=reference, after=after)
        rows += body["items"]
        after = body["next"] or ""
        if not after:
            return rows[::-1]


async def read_product(door: Door, key: str) -> Json | None:
    """A rendition; None where the product does not exist for this reader."""
    answer = await door.ask("GET", f"/api/products/{key}")
    if answer.status == NOT_FOUND:
        return None
    if not answer.good:
        raise RefusalError(key, answer)
    found: Json = answer.body
    return found


async def find_line(door: Door, key: str, filed: Instant) -> Json | None:
    """The line of a list for a product filed in that minute; a list is not recorded as reading."""
    window = {"since": print_iso(filed), "until": print_iso(Instant(filed + MINUTE)), "limit": PAGE}
    lines = items_of(await fetch(door, "/api/products", **window))
    return next((line for line in lines if line["key"] == key), None)


async def count_products(door: Door) -> int:
    """How many products exist for this reader."""
    body = await fetch(door, "/api/products", limit=1)
    return int(body["total"])


async def search(door: Door, text: str, since: str) -> list[str]:
    """Keys of all hits, checked against the total."""
    body = await fetch(door, "/api/search", q=text, since=since, limit=100)
    keys = [item["key"] for item in body["items"]]
    if body["total"] != len(keys):
        raise AssertionError(f"{len(keys)} hits of {body['total']}")
    return keys


async def list_lanes(door: Door) -> list[Json]:
    """Both ends of each lane."""
    body = await fetch(door, "/api/network")
    lanes: list[Json] = body["lanes"] if isinstance(body, dict) else body
    return lanes
