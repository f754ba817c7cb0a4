# SPDX-License-Identifier: Apache-2.0
"""A desk item as an officer reviews it: original beside text, authority before the decision, and what is found."""

import msgspec
import pytest

from tearline.core.instants import HOUR, Instant, print_dtg
from tearline.node.commands import (
    AdmitPerson,
    DraftPortion,
    DraftSource,
    admit_persons,
    amend_product,
    issue_mandates,
    recall_product,
    review_release,
)
from tests.node.commands.world import World, draft, label, portion, variant

WIDE = label("KOR", "DAEOEBI", "KOR", "JPN", "USA", "NZL")
NARROW = label("KOR", "III-KUP", "KOR", "JPN", "USA")
CLOSE = label("KOR", "II-KUP", "KOR", "USA")


@pytest.fixture
def world():
    return World("KOR", "JPN", "USA", "NZL")


def report(world, *more, person="kor.watch"):
    exact = DraftPortion(
        "paragraph", (variant(CLOSE, "at nine sharp"), variant(NARROW, "in the morning")), "BB"
    )
    return world.file(person, draft("KOR", portion(WIDE, "title", "AA", "title"), exact, *more))


def codes(review, *names):
    return [(n.code, n.tag, n.members, n.values) for n in review.findings if n.code in names]


def test_a3_the_original_stands_beside_each_text_with_the_wording_it_has(world):
    done = report(world)
    review = world.duty("kor.disclosure").desk_item(done.key)
    assert [(o.tag, [w.variant for w in o.variants]) for o in review.original] == [
        ("AA", [1]),
        ("BB", [1, 2]),
    ]
    assert [w.members for w in review.original[1].variants] == [("USA",), ("JPN",)]
    assert all(w.mark.startswith("(EXERCISE ") for o in review.original for w in o.variants)
    chosen = {t.group.members: t.chosen for t in review.texts}
    assert chosen == {
        ("JPN",): (("AA", 1), ("BB", 2)),
        ("USA",): (("AA", 1), ("BB", 1)),
        ("NZL",): (("AA", 1),),
    }
    assert {(w.member, w.tag, w.variant) for w in review.withheld} >= {("NZL", "BB", 1), ("JPN", "BB", 1)}
    assert world.duty("kor.watch").desk_item(done.key) is None


def test_a3_reasons_come_in_the_officers_language(world):
    done = report(world)
    english, korean = (
        world.duty("kor.disclosure").desk_item(done.key, lang).withheld for lang in ("en", "ko")
    )
    assert len(english) == len(korean)
    assert all(e.why != k.why for e, k in zip(english, korean, strict=True))


def test_a1_the_authority_is_shown_before_and_is_the_one_that_is_cited(world):
    done = report(world)
    review = world.duty("kor.disclosure").desk_item(done.key)
    for text in review.texts:
        (authority,) = text.authorities
        assert (authority.post, authority.members) == ("KOR-RELEASE", text.group.members)
        assert not text.opened
    world.open_all("kor.disclosure", done.key)
    (shown,) = {a.delegation.id for t in review.texts for a in t.authorities}
    assert world.approve("kor.disclosure", done.key, "JPN").authority == shown
    assert all(t.opened for t in world.duty("kor.disclosure").desk_item(done.key).texts)


def test_a1_what_another_post_may_decide_is_said_and_refused_to_this_one(world):
    seen = label("NZL", "RESTRICTED", "NZL", "KOR")
    done = world.file("nzl.duty", draft("NZL", portion(seen, kind="title")), "NZL-DESK")
    for post in ("NZL-DESK", "NZL-RELEASE"):
        (line,) = world.duty("nzl.duty", post).desk()
        assert line.posts == ("NZL-RELEASE",)
        (text,) = world.duty("nzl.duty", post).desk_item(done.key).texts
        assert [a.post for a in text.authorities] == ["NZL-RELEASE"]
        allowed = world.approve("nzl.duty", done.key, "KOR", post=post)
        assert ("KOR" in getattr(allowed, "released", ())) == (post in line.posts)


