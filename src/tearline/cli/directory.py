# SPDX-License-Identifier: Apache-2.0
"""``tearline directory``: a newer directory of the network, for a node that runs or one that is stopped."""

from __future__ import annotations

import argparse
import base64
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tearline.cli.arguments import SubParsers, add_command, add_exits, add_json
from tearline.cli.client import Client, add_connection
from tearline.cli.exits import DONE, REFUSED, UnusableError
from tearline.cli.folders import find_node
from tearline.cli.policy import describe_reader
from tearline.cli.printing import note, print_json, say
from tearline.core.errors import UsageError

_TEXT = """\
Take over a newer directory of the network: who is a member, cleared how far, reached where, under which keys and agreements.
It has to be signed by the authority that the node was founded with, and newer than the one in force; else nothing changes.

Without FOLDER: at a running node, by an administrator. What would change is shown first and ends with four letters; taking over
asks for them, or for --check. What members may not hold any more is recalled at once, what they may have more waits on the
release desk, a new partner is pulled from, and one that left is served nothing more. Nothing is restarted.

With FOLDER: for a node that is stopped; it takes the directory over, with all of that, when it starts. Only so does a node
follow a change of its own address, name or keys."""
_EXAMPLES = (
    "tearline directory admitted/directory.json --try --person kor.admin",
    "tearline directory admitted/directory.json --person kor.admin",
    "tearline directory admitted/directory.json --check K7QF --person kor.admin",
    "tearline directory net/kor admitted/directory.json",
)
_EXITS = {
    0: "taken over, or it could be",
    1: "it could not be done; the message says what to do",
    2: "no directory, or unusable input",
    3: "refused: something stands in the way, or it would change something else by now",
    4: "at a stopped node: not signed by the authority, or not newer",
}
TRY, TAKE = "/api/network/directory/try", "/api/network/directory"


def add_parser(commands: SubParsers) -> None:
    """The command."""
    parser = add_command(
        commands, "directory", "take over a newer directory", text=_TEXT, examples=_EXAMPLES, run=run
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER", nargs="?", help="a stopped node's folder")
    parser.add_argument("file", type=Path, metavar="FILE", help="a signed directory")
    parser.add_argument("--try", action="store_true", dest="only_try", help="only say what would change")
    parser.add_argument(
        "--check", metavar="LETTERS", help="those of the answer that you looked at before, at a running node"
    )
    add_json(parser)
    add_connection(parser)
    add_exits(parser, _EXITS)


def run(arguments: argparse.Namespace) -> int:
    """Where there is a folder, its node is stopped."""
    if arguments.folder is None:
        return _run_online(arguments)
    if arguments.only_try or arguments.check:
        advice = "Without FOLDER, --try and --check ask the node that runs."
        raise UnusableError("usage", "a stopped node tries nothing", advice)
    return _run_stopped(arguments)


def _run_online(arguments: argparse.Namespace) -> int:
    file = base64.b64encode(arguments.file.read_bytes()).decode()
    with Client(arguments) as client:
        shown = client.post(TRY, {"file": file})
        if arguments.only_try:
            return _show(arguments, shown)
        check = arguments.check or _ask(shown)
        made = client.post(TAKE, {"file": file, "sha256": shown["sha256"], "check": check})
    if arguments.json:
        print_json(made)
        return DONE
    say(f"in force: directory {made['version']}: {', '.join(made['members'])}")
    say(
        f"    {made['recalled']} recalled, {made['proposed']} on the desk, {made['opened']} out of quarantine"
    )
    return DONE


def _show(arguments: argparse.Namespace, shown: dict[str, Any]) -> int:
    if arguments.json:
        print_json(shown)
    else:
        _say_all(shown)
    return REFUSED if shown["obstacles"] else DONE


def _ask(shown: dict[str, Any]) -> str:
    _say_all(shown)
    if not sys.stdin.isatty():
        advice = f"Look at the answer, then give --check {shown['check']}."
        raise UnusableError("no-check", "there is no terminal to type the letters at", advice)
    return input("Type the letters to take the directory over: ")


def _say_all(shown: dict[str, Any]) -> None:
    for line in _describe(shown):
        say(line)


def _describe(shown: dict[str, Any]) -> Iterator[str]:
    """The answer for people; marks and references are the node's."""
    yield f"directory {shown['current']} -> {shown['candidate']}, valid until {shown['expires']}"
    if not shown["named"]:
        yield "! it names other policies than those in force here"
    for member in shown["members"]:
        yield f"    {member['what']:<8} {member['member']} {member['name']}"
        yield from _describe_fields(member if member["what"] == "changed" else {"fields": []})
        if member["held"]:
            yield f"!            goes on holding {member['held']} of our products: recall them first"
    for agreement in shown["agreements"]:
        yield f"    {agreement['what']:<8} agreement {agreement['id']}: {', '.join(agreement['parties'])}"
        yield from _describe_fields(agreement if agreement["what"] == "changed" else {"fields": []})
    for problem in shown["problems"]:
        yield f"! no words in the policies: {problem['member']} {problem['value']}, and sees nothing until there are"
    for reader in (*shown["readers"], *shown["people"]):
        yield from describe_reader(reader)
    for obstacle in shown["obstacles"]:
        yield f"! {obstacle['words']}"
    yield f"letters of this answer: {shown['check']}"


def _describe_fields(row: dict[str, Any]) -> Iterator[str]:
    for field in row["fields"]:
        yield f"             {field['field']}: {field['old'] or '-'} -> {field['new'] or '-'}"


def _run_stopped(arguments: argparse.Namespace) -> int:
    from tearline.machine import SystemClock
    from tearline.node.journal import LockFile
    from tearline.node.trust import DirectoryFile

    folder = find_node(arguments.folder)
    try:
        lock = LockFile(folder / "journal.db.lock")
    except UsageError as error:
        advice = (
            f"Take it over there: tearline directory {arguments.file} --person NAME. Or stop the node first."
        )
        raise UsageError("node-running", f"the node in {folder} runs", advice) from error
    try:
        authority = bytes.fromhex((folder / "authority.pub").read_text())
        brought = DirectoryFile(folder / "directory.json", authority)
        taken = brought.take_over(arguments.file.read_bytes(), SystemClock().now())
    finally:
        lock.release()
    if arguments.json:
        print_json({"version": taken.version, "members": sorted(taken.members)})
    else:
        say(f"directory {taken.version}: {', '.join(sorted(taken.members))}")
        note("The node takes it over when it starts.")
    return DONE
