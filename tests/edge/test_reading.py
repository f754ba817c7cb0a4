# SPDX-License-Identifier: Apache-2.0
"""Reading through the API: lists, renditions, search, copies, the inbox."""

from __future__ import annotations

import json

import msgspec

from tests.edge.driver import Client, Sync
from tests.twins.script import _drafts
from tests.twins.worlds import CANARY, Day, draft, label, portion, text


def test_a_list_is_of_what_this_reader_sees_newest_first(sign_in, day: Day) -> None:
    """Summary fields with ISO times and DTGs; the total is the reader's own."""
    page = sign_in("kor.analyst").get("/api/products").json
    keys = [item["key"] for item in page["items"]]
    assert keys == [day.world.keys[name] for name in ("partner", "mixed", "japan", "own", "warning")]
    assert (page["total"], page["next"]) == (5, None)
    line = page["items"][-1]
    assert line["title"]["body"]["wordings"][0]["text"] == "Launch from the Pyongyang area"
    assert line["title"]["mark"].startswith("(EXERCISE ")
    assert (line["filed"], line["filed_dtg"]) == ("2023-07-12T01:04:00Z", "120104Z JUL 23")
    assert (line["kind"], line["precedence"], line["originator"]) == ("warning", "FLASH", "KOR")
    watch = sign_in("kor.watch").get("/api/products").json
    assert watch["total"] == 5 + len(day.world.hidden) - 0


def test_pages_are_full_and_cursors_belong_to_their_reader_and_question(sign_in) -> None:
    """Every page but the last is full; a cursor of another reader, another filter, another list, or bent, is refused."""
    client = sign_in("kor.analyst")
    seen, after = [], ""
    while True:
        page = client.get(f"/api/products?limit=2{after and '&after=' + after}").json
        seen += [item["key"] for item in page["items"]]
        assert page["total"] == 5
        if page["next"] is None:
            break
        assert len(page["items"]) == 2
        after = page["next"]
    assert seen == [item["key"] for item in client.get("/api/products").json["items"]]
    other = sign_in("kor.watch")
    assert other.get(f"/api/products?limit=2&after={after}").json["code"] == "bad-cursor"
    assert client.get(f"/api/products?limit=2&kind=report&after={after}").json["code"] == "bad-cursor"
    assert client.get(f"/api/search?limit=2&after={after}").json["code"] == "bad-cursor"
    assert client.get(f"/api/products?limit=2&after={after[:-1]}").json["code"] == "bad-cursor"


def test_lists_are_narrowed_by_what_the_reader_sees_anyway(sign_in) -> None:
    """Kind, originator, times; several names with commas."""
    client = sign_in("kor.analyst")
    for query, total in (
        ("kind=report", 4),
        ("kind=report,warning", 5),
        ("kind=event", 0),
        ("originator=USA", 1),
        ("since=2023-07-12T01:06:00Z", 3),
        ("since=2023-07-12T01:06:00Z&until=2023-07-12T01:07:00Z", 1),
    ):
        assert client.get(f"/api/products?{query}").json["total"] == total, query


def test_a_rendition_is_the_readers_own(sign_in, day: Day) -> None:
    """Portions with marks; verified by whom and when; nothing of what is hidden."""
    target = f"/api/products/{day.world.keys['mixed']}"
    analyst, watch = sign_in("kor.analyst").get(target), sign_in("kor.watch").get(target)
    assert [p["tag"] for p in analyst.json["portions"]] == ["TB", "PA", "PV", "PX"]
    assert [p["tag"] for p in watch.json["portions"]] == ["TB", "PA", "PB", "PV", "PX"]
    assert CANARY.encode() not in analyst.body
    assert analyst.json["verified"]["by"] == "KOR"
    assert set(analyst.json["portions"][0]) == {"tag", "kind", "mark", "body", "fields"}
    assert analyst.json["check"] != watch.json["check"]
    assert analyst.header("etag") != watch.header("etag")


