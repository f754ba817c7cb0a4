# SPDX-License-Identifier: Apache-2.0
"""Validity windows of a pack, on a node: decided as of the day that the journal says it was adopted, and for good.

Time itself changes nothing here: what opens or shuts later takes effect when the pack is adopted again.
"""

import pytest

from tearline.core.instants import parse_iso
from tearline.core.labels import find_faults, make_pack_zip
from tearline.node.books import read_adopted
from tearline.node.commands import Filed, PackAdopted
from tests.node.commands.test_adopt import adopt
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
