# SPDX-License-Identifier: Apache-2.0
"""Links taken off line on purpose: who may, what waits meanwhile, what a restart keeps, and that it is on record."""

import msgspec
import pytest

from tearline.assembly import open_node
from tearline.config import NetworkSpec
from tearline.core.ids import Member, Person
from tearline.founding import found_network
from tearline.node.commands import Filed, Refused, acknowledge_product, act_as, pause_link, resume_link
from tests.cli.networks import make_spec
from tests.node.commands.world import World, draft, label, portion

ADMIN = "kor.admin"


@pytest.fixture
def world():
    return World("KOR", "JPN", "NZL")


def send(world, text="text", lane="FLASH"):
    made = draft("KOR", portion(label("KOR", "III-KUP", "JPN", "KOR"), text, kind="title"), lane=lane)
    filed = world.file("kor.watch", made)
    assert isinstance(filed, Filed)
    assert not isinstance(world.approve("kor.disclosure", filed.key, "JPN"), Refused)
    return filed.key


def test_d2_what_is_released_to_a_paused_link_waits_and_then_goes(world) -> None:
    """FLASH neither, and nobody else is held up."""
    kor, admin = world.node("KOR"), world.act(ADMIN)
    assert pause_link(kor, admin, Member("JPN"), "line of the ministry is being moved") is None
    key = send(world)
    world.pump()
    assert world.share("JPN", key) is None
    assert world.duty(ADMIN).lanes()[0].backlog == 1
    assert resume_link(kor, admin, Member("JPN")) is None
    world.pump()
    assert world.share("JPN", key)


@pytest.mark.parametrize("person", ["kor.watch", "kor.analyst", "kor.disclosure"])
def test_links_are_kept_by_administration_and_security_alone(world, person) -> None:
    refused = pause_link(world.node("KOR"), world.act(person), Member("JPN"), "no reason of mine")
    assert isinstance(refused, Refused)
    assert refused.code == "no-duty"
    assert not world.node("KOR").links.paused


def test_a_pause_has_a_reason_a_partner_and_happens_once(world) -> None:
    kor, admin = world.node("KOR"), world.act("kor.security")
    codes = [
        pause_link(kor, admin, Member(member), reason).code
        for member, reason in (("JPN", "  "), ("JPN", "x" * 501), ("KOR", "self"), ("XXX", "nobody"))
    ]
    assert codes == ["no-reason", "no-reason", "unknown-member", "unknown-member"]
    assert resume_link(kor, admin, Member("JPN")).code == "not-paused"
    assert pause_link(kor, admin, Member("JPN"), "why") is None
    assert pause_link(kor, admin, Member("JPN"), "again").code == "paused-before"


def test_a1_a_pause_is_on_record_with_its_reason_and_holds_after_a_restart(world) -> None:
    pause_link(world.node("KOR"), world.act(ADMIN), Member("JPN"), "exercise of the fallback")
    world.sites["KOR"].start()
    (found,) = [p.paused for p in world.duty(ADMIN).partners() if p.paused]
    assert (found.person, found.reason) == (ADMIN, "exercise of the fallback")
    resume_link(world.node("KOR"), world.act(ADMIN), Member("JPN"))
    world.sites["KOR"].start()
    assert not world.node("KOR").links.paused


def test_the_carrier_honours_a_pause_at_once_and_after_a_restart(tmp_path) -> None:
    """On the disk, with the real carrier: neither end of the link is served."""
    found_network(tmp_path / "net", msgspec.convert(make_spec(1), NetworkSpec))
    states = []
    for turn in (pause_link, None, resume_link, None):
        opened = open_node(tmp_path / "net" / "kor")
        try:
            admin = act_as(opened.node, Person(ADMIN))
            if turn is pause_link:
                assert turn(opened.node, admin, Member("JPN"), "moved") is None
            elif turn is not None:
                assert turn(opened.node, admin, Member("JPN")) is None
            seen = opened.mail_app.seen(Member("JPN")).paused
            states.append((seen, opened.pullers["JPN"].state.state == "off line by plan"))
        finally:
            opened.close()
    assert states == [(True, True), (True, True), (False, False), (False, False)]


def test_a3_what_is_held_for_whom_is_told_by_reason_and_a_reference_by_duty(world) -> None:
    """An administrator learns that something waits and for whom; which, the security officer; its key, who sees all of it."""
    made = draft("KOR", portion(label("KOR", "III-KUP", "JPN", "KOR"), "words", kind="title"))
    filed = world.file("kor.watch", made)
    (admins,) = [r for r in world.duty(ADMIN).held() if r.member == "JPN"]
    assert (admins.why, admins.reference, admins.key) == ("desk", "", "")
    (security,) = [r for r in world.duty("kor.security").held() if r.member == "JPN"]
    assert security.reference == filed.reference
    assert world.duty("kor.analyst").held() == ()


def test_the_log_of_a_partner_tells_what_became_of_each_entry(world) -> None:
    for n in range(3):
        send(world, f"words {n}", lane=("FLASH", "PRIORITY", "ROUTINE")[n])
    before = world.duty("kor.security").sent(Member("JPN"), None, 10)
    assert [row.state for row in before] == ["waiting"] * 3
    world.pump()
    world.pump()
    after = world.duty("kor.security").sent(Member("JPN"), None, 10)
    shares = [row for row in after if row.kind == "share"]
    assert [(row.lane, row.state, row.code) for row in shares] == [
        ("ROUTINE", "received", "accepted"),
        ("PRIORITY", "received", "accepted"),
        ("FLASH", "received", "accepted"),
    ]
    pages = [world.duty(ADMIN).sent(Member("JPN"), row.position, 1) for row in after[:-1]]
    assert [page[0].position for page in pages] == [row.position for row in after[1:]]
    assert {row.reference for row in world.duty(ADMIN).sent(Member("JPN"), None, 10)} == {""}
    assert world.duty(ADMIN).sent(Member("XXX"), None, 10) is None


def test_d2_what_a_partner_answered_for_is_known_after_a_restart_while_its_link_is_down(world) -> None:
    """From the journal: an answer to an entry proves that all up to it is held there."""
    key = send(world)
    world.pump()
    world.pump()
    before = world.duty("kor.security").lanes()[0]
    assert (before.acknowledged, before.backlog) == (1, 0)
    world.sites["KOR"].start()
    after = world.duty("kor.security").lanes()[0]
    assert (after.acknowledged, after.backlog, after.waiting_s) == (1, 0, None)
    assert after.acknowledged_at
    assert world.node("KOR").streams.is_held(Member("JPN"), key.partition(".")[2])


def test_a3_receipts_are_told_by_post_to_the_duties_that_have_references(world) -> None:
    key = send(world)
    world.pump()
    acknowledge_product(world.node("JPN"), world.act("jpn.watch"), key, "acknowledged")
    world.pump()
    (row,) = [r for r in world.duty("kor.security").sent(Member("JPN"), None, 10) if r.kind == "share"]
    assert [(r.post, r.state) for r in row.receipts] == [("JPN-WATCH", "acknowledged")]
    assert all(r.receipts == () for r in world.duty(ADMIN).sent(Member("JPN"), None, 10))


def test_members_are_named_in_the_language_asked_for_and_else_as_the_directory_does(world):
    """Their names are the policies'; who is in none of them keeps the directory's."""
    named = {lang: {p.code: p.name for p in world.duty(ADMIN).partners(lang)} for lang in ("en", "ko", "xx")}
    assert named["ko"]["JPN"] == "일본"
    assert named["xx"]["JPN"] == named["en"]["JPN"]
