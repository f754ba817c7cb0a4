# SPDX-License-Identifier: Apache-2.0
"""Members on loopback with real TLS: what the carrier's tests share."""

import asyncio
import contextlib
import os
import threading
import time

from tearline.core.errors import IntegrityError
from tearline.core.exchange import Held, Item, Run, Standing
from tearline.core.instants import DAY
from tearline.mailbox import Machine, Spool
from tearline.mailbox.carriers.https import (
    MailApp,
    Puller,
    PullerLimits,
    TlsFiles,
    listen,
    make_calling_context,
    make_listening_context,
)
from tearline.mailbox.carriers.https.client import ClientLimits
from tearline.node.trust import create_authority, create_tls_key, spki_sha256

QUICK = PullerLimits(
    wait_s=5,
    rest_min_s=0.01,
    rest_max_s=0.05,
    lane_rest_max_s=0.05,
    client=ClientLimits(connect_max_s=2, head_max_s=1, answer_max_s=2),
)


def read_clock():
    return int(time.time() * 1_000_000)  # noqa: TID251 - certificates are checked against the machine's clock


def make_item(at, size=20):
    return Item(b"leaf %08d" % at, b"salt of %08d" % at, b"body %08d" % at + os.urandom(size))


async def until(ready):
    """Until ``ready()`` holds, where nothing tells of the change."""
    async with asyncio.timeout(10):
        while not ready():  # noqa: ASYNC110 - a look at a state that has no event
            await asyncio.sleep(0.002)


class Shelf:
    """An inbox that keeps what it gets, and refuses what does not follow. ``wanted`` is set at ``until`` items."""

    def __init__(self):
        self.lanes = {}
        self.heard = []
        self.refuse = set()
        self.life, self.followed, self.former = (1, ""), {}, {}
        self.arrived = threading.Condition()

    def held(self, peer):
        return {
            lane: Held(len(items), f"cosigned {len(items)}")
            for (p, lane), items in self.lanes.items()
            if p == peer
        }

    def accept(self, peer, lane, start, items, checkpoint):
        if lane in self.refuse:
            raise IntegrityError("split-view", "does not extend what is held")
        kept = self.lanes.setdefault((peer, lane), [])
        assert start == len(kept)
        assert checkpoint == f"checkpoint {start + len(items)}"
        with self.arrived:
            kept.extend(items)
            self.arrived.notify_all()
        return len(kept)

    def incarnation(self, peer):
        return self.followed.get(peer, 1)

    def announce(self, _peer, incarnation):
        return self.life[1] if incarnation < self.life[0] else ""

    def begin(self, peer, note):
        if not note.startswith("life "):
            raise IntegrityError("note-unknown-key", "no known key signed this note")
        self.followed[peer] = int(note.split()[1])
        for key in [key for key in self.lanes if key[0] == peer]:
            self.former[*key, self.followed[peer] - 1] = self.lanes.pop(key)

    def standing(self, peer):
        held = [(1, lane, len(items)) for (p, lane), items in self.lanes.items() if p == peer]
        return Standing(self.incarnation(peer), tuple(held), (), f"anchor of {peer}")

    def give_back(self, peer, incarnation, lane, start):
        items = self.former.get((peer, lane, incarnation), [])
        return Run(start, items[start:], f"checkpoint {len(items)}") if start < len(items) else None

    def acknowledge(self, peer, held, incarnation=1):
        if incarnation < self.life[0]:
            return
        with self.arrived:
            self.heard.append((peer, {lane: h.size for lane, h in held.items()}))
            self.arrived.notify_all()

    def size(self, peer, lane="ROUTINE"):
        return len(self.lanes.get((peer, lane), []))

    async def wait(self, ready, timeout_s=10):
        """Until ``ready()`` holds; looked at whenever something arrives."""

        def look():
            with self.arrived:
                assert self.arrived.wait_for(ready, timeout_s)

        await asyncio.to_thread(look)


class Nation:
    """One member: its certificate, spool, inbox, listener and pullers."""

    def __init__(self, world, code, folder):
        self.world, self.code = world, code
        self.files = world.make_files(code, folder)
        self.spki = world.pins[code]
        self.spool = Spool(folder / f"{code}.db")
        self.shelf = Shelf()
        self.bodies = []
        self.machine = Machine(read_clock, os.urandom, lambda *seen: self.bodies.append(seen))
        self.app = MailApp(
            self.spool,
            self.shelf,
            peer_of=world.find_peer,
            machine=self.machine,
            witness=self.cosign,
        )
        self.listener = None
        self.pullers, self.tasks = {}, []

    def cosign(self, peer, old_size, _proof, checkpoint):
        return (7, f"{self.code} cosigns {peer} {checkpoint}") if old_size == 5 else (5, "")

    def post(self, peer, *items, lane="ROUTINE"):
        start = self.spool.posted(peer, lane)
        self.spool.post(peer, lane, start, items, f"checkpoint {start + len(items)}")

    async def listen(self, port=0):
        self.listener = await listen(self.app, "127.0.0.1", port, make_listening_context(self.files))

    def calling(self, peer):
        return make_calling_context(self.files, lambda: self.world.pins.get(peer))

    def pull(self, peer, port, limits=QUICK):
        puller = Puller(
            peer, ("127.0.0.1", port), self.calling(peer), self.shelf, machine=self.machine, limits=limits
        )
        self.pullers[peer] = puller
        self.tasks.append(asyncio.create_task(puller.run()))
        return puller

    async def close(self):
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        self.app.close()
        if self.listener:
            await self.listener.stop()
        self.spool.close()


class World:
    """An authority and what it vouches for."""

    def __init__(self, folder):
        self.folder = folder
        self.authority = create_authority(folder / "authority", now=read_clock())
        self.pins = {}

    def find_peer(self, spki):
        return next((code for code, pin in self.pins.items() if pin == spki), None)

    def make_files(self, code, folder, *, authority=None, ended=False):
        """A key with its certificate, pinned; or one of another authority, or one that has ended: not pinned."""
        authority = authority or self.authority
        key = folder / f"{code}-{len(list(folder.iterdir()))}.key"
        public = create_tls_key(key)
        now = read_clock()
        after = now - DAY if ended else now + DAY
        pem = authority.issue(code, "node-1", key=public, not_before=now - 2 * DAY, not_after=after)
        key.with_suffix(".pem").write_bytes(pem)
        key.with_suffix(".ca").write_bytes(self.authority.certificate)
        if authority is self.authority and not ended:
            self.pins.setdefault(code, spki_sha256(public))
        return TlsFiles(authority=key.with_suffix(".ca"), certificate=key.with_suffix(".pem"), key=key)

    @contextlib.asynccontextmanager
    async def gather(self, folder, *codes):
        nations = [Nation(self, code, folder) for code in codes]
        try:
            for nation in nations:
                await nation.listen()
            yield nations
        finally:
            await asyncio.gather(*(nation.close() for nation in nations))
