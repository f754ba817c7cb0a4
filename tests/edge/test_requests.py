# SPDX-License-Identifier: Apache-2.0
"""Requests are read strictly, and every answer carries the same headers."""

from __future__ import annotations

import asyncio
import base64
import gzip
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tearline.edge.api import caller
from tests.edge.driver import HOST, Client, Door, Sync, run
from tests.twins.script import list_routes
from tests.twins.worlds import Day, found

ADVERSARIAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "adversarial"
JSON = {"content-type": "application/json"}

FIXED = {
    "cache-control": "private, no-store",
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "vary": "Cookie",
}
ABSENT = ("server", "content-encoding", "access-control-allow-origin", "x-powered-by", "last-modified")


@pytest.fixture(scope="module")
def day() -> Iterator[Day]:
    """One day for all: nothing here changes it."""
    made = Day(found(), frozenset({"hidden product"}))
    made.play()
    made.hide()
    yield made
    made.world.close()


def test_every_answer_carries_the_fixed_headers(sign_in) -> None:
    """Each route and method, in and out, right and wrong: 2xx, 3xx, 4xx alike, and each header once."""
    client = sign_in("kor.watch")
    methods = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE", "PATCH", "TRACE", "BREW")
    paths = sorted({path for _, path, _ in list_routes(client.door.app)} - {"/api/events"})
    seen = set()
    for path in [*paths, "/nowhere", "/api/products/%2e%2e", "/api//products/", "/API/PRODUCTS"]:
        for method in methods:
            answer = client.ask(method, path)
            seen.add(answer.status)
            # The page of the screens may run its own files: what its policy is, test_screens says.
            page = path == "/" and answer.status == 200
            fixed = {n: [v] for n, v in FIXED.items() if not page or n != "content-security-policy"}
            assert {name: answer.all(name) for name in fixed} == fixed, (
                method,
                path,
            )
            assert not [name for name in ABSENT if answer.header(name)], (method, path)
            if answer.status >= 400 and method != "HEAD":
                assert answer.header("content-type") == "application/problem+json"
                assert answer.json["status"] == answer.status
                assert answer.json["type"] == f"urn:tearline:problem:{answer.json['code']}"
    assert {200, 204, 400, 403, 404, 405} <= seen
    assert max(seen) < 500


def test_health_and_door_say_nothing_that_moves(kor: Door) -> None:
    """Anonymous, and the same whatever the node holds."""
    nobody = Sync(Client(kor))
    assert nobody.get("/api/health").json == {"status": "ok"}
    door = nobody.get("/")
    assert door.header("content-type") == "text/html; charset=utf-8"
    assert b"EXERCISE" in door.body
    assert b"KOR" in door.body
    assert b"<script" not in door.body


