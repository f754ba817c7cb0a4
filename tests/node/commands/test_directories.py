# SPDX-License-Identifier: Apache-2.0
"""Another directory of the network: one entry and one commit, losses at once, gains on the desk, nothing to who left."""

import msgspec
import pytest

from tearline.core.errors import IntegrityError, UsageError
from tearline.core.ids import Person, Post
from tearline.core.instants import MINUTE
from tearline.node.commands import (
    AdmitPerson,
    DirectoryInForce,
    DirectoryWouldChange,
    Filed,
    Refused,
    TakeDirectory,
    admit_persons,
    amend_product,
    recall_product,
    take_directory,
    what_directory_would_change,
)
from tearline.node.journal import DirectoryTaken, DirectoryTried, ReadersTold, ShareRecalled, decode_entry
from tearline.node.trust import sign_directory
from tearline.node.trust.keys import make_signer
from tests.node.commands.test_adopt import appearances, state
from tests.node.commands.test_policies import JOINT, OWN
from tests.node.commands.world import World, draft, label, portion
from tests.simulation.network import AUTHORITY, Site, leave

HIGH = label("KOR", "III-KUP", "KOR", "JPN", "USA")


def make_world():
    made = World("KOR", "JPN", "USA")
    admit_persons(
        made.node("KOR"),
        [
            AdmitPerson(Person("kor.admin"), duties=("administration",), cleared=False),
            AdmitPerson(Person("kor.cleared"), ("DALBIT",), (Post("KOR-WATCH"),), ("watch",)),
        ],
    )
    return made


@pytest.fixture
def world():
    return make_world()


def file(world, *portions, person="kor.analyst"):
    filed = world.file(person, draft("KOR", *portions))
    assert isinstance(filed, Filed), filed
    return filed.key


def send(world, key, *members):
    released = world.approve("kor.disclosure", key, *members)
    assert not isinstance(released, Refused), released
    world.pump()


def next_directory(world, **changes):
    """Signed: the one that follows the one in force, with some members' records changed."""
    found = world.directory
    members = {**found.members}
    for code, fields in changes.items():
        if code.isupper():
            members[code] = msgspec.structs.replace(members[code], **fields)
    rest = {name: value for name, value in changes.items() if not name.isupper()}
    following = {"version": found.version + 1, "members": members, **rest}
    return sign_directory(msgspec.structs.replace(found, **following), AUTHORITY)


def look(world, raw, name="kor.admin"):
    return what_directory_would_change(world.node("KOR"), world.act(name), raw)


def take(world, raw):
    """Try, and take over what was shown."""
    shown = look(world, raw)
    assert isinstance(shown, DirectoryWouldChange), shown
    asked = TakeDirectory(shown.sha256, shown.check)
    made = take_directory(world.node("KOR"), world.act("kor.admin"), raw, asked)
    if isinstance(made, DirectoryInForce):
        world.directory = world.node("KOR").directory
    return made


def pending(world, key):
    return world.node("KOR").desk.items[key.partition(".")[2]].pending


def whole(node):
    """What a restart must find again, the directory among it."""
    members = {member: node.sights.classes.values[number] for member, number in node.member_classes.items()}
    return (
        state(node),
        node.directory,
        node.signed_directory(),
        node.directory_at,
        members,
        node.people.ceiling,
    )


def restart(world, member="KOR"):
    before = whole(world.node(member))
    world.sites[member].start()
    assert whole(world.node(member)) == before


def test_n7_a_lowered_clearance_recalls_with_the_rest_whole_in_the_commit_of_one_entry(world):
    """What a member may not hold any more leaves it; what was sent beside it stays, and so does everybody else's."""
    key = file(world, portion(JOINT, tag="AA", kind="title"), portion(HIGH, tag="BB"))
    send(world, key, "JPN", "USA")
    node = world.node("KOR")
    raw = next_directory(world, JPN={"ceiling": "CHUI"})
    size = node.journal.size()
    made = take(world, raw)
    assert (made.version, made.recalled, made.proposed, made.opened) == (2, 1, 0, 0)
    entries = [decode_entry(r.entry) for r in node.journal.records(size, 10)]
    assert [type(e) for e in entries] == [DirectoryTried, DirectoryTaken, ShareRecalled]
    assert (entries[1].actor, entries[1].version, entries[1].sha256) == ("kor.admin", 2, entries[0].sha256)
    assert (entries[2].member, entries[2].lane, entries[2].lost) == ("JPN", "FLASH", ("BB",))
    assert node.signed_directory() == world.sites["KOR"].folder.raw == raw
    world.pump()
    assert world.share("JPN", key) == {"AA": 1}
    assert world.share("USA", key) == {"AA": 1, "BB": 1}
    assert [row.purpose for row in world.register("kor.disclosure") if row.what == "recalled"] == [
        "directory"
    ]
    restart(world)


