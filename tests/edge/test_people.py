# SPDX-License-Identifier: Apache-2.0
"""The doors of people and posts, of one's own sessions, and of a lowered session."""

from __future__ import annotations

import json
from collections.abc import Iterator

import msgspec
import pytest

from tearline.core.instants import MINUTE, SECOND
from tests.edge.driver import PASSWORD, Client, Door, Sync
from tests.twins.worlds import HIDDEN, OPEN, Day, draft, found, label, portion, text

PUBLIC = label("PUBLIC", "UNMARKED")

NEW = {"person": "kor.new", "name": "New", "posts": ["KOR-DESK"], "codewords": ["DALBIT"]}


@pytest.fixture
def day() -> Iterator[Day]:
    made = Day(found(), frozenset())
    made.play()
    yield made
    made.world.close()


@pytest.fixture
def kor(day: Day) -> Door:
    return Door(day.network, "KOR")


def enter(door: Door, person: str, password: str = PASSWORD) -> Sync:
    client = Client(door, person)
    sync = Sync(client)
    answer = sync.post("/api/session", {"person": person, "password": password})
    assert answer.status == 200, answer.body
    client.cookie = answer.all("set-cookie")[0].partition(";")[0]
    return sync


def test_a_first_password_is_handed_out_once_and_replaced_before_anything_else(kor: Door) -> None:
    admin = enter(kor, "kor.admin")
    first = admin.post("/api/people", NEW).json["password"]
    assert admin.post("/api/people", NEW).json["password"] == ""
    (line,) = [p for p in admin.get("/api/people").json["items"] if p["person"] == "kor.new"]
    assert (line["account"], line["cleared"], line["until"]) == ("first", True, "")
    new = enter(kor, "kor.new", first)
    assert new.get("/api/session").json["stage"] == "password"
    assert new.get("/api/session").json["posts"] == []
    for target in ("/api/inbox", "/api/drafts", "/api/sessions", "/api/events"):
        assert new.get(target).json["code"] == "owes-password"
    body = {"password": first, "new": "a-longer-lantern"}
    assert new.post("/api/session/password", body).status == 200
    assert new.get("/api/session").status == 401
    new = enter(kor, "kor.new", "a-longer-lantern")
    assert new.get("/api/session").json["stage"] == ""
    assert new.get("/api/inbox").status == 200


def test_n7_who_is_ended_is_signed_out_at_once(kor: Door) -> None:
    admin, cyber = enter(kor, "kor.admin"), enter(kor, "kor.cyber")
    assert admin.post("/api/people/kor.cyber/end", {"reason": "moved on"}).status == 200
    assert cyber.get("/api/inbox").status == 401
    again = Sync(Client(kor)).post("/api/session", {"person": "kor.cyber", "password": PASSWORD})
    assert again.status == 401
    assert "kor.cyber" not in {p["person"] for p in admin.get("/api/people").json["items"]}


def test_a_lost_password_is_replaced_by_a_first_one(kor: Door) -> None:
    admin, cyber = enter(kor, "kor.admin"), enter(kor, "kor.cyber")
    first = admin.post("/api/people/kor.cyber/password").json["password"]
    assert cyber.get("/api/session").status == 401
    assert enter(kor, "kor.cyber", first).get("/api/session").json["stage"] == "password"
    assert admin.post("/api/people/kor.nobody/password").status == 404
    assert admin.post("/api/people/kor.admin/password").json["code"] == "own-record"


def test_a1_a_password_that_an_administrator_knows_is_on_record_before_it_is_told(kor: Door) -> None:
    """Who reads by it until it is replaced may be either of two: the trail says since when, and who drew it."""
    admin, analyst = enter(kor, "kor.admin"), enter(kor, "kor.analyst")
    admin.post("/api/people", NEW)
    admin.post("/api/people/kor.cyber/password")
    assert analyst.post("/api/people/kor.cyber/password").status == 403
    rows = enter(kor, "kor.auditor").get("/api/trail?kind=kept").json["items"]
    given = [
        (r["person"], *(f["value"] for f in r["facts"])) for r in rows if r["act"] == "FirstPasswordGiven"
    ]
    assert given == [("kor.admin", "kor.cyber"), ("kor.admin", "kor.new")]


