# SPDX-License-Identifier: Apache-2.0
"""What became of a product, member by member: what each was sent or waits for, or why it has nothing."""

import pytest

from tearline.node.commands import (
    AdmitPerson,
    admit_persons,
    amend_product,
    make_copy,
    recall_product,
    refuse_release,
    return_product,
    review_release,
    withdraw_authority,
)
from tests.node.commands.world import World, draft, label, portion

WIDE = label("KOR", "DAEOEBI", "KOR", "JPN", "USA", "NZL")
NARROW = label("KOR", "III-KUP", "KOR", "JPN", "USA")
OWN = label("KOR", "II-KUP", "KOR", codewords=["DALBIT"])
CODED = label("KOR", "III-KUP", "KOR", "USA", codewords=["MILLRACE"])
TITLE = portion(WIDE, "title", "AA", "title")


@pytest.fixture
def world():
    return World("KOR", "JPN", "USA", "NZL")


def report(world, *portions):
    made = draft("KOR", *(portions or (TITLE, portion(NARROW, "narrow", "BB"))))
    return world.file("kor.watch", made)


def states(world, key, person="kor.watch"):
    """By state: its members."""
    found = {}
    for one in world.duty(person).explain(key).outcomes:
        found.setdefault(one.state, []).extend(one.members)
    return {state: tuple(sorted(members)) for state, members in found.items()}


def text_for(world, key, member, state):
    explained = world.duty("kor.watch").explain(key)
    (named,) = [o.text for o in explained.outcomes if o.state == state and member in o.members]
    (group,) = [g for g in explained.texts if g.text == named]
    return group


def test_a1_before_any_decision_everybody_waits_and_the_posts_that_decide_are_named(world):
    done = report(world)
    assert states(world, done.key) == {"waits": ("JPN", "NZL", "USA")}
    explained = world.duty("kor.watch").explain(done.key)
    assert {o.posts for o in explained.outcomes} == {("KOR-RELEASE",)}
    assert {g.members for g in explained.texts} == {("JPN", "USA"), ("NZL",)}


def test_a1_what_was_released_is_held_since_then_and_the_rest_still_waits(world):
    done = report(world)
    world.approve("kor.disclosure", done.key, "JPN")
    assert states(world, done.key) == {"held": ("JPN",), "waits": ("NZL", "USA")}
    (held,) = [o for o in world.duty("kor.disclosure").explain(done.key).outcomes if o.state == "held"]
    assert held.at == world.register("kor.disclosure")[0].dtg
    group = text_for(world, done.key, "JPN", "held")
    assert group.members == ("JPN", "USA")  # one text: one holds it, for the other it waits


def test_a1_who_holds_an_older_text_is_shown_with_it_while_newer_words_wait(world):
    done = report(world)
    world.approve("kor.disclosure", done.key, "JPN")
    newer = draft("KOR", TITLE, portion(NARROW, "other words", "BB"))
    amend_product(world.node("KOR"), world.act("kor.watch"), done.key, newer)
    assert states(world, done.key) == {"held": ("JPN",), "waits": ("JPN", "NZL", "USA")}
    held, waits = (text_for(world, done.key, "JPN", state) for state in ("held", "waits"))
    assert "narrow" in str(held.rendition.portions)
    assert "other words" in str(waits.rendition.portions)
    assert "other words" not in str(held.rendition.portions)
    refuse_release(world.node("KOR"), world.act("kor.disclosure"), done.key, ("JPN",), "Not these words.")
    assert states(world, done.key) == {"held": ("JPN",), "waits": ("NZL", "USA"), "refused": ("JPN",)}


def test_a1_after_a_recall_nobody_is_said_to_hold_it(world):
    done = report(world)
    world.approve("kor.disclosure", done.key, "JPN", "USA")
    world.pump()
    make_copy(world.node("USA"), world.act("usa.analyst"), done.key, "print")
    recall_product(world.node("KOR"), world.act("kor.disclosure"), done.key, ("JPN", "USA"), "error")
    assert states(world, done.key) == {"recalled": ("JPN", "USA"), "waits": ("NZL",)}
    world.pump()
    assert states(world, done.key) == {"destroyed": ("JPN",), "recalled": ("USA",), "waits": ("NZL",)}
    assert {g.members for g in world.duty("kor.watch").explain(done.key).texts} == {("NZL",)}


