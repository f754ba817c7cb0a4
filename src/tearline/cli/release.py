# SPDX-License-Identifier: Apache-2.0
"""``tearline release``: the release desk, a review of texts."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from tearline.cli.arguments import SubParsers, add_command, add_exits, add_json, split_names
from tearline.cli.client import Client, add_connection
from tearline.cli.exits import DONE, UnusableError
from tearline.cli.pages import print_preview, print_text
from tearline.cli.printing import note, print_json, say

_TEXT = """\
List what waits on the release desk, look at one item's texts, open one of them, and decide: approve it for members,
or send it back to be reworded. A text is approved only after you have opened it. You are offered only what you may
see whole."""
_EXAMPLES = (
    "tearline release --person kor.disclosure",
    "tearline release --person kor.disclosure KEY",
    "tearline release --person kor.disclosure KEY --open 7KQ2M9XD",
    "tearline release --person kor.disclosure KEY --approve JPN,USA",
    'tearline release --person kor.disclosure KEY --return GP:NZL,GBR --comment "say it without the sensor"',
)


def add_parser(commands: SubParsers) -> None:
    """The command."""
    parser = add_command(commands, "release", "the release desk", text=_TEXT, examples=_EXAMPLES, run=run)
    parser.add_argument("key", nargs="?", metavar="KEY", help="an item, as the list names it")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--list", action="store_true", help="what waits (also without KEY)")
    what.add_argument("--open", metavar="TEXT", help="read this text; it is recorded that you did")
    what.add_argument("--approve", metavar="MEMBERS", help="release to these: JPN,USA")
    what.add_argument(
        "--return",
        dest="refused",
        action="append",
        metavar="TAG:MEMBER,…",
        help="send back: this portion, as it is worded, is not for these; may be repeated",
    )
    parser.add_argument("--delegation", default="", metavar="ID", help="with --approve: on this authority")
    parser.add_argument("--comment", metavar="WORDS", help="with --return: what other words are needed")
    add_json(parser)
    add_connection(parser)
    add_exits(parser)


def run(arguments: argparse.Namespace) -> int:
    """One step of the review."""
    _check(arguments)
    show: Callable[[Any], None]
    with Client(arguments) as client:
        if arguments.list or not arguments.key:
            answer, show = client.get("/api/desk"), _print_list
        elif arguments.open:
            answer = client.post(f"/api/desk/{quote(arguments.key, safe='')}/open", {"text": arguments.open})
            show = _print_text
        elif arguments.approve:
            answer, show = _approve(client, arguments), _print_released
        elif arguments.refused:
            answer, show = _return(client, arguments), _print_returned
        else:
            answer, show = client.get(f"/api/desk/{quote(arguments.key, safe='')}"), _print_item
    if arguments.json:
        print_json(answer)
    else:
        show(answer)
    return DONE


def _check(arguments: argparse.Namespace) -> None:
    deciding = arguments.open or arguments.approve or arguments.refused
    if deciding and not arguments.key:
        raise UnusableError("no-key", "which item?", "Give its KEY; tearline release --list shows them.")
    if arguments.refused and not arguments.comment:
        raise UnusableError("no-comment", "what other words are needed?", 'Say it with --comment "WORDS".')
    if arguments.approve is not None and not split_names(arguments.approve):
        raise UnusableError("no-members", "release to whom?", "Name the members: --approve JPN,USA.")


def _approve(client: Client, arguments: argparse.Namespace) -> Any:
    body: dict[str, Any] = {"members": list(split_names(arguments.approve))}
    if arguments.delegation:
        body["delegation"] = arguments.delegation
    return client.post(f"/api/desk/{quote(arguments.key, safe='')}/approve", body)


def _return(client: Client, arguments: argparse.Namespace) -> Any:
    refused = []
    for text in arguments.refused:
        tag, colon, members = text.partition(":")
        if not colon or not tag.strip() or not split_names(members):
            raise UnusableError(
                "bad-return", f"{text!r} names no portion and members", "Write it like GP:NZL,GBR."
            )
        refused.append({"tag": tag.strip(), "members": list(split_names(members))})
    body = {"refused": refused, "comment": arguments.comment}
    return client.post(f"/api/desk/{quote(arguments.key, safe='')}/return", body)


def _print_list(answer: Any) -> None:
    for item in answer["items"]:
        say(
            f"{item['reference']}  by {item['author']}, {item['author_post']}  for {', '.join(item['pending'])}"
        )
        say(f"    {item['key']}")
    note(f"{len(answer['items'])} on the desk")


def _print_item(answer: Any) -> None:
    print(print_preview(answer))
    note("Read a text with --open TEXT; then --approve MEMBERS, or --return TAG:MEMBER,… --comment WORDS.")


def _print_text(answer: Any) -> None:
    print(print_text(answer))


def _print_released(answer: Any) -> None:
    say(f"released to {', '.join(answer['released'])} under {answer['authority']}")
    if answer["pending"]:
        say(f"still waiting: {', '.join(answer['pending'])}")


def _print_returned(_answer: Any) -> None:
    say("sent back to its author; nothing leaves until it is filed again")
