# SPDX-License-Identifier: Apache-2.0
"""The one gate (N6): doors, screens and exports get content here and nowhere else, bound to a person acting.

Two sides. ``Reading``: renditions, and lists, hits and comparisons made from renditions of the person's class alone; what is
hidden is absent. ``Duty``: one's own drafts and their preview, the desk's items that this officer sees whole, and listed
views of headers for release, security, audit and administration. Nobody is cleared by a duty (N7).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

import msgspec

from tearline.core.ids import Member, Person, Post, ProductId, Tag
from tearline.core.instants import Instant
from tearline.core.labels import ClassId
from tearline.core.products import KINDS
from tearline.core.renditions import Comparison, Rendition, RenditionPortion, compare, print_rendition
from tearline.node.commands import (
    Acting,
    DraftProduct,
    Preview,
    Refused,
    act_as,
    find_in_draft,
    find_item,
    find_own_product,
    make_product,
    preview_product,
)
from tearline.node.journal.entries import RenditionRead, SearchMade
from tearline.node.node import Node
from tearline.node.views.catalogue import Appearance, Key
from tearline.node.views.custody import Alarm, Copy, Notice, Withdrawal
from tearline.node.views.desk import DeskItem, Review
from tearline.node.views.finder import Finder, rendition_texts, tie_of
from tearline.node.views.releases import PostReceipt, RecallStatus, RegisterRow
from tearline.node.views.search import Cursor, Query, Snippet

RENDITION_CACHE_MAX = 4_000
PAGE_MAX = 500


class Read(msgspec.Struct, frozen=True):
    """A rendition with its key, and when the bytes it came with were verified here."""

    key: Key
    rendition: Rendition
    verified_at: Instant


class Summary(msgspec.Struct, frozen=True):
    """A line of a list: the envelope, the version and the title as this reader has it."""

    key: Key
    reference: str
    originator: Member
    kind: str
    precedence: str
    filed_at: Instant
    version: Instant
    check: str
    banner: str
    title: RenditionPortion | None


class Filters(msgspec.Struct, frozen=True):
    """What a list is narrowed to; all of it from what the reader sees anyway."""

    kinds: tuple[str, ...] = ()
    originators: tuple[str, ...] = ()
    since: Instant | None = None
    until: Instant | None = None


class Page(msgspec.Struct, frozen=True):
    """Full except the last. ``total`` counts what this reader sees."""

    items: tuple[Summary, ...]
    total: int
    next: tuple[int, int] | None


class Hit(msgspec.Struct, frozen=True):
    """A search hit: its line, and snippets from this reader's rendition."""

    summary: Summary
    snippets: tuple[Snippet, ...]


class Found(msgspec.Struct, frozen=True):
    """Hits of one page and the exact total for this reader."""

    hits: tuple[Hit, ...]
    total: int
    next: Cursor | None


class Inbox(msgspec.Struct, frozen=True):
    """What is mine or my post's to do: warnings to acknowledge, what is addressed to us, withdrawals, alarms."""

    to_acknowledge: tuple[Summary, ...]
    action: tuple[Summary, ...]
    info: tuple[Summary, ...]
    notices: tuple[Notice, ...]
    alarms: tuple[Alarm, ...]


class LaneState(msgspec.Struct, frozen=True):
    """One lane both ways: what we sent and the partner holds, and what we hold of theirs."""

    member: Member
    lane: str
    sent: int
    acknowledged: int
    received: int
    stopped: str


