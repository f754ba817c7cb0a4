# SPDX-License-Identifier: Apache-2.0
"""A node's disk is lost, its backup is old, partners hold more: what each side knows, believes and does again."""

import json

import pytest

from tearline.core.errors import IntegrityError
from tearline.core.exchange import Held, parse_announcement, print_announcement
from tearline.core.log import make_signer, parse_note, sign_note
from tearline.node.commands import (
    Recalled,
    Refused,
    amend_product,
    export_bundle,
    import_bundle,
    recall_product,
    take_back,
)
from tearline.node.commands.lives import announce_incarnation
from tests.node.commands.world import World, draft, label, portion

BOTH = label("KOR", "III-KUP", "KOR", "JPN", "USA")
JPN_ONLY = label("KOR", "III-KUP", "KOR", "JPN")


@pytest.fixture
def world():
    return World("KOR", "JPN", "USA")


def release(world, *members, of=BOTH, text="Three ships left port"):
    done = world.file(
        "kor.analyst", draft("KOR", portion(of, "Port", "TI", "title"), portion(of, text, "AA"))
    )
    assert not isinstance(done, Refused), done
    pending = [m for m in members if m in done.pending]
    if pending:
        assert not isinstance(world.approve("kor.disclosure", done.key, *pending), Refused)
    world.pump()
    return done.key


def amend(world, key, text="", title="Port"):
    """Other words, approved; without a text the second portion is taken out."""
    second = [portion(BOTH, text, "AA")] if text else []
    made = draft("KOR", portion(BOTH, title, "TI", "title"), *second)
    done = amend_product(world.node("KOR"), world.act("kor.analyst"), key, made)
    assert not isinstance(done, Refused), done
    world.pump()
    item = world.node("KOR").desk.items[key[4:]]
    if item.pending:
        assert not isinstance(world.approve("kor.disclosure", key, *item.pending), Refused)
        world.pump()


def texts(world, member, key):
    content = world.node(member).catalogue.content(key)
    return [v.body.wordings[0].text for p in content.portions for v in p.variants]


def lose(world, backup, *cut):
    """KOR goes on from the backup; the links to ``cut`` are down meanwhile."""
    world.closed |= {frozenset(("KOR", m)) for m in cut}
    world.sites["KOR"].restore(backup)


def note_for(world, peer):
    return announce_incarnation(world.node("KOR"), peer, 1)


def resign(world, note, keys, **changes):
    """The announcement changed, and signed with these keys of KOR."""
    text = parse_note(note).text
    raw = json.loads(text.split("\n")[1]) | changes
    first = text.split("\n")[0]
    again = f"{first}\n{json.dumps(raw, sort_keys=True, separators=(',', ':'))}\n"
    signers = [getattr(world.keys["KOR"], name) for name in keys]
    return sign_note(again, *(make_signer(k.name, k.public, k.sign) for k in signers))


def test_n1_an_announcement_says_nothing_of_what_others_were_sent():
    """Two worlds that differ in what USA was sent: JPN is told the same."""
    told = []
    for others in ((), ("USA",)):
        one = World("KOR", "JPN", "USA")
        release(one, "JPN", of=JPN_ONLY)
        backup = one.sites["KOR"].back_up()
        for _ in others:
            release(one, "USA", of=label("KOR", "III-KUP", "KOR", "USA"))
            backup = one.sites["KOR"].back_up()
        lose(one, backup)
        told.append(parse_announcement(parse_note(note_for(one, "JPN")).text))
    assert told[0].kept == told[1].kept
    assert {t.receiver for t in told} == {"JPN"}
    assert "USA" not in print_announcement(told[1])


def test_d3_n2_what_a_partner_never_got_goes_again_and_what_it_has_stays(world):
    before = release(world, "JPN")
    world.closed |= {frozenset(("KOR", "JPN"))}
    waiting = release(world, "JPN")  # in the backup, and never received
    backup = world.sites["KOR"].back_up()
    lose(world, backup)
    world.closed.clear()
    fresh = release(world, "JPN")
    world.pump()
    assert all(world.share("JPN", key) for key in (before, waiting, fresh))
    assert world.node("JPN").streams.incarnation_of("KOR") == world.node("KOR").streams.incarnation
    assert world.refusals == []


def test_d3_an_amendment_of_the_new_life_is_newer_than_one_that_was_lost(world):
    """The lost revision is known to JPN alone, which can't be asked: a count from the backup would be taken for an old one."""
    key = release(world, "JPN")
    backup = world.sites["KOR"].back_up()
    for text in ("Four ships", "Five ships", "Six ships"):
        amend(world, key, text)
    lose(world, backup, "JPN", "USA")
    amend(world, key, "Two ships")
    world.closed.clear()
    world.pump()
    assert texts(world, "JPN", key) == ["Port", "Two ships"]


