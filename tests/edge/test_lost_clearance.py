# SPDX-License-Identifier: Apache-2.0
"""An author whose clearance is cut: what they wrote above it is not theirs to look at any more, by whichever route (N7)."""

from __future__ import annotations

import json

import msgspec
import pytest

from tearline.core.ids import Person, Post
from tearline.core.instants import MINUTE, Instant
from tearline.edge.api import app as routes_of
from tearline.node.commands import AdmitPerson, admit_persons, amend, desk
from tearline.node.commands import draft as drafts
from tests.edge.driver import Sync
from tests.twins.worlds import OPEN, Day, draft, label, portion, text

CANARY = "canary-marigold"
SECRET = label("KOR", "II-KUP", compartment=["MILLRACE"], rt=["KOR", "USA"])
OWN_WORDS = {"/api/searches"}
"""A search's own words are kept by ceiling, not by clearance: its person typed them, and what it finds is asked anew."""

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
    assert author.put(f"/api/drafts/post_{POST}_1", make_body()).status == 200
    assert author.put("/api/searches/mine", {"name": CANARY, "query": {"q": CANARY}}).status == 200
    assert author.put("/api/inbox/views", {"name": CANARY, "ask": {"view": "all"}}).status == 200
    remark = {"label": json.loads(msgspec.json.encode(SECRET)), "words": CANARY}
    assert author.post("/api/watch/remarks", remark).status == 200
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
    out["draft of the post"] = author.get(f"/api/drafts/post_{POST}_1").body
    out["found"] = author.get("/api/search?q=LARK&facets=true").body
    out["typed"] = author.get("/api/search?q=LAR&typing=true").body
    out["sent"] = author.get("/api/inbox/lines?view=sent").body
    out["banner"] = author.post("/api/banner", shown).body
    out["compare"] = author.post("/api/compare", {"keys": [key]}).body
    out["copy"] = author.post(f"/api/products/{key}/copies", {"form": "export", "format": "text"}).body
    return out


def lose(how: str, author: Sync, day: Day) -> None:
    """The ways in which what was one's own to read is not any more."""
    match how:
        case "the codeword":
            cut(day, cleared=True)
        case "the clearance":
            cut(day, cleared=False)
        case "by its date":
            end = Instant(day.network.clock.dtg() + MINUTE)
            kept = AdmitPerson(Person(AUTHOR), (WORD,), (Post(POST),), (), until=end)
            admit_persons(day.network.sites["KOR"].node, [kept])
            day.network.clock.operational = end  # and no timer has put it on record yet
        case "by lowering the session":
            levels = author.get("/api/session/ceilings").json["items"]
            assert author.post("/api/session/ceiling", {"ceiling": levels[-1]["name"]}).status == 200


@pytest.mark.parametrize("how", ["the codeword", "the clearance", "by its date", "by lowering the session"])
def test_n7_no_route_shows_an_author_what_their_clearance_covers_no_more(sign_in, day: Day, how: str) -> None:
    author = sign_in(AUTHOR)
    key = write(author)
    before = ask_everything(author, key)
    assert {path for path, body in before.items() if CANARY.encode() in body} >= {
        "/api/products/{key:str}",
        "/api/products/{key:str}/draft",
        "/api/products/{key:str}/explain",
        "/api/drafts/{draft_id:str}",
        "/api/watch",
        "/api/searches",
        "/api/inbox/views",
    }
    lose(how, author, day)
    after = ask_everything(author, key)
    assert [path for path, body in after.items() if CANARY.encode() in body and path not in OWN_WORDS] == []
    for path in ("draft", "explain", "receipts", "reach"):
        assert author.get(f"/api/products/{key}/{path}").status == 404
    acts = author.get(f"/api/products/{key}/acts")
    assert acts.status == (200 if how == "the codeword" else 404)
    assert acts.status == 404 or not any(acts.json.values())


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
        test_n7_no_route_shows_an_author_what_their_clearance_covers_no_more(sign_in, day, "the codeword")
