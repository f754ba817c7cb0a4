# SPDX-License-Identifier: Apache-2.0
"""Names of things. None is a counter: an id never tells how many others there are (assurance A1.5)."""

from __future__ import annotations

import re
from enum import IntEnum
from typing import NewType

from tearline.core.errors import MalformedError

Member = NewType("Member", str)
"""A nation's alpha-3 code, or an organisation's code such as NHQ."""
Person = NewType("Person", str)
Post = NewType("Post", str)
"""A duty position, ``MEMBER-DUTY``."""
ProductId = NewType("ProductId", str)
"""32 hexadecimal digits, drawn at random by the originator."""
Tag = NewType("Tag", str)
"""A portion's name inside its product: two letters, or three beyond a hundred portions."""


class Precedence(IntEnum):
    """ACP 121 precedences; a lower number goes first. Each is a lane of its own in every stream."""

    FLASH = 0
    IMMEDIATE = 1
    PRIORITY = 2
    ROUTINE = 3


LANES = tuple(p.name for p in Precedence)
FLASH = Precedence.FLASH.name

_SHAPES = {
    "member": re.compile(r"[A-Z]{3,4}\Z"),
    "person": re.compile(r"[a-z0-9][a-z0-9._-]{0,63}\Z"),
    "post": re.compile(r"[A-Z]{3,4}-[A-Z0-9]{2,16}\Z"),
    "product": re.compile(r"[0-9a-f]{32}\Z"),
    "tag": re.compile(r"[A-Z]{2,3}\Z"),
}


def check_id(kind: str, value: str) -> str:
    """``value`` if it has the shape of its kind (member, person, post, product, tag); else ``MalformedError``."""
    if not _SHAPES[kind].match(value):
        raise MalformedError(f"bad-{kind}", f"not the name of a {kind}: {value[:80]!r}")
    return value
