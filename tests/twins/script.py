# SPDX-License-Identifier: Apache-2.0
"""One reader's requests through every route of the router: each with every id they could know, guess or mistype.

The routes come from the router. A route that takes a body needs bodies in ``BODIES``; one that is not listed there, or has
a parameter unknown to ``PARAMETERS``, is not reached, and the test says so.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import msgspec
from litestar import Litestar

from tests.edge.driver import PASSWORD, Answer, Client
from tests.twins.desk import desk_bodies
from tests.twins.inbox import inbox_bodies
from tests.twins.people import people_bodies
from tests.twins.pieces import piece_bodies
from tests.twins.questions import question_bodies
from tests.twins.searches import search_bodies
from tests.twins.worlds import CANARY, OPEN, draft, portion, text

RANDOM_ID = "0123456789abcdef0123456789abcdef"

MALFORMED = (
    "x",
    "KOR.",
    ".",
    "..",
    "KOR/x",
    "%00",
    "KOR." + "g" * 32,
    "kor." + RANDOM_ID,
    "K" * 600,
    "동해",
    "' OR 1=1",
)

HEADERS: tuple[dict[str, str], ...] = (
    {},
    {"accept-language": "ko-KR, ko;q=0.9"},
    {"accept": "text/html"},
    {"if-none-match": "*"},
    {"if-none-match": '"AAAABBBBCCCCDDDD"'},
    {"range": "bytes=0-10", "if-modified-since": "Wed, 12 Jul 2023 01:00:00 GMT"},
    {"x-http-method-override": "DELETE", "accept-encoding": "gzip, zstd"},
    {"authorization": "Bearer x", "origin": "http://elsewhere.example"},
)

QUERIES = {
    "/api/products": (
        "", "limit=1", "limit=0", "limit=x", "kind=report", "originator=USA", "since=2023-07-12T01:08:00Z",
        "until=2023-07-12T01:08:00Z", "since=x", "after=AAAA", "offset=1", "limit=1&limit=2",
    ),
    "/api/register": ("", "limit=1", "what=released", "member=JPN&limit=2", f"text={CANARY}", "since=x", "after=AAAA"),
    "/api/inbox/lines": (
        "", "view=todo", "view=waiting", "view=action&limit=1", "view=info", "view=assigned", "view=done", "view=sent",
        "view=all&unread=true", "view=all&start=1&limit=2", "view=all&start=400", "view=x", "start=-1", "kind=report",
        "originator=USA,KOR", "precedence=FLASH", "precedence=x",
    ),
    "/api/watch": (
        "", "since=2023-07-12T00:00:00Z", "since=2023-07-12T01:06:00Z&until=2023-07-12T01:09:00Z", "limit=1&start=1", "since=x",
    ),
    "/api/search": (
        "", "q=Pyongyang", "q=northern+road&limit=1", f"q={CANARY}", "q=convoy", "q=relay&kind=report", "q=Okushiri",
        "q=%EB%8F%99%ED%95%B4", "q=intercept&originator=KOR", "q=%3F%21", "q=a&sort=check", f"q={'x' * 1_001}",
        "facets=true", "q=Pyong&typing=true&facets=true", f"q={CANARY[:7]}&typing=true&facets=true",
        "month=2023-07&facets=true", "area=120,30;150,45&facets=true", "area=120,30;150,45;130,50", "area=x",
        "area=1,2", "precedence=FLASH&facets=true", "grading=A1,B2&topic=x&language=ko&facets=true",
    ),
    "/api/features": (
        "", "limit=1", "limit=0", "limit=1001", "area=125,38;127,40", "area=125.96,39.12;125.97,39.13", "area=x",
        "view=125,38;127,40", "view=170,38;127,40", "view=125,38;127,40&limit=1&kind=report", "view=1,2;3,4;5,6",
        "kind=report", "originator=KOR", "since=2023-07-12T01:08:00Z", "after=AAAA", "key=KOR.x", f"key=KOR.{RANDOM_ID}",
    ),
}  # fmt: skip

ENDING = {
    "DELETE /api/session",
    "POST /api/session/password",
    "POST /api/session/lock",
    "POST /api/session/ceiling",
}
"""They end the reader's session or make it another, so they come last."""

OWN_DRAFT = draft("KOR", "report", portion("TA", "title", text(OPEN, "Patrol lines of the day, second part")))


@dataclass(frozen=True)
class Known:
    """What a reader asks for: keys they know, keys that exist only where a secret is, and keys of nothing.

    ``thin`` leaves out mistyped keys and odd headers, which the world with every secret gets.
    """

    keys: tuple[str, ...]
    hidden: tuple[str, ...]
    thin: bool = False

    def all(self) -> tuple[str, ...]:
        return (*self.keys, *self.hidden, f"KOR.{RANDOM_ID}", *(() if self.thin else MALFORMED))

    def few(self) -> tuple[str, ...]:
        return (self.keys[0], *self.hidden, f"KOR.{RANDOM_ID}", "x")


Json = dict[str, Any]


