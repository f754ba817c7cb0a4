# SPDX-License-Identifier: Apache-2.0
"""A1, A2 at the door: who did what, proved, checked, and taken away as a file that verifies by itself."""

from __future__ import annotations

import hashlib
import threading

import pytest

from tearline.core.ids import Person, Post
from tearline.core.log import Head, leaf_hash, parse_checkpoint, parse_note, verify_inclusion
from tearline.edge.api.checks import Check, Checks
from tearline.edge.api.problems import Problem
from tearline.node.commands import AdmitPerson, admit_persons
from tearline.node.gate import trail
from tearline.node.journal import verify_extract
from tests.edge.driver import Client, Door, Sync
from tests.simulation.network import AUTHORITY
from tests.twins.worlds import CANARY, Day


@pytest.fixture
def auditor(day: Day) -> Sync:
    auditors = AdmitPerson(Person("kor.auditor"), (), (Post("KOR-AUDIT"),), ("audit",), cleared=False)
    admit_persons(day.network.sites["KOR"].node, [auditors])
    client = Sync(Client(Door(day.network, "KOR"), "kor.auditor"))
    client.sign_in()
    return client


def read(auditor: Sync, query: str = "") -> list[dict]:
    out, after = [], ""
    while True:
        page = auditor.get(f"/api/trail?limit=7{query}{f'&after={after}' if after else ''}").json
        out += page["items"]
        after = page["next"]
        if not after:
            return out


def test_a1_the_trail_holds_every_entry_of_both_logs_once_newest_first(auditor: Sync, day: Day) -> None:
    node = day.network.sites["KOR"].node
    journal = node.journal.size()
    rows = read(auditor)
    places = [(row["log"], row["position"]) for row in rows]
    assert len(set(places)) == len(places)
    assert {p for log, p in places if log == "journal"} == set(range(journal))
    for log in ("journal", "access"):
        own = [p for name, p in places if name == log]
        assert own == sorted(own, reverse=True)


@pytest.mark.parametrize("limit", [1, 2, 50])
def test_a1_reads_in_a_row_are_one_line_that_lists_each_of_them(auditor: Sync, day: Day, limit: int) -> None:
    """Whatever the page, folded lines hold every read once, in order; another person's read between two begins a new line."""
    for person in ("kor.watch", "kor.analyst", "kor.watch"):
        reader = Sync(Client(Door(day.network, "KOR"), person))
        reader.sign_in()
        assert len(reader.get("/api/products?limit=50").json["items"]) > 2
    plain = read(auditor, "&kind=opened,listed")
    lines, after = [], ""
    while True:
        asked = f"/api/trail?kind=opened,listed&fold=true&limit={limit}{f'&after={after}' if after else ''}"
        page = auditor.get(asked).json
        assert len(page["items"]) <= limit
        lines += page["items"]
        after = page["next"]
        if not after:
            break
    places = [(row["log"], row["position"]) for row in plain]
    each = []
    for line in lines:
        rows = [line]
        if line["folded"] > 1:
            rows = auditor.get(f"/api/trail?kind=opened,listed&limit=200&after={line['each']}").json["items"][
                : line["folded"]
            ]
        assert {(row["person"], row["post"], row["act"], row["kind"]) for row in rows} == {
            (line["person"], line["post"], line["act"], line["kind"])
        }
        each += [(row["log"], row["position"]) for row in rows]
    assert each == places
    assert len(lines) < len(plain)
    assert {"kor.watch", "kor.analyst"} <= {line["person"] for line in lines[:3]}


def test_a1_what_was_opened_is_told_from_what_stood_in_a_list(auditor: Sync, day: Day) -> None:
    """A line, a piece that a search found or a place on a map is no product opened; a mixed row is never folded."""
    reader = Sync(Client(Door(day.network, "KOR"), "kor.watch"))
    reader.sign_in()
    assert len(reader.get("/api/products?limit=50").json["items"]) > 2
    reader.get("/api/search?q=convoy")
    assert [r for r in read(auditor, "&person=kor.watch&kind=opened") if r["act"] == "RenditionRead"] == []
    listed = read(auditor, "&person=kor.watch&kind=listed")
    forms = {fact["value"] for row in listed for fact in row["facts"] if fact["name"] == "form"}
    assert {"list", "snippet"} <= forms <= {"list", "snippet", "map"}
    key = day.world.keys["mixed"]
    reader.get(f"/api/products/{key}")
    (opened,) = read(auditor, "&person=kor.watch&kind=opened")
    assert (opened["key"], opened["kind"]) == (key, "opened")
    assert len(read(auditor, "&person=kor.watch&kind=listed")) == len(listed)


