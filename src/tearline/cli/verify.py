# SPDX-License-Identifier: Apache-2.0
"""``tearline verify``: does what is on the disk, or in a file of an auditor, hold what was signed?"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tearline.cli.arguments import SubParsers, add_command, add_exits, add_json
from tearline.cli.exits import DONE, UNSOUND
from tearline.cli.folders import list_nodes
from tearline.cli.printing import print_json, say
from tearline.cli.trail_file import verify_trails
from tearline.core.errors import IntegrityError, TearlineError

if TYPE_CHECKING:
    from tearline.core.ids import Member
    from tearline.node.trust import DirectoryFile

_TEXT = """\
Recompute everything from the bytes in PATH: the journal, the access log and the anchors against their signatures and
each other, streams leaf by leaf against the partners' signed checkpoints, payloads against what was committed to, purges
against what is left. It only reads, and may run beside the node. PATH is a node's folder, or a network's: then each node's.

PATH may also be a file that an auditor exported (a range of a log). It is verified from its own bytes, without any node,
against the key of the network's authority, which --authority names: take that key from where you trust it, not from the
one who gave you the file. A range that was taken in several files is given with all of them: it has to have no gap."""
_EXAMPLES = (
    "tearline verify net/kor",
    "tearline verify net --json",
    "tearline verify KOR-journal-0-900.tearline-trail --authority authority.pub",
    "tearline verify KOR-journal-*.tearline-trail --authority authority.pub",
)


_COUNTS = ("entries", "payloads", "purged", "checkpoints", "cosignatures")
_NO_JOURNAL = IntegrityError(
    "no-journal",
    "There is no journal: this node never ran, or somebody took it away",
    "If it never ran, start it once: tearline serve FOLDER. Else restore it from a backup and the partners' copies.",
)
_FOLDER_ADVICE = "Restore the folder's settings from a backup, or ask the network's authority."


def add_parser(commands: SubParsers) -> None:
    """The command."""
    parser = add_command(
        commands,
        "verify",
        "check a node's files, or an exported trail, against what was signed",
        text=_TEXT,
        examples=_EXAMPLES,
        run=run,
    )
    parser.add_argument(
        "paths",
        type=Path,
        nargs="+",
        metavar="PATH",
        help="a node's folder, one that holds several, or an exported trail",
    )
    parser.add_argument(
        "--authority",
        metavar="KEY",
        help="for a trail: the authority's public key, a file or hexadecimal digits",
    )
    add_json(parser)
    add_exits(
        parser,
        {
            0: "everything holds",
            1: "it could not be checked",
            2: "there is no node",
            4: "something does not hold",
        },
    )


def run(arguments: argparse.Namespace) -> int:
    """Each node, part by part; or files."""
    if all(path.is_file() for path in arguments.paths):
        return verify_trails(arguments.paths, arguments.authority, as_json=arguments.json)
    rows = [_verify(folder) for path in arguments.paths for folder in list_nodes(path)]
    sound = all(row["sound"] for row in rows)
    if arguments.json:
        print_json({"sound": sound, "nodes": rows})
    else:
        for row in rows:
            _print_node(row)
    return DONE if sound else UNSOUND


def _verify(folder: Path) -> dict[str, Any]:
    """One node. The keys come from its directory, so a directory that nobody signed ends the check of that node."""
    import msgspec

    from tearline.config import load_config
    from tearline.core.ids import Member
    from tearline.node.journal import whole

    member = Member(load_config(folder).member)
    row: dict[str, Any] = {"member": member, "folder": str(folder)}
    try:
        source = _read_directory(folder, member)
    except TearlineError as error:
        return row | {"sound": False, "parts": {"directory": _describe_failure(error, "directory.json")}}
    if not (folder / whole.JOURNAL).is_file():
        return row | {"sound": False, "parts": {"journal": _describe_failure(_NO_JOURNAL, whole.JOURNAL)}}
    report = whole.verify_node(folder, source.current(), member, source.prove)
    parts = {name: {"sound": part.sound, **msgspec.to_builtins(part)} for name, part in report.parts.items()}
    return row | {"sound": report.sound, "parts": parts}


def _read_directory(folder: Path, member: Member) -> DirectoryFile:
    from tearline.node.trust import DirectoryFile

    try:
        authority = bytes.fromhex((folder / "authority.pub").read_text(encoding="ascii"))
    except (OSError, ValueError) as error:
        words = f"the authority's public key can't be read ({error})"
        raise IntegrityError("no-authority", words, _FOLDER_ADVICE) from error
    source = DirectoryFile(folder / "directory.json", authority)
    if member not in source.current().members:
        raise IntegrityError("not-a-member", f"the directory does not know {member}", _FOLDER_ADVICE)
    return source


def _describe_failure(error: TearlineError, where: str) -> dict[str, Any]:
    finding = {
        "severity": "error",
        "code": error.code,
        "where": where,
        "explanation": f"{error.message}.",
        "advice": error.advice or _FOLDER_ADVICE,
    }
    return {"sound": False, "findings": [finding]}


def _print_node(row: dict[str, Any]) -> None:
    say(f"{row['member']}  {row['folder']}  {'everything holds' if row['sound'] else 'DOES NOT HOLD'}")
    for name, part in row["parts"].items():
        looked_at = ", ".join(f"{part[what]} {what}" for what in _COUNTS if part.get(what))
        say(f"    {name:<9} {'holds' if part['sound'] else 'DOES NOT HOLD':<14} {looked_at}".rstrip())
        for finding in part["findings"]:
            say(
                f"        {finding['severity']}: {finding['where']}: {finding['explanation']} [{finding['code']}]"
            )
            if finding["advice"]:
                say(f"          {finding['advice']}")
