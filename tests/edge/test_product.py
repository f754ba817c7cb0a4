# SPDX-License-Identifier: Apache-2.0
"""One product through the API: why it is shown, its versions, what it cites, copies as files, questions about it."""

from __future__ import annotations

import base64
import io
import json
import re
import zipfile
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from tearline.core.errors import IntegrityError
from tearline.core.labels import verify_digests
from tearline.core.labels.codecs import parse_binding
from tearline.edge.api import paper_words, papers
from tests.twins.worlds import HIDDEN, OPEN, Day, draft, portion, text


def test_a3_why_names_the_grounds_of_what_is_shown_and_nothing_else(sign_in, day: Day) -> None:
    """Both markings, the grounds in the language asked for; no word of a portion or a variant that is not shown (N1)."""
    key = day.world.keys["mixed"]
    analyst = sign_in("kor.analyst").get(f"/api/products/{key}/why")
    assert [p["tag"] for p in analyst.json["portions"]] == ["TB", "PA", "PV", "PX"]
    assert b"DALBIT" not in analyst.body
    assert "달빛".encode() not in analyst.body
    watch = sign_in("kor.watch").get(f"/api/products/{key}/why").json
    hidden = next(p for p in watch["portions"] if p["tag"] == "PB")
    assert "you hold DALBIT" in hidden["grounds"]
    assert "KOR includes KOR, for which you act" in hidden["grounds"]
    partner = sign_in("kor.analyst").get(f"/api/products/{day.world.keys['partner']}/why?lang=ko").json
    title = partner["portions"][0]
    assert title["origin"] == "EXERCISE USA CONFIDENTIAL//REL TO USA, JPN, KOR"
    assert title["own"].startswith("EXERCISE 군사III급비밀//미국 정부 제공")
    assert any("옮김" in words for words in title["grounds"])
    assert (partner["origin"], partner["own"]) == (title["origin"], title["own"])
    assert sign_in("kor.analyst").get(f"/api/products/{key}/why?lang=xx").status == 400


def test_n1_what_a_mark_means_is_said_in_the_readers_language_and_the_mark_stays_its_policys(
    sign_in, day: Day
) -> None:
    """Of what is shown alone; nothing is said where the mark is in that language already."""
    key = day.world.keys["mixed"]
    asked = sign_in("kor.analyst")
    english, korean = (asked.get(f"/api/products/{key}/why?lang={lang}").json for lang in ("en", "ko"))
    assert korean["plain"] == ""
    assert {p["plain"] for p in korean["portions"]} == {""}
    assert (english["origin"], english["plain"]) == (korean["origin"], english["plain"])
    assert english["plain"].startswith("EXERCISE KOR ")
    assert all(p["plain"].isascii() for p in english["portions"])
    assert "DALBIT" not in json.dumps(english)


def test_why_of_what_is_public_says_so(sign_in, day: Day) -> None:
    """PUBLIC is its own ground, and has no second marking."""
    public = {"policy": "PUBLIC", "classification": "UNMARKED"}
    made = draft("PUBLIC", "document", portion("TP", "title", text(public, "Tide tables")))
    made = msgspec.structs.replace(made, policy="PUBLIC", declared="unaltered")
    key = day.file("public", "KOR", "kor.watch", made, minute=59)
    why = sign_in("kor.analyst").get(f"/api/products/{key}/why").json["portions"][0]
    assert (why["origin"], why["own"]) == ("PUBLIC", "")
    assert why["grounds"] == ["public: everyone may see it"]


