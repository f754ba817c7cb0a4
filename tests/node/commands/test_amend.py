# SPDX-License-Identifier: Apache-2.0
"""What an amendment means for each member: nothing, other words, a recall, or something for the desk to decide."""

import msgspec
import pytest

from tearline.node.commands import Refused, amend_product, withdraw_authority
from tests.node.commands.world import World, draft, label, portion, variant

WIDE = label("KOR", "DAEOEBI", "KOR", "JPN", "USA", "NZL")
NARROW = label("KOR", "III-KUP", "KOR", "JPN", "USA")
ONLY_USA = label("KOR", "III-KUP", "KOR", "USA")
TITLE = portion(WIDE, "title", "AA", "title")
BODY = portion(WIDE, "the egret waits", "BB")
CLOSE = portion(NARROW, "close", "CC")


@pytest.fixture
def world():
    return World("KOR", "JPN", "USA", "NZL")


def warn(world, *portions):
    """Released by the watch, which holds a delegation for warnings."""
    done = world.file("kor.watch", warning(*portions), "KOR-WATCH")
    assert set(done.released) == {"JPN", "USA", "NZL"}
    world.pump()
    return done.key


def warning(*portions):
    return draft("KOR", *(portions or (TITLE, BODY, CLOSE)), kind="warning", lane="IMMEDIATE")


def amend(world, key, *portions, person="kor.watch", post="KOR-WATCH", kind="warning"):
    made = msgspec.structs.replace(warning(*portions), kind=kind)
    return amend_product(world.node("KOR"), world.act(person, post), key, made)


def test_d3_nothing_changed_is_nothing_sent(world):
    key = warn(world)
    before = {m: world.lanes("KOR", m) for m in ("JPN", "USA", "NZL")}
    done = amend(world, key, TITLE, BODY, CLOSE)
    assert set(done.unchanged) == {"JPN", "USA", "NZL"}
    assert {m: world.lanes("KOR", m) for m in before} == before


def test_n1_who_does_not_see_a_change_is_sent_nothing(world):
    key = warn(world)
    done = amend(world, key, TITLE, BODY, portion(NARROW, "other words", "CC"))
    assert (set(done.changed), done.unchanged) == ({"JPN", "USA"}, ("NZL",))
    assert world.lanes("KOR", "JPN") == {"IMMEDIATE": 2}
    assert world.lanes("KOR", "NZL") == {"IMMEDIATE": 1}


def test_d4_who_loses_a_portion_is_sent_a_recall_in_flash_with_the_remaining_text_whole(world):
    key = warn(world)
    done = amend(world, key, TITLE, BODY, portion(ONLY_USA, "close", "CC"))
    assert (done.recalled, done.changed, done.unchanged) == (("JPN",), ("USA",), ("NZL",))
    assert world.lanes("KOR", "JPN") == {"IMMEDIATE": 1, "FLASH": 1}
    world.pump()
    assert world.share("JPN", key) == {"AA": 1, "BB": 1}
    assert world.share("USA", key) == {"AA": 1, "BB": 1, "CC": 1}
    assert [(r.member, r.lost, r.state) for r in world.duty("kor.disclosure").recalls()] == [
        ("JPN", ("CC",), "destroyed")
    ]


def test_d4_who_loses_a_wording_of_a_portion_is_sent_a_recall(world):
    two = msgspec.structs.replace(CLOSE, variants=(variant(NARROW, "exact"), variant(WIDE, "coarse")))
    key = warn(world, TITLE, two)
    done = amend(world, key, TITLE, msgspec.structs.replace(two, variants=two.variants[1:]))
    assert (set(done.recalled), done.unchanged) == ({"JPN", "USA"}, ("NZL",))
    world.pump()
    assert b"exact" not in b"".join(o.body for o in world.sites["JPN"].journal_disk.payloads.values())


def test_d4_who_loses_everything_is_withdrawn_from_and_a_gain_later_waits_on_the_desk(world):
    key = warn(world)
    title = portion(NARROW, "title", "AA", "title")
    assert set(amend(world, key, title).recalled) == {"JPN", "USA", "NZL"}
    world.pump()
    assert world.share("NZL", key) is None
    done = amend(world, key, title, portion(NARROW, "more", "DD"))
    assert (done.recalled, done.pending) == ((), ())  # who has nothing has nothing to lose again
    done = amend(world, key, TITLE, portion(NARROW, "more", "DD"))
    assert (done.pending, done.recalled) == (("NZL",), ())
    assert world.approve("kor.disclosure", key, "NZL").released == ("NZL",)
    world.pump()
    assert world.share("NZL", key) == {"AA": 1}


def test_a1_who_gains_a_first_share_waits_on_the_desk(world):
    title = portion(NARROW, "title", "AA", "title")
    done = world.file("kor.watch", warning(title), "KOR-WATCH")
    assert set(done.released) == {"JPN", "USA"}
    amended = amend(world, done.key, TITLE)
    assert amended.pending == ("NZL",)
    assert world.lanes("KOR", "NZL") == {}