def test_n2_a_raised_clearance_waits_on_the_desk_and_leaves_with_a_decision(world):
    take(world, next_directory(world, JPN={"ceiling": "CHUI"}))
    key = file(world, portion(JOINT, tag="AA", kind="title"), portion(HIGH, tag="BB"))
    send(world, key, "JPN", "USA")
    assert world.share("JPN", key) == {"AA": 1}
    made = take(world, next_directory(world, JPN={"ceiling": "HI"}))
    assert (made.recalled, made.proposed) == (0, 1)
    assert pending(world, key) == ("JPN",)
    world.pump()
    assert world.share("JPN", key) == {"AA": 1}
    world.change_directory()  # JPN learns of its own clearance
    send(world, key, "JPN")
    assert world.share("JPN", key) == {"AA": 1, "BB": 1}
    restart(world)


def test_d1_each_entry_is_decided_under_the_directory_of_its_day(world):
    """What a member had before it was cleared for less is what a restart finds; and who came and left, and came again."""
    first = file(world, portion(HIGH, tag="AA", kind="title"))
    send(world, first, "JPN")
    take(world, next_directory(world, JPN={"ceiling": "CHUI"}, USA={"codewords": ()}))
    second = file(world, portion(HIGH, tag="AA", kind="title"))
    assert pending(world, second) == ("USA",)
    restart(world)
    together = world.directory
    leave(world, "JPN")
    world.sites["KOR"].follow()
    restart(world)
    world.bring(members=together.members, agreements=together.agreements)
    world.sites["KOR"].follow()
    restart(world)


def make_old_world(monkeypatch):
    """A node that ran before directories were in journals, at its next start; and what it held until then."""
    with monkeypatch.context() as patch:
        patch.setattr(Site, "follow", lambda _site: None)
        world = make_world()
        key = file(world, portion(JOINT, tag="AA", kind="title"), portion(HIGH, tag="BB"))
        assert world.node("KOR").directory_at is None
    before = appearances(world.node("KOR"))
    world.clock.operational += MINUTE
    world.sites["KOR"].start()
    return world, key, before


def test_d1_a_journal_without_a_directory_gets_the_one_of_its_folder(monkeypatch):
    """Its first entry counts for all that came before it: a newer directory in the folder doesn't."""
    world, key, before = make_old_world(monkeypatch)
    node = world.node("KOR")
    entry = decode_entry(node.journal.records(node.directory_at, 1)[0].entry)
    assert (entry.actor, entry.version) == ("node", 1)
    assert appearances(node) == before
    world.clock.operational += MINUTE
    take(world, next_directory(world, KOR={"ceiling": "DAEOEBI"}))
    class_id = world.act("kor.analyst").class_id
    former = node.catalogue.histories.list(class_id, key)
    restart(world)
    assert world.node("KOR").catalogue.histories.list(class_id, key) == former


def test_d1_a_crash_between_journal_and_folder_leaves_the_directory_of_the_journal(world):
    """The commit counts; the folder's file follows at the next start."""
    folder = world.sites["KOR"].folder
    old = folder.raw
    take(world, next_directory(world, JPN={"ceiling": "CHUI"}))
    new = folder.raw
    for left in (old, b""):
        folder.raw = left
        world.sites["KOR"].start()
        assert world.node("KOR").directory.version == 2
        assert folder.raw == new


def test_d1_a_directory_that_a_stopped_node_was_brought_is_taken_over_with_all_that_follows(world):
    """Before it serves anybody: what a member may not hold any more is on its way when the first partner asks."""
    key = file(world, portion(JOINT, tag="AA", kind="title"), portion(HIGH, tag="BB"))
    send(world, key, "JPN")
    japan = msgspec.structs.replace(world.directory.members["JPN"], ceiling="CHUI")
    world.bring(members={**world.directory.members, "JPN": japan})
    world.sites["KOR"].start()
    node = world.node("KOR")
    entry = decode_entry(node.journal.records(node.directory_at, 1)[0].entry)
    assert (entry.actor, entry.version) == ("node", 2)
    world.pump()
    assert world.share("JPN", key) == {"AA": 1}


def test_n5_a_node_starts_under_no_other_directory_of_the_same_version_and_under_none_without_it(world):
    """Both are refused before anything is written."""
    site = world.sites["KOR"]
    take(world, next_directory(world))
    size = world.node("KOR").journal.size()
    site.folder.bring(msgspec.structs.replace(world.directory, policy="OTHER"))
    with pytest.raises(IntegrityError) as caught:
        site.start()
    assert caught.value.code == "directory-fork"
    members = {m: r for m, r in world.directory.members.items() if m != "KOR"}
    site.folder.bring(msgspec.structs.replace(world.directory, version=3, members=members, agreements=()))
    with pytest.raises(UsageError) as gone:
        site.start()
    assert gone.value.code == "not-a-member"
    assert world.node("KOR").journal.size() == size


