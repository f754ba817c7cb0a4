# SPDX-License-Identifier: Apache-2.0
"""The reader's side of the gate: renditions; lists, hits and comparisons made from renditions of the reader's class alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import islice

from tearline.core.ids import ProductId, Tag
from tearline.core.instants import Instant
from tearline.core.labels import ClassId, PersonSight
from tearline.core.products import Envelope
from tearline.core.renditions import (
    Comparison,
    Rendition,
    compare,
)
from tearline.node.commands import (
    Acting,
    Refused,
    acknowledge_product,
    acknowledge_products,
    act_again,
    answers_for,
)
from tearline.node.gate.alerts import Alert, Alerts, Watch
from tearline.node.gate.citations import CitedAt, find_cited, find_citing
from tearline.node.gate.features import (
    FEATURES_MAX,
    Feature,
    FeatureQuery,
    Features,
    draw_feature,
    find_placed,
    list_placed,
    list_tags,
)
from tearline.node.gate.lines import PostLines, name_clearance
from tearline.node.gate.shapes import (
    Ask,
    Citation,
    Citations,
    Filters,
    Found,
    Hit,
    Inbox,
    Line,
    LineMarks,
    Lines,
    Page,
    Read,
    Summary,
    Told,
    make_summary,
)
from tearline.node.gate.store import RenditionStore, place_of, rows_after
from tearline.node.gate.versions import Version, VersionText, find_version, list_versions
from tearline.node.gate.watchlog import LogLine, LogReader, Row, WatchLog
from tearline.node.gate.why import Why, find_why
from tearline.node.journal import RenditionRead, SearchMade
from tearline.node.node import Node
from tearline.node.views.arrivals import tie_of
from tearline.node.views.atlas import Sighting
from tearline.node.views.catalogue import Key, make_key
from tearline.node.views.contents import Appearance
from tearline.node.views.custody import Notice
from tearline.node.views.finder import Finder, rendition_texts
from tearline.node.views.search import Query, Term, cut_pieces
from tearline.node.views.watch import PostWatch, Touched

PAGE_MAX = 500
TOLD_MAX = 32  # products of one commit: who follows asks for what they show, whichever they are told of
ALARMS_MAX = 500  # the newest: a partner that sends rubbish raises one with every run


class Reading:
    """Everything a reader gets. An account without clearance gets what an empty node would give."""

    def __init__(self, node: Node, finder: Finder, store: RenditionStore, acting: Acting) -> None:
        self._node = node
        self._finder = finder
        self._store = store
        self._bound = acting

    @property
    def _acting(self) -> Acting:
        """The person as of now: a right is checked at delivery, not when this was handed out (N7)."""
        return act_again(self._node, self._bound)

    def get(self, key: Key, *, form: str = "page") -> Read | None:
        """The rendition, recorded as read; None where it does not exist for this reader."""
        with self._node.lock:
            found = self._find(key)
            if found is None:
                return None
            appearance, rendition = found
            self._log(rendition, tuple(p.tag for p in rendition.portions), form)
            return Read(key, rendition, appearance.verified_at)

    def why(self, key: Key, lang: str = "en") -> Why | None:
        """Why this reader sees each portion that they see, and nothing of what they don't."""
        with self._node.lock:
            node, class_id = self._node, self._acting.class_id
            if class_id is None or self._find(key) is None:
                return None
            sight = node.sights.classes.values[class_id]
            shown = node.catalogue.shown(key, class_id)
            if not isinstance(sight, PersonSight):
                return None
            return find_why(shown, sight, node.voice, node.book, lang=lang)

    def versions(self, key: Key) -> tuple[Version, ...] | None:
        """The texts of it that this reader's class had, the present one last."""
        with self._node.lock:
            class_id = self._acting.class_id
            return None if class_id is None else list_versions(self._node, class_id, key) or None

    def version(self, key: Key, number: int, until: int = 0) -> VersionText | None:
        """One of them as far as it may still be read, and what changed to another; recorded as read."""
        with self._node.lock:
            class_id = self._acting.class_id
            found = None if class_id is None else find_version(self._node, class_id, key, number, until)
            if found is not None:
                tags = tuple(dict.fromkeys(Tag(c.tag) for c in found.changes))
                self._log(found.rendition, tags, "version")
            return found

    def citations(self, key: Key) -> Citations | None:
        """What its text names and whose text names it: only what this reader sees at both ends."""
        with self._node.lock:
            node, class_id = self._node, self._acting.class_id
            if class_id is None or self._find(key) is None:
                return None
            return Citations(
                self._cite(find_cited(node, class_id, key)), self._cite(find_citing(node, class_id, key))
            )

    def browse(self, filters: Filters, *, limit: int = 50, after: tuple[int, int] | None = None) -> Page:
        """Newest first; every page full except the last."""
        with self._node.lock:
            if self._acting.class_id is None:
                return Page((), 0, None)
            rows = self._filter(self._store.list_newest(self._acting.class_id), filters)
            left = rows_after(rows, after)
            page = left[: max(1, min(limit, PAGE_MAX))]
            more = len(left) > len(page)
            last = place_of(page[-1]) if more else None
            items = tuple(s for a in page if (s := self._summarise(a.key)) is not None)
            return Page(items, len(rows), last)

    def search(self, query: Query, *, counting: bool = False) -> Found:
        """Exact hits of this reader's renditions; the string is audited, and each portion a snippet shows."""
        with self._node.lock:
            if self._acting.class_id is None:
                return Found((), 0, None, {} if counting else None)
            result = self._finder.search(self._acting.class_id, query, counting=counting)
            terms = self._finder.read_terms(query)
            hits = tuple(hit for h in result.hits if (hit := self._hit(h.product, terms)) is not None)
            self._record(SearchMade, payloads=(query.text.encode(),), hits=result.total)
            return Found(hits, result.total, result.next, result.facets)

    def list_features(self, query: FeatureQuery) -> Features:
        """What lies on this reader's map, filed last first; each position that is handed out is recorded as shown."""
        with self._node.lock:
            class_id = self._acting.class_id
            if class_id is None:
                return Features((), 0, None)
            found = find_placed(self._finder, class_id, query)
            rows = self._filter(list_placed(self._node, self._store, class_id, found), query.filters)
            left = rows_after(rows, query.after)
            page = left[: max(1, min(query.limit, FEATURES_MAX))]
            last = place_of(page[-1]) if len(left) > len(page) else None
            items = tuple(f for a in page if (f := self._draw(class_id, a, found[a.key])) is not None)
            return Features(items, len(rows), last)

    def find_alerts(self, watches: Sequence[Watch], *, limit: int = 200) -> Alerts:
        """What came for this reader's class and their own searches find, now, by the clearance in use.

        With ``limit`` 0 it is only counted, and nothing is recorded as shown.
        """
        with self._node.lock:
            class_id = self._acting.class_id
            if class_id is None:
                return Alerts((), 0, (0,) * len(watches))
            found = [self._finder.find_arrivals(class_id, w.query, w.seen) for w in watches]
            by_key: dict[Key, tuple[Instant, list[int]]] = {}
            for number, (key, at) in ((n, row) for n, rows in enumerate(found) for row in rows):
                by_key.setdefault(key, (at, []))[1].append(number)
            newest = sorted(by_key.items(), key=lambda row: (row[1][0], tie_of(row[0])), reverse=True)[:limit]
            items = (self._alert(key, at, tuple(numbers)) for key, (at, numbers) in newest)
            return Alerts(tuple(a for a in items if a is not None), len(by_key), tuple(map(len, found)))

    def matches(self, key: Key, queries: Sequence[Query]) -> tuple[bool, ...]:
        """Which of the queries would find a product for this reader now."""
        with self._node.lock:
            class_id = self._acting.class_id
            return (False,) * len(queries) if class_id is None else self._finder.match(class_id, key, queries)

    def compare(self, keys: tuple[Key, ...]) -> tuple[Comparison, ...]:
        """Who said what, from this reader's renditions of these products; those that don't exist for them say nothing."""
        with self._node.lock:
            reads = [r for key in keys if (r := self.get(key)) is not None]
            return compare([r.rendition for r in reads])

    def inbox(self, marks: LineMarks = LineMarks()) -> Inbox:  # noqa: B008  frozen
        """What waits for this person's post, and what this person was told."""
        with self._node.lock:
            acting, node = self._acting, self._node
            lists = self._store.lists
            waiting = lists.list_keys(acting, marks, Ask("waiting"))
            counts = lists.count(acting, marks)
            alarms = [x for x in node.custody.alarms if x.person == acting.person and not acting.ceiling]
            if "security" in acting.duties:
                alarms += [x for x in node.custody.alarms if x.person in {"node", ""}]
            told = tuple(map(self._tell, self._told()))
            return Inbox(self._make_lines(waiting, marks), counts, told, tuple(alarms[-ALARMS_MAX:]))

    def lines(self, ask: Ask, marks: LineMarks, *, start: int = 0, limit: int = 50) -> Lines:
        """A stretch of the inbox, the last arrival first; every stretch full except the last."""
        with self._node.lock:
            keys = self._store.lists.list_keys(self._acting, marks, ask)
            page = keys[start : start + max(1, min(limit, PAGE_MAX))]
            return Lines(self._make_lines(page, marks, ask.view), start, len(keys))

    def clearance(self) -> str:
        """A name for the clearance in use, to keep a person's marks under; it says nothing and leaves the node in no form."""
        with self._node.lock:
            return name_clearance(self._node, self._acting)

    def present(self, keys: Sequence[Key]) -> dict[Key, Instant]:
        """The version of each that this reader has; what does not exist for them is left out."""
        with self._node.lock:
            class_id = self._acting.class_id
            known = {} if class_id is None else self._node.catalogue.appearances.get(class_id, {})
            return {key: known[key].version for key in keys if key in known}

    def watch_log(self, since: Instant, until: Instant, *, start: int = 0, limit: int = 50) -> WatchLog:
        """The log of the post's watch, newest first; rows are this reader's own, and titles are recorded as shown."""
        with self._node.lock:
            acting, log = self._acting, self._log_reader()
            rows = log.list_rows(since, until)
            page = rows[start : start + max(1, min(limit, PAGE_MAX))]
            cleared = acting.class_id is not None
            return WatchLog(
                acting.post,
                self._node.watch.watch(acting.post) if cleared else PostWatch(),
                self._summarise_all(log.open_keys()),
                log.roster() if cleared else (),
                tuple(self._log_line(row, log) for row in page),
                start,
                len(rows),
            )

    def _log_reader(self) -> LogReader:
        return LogReader(self._node, self._acting, self._told())

    def _told(self) -> tuple[Notice, ...]:
        return tuple(n for n in self._node.custody.notices if self._is_told(n))

    def _tell(self, notice: Notice) -> Told:
        """With what this reader has of the product now: nobody is sent away from a text that stands (N1: their own)."""
        version = self.present((notice.key,)).get(notice.key)
        key = "" if version is None else notice.key
        return Told(notice.reference, notice.portions, notice.at, notice.key, key, version)

    def _summarise_all(self, keys: Sequence[Key]) -> tuple[Summary, ...]:
        return tuple(s for key in keys if (s := self._summarise(key)) is not None)

    def _log_line(self, found: Row, log: LogReader) -> LogLine:
        row = found.row
        return LogLine(
            what=row.what,
            at=found.at,
            person=row.person,
            to=row.to,
            other=row.other,
            member=row.member,
            authority=row.authority,
            summaries=self._summarise_all(found.keys),
            reference=found.reference,
            words=found.words,
            mark="" if found.label is None else log.mark_of(found.label),
            label=found.label,
        )

    def subscribe(self, tell: Callable[[Key], None], tell_post: Callable[[], None]) -> Callable[[], None]:
        """Call ``tell`` with each key whose rendition changes for this reader, ``tell_post`` when their post has something new.

        Of a product that they answer for ``tell`` is called also when something becomes of it: a decision, a partner's answer.

        Returns how to stop. The right is asked for at delivery.
        """

        def listen(changed: list[tuple[ClassId, Key]]) -> None:
            now = act_again(self._node, self._acting)
            for class_id, key in changed:
                if class_id == now.class_id:
                    tell(key)

        def listen_post(touched: list[Touched]) -> None:
            log = self._log_reader()
            if any(log.is_touched(one) for one in touched):
                tell_post()

        def listen_outcomes(products: list[ProductId], changed: list[tuple[ClassId, Key]]) -> None:
            now = act_again(self._node, self._acting)
            told = {key for class_id, key in changed if class_id == now.class_id}
            keys = (make_key(self._node.member, product) for product in products)
            mine = (key for key in keys if key not in told and answers_for(self._node, now, key))
            for key in islice(mine, TOLD_MAX):
                tell(key)

        def stop() -> None:
            self._node.outcome_listeners.remove(listen_outcomes)
            self._node.listeners.remove(listen)
            self._node.post_listeners.remove(listen_post)

        self._node.listeners.append(listen)
        self._node.post_listeners.append(listen_post)
        self._node.outcome_listeners.append(listen_outcomes)
        return stop

    def acknowledge(self, key: Key, state: str) -> Refused | None:
        """For the post acted for. Whoever acknowledges has been shown it, and will be told if it is withdrawn."""
        with self._node.lock:
            self.get(key, form="acknowledgement")
            return acknowledge_product(self._node, self._acting, key, state)

    def acknowledge_all(self, keys: Sequence[Key], state: str) -> Refused | None:
        """Several at once; each that exists for this person has been shown to them."""
        with self._node.lock:
            for key in self.present(keys):
                self.get(key, form="acknowledgement")
            return acknowledge_products(self._node, self._acting, keys, state)

    def _is_told(self, notice: Notice) -> bool:
        """A post is told as far as somebody of this class was shown what is gone: to others it never was there (N1).

        In a lowered session a person is told what their post is, and no more.
        """
        if self._acting.person in notice.persons and not self._acting.ceiling:
            return True
        persons = self._node.people.persons
        classes = {persons[p].class_id for p in notice.persons if p in persons}
        return self._acting.post in notice.posts and self._acting.class_id in classes - {None}

    def _cite(self, found: Sequence[CitedAt]) -> tuple[Citation, ...]:
        return tuple(Citation(c.tag, s) for c in found if (s := self._summarise(c.key)) is not None)

    def _find(self, key: Key) -> tuple[Appearance, Rendition] | None:
        class_id = self._acting.class_id
        return None if class_id is None else self._store.find_rendition(class_id, key)

    def _make_lines(self, keys: Sequence[Key], marks: LineMarks, view: str = "") -> tuple[Line, ...]:
        state = PostLines(self._node, self._acting, marks)
        return tuple(line for key in keys if (line := self._make_line(key, state, view)) is not None)

    def _make_line(self, key: Key, state: PostLines, view: str) -> Line | None:
        found, summary = self._find(key), self._summarise(key)
        if found is None or summary is None:
            return None
        return Line(
            summary=summary,
            came_at=found[0].came_at,
            revised=found[0].revised,
            own=self._node.catalogue.holdings[key].own,
            addressed=state.addressed(key),
            unread=state.is_unread(key),
            done=state.mark(key).done,
            assigned=state.assigned(key),
            post_state=state.post_state(key),
            asked=state.is_asked(key),
            late=state.late(key),
            stands=state.stands(key) if view == "sent" else "",
        )

    def _filter(self, rows: list[Appearance], filters: Filters) -> list[Appearance]:
        return rows if filters == Filters() else [a for a in rows if self._passes(a, filters)]

    def _passes(self, appearance: Appearance, filters: Filters) -> bool:
        envelope = self._node.catalogue.holdings[appearance.key].envelope
        return (
            (not filters.kinds or envelope.kind in filters.kinds)
            and (not filters.originators or envelope.originator in filters.originators)
            and (filters.since is None or envelope.filed_at >= filters.since)
            and (filters.until is None or envelope.filed_at < filters.until)
        )

    def _summarise(self, key: Key) -> Summary | None:
        """The line of a product, its title recorded as shown; None where it does not exist for this reader."""
        found = self._find(key)
        return None if found is None else self._summarise_rendition(key, found[1])

    def _summarise_rendition(self, key: Key, rendition: Rendition) -> Summary:
        envelope = rendition.envelope
        title = next((p for p in rendition.portions if p.kind == "title"), None)
        if title is not None and not self._was_shown(key, title.tag):
            self._log(rendition, (title.tag,), "list")
        return make_summary(key, envelope, rendition.version, rendition.check, rendition.banner, title)

    def _was_shown(self, key: Key, tag: Tag) -> bool:
        """A title in a list is a portion shown: recorded the first time, since lists are looked at all day."""
        shown = self._node.custody.readers.get(key, {})
        return tag in shown.get(self._acting.person, ())

    def _hit(self, key: Key, terms: Sequence[Term]) -> Hit | None:
        found = self._find(key)
        if found is None:
            return None
        rendition = found[1]
        summary = self._summarise_rendition(key, rendition)
        snippets = cut_pieces(rendition_texts(rendition.portions), terms)
        if snippets:
            self._log(rendition, tuple(dict.fromkeys(Tag(s.tag) for s in snippets)), "snippet")
        return Hit(summary, snippets)

    def _alert(self, key: Key, at: Instant, watches: tuple[int, ...]) -> Alert | None:
        summary, found = self._summarise(key), self._find(key)
        return None if summary is None or found is None else Alert(summary, at, found[0].came_at, watches)

    def _draw(
        self, class_id: ClassId, appearance: Appearance, sightings: Sequence[Sighting]
    ) -> Feature | None:
        """A product on the map, its title and positions recorded as shown where they were not before."""
        node, charted = self._node, self._finder.atlas.get(class_id, appearance.key)
        if charted is None:
            return None
        shown = node.custody.readers.get(appearance.key, {}).get(self._acting.person, ())
        fresh = tuple(tag for tag in list_tags(charted, sightings) if tag not in shown)
        if fresh:
            self._write_read(node.catalogue.holdings[appearance.key].envelope, fresh, "map")
        return draw_feature(node, self._store.find_banner(charted.labels), appearance, charted, sightings)

    def _log(self, rendition: Rendition, tags: tuple[Tag, ...], form: str) -> None:
        self._write_read(rendition.envelope, tags, form)

    def _write_read(self, envelope: Envelope, tags: tuple[Tag, ...], form: str) -> None:
        self._record(
            RenditionRead, member=envelope.originator, product=envelope.product, portions=tags, form=form
        )

    def _record(
        self, shape: type[RenditionRead | SearchMade], *, payloads: tuple[bytes, ...] = (), **fields: object
    ) -> None:
        entry = shape(
            at=self._node.clock.now(),
            dtg=self._node.clock.dtg(),
            actor=self._acting.person,
            post=self._acting.post,
            pack=self._node.book.digest()[:16],
            **fields,  # type: ignore[arg-type]  # the shape names them
        )
        self._node.log_access(entry, payloads)
