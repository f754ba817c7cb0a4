# SPDX-License-Identifier: Apache-2.0
"""The header field ``SIO-Label`` of mail (RFC 7444): a marking in words and colours, and a label of a stated type.

The marking is what a person saw; it is never a decision, and never compared with what the label means here.

Types read: ``:ess`` (the label is BER), ``:xml`` (an element, STANAG 4774 among them). ``:x411`` is refused by name.
"""

from __future__ import annotations

import base64
import binascii
import re

import msgspec

from tearline.core.errors import MalformedError
from tearline.core.labels.codecs.mime_parameters import Header, print_pieces, print_text
from tearline.core.labels.codecs.strict_xml import is_plain

HEADER = "SIO-Label"
HEADER_MAX = 128 * 1024
ESS = ":ess"
XML = ":xml"
_COLORS = frozenset(
    {
        "aqua", "black", "blue", "fuschia", "fuchsia", "gray", "green", "lime",
        "maroon", "navy", "olive", "purple", "red", "silver", "teal", "white", "yellow",
    }
)  # fmt: skip
_FIELD = Header("bad-sio-label", ("marking", "fgcolor", "bgcolor", "type", "label"), HEADER_MAX)
_RGB = re.compile(r"#[0-9A-Fa-f]{6}\Z")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[!-~]+\Z")


class SioLabel(msgspec.Struct, frozen=True):
    """What the field carries. ``kind`` is ``:ess``, ``:xml`` or a URI; '' with an empty ``label`` where there is none."""

    marking: str = ""
    fgcolor: str = ""
    bgcolor: str = ""
    kind: str = ""
    label: bytes = b""


def parse_sio_label(value: str) -> SioLabel:
    """The field's value, without its name; folded lines are unfolded."""
    found = _FIELD.parse(value)
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
        parts.append(print_text("marking", label.marking))
    parts.extend(
        f"{name}={color}" for name, color in (("fgcolor", label.fgcolor), ("bgcolor", label.bgcolor)) if color
    )
    if label.kind:
        parts.append(f'type="{_check_kind(label.kind)}"')
        parts.extend(print_pieces("label", base64.b64encode(label.label).decode()))
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
