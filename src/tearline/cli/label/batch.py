# SPDX-License-Identifier: Apache-2.0
"""``tearline label batch``: one JSON request a line, one JSON answer a line, in one process (docs/reference/label-batch.md).

Guarantees: every line is answered, in order, and at once; a bad line is an answer with ``ok`` false and a stable code; a
line longer than ``LINE_MAX_BYTES`` is read past and never kept; policies stay loaded until ``{"op": "reset"}``.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from tearline.cli.arguments import SubParsers, add_command, decode_json
from tearline.cli.exits import DONE, UnusableError
from tearline.cli.label import answers
from tearline.cli.label.asked import Asked, make_source
from tearline.cli.label.books import load_shipped, make_plain_book, read_pack_files, settle_windows
from tearline.cli.label.conversions import convert
from tearline.cli.label.inputs import add_pack, load_book
from tearline.cli.label.sentences import say_failure
from tearline.cli.label.show import show_policy
from tearline.cli.label.translations import translate
from tearline.core.errors import TearlineError

if TYPE_CHECKING:
    from tearline.core.instants import Instant
    from tearline.core.labels import Policy, PolicyBook

LINE_MAX_BYTES = 16 * 1024 * 1024
POLICIES_MAX = 256
BOOKS_MAX = 64
Answer = dict[str, Any]

_TEXT = """\
Read one JSON request a line from standard input and answer each with one JSON line: ok with the result, or an error
with a stable code. Policies stay loaded until {"op": "reset"}; without any, the shipped exercise pack is asked.
Every field and code: docs/reference/label-batch.md."""
_EXAMPLES = (
    "tearline label batch <requests.jsonl",
    "tearline label batch --spif policy.xml <requests.jsonl",
)
_COMMON = frozenset({"op", "id", "at", "lang", "groups"})
_QUESTIONS: dict[str, tuple[Callable[[Asked], Answer], frozenset[str]]] = {
    "validate": (answers.validate, frozenset({"label", "clearance"})),
    "mark": (answers.mark, frozenset({"label", "place", "unchecked"})),
    "mark_clearance": (answers.mark_clearance, frozenset({"clearance", "place"})),
    "parse": (answers.parse, frozenset({"label", "clearance", "suggest"})),
    "decide": (answers.decide, frozenset({"label", "clearance", "member", "codewords", "ceiling"})),
    "explain": (answers.explain, frozenset({"label", "clearance", "member", "codewords", "ceiling"})),
    "translate": (translate, frozenset({"label", "to", "form"})),
    "rollup": (answers.rollup, frozenset({"labels", "place", "day"})),
    "dominates": (answers.dominates, frozenset({"strict", "loose"})),
    "convert": (
        convert,
        frozenset({"label", "clearance", "to", "created", "review", "name", "place"}),
    ),
}
_POLICY_FIELDS = frozenset({"op", "id", "at", "lang", "file", "text", "base64", "pack", "show"})


def add_parser(verbs: SubParsers) -> None:
    """The verb."""
    parser = add_command(verbs, "batch", "one JSON request a line", text=_TEXT, examples=_EXAMPLES, run=run)
    add_pack(parser)


def run(arguments: argparse.Namespace) -> int:
    """Answer until the input ends; what was refused is said line by line, and the exit code is 0."""
    given = arguments.spif or arguments.pack
    shelf = Shelf(load_book(arguments) if given else None, plain=bool(arguments.spif))
    for line in read_lines(sys.stdin.buffer):
        answer = json.dumps(answer_line(line, shelf), ensure_ascii=False)
        sys.stdout.write(answer.encode("utf-8", errors="replace").decode() + "\n")
        sys.stdout.flush()
    return DONE


@dataclass
class Shelf:
    """The policies that are loaded, and the books made of them."""

    start: PolicyBook | None = None
    plain: bool = False
    pack: PolicyBook | None = None
    policies: dict[str, Policy] = field(default_factory=dict)
    _shipped: PolicyBook | None = None
    _books: dict[tuple[bool, Instant | None], PolicyBook] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Back to what the command line gave."""
        self.pack = None if self.plain else self.start
        self.policies = dict(self.start.policies) if self.plain and self.start else {}
        self._books.clear()

    def load_pack(self, book: PolicyBook) -> None:
        """A pack instead of everything that was loaded."""
        self.pack, self.policies = book, {}
        self._books.clear()

    def load_policy(self, policy: Policy) -> None:
        """One more policy, or another version of one."""
        if len(self.policies) >= POLICIES_MAX and policy.name not in self.policies:
            raise UnusableError("too-many", f"more than {POLICIES_MAX} policies", 'Send {"op": "reset"}.')
        self.policies[policy.name] = policy
        self._books.clear()

    def get_book(self, at: Instant | None, *, groups: bool) -> PolicyBook:
        """The book to ask, with windows as of an instant. One that was asked before is kept, with what it remembers."""
        key = (groups, at)
        if key not in self._books:
            if len(self._books) >= BOOKS_MAX:
                self._books.clear()
            self._books[key] = settle_windows(self._make_book(groups), at)
        return self._books[key]

    def _make_book(self, groups: bool) -> PolicyBook:
        import msgspec

        if self.pack is None and self.policies:
            return make_plain_book(self.policies.values(), groups=groups)
        pack = self.pack
        if pack is None:
            pack = self._shipped = self._shipped or load_shipped()
        return msgspec.structs.replace(pack, policies={**pack.policies, **self.policies})


