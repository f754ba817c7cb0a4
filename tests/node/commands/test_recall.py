# SPDX-License-Identifier: Apache-2.0
"""A recall by its originator: reach shown before, access ends, records come back; and the register as a file."""

import csv
import io
import json
import re

import msgspec
import pytest

from tearline.core.products import PositionBody
from tearline.node.commands import (
    DraftPortion,
    DraftVariant,
    acknowledge_product,
    amend_product,
    export_register,
    issue_mandates,
    make_copy,
    recall_product,
    refuse_release,
    return_product,
)
from tearline.node.journal import RegisterExported, decode_entry
from tearline.node.views.releases import RegisterFilter
from tests.node.commands.world import World, draft, label, portion

WIDE = label("KOR", "DAEOEBI", "KOR", "JPN", "USA", "NZL")


@pytest.fixture
def world():
    return World("KOR", "JPN", "USA", "NZL")


def released(world, *members):
    done = world.file(
        "kor.watch", draft("KOR", portion(WIDE, "title", "AA", "title"), portion(WIDE, "so", "BB"))
    )
    world.approve("kor.disclosure", done.key, *members)
    world.pump()
    return done


def test_a1_the_reach_is_known_before_and_the_records_after(world):
    done = released(world, "JPN", "USA")
    acknowledge_product(world.node("JPN"), world.act("jpn.watch", "JPN-WATCH"), done.key, "acknowledged")
    make_copy(world.node("KOR"), world.act("kor.analyst"), done.key, "print")
    world.pump()
    reach = world.duty("kor.disclosure").reach(done.key)
    assert [(h.member, h.purge, h.portions) for h in reach.holders] == [
        ("JPN", "at_once", ("AA", "BB")), ("USA", "at_once", ("AA", "BB")),
    ]  # fmt: skip
    assert [(r.post, r.state) for r in reach.holders[0].receipts] == [("JPN-WATCH", "acknowledged")]
    assert (reach.waiting, reach.withdrawn, [c.post for c in reach.copies]) == (("NZL",), (), ["KOR-DESK"])
    node, officer = world.node("KOR"), world.act("kor.disclosure")
    made = recall_product(node, officer, done.key, ("JPN",), "error")
    assert made.members == ("JPN",)
    assert [r.state for r in world.duty("kor.disclosure").recalls()] == ["sent"]
    world.pump()
    assert world.tags("jpn.analyst", done.key) == ()
    assert world.tags("usa.analyst", done.key) == ("AA", "BB")
    (status,) = world.duty("kor.disclosure").recalls()
    assert (status.reference, status.state, status.lost) == (done.reference, "destroyed", ("AA", "BB"))
    after = world.duty("kor.disclosure").reach(done.key)
    assert ([h.member for h in after.holders], after.withdrawn) == (["USA"], ("JPN",))
    (row,) = [r for r in world.register("kor.disclosure") if r.what == "recalled"]
    assert (row.purpose, row.actor, row.member) == ("error", "kor.disclosure", "JPN")


def test_a1_a_copy_that_remains_keeps_the_recall_amber(world):
    done = released(world, "JPN")
    make_copy(world.node("JPN"), world.act("jpn.analyst"), done.key, "print")
    recall_product(world.node("KOR"), world.act("kor.watch"), done.key, ("JPN",), "source")  # its author may
    world.pump()
    (status,) = world.duty("kor.disclosure").recalls()
    assert (status.state, status.records[-1].copies) == ("amber", ("copy 1, JPN-DESK",))


def test_a1_a_recall_names_holders_and_a_purpose_or_changes_nothing(world):
    done = released(world, "JPN")
    node, officer = world.node("KOR"), world.act("kor.disclosure")
    for members, purpose, code in (
        ((), "error", "not-held"),
        (("USA",), "error", "not-held"),
        (("JPN", "NZL"), "error", "not-held"),
        (("JPN",), "", "bad-purpose"),
        (("JPN",), "because", "bad-purpose"),
    ):
        assert recall_product(node, officer, done.key, members, purpose).code == code
    assert world.duty("kor.disclosure").recalls() == ()
    recall_product(node, officer, done.key, ("JPN", "JPN"), "other")
    assert recall_product(node, officer, done.key, ("JPN",), "other").code == "not-held"