def test_a1_new_words_need_an_authority_that_covers_them(world):
    """D1 goes up to II-KUP and is for warnings of the watch; when it ends, new words wait and nobody loses what they had."""
    key = warn(world)
    withdraw_authority(world.node("KOR"), "D1", "kor.disclosure")
    other = portion(WIDE, "other words", "BB")
    done = amend(world, key, TITLE, other, CLOSE)
    assert (done.changed, done.recalled, set(done.pending)) == ((), (), {"JPN", "USA", "NZL"})
    assert [i.item.pending for i in world.duty("kor.disclosure").desk()] == [done.pending]
    world.pump()
    assert world.share("JPN", key) == {"AA": 1, "BB": 1, "CC": 1}
    assert world.approve("kor.disclosure", key, "JPN").authority == "D3-KOR"
    world.pump()
    assert b"other words" in b"".join(o.body for o in world.sites["JPN"].journal_disk.payloads.values())
    assert b"other words" not in b"".join(o.body for o in world.sites["NZL"].journal_disk.payloads.values())


def test_a1_a_recall_without_authority_brings_no_new_word(world):
    key = warn(world)
    withdraw_authority(world.node("KOR"), "D1", "kor.disclosure")
    done = amend(world, key, TITLE, portion(WIDE, "unauthorised", "BB"), portion(ONLY_USA, "close", "CC"))
    assert (done.recalled, set(done.pending)) == (("JPN",), {"JPN", "USA", "NZL"})
    world.pump()
    lost = {r.member: r.lost for r in world.duty("kor.disclosure").recalls()}
    assert lost == {"JPN": ("BB", "CC")}
    assert world.share("JPN", key) == {"AA": 1}  # its wording of BB is no more, the new one waits
    assert b"unauthorised" not in b"".join(o.body for o in world.sites["JPN"].journal_disk.payloads.values())
    assert world.approve("kor.disclosure", key, "JPN").released == ("JPN",)
    world.pump()
    assert world.share("JPN", key) == {"AA": 1, "BB": 1}


def test_a1_what_an_officer_released_is_not_reworded_past_the_desk(world):
    done = world.file("kor.watch", draft("KOR", TITLE, BODY))
    world.approve("kor.disclosure", done.key, "JPN", "USA", "NZL")
    new = portion(WIDE, "never read by an officer", "BB")
    amended = amend(world, done.key, TITLE, new, post="", kind="report")
    assert (amended.changed, set(amended.pending)) == ((), {"JPN", "USA", "NZL"})
    narrower = amend(world, done.key, TITLE, post="", kind="report")
    assert set(narrower.recalled) == {"JPN", "USA", "NZL"}  # what is only taken away needs nobody


def test_a1_an_amended_release_of_the_watch_is_reviewed_too(world):
    key = warn(world)
    amend(world, key, TITLE, portion(WIDE, "other", "BB"), CLOSE)
    (review,) = world.duty("kor.disclosure").reviews()
    assert sorted(review.review.members) == ["JPN", "NZL", "USA"]
    rows = [r for r in world.register("kor.disclosure") if r.what == "released"]
    assert all(r.review_due for r in rows)


def test_n1_nobody_amends_what_is_not_theirs(world):
    key = warn(world)
    unknown = Refused("unknown-product", "no product of yours by that key")
    made = warning()
    for person, post in (("kor.analyst", ""), ("kor.disclosure", ""), ("kor.feed", "")):
        assert amend_product(world.node("KOR"), world.act(person, post), key, made) == unknown
    watch = world.act("kor.watch", "KOR-WATCH")
    for other in (f"KOR.{'0' * 32}", "", "JPN." + key[4:]):
        assert amend_product(world.node("KOR"), watch, other, made) == unknown
    assert amend_product(world.node("JPN"), world.act("jpn.watch"), key, made) == unknown


def test_n1_the_version_moves_only_for_who_sees_the_change(world):
    key = warn(world)

    def versions():
        return {
            p: world.reading(p).get(key).rendition.version for p in ("jpn.watch", "nzl.duty", "kor.analyst")
        }

    first = versions()
    world.at("2023-07-12T03:00:00Z")
    amend(world, key, TITLE, BODY, portion(NARROW, "other", "CC"))
    world.pump()
    second = versions()
    assert second["nzl.duty"] == first["nzl.duty"]
    assert second["jpn.watch"] == second["kor.analyst"] == world.clock.dtg()
    world.at("2023-07-12T04:00:00Z")
    amend(world, key, TITLE, BODY, CLOSE)  # the first text comes back: it is a version of its own
    world.pump()
    assert versions()["jpn.watch"] == world.clock.dtg()


def test_d4_recalls_that_overtake_each_other_are_answered_for_together(world):
    """Two recalls while the link is down: only the second travels with its payload, and it carries on the first."""
    key = warn(world)
    world.reading("jpn.watch").get(key)
    world.closed.add(frozenset(("KOR", "JPN")))
    amend(world, key, TITLE, BODY)
    amend(world, key, TITLE)
    amend(world, key, portion(WIDE, "another title", "AA", "title"))
    world.closed.clear()
    world.pump()
    (notice,) = world.duty("jpn.security").notices()
    assert set(notice.portions) == {"BB", "CC"}
    states = {r.state for r in world.duty("kor.disclosure").recalls() if r.member == "JPN"}
    assert states == {"destroyed"}
    disk = b"".join(o.body for o in world.sites["JPN"].journal_disk.payloads.values())
    assert b"egret" not in disk
    assert b"another title" in disk
