# SPDX-License-Identifier: Apache-2.0
"""``tearline label translate``: a label in another policy's words, never wider."""

from __future__ import annotations

import argparse
from typing import Any

from tearline.cli.arguments import SubParsers, add_command, add_json
from tearline.cli.exits import DONE, REFUSED
from tearline.cli.label.forms import write_label
from tearline.cli.label.inputs import (
    add_labels,
    add_language,
    check_language,
    find_policy_name,
    load_book,
    read_labels,
)
from tearline.cli.label.mark import print_marks
from tearline.cli.label.translations import carry_label, settle_form
from tearline.cli.label.words import word
from tearline.cli.printing import note, print_json, say

_TEXT = """\
Carry a label into another policy, through the network policy, never wider than the original; or (--form spif) exactly
as the SPIF says it, for other people's tools. What has no equivalent is refused by name (exit code 3). The mark printed
is the one that a receiver adds; the label itself comes with --json."""
_EXAMPLES = (
    "tearline label translate label.json --to JPN --lang ja",
    'tearline label translate label.json --to "EXERCISE EXNET" --json',
)


def add_parser(verbs: SubParsers) -> None:
    """The verb."""
    parser = add_command(
        verbs, "translate", "a label in another policy", text=_TEXT, examples=_EXAMPLES, run=run
    )
    add_labels(parser)
    parser.add_argument("--to", required=True, metavar="POLICY", help="a policy's name, or a member's code")
    parser.add_argument(
        "--form",
        choices=("members", "spif"),
        default="",
        metavar="FORM",
        help="members: as a node does it, never wider; spif: as the SPIF says it (default: members with a pack)",
    )
    add_language(parser)
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """The translation, or what stands in its way."""
    from tearline.core.labels import Decision, explain, explain_reason

    book = load_book(arguments)
    check_language(arguments.lang, book)
    target = find_policy_name(arguments.to, book)
    form = settle_form(arguments.form, book)
    code = DONE
    out: list[dict[str, Any]] = []
    for label in read_labels(arguments, book):
        carried = carry_label(label, target, form, book)
        row: dict[str, Any] = {"label": write_label(label), "to": target}
        if isinstance(carried, Decision):
            code = REFUSED
            row |= {
                "translated": None,
                "reasons": [explain_reason(r, arguments.lang) for r in carried.reasons],
            }
        else:
            row |= {"translated": write_label(carried), "marks": print_marks(carried, arguments.lang, book)}
        out.append(row)
        if not arguments.json and isinstance(carried, Decision):
            note(f"{word('refused', arguments.lang)}: {explain(carried, arguments.lang)}")
        elif not arguments.json:
            say(row["marks"]["receiver"])
    if arguments.json:
        print_json(out)
    return code