@pytest.mark.parametrize("person", ["kor.analyst", "kor.security", "kor.admin", "kor.cyber"])
def test_n1_to_who_may_not_recall_it_the_product_does_not_exist(world, person):
    done = released(world, "JPN")
    unknown = recall_product(world.node("KOR"), world.act(person), f"KOR.{'0' * 32}", ("JPN",), "error")
    assert recall_product(world.node("KOR"), world.act(person), done.key, ("JPN",), "error") == unknown
    assert world.duty(person).reach(done.key) is None
    assert (
        recall_product(world.node("JPN"), world.act("jpn.disclosure"), done.key, ("USA",), "error") == unknown
    )


def test_n2_what_was_recalled_goes_out_again_only_over_the_desk(world):
    done = released(world, "JPN")
    node, author = world.node("KOR"), world.act("kor.watch")
    recall_product(node, world.act("kor.disclosure"), done.key, ("JPN",), "error")
    made = draft("KOR", portion(WIDE, "title", "AA", "title"), portion(WIDE, "better", "BB"))
    amended = amend_product(node, author, done.key, made)
    assert (amended.changed, "JPN" in amended.pending) == ((), True)
    world.pump()
    assert world.tags("jpn.analyst", done.key) == ()
    world.approve("kor.disclosure", done.key, "JPN")
    world.pump()
    assert world.tags("jpn.analyst", done.key) == ("AA", "BB")


def test_a1_the_register_is_found_by_member_authority_time_and_reference(world):
    one, two = released(world, "JPN", "USA"), released(world, "USA")
    duty = world.duty("kor.disclosure")

    def found(**asked):
        return [(r.reference, r.member) for _, r in duty.register(RegisterFilter(**asked), 10)]

    assert found() == [(two.reference, "USA"), (one.reference, "USA"), (one.reference, "JPN")]
    assert found(members=("JPN",)) == [(one.reference, "JPN")]
    assert found(text=two.reference[-4:].lower()) == [(two.reference, "USA")]
    assert found(text=one.reference, whats=("released",)) == found()[1:]
    assert (found(authority="D3-KOR"), found(authority="D1")) == (found(), [])
    assert (found(until=world.clock.dtg()), found(since=world.clock.dtg())) == ([], found())
    assert [n for n, _ in duty.register(RegisterFilter(), 2, before=2)] == [1, 0]
    assert world.duty("kor.watch").register(RegisterFilter(), 10) == ()


def test_a1_an_export_of_the_register_is_on_record_with_its_digest(world):
    done = released(world, "JPN", "USA")
    node, officer = world.node("KOR"), world.act("kor.disclosure")
    made = export_register(node, officer, RegisterFilter(members=("JPN",)), "csv")
    (entry,) = [
        e for r in node.journal.records(0, 10_000) if isinstance(e := decode_entry(r.entry), RegisterExported)
    ]
    assert (entry.form, entry.rows, entry.sha256, entry.actor) == ("csv", 1, made.sha256, "kor.disclosure")
    (row,) = csv.DictReader(io.StringIO(made.text))
    assert (row["reference"], row["member"], row["authority"]) == (done.reference, "JPN", "D3-KOR")
    rows = json.loads(export_register(node, officer, RegisterFilter(), "json").text)["rows"]
    assert [r["member"] for r in rows] == ["USA", "JPN"]
    assert export_register(node, world.act("kor.watch"), RegisterFilter(), "csv").code == "no-duty"
    assert export_register(node, officer, RegisterFilter(), "xlsx").code == "malformed"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", " =", "\uff1d", "x;=", "x;  +", "x\t@"])
def test_a1_no_cell_of_an_export_is_a_formula(world, start):
    released(world, "JPN")
    node = world.node("KOR")
    rows = node.releases.register
    rows[0] = msgspec.structs.replace(rows[0], purpose=f"{start}cmd|' /C calc'!A0")
    text = export_register(node, world.act("kor.disclosure"), RegisterFilter(), "csv").text
    cells = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
    parts = [part.strip(" ") for cell in cells for part in re.split("[;\t\r\n]", cell)]
    assert not [p for p in parts if p.startswith(("=", "+", "-", "@", "\uff1d"))]
    assert not [c for c in cells if c.startswith(("\t", "\r"))]