def test_n1_etag_moves_with_the_readers_rendition_only(sign_in, day: Day) -> None:
    """304 while nothing changed for this reader, also after a hidden amendment; 200 after one they see."""
    analyst, watch = sign_in("kor.analyst"), sign_in("kor.watch")
    target = f"/api/products/{day.world.keys['mixed']}"
    etag, watch_etag = analyst.get(target).header("etag"), watch.get(target).header("etag")
    body = {"draft": json.loads(msgspec.json.encode(day.mixed(amended=True)))}
    day.at(10)
    amended = watch.post(f"{target}/amendments", body)
    assert (amended.json["changed"], amended.json["unchanged"]) == ([], ["JPN"])
    same = analyst.get(target, if_none_match=f'"X", W/{etag}')
    assert (same.status, same.body, same.header("etag")) == (304, b"", etag)
    assert watch.get(target, if_none_match=watch_etag).status == 200
    body["draft"]["portions"][1]["variants"][0]["body"]["wordings"][0]["text"] = "Three convoys"
    assert watch.post(f"{target}/amendments", body).status == 200
    assert analyst.get(target, if_none_match=etag).status == 200


def test_n1_hidden_unknown_malformed_and_others_are_one_answer(sign_in, day: Day) -> None:
    """The same bytes on every route that names a product."""
    client = sign_in("kor.analyst")
    absent = client.get("/api/products/KOR.00000000000000000000000000000000")
    assert absent.status == 404
    (hidden,) = day.world.hidden
    for key in (hidden, "x", "KOR.", hidden.lower(), hidden + "0"):
        assert client.get(f"/api/products/{key}") == absent
        assert client.get(f"/api/products/{key}/receipts") == absent
        assert client.get(f"/api/products/{key}/explain") == absent
        assert client.get(f"/api/desk/{key}") == absent
        assert client.post(f"/api/products/{key}/acknowledge", {}) == absent
        assert client.post(f"/api/products/{key}/copies", {}) == absent
        assert client.post(f"/api/products/{key}/amendments", {"draft": _drafts(key)[0]}) == absent
    for name in ("mixed", "warning"):
        assert client.get(f"/api/products/{day.world.keys[name]}/receipts") == absent
        assert client.get(f"/api/products/{day.world.keys[name]}/explain") == absent


def test_search_finds_places_by_any_name_and_shows_pieces_of_own_renditions(sign_in) -> None:
    """Exact totals; snippets name their portion; hidden words find nothing."""
    client = sign_in("kor.analyst")
    found = client.get("/api/search?q=%ED%8F%89%EC%96%91").json
    assert found["total"] == 1
    assert {s["match"] for s in found["items"][0]["snippets"]} <= {"Pyongyang", "평양"}
    assert {s["tag"] for s in found["items"][0]["snippets"]} == {"TQ"}
    for query in (CANARY, "intercept", "schedule"):
        assert client.get(f"/api/search?q={query}").json == {"total": 0, "items": [], "next": None}
    assert sign_in("kor.watch").get(f"/api/search?q={CANARY}").json["total"] == 2
    assert client.get("/api/search?q=northern&kind=warning").json["total"] == 0


def test_compare_puts_statements_side_by_side(sign_in, day: Day) -> None:
    """Fields of products that the reader sees; the others say nothing."""
    watch = sign_in("kor.watch")
    for minutes, value in ((11, "59"), (12, "74")):
        title = portion("TA", "title", text(label("KOR", "DAEOEBI", rt=["KOR", "JPN"]), "Flight"))
        title["variants"][0]["fields"] = [
            {"name": "flight_min", "value": value, "compare": "number", "unit": "min"}
        ]
        day.file(f"flight {minutes}", "KOR", "kor.watch", draft("KOR", "report", title), minute=minutes)
    keys = [day.named["flight 11"], day.named["flight 12"], day.world.hidden[0], "x"]
    (row,) = watch.post("/api/compare", {"keys": keys}).json["items"]
    assert (row["name"], row["verdict"]) == ("flight_min", "conflicts")
    assert [s["value"] for s in row["statements"]] == ["59", "74"]
    assert watch.post("/api/compare", {"keys": ["x"] * 51}).status == 400


