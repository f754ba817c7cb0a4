# SPDX-License-Identifier: Apache-2.0
"""``tearline label``: what labels mean, without a node and without a network."""

from __future__ import annotations

from tearline.cli.arguments import Parser, SubParsers, add_exits
from tearline.cli.label import batch, decide, explain, mark, policy, questions, rollup, translate
from tearline.cli.label.sentences import say_failure

VERBS = (
    questions.add_validate,
    mark.add_parser,
    questions.add_parse,
    decide.add_parser,
    explain.add_parser,
    translate.add_parser,
    rollup.add_parser,
    questions.add_dominates,
    questions.add_convert,
    policy.add_parser,
    batch.add_parser,
)

_TEXT = """\
Ask the label library: it validates, decides, explains, marks, translates, rolls up and converts, from files or standard
input. It needs no node. The policies are those of the shipped exercise pack, of --pack FOLDER, or of --spif FILE.

A label is STANAG 4774 or 4778 XML, ESS, an SIO-Label, ZTDF or ISM JSON, a mark …, told from its bytes or named with
--codec; or tearline's own JSON, and a list of such labels:
  {"policy": "EXERCISE KOR", "classification": "III-KUP",
   "categories": {"Releasable To": ["KOR", "JPN", "NATO"]}, "epoch": "2023-07-12"}
"epoch" stands where a lasting group (NATO) is named: its members are those of that day.
LABEL is such a document in quotes, a file that holds it, or - for standard input."""

_EXAMPLES = """\
examples:
  tearline label policy list
  tearline label validate label.xml --spif policy.xml
  tearline label mark label.json --lang ko
  tearline label decide - --member USA --codewords COPPERLEAF <label.json
  tearline label explain label.json --member NZL --ceiling CONFIDENTIAL
  tearline label translate label.json --to JPN
  tearline label rollup one.json two.json"""


def add_parser(commands: SubParsers) -> None:
    """The command and its verbs."""
    parser = commands.add_parser(
        "label",
        help="what labels mean: validate, decide, mark, translate, convert",
        description=_TEXT,
        epilog=_EXAMPLES,
    )
    verbs = parser.add_subparsers(
        title="verbs", metavar="VERB", dest="verb", required=True, parser_class=Parser
    )
    for verb in VERBS:
        verb(verbs)
    parser.set_defaults(explain_failure=say_failure)  # what can't be used is said in the language of --lang
    add_exits(
        parser,
        {0: "yes, or valid", 1: "a pack or file can't be read", 2: "unusable input", 3: "no, or not valid"},
    )
