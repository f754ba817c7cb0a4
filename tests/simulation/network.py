# SPDX-License-Identifier: Apache-2.0
"""A whole network in memory, from a script: real nodes, simulated clock, entropy, journals and mail. Nothing sleeps.

Entropy is keyed by (actor, act, purpose), so two worlds that differ in something hidden draw the same ids for all that is
visible. Mail moves only when ``pump`` is called; a fault hook may drop, repeat, cut or corrupt what is carried.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from tearline.cli.demo.build import make_delegation, make_draft, make_person, make_rule
from tearline.core.errors import TearlineError
from tearline.core.exchange import Held, Item, Run
from tearline.core.ids import LANES, Member, Person
from tearline.core.instants import DAY, MINUTE, Instant, parse_iso
from tearline.core.labels import PolicyBook, load_pack
from tearline.core.log import make_signer as make_note_signer
from tearline.mailbox.carriers.bundle import BundleCarrier
from tearline.node.commands import (
    AdmitPerson,
    Beginning,
    DirectoryInForce,
    DraftProduct,
    NodeInbox,
    admit_persons,
    begin_incarnation,
    choose_incarnation,
    file_recovered,
    follow_directory,
    issue_mandates,
    take_back,
    testify,
)
from tearline.node.gate import Gate
from tearline.node.journal.memory import MemoryDisk, MemoryJournal
from tearline.node.node import Node
from tearline.node.parts import Parts, Settings
from tearline.node.ports import NoMail
from tearline.node.trust import Opener, make_opener, sign_directory, verify_directory
from tearline.node.trust.directory import Address, Agreement, Directory, MemberRecord
from tearline.node.trust.keys import SigningKeys, make_signer
from tearline.node.trust.mandates import Delegation, Rule
from tearline.node.views.finder import Finder
from tearline.node.views.search import SearchIndex

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "src" / "tearline" / "data"
EXERCISE = DATA / "exercise" / "paper-lantern-23"


def load_book() -> PolicyBook:
    """The shipped exercise pack."""
    folder = DATA / "packs" / "exercise"
    return load_pack({p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()})


def load_script() -> dict[str, Any]:
    """The shipped exercise."""
    script: dict[str, Any] = json.loads((EXERCISE / "script.json").read_text())
    return script


class SimClock:
    """Both clocks, moved by hand."""

    def __init__(self, dtg: Instant) -> None:
        self.system = Instant(1_800_000_000_000_000)
        self.operational = dtg
        self.dtg_runs = True  # as a real node's says; a test of an exercise's clock says otherwise

    def now(self) -> Instant:
        self.system = Instant(self.system + 1_000)
        return self.system

    def dtg(self) -> Instant:
        return self.operational


class FixedClock(SimClock):
    """The system clock stands still: for worlds whose bytes are compared."""

    def now(self) -> Instant:
        return self.system


class SimEntropy:
    """Repeatable draws, keyed by actor, act and purpose; equal keys draw again, differently."""

    def __init__(self, seed: str = "0") -> None:
        self.seed = seed
        self._drawn: dict[tuple[str, str, str], int] = {}

    def draw(self, actor: str, act: str, purpose: str, size: int) -> bytes:
        n = self._drawn[actor, act, purpose] = self._drawn.get((actor, act, purpose), -1) + 1
        out, block = b"", 0
        while len(out) < size:
            out += hashlib.sha256(f"{self.seed}|{actor}|{act}|{purpose}|{n}|{block}".encode()).digest()
            block += 1
        return out[:size]


class SimMail:
    """A spool in memory: what the network side of one node holds."""

    def __init__(self) -> None:
        self.items: dict[tuple[Member, str], list[Item]] = {}
        self.notes: dict[tuple[Member, str], dict[int, str]] = {}

    def post(self, peer: Member, lane: str, start: int, items: Sequence[Item], checkpoint: str) -> None:
        kept = self.items.setdefault((peer, lane), [])
        assert start <= len(kept), "a gap in the spool"
        kept.extend(items[len(kept) - start :])
        self.notes.setdefault((peer, lane), {})[start + len(items)] = checkpoint

    def drop(self, peer: Member, lane: str, position: int) -> None:
        kept = self.items[peer, lane]
        kept[position] = Item(kept[position].leaf)

    def run(self, peer: Member, lane: str, start: int) -> Run | None:
        ends = sorted(n for n in self.notes.get((peer, lane), {}) if n > start)
        if not ends:
            return None
        return Run(start, self.items[peer, lane][start : ends[0]], self.notes[peer, lane][ends[0]])

    def posted(self, peer: Member, lane: str) -> int:
        return len(self.items.get((peer, lane), ()))


AUTHORITY = make_signer("authority/directory", hashlib.sha256(b"authority").digest())


class SimDirectory:
    """Where a node is brought a directory: its folder, on a disk that survives a crash."""

    def __init__(self, directory: Directory) -> None:
        self.bring(directory)

    def found(self) -> bytes:
        return self.raw

    def prove(self, raw: bytes) -> Directory:
        return verify_directory(raw, AUTHORITY.public)

    def keep(self, raw: bytes) -> None:
        self.raw = raw

    def bring(self, directory: Directory) -> None:
        """Somebody puts the network's next directory there."""
        self.raw = sign_directory(directory, AUTHORITY)

    def signers(self) -> tuple[str, ...]:
        return ("authority of the simulation",)


