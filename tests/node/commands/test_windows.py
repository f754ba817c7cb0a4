# SPDX-License-Identifier: Apache-2.0
"""Validity windows of a pack, on a node: decided as of the day that the journal says, and anew when one opens or shuts."""

import pytest

from tearline.core.instants import parse_iso
from tearline.core.labels import find_faults, find_stretch, list_turns, load_pack, make_pack_zip
from tearline.node.books import read_adopted
from tearline.node.commands import Filed, PackAdopted, follow_windows, list_policies
from tearline.node.journal import ReadersTold, ShareRecalled, WindowsTurned, decode_entry
from tests.node.commands.test_adopt import adopt, appearances, send, state
from tests.node.commands.test_policies import OWN, change, make_world
from tests.node.commands.world import draft, label, portion

WORD = b'name="DALBIT" lacv="2"'
DALBIT = label("KOR", "III-KUP", "KOR", codewords=("DALBIT",))
LONG_AGO, BEFORE, AFTER = b"2020-01-01T00:00:00Z", b"2023-07-01T00:00:00Z", b"2023-08-01T00:00:00Z"


def windowed(start, end):
    """The exercise's pack, one codeword of which is in force from one day to another."""
    return change((WORD, WORD + b' notBefore="' + start + b'" notAfter="' + end + b'"'))


@pytest.mark.parametrize(
    ("start", "end", "in_force"),
    [
        (LONG_AGO, AFTER, True),
        (BEFORE, AFTER, True),
        (LONG_AGO, BEFORE, False),
        (AFTER, b"2024-01-01T00:00:00Z", False),
    ],
)
def test_n5_a_label_out_of_force_is_not_filed_and_one_in_force_is(start, end, in_force):
    """Validity comes first: before who holds the codeword, on the exercise's clock."""
    world = make_world()
    assert isinstance(adopt(world, windowed(start, end)), PackAdopted)
    node = world.node("KOR")
    assert [fault.code for fault in find_faults(DALBIT, node.book)] == ([] if in_force else ["window"])
    filed = world.file(
        "kor.cleared", draft("KOR", portion(OWN, tag="AA", kind="title"), portion(DALBIT, tag="BB"))
    )
    assert isinstance(filed, Filed) is in_force


def test_n5_what_goes_out_of_force_is_seen_by_nobody():
    """Those who read it before the pack lose it, the node's own people too."""
    world = make_world()
    filed = world.file(
        "kor.cleared", draft("KOR", portion(OWN, tag="AA", kind="title"), portion(DALBIT, tag="BB"))
    )
    assert isinstance(filed, Filed)
    node = world.node("KOR")
    readers = [n for n in range(len(node.sights.classes)) if node.sights.sees_label(n, DALBIT)]
    assert readers
    assert isinstance(adopt(world, windowed(LONG_AGO, BEFORE)), PackAdopted)
    assert not any(node.sights.sees_label(n, DALBIT) for n in readers)


def test_d1_windows_are_as_of_the_entry_whenever_the_journal_is_read_again():
    """A restart years later decides what the entry decided: the same pack, the same day, the same answers."""
    raw = make_pack_zip(windowed(BEFORE, AFTER))
    for day, fine in (
        ("2023-07-12T00:00:00Z", True),
        ("2023-06-30T00:00:00Z", False),
        ("2023-08-02T00:00:00Z", False),
    ):
        book = read_adopted(raw, parse_iso(day))
        assert (find_faults(DALBIT, book) == ()) is fine
        assert book.digest() == read_adopted(raw, parse_iso("2031-01-01T00:00:00Z")).digest()


CONTROLLED = label("KOR", "II-KUP", "KOR", "JPN", handling=("ORCON",))
PLAIN = label("KOR", "II-KUP", "KOR", "JPN")
HANDLING = b'name="ORCON" lacv="1"'
SHUTS = change((HANDLING, HANDLING + b' notAfter="2023-07-20T00:00:00Z"'))
OPENS_AGAIN = change(
    (HANDLING, HANDLING + b' notBefore="2023-07-10T00:00:00Z" notAfter="2023-07-20T00:00:00Z"')
)
LAST_MOMENT, AFTERWARDS = "2023-07-20T00:00:00Z", "2023-07-20T00:00:01Z"


def turns(node):
    """Where the journal says that windows turned."""
    records = node.journal.records(0, node.journal.size())
    return [r.position for r in records if isinstance(decode_entry(r.entry), WindowsTurned)]


def make_sent(files=SHUTS):
    """KOR has sent JPN a portion under a word whose window shuts; a person of its own read it."""
    world = make_world()
    assert isinstance(adopt(world, files), PackAdopted)
    assert isinstance(adopt(world, files, "jpn.admin", "JPN"), PackAdopted)
    filed = world.file(
        "kor.cleared", draft("KOR", portion(PLAIN, tag="AA", kind="title"), portion(CONTROLLED, tag="BB"))
    )
    assert isinstance(filed, Filed), filed
    send(world, filed.key, "JPN")
    assert world.reading("kor.cleared").get(filed.key) is not None
    return world, filed.key


def test_n5_a_window_that_shuts_takes_at_once_what_it_covered():
    """To the last moment everything stands; then one entry, and with it recall and notices, before the next answer is made."""
    world, key = make_sent()
    node = world.node("KOR")
    world.at(LAST_MOMENT)
    assert not follow_windows(node)
    assert world.tags("kor.cleared", key) == ("AA", "BB")
    world.at(AFTERWARDS)
    size = node.journal.size()
    assert world.tags("kor.cleared", key) == ("AA",)  # asking is enough: no timer ran
    entries = [decode_entry(r.entry) for r in node.journal.records(size, 10)]
    assert [type(e) for e in entries] == [WindowsTurned, ShareRecalled, ReadersTold]
    assert (entries[0].actor, entries[1].member, entries[1].lost) == ("node", "JPN", ("BB",))
    assert entries[2].persons == ("kor.cleared",)
    assert not follow_windows(node)
    world.pump()
    assert world.share("JPN", key) == {"AA": 1}
    assert world.tags("jpn.analyst", key) == ("AA",)


