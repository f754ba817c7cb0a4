# SPDX-License-Identifier: Apache-2.0
"""A node's stream into another's journal beside a bare loop; and what a round costs when there is nothing new."""

from __future__ import annotations

import hashlib
import json
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import apsw
import msgspec

from tearline.core.exchange import Item, Lane, PullAnswer, seal_entry
from tearline.core.exchange.frames import Held, PullRequest
from tearline.core.ids import Member
from tearline.core.labels import make_label
from tearline.core.log import make_signer, print_checkpoint, sign_note
from tearline.core.products import Envelope, Portion, TextBody, Variant, Wording
from tearline.core.renditions import Share
from tearline.node.journal.journal import Draft
from tearline.node.journal.sqlite import SqliteJournal

ITEMS = 5_000
RUN = 500
ROUNDS = 7
HISTORY = 100_000


def run() -> list[dict[str, Any]]:
    return [measure_ingest(), measure_nothing_new()]


def measure_ingest() -> dict[str, Any]:
    from tests.simulation.network import Network, load_script

    runs = make_runs(Network(load_script()))
    ours, bare = [], []
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as folder:
            bare.append(ITEMS / store_bare(Path(folder), runs))
        with tempfile.TemporaryDirectory() as folder:
            ours.append(ITEMS / ingest(Path(folder), Network(load_script()), runs))
    figure, other = statistics.median(ours), statistics.median(bare)
    return {
        "name": "a node's stream into another's journal, verified, decided, durable, in the views",
        "figure": round(figure),
        "unit": "items/s",
        "ratio": round(figure / other, 2),
        "bar": ">= 0.4 x a bare loop that decodes, hashes and stores",
        "holds": figure / other >= 0.4,
    }


def make_runs(network: Any) -> list[tuple[int, list[Item], str]]:
    label = make_label("PUBLIC", "UNMARKED", {})
    lane = Lane("KOR/node-1/JPN/ROUTINE/1")
    key = network.keys["KOR"].stream
    signer = make_signer(key.name, key.public, key.sign)
    runs = []
    for start in range(0, ITEMS, RUN):
        items = [make_item(n, label, network.book.digest()) for n in range(start, start + RUN)]
        lane.append([item.leaf for item in items])
        runs.append((start, items, sign_note(print_checkpoint(lane.checkpoint()), signer)))
    return runs


def make_item(n: int, label: Any, packs: str) -> Item:
    product = hashlib.sha256(str(n).encode()).hexdigest()[:32]
    envelope = Envelope(
        product, Member("KOR"), "document", "ROUTINE", f"KOR-DOC {n}", 1_689_000_000_000_000 + n
    )
    text = (f"Paragraph {n}. " + "A sentence of an ordinary length about nothing much. " * 40)[:1_800]
    portions = (
        Portion("AA", "title", (Variant(label, TextBody((Wording("en", f"Title {n}"),))),)),
        Portion("BB", "body", (Variant(label, TextBody((Wording("en", text),))),)),
    )
    share = Share(envelope, envelope.filed_at, portions, packs=packs)
    salt = hashlib.sha256(product.encode()).digest()[:16]
    return seal_entry("share", share, revision=1, salt=salt, sent_at=0)


def store_bare(folder: Path, runs: list[tuple[int, list[Item], str]]) -> float:
    db = apsw.Connection(str(folder / "bare.db"))
    db.pragma("journal_mode", "WAL")
    db.pragma("synchronous", "FULL")
    db.execute("CREATE TABLE item(position INTEGER PRIMARY KEY, leaf BLOB, salt BLOB, body BLOB)")
    started = time.perf_counter()
    for start, items, _ in runs:
        rows = []
        for n, item in enumerate(items):
            json.loads(item.leaf)
            json.loads(item.body or b"")
            hashlib.sha256(item.leaf).digest()
            hashlib.sha256(item.salt + (item.body or b"")).digest()
            rows.append((start + n, item.leaf, item.salt, item.body))
        with db:
            db.executemany("INSERT INTO item VALUES(?,?,?,?)", rows)
    return time.perf_counter() - started


def ingest(folder: Path, network: Any, runs: list[tuple[int, list[Item], str]]) -> float:
    site = network.sites["JPN"]
    keys = network.keys["JPN"].anchor
    signer = make_signer(keys.name, keys.public, keys.sign)
    journal = SqliteJournal(
        folder / "journal.db", "JPN/node-1/journal", signer=signer, entropy=network.entropy
    )
    old = site.node.journal
    for record in old.records(0, 10_000):
        payloads = tuple(old.payload(record.position, n) or b"" for n in range(len(record.commitments)))
        journal.append([Draft(record.entry, payloads)])
    site.node.journal = journal
    started = time.perf_counter()
    for start, items, note in runs:
        site.inbox.accept(Member("KOR"), "ROUTINE", start, items, note)
    took = time.perf_counter() - started
    assert site.node.streams.incoming(Member("KOR"), "ROUTINE").size == ITEMS
    journal.close()
    return took


def measure_nothing_new() -> dict[str, Any]:
    """The bytes of a round with nothing new, with no history and with 100,000 products held."""
    sizes = []
    for held in (1, HISTORY):
        line = "— KOR/node-1/receipt " + "A" * 104 + "\n"
        request = PullRequest(
            {lane: Held(held, line) for lane in ("FLASH", "IMMEDIATE", "PRIORITY", "ROUTINE")}, 25
        )
        sizes.append(len(msgspec.msgpack.encode(request)) + len(msgspec.msgpack.encode(PullAnswer({}))))
    return {
        "name": f"nothing-new exchange with {HISTORY:,} products held (one round trip; beside no history)",
        "figure": sizes[1],
        "unit": "bytes",
        "ratio": round(sizes[1] / sizes[0], 3),
        "bar": "one round trip, bytes independent of history",
        "holds": sizes[1] - sizes[0] <= 32,
    }
