# SPDX-License-Identifier: Apache-2.0
"""What the verbs are given on the command line: policies, labels, and whose clearance."""

from __future__ import annotations

import argparse
import difflib
import re
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from tearline.cli.arguments import Parser, decode_json, split_names
from tearline.cli.exits import UnusableError
from tearline.cli.label.asked import read_file
from tearline.cli.label.books import SHIPPED, make_plain_book, read_pack_files, settle_windows
from tearline.cli.label.forms import (
    CODECS,
    INPUT_MAX_BYTES,
    Given,
    Source,
    read_given,
    read_json,
)
from tearline.cli.label.resolve import Found, Wanted, find_clearance, find_label
from tearline.cli.label.words import LANGUAGES

if TYPE_CHECKING:
    from tearline.core.instants import Instant
    from tearline.core.labels import Clearance, Label, PersonSight, PolicyBook


_DOCUMENTS = ("{", "[", "<", "TLP:")
# What no file's name is likely to hold, if none is called so: "SECRET//NOFORN", "(S)", "NATO SECRET", "Secret; Noforn".
_WORDS = re.compile(r"//|[ ();]")


def add_pack(parser: Parser) -> None:
    """``--pack``, ``--spif``, ``--at``."""
    parser.add_argument(
        "--pack",
        metavar="FOLDER",
        help="a policy pack: folder, zip, or a shipped one by its name (exercise, tlp; default: exercise)",
    )
    parser.add_argument(
        "--spif", metavar="FILE", action="append", help="a policy by itself, instead of a pack; repeatable"
    )
    parser.add_argument(
        "--at", metavar="TIME", help="as of when: 2023-07-12T00:00:00Z (default: now); windows, successors"
    )


def add_labels(parser: Parser) -> None:
    """``LABEL …`` and ``--pack``."""
    parser.add_argument(
        "labels",
        nargs="*",
        default=["-"],
        metavar="LABEL",
        help="a label or a list of labels: a file, a document or marking in quotes (default, and -: stdin)",
    )
    add_codec(parser)
    add_pack(parser)


def add_document(parser: Parser) -> None:
    """``FILE``."""
    parser.add_argument(
        "document",
        nargs="?",
        default="-",
        metavar="FILE",
        help="a file, a document or marking in quotes (default, and -: stdin)",
    )


def add_codec(parser: Parser) -> None:
    """``--codec``."""
    parser.add_argument(
        "--codec",
        choices=CODECS,
        metavar="NAME",
        help=f"the form: {', '.join(CODECS)} (default: told from it)",
    )
    parser.add_argument("--uri", help="of a binding: the data whose label is meant")
    parser.add_argument("--epoch", metavar="DAY", help="of a mark: the day as of which its groups count")
    parser.add_argument(
        "--draft",
        action="store_true",
        help="STANAG 4774 as tools wrote it before the standard: no dates, URL",
    )


def add_language(parser: Parser) -> None:
    """``--lang``."""
    parser.add_argument(
        "--lang",
        default="en",
        metavar="xx",
        help="language of the marks, where the policy has it, and of the words (default: en)",
    )


def add_words_language(parser: Parser) -> None:
    """``--lang`` of what is explained."""
    parser.add_argument(
        "--lang",
        default="en",
        metavar="xx",
        help=f"language of the words: {', '.join(LANGUAGES)} (default: en)",
    )


def check_language(lang: str, book: PolicyBook) -> None:
    """A language in which no policy marks, and nothing is explained, is a slip, not English."""
    known = sorted({m.lang for policy in book.policies.values() for m in policy.markings if m.lang})
    if lang not in {*LANGUAGES, *known}:
        raise UnusableError("unknown-language", f"no policy marks in {lang!r}", f"Known: {', '.join(known)}.")


def add_clearance(parser: Parser) -> None:
    """``--clearance`` in any codec; or ``--member``, ``--codewords``, ``--ceiling``."""
    parser.add_argument(
        "--clearance",
        metavar="FILE",
        help="a clearance, compared as it is listed; any codec, or JSON in quotes",
    )
    parser.add_argument("--member", metavar="CODE", help="or whose clearance: KOR, JPN, NHQ …")
    parser.add_argument("--codewords", default="", metavar="A,B", help="codewords held (default: none)")
    parser.add_argument(
        "--ceiling",
        metavar="LEVEL",
        help="highest classification of that member's policy (default: the highest that the network policy carries)",
    )


def read_clearance(arguments: argparse.Namespace, book: PolicyBook) -> Clearance:
    """The clearance that ``--clearance`` gives."""
    if arguments.member:
        raise UnusableError("usage", "--clearance and --member exclude each other")
    given = read_given(find_source(arguments.clearance), book)
    return find_clearance(given, Wanted(book))


