# SPDX-License-Identifier: Apache-2.0
"""``tearline label``: what labels mean, without a node and without a network."""

from __future__ import annotations

from tearline.cli.arguments import Parser, SubParsers, add_exits
from tearline.cli.label import decide, explain, mark, policy, rollup, translate

VERBS = (mark, decide, explain, translate, rollup, policy)

_TEXT = """\
Ask the label library: it decides, explains, marks, translates and rolls up, from files or standard input.
It needs no node. The policies are those of the shipped exercise pack, or of --pack FOLDER.

A label is JSON; so is a list of labels:
  {"policy": "EXERCISE KOR", "classification": "III-KUP",
   "categories": {"Releasable To": ["KOR", "JPN", "NATO"]}, "epoch": "2023-07-12"}
"epoch" stands where a lasting group (NATO) is named: its members are those of that day.
LABEL is such JSON, a file that holds it, or - for standard input."""

_EXAMPLES = """\
examples:
  tearline label policy list
  tearline label mark label.json --lang ko
  tearline label decide - --member USA --codewords COPPERLEAF <label.json
  tearline label explain label.json --member NZL --ceiling CONFIDENTIAL
  tearline label translate label.json --to JPN
  tearline label rollup one.json two.json"""


def add_parser(commands: SubParsers) -> None:
    """The command and its verbs."""
    parser = commands.add_parser(
        "label",
        help="what labels mean: decide, explain, mark, translate, roll up",
        description=_TEXT,
        epilog=_EXAMPLES,
    )
    verbs = parser.add_subparsers(
        title="verbs", metavar="VERB", dest="verb", required=True, parser_class=Parser
    )
    for verb in VERBS:
        verb.add_parser(verbs)
    add_exits(
        parser,
        {0: "yes, or valid", 1: "a pack or file can't be read", 2: "unusable input", 3: "no, or not valid"},
    )
