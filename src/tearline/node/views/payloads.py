# SPDX-License-Identifier: Apache-2.0
"""What lies beside the entries of a journal, for its views: read once and decoded once for all that follow an entry.

Guarantees:
- nothing is kept beyond the commit, or the stretch of the journal, that views follow (D4);
- whoever folds from the beginning reads ahead: a question to the disk for hundreds of payloads, not one for each.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from tearline.core.canon import decode_trusted
from tearline.core.exchange import SHAPES, Body
from tearline.core.renditions import Share
from tearline.node.journal import Journal, decode_payload

AHEAD = 256
Place = tuple[int, int]
"""A payload: journal position and number."""


class Payloads:
    """The payloads of one journal."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._fresh: dict[Place, bytes] = {}  # of the commit under way: not read back from the disk
        self._bodies: dict[Place, Body] = {}
        self._following = False
        self._ahead: _Ahead | None = None

    def raw(self, position: int, n: int = 0) -> bytes | None:
        """A payload's bytes; None once purged."""
        found = self._fresh.get((position, n))
        if found is None and self._ahead is not None:
            found = self._ahead.find((position, n))
        return self._journal.payload(position, n) if found is None else found

    def body(self, position: int, n: int = 0) -> Body | None:
        """What a stream's entry brought, decoded; None once purged, and where nothing was kept."""
        found = self._bodies.get((position, n))
        if found is not None:
            return found
        raw = self.raw(position, n)
        kept = decode_payload(raw) if raw is not None else None
        if kept is None or not kept.body or kept.kind not in SHAPES:
            return None
        body: Body = decode_trusted(kept.body, SHAPES[kept.kind])
        if self._following and not isinstance(body, Share):  # of a text only the catalogue makes something
            self._bodies[position, n] = body
        return body

    def put(self, position: int, payloads: Sequence[bytes], bodies: Sequence[Body | None] = ()) -> None:
        """The payloads of an entry that was just written, and what they decode to, where the writer knows."""
        self._fresh.update(((position, n), payload) for n, payload in enumerate(payloads))
        self._bodies.update(((position, n), body) for n, body in enumerate(bodies) if body is not None)

    @contextmanager
    def following(self) -> Iterator[None]:
        """While inside, views follow: what is put and decoded is remembered, and forgotten at the end, whatever they do."""
        self._following = True
        try:
            yield
        finally:
            self._following = False
            self._fresh.clear()
            self._bodies.clear()

    @contextmanager
    def reading_ahead(self) -> Iterator[None]:
        """While inside: places are asked for in the journal's order, mostly."""
        self._ahead = _Ahead(self._journal)
        try:
            yield
        finally:
            self._ahead = None


class _Ahead:
    """A stretch of payloads."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._held: dict[Place, bytes | None] = {}
        self._end: Place = (-1, 0)

    def find(self, place: Place) -> bytes | None:
        """A payload's bytes; None where it is to be asked for alone."""
        if place > self._end:
            rows = self._journal.stretch(*place, AHEAD)
            self._held = {(position, n): body for position, n, body in rows}
            self._end = rows[-1][:2] if rows else place
        return self._held.get(place)
