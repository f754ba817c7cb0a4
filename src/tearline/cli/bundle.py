# SPDX-License-Identifier: Apache-2.0
"""``tearline bundle``: a partner's stream as a file to carry, and a file that was brought."""

from __future__ import annotations

import argparse
import base64
from pathlib import Path
from typing import Any

from tearline.cli.arguments import Parser, SubParsers, add_command, add_exits, add_json
from tearline.cli.client import Client, add_connection
from tearline.cli.exits import DONE, REFUSED, UnusableError
from tearline.cli.printing import print_json, say

_TEXT = """\
Carry streams without a connection: on a stick, by courier, through a one-way link. A bundle is sealed to the member that
it is for and signed by the node that made it; whoever brings it is only the mail. Where it arrives, every entry is proved
as if the link had brought it: a lost, repeated, changed or reordered file loses, doubles and widens nothing."""
_EXAMPLES = (
    "tearline bundle export NZL --person kor.admin --out for-nzl",
    "tearline bundle import for-nzl --person nzl.security --url http://nzl.localhost:8476",
    "tearline bundle show for-nzl",
)
_EXPORT = """\
Write what waits for MEMBER to FILE, FLASH first. By default that is what MEMBER has given no receipt for. Over a one-way
link there are no receipts: begin with what was in no bundle yet (--since exported), and with the start (--since start)
where a file was lost. FILE is never overwritten."""
_IMPORT = "Take in FILE at the node that it is for. Bringing it again changes nothing."
_SHOW = "Say what is written on the outside of FILE: from whom, for whom, when. It proves nothing and needs no node."


def add_parser(commands: SubParsers) -> None:
    """The command with its three verbs."""
    parser = add_command(
        commands, "bundle", "carry streams in files", text=_TEXT, examples=_EXAMPLES, run=_help
    )
    parser.set_defaults(parser=parser)
    verbs = parser.add_subparsers(title="verbs", metavar="VERB", dest="verb", parser_class=Parser)
    _add_export(verbs)
    _add_import(verbs)
    show = add_command(
        verbs, "show", "what stands on a file", text=_SHOW, examples=(_EXAMPLES[2],), run=run_show
    )
    show.add_argument("file", type=Path, metavar="FILE", help="a bundle")
    add_json(show)
    add_exits(show, {0: "done", 2: "this is no bundle"})
    add_exits(parser)


def _add_export(verbs: SubParsers) -> None:
    export = add_command(
        verbs,
        "export",
        "write what waits for a member",
        text=_EXPORT,
        examples=(_EXAMPLES[0],),
        run=run_export,
    )
    export.add_argument("member", metavar="MEMBER", help="for whom")
    export.add_argument("--out", type=Path, metavar="FILE", help="where to (default: a name of its own)")
    export.add_argument(
        "--since",
        choices=("acknowledged", "exported", "start"),
        default="acknowledged",
        help="where it begins (default: acknowledged)",
    )
    add_json(export)
    add_connection(export)
    add_exits(export)


def _add_import(verbs: SubParsers) -> None:
    parser = add_command(
        verbs, "import", "take in a file", text=_IMPORT, examples=(_EXAMPLES[1],), run=run_import
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="a bundle")
    add_json(parser)
    add_connection(parser)
    add_exits(parser)


def _help(arguments: argparse.Namespace) -> int:
    arguments.parser.print_help()
    return DONE


def run_export(arguments: argparse.Namespace) -> int:
    """Ask for the file, and put it down whole or not at all."""
    if arguments.out is not None and arguments.out.exists():
        raise UnusableError("file-exists", f"{arguments.out} exists", "Choose another name.")
    with Client(arguments) as client:
        made = client.post(f"/api/network/{arguments.member}/bundles", {"since": arguments.since})
    raw = base64.b64decode(made.pop("file"))
    out = arguments.out or Path(Path(made["name"]).name)  # here, whatever a node says
    with out.open("xb") as file:
        file.write(raw)
    if arguments.json:
        print_json(made | {"path": str(out)})
        return DONE
    say(f"{out}: {made['entries']} entries for {made['member']}, {len(raw)} bytes, SHA-256 {made['sha256']}")
    for lane in made["lanes"]:
        say(f"    {lane['lane']:<10} {lane['start']} to {lane['end']}")
    if made["more"]:
        say("More waits than one file takes: export again with --since exported.")
    return DONE


def run_import(arguments: argparse.Namespace) -> int:
    """Bring it; exit code 3 where a lane was refused."""
    raw = arguments.file.read_bytes()
    with Client(arguments) as client:
        brought = client.post("/api/bundles", {"file": base64.b64encode(raw).decode()})
    if arguments.json:
        print_json(brought)
    else:
        say(f"from {brought['member']}, made {brought['made_dtg']}: {brought['taken']} new entries")
        for lane in brought["lanes"]:
            say(f"    {_print_lane(lane)}")
    return REFUSED if any(lane["code"] for lane in brought["lanes"]) else DONE


def _print_lane(lane: dict[str, Any]) -> str:
    name = f"{lane['lane']:<10}"
    if lane["code"] == "gap":
        missing = f"{lane['before']} to {lane['start']}"
        return f"{name} begins at {lane['start']}; bring the file with {missing} first"
    if lane["code"]:
        return f"{name} refused at {lane['after']}: {lane['code']}"
    new = lane["after"] - lane["before"]
    return f"{name} {new} new, {lane['after']} held" if new else f"{name} nothing new, {lane['after']} held"


def run_show(arguments: argparse.Namespace) -> int:
    """The slip, as it claims."""
    from tearline.core.exchange import open_bundle
    from tearline.core.instants import print_dtg, print_iso

    envelope, slip = open_bundle(arguments.file.read_bytes())
    shown = {
        "from": slip.sender,
        "for": slip.receiver,
        "made": print_iso(slip.made_at),
        "directory": slip.directory,
        "sealed": slip.sealed,
        "bytes": len(envelope.content),
    }
    if arguments.json:
        print_json(shown)
    else:
        sealed = "sealed" if slip.sealed else "not sealed"
        say(
            f"from {slip.sender} for {slip.receiver}, made {print_dtg(slip.made_at)}, {sealed}, {shown['bytes']} bytes"
        )
    return DONE
