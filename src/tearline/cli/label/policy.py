# SPDX-License-Identifier: Apache-2.0
"""``tearline label policy``: what policies hold and say, whether they can be honoured, and what changed between two."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from tearline.cli.arguments import Parser, SubParsers, add_command, add_json
from tearline.cli.exits import DONE, REFUSED
from tearline.cli.label.asked import read_file
from tearline.cli.label.books import SHIPPED, read_pack_files, settle_windows
from tearline.cli.label.differences import compare_policies
from tearline.cli.label.inputs import add_pack, add_words_language, load_book
from tearline.cli.label.sentences import say_failure
from tearline.cli.label.show import show_policy, summarise_policy
from tearline.cli.label.words import check_words_language, word
from tearline.cli.printing import note, print_json, say
from tearline.core.errors import TearlineError

_TEXT = "Look into policies: those of the shipped pack, of --pack, or of --spif."
_CHECK = """\
Read SPIFs (XML) and packs (folder, zip) strictly and say of each whether it is honoured whole. What is refused is named,
and the exit code is 3."""
_TEST = """\
Run the table of test cases (cases.json) of a pack: every mark, validity and decision must come out as it says."""
_DIFF = """\
Say what changed between two SPIFs: levels, values, equivalents, marks. The exit code is 0 if nothing did, else 3."""
_EXAMPLES = (
    "tearline label policy list",
    "tearline label policy show KOR",
    "tearline label policy show PUBLIC --json",
)


def add_parser(verbs: SubParsers) -> None:
    """The verb and its two questions."""
    parser = verbs.add_parser("policy", help="look into a policy pack", description=_TEXT)
    questions = parser.add_subparsers(
        title="questions", metavar="QUESTION", dest="question", required=True, parser_class=Parser
    )
    every = add_command(
        questions, "list", "every policy of the pack", text=_TEXT, examples=_EXAMPLES, run=run_list
    )
    one = add_command(questions, "show", "one policy", text=_TEXT, examples=_EXAMPLES, run=run_show)
    one.add_argument("policy", metavar="POLICY", help="a policy's name, or a member's code")
    for question in (every, one):
        add_pack(question)
        add_words_language(question)
        add_json(question)
    _add_judgements(questions)


def _add_judgements(questions: SubParsers) -> None:
    examples = ("tearline label policy check policy.xml pack/",)
    check = add_command(
        questions, "check", "is it honoured whole?", text=_CHECK, examples=examples, run=run_check
    )
    check.add_argument("files", nargs="+", metavar="FILE", help="a SPIF, or a pack: folder or zip")
    both = ("tearline label policy test", "tearline label policy test --pack pack/")
    test = add_command(questions, "test", "run a pack's test cases", text=_TEST, examples=both, run=run_test)
    test.add_argument("--pack", metavar="FOLDER", help="the pack (default: the shipped exercise pack)")
    examples = ("tearline label policy diff old.xml new.xml",)
    diff = add_command(
        questions, "diff", "what changed between two SPIFs", text=_DIFF, examples=examples, run=run_diff
    )
    diff.add_argument("old", metavar="OLD", help="a SPIF")
    diff.add_argument("new", metavar="NEW", help="a SPIF")
    for question in (check, test, diff):
        add_words_language(question)
        add_json(question)


def run_list(arguments: argparse.Namespace) -> int:
    """A line for each policy."""
    lang, book = check_words_language(arguments.lang), load_book(arguments)
    rows = [summarise_policy(policy, book) for policy in book.policies.values()]
    if arguments.json:
        print_json({"kind": book.kind, "network": book.network, "digest": book.digest(), "policies": rows})
        return DONE
    for row in rows:
        owner = row["member"] or word("network" if row["network"] else "all", lang)
        say(f"{row['policy']:<16} {owner:<9} {', '.join(row['classifications'])}")
    return DONE


def run_show(arguments: argparse.Namespace) -> int:
    """Its levels and tag sets, with their equivalents in the network policy."""
    lang, book = check_words_language(arguments.lang), load_book(arguments)
    shown = show_policy(arguments.policy, book)
    if arguments.json:
        print_json(shown)
        return DONE
    say(f"{shown['policy']}  {shown['oid']}  {word('version', lang, version=shown['version'])}")
    say(word("classifications", lang))
    for level in shown["levels"]:
        ways = [
            word(code, lang, names=level[key])
            for key, code in (("sent_as", "sent-as"), ("received_as", "received-from"))
            if level[key]
        ]
        say(f"  {level['hierarchy']}  {level['name']:<20} {', '.join(ways) or word('stays-home', lang)}")
    for tag_set in shown["tag_sets"]:
        say(f"{tag_set['name']} ({word(tag_set['kind'], lang)})")
        say(f"  {', '.join(tag_set['values'])}")
        if tag_set["without_equivalent"]:
            say("  " + word("no-equivalent", lang, values=", ".join(tag_set["without_equivalent"])))
    return DONE


def run_check(arguments: argparse.Namespace) -> int:
    """A line for each file."""
    lang = check_words_language(arguments.lang)
    rows = [_check(Path(name), lang) for name in arguments.files]
    if arguments.json:
        print_json(rows)
    else:
        for row in rows:
            honoured = f"{word('honoured', lang)}: {', '.join(row['policies'])}"
            say(f"{row['file']}: {honoured if row['valid'] else word('refused', lang)}")
            if not row["valid"]:
                note(f"{row['error']['code']}: {row['error']['message']}")
    return DONE if all(row["valid"] for row in rows) else REFUSED


def _check(path: Path, lang: str) -> dict[str, Any]:
    from tearline.core.labels import load_pack, parse_spif

    is_pack = path.is_dir() or path.suffix == ".zip"
    raw = b"" if is_pack else read_file(str(path))
    files = read_pack_files(path) if is_pack else {}
    try:
        names = list(load_pack(files).policies) if is_pack else [parse_spif(raw).name]
    except TearlineError as error:
        refused = {"code": error.code, "message": say_failure(error, lang)[0]}
        return {"file": str(path), "valid": False, "policies": [], "error": refused}
    return {"file": str(path), "valid": True, "policies": names}


def run_test(arguments: argparse.Namespace) -> int:
    """What fails, and how many were run."""
    import msgspec

    from tearline.core.labels import load_pack, run_pack_cases

    lang = check_words_language(arguments.lang)
    files = read_pack_files(Path(arguments.pack) if arguments.pack else SHIPPED)
    results = run_pack_cases(files, settle_windows(load_pack(files)))
    failed = [{**msgspec.to_builtins(row), "passed": False} for row in results if not row.passed]
    if arguments.json:
        print_json({"cases": len(results), "failed": failed})
    else:
        for row in failed:
            say(word("case", lang, **{name: row[name] for name in ("id", "expected", "actual")}))
        say(word("cases", lang, cases=len(results), failed=len(failed)))
    return REFUSED if failed else DONE


def run_diff(arguments: argparse.Namespace) -> int:
    """A line for each change."""
    from tearline.core.labels import parse_spif

    lang = check_words_language(arguments.lang)
    old, new = (parse_spif(read_file(name)) for name in (arguments.old, arguments.new))
    changes = compare_policies(old, new)
    if arguments.json:
        print_json({"old": old.digest, "new": new.digest, "changes": changes})
    else:
        for row in changes:
            say(
                f"{word(row['change'], lang):<8} {row['what']}"
                + (f": {row['old']} -> {row['new']}" if "old" in row else "")
            )
    return REFUSED if changes else DONE
