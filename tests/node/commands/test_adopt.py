# SPDX-License-Identifier: Apache-2.0
"""Adopting a policy pack: one entry and one commit, losses at once, gains on the desk; and partners who have another."""

import re

import pytest

from tearline.core.labels import PolicyBook, load_pack
from tearline.node.commands import (
    AdoptPack,
    Filed,
    PackAdopted,
    Refused,
    WouldChange,
    adopt_pack,
    what_would_change,
)
from tearline.node.journal import PolicyAdopted, ShareRecalled, decode_entry
from tearline.node.views.search import Query
from tests.node.commands.test_policies import (
    HELD_BACK,
    JOINT,
    OWN,
    SECRET,
    SENT_UP,
    admin,
    change,
    make_world,
)
from tests.node.commands.world import draft, label, portion
from tests.properties.worlds import read_pack

NO_HI = (
    b'policyRef="EXERCISE EXNET" lacv="3" applied="both"',
    b'policyRef="EXERCISE EXNET" lacv="3" applied="decrypt"',
)
HIGHER = label("KOR", "III-KUP", "KOR", "JPN", "USA")
KOR_JPN = label("KOR", "III-KUP", "KOR", "JPN")
THIRD = b'<spif:securityClassification name="III-KUP" lacv="3" hierarchy="3" color="#6A1B9A">'
AFTER_IT = read_pack()["kor.spif.xml"].partition(THIRD)[2].partition(b"</spif:securityClassification>")[0]
FOURTH = THIRD.replace(b"III-KUP", b"IV-KUP").replace(b'"3"', b'"7"', 1).replace(b'"3"', b'"0"')
AT_HOME = re.sub(rb"<spif:equivalentClassification[^>]*/>", b"", AFTER_IT)
NEW_LEVEL = (THIRD, FOURTH + AT_HOME + b"</spif:securityClassification>" + THIRD)
NEW_WORD = (b'name="DALBIT" lacv="2"', b'name="DALBYEOL" lacv="2"')


@pytest.fixture
def world():
    return make_world()


def file(world, *portions, person="kor.cleared"):
    filed = world.file(person, draft("KOR", *portions))
    assert isinstance(filed, Filed), filed
    return filed.key


def send(world, key, *members):
    released = world.approve("kor.disclosure", key, *members)
    assert not isinstance(released, Refused), released
    world.pump()


def adopt(world, files, name="kor.admin", member="KOR", accept_losses=True):
    """Try, and adopt what was shown, its losses included."""
    node, acting = world.node(member), world.act(name)
    shown = what_would_change(node, acting, files)
    assert isinstance(shown, WouldChange), shown
    return adopt_pack(node, acting, files, AdoptPack(shown.pack, shown.check, accept_losses))


def appearances(node):
    return {
        class_id: {key: (a.version, a.digest, a.came_at, a.first_at) for key, a in known.items()}
        for class_id, known in node.catalogue.appearances.items()
    }


def state(node):
    """What a restart must find again."""
    lanes = {place: out.lane.size for place, out in node.streams.sent.items() if out.lane.size}
    return (
        node.book.digest(),
        node.pack_files,
        node.packs,
        appearances(node),
        {person: record.class_id for person, record in node.people.persons.items()},
        node.desk.items,
        lanes,
        [bytes(row) for row in node.sights._rows],
        node.catalogue.labelled.count(),
        {
            key: set(node.catalogue.labelled.find(frozenset([key]), ever=True))
            for key in node.catalogue.labelled.count()
        },
    )


