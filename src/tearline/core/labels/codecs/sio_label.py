# SPDX-License-Identifier: Apache-2.0
"""The header field ``SIO-Label`` of mail (RFC 7444): a marking in words and colours, and a label of a stated type.

Parameters are those of MIME: quoted or not, continued (``label*0``, ``label*1``) and percent-encoded (``marking*``) as in
RFC 2231. Read strictly: a parameter that is unknown, stands twice, or lacks a piece is refused by name. The marking is what
a person saw; it is never a decision, and never compared with what the label means here.

Types read: ``:ess`` (the label is BER), ``:xml`` (an element, STANAG 4774 among them). ``:x411`` is refused by name.
"""

from __future__ import annotations

import base64
import binascii
import re
from urllib.parse import quote, unquote_to_bytes

import msgspec

from tearline.core.errors import LimitError, MalformedError
from tearline.core.labels.codecs.strict_xml import is_plain

HEADER = "SIO-Label"
HEADER_MAX = 128 * 1024
PIECE_LENGTH = 64
PIECES_MAX = 4_096
ESS = ":ess"
XML = ":xml"
_COLORS = frozenset(
    {
        "aqua", "black", "blue", "fuschia", "fuchsia", "gray", "green", "lime",
        "maroon", "navy", "olive", "purple", "red", "silver", "teal", "white", "yellow",
    }
)  # fmt: skip
_PARAMETERS = ("marking", "fgcolor", "bgcolor", "type", "label")
_RGB = re.compile(r"#[0-9A-Fa-f]{6}\Z")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[!-~]+\Z")
_NAME = re.compile(r"([a-z]+)(?:\*(0|[1-9]\d{0,4}))?(\*)?\Z")
_TOKEN = re.compile(r"[!#$%&'*+.^_`{|}~0-9A-Za-z:/=@?\[\]-]+")
_QUOTED = re.compile(r'"((?:[^"\\\x00-\x08\x0a-\x1f\x7f]|\\[ -~])*)"')
_EXTENDED = re.compile(r"([A-Za-z0-9-]*)'([A-Za-z0-9-]*)'(.*)\Z", re.DOTALL)


class SioLabel(msgspec.Struct, frozen=True):
    """What the field carries. ``kind`` is ``:ess``, ``:xml`` or a URI; '' with an empty ``label`` where there is none."""

    marking: str = ""
    fgcolor: str = ""
    bgcolor: str = ""
    kind: str = ""
    label: bytes = b""


def parse_sio_label(value: str) -> SioLabel:
    """The field's value, without its name; folded lines are unfolded."""
    if len(value) > HEADER_MAX:
        raise LimitError("too-large", f"a SIO-Label of {len(value)} characters")
    found = _join(_split(re.sub(r"\r?\n[ \t]", " ", value)))
    for name in ("fgcolor", "bgcolor"):
        color = found.get(name, "")
        if name in found and color.lower() not in _COLORS and not _RGB.match(color):
            raise _bad(f"{name} is no colour: {color[:40]!r}")
        if name in found and "marking" not in found:
            raise _bad(f"{name} without a marking")
    if "marking" in found and (not found["marking"] or not is_plain(found["marking"])):
        raise _bad(f"a marking that is no plain text: {found['marking'][:40]!r}")
    if ("type" in found) is not ("label" in found):
        raise _bad("type and label stand together or not at all")
    if not found:
        raise _bad("a field that states nothing")
    return SioLabel(
        found.get("marking", ""),
        found.get("fgcolor", ""),
        found.get("bgcolor", ""),
        _check_kind(found["type"]) if "type" in found else "",
        _decode_label(found["label"]) if "label" in found else b"",
    )


def print_sio_label(label: SioLabel) -> str:
    """The field's value on folded lines; ``parse_sio_label`` gives the label back unchanged."""
    parts: list[str] = []
    if label.marking:
        if not is_plain(label.marking):
            raise _bad(f"a marking that is no plain text: {label.marking[:40]!r}")
        parts.extend(_print_text("marking", label.marking))
    parts.extend(
        f"{name}={color}" for name, color in (("fgcolor", label.fgcolor), ("bgcolor", label.bgcolor)) if color
    )
    if label.kind:
        parts.append(f'type="{_check_kind(label.kind)}"')
        parts.extend(_print_pieces("label", base64.b64encode(label.label).decode()))
    text = ";\r\n\t".join(parts)
    if (
        parse_sio_label(text) != label
    ):  # what can't be said in the field: a colour without a marking, a label without a type
        raise _bad("a label that the field can't carry")
    return text


