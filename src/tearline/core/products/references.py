# SPDX-License-Identifier: Apache-2.0
"""References of products as they stand in texts: ``KOR-WARN 120104Z JUL 23 K7QF``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tearline.core.ids import Member
from tearline.core.products.portion import Body, texts_of

REFERENCES_MAX = 500
"""How many a text is searched for: a product that names more is an index, and its first ones do."""

_TIME_BEGINS = "Z "
_TIME = re.compile(r"Z [A-Z]{3} [0-9]{2} [A-Z0-9]{4}(?![A-Z0-9])")
_STEM = re.compile(r"(?<![A-Z0-9-])[A-Z]{3,4}-[A-Z]{2,8} [0-9]{6}\Z")
_STEM_CHARS_MAX = 21
"""Of a stem, with one sign before it."""

_REFERENCE = re.compile(r"([A-Z]{3,4})-[A-Z]{2,8} [0-9]{6}Z [A-Z]{3} [0-9]{2} [A-Z0-9]{4}\Z")


def is_reference(text: str, originator: Member) -> bool:
    """Whether it has a reference's shape and names its own originator: it is printed, cited, and made file names of."""
    found = _REFERENCE.match(text)
    return found is not None and found[1] == originator


def find_references(body: Body) -> tuple[str, ...]:
    """The references that a body names, each once, in order."""
    texts = [text for text in texts_of(body) if _TIME_BEGINS in text]
    if not texts:  # nearly always, and found out far faster than by a pattern
        return ()
    found = dict.fromkeys(reference for text in texts for reference in _list_references(text))
    return tuple(found)[:REFERENCES_MAX]


def _list_references(text: str) -> Iterator[str]:
    """Times are looked for first: their fixed letter is found far faster than any three letters with a hyphen."""
    for time in _TIME.finditer(text):
        before = text[max(0, time.start() - _STEM_CHARS_MAX) : time.start()]
        stem = _STEM.search(before)
        if stem is not None:
            yield stem[0] + time[0]
