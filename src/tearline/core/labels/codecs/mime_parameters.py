# SPDX-License-Identifier: Apache-2.0
"""Parameters of mail and web headers: quoted or not, continued (``label*0``) and percent-encoded (``marking*``), RFC 2231.

Read strictly: a parameter that is unknown, stands twice, or lacks a piece is refused by name. Printed as the mail standards
want them, so that no line grows long: ``print_pieces`` continues what is long.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from urllib.parse import quote, unquote_to_bytes

from tearline.core.errors import LimitError, MalformedError

PIECE_LENGTH = 64
PIECES_MAX = 4_096
_NAME = re.compile(r"([a-z]+(?:-[a-z]+)*)(?:\*(0|[1-9]\d{0,4}))?(\*)?\Z")
_TOKEN = re.compile(r"[!#$%&'*+.^_`{|}~0-9A-Za-z:/=@?\[\]-]+")
_QUOTED = re.compile(r'"((?:[^"\\\x00-\x08\x0a-\x1f\x7f]|\\[ -~])*)"')
_EXTENDED = re.compile(r"([A-Za-z0-9-]*)'([A-Za-z0-9-]*)'(.*)\Z", re.DOTALL)


class Header:
    """The parameters that one header field may have, and the code of its refusals."""

    def __init__(self, code: str, names: Collection[str], size_max: int, *, continues: bool = True) -> None:
        self.code = code
        self.names = names
        self.size_max = size_max
        self.continues = continues

    def fail(self, what: str) -> MalformedError:
        """A refusal of this field."""
        return MalformedError(self.code, what)

    def parse(self, value: str) -> dict[str, str]:
        """Each parameter once, whole and decoded; folded lines are unfolded."""
        if len(value) > self.size_max:
            raise LimitError("too-large", f"a header field of {len(value)} characters")
        return self._join(self._split(re.sub(r"\r?\n[ \t]", " ", value)))

    def _split(self, value: str) -> list[tuple[str, str, str]]:
        """(name, number of the piece or '', text) of each parameter, decoded where it says that it is encoded."""
        rest = value.strip(" \t")
        out: list[tuple[str, str, str, bool]] = []
        while rest:
            name, equals, rest = rest.partition("=")
            match = _NAME.match(name.strip(" \t").lower())
            if not equals or match is None or match[1] not in self.names:
                raise self.fail(f"unknown parameter {name.strip()[:40]!r}")
            if not self.continues and (match[2] or match[3]):
                raise self.fail(f"{match[1]} in pieces or encoded, which this field has not")
            rest = rest.lstrip(" \t")
            token = (_QUOTED if rest.startswith('"') else _TOKEN).match(rest)
            if token is None:
                raise self.fail(f"no value of {match[1]}")
            text = re.sub(r"\\(.)", r"\1", token[1]) if rest.startswith('"') else token[0]
            out.append((match[1], match[2] or "", text, match[3] is not None))
            rest = rest[token.end() :].lstrip(" \t")
            if rest and not rest.startswith(";"):
                raise self.fail(f"no semicolon after {match[1]}")
            rest = rest[1:].lstrip(" \t")
            if len(out) > PIECES_MAX:
                raise LimitError("too-large", "a header field of too many pieces")
        return [
            (name, number, self._decode_piece(name, number, text) if coded else text)
            for name, number, text, coded in out
        ]

    def _decode_piece(self, name: str, number: str, text: str) -> str:
        if number in {"", "0"}:
            match = _EXTENDED.match(text)
            if match is None or match[1].lower() not in {"utf-8", "us-ascii"}:
                raise self.fail(f"{name} is encoded in no known character set")
            text = match[3]
        if re.search(r"%(?![0-9A-Fa-f]{2})", text) or not text.isascii():
            raise self.fail(f"{name} is not percent-encoded")
        try:
            return unquote_to_bytes(text).decode("utf-8", errors="strict")
        except UnicodeDecodeError as error:
            raise self.fail(f"{name} is not UTF-8") from error

    def _join(self, pieces: list[tuple[str, str, str]]) -> dict[str, str]:
        whole: dict[str, str] = {}
        numbered: dict[str, dict[int, str]] = {}
        for name, number, text in pieces:
            if (
                (name in whole)
                or (not number and name in numbered)
                or (number and int(number) in numbered.get(name, {}))
            ):
                raise self.fail(f"{name} stands twice")
            if number:
                numbered.setdefault(name, {})[int(number)] = text
            else:
                whole[name] = text
        for name, parts in numbered.items():
            if sorted(parts) != list(range(len(parts))):
                raise self.fail(f"a piece of {name} is missing")
            whole[name] = "".join(parts[number] for number in range(len(parts)))
        return whole


def print_text(name: str, text: str) -> str:
    """One parameter in quotes, or percent-encoded where it isn't ASCII."""
    if not text.isascii():
        return f"{name}*=utf-8''{quote(text, safe='')}"
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'{name}="{quoted}"'


def print_pieces(name: str, text: str) -> list[str]:
    """One parameter of letters that need no quoting, in as many pieces as its length wants."""
    pieces = [text[at : at + PIECE_LENGTH] for at in range(0, len(text), PIECE_LENGTH)]
    if len(pieces) == 1:
        return [f'{name}="{text}"']
    return [f'{name}*{number}="{piece}"' for number, piece in enumerate(pieces)]
