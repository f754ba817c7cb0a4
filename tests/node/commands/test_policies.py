# SPDX-License-Identifier: Apache-2.0
"""What another policy pack would change: told before anything does, by products and portions, and recorded as tried."""

import json

import msgspec
import pytest

from tearline.core.ids import Person, Post
from tearline.core.labels import load_pack
from tearline.node.commands import (
    AdmitPerson,
    Filed,
    Refused,
    WouldChange,
    act_as,
    admit_persons,
    what_would_change,
)
from tearline.node.journal import PolicyTried, decode_entry
from tests.node.commands.world import World, draft, label, portion
from tests.properties.worlds import read_pack

JOINT = label("KOR", "DAEOEBI", "KOR", "JPN", "USA")
SECRET = label("KOR", "II-KUP", "KOR", "JPN")
OWN = label("KOR", "III-KUP", "KOR", codewords=["DALBIT"])
SENT_UP = b'<spif:equivalentClassification policyRef="EXERCISE EXNET" lacv="2" applied="both" />'
HELD_BACK = SENT_UP.replace(b'"both"', b'"decrypt"')
ONE_CASE = json.dumps([{"label": {"policy": "PUBLIC", "classification": "UNMARKED"}, "valid": True}]).encode()


def change(*replaced, file="kor.spif.xml"):
    """The shipped pack with some bytes of a file replaced, and a table of one case."""
    files = {**read_pack(), "cases.json": ONE_CASE}
    for old, new in replaced:
        assert old in files[file], old
        files[file] = files[file].replace(old, new)
    return files


@pytest.fixture
def world():
    return make_world()


def make_world():
    made = World("KOR", "JPN", "USA")
    admit_persons(
        made.node("KOR"),
        [
            AdmitPerson(Person("kor.admin"), duties=("administration",), cleared=False),
            AdmitPerson(
                Person("kor.cleared"), ("DALBIT",), (Post("KOR-WATCH"),), ("watch", "administration")
            ),
        ],
    )
    for member in ("JPN", "USA"):
        name = Person(f"{member.lower()}.admin")
        admit_persons(made.node(member), [AdmitPerson(name, duties=("administration",), cleared=False)])
    return made


def admin(world, name="kor.admin"):
    return act_as(world.node("KOR"), Person(name))


def file(world, *portions):
    filed = world.file("kor.cleared", draft("KOR", *portions))
    assert isinstance(filed, Filed), filed
    return filed.key


def ask(world, files, name="kor.admin"):
    found = what_would_change(world.node("KOR"), admin(world, name), files)
    assert isinstance(found, WouldChange), found
    return found


def test_the_same_pack_changes_nothing_and_is_recorded(world):
    """Nobody gains or loses; the journal says who tried what."""
    file(world, portion(JOINT, tag="AA", kind="title"))
    node = world.node("KOR")
    size = node.journal.size()
    found = ask(world, read_pack())
    assert found.current == found.candidate == node.book.digest()[:16]
    assert (found.policies, found.members, found.people, found.labels) == ((), (), (), ())
    entries = [decode_entry(r.entry) for r in node.journal.records(size, 10)]
    assert [type(e) for e in entries] == [PolicyTried]
    assert (entries[0].actor, entries[0].candidate) == ("kor.admin", found.candidate)


def test_n2_who_would_gain_and_lose_is_told_by_portion(world):
    """A level that goes abroad no more: what was released of it would be recalled; the other way round it might go."""
    key = file(
        world, portion(JOINT, tag="AA", kind="title"), portion(SECRET, tag="BB"), portion(OWN, tag="CC")
    )
    officer = next(
        p for p, r in world.node("KOR").people.persons.items() if "release" in r.duties and r.posts
    )
    post = next(p for p in world.node("KOR").people.persons[officer].posts if p.endswith("-RELEASE"))
    released = world.approve(officer, key, "JPN", "USA", post=post)
    assert not isinstance(released, Refused), released
    world.pump()
    found = ask(world, change((SENT_UP, HELD_BACK)))
    losses = {m.member: [(c.key, c.lost) for c in m.products] for m in found.members}
    assert losses == {"JPN": [(key, ("AA",))], "USA": [(key, ("AA",))]}
    assert all((m.gaining, m.losing) == (0, 1) for m in found.members)
    assert [(p.policy, p.what) for p in found.policies] == [("EXERCISE KOR", "changed")]
    assert found.people == ()  # at home the level is what it was


