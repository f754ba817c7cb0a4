# SPDX-License-Identifier: Apache-2.0
"""What a post does with what it has: warnings passed on in time, assignment, the watch log, remarks, handover."""

import msgspec
import pytest

from tearline.core.ids import Post
from tearline.core.instants import MINUTE, Instant
from tearline.node.commands import (
    AdmitPerson,
    Refused,
    Remark,
    admit_persons,
    amend_product,
    assign_products,
    hand_over_watch,
    pass_on_warnings,
    recall_product,
    remark,
    take_watch,
)
from tearline.node.gate import Ask, LineMarks
from tearline.node.journal import PostSet, WarningPassedOn, decode_entry
from tests.node.commands.world import PUBLIC, World, draft, label, portion

WIDE = label("KOR", "DAEOEBI", "KOR", "JPN", "USA", "NZL")
SPY = label("KOR", "II-KUP", "KOR", codewords=("DALBIT",))
ALWAYS = Instant(0)


@pytest.fixture
def world():
    return make_world()


def make_world():
    made = World("KOR", "JPN", "USA", "NZL")
    posts = AdmitPerson("jpn.second", (), (Post("JPN-WATCH"), Post("JPN-DUTY")), ("watch",))
    admit_persons(made.node("JPN"), [posts])
    set_post(made.node("JPN"), "JPN-WATCH", "JPN-DUTY", 5)
    return made


def set_post(node, name, alternate, minutes):
    with node.lock:
        work = node.work("jpn.security", Post("JPN-SECURITY"))
        work.add(PostSet, name=name, title="", alternate=alternate, flash_min=minutes)
        work.commit()


def warn(world, *portions, post="JPN-WATCH"):
    made = draft("KOR", *(portions or (portion(WIDE, "launch", kind="title"),)), kind="warning", lane="FLASH")
    made = msgspec.structs.replace(made, action=(post,))
    filed = world.file("kor.watch", made)
    world.pump()
    return filed.key


def wait(world, minutes, member="JPN"):
    world.clock.operational = Instant(world.clock.operational + minutes * MINUTE)
    return pass_on_warnings(world.node(member))


def waiting(world, person, post):
    return [line.summary.key for line in world.reading(person, post).inbox().to_acknowledge]


def log(world, person, post):
    now = Instant(world.clock.dtg() + 1)
    return world.reading(person, post).watch_log(ALWAYS, now, limit=500)


def rows(world, person, post):
    return [(line.what, line.person) for line in log(world, person, post).items]


def test_a_warning_left_unacknowledged_goes_to_the_alternate_once_in_time(world):
    """Not before its minutes are over, and once only; the first post is asked all the same."""
    key = warn(world)
    assert wait(world, 4) == 0
    assert waiting(world, "jpn.second", "JPN-DUTY") == []
    assert wait(world, 1) == 1
    assert wait(world, 9) == 0
    assert waiting(world, "jpn.second", "JPN-DUTY") == [key] == waiting(world, "jpn.watch", "JPN-WATCH")
    (line,) = world.reading("jpn.second", "JPN-DUTY").inbox().to_acknowledge
    assert line.late == "JPN-WATCH"
    assert ("asked", "") in rows(world, "jpn.second", "JPN-DUTY")
    assert ("passed", "") in rows(world, "jpn.watch", "JPN-WATCH")
    entries = [decode_entry(r.entry) for r in world.node("JPN").journal.records(0, 10_000)]
    assert [e.actor for e in entries if isinstance(e, WarningPassedOn)] == ["node"]


def test_an_acknowledged_warning_is_passed_to_nobody(world):
    key = warn(world)
    assert world.reading("jpn.watch", "JPN-WATCH").acknowledge(key, "acknowledged") is None
    assert wait(world, 60) == 0
    assert waiting(world, "jpn.second", "JPN-DUTY") == []


def test_the_alternate_is_asked_no_more_when_the_first_post_answers_after_all(world):
    """And the originator sees both posts, and no person (issue: by post, never by person)."""
    key = warn(world)
    wait(world, 5)
    assert world.reading("jpn.second", "JPN-DUTY").acknowledge(key, "displayed") is None
    assert world.reading("jpn.watch", "JPN-WATCH").acknowledge(key, "acknowledged") is None
    assert waiting(world, "jpn.second", "JPN-DUTY") == []
    world.pump()
    receipts = world.duty("kor.watch").receipts(key)
    assert {(r.post, r.state) for r in receipts} == {("JPN-DUTY", "displayed"), ("JPN-WATCH", "acknowledged")}


