# SPDX-License-Identifier: Apache-2.0
"""What a receiver does with a recall: whom it tells, what remains, what it destroys and on whose word."""

import pytest

from tearline.node.commands import (
    AdmitPerson,
    DraftPortion,
    DraftSource,
    acknowledge_product,
    admit_persons,
    amend_product,
    confirm_purge,
    destroy_copy,
    make_copy,
    recall_product,
)
from tearline.node.gate import Ask, Filters, LineMarks, Query
from tests.node.commands.world import World, draft, label, portion, variant

WIDE = label("KOR", "DAEOEBI", "KOR", "JPN", "USA", "NZL")
TITLE = portion(WIDE, "title", "AA", "title")
SPY = portion(WIDE, "the heron stands in the reeds", "BB")
OTHER = portion(WIDE, "the lake is calm", "CC")


@pytest.fixture
def world():
    return World("KOR", "JPN", "USA", "NZL")


def warning(*portions):
    return draft("KOR", *portions, kind="warning", lane="FLASH")


def warn(world):
    key = world.file("kor.watch", warning(TITLE, SPY, OTHER), "KOR-WATCH").key
    world.pump()
    return key


def recall(world, key, *left):
    world.at("2023-07-12T05:00:00Z")
    done = amend_product(world.node("KOR"), world.act("kor.watch", "KOR-WATCH"), key, warning(*left))
    assert set(done.recalled) == {"JPN", "USA", "NZL"}
    world.pump()


def test_n1_exactly_those_are_told_who_were_shown_what_is_gone(world):
    """A page counts, so does a snippet; a list of titles does not show the portion; who saw nothing is told nothing."""
    key = warn(world)
    world.reading("jpn.watch").get(key)
    found = world.reading("jpn.analyst").search(Query("heron"))
    assert any(s.tag == "BB" for hit in found.hits for s in hit.snippets)
    world.reading("jpn.disclosure").browse(Filters())
    world.reading("jpn.security").search(Query("lake"))
    recall(world, key, TITLE, OTHER)
    (notice,) = world.duty("jpn.security").notices()
    assert (notice.persons, notice.posts, notice.portions) == (("jpn.analyst", "jpn.watch"), (), ("BB",))
    for person in ("jpn.watch", "jpn.analyst"):
        (told,) = world.reading(person).inbox().notices
        assert told.reference == notice.reference
        assert told.portions == ("BB",)
    for person in ("jpn.disclosure", "jpn.security"):
        assert world.reading(person).inbox().notices == ()
    assert world.duty("nzl.security").notices() == ()  # nobody there had read it


def test_d4_a_notice_names_the_text_to_use_instead_and_none_where_nothing_is_left(world):
    """The reader's own text as it now is: a corrected product is no product gone."""
    key = warn(world)
    for person in ("jpn.watch", "nzl.duty"):
        world.reading(person).get(key)
    recall(world, key, TITLE, OTHER)
    (told,) = world.reading("jpn.watch").inbox().notices
    assert (told.key, told.version) == (key, world.clock.dtg())
    done = recall_product(world.node("KOR"), world.act("kor.disclosure"), key, ("JPN",), "error")
    assert done.members == ("JPN",)
    world.pump()
    left = world.reading("jpn.watch").inbox().notices
    assert {(n.product, n.key, n.version) for n in left} == {(key, "", None)}
    (told,) = world.reading("nzl.duty").inbox().notices
    assert told.key == key


def test_n1_a_title_in_a_list_is_a_portion_shown_and_recorded_once(world):
    key = warn(world)
    for _ in range(3):
        world.reading("jpn.analyst").browse(Filters())
    node = world.node("JPN")
    node.flush_access()
    assert node.access.size() == 1
    assert node.custody.readers[key] == {"jpn.analyst": {"AA"}}
    recall(world, key, portion(WIDE, "title", "DD", "title"))
    (told,) = world.reading("jpn.analyst").inbox().notices
    assert told.portions == ("AA",)
    assert world.reading("jpn.watch").inbox().notices == ()


def test_d4_an_acknowledging_post_is_told_and_its_receipt_names_no_person(world):
    key = warn(world)
    acting = world.act("nzl.duty", "NZL-WATCH")
    assert acknowledge_product(world.node("NZL"), acting, key, "displayed") is None
    assert acknowledge_product(world.node("NZL"), acting, key) is None
    assert acknowledge_product(world.node("NZL"), acting, key) is None
    assert acknowledge_product(world.node("NZL"), acting, key, "burnt").code == "unknown-product"
    assert acknowledge_product(world.node("NZL"), acting, f"KOR.{'0' * 32}").code == "unknown-product"
    world.pump()
    receipts = world.duty("kor.disclosure").receipts(key)
    assert [(r.member, r.post, r.state) for r in receipts] == [
        ("NZL", "NZL-WATCH", "displayed"),
        ("NZL", "NZL-WATCH", "acknowledged"),
    ]
    assert b"nzl.duty" not in b"".join(raw for sender, _, raw in world.wire if sender == "NZL")
    recall(world, key, TITLE, OTHER)
    (notice,) = world.duty("nzl.security").notices()
    assert (notice.persons, notice.posts) == ((), ("NZL-WATCH",))


