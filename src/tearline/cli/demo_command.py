# SPDX-License-Identifier: Apache-2.0
"""``tearline demo``: the arguments of the exercise that ``cli/demo`` plays."""

from __future__ import annotations

import argparse
from pathlib import Path

from tearline.cli.arguments import SubParsers, add_command, add_exits

_TEXT = """\
Play an exercise on this machine: seven nations' nodes, real links between them, every answer checked against the script's
own tables. Afterwards the nodes stay up for you to look around, until Ctrl-C. Everything is in the folder .demo, made
afresh each time."""
_EXAMPLES = (
    "tearline demo",
    "tearline demo --headless --json result.json",
    "tearline demo --headless --break withhold   # must end with exit code 4",
)
BREAKS = ("withhold", "chain", "purge")
PORT_BASE = 8470
SEED = 23


def add_parser(commands: SubParsers) -> None:
    """The command."""
    parser = add_command(
        commands, "demo", "seven nations, one exercise", text=_TEXT, examples=_EXAMPLES, run=run
    )
    parser.add_argument("--headless", action="store_true", help="play, check, stop")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write what was played and checked to FILE")
    parser.add_argument(
        "--keep", action="store_true", help="go on with the network that the last demo left in .demo"
    )
    parser.add_argument(
        "--port-base", type=int, default=PORT_BASE, metavar="N", help=f"first port (default: {PORT_BASE})"
    )
    parser.add_argument(
        "--seed", type=int, default=SEED, metavar="S", help=f"of everything drawn (default: {SEED})"
    )
    parser.add_argument(
        "--break", dest="break_", choices=BREAKS, help="remove one safeguard: the checks must notice"
    )
    parser.add_argument("--script", type=Path, metavar="FOLDER", help="another exercise")
    add_exits(parser)


def run(arguments: argparse.Namespace) -> int:
    """Play."""
    from tearline.cli.demo.command import run as play

    code: int = play(arguments)
    return code
