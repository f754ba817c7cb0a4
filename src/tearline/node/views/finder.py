# SPDX-License-Identifier: Apache-2.0
"""Keeps the search index in step with the catalogue: one document for each distinct rendition, with the classes that see it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from tearline.core.instants import Instant
from tearline.core.labels import ClassId
from tearline.core.products import Area, Envelope, GradingBody, TextBody, texts_of
from tearline.core.renditions import RenditionPortion, Shown
from tearline.node.views.alerts import ARRIVALS_MAX, keep_found
from tearline.node.views.arrivals import tie_of
from tearline.node.views.atlas import Atlas, Sighting
from tearline.node.views.catalogue import CatalogueView, Key, make_key
from tearline.node.views.kept_index import make_note, name_document, product_of, read_note
from tearline.node.views.search import (
    Query,
    SearchDoc,
    SearchIndex,
    SearchResult,
    Term,
    search_indexes,
)

TOPIC = "topic"
FACET_CHARS_MAX = 80
"""A topic is a few words; what is longer is prose, and not counted by."""

RECENT_MIN, RECENT_MAX = 64, 192
"""How many products stay in the recent index when older ones settle, and when they do: a purge of one rebuilds no more."""


class Finder:
    """``search`` is exact as of the call: what was touched since is indexed first. Call with the node's lock held.

    Two indexes: ``settled``, and ``recent`` (in memory) for what changed since. A deletion leaves terms behind, so a purge
    rebuilds the index that ever held the product: mostly the small one, and a recall does not hold up the node (D4).
    ``settled`` outlives the program: a start takes over what in it is as it would be built anew (see ``kept_index``).
    ``atlas``: where things lie, kept along with the documents; call ``refresh`` before it is asked.
    """

    def __init__(self, settled: SearchIndex, recent: SearchIndex, catalogue: CatalogueView) -> None:
        self.settled = settled
        self.recent = recent
        self.atlas = Atlas()
        self._catalogue = catalogue
        self._position = settled.position
        self._settled_keys: set[Key] = set()  # products of which the settled index holds terms
        self._gone_keys: set[Key] = set()  # those of them of which it has no document any more
        self._recent_keys: dict[Key, None] = {}
        self._settled_changed = False
        self._uncharted: dict[Key, None] = {}  # settled before this start: in the atlas once somebody asks it
        self._catalogue.touched.clear()
        if not self._take_over():
            self._rebuild_settled()

    def purge(self, key: Key) -> None:
        """After a purge no term of the product's earlier texts remains."""
        self.refresh()
        if key in self._settled_keys:
            self._rebuild_settled()
        if key in self._recent_keys:
            self._rebuild(self.recent, self._recent_keys)

    def refresh(self) -> None:
        """Index what changed since the last time; of a flood, all but the end settles at once."""
        touched = list(self._catalogue.touched)
        if not touched:
            return
        self._catalogue.touched.clear()
        self._add_settled(touched[:-RECENT_MIN])
        fresh = touched[-RECENT_MIN:]
        for key in fresh:
            if key in self._settled_keys and key not in self._recent_keys:
                self._replace_settled(key, ())
            self.recent.replace(key, list(self._docs(key)))
            self._recent_keys[key] = None
        self._commit()
        if len(self._recent_keys) > RECENT_MAX:
            self._add_settled(list(self._recent_keys)[:-RECENT_MIN])
            self._commit()
            self._rebuild(self.recent, self._recent_keys)

    def join_places(self, places: Sequence[Sequence[str]]) -> None:
        """Other policies name other places: what is asked for is looked up by these from now on."""
        self.settled.join_places(places)
        self.recent.join_places(places)

    def search(self, class_id: ClassId, query: Query, *, counting: bool = False) -> SearchResult:
        """Exactly what this class sees and the query asks for; with its facets, if ``counting``."""
        self.refresh()
        among = self._products(class_id, query)
        return search_indexes((self.settled, self.recent), class_id, query, among, counting=counting)

    def match(self, class_id: ClassId, key: Key, queries: Sequence[Query]) -> tuple[bool, ...]:
        """Which of the queries find this product for this class; none does what the class does not see."""
        self.refresh()
        if key not in self._catalogue.appearances.get(class_id, {}):
            return (False,) * len(queries)
        shown = self._catalogue.shown(key, class_id)
        doc = make_document(self._catalogue.holdings[key].envelope, shown, "", (class_id,))
        found = self.settled.matches(doc, queries)
        return tuple(f and self._lies_in(class_id, key, q) for f, q in zip(found, queries, strict=True))

    def find_arrivals(self, class_id: ClassId, query: Query, since: Instant) -> list[tuple[Key, Instant]]:
        """What came for this class after a time and the query finds, the last arrival first (see ``alerts``)."""
        self.refresh()
        arrived = self._catalogue.arrivals.since(class_id, since)[:ARRIVALS_MAX]
        return keep_found(arrived, query, lambda q, keys: self._search_among(class_id, q, keys))

    def _search_among(self, class_id: ClassId, query: Query, keys: Sequence[Key]) -> SearchResult:
        placed = self._products(class_id, query)
        among = keys if placed is None else list(set(keys) & set(placed))
        return search_indexes((self.settled, self.recent), class_id, query, among)

    def list_places(
        self, class_id: ClassId, area: Area | None, keys: Collection[Key] = ()
    ) -> dict[Key, tuple[Sighting, ...]]:
        """What this class is shown the position of, in the area or anywhere: those of its positions that lie there."""
        self.refresh()
        self._chart()
        return dict(self.atlas.list_in(class_id, area, keys))

    def list_seen(
        self, class_id: ClassId, view: Area, keys: Collection[Key]
    ) -> dict[Key, tuple[Sighting, ...]]:
        """What a map of this class shows of the products, or of all: those with a position in view, with all of theirs."""
        self.refresh()
        self._chart()
        return dict(self.atlas.list_seen(class_id, view, keys))

    def read_terms(self, query: Query) -> tuple[Term, ...]:
        """What a query's text asks for: once for all its hits, to cut pieces by (see ``snippet``)."""
        return self.settled.read_terms(query)

    def close(self) -> None:
        """Let go of the files."""
        self.settled.close()
        self.recent.close()

    def _products(self, class_id: ClassId, query: Query) -> list[Key] | None:
        """The products with a position in the query's area."""
        if query.area is None:
            return None
        self._chart()
        return [key for key, _ in self.atlas.list_in(class_id, query.area)]

    def _lies_in(self, class_id: ClassId, key: Key, query: Query) -> bool:
        if query.area is None:
            return True
        self._chart()
        return any(self.atlas.list_in(class_id, query.area, (key,)))

    def _add_settled(self, keys: Sequence[Key]) -> None:
        for key in keys:
            if self._recent_keys.pop(key, key) is None:
                self.recent.replace(key, ())
            self._replace_settled(key, list(self._docs(key)))

    def _replace_settled(self, key: Key, docs: Sequence[SearchDoc]) -> None:
        self.settled.replace(key, docs)
        self._settled_changed = True
        if docs:
            self._settled_keys.add(key)
            self._gone_keys.discard(key)
        elif key in self._settled_keys:
            self._gone_keys.add(key)

    def _commit(self) -> None:
        self._position += 1
        self.recent.commit(self._position)
        if self._settled_changed:
            self.settled.commit(self._position, self._note())
            self._settled_changed = False

    def _rebuild_settled(self) -> None:
        """The settled index anew, from what is held and not recent."""
        keys = [key for key in self._catalogue.holdings if key not in self._recent_keys]
        self._settled_keys, self._gone_keys = set(keys), set()
        self._rebuild(self.settled, keys, self._note())

    def _rebuild(self, index: SearchIndex, keys: Iterable[Key], note: bytes = b"") -> None:
        self._position += 1
        index.rebuild((doc for key in list(keys) for doc in self._docs(key)), self._position, note)

    def _note(self) -> bytes:
        return make_note(self._catalogue.class_names(), self._gone_keys)

    def _take_over(self) -> bool:
        """Go on with the settled index as the last run left it; whether that could be."""
        note = read_note(self.settled.note, self._catalogue.class_names())
        if note is None:
            return False
        left, missing = set(self.settled.list_names()), list[Key]()
        for key, names in self._catalogue.name_renditions():
            if left.issuperset(names):
                left.difference_update(names)
                self._settled_keys.add(key)
            else:
                missing.append(key)
        other = set(map(product_of, left))  # of which the index has more, or something else
        if len(missing) + len(other) > len(self._settled_keys):
            return False
        self._gone_keys = set(note.gone) - self._settled_keys - other
        self._settled_keys.update(self._gone_keys, other)
        self._uncharted = dict.fromkeys(self._catalogue.placed)
        self._catalogue.touched.update(dict.fromkeys((*missing, *sorted(other))))
        return True

    def _chart(self) -> None:
        """Into the atlas what was indexed before this start."""
        for key in self._uncharted:
            for _, shown, classes in self._renditions(key):
                self.atlas.hold(self._catalogue.holdings[key].envelope, key, classes, shown)
        self._uncharted.clear()

    def _docs(self, key: Key) -> Iterator[SearchDoc]:
        """The documents of a product now; its place in the atlas goes with them."""
        self.atlas.forget(key)
        self._uncharted.pop(key, None)
        for found, shown, classes in self._renditions(key):
            envelope = self._catalogue.holdings[key].envelope
            self.atlas.hold(envelope, key, classes, shown)
            yield make_document(envelope, shown, name_document(key, found, classes), classes)

    def _renditions(self, key: Key) -> Iterator[tuple[bytes, tuple[Shown, ...], tuple[ClassId, ...]]]:
        """The distinct renditions of a product now: digest, what is shown, and to whom."""
        for found, classes in self._catalogue.list_renditions(key).items():
            yield found, self._catalogue.shown(key, classes[0]), classes


