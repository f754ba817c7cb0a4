# SPDX-License-Identifier: Apache-2.0
"""The same question asked in other forms: headers, methods, other spellings of an address (assurance A1.1, A1.2, A10.6).

For each, a product that is hidden from the reader is answered as one that nobody has, byte for byte.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tearline.edge.api import app
from tests.edge.driver import Answer, Client, Door, Sync
from tests.twins.worlds import CANARY, SECRETS, Day, found

NOBODYS = "KOR." + "f" * 32
HEADERS: tuple[dict[str, str], ...] = (
    {},
    {"accept-language": "xx-YY, ko;q=0.5"},
    {"accept": "text/html"},
    {"accept-encoding": "gzip"},
    {"if-none-match": "*"},
    {"if-match": '"x"'},
    {"range": "bytes=0-3"},
    {"x-http-method-override": "DELETE"},
    {"origin": "http://elsewhere.example"},
    {"x-forwarded-for": "10.9.8.7"},
    {"authorization": "Bearer x"},
    {"content-type": "text/plain"},
)
BODY = {"state": "acknowledged", "form": "export", "members": ["USA"], "purpose": "error", "text": "x"}
SPELLINGS = (
    "{}/",
    "{}//",
    "{};x",
    "{}%2e",
    "{}%2f",
    "{}/.json",
    "{}.json",
    "{}%00",
    "./{}",
    "/{}",
    "../products/{}",
)


@pytest.fixture(scope="module")
def day() -> Iterator[Day]:
    """Everything that can be hidden is."""
    made = Day(found(), frozenset(SECRETS))
    made.play()
    made.hide()
    yield made
    made.world.close()


@pytest.fixture(scope="module", params=["kor.analyst", "kor.junior", "kor.admin"])
def reader(request: Any, day: Day) -> Sync:
    """A lower clearance, an officer who doesn't see all, an account without any."""
    client = Sync(Client(Door(day.network, "KOR"), request.param))
    assert client.sign_in().status == 200
    return client


def seen(answer: Answer, key: str) -> tuple[Any, ...]:
    assert CANARY.encode() not in answer.body
    return answer.status, sorted(answer.headers), answer.body.replace(key.encode(), b"KEY")


def ask(reader: Sync, method: str, path: str, key: str, headers: dict[str, str]) -> tuple[Any, ...]:
    target = path.replace("{key:str}", key).replace("{number:int}", "1").replace("{copy:int}", "1")
    body = b"" if method in {"GET", "HEAD", "OPTIONS", "DELETE"} else json.dumps(BODY).encode()
    return seen(reader.ask(method, target, body, headers=dict(headers)), key)


PATHS = sorted({path for route in app.ROUTES for path in route.paths if "{key:str}" in path})


@pytest.mark.parametrize("path", PATHS)
def test_n1_no_header_or_method_tells_hidden_from_absent(reader: Sync, day: Day, path: str) -> None:
    forms = [(m, h) for m in ("GET", "POST") for h in HEADERS]
    forms += [(m, {}) for m in ("HEAD", "OPTIONS", "PUT", "DELETE", "PATCH")]
    for method, headers in forms:
        hidden, absent = (ask(reader, method, path, k, headers) for k in (day.world.hidden[0], NOBODYS))
        assert hidden == absent, (method, headers)


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_n1_no_spelling_of_an_address_tells_hidden_from_absent(reader: Sync, day: Day, spelling: str) -> None:
    hidden, absent = (
        seen(reader.get(f"/api/products/{spelling.format(key)}"), key)
        for key in (day.world.hidden[0], NOBODYS)
    )
    assert hidden == absent
