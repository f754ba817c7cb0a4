# SPDX-License-Identifier: Apache-2.0
"""``tearline serve``: one node, until it is told to stop."""

from __future__ import annotations

import argparse
import json
import signal
from pathlib import Path

from tearline.cli.arguments import SubParsers, add_command, add_exits, add_json
from tearline.cli.exits import DONE
from tearline.cli.folders import find_node
from tearline.cli.printing import clean
from tearline.core.errors import UsageError

_TEXT = """\
Run the node in FOLDER until Ctrl-C or SIGTERM. It listens for its own people on this machine alone (plain HTTP; put a
proxy with TLS in front of it for others) and for partners with mutual TLS, on the ports in FOLDER/node.json.
What was answered before it stops is on the disk."""
_EXAMPLES = ("tearline serve net/kor", "tearline serve net/kor --json   # one line of JSON once it listens")


def add_parser(commands: SubParsers) -> None:
    """The command."""
    parser = add_command(commands, "serve", "run a node", text=_TEXT, examples=_EXAMPLES, run=run)
    parser.add_argument(
        "folder", type=Path, metavar="FOLDER", help="a node's folder, as tearline init makes it"
    )
    add_json(parser)
    add_exits(
        parser,
        {
            0: "stopped as asked",
            1: "it can't run: a port or the journal is taken, a file is damaged",
            2: "there is no node in FOLDER",
            4: "its files do not hold what was signed",
        },
    )


def run(arguments: argparse.Namespace) -> int:
    """Serve."""
    import asyncio

    import apsw

    folder = find_node(arguments.folder)
    try:
        asyncio.run(_serve(folder, as_json=arguments.json))
    except apsw.Error as error:
        advice = f"Is there room, and may this user write there? Then look with: tearline verify {folder}"
        raise UsageError("database", f"a database in {folder} can't be used ({error})", advice) from error
    return DONE


async def _serve(folder: Path, *, as_json: bool) -> None:
    import asyncio

    from tearline.assembly import open_node
    from tearline.machine import start_logging

    start_logging()
    node = open_node(folder)
    asked = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, asked.set)
    try:
        await node.start()
        _print_ready(node.member, node.web_url, as_json=as_json)
        await asked.wait()
    finally:
        await node.stop()


def _print_ready(member: str, url: str, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"member": member, "url": url}), flush=True)
    else:
        print(clean(f"{member} serves at {url}  (Ctrl-C stops it)"), flush=True)