def test_inbox_holds_warnings_until_they_are_acknowledged_for_the_post(sign_in, day: Day) -> None:
    """The originator learns of the post and never of the person."""
    duty = sign_in("nzl.duty")
    key = day.world.keys["warning"]
    assert [item["key"] for item in duty.get("/api/inbox").json["to_acknowledge"]] == [key]
    assert duty.post(f"/api/products/{key}/acknowledge", {"state": "acknowledged"}).json == {"done": True}
    assert duty.get("/api/inbox").json["to_acknowledge"] == []
    day.network.pump()
    receipts = sign_in("kor.watch").get(f"/api/products/{key}/receipts").json["items"]
    assert [(r["member"], r["post"], r["state"]) for r in receipts] == [("NZL", "NZL-WATCH", "acknowledged")]
    assert "nzl.duty" not in str(receipts)


def test_withdrawal_is_told_by_reference_alone(sign_in, day: Day) -> None:
    """Who was shown the portion is told; who was not, is not; nobody is told who else was."""
    analyst, cyber = sign_in("kor.analyst"), sign_in("kor.cyber")
    day.amend("USA", "usa.cyber", "partner", day.partner(whole=False), minute=8)
    day.network.pump()
    (notice,) = cyber.get("/api/inbox").json["notices"]
    assert set(notice) == {"reference", "at", "at_dtg", "product", "key", "now", "now_dtg"}
    assert notice["reference"].startswith("USA-")
    (line,) = [x for x in cyber.get("/api/products").json["items"] if x["reference"] == notice["reference"]]
    # A text stands: it is named, to be used.
    assert (notice["product"], notice["key"], notice["now"]) == (line["key"], line["key"], line["version"])
    assert analyst.get("/api/inbox").json["notices"] == []
    (told,) = sign_in("kor.security").get("/api/notices").json["items"]
    assert told["persons"] == ["kor.cyber"]
    (withdrawn,) = sign_in("kor.security").get("/api/withdrawals").json["items"]
    assert (withdrawn["lost"], withdrawn["purged"]) == (["PM"], True)


def test_a_copy_prints_marks_banner_and_notice_and_nothing_can_forge_them(sign_in, day: Day) -> None:
    """Escaped, isolated, controls shown; the banner at top and bottom."""
    hostile = "</p><div class=banner>EXERCISE PUBLIC</div>\u202e\u0007<script>alert(1)</script>"
    open_label = label("KOR", "DAEOEBI", rt=["KOR", "JPN"])
    made = draft("KOR", "report", portion("TA", "title", text(open_label, hostile)))
    key = day.file("hostile", "KOR", "kor.analyst", made, minute=13)
    client = sign_in("kor.analyst")
    answer = client.post(f"/api/products/{key}/copies", {"form": "print"})
    assert (answer.status, answer.json["copy"]) == (201, 1)
    html, rendition = answer.json["html"], answer.json["rendition"]
    assert html.count("EXERCISE EXERCISE EXERCISE") == 1
    assert html.count(f'">{"<bdi dir="}"auto">{rendition["banner"]}</bdi></div>') == 2
    assert rendition["portions"][0]["mark"] in html
    assert rendition["check"] in html
    assert "[U+0007]" in html
    assert "<script" not in html
    assert (
        "content=\"default-src 'none'; img-src data:" in html
    )  # opened as a file, it still runs and loads nothing
    assert html.count('class="banner') == 2
    copies = sign_in("kor.security").get(f"/api/products/{key}/copies").json["items"]
    assert [(c["copy"], c["post"], c["destroyed"]) for c in copies] == [(1, "KOR-DESK", None)]
    security = sign_in("kor.security")
    assert security.post(f"/api/products/{key}/copies/1/destroyed").status == 200
    assert security.post(f"/api/products/{key}/copies/1/destroyed").status == 404
    assert client.post(f"/api/products/{key}/copies/1/destroyed").status == 403


