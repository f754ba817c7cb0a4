# SPDX-License-Identifier: Apache-2.0
"""People and posts: only administrators keep them, nobody keeps themselves, and what ends by date ends."""

import msgspec
import pytest

from tearline.core.ids import Person, Post
from tearline.core.instants import DAY, HOUR, Instant
from tearline.node.commands import (
    AdmitPerson,
    Refused,
    SetPost,
    admit_person,
    admit_persons,
    amend_product,
    end_clearances,
    end_person,
    list_ceilings,
    set_ceiling,
    set_post,
)
from tearline.node.journal import ClearanceEnded, decode_entry
from tests.node.commands.world import World, draft, label, portion

NEW = AdmitPerson(Person("kor.new"), ("DALBIT",), (Post("KOR-DESK"),), ("watch",), name="A new analyst")


@pytest.fixture
def world():
    return make_world()


def make_world():
    made = World("KOR", "JPN")
    second = AdmitPerson(Person("kor.second"), duties=("administration",), cleared=False)
    admit_persons(made.node("KOR"), [second])
    return made


def code(result):
    return result.code if isinstance(result, Refused) else result


def test_n7_only_an_administrator_keeps_people_and_posts(world):
    node = world.node("KOR")
    for person in ("kor.watch", "kor.disclosure", "kor.analyst"):
        acting = world.act(person)
        assert code(admit_person(node, acting, NEW)) == "no-duty"
        assert code(end_person(node, acting, Person("kor.cyber"), "moved")) == "no-duty"
        assert code(set_post(node, acting, SetPost(Post("KOR-WATCH"), "Watch"))) == "no-duty"
    assert "kor.new" not in node.people.persons
    admin = world.act("kor.admin")
    assert admit_person(node, admin, NEW) is None
    assert world.act("kor.new").class_id == world.act("kor.watch").class_id
    assert node.people.persons["kor.new"].name == "A new analyst"


def test_n7_nobody_clears_themselves(world):
    node, admin = world.node("KOR"), world.act("kor.admin")
    mine = AdmitPerson(Person("kor.admin"), ("DALBIT",), (), ("administration",))
    assert code(admit_person(node, admin, mine)) == "own-record"
    assert code(end_person(node, admin, Person("kor.admin"), "gone")) == "own-record"
    assert world.act("kor.admin").class_id is None
    assert admit_person(node, world.act("kor.second"), mine) is None
    assert world.act("kor.admin").class_id is not None


def test_the_last_administrator_stays(world):
    node, admin = world.node("KOR"), world.act("kor.admin")
    second = AdmitPerson(Person("kor.second"), duties=("administration",))
    assert end_person(node, admin, Person("kor.second"), "moved on") is None
    assert world.sites["KOR"].gate.act_as(Person("kor.second")) is None
    admit_persons(node, [second])
    assert admit_person(node, admin, msgspec.structs.replace(second, duties=())) is None


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({"person": "KOR New"}, "bad-name"),
        ({"posts": ("kor-desk",)}, "bad-name"),
        ({"codewords": ("NOSUCH",)}, "unknown-value"),
        ({"codewords": ("MILLRACE", "NOSUCH")}, "unknown-value"),
        ({"duties": ("root",)}, "unknown-value"),
        ({"until": Instant(1)}, "bad-date"),
        ({"name": "x" * 121}, "bad-name"),
        ({"terms": (("KOR-RELEASE", 0, 0),)}, "unknown-value"),
        ({"terms": (("KOR-DESK", 5, 4),)}, "bad-date"),
    ],
)
def test_n5_what_is_not_known_here_is_refused_by_name(world, changes, refused):
    made = msgspec.structs.replace(NEW, **changes)
    assert code(admit_person(world.node("KOR"), world.act("kor.admin"), made)) == refused


def test_n7_a_clearance_ends_by_its_date_and_then_on_record(world):
    """Access ends with the clock, before any entry; the timer's entry follows once."""
    node = world.node("KOR")
    until = Instant(node.clock.dtg() + DAY)
    assert admit_person(node, world.act("kor.admin"), msgspec.structs.replace(NEW, until=until)) is None
    assert world.act("kor.new").class_id is not None
    assert end_clearances(node) == ()
    node.clock.operational = until
    assert world.act("kor.new").class_id is None
    assert end_clearances(node) == ("kor.new",)
    assert end_clearances(node) == ()
    last = decode_entry(node.journal.records(node.journal.size() - 1, 1)[0].entry)
    assert isinstance(last, ClearanceEnded)
    assert last.person == "kor.new"