def test_n4_losses_are_recalled_with_the_rest_whole_in_the_commit_of_one_entry(world):
    """A level goes abroad no more: what was sent of it leaves the receivers, what was sent beside it stays."""
    key = file(world, portion(JOINT, tag="AA", kind="title"), portion(HIGHER, tag="BB"))
    send(world, key, "JPN", "USA")
    assert world.share("JPN", key) == {"AA": 1, "BB": 1}
    node = world.node("KOR")
    size = node.journal.size()
    before = node.book.digest()[:16]
    made = adopt(world, change(NO_HI))
    assert isinstance(made, PackAdopted), made
    assert (made.recalled, made.proposed, made.opened) == (2, 0, 0)
    entries = [
        decode_entry(r.entry) for r in node.journal.records(size + 1, 10)
    ]  # the first is that it was tried
    assert [type(e) for e in entries] == [PolicyAdopted, ShareRecalled, ShareRecalled]
    assert (entries[0].actor, entries[0].pack, entries[0].adopted) == (
        "kor.admin",
        before,
        node.book.digest()[:16],
    )
    assert {e.lane for e in entries[1:]} == {"FLASH"}
    assert [e.lost for e in entries[1:]] == [("BB",), ("BB",)]
    world.pump()
    assert world.share("JPN", key) == {"AA": 1}
    assert world.share("USA", key) == {"AA": 1}


def test_n2_gains_wait_on_the_desk_and_leave_with_a_decision(monkeypatch):
    """A level goes abroad at last: nothing leaves by adopting; an officer reads and approves what does."""
    monkeypatch.setattr(
        "tests.node.commands.world.shared_book", lambda: load_pack(change((SENT_UP, HELD_BACK)))
    )
    world = make_world()
    key = file(world, portion(JOINT, tag="AA", kind="title"))
    assert world.node("KOR").desk.items[key.partition(".")[2]].pending == ()
    made = adopt(world, read_pack())
    assert (made.recalled, made.proposed) == (0, 2)
    assert world.lanes("KOR", "JPN") == {}
    assert world.node("KOR").desk.items[key.partition(".")[2]].pending == ("JPN", "USA")
    for member in ("JPN", "USA"):
        assert isinstance(adopt(world, read_pack(), f"{member.lower()}.admin", member), PackAdopted)
    send(world, key, "JPN", "USA")
    assert world.share("JPN", key) == {"AA": 1}


def test_d1_a_restart_finds_the_pack_and_everything_decided_by_it(world):
    """The journal holds the pack: nothing else is needed, and whatever pack the program ships plays no part."""
    key = file(
        world, portion(JOINT, tag="AA", kind="title"), portion(SECRET, tag="BB"), portion(OWN, tag="CC")
    )
    send(world, key, "JPN", "USA")
    adopt(world, change((SENT_UP, HELD_BACK)))
    file(world, portion(KOR_JPN, tag="AA", kind="title"))
    adopt(world, change(NEW_WORD))
    before = state(world.node("KOR"))
    world.sites["KOR"].start()
    assert state(world.node("KOR")) == before


def test_d1_a_commit_that_fails_leaves_the_old_pack_whole(world, monkeypatch):
    """The disk is full when the entry is to be written: everything is decided as before, and it can be tried again."""
    key = file(world, portion(JOINT, tag="AA", kind="title"))
    send(world, key, "JPN")
    node = world.node("KOR")
    before = state(node)
    files = change((SENT_UP, HELD_BACK))
    shown = what_would_change(node, admin(world), files)

    def fail(_drafts):
        raise OSError(28, "No space left on device")

    asked = AdoptPack(shown.pack, shown.check, accept_losses=True)
    with monkeypatch.context() as patch:
        patch.setattr(node.journal, "append", fail)
        with pytest.raises(OSError, match="No space"):
            adopt_pack(node, admin(world), files, asked)
    assert state(node) == before
    assert isinstance(adopt_pack(node, admin(world), files, asked), PackAdopted)