def test_versions_are_those_this_reader_had(sign_in, day: Day) -> None:
    """By DTG, the present one last; what changed between two of them; a hidden amendment is no version."""
    key = day.world.keys["own"]
    reworded = draft("KOR", "report", portion("TA", "title", text(OPEN, "Patrol lines of the week")))
    day.amend("KOR", "kor.analyst", "own", reworded, minute=20)
    longer = draft(
        "KOR",
        "report",
        portion("TA", "title", text(OPEN, "Patrol lines of the week")),
        portion("TN", "paragraph", text(OPEN, "All quiet")),
    )
    day.amend("KOR", "kor.analyst", "own", longer, minute=21)
    client = sign_in("kor.analyst")
    versions = client.get(f"/api/products/{key}/versions").json["items"]
    assert [(v["number"], v["version_dtg"], v["whole"], v["present"]) for v in versions] == [
        (1, "120105Z JUL 23", True, False),
        (2, "120124Z JUL 23", True, False),
        (3, "120125Z JUL 23", True, True),
    ]
    first = client.get(f"/api/products/{key}/versions/1").json
    assert first["portions"][0]["body"]["wordings"][0]["text"] == "Patrol lines of the day"
    assert [(c["tag"], c["what"]) for c in first["changes"]] == [("TA", "changed"), ("TN", "added")]
    back = client.get(f"/api/products/{key}/versions/3?until=2").json
    assert [(c["tag"], c["what"]) for c in back["changes"]] == [("TA", "same"), ("TN", "removed")]
    present = client.get(f"/api/products/{key}").json
    assert (back["check"], back["banner"]) == (present["check"], present["banner"])
    for number, query in ((0, ""), (4, ""), (1, "?until=4")):
        assert client.get(f"/api/products/{key}/versions/{number}{query}").status == 404
    mixed = day.world.keys["mixed"]
    day.amend("KOR", "kor.watch", "mixed", day.mixed(amended=True), minute=22)
    assert len(client.get(f"/api/products/{mixed}/versions").json["items"]) == 1
    assert len(sign_in("kor.watch").get(f"/api/products/{mixed}/versions").json["items"]) == 2


def test_n7_what_an_own_reader_lost_is_lost_in_their_history(sign_in, day: Day) -> None:
    """A portion whose label was raised above a reader is gone from their former text too, and the banner counts what stays."""
    key = day.world.keys["mixed"]
    raised = draft(
        "KOR",
        "report",
        portion("TB", "title", text(OPEN, "Activity at the northern range")),
        portion("PA", "paragraph", text(HIDDEN, "Two convoys were seen on the northern road")),
    )
    day.amend("KOR", "kor.watch", "mixed", raised, minute=20)
    client = sign_in("kor.analyst")
    versions = client.get(f"/api/products/{key}/versions").json["items"]
    assert [(v["whole"], v["present"]) for v in versions] == [(False, False), (True, True)]
    former = client.get(f"/api/products/{key}/versions/1")
    assert [p["tag"] for p in former.json["portions"]] == ["TB"]
    assert b"convoys" not in former.body
    assert former.json["check"] == ""
    watch = sign_in("kor.watch").get(f"/api/products/{key}/versions/1").json
    assert [(c["tag"], c["what"]) for c in watch["changes"]][:2] == [("TB", "same"), ("PA", "remarked")]
    made = client.post("/api/banner", {"histories": [key]}).json
    assert made["complete"]
    assert made["text"] == client.get(f"/api/products/{key}").json["banner"]
    assert client.post("/api/banner", {"histories": [f"KOR.{'0' * 32}"]}).json["complete"] is False


def test_n1_citations_are_those_whose_both_ends_this_reader_sees(sign_in, day: Day) -> None:
    """Both ways, by the references that stand in texts; a hidden portion or product cites nothing for who can't see it."""
    own, japan = day.world.keys["own"], day.world.keys["japan"]
    watch, analyst = sign_in("kor.watch"), sign_in("kor.analyst")
    named = [watch.get(f"/api/products/{key}").json["reference"] for key in (own, japan)]
    secret = watch.get(f"/api/products/{day.world.hidden[0]}").json["reference"]

    def file(name: str, *cited: tuple[dict, str], title: str) -> str:
        portions = [
            portion(f"C{'ABC'[n]}", "citation", text(label_, f"See {ref}에 이어"))
            for n, (label_, ref) in enumerate(cited)
        ]
        made = draft("KOR", "report", portion("TT", "title", text(OPEN, title)), *portions)
        return day.file(name, "KOR", "kor.watch", made, minute=50 + len(name))

    openly = file("a", (OPEN, named[0]), (OPEN, secret), title="One")
    hidden = file("bb", (HIDDEN, named[0]), (OPEN, named[1]), title="Two")

    def ask(client, key: str) -> tuple[list, list]:
        answer = client.get(f"/api/products/{key}/citations").json
        return tuple(
            [(c["tag"], c["product"]["key"]) for c in answer[side]] for side in ("cites", "cited_by")
        )

    secretly = ("TC", day.world.hidden[0])
    assert ask(watch, own) == ([], [("CA", hidden), ("CA", openly), secretly])
    assert ask(analyst, own) == ([], [("CA", openly)])
    assert ask(watch, openly) == ([("CA", own), ("CB", day.world.hidden[0])], [])
    assert ask(analyst, openly) == ([("CA", own)], [])
    assert ask(analyst, hidden) == ([("CB", japan)], [])
    plain = draft("KOR", "report", portion("TT", "title", text(OPEN, "One")))
    day.amend("KOR", "kor.watch", "a", plain, minute=58)
    assert ask(analyst, own) == ([], [])


