# SPDX-License-Identifier: Apache-2.0
"""``tearline label mark``: the label as people read it."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from tearline.cli.arguments import SubParsers, add_command, add_json
from tearline.cli.exits import DONE, REFUSED
from tearline.cli.label.forms import PLACES, write_label
from tearline.cli.label.inputs import (
    add_labels,
    add_language,
    check_language,
    load_book,
    read_labels,
)
from tearline.cli.label.words import word
from tearline.cli.printing import note, print_json, say

if TYPE_CHECKING:
    from tearline.core.labels import Label, PolicyBook

_TEXT = """\
Print the marks of a label: the banner of a page, the mark of a portion, the mark that a receiver adds.
A label that is not valid has no mark: its faults are named, and the exit code is 3."""
_EXAMPLES = (
    "tearline label mark label.json",
    "tearline label mark label.json --lang ko --place portion",
    """tearline label mark '{"policy": "PUBLIC", "classification": "UNMARKED"}'""",
)


def add_parser(verbs: SubParsers) -> None:
    """The verb."""
    parser = add_command(verbs, "mark", "a label as text", text=_TEXT, examples=_EXAMPLES, run=run)
    add_labels(parser)
    add_language(parser)
    parser.add_argument("--place", choices=PLACES, help="print this mark alone")
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Marks, or what is wrong."""
    from tearline.core.labels import explain_reason, find_faults

    book = load_book(arguments)
    labels = read_labels(arguments, book)
    check_language(arguments.lang, book)
    out: list[dict[str, Any]] = []
    for label in labels:
        faults = [explain_reason(fault, arguments.lang) for fault in find_faults(label, book)]
        marks = {} if faults else print_marks(label, arguments.lang, book)
        out.append({"label": write_label(label), "valid": not faults, "faults": faults, "marks": marks})
    if arguments.json:
        print_json(out)
    else:
        _print(out, arguments.place, arguments.lang)
    return DONE if all(one["valid"] for one in out) else REFUSED


def print_marks(label: Label, lang: str, book: PolicyBook) -> dict[str, str]:
    """The marks of the three places."""
    from tearline.core.labels import BANNER, PORTION, RECEIVER, print_mark

    portion = print_mark(label, PORTION, lang, book)
    return {
        "banner": print_mark(label, BANNER, lang, book),
        "portion": f"({portion})",
        "receiver": print_mark(label, RECEIVER, lang, book),
    }


def _print(out: list[dict[str, Any]], place: str | None, lang: str) -> None:
    for one in out:
        for fault in one["faults"]:
            note(f"{word('not-valid', lang)}: {fault}")
        for name, mark in one["marks"].items():
            if place is None:
                say(f"{name:<9} {mark}")
            elif name == place:
                say(mark)