def test_d4_a_lost_product_is_known_again_and_recalled(world):
    backup = world.sites["KOR"].back_up()
    key = release(world, "JPN", "USA")
    lose(world, backup)
    assert world.share("KOR", key) == {"TI": 1, "AA": 1}
    assert [(r.what, r.member) for r in world.register("kor.disclosure")][-2:] == [
        ("recovered", "JPN"),
        ("recovered", "USA"),
    ]
    officer = world.act("kor.disclosure")
    done = recall_product(world.node("KOR"), officer, key, ("JPN", "USA"), "error")
    assert isinstance(done, Recalled), done
    world.pump()
    assert world.share("JPN", key) is None
    assert world.share("USA", key) is None
    assert all(recall.records for recall in world.node("KOR").releases.recalls)


def test_d4_a_recall_that_was_lost_is_open_again_until_it_is_answered(world):
    key = release(world, "JPN")
    backup = world.sites["KOR"].back_up()
    officer = world.act("kor.disclosure")
    assert isinstance(recall_product(world.node("KOR"), officer, key, ("JPN",), "error"), Recalled)
    world.carry("KOR", "JPN")
    lose(world, backup)
    assert [r.member for r in world.node("KOR").releases.recalls] == ["JPN"]
    assert world.node("KOR").releases.sent[key[4:]]["JPN"].withdrawn
    world.pump()
    assert all(recall.records for recall in world.node("KOR").releases.recalls)


def test_d4_what_a_restored_node_had_destroyed_is_called_back_once_more(world):
    """JPN's backup holds the text. It had answered for the recall, other words came, and the recall's own payload is gone."""
    key = release(world, "JPN", text="CANARY of the port")
    backup = world.sites["JPN"].back_up()
    amend(world, key)
    amend(world, key, title="Harbour")
    disk = world.sites["JPN"].journal_disk
    assert not any(b"CANARY" in opening.body for opening in disk.payloads.values())
    world.sites["JPN"].restore(backup)
    assert any(b"CANARY" in opening.body for opening in disk.payloads.values())
    world.pump()
    assert not any(b"CANARY" in opening.body for opening in disk.payloads.values())
    assert texts(world, "JPN", key) == ["Harbour"]
    assert all(recall.records for recall in world.node("KOR").releases.recalls)


FORGED = {
    "by the stream key alone": (("stream",), {}),
    "by the anchor key alone": (("anchor",), {}),
    "for another": (("anchor", "stream"), {"receiver": "USA"}),
    "from another": (("anchor", "stream"), {"sender": "USA/node-1"}),
}


@pytest.mark.parametrize("what", FORGED)
def test_n5_an_announcement_that_is_not_both_keys_word_to_us_ends_no_stream(world, what):
    release(world, "JPN")
    lose(world, world.sites["KOR"].back_up(), "JPN", "USA")
    keys, changes = FORGED[what]
    inbox = world.sites["JPN"].inbox
    with pytest.raises(IntegrityError):
        inbox.begin("KOR", resign(world, note_for(world, "JPN"), keys, **changes))
    assert inbox.incarnation("KOR") == 1
    assert world.node("JPN").streams.stopped == {}


def test_a2_a_backup_that_is_not_the_beginning_of_what_was_received_stops_the_lane(world):
    release(world, "JPN")
    lose(world, world.sites["KOR"].back_up(), "JPN", "USA")
    note = note_for(world, "JPN")
    kept = json.loads(parse_note(note).text.split("\n")[1])["kept"]
    forked = resign(world, note, ("anchor", "stream"), kept=[kept[0] | {"root": "00" * 32}])
    inbox, streams = world.sites["JPN"].inbox, world.node("JPN").streams
    for _ in range(2):
        with pytest.raises(IntegrityError, match="another history"):
            inbox.begin("KOR", forked)
    assert streams.stopped == {("KOR", kept[0]["lane"]): "incarnation-fork"}
    assert inbox.incarnation("KOR") == 1


def test_a2_two_beginnings_of_one_incarnation_stop_the_stream_and_a_later_one_ends_both(world):
    release(world, "JPN")
    lose(world, world.sites["KOR"].back_up())
    note = note_for(world, "JPN")
    inbox, streams = world.sites["JPN"].inbox, world.node("JPN").streams
    inbox.begin("KOR", note)
    life = inbox.incarnation("KOR")
    inbox.begin("KOR", note)  # carriers repeat
    inbox.begin("KOR", note + parse_note(note).signatures[0].print())  # and may add to it
    assert streams.stopped == {}
    with pytest.raises(IntegrityError, match="twice"):
        inbox.begin("KOR", resign(world, note, ("anchor", "stream"), at=7))
    assert set(streams.stopped.values()) == {"incarnation-conflict"}
    inbox.begin("KOR", resign(world, note, ("anchor", "stream"), incarnation=life + 1, before=life, kept=[]))
    assert streams.stopped == {}
    with pytest.raises(IntegrityError, match="already"):
        inbox.begin("KOR", note)


def test_a2_the_former_lanes_are_closed_and_their_readers_keep_what_they_have(world):
    key = release(world, "JPN")
    old = world.sites["KOR"].mail
    lose(world, world.sites["KOR"].back_up())
    world.pump()
    world.sites["KOR"].mail, now = old, world.sites["KOR"].mail
    held = world.sites["JPN"].inbox.held("KOR")
    run = old.run("JPN", "PRIORITY", 0)
    with pytest.raises(IntegrityError):
        world.sites["JPN"].inbox.accept("KOR", "PRIORITY", 0, run.items, run.checkpoint)
    world.sites["KOR"].mail = now
    assert world.sites["JPN"].inbox.held("KOR") == held
    assert world.share("JPN", key)