def test_n7_readers_here_lose_at_once_what_they_may_not_see_and_are_told_by_reference(world):
    """A codeword is given up: who read under it reads no more, in no former text either; the others notice nothing."""
    plain = label("KOR", "III-KUP", "KOR")
    key = file(world, portion(plain, tag="AA", kind="title"), portion(OWN, tag="CC"))
    node = world.node("KOR")
    assert world.tags("kor.cleared", key) == ("AA", "CC")
    assert world.reading("kor.cleared").get(key) is not None
    other = appearances(node)[world.act("kor.analyst").class_id]
    adopt(world, change((b'name="DALBIT" lacv="2"', b'name="DALBIT" lacv="2" obsolete="true"')))
    assert world.tags("kor.cleared", key) == ("AA",)
    assert appearances(node)[world.act("kor.analyst").class_id] == other
    (notice,) = node.custody.notices
    assert (notice.key, notice.portions, notice.persons) == (key, ("CC",), ("kor.cleared",))
    former = node.catalogue.histories.list(world.act("kor.cleared").class_id, key)
    assert [node.catalogue.former_text(key, world.act("kor.cleared").class_id, f)[0].tag for f in former] == [
        "AA"
    ]
    assert all(
        s.tag != "CC"
        for f in former
        for s in node.catalogue.former_text(key, world.act("kor.cleared").class_id, f)
    )


def test_n7_who_holds_a_new_word_reads_by_it_at_once(world):
    """People keep their class, which sees by the pack's words: a level added below their ceiling is theirs, as admitted."""
    key = file(world, portion(label("KOR", "III-KUP", "KOR"), tag="AA", kind="title"))
    node = world.node("KOR")
    before = world.act("kor.analyst").class_id
    adopt(world, change(NEW_LEVEL))
    assert world.act("kor.analyst").class_id == before
    sight = node.sights.classes.values[before]
    assert "IV-KUP" in sight.national.classifications
    assert node.sights.class_id(sight) == before
    assert world.tags("kor.analyst", key) == ("AA",)
    fourth = file(world, portion(label("KOR", "IV-KUP", "KOR"), tag="AA", kind="title"))
    assert world.tags("kor.analyst", fourth) == ("AA",)


def test_n1_a_reader_whose_rendition_stays_keeps_version_and_place(world):
    """Marks may change with the policies; when a text first appeared to a class doesn't."""
    key = file(world, portion(SECRET, tag="AA", kind="title"))
    reading = world.reading("kor.analyst")
    found = reading.get(key)
    adopt(world, change((b'phrase="II-KUP"', b'phrase="SECOND"')))
    again = world.reading("kor.analyst").get(key)
    assert (again.rendition.version, again.rendition.check) == (
        found.rendition.version,
        found.rendition.check,
    )
    assert again.rendition.envelope == found.rendition.envelope


def test_a3_what_takes_effect_is_what_was_shown(world):
    """Another file, another answer by now, a mistyped check: refused, and nothing is recorded."""
    key = file(world, portion(JOINT, tag="AA", kind="title"))
    node, files = world.node("KOR"), change((SENT_UP, HELD_BACK))
    shown = what_would_change(node, admin(world), files)
    size = node.journal.size()

    def ask(files, pack, check):
        found = adopt_pack(node, admin(world), files, AdoptPack(pack, check))
        assert isinstance(found, Refused)
        return found.code

    assert ask(change(NEW_WORD), shown.pack, shown.check) == "other-pack"
    assert ask(files, shown.pack, "AAAAAA") == "other-answer"
    assert node.journal.size() == size
    send(world, key, "JPN")  # now somebody would lose it
    assert ask(files, shown.pack, shown.check) == "other-answer"
    assert isinstance(adopt(world, files), PackAdopted)
    assert ask(files, shown.pack, shown.check) == "same-pack"


def test_n5_a_pack_that_would_leave_labels_or_members_without_words_is_shown_and_not_taken(world):
    """The ceiling of a member is gone; a policy that labels are written in is gone: refused by name."""
    file(world, portion(JOINT, tag="AA", kind="title"))
    lost_level = change((b'name="GOKUHI"', b'name="GOKUHI2"'), file="jpn.spif.xml")
    found = adopt(world, lost_level)
    assert isinstance(found, Refused)
    assert found.code == "no-words"
    assert "JPN" in found.words


