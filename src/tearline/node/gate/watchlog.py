# SPDX-License-Identifier: Apache-2.0
"""The watch log of a post as a reader of one clearance class has it: each row asked for, titles through the gate only.

A row about a product is there as far as the product is this class's, and from when it came to this class; afterwards by
reference, for whoever is told of its withdrawal. A remark is there as far as its label is seen. To whom something was released
is told to those who answer for it, and to nobody else for being on watch (N1).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile

import msgspec

from tearline.core.ids import Member, Person, Post
from tearline.core.instants import MINUTE, Instant
from tearline.core.labels import PORTION, Label, print_mark
from tearline.node.commands import Acting, answers_for, list_roster, read_remark
from tearline.node.gate.shapes import Summary
from tearline.node.node import Node
from tearline.node.views.catalogue import Key
from tearline.node.views.contents import Appearance
from tearline.node.views.custody import Notice
from tearline.node.views.watch import PostWatch, Touched, WatchRow

ABOUT_WATCH = ("offered", "taken")


class Row(msgspec.Struct, frozen=True):
    """A row that this reader has: when it was so for them, what happened, and of which products they may be told."""

    at: Instant
    row: WatchRow
    keys: tuple[Key, ...] = ()
    reference: str = ""
    label: Label | None = None
    words: str = ""


class LogLine(msgspec.Struct, frozen=True, kw_only=True):
    """A row with its titles. ``summaries``: the product it is about, or what was open at a handover."""

    what: str
    at: Instant
    person: Person
    to: Person
    other: Post
    member: Member
    authority: str
    summaries: tuple[Summary, ...]
    reference: str
    words: str
    mark: str
    label: Label | None


class WatchLog(msgspec.Struct, frozen=True):
    """Who has the watch, who else acts for the post, and rows [start, start + len(items)) of ``total``, newest first."""

    post: Post
    watch: PostWatch
    open: tuple[Summary, ...]
    roster: tuple[Person, ...]
    items: tuple[LogLine, ...]
    start: int
    total: int


class LogReader:
    """Call with the node's lock held. ``notices``: the withdrawals that this person is told of."""

    def __init__(self, node: Node, acting: Acting, notices: tuple[Notice, ...]) -> None:
        self._node = node
        self._acting = acting
        self._notices = {n.key: n for n in notices}
        class_id = acting.class_id
        self._known: dict[Key, Appearance] = (
            {} if class_id is None else node.catalogue.appearances.get(class_id, {})
        )

    def list_rows(self, since: Instant, until: Instant) -> list[Row]:
        """The rows of a time, newest first."""
        if not self._acting.post or self._acting.class_id is None:
            return []
        kept = (row for row in self._node.watch.rows.get(self._acting.post, ()) if row.at < until)
        found = [made for row in kept if (made := self.read_row(row)) is not None]
        rows = [*found, *self._list_arrivals(), *self._list_withdrawals()]
        inside = [row for row in rows if since <= row.at < until]
        return sorted(inside, key=lambda r: (r.at, r.row.position, r.keys), reverse=True)

    def read_row(self, row: WatchRow) -> Row | None:
        """A row as this reader has it; None where it is not theirs."""
        if row.what in ABOUT_WATCH:
            return Row(row.at, row, tuple(k for k in row.keys if self._came(k, row.at)))
        if row.what == "remark":
            return self._read_remark(row)
        key = row.keys[0]
        at = self._asked_at(row, key) if row.what in {"passed", "asked"} else row.at
        if self._came(key, at):
            told = row.what != "released" or answers_for(self._node, self._acting, key)
            return Row(at, row, (key,)) if told and at <= self._node.clock.dtg() else None
        notice = self._notices.get(key)
        return None if notice is None or row.what == "released" else Row(at, row, reference=notice.reference)

    def is_touched(self, touched: Touched) -> bool:
        """Whether something new at the post is new for this reader."""
        if touched.post != self._acting.post:
            return False
        if touched.position < 0:
            return touched.class_id == self._acting.class_id and touched.key in self._known
        newest = reversed(self._node.watch.rows.get(touched.post, ()))
        made = takewhile(lambda row: row.position >= touched.position, newest)
        return any(self.read_row(row) for row in made if row.position == touched.position)

    def mark_of(self, label: Label) -> str:
        """A remark's portion mark."""
        voice = self._node.voice
        lang = voice.languages[0] if label.policy == voice.policy else "en"
        return f"({print_mark(label, PORTION, lang, self._node.book)})"

    def roster(self) -> tuple[Person, ...]:
        """Who acts for the post now."""
        return list_roster(self._node, self._acting.post) if self._acting.post else ()

    def open_keys(self) -> tuple[Key, ...]:
        """What the watch that is offered leaves open, as far as this reader is told."""
        offer = self._node.watch.watch(self._acting.post).offer
        return tuple(k for k in offer.open if self._came(k, offer.at)) if offer else ()

    def _came(self, key: Key, at: Instant) -> bool:
        """Whether the product was this class's at that time, and is now."""
        found = self._known.get(key)
        return found is not None and found.first_at <= at

    def _asked_at(self, row: WatchRow, key: Key) -> Instant:
        """When the time was over for this class: it runs since the text came to it."""
        found = self._known.get(key)
        late = row.other if row.what == "asked" else self._acting.post
        minutes = self._node.people.post(late).flash_min * MINUTE
        return row.at if found is None else max(row.at, Instant(found.first_at + minutes))

    def _read_remark(self, row: WatchRow) -> Row | None:
        made, class_id = read_remark(self._node.payload(row.position)), self._acting.class_id
        if made is None or class_id is None or not self._node.sights.sees_label(class_id, made.label):
            return None
        return Row(row.at, row, label=made.label, words=made.words)

    def _list_arrivals(self) -> Iterator[Row]:
        """What came for the post, and what was corrected since: this class's own order of things."""
        for key, found in self._known.items():
            holding = self._node.catalogue.holdings[key]
            if holding.own or self._acting.post not in (*holding.action, *holding.info):
                continue
            yield Row(found.first_at, WatchRow(what="arrived", at=found.first_at, position=-1), (key,))
            if found.revised:
                yield Row(found.came_at, WatchRow(what="corrected", at=found.came_at, position=-1), (key,))

    def _list_withdrawals(self) -> Iterator[Row]:
        for notice in self._notices.values():
            if self._acting.post in notice.posts:
                made = WatchRow(what="withdrawn", at=notice.at, position=-1)
                yield Row(notice.at, made, reference=notice.reference)