def test_a1_who_waits_after_a_recall_is_said_to_have_lost_an_older_text(world):
    made = draft("KOR", portion(WIDE, "title", "AA", "title"))
    key = world.file("kor.watch", made).key
    world.approve("kor.disclosure", key, "JPN", "USA", "NZL")
    node, author = world.node("KOR"), world.act("kor.watch")
    recall_product(node, world.act("kor.disclosure"), key, ("JPN", "USA", "NZL"), "source")
    narrow = label("KOR", "DAEOEBI", "KOR", "JPN", "USA")
    amend_product(node, author, key, draft("KOR", portion(narrow, "other", "AA", "title")))
    assert states(world, key) == {"waits": ("JPN", "USA"), "recalled": ("JPN", "NZL", "USA")}
    world.approve("kor.disclosure", key, "JPN")
    assert states(world, key) == {"held": ("JPN",), "waits": ("USA",), "recalled": ("NZL", "USA")}


def test_a1_a_refusal_and_a_return_say_who_and_why(world):
    done, node, officer = report(world), world.node("KOR"), world.act("kor.disclosure")
    refuse_release(node, officer, done.key, ("NZL",), "Not theirs to know.")
    return_product(node, officer, done.key, (), "Other words for BB.")
    explained = world.duty("kor.watch").explain(done.key)
    told = {o.state: (o.members, o.posts, o.note) for o in explained.outcomes}
    assert told == {
        "refused": (("NZL",), ("KOR-RELEASE",), "Not theirs to know."),
        "returned": (("JPN", "USA"), (), "Other words for BB."),
    }
    assert explained.texts == ()  # nobody holds a text, and none waits
    again = draft("KOR", TITLE)
    made = world.file("kor.watch", again, replaces=done.key)
    assert "waits" in states(world, made.key)


def test_a3_who_is_cleared_for_nothing_of_it_is_withheld_and_the_reasons_stand_beside(world):
    done = report(world, portion(NARROW, "title", "AA", "title"))
    assert states(world, done.key) == {"waits": ("JPN", "USA"), "withheld": ("NZL",)}
    assert {w.member for w in world.duty("kor.watch").explain(done.key).withheld} == {"NZL"}


def test_a1_what_is_held_back_for_a_backfill_was_proposed_to_nobody(world):
    done = world.file("kor.watch", draft("KOR", TITLE), hold=True)
    assert states(world, done.key) == {"unproposed": ("JPN", "NZL", "USA")}


def test_a1_without_an_agreement_what_was_sent_is_still_shown_as_sent(world):
    done = report(world)
    world.approve("kor.disclosure", done.key, "JPN")
    world.change_agreement()
    assert states(world, done.key) == {"held": ("JPN",), "withheld": ("NZL", "USA")}
    assert "narrow" in str(text_for(world, done.key, "JPN", "held").rendition.portions)


def test_a1_every_member_stands_somewhere(world):
    done = report(world, TITLE, portion(OWN, "own", "CC"))
    world.approve("kor.disclosure", done.key, "JPN")
    members = {m for o in world.duty("kor.watch").explain(done.key).outcomes for m in o.members}
    assert members == {"JPN", "USA", "NZL"}


def test_n1_the_newest_is_among_those_that_the_asker_answers_for(world):
    assert world.duty("kor.watch").explain_newest() is None
    first = report(world)
    second = report(world, TITLE)
    assert world.duty("kor.watch").explain_newest().key == second.key
    assert world.duty("kor.disclosure").explain_newest().key == second.key
    assert world.duty("kor.analyst").explain_newest() is None  # neither author nor officer
    assert world.duty("kor.analyst").explain(first.key) is None
    world.file("kor.watch", draft("KOR", portion(OWN, "own", "AA", "title")))
    assert world.duty("kor.watch").explain_newest().key == second.key  # one with texts of others comes first


def test_n1_one_is_found_by_its_reference_by_those_who_answer_for_it(world):
    first, second = report(world), report(world, TITLE)
    watch, reference = world.duty("kor.watch"), world.duty("kor.watch").explain(first.key).reference
    assert watch.explain_newest(named=reference).key == first.key
    assert watch.explain_newest(named=reference.split()[-1].lower()).key == first.key
    assert watch.explain_newest().key == second.key
    nobodys = [watch.explain_newest(named=other) for other in ("KOR-WARN 120104Z JUL 23 ZZZZ", " ")]
    assert [*nobodys, world.duty("kor.analyst").explain_newest(named=reference)] == [None, None, None]


