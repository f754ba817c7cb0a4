# SPDX-License-Identifier: Apache-2.0
"""Which products a text held here may name, and by which reference: where to look, never what a reader is told.

The index is of all that is held, whoever sees it. Whoever asks it shows a reader only what the reader's own renditions say
(N1): a product is asked about by its reference, and each candidate is read as that reader has it. References stand in texts,
so they go with them (D4).
"""

from __future__ import annotations

from collections.abc import Iterable


class Mentions:
    """Keys by their own reference, and keys by references that their present text names."""

    def __init__(self) -> None:
        self._named = _Keys()
        self._naming = _Keys()
        self._held: dict[str, tuple[str, ...]] = {}

    def hold(self, key: str, reference: str, names: Iterable[str]) -> None:
        """The present text of a product, in the place of an earlier one."""
        self.forget(key)
        self._held[key] = (reference, *names)
        self._named.add(reference, key)
        for name in self._held[key][1:]:
            self._naming.add(name, key)

    def forget(self, key: str) -> None:
        """The product has no text here any more."""
        held = self._held.pop(key, ())
        for at, table in ((held[:1], self._named), (held[1:], self._naming)):
            for name in at:
                table.remove(name, key)

    def named(self, reference: str) -> tuple[str, ...]:
        """Products of this reference."""
        return self._named.list(reference)

    def naming(self, reference: str) -> tuple[str, ...]:
        """Products whose text names this reference somewhere."""
        return self._naming.list(reference)


class _Keys:
    """Keys by a reference, in the order in which they came. Mostly there is one, and it stands alone."""

    def __init__(self) -> None:
        self._held: dict[str, str | dict[str, None]] = {}

    def add(self, reference: str, key: str) -> None:
        before = self._held.get(reference)
        if before is None:
            self._held[reference] = key
        elif isinstance(before, dict):
            before[key] = None
        elif before != key:
            self._held[reference] = {before: None, key: None}

    def remove(self, reference: str, key: str) -> None:
        before = self._held.get(reference)
        if isinstance(before, dict):
            before.pop(key, None)
        if not before or before == key:
            self._held.pop(reference, None)

    def list(self, reference: str) -> tuple[str, ...]:
        found = self._held.get(reference, ())
        return (found,) if isinstance(found, str) else tuple(found)