def test_a1_a_member_is_told_of_a_withdrawal_by_the_reference_that_it_knows(world):
    """What was sent back and filed anew has another reference since, and nobody there has ever seen it."""
    done = released(world, "JPN")
    node, officer = world.node("KOR"), world.act("kor.disclosure")
    assert return_product(node, officer, done.key, (), "Other words.") is None
    reworded = draft("KOR", portion(WIDE, "other", "AA", "title"), portion(WIDE, "words", "BB"))
    again = world.file("kor.watch", reworded, replaces=done.key)
    assert again.reference != done.reference
    reach = world.duty("kor.disclosure").reach(done.key)
    assert (reach.reference, [h.reference for h in reach.holders]) == (done.reference, [done.reference])
    world.pump()
    made = recall_product(node, officer, done.key, ("JPN",), "error")
    world.pump()
    assert made.reference == done.reference
    assert {status.reference for status in world.duty("kor.disclosure").recalls()} == {done.reference}
    told = [n.reference for n in world.reading("jpn.analyst").inbox().notices]
    assert again.reference not in told
    (row,) = [r for r in world.register("kor.disclosure") if r.what == "recalled" and r.purpose == "error"]
    assert row.reference == done.reference


def watch_warning(world):
    """A delegation of the watch covers JPN and NZL; USA waits for an officer."""
    node = world.node("KOR")
    issue_mandates(
        node, [msgspec.structs.replace(node.people.delegations["D1"], audience=("JPN", "NZL"))], []
    )
    made = draft("KOR", portion(WIDE, "one", "AA", "title"), kind="warning", lane="FLASH")
    return made, "kor.watch", "KOR-WATCH"


def sensor_event(world):
    """A rule covers JPN and NZL; USA would have the position too, and waits."""
    node = world.node("KOR")
    rule = msgspec.structs.replace(node.people.rules["E1"], exemption=None)
    issue_mandates(node, [], [rule])
    spot = PositionBody('{"type":"Point","coordinates":[126,39]}', "39N 126E")
    place = DraftVariant(label("KOR", "III-KUP", "KOR", "USA"), spot)
    parts = (portion(WIDE, "one", "AA", "title"), DraftPortion("position", (place,), "PP"))
    return draft("KOR", *parts, kind="event"), "kor.feed", ""


@pytest.mark.parametrize("make", [watch_warning, sensor_event])
@pytest.mark.parametrize("taken", [("JPN",), ("JPN", "NZL")])
def test_a1_what_was_recalled_goes_there_again_by_a_decision_alone_whatever_covers_it(world, make, taken):
    made, person, post = make(world)
    filed = world.file(person, made, post)
    assert (set(filed.released), filed.pending) == ({"JPN", "NZL"}, ("USA",))
    node, officer = world.node("KOR"), world.act("kor.disclosure")
    assert recall_product(node, officer, filed.key, taken, "source").members == taken
    assert return_product(node, officer, filed.key, (), "Other words.") is None
    other = msgspec.structs.replace(
        made, portions=(portion(WIDE, "other", "AA", "title"), *made.portions[1:])
    )
    again = world.file(person, other, post, replaces=filed.key)
    assert (set(again.released), set(again.pending)) == ({"JPN", "NZL"} - {*taken}, {"USA", *taken})
    world.pump()
    assert [world.share(m, filed.key) for m in taken] == [None for _ in taken]
    assert set(world.approve("kor.disclosure", filed.key, *taken).released) == set(taken)


def test_a1_who_was_refused_it_for_good_gets_other_words_by_a_decision_alone_whatever_covers_it_since(world):
    """The refusal is older than the delegation that would send it."""
    made, person, post = watch_warning(world)
    node, officer = world.node("KOR"), world.act("kor.disclosure")
    issue_mandates(node, [msgspec.structs.replace(node.people.delegations["D1"], audience=("JPN",))], [])
    filed = world.file(person, made, post)
    assert refuse_release(node, officer, filed.key, ("USA",), "not theirs") is None
    assert return_product(node, officer, filed.key, (), "Other words.") is None
    wider = msgspec.structs.replace(node.people.delegations["D1"], audience=("JPN", "NZL", "USA"))
    issue_mandates(node, [wider], [])
    other = msgspec.structs.replace(made, portions=(portion(WIDE, "other", "AA", "title"),))
    again = world.file(person, other, post, replaces=filed.key)
    assert (set(again.released), set(again.pending)) == ({"JPN", "NZL"}, {"USA"})