@pytest.mark.parametrize(
    "headers",
    [
        {"x-tearline": ""},
        {"x-tearline": "0"},
        {"origin": "http://elsewhere.example"},
        {"origin": "null"},
        {"origin": f"http://{HOST}.elsewhere.example"},
        {"origin": "http://kor.localhost"},
        {"host": "elsewhere.example"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_forged_requests_change_nothing(sign_in, headers: dict[str, str]) -> None:
    """Without our header, from another origin or another site: refused, before anything is read."""
    client = sign_in("kor.watch")
    for method, target in (
        ("POST", "/api/products/x/acknowledge"),
        ("DELETE", "/api/session"),
        ("PUT", "/api/drafts/a"),
    ):
        answer = client.ask(method, target, b"{}", headers)
        assert (answer.status, answer.json["code"]) == (403, "forged")
    assert client.get("/api/session").status == 200


def test_a_program_without_origin_may_act(sign_in) -> None:
    """Only browsers send an origin; the header of our own shows intent."""
    client = sign_in("kor.watch")
    headers = {"cookie": client.client.cookie, "x-tearline": "1"} | JSON
    answer = run(client.door.send("POST", "/api/compare", b'{"keys":[]}', headers))
    assert answer.status == 200


@pytest.mark.parametrize(
    "query",
    ["offset=1", "limit=1&limit=1", "limit=1&LIMIT=1", "limit[]=1", "kind=a&kind=b", "limit", "&", "limit=1;after=", "=1",
     "limit=%ff", "limit=0", "limit=201", "limit=true", "since=yesterday", "since=2023-07-12T01:00:00+09:00",
     "since=0001-01-01", "until=9999-12-31", "after=x", "after=AAAA", f"kind={','.join(f'k{n}' for n in range(40))}",
     "&".join(f"a{n}=1" for n in range(40))],
)  # fmt: skip
def test_queries_are_read_strictly(sign_in, query: str) -> None:
    """Unknown, repeated or malformed parameters are refused, never ignored."""
    answer = sign_in("kor.watch").get(f"/api/products?{query}")
    assert answer.status == 400, answer
    assert answer.json["code"] in {"bad-query", "bad-cursor", "malformed"}


def test_a_query_too_long_is_refused(sign_in) -> None:
    """Before it is parsed."""
    assert sign_in("kor.watch").get(f"/api/search?q={'a' * 9_000}").status == 413


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'{"keys":[],"keys":[]}', b'{"keys":[],"other":1}', b'{"keys":"x"}', b'{"keys":[1]}',
     b'{"keys":[null]}', b'{"keys":[]}{}', b'\xef\xbb\xbf{"keys":[]}', b'{"keys":["\\ud800"]}', b'{"keys":["\xff"]}',
     b'{"keys":[NaN]}', b'{"Keys":[]}', b'{"keys":[],}', b"[" * 60_000, b'{"keys":' * 6_000, b'{"keys":' + b"[" * 50_000],
)  # fmt: skip
def test_bodies_are_read_strictly(sign_in, body: bytes) -> None:
    """Another shape, unknown or repeated names, broken or bottomless JSON: refused, and nothing of it is quoted."""
    answer = sign_in("kor.watch").ask("POST", "/api/compare", body, JSON)
    assert (answer.status, answer.json["code"]) == (400, "malformed")


def test_repeated_names_are_refused_at_any_depth(sign_in) -> None:
    """A checker that takes the first and a reader that takes the last never meet (CouchDB CVE-2017-12635)."""
    label = b'{"policy":"EXERCISE KOR","classification":"DAEOEBI","classification":"I-KUP"}'
    body = (
        b'{"kind":"report","precedence":"ROUTINE","policy":"EXERCISE KOR","portions":[{"kind":"title","variants":'
        b'[{"label":' + label + b',"body":{"type":"text","wordings":[]}}]}]}'
    )
    client = sign_in("kor.watch")
    assert client.ask("POST", "/api/preview", body, JSON).status == 400
    once = body.replace(b'"classification":"DAEOEBI",', b"")
    assert client.ask("POST", "/api/preview", once, JSON).status == 200


def test_a_body_is_json_or_nothing(sign_in) -> None:
    """Forms and plain text are what other sites can send; a route without a body takes none."""
    client = sign_in("kor.watch")
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""):
        answer = client.ask("POST", "/api/compare", b'{"keys":[]}', {"content-type": kind})
        assert answer.json["code"] == "malformed", kind
    assert client.ask("DELETE", "/api/session", b"{}", JSON).status == 400
    assert client.ask("POST", "/api/verify", b"{}", JSON).status == 400
    assert client.get("/api/session").status == 200


@pytest.mark.parametrize("announced", [True, False])
def test_large_bodies_are_refused_before_they_are_held(sign_in, *, announced: bool) -> None:
    """By what is announced, and by what comes."""
    client = sign_in("kor.watch")
    body = b'{"keys":["' + b"x" * 70_000 + b'"]}'
    headers = JSON | {"content-length": str(len(body)) if announced else "2"}
    answer = client.ask("POST", "/api/compare", body, headers)
    assert (answer.status, answer.json["code"]) == (413, "too-large")


def test_a_failure_says_nothing_but_its_code(kor: Door, caplog: pytest.LogCaptureFixture) -> None:
    """What went wrong is logged by type and place; its words could quote what was being read (assurance A6.6)."""
    client = Sync(Client(kor, "kor.security"))
    client.sign_in()
    kor.fail_with = ValueError("SECRET WORDS")
    answer = client.post("/api/verify")
    assert (answer.status, answer.json["code"]) == (500, "failed")
    assert "SECRET" not in caplog.text + answer.body.decode() + str([vars(r) for r in caplog.records])
    assert caplog.records[-1].error == "ValueError"  # type: ignore[attr-defined]