def make_document(
    envelope: Envelope, shown: tuple[Shown, ...], name: str, classes: tuple[ClassId, ...]
) -> SearchDoc:
    """One rendition as the index keeps it."""
    key = make_key(envelope.originator, envelope.product)
    gradings = {f"{s.body.reliability}{s.body.credibility}" for s in shown if isinstance(s.body, GradingBody)}
    wordings = [(s.kind, w) for s in shown if isinstance(s.body, TextBody) for w in s.body.wordings]
    topics = {w.text.strip() for kind, w in wordings if kind == TOPIC}
    return SearchDoc(
        key=name,
        product=key,
        classes=classes,
        sort_at=envelope.filed_at,
        tie=tie_of(key),
        dtg=envelope.filed_at,
        kind=envelope.kind,
        originator=envelope.originator,
        texts=rendition_texts(shown),
        precedence=envelope.precedence,
        gradings=tuple(sorted(gradings)),
        topics=tuple(sorted(t for t in topics if len(t) <= FACET_CHARS_MAX)),
        languages=tuple(sorted({w.lang for _, w in wordings if len(w.lang) <= FACET_CHARS_MAX})),
        reference=envelope.reference,
    )


def rendition_texts(shown: Iterable[Shown | RenditionPortion]) -> tuple[tuple[str, str], ...]:
    """(tag, text) of everything shown: every wording, nothing else."""
    return tuple((s.tag, text) for s in shown for text in texts_of(s.body))
