# SPDX-License-Identifier: Apache-2.0
"""Which texts of a product each clearance class had before the one it has now, and where these texts still lie.

- A class's history is made from what that class was shown, and from nothing else: another's change, a recall of what it never
  had, or the purge that follows, moves and takes nothing here (N1).
- What a class loses it loses in its history too. When its text changes, a former portion stays readable only if the class is
  still shown that portion, reworded (its label stays) or regraded (its words stay), and no recall withdrew those words in
  between; this is decided at each change and for good, so that when a purge comes, and whether one comes, makes no difference
  to what a reader finds (docs/decisions/0021).
- Texts are not held here: a former text lies where its product's payload lies, or, once a purge took that, in the record
  that was written with the purge (``KeptText``), which holds only what its class may still have (D4). Later purges of the
  product write the record anew and take the old one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import msgspec

from tearline.core.ids import Tag
from tearline.core.instants import Instant
from tearline.core.labels import ClassId, Label
from tearline.core.renditions import Shown

Place = tuple[int, int]
"""A payload: journal position and number."""

Part = tuple[Tag, Label]
TextOf = Callable[["Former"], tuple[Shown, ...]]


class Former(msgspec.Struct, frozen=True):
    """A text that a class had since ``version``. ``parts`` are the portions it may still read; ``whole``: that is all of it.

    ``row`` counts in a record of a purge; -1: the text lies in a payload of the product itself.
    """

    version: Instant
    target: Place
    parts: tuple[Part, ...]
    whole: bool = True
    row: int = -1


class KeptText(msgspec.Struct, frozen=True):
    """A former text of one class, as the record of a purge keeps it. The class by its name; by its number in older records."""

    class_id: str | int
    version: int
    whole: bool
    shown: tuple[Shown, ...]


def parts_of(shown: Iterable[Shown]) -> tuple[Part, ...]:
    """Portions with the labels under which they are shown."""
    return tuple((s.tag, s.label) for s in shown)


class Histories:
    """Former texts by class and product, oldest first."""

    def __init__(self) -> None:
        self._formers: dict[ClassId, dict[str, tuple[Former, ...]]] = {}
        self._records: dict[str, list[Place]] = {}

    def list(self, class_id: ClassId, key: str) -> tuple[Former, ...]:
        """What this class had of a product before."""
        return self._formers.get(class_id, {}).get(key, ())

    def supersede(
        self, class_id: ClassId, key: str, former: Former, now: Iterable[Shown], text_of: TextOf
    ) -> None:
        """Another text took the place of ``former``; what ``now`` does not show any more is lost from all that were before."""
        left = {s.tag: s for s in now}
        rows = (*self.list(class_id, key), former)
        self._formers.setdefault(class_id, {})[key] = tuple(_cut(row, left, text_of(row)) for row in rows)

    def withdraw(
        self, class_id: ClassId, key: str, withdrawn: Iterable[Part], now: Iterable[Shown], text_of: TextOf
    ) -> None:
        """A recall took these wordings, whatever this class was shown in between: only what is shown now stays of them.

        A recall goes on naming them until its record has come back: words that were shown under the label meanwhile, and
        then reworded once more, go too. Too much is lost there, never too little.
        """
        formers = self.list(class_id, key)
        if not formers:
            return
        gone, left = set(withdrawn), {s.tag: s.body for s in now}
        rows = (
            _keep(row, (s for s in text_of(row) if (s.tag, s.label) not in gone or left.get(s.tag) == s.body))
            for row in formers
        )
        self._formers[class_id][key] = tuple(row for row in rows if row.parts)

    def drop(self, class_id: ClassId, key: str) -> None:
        """This class has nothing of the product any more."""
        self._formers.get(class_id, {}).pop(key, None)

    def records(self, key: str) -> tuple[Place, ...]:
        """Records of purges that hold former texts of a product."""
        return tuple(self._records.get(key, ()))

    def restore(
        self,
        key: str,
        place: Place,
        texts: Iterable[KeptText],
        holding: Iterable[ClassId],
        classes: Mapping[str | int, ClassId],
    ) -> None:
        """After a purge: former texts lie in its record now, of every class that has the product; ``classes`` by name."""
        by_class: dict[ClassId, tuple[Former, ...]] = {}
        for row, text in enumerate(texts):
            former = Former(Instant(text.version), place, parts_of(text.shown), text.whole, row)
            class_id = classes.get(text.class_id)
            if class_id is not None:
                by_class[class_id] = (*by_class.get(class_id, ()), former)
        for class_id in holding:
            self._formers.setdefault(class_id, {})[key] = by_class.get(class_id, ())
        self._records.setdefault(key, []).append(place)

    def keep_last(self, key: str) -> None:
        """The purge is done: only the newest record is there."""
        if key in self._records:
            self._records[key] = self._records[key][-1:]


def _cut(former: Former, left: dict[Tag, Shown], text: Iterable[Shown]) -> Former:
    return _keep(former, (s for s in text if s.tag in left and _stays(s, left[s.tag])))


def _keep(former: Former, text: Iterable[Shown]) -> Former:
    parts = parts_of(text)
    whole = former.whole and parts == former.parts
    return msgspec.structs.replace(former, parts=parts, whole=whole)


def _stays(before: Shown, now: Shown) -> bool:
    return before.label == now.label or before.body == now.body