def test_n7_a_second_factor_asked_for_from_now_on_is_asked_of_who_is_signed_in(kor: Door) -> None:
    admin, cyber = enter(kor, "kor.admin"), enter(kor, "kor.cyber")
    record = {"person": "kor.cyber", "posts": ["KOR-CYBER"], "codewords": ["MILLRACE"]}
    assert admin.post("/api/people", record).status == 200
    assert cyber.get("/api/inbox").status == 200
    assert admin.post("/api/people", record | {"second_factor": True}).status == 200
    assert cyber.get("/api/inbox").status == 401
    assert enter(kor, "kor.cyber").get("/api/inbox").json["code"] == "owes-enrol"


def test_a1_what_can_not_be_put_on_record_gives_no_password(kor: Door, monkeypatch) -> None:
    admin, cyber = enter(kor, "kor.admin"), enter(kor, "kor.cyber")

    def refuse(*_: object) -> None:
        raise OSError

    monkeypatch.setattr("tearline.node.node.Work.commit", refuse)
    assert admin.post("/api/people/kor.cyber/password").status == 500
    assert cyber.get("/api/session").status == 200


def test_posts_show_who_holds_them_and_where_a_flash_goes(kor: Door) -> None:
    admin = enter(kor, "kor.admin")
    body = {"title": "Watch floor", "alternate": "KOR-DESK", "flash_min": 5}
    assert admin.put("/api/posts/KOR-WATCH", body).status == 200
    (line,) = [p for p in admin.get("/api/posts").json["items"] if p["name"] == "KOR-WATCH"]
    assert line["alternate"] == "KOR-DESK"
    assert "kor.watch" in line["holders"]
    assert admin.get("/api/mandates").json["delegations"]


def test_own_sessions_are_listed_and_ended_one_by_one(kor: Door) -> None:
    first, second, other = enter(kor, "kor.watch"), enter(kor, "kor.watch"), enter(kor, "kor.cyber")
    items = first.get("/api/sessions").json["items"]
    assert sorted(s["current"] for s in items) == [False, True]
    (away,) = [s["id"] for s in items if not s["current"]]
    assert other.delete(f"/api/sessions/{away}").status == 404
    assert second.get("/api/session").status == 200
    assert first.delete(f"/api/sessions/{away}").status == 200
    assert second.get("/api/session").status == 401
    assert first.get("/api/session").status == 200


def test_a_page_that_nobody_touches_locks_under_traffic(kor: Door) -> None:
    """What the page asks by itself keeps no session open; what its person does, does."""
    client = enter(kor, "kor.watch")
    for _ in range(3):
        kor.network.clock.system += 6 * MINUTE
        answer = client.ask("GET", "/api/inbox", headers={"x-tearline-unattended": "1"})
    assert answer.json["code"] == "locked"
    assert client.post("/api/session/unlock", {"password": PASSWORD}).status == 200
    for _ in range(3):
        kor.network.clock.system += 6 * MINUTE
        assert client.get("/api/inbox").status == 200


def test_n1_a_lowered_session_is_shown_nothing_above_and_raised_by_password_only(day: Day, kor: Door) -> None:
    secret = draft("KOR", "report", portion("TS", "title", text(HIDDEN, "Above the ceiling")))
    key = day.file("secret", "KOR", "kor.watch", secret, minute=20)
    client = enter(kor, "kor.watch")
    plain = draft("KOR", "report", portion("TP", "title", text(OPEN, "Below")))
    as_json = json.loads(msgspec.json.encode(plain))
    client.put("/api/drafts/before", as_json)
    assert client.get(f"/api/products/{key}").status == 200
    lowered = client.post("/api/session/ceiling", {"ceiling": "III-KUP"})
    assert (lowered.json["ceiling"], lowered.json["duties"]) == ("III-KUP", [])
    assert client.get(f"/api/products/{key}").status == 404
    assert client.get(f"/api/products/{key}/explain").status == 404
    assert client.get("/api/drafts").json["items"] == []
    assert client.get("/api/drafts/before").status == 404
    assert client.put("/api/drafts/meanwhile", as_json).status == 200
    assert client.post("/api/session/ceiling", {"ceiling": ""}).status == 401
    assert client.get(f"/api/products/{key}").status == 404
    kor.network.clock.system += 2 * SECOND
    raised = client.post("/api/session/ceiling", {"ceiling": "", "password": PASSWORD})
    assert (raised.json["ceiling"], raised.json["duties"]) == ("", ["watch"])
    assert client.get(f"/api/products/{key}").status == 200
    assert {d["id"] for d in client.get("/api/drafts").json["items"]} == {"before", "meanwhile"}