@pytest.mark.skipif(not ADVERSARIAL.is_dir(), reason="the adversarial corpus is not here")
def test_json_test_suite_is_refused_or_read_as_it_stands(sign_in) -> None:
    """Every file of the suite is answered 400; those that are JSON are of another shape."""
    client = sign_in("kor.watch")
    lines = gzip.decompress((ADVERSARIAL / "json-parsing.jsonl.gz").read_bytes()).splitlines()
    for line in map(json.loads, lines):
        raw = base64.b64decode(line["b64"])
        for body in (raw, b'{"keys":' + raw + b"}"):
            answer = client.ask("POST", "/api/compare", body, JSON)
            strings = body != raw and line["expect"] != "refuse" and _is_list_of_strings(raw)
            assert answer.status in ({200, 400} if strings else {400, 413}), line["name"]


def _is_list_of_strings(raw: bytes) -> bool:
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        return False
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


@pytest.mark.skipif(not ADVERSARIAL.is_dir(), reason="the adversarial corpus is not here")
def test_naughty_strings_are_nobody_and_nothing(sign_in) -> None:
    """As keys, words of a search, filters, names and passwords: 200, 400 or 404, and the same 404 for all."""
    from urllib.parse import quote  # noqa: PLC0415

    client = sign_in("kor.watch")
    absent = client.get("/api/products/x")
    for words in json.loads((ADVERSARIAL / "naughty-strings.json").read_text()):
        if "/" not in words and words not in {"", ".", ".."} and "\x00" not in words:
            assert client.get(f"/api/products/{words}".partition("?")[0]).status in {200, 404}
            assert client.get(f"/api/products/x{words.partition('?')[0]}y") == absent, words
        assert client.get(f"/api/search?q={quote(words, safe='')}").status in {200, 400}
        assert client.get(f"/api/products?kind={quote(words, safe='')}").json.get("total", 0) in {0, 4, 5, 6}
        assert client.post("/api/products/x/acknowledge", {"state": words}) == absent


def test_a_body_that_never_comes_is_given_up(kor: Door, monkeypatch) -> None:
    """The door's own deadline, since a server waits for ever; who asks nothing in time is told so."""
    monkeypatch.setattr("tearline.edge.api.caller.BODY_HEAD_S", 0.1)
    monkeypatch.setattr("tearline.edge.api.caller.BODY_BYTES_S", 1e9)

    async def play() -> tuple[int, bytes]:
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            await asyncio.sleep(60)
            return {}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        headers = [(b"host", HOST.encode()), (b"x-tearline", b"1"), (b"content-type", b"application/json")]
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http",
            "path": "/api/session", "raw_path": b"/api/session", "query_string": b"", "root_path": "",
            "headers": headers, "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 2), "state": {},
        }  # fmt: skip
        await asyncio.wait_for(kor.app(scope, receive, send), 5)
        return sent[0]["status"], sent[1]["body"]

    status, body = run(play())
    assert (status, json.loads(body)["code"]) == (408, "too-slow")


def test_n7_many_megabytes_are_taken_only_from_who_may_bring_them(kor: Door) -> None:
    """A body that is no JSON at all is not looked at before the duty is."""
    client = Sync(Client(kor, "kor.analyst"))
    client.sign_in()
    for target in (
        "/api/bundles",
        "/api/policies/packs",
        "/api/policies/packs/try",
        "/api/network/directory",
    ):
        answer = client.ask("POST", target, b"[" * 1_000)
        assert (answer.status, answer.json["code"]) == (403, "no-duty")


def test_a_long_body_is_read_beside_the_loop(kor: Door, monkeypatch) -> None:
    """And as strictly as a short one: while it is, others are answered."""
    monkeypatch.setattr(caller, "DECODED_HERE_BYTES", 100)
    threads = set()
    decode = caller.decode_body

    def watched(raw: bytes, shape: Any) -> Any:
        threads.add(threading.current_thread() is threading.main_thread())
        return decode(raw, shape)

    monkeypatch.setattr(caller, "decode_body", watched)
    client = Sync(Client(kor, "kor.analyst"))
    client.sign_in()
    long = {"keys": ["KOR." + "0" * 32] * 40}
    assert client.post("/api/compare", long).status == 200
    assert client.post("/api/compare", long | {"more": 1}).json["code"] == "malformed"
    assert threads == {True, False}  # the short ones were read where they came
