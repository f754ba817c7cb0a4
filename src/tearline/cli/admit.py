# SPDX-License-Identifier: Apache-2.0
"""``tearline admit``: the network's authority lets a node in, and signs the directory from which the others learn of it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from tearline.cli.arguments import SubParsers, add_command, add_exits, add_json
from tearline.cli.exits import DONE, UnusableError
from tearline.cli.printing import note, print_json, say

if TYPE_CHECKING:
    from tearline.node.trust import Agreement

_ADMIT = """\
Admit a node to a network, where its authority is kept. FILE is the application that the node's first run made. Compare its
letters with the applicant over another way first: --letters has to give them. Two files are written: the admission, which
goes back to the applicant, and the next directory, which every node of the network takes over (tearline directory).

AGREEMENTS is a JSON list in the form of a network's spec: parties, highest level and purge for each, validity. Without an
agreement a node is in the network and exchanges nothing."""
_EXAMPLE = (
    "tearline admit net/authority NZL.application --directory net/kor/directory.json "
    "--letters abcd-efgh-ijkl-mnop --agreements nzl.json --out admitted"
)


def add_parser(commands: SubParsers) -> None:
    """The command."""
    admit = add_command(
        commands,
        "admit",
        "admit a node to a network",
        text=_ADMIT,
        examples=(_EXAMPLE,),
        run=run_admit,
    )
    admit.add_argument("authority", type=Path, metavar="AUTHORITY", help="the authority's folder")
    admit.add_argument("file", type=Path, metavar="FILE", help="an application")
    admit.add_argument(
        "--directory", type=Path, metavar="FILE", required=True, help="the directory in force, from any node"
    )
    admit.add_argument(
        "--letters", metavar="LETTERS", required=True, help="as the applicant reads them to you"
    )
    admit.add_argument("--agreements", type=Path, metavar="FILE", help="agreements with the new member")
    admit.add_argument("--out", type=Path, metavar="FOLDER", required=True, help="where the two files go")
    add_json(admit)
    add_exits(admit, {0: "admitted", 1: "it can't be admitted", 2: "unusable input", 4: "a signature fails"})


def run_admit(arguments: argparse.Namespace) -> int:
    """Admit."""
    from tearline.machine import SystemClock
    from tearline.node.trust import (
        admit_applicant,
        load_authority,
        print_application,
        print_authority,
        read_application,
        verify_directory,
    )

    authority = load_authority(arguments.authority)
    raw = arguments.file.read_bytes()
    member = read_application(raw).record.code
    if _plain(arguments.letters) != _plain(print_application(raw)):
        raise UnusableError(
            "other-letters", "these are not the letters of this application", "Ask the applicant."
        )
    current = verify_directory(arguments.directory.read_bytes(), authority.public)
    agreements = _read_agreements(arguments.agreements)
    directory, admission = admit_applicant(authority, current, raw, agreements, SystemClock().now())
    arguments.out.mkdir(parents=True, exist_ok=True)
    (arguments.out / "directory.json").write_bytes(directory)
    (arguments.out / f"tearline-{member}.admission").write_bytes(admission)
    letters = print_authority(authority.public)
    if arguments.json:
        print_json({"member": member, "version": current.version + 1, "authority": letters})
    else:
        say(f"{member} is admitted; directory {current.version + 1} is in {arguments.out}")
        note(f"Tell the applicant the authority's letters over another way: {letters}")
    return DONE


def _plain(letters: str) -> str:
    return "".join(c for c in letters.lower() if c.isalnum())


def _read_agreements(path: Path | None) -> list[Agreement]:
    import msgspec

    from tearline.node.trust import Agreement

    if path is None:
        return []
    try:
        return msgspec.json.decode(path.read_bytes(), type=list[Agreement])
    except msgspec.MsgspecError as error:
        raise UnusableError("unreadable", f"{path}: {error}") from error