Carried = tuple[Member, Member, str, int, list[Item], str]
Fault = Callable[[Carried], list[Carried]]


def make_finder(node: Node) -> Finder:
    """Search over a node's catalogue, all in memory."""
    places = node.book.places
    return Finder(SearchIndex(None, places), SearchIndex(None, places), node.catalogue)


class Backup(msgspec.Struct, frozen=True):
    """A node's logs as of one moment."""

    journal: MemoryDisk
    access: MemoryDisk
    made: Instant


class Site:
    """One member's node with its disk, which survives a crash."""

    def __init__(self, network: Network, member: Member) -> None:
        self.network = network
        self.member = member
        self.journal_disk = MemoryDisk()
        self.access_disk = MemoryDisk()
        self.mail = SimMail()
        self.folder = SimDirectory(network.directory)
        self.start()

    def start(self) -> None:
        """Start, or start again after a crash: everything but the disks and the spool is new."""
        self.node = self.make_node()
        self.follow()
        self.gate = Gate(self.node, make_finder(self.node))
        self.inbox = NodeInbox(self.node)

    def make_node(self) -> Node:
        """A node on these disks."""
        network, member = self.network, self.member
        keys = network.keys[member]
        note = make_note_signer(keys.anchor.name, keys.anchor.public, keys.anchor.sign)
        entropy = network.entropy
        languages = network.directory.members[member].languages
        journal = MemoryJournal(f"{member}/node-1/journal", note, entropy=entropy, disk=self.journal_disk)
        access = MemoryJournal(f"{member}/node-1/access", note, entropy=entropy, disk=self.access_disk)
        parts = Parts(
            settings=Settings(member, languages=languages),
            book=network.book,
            clock=network.clock,
            entropy=entropy,
            journal=journal,
            access=access,
            mail=self.mail,
            directory=self.folder,
            keys=keys,
            opener=make_sealer(member),
        )
        return Node(parts)

    def back_up(self) -> Backup:
        """What a backup keeps: the logs, not the spool."""
        return Backup(self.journal_disk.snapshot(), self.access_disk.snapshot(), self.network.clock.now())

    def restore(self, backup: Backup) -> None:
        """Put a backup back and go on in another life; partners whose links are open say what they know."""
        for disk, kept in ((self.journal_disk, backup.journal), (self.access_disk, backup.access)):
            disk.restore(kept)
            disk.alive_beside = disk.alive
        partners = [m for m in self.network.members if m != self.member]
        reached = [m for m in partners if frozenset((self.member, m)) not in self.network.closed]
        silent = tuple(m for m in partners if m not in reached)
        self.mail = NoMail()
        node = self.make_node()
        answered = tuple(testify(node, m, self.network.sites[m].inbox.standing(self.member)) for m in reached)
        beginning = Beginning(Person("kor.admin"), "an exercise", backup.made, answered, silent)
        self.network.clock.system = Instant(self.network.clock.system + MINUTE)  # nobody is quicker
        now = self.network.clock.now()
        incarnation = choose_incarnation(node.streams.incarnation, answered, now)
        begin_incarnation(node, beginning, incarnation)
        self.mail = SimMail()
        self.start()
        for member in reached:
            self.recover(member)

    def recover(self, peer: Member) -> None:
        """Take back what a partner holds of our former lives, over an open link."""
        if not self.node.streams.is_recovering(peer):
            return
        there = self.network.sites[peer].inbox
        for life, lane, size in there.standing(self.member).held:
            if life >= self.node.streams.incarnation:
                continue
            while (have := self.node.streams.former_lane(peer, life, lane).lane.size) < size:
                run = there.give_back(self.member, life, lane, have)
                assert run is not None
                assert take_back(self.node, peer, life, lane, run) > have
        file_recovered(self.node)

    def follow(self) -> DirectoryInForce | None:
        """Take over the directory that was brought, if one was; the first is recorded."""
        return follow_directory(self.node)

    def courier(self) -> BundleCarrier:
        """The carrier of bundles."""
        return BundleCarrier(self.mail, self.inbox)


