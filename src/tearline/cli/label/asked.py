# SPDX-License-Identifier: Apache-2.0
"""One question to the label library, with the policies to ask: what its fields hold, read in any codec.

A label, clearance or marking in a request is one of:

- text: the document itself (XML, JSON, a mark);
- an object with ``policy``: tearline's JSON;
- an object with one of ``file``, ``text``, ``base64``, ``json``, and how to read it: ``codec``, ``draft``, ``place``,
  ``lang``, ``of``, ``epoch``, ``uri``.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tearline.cli.exits import UnusableError
from tearline.cli.label.forms import INPUT_MAX_BYTES, Given, Source, read_given
from tearline.cli.label.resolve import Found, Wanted, find_clearance, find_label

if TYPE_CHECKING:
    from tearline.core.instants import Instant
    from tearline.core.labels import Clearance, PolicyBook

_CONTENTS = ("file", "text", "base64", "json")
_MANNERS = {"codec": str, "draft": bool, "place": str, "lang": str, "of": str, "epoch": str, "uri": str}


@dataclass(frozen=True)
class Asked:
    """The fields of one question, the policies, and as of when (None: now)."""

    fields: Mapping[str, Any]
    book: PolicyBook
    at: Instant | None = None

    @property
    def lang(self) -> str:
        """The language of marks."""
        return self.get_text("lang", "en")

    def get_text(self, name: str, default: str | None = None) -> str:
        """A field that is text; one without a default must be there."""
        value = self.fields.get(name, default)
        if value is None:
            raise UnusableError("missing-field", f"the field {name!r} is missing")
        if not isinstance(value, str):
            raise UnusableError("bad-field", f"the field {name!r} is no text")
        return value

    def get_flag(self, name: str) -> bool:
        """A field that is true or false; false where it is absent."""
        value = self.fields.get(name, False)
        if not isinstance(value, bool):
            raise UnusableError("bad-field", f"the field {name!r} is neither true nor false")
        return value

    def get_list(self, name: str) -> list[Any]:
        """A field that is a list with something in it."""
        value = self.fields.get(name)
        if value is None:
            raise UnusableError("missing-field", f"the field {name!r} is missing")
        if not isinstance(value, list) or not value:
            raise UnusableError("bad-field", f"the field {name!r} is no list, or an empty one")
        return value

    def read(self, name: str) -> Given:
        """What a field holds, as its codec reads it."""
        if self.fields.get(name) is None:
            raise UnusableError("missing-field", f"the field {name!r} is missing")
        return self.read_value(self.fields[name], name)

    def read_value(self, value: Any, name: str) -> Given:
        """The same of a value that stands in a list."""
        return read_given(make_source(value, name), self.book)

    def label(self, name: str = "label", *, policy: str = "", any_role: bool = False) -> Found:
        """The label of a field; of several that of ``policy``."""
        return self.label_of(self.read(name), self.fields[name], policy=policy, any_role=any_role)

    def label_of(self, given: Given, value: Any, *, policy: str = "", any_role: bool = False) -> Found:
        """The label of what was read already."""
        uri = find_uri(value)
        return find_label(given, Wanted(self.book, self.at, policy, uri, any_role))

    def clearance(self, name: str = "clearance") -> Clearance:
        """The clearance of a field."""
        return find_clearance(self.read(name), Wanted(self.book, self.at))


def make_source(value: Any, name: str) -> Source:
    """The bytes of a field."""
    if isinstance(value, Source):  # from the command line, read already
        return value
    if isinstance(value, str):
        return Source(_encode(value, name), name)
    if not isinstance(value, dict):
        raise UnusableError("bad-field", f"{name!r} is neither text nor an object")
    if "policy" in value:
        return Source(_dump(value), name, "json")
    contents = [key for key in _CONTENTS if key in value]
    if len(contents) != 1:
        raise UnusableError("bad-field", f"{name!r} needs exactly one of {', '.join(_CONTENTS)}")
    other = sorted(value.keys() - {*contents, *_MANNERS})
    if other:
        raise UnusableError("unknown-field", f"{name}.{other[0]} is not known")
    for key, kind in _MANNERS.items():
        if key in value and not isinstance(value[key], kind):
            raise UnusableError("bad-field", f"{name}.{key} is not {kind.__name__}")
    manners = {key: value[key] for key in _MANNERS if key in value and key != "uri"}
    return Source(_read_content(contents[0], value[contents[0]], name), name, **manners)


def find_uri(value: Any) -> str | None:
    """For which data of a binding the label is asked."""
    if isinstance(value, Source):
        return value.uri
    uri: str | None = value.get("uri") if isinstance(value, dict) else None
    return uri


def _read_content(kind: str, content: Any, name: str) -> bytes:
    if kind == "json":
        return _dump(content)
    if not isinstance(content, str):
        raise UnusableError("bad-field", f"{name}.{kind} is no text")
    if kind == "file":
        return read_file(content)
    if kind == "text":
        return _encode(content, name)
    try:
        return base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError) as error:
        raise UnusableError("bad-field", f"{name}.base64 is not base64: {error}") from error


def _encode(text: str, name: str) -> bytes:
    """As it came from a terminal or a pipe; half a character, which JSON can spell, came from nowhere."""
    try:
        return text.encode(errors="surrogateescape")
    except UnicodeEncodeError as error:
        raise UnusableError("not-text", f"{name} holds half a character, at {error.start + 1}") from error


def read_file(text: str, size_max: int = INPUT_MAX_BYTES) -> bytes:
    """A file's bytes, or why not, by name."""
    try:
        path = Path(text)
        if not path.is_file():
            raise UnusableError("no-file", f"there is no file {text}")
        if path.stat().st_size > size_max:
            raise UnusableError("too-large", f"{text} is larger than {size_max} bytes")
        return path.read_bytes()
    except (OSError, ValueError) as error:
        raise UnusableError("no-file", f"{text[:200]} can't be read ({error})") from error


def _dump(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode(errors="surrogatepass")
