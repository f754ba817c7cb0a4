# SPDX-License-Identifier: Apache-2.0
"""``tearline policy``: what another policy pack would change at a running node, and putting it in force."""

from __future__ import annotations

import argparse
import base64
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tearline.cli.arguments import Parser, SubParsers, add_command, add_exits, add_json
from tearline.cli.client import Client, add_connection
from tearline.cli.exits import DONE, REFUSED, UnusableError
from tearline.cli.printing import print_json, say

_TEXT = """\
Look at what a policy pack would change over everything that a node holds, and put it in force. PACK is a folder or a zip.
What is shown is what takes effect: the answer ends with four letters, and adopting asks for them. Losses take effect at
once, as recalls; what somebody may have more waits on the release desk. Nothing is restarted."""
_EXAMPLES = (
    "tearline policy try packs/2027 --person kor.admin",
    "tearline policy adopt packs/2027 --person kor.admin",
    "tearline policy adopt packs/2027.zip --check K7QF --person kor.admin",
    "tearline policy name net/authority packs/2027 --directory net/kor/directory.json --out next.json",
)
_TRY = "Say who would gain and who would lose what. Nothing changes, but it is on record that the pack was tried."
_ADOPT = """\
Put PACK in force. Without --check it is tried first, and you type the letters of the answer. Words in use here that the pack
lacks are lost; that has to be accepted, typed or by --accept-losses. Exit code 3 where something stands in the way, or where
the pack would change something else by now than was shown."""
_NAME = """\
Sign the next directory of the network, in which PACK is the one to have, where the network's authority is kept. Each node
takes it over (tearline directory), then adopts PACK. A pack of which a test case fails is named by nobody."""
SHOWN_MAX = 10
LOST = ("unknown-codeword", "unknown-level")
"""Problems that are told as losses."""


def add_parser(commands: SubParsers) -> None:
    """The command with its three verbs."""
    parser = add_command(
        commands, "policy", "try and adopt a policy pack", text=_TEXT, examples=_EXAMPLES, run=_help
    )
    parser.set_defaults(parser=parser)
    verbs = parser.add_subparsers(title="verbs", metavar="VERB", dest="verb", parser_class=Parser)
    tried = add_command(
        verbs, "try", "what a pack would change", text=_TRY, examples=_EXAMPLES[:1], run=run_try
    )
    adopted = add_command(
        verbs, "adopt", "put a pack in force", text=_ADOPT, examples=_EXAMPLES[1:3], run=run_adopt
    )
    adopted.add_argument("--check", metavar="LETTERS", help="those of the answer that you looked at before")
    adopted.add_argument(
        "--accept-losses",
        action="store_true",
        help="of words in use here that the pack lacks; the answer names them",
    )
    for verb in (tried, adopted):
        verb.add_argument("pack", type=Path, metavar="PACK", help="a folder or a zip with pack.json")
        add_json(verb)
        add_connection(verb)
        add_exits(verb)
    _add_name(verbs)
    add_exits(parser)


def _add_name(verbs: SubParsers) -> None:
    named = add_command(
        verbs,
        "name",
        "name a pack in the network's directory",
        text=_NAME,
        examples=_EXAMPLES[3:],
        run=run_name,
    )
    named.add_argument("authority", type=Path, metavar="AUTHORITY", help="the authority's folder")
    named.add_argument("pack", type=Path, metavar="PACK", help="a folder or a zip with pack.json")
    named.add_argument(
        "--directory", type=Path, metavar="FILE", required=True, help="the directory in force, from any node"
    )
    named.add_argument("--out", type=Path, metavar="FILE", required=True, help="where the next one goes")
    add_json(named)
    add_exits(named, {0: "written", 1: "it is named already", 2: "unusable input", 4: "a signature fails"})


def run_name(arguments: argparse.Namespace) -> int:
    """Sign the next directory."""
    from tearline.machine import SystemClock, read_pack
    from tearline.node.trust import load_authority, name_packs, verify_directory

    authority = load_authority(arguments.authority)
    current = verify_directory(arguments.directory.read_bytes(), authority.public)
    book = read_pack(str(arguments.pack))
    if book.kind != current.kind:
        raise UnusableError(
            "other-kind", f"a pack of the kind {book.kind} in a network of the kind {current.kind}"
        )
    signed = name_packs(authority, current, book.packs_digest(), SystemClock().now())
    with arguments.out.open("xb") as file:
        file.write(signed)
    if arguments.json:
        print_json({"version": current.version + 1, "policies": book.digest()[:16]})
    else:
        say(f"directory {current.version + 1} names the policies {book.digest()[:16]}: {arguments.out}")
    return DONE


