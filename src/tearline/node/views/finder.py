# SPDX-License-Identifier: Apache-2.0
"""Keeps the search index in step with the catalogue: one document for each distinct rendition, with the classes that see it."""

from __future__ import annotations

from collections.abc import Iterator

from tearline.core.labels import ClassId
from tearline.core.products import texts_of
from tearline.core.renditions import Shown
from tearline.node.views.catalogue import CatalogueView, Key
from tearline.node.views.search import Query, SearchDoc, SearchIndex, SearchResult

TIE_DIGITS = 15


class Finder:
    """``search`` is exact as of the call: what was touched since is indexed first. Call with the node's lock held."""

    def __init__(self, index: SearchIndex, catalogue: CatalogueView) -> None:
        self.index = index
        self._catalogue = catalogue
        self._position = 0
        self.rebuild()

    def rebuild(self) -> None:
        """A fresh index from what is held: after a purge no term of a purged text remains."""
        self._position += 1
        self._catalogue.touched.clear()
        docs = (doc for key in list(self._catalogue.holdings) for doc in self._docs(key))
        self.index.rebuild(docs, self._position)

    def refresh(self) -> None:
        """Index what changed since the last time."""
        touched = list(self._catalogue.touched)
        if not touched:
            return
        self._catalogue.touched.clear()
        for key in touched:
            self.index.replace(key, list(self._docs(key)))
        self._position += 1
        self.index.commit(self._position)

    def search(self, class_id: ClassId, query: Query) -> SearchResult:
        """Exactly what this class sees and the query asks for."""
        self.refresh()
        return self.index.search(class_id, query)

    def _docs(self, key: Key) -> Iterator[SearchDoc]:
        holding = self._catalogue.holdings.get(key)
        if holding is None:
            return
        by_digest: dict[bytes, list[ClassId]] = {}
        for class_id, known in self._catalogue.appearances.items():
            if key in known:
                by_digest.setdefault(known[key].digest, []).append(class_id)
        envelope = holding.envelope
        for digest, classes in by_digest.items():
            yield SearchDoc(
                key=f"{key}:{digest.hex()[:16]}",
                product=key,
                classes=tuple(classes),
                sort_at=envelope.filed_at,
                tie=tie_of(key),
                dtg=envelope.filed_at,
                kind=envelope.kind,
                originator=envelope.originator,
                texts=rendition_texts(self._catalogue.shown(key, classes[0])),
            )


def tie_of(key: Key) -> int:
    """A unique order among products of one minute: from the random id, so it says nothing."""
    return int(key.partition(".")[2][:TIE_DIGITS], 16)


def rendition_texts(shown: tuple[Shown, ...]) -> tuple[tuple[str, str], ...]:
    """(tag, text) of everything shown: every wording, nothing else."""
    return tuple((s.tag, text) for s in shown for text in texts_of(s.body))