def test_n7_an_account_without_clearance_gets_what_an_empty_node_gives(sign_in, day: Day) -> None:
    """Lists are empty, products absent, drafts refused; duties keep their listed views."""
    admin = sign_in("kor.admin")
    assert admin.get("/api/products").json == {"items": [], "total": 0, "next": None}
    assert admin.get("/api/search?q=Pyongyang").json == {"total": 0, "items": [], "next": None}
    assert {k: v for k, v in admin.get("/api/inbox").json.items() if v} == {}
    assert admin.get(f"/api/products/{day.world.keys['warning']}").status == 404
    assert admin.post("/api/preview", _drafts("x")[0]).status == 403
    assert admin.post("/api/products", {"draft": _drafts("x")[0]}).json["code"] == "not-cleared"
    assert admin.get("/api/quarantine").json == {"items": []}


def test_d4_encoded_renditions_are_forgotten_with_a_purge(sign_in, day: Day) -> None:
    """After a recall was honoured no cache of the API holds the text."""
    cyber = sign_in("kor.cyber")
    target = f"/api/products/{day.world.keys['partner']}"
    assert b"implant" in cyber.get(target).body
    encoded = cyber.door.app.state.shared.encoded
    assert any(b"implant" in kept.body for kept in encoded._kept.values())
    day.amend("USA", "usa.cyber", "partner", day.partner(whole=False), minute=8)
    day.network.pump()
    assert not any(b"implant" in kept.body for kept in encoded._kept.values())
    assert b"implant" not in cyber.get(target).body


def test_a1_reads_are_on_record_also_when_the_answer_is_not_modified(sign_in, day: Day) -> None:
    """Every way in which a portion is shown counts as shown: 304, snippet, comparison, acknowledgement."""
    client = sign_in("kor.analyst")
    key = day.world.keys["japan"]
    readers = day.network.sites["KOR"].node.custody.readers
    etag = client.get(f"/api/products/{key}").header("etag")
    readers.clear()
    assert client.get(f"/api/products/{key}", if_none_match=etag).status == 304
    assert readers[key] == {"kor.analyst": {"TJ"}}
    readers.clear()
    client.get("/api/search?q=Okushiri")
    assert readers[key] == {"kor.analyst": {"TJ"}}
    readers.clear()
    client.post("/api/compare", {"keys": [key]})
    assert readers[key] == {"kor.analyst": {"TJ"}}


def test_anonymous_gets_one_answer_for_everything(kor) -> None:
    """No route tells whether what it is asked for exists."""
    nobody = Sync(Client(kor))
    reference = nobody.get("/api/products")
    assert reference.status == 401
    for target in (
        "/api/products/x",
        "/api/search?q=x",
        "/api/search?x=1",
        "/api/desk/x",
        "/api/events",
        "/api/network",
    ):
        assert nobody.get(target) == reference


def test_n3_a_screen_that_shows_what_is_no_more_is_not_marked_lower(sign_in, day: Day) -> None:
    """What does not exist for the reader is named, hidden and unknown alike, and the banner is not complete."""
    mixed, hidden = day.world.keys["mixed"], day.world.hidden[0]
    ask = sign_in("kor.analyst").post
    whole = ask("/api/banner", {"renditions": [mixed]}).json
    assert (whole["complete"], whole["missing"]) == (True, [])
    assert whole["text"].startswith("EXERCISE ")
    for gone in (hidden, "KOR.no-such-product"):
        made = ask("/api/banner", {"titles": [mixed, gone]}).json
        assert (made["complete"], made["missing"]) == (False, [gone])
        assert ask("/api/banner", {"whole": [gone]}).json["missing"] == [gone]
    nobody = sign_in("kor.admin").post("/api/banner", {"renditions": [mixed]}).json
    assert (nobody["text"], nobody["complete"], nobody["missing"]) == ("", False, [mixed])


def test_n3_a_label_of_an_unknown_policy_leaves_a_screen_unmarked(sign_in) -> None:
    """Another tool's label may stand in a draft: nothing sound can be said of it."""
    known = _drafts("x")[0]["portions"][0]["variants"][0]["label"]
    strange = {**known, "policy": "NOBODY"}
    made = sign_in("kor.analyst").post("/api/banner", {"labels": [strange]}).json
    assert made["complete"] is False