def _help(arguments: argparse.Namespace) -> int:
    arguments.parser.print_help()
    return DONE


def run_try(arguments: argparse.Namespace) -> int:
    """Exit code 3 where the pack could not be adopted."""
    file, _ = _read(arguments.pack)
    with Client(arguments) as client:
        shown = client.post("/api/policies/packs/try", {"file": file})
    if arguments.json:
        print_json(shown)
    else:
        for line in _describe(shown):
            say(line)
    return REFUSED if shown["obstacles"] else DONE


def run_adopt(arguments: argparse.Namespace) -> int:
    """Try it and ask for the letters, or take those that are given."""
    file, digest = _read(arguments.pack)
    with Client(arguments) as client:
        check, accept = arguments.check, arguments.accept_losses
        if not check:
            shown = client.post("/api/policies/packs/try", {"file": file})
            check = _ask(shown)
            accept = accept or (bool(shown["losses"]) and _accept(len(shown["losses"])))
        asked = {"file": file, "pack": digest, "check": check, "accept_losses": accept}
        made = client.post("/api/policies/packs", asked)
    if arguments.json:
        print_json(made)
        return DONE
    say(f"in force: {made['policies']} (pack {made['pack'][:16]})")
    say(
        f"    {made['recalled']} recalled, {made['proposed']} on the desk, {made['opened']} out of quarantine"
    )
    return DONE


def _read(place: Path) -> tuple[str, str]:
    """The pack as it is sent, and its digest."""
    from tearline.cli.label.books import read_pack_files
    from tearline.core.labels import digest_pack, make_pack_zip

    files = read_pack_files(place)
    return base64.b64encode(make_pack_zip(files)).decode(), digest_pack(files)


def _ask(shown: dict[str, Any]) -> str:
    for line in _describe(shown):
        say(line)
    if not sys.stdin.isatty():
        advice = f"Look at the answer, then give --check {shown['check']}."
        raise UnusableError("no-check", "there is no terminal to type the letters at", advice)
    return input("Type the letters to adopt the pack: ")


def _accept(count: int) -> bool:
    return input(f"Type {count} to accept these losses: ").strip() == str(count)


def _describe(shown: dict[str, Any]) -> Iterator[str]:
    """The answer for people; marks and references are the node's."""
    yield f"policies {shown['current']} -> {shown['candidate']}, {shown['cases']} test cases came out"
    if not shown["named"]:
        yield "! the network's directory names other policies: partners without these keep what you send sealed"
    for change in shown["policies"]:
        versions = " -> ".join(filter(None, (change["old_version"], change["new_version"])))
        yield f"    {change['what']:<8} {change['policy'] or 'members and groups'} {versions}"
    for problem in shown["problems"]:
        if problem["code"] in LOST:
            continue
        yield f"! {problem['code']}: {problem['member']} {problem['person']} {problem['value']}"
    for reader in (*shown["members"], *shown["people"]):
        yield from describe_reader(reader)
    for label in shown["labels"]:
        new = label["new_mark"] or f"no label any more ({'; '.join(label['words'])})"
        yield f"    {label['old_mark']} -> {new}, on {label['wordings']} wordings"
    if shown["hidden_labels"]:
        yield f"    {shown['hidden_labels']} more labels change that you don't see"
    for loss in shown["losses"]:
        yield f"! lost: {_describe_loss(loss)}"
    for obstacle in shown["obstacles"]:
        yield f"! {obstacle['words']}"
    yield f"letters of this answer: {shown['check']}"


def _describe_loss(loss: dict[str, Any]) -> str:
    who, value = loss["person"] or loss["member"], loss["value"]
    if loss["code"] == "label":
        named = value or "labels that you don't see"
        return f"{named}: no label in the pack, {loss['wordings']} wordings stay sealed from everybody"
    if loss["code"] == "level":
        return f"{value}: no level in the pack, the mandate covers nothing"
    return f"{who} holds {value}, no codeword in the pack"


def describe_reader(reader: dict[str, Any]) -> Iterator[str]:
    """What a member, or people of one clearance, would gain and lose."""
    who = reader["member"] if not reader["persons"] else ", ".join(reader["persons"])
    held = " ".join(filter(None, (reader["ceiling"], *reader["codewords"])))
    yield f"{who} ({held}): {reader['losing']} products lose, {reader['gaining']} gain"
    for product in reader["products"][:SHOWN_MAX]:
        tags = [f"-{tag}" for tag in product["lost"]] + [f"+{tag}" for tag in product["gained"]]
        yield f"    {product['reference'] or product['key']}  {' '.join(tags)}"
    if len(reader["products"]) > SHOWN_MAX:
        yield f"    and {len(reader['products']) - SHOWN_MAX} more: see --json"