def test_n7_an_older_text_is_shown_to_nobody_who_is_not_cleared_for_it(world):
    """An amendment may regrade what was sent: who sees all of the newest need not be cleared for it as it was."""
    done = world.file("kor.cyber", draft("KOR", TITLE, portion(CODED, "words", "BB")))
    world.approve("kor.disclosure", done.key, "USA")
    newer = draft("KOR", TITLE, portion(NARROW, "words", "BB"))
    amend_product(world.node("KOR"), world.act("kor.cyber"), done.key, newer)
    assert "MILLRACE" in str(world.duty("kor.disclosure").explain(done.key))
    assert "MILLRACE" in world.duty("kor.cyber").banner((), (), (done.key,), ()).banner.text
    blind = AdmitPerson("kor.blind", (), ("KOR-RELEASE",), ("release",))
    admit_persons(world.node("KOR"), [blind])
    low = world.duty("kor.blind").explain(done.key)
    assert "MILLRACE" not in str(low.texts)
    assert ("held", ("USA",), "") in {(o.state, o.members, o.text) for o in low.outcomes}
    assert "MILLRACE" not in world.duty("kor.blind").banner((), (), (done.key,), ()).banner.text


def test_n7_a_watch_posts_release_is_reviewed_by_who_sees_what_was_sent():
    world = World("KOR", "AUS")
    both = AdmitPerson("kor.watch", ("DALBIT", "MILLRACE"), ("KOR-WATCH",), ("watch",))
    admit_persons(world.node("KOR"), [both])
    wide, coded = (
        label("KOR", "DAEOEBI", "KOR", "AUS"),
        label("KOR", "III-KUP", "KOR", "AUS", codewords=["MILLRACE"]),
    )
    title = portion(wide, "title", "AA", "title")
    made = draft("KOR", title, portion(coded, "CANARY", "BB"), kind="warning", lane="FLASH")
    done = world.file("kor.watch", made, "KOR-WATCH")
    assert "AUS" in done.released
    withdraw_authority(world.node("KOR"), "D1", "kor.disclosure")
    newer = draft("KOR", title, portion(wide, "CANARY", "BB"), kind="warning", lane="FLASH")
    amended = amend_product(world.node("KOR"), world.act("kor.watch", "KOR-WATCH"), done.key, newer)
    assert amended.pending == ("AUS",)  # which holds what was sent, by its codeword
    blind = AdmitPerson("kor.blind", (), ("KOR-RELEASE",), ("release",))
    admit_persons(world.node("KOR"), [blind])
    for person, offered in (("kor.blind", False), ("kor.disclosure", True)):
        duty = world.duty(person)
        assert bool(duty.reviews()) == offered, person
        assert (duty.review(done.key) is not None) == offered
        refused = review_release(world.node("KOR"), world.act(person), done.key, "confirmed")
        assert (refused is None) == offered


def test_n1_who_answers_for_a_product_is_told_at_once_of_each_decision_and_answer_and_nobody_else(world):
    done = report(world)
    told = {person: [] for person in ("kor.watch", "kor.disclosure", "kor.analyst")}
    for person, heard in told.items():
        world.reading(person).subscribe(heard.append, lambda: None)

    def news():
        counts = {person: len(heard) for person, heard in told.items()}
        assert {key for heard in told.values() for key in heard} <= {done.key}
        for heard in told.values():
            heard.clear()
        return counts

    node, officer = world.node("KOR"), world.act("kor.disclosure")
    world.approve("kor.disclosure", done.key, "JPN")
    assert news() == {"kor.watch": 1, "kor.disclosure": 1, "kor.analyst": 0}
    world.pump()
    for decide in (
        lambda: refuse_release(node, officer, done.key, ("NZL",), "No."),
        lambda: return_product(node, officer, done.key, (), "Other words."),
        lambda: recall_product(node, officer, done.key, ("JPN",), "error"),
        world.pump,  # the destruction record
    ):
        decide()
        assert news() == {"kor.watch": 1, "kor.disclosure": 1, "kor.analyst": 0}, decide