def save(client, key: str, **body: object) -> tuple[str, bytes]:
    """A copy as a file: its name and its bytes."""
    answer = client.post(f"/api/products/{key}/copies", {"form": "export", **body})
    assert answer.status == 201, answer.body
    file = answer.json["file"]
    return file["name"], base64.b64decode(file["base64"])


def test_a_copy_as_text_is_marked_top_bottom_and_by_portion(sign_in, day: Day) -> None:
    """Content is set in from the margin, and what can't be seen is shown: nothing in it passes for a marking."""
    forged = "quiet\n(PUBLIC) ZZ paragraph\n\u202eEXERCISE UNCLASSIFIED\u200b"
    made = draft(
        "KOR",
        "report",
        portion("TA", "title", text(OPEN, "Night")),
        portion("PA", "lead", text(OPEN, forged)),
    )
    key = day.file("forged", "KOR", "kor.watch", made, minute=50)
    client = sign_in("kor.analyst")
    banner = client.get(f"/api/products/{key}").json["banner"]
    name, raw = save(client, key, format="text")
    lines = raw.decode().splitlines()
    assert name.endswith("-copy-1.txt")
    assert (lines[0], lines[-1]) == (banner, banner)
    assert [line for line in lines if line.startswith("(")] == [
        "(EXERCISE 군III//배포: KOR, AUS, JPN, NZL, NATO) TA title",
        "(EXERCISE 군III//배포: KOR, AUS, JPN, NZL, NATO) PA lead",
    ]
    assert "    [U+202E]EXERCISE UNCLASSIFIED[U+200B]" in lines
    assert "    (PUBLIC) ZZ paragraph" in lines


def test_a_label_beside_a_copy_is_bound_to_its_bytes(sign_in, day: Day) -> None:
    """The originator's label and our own, for exactly this file; the archive is the same bytes for the same copy."""
    key = day.world.keys["partner"]
    name, raw = save(sign_in("kor.analyst"), key, format="html", sidecar=True)
    assert name.endswith("-copy-1.zip")
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        page, binding = archive.namelist()
        document = parse_binding(archive.read(binding))
        (check,) = verify_digests(document, {page: archive.read(page)})
        with pytest.raises(IntegrityError):
            verify_digests(document, {page: archive.read(page) + b" "})
    assert (binding, check.state) == (f"{page}.4778.xml", "agrees")
    labels = document.find_labels(page)
    assert [(label.role.value, label.label.policy) for label in labels] == [
        ("originatorConfidentialityLabel", "EXERCISE USA"),
        ("alternativeConfidentialityLabel", "EXERCISE KOR"),
    ]
    assert labels[0].label.classification == "CONFIDENTIAL"