def test_the_originator_sees_each_post_delivered_displayed_and_acknowledged(world):
    """In that order, with times; posts that were asked and are silent as well; never a person; nobody else is told."""
    filed = world.file(
        "kor.watch",
        msgspec.structs.replace(
            draft("KOR", portion(WIDE, "launch", kind="title"), kind="warning", lane="FLASH"),
            action=("JPN-WATCH", "NZL-WATCH", "AUS-WATCH"),
        ),
    )

    def states():
        found = world.duty("kor.watch").asked_posts(filed.key)
        return {p.post: (p.delivered, bool(p.displayed_at), bool(p.acknowledged_at)) for p in found}

    assert states() == {"JPN-WATCH": (False, False, False), "NZL-WATCH": (False, False, False)}
    world.pump()
    assert states()["JPN-WATCH"] == (True, False, False)
    for n, state in enumerate(("displayed", "acknowledged")):
        assert world.reading("jpn.watch", "JPN-WATCH").acknowledge(filed.key, state) is None
        world.pump()
        assert states()["JPN-WATCH"] == (True, True, n == 1)
    assert states()["NZL-WATCH"] == (True, False, False)
    found = world.duty("kor.watch").asked_posts(filed.key)
    assert "jpn.watch" not in str(found)
    assert {(p.acknowledges, p.withdrawn) for p in found} == {(True, False)}
    recall_product(world.node("KOR"), world.act("kor.watch", "KOR-WATCH"), filed.key, ("NZL",), "error")
    found = world.duty("kor.watch").asked_posts(filed.key)
    assert {p.post for p in found if p.withdrawn} == {"NZL-WATCH"}
    assert world.duty("kor.analyst").asked_posts(filed.key) is None


def test_of_a_report_no_post_is_expected_to_say_that_it_was_displayed(world):
    made = draft("KOR", portion(WIDE, "text", kind="title"))
    filed = world.file("kor.watch", msgspec.structs.replace(made, action=("JPN-WATCH",)))
    world.approve("kor.disclosure", filed.key, "JPN")
    (found,) = world.duty("kor.watch").asked_posts(filed.key)
    assert (found.asked, found.acknowledges) == (True, False)


def test_a_restart_forgets_nothing_of_a_post(world):
    key = warn(world)
    wait(world, 5)
    assign_products(world.node("JPN"), world.act("jpn.watch", "JPN-WATCH"), (key,), "jpn.second")
    take_watch(world.node("JPN"), world.act("jpn.watch", "JPN-WATCH"))
    before = rows(world, "jpn.watch", "JPN-WATCH"), waiting(world, "jpn.second", "JPN-DUTY")
    world.sites["JPN"].start()
    assert (rows(world, "jpn.watch", "JPN-WATCH"), waiting(world, "jpn.second", "JPN-DUTY")) == before
    assert world.node("JPN").watch.watch(Post("JPN-WATCH")).holder == "jpn.watch"


def test_n1_time_runs_since_the_text_came_to_the_class_that_is_asked(world):
    """Whoever got to see it later is asked later, and hears nothing before: when it came for others is told by nothing."""
    node = world.node("USA")
    early = AdmitPerson("usa.early", (), (Post("USA-DUTY"),))
    admit_persons(node, [early, AdmitPerson("usa.late", ("MILLRACE",), (Post("USA-DUTY"),))])
    set_post(node, "USA-WATCH", "USA-DUTY", 5)
    key = warn(world, post="USA-WATCH")
    known = node.catalogue.appearances[world.act("usa.late", "USA-DUTY").class_id]
    known[key] = msgspec.structs.replace(known[key], first_at=Instant(known[key].first_at + 3 * MINUTE))
    told = []
    for person in ("usa.early", "usa.late"):
        world.reading(person, "USA-DUTY").subscribe(lambda _key: None, lambda p=person: told.append(p))
    wait(world, 5, "USA")
    assert waiting(world, "usa.early", "USA-DUTY") == [key]
    assert waiting(world, "usa.late", "USA-DUTY") == []
    assert not [r for r in rows(world, "usa.late", "USA-DUTY") if r[0] == "asked"]
    assert told == ["usa.early"]
    wait(world, 3, "USA")
    assert waiting(world, "usa.late", "USA-DUTY") == [key]
    assert told == ["usa.early", "usa.late"]


def test_a_line_is_assigned_within_the_post_to_whoever_may_read_it(world):
    key = warn(world)
    node, watch = world.node("JPN"), world.act("jpn.watch", "JPN-WATCH")
    assert assign_products(node, watch, (key,), "jpn.second") is None
    size = node.journal.size()
    assert assign_products(node, watch, (key,), "jpn.second") is None  # twice is once
    assert node.journal.size() == size
    mine = world.reading("jpn.second", "JPN-WATCH").lines(Ask("assigned"), LineMarks())
    assert [line.summary.key for line in mine.items] == [key]
    assert assign_products(node, watch, (key,), "jpn.analyst").code == "not-of-post"
    admit_persons(node, [AdmitPerson("jpn.blind", (), (Post("JPN-WATCH"),), cleared=False)])
    assert assign_products(node, watch, (key,), "jpn.blind").code == "not-of-post"
    assert assign_products(node, watch, ("KOR." + "0" * 32,), "jpn.second").code == "unknown-product"


