# SPDX-License-Identifier: Apache-2.0
"""What a preview says of filing is what filing does (A1): by rule, by delegation, or by a decision that waits, for whom."""

import itertools

import msgspec
import pytest

from tearline.core.instants import HOUR, Instant
from tearline.core.products import PositionBody
from tearline.node.commands import (
    AdmitPerson,
    DraftPortion,
    DraftVariant,
    Refused,
    act_as,
    admit_persons,
    amend_product,
    approve_release,
    issue_mandates,
    return_product,
)
from tests.node.commands.world import World, draft, label, portion

WIDE = label("KOR", "DAEOEBI", "KOR", "JPN", "USA", "NZL")
NARROW = label("KOR", "III-KUP", "KOR", "JPN", "USA")
HIGH = label("KOR", "II-KUP", "KOR", "USA")
HOME = label("KOR", "DAEOEBI", "KOR")


@pytest.fixture
def world():
    return World("KOR", "JPN", "USA", "NZL")


def sent(outcomes):
    """Who is sent it at once, and on what authority."""
    return {(m, one.authority) for one in outcomes if one.what in {"rule", "delegation"} for m in one.members}


def told(outcomes, what):
    return {m for one in outcomes if one.what == what for m in one.members}


def check_filed(world, outcomes, key, before):
    """The register and the desk, which filing does not write its answer from, agree with what was said."""
    rows = world.register("kor.disclosure")[before:]
    assert sent(outcomes) == {(r.member, r.authority) for r in rows if r.what == "released"}
    assert told(outcomes, "recalled") == {r.member for r in rows if r.what == "recalled"}
    item = world.node("KOR").desk.items[key.partition(".")[2]]
    assert told(outcomes, "waits") == set(item.pending)
    waiting = world.duty("kor.disclosure").acts(key).waiting
    assert {(m, one.posts) for one in outcomes if one.what == "waits" for m in one.members} == {
        (m, one.posts) for one in waiting for m in one.members
    }


def file_as_said(world, person, made, post="", **place):
    """Preview, then file the same: what was said before, what filing answers, and what it did are one."""
    before = len(world.register("kor.disclosure"))
    said = world.duty(person, post).preview(made, **place).filing
    filed = world.file(person, made, post, **place)
    if isinstance(filed, Refused):
        assert said == ()
        return filed
    assert filed.filing == said
    assert {m for m, _ in sent(said)} == set(filed.released)
    check_filed(world, said, filed.key, before)
    return filed


def event(remark, position):
    place = DraftVariant(position, PositionBody('{"type":"Point","coordinates":[126,39]}', "39N 126E"))
    return (
        portion(WIDE, "at sea", kind="title"),
        portion(remark, "seen", kind="remark"),
        DraftPortion("position", (place,)),
    )


def each_draft():
    """Drafts over kinds, levels, audiences and authors."""
    for kind, first, second in itertools.product(
        ("report", "warning", "event"), (WIDE, NARROW, HOME), (WIDE, NARROW, HIGH, HOME)
    ):
        parts = (
            event(first, second)
            if kind == "event"
            else (portion(first, kind="title"), portion(second, "more"))
        )
        yield draft("KOR", *parts, kind=kind, lane="FLASH" if kind == "warning" else "PRIORITY")


AUTHORS = (("kor.analyst", ""), ("kor.watch", "KOR-WATCH"), ("kor.disclosure", "KOR-RELEASE"))


def test_a1_what_a_preview_says_of_filing_is_what_filing_does(world):
    """Over every kind, level, audience and author here, each of the ways comes up, and so does nobody at all."""
    ways = set()
    for (person, post), made in itertools.product(AUTHORS, each_draft()):
        filed = file_as_said(world, person, made, post)
        ways.add("refused" if isinstance(filed, Refused) else " ".join(one.what for one in filed.filing))
    assert ways >= {"rule", "delegation", "waits", "", "refused"}


