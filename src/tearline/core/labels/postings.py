# SPDX-License-Identifier: Apache-2.0
"""Labels by what they need, so that a clearance finds those it may see without asking each (an inverted index).

Soundness: this can only leave labels out. Who is found is still asked by ``decide``; who is left out lacks something that
``decide`` would name. So a mistake here narrows and never widens (N5), and tests compare both ways over all labels.
"""

from __future__ import annotations

from tearline.core.labels.decide import Needs
from tearline.core.labels.label import Clearance, Label

Numbers = list[int]


class Postings:
    """For each value of each policy the numbers of the labels that need it."""

    def __init__(self) -> None:
        self._levels: dict[tuple[str, str], Numbers] = {}
        self._each: dict[str, dict[tuple[str, str], Numbers]] = {}  # every one of these values is needed
        self._some: dict[str, dict[str, Numbers]] = {}  # one of several is needed; by tag set
        self._named: dict[tuple[str, str, str], Numbers] = {}  # those several

    def add(self, number: int, label: Label, needs: Needs) -> None:
        """A label that is valid, with what its policy makes of it."""
        policy = label.policy
        self._levels.setdefault((policy, label.classification), []).append(number)
        for tag_set, values, members in needs:
            if members is None:
                for value in values:
                    self._each.setdefault(policy, {}).setdefault((tag_set, value), []).append(number)
                continue
            self._some.setdefault(policy, {}).setdefault(tag_set, []).append(number)
            for member in members:
                self._named.setdefault((policy, tag_set, member), []).append(number)

    def find(self, clearance: Clearance, count: int) -> bytearray:
        """A byte for each of ``count`` labels: 0 where the clearance surely lacks something."""
        policy, found = clearance.policy, bytearray(count)
        for level in clearance.classifications:
            _mark(found, self._levels.get((policy, level), ()), 1)
        for (tag_set, value), numbers in self._each.get(policy, {}).items():
            if value not in clearance.values(tag_set):
                _mark(found, numbers, 0)
        for tag_set, numbers in self._some.get(policy, {}).items():
            named = bytearray(count)
            for member in clearance.values(tag_set):
                _mark(named, self._named.get((policy, tag_set, member), ()), 1)
            _mark(found, [n for n in numbers if not named[n]], 0)
        return found


def _mark(row: bytearray, numbers: Numbers | tuple[()], answer: int) -> None:
    for number in numbers:
        row[number] = answer