def test_n5_what_the_pack_has_no_words_for_is_lost_only_if_that_is_accepted(world):
    """A codeword that people hold and labels carry is gone: each loss by its name, and refused without acceptance.

    Accepted, what carries it is sealed from everybody, widened to nobody, and the journal says what was given up.
    """
    key = file(world, portion(label("KOR", "III-KUP", "KOR"), tag="AA", kind="title"), portion(OWN, tag="CC"))
    node, files = world.node("KOR"), change(NEW_WORD)
    shown = what_would_change(node, admin(world, "kor.cleared"), files)
    losses = {(loss.code, loss.person, loss.value, loss.wordings) for loss in shown.losses}
    assert ("codeword", "kor.cleared", "DALBIT", 0) in losses
    assert ("label", "", "EXERCISE KOR III-KUP//DALBIT//REL TO KOR", 1) in losses
    unseen = what_would_change(node, admin(world), files)
    assert ("label", "", 1) in {(loss.code, loss.value, loss.wordings) for loss in unseen.losses}
    size = node.journal.size()
    refused = adopt(world, files, accept_losses=False)
    assert (refused.code, len(refused.reasons)) == ("losses", len(shown.losses))
    assert {r.code for r in refused.reasons} == {"lost-codeword", "lost-label"}
    assert "DALBIT" in refused.words
    assert node.journal.size() == size + 1  # it was tried
    assert world.tags("kor.cleared", key) == ("AA", "CC")
    assert isinstance(adopt(world, files), PackAdopted)
    assert world.tags("kor.cleared", key) == ("AA",)
    assert not any(node.sights.sees_label(n, OWN) for n in range(len(node.sights.classes)))
    entry = decode_entry(node.journal.records(node.pack_at, 1)[0].entry)
    assert "label: 1" in entry.given_up
    assert "codeword: kor.cleared DALBIT" in entry.given_up


def test_n5_a_mandate_up_to_a_level_that_is_gone_is_a_loss(world):
    """It covers nothing any more: said by the mandate's name, and to be accepted."""
    files = change((b'name="DAEOEBI"', b'name="DAEOEBIX"'))
    shown = what_would_change(world.node("KOR"), admin(world), files)
    levels = [loss.value for loss in shown.losses if loss.code == "level"]
    people = world.node("KOR").people
    mandates = [*people.delegations.values(), *people.rules.values()]
    assert sorted(levels) == sorted(f"{m.id}: {m.highest}" for m in mandates if m.highest == "DAEOEBI")
    assert levels


def test_a1_every_entry_cites_the_policies_by_which_it_was_decided(world):
    """Of the journal and of the access log: those in force then, the adoption itself those before it."""
    node = world.node("KOR")

    def work():
        key = file(world, portion(KOR_JPN, tag="AA", kind="title"))
        send(world, key, "JPN")
        assert world.reading("kor.analyst").get(key) is not None
        assert world.reading("kor.analyst").search(Query("text")).hits is not None

    first = node.book.digest()[:16]
    work()
    assert isinstance(adopt(world, change(NEW_WORD)), PackAdopted)
    second = node.book.digest()[:16]
    work()
    node.flush_access()
    cited = [decode_entry(r.entry) for r in node.journal.records(0, node.journal.size())]
    at = next(n for n, entry in enumerate(cited) if isinstance(entry, PolicyAdopted))
    assert {entry.pack for entry in cited[: at + 1]} == {first}
    assert {entry.pack for entry in cited[at + 1 :]} == {second}
    read = [decode_entry(r.entry) for r in node.access.records(0, node.access.size())]
    assert {entry.pack for entry in read if entry.at < cited[at].at} == {first}
    assert {entry.pack for entry in read if entry.at > cited[at].at} == {second}


def test_only_texts_whose_labels_are_answered_otherwise_are_opened(world, monkeypatch):
    """Labels are judged, not holdings: of thirty texts the one that carries the word is read, and none for other marks."""
    node = world.node("KOR")
    plain = [file(world, portion(SECRET, tag="AA", kind="title")) for _ in range(29)]
    other = file(
        world, portion(label("KOR", "III-KUP", "KOR"), tag="AA", kind="title"), portion(OWN, tag="CC")
    )
    opened = []
    content = node.catalogue.content

    def read(key):
        opened.append(key)
        return content(key)

    monkeypatch.setattr(node.catalogue, "content", read)
    assert isinstance(adopt(world, change((b'phrase="II-KUP"', b'phrase="SECOND"'))), PackAdopted)
    assert opened == []
    assert isinstance(
        adopt(world, change((b'name="DALBIT" lacv="2"', b'name="DALBIT" lacv="2" obsolete="true"'))),
        PackAdopted,
    )
    assert set(opened) == {other}
    assert world.tags("kor.analyst", plain[0]) == ("AA",)


