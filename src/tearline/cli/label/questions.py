# SPDX-License-Identifier: Apache-2.0
"""``tearline label validate``, ``parse``, ``dominates`` and ``convert``: the questions of ``batch``, asked from files."""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from typing import Any

from tearline.cli.arguments import SubParsers, add_command, add_json, decode_json
from tearline.cli.exits import DONE, REFUSED, RefusedError, UnusableError
from tearline.cli.label import answers
from tearline.cli.label.asked import Asked
from tearline.cli.label.conversions import FORMS, convert
from tearline.cli.label.forms import Source, read_given
from tearline.cli.label.inputs import (
    add_codec,
    add_document,
    add_labels,
    add_language,
    add_pack,
    add_words_language,
    find_described,
    load_book,
    read_instant,
    read_words,
)
from tearline.cli.label.words import check_words_language, word
from tearline.cli.printing import note, print_json, say
from tearline.core.errors import MalformedError

CANNOT_SAY = frozenset({"restriction-lost", "not-in-ism", "not-in-ztdf", "no-number"})
"""The input is sound, and the other form has no words for all of it: a refusal."""
_VALIDATE = """\
Is a label valid under its policy, a clearance known to it, a US, joint or ISM marking well made? Every fault is named.
Exit code 0: all are valid; 3: not; 2: what was given is no label at all."""
_PARSE = """\
Read a document strictly and print what it says, as JSON: word for word, and as the loaded policies understand it.
--suggest reads a careless or historical marking tolerantly; what it finds is for a person to confirm."""
_DOMINATES = """\
Is the first label at least as strict as the second: may whoever sees the first see the second?"""
_CONVERT = """\
Write a label, clearance or marking in another form. What is lost is named on standard error; where a restriction would
be lost nothing is written, and the exit code is 3."""


def add_validate(verbs: SubParsers) -> None:
    """The verb."""
    examples = ("tearline label validate label.xml --spif policy.xml", "tearline label validate label.json")
    parser = add_command(
        verbs, "validate", "is it valid?", text=_VALIDATE, examples=examples, run=run_validate
    )
    add_labels(parser)
    add_words_language(parser)
    add_json(parser)


def add_parse(verbs: SubParsers) -> None:
    """The verb."""
    examples = ("tearline label parse label.xml", 'tearline label parse --suggest "Secret; Noforn"')
    parser = add_command(
        verbs, "parse", "what a document says", text=_PARSE, examples=examples, run=run_parse
    )
    add_document(parser)
    parser.add_argument(
        "--suggest", action="store_true", help="take FILE as the words of a marking, tolerantly"
    )
    add_codec(parser)
    add_words_language(parser)
    add_pack(parser)
    add_json(parser)


def add_dominates(verbs: SubParsers) -> None:
    """The verb."""
    examples = ("tearline label dominates strict.json loose.json",)
    parser = add_command(
        verbs,
        "dominates",
        "is one at least as strict?",
        text=_DOMINATES,
        examples=examples,
        run=run_dominates,
    )
    parser.add_argument("strict", metavar="STRICT", help="a label")
    parser.add_argument("loose", metavar="LOOSE", help="a label")
    add_codec(parser)
    add_words_language(parser)
    add_pack(parser)
    add_json(parser)


def add_convert(verbs: SubParsers) -> None:
    """The verb."""
    examples = (
        "tearline label convert label.xml --to json",
        "tearline label convert label.json --to 4774 --created 2023-07-12T00:00:00Z --review 2033-07-12T00:00:00Z",
    )
    parser = add_command(
        verbs, "convert", "in another form", text=_CONVERT, examples=examples, run=run_convert
    )
    add_document(parser)
    parser.add_argument("--to", required=True, choices=FORMS, metavar="FORM", help=", ".join(FORMS))
    parser.add_argument("--created", metavar="TIME", help="of a new STANAG 4774 label: when it was made")
    parser.add_argument(
        "--review", metavar="TIME", help="of a new STANAG 4774 label: when it is to be reviewed"
    )
    add_codec(parser)
    add_language(parser)
    add_pack(parser)
    add_json(parser)


def run_validate(arguments: argparse.Namespace) -> int:
    """A line for each; each fault on a line of its own on standard error."""
    lang, book = check_words_language(arguments.lang), load_book(arguments)
    out = []
    for text in arguments.labels:
        for value in _split(text, arguments):
            kind = "clearance" if "Clearance" in type(read_given(value, book).value).__name__ else "label"
            out.append(answers.validate(Asked({kind: value, "lang": lang}, book, read_instant(arguments))))
    if arguments.json:
        print_json(out)
    else:
        for row in out:
            say(word("valid" if row["valid"] else "not-valid", lang))
            for fault in row["faults"]:
                note(f"{fault['code']}: {fault['words']}")
    return DONE if all(row["valid"] for row in out) else REFUSED


def run_parse(arguments: argparse.Namespace) -> int:
    """The document as JSON."""
    fields: dict[str, Any] = {"label": find_described(arguments.document, arguments)}
    if arguments.suggest:
        fields = {"label": read_words(arguments.document), "suggest": True}
    fields["lang"] = check_words_language(arguments.lang)
    print_json(answers.parse(Asked(fields, load_book(arguments), read_instant(arguments))))
    return DONE


def run_dominates(arguments: argparse.Namespace) -> int:
    """Yes or no."""
    lang = check_words_language(arguments.lang)
    fields: dict[str, Any] = {
        n: find_described(getattr(arguments, n), arguments) for n in ("strict", "loose")
    }
    fields["lang"] = lang
    answer = answers.dominates(Asked(fields, load_book(arguments), read_instant(arguments)))
    if arguments.json:
        print_json(answer)
    else:
        why = f": {answer['why']}" if answer["why"] else ""
        say(word("yes", lang) if answer["dominates"] else word("no", lang) + why)
    return DONE if answer["dominates"] else REFUSED


def run_convert(arguments: argparse.Namespace) -> int:
    """The value in the other form; what was lost beside it."""
    options = {
        "to": arguments.to,
        "lang": arguments.lang,
        "created": arguments.created,
        "review": arguments.review,
    }
    fields: dict[str, Any] = {key: value for key, value in options.items() if value is not None}
    fields["label"] = find_described(arguments.document, arguments)
    asked = Asked(fields, load_book(arguments), read_instant(arguments))
    try:
        answer = convert(asked)
    except MalformedError as error:
        if error.code not in CANNOT_SAY:
            raise
        raise RefusedError(error.code, error.message, error.advice) from error
    for loss in answer["losses"]:
        note(f"{word('lost', arguments.lang)}: {loss['what']}: {loss['why']}")
    if arguments.json:
        print_json(answer)
    elif isinstance(answer["value"], str):
        print(answer["value"])  # as it is: a document, not words for a terminal
    else:
        print_json(answer["value"])
    return DONE


def _split(text: str, arguments: argparse.Namespace) -> list[Source]:
    """One document, or each label of a JSON list."""
    source = find_described(text, arguments)
    if source.codec not in {"", "json"} or source.raw.lstrip()[:1] != b"[":
        return [source]
    listed = decode_json(source.raw, source.where)
    if not listed:
        raise UnusableError("no-label", f"{source.where} holds no label")
    return [replace(source, raw=json.dumps(value).encode(), codec="json") for value in listed]