def test_n5_nothing_is_taken_back_that_this_node_did_not_sign(world):
    backup = world.sites["KOR"].back_up()
    release(world, "JPN", "USA")
    there = world.sites["JPN"].inbox
    _, lane, size = next(row for row in there.standing("KOR").held if row[2])
    run = there.give_back("KOR", 1, lane, 0)
    theirs = world.sites["USA"].inbox.give_back("KOR", 1, lane, 0)
    lose(world, backup, "JPN", "USA")
    node = world.node("KOR")
    with pytest.raises(IntegrityError):
        take_back(node, "JPN", 1, lane, theirs)  # another's stream
    with pytest.raises(IntegrityError):
        take_back(node, "JPN", node.streams.incarnation, lane, run)  # of a life that has not ended
    assert take_back(node, "JPN", 1, lane, run) == size
    assert take_back(node, "JPN", 1, lane, run) == size


def test_n1_a_node_gives_back_to_each_its_own_stream(world):
    release(world, "JPN", "USA")
    there = world.sites["JPN"].inbox
    assert there.standing("USA").held == ()
    assert there.give_back("USA", 1, "PRIORITY", 0) is None
    assert there.give_back("KOR", 7, "PRIORITY", 0) is None
    assert all(len(life) == 3 for life in there.standing("KOR").held)


def test_a1_a_claim_of_more_than_there_is_is_an_alarm_and_holds_that_partner_alone(world):
    node, site = world.node("KOR"), world.sites["KOR"]
    world.closed |= {frozenset(("KOR", "JPN"))}
    for _ in range(2):
        site.inbox.acknowledge("JPN", {"FLASH": Held(99)})
    alarms = [json.loads(h)["entry"] for h in site.journal_disk.headers if b"partner-ahead" in h]
    assert [(a["entry"], a["detail"]) for a in alarms] == [("AlarmRaised", "JPN")]
    key = release(world, "JPN", "USA")
    assert world.share("USA", key)
    assert not any(peer == "JPN" for peer, _ in site.mail.items)
    assert [p.code for p in world.duty("kor.admin").partners() if p.ahead] == ["JPN"]
    site.inbox.acknowledge("JPN", {})  # it takes it back
    assert node.ahead == set()
    world.closed.clear()
    world.pump()
    assert world.share("JPN", key)


def carry_file(world, sender, receiver):
    """A stick: what the sender has for the receiver, from the start."""
    keepers = {"KOR": "kor.admin", "JPN": "jpn.security"}
    site, there = world.sites[sender], world.sites[receiver]
    made = export_bundle(site.node, site.courier(), world.act(keepers[sender]), receiver, "start")
    assert not isinstance(made, Refused), made
    return import_bundle(there.node, there.courier(), world.act(keepers[receiver]), made.file)


def test_d2_n2_a_file_carries_the_announcement_and_the_answer_where_there_is_no_link(world):
    """What was in the backup and never arrived goes again."""
    release(world, "JPN")
    world.closed |= {frozenset(("KOR", "JPN"))}
    waiting = release(world, "JPN")
    lose(world, world.sites["KOR"].back_up())
    done = carry_file(world, "KOR", "JPN")
    assert not isinstance(done, Refused), done
    assert world.node("JPN").streams.incarnation_of("KOR") == world.node("KOR").streams.incarnation
    carry_file(world, "JPN", "KOR")
    assert not world.node("KOR").streams.is_recovering("JPN")
    carry_file(world, "KOR", "JPN")
    assert world.share("JPN", waiting)


def test_d2_a_file_of_a_life_that_has_ended_brings_nothing(world):
    world.closed |= {frozenset(("KOR", "JPN"))}
    backup = world.sites["KOR"].back_up()
    lost = release(world, "JPN")
    site = world.sites["KOR"]
    old = export_bundle(site.node, site.courier(), world.act("kor.admin"), "JPN", "start").file
    lose(world, backup)
    carry_file(world, "KOR", "JPN")
    there = world.sites["JPN"]
    done = import_bundle(there.node, there.courier(), world.act("jpn.security"), old)
    assert {lane.code for lane in done.lanes} == {"other-origin"}
    assert world.share("JPN", lost) is None


def test_d3_everything_is_a_fold_of_the_journal(world):
    backup = world.sites["KOR"].back_up()
    release(world, "JPN", "USA")
    lose(world, backup)
    release(world, "JPN")
    world.pump()
    for member in ("KOR", "JPN"):
        site, streams = world.sites[member], world.node(member).streams
        before = (streams.incarnation, streams.sent_revision, streams.list_held("KOR"), streams.recovered)
        known = world.node(member).releases.sent
        site.start()
        streams = site.node.streams
        after = (streams.incarnation, streams.sent_revision, streams.list_held("KOR"), streams.recovered)
        assert (before, known) == (after, site.node.releases.sent)