class Network:
    """Members of a script, linked pairwise."""

    def __init__(
        self,
        script: dict[str, Any],
        *,
        seed: str = "0",
        clock: SimClock | None = None,
        book: PolicyBook | None = None,
    ) -> None:
        self.script = script
        self.book = book or load_book()
        self.clock = clock or SimClock(parse_iso(script["clock_start"]))
        self.entropy = SimEntropy(seed)
        self.members = [Member(m["code"]) for m in script["members"]]
        self.keys = {m: make_keys(m) for m in self.members}
        self.directory = make_directory(script, self.keys, self.book)
        self.closed: set[frozenset[Member]] = set()
        self.fault: Fault = lambda carried: [carried]
        self.wire: list[tuple[Member, Member, bytes]] = []
        self.refusals: list[TearlineError] = []
        self.sites = {m: Site(self, m) for m in self.members}
        for row in script["members"]:
            admit(self.sites[row["code"]].node, script, row)

    def pump(self, rounds: int = 50) -> int:
        """Carry until nothing moves; how many runs were carried."""
        carried = 0
        for _ in range(rounds):
            moved = sum(self.carry(a, b) for a in self.members for b in self.members if a != b)
            carried += moved
            if not moved:
                return carried
        return carried

    def carry(self, sender: Member, receiver: Member) -> int:
        """One exchange receiver←sender over an open link."""
        if frozenset((sender, receiver)) in self.closed:
            return 0
        there, here = self.sites[sender], self.sites[receiver]
        if receiver in there.node.links.paused or sender in here.node.links.paused:
            return 0
        known = here.inbox.incarnation(sender)
        if note := there.inbox.announce(receiver, known):
            here.inbox.begin(sender, note)
            return 1
        held = here.inbox.held(sender)
        there.inbox.acknowledge(receiver, held, known)
        here.recover(sender)
        moved = 0
        for lane in LANES:
            run = self._run(there.mail, receiver, lane, held[lane])
            for carried in self.fault((sender, receiver, lane, *run)) if run else []:
                moved += self._deliver(carried)
        return moved

    def _run(self, mail: SimMail, peer: Member, lane: str, held: Held) -> tuple[int, list[Item], str] | None:
        items = mail.items.get((peer, lane), [])
        if len(items) <= held.size:
            return None
        return held.size, items[held.size :], mail.notes[peer, lane][len(items)]

    def _deliver(self, carried: Carried) -> int:
        sender, receiver, lane, start, items, note = carried
        self.wire.append((sender, receiver, msgspec.msgpack.encode((lane, start, items, note))))
        try:
            before = self.sites[receiver].node.streams.incoming(sender, lane).size
            return int(self.sites[receiver].inbox.accept(sender, lane, start, items, note) > before)
        except TearlineError as error:
            self.refusals.append(error)
            return 0

    def bring(self, **changes: Any) -> None:
        """The network's next directory, in the folder of each of its members; a node finds it when it starts."""
        version = self.directory.version + 1
        self.directory = msgspec.structs.replace(self.directory, version=version, **changes)
        for member in self.directory.members.keys() & self.sites.keys():
            self.sites[member].folder.bring(self.directory)

    def at(self, iso: str) -> None:
        """Move the operational clock."""
        self.clock.operational = parse_iso(iso)


