# SPDX-License-Identifier: Apache-2.0
"""JSON from outside, read strictly: UTF-8, no name twice, no NaN, bounded size and depth; each refusal says where."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any, NoReturn

from tearline.core.errors import LimitError, MalformedError

DEPTH_MAX = 64
NUMBER_CHARS_MAX = 64
_BRACKETS = re.compile(r"[\[\]{}]")


def parse_json(raw: bytes, what: str, size_max: int) -> Any:
    """The value, or ``MalformedError``/``LimitError``."""
    if len(raw) > size_max:
        raise LimitError("too-large", f"{what} of {len(raw)} bytes; at most {size_max} are read")
    try:
        text = raw.decode("utf-8")
        _check_depth(text, what)
        return json.loads(
            text,
            object_pairs_hook=_make_object,
            parse_constant=_refuse_constant,
            parse_int=_parse_int,
            parse_float=_parse_float,
        )
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise MalformedError("not-json", f"{what} is not well-formed JSON: {error}") from error


def _check_depth(text: str, what: str) -> None:
    """Brackets within strings count too: a little strict, and done before any structure is built."""
    depth = 0
    for bracket in _BRACKETS.findall(text):
        depth += 1 if bracket in "[{" else -1
        if depth > DEPTH_MAX:
            raise LimitError("too-deep", f"{what} is nested more than {DEPTH_MAX} deep")


def _make_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for name, value in pairs:
        if name in out:
            raise MalformedError("name-twice", f"the name {name[:60]!r} stands twice in one object")
        out[name] = value
    return out


def _refuse_constant(name: str) -> NoReturn:
    raise MalformedError("not-json", f"{name} is no JSON number")


def _parse_int(text: str) -> int:
    if len(text) > NUMBER_CHARS_MAX:
        raise LimitError("too-large", f"a number of {len(text)} digits")
    return int(text)


def _parse_float(text: str) -> float:
    if len(text) > NUMBER_CHARS_MAX:
        raise LimitError("too-large", f"a number of {len(text)} digits")
    return float(text)


def expect_object(value: Any, path: str, code: str) -> dict[str, Any]:
    """An object, or a refusal that names the path."""
    if not isinstance(value, dict):
        raise MalformedError(code, f"{path} is no object")
    return value


def expect_list(value: Any, path: str, code: str) -> list[Any]:
    """A list, or a refusal that names the path."""
    if not isinstance(value, list):
        raise MalformedError(code, f"{path} is no list")
    return value


def expect_text(value: Any, path: str, code: str) -> str:
    """A string that isn't empty, or a refusal that names the path."""
    if not isinstance(value, str) or not value:
        raise MalformedError(code, f"{path} is no text")
    return value


def refuse_others(value: dict[str, Any], known: Iterable[str], path: str, code: str) -> None:
    """Every name must be known."""
    other = sorted(value.keys() - set(known))
    if other:
        raise MalformedError(
            code, f"{path}.{other[0][:60]} is not known", "Nothing was skipped: it is refused whole."
        )