def test_n7_to_who_left_nothing_goes_any_more(world):
    """What waits for it goes from the desk; a new text passes it over; what it sends is not taken."""
    first = file(world, portion(JOINT, tag="AA", kind="title"))
    send(world, first, "JPN", "USA")
    second = file(world, portion(JOINT, tag="AA", kind="title"))
    assert pending(world, second) == ("JPN", "USA")
    lanes = world.lanes("KOR", "JPN")
    leave(world, "JPN")
    raw = world.sites["KOR"].folder.raw
    shown = look(world, raw)
    (change,) = [m for m in shown.members if m.what == "leaves"]
    assert (change.member, change.held) == ("JPN", 1)
    assert isinstance(take(world, raw), DirectoryInForce)
    node = world.node("KOR")
    assert pending(world, second) == ("USA",)
    assert "JPN" not in node.member_classes
    assert node.agreement_with("JPN") is None
    acting = world.act("kor.analyst")
    amend_product(node, acting, first, draft("KOR", portion(JOINT, "other words", tag="AA", kind="title")))
    assert world.lanes("KOR", "JPN") == lanes
    with pytest.raises(IntegrityError) as caught:
        world.sites["KOR"].inbox.accept("JPN", "ROUTINE", 0, [], "")
    assert caught.value.code == "unknown-lane"
    restart(world)


def test_n7_who_comes_again_with_less_has_what_it_may_not_hold_recalled(world):
    """Nobody saw to it while the member was away: what it was sent is looked at when it is a member again."""
    key = file(world, portion(JOINT, tag="AA", kind="title"), portion(HIGH, tag="BB"))
    send(world, key, "JPN")
    together = world.directory
    leave(world, "JPN")
    assert world.sites["KOR"].follow().recalled == 0
    lanes = world.lanes("KOR", "JPN")
    japan = msgspec.structs.replace(together.members["JPN"], ceiling="CHUI")
    world.bring(members={**together.members, "JPN": japan}, agreements=together.agreements)
    made = world.sites["KOR"].follow()
    assert (made.recalled, made.proposed) == (1, 0)
    world.sites["JPN"].follow()
    assert world.lanes("KOR", "JPN") == {**lanes, "FLASH": lanes.get("FLASH", 0) + 1}
    world.pump()
    assert world.share("JPN", key) == {"AA": 1}
    restart(world)


def test_n7_a_recall_from_who_left_waits_for_its_return(world):
    """It is on record as sent and not answered: a member that comes again gets it first."""
    key = file(world, portion(JOINT, tag="AA", kind="title"))
    send(world, key, "JPN")
    together = world.directory
    leave(world, "JPN")
    world.sites["KOR"].follow()
    node = world.node("KOR")
    made = recall_product(node, world.act("kor.analyst"), key, ("JPN",), "error")
    assert not isinstance(made, Refused), made
    assert [r.state for r in node.releases.recalls] == ["sent"]
    world.bring(members=together.members, agreements=together.agreements)
    world.sites["KOR"].follow()
    world.sites["JPN"].follow()
    world.pump()
    assert world.share("JPN", key) is None
    assert [r.state for r in node.releases.recalls] == ["destroyed"]


def test_n2_a_new_member_is_given_nothing_by_itself_and_exchanges_from_then_on(world):
    """A member more, into a running network: what is filed from now on may go to it, and what it sends is taken."""
    before = file(world, portion(label("KOR", "DAEOEBI", "KOR", "USA", "NZL"), tag="AA", kind="title"))
    send(world, before, "USA")
    whole_script = World()
    joined = msgspec.structs.replace(whole_script.directory.members["NZL"])
    (agreement,) = world.directory.agreements
    agreement = msgspec.structs.replace(
        agreement,
        parties=(*agreement.parties, "NZL"),
        highest={**agreement.highest, "NZL": "CONFIDENTIAL"},
        purge={**agreement.purge, "NZL": "confirm"},
    )
    raw = next_directory(world, members={**world.directory.members, "NZL": joined}, agreements=(agreement,))
    shown = look(world, raw)
    assert [(m.member, m.what) for m in shown.members] == [("NZL", "joins")]
    assert [(a.id, a.what) for a in shown.agreements] == [("PL23", "changed")]
    assert (shown.readers, shown.people, shown.obstacles) == ((), (), ())
    made = take(world, raw)
    assert (made.members, made.recalled, made.proposed) == (("JPN", "KOR", "NZL", "USA"), 0, 0)
    assert pending(world, before) == ()
    world.keys["NZL"] = whole_script.keys["NZL"]
    world.members.append("NZL")
    world.sites["NZL"] = Site(world, "NZL")
    after = file(world, portion(label("KOR", "DAEOEBI", "KOR", "USA", "NZL"), tag="AA", kind="title"))
    assert pending(world, after) == ("NZL", "USA") or pending(world, after) == ("USA", "NZL")
    send(world, after, "NZL")
    assert world.share("NZL", after) == {"AA": 1}
    assert world.share("NZL", before) is None
    restart(world)


