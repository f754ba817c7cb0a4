# SPDX-License-Identifier: Apache-2.0
"""The release desk, its explanations, reviews and backfills."""

import msgspec
import pytest

from tearline.core.instants import Instant, print_dtg
from tearline.node.commands import (
    AdmitPerson,
    Refused,
    admit_persons,
    approve_release,
    backfill,
    issue_mandates,
    open_text,
    refuse_release,
    return_product,
    review_release,
    withdraw_authority,
)
from tests.node.commands.world import World, draft, label, portion, variant

WIDE = label("KOR", "DAEOEBI", "KOR", "JPN", "USA", "NZL")
NARROW = label("KOR", "III-KUP", "KOR", "JPN", "USA")
SECRET = label("KOR", "II-KUP", "KOR", codewords=["DALBIT"])


@pytest.fixture
def world():
    return World("KOR", "JPN", "USA", "NZL")


def report(world, *more):
    return world.file(
        "kor.watch",
        draft("KOR", portion(WIDE, "title", "AA", "title"), portion(NARROW, "narrow", "BB"), *more),
    )


def test_a1_no_text_is_approved_unopened(world):
    done = report(world)
    officer, node = world.act("kor.disclosure"), world.node("KOR")
    groups = world.duty("kor.disclosure").desk_item(done.key).groups
    assert [g.members for g in groups] == [("JPN", "USA"), ("NZL",)]
    assert approve_release(node, officer, done.key, ("JPN",)).code == "not-opened"
    open_text(node, officer, done.key, groups[0].text)
    assert approve_release(node, officer, done.key, ("JPN", "NZL")).code == "not-opened"
    assert world.lanes("KOR", "JPN") == {}  # all or nothing
    released = approve_release(node, officer, done.key, ("JPN", "JPN"))
    assert (released.released, set(released.pending)) == (("JPN",), {"USA", "NZL"})
    assert world.lanes("KOR", "JPN") == {"PRIORITY": 1}
    assert approve_release(node, officer, done.key, ("JPN",)).code == "not-pending"
    assert approve_release(node, officer, done.key, ()).code == "not-pending"
    assert open_text(node, officer, done.key, "NOSUCHTX").code == "unknown-text"


def test_a1_opened_by_another_officer_is_not_opened(world):
    done = report(world)
    world.open_all("kor.disclosure", done.key)
    node = world.node("KOR")
    other = msgspec.structs.replace(world.act("kor.disclosure"), person="kor.other")
    assert approve_release(node, other, done.key, ("JPN",)).code == "not-opened"


def test_n1_an_item_is_offered_only_to_who_sees_all_of_it(world):
    hidden = report(world, portion(SECRET, "hidden", "CC"))
    node = world.node("KOR")
    assert len(world.duty("kor.disclosure").desk()) == 1
    admit_persons(node, [AdmitPerson(person="kor.new", posts=("KOR-RELEASE",), duties=("release",))])
    blind = world.act("kor.new")
    duty = world.sites["KOR"].gate.duty(blind)
    assert duty.desk() == ()
    unknown = f"KOR.{'0' * 32}"
    for key in (hidden.key, unknown):
        assert duty.desk_item(key) is None
        assert approve_release(node, blind, key, ("JPN",)) == Refused(
            "unknown-item", "nothing on the desk by that key"
        )
        assert open_text(node, blind, key, "x") == Refused("unknown-item", "nothing on the desk by that key")
        assert getattr(return_product(node, blind, key, (), "words"), "code", "") == "unknown-item"
        assert refuse_release(node, blind, key, ("JPN",), "no").code == "unknown-item"


@pytest.mark.parametrize("person", ["kor.watch", "kor.analyst", "kor.security", "kor.admin", "kor.feed"])
def test_n7_nobody_but_release_officers_has_a_desk(world, person):
    done = report(world)
    assert world.duty(person).desk() == ()
    assert world.duty(person).desk_item(done.key) is None
    assert approve_release(world.node("KOR"), world.act(person), done.key, ("JPN",)).code == "unknown-item"


