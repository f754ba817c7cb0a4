# SPDX-License-Identifier: Apache-2.0
"""Which labels the texts of each holding carry, by number.

Texts are many and labels few: whoever asks what other policies would change asks it of the labels, and then opens those texts
alone that carry one for which the answer is another.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping

from tearline.core.labels import LabelId

Numbers = tuple[LabelId, ...]


class Labelled:
    """A fold of the holdings. Equal sequences are one object: most texts of a kind carry the same ones."""

    def __init__(self) -> None:
        self._wordings: dict[str, Numbers] = {}
        self._ever: dict[str, frozenset[LabelId]] = {}
        self._same: dict[Numbers, Numbers] = {}
        self._sets: dict[frozenset[LabelId], frozenset[LabelId]] = {}
        self._unread: set[str] = set()

    def hold(self, key: str, numbers: Iterable[LabelId]) -> None:
        """The newest text of a holding: a number for each wording."""
        found = tuple(numbers)
        self._wordings[key] = self._same.setdefault(found, found)
        ever = self._ever.get(key, frozenset()).union(found)
        self._ever[key] = self._sets.setdefault(ever, ever)

    def miss(self, key: str) -> None:
        """A text that couldn't be read any more: nobody knows what it carried, so this holding is always looked at."""
        self._unread.add(key)

    def release(self, key: str) -> None:
        """A holding that is withdrawn or gone has no text."""
        for kept in (self._wordings, self._ever):
            kept.pop(key, None)
        self._unread.discard(key)

    def find(self, numbers: frozenset[LabelId], *, ever: bool = False) -> Iterator[str]:
        """Holdings whose text carries one of these, or ever carried it; and those of which nobody can say."""
        kept: Mapping[str, Collection[LabelId]] = self._ever if ever else self._wordings
        touched: dict[int, bool] = {}
        for key, carried in kept.items():
            hit = touched.get(id(carried))  # one answer for all that share the object
            if hit is None:
                hit = touched[id(carried)] = not numbers.isdisjoint(carried)
            if hit or key in self._unread:
                yield key

    def carries(self, key: str, numbers: frozenset[LabelId]) -> bool:
        """Whether the newest text of a holding carries one of these, or may."""
        return key in self._unread or not numbers.isdisjoint(self._wordings.get(key, ()))

    def count(self) -> dict[LabelId, int]:
        """How many wordings carry each label, of the newest texts."""
        counts: Counter[LabelId] = Counter()
        for carried, times in Counter(self._wordings.values()).items():
            for number in carried:
                counts[number] += times
        return counts