def read_lines(stream: IO[bytes]) -> Iterator[bytes | None]:
    """Lines without their end; None for one that is too long. Empty ones are passed over."""
    while raw := stream.readline(LINE_MAX_BYTES + 1):
        if len(raw) > LINE_MAX_BYTES and not raw.endswith(b"\n"):
            while raw and not raw.endswith(b"\n"):
                raw = stream.readline(1024 * 1024)
            yield None
        elif raw.strip():
            yield raw


def answer_line(line: bytes | None, shelf: Shelf) -> Answer:
    """The answer to one line, whatever it holds."""
    request: Any = None
    try:
        request = _decode(line)
        return {**_name(request), "ok": True, "result": _answer(_expect_object(request), shelf)}
    except TearlineError as error:
        return _fail(request, error.code, *say_failure(error, _find_language(request)))
    except (RecursionError, MemoryError) as error:
        return _fail(request, "too-large", f"the request needs too much ({type(error).__name__})", "")
    except OSError as error:
        return _fail(request, "no-file", f"{error.filename or 'a file'}: {error.strerror or error}", "")
    except Exception as error:  # noqa: BLE001  the outermost loop of a line: a defect is an answer, and the next line is read
        return _fail(
            request, "defect", f"a defect in tearline: {type(error).__name__}: {error}", "Report it."
        )


def _decode(line: bytes | None) -> Any:
    if line is None:
        raise UnusableError("too-large", f"a line of more than {LINE_MAX_BYTES} bytes")
    return decode_json(line, "the line")


def _expect_object(request: Any) -> Answer:
    if not isinstance(request, dict):
        raise UnusableError("bad-request", "the line is no JSON object")
    return request


def _name(request: Any) -> Answer:
    named = request if isinstance(request, dict) else {}
    return {key: named[key] for key in ("id", "op") if key in named}


def _find_language(request: Any) -> str:
    lang = request.get("lang") if isinstance(request, dict) else ""
    return lang if isinstance(lang, str) else ""


def _fail(request: Any, code: str, message: str, advice: str) -> Answer:
    error = {"code": code, "message": message} | ({"advice": advice} if advice else {})
    return {**_name(request), "ok": False, "error": error}


def _answer(request: Answer, shelf: Shelf) -> Answer:
    op = request.get("op")
    if op == "reset":
        _refuse_others(request, frozenset({"op", "id"}))
        shelf.reset()
        return {"policies": list(shelf.policies)}
    if op == "policy":
        _refuse_others(request, _POLICY_FIELDS)
        return _load(request, shelf)
    if not isinstance(op, str) or op not in _QUESTIONS:
        known = ", ".join(["policy", *_QUESTIONS, "reset"])
        raise UnusableError("unknown-op", f"{op!r} is no op", f"Known: {known}.")
    question, fields = _QUESTIONS[op]
    _refuse_others(request, fields | _COMMON)
    at = _read_instant(request)
    groups = request.get("groups", "listed")
    if groups not in ("listed", "members"):  # a list or an object is no member of a set
        raise UnusableError("bad-field", "the field 'groups' is neither listed nor members")
    return question(Asked(request, shelf.get_book(at, groups=groups == "members"), at))


def _refuse_others(request: Answer, known: frozenset[str]) -> None:
    other = sorted(request.keys() - known)
    if other:
        advice = f"Known: {', '.join(sorted(known))}."
        raise UnusableError("unknown-field", f"the field {other[0]!r} is not known here", advice)


def _read_instant(request: Answer) -> Instant | None:
    from tearline.core.instants import parse_iso

    if "at" not in request:
        return None
    if not isinstance(request["at"], str):
        raise UnusableError("bad-field", "the field 'at' is no text")
    return parse_iso(request["at"])


def _load(request: Answer, shelf: Shelf) -> Answer:
    """Load a pack or a SPIF; ``show`` tells all of one policy; without any of these, what is loaded."""
    from tearline.core.labels import load_pack, parse_spif

    source = {key: request[key] for key in ("file", "text", "base64") if key in request}
    if len(source) + ("pack" in request) > 1:
        raise UnusableError("bad-field", "a policy comes from one of file, text, base64, pack")
    loaded: list[Policy] = []
    if "pack" in request:
        name = request["pack"]
        if not isinstance(name, str):
            raise UnusableError("bad-field", "the field 'pack' is no text")
        shelf.load_pack(load_shipped() if name == "exercise" else load_pack(read_pack_files(Path(name))))
    elif source:
        policy = parse_spif(make_source(source, "policy").raw)
        shelf.load_policy(policy)
        loaded = [policy]
    book = shelf.get_book(_read_instant(request), groups=False)
    if "show" in request:
        return show_policy(str(request["show"]), book)
    if loaded:
        return show_policy(loaded[0].name, book)
    return {
        "kind": book.kind,
        "network": book.network,
        "digest": book.digest(),
        "policies": list(book.policies),
    }