def test_a1_an_officer_releases_only_under_a_delegation_of_the_post_they_act_for(world):
    seen = label("NZL", "RESTRICTED", "NZL", "KOR")
    done = world.file("nzl.duty", draft("NZL", portion(seen, kind="title")), "NZL-DESK")
    assert done.pending == ("KOR",)
    assert world.approve("nzl.duty", done.key, "KOR", post="NZL-DESK").code == "no-authority"
    assert world.approve("nzl.duty", done.key, "KOR", post="NZL-RELEASE").released == ("KOR",)


def test_a1_what_was_refused_stays_refused_and_all_of_it_is_in_the_register(world):
    done = report(world)
    node, officer = world.node("KOR"), world.act("kor.disclosure")
    assert refuse_release(node, officer, done.key, ("NZL",), "").code == "no-reason"
    assert refuse_release(node, officer, done.key, (), "No.").code == "not-pending"
    assert refuse_release(node, officer, done.key, ("NZL",), "Not theirs to know.") is None
    assert world.approve("kor.disclosure", done.key, "NZL").code == "not-pending"
    assert return_product(node, officer, done.key, (("ZZ", ("JPN",)),), "words").code == "no-comment"
    assert return_product(node, officer, done.key, (("BB", ("JPN",)),), "  ").code == "no-comment"
    assert return_product(node, officer, done.key, (("BB", ("JPN",)),), "words") is None
    rows = world.register("kor.disclosure")
    assert [(r.what, r.member) for r in rows] == [("refused", "NZL"), ("returned", "JPN")]
    assert {(r.actor, r.post, r.reference) for r in rows} == {
        ("kor.disclosure", "KOR-RELEASE", done.reference)
    }


def test_a1_nothing_leaves_of_what_was_sent_back(world):
    done = report(world)
    node, officer = world.node("KOR"), world.act("kor.disclosure")
    world.open_all("kor.disclosure", done.key)
    return_product(node, officer, done.key, (), "Other words.")
    assert approve_release(node, officer, done.key, ("JPN",)).code == "not-waiting"
    world.pump()
    assert world.share("JPN", done.key) is None


def decide_again(world, key, text):
    """Every verdict of an officer on an item, as it is answered."""
    node, officer = world.node("KOR"), world.act("kor.disclosure")
    return (
        approve_release(node, officer, key, ("JPN",)),
        refuse_release(node, officer, key, ("JPN",), "No."),
        return_product(node, officer, key, (), "Other words."),
        open_text(node, officer, key, text),
    )


@pytest.mark.parametrize("how", ["released", "refused", "returned"])
def test_a1_who_decides_on_what_was_decided_is_told_what_happened_and_nothing_changes(world, how):
    done = report(world)
    node, officer = world.node("KOR"), world.act("kor.disclosure")
    text = world.duty("kor.disclosure").desk_item(done.key).groups[0].text
    if how == "released":
        world.approve("kor.disclosure", done.key, "JPN", "USA", "NZL")
    elif how == "refused":
        refuse_release(node, officer, done.key, ("JPN", "USA", "NZL"), "Not theirs to know.")
    else:
        return_product(node, officer, done.key, (), "Other words.")
    before, size = world.register("kor.disclosure"), node.journal.size
    at = print_dtg(world.clock.dtg())
    for refused in decide_again(world, done.key, text):
        assert (refused.code, [r.code for r in refused.reasons]) == ("not-waiting", [f"decided-{how}"])
        members, *who = refused.reasons[0].values
        assert who == ["kor.disclosure", "KOR-RELEASE", at]
        assert set(members.split(", ")) == ({""} if how == "returned" else {"JPN", "USA", "NZL"})
    assert (world.register("kor.disclosure"), node.journal.size) == (before, size)
    assert world.duty("kor.disclosure").desk_item(done.key) is None
    assert not world.duty("kor.disclosure").acts(done.key).decide


