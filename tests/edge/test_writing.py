# SPDX-License-Identifier: Apache-2.0
"""Writing and releasing through the API: drafts, preview, filing, the desk, amendments, records."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from tearline.core.ids import Member
from tearline.edge.api import LinkFact
from tests.edge.driver import Client, Door, Sync
from tests.twins.worlds import HIDDEN, Day, draft, label, portion, text

REPORT = label("KOR", "III-KUP", rt=["KOR", "JPN", "USA"])


def make_draft(*portions: Any, **more: Any) -> dict[str, Any]:
    made = draft(
        "KOR", "report", *(portions or (portion("TA", "title", text(REPORT, "Convoys seen")),)), **more
    )
    return json.loads(msgspec.json.encode(made))


def test_drafts_are_saved_as_they_are_and_seen_by_nobody_else(sign_in) -> None:
    """Saved under an id of one's own; another person's draft of the same id is another draft."""
    analyst, watch = sign_in("kor.analyst"), sign_in("kor.watch")
    unfinished = make_draft(
        portion("TA", "title", text({"policy": "", "classification": ""}, "동해 \u202e <b>"))
    )
    assert analyst.put("/api/drafts/day-1", unfinished).json["id"] == "day-1"
    assert analyst.get("/api/drafts/day-1").json["draft"] == unfinished
    assert watch.get("/api/drafts/day-1").status == 404
    assert watch.put("/api/drafts/day-1", make_draft()).status == 200
    assert analyst.get("/api/drafts/day-1").json["draft"] == unfinished
    assert [(d["id"], d["kind"], d["portions"]) for d in analyst.get("/api/drafts").json["items"]] == [
        ("day-1", "report", 1)
    ]
    assert analyst.delete("/api/drafts/day-1").status == 200
    assert analyst.delete("/api/drafts/day-1").status == 404
    assert watch.get("/api/drafts/day-1").status == 200
    for bad in ("a" * 65, "a b", "동해", "."):
        assert analyst.put(f"/api/drafts/{bad}", make_draft()).status in {400, 404, 405}


def test_preview_shows_each_group_its_text_and_why_others_have_less(sign_in) -> None:
    """Groups by distinct share; what is withheld from whom, in words; nothing is kept."""
    watch = sign_in("kor.watch")
    body = make_draft(
        portion("TA", "title", text(REPORT, "Convoys seen")),
        portion(
            "PB",
            "paragraph",
            text(label("KOR", "II-KUP", rt=["KOR", "USA"]), "By sensor LARK"),
            text(REPORT, "Seen"),
        ),
        portion("PC", "paragraph", text(HIDDEN, "For us alone")),
    )
    preview = watch.post("/api/preview", body).json
    assert [g["members"] for g in preview["groups"]] == [["JPN"], ["USA"]]
    assert [[p["tag"] for p in g["portions"]] for g in preview["groups"]] == [["TA", "PB"], ["TA", "PB"]]
    assert preview["groups"][0]["portions"][1]["body"] != preview["groups"][1]["portions"][1]["body"]
    why = {(w["member"], w["tag"], w["variant"]): w["why"] for w in preview["withheld"]}
    assert why["JPN", "PB", 1]
    assert ("USA", "PC", 1) in why
    assert sign_in("kor.analyst").get("/api/search?q=LARK").json["total"] == 0


def test_preview_shows_what_is_sound_beside_what_refuses_the_draft(sign_in) -> None:
    """A text without a label, or above the author, reaches nobody; the rest is shown, with reasons in one language."""
    client = sign_in("kor.analyst")
    body = make_draft(
        portion("TA", "title", text(REPORT, "Convoys seen")),
        portion("PB", "paragraph", text({"policy": "EXERCISE KOR", "classification": ""}, "Not labelled")),
        portion("PC", "paragraph", text(HIDDEN, "Above the author")),
        portion("PD", "paragraph", text(label("KOR", "III-KUP", rt=["KOR", "JPN"]), "For one")),
    )
    preview = client.post("/api/preview?lang=ko", body).json
    assert {f["tag"] for f in preview["findings"] if f["blocking"]} == {"PB"}
    shown = {tuple(g["members"]): [p["tag"] for p in g["portions"]] for g in preview["groups"]}
    assert shown == {("JPN",): ["TA", "PD"], ("USA",): ["TA"]}
    assert {w["tag"] for w in preview["withheld"]} == {"TA", "PD"}
    assert any("배포 대상이 아님" in w["why"] for w in preview["withheld"])
    many = make_draft(
        *(
            portion(f"{a}{b}{c}", "paragraph", text(REPORT, "x"))
            for a in "ABC"
            for b in "ABCDEFGHIJKLM"
            for c in "ABCDEFGHIJKLM"
        )
    )
    large = client.post("/api/preview", many).json
    assert large["groups"] == []
    assert ("portions", ["500", "507"]) in [(f["code"], f["values"]) for f in large["findings"]]


def test_a_filing_with_findings_is_refused_by_name_and_kept_nowhere(sign_in) -> None:
    """422 with each blocking finding: code, portion, words."""
    client = sign_in("kor.analyst")
    body = make_draft(
        portion("TA", "title", text(HIDDEN, "Above the author")),
        portion("TA", "paragraph", text(REPORT, " ")),
    )
    answer = client.post("/api/products", {"draft": body})
    assert (answer.status, answer.json["code"]) == (422, "findings")
    assert {"tag-twice", "empty-text"} <= {f["code"] for f in answer.json["findings"]}
    above = make_draft(portion("TA", "title", text(HIDDEN, "Above the author")))
    assert [f["code"] for f in client.post("/api/products", {"draft": above}).json["findings"]] == [
        "above-clearance"
    ]
    for change in ({"kind": "novel"}, {"precedence": "SOON"}, {"policy": "EXERCISE X"}, {"portions": []}):
        assert client.post("/api/products", {"draft": make_draft() | change}).json["code"] == "findings", (
            change
        )
        assert client.post("/api/preview", make_draft() | change).status == 200, change
    for dtg in (-(10**18), 10**18, 10**30):
        assert client.post("/api/products", {"draft": make_draft() | {"dtg": dtg}}).status == 400


def test_from_draft_to_reader_over_the_desk(sign_in, day: Day) -> None:
    """File, open each text, approve, carry, read: and the register says on what authority."""
    analyst, officer = sign_in("kor.analyst"), sign_in("kor.disclosure")
    day.at(12)
    filed = analyst.post("/api/products", {"draft": make_draft()})
    assert filed.status == 201
    assert (filed.json["released"], filed.json["pending"]) == ([], ["JPN", "USA"])
    key = filed.json["key"]
    assert stands(analyst, key) == stands(officer, key) == "waiting"
    (item,) = [i for i in officer.get("/api/desk").json["items"] if i["key"] == key]
    assert (item["author"], item["state"], item["pending"]) == ("kor.analyst", "open", ["JPN", "USA"])
    (group,) = officer.get(f"/api/desk/{key}").json["groups"]
    approve = {"members": ["JPN"]}
    assert officer.post(f"/api/desk/{key}/approve", approve).json["code"] == "not-opened"
    assert officer.post(f"/api/desk/{key}/open", {"text": "NOTATEXT"}).status == 404
    assert (
        officer.post(f"/api/desk/{key}/open", {"text": group["text"]}).json["portions"] == group["portions"]
    )
    assert officer.post(f"/api/desk/{key}/approve", {"members": ["NZL"]}).json["code"] == "not-pending"
    assert (
        officer.post(f"/api/desk/{key}/approve", approve | {"delegation": "D5"}).json["code"]
        == "no-authority"
    )
    released = officer.post(f"/api/desk/{key}/approve", approve | {"delegation": "D3"}).json
    wanted = {"key": key, "released": ["JPN"], "pending": ["USA"], "authority": "D3-KOR", "recorded": []}
    assert released == wanted
    assert officer.post(f"/api/desk/{key}/refuse", {"members": ["USA"], "reason": "not now"}).status == 200
    assert officer.get(f"/api/desk/{key}") == officer.get(f"/api/desk/KOR.{'0' * 32}")
    late = officer.post(f"/api/desk/{key}/return", {"comment": "Other words."})
    assert (late.status, late.json["code"]) == (409, "not-waiting")
    assert [(r["code"], r["values"][:3]) for r in late.json["reasons"]] == [
        ("decided-refused", ["USA", "kor.disclosure", "KOR-RELEASE"])
    ]
    assert {r["key"] for r in officer.get(f"/api/register?key={key}").json["items"]} == {key}
    for other in ("x", "KOR.", f"KOR.{'0' * 32}"):
        assert officer.get(f"/api/register?key={other}").json["items"] == []
    day.network.pump()
    assert (
        sign_in("jpn.analyst").get(f"/api/products/{key}").json["title"]["body"]["wordings"][0]["text"]
        == "Convoys seen"
    )
    rows = [r for r in officer.get("/api/register").json["items"] if key.endswith(r["product"])]
    assert [(r["what"], r["member"], r["authority"]) for r in rows] == [
        ("refused", "USA", ""),
        ("released", "JPN", "D3-KOR"),
    ]
    assert [r["held"] for r in rows] == [False, True]
    assert analyst.get("/api/register").status == 403
    assert stands(analyst, key) == stands(officer, key) == "released"
    assert stands(sign_in("kor.watch"), key) == ""  # neither its author nor an officer
    assert analyst.post(f"/api/products/{key}/recall", {"members": ["JPN"], "purpose": "error"}).status == 200
    assert stands(analyst, key) == "recalled"
    again = [r for r in officer.get("/api/register").json["items"] if key.endswith(r["product"])]
    assert not any(r["held"] for r in again)


def stands(reader: Sync, key: str) -> str:
    """What the list of what was filed here says of a product."""
    lines = reader.get("/api/inbox/lines?view=sent").json["items"]
    return str(next(line["stands"] for line in lines if line["key"] == key))


def test_a_draft_filed_again_because_the_answer_was_lost_is_filed_once(sign_in) -> None:
    """The same draft of the same person: the same answer. Another's draft of that name is another draft."""
    analyst, watch = sign_in("kor.analyst"), sign_in("kor.watch")
    body = {"draft": make_draft(), "draft_id": "day-1"}
    filed = analyst.post("/api/products", body)
    assert (filed.status, analyst.post("/api/products", body).json) == (201, filed.json)
    assert watch.post("/api/products", body).json["key"] != filed.json["key"]
    other = make_draft(portion("TA", "title", text(REPORT, "Other words")))
    refused = analyst.post("/api/products", {"draft": other, "draft_id": "day-1"})
    assert (refused.status, refused.json["code"]) == (409, "already-filed")
    assert filed.json["reference"] in refused.body.decode()
    assert analyst.post("/api/products", {"draft": other, "draft_id": "post_KOR-WATCH_1"}).status == 404


