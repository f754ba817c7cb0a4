# SPDX-License-Identifier: Apache-2.0
"""The Traffic Light Protocol of FIRST, version 2.0: four labels and the stricter form of AMBER.

TLP is no classification and becomes no label of a policy: it stands beside one. Read exactly (capitals, no blank, never
translated); ``TLP:WHITE`` of version 1 is ``TLP:CLEAR``.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from tearline.core.errors import MalformedError
from tearline.core.labels.codecs.text import check_length, find_hostile


class Tlp(Enum):
    """Who may have it, widest first."""

    CLEAR = "TLP:CLEAR"
    GREEN = "TLP:GREEN"
    AMBER = "TLP:AMBER"
    AMBER_STRICT = "TLP:AMBER+STRICT"
    RED = "TLP:RED"

    @property
    def rank(self) -> int:
        """Orders them: higher is for fewer."""
        return _ORDER.index(self)

    @property
    def audience(self) -> str:
        """Whom it is for, in words."""
        return _AUDIENCES[self]


_ORDER = tuple(Tlp)
_AUDIENCES = {
    Tlp.CLEAR: "everyone",
    Tlp.GREEN: "the community",
    Tlp.AMBER: "the receiver's organisation and its clients who need to know",
    Tlp.AMBER_STRICT: "the receiver's organisation only",
    Tlp.RED: "the persons named only",
}
VERSION_1 = {"TLP:WHITE": Tlp.CLEAR}
_TEXTS = {tlp.value: tlp for tlp in Tlp} | VERSION_1


def parse_tlp(text: str) -> Tlp:
    """The label that ``text`` is, sign by sign. Raises ``MalformedError`` (``not-tlp``)."""
    check_length(text)
    found = _TEXTS.get(text)
    if found is None:
        hostile = find_hostile(text)
        why = f": {hostile.words}" if hostile is not None else ""
        raise MalformedError(
            "not-tlp", f"{text!r} is no TLP label{why}", f"Write one of {', '.join(_TEXTS)}."
        )
    return found


def print_tlp(tlp: Tlp) -> str:
    """The label as version 2.0 writes it."""
    return tlp.value


def join_tlp(labels: Iterable[Tlp]) -> Tlp | None:
    """The strictest; None where there is none, which is not the same as CLEAR."""
    return max(labels, key=lambda tlp: tlp.rank, default=None)
