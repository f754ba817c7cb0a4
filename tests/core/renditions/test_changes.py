# SPDX-License-Identifier: Apache-2.0
"""What changed between two renditions of one product."""

from __future__ import annotations

import random

from tearline.core.ids import Tag
from tearline.core.products import TextBody, Wording
from tearline.core.renditions import RenditionPortion, list_changes


def make(tag: str, words: str, mark: str = "(R)") -> RenditionPortion:
    return RenditionPortion(Tag(tag), "paragraph", mark, TextBody((Wording("en", words),)))


def test_each_portion_is_told_once_where_it_stands() -> None:
    """Reworded, marked anew, new, gone: a portion that is gone is told where it stood."""
    before = [make("AA", "one"), make("BB", "two"), make("CC", "three"), make("DD", "four")]
    after = [make("AA", "one"), make("CC", "three", "(S)"), make("EE", "five"), make("DD", "4")]
    changes = list_changes(before, after)
    assert [(c.tag, c.what) for c in changes] == [
        ("AA", "same"),
        ("BB", "removed"),
        ("CC", "remarked"),
        ("EE", "added"),
        ("DD", "changed"),
    ]
    assert (changes[1].before, changes[1].after) == (before[1], None)
    assert (changes[3].before, changes[3].after) == (None, after[2])


def test_whatever_the_texts_both_can_be_read_back() -> None:
    """In drawn pairs of texts: the parts before are all of the one, the parts after all of the other, in its order."""
    draw = random.Random(7)
    for _ in range(300):
        texts = [
            [
                make(tag, draw.choice("xy"), draw.choice(["(R)", "(S)"]))
                for tag in draw.sample("ABCDEFG", draw.randrange(7))
            ]
            for _ in range(2)
        ]
        changes = list_changes(*texts)
        assert [c.after for c in changes if c.after] == texts[1]
        assert sorted(c.before.tag for c in changes if c.before) == sorted(p.tag for p in texts[0])
        assert len({c.tag for c in changes}) == len(changes)
        assert all((c.what == "same") == (c.before == c.after) for c in changes)