def test_n7_readers_here_lose_at_once_what_our_own_clearance_does_not_cover_any_more(world):
    """And are told by reference; a session that was lowered stays as low."""
    key = file(
        world,
        portion(label("KOR", "DAEOEBI", "KOR"), tag="AA", kind="title"),
        portion(OWN, tag="BB"),
        person="kor.cleared",
    )
    node = world.node("KOR")
    assert world.tags("kor.cleared", key) == ("AA", "BB")
    assert world.reading("kor.cleared").get(key) is not None
    raw = next_directory(world, KOR={"ceiling": "DAEOEBI"})
    shown = look(world, raw)
    assert [(r.member, r.ceiling, r.losing) for r in shown.people if "kor.cleared" in r.persons] == [
        ("KOR", "DAEOEBI", 1)
    ]
    size = node.journal.size()
    assert isinstance(take(world, raw), DirectoryInForce)
    entries = [decode_entry(r.entry) for r in node.journal.records(size + 1, 10)]
    assert [type(e) for e in entries] == [DirectoryTaken, ReadersTold]
    assert world.tags("kor.cleared", key) == ("AA",)
    assert node.people.ceiling == "DAEOEBI"
    restart(world)


def test_a3_what_takes_effect_is_what_was_shown(world):
    """Another file, another answer by now, a mistyped check: refused, and nothing is recorded."""
    key = file(world, portion(HIGH, tag="AA", kind="title"))
    node, raw = world.node("KOR"), next_directory(world, JPN={"ceiling": "CHUI"})
    shown = look(world, raw)
    size = node.journal.size()

    def ask(raw, sha256, check):
        found = take_directory(node, world.act("kor.admin"), raw, TakeDirectory(sha256, check))
        assert isinstance(found, Refused)
        return found.code

    assert ask(next_directory(world, USA={"name": "X"}), shown.sha256, shown.check) == "other-answer"
    assert ask(raw, shown.sha256, "AAAAAA") == "other-answer"
    assert node.journal.size() == size
    send(world, key, "JPN")  # now it would lose it
    assert ask(raw, shown.sha256, shown.check) == "other-answer"
    assert isinstance(take(world, raw), DirectoryInForce)
    assert ask(raw, shown.sha256, shown.check) == "same-directory"


def test_n5_what_no_running_node_takes_over_is_refused_with_advice(world):
    """Unsigned, expired, older, a fork, without this node; and what would change what this node listens and signs with."""
    members = {m: r for m, r in world.directory.members.items() if m != "KOR"}
    take(world, next_directory(world))
    found = world.directory
    expired = {"issued_at": 1, "expires_at": 2}
    stranger = make_signer("other", b"B" * 32)
    own = world.directory.members["KOR"]
    moved = msgspec.structs.replace(own.address, port=own.address.port + 1_000)
    another = stranger.public
    changed = (
        {"address": moved},
        {"node": "seoul-2"},
        {"stream_key": another},
        {"seal_key": another},
        {"spki_sha256": bytes(32)},
    )
    cases = {
        "directory-refused": sign_directory(msgspec.structs.replace(found, version=9), stranger),
        "directory-fork": sign_directory(msgspec.structs.replace(found, policy="OTHER"), AUTHORITY),
        "directory-rollback": sign_directory(msgspec.structs.replace(found, version=1), AUTHORITY),
        "directory-expired": next_directory(world, **expired),
        "not-a-member": next_directory(world, members=members, agreements=()),
    }
    for code, raw in (*cases.items(), ("directory-refused", b"{}"), ("directory-refused", b"a note")):
        refused = look(world, raw)
        assert isinstance(refused, Refused)
        assert refused.code == code
        assert ". " in refused.words  # what happened, and what to do
    for fields in changed:
        raw = next_directory(world, KOR=fields)
        shown = look(world, raw)
        assert [o.code for o in shown.obstacles] == ["own-node"]
        assert "start it" in shown.obstacles[0].words
        refused = take(world, raw)
        assert isinstance(refused, Refused)
        assert refused.code == "own-node"
    assert world.node("KOR").directory.version == 2


def test_n7_only_an_administrator_takes_a_directory_over(world):
    raw = next_directory(world)
    shown = look(world, raw)
    for name in ("kor.watch", "kor.disclosure", "kor.security"):
        asked = TakeDirectory(shown.sha256, shown.check)
        for found in (look(world, raw, name), take_directory(world.node("KOR"), world.act(name), raw, asked)):
            assert isinstance(found, Refused)
            assert found.code == "no-authority"
