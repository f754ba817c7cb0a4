# SPDX-License-Identifier: Apache-2.0
"""The parser that all commands share: one look of help, full option names only, a suggestion for what is misspelt."""

from __future__ import annotations

import argparse
import difflib
import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NoReturn

from tearline.cli.exits import MEANINGS, UnusableError

Run = Callable[[argparse.Namespace], int]
SubParsers = Any  # argparse names its class privately


class Parser(argparse.ArgumentParser):
    """Raises ``UnusableError`` where argparse would print its usage and leave."""

    def __init__(self, **settings: Any) -> None:
        settings.setdefault("formatter_class", _Formatter)
        super().__init__(allow_abbrev=False, **settings)

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Nothing is left over: each parser knows its own options, and so what was meant."""
        known, rest = super().parse_known_args(args, namespace)
        if rest:
            word = str(rest[0])
            options = [name for name in self._option_string_actions if name.startswith("--")]
            what = "option" if word.startswith("-") else "argument"
            self._refuse(f"unknown {what} {word!r}", _suggest(word.partition("=")[0], options))
        return known, rest

    def error(self, message: str) -> NoReturn:
        """Anything else argparse finds."""
        self._refuse(message, "")

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.choices is not None and value not in action.choices:
            name = (
                action.option_strings[0]
                if action.option_strings
                else str(action.metavar or action.dest).lower()
            )
            self._refuse(f"unknown {name} {value!r}", _suggest(str(value), action.choices))

    def _refuse(self, message: str, suggestion: str) -> NoReturn:
        raise UnusableError("usage", message, f"{suggestion}See {self.prog} --help.")


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """Texts as they were written; options and what they mean on one line where that fits."""

    def __init__(self, prog: str, **settings: Any) -> None:
        super().__init__(prog, max_help_position=30, **settings)


def _suggest(word: str, known: Iterable[Any]) -> str:
    names = [str(name) for name in known]
    near = difflib.get_close_matches(word, names, n=2, cutoff=0.6)
    if near:
        return f"Did you mean {' or '.join(near)}? "
    return "" if word.startswith("-") or not names else f"Known: {', '.join(names)}. "


def add_command(
    commands: SubParsers, name: str, summary: str, *, text: str, examples: Sequence[str], run: Run
) -> Parser:
    """A command's parser: ``summary`` for the list, ``text`` and ``examples`` for its own help."""
    lines = ["examples:", *(f"  {example}" for example in examples)]
    parser: Parser = commands.add_parser(name, help=summary, description=text, epilog="\n".join(lines))
    parser.set_defaults(run=run)
    return parser


def add_json(parser: Parser) -> None:
    """``--json``: one JSON document on standard output, for scripts."""
    parser.add_argument("--json", action="store_true", help="print one JSON document, for scripts")


def add_exits(parser: Parser, meanings: dict[int, str] | None = None) -> None:
    """Says in the help what the exit codes mean here."""
    shown = MEANINGS if meanings is None else meanings
    lines = [f"  {code}  {words}" for code, words in shown.items()]
    parser.epilog = "\n".join([*([parser.epilog, ""] if parser.epilog else []), "exit codes:", *lines])


def split_names(text: str) -> tuple[str, ...]:
    """``KOR,JPN`` as names; blanks around them don't count."""
    return tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))


def decode_json(raw: bytes, where: str) -> Any:
    """JSON in which no name stands twice: what one reader takes first and another last is nobody's word."""
    try:
        return json.loads(raw, object_pairs_hook=_pairs)
    except _RepeatedError as error:
        raise UnusableError("repeated-name", f"{where}: {error} stands twice in one object") from error
    except (ValueError, RecursionError) as error:
        raise UnusableError("not-json", f"{where} is not JSON ({error})") from error


class _RepeatedError(ValueError):
    pass


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    out = dict(pairs)
    if len(out) != len(pairs):
        names = [name for name, _ in pairs]
        raise _RepeatedError(repr(next(name for name in names if names.count(name) > 1)))
    return out
