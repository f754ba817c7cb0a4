# SPDX-License-Identifier: Apache-2.0
"""A label is not authority (DESIGN 10): agreements, delegations and standing rules, each missing in turn."""

import msgspec
import pytest

from tearline.core.instants import DAY, Instant
from tearline.core.products import PositionBody
from tearline.node.commands import (
    DraftPortion,
    DraftVariant,
    amend_product,
    issue_mandates,
    withdraw_authority,
)
from tests.node.commands.world import PUBLIC, World, draft, label, portion

ALL = ("KOR", "JPN", "AUS", "NZL", "USA", "GBR", "NHQ")
WIDE = ("KOR", "JPN", "AUS", "NZL", "NATO")


def warning(level="DAEOEBI", *audience, **more):
    seen = label("KOR", level, *(audience or WIDE), epoch="2023-07-12")
    return draft("KOR", portion(seen, kind="title"), kind="warning", lane="FLASH", **more)


def event(remark="DAEOEBI", position="DAEOEBI"):
    wide = label("KOR", "DAEOEBI", *WIDE, epoch="2023-07-12")
    exact = label("KOR", position, "KOR", "USA", "AUS")
    place = DraftVariant(exact, PositionBody('{"type":"Point","coordinates":[126,39]}', "39N 126E"))
    remarks = label("KOR", remark, *WIDE, epoch="2023-07-12")
    return draft(
        "KOR",
        portion(wide, kind="title"),
        portion(remarks, "remark", kind="remark"),
        DraftPortion("position", (place,)),
        kind="event",
    )


@pytest.fixture
def world():
    return World()


def change_delegation(world, member, name, **changes):
    node = world.node(member)
    issue_mandates(node, [msgspec.structs.replace(node.people.delegations[name], **changes)], [])


def test_a1_a_watch_releases_under_its_delegation_and_cites_it(world):
    done = world.file("kor.watch", warning(), "KOR-WATCH")
    assert set(done.released) == set(ALL) - {"KOR"}
    rows = world.register("kor.disclosure")
    assert {(r.what, r.authority, r.actor, r.post) for r in rows} == {
        ("released", "D1", "kor.watch", "KOR-WATCH")
    }
    assert all(r.review_due > world.clock.dtg() for r in rows)


@pytest.mark.parametrize(
    ("how", "released"),
    [
        ({"valid_to": 0}, set()),
        ({"kinds": ("report",)}, set()),
        ({"highest": "DAEOEBI"}, {"JPN", "AUS", "NZL", "USA", "GBR", "NHQ"}),
        ({"audience": ("JPN", "NATO")}, {"JPN", "USA", "GBR", "NHQ"}),
        ({"audience": ()}, set()),
        ({"to": "KOR-DESK"}, set()),
    ],
)
def test_a1_a_delegation_covers_its_time_kinds_level_and_audience_and_no_more(world, how, released):
    change_delegation(world, "KOR", "D1", **how)
    done = world.file("kor.watch", warning(), "KOR-WATCH")
    assert set(done.released) == released
    assert set(done.pending) == set(ALL) - {"KOR"} - released


@pytest.mark.parametrize(
    "how",
    [
        {"valid_to": 0},
        {"may_redelegate": False},
        {"highest": "DAEOEBI"},
        {"audience": ("JPN",)},
        {"kinds": ("event",)},
    ],
)
def test_a1_a_delegation_never_exceeds_what_it_was_issued_under(world, how):
    change_delegation(world, "KOR", "D3-KOR", **how)
    done = world.file("kor.watch", warning("III-KUP"), "KOR-WATCH")
    assert set(done.released) == ({"JPN"} if "audience" in how else set())


def test_a1_above_the_delegations_highest_waits_on_the_desk(world):
    seen = label("JPN", "GOKUHI", "JPN", "KOR")
    lower = label("JPN", "HI", "JPN", "KOR", "AUS")
    made = draft("JPN", portion(lower, kind="title"), portion(seen), kind="warning", lane="FLASH")
    done = world.file("jpn.watch", made, "JPN-WATCH")
    assert (done.released, done.pending) == (("AUS",), ("KOR",))


def test_a1_an_officer_of_two_delegations_releases_to_each_audience_under_its_own(world):
    seen = label("NHQ", "RESTRICTED", "NATO", "KOR", epoch="2023-07-12")
    done = world.file("nhq.analyst", draft("NHQ", portion(seen, kind="title")))
    assert set(done.pending) == {"KOR", "USA", "GBR"}
    assert world.approve("nhq.release", done.key, "KOR", delegation="D4").code == "no-authority"
    assert world.approve("nhq.release", done.key, "KOR", delegation="D5").released == ("KOR",)
    assert world.approve("nhq.release", done.key, "USA").authority == "D4"


