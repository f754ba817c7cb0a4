# SPDX-License-Identifier: Apache-2.0
"""Appending to the journal against bare SQLite: the same bytes, page size and sync, turn by turn in one process.

The journal adds salts, commitments, Merkle tree, signature and the check that entries are canonical; bare SQLite inserts the
same entry and product into one table. Groups of 100 products of 2 KB, one transaction each. Beside it, without a bar: a lone
append, eight callers at once, and a purge.
"""

from __future__ import annotations

import os
import random
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import apsw
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tearline.core.canon import encode_canonical
from tearline.core.log import make_signer
from tearline.node.journal import Draft
from tearline.node.journal.schema import SqliteSettings
from tearline.node.journal.sqlite import SqliteJournal

BAR = 0.5
GROUP = 100
GROUPS_A_ROUND = 25
ROUNDS = 9
PRODUCT_BYTES = 2_048
ORIGIN = "KOR/n1/journal"


class SystemEntropy:
    """The real node's draws."""

    def draw(self, _actor: str, _act: str, _purpose: str, size: int) -> bytes:
        return os.urandom(size)


def run() -> list[dict[str, Any]]:
    """Ours and bare SQLite in turns; the median of the rounds' ratios."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        journal, bare = open_journal(folder / "journal.db"), open_bare(folder / "bare.db")
        ours, theirs = [], []
        for number in range(-2, ROUNDS):  # two rounds to warm up
            groups = make_groups(number)
            pair = measure(journal.append, groups), measure(lambda drafts: insert(bare, drafts), groups)
            if number >= 0:
                ours.append(pair[0])
                theirs.append(pair[1])
        assert journal.size() == bare.execute("SELECT count(*) FROM item").fetchall()[0][0]
        rows = [make_row(ours, theirs), *measure_rest(journal)]
        journal.close()
        bare.close()
        return rows


def make_row(ours: list[float], theirs: list[float]) -> dict[str, Any]:
    ratio = statistics.median(bare / own for own, bare in zip(ours, theirs, strict=True))
    rate = round(GROUP * GROUPS_A_ROUND / statistics.median(ours))
    return {
        "name": "journal: append products of 2 KB in groups of 100, signed and committed to",
        "figure": rate,
        "unit": "products/s",
        "ratio": round(ratio, 2),
        "bar": f"≥ {BAR} of bare SQLite",
        "holds": ratio >= BAR,
    }


def measure_rest(journal: SqliteJournal) -> list[dict[str, Any]]:
    """Figures without a bar: they tell an operator what to expect."""
    (drafts,) = make_groups(99, groups=1)
    lone = [measure(journal.append, [[draft]]) for draft in drafts]
    started = time.perf_counter()
    threads = [threading.Thread(target=append_singly, args=(journal, drafts)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rate = 8 * len(drafts) / (time.perf_counter() - started)
    purges = [measure(lambda position: journal.purge([(position, 0)]), [n]) for n in range(5)]
    held = f"journal: purge a payload, search included, {journal.size():,} entries"
    return [
        make_plain_row(
            "journal: one product alone, durable and signed", f"{statistics.median(lone) * 1000:.2f}", "ms"
        ),
        make_plain_row("journal: eight callers, one product each at a time", f"{rate:,.0f}", "products/s"),
        make_plain_row(held, f"{statistics.median(purges) * 1000:.0f}", "ms"),
    ]


def make_plain_row(name: str, figure: str, unit: str) -> dict[str, Any]:
    return {"name": name, "figure": figure, "unit": unit, "ratio": None, "bar": "", "holds": True}


def append_singly(journal: SqliteJournal, drafts: list[Draft]) -> None:
    for draft in drafts:
        journal.append([draft])


def measure(act: Callable[[Any], object], arguments: list[Any]) -> float:
    started = time.perf_counter()
    for argument in arguments:
        act(argument)
    return time.perf_counter() - started


def make_groups(seed: int, groups: int = GROUPS_A_ROUND) -> list[list[Draft]]:
    rng = random.Random(1_000 + seed)
    return [[make_draft(rng) for _ in range(GROUP)] for _ in range(groups)]


def make_draft(rng: random.Random) -> Draft:
    entry = {
        "entry": "RevisionFiled",
        "at": 1_700_000_000_000_000 + rng.randrange(10**9),
        "dtg": 1_689_100_000_000_000,
        "actor": "a.kim",
        "post": "KOR-J2",
        "pack": "paper-lantern-23",
        "authority": "",
        "product": rng.randbytes(16).hex(),
        "revision": 1,
    }
    return Draft(encode_canonical(entry), (rng.randbytes(PRODUCT_BYTES),))


def open_journal(path: Path) -> SqliteJournal:
    key = Ed25519PrivateKey.generate()
    signer = make_signer(ORIGIN, key.public_key().public_bytes_raw(), key.sign)
    return SqliteJournal(path, ORIGIN, signer=signer, entropy=SystemEntropy())


def open_bare(path: Path) -> apsw.Connection:
    """SQLite with the journal's page size, WAL, sync at each commit, and the same interval of write-backs."""
    settings = SqliteSettings()
    db = apsw.Connection(str(path))
    for pragma in (f"page_size={settings.page_bytes}", "journal_mode=WAL", "synchronous=FULL"):
        db.execute(f"PRAGMA {pragma}").fetchall()
    db.execute(f"PRAGMA wal_autocheckpoint={settings.wal_pages}").fetchall()
    db.execute("CREATE TABLE item(id INTEGER PRIMARY KEY, entry BLOB, body BLOB)")
    return db


def insert(db: apsw.Connection, drafts: list[Draft]) -> None:
    db.execute("BEGIN IMMEDIATE")
    rows = [(draft.entry, draft.payloads[0]) for draft in drafts]
    db.executemany("INSERT INTO item(entry, body) VALUES(?, ?)", rows)
    db.execute("COMMIT")


if __name__ == "__main__":
    for row in run():
        print(row)
