# SPDX-License-Identifier: Apache-2.0
"""``tearline write``: file a draft, after showing who would get what."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tearline.cli.arguments import SubParsers, add_command, add_exits, add_json, decode_json
from tearline.cli.client import Client, add_connection
from tearline.cli.exits import DONE, REFUSED, UnusableError
from tearline.cli.pages import print_preview
from tearline.cli.printing import clean, note, print_json, say

_TEXT = """\
Show who would get which text of a draft and what was found in it, then file it. It goes at once to whom a standing
rule or your post's delegation lets it go; the others wait for the release desk. With --preview nothing is filed.

The draft is JSON: kind, precedence, policy, and portions with variants, each with its label (as tearline label --help
describes it) and body."""
_EXAMPLES = (
    "tearline write --person kor.watch warning.json --preview",
    "tearline write --person kor.watch --post KOR-WATCH warning.json",
    "tearline write --person kor.watch reworded.json --replaces KOR.0123456789abcdef0123456789abcdef",
)
DRAFT_MAX_BYTES = 16 * 1024 * 1024


def add_parser(commands: SubParsers) -> None:
    """The command."""
    parser = add_command(commands, "write", "file a draft", text=_TEXT, examples=_EXAMPLES, run=run)
    parser.add_argument("file", metavar="FILE", help="the draft as JSON, or - for standard input")
    parser.add_argument("--preview", action="store_true", help="show who would get what; file nothing")
    parser.add_argument("--replaces", metavar="KEY", help="the draft that the desk sent back, now reworded")
    add_json(parser)
    add_connection(parser)
    add_exits(parser)


def run(arguments: argparse.Namespace) -> int:
    """Preview, and file where nothing stands against it."""
    draft = _read_draft(arguments.file)
    with Client(arguments) as client:
        place = f"?replaces={quote(arguments.replaces, safe='')}" if arguments.replaces else ""
        preview = client.post(f"/api/preview{place}", draft)
        blocking = any(found["blocking"] for found in preview["findings"])
        filed = None
        if not arguments.preview and not blocking:
            replaces = {"replaces": arguments.replaces} if arguments.replaces else {}
            filed = client.post("/api/products", {"draft": draft, **replaces})
    if arguments.json:
        print_json({"preview": preview, "filed": filed})
    else:
        print(print_preview(preview))
        if filed is not None:
            _print_filed(filed)
        elif not blocking:
            say("filed now, it goes:")
            _print_filing(preview["filing"])
        elif blocking:
            note("Nothing was filed. Mend what is refused, and write it again.")
    return REFUSED if blocking else DONE


def _read_draft(name: str) -> Any:
    if name == "-":
        raw = sys.stdin.buffer.read(DRAFT_MAX_BYTES + 1)
    else:
        with Path(name).open("rb") as file:
            raw = file.read(DRAFT_MAX_BYTES + 1)
    where = "standard input" if name == "-" else name
    if len(raw) > DRAFT_MAX_BYTES:
        raise UnusableError("too-large", f"{where} is larger than {DRAFT_MAX_BYTES} bytes")
    draft = decode_json(raw, where)
    if not isinstance(draft, dict):
        raise UnusableError("not-a-draft", f"{where} is no draft", "See tearline write --help.")
    draft = _write_labels(draft)
    _check_shape(draft, where)
    return draft


def _check_shape(draft: Any, where: str) -> None:
    """What the node would refuse as unreadable is said here, with its place. The node looks again."""
    import msgspec

    from tearline.node.commands import DraftProduct

    try:
        msgspec.convert(draft, DraftProduct)
    except msgspec.ValidationError as error:
        raise UnusableError(
            "not-a-draft", f"{where} is no draft ({error})", "See tearline write --help."
        ) from error


def _write_labels(value: Any) -> Any:
    """Categories as the API has them, a list of pairs; people may write an object."""
    if isinstance(value, list):
        return [_write_labels(one) for one in value]
    if not isinstance(value, dict):
        return value
    out = {name: _write_labels(one) for name, one in value.items()}
    if "classification" in out and isinstance(out.get("categories"), dict):
        out["categories"] = sorted(out["categories"].items())
    return out


def _print_filed(filed: dict[str, Any]) -> None:
    say(f"filed {clean(filed['reference'])}")
    say(f"    {filed['key']}")
    _print_filing(filed["filing"])


def _print_filing(filing: list[dict[str, Any]]) -> None:
    for one in filing:
        say(f"    {_say_how(one)}: {', '.join(one['members'])}")
    if not filing:
        say("    to nobody outside this member")


def _say_how(one: dict[str, Any]) -> str:
    if one["what"] == "waits":
        posts = " or ".join(map(clean, one["posts"]))
        vacant = " or ".join(map(clean, one["vacant"]))
        nobody = f"nobody of {vacant} can read all of it" if vacant else "no post has the authority"
        return f"waits for {posts}" if posts else f"waits, and {nobody}"
    words = {"rule": "at once, by the standing rule", "delegation": "at once, under the delegation"}
    return f"{words[one['what']]} {clean(one['name'])}" if one["what"] in words else str(one["what"])