class Gate:
    """Built once for a node; hands out ``Reading`` and ``Duty`` for a person acting."""

    def __init__(self, node: Node, finder: Finder) -> None:
        self.node = node
        self.finder = finder
        self._renditions: OrderedDict[tuple[ClassId, Key, bytes], Rendition] = OrderedDict()
        self._sorted: dict[ClassId, list[Appearance]] = {}
        node.listeners.append(self._forget)
        node.rebuilders.append(self._purge)

    def act_as(self, person: Person, post: Post = Post("")) -> Acting | None:
        """The person acting for a post they hold; None where they may not."""
        with self.node.lock:
            return act_as(self.node, person, post)

    def reading(self, acting: Acting) -> Reading:
        """The reader's side."""
        return Reading(self, acting)

    def duty(self, acting: Acting) -> Duty:
        """The side of those who write, release, secure and audit."""
        return Duty(self, acting)

    def _forget(self, changed: list[tuple[ClassId, Key]]) -> None:
        for class_id, _ in changed:
            self._sorted.pop(class_id, None)

    def _purge(self) -> None:
        self._renditions.clear()
        self._sorted.clear()
        self.finder.rebuild()

    def find_rendition(self, class_id: ClassId, key: Key) -> tuple[Appearance, Rendition] | None:
        """The rendition of a class, remembered under what it is made of."""
        appearance = self.node.catalogue.appearances.get(class_id, {}).get(key)
        if appearance is None:
            return None
        cached = self._renditions.get((class_id, key, appearance.digest))
        if cached is None:
            node = self.node
            shown = node.catalogue.shown(key, class_id)
            envelope = node.catalogue.holdings[key].envelope
            cached = print_rendition(envelope, appearance.version, shown, node.voice, node.book)
            self._renditions[class_id, key, appearance.digest] = cached
            if len(self._renditions) > RENDITION_CACHE_MAX:
                self._renditions.popitem(last=False)
        return appearance, cached

    def list_newest(self, class_id: ClassId) -> list[Appearance]:
        """What a class sees, newest filing first."""
        if class_id not in self._sorted:
            known = self.node.catalogue.appearances.get(class_id, {}).values()
            self._sorted[class_id] = sorted(known, key=lambda a: (a.filed_at, tie_of(a.key)), reverse=True)
        return self._sorted[class_id]


