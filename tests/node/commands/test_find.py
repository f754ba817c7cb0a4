# SPDX-License-Identifier: Apache-2.0
"""What the desk is shown of words, and what a text can't do to whoever looks through it."""

import pytest

from tests.node.commands.world import World, draft, label, portion

WIDE = label("KOR", "DAEOEBI", "KOR", "JPN")


@pytest.fixture
def world():
    return World("KOR", "JPN")


def look(world, text):
    made = draft("KOR", portion(WIDE, "title", "AA", "title"), portion(WIDE, text, "BB"))
    return [f.values[0] for f in world.duty("kor.watch").preview(made).findings if f.code == "metadata"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("see srv-04.local now", ["srv-04.local"]),
        ("a-b-c.internal", ["a-b-c.internal"]),
        ("x" * 64 + ".local", []),
        ("at 10.1.2.3 and /home/kim/notes", ["/home/kim/notes", "10.1.2.3"]),
        ("written by kor.analyst", ["kor.analyst"]),
        ("nothing of it, not even locally", []),
    ],
)
def test_traces_of_machines_and_people_are_named(world, text, found):
    assert look(world, text) == found


@pytest.mark.parametrize("piece", ["a-", "10.", "/home/", "C:\\ ", "\\\\a", "kor.", "-"])
def test_a_text_of_traces_that_are_none_holds_nobody_up(world, piece):
    """As long as a product may be: the time grows with the text and not with its square (assurance B5.7)."""
    assert len(look(world, piece * (1_500_000 // len(piece)))) <= 20