def test_n7_a_post_is_held_for_its_term(world):
    node = world.node("KOR")
    start = Instant(node.clock.dtg() + HOUR)
    made = msgspec.structs.replace(NEW, terms=((Post("KOR-DESK"), start, Instant(start + HOUR)),))
    assert admit_person(node, world.act("kor.admin"), made) is None
    gate = world.sites["KOR"].gate
    held = []
    for at in (start - 1, start, start + HOUR - 1, start + HOUR):
        node.clock.operational = Instant(at)
        held.append(gate.act_as(Person("kor.new"), Post("KOR-DESK")) is not None)
    assert held == [False, True, True, False]


def test_a_post_names_an_alternate_that_somebody_holds(world):
    node, admin = world.node("KOR"), world.act("kor.admin")
    good = SetPost(Post("KOR-WATCH"), "Watch floor", Post("KOR-DESK"), 5)
    assert set_post(node, admin, good) is None
    record = node.people.post(Post("KOR-WATCH"))
    assert (record.title, record.alternate, record.flash_min) == ("Watch floor", "KOR-DESK", 5)
    for changes in (
        {"alternate": "KOR-NOBODY"},
        {"alternate": "KOR-WATCH"},
        {"flash_min": 0},
        {"flash_min": 2_000},
        {"name": "JPN-WATCH"},
        {"name": "watch"},
    ):
        made = msgspec.structs.replace(good, **changes)
        assert isinstance(set_post(node, admin, made), Refused), changes
    assert set_post(node, admin, SetPost(Post("KOR-WATCH"))) is None
    assert node.people.post(Post("KOR-WATCH")).alternate == ""


def test_n1_a_session_is_lowered_to_a_level_below_its_own(world):
    """Choices go down from the person's own level; a lowered session has no duties, and may only go lower still."""
    node, gate = world.node("KOR"), world.sites["KOR"].gate
    watch = world.act("kor.watch")
    levels = [level.name for level in list_ceilings(node, watch, "en")]
    assert len(levels) >= 2
    assert code(set_ceiling(node, watch, "no such level")) == "unknown-value"
    assert gate.act_as(Person("kor.watch"), watch.post, levels[-1]).class_id is None  # not on record: nothing
    assert set_ceiling(node, watch, levels[1]) is None
    lowered = gate.act_as(Person("kor.watch"), watch.post, levels[1])
    assert lowered.class_id not in (None, watch.class_id)
    assert lowered.duties == ()
    assert [level.name for level in list_ceilings(node, lowered, "en")] == levels[2:]
    assert code(set_ceiling(node, lowered, levels[0])) == "unknown-value"
    assert code(set_ceiling(node, world.act("kor.admin"), levels[1])) == "not-cleared"


def test_n1_in_a_lowered_session_nobody_is_an_author():
    """Their own product above the ceiling can't be amended: as if it were not there. Nor can one whose title is below it."""
    world = World("KOR", "JPN")
    node = world.node("KOR")
    above = portion(label("KOR", "II-KUP", "KOR"))
    wholly = draft("KOR", msgspec.structs.replace(above, kind="title"))
    partly = draft("KOR", portion(label("KOR", "DAEOEBI", "KOR"), kind="title"), above)
    for made in (wholly, partly):
        expect_no_author_when_lowered(world, node, made)


def expect_no_author_when_lowered(world, node, made):
    key = world.file("kor.watch", made).key
    ceiling = list_ceilings(node, world.act("kor.watch"), "en")[-1].name
    assert set_ceiling(node, world.act("kor.watch"), ceiling) is None
    lowered = world.sites["KOR"].gate.act_as(Person("kor.watch"), Post(""), ceiling)
    assert code(amend_product(node, lowered, key, made)) == "unknown-product"
    assert world.sites["KOR"].gate.duty(lowered).explain(key) is None
    assert not isinstance(amend_product(node, world.act("kor.watch"), key, made), Refused)
