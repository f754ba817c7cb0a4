# SPDX-License-Identifier: Apache-2.0
"""The national side of a node: its journal, the views that follow it, and the one way to change both.

Guarantees:
- a command becomes journal entries or nothing: ``Work.commit`` makes them durable, then the views follow, then streams are
  signed and handed to the mailbox (DESIGN 5);
- one command at a time (``lock``); reads take the same lock for as long as a look-up lasts;
- everything here but the salts of streams is a fold of the journal; a restart replays it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence

import msgspec

from tearline import __version__
from tearline.core.canon import SALT_BYTES
from tearline.core.errors import IntegrityError, UsageError
from tearline.core.exchange import Body, Held, Item, seal_entry
from tearline.core.ids import LANES, Member, Person, Post, ProductId
from tearline.core.instants import Instant
from tearline.core.labels import (
    ClassId,
    MemberSight,
    PersonSight,
    PolicyBook,
    Sights,
    book_as_of,
    find_stretch,
)
from tearline.core.log import make_signer, print_checkpoint, sign_note
from tearline.core.renditions import Voice
from tearline.node.books import Redecided, find_undecided_stretch, read_adopted, sees_nothing, sight_members
from tearline.node.directories import find_founding_directory, read_taken
from tearline.node.journal import (
    AnyEntry,
    CeilingSet,
    DirectoryTaken,
    Draft,
    Entry,
    Journal,
    NodeOpened,
    PersonAdmitted,
    PolicyAdopted,
    StreamAppended,
    WindowsTurned,
    decode_entry,
    decode_payload,
    encode_entry,
    encode_payload,
)
from tearline.node.parts import Parts
from tearline.node.ports import Scrubs
from tearline.node.scrubs import ScrubsInMemory
from tearline.node.trust import (
    Agreement,
    Directory,
    MemberRecord,
    read_directory,
)
from tearline.node.views.catalogue import CatalogueView
from tearline.node.views.custody import CustodyView
from tearline.node.views.desk import DeskView
from tearline.node.views.links import LinksView
from tearline.node.views.payloads import Payloads
from tearline.node.views.people import PeopleView
from tearline.node.views.releases import ReleasesView
from tearline.node.views.streams import StreamsView
from tearline.node.views.view import View
from tearline.node.views.watch import Touched, WatchView

REPLAY_RECORDS = 1_000
BATCH_MAX_ITEMS = 500
BATCH_USUAL_BYTES = 4 * 1024 * 1024  # and one item more: far below what the mailbox takes at once
THE_NODE = Person("node")
NO_POST = Post("")


class Node:
    """See the module."""

    def __init__(self, parts: Parts) -> None:
        self.settings = parts.settings
        self.member = parts.settings.member
        self.book = parts.book
        self.clock = parts.clock
        self.entropy = parts.entropy
        self.journal = parts.journal
        self.access = parts.access
        self.mail = parts.mail
        self.keys = parts.keys
        self.opener = parts.opener
        self.anchors = parts.anchors
        self.lock = threading.RLock()
        self.sights = Sights(parts.book)
        self.voice = Voice(parts.book.members[self.member].policy, parts.settings.languages)
        self.pack_at: int | None = (
            None  # where the pack in force stands in the journal; none: as the node was given it
        )
        self.pack_files = ""  # the digest of its files
        self.stretch = find_undecided_stretch(parts.book)  # of operational time: until then no window turns
        self.packs = {parts.book.digest()}  # of every book that was in force here
        self.directory_source = parts.directory
        self.directory_at: int | None = None  # where the directory in force stands; none: as it was brought
        self._signed_directory = find_founding_directory(parts.journal, parts.directory)
        self.directory = read_directory(self._signed_directory)
        record = self._own_record()
        self.member_sights = sight_members(self.directory, self.book)
        self._classes: dict[Member, ClassId] = {}  # of everybody who ever was a member
        self.member_classes = self._number_members()
        self.people = PeopleView(self.member_sights[self.member], self.sights, record.ceiling)
        self.catalogue = CatalogueView(self.member, self.sights, self.people.name_class)
        self.streams = StreamsView(self.member, self.settings.node, self._node_of)
        self.releases = ReleasesView(self.streams.note_held)
        self.desk = DeskView()
        self.custody = CustodyView()
        self.links = LinksView()
        self.listeners: list[Callable[[list[tuple[ClassId, str]]], None]] = []
        self.switches: list[Callable[[Member, bool], None]] = []  # the network side, told of pauses
        self.watch = WatchView(self.member)
        self.post_listeners: list[Callable[[list[Touched]], None]] = []
        self.rebuilders: list[Callable[[str], None]] = []  # derived files that a purge must rebuild
        self.outcome_listeners: list[Callable[[list[ProductId], list[tuple[ClassId, str]]], None]] = []
        """Told what own products something became of, and what was told to ``listeners`` just before."""
        self.policy_listeners: list[Callable[[], None]] = []  # who made something by the policies before
        self.directory_listeners: list[Callable[[], None]] = []  # the network side: who is a partner, where
        self.cosigned: dict[tuple[Member, str], Held] = {}
        self.scrubs: Scrubs = ScrubsInMemory()  # the assembly gives one that outlives the program
        self.ahead: set[Member] = set()  # partners that claim more of our stream than there is
        self.halted: IntegrityError | None = None  # why nothing is signed any more
        self._reads: list[Draft] = []
        self.payloads, self._access_payloads = Payloads(parts.journal), Payloads(parts.access)
        self._views = self._list_views()
        self._followers: dict[type[Entry], list[View]] = {}
        self._replay()
        self.access.renew(self.streams.incarnation)
        self._repost()

    @property
    def directory_signers(self) -> tuple[str, ...]:
        """Whose keys vouch for the directory in force."""
        return self.directory_source.signers()

    def signed_directory(self) -> bytes:
        """The exact signed bytes of the directory in force."""
        return self._signed_directory

    def _own_record(self) -> MemberRecord:
        record = self.directory.members.get(self.member)
        if record is None:
            words = f"directory {self.directory.version} does not know {self.member}"
            raise UsageError("not-a-member", words, "Ask the network's authority for one that does.")
        return record

    def _number_members(self) -> dict[Member, ClassId]:
        """The classes of the members of today; who comes again has the class of before."""
        for member, sight in self.member_sights.items():
            if member not in self._classes:
                self._classes[member] = self.sights.class_id(sight)
        return {member: self._classes[member] for member in self.member_sights}

    def switch_link(self, member: Member, *, is_open: bool) -> None:
        """Tell the network side; the journal has it already."""
        for switch in self.switches:
            switch(member, is_open)

    def _node_of(self, member: Member) -> str:
        record = self.directory.members.get(member)
        return record.node if record is not None else "node-1"

    def agreement_with(self, member: Member) -> Agreement | None:
        """An agreement in force between us and ``member`` now, by the operational clock. None: no stream."""
        found = self.directory.agreements_between(self.member, member, self.clock.dtg())
        return found[0] if found else None

    # --- the journal and what follows it ---

    def _list_views(self) -> tuple[View, ...]:
        return (
            self.people,
            self.catalogue,
            self.streams,
            self.releases,
            self.desk,
            self.custody,
            self.links,
            self.watch,
        )

    def _replay(self) -> None:
        with self.payloads.reading_ahead(), self.catalogue.contents.passing():
            for stretch in _read_entries(self.journal):
                with self.payloads.following():
                    for position, entry in stretch:
                        self._apply(position, entry)
                self.catalogue.changed.clear()
        for stretch in _read_entries(self.access):
            for position, entry in stretch:
                self.custody.apply(position, entry, self._access_payloads)
        self.catalogue.changed.clear()
        self.watch.changed.clear()
        self.releases.changed.clear()

    def payload(self, position: int, n: int = 0) -> bytes | None:
        """A payload's bytes; None once purged."""
        return self.payloads.raw(position, n)

    def _apply(self, position: int, entry: Entry) -> None:
        if isinstance(entry, PolicyAdopted):
            self.pack_at, self.pack_files = position, entry.files
            self._adopt(read_adopted(self.payload(position, 0), entry.dtg), entry)
        elif isinstance(entry, WindowsTurned):
            self._adopt(book_as_of(self.book, entry.dtg), entry)
        elif isinstance(entry, DirectoryTaken):
            self._take_directory(position, entry)
        kind = type(entry)
        followers = self._followers.get(kind)
        if followers is None:
            followers = self._followers[kind] = [
                view for view in self._views if issubclass(kind, view.follows)
            ]
        for view in followers:
            view.apply(position, entry, self.payloads)
        if isinstance(entry, PersonAdmitted | CeilingSet):
            for class_id in self.people.classes_of(entry.person):
                self.catalogue.add_class(class_id, dtg=entry.dtg, at=entry.at)

    def _adopt(self, book: PolicyBook, entry: PolicyAdopted | WindowsTurned) -> None:
        self.stretch = find_stretch(book, entry.dtg)
        self.packs.add(book.digest())
        self._decide_by(book, self.directory, entry)

    def _take_directory(self, position: int, entry: DirectoryTaken) -> None:
        self.directory_at = position
        self._signed_directory = read_taken(self.payload(position, 0))
        self._decide_by(self.book, read_directory(self._signed_directory), entry)
        self.desk.keep(self.directory.members)
        self.streams.settle_names()
        for follow in self.directory_listeners:
            follow()

    def _decide_by(self, book: PolicyBook, directory: Directory, entry: Redecided) -> None:
        """Another book or directory from this entry on: classes keep their numbers, every answer is made anew, views follow."""
        self.book, self.directory = book, directory
        self.voice = Voice(self.book.members[self.member].policy, self.settings.languages)
        self.member_sights = sight_members(self.directory, self.book)
        sights: dict[ClassId, MemberSight | PersonSight] = {
            class_id: self.member_sights.get(member) or sees_nothing(member, self.book)
            for member, class_id in self._classes.items()
        }
        own = self._own_record()
        sights |= self.people.adopt(self.member_sights[self.member], own.ceiling, self.book)
        before = self.sights.adopt(self.book, sights)
        self.member_classes = self._number_members()
        self.people.settle()
        self.catalogue.adopt(before, dtg=entry.dtg, at=entry.at)
        for person in self.people.persons:
            for class_id in self.people.classes_of(person):
                self.catalogue.add_class(class_id, dtg=entry.dtg, at=entry.at)
        for forget in self.policy_listeners:
            forget()

    def windows_turned(self) -> bool:
        """Whether a window opened or shut since the policies were decided, or the clock was set back before one that did."""
        since, until = self.stretch
        return not since <= self.clock.dtg() < until

    def work(self, actor: Person, post: Post, *, authority: str = "") -> Work:
        """Begin a piece of work; hold ``lock`` until it is committed or dropped."""
        return Work(self, actor, post, authority)

    def commit(self, written: Sequence[Written]) -> int:
        """Make entries durable, let the views follow, sign and hand over what entered streams. Called by Work."""
        if self.halted is not None:
            raise self.halted
        first = self.journal.append([Draft(encode_entry(one.entry), one.payloads) for one in written])
        with self.payloads.following():
            for position, one in enumerate(written, first):
                self.payloads.put(position, one.payloads, one.bodies)
            for position, one in enumerate(written, first):
                self._apply(position, one.entry)
            self._publish([one.entry for one in written if isinstance(one.entry, StreamAppended)])
        changed, self.catalogue.changed = self.catalogue.changed, []
        if changed:
            for listener in list(self.listeners):
                listener(changed)
        touched, self.watch.changed = self.watch.changed, []
        self.tell_posts(touched)
        settled, self.releases.changed = list(self.releases.changed), {}
        if settled:
            for follow in list(self.outcome_listeners):
                follow(settled, changed)
        return first

    def tell_posts(self, touched: list[Touched]) -> None:
        """Say to whoever follows a post that it has something new; each asks for their own right to hear it."""
        if touched:
            for listener in list(self.post_listeners):
                listener(touched)

    # --- streams out ---

    def _publish(self, appended: list[StreamAppended]) -> None:
        touched = {(entry.member, entry.lane): None for entry in appended}
        for member, lane in sorted(touched, key=lambda at: LANES.index(at[1])):
            self._drop_superseded(member)
            self._post(member, lane)

    def _post(self, member: Member, lane: str) -> None:
        """Hand over what the spool lacks, be it from this command or from one whose handing over failed."""
        start, size = self.mail.posted(member, lane), self.streams.out(member, lane).lane.size
        if member in self.ahead:
            return  # it may hold another history of this stream: what is signed now might be a second one
        while start < size:
            items: list[Item] = []
            weight = 0
            while start + len(items) < size and len(items) < BATCH_MAX_ITEMS and weight < BATCH_USUAL_BYTES:
                items.append(self._item(member, lane, start + len(items)))
                weight += len(items[-1].body or b"")
            self.mail.post(member, lane, start, items, self.sign_lane(member, lane, start + len(items)))
            start += len(items)

    def hand_over(self, member: Member) -> None:
        """Post what was held back for a partner."""
        for lane in LANES:
            if (member, lane) in self.streams.sent:
                self._post(member, lane)

    def _drop_superseded(self, member: Member) -> None:
        for lane in LANES:
            out = self.streams.sent.get((member, lane))
            for position in sorted(out.to_drop) if out else ():
                if position < self.mail.posted(member, lane):
                    self.mail.drop(member, lane, position)
            if out:
                out.to_drop.clear()

    def _item(self, member: Member, lane: str, position: int) -> Item:
        out = self.streams.out(member, lane)
        where = out.items[position]
        raw = None if position in out.dropped else self.payload(where.position, 0)
        if raw is None:
            return Item(where.leaf)
        payload = decode_payload(raw)
        return Item(where.leaf, payload.salt, payload.body)

    def sign_lane(self, member: Member, lane: str, size: int) -> str:
        """A signed checkpoint of a lane at a size."""
        key = self.keys.stream
        signer = make_signer(key.name, key.public, key.sign)
        return sign_note(print_checkpoint(self.streams.out(member, lane).lane.checkpoint(size)), signer)

    def _repost(self) -> None:
        """After a restart: hand over what the spool lacks, and drop again what was superseded."""
        for (member, lane), out in self.streams.sent.items():
            posted = self.mail.posted(member, lane)
            out.to_drop.clear()
            for position in sorted(out.dropped):
                if position < posted:
                    self.mail.drop(member, lane, position)
            self._post(member, lane)

    # --- the access log ---

    def log_access(self, entry: Entry, payloads: tuple[bytes, ...] = (), *, durable: bool = False) -> None:
        """Record a read or search: at once where ``durable`` (exports), else within a second (``flush_access``)."""
        with self.lock:
            self.custody.apply(0, entry, self._access_payloads)
            self._reads.append(Draft(encode_entry(entry), payloads))
        if durable:
            self.flush_access()

    def flush_access(self) -> None:
        """Make buffered reads durable."""
        with self.lock:
            reads, self._reads = self._reads, []
        if reads:
            self.access.append(reads)

    def open(self) -> None:
        """Record the start of the node."""
        with self.lock:
            work = self.work(THE_NODE, NO_POST)
            work.add(NodeOpened, version=__version__)
            work.commit()


