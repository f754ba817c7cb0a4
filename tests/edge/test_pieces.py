# SPDX-License-Identifier: Apache-2.0
"""What stands beside words in a draft: positions, attachments, templates; and drafts that two windows write."""

from __future__ import annotations

from base64 import b64decode, b64encode
from typing import Any

from tearline.core.ids import Person, Post
from tearline.edge.accounts import CHEAP, Accounts
from tearline.node.commands import AdmitPerson, admit_persons
from tearline.node.ports import SCRUBS_MAX
from tearline.node.scrubs import ScrubsInMemory
from tests.core.products.test_media import chunk, exif, png
from tests.edge.test_writing import REPORT, make_draft
from tests.twins.worlds import Day, label, portion, text


def attach(client: Any, data: bytes, name: str = "C:\\Users\\kim\\relay.png") -> Any:
    return client.post(
        "/api/attachments", {"name": name, "data": b64encode(data).decode(), "words": "A mast"}
    )


def test_a_position_is_read_by_the_node_and_a_coarse_one_stays_coarse(sign_in) -> None:
    """MGRS or degrees; anything else with how it is written."""
    client = sign_in("kor.analyst")
    made = client.post("/api/positions", {"text": "52S CG 21 42"}).json
    assert (made["type"], made["text"], "Polygon" in made["geojson"]) == ("position", "52S CG 21 42", True)
    bad = client.post("/api/positions", {"text": "up north"})
    assert (bad.status, bad.json["code"]) == (422, "bad-place")
    assert "37.56N 126.99E" in bad.json["detail"]


def test_an_attachment_is_scrubbed_filed_and_read_with_its_portion(sign_in) -> None:
    """What was removed is named; only what a node scrubbed can be filed; a reader gets those bytes."""
    client = sign_in("kor.analyst")
    dirty = png(chunk(b"eXIf", exif((0x8825, 26))), after=b"tail")
    made = attach(client, dirty).json
    assert made["removed"] == ["camera", "position", "trailing"]
    assert (made["body"]["name"], made["size"], made["left"]) == ("relay.png", len(dirty), len(png()))
    assert b64decode(made["body"]["data"]) == png()

    def draft(body: dict[str, Any]) -> dict[str, Any]:
        written = make_draft(
            portion("TA", "title", text(REPORT, "Mast")), portion("PB", "attachment", text(REPORT, "x"))
        )
        written["portions"][1]["variants"][0]["body"] = body
        return written

    unscrubbed = made["body"] | {"data": b64encode(dirty).decode()}
    refused = client.post("/api/products", {"draft": draft(unscrubbed)})
    assert [f["code"] for f in refused.json["findings"]] == ["attachment"]
    assert client.post("/api/preview", draft(made["body"])).json["findings"] == []
    key = client.post("/api/products", {"draft": draft(made["body"])}).json["key"]
    shown = client.get(f"/api/products/{key}").json["portions"]
    assert [p["body"] for p in shown if p["tag"] == "PB"] == [made["body"]]
    assert client.get("/api/search?q=mast").json["total"] >= 1


def test_a3_the_desk_is_told_what_an_attachment_was_freed_of(sign_in) -> None:
    """From the record of its filing, also after an amendment that leaves it; without a record it says so."""
    author, officer = sign_in("kor.analyst"), sign_in("kor.disclosure")
    widened = label("KOR", "II-KUP", rt=["KOR", "USA"])

    def draft(body: dict[str, Any], words: str) -> dict[str, Any]:
        title, media = (
            portion("TA", "title", text(widened, words)),
            portion("PB", "attachment", text(widened, "x")),
        )
        written = make_draft(title, media)
        written["portions"][1]["variants"][0]["body"] = body
        return written

    def noted(key: str) -> list[tuple[str, str, list[str]]]:
        found = officer.get(f"/api/desk/{key}").json["findings"]
        return [(f["code"], f["tag"], f["values"]) for f in found if f["code"].startswith("scrub")]

    body = attach(author, png(chunk(b"eXIf", exif((0x8825, 26))), after=b"tail!")).json["body"]
    key = author.post("/api/products", {"draft": draft(body, "Mast")}).json["key"]
    assert noted(key) == [("scrubbed", "PB", ["camera", "position", "trailing"])]
    officer.client.door.site.node.scrubs = ScrubsInMemory()  # as on another disk
    author.post(f"/api/products/{key}/amendments", {"draft": draft(body, "Mast, again")})
    assert noted(key) == [("scrubbed", "PB", ["camera", "position", "trailing"])]
    other = author.post("/api/products", {"draft": draft(body, "Another")}).json["key"]
    assert noted(other) == [("scrub-unknown", "PB", [])]
    attach(author, png())
    clean = author.post("/api/products", {"draft": draft(body, "Clean")}).json["key"]
    assert noted(clean) == [("scrub-clean", "PB", [])]


