# SPDX-License-Identifier: Apache-2.0
"""``tearline search``: words in what this person may read."""

from __future__ import annotations

import argparse
from typing import Any

from tearline.cli.arguments import SubParsers, add_command, add_exits, add_json
from tearline.cli.client import Client, add_connection
from tearline.cli.exits import DONE
from tearline.cli.pages import print_line
from tearline.cli.printing import print_json, say
from tearline.cli.read import add_filters, note_rest, read_filters

_TEXT = """\
Search what you may read: all words must occur; Korean and Japanese are found inside words too, and the names of one
place stand for each other. There is no query language. A word of something hidden is answered like one that nobody wrote.
Searches are recorded."""
_EXAMPLES = (
    "tearline search --person aus.analyst solid propulsion",
    "tearline search --person nzl.duty 동해 --since 2023-07-12T00:00:00Z --json",
)


def add_parser(commands: SubParsers) -> None:
    """The command."""
    parser = add_command(
        commands, "search", "find words in what you see", text=_TEXT, examples=_EXAMPLES, run=run
    )
    parser.add_argument("words", nargs="+", metavar="WORD", help="what to look for")
    add_filters(parser)
    add_json(parser)
    add_connection(parser)
    add_exits(parser)


def run(arguments: argparse.Namespace) -> int:
    """Hits with the pieces around what was asked for; no hit is an answer too."""
    with Client(arguments) as client:
        answer = client.get("/api/search", q=" ".join(arguments.words), **read_filters(arguments))
    if arguments.json:
        print_json(answer)
        return DONE
    hits = answer["items"]
    for hit in hits:
        print(print_line(hit))
        for snippet in hit["snippets"]:
            say(f"      {_print_snippet(snippet)}")
    note_rest(len(hits), answer)
    return DONE


def _print_snippet(snippet: dict[str, Any]) -> str:
    piece = f"{snippet['before']}*{snippet['match']}*{snippet['after']}".replace("\n", " ")
    return f"{snippet['tag']}  … {piece} …"
