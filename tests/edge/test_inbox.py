# SPDX-License-Identifier: Apache-2.0
"""The inbox through the API: stretches and filters, what a person noted, their own views, the watch of their post."""

from __future__ import annotations

import pytest

from tearline.core.ids import Person, Post
from tearline.edge.accounts import CHEAP, Accounts
from tearline.node.commands import AdmitPerson, admit_persons
from tearline.node.gate import LineMark, LineMarks
from tearline.node.gate.lines import COUNTED, PostLines
from tearline.node.gate.shapes import Ask
from tests.edge.driver import PASSWORD
from tests.twins.worlds import CANARY, Day

PUBLIC = {"policy": "PUBLIC", "classification": "UNMARKED"}


def keys_of(client, query: str = "") -> list[str]:
    return [line["key"] for line in client.get(f"/api/inbox/lines?{query}").json["items"]]


def line_of(client, key: str) -> dict:
    found = client.get("/api/inbox/lines?limit=200").json["items"]
    return next(line for line in found if line["key"] == key)


def note(client, mark: str, *keys: str) -> None:
    assert client.post("/api/inbox/marks", {"keys": list(keys), "mark": mark}).json == {"done": True}


def test_a_stretch_of_the_list_is_asked_for_by_place(sign_in) -> None:
    """Any stretch of it; all of them together are the whole."""
    analyst = sign_in("kor.analyst")
    whole = analyst.get("/api/inbox/lines?limit=200").json
    assert whole["total"] == len(whole["items"]) > 3
    parts = [keys_of(analyst, f"start={n}&limit=1") for n in range(whole["total"] + 1)]
    assert [key for part in parts for key in part] == [line["key"] for line in whole["items"]]
    assert parts[-1] == []


def test_a_list_is_narrowed_by_what_stands_in_its_lines(sign_in, day: Day) -> None:
    """Kind, originator, precedence, view; other words are refused."""
    duty = sign_in("nzl.duty")
    assert keys_of(duty, "view=waiting") == [day.world.keys["warning"]]
    assert keys_of(duty, "kind=warning") == keys_of(duty, "precedence=FLASH") == [day.world.keys["warning"]]
    assert keys_of(duty, "originator=JPN") == [day.world.keys["japan"]]
    assert keys_of(duty, "originator=USA") == []
    for query in ("view=x", "precedence=x", "start=-1", "limit=201"):
        assert duty.get(f"/api/inbox/lines?{query}").status == 400


def test_what_was_seen_and_done_is_the_persons_own(sign_in, day: Day) -> None:
    """Noted, taken back, and nobody else's."""
    desk, other = sign_in("jpn.analyst"), sign_in("jpn.watch")
    key = day.world.keys["mixed"]
    assert line_of(desk, key)["unread"]
    assert key in keys_of(desk, "view=todo")
    note(desk, "done", key)
    assert (line_of(desk, key)["unread"], line_of(desk, key)["done"]) == (False, True)
    assert key not in keys_of(desk, "view=todo")
    assert keys_of(desk, "view=done") == [key]
    note(desk, "open", key)
    assert key in keys_of(desk, "view=todo")
    note(desk, "unread", key)
    assert keys_of(desk, "view=action&unread=true") == keys_of(desk, "view=action")
    assert line_of(other, key)["unread"]
    note(desk, "done", "KOR.x", "x")  # what isn't there is passed over, as what is hidden would be


def test_several_lines_are_acknowledged_in_one_request(sign_in) -> None:
    """Each for the post; what is unknown or hidden changes nothing of the answer (N1)."""
    watch = sign_in("jpn.watch")
    (asked,) = [line["key"] for line in watch.get("/api/inbox").json["to_acknowledge"]]
    other = next(
        line["key"]
        for line in watch.get("/api/inbox/lines?view=all").json["items"]
        if line["key"] != asked and not line["own"]
    )
    with_hidden = {"keys": [asked, other, "KOR.0123"], "state": "displayed"}
    assert watch.post("/api/inbox/acknowledge", with_hidden).json == {"done": True}
    assert watch.post("/api/inbox/acknowledge", {"keys": [asked, other]}).status == 200
    assert watch.get("/api/inbox").json["to_acknowledge"] == []
    states = {
        line["key"]: line["post_state"] for line in watch.get("/api/inbox/lines?view=all").json["items"]
    }
    assert (states[asked], states[other]) == ("acknowledged", "acknowledged")
    assert watch.post("/api/inbox/acknowledge", {"keys": [asked], "state": "burnt"}).status == 404


def test_n1_a_change_that_is_hidden_makes_nothing_new(sign_in, day: Day) -> None:
    """For the class that sees it the line is new again and corrected; for the other it stays as it was noted."""
    key = day.world.keys["partner"]
    readers = {person: sign_in(person) for person in ("kor.cyber", "kor.analyst")}
    for client in readers.values():
        note(client, "done", key)
    before = line_of(readers["kor.analyst"], key)
    day.amend("USA", "usa.cyber", "partner", day.partner(whole=False), minute=8)
    day.network.pump()
    assert line_of(readers["kor.analyst"], key) == before
    after = line_of(readers["kor.cyber"], key)
    assert (after["unread"], after["done"], after["revised"]) == (True, False, True)