def test_a_draft_sent_back_is_reworded_and_filed_again(sign_in, day: Day) -> None:
    """Its author sees the comment; the same product gets a new reference; nobody else files it."""
    analyst, officer = sign_in("kor.analyst"), sign_in("kor.disclosure")
    day.at(12)
    first = analyst.post("/api/products", {"draft": make_draft()}).json
    key = first["key"]
    back = {"refused": [{"tag": "TA", "members": ["USA"]}], "comment": "Say it without the count."}
    assert officer.post(f"/api/desk/{key}/return", back | {"comment": " "}).json["code"] == "no-comment"
    assert officer.post(f"/api/desk/{key}/return", back).status == 200
    (returned,) = analyst.get("/api/returned").json["items"]
    assert (returned["key"], returned["comment"], returned["refused"]) == (
        key,
        back["comment"],
        back["refused"],
    )
    assert sign_in("kor.watch").get("/api/returned").json == {"items": []}
    day.at(14)
    again = {"draft": make_draft(), "replaces": key}
    assert sign_in("kor.watch").post("/api/products", again).json["code"] == "not-returned"
    second = analyst.post("/api/products", again).json
    assert second["key"] == key
    assert second["reference"] != first["reference"]


def test_a_watch_posts_release_waits_for_its_review(sign_in, day: Day) -> None:
    """Offered to officers who see all of it, due after a day."""
    officer = sign_in("kor.disclosure")
    (row,) = officer.get("/api/reviews").json["items"]
    assert row["key"] == day.world.keys["warning"]
    assert (row["authority"], row["due_dtg"]) == ("D1", "130104Z JUL 23")
    assert officer.post(f"/api/reviews/{row['key']}", {"outcome": "maybe"}).status == 404
    assert sign_in("kor.analyst").post(f"/api/reviews/{row['key']}", {"outcome": "confirmed"}).status == 404
    assert officer.post(f"/api/reviews/{row['key']}", {"outcome": "confirmed"}).status == 200
    assert officer.get("/api/reviews").json == {"items": []}