def test_what_an_attachment_was_freed_of_outlives_the_program_and_goes_with_the_draft_of_a_post(
    sign_in, tmp_path
) -> None:
    """On disk with the drafts; whoever of the post ends the draft files it with its record, and nobody else does."""
    author = sign_in("kor.analyst")
    door, node = author.client.door, author.client.door.site.node
    admit_persons(node, [AdmitPerson(Person("kor.colleague"), (), (Post("KOR-DESK"),))])
    door.admit("kor.colleague")
    colleague = sign_in("kor.colleague")
    node.scrubs = Accounts(tmp_path / "accounts.db", cost=CHEAP)
    body = attach(author, png(chunk(b"eXIf", exif((0x8825, 26))))).json["body"]
    node.scrubs.close()
    node.scrubs = Accounts(tmp_path / "accounts.db", cost=CHEAP)

    def freed_of(client: Any, words: str) -> dict[str, tuple[str, ...]]:
        title, media = (
            portion("TA", "title", text(REPORT, words)),
            portion("PB", "attachment", text(REPORT, "x")),
        )
        written = make_draft(title, media)
        written["portions"][1]["variants"][0]["body"] = body
        key = client.post("/api/products", {"draft": written}).json["key"]
        return node.desk.items[key.partition(".")[2]].scrubs

    gone = {"PB": ("camera", "position")}
    assert (freed_of(author, "Mine"), freed_of(colleague, "Ours")) == (gone, gone)
    assert freed_of(sign_in("kor.watch"), "Of another post") == {}
    node.scrubs.close()


def test_of_an_owner_the_newest_records_are_kept(tmp_path) -> None:
    """The same on disk and in memory."""
    for kept in (ScrubsInMemory(), Accounts(tmp_path / "accounts.db", cost=CHEAP)):
        for n in range(SCRUBS_MAX + 1):
            kept.keep_scrub("kea", n.to_bytes(2), ("camera",))
            if n == 1:
                kept.keep_scrub("kea", (0).to_bytes(2), ())  # scrubbed anew: among the newest
        kept.keep_scrub("moa", (1).to_bytes(2), ())
        assert [kept.find_scrub("kea", n.to_bytes(2)) for n in (0, 1, 2)] == [(), None, ("camera",)]
        assert kept.find_scrub("moa", (1).to_bytes(2)) == ()


def test_odd_and_oversize_attachments_get_a_clear_answer(sign_in) -> None:
    """By what they are; nothing is kept of them."""
    client = sign_in("kor.analyst")
    for data, status, code in (
        (b"%PDF-1.7", 422, "attachment-kind"),
        (png()[:30], 422, "attachment-damaged"),
        (b"x" * 1_000_001, 413, "attachment-size"),
        (b"x" * 4_000_000, 413, "too-large"),
    ):
        answer = attach(client, data)
        assert (answer.status, answer.json["code"]) == (status, code)
    assert attach(sign_in("kor.admin"), png()).status == 403


def test_every_kind_has_a_template_whose_labels_reach_nobody_else(sign_in) -> None:
    """What is begun from one is the writer's own member's until they choose otherwise."""
    items = sign_in("kor.analyst").get("/api/templates?lang=ko").json["items"]
    assert {t["kind"] for t in items} >= {"report", "warning", "event", "document", "tearline"}
    for template in items:
        assert template["portions"][0]["kind"] == "title"
        assert {m for p in template["portions"] for m in p["label"]["members"]} <= {"KOR"}