def test_a1_for_a_member_decided_meanwhile_it_is_said_what_happened_to_its_text_alone(world):
    done = report(world)
    node, officer = world.node("KOR"), world.act("kor.disclosure")
    world.approve("kor.disclosure", done.key, "JPN")
    refuse_release(node, officer, done.key, ("NZL",), "Not theirs to know.")
    for refused in (
        approve_release(node, officer, done.key, ("USA", "JPN")),
        refuse_release(node, officer, done.key, ("USA", "JPN"), "No."),
    ):
        assert (refused.code, refused.reasons[0].code) == ("not-pending", "decided-released")
        assert refused.reasons[0].values[0] == "JPN"
    assert approve_release(node, officer, done.key, ("NZL",)).reasons[0].code == "decided-refused"
    assert set(world.duty("kor.disclosure").desk_item(done.key).item.pending) == {"USA"}


def test_n1_what_was_decided_is_unknown_to_who_does_not_see_all_of_it(world):
    """Absent, waiting and decided are one answer to an officer without the codeword."""
    waiting, decided = (report(world, portion(SECRET, "hidden", "CC")) for _ in range(2))
    node = world.node("KOR")
    return_product(node, world.act("kor.disclosure"), decided.key, (), "Other words.")
    admit_persons(node, [AdmitPerson(person="kor.new", posts=("KOR-RELEASE",), duties=("release",))])
    blind = world.act("kor.new")
    absent = Refused("unknown-item", "nothing on the desk by that key")
    for key in (waiting.key, decided.key, f"KOR.{'0' * 32}"):
        assert approve_release(node, blind, key, ("JPN",)) == absent
        assert refuse_release(node, blind, key, ("JPN",), "No.") == absent
        assert return_product(node, blind, key, (), "Other words.") == absent
        assert open_text(node, blind, key, "x") == absent
        assert world.sites["KOR"].gate.duty(blind).desk_item(key) is None


def test_a3_the_explanation_names_every_withheld_variant_with_its_reasons(world):
    both = msgspec.structs.replace(
        portion(NARROW, "exact", "CC"), variants=(variant(SECRET, "exact"), variant(NARROW, "coarse"))
    )
    done = report(world, both)
    explained = world.duty("kor.watch").explain(done.key).withheld
    found = {(w.member, w.tag, w.variant) for w in explained}
    assert found == {
        ("NZL", "BB", 1),
        *((m, "CC", 1) for m in ("JPN", "USA", "NZL")),
        ("NZL", "CC", 2),
    }
    why = {(w.member, w.tag, w.variant): w.why for w in explained}
    assert "audience" in why["NZL", "BB", 1]
    assert "DALBIT" in why["JPN", "CC", 1]
    assert world.duty("kor.analyst").explain(done.key) is None  # neither its author nor an officer
    assert world.duty("kor.disclosure").explain(done.key).withheld == explained


def test_a3_what_an_agreement_withholds_is_explained_by_the_agreement(world):
    done = report(world)
    agreement = world.directory.agreements[0]
    world.change_agreement(
        msgspec.structs.replace(agreement, highest={**agreement.highest, "JPN": "UNCLASSIFIED"})
    )
    explained = world.duty("kor.watch").explain(done.key)
    assert {(w.tag, w.why) for w in explained.withheld if w.member == "JPN"} == {
        (tag, "the agreement does not cover DAEOEBI; the agreement does not cover III-KUP")
        for tag in ("AA", "BB")
    }
    world.change_agreement()
    explained = world.duty("kor.watch").explain(done.key)
    assert explained.texts == ()
    assert {w.why for w in explained.withheld if w.member == "JPN"} == {"no agreement in force"}


def watch_warning(world):
    made = draft("KOR", portion(WIDE, "title", "AA", "title"), kind="warning", lane="FLASH")
    return world.file("kor.watch", made, "KOR-WATCH")


def test_a1_a_watchs_release_is_reviewed_once_by_an_officer_who_sees_it(world):
    done = watch_warning(world)
    node = world.node("KOR")
    (review,) = world.duty("kor.disclosure").reviews()
    waits = review.review
    assert (waits.authority, set(waits.members)) == ("D1", {"JPN", "USA", "NZL"})
    assert world.duty("kor.watch").reviews() == ()
    assert review_release(node, world.act("kor.watch"), done.key, "confirmed").code == "unknown-item"
    assert review_release(node, world.act("kor.disclosure"), done.key, "whatever").code == "unknown-item"
    assert review_release(node, world.act("kor.disclosure"), done.key, "confirmed") is None
    assert world.duty("kor.disclosure").reviews() == ()
    assert review_release(node, world.act("kor.disclosure"), done.key, "confirmed").code == "unknown-item"
    assert world.register("kor.disclosure")[-1].purpose == "confirmed"