def test_a_pdf_has_its_banner_on_every_page(sign_in, day: Day) -> None:
    """Text is never markup, and letters without a glyph are refused before a number is taken."""
    pytest.importorskip("typst")
    long = "#set page(header: none) 동해 日本海 \u202e$x$\n" * 120
    made = draft(
        "KOR", "report", portion("TA", "title", text(OPEN, "Night")), portion("PA", "lead", text(OPEN, long))
    )
    key = day.file("long", "KOR", "kor.watch", made, minute=50)
    client = sign_in("kor.analyst")
    name, raw = save(client, key, format="pdf")
    assert name.endswith("-copy-1.pdf")
    assert raw.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type\s*/Page\b", raw)) > 2
    copied = client.post(f"/api/products/{key}/copies", {"form": "export", "format": "pdf"}).json
    assert base64.b64decode(copied["file"]["base64"]) != raw, "the number is another"
    odd = draft("KOR", "report", portion("TA", "title", text(OPEN, "ሰላም")))
    key = day.file("odd", "KOR", "kor.watch", odd, minute=51)
    refused = client.post(f"/api/products/{key}/copies", {"form": "export", "format": "pdf"})
    assert (refused.status, refused.json["code"]) == (422, "no-pdf")
    assert "HTML" in refused.json["detail"]
    assert save(client, key, format="text")[0].endswith("-copy-1.txt"), "what could not be made has no number"


def test_what_stands_beside_the_text_on_paper_is_in_the_readers_language(sign_in, day: Day) -> None:
    """Headings and names of portions; the marking, the DTG and the text stay as they are."""
    key = day.world.keys["partner"]
    client = sign_in("kor.analyst")
    copied = client.post(f"/api/products/{key}/copies", {"form": "export", "lang": "ko"}).json
    assert '<html lang="ko">' in copied["html"]
    assert "사본 1 · KOR-DESK" in copied["html"]
    assert f"TU {paper_words.PORTIONS['ko']['title']}" in copied["html"]
    assert copied["rendition"]["banner"] in copied["html"]
    _, raw = save(client, key, format="text", lang="ja")
    assert "写し 2 · KOR-DESK" in raw.decode()
    assert client.post(f"/api/products/{key}/copies", {"form": "export", "lang": "xx"}).status == 400


def test_portions_are_called_on_paper_what_the_screens_call_them() -> None:
    """One word for one thing."""
    for lang, names in paper_words.PORTIONS.items():
        path = Path(__file__).resolve().parents[2] / "web/src/lib/i18n" / lang / "product.json"
        shown = json.loads(path.read_text(encoding="utf-8"))
        assert names == {k[len("portion_") :]: v for k, v in shown.items() if k.startswith("portion_")}
    assert {len(words) for words in paper_words.HEADINGS.values()} == {8}


def test_where_the_extra_is_missing_a_pdf_is_refused_with_advice(sign_in, day: Day, monkeypatch) -> None:
    """Nothing is on record, and the reader is told what to do."""
    monkeypatch.setattr(papers.util, "find_spec", lambda _name: None)
    client, key = sign_in("kor.analyst"), day.world.keys["own"]
    refused = client.post(f"/api/products/{key}/copies", {"form": "export", "format": "pdf"})
    assert (refused.status, refused.json["code"]) == (422, "no-pdf")
    assert "tearline[pdf]" in refused.json["detail"]
    assert client.post(f"/api/products/{key}/copies", {"form": "print"}).json["copy"] == 1


