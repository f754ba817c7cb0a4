# SPDX-License-Identifier: Apache-2.0
"""What tests of the journal share: keys, repeatable entropy, and a bench on which each backend is opened and reopened."""

import hashlib
import threading
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tearline.core.canon import encode_canonical
from tearline.core.log import make_signer, make_verifier
from tearline.node.journal import Draft
from tearline.node.journal.memory import MemoryDisk, MemoryJournal
from tearline.node.journal.schema import SqliteSettings
from tearline.node.journal.sqlite import SqliteJournal

ORIGIN = "KOR/n1/journal"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
PUBLIC = KEY.public_key().public_bytes_raw()
SIGNER = make_signer(ORIGIN, PUBLIC, KEY.sign)
VERIFIER = make_verifier(ORIGIN, PUBLIC)


class CountingEntropy:
    """Never the same bytes twice, always the same in the same order."""

    def __init__(self):
        self.drawn = 0
        self._lock = threading.Lock()

    def draw(self, actor, act, purpose, size):
        with self._lock:
            self.drawn += 1
            seed = f"{self.drawn}/{actor}/{act}/{purpose}".encode()
        return hashlib.shake_128(seed).digest(size)


def make_draft(number, *bodies):
    return Draft(encode_canonical({"entry": "ThingHappened", "number": number}), bodies)


def make_body(number, size=2000):
    """Text like a report's, unlike every other body."""
    word = hashlib.sha256(b"%d" % number).hexdigest().encode()
    return (b"CANARY-%d " % number + word * (1 + size // len(word)))[:size]


class SqliteBench:
    """One journal file in a folder."""

    def __init__(self, folder: Path, **settings):
        self.path = folder / "journal.db"
        self.settings = SqliteSettings(**settings)
        self.entropy = CountingEntropy()

    def open(self, *, signer=SIGNER, accept_copy=False):
        return SqliteJournal(
            self.path,
            ORIGIN,
            signer=signer,
            entropy=self.entropy,
            accept_copy=accept_copy,
            settings=self.settings,
        )

    def list_files(self):
        return sorted(path for path in self.path.parent.iterdir() if path.name.startswith(self.path.name))

    def contains(self, needle):
        """The journal's files that hold these bytes."""
        return [path.name for path in self.list_files() if needle in path.read_bytes()]


class MemoryBench:
    """One disk in memory."""

    def __init__(self, _folder: Path):
        self.disk = MemoryDisk()
        self.entropy = CountingEntropy()

    def open(self, *, signer=SIGNER, accept_copy=False):
        return MemoryJournal(ORIGIN, signer, entropy=self.entropy, disk=self.disk, accept_copy=accept_copy)

    def contains(self, needle):
        parts = [*self.disk.headers, *(b for o in self.disk.payloads.values() for b in (o.salt + o.body,))]
        return ["memory" for part in parts if needle in part]


BENCHES = {"sqlite": SqliteBench, "memory": MemoryBench}