def test_n2_gains_are_told_and_given_to_nobody(monkeypatch):
    """A level that goes abroad at last: who might have it is told, for the desk; nothing leaves by asking."""
    monkeypatch.setattr(
        "tests.node.commands.world.shared_book", lambda: load_pack(change((SENT_UP, HELD_BACK)))
    )
    world = make_world()
    key = file(world, portion(JOINT, tag="AA", kind="title"))
    found = ask(world, read_pack())
    gains = {m.member: [(c.key, c.gained, c.lost) for c in m.products] for m in found.members}
    assert gains == {"JPN": [(key, ("AA",), ())], "USA": [(key, ("AA",), ())]}
    assert world.lanes("KOR", "JPN") == {}


def test_n5_people_lose_what_is_no_label_any_more(world):
    """A codeword that the pack gives up: who reads it now would not; the label and why are named to who sees it."""
    key = file(world, portion(JOINT, tag="AA", kind="title"), portion(OWN, tag="CC"))
    obsolete = change((b'name="DALBIT" lacv="2"', b'name="DALBIT" lacv="2" obsolete="true"'))
    found = ask(world, obsolete)
    (people,) = [p for p in found.people if "kor.cleared" in p.persons]
    assert [(c.key, c.gained, c.lost) for c in people.products] == [(key, (), ("CC",))]
    assert (found.labels, found.hidden_labels) == ((), 1)
    seen = ask(world, obsolete, "kor.cleared")
    assert [(c.old_mark, c.new_mark, c.wordings) for c in seen.labels] == [
        ("EXERCISE KOR III-KUP//DALBIT//REL TO KOR", "", 1)
    ]
    assert seen.labels[0].words == ("DALBIT is obsolete",)


def test_a_mark_that_changes_is_shown_before_and_after(world):
    file(world, portion(SECRET, tag="AA", kind="title"))
    found = ask(world, change((b'phrase="II-KUP"', b'phrase="SECOND"')), "kor.cleared")
    assert [(c.old_mark, c.new_mark) for c in found.labels] == [
        ("EXERCISE KOR II-KUP//REL TO KOR, JPN", "EXERCISE KOR SECOND//REL TO KOR, JPN")
    ]
    assert (found.members, found.people) == ((), ())


def test_n5_a_word_that_a_clearance_needs_and_the_pack_lacks_is_a_problem(world):
    """A renamed codeword is missed by who holds it."""
    found = ask(world, change((b'name="DALBIT"', b'name="DALBYEOL"')))
    assert ("unknown-codeword", "KOR", "DALBIT") in {(p.code, p.member, p.value) for p in found.problems}


def test_n5_a_pack_that_no_node_takes_is_refused_by_its_reason(world):
    """Its own fault, its failing case, the other kind, a pack without us; and nothing is recorded."""
    node = world.node("KOR")
    size = node.journal.size()
    failing = json.dumps([{"label": {"policy": "PUBLIC", "classification": "UNMARKED"}, "valid": False}])
    refused = {
        "bad-pack": {**read_pack(), "pack.json": b"{}"},
        "cases-failed": {**read_pack(), "cases.json": failing.encode()},
        "no-cases": {n: raw for n, raw in read_pack().items() if n != "cases.json"},
        "bad-spif": {**read_pack(), "kor.spif.xml": b"<SPIF/>"},
    }
    for code, files in refused.items():
        found = what_would_change(node, admin(world), files)
        assert isinstance(found, Refused)
        assert found.code == code
    assert node.journal.size() == size


def test_n7_only_an_administrator_asks(world):
    """No duty, no answer; a lowered session has none."""
    lowered = msgspec.structs.replace(admin(world, "kor.cleared"), duties=(), ceiling="DAEOEBI")
    for acting in (world.act("kor.watch"), world.act("kor.disclosure"), lowered):
        found = what_would_change(world.node("KOR"), acting, read_pack())
        assert isinstance(found, Refused)
        assert found.code == "no-authority"