def test_a1_a_rule_releases_its_template_up_to_its_level(world):
    done = world.file("kor.feed", event())
    assert set(done.released) == set(ALL) - {"KOR"}
    assert {r.authority for r in world.register("kor.disclosure")} == {"E1"}
    assert set(world.file("kor.feed", event(remark="III-KUP")).pending) == set(ALL) - {"KOR"}
    free = msgspec.structs.replace(event(), kind="report")
    assert set(world.file("kor.feed", free).pending) == set(ALL) - {"KOR"}


def test_a1_the_exemption_lets_the_exact_position_go_to_its_member_only(world):
    done = world.file("kor.feed", event(position="III-KUP"))
    assert "USA" in done.released
    assert done.pending == ("AUS",)  # it would have the position too, and no rule lets it


def test_a1_public_material_goes_by_rule_only_when_its_author_says_what_it_is(world):
    made = draft("KOR", portion(PUBLIC, kind="title"), kind="document")
    assert world.file("kor.analyst", made).released == ()
    for declared in ("unaltered", "paraphrase"):
        done = world.file("kor.analyst", msgspec.structs.replace(made, declared=declared))
        assert set(done.released) == set(ALL) - {"KOR"}
    mixed = draft(
        "KOR",
        portion(label("KOR", "DAEOEBI", "KOR", "JPN"), kind="title"),
        portion(label("KOR", "DAEOEBI", "KOR", "JPN")),
        kind="document",
        declared="unaltered",
    )
    assert world.file("kor.analyst", mixed).released == ()


@pytest.mark.parametrize("withdrawn", ["E1", "D3-KOR"])
def test_a1_a_withdrawn_authority_suspends_its_rules_at_once(world, withdrawn):
    assert world.file("kor.feed", event()).released
    withdraw_authority(world.node("KOR"), withdrawn, "kor.disclosure")
    assert world.file("kor.feed", event()).released == ()
    world.sites["KOR"].start()
    assert world.file("kor.feed", event()).released == ()


def test_a1_a_rule_ends_when_it_says(world):
    world.clock.operational = Instant(world.clock.operational + 60 * DAY)
    done = world.file("kor.feed", event())
    assert (done.released, done.pending) == ((), ())  # the agreement has ended, too: nobody could have it


def test_d3_a_pair_taken_out_of_the_agreement_both_streams_stop_and_nothing_else_changes(world):
    """JPN and NZL have no agreement any more; everybody else has one with everybody."""
    before = world.directory.agreements[0]
    parts = []
    for n, out in enumerate(("NZL", "JPN")):
        parties = tuple(p for p in before.parties if p != out)
        highest = {p: before.highest[p] for p in parties}
        purge = {p: before.purge[p] for p in parties}
        parts.append(
            msgspec.structs.replace(before, id=f"PL23-{n}", parties=parties, highest=highest, purge=purge)
        )
    seen = label("JPN", "CHUI", "JPN", "KOR", "NZL", "AUS")
    first = world.file("jpn.watch", draft("JPN", portion(seen, kind="title"), kind="warning"), "JPN-WATCH")
    assert set(first.released) == {"KOR", "NZL", "AUS"}
    world.change_agreement(*parts)
    world.pump()
    assert world.share("NZL", first.key) is None
    assert {e.code for e in world.refusals} == {"no-agreement"}
    assert world.share("KOR", first.key)
    second = world.file("jpn.watch", draft("JPN", portion(seen, kind="title"), kind="warning"), "JPN-WATCH")
    assert set(second.released) == {"KOR", "AUS"}
    back = label("NZL", "RESTRICTED", "NZL", "JPN", "KOR")
    third = world.file("nzl.duty", draft("NZL", portion(back, kind="title")), "NZL-DESK")
    assert third.pending == ("KOR",)
    world.pump()
    world.change_agreement(before)
    world.pump()
    assert world.share("NZL", first.key)  # nothing was lost meanwhile
    assert world.share("NZL", second.key) is None


def test_a1_an_amendment_goes_nowhere_without_an_agreement(world):
    wide = label("JPN", "CHUI", "JPN", "KOR", "NZL")
    made = draft("JPN", portion(wide, tag="AA", kind="title"), kind="warning")
    key = world.file("jpn.watch", made, "JPN-WATCH").key
    world.pump()
    agreement = world.directory.agreements[0]
    parties = tuple(p for p in agreement.parties if p != "NZL")
    world.change_agreement(
        msgspec.structs.replace(
            agreement,
            parties=parties,
            highest={p: agreement.highest[p] for p in parties},
            purge={p: agreement.purge[p] for p in parties},
        )
    )
    before = world.lanes("JPN", "NZL")
    changed = draft("JPN", portion(wide, "other words", tag="AA", kind="title"), kind="warning")
    done = amend_product(world.node("JPN"), world.act("jpn.watch", "JPN-WATCH"), key, changed)
    assert done.changed == ("KOR",)
    assert world.lanes("JPN", "NZL") == before
