# SPDX-License-Identifier: Apache-2.0
"""An author whose clearance is cut: what they wrote above it is not theirs to look at any more, by whichever route (N7)."""

from __future__ import annotations

import json

import msgspec
import pytest

from tearline.core.ids import Person, Post
from tearline.edge.api import app as routes_of
from tearline.node.commands import AdmitPerson, admit_persons, amend, desk
from tearline.node.commands import draft as drafts
from tests.edge.driver import Sync
from tests.twins.worlds import OPEN, Day, draft, label, portion, text

CANARY = "canary-marigold"
SECRET = label("KOR", "II-KUP", compartment=["MILLRACE"], rt=["KOR", "USA"])
AUTHOR, POST, WORD = "kor.cyber", "KOR-CYBER", "MILLRACE"


def make_body(title: str = "Convoys seen") -> dict:
    made = draft(
        "KOR",
        "report",
        portion("TA", "title", text(OPEN, title)),
        portion("PB", "paragraph", text(SECRET, f"{CANARY} by sensor LARK")),
    )
    return json.loads(msgspec.json.encode(made))


def cut(day: Day, *, cleared: bool) -> None:
    node = day.network.sites["KOR"].node
    admit_persons(node, [AdmitPerson(Person(AUTHOR), (), (Post(POST),), (), cleared=cleared)])


def write(author: Sync) -> str:
    """A product above what its author will be cleared for, and a draft of the same."""
    assert author.put("/api/drafts/day-1", make_body()).status == 200
    answer = author.post("/api/products", {"draft": make_body()})
    assert answer.status == 201
    return answer.json["key"]


def ask_everything(author: Sync, key: str) -> dict[str, bytes]:
    """Every answer to a request that reads, of every route, about this product where the route takes one."""
    out = {}
    for route in routes_of.ROUTES:
        for path in route.paths:
            if "GET" in route.http_methods and path != "/api/events":
                target = path.replace("{key:str}", key).replace("{draft_id:str}", "day-1")
                out[path] = author.get(
                    target.replace("{number:int}", "1").replace("{member:str}", "USA")
                ).body
    shown = {"renditions": [key], "titles": [key], "whole": [key]}
    out["banner"] = author.post("/api/banner", shown).body
    out["compare"] = author.post("/api/compare", {"keys": [key]}).body
    out["copy"] = author.post(f"/api/products/{key}/copies", {"form": "export", "format": "text"}).body
    return out


@pytest.mark.parametrize("cleared", [True, False])
def test_n7_no_route_shows_an_author_what_their_clearance_covers_no_more(
    sign_in, day: Day, *, cleared
) -> None:
    author = sign_in(AUTHOR)
    key = write(author)
    before = ask_everything(author, key)
    assert {path for path, body in before.items() if CANARY.encode() in body} >= {
        "/api/products/{key:str}",
        "/api/products/{key:str}/draft",
        "/api/products/{key:str}/explain",
        "/api/drafts/{draft_id:str}",
    }
    cut(day, cleared=cleared)
    after = ask_everything(author, key)
    assert [path for path, body in after.items() if CANARY.encode() in body] == []
    for path in ("draft", "explain", "receipts", "reach"):
        assert author.get(f"/api/products/{key}/{path}").status == 404
    acts = author.get(f"/api/products/{key}/acts")
    assert acts.status == (200 if cleared else 404)
    assert not cleared or acts.json == {"amend": False, "recall": False, "decide": False, "waiting": []}


def test_n7_who_decides_for_whom_is_said_to_who_may_know_it(sign_in, day: Day) -> None:
    """To the author, post by post, as long as they see all of it; to no other reader."""
    author = sign_in(AUTHOR)
    key = write(author)
    waits = author.get(f"/api/products/{key}/acts").json["waiting"]
    held = {d.to for d in day.network.sites["KOR"].node.people.delegations.values()}
    pending = author.get(f"/api/products/{key}/reach").json["waiting"]
    assert sorted(m for row in waits for m in row["members"]) == sorted(pending)
    assert any(row["posts"] for row in waits)
    assert {post for row in waits for post in row["posts"]} <= held
    assert sign_in("kor.disclosure").get(f"/api/products/{key}/acts").json["waiting"] == waits
    cut(day, cleared=True)
    assert author.get(f"/api/products/{key}/acts").json["waiting"] == []


def test_n7_an_author_does_not_write_over_what_they_cannot_see(sign_in, day: Day) -> None:
    """Neither as an amendment nor in the place of what the desk sent back."""
    author, officer = sign_in(AUTHOR), sign_in("kor.disclosure")
    key = write(author)
    sent_back = write(author)
    assert officer.post(f"/api/desk/{sent_back}/return", {"comment": "other words"}).status == 200
    cut(day, cleared=True)
    small = json.loads(
        msgspec.json.encode(draft("KOR", "report", portion("TA", "title", text(OPEN, "Mine"))))
    )
    assert author.post(f"/api/products/{key}/amendments", {"draft": small}).status == 404
    answer = author.post("/api/products", {"draft": small, "replaces": sent_back})
    assert (answer.status, answer.json["code"]) == (409, "not-returned")
    assert CANARY in officer.get(f"/api/desk/{key}").body.decode()


def test_n7_a_draft_is_kept_and_comes_back_with_the_clearance(sign_in, day: Day) -> None:
    author = sign_in(AUTHOR)
    unfinished = make_body()
    unfinished["portions"][1]["variants"][0]["label"] = {"policy": "", "classification": ""}
    assert author.put("/api/drafts/unlabelled", unfinished).status == 200
    write(author)
    cut(day, cleared=True)
    assert [row["id"] for row in author.get("/api/drafts").json["items"]] == ["unlabelled"]
    assert author.get("/api/drafts/day-1").status == 404
    node = day.network.sites["KOR"].node
    admit_persons(node, [AdmitPerson(Person(AUTHOR), (WORD,), (Post(POST),), ())])
    assert author.get("/api/drafts/day-1").json["draft"] == make_body()


@pytest.mark.parametrize("left_out", ["products", "drafts"])
def test_n7_without_the_check_an_author_keeps_what_they_wrote(monkeypatch, sign_in, day, left_out) -> None:
    """The mutant: being its author is enough."""
    if left_out == "products":

        def by_name(node, acting, product):
            return node.desk.items[product.envelope.product].author == acting.person

        for module in (amend, desk):
            monkeypatch.setattr(module, "may_write_anew", by_name)
    else:
        monkeypatch.setattr(drafts, "may_read_draft", lambda *_: True)
        monkeypatch.setattr("tearline.node.gate.duty.may_read_draft", lambda *_: True)
    with pytest.raises(AssertionError):
        test_n7_no_route_shows_an_author_what_their_clearance_covers_no_more(sign_in, day, cleared=True)