def test_what_was_written_in_a_lowered_session_comes_back_however_it_ended(kor: Door) -> None:
    """Lowered further, or signed out of; while another session is lowered as far, it stays there."""
    body = json.loads(
        msgspec.json.encode(draft("KOR", "report", portion("TP", "title", text(PUBLIC, "Below"))))
    )
    one, two = enter(kor, "kor.watch"), enter(kor, "kor.watch")
    for client, ceiling in ((one, "III-KUP"), (two, "DAEOEBI")):
        assert client.post("/api/session/ceiling", {"ceiling": ceiling}).status == 200
        assert client.put(f"/api/drafts/{ceiling}", body).status == 200
    assert one.post("/api/session/ceiling", {"ceiling": "DAEOEBI"}).status == 200
    assert [d["id"] for d in one.get("/api/drafts").json["items"]] == ["DAEOEBI"]
    full = enter(kor, "kor.watch")
    assert [d["id"] for d in full.get("/api/drafts").json["items"]] == ["III-KUP"]
    assert one.delete("/api/session").status == two.delete("/api/session").status == 200
    again = enter(kor, "kor.watch")
    assert {d["id"] for d in again.get("/api/drafts").json["items"]} == {"III-KUP", "DAEOEBI"}


def join(kor: Door, admin: Sync, person: str, codewords: list[str]) -> Sync:
    """Somebody new at the analysts' desk, with a password of their own."""
    record = {**NEW, "person": person, "codewords": codewords}
    first = admin.post("/api/people", record).json["password"]
    new = enter(kor, person, first)
    assert new.post("/api/session/password", {"password": first, "new": "a-longer-lantern"}).status == 200
    return enter(kor, person, "a-longer-lantern")


def test_n1_a_draft_of_a_post_is_for_its_people_of_the_same_clearance_alone(kor: Door) -> None:
    """A colleague goes on with it and is named; another post, another clearance, or no post has nothing of it."""
    admin, first = enter(kor, "kor.admin"), enter(kor, "kor.analyst")
    written = json.loads(
        msgspec.json.encode(draft("KOR", "report", portion("TP", "title", text(OPEN, "Ours"))))
    )
    digest = first.put("/api/drafts/post_KOR-DESK_one?over=", written).json["digest"]
    colleague = join(kor, admin, "kor.colleague", [])
    (line,) = colleague.get("/api/drafts").json["items"]
    assert (line["id"], line["hand"]) == ("post_KOR-DESK_one", "kor.analyst")
    assert (
        colleague.put(
            f"/api/drafts/post_KOR-DESK_one?over={digest}", {**written, "precedence": "FLASH"}
        ).status
        == 200
    )
    late = first.put(f"/api/drafts/post_KOR-DESK_one?over={digest}", written)
    assert (late.status, late.json["code"]) == (409, "draft-changed")
    assert first.get("/api/drafts/post_KOR-DESK_one").json["hand"] == "kor.colleague"
    missing = first.get("/api/drafts/post_KOR-DESK_two").body
    for other in (enter(kor, "kor.watch"), join(kor, admin, "kor.read-in", ["DALBIT"]), admin):
        assert other.get("/api/drafts").json["items"] == []
        assert other.get("/api/drafts/post_KOR-DESK_one").body == missing
        assert other.delete("/api/drafts/post_KOR-DESK_one").status == 404
    assert admin.put("/api/drafts/post_KOR-DESK_one", written).status == 404
    assert first.put("/api/drafts/post_KOR-WATCH_one", written).status == 404
    assert colleague.delete("/api/drafts/post_KOR-DESK_one").status == 200
    assert first.get("/api/drafts").json["items"] == []
