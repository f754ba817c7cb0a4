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
What was answered before it stops is on the disk.

On an empty folder it prints a link first, where whoever starts it says in the browser whose node this is and who keeps it.
The link works until the node is founded; what was chosen is kept if set-up is broken off."""
_EXAMPLES = (
    "tearline serve net/kor",
    "mkdir node; tearline serve node   # first run: set up in the browser",
    "tearline serve net/kor --json   # one line of JSON once it listens",
)


def add_parser(commands: SubParsers) -> None:
    """The command."""
    parser = add_command(commands, "serve", "run a node", text=_TEXT, examples=_EXAMPLES, run=run)
    parser.add_argument(
        "folder", type=Path, metavar="FOLDER", help="a node's folder, as tearline init makes it"
    )
    parser.add_argument(
        "--port",
        type=int,
        default=8470,
        metavar="N",
        help="at the first run: the people's port; partners get N + 1",
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

    from tearline.first_run import wants_set_up

    first = wants_set_up(arguments.folder)
    folder = arguments.folder if first else find_node(arguments.folder)
    try:
        asyncio.run(_serve(folder, first_port=arguments.port if first else 0, as_json=arguments.json))
    except apsw.Error as error:
        advice = f"Is there room, and may this user write there? Then look with: tearline verify {folder}"
        raise UsageError("database", f"a database in {folder} can't be used ({error})", advice) from error
    return DONE


async def _serve(folder: Path, *, first_port: int, as_json: bool) -> None:
    import asyncio

    from tearline.assembly import open_node
    from tearline.first_run import set_up
    from tearline.machine import settle_process, start_logging

    start_logging()
    asked = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, asked.set)
    if first_port and not await set_up(
        folder, first_port, lambda link: _print_link(link, as_json=as_json), asked
    ):
        return
    node = open_node(folder)
    try:
        await node.start()
        settle_process()
        _print_ready(node.member, node.web_url, as_json=as_json)
        waits = [asyncio.ensure_future(event.wait()) for event in (asked, node.ended)]
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        await node.stop()
    if node.node.halted is not None:
        raise node.node.halted


def _print_link(link: str, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"set_up": link}), flush=True)
    else:
        print(
            clean(f"There is no node here yet. Set it up at {link}  (the link works until it is founded)"),
            flush=True,
        )


def _print_ready(member: str, url: str, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"member": member, "url": url}), flush=True)
    else:
        print(clean(f"{member} serves at {url}  (Ctrl-C stops it)"), flush=True)