def _drafts(key: str) -> list[Json]:
    """The reader's own text, one that guesses a hidden text, one that names a hidden source."""
    plain: Json = json.loads(msgspec.json.encode(OWN_DRAFT))
    guess: Json = json.loads(json.dumps(plain))
    guess["portions"][0]["variants"][0]["body"]["wordings"][0]["text"] = (
        "Relay takeover in the harbour of Pyongyang"
    )
    source: Json = json.loads(json.dumps(plain))
    source["portions"][0]["sources"] = [{"key": key, "tag": "PM"}]
    return [plain, guess, source]


def _keeper_bodies(key: str) -> dict[str, list[Any]]:
    """For routes of those who keep links and logs."""
    return {
        "POST /api/checks": [{"log": "journal"}, {"log": key}],
        "POST /api/trail/exports": [{"log": "access"}, {"log": "journal", "end": 9}],
        "POST /api/bundles": [{"file": "AAAA"}, {"file": "?"}],
        "POST /api/network/{member:str}/bundles": [{"since": "start"}, {}, {"since": key}],
        "POST /api/network/{member:str}/pause": [{"reason": "maintenance"}, {"reason": " "}],
    }


def _label_bodies(key: str) -> dict[str, list[Any]]:
    """For routes about labels and marks."""
    return {
        "POST /api/labels/describe": [
            {"labels": [_drafts(key)[0]["portions"][0]["variants"][0]["label"]], "lang": "ko"},
            {"choices": [{"policy": "EXERCISE KOR", "classification": "II-KUP", "audience": ["AP4"]}]},
            {"choices": [{"policy": key, "classification": "x", "audience": [key]}]},
        ],
        "POST /api/labels/join": [
            {"labels": [_drafts(key)[0]["portions"][0]["variants"][0]["label"]] * 2},
            {"labels": []},
        ],
        "POST /api/labels/marks": [
            {
                "marks": ["(EXERCISE KOR-II//REL KOR, USA)", "EXERCISE 군사II급비밀//KOR 한정", key],
                "lang": "en",
            },
            {"marks": []},
        ],
    }


def _bodies(route: str, key: str, person: str) -> list[Any]:
    """Bodies for a route that takes one; ``key`` stands wherever a body can name a product."""
    refused = [{"tag": "PB", "members": ["JPN"]}]
    table: dict[str, list[Any]] = {
        "POST /api/session": [
            {"person": person or "kor.nobody", "password": PASSWORD},
            {"person": "kor.watch", "password": "wrong-password"},
            {"person": "kor.nobody", "password": "wrong-password"},
            {"person": "kor.watch"},
        ],
        "POST /api/session/exercise": [{"person": "kor.watch"}, {"person": "kor.nobody"}, {"post": "X"}],
        "POST /api/session/post": [{"post": "KOR-WATCH"}, {"post": "X"}, {"post": ""}],
        "POST /api/session/unlock": [{"password": "wrong-password"}, {"password": PASSWORD}],
        "POST /api/session/password": [
            {"password": "wrong-password", "new": PASSWORD},
            {"password": PASSWORD, "new": PASSWORD},
        ],
        "POST /api/products/{key:str}/acknowledge": [{"state": "displayed"}, {"state": "x"}, {"state": 1}],
        "POST /api/products/{key:str}/copies": [{"form": "print"}, {"form": "x"}],
        "POST /api/products/{key:str}/amendments": [{"draft": d} for d in _drafts(key)[:2]],
        "POST /api/banner": [
            {"renditions": [key], "titles": [key]},
            {"titles": [key, "KOR.no-such-product"]},
            {"whole": [key]},
            {"histories": [key]},
            {"labels": [_drafts(key)[0]["portions"][0]["variants"][0]["label"]]},
            {},
        ],
        "POST /api/compare": [{"keys": [key]}, {"keys": [key, key]}, {"keys": key}],
        "POST /api/preview": _drafts(key),
        "POST /api/advice": _drafts(key),
        "POST /api/products": [{"draft": d} for d in _drafts(key)]
        + [{"draft": _drafts(key)[0], "replaces": key}],
        "PUT /api/drafts/{draft_id:str}": [_drafts(key)[0]],
        "POST /api/desk/{key:str}/open": [{"text": "AAAAAAAA"}],
        "POST /api/desk/{key:str}/approve": [
            {"members": ["NZL"]},
            {"members": []},
            {"members": ["NZL"], "delegation": "D3"},
        ],
        "POST /api/desk/{key:str}/return": [{"refused": refused, "comment": "other words"}],
        "POST /api/desk/{key:str}/refuse": [{"members": ["NZL"], "reason": "no"}],
        "POST /api/reviews/{key:str}": [{"outcome": "confirmed"}],
        "POST /api/backfill": [
            {"before": "2023-07-12T02:00:00Z", "dry_run": True},
            {"before": "x", "dry_run": True},
        ],
    }
    return (table | _more_bodies(key, person)).get(route, [])


def _more_bodies(key: str, person: str) -> dict[str, list[Any]]:
    """Those that stand in modules of their own."""
    made = people_bodies(key, person) | search_bodies(key) | desk_bodies(key) | question_bodies()
    return made | inbox_bodies(key, person) | piece_bodies(key) | _keeper_bodies(key) | _label_bodies(key)


