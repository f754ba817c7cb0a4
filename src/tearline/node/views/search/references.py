# SPDX-License-Identifier: Apache-2.0
"""By what a product's reference is named: all of it, or its end from any word on, down to the letters.

Example: ``KOR-REP 241530Z JUL 23 UW7V`` is named by ``uw7v``, ``23 UW7V`` and ``241530Z JUL 23 UW7V``, not by ``JUL 23``.
"""

from __future__ import annotations

from tearline.node.views.search.words import fold


def fold_reference(text: str) -> str:
    """A reference, or the end of one, as it is compared: whatever its case and blanks."""
    return " ".join(fold(text).split())


def names_reference(named: str, reference: str) -> bool:
    """Whether a folded text is a reference or the end of one: one of ``list_tails``, found without making them."""
    return bool(named) and f" {fold_reference(reference)}".endswith(f" {named}")


def list_tails(reference: str) -> tuple[str, ...]:
    """The ends of a reference that name it, folded, the whole of it first; none of an empty one."""
    words = fold_reference(reference).split()
    return tuple(" ".join(words[start:]) for start in range(len(words)))