def test_n2_a_display_does_not_clear_what_a_post_must_acknowledge(world):
    made = draft("KOR", TITLE, kind="warning", lane="FLASH", action=("JPN-WATCH",))
    key = world.file("kor.watch", made, "KOR-WATCH").key
    world.pump()
    acting = world.act("jpn.watch", "JPN-WATCH")
    acknowledge_product(world.node("JPN"), acting, key, "displayed")
    assert [s.summary.key for s in world.reading("jpn.watch", "JPN-WATCH").inbox().to_acknowledge] == [key]
    acknowledge_product(world.node("JPN"), acting, key)
    assert world.reading("jpn.watch", "JPN-WATCH").inbox().to_acknowledge == ()


def state_of(world, member):
    return [r.state for r in world.duty("kor.disclosure").recalls() if r.member == member]


def test_d4_at_once_the_bytes_go_and_the_record_comes_back(world):
    key = warn(world)
    world.reading("jpn.watch").get(key)
    world.reading("jpn.watch").search(Query("heron"))
    recall(world, key, TITLE, OTHER)
    disk = world.sites["JPN"].journal_disk
    assert b"heron" not in b"".join(o.body for o in disk.payloads.values())
    assert world.tags("jpn.watch", key) == ("AA", "CC")
    assert world.reading("jpn.watch").search(Query("heron")).total == 0
    assert state_of(world, "JPN") == ["destroyed"]
    (status,) = [r for r in world.duty("kor.disclosure").recalls() if r.member == "JPN"]
    assert status.records[0].portions == ("BB",)
    assert status.records[0].authority == "PL23"
    (gone,) = world.duty("jpn.security").withdrawals()
    assert gone.purged


def test_d4_to_be_confirmed_access_ends_at_once_and_bytes_go_when_an_officer_says_so(world):
    key = warn(world)
    recall(world, key, TITLE, OTHER)
    disk = world.sites["NZL"].journal_disk
    assert world.tags("nzl.duty", key) == ("AA", "CC")
    assert world.reading("nzl.duty").search(Query("heron")).total == 0
    assert b"heron" in b"".join(o.body for o in disk.payloads.values())
    assert state_of(world, "NZL") == ["sent"]
    assert [w.purged for w in world.duty("nzl.security").withdrawals()] == [False]
    node = world.node("NZL")
    assert confirm_purge(node, world.act("nzl.duty"), key).code == "no-authority"
    assert confirm_purge(node, world.act("nzl.security"), f"KOR.{'0' * 32}").code == "unknown-withdrawal"
    assert confirm_purge(node, world.act("nzl.security"), key) == 1
    assert confirm_purge(node, world.act("nzl.security"), key).code == "unknown-withdrawal"
    assert b"heron" not in b"".join(o.body for o in disk.payloads.values())
    world.pump()
    assert state_of(world, "NZL") == ["destroyed"]


def test_d4_copies_make_it_amber_until_they_are_recorded_destroyed(world):
    key = warn(world)
    reader = world.act("jpn.watch", "JPN-WATCH")
    assert [make_copy(world.node("JPN"), reader, key).copy for _ in range(2)] == [1, 2]
    recall(world, key, TITLE, OTHER)
    assert state_of(world, "JPN") == ["amber"]
    (status,) = [r for r in world.duty("kor.disclosure").recalls() if r.member == "JPN"]
    assert status.records[0].copies == ("copy 1, JPN-WATCH", "copy 2, JPN-WATCH")
    node, officer = world.node("JPN"), world.act("jpn.security")
    assert destroy_copy(node, reader, key, 1).code == "no-authority"
    assert destroy_copy(node, officer, key, 7).code == "unknown-copy"
    assert destroy_copy(node, officer, key, 1) is None
    assert destroy_copy(node, officer, key, 1).code == "unknown-copy"
    world.pump()
    assert state_of(world, "JPN") == ["amber"]
    assert destroy_copy(node, officer, key, 2) is None
    world.pump()
    assert state_of(world, "JPN") == ["destroyed"]
    world.sites["KOR"].start()
    assert state_of(world, "JPN") == ["destroyed"]