def hold_events(world, count=3):
    for n in range(count):
        made = draft(
            "KOR",
            portion(WIDE, f"event {n}", "AA", "title"),
            portion(WIDE, "remark", "BB", "remark"),
            kind="event",
            lane="PRIORITY",
        )
        yield world.file("kor.feed", made, hold=True).key


def test_n2_a_backfill_counts_then_sends_in_routine_and_a_second_one_finds_nothing(world):
    keys = list(hold_events(world))
    node, officer = world.node("KOR"), world.act("kor.disclosure")
    before = Instant(world.clock.dtg() + 1)
    assert backfill(node, world.act("kor.watch"), before=before, dry_run=True).code == "no-authority"
    assert backfill(node, officer, before=world.clock.dtg(), dry_run=True).members == {}
    counted = backfill(node, officer, before=before, dry_run=True)
    assert counted.members == {"JPN": 3, "USA": 3, "NZL": 3}
    assert counted.rules == {"E1": 9}
    assert world.lanes("KOR", "JPN") == {}
    done = backfill(node, officer, before=before, dry_run=False)
    assert (done.members, done.rules) == (counted.members, counted.rules)
    assert world.lanes("KOR", "JPN") == {"ROUTINE": 3}
    assert backfill(node, officer, before=before, dry_run=False).members == {}
    world.pump()
    assert all(world.share("NZL", key) for key in keys)
    rows = world.register("kor.disclosure")
    assert {(r.purpose, r.authority, r.actor) for r in rows} == {("backfill", "E1", "kor.disclosure")}


def test_n1_a_backfill_counts_and_sends_what_its_officer_sees_whole(world):
    """An officer without the codeword learns of no holding under it, not by a number either; another one backfills it."""
    list(hold_events(world))
    hidden = draft(
        "KOR",
        portion(WIDE, "event", "AA", "title"),
        portion(SECRET, "by DALBIT", "BB", "remark"),
        kind="event",
        lane="PRIORITY",
    )
    world.file("kor.feed", hidden, hold=True)
    node, officer = world.node("KOR"), world.act("kor.disclosure")
    admit_persons(node, [AdmitPerson("kor.junior", (), ("KOR-RELEASE",), ("release",))])
    before = Instant(world.clock.dtg() + 1)
    counts = [
        backfill(node, who, before=before, dry_run=True).members["JPN"]
        for who in (officer, world.act("kor.junior"))
    ]
    assert counts == [4, 3]
    assert backfill(node, world.act("kor.junior"), before=before, dry_run=False).members["JPN"] == 3
    assert backfill(node, officer, before=before, dry_run=False).members["JPN"] == 1


def test_a1_a_backfill_passes_over_what_was_sent_back_or_refused(world):
    node, officer = world.node("KOR"), world.act("kor.disclosure")
    (rule,) = [r for r in node.people.rules.values() if r.id == "E1"]
    withdraw_authority(node, "E1", "kor.disclosure")
    made = draft("KOR", portion(WIDE, "one", "AA", "title"), kind="event")
    one, two = (world.file("kor.analyst", made).key for _ in range(2))
    return_product(node, officer, one, (), "Other words.")
    refuse_release(node, officer, two, ("NZL",), "No.")
    issue_mandates(node, [], [rule])
    before = Instant(world.clock.dtg() + 1)
    assert backfill(node, officer, before=before, dry_run=False).members == {"JPN": 1, "USA": 1}
    assert world.duty("kor.disclosure").desk() == ()


def two_officers(world, **more):
    """D3 asks for two officers; there is a second one."""
    node = world.node("KOR")
    (d3,) = [d for d in node.people.delegations.values() if d.name == "D3"]
    issue_mandates(node, [msgspec.structs.replace(d3, approvals=2, **more)], [])
    second = AdmitPerson(
        person="kor.second", codewords=("DALBIT", "MILLRACE"), posts=("KOR-RELEASE",), duties=("release",)
    )
    admit_persons(node, [second])
    return node, world.act("kor.disclosure"), world.act("kor.second")