def _bad(what: str) -> MalformedError:
    return MalformedError("bad-sio-label", what)


def _check_kind(kind: str) -> str:
    if kind == ":x411":
        raise MalformedError("unknown-type", "a label of type :x411 is not read")
    if kind not in {ESS, XML} and not _URI.match(kind):
        raise MalformedError("unknown-type", f"a label of type {kind[:60]!r} is not read")
    return kind


def _decode_label(text: str) -> bytes:
    try:
        raw = base64.b64decode(re.sub(r"[ \t]", "", text), validate=True)
    except (binascii.Error, ValueError) as error:
        raise _bad(f"the label is not base64: {error}") from error
    if not raw:
        raise _bad("an empty label")
    return raw


def _split(value: str) -> list[tuple[str, str, str]]:
    """(name, number of the piece or '', text) of each parameter, decoded where it says that it is encoded."""
    rest = value.strip(" \t")
    out: list[tuple[str, str, str, bool]] = []
    while rest:
        name, equals, rest = rest.partition("=")
        match = _NAME.match(name.strip(" \t").lower())
        if not equals or match is None or match[1] not in _PARAMETERS:
            raise _bad(f"unknown parameter {name.strip()[:40]!r}")
        rest = rest.lstrip(" \t")
        token = (_QUOTED if rest.startswith('"') else _TOKEN).match(rest)
        if token is None:
            raise _bad(f"no value of {match[1]}")
        text = re.sub(r"\\(.)", r"\1", token[1]) if rest.startswith('"') else token[0]
        out.append((match[1], match[2] or "", text, match[3] is not None))
        rest = rest[token.end() :].lstrip(" \t")
        if rest and not rest.startswith(";"):
            raise _bad(f"no semicolon after {match[1]}")
        rest = rest[1:].lstrip(" \t")
        if len(out) > PIECES_MAX:
            raise LimitError("too-large", "a SIO-Label of too many pieces")
    return [
        (name, number, _decode_piece(name, number, text) if coded else text)
        for name, number, text, coded in out
    ]


def _decode_piece(name: str, number: str, text: str) -> str:
    if number in {"", "0"}:
        match = _EXTENDED.match(text)
        if match is None or match[1].lower() not in {"utf-8", "us-ascii"}:
            raise _bad(f"{name} is encoded in no known character set")
        text = match[3]
    if re.search(r"%(?![0-9A-Fa-f]{2})", text) or not text.isascii():
        raise _bad(f"{name} is not percent-encoded")
    try:
        return unquote_to_bytes(text).decode("utf-8", errors="strict")
    except UnicodeDecodeError as error:
        raise _bad(f"{name} is not UTF-8") from error


def _join(pieces: list[tuple[str, str, str]]) -> dict[str, str]:
    whole: dict[str, str] = {}
    numbered: dict[str, dict[int, str]] = {}
    for name, number, text in pieces:
        if (
            (name in whole)
            or (not number and name in numbered)
            or (number and int(number) in numbered.get(name, {}))
        ):
            raise _bad(f"{name} stands twice")
        if number:
            numbered.setdefault(name, {})[int(number)] = text
        else:
            whole[name] = text
    for name, parts in numbered.items():
        if sorted(parts) != list(range(len(parts))):
            raise _bad(f"a piece of {name} is missing")
        whole[name] = "".join(parts[number] for number in range(len(parts)))
    return whole


def _print_text(name: str, text: str) -> list[str]:
    if not text.isascii():
        return [f"{name}*=utf-8''{quote(text, safe='')}"]
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    return [f'{name}="{quoted}"']


def _print_pieces(name: str, text: str) -> list[str]:
    pieces = [text[at : at + PIECE_LENGTH] for at in range(0, len(text), PIECE_LENGTH)]
    if len(pieces) == 1:
        return [f'{name}="{text}"']
    return [f'{name}*{number}="{piece}"' for number, piece in enumerate(pieces)]
