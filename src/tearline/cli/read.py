# SPDX-License-Identifier: Apache-2.0
"""``tearline read``: what this person sees, as a list or as one page."""

from __future__ import annotations

import argparse
from urllib.parse import quote

from tearline.cli.arguments import Parser, SubParsers, add_command, add_exits, add_json
from tearline.cli.client import Client, add_connection
from tearline.cli.exits import DONE
from tearline.cli.pages import print_line, print_rendition
from tearline.cli.printing import note, print_json

_TEXT = """\
List what you may read, newest first, or print one product: banner above and below, the mark before each portion,
languages side by side. What is not for you does not appear; a KEY of it is answered as one that nobody has."""
_EXAMPLES = (
    "tearline read --person kor.analyst",
    "tearline read --person kor.analyst --kind warning --originator JPN --limit 10",
    "tearline read --person kor.analyst KOR.0123456789abcdef0123456789abcdef",
)
LIMIT = 20


def add_parser(commands: SubParsers) -> None:
    """The command."""
    parser = add_command(
        commands, "read", "list what you see, or read one product", text=_TEXT, examples=_EXAMPLES, run=run
    )
    parser.add_argument("key", nargs="?", metavar="KEY", help="a product, as lists name it")
    add_filters(parser)
    add_json(parser)
    add_connection(parser)
    add_exits(parser)


def add_filters(parser: Parser) -> None:
    """What a list or search is narrowed to."""
    group = parser.add_argument_group("narrow it to")
    group.add_argument("--kind", metavar="KIND", help="warning, report, event …")
    group.add_argument("--originator", metavar="MEMBER", help="who wrote it: KOR, JPN …")
    group.add_argument("--since", metavar="TIME", help="filed at this time or later: 2023-07-12T00:00:00Z")
    group.add_argument("--until", metavar="TIME", help="filed before this time")
    group.add_argument(
        "--limit", type=int, default=LIMIT, metavar="N", help=f"at most so many (default: {LIMIT})"
    )
    group.add_argument("--after", metavar="PLACE", help="go on where the last list ended")


def read_filters(arguments: argparse.Namespace) -> dict[str, object]:
    """The filters as parameters of the API."""
    names = ("kind", "originator", "since", "until", "limit", "after")
    return {name: getattr(arguments, name) for name in names}


def run(arguments: argparse.Namespace) -> int:
    """A list, or a page."""
    with Client(arguments) as client:
        if arguments.key:
            answer = client.get(f"/api/products/{quote(arguments.key, safe='')}")
        else:
            answer = client.get("/api/products", **read_filters(arguments))
    if arguments.json:
        print_json(answer)
    elif arguments.key:
        print(print_rendition(answer))
    else:
        for item in answer["items"]:
            print(print_line(item))
        note_rest(len(answer["items"]), answer)
    return DONE


def note_rest(shown: int, answer: dict[str, object]) -> None:
    """How many there are, and how to go on."""
    note(f"{shown} of {answer['total']}")
    if answer.get("next"):
        note(f"More: --after {answer['next']}")
