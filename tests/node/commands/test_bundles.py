# SPDX-License-Identifier: Apache-2.0
"""Bundles: what is in a file, whose it is, what a lost one leaves, one-way links, and that each is on record."""

import pytest

from tearline.core.ids import Member
from tearline.core.instants import Instant
from tearline.node.commands import Exported, Imported, Refused, export_bundle, import_bundle, pause_link
from tearline.node.journal import BundleExported, BundleImported, decode_entry
from tests.node.commands.world import World, draft, label, portion

JPN, KOR, NZL = Member("JPN"), Member("KOR"), Member("NZL")


def make_world():
    """Three members without any link."""
    made = World("KOR", "JPN", "NZL")
    made.closed = {frozenset((KOR, JPN)), frozenset((KOR, NZL)), frozenset((JPN, NZL))}
    return made


@pytest.fixture
def world():
    return make_world()


def send(world, text="text", lane="FLASH", to=("JPN",)):
    made = draft("KOR", portion(label("KOR", "III-KUP", "KOR", *to), text, kind="title"), lane=lane)
    filed = world.file("kor.watch", made)
    done = world.approve("kor.disclosure", filed.key, *to)
    assert not isinstance(done, Refused), done
    return filed.key


def export(world, member=JPN, since="acknowledged", person="kor.security"):
    site = world.sites[person[:3].upper()]
    return export_bundle(site.node, site.courier(), world.act(person), member, since)


def bring(world, file, person="jpn.security"):
    site = world.sites[person[:3].upper()]
    return import_bundle(site.node, site.courier(), world.act(person), file)


def recorded(world, member, shape):
    log = world.node(member).journal
    entries = [decode_entry(r.entry) for r in log.records(0, 4_000)]
    return [e for e in entries if isinstance(e, shape)]


def test_d2_a_file_brings_what_a_link_would_and_its_receipts_come_back_in_another(world) -> None:
    keys = [send(world, f"words {n}", lane) for n, lane in enumerate(("ROUTINE", "FLASH", "PRIORITY"))]
    made = export(world)
    assert isinstance(made, Exported)
    assert [lane for lane, _, _ in made.lanes] == ["FLASH", "PRIORITY", "ROUTINE"]
    brought = bring(world, made.file)
    assert [(d.lane, d.before, d.after, d.code) for d in brought.lanes] == [
        ("FLASH", 0, 1, ""),
        ("PRIORITY", 0, 1, ""),
        ("ROUTINE", 0, 1, ""),
    ]
    assert all(world.share("JPN", key) for key in keys)
    assert world.node("KOR").streams.out(JPN, "FLASH").acknowledged == 0
    back = export(world, KOR, person="jpn.security")
    assert isinstance(bring(world, back.file, "kor.security"), Imported)
    assert world.node("KOR").streams.out(JPN, "FLASH").acknowledged == 1
    assert {d.code for d in bring(world, made.file).lanes} == {""}, "again changes nothing"


def test_d2_over_a_one_way_link_a_lost_file_is_a_gap_that_the_next_one_names(world) -> None:
    """No receipt ever comes back: each file begins where the one before ended, and from the start where one was lost."""
    first = send(world, "one")
    made = export(world, since="exported")
    second, lost = send(world, "two"), export(world, since="exported")
    third, later = send(world, "three"), export(world, since="exported")
    assert [lost.lanes, later.lanes] == [(("FLASH", 1, 2),), (("FLASH", 2, 3),)]
    assert bring(world, made.file).lanes[0].after == 1
    (gap,) = bring(world, later.file).lanes
    assert (gap.code, gap.before, gap.start) == ("gap", 1, 2)
    assert world.share("JPN", third) is None
    whole = export(world, since="start")
    assert bring(world, whole.file).lanes[0].after == 3
    assert all(world.share("JPN", key) for key in (first, second, third))
    assert world.duty("kor.security").lanes()[0].exported == 3
    assert world.duty("kor.security").lanes()[0].acknowledged == 0


def test_n1_a_file_holds_only_what_that_member_was_released(world) -> None:
    """And only that member can open it."""
    send(world, "for Japan alone", to=("JPN",))
    made = export(world)
    assert b"for Japan alone" not in made.file
    refused = bring(world, made.file, "nzl.security")
    assert isinstance(refused, Refused)
    assert refused.findings[0][0] == "bundle-elsewhere"
    assert export(world, NZL).code == "nothing-to-export"


def test_a1_each_file_made_or_brought_is_on_record_refused_ones_too(world) -> None:
    send(world)
    made = export(world)
    bring(world, made.file)
    bring(world, made.file[:-1])
    (exported,) = recorded(world, "KOR", BundleExported)
    assert (exported.actor, exported.sha256, exported.lanes) == ("kor.security", made.sha256, made.lanes)
    good, bad = recorded(world, "JPN", BundleImported)
    assert (good.member, good.lanes, good.code) == ("KOR", made.lanes, "")
    assert (bad.member, bad.lanes, bad.code) == ("", (), "bundle-unreadable")
    rows = world.duty("jpn.security").bundles()
    assert [(row.way, row.code) for row in rows] == [("imported", "bundle-unreadable"), ("imported", "")]


def test_n5_a_file_of_a_stranger_or_of_ourselves_is_refused(world) -> None:
    send(world)
    made = export(world)
    assert bring(world, made.file, "kor.security").findings[0][0] == "bundle-stranger"
    assert bring(world, b"tearline-bundle/1\n", "jpn.security").code == "bundle-refused"
    assert bring(world, b"", "jpn.security").code == "bundle-refused"


def test_bundles_are_for_administration_and_security_under_an_agreement(world) -> None:
    send(world)
    assert export(world, person="kor.watch").code == "no-duty"
    assert bring(world, b"x", "jpn.watch").code == "no-duty"
    assert export(world, Member("XXX")).code == "unknown-member"
    assert export(world, since="x").code == "bad-start"
    world.clock.operational = Instant(world.clock.operational + 400 * 86_400_000_000)
    assert export(world).code == "no-agreement"


def test_a_paused_link_leaves_bundles_possible(world) -> None:
    """The pause is of the connection; a file is another carrier."""
    key = send(world)
    assert pause_link(world.node("KOR"), world.act("kor.admin"), JPN, "line down") is None
    bring(world, export(world).file)
    assert world.share("JPN", key)


def test_d1_what_a_partner_answered_for_is_not_exported_again_after_a_restart(world) -> None:
    """Receipts are kept beside the log; answers stand in it."""
    send(world)
    bring(world, export(world).file)
    bring(world, export(world, KOR, person="jpn.security").file, "kor.security")
    world.sites["KOR"].start()
    done = export(world)
    assert isinstance(done, Refused) or done.lanes == () or done.lanes[0][1] >= 1