@dataclass(frozen=True)
class Step:
    """One request and the route it is for."""

    route: str
    method: str
    target: str
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()


def list_routes(app: Litestar) -> list[tuple[str, str, bool]]:
    """Method, path and whether it takes a body, of everything the router answers."""
    out = []
    for route in app.routes:
        for handler in getattr(route, "route_handlers", []):
            takes = "data" in handler.parsed_fn_signature.parameters
            out += [(str(method), route.path, takes) for method in handler.http_methods]
    return sorted(out, key=lambda row: (f"{row[0]} {row[1]}" in ENDING, row[0] != "GET", row))


def list_steps(app: Litestar, known: Known, person: str) -> Iterator[Step]:
    """Reads, then acts, then the reads once more, then what ends the session."""
    routes = list_routes(app)
    ending = [r for r in routes if f"{r[0]} {r[1]}" in ENDING]
    acts = [r for r in routes if r[0] not in {"GET", "OPTIONS"} and r not in ending]
    for method, path, takes in [*[r for r in routes if r[0] in {"GET", "OPTIONS"}], *acts]:
        yield from _steps_of(method, path, takes=takes, known=known, person=person)
    for method, path, _ in routes:
        if method == "GET":
            yield from (Step(f"{method} {path}", method, target) for target in _targets(path, known.keys))
    for method, path, takes in ending:
        yield from _steps_of(method, path, takes=takes, known=known, person=person)


def _steps_of(method: str, path: str, *, takes: bool, known: Known, person: str) -> Iterator[Step]:
    route = f"{method} {path}"
    if method in {"GET", "OPTIONS"}:
        for target in _targets(path, known.all()):
            yield Step(route, method, target)
        matrix = HEADERS[1:] if method == "GET" and not known.thin else ()
        for target, headers in itertools.product(_targets(path, known.few()), matrix):
            yield Step(route, method, target, headers=tuple(headers.items()))
        return
    for target, key in _acts(path, known):
        bodies = [json.dumps(b).encode() for b in _bodies(route, key, person)] if takes else [b""]
        yield from (Step(route, method, target, body) for body in bodies)


def _targets(path: str, keys: tuple[str, ...]) -> list[str]:
    if path in QUERIES:
        return [f"{path}?{query}".rstrip("?") for query in QUERIES[path]]
    return list(dict.fromkeys(fill(path, key) for key in keys))


def _acts(path: str, known: Known) -> list[tuple[str, str]]:
    if "{" in path:
        return [(fill(path, key), key) for key in known.all()]
    return [(path, key) for key in (known.hidden or ("x",))] + [(path, f"KOR.{RANDOM_ID}")]


PARAMETERS = {
    "key:str": lambda key: quote(key, safe=""),
    "draft_id:str": lambda _: "mine",
    "search_id:str": lambda _: "mine",
    "name:str": lambda _: "index.js",
    "copy:int": lambda _: "1",
    "number:int": lambda _: "1",
    "person:str": lambda _: "kor.temp",
    "post_name:str": lambda _: "KOR-CYBER",
    "factor_id:str": lambda _: "0123456789abcdef",
    "session_id:str": lambda _: "0123456789abcdef",
    "member:str": lambda _: "JPN",
    "mandate:str": lambda _: "E1",
    "log:str": lambda _: "journal",
    "position:int": lambda _: "3",
    "check_id:str": lambda _: "0123456789abcdef",
}


def fill(path: str, key: str) -> str:
    """A path with its parameters filled in; as the server decodes it, so without escapes."""
    return re.sub(r"\{([^}]+)\}", lambda m: PARAMETERS[m[1]](key) if m[1] != "key:str" else key, path)


Entry = tuple[Step, int, tuple[tuple[str, str], ...], bytes]


async def play(client: Client, steps: list[Step]) -> list[Entry]:
    """The transcript: every byte but the time of day."""
    out = (
        [_entry(Step("POST /api/session", "POST", "sign in"), await client.sign_in())]
        if client.person
        else []
    )
    for step in steps:
        until = (lambda body: body.count(b"\n\n") > 0) if step.target == "/api/events" else (lambda _: False)
        answer = await client.ask(step.method, step.target, step.body, dict(step.headers), until=until)
        out.append(_entry(step, answer))
        if client.person and step.route in ENDING | {"POST /api/session"}:
            await client.sign_in()
    for path in QUERIES:
        out += await _walk(client, path)
    return out


async def _walk(client: Client, path: str) -> list[Entry]:
    """Page by page, one line each, as a reader follows the cursor."""
    out, after = [], ""
    for _ in range(40):
        query = "limit=1" + ("&q=the" if path == "/api/search" else "") + (f"&after={after}" if after else "")
        answer = await client.get(f"{path}?{query}")
        out.append(_entry(Step(f"GET {path}", "GET", f"{path}?{query}"), answer))
        after = answer.json.get("next") or "" if answer.status == 200 else ""
        if not after:
            break
    return out


def _entry(step: Step, answer: Answer) -> Entry:
    return step, answer.status, tuple(h for h in answer.headers if h[0] != "date"), answer.body