@pytest.mark.parametrize(
    ("how", "ways"),
    [
        ({}, {"delegation"}),
        ({"approvals": 2}, {"waits"}),
        ({"audience": ("JPN",)}, {"delegation", "waits"}),
        ({"highest": "DAEOEBI"}, {"delegation", "waits"}),
        ({"kinds": ("report",)}, {"waits"}),
        ({"valid_to": 0}, {"waits"}),
        ({"to": "KOR-DESK"}, {"waits"}),
    ],
)
def test_a1_a_preview_follows_the_delegation_as_it_is_now(world, how, ways):
    node = world.node("KOR")
    issue_mandates(node, [msgspec.structs.replace(node.people.delegations["D1"], **how)], [])
    made = draft("KOR", portion(WIDE, kind="title"), portion(NARROW, "more"), kind="warning", lane="FLASH")
    assert {one.what for one in file_as_said(world, "kor.watch", made, "KOR-WATCH").filing} == ways


def test_a1_the_posts_named_can_release_it_and_no_other_can(world):
    filed = file_as_said(world, "kor.analyst", draft("KOR", portion(WIDE, kind="title")))
    (waits,) = filed.filing
    assert (waits.what, waits.posts) == ("waits", ("KOR-RELEASE",))
    world.open_all("kor.disclosure", filed.key)
    elsewhere = msgspec.structs.replace(world.act("kor.disclosure"), post="KOR-WATCH")
    assert approve_release(world.node("KOR"), elsewhere, filed.key, ("JPN",)).code == "no-authority"
    assert world.approve("kor.disclosure", filed.key, *waits.members).pending == ()


CLOSED = label("KOR", "DAEOEBI", "KOR", "USA", codewords=["MILLRACE"])


@pytest.mark.parametrize(
    ("how", "decides"),
    [
        ({}, True),
        ({"codewords": ()}, False),
        ({"cleared": False}, False),
        ({"duties": ("audit",)}, False),
        ({"posts": ("KOR-DESK",)}, False),
        ({"until": -HOUR}, False),
        ({"until": HOUR}, True),
    ],
)
def test_n7_a_post_decides_where_somebody_there_may_read_all_of_it_and_else_it_is_said_that_nobody_can(
    world, how, decides
):
    node = world.node("KOR")
    officer = AdmitPerson("kor.disclosure", ("MILLRACE",), ("KOR-RELEASE",), ("release",))
    if "until" in how:
        how = {"until": Instant(world.clock.dtg() + how["until"])}
    admit_persons(node, [msgspec.structs.replace(officer, **how)])
    said = world.duty("kor.cyber").preview(draft("KOR", portion(CLOSED, kind="title"))).filing
    filed = world.file("kor.cyber", draft("KOR", portion(CLOSED, kind="title")))
    expected = (("KOR-RELEASE",), ()) if decides else ((), ("KOR-RELEASE",))
    (after,) = filed.filing
    (awaited,) = world.duty("kor.cyber").acts(filed.key).waiting
    (stand,) = (o for o in world.duty("kor.cyber").explain(filed.key).outcomes if o.state == "waits")
    assert [(one.posts, one.vacant) for one in (*said, after, awaited, stand)] == [expected] * 4
    acting = act_as(node, "kor.disclosure", "")
    offered = acting is not None and bool(world.sites["KOR"].gate.duty(acting).desk())
    assert offered == (decides or how.get("posts") == ("KOR-DESK",))  # that desk has no such authority


def test_a1_an_officer_without_the_authority_is_told_who_decides(world):
    seen = label("NZL", "RESTRICTED", "NZL", "KOR")
    admit_persons(world.node("NZL"), [AdmitPerson("nzl.other", (), ("NZL-DESK",), ("release",))])
    filed = world.file("nzl.duty", draft("NZL", portion(seen, kind="title")), "NZL-DESK")
    review = world.duty("nzl.other").desk_item(filed.key)
    assert [t.authorities for t in review.texts] == [()]
    assert [(one.members, one.posts) for one in review.awaited] == [(("KOR",), ("NZL-RELEASE",))]


