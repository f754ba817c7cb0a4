# SPDX-License-Identifier: Apache-2.0
"""What the verbs are given: a pack, labels, and whose clearance.

A label is taken as it was written, faults and all: the library, not this reader, says what is wrong with it.
"""

from __future__ import annotations

import argparse
import difflib
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tearline.cli.arguments import Parser, decode_json, split_names
from tearline.cli.exits import UnusableError

if TYPE_CHECKING:
    from tearline.core.labels import Label, PersonSight, PolicyBook

INPUT_MAX_BYTES = 16 * 1024 * 1024
PACK_FILE_MAX_BYTES = 64 * 1024 * 1024
PACKS = Path(__file__).resolve().parents[2] / "data" / "packs"


def add_pack(parser: Parser) -> None:
    """``--pack``."""
    parser.add_argument("--pack", metavar="FOLDER", help="a policy pack (default: the shipped exercise pack)")


def add_labels(parser: Parser, *, count: str = "+") -> None:
    """``LABEL …`` and ``--pack``."""
    parser.add_argument(
        "labels",
        nargs=count,
        metavar="LABEL",
        help="a label or a list of labels: a file, JSON, or - for stdin",
    )
    add_pack(parser)


def add_language(parser: Parser) -> None:
    """``--lang``."""
    parser.add_argument(
        "--lang",
        default="en",
        metavar="xx",
        help="language of the marks, where the policy has it (default: en)",
    )


def check_language(lang: str, book: PolicyBook) -> None:
    """A language in which no policy marks is a slip, not English."""
    known = sorted({m.lang for policy in book.policies.values() for m in policy.markings if m.lang})
    if lang not in {"en", *known}:
        raise UnusableError("unknown-language", f"no policy marks in {lang!r}", f"Known: {', '.join(known)}.")


def add_clearance(parser: Parser, *, required: bool) -> None:
    """``--member``, ``--codewords``, ``--ceiling``."""
    parser.add_argument(
        "--member", required=required, metavar="CODE", help="whose clearance: KOR, JPN, NHQ …"
    )
    parser.add_argument("--codewords", default="", metavar="A,B", help="codewords held (default: none)")
    parser.add_argument(
        "--ceiling",
        metavar="LEVEL",
        help="highest classification of that member's policy (default: the highest that the network policy carries)",
    )


def load_book(arguments: argparse.Namespace) -> PolicyBook:
    """The policies to ask."""
    from tearline.core.labels import load_pack

    folder = Path(arguments.pack) if arguments.pack else PACKS / "exercise"
    if not (folder / "pack.json").is_file():
        advice = "Give the folder that holds pack.json."
        raise UnusableError("no-pack", f"there is no policy pack in {folder}", advice)
    files = {}
    for path in sorted(folder.iterdir()):
        if path.is_file() and path.stat().st_size <= PACK_FILE_MAX_BYTES:
            files[path.name] = path.read_bytes()
    return load_pack(files)


def read_labels(arguments: argparse.Namespace) -> list[Label]:
    """All labels given, in order."""
    return [label for text in arguments.labels for label in _read(text)]


def _read(text: str) -> Iterable[Label]:
    raw, where = _find_bytes(text)
    if len(raw) > INPUT_MAX_BYTES:
        raise UnusableError("too-large", f"{where} is larger than {INPUT_MAX_BYTES} bytes")
    value = decode_json(raw, where)
    if value == []:
        raise UnusableError("no-label", f"{where} holds no label")
    return [_make_label(one, where) for one in (value if isinstance(value, list) else [value])]


def _find_bytes(text: str) -> tuple[bytes, str]:
    if text == "-":
        return sys.stdin.buffer.read(INPUT_MAX_BYTES + 1), "standard input"
    if text.lstrip().startswith(("{", "[")):
        return text.encode(errors="surrogateescape"), "the label"
    path = Path(text)
    if not path.is_file():
        advice = "Give a file, a label as JSON in quotes, or - for standard input."
        raise UnusableError("no-file", f"there is no file {text}", advice)
    with path.open("rb") as file:
        return file.read(INPUT_MAX_BYTES + 1), text


def _make_label(value: Any, where: str) -> Label:
    import msgspec

    from tearline.core.labels import Label

    if isinstance(value, dict) and isinstance(value.get("categories"), dict):
        value = {**value, "categories": list(value["categories"].items())}
    try:
        label = msgspec.convert(value, Label)
    except msgspec.ValidationError as error:
        advice = "A label is described by: tearline label --help"
        raise UnusableError("not-a-label", f"{where} is no label ({error})", advice) from error
    ordered = sorted((name, tuple(sorted(values))) for name, values in label.categories)
    return msgspec.structs.replace(label, categories=tuple(ordered))


def write_label(label: Label) -> dict[str, Any]:
    """A label as JSON, in the form that is read."""
    written: dict[str, Any] = {
        "policy": label.policy,
        "classification": label.classification,
        "categories": {name: list(values) for name, values in label.categories},
    }
    return {**written, "epoch": label.epoch} if label.epoch else written


def make_sight(arguments: argparse.Namespace, book: PolicyBook) -> PersonSight:
    """The clearance that the options describe; a word that its policy doesn't know is an error, not a clearance."""
    from tearline.core.ids import Member
    from tearline.core.labels import PersonSight, make_member_sight

    if arguments.member not in book.members:
        raise unknown_name("member", arguments.member, book.members)
    policy = book.policies[book.members[arguments.member].policy]
    ceiling = find_ceiling(arguments.member, arguments.ceiling, book)
    codewords = split_names(arguments.codewords)
    known = [name for t in policy.tag_sets.values() if t.kind.value == "restrictive" for name in t.categories]
    for word in codewords:
        if word not in known:
            raise unknown_name(f"codeword of {policy.name}", word, known)
    sight = make_member_sight(Member(arguments.member), ceiling, codewords, book)
    return PersonSight(sight, sight.national)


def find_ceiling(member: str, asked: str | None, book: PolicyBook) -> str:
    """A level of the member's policy: the one asked for, or the highest that the network policy carries."""
    from tearline.core.labels import get_bridge

    policy = book.members[member].policy
    levels = book.policies[policy].classifications
    if asked:
        if asked not in levels:
            raise unknown_name(f"classification of {policy}", asked, levels)
        return asked
    bridge = get_bridge(policy, book)
    carried = [levels[name] for name in bridge.class_down.values()] if bridge else list(levels.values())
    return max(carried, key=lambda level: level.hierarchy).name


def find_policy_name(text: str, book: PolicyBook) -> str:
    """A policy by its name or by the code of the member that marks with it."""
    if text in book.policies:
        return text
    if text in book.members:
        return book.members[text].policy
    raise unknown_name("policy", text, [*book.policies, *book.members])


def unknown_name(what: str, word: str, known: Iterable[str]) -> UnusableError:
    """What is not known, with what may have been meant."""
    names = list(known)
    near = difflib.get_close_matches(word.upper(), names, n=2)
    shown = f"Did you mean {' or '.join(near)}?" if near else f"Known: {', '.join(names) or 'none'}."
    return UnusableError("unknown-name", f"{word!r} is no {what}", shown)