class Reading:
    """Everything a reader gets. An account without clearance gets what an empty node would give."""

    def __init__(self, gate: Gate, acting: Acting) -> None:
        self._gate = gate
        self._node = gate.node
        self._acting = acting

    def get(self, key: Key, *, form: str = "page") -> Read | None:
        """The rendition, recorded as read; None where it does not exist for this reader."""
        with self._node.lock:
            found = self._find(key)
            if found is None:
                return None
            appearance, rendition = found
            self._log(rendition, tuple(p.tag for p in rendition.portions), form)
            return Read(key, rendition, appearance.verified_at)

    def browse(self, filters: Filters, *, limit: int = 50, after: tuple[int, int] | None = None) -> Page:
        """Newest first; every page full except the last."""
        with self._node.lock:
            if self._acting.class_id is None:
                return Page((), 0, None)
            rows = [a for a in self._gate.list_newest(self._acting.class_id) if self._passes(a, filters)]
            left = [a for a in rows if after is None or (a.filed_at, tie_of(a.key)) < after]
            page = left[: max(1, min(limit, PAGE_MAX))]
            more = len(left) > len(page)
            last = (page[-1].filed_at, tie_of(page[-1].key)) if more else None
            items = tuple(s for a in page if (s := self._summarise(a.key)) is not None)
            return Page(items, len(rows), last)

    def search(self, query: Query) -> Found:
        """Exact hits of this reader's renditions; the string is audited, and each portion a snippet shows."""
        with self._node.lock:
            if self._acting.class_id is None:
                return Found((), 0, None)
            result = self._gate.finder.search(self._acting.class_id, query)
            hits = tuple(hit for h in result.hits if (hit := self._hit(h.product, query)) is not None)
            self._record(SearchMade, payloads=(query.text.encode(),), hits=result.total)
            return Found(hits, result.total, result.next)

    def compare(self, keys: tuple[Key, ...]) -> tuple[Comparison, ...]:
        """Who said what, from this reader's renditions of these products; those that don't exist for them say nothing."""
        with self._node.lock:
            reads = [r for key in keys if (r := self.get(key)) is not None]
            return compare([r.rendition for r in reads])

    def inbox(self) -> Inbox:
        """What waits for this person's post, and what this person was told."""
        with self._node.lock:
            acting, node = self._acting, self._node
            addressed = [(a, c) for a in self._mine() if (c := node.catalogue.content(a.key)) is not None]
            done = node.custody.acknowledged
            action = [a for a, c in addressed if acting.post in c.action]
            info = [a for a, c in addressed if acting.post in c.info]
            waiting = [
                a for a in action if self._must_acknowledge(a.key) and acting.post not in done.get(a.key, {})
            ]
            notices = [
                n for n in node.custody.notices if acting.person in n.persons or acting.post in n.posts
            ]
            alarms = [x for x in node.custody.alarms if x.person == acting.person]
            if "security" in acting.duties:
                alarms += [x for x in node.custody.alarms if x.person in {"node", ""}]
            return Inbox(
                self._lines(waiting), self._lines(action), self._lines(info), tuple(notices), tuple(alarms)
            )

    def subscribe(self, tell: Callable[[Key], None]) -> Callable[[], None]:
        """Call ``tell`` with each key whose rendition changes for this reader; returns how to stop. Checked at delivery."""

        def listen(changed: list[tuple[ClassId, Key]]) -> None:
            now = act_as(self._node, self._acting.person, self._acting.post)
            for class_id, key in changed:
                if now is not None and class_id == now.class_id:
                    tell(key)

        self._node.listeners.append(listen)
        return lambda: self._node.listeners.remove(listen)

    def _find(self, key: Key) -> tuple[Appearance, Rendition] | None:
        class_id = self._acting.class_id
        return None if class_id is None else self._gate.find_rendition(class_id, key)

    def _mine(self) -> list[Appearance]:
        return [] if self._acting.class_id is None else self._gate.list_newest(self._acting.class_id)

    def _lines(self, appearances: list[Appearance]) -> tuple[Summary, ...]:
        return tuple(s for a in appearances if (s := self._summarise(a.key)) is not None)

    def _must_acknowledge(self, key: Key) -> bool:
        holding = self._node.catalogue.holdings[key]
        return not holding.own and KINDS[holding.envelope.kind].acknowledged

    def _passes(self, appearance: Appearance, filters: Filters) -> bool:
        envelope = self._node.catalogue.holdings[appearance.key].envelope
        return (
            (not filters.kinds or envelope.kind in filters.kinds)
            and (not filters.originators or envelope.originator in filters.originators)
            and (filters.since is None or envelope.filed_at >= filters.since)
            and (filters.until is None or envelope.filed_at < filters.until)
        )

    def _summarise(self, key: Key) -> Summary | None:
        found = self._find(key)
        if found is None:
            return None
        rendition = found[1]
        envelope = rendition.envelope
        title = next((p for p in rendition.portions if p.kind == "title"), None)
        return Summary(
            key,
            envelope.reference,
            envelope.originator,
            envelope.kind,
            envelope.precedence,
            envelope.filed_at,
            rendition.version,
            rendition.check,
            rendition.banner,
            title,
        )

    def _hit(self, key: Key, query: Query) -> Hit | None:
        summary = self._summarise(key)
        found = self._find(key)
        if summary is None or found is None or self._acting.class_id is None:
            return None
        texts = rendition_texts(self._node.catalogue.shown(key, self._acting.class_id))
        snippets = self._gate.finder.index.make_snippet(texts, query)
        if snippets:
            self._log(found[1], tuple(dict.fromkeys(Tag(s.tag) for s in snippets)), "snippet")
        return Hit(summary, snippets)

    def _log(self, rendition: Rendition, tags: tuple[Tag, ...], form: str) -> None:
        envelope = rendition.envelope
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