def _read_entries(log: Journal) -> Iterator[list[tuple[int, AnyEntry]]]:
    start = 0
    while records := log.records(start, REPLAY_RECORDS):
        yield [(record.position, decode_entry(record.entry)) for record in records]
        start = records[-1].position + 1


class Written(msgspec.Struct, frozen=True):
    """An entry with its payloads, and what these decode to, where who writes them knows it."""

    entry: Entry
    payloads: tuple[bytes, ...]
    bodies: tuple[Body | None, ...] = ()


class Work:
    """Entries of one command, collected, then committed together or not at all."""

    def __init__(self, node: Node, actor: Person, post: Post, authority: str) -> None:
        self.node = node
        self.actor = actor
        self.post = post
        self.authority = authority
        self.now: Instant = node.clock.now()
        self.dtg: Instant = node.clock.dtg()
        self._written: list[Written] = []
        self._added: dict[tuple[Member, str], int] = {}
        self._revisions: dict[tuple[Member, str], int] = {}

    def add(
        self,
        shape: type[Entry],
        *,
        payloads: tuple[bytes, ...] = (),
        bodies: tuple[Body | None, ...] = (),
        authority: str | None = None,
        **fields: object,
    ) -> None:
        """One more entry. ``bodies``: what its payloads bring, if that is at hand; views need not decode it again."""
        entry = shape(
            at=self.now,
            dtg=self.dtg,
            actor=self.actor,
            post=self.post,
            pack=self.node.book.digest()[:16],
            authority=self.authority if authority is None else authority,
            **fields,
        )
        self._written.append(Written(entry, payloads, bodies))

    def send(
        self, shape: type[Entry], member: Member, lane: str, kind: str, body: Body, **fields: object
    ) -> None:
        """One more entry that also enters the stream to ``member``; positions are dense, revisions counted per receiver."""
        size = self.node.streams.out(member, lane).lane.size
        offset = self._added.get((member, lane), 0)
        self._added[member, lane] = offset + 1
        product = fields.get("product")
        if isinstance(product, str):
            fields["revision"] = self._next_revision(member, ProductId(product))
        revision = fields.get("revision", 0)
        purpose = f"{member}/{lane}/{product or kind}/{revision if product else size + offset}"
        salt = self.node.entropy.draw(self.node.member, "seal", purpose, SALT_BYTES)
        item = seal_entry(
            kind, body, revision=revision if isinstance(revision, int) else 0, salt=salt, sent_at=self.now
        )
        authority = fields.pop("authority", None)
        self.add(
            shape,
            payloads=(encode_payload(kind, salt, item.body or b""),),
            bodies=(body,),
            authority=authority if isinstance(authority, str) else None,
            member=member,
            lane=lane,
            position=size + offset,
            leaf=item.leaf.decode(),
            **fields,
        )

    def _next_revision(self, member: Member, product: ProductId) -> int:
        before = self._revisions.get((member, product))
        found = before + 1 if before else self.node.streams.next_revision(member, product)
        self._revisions[member, product] = found
        return found

    def commit(self) -> int:
        """Durable, followed by the views, handed to the mailbox; the first entry's journal position."""
        return self.node.commit(self._written) if self._written else -1
