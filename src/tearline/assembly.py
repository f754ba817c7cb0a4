# SPDX-License-Identifier: Apache-2.0
"""The only module that names concrete backends: it builds a node from a folder as ``tearline.founding`` makes it.

A node's folder, which is its owner's alone from the moment it is opened::

    node.json  directory.json  authority.pem  authority.pub     settings and trust
    keys/  tls/                                                 private keys, 0600
    journal.db  access.db  anchors*.db  witness/                what must not be lost
    spool.db  index/  accounts.db                               the network side; derived; deletable
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from tearline import __version__
from tearline.anchoring import Anchoring
from tearline.backup import mark_copy, read_mark, remove_mark
from tearline.backup_keeper import Backups
from tearline.catch_up import catch_up, recover
from tearline.claims import Claims
from tearline.config import (
    Founding,
    NodeConfig,
    load_config,
)
from tearline.core.errors import IntegrityError, TearlineError, UsageError
from tearline.core.exchange import Standing
from tearline.core.ids import Member, Person, Post
from tearline.core.labels import CaseResult, PolicyBook, accept_pack, open_pack_zip, run_pack_cases
from tearline.core.log import make_cosigner, make_signer
from tearline.edge.accounts import Accounts, Limits
from tearline.edge.api import Health, LinkFact, LogHealth, Services, make_app
from tearline.edge.screens import load_screens
from tearline.edge.serve import WebListener, listen_web
from tearline.founding import FOUNDING, SEAL_KEY
from tearline.links import Links
from tearline.machine import SystemClock, SystemEntropy, collecting_later, read_pack_files, tune_process
from tearline.mailbox.carriers.bundle import BundleCarrier
from tearline.mailbox.carriers.https import (
    LinkState,
    Listener,
    MailApp,
    Puller,
    PullerLimits,
    TlsFiles,
    WitnessRequest,
    listen,
    make_calling_context,
    make_listening_context,
    read_own_expiry,
)
from tearline.mailbox.ports import Machine, Tap
from tearline.mailbox.spool import Spool
from tearline.node.books import find_first_pack
from tearline.node.commands import (
    AdmitPerson,
    NodeInbox,
    SetPost,
    admit_persons,
    begin_incarnation,
    end_clearances,
    follow_directory,
    follow_windows,
    issue_mandates,
    pass_on_warnings,
    record_first_pack,
    record_restored,
    set_posts,
)
from tearline.node.gate import Gate
from tearline.node.journal.anchor import AnchorLog
from tearline.node.journal.journal import Journal
from tearline.node.journal.lives import name_anchors, name_origin, read_origin
from tearline.node.journal.sqlite import SqliteJournal
from tearline.node.journal.whole import ACCESS, JOURNAL, NodeReport, verify_node
from tearline.node.journal.witness import FolderWitnessStore, Witness
from tearline.node.node import Node
from tearline.node.parts import Parts, Settings
from tearline.node.ports import Clock, Entropy, Mail, NoMail
from tearline.node.trust import MemberRecord, Opener, load_opener
from tearline.node.trust.directory import DirectoryFile
from tearline.node.trust.keys import (
    load_signing_keys,
)
from tearline.node.trust.mandates import Delegation, Rule
from tearline.node.views.finder import Finder
from tearline.node.views.search import SearchIndex

FOLDER_MODE = 0o700
SPOOL = "spool.db"


class OpenNode:
    """A node with everything it runs with. ``start`` and ``stop`` belong to one event loop."""

    def __init__(self, folder: Path, *, clock: Clock, entropy: Entropy, tap: Tap | None = None) -> None:
        self.folder = folder
        self.config: NodeConfig = load_config(folder)
        folder.chmod(FOLDER_MODE)  # whoever made or moved it: journal and index hold what people may not see
        self.member = Member(self.config.member)
        self.clock = clock
        self.directory = DirectoryFile(
            folder / "directory.json", bytes.fromhex((folder / "authority.pub").read_text())
        )
        name = f"{self.member}/{self.config.node}"
        self.keys = load_signing_keys(folder / "keys", name)
        self._signer = make_signer(self.keys.anchor.name, self.keys.anchor.public, self.keys.anchor.sign)
        self.restored = read_mark(folder)
        self._given = None if (folder / JOURNAL).exists() else self._judge_pack()  # before anything is made
        self.journal: Journal = self._open_log(JOURNAL, f"{name}/journal", entropy)
        self.access: Journal = self._open_log(ACCESS, f"{name}/access", entropy)
        self._begin_life(clock, entropy)
        self.incarnation = max(1, read_origin(self.journal.origin)[1])
        anchors = name_anchors(self.incarnation)
        self.anchors = AnchorLog(
            self._open_log(anchors, name_origin(f"{name}/anchor", self.incarnation), entropy)
        )
        self.spool = Spool(folder / SPOOL)
        self.node = Node(self._parts(clock, entropy, self.spool, self.anchors))
        self._found()
        if self.restored is None:
            follow_directory(self.node)  # a restored node first takes in what partners have for it
        self.gate = Gate(self.node, self._make_finder(folder))
        store = FolderWitnessStore(folder / "witness")
        self.inbox = NodeInbox(self.node, store.load)
        limits = Limits(lock_s=self.config.session_idle_max_s)
        self.accounts = Accounts(folder / "accounts.db", limits=limits)
        self.node.scrubs = self.accounts
        self._machine = Machine(
            now=clock.now,
            draw=lambda size: entropy.draw(self.member, "carry", "pace", size),
            **({"tap": tap} if tap else {}),
        )
        self.anchoring = Anchoring(self.anchors, lambda: self.node.directory, self.inbox)
        witness = self._make_witness(store)
        self.mail_app = MailApp(
            self.spool,
            self.inbox,
            peer_of=self._find_peer,
            machine=self._machine,
            witness=lambda *asked: self.anchoring.cosign(witness, *asked),
        )
        self.backups = Backups(folder, clock.now)
        self.app: Any = make_app(self._services())
        self._links = Links(self.node, self._make_puller)
        self.node.directory_listeners.append(self.mail_app.look_again)
        for peer in self.node.links.paused:
            self._switch(peer, is_open=False)
        self.node.switches.append(lambda peer, is_open: self._switch(peer, is_open=is_open))
        self._claims = Claims(self.node, self.anchors, self.anchoring)
        self.ended = asyncio.Event()
        """Set where the node must not go on; ``node.halted`` says why."""
        self._listener: Listener | None = None
        self._web: WebListener | None = None
        self._tasks: list[asyncio.Task[None]] = []

    # --- parts ---

    def _open_log(self, name: str, origin: str, entropy: Entropy) -> SqliteJournal:
        # A restored folder's logs may be copies: they sign again once somebody with authority has accepted them.
        restored = self.restored
        accept = restored is not None and (restored.accepted or name.startswith("anchors"))
        return SqliteJournal(
            self.folder / name, origin, signer=self._signer, entropy=entropy, accept_copy=accept
        )

    def _make_witness(self, store: FolderWitnessStore) -> Witness:
        key = self.keys.witness
        cosigner = make_cosigner(key.name, key.public, key.sign)
        return Witness(cosigner, self.anchoring.find_keys, store=store, clock=self.clock)

    def _begin_life(self, clock: Clock, entropy: Entropy) -> None:
        """An authority accepted a new incarnation: it begins before anything else is written, signed or handed over."""
        mark = self.restored
        if mark is None or not mark.accepted or mark.beginning is None:
            return
        if read_origin(self.journal.origin)[1] >= mark.incarnation:
            return  # it began, and the node was ended before it could say that it had caught up
        for path in self.folder.glob(f"{SPOOL}*"):
            path.unlink()  # of the life before
        node = Node(self._parts(clock, entropy, NoMail(), None))
        begin_incarnation(node, mark.beginning, mark.incarnation)

    def _parts(self, clock: Clock, entropy: Entropy, mail: Mail, anchors: AnchorLog | None) -> Parts:
        return Parts(
            settings=Settings(self.member, self.config.node, self.config.languages),
            book=self._read_first_pack(),
            clock=clock,
            entropy=entropy,
            journal=self.journal,
            access=self.access,
            mail=mail,
            directory=self.directory,
            keys=self.keys,
            opener=self._load_opener(),
            anchors=anchors,
        )

    def _read_first_pack(self) -> PolicyBook:
        """The policies that the journal began under; of a journal that says nothing of them yet, those of the settings."""
        return self._given or find_first_pack(self.journal) or self._judge_pack()

    def _judge_pack(self) -> PolicyBook:
        """The pack that the settings name; refused whole where a test case of it fails."""
        return accept_pack(read_pack_files(self.config.pack), self.clock.dtg())

    def _found(self) -> None:
        """The first start: the policies, people and mandates enter the journal."""
        path = self.folder / FOUNDING
        fresh = not self.journal.size()
        if self.node.pack_at is None:
            record_first_pack(self.node, read_pack_files(self.config.pack))
        if not fresh or not path.is_file():
            return
        founding = msgspec.json.decode(path.read_bytes(), type=Founding)
        persons = [
            AdmitPerson(Person(p.id), p.codewords, tuple(Post(x) for x in p.posts), p.duties, p.cleared)
            for p in founding.persons
        ]
        admit_persons(self.node, persons)
        posts = [SetPost(Post(p.name), p.title, Post(p.alternate), p.flash_min) for p in founding.posts]
        set_posts(self.node, posts)
        delegations = [msgspec.convert(d, Delegation) for d in founding.delegations]
        issue_mandates(self.node, delegations, [msgspec.convert(r, Rule) for r in founding.rules])

    def _services(self) -> Services:
        return Services(
            gate=self.gate,
            accounts=self.accounts,
            config=self.config,
            clock=self.clock,
            links=self.links,
            verify=lambda: msgspec.to_builtins(self.verify()),
            notice=self.config.title,
            backups=self.backups,
            health=self.read_health,
            cases=self._run_cases,
            screens=load_screens(),
            courier=BundleCarrier(self.spool, self.inbox),
            certificate_expires=lambda: read_own_expiry(self._tls_files()),
        )

    def _run_cases(self) -> tuple[CaseResult, ...]:
        """The test cases of the pack in force, here and now."""
        with self.node.lock:
            at, book = self.node.pack_at, self.node.book
            raw = None if at is None else self.node.payload(at)
        return () if raw is None else run_pack_cases(open_pack_zip(raw), book)

    def _make_finder(self, folder: Path) -> Finder:
        places = self.node.book.places
        return Finder(SearchIndex(folder / "index", places), SearchIndex(None, places), self.node.catalogue)

    def _find_peer(self, spki_sha256: bytes) -> Member | None:
        """No agreement, no stream: a partner without one is served nothing that was posted before, either."""
        peer = self.node.directory.find_peer(spki_sha256)
        return peer if peer is not None and self.node.agreement_with(peer) is not None else None

    def _make_puller(self, record: MemberRecord) -> Puller:
        context = make_calling_context(self._tls_files(), lambda: self._pin(record.code))
        address = (record.address.host, record.address.port)
        limits = PullerLimits(rest_max_s=5)
        return Puller(record.code, address, context, self.inbox, machine=self._machine, limits=limits)

    def _load_opener(self) -> Opener | None:
        """A network that was founded before there were bundles has no such key."""
        path = self.folder / SEAL_KEY
        return load_opener(path) if path.is_file() else None

    def _tls_files(self) -> TlsFiles:
        tls = self.folder / "tls"
        return TlsFiles(self.folder / "authority.pem", tls / "node.pem", tls / "node.key")

    def _pin(self, peer: Member) -> bytes | None:
        record = self.node.directory.members.get(peer)
        return record.spki_sha256 if record else None

    # --- running ---

    async def start(self, *, bound: Callable[[], None] = lambda: None) -> None:
        """Listen for people and partners, pull from partners, take anchors. A taken port raises ``UsageError``."""
        if self.restored is not None and not self.restored.accepted:
            advice = f"Accept it first: tearline restore --accept {self.folder}"
            raise UsageError("restored", f"{self.folder} was restored from a backup", advice)
        address = self.node.directory.members[self.member].address
        self._listener = await listen(
            self.mail_app, address.host, address.port, make_listening_context(self._tls_files())
        )
        if self.restored is not None:
            silent = frozenset(map(Member, self.restored.silent))
            await catch_up(self.pullers, self.node, self.inbox, silent)
        elif why := await self._claims.look_first(self.pullers):
            self._halt(why)
            raise why
        self._web = await listen_web(self.app, self.config.host, self.config.web_port)
        await asyncio.to_thread(self.node.open)
        await asyncio.to_thread(self._record_restored)
        await asyncio.to_thread(follow_directory, self.node)
        await asyncio.to_thread(follow_windows, self.node)
        bound()
        self._tasks = [asyncio.create_task(self._links.run()), asyncio.create_task(self._tick())]

    async def stop(self) -> None:
        """Stop kindly: what was answered is durable already."""
        self.mail_app.close()
        await asyncio.to_thread(self.backups.close)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._links.close()
        for listener in (self._listener, self._web):
            if listener is not None:
                await listener.stop()
        await asyncio.to_thread(self.close)

    def close(self) -> None:
        """Let go of the files."""
        with contextlib.suppress(TearlineError):
            self.node.flush_access()
        self.gate.finder.close()
        for log in (self.journal, self.access, self.anchors):
            log.close()
        self.spool.close()
        self.accounts.close()

    @property
    def web_url(self) -> str:
        """Where people reach this node."""
        return (
            f"http://{self.member.lower()}.localhost:{self._web.port if self._web else self.config.web_port}"
        )

    @property
    def pullers(self) -> dict[Member, Puller]:
        """One for each partner, as of now."""
        return self._links.pullers

    def pause(self, peer: Member) -> None:
        """Take a link off line by plan, both ways as far as this node goes."""
        self.pullers[peer].pause()
        self.mail_app.pause(peer)

    def resume(self, peer: Member) -> None:
        """Bring a link back."""
        self.mail_app.resume(peer)
        self.pullers[peer].resume()

    def _switch(self, peer: Member, *, is_open: bool) -> None:
        """What the journal says of a link; a partner that has left the directory has none any more."""
        if peer in self.pullers:
            (self.resume if is_open else self.pause)(peer)

    def links(self) -> list[LinkFact]:
        """Each link as its keepers see it."""
        return [self._describe_link(peer, puller.state) for peer, puller in self.pullers.items()]

    def _describe_link(self, peer: Member, state: LinkState) -> LinkFact:
        seen = self.mail_app.seen(peer)
        return LinkFact(
            peer,
            state.state,
            state.last_contact,
            state.last_error,
            state.lanes,
            seen.last_contact,
            seen.last_error,
            seen.certificate_expires,
        )

    # --- backups ---

    def _record_restored(self) -> None:
        if self.restored is not None:
            record_restored(self.node, self.restored.made, tuple(map(Member, self.restored.silent)))
            remove_mark(self.folder)
            self.restored = None

    def read_health(self) -> Health:
        """How the machine and the logs stand. Waits for the disk."""
        size = shutil.disk_usage(self.folder)
        logs = {JOURNAL: self.journal, ACCESS: self.access}
        sizes = {name: log.size() for name, log in logs.items()} | {"anchors.db": self.anchors.size()}
        return Health(
            version=__version__,
            incarnation=self.incarnation,
            ahead=self._claims.list_doubted(),
            logs=tuple(
                LogHealth(name.partition(".")[0], entries, _weigh(self.folder, name.removesuffix(".db")))
                for name, entries in sizes.items()
            ),
            cosigned={c.name.partition("/")[0]: c.size for c in self.anchors.cosignatures()},
            disk_free=size.free,
            disk_total=size.total,
            certificate_until=read_own_expiry(self._tls_files()),
            directory_version=self.node.directory.version,
            directory_until=self.node.directory.expires_at,
        )

    async def ask_standings(self) -> dict[Member, Standing | None]:
        """What each partner holds of our own history; None where it did not answer."""

        async def ask(puller: Puller) -> Standing | None:
            try:
                return await puller.ask_standing()
            except TearlineError:
                return None

        pullers = self.pullers
        return dict(zip(pullers, await asyncio.gather(*map(ask, pullers.values())), strict=True))

    # --- anchors ---

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(min(1.0, self.config.anchor_tick_s))
            await asyncio.to_thread(self._do_chores)
            if self.ended.is_set():
                return
            if self._anchor_is_due():
                await self.anchor()
                await self._recover_late()
            if why := await self._claims.look(self.pullers):
                await asyncio.to_thread(self._halt, why)
                self.ended.set()

    async def _recover_late(self) -> None:
        """A partner that was silent when this life began gives back what it holds as soon as it can be reached."""
        late = [peer for peer in self.pullers if self.node.streams.is_recovering(peer)]
        asked = [recover(self.node, peer, self.pullers[peer]) for peer in late]
        await asyncio.gather(*asked, return_exceptions=True)

    def _halt(self, why: IntegrityError) -> None:
        with self.node.lock:
            self.node.halted = why
        mark_copy(self.folder, self.member, self.clock.now())
        self.mail_app.close()

    def _do_chores(self) -> None:
        self.node.flush_access()
        follow_windows(self.node)
        end_clearances(self.node)
        pass_on_warnings(self.node)

    def _anchor_is_due(self) -> bool:
        now = time.monotonic()
        due = now - getattr(self, "_anchored_at", 0.0) >= self.config.anchor_tick_s
        if due:
            self._anchored_at = now
        return due

    async def anchor(self) -> None:
        """One leaf of the anchor log, then every reachable partner's cosignature on it."""
        await asyncio.to_thread(self._take_anchor)
        await self.anchoring.ask_all(self.pullers, self._ask_witness)

    async def _ask_witness(
        self, peer: Member, old: int, proof: tuple[bytes, ...], note: str
    ) -> tuple[int, str]:
        answer = await self.pullers[peer].ask_witness(WitnessRequest(old, proof, note))
        return answer.size, answer.cosignature

    def _take_anchor(self) -> None:
        if self.node.halted is not None:
            return
        self.node.flush_access()
        self.anchors.tick(self.journal.checkpoint(), self.access.checkpoint())

    # --- proof ---

    def verify(self) -> NodeReport:
        """Recompute everything from the bytes on disk."""
        self.node.flush_access()
        return verify_node(self.folder, self.node.directory, self.member, self.directory.prove)


def _weigh(folder: Path, name: str) -> int:
    """Bytes of a database with what lies beside it."""
    return sum(path.stat().st_size for path in folder.glob(f"{name}*") if path.is_file())


def open_node(
    folder: Path, *, clock: Clock | None = None, entropy: Entropy | None = None, tap: Tap | None = None
) -> OpenNode:
    """The node in ``folder``, open and not yet started."""
    tune_process()
    with collecting_later():
        return OpenNode(folder, clock=clock or SystemClock(), entropy=entropy or SystemEntropy(), tap=tap)