def test_an_amendment_recalls_what_a_member_loses(sign_in, day: Day) -> None:
    """The author is told what changed for whom; the security officer sees the record come back."""
    watch = sign_in("kor.watch")
    target = f"/api/products/{day.world.keys['mixed']}"
    body = {"draft": json.loads(msgspec.json.encode(day.mixed()))}
    del body["draft"]["portions"][1]
    day.at(10)
    assert sign_in("kor.analyst").post(f"{target}/amendments", body).status == 404
    assert watch.post(f"{target}/amendments", body).json["recalled"] == ["JPN"]
    day.network.pump()
    (recall,) = sign_in("kor.security").get("/api/recalls").json["items"]
    assert (recall["member"], recall["lost"], recall["state"]) == ("JPN", ["PA"], "destroyed")
    assert recall["records"][0]["what"] == ["payload", "index", "caches"]
    assert watch.get("/api/recalls").status == 403


def test_a_purge_that_waits_is_confirmed_by_the_security_officer(sign_in, day: Day) -> None:
    """NZL destroys when its officer says so; access ended at once."""
    key = day.world.keys["warning"]
    duty, security = sign_in("nzl.duty"), sign_in("nzl.security")
    narrow = label("KOR", "III-KUP", rt=["KOR", "JPN"])
    body = {
        "draft": json.loads(
            msgspec.json.encode(
                draft("KOR", "warning", portion("TQ", "title", text(narrow, "Launch")), precedence="FLASH")
            )
        )
    }
    day.at(10)
    assert sign_in("kor.watch").post(f"/api/products/{key}/amendments", body).status == 200
    day.network.pump()
    assert duty.get(f"/api/products/{key}").status == 404
    (waiting,) = security.get("/api/withdrawals").json["items"]
    assert (waiting["key"], waiting["purged"]) == (key, False)
    assert duty.post(f"/api/withdrawals/{key}/confirm").json["code"] == "no-authority"
    assert security.post("/api/withdrawals/x/confirm").status == 404
    assert security.post(f"/api/withdrawals/{key}/confirm").json == {"purged": 1}
    assert security.get("/api/withdrawals").json["items"][0]["purged"] is True


