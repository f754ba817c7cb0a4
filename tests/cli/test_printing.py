# SPDX-License-Identifier: Apache-2.0
"""Text for terminals: wrapping by columns, languages side by side, control characters shown."""

import json
import random

from tearline.cli.printing import clean, print_json, side_by_side, width_of, wrap

WORDS = [
    "미사일",
    "動き",
    "ships",
    "a",
    "초기대응반",
    "日本海における弾道ミサイル",
    "propulsion",
    "\n",
    "  ",
    "é",
]


def test_no_line_is_wider_than_asked_and_nothing_is_lost():
    """Drawn texts in several scripts: every line fits, every letter is there in order."""
    rng = random.Random(23)
    for _ in range(300):
        text = " ".join(rng.choices(WORDS, k=rng.randrange(30)))
        width = rng.randrange(2, 40)
        lines = wrap(text, width)
        assert all(width_of(line) <= width for line in lines)
        assert "".join("".join(lines).split()) == "".join(text.split())


def test_words_stay_whole_where_they_fit():
    """Korean and English break at blanks, Japanese anywhere."""
    assert wrap("launch detected today", 15) == ["launch detected", "today"]
    assert wrap("발사를 탐지했다", 10) == ["발사를", "탐지했다"]
    assert wrap("弾道ミサイル", 6) == ["弾道ミ", "サイル"]


def test_columns_stand_side_by_side():
    """Each language has a column of the same width, counted as a terminal counts."""
    rows = side_by_side(["발사를 탐지했다", "A launch was detected"], 43)
    assert rows == ["발사를 탐지했다        A launch was", "                       detected"]


def test_controls_are_shown():
    """Escapes and marks that turn the direction of text are words, not orders."""
    assert clean("a\x1b[31mb\u202ec\td\n") == "a<U+001B>[31mb<U+202E>c\td\n"


def test_json_for_scripts_is_no_order_to_a_terminal(capsys):
    """C1 controls, marks that turn direction: written as escapes, and read back as they were."""
    said = {"title": "a\x1b[2J\x9b2J\x7f\u202eb\u2028c 동해", "half": "\udc80"}
    print_json(said)
    printed = capsys.readouterr().out
    assert json.loads(printed) == said
    assert printed.replace("\n", "").isprintable()
    assert "동해" in printed