def load_book(arguments: argparse.Namespace) -> PolicyBook:
    """The policies to ask: SPIFs, a pack, or the shipped one; windows as of ``--at``, or now."""
    from tearline.core.labels import load_pack, parse_spif

    at = read_instant(arguments)
    if getattr(arguments, "spif", None):
        if arguments.pack:
            raise UnusableError("usage", "--spif and --pack exclude each other")
        return settle_windows(make_plain_book(parse_spif(read_file(path)) for path in arguments.spif), at)
    return settle_windows(load_pack(read_pack_files(Path(arguments.pack) if arguments.pack else SHIPPED)), at)


def read_instant(arguments: argparse.Namespace) -> Instant | None:
    """``--at``."""
    from tearline.core.instants import parse_iso

    return parse_iso(arguments.at) if getattr(arguments, "at", None) else None


def read_labels(arguments: argparse.Namespace, book: PolicyBook) -> list[Label]:
    """All labels given, in order, each in any codec."""
    return [found.label for found in read_found(arguments, book)]


def read_found(arguments: argparse.Namespace, book: PolicyBook) -> list[Found]:
    """The same with the documents they stood in."""
    policy = getattr(arguments, "policy_wanted", "")
    wanted = Wanted(book, read_instant(arguments), policy, getattr(arguments, "uri", None), any_role=True)
    return [
        find_label(given, wanted)
        for text in arguments.labels
        for given in read_givens(find_described(text, arguments), book)
    ]


def read_givens(source: Source, book: PolicyBook) -> list[Given]:
    """One value, or each of a JSON list of labels."""
    if source.codec in {"", "json"} and source.raw.lstrip()[:1] == b"[":
        listed = decode_json(source.raw, source.where)
        if not listed:
            raise UnusableError("no-label", f"{source.where} holds no label")
        return [Given("json", read_json(value, source.where)) for value in listed]
    return [read_given(source, book)]


def find_source(text: str, codec: str | None = None) -> Source:
    """An argument's bytes: standard input for -, itself where it is a document, else the file of that name."""
    raw, where = _find_bytes(text)
    if len(raw) > INPUT_MAX_BYTES:
        raise UnusableError("too-large", f"{where} is larger than {INPUT_MAX_BYTES} bytes")
    if not raw.strip():
        raise UnusableError(
            "no-input", f"{where} is empty", "Give a file, or a document or marking in quotes."
        )
    return Source(raw, where, codec or "")


def find_described(text: str, arguments: argparse.Namespace) -> Source:
    """The same, with what the options of ``add_codec`` say of it."""
    source = find_source(text, getattr(arguments, "codec", None))
    uri, epoch = getattr(arguments, "uri", None), getattr(arguments, "epoch", None)
    return replace(source, uri=uri, epoch=epoch or "", draft=getattr(arguments, "draft", False))


def _find_bytes(text: str) -> tuple[bytes, str]:
    if text == "-":
        return _read_stdin(), "standard input"
    if text.lstrip().startswith(_DOCUMENTS):
        return text.encode(errors="surrogateescape"), "the label"
    path = Path(text)
    if not path.is_file():
        if _WORDS.search(text):
            return text.encode(errors="surrogateescape"), "the marking"
        advice = "Give a file, a document or marking in quotes, or - for standard input."
        raise UnusableError("no-file", f"there is no file {text}", advice)
    with path.open("rb") as file:
        return file.read(INPUT_MAX_BYTES + 1), text


def _read_stdin() -> bytes:
    if sys.stdin.isatty():
        advice = "Give a file, a document or marking in quotes, or pipe one in."
        raise UnusableError("no-input", "nothing is piped into standard input", advice)
    return sys.stdin.buffer.read(INPUT_MAX_BYTES + 1)


def read_words(text: str) -> str:
    """An argument that is words itself; of standard input its one line."""
    return _read_stdin().decode(errors="surrogateescape").strip() if text == "-" else text


def make_sight(arguments: argparse.Namespace, book: PolicyBook) -> PersonSight:
    """The clearance that the options describe."""
    if not arguments.member:
        raise UnusableError("usage", "whose clearance is asked for?", "Give --clearance or --member.")
    return make_member(arguments.member, split_names(arguments.codewords), arguments.ceiling, book)


def make_member(member: str, codewords: Iterable[str], ceiling: str | None, book: PolicyBook) -> PersonSight:
    """A person of a member; a word that its policy doesn't know is an error, not a clearance."""
    from tearline.core.ids import Member
    from tearline.core.labels import PersonSight, make_member_sight

    if member not in book.members:
        raise unknown_name("member", member, book.members)
    policy = book.policies[book.members[member].policy]
    level = find_ceiling(member, ceiling, book)
    known = [name for t in policy.tag_sets.values() if t.kind.value == "restrictive" for name in t.categories]
    for word in codewords:
        if word not in known:
            raise unknown_name(f"codeword of {policy.name}", word, known)
    sight = make_member_sight(Member(member), level, tuple(codewords), book)
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