class Duty:
    """Own drafts, the desk, and listed views of headers."""

    def __init__(self, gate: Gate, acting: Acting) -> None:
        self._gate = gate
        self._node = gate.node
        self._acting = acting

    def preview(self, draft: DraftProduct) -> Preview | Refused:
        """Who would get what of one's own draft: texts by group, findings, and why not."""
        node, acting = self._node, self._acting
        with node.lock:
            if acting.class_id is None:
                return Refused("not-cleared", "an account without clearance writes nothing")
            at = draft.dtg if draft.dtg is not None else node.clock.dtg()
            product = make_product(node, draft, product=ProductId("0" * 32), at=at, revision=1)
            findings = find_in_draft(node, acting, draft, product)
            if any(f.blocking for f in findings):
                return Preview((), (), findings)
            made = preview_product(node, product, acting.class_id)
            return msgspec.structs.replace(made, findings=findings + made.findings)

    def desk(self) -> tuple[DeskItem, ...]:
        """Items with members that wait, offered only to officers who see all of each."""
        with self._node.lock:
            keyed = ((f"{self._node.member}.{p}", item) for p, item in self._node.desk.items.items())
            return tuple(
                i for key, i in keyed if i.state == "open" and find_item(self._node, self._acting, key)
            )

    def returned(self) -> tuple[DeskItem, ...]:
        """One's own drafts that the desk sent back."""
        with self._node.lock:
            items = self._node.desk.items.values()
            return tuple(i for i in items if i.state == "returned" and i.author == self._acting.person)

    def desk_item(self, key: Key) -> Preview | None:
        """One item as texts by group, for an officer who sees all of it."""
        with self._node.lock:
            product = find_item(self._node, self._acting, key)
            if product is None or self._acting.class_id is None:
                return None
            made = preview_product(self._node, product, self._acting.class_id)
            pending = set(self._node.desk.items[product.envelope.product].pending)
            groups = (
                msgspec.structs.replace(g, members=tuple(m for m in g.members if m in pending))
                for g in made.groups
            )
            return msgspec.structs.replace(made, groups=tuple(g for g in groups if g.members))

    def reviews(self) -> tuple[Review, ...]:
        """Watch posts' releases that wait for review, offered to officers who see all of each."""
        with self._node.lock:
            keyed = ((f"{self._node.member}.{p}", r) for p, r in self._node.desk.reviews.items())
            return tuple(r for key, r in keyed if find_item(self._node, self._acting, key))

    def explain(self, key: Key) -> Preview | None:
        """Why each portion is withheld from whom (A3): to its author and to officers who see all of it."""
        with self._node.lock:
            product = find_own_product(self._node, key)
            if product is None or self._acting.class_id is None:
                return None
            mine = self._node.desk.items[product.envelope.product].author == self._acting.person
            if not mine and find_item(self._node, self._acting, key) is None:
                return None
            return preview_product(self._node, product, self._acting.class_id)

    def register(self) -> tuple[RegisterRow, ...]:
        """The disclosure register: for release, audit."""
        with self._node.lock:
            return tuple(self._node.releases.register) if self._may("release", "audit") else ()

    def recalls(self) -> tuple[RecallStatus, ...]:
        """How our recalls stand at partners."""
        with self._node.lock:
            return tuple(self._node.releases.recalls) if self._may("release", "security", "audit") else ()

    def withdrawals(self) -> tuple[Withdrawal, ...]:
        """What partners withdrew here, and whether its bytes are gone."""
        with self._node.lock:
            return tuple(self._node.custody.withdrawals) if self._may("security", "audit") else ()

    def notices(self) -> tuple[Notice, ...]:
        """Who was told of what withdrawal."""
        with self._node.lock:
            return tuple(self._node.custody.notices) if self._may("security", "audit") else ()

    def copies(self, key: Key) -> tuple[Copy, ...]:
        """Prints and exports of a product."""
        with self._node.lock:
            return tuple(self._node.custody.copies.get(key, ())) if self._may("security", "audit") else ()

    def receipts(self, key: Key) -> tuple[PostReceipt, ...]:
        """Which posts of partners displayed or acknowledged an own product that this person sees."""
        with self._node.lock:
            known = (
                self._node.catalogue.appearances.get(self._acting.class_id, {})
                if self._acting.class_id is not None
                else {}
            )
            holding = self._node.catalogue.holdings.get(key)
            if key not in known or holding is None or not holding.own:
                return ()
            return tuple(self._node.releases.receipts.get(holding.envelope.product, ()))

    def quarantine(self) -> tuple[tuple[Member, str, int, str], ...]:
        """Entries kept sealed, with the reason."""
        with self._node.lock:
            return tuple(self._node.custody.quarantine) if self._may("security", "administration") else ()

    def lanes(self) -> tuple[LaneState, ...]:
        """Both ends of every lane, for administrators and the watch."""
        with self._node.lock:
            if not self._may("administration", "watch", "security", "audit"):
                return ()
            streams = self._node.streams
            known = sorted({*streams.sent, *streams.received})
            return tuple(self._lane(member, lane) for member, lane in known)

    def _lane(self, member: Member, lane: str) -> LaneState:
        streams = self._node.streams
        out, incoming = streams.sent.get((member, lane)), streams.received.get((member, lane))
        return LaneState(
            member,
            lane,
            out.lane.size if out else 0,
            out.acknowledged if out else 0,
            incoming.size if incoming else 0,
            streams.stopped.get((member, lane), ""),
        )

    def _may(self, *duties: str) -> bool:
        return bool(set(duties) & set(self._acting.duties))
