# SPDX-License-Identifier: Apache-2.0
"""Saved searches tell what came that they find: by the clearance in use, by class, and never of what is hidden."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tearline.core.instants import MINUTE
from tests.edge.driver import PASSWORD, Sync
from tests.twins.worlds import CANARY, HIDDEN, OPEN, Day, draft, portion, position, text

CELL = '{"type":"Polygon","coordinates":[[[131,39],[131.5,39],[131.5,39.5],[131,39.5],[131,39]]]}'


def save(client: Sync, name: str = "road", **query: str) -> None:
    assert client.put(f"/api/searches/{name}", {"name": name, "query": query}).status == 200


def alerts(client: Sync) -> list[Any]:
    return client.get("/api/alerts").json["items"]


@pytest.fixture
def arrive(day: Day) -> Callable[..., str]:
    """Something comes a minute later."""

    def file(name: str, *portions: dict[str, Any]) -> str:
        day.network.clock.system += MINUTE
        return day.file(name, "KOR", "kor.watch", draft("KOR", "report", *portions), minute=20)

    return file


def title(label: dict[str, Any], words: str) -> dict[str, Any]:
    return portion("TN", "title", text(label, words))


def test_what_came_before_is_no_news_and_what_comes_is(
    sign_in: Callable[..., Sync], arrive: Callable[..., str]
) -> None:
    """A search tells of arrivals since it was saved; once looked at they are no news; the search finds them still."""
    client = sign_in("kor.analyst")
    save(client, q="northern")
    assert alerts(client) == []
    key = arrive("n", title(OPEN, "The northern road is closed"))
    found = client.get("/api/alerts").json
    assert [(a["key"], a["searches"]) for a in found["items"]] == [(key, ["road"])]
    assert (found["names"], found["total"]) == ({"road": "road"}, 1)
    assert client.get("/api/searches").json["items"][0]["fresh"] == 1
    assert client.post("/api/searches/road/seen").status == 200
    assert alerts(client) == []
    assert client.get("/api/search?q=northern").json["total"] > 1


def test_n1_no_alert_for_what_is_hidden(sign_in: Callable[..., Sync], arrive: Callable[..., str]) -> None:
    """The same words under a label that one of two readers holds: told to that one, to the other the same bytes as before."""
    watch, analyst = sign_in("kor.watch"), sign_in("kor.analyst")
    for client in (watch, analyst):
        save(client, q=CANARY)
        save(client, "everything")
    before = [analyst.get(path).body for path in ("/api/alerts", "/api/searches")]
    key = arrive("n", title(HIDDEN, f"{CANARY} convoy"))
    assert [a["key"] for a in alerts(watch)] == [key]
    assert [analyst.get(path).body for path in ("/api/alerts", "/api/searches")] == before


def test_n1_an_area_alerts_by_the_variant_shown(
    sign_in: Callable[..., Sync], arrive: Callable[..., str]
) -> None:
    """Around the exact place only those are told who have it; in the cell's corner only those who have the cell."""
    watch, analyst = sign_in("kor.watch"), sign_in("kor.analyst")
    for client in (watch, analyst):
        save(client, "corner", area="131,39;131.1,39.1")
    exact = position(HIDDEN, '{"type":"Point","coordinates":[131.25,39.25]}', "x")
    key = arrive("n", title(OPEN, "At sea"), portion("PN", "position", exact, position(OPEN, CELL, "cell")))
    assert alerts(watch) == []
    assert [a["key"] for a in alerts(analyst)] == [key]


def test_searches_are_ones_own(sign_in: Callable[..., Sync]) -> None:
    """Nobody sees, changes or deletes another's; what is not there is not found."""
    mine, other = sign_in("kor.analyst"), sign_in("kor.watch")
    save(mine, q="convoy")
    assert other.get("/api/searches").json["items"] == []
    assert other.delete("/api/searches/road").status == 404
    assert other.post("/api/searches/road/seen").status == 404
    assert mine.delete("/api/searches/road").status == 200
    assert mine.delete("/api/searches/road").status == 404


def test_an_undone_deletion_loses_no_news(sign_in: Callable[..., Sync], arrive: Callable[..., str]) -> None:
    """Saved again with the time up to which it was looked at, a search tells what it told before."""
    client = sign_in("kor.analyst")
    save(client, q="northern")
    kept = client.get("/api/searches").json["items"][0]
    key = arrive("n", title(OPEN, "northern lights"))
    client.delete("/api/searches/road")
    again = {"name": kept["name"], "query": kept["query"], "seen": kept["seen"]}
    client.put("/api/searches/road", again)
    assert [a["key"] for a in alerts(client)] == [key]


def test_a1_a_saved_search_is_recorded_as_a_search(sign_in: Callable[..., Sync]) -> None:
    """What was saved has been asked for, and its words are in the access record and in no log."""
    client = sign_in("kor.analyst")
    before = len(client.door.site.node._reads)
    save(client, q="convoy")
    assert len(client.door.site.node._reads) > before


def test_d4_what_is_saved_is_sealed(sign_in: Callable[..., Sync]) -> None:
    """What was typed may say as much as a report: it does not lie open in the accounts' file."""
    client = sign_in("kor.analyst")
    save(client, q="zanzibarcanary")
    rows = client.door.accounts._ask("SELECT body FROM searches")
    assert rows
    assert b"zanzibarcanary" not in bytes(rows[0][0])


def test_n1_a_lowered_session_sees_no_search_of_a_higher_one(
    sign_in: Callable[..., Sync], arrive: Callable[..., str]
) -> None:
    """What was typed in a session of full height shows neither by name nor by its alerts on a screen that was lowered."""
    client = sign_in("kor.watch")
    save(client, q=CANARY)
    save(client, "everything")
    arrive("n", title(HIDDEN, f"{CANARY} convoy"))
    assert len(alerts(client)) == 1
    assert client.post("/api/session/ceiling", {"ceiling": "III-KUP"}).status == 200
    assert client.get("/api/searches").json["items"] == []
    assert client.get("/api/alerts").json == {"items": [], "names": {}, "total": 0}
    save(client, "low", q="northern")
    raised = {"ceiling": "", "password": PASSWORD}
    assert client.post("/api/session/ceiling", raised).status == 200
    assert [s["id"] for s in client.get("/api/searches").json["items"]] == ["everything", "road"]


@pytest.mark.parametrize(
    "body",
    [
        {"name": "", "query": {}},
        {"name": "x" * 81, "query": {}},
        {"name": "x", "query": {"q": "a" * 1001}},
        {"name": "x", "query": {"area": "1,2"}},
        {"name": "x", "query": {"since": "yesterday"}},
        {"name": "x", "query": {"limit": "5"}},
        {"name": "x", "query": {}, "seen": "x"},
    ],
)
def test_a_search_that_can_not_be_asked_is_not_saved(
    sign_in: Callable[..., Sync], body: dict[str, Any]
) -> None:
    """Refused as the search would be, and nothing is kept."""
    client = sign_in("kor.analyst")
    assert client.put("/api/searches/x", body).status == 400
    assert client.get("/api/searches").json["items"] == []


def test_so_many_and_no_more(sign_in: Callable[..., Sync]) -> None:
    """Fifty, and one that is there can still be changed."""
    client = sign_in("kor.analyst")
    for n in range(50):
        save(client, f"s{n}", q="convoy")
    assert client.put("/api/searches/more", {"name": "x", "query": {}}).status == 400
    assert client.put("/api/searches/s1", {"name": "x", "query": {}}).status == 200
