# SPDX-License-Identifier: Apache-2.0
"""Whatever a policy prints is said in the reader's language as that policy says it; nothing else is explained."""

import random

import pytest

from tearline.core.labels import (
    BANNER,
    LANGUAGES,
    PORTION,
    RECEIVER,
    Label,
    load_pack,
    print_policy_mark,
)
from tearline.node.commands import Gloss, gloss_marks
from tearline.node.commands.glosses import list_writings
from tests.node.commands.world import World
from tests.properties.worlds import LONG, draw_label, make_book, read_pack

NODE = World("KOR").node("KOR")
BOOK = make_book()
PUBLIC = "PUBLIC | "
"""Stands for any banner: it is said as it is written."""
FORMS = (
    (PORTION, BANNER, "({})", ""),
    (BANNER, BANNER, "{}", ""),
    (RECEIVER, RECEIVER, PUBLIC + "{}", PUBLIC),
)


def said(mark, lang="en"):
    return gloss_marks(NODE, (mark,), lang)[0]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_mark_is_said_as_its_policy_says_it_in_the_language_asked_for(lang) -> None:
    rng, explained = random.Random(23), 0
    for _ in range(3_000 if LONG else 200):
        label = draw_label(rng)
        policy = BOOK.policies[label.policy]
        for spoken in LANGUAGES:
            for place, full, form, beside in FORMS:
                printed = print_policy_mark(label, place, spoken, policy)
                words = print_policy_mark(label, full, lang, policy)
                foreign = print_policy_mark(label, place, lang, policy) != printed
                expected = Gloss("" if words == printed else beside + words, foreign)
                assert said(form.format(printed), lang) == expected, (label, place, spoken)
                explained += bool(expected.words)
    assert explained > 500


def test_a_banner_of_two_policies_is_said_part_by_part() -> None:
    assert (
        said("EXERCISE NATO SECRET | EXERCISE 군사II급비밀").words
        == "EXERCISE NATO SECRET | EXERCISE KOR II-KUP"
    )
    assert said("EXERCISE 군사II급비밀//KOR 한정 | EXERCISE ORIGINATOR ONLY") == Gloss(
        "EXERCISE KOR II-KUP//KOR EYES ONLY | EXERCISE ORIGINATOR ONLY", foreign=True
    )


@pytest.mark.parametrize(
    "words",
    [
        "",
        "(",
        "()",
        "군II",
        "(군II)",
        "(EXERCISE 군II",
        "SECRET",
        "EXERCISE ORIGINATOR ONLY",
        "x" * 5_000,
        "\u202e" * 9,
    ],
)
def test_what_no_policy_prints_is_not_explained(words) -> None:
    assert said(words) == Gloss()


def test_a_mark_that_two_policies_print_is_not_chosen_among_them(monkeypatch) -> None:
    mark = "(EXERCISE JPN-GH//REL AUS)"
    assert said(mark).words == "EXERCISE JPN GOKUHI//REL TO AUS"
    files = read_pack()
    same = files["kor.spif.xml"].replace(b'phrase="KOR-II"', b'phrase="JPN-GH"')
    monkeypatch.setattr(NODE, "book", load_pack({**files, "kor.spif.xml": same}))
    assert said(mark) == Gloss()


def test_what_stands_beside_a_banner_is_the_receivers_mark_and_said_as_one(monkeypatch) -> None:
    files = read_pack()
    mark = b'phrase="II-KUP" xml:lang="en">\n        <spif:code>documentStart'
    assert mark in files["kor.spif.xml"]
    other = files["kor.spif.xml"].replace(mark, mark.replace(b"II-KUP", b"HELD AS II-KUP"))
    monkeypatch.setattr(NODE, "book", load_pack({**files, "kor.spif.xml": other}))
    assert (
        said("EXERCISE NATO SECRET | EXERCISE 군사II급비밀").words
        == "EXERCISE NATO SECRET | EXERCISE KOR HELD AS II-KUP"
    )
    assert said("EXERCISE 군사II급비밀").words == "EXERCISE KOR II-KUP"


def test_a_level_is_listed_with_every_way_it_is_written() -> None:
    assert list_writings(BOOK.policies["EXERCISE KOR"], "II-KUP", "fr") == (
        "EXERCISE KOR II-KUP",
        "(EXERCISE KOR-II)",
        "EXERCISE 군사II급비밀",
        "(EXERCISE 군II)",
    )
    for policy in BOOK.policies.values():
        for level in policy.classifications:
            for lang in LANGUAGES:
                first, portion, *_ = list_writings(policy, level, lang)
                label = Label(policy.name, level)
                assert first == print_policy_mark(label, RECEIVER, lang, policy)
                assert said(portion, lang).words in {print_policy_mark(label, BANNER, lang, policy), ""}