def test_a_question_goes_to_the_originator_under_a_label_that_covers_it(sign_in, day: Day) -> None:
    """Offered labels are for the two members alone and not lower than the title; the desk sends it; it cites its product."""
    key = day.world.keys["partner"]
    client = sign_in("kor.analyst")
    form = client.get(f"/api/products/{key}/question?lang=ko").json
    assert (form["to"], form["suggested"]) == ("USA", 0)
    assert [o["choice"]["classification"] for o in form["options"]] == ["III-KUP", "II-KUP"]
    assert all(o["choice"]["audience"] == ["KOR", "USA"] for o in form["options"])
    body = {
        "purpose": "question",
        "text": "어느 항구인가?",
        "lang": "ko",
        "label": form["options"][0]["label"],
    }
    assert form["usual"] == {"question": "USA-DESK", "challenge": "USA-SECURITY"}
    assert "USA-CYBER" in form["posts"]
    for wrong, code in (({"post": "USA-NOBODY"}, "unknown-value"), ({"post": "KOR-DESK"}, "unknown-value")):
        assert client.post(f"/api/products/{key}/question", {**body, **wrong}).json["code"] == code
    for due_h in (-1, 721):
        refused = client.post(f"/api/products/{key}/question", {**body, "due_h": due_h})
        assert refused.json["code"] == "bad-date"
    filed = client.post(f"/api/products/{key}/question", {**body, "tags": ["TU"]}).json
    assert (filed["released"], filed["pending"]) == ([], ["USA"])
    asked = client.get(f"/api/products/{filed['key']}").json
    assert (asked["kind"], asked["reference"][:7]) == ("rfi", "KOR-RFI")
    assert [p["kind"] for p in asked["portions"]] == ["title", "citation", "question", "about"]
    cited = client.get(f"/api/products/{filed['key']}/citations").json["cites"]
    assert [c["product"]["key"] for c in cited] == [key]
    by = client.get(f"/api/products/{key}/citations").json["cited_by"]
    assert [c["product"]["key"] for c in by] == [filed["key"]]
    timed = {**body, "post": "USA-CYBER", "due_h": 6}
    dated = client.get(
        "/api/products/" + client.post(f"/api/products/{key}/question", timed).json["key"]
    ).json
    due = dated["portions"][-1]
    assert (due["kind"], due["mark"], due["fields"][0]["name"]) == (
        "ltiov",
        dated["portions"][2]["mark"],
        "ltiov",
    )
    wait = datetime.fromisoformat(due["fields"][0]["value"]) - datetime.fromisoformat(dated["filed"])
    assert timedelta(hours=5, minutes=59) < wait <= timedelta(hours=6)
    challenge = client.post(f"/api/products/{key}/question", {**body, "purpose": "challenge"}).json
    assert client.get(f"/api/products/{challenge['key']}").json["kind"] == "comment"


def test_a_question_is_never_labelled_below_what_it_asks_about(sign_in, day: Day) -> None:
    """Refused: a lower label for a portion marked higher, a label not offered, a portion not shown, no words."""
    key = day.world.keys["mixed"]
    watch, analyst = sign_in("kor.watch"), sign_in("kor.analyst")
    form = watch.get(f"/api/products/{key}/question?tags=PB").json
    lowest, fit = form["options"][0]["label"], form["options"][form["suggested"]]["label"]
    assert form["suggested"] > 0
    assert "DALBIT" in json.dumps(fit)

    def ask(client, **body: object):
        return client.post(f"/api/products/{key}/question", {"purpose": "question", "text": "Why?", **body})

    assert ask(watch, label=lowest, tags=["PB"]).json["code"] == "findings"
    assert ask(watch, label=fit, tags=["PB"]).status == 201
    assert ask(watch, label={**lowest, "categories": [["Releasable To", ["KOR", "NZL"]]]}).status == 422
    assert ask(watch, label=lowest, text="  ").json["code"] == "no-comment"
    offered = analyst.get(f"/api/products/{key}/question?tags=PB").json
    assert b"DALBIT" not in json.dumps(offered).encode()
    hidden, unknown = (ask(analyst, label=lowest, tags=[tag]) for tag in ("PB", "ZZ"))
    assert (hidden.status, hidden.body) == (unknown.status, unknown.body)
    assert ask(analyst, label=lowest, tags=["PA"]).status == 201


def test_n1_what_one_may_do_with_a_product_is_said_to_who_sees_it(sign_in, day: Day) -> None:
    """Its author may amend and recall, an officer who sees all of it recall; a reader nothing; what is hidden is missing."""
    key = day.world.keys["mixed"]
    author, officer, reader, partner = (
        sign_in(person).get(f"/api/products/{key}/acts").json
        for person in ("kor.watch", "kor.disclosure", "kor.analyst", "jpn.analyst")
    )
    assert (author["amend"], officer["amend"]) == (True, False)
    assert (author["recall"], officer["recall"]) == (True, True)
    assert (author["receipts"], officer["receipts"]) == (True, True)
    nothing = {"amend": False, "recall": False, "decide": False, "waiting": [], "receipts": False}
    assert reader == partner == nothing
    unread = sign_in("kor.admin")
    hidden, unknown = (unread.get(f"/api/products/{k}/acts") for k in (key, "KOR.0123"))
    assert (hidden.status, hidden.body) == (unknown.status, unknown.body) == (404, unknown.body)
