# SPDX-License-Identifier: Apache-2.0
"""Who gets what status on which route: a table for people to read, tests/golden/routes.txt.

Each request is about a product of its own, which the cleared reader and the officer see and the others don't. A route that
is not in the table fails, and so does a line whose route is gone. There is no switch to write the table anew: what a change
means for it belongs in a person's hands. The failing test prints the lines as they would be.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tearline.core.ids import Person, Post
from tearline.node.commands import AdmitPerson, admit_persons, open_text
from tests.edge.driver import PASSWORD, Client, Door, Sync
from tests.edge.people_bodies import PEOPLE_BODIES
from tests.twins.desk import one_each
from tests.twins.inbox import inbox_body
from tests.twins.questions import product_bodies
from tests.twins.script import list_routes
from tests.twins.worlds import Day, draft, found, label, portion, text

TABLE = Path(__file__).resolve().parents[1] / "golden" / "routes.txt"

PERSONS = {
    "nobody": "",
    "other class": "kor.analyst",
    "not cleared": "kor.admin",
    "cleared": "kor.reader",
    "officer": "kor.disclosure",
}

PIECES: dict[str, Callable[[str], Any]] = {
    "POST /api/positions": lambda _: {"text": "52S CG 12 67"},
    "POST /api/citations": lambda key: {"key": key, "tag": "TA"},
    "POST /api/attachments": lambda _: {"name": "note.txt", "data": "bm90ZQ=="},
}
"""Bodies of what stands beside words in a draft."""

RELEASABLE = label("KOR", "II-KUP", compartment=["MILLRACE"], rt=["KOR", "USA"])


@pytest.fixture(scope="module")
def day() -> Iterator[Day]:
    made = Day(found(), frozenset())
    made.play()
    reader = AdmitPerson(Person("kor.reader"), ("MILLRACE",), (Post("KOR-CYBER"),))
    admit_persons(made.network.sites["KOR"].node, [reader])
    yield made
    made.world.close()


KEEPERS: dict[str, Any] = {
    "POST /api/checks": {"log": "journal", "start": 0, "end": 1},
    "POST /api/trail/exports": {"log": "journal", "start": 0, "end": 1},
    "POST /api/bundles": {"file": "AAAA"},
    "POST /api/network/{member:str}/bundles": {"since": "start"},
    "POST /api/network/{member:str}/pause": {"reason": "maintenance of the line"},
    "PUT /api/searches/{search_id:str}": {"name": "x", "query": {"q": "convoy"}},
}
"""Bodies that are the same whatever the request is about."""


class Asker:
    """Sends one request for each route, each about a fresh product."""

    def __init__(self, day: Day) -> None:
        self.day = day
        self.door = Door(day.network, "KOR")
        self.minute = 60

    def file(self) -> str:
        """A report that waits on the desk for USA."""
        self.minute += 1
        title = portion("TA", "title", text(RELEASABLE, f"Relay {self.minute}"))
        made = draft("KOR", "report", title, action=["KOR-CYBER"])
        return self.day.file(f"hidden {self.minute}", "KOR", "kor.cyber", made, minute=self.minute)

    def ask(self, person: str, method: str, path: str) -> int:
        client = Sync(Client(self.door, person))
        if person:
            client.sign_in()
        key = self.day.world.keys["warning"] if "reviews" in path else self.file()
        target = (
            path.replace("{key:str}", key)
            .replace("{draft_id:str}", "mine")
            .replace("{search_id:str}", "mine")
            .replace("{name:str}", "index.js")
            .replace("{copy:int}", "1")
            .replace("{number:int}", "1")
            .replace("{person:str}", "kor.temp")
            .replace("{post_name:str}", "KOR-CYBER")
            .replace("{factor_id:str}", "0123456789abcdef")
            .replace("{session_id:str}", "0123456789abcdef")
            .replace("{member:str}", "USA")
            .replace("{mandate:str}", "nothing")
            .replace("{log:str}", "journal")
            .replace("{position:int}", "0")
            .replace("{check_id:str}", "0123456789abcdef")
        )
        if path.startswith("/api/drafts/") and method != "PUT" and person:
            client.put("/api/drafts/mine", self.body("PUT /api/drafts/{draft_id:str}", key))
        if path.startswith("/api/searches/") and method != "PUT" and person:
            client.put("/api/searches/mine", {"name": "x", "query": {}})
        body = PIECES.get(f"{method} {path}", lambda k: self.body(f"{method} {path}", k))(key)
        raw = b"" if body is None else json.dumps(body).encode()
        until = bool if path == "/api/events" else (lambda _: False)
        return client.ask(method, target, raw, until=until).status

    def body(self, route: str, key: str) -> Any:
        title = portion("TA", "title", text(label("KOR", "DAEOEBI", rt=["KOR", "USA"]), "Quiet"))
        plain = json.loads(msgspec.json.encode(draft("KOR", "report", title)))
        officer = self.day.world.act_as("KOR", "kor.disclosure")
        item = self.door.site.gate.duty(officer).desk_item(key)
        words = item.groups[0].text if item and item.groups else ""
        if route.endswith("/approve"):
            open_text(self.door.site.node, officer, key, words)
        made: dict[str, Any] = {
            "POST /api/session": {"person": "kor.watch", "password": PASSWORD},
            "POST /api/banner": {"renditions": [key], "titles": [key], "whole": [key]},
            "POST /api/session/post": {"post": "KOR-RELEASE"},
            "POST /api/session/unlock": {"password": PASSWORD},
            "POST /api/session/password": {"password": PASSWORD, "new": PASSWORD},
            "POST /api/products": {"draft": plain},
            "POST /api/preview": plain,
            "POST /api/advice": plain,
            "POST /api/labels/describe": {"labels": [{"policy": "PUBLIC", "classification": "UNMARKED"}]},
            "POST /api/labels/join": {"labels": [{"policy": "PUBLIC", "classification": "UNMARKED"}]},
            "POST /api/labels/marks": {"marks": ["PUBLIC"]},
            "PUT /api/drafts/{draft_id:str}": plain,
            "POST /api/products/{key:str}/amendments": {"draft": plain},
            "POST /api/backfill": {"before": "2023-07-12T02:00:00Z", "dry_run": True},
            "POST /api/desk/{key:str}/open": {"text": words},
            "POST /api/desk/{key:str}/approve": {"members": ["USA"]},
            "POST /api/desk/{key:str}/return": {
                "refused": [{"tag": "TA", "members": ["USA"]}],
                "comment": "other words",
            },
            "POST /api/desk/{key:str}/refuse": {"members": ["USA"], "reason": "no"},
            "POST /api/reviews/{key:str}": {"outcome": "confirmed"},
        }
        made |= PEOPLE_BODIES
        return (made | inbox_body(key) | one_each(self.minute) | KEEPERS | product_bodies(key)).get(route)


def test_routes_answer_as_the_table_says(day: Day) -> None:
    """Every route of the router, for each kind of person."""
    asker = Asker(day)
    routes = [(m, p) for m, p, _ in list_routes(asker.door.app) if m not in {"OPTIONS", "HEAD"}]
    made = [
        f"{method:<7}{path:<53}"
        + "".join(f"{asker.ask(person, method, path):<12}" for person in PERSONS.values())
        for method, path in sorted(routes, key=lambda row: (row[1], row[0]))
    ]
    listed = [
        line for line in TABLE.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")
    ]
    assert [line.rstrip() for line in made] == listed, "\n" + "\n".join(made)