def test_backfill_counts_before_it_releases(sign_in) -> None:
    """A dry run changes nothing; only a release post runs one."""
    officer = sign_in("kor.disclosure")
    body = {"before": "2023-07-12T02:00:00Z", "dry_run": True}
    first = officer.post("/api/backfill", body).json
    assert first == officer.post("/api/backfill", body).json
    assert first["dry_run"] is True
    assert sign_in("kor.analyst").post("/api/backfill", body).json["code"] == "no-authority"


def test_the_network_page_and_verification_are_for_its_keepers(day: Day) -> None:
    """Links, lanes and agreements: administration, security, audit. Others learn of no size."""
    door = Door(day.network, "KOR", links=[LinkFact(Member("JPN"), "up")])
    for person, status in (
        ("kor.admin", 200),
        ("kor.security", 200),
        ("kor.watch", 403),
        ("kor.analyst", 403),
    ):
        client = Sync(Client(door, person))
        client.sign_in()
        assert client.get("/api/network").status == status
        assert client.post("/api/verify").status == status
    admin = Sync(Client(door, "kor.admin"))
    admin.sign_in()
    page = admin.get("/api/network").json
    assert [(link["member"], link["state"]) for link in page["links"]] == [("JPN", "up")]
    assert {"member": "JPN", "lane": "FLASH"}.items() <= page["lanes"][2].items() or page["lanes"]
    (agreement,) = page["agreements"]
    assert (agreement["id"], agreement["valid_from_dtg"]) == ("PL23", "010000Z JUL 23")
    assert admin.post("/api/verify").json == {"holds": True}


def test_explain_is_for_author_and_officers(sign_in, day: Day) -> None:
    """A3: why each portion is withheld from whom."""
    target = f"/api/products/{day.world.keys['mixed']}/explain"
    for person in ("kor.watch", "kor.disclosure"):
        withheld = sign_in(person).get(target).json["withheld"]
        assert any(w["member"] == "JPN" and w["tag"] == "PB" and w["why"] for w in withheld)
        korean = sign_in(person).get(f"{target}?lang=ko").json["withheld"]
        assert [w["why"] for w in korean] != [w["why"] for w in withheld]
    assert sign_in("kor.analyst").get(target).status == 404