def test_n1_copies_are_numbered_among_those_who_see_the_same(world):
    """A number tells nothing of other classes' copies, so two may share one: then the officer says whose."""
    key = warn(world)
    world.pump()
    node, officer = world.node("KOR"), world.act("kor.security")
    for person in ("kor.watch", "kor.analyst"):
        assert make_copy(node, world.act(person), key).copy == 1
    assert destroy_copy(node, officer, key, 1).code == "ambiguous-copy"
    assert destroy_copy(node, officer, key, 1, holder="kor.watch") is None
    assert destroy_copy(node, officer, key, 1) is None
    assert destroy_copy(node, officer, key, 1).code == "unknown-copy"


def test_d4_a_copy_without_the_portion_is_none_of_it(world):
    key = warn(world)
    recall(world, key, TITLE, OTHER)
    make_copy(world.node("JPN"), world.act("jpn.watch", "JPN-WATCH"), key)
    assert state_of(world, "JPN") == ["destroyed"]
    assert make_copy(world.node("JPN"), world.act("jpn.watch"), "KOR.nonsense").code == "unknown-product"


def derive(world, key, person="jpn.analyst"):
    inside = label("JPN", "HI", "JPN", "KOR")
    cited = DraftPortion("paragraph", (variant(inside, "a bird was seen"),), "DD", (DraftSource(key, "BB"),))
    return world.file(person, draft("JPN", portion(inside, "ours", "TT", "title"), cited))


def test_d4_the_author_of_what_derives_from_it_is_alarmed_and_the_record_names_it(world):
    key = warn(world)
    ours = derive(world, key)
    world.approve("jpn.disclosure", ours.key, "KOR")
    world.pump()
    recall(world, key, TITLE, OTHER)
    (alarm,) = world.reading("jpn.analyst").inbox().alarms
    assert (alarm.code, alarm.product, alarm.portions) == ("source-withdrawn", ours.key[4:], ("DD",))
    assert world.reading("jpn.watch").inbox().alarms == ()
    (status,) = [r for r in world.duty("kor.disclosure").recalls() if r.member == "JPN"]
    assert status.records[0].derived == (f"{ours.reference}/DD",)
    assert world.tags("jpn.analyst", ours.key) == ("TT", "DD")  # a person decides what becomes of it


def test_n1_what_derives_from_it_and_was_never_given_back_is_not_named_to_its_originator(world):
    """Whoever releases something and takes it back must not learn what a nation made of it for itself."""
    key = warn(world)
    ours = derive(world, key)
    recall(world, key, TITLE, OTHER)
    (alarm,) = world.reading("jpn.analyst").inbox().alarms
    assert alarm.code == "source-withdrawn"
    (status,) = [r for r in world.duty("kor.disclosure").recalls() if r.member == "JPN"]
    assert status.records[0].derived == ()
    assert ours.reference.encode() not in b"".join(raw for _, to, raw in world.wire if to == "KOR")
    journal = world.sites["JPN"].journal_disk.headers
    assert any(f"{ours.reference}/DD".encode() in header for header in journal)  # our own auditors know


def test_n7_a_person_whose_clearance_was_cut_reads_by_the_new_one_at_once(world):
    secret = label("KOR", "II-KUP", "KOR", codewords=["DALBIT"])
    made = draft("KOR", TITLE, portion(secret, "moonlight", "DD"))
    key = world.file("kor.watch", made, "KOR-WATCH").key
    reading = world.reading("kor.watch", "KOR-WATCH")
    assert [p.tag for p in reading.get(key).rendition.portions] == ["AA", "DD"]
    admit_persons(
        world.node("KOR"), [AdmitPerson(person="kor.watch", posts=("KOR-WATCH",), duties=("watch",))]
    )
    for found in (reading, world.reading("kor.watch", "KOR-WATCH")):
        assert [p.tag for p in found.get(key).rendition.portions] == ["AA"]
        assert found.search(Query("moonlight")).total == 0
    admit_persons(world.node("KOR"), [AdmitPerson(person="kor.watch", cleared=False)])
    assert reading.get(key) is None
    assert reading.browse(Filters()).total == 0


def test_n7_duties_give_nobody_a_clearance(world):
    key = warn(world)
    for person in ("kor.admin", "kor.feed"):
        reading = world.reading(person)
        assert reading.get(key) is None
        assert reading.browse(Filters()).items == ()
        assert reading.search(Query("")).total == 0
        assert reading.compare((key,)) == ()
        assert reading.lines(Ask("action"), LineMarks()).items == ()
    assert world.tags("kor.admin", key) == ()