def test_the_log_fills_itself(world):
    """Arrived, displayed, acknowledged, assigned, taken, each with its time and the post's own people."""
    key = warn(world)
    reading = world.reading("jpn.watch", "JPN-WATCH")
    node, acting = world.node("JPN"), world.act("jpn.watch", "JPN-WATCH")
    for state in ("displayed", "acknowledged"):
        assert reading.acknowledge(key, state) is None
    assert assign_products(node, acting, (key,), "jpn.second") is None
    assert take_watch(node, acting) is None
    made = rows(world, "jpn.watch", "JPN-WATCH")
    assert {what for what, _ in made} == {"arrived", "displayed", "acknowledged", "assigned", "taken"}
    assert ("acknowledged", "jpn.watch") in made
    titles = {s.title.tag for line in log(world, "jpn.second", "JPN-WATCH").items for s in line.summaries}
    assert len(titles) == 1


def test_a_watch_passes_when_it_is_taken(world):
    """Offered by its holder to somebody who acts for the post; what is open is told as far as it is seen."""
    key = warn(world)
    node = world.node("JPN")
    first, second = world.act("jpn.watch", "JPN-WATCH"), world.act("jpn.second", "JPN-WATCH")
    assert hand_over_watch(node, first, "jpn.second", ()).code == "not-on-watch"  # nobody has it
    assert take_watch(node, first) is None
    assert hand_over_watch(node, second, "jpn.watch", ()).code == "not-on-watch"
    assert hand_over_watch(node, first, "jpn.watch", ()).code == "not-of-post"
    assert hand_over_watch(node, first, "jpn.analyst", ()).code == "not-of-post"
    note = Remark(PUBLIC, "Link to USA is slow")
    assert hand_over_watch(node, first, "jpn.second", (key, "KOR.x"), note) is None
    offered = log(world, "jpn.second", "JPN-WATCH")
    assert (offered.watch.holder, offered.watch.offer.to) == ("jpn.watch", "jpn.second")
    assert [s.key for s in offered.open] == [key]
    assert take_watch(node, second) is None
    after = log(world, "jpn.second", "JPN-WATCH")
    assert (after.watch.holder, after.watch.offer) == ("jpn.second", None)
    assert "Link to USA is slow" in [line.words for line in after.items]


def test_n1_remarks_and_rows_are_there_as_far_as_they_are_seen(world):
    """A remark by its label; a row about a product by the product; to others there is no row."""
    node = world.node("KOR")
    admit_persons(node, [AdmitPerson("kor.plain", (), (Post("KOR-WATCH"),), ("watch",))])
    acting = world.act("kor.watch", "KOR-WATCH")
    told = []
    world.reading("kor.plain", "KOR-WATCH").subscribe(lambda _key: None, lambda: told.append(1))
    hidden = world.file("kor.watch", draft("KOR", portion(SPY, "the heron", kind="title"))).key
    assert remark(node, acting, Remark(SPY, "the heron moves")) is None
    assert assign_products(node, acting, (hidden,), "kor.watch") is None
    assert told == []
    assert rows(world, "kor.plain", "KOR-WATCH") == []
    assert {what for what, _ in rows(world, "kor.watch", "KOR-WATCH")} == {"remark", "assigned"}
    assert remark(node, acting, Remark(PUBLIC, "all quiet")) is None
    assert told == [1]
    assert [line.words for line in log(world, "kor.plain", "KOR-WATCH").items] == ["all quiet"]


def test_n5_nothing_is_remarked_without_a_label_that_the_writer_sees(world):
    node = world.node("KOR")
    admit_persons(node, [AdmitPerson("kor.plain", (), (Post("KOR-WATCH"),), ("watch",))])
    plain = world.act("kor.plain", "KOR-WATCH")
    for made in (
        Remark(SPY, "x"),
        Remark(msgspec.structs.replace(SPY, policy="X"), "x"),
        Remark(PUBLIC, " "),
    ):
        refused = remark(node, plain, made)
        assert isinstance(refused, Refused)
        assert refused.code == "bad-remark"


def test_n1_to_whom_something_went_is_told_to_those_who_answer_for_it(world):
    """The author and officers who see all of it; a colleague on the same watch has no such row."""
    admit_persons(world.node("KOR"), [AdmitPerson("kor.plain", (), (Post("KOR-WATCH"),), ("watch",))])
    warn(world, portion(WIDE, "launch", kind="title"), portion(SPY, "the heron"))
    assert ("released", "kor.watch") in rows(world, "kor.watch", "KOR-WATCH")
    assert not [r for r in rows(world, "kor.plain", "KOR-WATCH") if r[0] == "released"]


def test_what_is_withdrawn_stays_in_the_log_by_reference(world):
    """For posts that acknowledged it: the title is gone, the row is not."""
    key = warn(world)
    assert world.reading("jpn.watch", "JPN-WATCH").acknowledge(key, "acknowledged") is None
    world.pump()
    narrowed = draft("KOR", portion(SPY, "the heron", kind="title"), kind="warning", lane="FLASH")
    amend_product(world.node("KOR"), world.act("kor.watch", "KOR-WATCH"), key, narrowed)
    world.pump()
    lines = log(world, "jpn.watch", "JPN-WATCH").items
    told = {(line.what, line.summaries) for line in lines if line.reference}
    assert told == {("withdrawn", ()), ("acknowledged", ())}