def test_a1_where_nobody_has_the_authority_nobody_is_named(world):
    node = world.node("KOR")
    none = [msgspec.structs.replace(d, audience=()) for d in node.people.delegations.values()]
    issue_mandates(node, none, [])
    (waits,) = file_as_said(world, "kor.analyst", draft("KOR", portion(WIDE, kind="title"))).filing
    assert (waits.what, waits.posts, waits.vacant) == ("waits", (), ())


def test_a1_of_a_text_sent_back_it_is_said_what_happens_to_who_had_a_part(world):
    made = draft("KOR", portion(WIDE, "one", "AA", "title"), portion(NARROW, "two", "BB"))
    filed = world.file("kor.analyst", made)
    world.approve("kor.disclosure", filed.key, "JPN", "USA")
    return_product(world.node("KOR"), world.act("kor.disclosure"), filed.key, (), "Other words.")
    fewer = draft("KOR", portion(WIDE, "one", "AA", "title"), portion(HIGH, "two", "BB"))
    again = file_as_said(world, "kor.analyst", fewer, replaces=filed.key)
    assert told(again.filing, "recalled") == {"JPN"}
    assert told(again.filing, "waits") >= {"NZL"}


@pytest.mark.parametrize(
    ("second", "what"),
    [
        (portion(NARROW, "two", "BB"), {"unchanged"}),
        (portion(NARROW, "other words", "BB"), {"delegation", "unchanged"}),
        (portion(HIGH, "two", "BB"), {"recalled", "delegation", "unchanged"}),  # regraded for who keeps it
        (portion(HOME, "two", "BB"), {"recalled", "unchanged"}),
    ],
)
def test_a1_of_an_amendment_it_is_said_what_each_is_sent_loses_or_keeps(world, second, what):
    title = portion(WIDE, "one", "AA", "title")
    made = draft("KOR", title, portion(NARROW, "two", "BB"), kind="warning", lane="FLASH")
    filed = world.file("kor.watch", made, "KOR-WATCH")
    after = msgspec.structs.replace(made, portions=(title, second))
    before = len(world.register("kor.disclosure"))
    said = world.duty("kor.watch", "KOR-WATCH").preview(after, amends=filed.key).filing
    done = amend_product(world.node("KOR"), world.act("kor.watch", "KOR-WATCH"), filed.key, after)
    assert done.filing == said
    assert {one.what for one in said} == what
    assert told(said, "unchanged") == set(done.unchanged)
    check_filed(world, said, filed.key, before)


def test_a1_who_would_gain_a_first_share_by_an_amendment_is_said_to_wait(world):
    made = draft("KOR", portion(NARROW, "one", "AA", "title"), kind="warning", lane="FLASH")
    filed = world.file("kor.watch", made, "KOR-WATCH")
    wider = msgspec.structs.replace(made, portions=(portion(WIDE, "one", "AA", "title"),))
    said = world.duty("kor.watch", "KOR-WATCH").preview(wider, amends=filed.key).filing
    assert told(said, "waits") == {"NZL"}
    done = amend_product(world.node("KOR"), world.act("kor.watch", "KOR-WATCH"), filed.key, wider)
    assert done.filing == said


def test_n1_a_preview_in_anothers_place_is_answered_as_in_the_place_of_nothing(world):
    made = draft("KOR", portion(WIDE, kind="title"))
    filed = world.file("kor.analyst", made)
    return_product(world.node("KOR"), world.act("kor.disclosure"), filed.key, (), "Other words.")
    duty, nothing = world.duty("kor.watch"), f"KOR.{'0' * 32}"
    assert duty.preview(made, replaces=filed.key) == duty.preview(made, replaces=nothing)
    assert duty.preview(made, amends=filed.key) == duty.preview(made, amends=nothing)
    assert duty.preview(made, amends=filed.key).code == "unknown-product"


def test_n5_of_a_draft_that_findings_refuse_nothing_is_said_to_go_out(world):
    elsewhere = msgspec.structs.replace(draft("KOR", portion(WIDE, kind="title")), precedence="SOON")
    assert world.duty("kor.watch", "KOR-WATCH").preview(elsewhere).filing == ()