def test_a1_the_letters_of_a_reference_find_its_entries(auditor: Sync, day: Day) -> None:
    """Any end of it from a word on, in any case; what does not end it finds nothing."""
    reader = Sync(Client(auditor.door, "kor.watch"))
    reader.sign_in()
    reference = reader.get(f"/api/products/{day.world.keys['mixed']}").json["reference"]
    words = reference.split()
    wanted = [(r["log"], r["position"]) for r in read(auditor, f"&product={'%20'.join(words)}")]
    assert wanted
    for tail in (words[-1], words[-1].lower(), "%20".join(words[1:]), f"%20{words[-1]}%20"):
        assert [(r["log"], r["position"]) for r in read(auditor, f"&product={tail}")] == wanted
    for other in (words[-1][1:], words[0], "%20".join(words[:-1])):
        assert read(auditor, f"&product={other}") == []


def test_a1_each_look_at_the_trail_is_on_record_with_what_was_asked(auditor: Sync) -> None:
    auditor.get("/api/trail?person=kor.watch")
    auditor.get("/api/trail/journal/0")
    auditor.get("/api/trail?kind=opened,searched&since=2023-07-12T01:04:00Z")
    rows = [row for row in read(auditor, "&kind=audited") if row["act"] == "TrailRead"]
    asked = [{fact["name"]: fact["value"] for fact in row["asked"]} for row in rows]
    assert {"person": "kor.watch"} in asked
    assert {"log": "journal", "position": "0"} in asked
    assert {"kinds": "opened, searched", "since": "120104Z JUL 23"} in asked
    assert not any(row["searched"] for row in rows)
    assert {row["person"] for row in rows} == {"kor.auditor"}


def test_a1_filters_find_who_read_searched_and_released_what(auditor: Sync, day: Day) -> None:
    reader = Sync(Client(auditor.door, "kor.watch"))
    reader.sign_in()
    key = day.world.keys["mixed"]
    reference = reader.get(f"/api/products/{key}").json["reference"]
    reader.get("/api/search?q=convoy")
    assert {row["person"] for row in read(auditor, "&person=kor.watch&kind=opened,listed")} == {"kor.watch"}
    (search,) = read(auditor, "&kind=searched&person=kor.watch")
    assert search["searched"] == "convoy"
    by_key = read(auditor, f"&product={key}")
    by_reference = read(auditor, f"&product={reference.replace(' ', '%20')}")
    assert {row["act"] for row in by_key} >= {"ProductFiled", "ShareReleased", "RenditionRead"}
    kept = [(r["log"], r["position"]) for r in by_key if r["act"] != "TrailRead"]
    assert kept == [(r["log"], r["position"]) for r in by_reference]
    assert {row["member"] for row in read(auditor, "&member=JPN&kind=released")} == {"JPN"}
    released = read(auditor, "&kind=released&member=JPN")[0]
    assert released["authority"]
    assert released["pack"]
    assert read(auditor, "&until=2020-01-01T00:00:00Z") == []
    assert auditor.get("/api/trail?kind=everything").status == 400


def test_n7_the_trail_shows_no_content(auditor: Sync) -> None:
    """An auditor is cleared for nothing: headers only, and no word of what was hidden."""
    raw = b"".join(
        auditor.get(f"/api/trail?limit=200{more}").body for more in ("", "&kind=wrote", "&kind=released")
    )
    assert CANARY.encode() not in raw
    assert auditor.get("/api/products").json["items"] == []


def test_a2_an_entry_is_proved_by_bytes_that_anybody_can_recompute(auditor: Sync) -> None:
    proof = auditor.get("/api/trail/journal/5").json
    checkpoint = parse_checkpoint(parse_note(proof["checkpoint"]).text)
    leaf = leaf_hash(proof["header"].encode())
    path = [bytes.fromhex(one) for one in proof["path"]]
    verify_inclusion(leaf, Head(checkpoint.size, checkpoint.root), index=5, proof=path)
    assert [key["name"] for key in proof["keys"] if not key["cosigns"]] == ["KOR/node-1/anchor"]
    assert auditor.get("/api/trail/journal/99999").status == 404
    assert auditor.get("/api/trail/other/1").status == 404