def test_n5_a_partner_follows_its_own_book_before_it_takes_anything():
    """JPN hears nothing from KOR; what it holds is decided by its own clock, also when only a run arrives."""
    world, key = make_sent()
    world.closed.add(frozenset(("KOR", "JPN")))
    world.at(AFTERWARDS)
    assert world.tags("jpn.analyst", key) == ("AA",)
    usa = world.node("USA")
    assert isinstance(adopt(world, SHUTS, "usa.admin", "USA"), PackAdopted)
    world.at("2023-07-19T00:00:00Z")
    follow_windows(usa)
    filed = world.file(
        "kor.cleared", draft("KOR", portion(label("KOR", "II-KUP", "KOR", "USA"), kind="title"))
    )
    send_to_usa = world.approve("kor.disclosure", filed.key, "USA")
    assert send_to_usa
    before = len(turns(usa))
    world.at(AFTERWARDS)
    world.pump()
    assert len(turns(usa)) == before + 1


def test_n2_a_window_that_opens_brings_back_what_it_covers_and_proposes_it_for_others():
    """Readers here have it at once; members get it by a decision on the desk."""
    world, key = make_sent(OPENS_AGAIN)
    node, product = world.node("KOR"), key.partition(".")[2]
    world.at(AFTERWARDS)
    follow_windows(node)
    world.pump()
    assert node.desk.items[product].pending == ()
    world.at("2023-07-15T00:00:00Z")  # the exercise is set back
    assert follow_windows(node)
    assert world.tags("kor.cleared", key) == ("AA", "BB")
    assert node.desk.items[product].pending == ("JPN",)
    assert world.share("JPN", key) == {"AA": 1}
    send(world, key, "JPN")
    assert world.share("JPN", key) == {"AA": 1, "BB": 1}


def test_d1_what_turned_while_a_node_was_down_is_caught_up_and_a_restart_finds_it():
    """The journal is read again as of each entry's time; then, with the first who asks, as of now."""
    world, key = make_sent()
    world.at(AFTERWARDS)
    world.sites["KOR"].start()
    node = world.node("KOR")
    assert turns(node) == []
    assert node.windows_turned()
    assert world.tags("kor.cleared", key) == ("AA",)
    assert len(turns(node)) == 1
    before = state(node)
    world.sites["KOR"].start()
    assert state(world.node("KOR")) == before
    assert not world.node("KOR").windows_turned()


def test_n1_who_is_not_touched_keeps_everything_as_it_was():
    """Neither version nor place of a rendition moves for a class that never had the portion."""
    world = make_world()
    adopt(world, windowed(LONG_AGO, b"2023-07-20T00:00:00Z"))
    filed = world.file(
        "kor.cleared",
        draft(
            "KOR", portion(label("KOR", "III-KUP", "KOR"), tag="AA", kind="title"), portion(DALBIT, tag="BB")
        ),
    )
    node, analyst = world.node("KOR"), world.act("kor.analyst").class_id
    before = appearances(node)[analyst]
    assert before[filed.key]
    world.at(AFTERWARDS)
    assert follow_windows(node)
    assert appearances(node)[analyst] == before
    assert world.tags("kor.cleared", filed.key) == ("AA",)


def test_who_looks_at_the_policies_is_told_when_a_window_turns():
    """Before it does: the instant from which on others decide; afterwards nothing more."""
    world, _ = make_sent()
    found = list_policies(world.node("KOR"), "en")
    assert (found.turns, found.turns_dtg) == ("2023-07-20T00:00:00.000001Z", "200000Z JUL 23")
    world.at(AFTERWARDS)
    assert follow_windows(world.node("KOR"))
    assert list_policies(world.node("KOR"), "en").turns == ""


def test_a_pack_without_windows_turns_never():
    world = make_world()
    node = world.node("KOR")
    assert list_turns(node.book) == []
    for day in ("1970-01-01", "2199-12-31"):
        world.at(f"{day}T00:00:00Z")
        assert not follow_windows(node)


def test_n5_both_ends_of_a_window_belong_to_it():
    """A stretch begins with the opening and ends with the first microsecond after the last."""
    book = read_adopted(make_pack_zip(windowed(BEFORE, AFTER)), parse_iso("2023-07-12T00:00:00Z"))
    opens, shuts = parse_iso(BEFORE.decode()), parse_iso(AFTER.decode())
    assert list_turns(book) == [opens, shuts + 1]
    assert find_stretch(book, opens) == find_stretch(book, shuts) == (opens, shuts + 1)
    assert find_stretch(book, opens - 1)[1] == opens
    assert find_stretch(book, shuts + 1)[0] == shuts + 1


def test_n5_a_book_that_came_without_its_day_is_decided_before_it_answers(monkeypatch):
    """A window that nobody decided is shut; the first who asks finds it as it is."""
    book = load_pack(windowed(BEFORE, AFTER))
    monkeypatch.setattr("tests.node.commands.world.shared_book", lambda: book)
    world = make_world()
    node = world.node("KOR")
    assert find_faults(DALBIT, book)
    world.act("kor.cleared")
    assert find_faults(DALBIT, node.book) == ()
    assert len(turns(node)) == 1