def test_a1_two_distinct_officers_approve_the_same_text_or_nothing_leaves(world):
    done = report(world)
    node, first, second = two_officers(world)
    recorded = world.approve("kor.disclosure", done.key, "JPN", "USA")
    assert (recorded.released, recorded.recorded) == ((), ("JPN", "USA"))
    assert set(recorded.pending) == {"JPN", "USA", "NZL"}
    assert world.lanes("KOR", "JPN") == {}
    assert approve_release(node, first, done.key, ("JPN",)).code == "approved-before"
    assert approve_release(node, second, done.key, ("JPN",)).code == "not-opened"  # each reads it
    released = world.approve("kor.second", done.key, "JPN")
    assert (released.released, released.recorded, set(released.pending)) == (("JPN",), (), {"USA", "NZL"})
    assert world.lanes("KOR", "JPN") == {"PRIORITY": 1}
    rows = world.register("kor.disclosure")
    assert [(r.what, r.member, r.actor) for r in rows] == [("released", "JPN", "kor.second")]


def test_a1_an_approval_by_somebody_who_is_no_officer_any_more_counts_no_more(world):
    done = report(world)
    node, _, second = two_officers(world)
    world.approve("kor.disclosure", done.key, "JPN")
    admit_persons(node, [AdmitPerson(person="kor.disclosure", posts=(), duties=())])
    released = world.approve("kor.second", done.key, "JPN")
    assert (released.released, released.recorded) == ((), ("JPN",))
    assert approve_release(node, second, done.key, ("JPN",)).code == "approved-before"


def test_a1_nobody_is_the_second_officer_of_their_own_draft(world):
    done = world.file("kor.disclosure", draft("KOR", portion(WIDE, "title", "AA", "title")), "KOR-RELEASE")
    node, own, _ = two_officers(world)
    world.open_all("kor.disclosure", done.key)
    assert approve_release(node, own, done.key, ("JPN",)).code == "own-draft"


def test_a1_an_approval_is_of_one_text_and_lapses_with_another_wording(world):
    done = report(world)
    node, _, second = two_officers(world)
    world.approve("kor.disclosure", done.key, "JPN")
    return_product(node, second, done.key, (("BB", ("JPN",)),), "Other words.")
    again = draft("KOR", portion(WIDE, "title", "AA", "title"), portion(NARROW, "narrower", "BB"))
    world.file("kor.watch", again, replaces=done.key)
    assert world.approve("kor.second", done.key, "JPN").recorded == ("JPN",)


def test_a1_neither_a_watch_nor_a_rule_gets_round_two_officers(world):
    node, *_ = two_officers(world)
    done = watch_warning(world)  # D1 asks for one officer, under D3 which asks for two
    assert set(done.pending) == {"JPN", "USA", "NZL"}
    event = world.file("kor.analyst", draft("KOR", portion(WIDE, "one", "AA", "title"), kind="event"))
    assert set(event.pending) == {"JPN", "USA", "NZL"}  # E1 hangs on D3
    (d1,) = [d for d in node.people.delegations.values() if d.name == "D1"]
    issue_mandates(node, [msgspec.structs.replace(d1, approvals=2)], [])
    assert set(watch_warning(world).pending) == {"JPN", "USA", "NZL"}


def test_a3_what_is_sent_back_says_portion_by_portion_what_other_words_are_needed(world):
    done = report(world)
    node, officer = world.node("KOR"), world.act("kor.disclosure")
    assert return_product(node, officer, done.key, (), "", (("ZZ", "words"),)).code == "no-comment"
    assert return_product(node, officer, done.key, (), " ", (("BB", " "),)).code == "no-comment"
    assert return_product(node, officer, done.key, (("BB", ("JPN",)),), "", (("BB", "No place."),)) is None
    (item,) = world.duty("kor.watch").returned()
    assert (item.comment, item.comments, item.refused) == ("", (("BB", "No place."),), (("BB", ("JPN",)),))
