# SPDX-License-Identifier: Apache-2.0
"""The only module that names concrete backends: it founds a network's folders and builds a node from one of them.

A node's folder::

    node.json  directory.json  authority.pem  authority.pub     settings and trust
    keys/  tls/                                                 private keys, 0600
    journal.db  access.db  anchors.db  witness/                 what must not be lost
    spool.db  index/  accounts.db                               the network side; derived; deletable
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import secrets
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from tearline.config import (
    CastPerson,
    Founding,
    MemberSpec,
    NetworkSpec,
    NodeConfig,
    load_config,
    store_config,
)
from tearline.core.canon import digest, word_of
from tearline.core.errors import TearlineError, UsageError
from tearline.core.ids import Member, Person, Post
from tearline.core.instants import DAY, Instant
from tearline.core.labels import PolicyBook, load_pack
from tearline.core.log import (
    make_cosignature_verifier,
    make_cosigner,
    make_signer,
    make_verifier,
    parse_checkpoint,
    parse_note,
)
from tearline.edge.accounts import CHEAP, Accounts, Limits
from tearline.edge.api import LinkFact, Services, make_app
from tearline.edge.logs import JsonFormatter
from tearline.edge.screens import load_screens
from tearline.edge.serve import WebListener, listen_web
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
from tearline.node.commands import AdmitPerson, NodeInbox, admit_persons, end_clearances, issue_mandates
from tearline.node.gate import Gate
from tearline.node.journal.anchor import AnchorLog
from tearline.node.journal.journal import Journal
from tearline.node.journal.sqlite import SqliteJournal
from tearline.node.journal.whole import ACCESS, ANCHORS, JOURNAL, NodeReport, verify_node
from tearline.node.journal.witness import FolderWitnessStore, Witness, WitnessRefusalError
from tearline.node.node import Node, Parts, Settings
from tearline.node.ports import Clock, Entropy
from tearline.node.trust.authority import Authority, create_authority, spki_sha256
from tearline.node.trust.directory import Address, Agreement, Directory, DirectoryFile, MemberRecord
from tearline.node.trust.keys import (
    SigningKeys,
    create_signing_keys,
    create_tls_key,
    load_signing_keys,
    load_tls_key,
)
from tearline.node.trust.mandates import Delegation, Rule
from tearline.node.views.finder import Finder
from tearline.node.views.search import SearchIndex

DATA = Path(__file__).parent / "data"
WITNESS_TRIES = 3
DIRECTORY_LIFETIME = 365 * DAY
FOUNDING = "founding.json"
PASSWORD_LETTERS = 12


class SystemClock:
    """The machine's clock, for both clocks: a node outside an exercise has only one."""

    def now(self) -> Instant:
        """Microseconds since 1970."""
        return Instant(time.time_ns() // 1_000)  # noqa: TID251  the Clock port's own implementation

    def dtg(self) -> Instant:
        """The same."""
        return self.now()


class SystemEntropy:
    """The machine's random bytes; the key of a draw plays no part."""

    def draw(self, actor: str, act: str, purpose: str, size: int) -> bytes:  # noqa: ARG002  the port's names
        """Fresh bytes."""
        return secrets.token_bytes(size)


def tune_process() -> None:
    """Collect garbage less often: a node keeps many small objects for long, and walking them took a sixth of its time."""
    gc.set_threshold(50_000, 20, 50)


def start_logging() -> None:
    """Log lines as JSON to standard error: our own from INFO up, others' from WARNING up. Never content (edge.logs)."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    logging.getLogger("tearline").setLevel(logging.INFO)


def read_pack(name_or_folder: str) -> PolicyBook:
    """A shipped pack by name, or one in a folder."""
    folder = DATA / "packs" / name_or_folder
    folder = folder if folder.is_dir() else Path(name_or_folder)
    return load_pack({p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()})


class OpenNode:
    """A node with everything it runs with. ``start`` and ``stop`` belong to one event loop."""

    def __init__(self, folder: Path, *, clock: Clock, entropy: Entropy, tap: Tap | None = None) -> None:
        self.folder = folder
        self.config: NodeConfig = load_config(folder)
        self.member = Member(self.config.member)
        self.clock = clock
        self.directory = DirectoryFile(
            folder / "directory.json", bytes.fromhex((folder / "authority.pub").read_text())
        )
        self.record = self.directory.current().members[self.member]
        name = f"{self.member}/{self.config.node}"
        self.keys = load_signing_keys(folder / "keys", name)
        self._signer = make_signer(self.keys.anchor.name, self.keys.anchor.public, self.keys.anchor.sign)
        self.journal: Journal = self._open_log(JOURNAL, f"{name}/journal", entropy)
        self.access: Journal = self._open_log(ACCESS, f"{name}/access", entropy)
        self.anchors = AnchorLog(self._open_log(ANCHORS, f"{name}/anchor", entropy))
        self.spool = Spool(folder / "spool.db")
        self.node = Node(self._parts(clock, entropy))
        self._found()
        self.gate = Gate(self.node, self._make_finder(folder))
        self.inbox = NodeInbox(self.node)
        limits = Limits(lock_s=self.config.session_idle_max_s)
        self.accounts = Accounts(folder / "accounts.db", limits=limits)
        self._machine = Machine(
            now=clock.now,
            draw=lambda size: entropy.draw(self.member, "carry", "pace", size),
            **({"tap": tap} if tap else {}),
        )
        self._witness = Witness(
            make_cosigner(self.keys.witness.name, self.keys.witness.public, self.keys.witness.sign),
            self._find_anchor_keys,
            store=FolderWitnessStore(folder / "witness"),
            clock=clock,
        )
        self.mail_app = MailApp(
            self.spool,
            self.inbox,
            peer_of=self._find_peer,
            machine=self._machine,
            witness=self._cosign_anchor,
        )
        self.app: Any = make_app(self._services())
        self.pullers = {
            peer: self._make_puller(peer) for peer in self.directory.current().members if peer != self.member
        }
        for peer in self.node.links.paused:
            self._switch(peer, is_open=False)
        self.node.switches.append(lambda peer, is_open: self._switch(peer, is_open=is_open))
        self._listener: Listener | None = None
        self._web: WebListener | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._witnessed: dict[Member, int] = {}

    # --- parts ---

    def _open_log(self, name: str, origin: str, entropy: Entropy) -> SqliteJournal:
        return SqliteJournal(self.folder / name, origin, signer=self._signer, entropy=entropy)

    def _parts(self, clock: Clock, entropy: Entropy) -> Parts:
        return Parts(
            settings=Settings(self.member, self.config.node, self.config.languages),
            book=read_pack(self.config.pack),
            clock=clock,
            entropy=entropy,
            journal=self.journal,
            access=self.access,
            mail=self.spool,
            directory=self.directory,
            keys=self.keys,
        )

    def _found(self) -> None:
        """The first start: people and mandates enter the journal."""
        path = self.folder / FOUNDING
        if self.journal.size() or not path.is_file():
            return
        founding = msgspec.json.decode(path.read_bytes(), type=Founding)
        persons = [
            AdmitPerson(Person(p.id), p.codewords, tuple(Post(x) for x in p.posts), p.duties, p.cleared)
            for p in founding.persons
        ]
        admit_persons(self.node, persons)
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
            screens=load_screens(),
            certificate_expires=lambda: read_own_expiry(self._tls_files()),
        )

    def _make_finder(self, folder: Path) -> Finder:
        places = self.node.book.places
        return Finder(SearchIndex(folder / "index", places), SearchIndex(None, places), self.node.catalogue)

    def _find_peer(self, spki_sha256: bytes) -> Member | None:
        """No agreement, no stream: a partner without one is served nothing that was posted before, either."""
        peer = self.directory.current().find_peer(spki_sha256)
        return peer if peer is not None and self.node.agreement_with(peer) is not None else None

    def _make_puller(self, peer: Member) -> Puller:
        record = self.directory.current().members[peer]
        context = make_calling_context(self._tls_files(), lambda: self._pin(peer))
        address = (record.address.host, record.address.port)
        limits = PullerLimits(rest_max_s=5)
        return Puller(peer, address, context, self.inbox, machine=self._machine, limits=limits)

    def _tls_files(self) -> TlsFiles:
        tls = self.folder / "tls"
        return TlsFiles(self.folder / "authority.pem", tls / "node.pem", tls / "node.key")

    def _pin(self, peer: Member) -> bytes | None:
        record = self.directory.current().members.get(peer)
        return record.spki_sha256 if record else None

    # --- running ---

    async def start(self, *, bound: Callable[[], None] = lambda: None) -> None:
        """Listen for people and partners, pull from partners, take anchors. A taken port raises ``UsageError``."""
        address = self.record.address
        self._listener = await listen(
            self.mail_app, address.host, address.port, make_listening_context(self._tls_files())
        )
        self._web = await listen_web(self.app, self.config.host, self.config.web_port)
        await asyncio.to_thread(self.node.open)
        bound()
        self._tasks = [asyncio.create_task(puller.run()) for puller in self.pullers.values()]
        self._tasks.append(asyncio.create_task(self._tick()))

    async def stop(self) -> None:
        """Stop kindly: what was answered is durable already."""
        self.mail_app.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
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

    # --- anchors ---

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(min(1.0, self.config.anchor_tick_s))
            await asyncio.to_thread(self.node.flush_access)
            await asyncio.to_thread(end_clearances, self.node)
            if await asyncio.to_thread(self._anchor_is_due):
                await self.anchor()

    def _anchor_is_due(self) -> bool:
        now = time.monotonic()
        due = now - getattr(self, "_anchored_at", 0.0) >= self.config.anchor_tick_s
        if due:
            self._anchored_at = now
        return due

    async def anchor(self) -> None:
        """One leaf of the anchor log, then every reachable partner's cosignature on it."""
        await asyncio.to_thread(self._take_anchor)
        await asyncio.gather(*(self._ask_witness(peer) for peer in self.pullers), return_exceptions=True)

    def _take_anchor(self) -> None:
        self.node.flush_access()
        self.anchors.tick(self.journal.checkpoint(), self.access.checkpoint())

    async def _ask_witness(self, peer: Member) -> None:
        if not self.anchors.size():
            return
        note = await asyncio.to_thread(self.anchors.checkpoint)
        size = parse_checkpoint(parse_note(note).text).size
        for _ in range(WITNESS_TRIES):
            old = self._witnessed.get(peer, 0)
            proof = await asyncio.to_thread(self.anchors.consistency, old, size) if 0 < old < size else []
            answer = await self.pullers[peer].ask_witness(WitnessRequest(old, tuple(proof), note))
            self._witnessed[peer] = answer.size
            if answer.cosignature:
                record = self.directory.current().members[peer]
                verifier = make_cosignature_verifier(f"{peer}/{record.node}/witness", record.witness_key)
                await asyncio.to_thread(
                    self.anchors.cosigned, answer.cosignature, size=size, witness=verifier
                )
                return

    def _find_anchor_keys(self, origin: str) -> Sequence[Any]:
        member, _, rest = origin.partition("/")
        record = self.directory.current().members.get(Member(member))
        if record is None or rest != f"{record.node}/anchor":
            return ()
        return (make_verifier(f"{member}/{record.node}/anchor", record.anchor_key),)

    def _cosign_anchor(self, peer: Member, old: int, proof: tuple[bytes, ...], note: str) -> tuple[int, str]:
        claimed = parse_checkpoint(parse_note(note).text)
        if not claimed.origin.startswith(f"{peer}/"):
            raise WitnessRefusalError("witness-unknown-log", "a partner asks for its own anchor only")
        try:
            return claimed.size, self._witness.witness(note, old_size=old, proof=proof)
        except WitnessRefusalError as refusal:
            if refusal.code == "witness-conflict":
                return refusal.size, ""
            raise

    # --- proof ---

    def verify(self) -> NodeReport:
        """Recompute everything from the bytes on disk."""
        self.node.flush_access()
        return verify_node(self.folder, self.directory.current(), self.member)


def open_node(
    folder: Path, *, clock: Clock | None = None, entropy: Entropy | None = None, tap: Tap | None = None
) -> OpenNode:
    """The node in ``folder``, open and not yet started."""
    tune_process()
    return OpenNode(folder, clock=clock or SystemClock(), entropy=entropy or SystemEntropy(), tap=tap)


def found_network(folder: Path, spec: NetworkSpec) -> dict[str, dict[str, str]]:
    """Make an authority and one folder a member in ``folder``; drawn passwords by member and person, shown once.

    Steps: 1. the authority. 2. keys and certificates of each node. 3. the signed directory. 4. settings, people, passwords.
    """
    if folder.exists() and any(folder.iterdir()):
        raise UsageError("not-empty", f"{folder} is not empty", "Choose another folder, or remove it first.")
    book = read_pack(spec.pack)
    now = SystemClock().now()
    authority = create_authority(folder / "authority", now=now)
    records = {}
    for n, member in enumerate(spec.members):
        keys = _make_keys(folder / member.code.lower(), member, spec, authority)
        records[Member(member.code)] = _make_record(spec, member, n, keys=keys, book=book, folder=folder)
    directory = Directory(
        version=1,
        issued_at=now,
        expires_at=Instant(now + DIRECTORY_LIFETIME),
        kind="exercise",
        policy=book.network,
        packs=digest("tearline/packs", book.digest().encode()),
        members=records,
        agreements=tuple(msgspec.convert(a, Agreement) for a in spec.agreements),
    )
    signed = authority.sign_directory(directory)
    return {m.code: _furnish(folder / m.code.lower(), spec, m, n, signed) for n, m in enumerate(spec.members)}


def _make_keys(folder: Path, member: MemberSpec, spec: NetworkSpec, authority: Authority) -> SigningKeys:
    (folder / "tls").mkdir(parents=True)
    (folder / "tls").chmod(0o700)
    key = create_tls_key(folder / "tls" / "node.key")
    certificate = authority.issue_for(Member(member.code), spec.node, key=key, now=SystemClock().now())
    (folder / "tls" / "node.pem").write_bytes(certificate)
    (folder / "authority.pem").write_bytes(authority.certificate)
    (folder / "authority.pub").write_text(authority.public.hex())
    return create_signing_keys(folder / "keys", f"{member.code}/{spec.node}")


def _make_record(
    spec: NetworkSpec, member: MemberSpec, n: int, *, keys: SigningKeys, book: PolicyBook, folder: Path
) -> MemberRecord:
    code = Member(member.code)
    tls = load_tls_key(folder / member.code.lower() / "tls" / "node.key")
    return MemberRecord(
        code=code,
        name=member.name,
        node=spec.node,
        address=Address(spec.host, spec.port_base + 2 * n + 1),
        spki_sha256=spki_sha256(tls.public_key()),
        stream_key=keys.stream.public,
        receipt_key=keys.receipt.public,
        witness_key=keys.witness.public,
        anchor_key=keys.anchor.public,
        policy=book.members[code].policy,
        ceiling=member.ceiling,
        codewords=tuple(sorted({word for p in member.persons for word in p.codewords})),
        languages=member.languages,
    )


def _list_cast(member: MemberSpec) -> tuple[CastPerson, ...]:
    return tuple(
        CastPerson(p.id, p.posts, p.duties, (member.ceiling, *p.codewords) if p.cleared else ())
        for p in member.persons
        if p.id in member.cast
    )


def _furnish(folder: Path, spec: NetworkSpec, member: MemberSpec, n: int, signed: bytes) -> dict[str, str]:
    (folder / "directory.json").write_bytes(signed)
    founding = Founding(member.persons, member.delegations, member.rules)
    (folder / FOUNDING).write_bytes(msgspec.json.encode(founding))
    config = NodeConfig(
        member=member.code,
        node=spec.node,
        host=spec.host,
        web_port=spec.port_base + 2 * n,
        languages=member.languages,
        pack=spec.pack,
        anchor_tick_s=spec.anchor_tick_s,
        cookie=f"tearline-{member.code.lower()}",
        title=spec.title,
        doors={
            m.code: f"http://{m.code.lower()}.localhost:{spec.port_base + 2 * i}"
            for i, m in enumerate(spec.members)
            if m.code != member.code
        },
        cast=_list_cast(member),
    )
    store_config(folder, config)
    passwords = {p.id: word_of(secrets.token_bytes(16), PASSWORD_LETTERS) for p in member.persons}
    accounts = Accounts(folder / "accounts.db", cost=CHEAP)  # drawn with 60 bits: nothing to stretch
    for person, password in passwords.items():
        accounts.set_password(Person(person), password)
    accounts.close()
    return passwords