def test_a1_who_approved_before_is_told_to_the_second_officer_and_stops_the_first(world):
    done = report(world)
    node = world.node("KOR")
    (d3,) = [d for d in node.people.delegations.values() if d.name == "D3"]
    issue_mandates(node, [msgspec.structs.replace(d3, approvals=2)], [])
    both = ("DALBIT", "MILLRACE")
    admit_persons(node, [AdmitPerson("kor.second", both, ("KOR-RELEASE",), ("release",))])
    world.approve("kor.disclosure", done.key, "JPN")
    (line,) = world.duty("kor.second").desk()
    assert line.recorded == ("JPN",)
    for person, refusal in (("kor.disclosure", "approved-before"), ("kor.second", "")):
        texts = world.duty(person).desk_item(done.key).texts
        (found,) = [a for t in texts if t.group.members == ("JPN",) for a in t.authorities]
        assert (found.approved, found.refusal) == (("kor.disclosure",), refusal)


def test_a1_findings_name_traces_of_machines_and_people_and_hidden_characters(world):
    words = "Saved as C:\\Users\\kim\\draft.docx by kor.analyst on 10.20.1.7, node relay.lan; \u202eend"
    done = report(world, portion(WIDE, words, "CC"))
    found = codes(world.duty("kor.disclosure").desk_item(done.key), "metadata", "hidden-character")
    values = {value for _, tag, _, (value,) in found if tag == "CC"}
    assert values == {"C:\\Users\\kim\\draft.docx", "kor.analyst", "10.20.1.7", "relay.lan", "U+202E"}
    clean = report(world, portion(WIDE, "Nothing of the kind: 2023.07.12, R.10.4.", "CC"))
    assert codes(world.duty("kor.disclosure").desk_item(clean.key), "metadata", "hidden-character") == []


def test_a1_an_unusual_audience_is_found_by_what_was_sent_before(world):
    first = report(world)
    review = world.duty("kor.disclosure").desk_item(first.key)
    assert codes(review, "first-release") == [("first-release", "", ("JPN", "NZL", "USA"), ())]
    world.approve("kor.disclosure", first.key, "NZL", "USA")
    again = world.duty("kor.disclosure").desk_item(report(world).key)
    assert codes(again, "first-release") == [("first-release", "", ("JPN",), ())]
    assert codes(again, "first-kind", "first-level", "first-post") == []
    raised = report(world, portion(label("KOR", "III-KUP", "KOR", "NZL"), "more", "CC"), person="kor.analyst")
    found = codes(world.duty("kor.disclosure").desk_item(raised.key), "first-level", "first-post")
    assert ("first-level", "", ("NZL",), ("III-KUP",)) in found
    assert ("first-post", "", ("NZL", "USA"), ("KOR-DESK",)) in found


def test_n1_an_author_is_not_told_what_others_released(world):
    title = portion(WIDE, "title", "AA", "title")
    preview = world.duty("kor.analyst").preview(draft("KOR", title))
    assert [f.code for f in preview.findings] == []
    world.approve("kor.disclosure", report(world).key, "NZL")
    assert world.duty("kor.analyst").preview(draft("KOR", title)).findings == preview.findings


def test_n1_a_release_that_this_officer_does_not_see_makes_nothing_usual(world):
    hidden = label("KOR", "DAEOEBI", "KOR", "NZL", codewords=["MILLRACE"])
    made = world.file("kor.cyber", draft("KOR", portion(hidden, kind="title")))
    assert made.pending == ()  # nobody of NZL holds the codeword
    secret = label("KOR", "DAEOEBI", "KOR", "USA", codewords=["MILLRACE"])
    sent = world.file("kor.cyber", draft("KOR", portion(secret, kind="title")))
    assert world.approve("kor.disclosure", sent.key, "USA").released == ("USA",)
    admit_persons(world.node("KOR"), [AdmitPerson("kor.blind", (), ("KOR-RELEASE",), ("release",))])
    done = report(world)
    blind, whole = (world.duty(p).desk_item(done.key) for p in ("kor.blind", "kor.disclosure"))
    assert codes(blind, "first-release")[0][2] == ("JPN", "NZL", "USA")
    assert codes(whole, "first-release")[0][2] == ("JPN", "NZL")


