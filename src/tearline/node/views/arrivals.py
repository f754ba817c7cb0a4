# SPDX-License-Identifier: Apache-2.0
"""What each clearance class sees, in the order in which its present text came here.

The order is of one unique integer pair: when the bytes were verified here (which each reader is told anyway), then the
random id. Both belong to the class's own appearance, so what is hidden from it moves no row (N1). ``stamp`` moves with
every change of a class's rows, for those who remember something made from them; it leaves the node in no form.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable

from tearline.core.instants import Instant
from tearline.core.labels import ClassId

TIE_DIGITS = 15


def tie_of(key: str) -> int:
    """A unique order among products of one instant: from the random id, so it says nothing."""
    return int(key.partition(".")[2][:TIE_DIGITS], 16)


class Arrivals:
    """Keys by class, oldest arrival first."""

    def __init__(self) -> None:
        self._rows: dict[ClassId, list[tuple[int, int, str]]] = {}
        self._places: dict[ClassId, dict[str, tuple[int, int, str]]] = {}
        self.stamps: dict[ClassId, int] = {}
        self._row: tuple[int, int, str] = (0, 0, "")

    def put(self, class_id: ClassId, key: str, at: Instant) -> None:
        """A text of this product came at this time; where there was another, the row moves."""
        rows, places = self._rows.setdefault(class_id, []), self._places.setdefault(class_id, {})
        if key in places:
            self.remove(class_id, key)
        self.stamps[class_id] = self.stamps.get(class_id, 0) + 1
        # Mostly it comes to one class after the other: they share a row.
        if self._row[0] != at or self._row[2] != key:
            self._row = (at, tie_of(key), key)
        row = self._row
        places[key] = row
        if not rows or rows[-1] < row:  # nearly always: what comes now came last
            rows.append(row)
        else:
            insort(rows, row)

    def remove(self, class_id: ClassId, key: str) -> None:
        """The class sees this product no more."""
        self.stamps[class_id] = self.stamps.get(class_id, 0) + 1
        row = self._places.get(class_id, {}).pop(key, None)
        if row is not None:
            rows = self._rows[class_id]
            del rows[bisect_left(rows, row)]

    def since(self, class_id: ClassId, at: Instant) -> list[tuple[str, Instant]]:
        """Keys with their times, of what came after a time, the last arrival first."""
        rows = self._rows.get(class_id, [])
        return [(key, Instant(came)) for came, _, key in reversed(rows[bisect_left(rows, (at + 1,)) :])]

    def order(self, class_id: ClassId, keys: Iterable[str]) -> list[str]:
        """Those of the keys that the class sees, the last arrival first."""
        places = self._places.get(class_id, {})
        rows = sorted((places[key] for key in keys if key in places), reverse=True)
        return [key for _, _, key in rows]

    def newest(self, class_id: ClassId) -> list[str]:
        """Keys, the last arrival first."""
        return [key for _, _, key in reversed(self._rows.get(class_id, ()))]