def test_a2_a_range_is_exported_verifies_alone_and_is_on_record(auditor: Sync) -> None:
    made = auditor.post("/api/trail/exports", {"log": "journal", "start": 2, "end": 9})
    raw, sha256 = made.body, made.header("x-tearline-sha256")
    assert made.header("content-disposition") == 'attachment; filename="KOR-journal-2-9.tearline-trail"'
    report = verify_extract(raw, AUTHORITY.public)
    assert (report.member, report.log, report.start, report.end) == ("KOR", "journal", 2, 9)
    assert hashlib.sha256(raw).hexdigest() == sha256
    (row,) = [r for r in read(auditor, "&kind=audited") if r["act"] == "TrailExported"]
    assert {"name": "sha256", "value": sha256} in row["facts"]
    assert auditor.post("/api/trail/exports", {"log": "journal", "start": 9, "end": 2}).status == 422
    assert auditor.post("/api/trail/exports", {"log": "x"}).status == 422


def follow(client: Sync, check: dict) -> dict:
    for _ in range(20_000):
        if check["state"] != "running":
            break
        check = client.get(f"/api/checks/{check['id']}").json
    return check


def test_a2_a_range_is_checked_beside_other_work_and_belongs_to_who_began_it(auditor: Sync) -> None:
    begun = auditor.post("/api/checks", {"log": "journal"})
    assert begun.status == 201
    done = follow(auditor, begun.json)
    assert (done["state"], done["done"]) == ("holds", done["end"])
    other = Sync(Client(auditor.door, "kor.security"))
    other.sign_in()
    assert other.get(f"/api/checks/{done['id']}").status == 404
    assert auditor.delete(f"/api/checks/{done['id']}").status == 200
    assert auditor.post("/api/checks", {"log": "journal", "start": 5, "end": 5}).status == 422


def test_a2_an_altered_payload_is_found_by_the_check_of_its_range(auditor: Sync, day: Day) -> None:
    disk = day.network.sites["KOR"].journal_disk
    key = next(iter(disk.payloads))
    opening = disk.payloads[key]
    disk.payloads[key] = type(opening)(opening.salt, opening.body + b" ")
    done = follow(auditor, auditor.post("/api/checks", {"log": "journal"}).json)
    assert (done["state"], done["code"]) == ("broken", "payload-altered")


def test_anchors_say_who_never_vouched(auditor: Sync) -> None:
    found = auditor.get("/api/anchors").json
    assert found["size"] == 0
    assert {row["member"] for row in found["witnesses"]} >= {"JPN", "USA"}
    assert all(row["at"] is None for row in found["witnesses"])
    assert found["journal_size"] > 0


def test_a_check_can_be_ended_and_too_many_are_not_begun() -> None:
    """Work that never ends by itself: it hears that nobody wants it any more."""
    checks, entered = Checks(), threading.Event()

    def work(hear):
        while hear(1):
            entered.set()

    running = [checks.begin(Check(Person("a"), "journal", 0, 9), work) for _ in range(4)]
    entered.wait(10)
    with pytest.raises(Problem):
        checks.begin(Check(Person("b"), "journal", 0, 9), work)
    for check in running:
        check.stop()
    for thread in [t for t in threading.enumerate() if t.name == "check of a range"]:
        thread.join(10)
    assert {check.state for check in running} == {"ended"}
    assert checks.find(running[0].id, Person("b")) is None
    assert checks.begin(Check(Person("b"), "journal", 0, 9), lambda _: None).state in {"running", "ended"}


def test_a_rare_filter_looks_through_a_bounded_number_and_says_how_far(
    auditor: Sync, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trail, "LOOKED_MAX", 5)
    page = auditor.get("/api/trail?person=nobody.at.all").json
    assert (page["items"], page["looked"]) == ([], 5)
    assert page["next"]
    assert page["back_to"]
    assert read(auditor, "&person=nobody.at.all") == []