def leave(network: Network, member: Member) -> None:
    """The next directory is without a member, and so are its agreements."""
    found = network.directory
    agreements = []
    for one in found.agreements:
        parties = tuple(m for m in one.parties if m != member)
        highest, purge = ({m: d[m] for m in parties} for d in (one.highest, one.purge))
        agreements.append(msgspec.structs.replace(one, parties=parties, highest=highest, purge=purge))
    members = {m: record for m, record in found.members.items() if m != member}
    network.bring(members=members, agreements=tuple(a for a in agreements if a.parties[1:]))


def make_keys(member: Member) -> SigningKeys:
    """The same keys in every run."""
    roles = {
        role: make_signer(f"{member}/node-1/{role}", hashlib.sha256(f"{member}/{role}".encode()).digest())
        for role in SigningKeys.__struct_fields__
    }
    return SigningKeys(**roles)


def make_sealer(member: Member) -> Opener:
    """What opens sealed files; the same in every run."""
    return make_opener(hashlib.sha256(f"{member}/seal".encode()).digest())


def make_directory(script: dict[str, Any], keys: dict[Member, SigningKeys], book: PolicyBook) -> Directory:
    """The directory a script states, with these keys."""
    members = {}
    for n, row in enumerate(script["members"]):
        words = sorted({w for p in row["persons"] for w in p["codewords"]})
        k = keys[row["code"]]
        members[Member(row["code"])] = MemberRecord(
            code=Member(row["code"]),
            name=row["name"],
            node="node-1",
            address=Address("127.0.0.1", 1 + n),
            spki_sha256=hashlib.sha256(row["code"].encode()).digest(),
            stream_key=k.stream.public,
            receipt_key=k.receipt.public,
            witness_key=k.witness.public,
            anchor_key=k.anchor.public,
            policy=row["policy"],
            ceiling=row["ceiling"],
            codewords=tuple(words),
            languages=tuple(row["languages"]),
            seal_key=make_sealer(Member(row["code"])).public,
            posts=tuple(sorted({post for p in row["persons"] for post in p["posts"]})),
        )
    a = script["agreement"]
    parties = tuple(m for m in a["parties"] if m in members)
    agreement = Agreement(
        id=a["id"],
        parties=parties,
        highest={m: a["highest"][m] for m in parties},
        valid_from=parse_iso(a["valid_from"]),
        valid_to=parse_iso(a["valid_to"]),
        third_party=a["third_party"],
        purge={m: a["purge"][m] for m in parties},
        equivalences="pack",
    )
    now = Instant(1_800_000_000_000_000)
    return Directory(
        1,
        now,
        Instant(now + 365 * DAY),
        "exercise",
        book.network,
        bytes(32),
        members,
        (agreement,) if parties[1:] else (),
    )


def admit(node: Node, script: dict[str, Any], row: dict[str, Any]) -> None:
    """People and mandates of one member."""
    persons = [AdmitPerson(**_tupled(make_person(p))) for p in row["persons"]]
    persons.append(AdmitPerson(person=f"{row['code'].lower()}.feed", duties=("intake",), cleared=False))
    admit_persons(node, persons)
    own = row["code"]
    delegations = [
        msgspec.convert(make_delegation(d), Delegation) for d in script["delegations"] if d["member"] == own
    ]
    rules = [msgspec.convert(make_rule(r), Rule) for r in script["rules"] if r["member"] == own]
    issue_mandates(node, delegations, rules)


def _tupled(row: dict[str, Any]) -> dict[str, Any]:
    return {k: tuple(v) if isinstance(v, list) else v for k, v in row.items()}


def draft_of(
    network: Network, product: dict[str, Any], keys: dict[str, str], revision: int = 1
) -> DraftProduct:
    """A script's product as a draft."""
    portions = next(r["portions"] for r in product["revisions"] if r["revision"] == revision)
    made = make_draft(product, portions, keys, network.book.groups, network.script["epoch"])
    return msgspec.convert(made, DraftProduct)