def test_a1_from_whom_the_words_were_taken_before_is_found_until_something_goes_there_again(world):
    title = portion(WIDE, "title", "AA", "title")
    made = draft("KOR", title, portion(WIDE, "one", "BB"))
    done = world.file("kor.watch", made)
    world.approve("kor.disclosure", done.key, "JPN", "USA", "NZL")
    node, officer, author = world.node("KOR"), world.act("kor.disclosure"), world.act("kor.watch")

    def found():
        return codes(world.duty("kor.disclosure").desk_item(done.key), "recalled", "narrowed")

    recall_product(node, officer, done.key, ("JPN", "USA"), "source")
    recall_product(node, author, done.key, ("NZL",), "error")
    at = print_dtg(world.clock.dtg())
    world.clock.operational = Instant(world.clock.operational + HOUR)
    amend_product(node, author, done.key, msgspec.structs.replace(made, portions=(title,)))
    assert found() == [
        ("recalled", "", ("JPN", "USA"), (at, "KOR-RELEASE", "source")),
        ("recalled", "", ("NZL",), (at, author.post, "error")),
    ]
    world.approve("kor.disclosure", done.key, "USA")
    assert [members for _, _, members, _ in found()] == [("JPN",), ("NZL",)]


def test_a1_whose_words_an_amendment_took_while_others_wait_is_found(world):
    done = world.file(
        "kor.watch", draft("KOR", portion(WIDE, "one", "AA", "title"), portion(WIDE, "two", "BB"))
    )
    world.approve("kor.disclosure", done.key, "JPN", "USA", "NZL")
    author = world.act("kor.watch")
    other = draft("KOR", portion(WIDE, "one", "AA", "title"), portion(NARROW, "three", "BB"))
    assert "JPN" in amend_product(world.node("KOR"), author, done.key, other).recalled
    found = codes(world.duty("kor.disclosure").desk_item(done.key), "recalled", "narrowed")
    assert found == [("narrowed", "", ("JPN", "USA"), (print_dtg(world.clock.dtg()), author.post, ""))]


def test_a1_what_derives_from_another_is_named_with_the_audience_it_was_given_to(world):
    given = label("USA", "CONFIDENTIAL", "USA", "KOR", "JPN")
    made = world.file("usa.analyst", draft("USA", portion(given, "theirs", "TT", "title")))
    world.approve("usa.disclosure", made.key, "KOR")
    world.pump()
    seen = label("KOR", "III-KUP", "KOR", "JPN")
    derived = msgspec.structs.replace(portion(seen, "ours", "CC"), sources=(DraftSource(made.key, "TT"),))
    done = report(world, derived)
    found = codes(world.duty("kor.disclosure").desk_item(done.key), "third-party")
    assert found == [("third-party", "CC", ("JPN", "KOR", "USA"), (f"{made.reference}/TT",))]


def test_n3_a_whole_for_fewer_than_any_of_its_parts_is_found(world):
    parts = (
        portion(WIDE, "title", "AA", "title"),
        portion(label("KOR", "DAEOEBI", "KOR", "JPN", "USA"), "one", "BB"),
        portion(label("KOR", "DAEOEBI", "KOR", "USA", "NZL"), "two", "CC"),
    )
    done = world.file("kor.watch", draft("KOR", *parts))
    found = codes(world.duty("kor.disclosure").desk_item(done.key), "roll-up")
    assert found == [("roll-up", "", ("USA",), ())]


def test_a1_a_watchs_release_is_reviewed_as_it_was_sent_and_overdue_after_its_time(world):
    made = draft("KOR", portion(WIDE, "sent", "AA", "title"), kind="warning", lane="FLASH")
    done = world.file("kor.watch", made, "KOR-WATCH")
    duty = world.duty("kor.disclosure")
    (due,) = duty.reviews()
    assert (due.reference, due.overdue, due.review.officer, due.review.post) == (
        done.reference, False, "kor.watch", "KOR-WATCH",
    )  # fmt: skip
    review = duty.review(done.key)
    assert {m for g in review.groups for m in g.members} == {"JPN", "USA", "NZL"}
    assert world.duty("kor.analyst").review(done.key) is None
    world.clock.operational = Instant(world.clock.operational + 25 * HOUR)
    assert duty.reviews()[0].overdue
    assert review_release(world.node("KOR"), world.act("kor.disclosure"), done.key, "questioned") is None
    (alarm,) = [a for a in world.node("KOR").custody.alarms if a.code == "release-questioned"]
    assert (alarm.person, done.reference in alarm.detail) == ("kor.watch", True)
    assert duty.review(done.key) is None