def test_a_template_begins_titles_low_and_sources_high_within_the_writers_clearance(sign_in) -> None:
    """A title has to be for everyone who sees anything below it; what says where a thing is known from is for fewer."""
    client = sign_in("kor.analyst")
    levels = client.get("/api/labels/choices").json["levels"]
    order = [level["name"] for level in levels if level["policy"] == "EXERCISE KOR"]
    items = {t["kind"]: t["portions"] for t in client.get("/api/templates").json["items"]}
    level = {
        (kind, p["kind"]): order.index(p["label"]["label"]["classification"])
        for kind, portions in items.items()
        for p in portions
    }
    assert level["report", "title"] == level["tearline", "lead"] == 0
    assert 0 < level["report", "paragraph"] < level["report", "source"] < len(order)


def test_two_windows_do_not_undo_each_other(sign_in) -> None:
    """A save over something else than was read is refused, and both texts stay."""
    client = sign_in("kor.analyst")
    first = client.put("/api/drafts/two?over=", make_draft()).json["digest"]
    assert client.put("/api/drafts/two?over=", make_draft()).json["code"] == "draft-changed"
    other = make_draft(portion("TA", "title", text(REPORT, "From the other window")))
    second = client.put(f"/api/drafts/two?over={first}", other).json["digest"]
    late = client.put(f"/api/drafts/two?over={first}", make_draft())
    assert (late.status, late.json["code"]) == (409, "draft-changed")
    kept = client.get("/api/drafts/two").json
    assert (kept["draft"], kept["digest"]) == (other, second)
    assert client.get("/api/drafts").json["items"][0]["title"] == "From the other window"
    assert client.put("/api/drafts/two", make_draft()).status == 200


def test_n1_only_its_author_gets_a_product_back_as_a_draft(sign_in) -> None:
    """To amend or reword it, tags and all; to everybody else it does not exist."""
    client = sign_in("kor.analyst")
    written = make_draft(portion("TA", "title", text(REPORT, "To be amended")))
    key = client.post("/api/products", {"draft": written}).json["key"]
    back = client.get(f"/api/products/{key}/draft").json
    assert (back["kind"], [p["tag"] for p in back["portions"]]) == ("report", ["TA"])
    assert client.post(f"/api/products/{key}/amendments", {"draft": back}).status == 200
    missing = client.get("/api/products/KOR.0123/draft").body
    for person in ("kor.watch", "kor.disclosure", "kor.admin"):
        answer = sign_in(person).get(f"/api/products/{key}/draft")
        assert (answer.status, answer.body) == (404, missing)


def test_n1_a_citation_says_what_it_means_for_the_label_and_only_of_what_is_seen(sign_in, day: Day) -> None:
    """Received portions stay inside their audience, ORCON is not cited, one's own is free; hidden is missing."""
    watch = sign_in("kor.watch")
    rows = watch.get("/api/products?limit=50").json["items"]
    foreign = next(r["key"] for r in rows if r["originator"] == "USA")
    tag = watch.get(f"/api/products/{foreign}").json["portions"][0]["tag"]
    narrow = make_draft()["portions"][0]["variants"][0]["label"]
    said = watch.post("/api/citations", {"key": foreign, "tag": tag, "label": narrow}).json
    assert (said["own"], bool(said["audience"]), said["mark"].startswith("(")) == (False, True, True)
    assert said["within"] in {True, False}
    mixed = day.world.keys["mixed"]
    mine = watch.get(f"/api/products/{mixed}").json["portions"][0]["tag"]
    own = watch.post("/api/citations", {"key": mixed, "tag": mine, "label": narrow}).json
    assert (own["own"], own["audience"], own["orcon"], own["within"]) == (True, "", False, True)
    missing = watch.post("/api/citations", {"key": "KOR.0123", "tag": tag})
    assert missing.status == 404
    assert watch.post("/api/citations", {"key": foreign, "tag": "ZZ"}).body == missing.body
