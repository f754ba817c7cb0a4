# SPDX-License-Identifier: Apache-2.0
"""RELIDO and DISPLAY ONLY (DESIGN 7): the one never passes a standing rule, the other never enters a stream."""

import pytest

from tearline.core.labels import (
    DISPLAY_ONLY,
    RELIDO,
    carries,
    decide_sight,
    explain,
    load_pack,
    make_label,
    make_member_sight,
)
from tests.node.commands.test_authorise import ALL, WIDE
from tests.node.commands.world import World, draft, label, portion
from tests.properties.worlds import read_pack

ORCON = b'<spif:tagCategory name="ORCON" lacv="1">'
VALUE = """<spif:tagCategory name="%s" lacv="%d"><spif:equivalentSecCategoryTag policyRef="EXERCISE EXNET"
 tagSetId="2.25.135985942684583033685180375428814158690.2.1.3" tagType="tagType7" lacv="1" applied="both" action="discard"/>
</spif:tagCategory>"""


def make_pack():
    """The shipped pack, whose KOR policy knows both words."""
    files = dict(read_pack())
    values = (VALUE % (RELIDO, 8) + VALUE % (DISPLAY_ONLY, 9)).encode()
    assert ORCON in files["kor.spif.xml"]
    files["kor.spif.xml"] = files["kor.spif.xml"].replace(ORCON, values + ORCON)
    return load_pack(files)


@pytest.fixture
def world(monkeypatch):
    monkeypatch.setattr("tests.node.commands.world.shared_book", make_pack)
    return World()


def event(*handling, remark=()):
    """What rule E1 releases to everybody, where it carries nothing else."""
    wide = label("KOR", "DAEOEBI", *WIDE, handling=handling, epoch="2023-07-12")
    other = label("KOR", "DAEOEBI", *WIDE, handling=remark, epoch="2023-07-12")
    return draft("KOR", portion(wide, kind="title"), portion(other, "remark", kind="remark"), kind="event")


def test_n2_relido_never_passes_a_standing_rule(world):
    """The rule that releases the same text without the word leaves it to an officer, who may."""
    assert set(world.file("kor.feed", event()).released) == set(ALL) - {"KOR"}
    done = world.file("kor.feed", event(RELIDO))
    assert (done.released, set(done.pending)) == ((), set(ALL) - {"KOR"})
    assert world.approve("kor.disclosure", done.key, "JPN").released == ("JPN",)


def test_n2_one_portion_with_relido_holds_the_whole_text(world):
    done = world.file("kor.feed", event(remark=[RELIDO]))
    assert done.released == ()
    assert set(done.pending) == set(ALL) - {"KOR"}


def test_n1_display_only_never_enters_a_stream(world):
    """Its own nation reads it, no member has it, and the rest of the text goes without a trace of it."""
    done = world.file("kor.feed", event(remark=[DISPLAY_ONLY]))
    assert set(done.released) == set(ALL) - {"KOR"}
    world.pump()
    for member in set(ALL) - {"KOR"}:
        assert len(world.share(member, done.key)) == 1
    assert len(world.tags("kor.analyst", done.key)) == 2


def test_n1_a_product_of_display_only_goes_nowhere(world):
    """Not by an officer's decision either: there is no share of it."""
    done = world.file("kor.feed", event(DISPLAY_ONLY, remark=[DISPLAY_ONLY]))
    assert (done.released, done.pending) == ((), ())
    assert world.lanes("KOR", "JPN") == {}


def test_a3_display_only_is_told_as_the_reason():
    book = make_pack()
    of = label("KOR", "DAEOEBI", "KOR", "JPN", handling=[DISPLAY_ONLY])
    sights = {m: make_member_sight(m, level, (), book) for m, level in (("KOR", "II-KUP"), ("JPN", "GOKUHI"))}
    assert decide_sight(of, sights["KOR"], book).permitted
    decision = decide_sight(of, sights["JPN"], book)
    assert [r.code for r in decision.reasons] == ["display-only"]
    assert "given to nobody" in explain(decision)


@pytest.mark.parametrize("name", ["Display Only", "DISPLAY ONLY", "display only"])
def test_n5_the_word_is_found_in_every_spelling_and_as_a_tag_set(name):
    """A policy that lists whom it may be shown to, and one that only says so."""
    assert carries(make_label("P", "L", {name: ["AAA"]}), DISPLAY_ONLY)
    assert carries(make_label("P", "L", {"Handling": [name]}), DISPLAY_ONLY)
    assert not carries(make_label("P", "L", {"Handling": ["DISPLAY"]}), DISPLAY_ONLY)
