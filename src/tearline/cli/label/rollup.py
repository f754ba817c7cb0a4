# SPDX-License-Identifier: Apache-2.0
"""``tearline label rollup``: one label over many portions."""

from __future__ import annotations

import argparse

from tearline.cli.arguments import SubParsers, add_command, add_json
from tearline.cli.exits import DONE, REFUSED
from tearline.cli.label.forms import write_label
from tearline.cli.label.inputs import (
    add_labels,
    add_language,
    check_language,
    load_book,
    read_labels,
)
from tearline.cli.label.mark import print_marks
from tearline.cli.label.words import word
from tearline.cli.printing import note, print_json, say

_TEXT = """\
The label of a page that shows all of these: whoever may see it may see each of them. Where there is no sound one
the page is marked ORIGINATOR ONLY, the reason is told, and the exit code is 3."""
_EXAMPLES = ("tearline label rollup one.json two.json", "tearline label rollup - --json <labels.json")


def add_parser(verbs: SubParsers) -> None:
    """The verb."""
    parser = add_command(verbs, "rollup", "one label over many", text=_TEXT, examples=_EXAMPLES, run=run)
    add_labels(parser)
    add_language(parser)
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """The banner, or why there is none."""
    from tearline.core.labels import BANNER, NoLabel, explain_no_label, print_mark, roll_up

    book = load_book(arguments)
    check_language(arguments.lang, book)
    labels = read_labels(arguments, book)
    joined = roll_up(labels, book)
    if isinstance(joined, NoLabel):
        why = explain_no_label(joined, arguments.lang)
        banner = print_mark(joined, BANNER, arguments.lang, book)
        if arguments.json:
            print_json({"label": None, "why": why, "marks": {"banner": banner}})
        else:
            say(banner)
            note(f"{word('no-sound-label', arguments.lang)}: {why}")
        return REFUSED
    marks = print_marks(joined, arguments.lang, book)
    if arguments.json:
        print_json({"label": write_label(joined), "why": "", "marks": marks})
    else:
        say(marks["banner"])
    return DONE
