# SPDX-License-Identifier: Apache-2.0
"""``tearline backup`` and ``tearline restore``: a node's folder as one file, and back."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from tearline.cli.arguments import SubParsers, add_command, add_exits, add_json
from tearline.cli.client import add_password, read_password
from tearline.cli.exits import DONE, UNSOUND, UnusableError
from tearline.cli.folders import find_node
from tearline.cli.printing import note, print_json, say
from tearline.core.errors import UsageError

if TYPE_CHECKING:
    from tearline.restore import Order

_BACKUP = """\
Copy the node in FOLDER into one file in the folder TO, whole and as of one moment, also while it runs. The file opens
everything that the node opens, its keys too: keep it where the node's own disk may be. The node's administrators make
backups in the browser as well; those are on record in the journal."""
_RESTORE = """\
Take a backup back into the empty folder FOLDER, file by file against its manifest, and verify it whole. A restored node is
not served until it is accepted: --accept verifies again and asks every partner what it holds of this node's history: which
life of it, how much of each lane, how much of the anchor log. A partner that holds more than the backup keeps the node shut,
for going on would make a second history. Then restore a newer backup; where there is none, an administrator answers for a new
incarnation with --new-incarnation, --person, the password and --reason: partners are told, close the former streams, keep what
they have, and give back what they hold of them. A partner that does not answer has to be named with --without. Before an
accepted node opens its door it takes in what its partners recalled meanwhile."""
_DIFFERENT = UsageError(
    "not-confirmed",
    "the member's code was not typed as it is: nothing was begun",
    "A new incarnation can't be undone. Type the code, or give --confirm CODE.",
)


def add_parser(commands: SubParsers) -> None:
    """Both commands."""
    backup = add_command(
        commands,
        "backup",
        "copy a node into one file",
        text=_BACKUP,
        examples=("tearline backup net/kor /media/vault",),
        run=run_backup,
    )
    backup.add_argument("folder", type=Path, metavar="FOLDER", help="a node's folder")
    backup.add_argument("to", type=Path, metavar="TO", help="where the file goes")
    add_json(backup)
    add_exits(backup, {0: "made", 1: "it could not be made", 2: "there is no node in FOLDER"})
    restore = add_command(
        commands,
        "restore",
        "take a backup back",
        text=_RESTORE,
        examples=(
            "tearline restore tearline-KOR.tar node",
            "tearline restore --accept node --without NZL",
            "tearline restore --accept node --new-incarnation --person kor.admin --reason 'disk lost'",
        ),
        run=run_restore,
    )
    restore.add_argument("file", type=Path, nargs="?", metavar="FILE", help="a backup; not with --accept")
    restore.add_argument("folder", type=Path, metavar="FOLDER", help="an empty folder, or a restored one")
    restore.add_argument("--accept", action="store_true", help="let the restored node in FOLDER be served")
    restore.add_argument("--without", metavar="CODES", default="", help="partners that can't be asked")
    restore.add_argument(
        "--new-incarnation",
        action="store_true",
        help="with --accept: go on in another life, since partners hold more than the backup",
    )
    restore.add_argument("--person", metavar="ID", default="", help="the administrator who answers for it")
    restore.add_argument("--reason", metavar="TEXT", default="", help="why; it stays in this node's journal")
    restore.add_argument(
        "--confirm", metavar="CODE", default="", help="the member's code, else it is asked for"
    )
    add_password(restore)
    add_json(restore)
    add_exits(
        restore,
        {
            0: "restored, or accepted",
            1: "FOLDER is not empty, a partner did not answer, or it is no administrator's word",
            2: "FILE is no backup",
            4: "what was restored does not hold, or a partner saw more than it has",
        },
    )


def run_backup(arguments: argparse.Namespace) -> int:
    """Copy."""
    from tearline.backup import make_backup
    from tearline.machine import SystemClock

    made = make_backup(find_node(arguments.folder), arguments.to, SystemClock().now())
    if arguments.json:
        print_json({"file": str(arguments.to / made.name), "size": made.size, "sha256": made.sha256})
    else:
        say(f"{arguments.to / made.name}  {made.size} bytes  sha256 {made.sha256}")
    return DONE


def run_restore(arguments: argparse.Namespace) -> int:
    """Take back, or accept what was."""
    if arguments.accept == (arguments.file is not None):
        raise UnusableError("usage", "give FILE and FOLDER, or --accept and FOLDER")
    return _accept(arguments) if arguments.accept else _unpack(arguments)


def _unpack(arguments: argparse.Namespace) -> int:
    from tearline.backup import unpack_backup
    from tearline.core.instants import print_iso
    from tearline.restore import check_sound

    manifest = unpack_backup(arguments.file, arguments.folder)
    sound = check_sound(arguments.folder)
    made = print_iso(manifest.made)
    if arguments.json:
        print_json({"member": manifest.member, "made": made, "sound": sound})
    else:
        say(
            f"{manifest.member} as of {made} is in {arguments.folder}; {'it holds' if sound else 'it does NOT hold'}"
        )
        note(f"It is not served yet. Next: tearline restore --accept {arguments.folder}")
    return DONE if sound else UNSOUND


def _accept(arguments: argparse.Namespace) -> int:
    from tearline.restore import accept

    folder = find_node(arguments.folder)
    without = frozenset(code for code in arguments.without.split(",") if code)
    order = _read_order(arguments, folder) if arguments.new_incarnation else None
    answers = accept(folder, without, order)
    if arguments.json:
        found = {"ticks": answers.size, "seen": answers.seen, "ahead": answers.ahead}
        print_json(found | {"incarnation": answers.incarnation})
        return DONE
    for member, size in answers.seen.items():
        more = ", and holds more than this backup" if member in answers.ahead else ""
        say(f"{member}  {'did not answer' if size is None else f'saw {size} of {answers.size} ticks{more}'}")
    if order:
        note(f"It goes on as incarnation {answers.incarnation}; partners hear of it at its first start.")
    note(f"Accepted. Start it with: tearline serve {arguments.folder}")
    return DONE


def _read_order(arguments: argparse.Namespace, folder: Path) -> Order:
    """An administrator's name, password, reason, and the member's code as they typed it."""
    from tearline.config import load_config
    from tearline.restore import Order

    if not arguments.person or not arguments.reason.strip():
        raise UnusableError("usage", "--new-incarnation needs --person and --reason")
    member = load_config(folder).member
    if (arguments.confirm or _ask_code(member)) != member:
        raise _DIFFERENT
    return Order(arguments.person, read_password(arguments), arguments.reason.strip())


def _ask_code(member: str) -> str:
    note(
        f"{member} goes on from this backup, and its partners close the streams that it had. This can't be undone."
    )
    try:
        return input(f"Type {member} to begin a new incarnation: ").strip()
    except EOFError:
        return ""
