# SPDX-License-Identifier: Apache-2.0
"""``tearline init``: found a network, of one member or of several."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tearline.cli.arguments import SubParsers, add_command, add_exits, add_json, decode_json
from tearline.cli.exits import DONE, UnusableError
from tearline.cli.printing import note, print_json, say

if TYPE_CHECKING:
    from tearline.config import MemberSpec, NetworkSpec
    from tearline.core.labels import PolicyBook

_TEXT = """\
Make a network in FOLDER: its authority, its signed directory, and for each member a folder with keys, certificates
and settings. With --spec, all that the file says; with --member, a network of that one member.
Sign-in names and drawn passwords are printed once and stored only as hashes.

PEOPLE is a JSON list: [{"id": "kor.watch", "codewords": ["DALBIT"], "posts": ["KOR-WATCH"], "duties": ["watch"]}]
("cleared": false gives an account no clearance at all)."""
_EXAMPLES = (
    "tearline init net --member KOR --people people.json",
    "tearline init net --member NZL --people people.json --ceiling CONFIDENTIAL --languages en --port-base 9000",
    "tearline init net --spec network.json --json",
)
SPEC_MAX_BYTES = 16 * 1024 * 1024


def add_parser(commands: SubParsers) -> None:
    """The command."""
    parser = add_command(
        commands, "init", "make a node or a network", text=_TEXT, examples=_EXAMPLES, run=run
    )
    parser.add_argument(
        "folder", type=Path, metavar="FOLDER", help="a folder that is empty or does not exist"
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--spec", metavar="FILE", help="members, people, agreements and mandates as JSON")
    what.add_argument("--member", metavar="CODE", help="the one member: KOR, JPN, NHQ …")
    parser.add_argument("--people", metavar="FILE", help="with --member: its people, as JSON")
    parser.add_argument(
        "--ceiling", metavar="LEVEL", help="with --member: highest classification the node may hold"
    )
    parser.add_argument("--languages", metavar="xx,yy", help="with --member: its languages, national first")
    parser.add_argument(
        "--port-base", type=int, metavar="N", help="ports are N, N+1 for the first member, and so on"
    )
    add_json(parser)
    add_exits(parser, {0: "made", 1: "it could not be made", 2: "unusable input"})


def run(arguments: argparse.Namespace) -> int:
    """Make the folders; print each password once."""
    from tearline.founding import found_network

    spec = _read_spec(arguments) if arguments.spec else _make_spec(arguments)
    passwords = found_network(arguments.folder, spec)
    made = [_describe(arguments.folder, spec, n, passwords[m.code]) for n, m in enumerate(spec.members)]
    if arguments.json:
        print_json({"folder": str(arguments.folder), "members": made})
        return DONE
    for member in made:
        say(f"{member['member']}  {member['folder']}  {member['url']}")
        for person, password in member["passwords"].items():
            say(f"    {person:<24} {password}")
    note("These passwords are shown once. Keep the authority's folder off line; it signs the directory.")
    note(f"Start a node with: tearline serve {made[0]['folder']}")
    return DONE


def _describe(folder: Path, spec: NetworkSpec, n: int, passwords: dict[str, str]) -> dict[str, Any]:
    member = spec.members[n]
    return {
        "member": member.code,
        "folder": str(folder / member.code.lower()),
        "url": f"http://{member.code.lower()}.localhost:{spec.port_base + 2 * n}",
        "passwords": passwords,
    }


def _read_spec(arguments: argparse.Namespace) -> NetworkSpec:
    import msgspec

    from tearline.config import NetworkSpec

    for name in ("people", "ceiling", "languages"):
        if getattr(arguments, name):
            raise UnusableError("usage", f"--{name} goes with --member, not with --spec")
    spec = _convert(_read_json(arguments.spec), NetworkSpec, arguments.spec)
    if not spec.members:
        raise UnusableError("no-member", f"{arguments.spec} names no member")
    changed = {"port_base": arguments.port_base} if arguments.port_base else {}
    out: NetworkSpec = msgspec.structs.replace(spec, **changed)
    return out


def _make_spec(arguments: argparse.Namespace) -> NetworkSpec:
    from tearline.config import NetworkSpec
    from tearline.machine import read_pack

    if not arguments.people:
        raise UnusableError(
            "no-people", "who works there?", "Give --people FILE; its form is in tearline init --help."
        )
    book = read_pack("exercise")
    member = _make_member(arguments, book)
    ports = {"port_base": arguments.port_base} if arguments.port_base else {}
    return NetworkSpec(pack="exercise", members=(member,), agreements=(), **ports)


def _make_member(arguments: argparse.Namespace, book: PolicyBook) -> MemberSpec:
    from tearline.cli.label.inputs import find_ceiling, unknown_name
    from tearline.config import MemberSpec, PersonSpec

    code = arguments.member
    if code not in book.members:
        raise unknown_name("member", code, book.members)
    ceiling = find_ceiling(code, arguments.ceiling, book)
    persons = _convert(_read_json(arguments.people), tuple[PersonSpec, ...], arguments.people)
    if not persons:
        raise UnusableError("no-people", f"{arguments.people} names nobody")
    languages = tuple((arguments.languages or "en").split(","))
    name = book.members[code].names.get("en", code)
    return MemberSpec(code=code, name=name, ceiling=ceiling, languages=languages, persons=persons)


def _read_json(name: str) -> Any:
    with Path(name).open("rb") as file:
        raw = file.read(SPEC_MAX_BYTES + 1)
    if len(raw) > SPEC_MAX_BYTES:
        raise UnusableError("too-large", f"{name} is larger than {SPEC_MAX_BYTES} bytes")
    return decode_json(raw, name)


def _convert(value: Any, shape: Any, where: str) -> Any:
    import msgspec

    try:
        return msgspec.convert(value, shape)
    except msgspec.ValidationError as error:
        raise UnusableError("unreadable", f"{where}: {error}", "See tearline init --help.") from error
