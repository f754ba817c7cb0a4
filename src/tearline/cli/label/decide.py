# SPDX-License-Identifier: Apache-2.0
"""``tearline label decide``: may this clearance see this label?"""

from __future__ import annotations

import argparse

from tearline.cli.arguments import SubParsers, add_command, add_json
from tearline.cli.exits import DONE, REFUSED
from tearline.cli.label.forms import write_label
from tearline.cli.label.inputs import (
    add_clearance,
    add_labels,
    add_words_language,
    load_book,
    make_sight,
    read_clearance,
    read_labels,
)
from tearline.cli.label.words import check_words_language, word
from tearline.cli.printing import print_json, say

_TEXT = """\
Decide as every node does: the label is valid, the member is in its audience and can mark it, and the person's
classifications and codewords cover it. With several labels, one line each; the exit code is 0 if all are seen."""
_EXAMPLES = (
    "tearline label decide label.json --member JPN",
    "tearline label decide label.json --member KOR --codewords DALBIT,MILLRACE --ceiling II-KUP",
    "tearline label decide - --member USA --json <labels.json",
    "tearline label decide label.xml --clearance clearance.xml --spif policy.xml",
)


def add_parser(verbs: SubParsers) -> None:
    """The verb."""
    parser = add_command(
        verbs, "decide", "may this clearance see this label?", text=_TEXT, examples=_EXAMPLES, run=run
    )
    add_labels(parser)
    add_clearance(parser)
    add_words_language(parser)
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Yes, or no with every reason."""
    from tearline.core.labels import decide, explain, explain_reason, person_sees

    lang = check_words_language(arguments.lang)
    book = load_book(arguments)
    if arguments.clearance:
        clearance = read_clearance(arguments, book)
        arguments.policy_wanted = clearance.policy
        decisions = [(label, decide(label, clearance, book)) for label in read_labels(arguments, book)]
    else:
        sight = make_sight(arguments, book)
        decisions = [(label, person_sees(label, sight, book)) for label in read_labels(arguments, book)]
    if arguments.json:
        print_json(
            [
                {
                    "label": write_label(label),
                    "permitted": decision.permitted,
                    "reasons": [{"code": r.code, "words": explain_reason(r, lang)} for r in decision.reasons],
                }
                for label, decision in decisions
            ]
        )
    else:
        for _, decision in decisions:
            no = f"{word('no', lang)}: {explain(decision, lang)}"
            say(word("yes", lang) if decision.permitted else no)
    return DONE if all(decision.permitted for _, decision in decisions) else REFUSED