def test_n1_a_lowered_session_has_notes_of_its_own(sign_in) -> None:
    """What was noted and named above a ceiling says nothing below it, and the other way round."""
    client = sign_in("kor.analyst")
    key = keys_of(client)[0]
    note(client, "done", key)
    view = {"name": CANARY, "ask": {"view": "all", "unread": True}}
    assert client.put("/api/inbox/views", view).status == 200
    assert [v["name"] for v in client.get("/api/inbox/views").json["items"]] == [CANARY]
    lowest = client.get("/api/session/ceilings").json["items"][0]["name"]
    assert client.post("/api/session/ceiling", {"ceiling": lowest, "password": PASSWORD}).status == 200
    assert not any(line["done"] for line in client.get("/api/inbox/lines?limit=200").json["items"])
    assert client.get("/api/inbox/views").json["items"] == []


def test_views_of_ones_own_are_kept_by_name(sign_in) -> None:
    """Replaced under the same name, deleted once, refused where they make no sense."""
    analyst = sign_in("kor.analyst")
    for unread in (False, True):
        ask = {"view": "todo", "originators": ["USA"], "unread": unread}
        assert analyst.put("/api/inbox/views", {"name": "Cyber", "ask": ask}).status == 200
    (kept,) = analyst.get("/api/inbox/views").json["items"]
    assert (kept["name"], kept["ask"]["unread"], kept["ask"]["originators"]) == ("Cyber", True, ["USA"])
    assert sign_in("kor.watch").get("/api/inbox/views").json == {"items": []}
    for bad in ({"name": " ", "ask": {}}, {"name": "x" * 61, "ask": {}}, {"name": "x", "ask": {"view": "x"}}):
        assert analyst.put("/api/inbox/views", bad).status == 400
    assert analyst.post("/api/inbox/views/forget", {"name": "Cyber"}).status == 200
    assert analyst.post("/api/inbox/views/forget", {"name": "Cyber"}).status == 404


def test_the_watch_is_offered_taken_and_remarked_on(sign_in, day: Day) -> None:
    """From one person of the post to another, with what is open and a word; each sees it stand in the log."""
    second = AdmitPerson(Person("jpn.second"), (), (Post("JPN-WATCH"),), ("watch",))
    admit_persons(day.network.sites["JPN"].node, [second])
    first = sign_in("jpn.watch")
    first.door.admit("jpn.second")
    other = sign_in("jpn.second")
    key = day.world.keys["warning"]
    assert first.post("/api/watch/take").status == 200
    assert first.post("/api/watch/remarks", {"label": PUBLIC, "words": "Radar two is down"}).status == 200
    offer = {"to": "jpn.second", "open": [key], "note": {"label": PUBLIC, "words": "Call Okushiri"}}
    assert first.post("/api/watch/offer", offer).status == 200
    seen = other.get("/api/watch").json
    assert (seen["holder"], seen["offer"]["to"]) == ("jpn.watch", "jpn.second")
    assert [product["key"] for product in seen["offer"]["open"]] == [key]
    assert other.post("/api/watch/take").status == 200
    after = first.get("/api/watch").json
    assert after["holder"] == "jpn.second"
    assert {row["words"] for row in after["items"]} >= {"Radar two is down", "Call Okushiri"}
    assert {"arrived", "taken", "offered", "remark"} <= {row["what"] for row in after["items"]}
    assert first.post("/api/watch/offer", {"to": "jpn.second"}).json["code"] == "not-on-watch"
    assert first.post("/api/watch/remarks", {"label": PUBLIC, "words": " "}).json["code"] == "bad-remark"


@pytest.mark.parametrize("person", ["nzl.duty", "jpn.analyst", "kor.analyst"])
def test_counts_are_the_lengths_of_their_views(day: Day, person: str) -> None:
    """Made in one go, by the same rules."""
    node = day.network.sites[person[:3].upper()].node
    acting = day.world.act_as(person[:3].upper(), person)
    known = node.catalogue.appearances[acting.class_id]
    some = {
        key: LineMark(found.version, read=True, done=n % 2 == 0)
        for n, (key, found) in enumerate(known.items())
    }
    for marks in (LineMarks(), LineMarks(some, 1)):
        lines = PostLines(node, acting, marks)
        asks = [Ask(view, unread=view in {"action", "info"}) for view in COUNTED]
        lengths = {ask.view: len(lines.list_keys(ask)) for ask in asks}
        assert lines.count() == {view: count for view, count in lengths.items() if count}


def test_marks_outlive_the_program(tmp_path) -> None:
    """On disk when the call returns; read again they are the same, under a stamp of their own."""
    path = tmp_path / "accounts.db"
    first = Accounts(path, cost=CHEAP)
    mark = LineMark(1, read=True, done=True)
    first.save_marks(Person("kor.watch"), "a", {"KOR.x": mark})
    stamp = first.find_marks(Person("kor.watch"), "a").stamp
    first.save_marks(Person("kor.watch"), "a", {"KOR.y": mark})
    assert first.find_marks(Person("kor.watch"), "a").stamp > stamp
    first.close()
    second = Accounts(path, cost=CHEAP)
    assert second.find_marks(Person("kor.watch"), "a").by_key == {"KOR.x": mark, "KOR.y": mark}
    assert second.find_marks(Person("kor.watch"), "b").by_key == {}
    second.close()
