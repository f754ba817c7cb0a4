# SPDX-License-Identifier: Apache-2.0
"""References of products as they stand in texts: ``KOR-WARN 120104Z JUL 23 K7QF``."""

from __future__ import annotations

import re

from tearline.core.products.portion import Body, texts_of

REFERENCES_MAX = 500
"""How many a text is searched for: a product that names more is an index, and its first ones do."""

_REFERENCE = re.compile(
    r"(?<![A-Z0-9-])[A-Z]{3}-[A-Z]{2,8} [0-9]{6}Z [A-Z]{3} [0-9]{2} [A-Z0-9]{4}(?![A-Z0-9])"
)


def find_references(body: Body) -> tuple[str, ...]:
    """The references that a body names, each once, in order."""
    found = (match[0] for text in texts_of(body) for match in _REFERENCE.finditer(text))
    return tuple(dict.fromkeys(found))[:REFERENCES_MAX]