def test_n7_only_an_administrator_adopts(world):
    files = change(NEW_WORD)
    shown = what_would_change(world.node("KOR"), admin(world), files)
    for name in ("kor.watch", "kor.disclosure", "kor.security"):
        found = adopt_pack(world.node("KOR"), world.act(name), files, AdoptPack(shown.pack, shown.check))
        assert isinstance(found, Refused)
        assert found.code == "no-authority"


def test_n5_what_is_sent_under_policies_that_a_partner_lacks_waits_sealed_until_it_has_them(world):
    """KOR adopts first. JPN shows nobody what it can't know the meaning of; nothing is lost when it adopts, in order."""
    first = file(world, portion(KOR_JPN, tag="AA", kind="title"))
    send(world, first, "JPN")
    files = change(NEW_WORD)
    adopt(world, files)
    second = file(world, portion(KOR_JPN, tag="AA", kind="title"), portion(KOR_JPN, tag="BB"))
    send(world, second, "JPN")
    japan = world.node("JPN")
    assert world.share("JPN", first) == {"AA": 1}
    assert world.share("JPN", second) is None
    assert [row[3] for row in japan.custody.quarantine] == ["quarantined:other-packs"]
    assert world.tags("jpn.analyst", second) == ()
    made = adopt(world, files, "jpn.admin", "JPN")
    assert made.opened == 1
    assert japan.custody.quarantine == []
    assert world.share("JPN", second) == {"AA": 1, "BB": 1}
    assert world.tags("jpn.analyst", second) == ("AA", "BB")
    world.pump()
    told = world.node("KOR").releases.dispositions["JPN"]
    assert set(told["PRIORITY"].values()) == {"accepted"}
    before = state(japan)
    world.sites["JPN"].start()
    assert state(world.node("JPN")) == before


def test_d3_a_newer_text_beats_one_that_waited_sealed(world):
    """What was superseded while it lay in quarantine stays there."""
    files = change(NEW_WORD)
    adopt(world, files)
    key = file(world, portion(KOR_JPN, "one", tag="AA", kind="title"))
    send(world, key, "JPN")
    product = key.partition(".")[2]
    japan = world.node("JPN")
    japan.streams.newest.setdefault("KOR", {})[product] = 5
    assert adopt(world, files, "jpn.admin", "JPN").opened == 0
    assert world.share("JPN", key) is None


def test_n2_what_was_sent_under_older_policies_is_known_and_taken(world):
    """JPN adopts first: what KOR still sends under the policies before is no secret to it."""
    adopt(world, change(NEW_WORD), "jpn.admin", "JPN")
    key = file(world, portion(KOR_JPN, tag="AA", kind="title"))
    send(world, key, "JPN")
    assert world.share("JPN", key) == {"AA": 1}


def test_n2_a_narrowing_by_new_policies_leaves_the_rest_at_a_partner_without_them(world):
    """What remains was sent before, under policies that the partner has: it is read on."""
    key = file(world, portion(JOINT, tag="AA", kind="title"), portion(HIGHER, tag="BB"))
    send(world, key, "JPN")
    adopt(world, change(NO_HI))
    world.pump()
    assert world.share("JPN", key) == {"AA": 1}
    assert world.tags("jpn.analyst", key) == ("AA",)


def test_the_book_in_force_is_one_object_everywhere(world):
    """Whoever asks the node for its policies gets the adopted ones."""
    adopt(world, change(NEW_WORD))
    node = world.node("KOR")
    assert isinstance(node.book, PolicyBook)
    assert node.sights.book is node.book
    words = node.book.policies["EXERCISE KOR"].tag_sets["Compartment"].categories
    assert "DALBYEOL" in words
