# SPDX-License-Identifier: Apache-2.0
"""Whether the time of an answer tells that something is hidden (N1, assurance A1.10).

A node of the exercise holds a product under a codeword that its reader lacks. In random order, in pairs, the reader asks for
it and for what does not exist; the figure is how far the median of the differences may lie from nothing (95 %, by the order
of the differences alone: nothing is assumed of how times scatter). The requests go straight into the application: what a
network adds is the same for both, and scatters more. ``TEARLINE_BENCH_PAIRS`` makes it shorter for a try.

What runs is counted line by line in tests/twins; this looks for what lines can't show: memory, SQLite, caches.

    python -m bench timing
"""

from __future__ import annotations

import asyncio
import gc
import os
import random
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx2

from bench.founding import found_exercise
from bench.web import free_ports, signed_in
from tearline.assembly import OpenNode
from tearline.core.labels import make_label
from tearline.core.products import TextBody, Wording
from tearline.node.commands import DraftPortion, DraftProduct, DraftVariant, Filed, act_as, file_product

PAIRS = int(os.environ.get("TEARLINE_BENCH_PAIRS", "6000"))
BAR_US = 2
HIDDEN_WORD, NO_WORD = "quillfeather", "quillweather"

Ask = Callable[[], Awaitable[Any]]


def run() -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(measure(Path(folder)))


async def measure(folder: Path) -> list[dict[str, Any]]:
    passwords, nodes = await found_exercise(folder, free_ports(14), start=("KOR",))
    kor = nodes["KOR"]
    hidden = file_hidden(kor)
    absent = f"KOR.{'0123456789abcdef' * 2}"
    async with signed_in(
        kor, "kor.analyst", passwords, transport=httpx2.ASGITransport(app=kor.app)
    ) as client:
        pairs: dict[str, tuple[str, str]] = {
            "a product": (f"/api/products/{hidden}", f"/api/products/{absent}"),
            "what may be done with it": (f"/api/products/{hidden}/acts", f"/api/products/{absent}/acts"),
            "whom its recall would reach": (f"/api/products/{hidden}/reach", f"/api/products/{absent}/reach"),
            "a word of it": (f"/api/search?q={HIDDEN_WORD}", f"/api/search?q={NO_WORD}"),
        }
        rows = [await compare(client, name, *paths) for name, paths in pairs.items()]
    await kor.stop()
    return rows


def file_hidden(kor: OpenNode) -> str:
    """A long product of KOR's under DALBIT."""
    tags = {"Compartment": ("DALBIT",), "Releasable To": ("KOR",)}
    label = make_label("EXERCISE KOR", "II-KUP", tags)
    acting = act_as(kor.node, "kor.watch", "KOR-WATCH")
    assert acting is not None

    def say(kind: str, tag: str, words: str) -> DraftPortion:
        return DraftPortion(kind, (DraftVariant(label, TextBody((Wording("en", words),))),), tag)

    portions = (
        say("title", "AA", f"{HIDDEN_WORD} schedule"),
        *(say("paragraph", f"B{chr(65 + n)}", f"{HIDDEN_WORD} at relay {n}. " * 40) for n in range(20)),
    )
    filed = file_product(kor.node, acting, DraftProduct("report", "ROUTINE", "EXERCISE KOR", portions))
    assert isinstance(filed, Filed), filed
    return filed.key


async def compare(client: httpx2.AsyncClient, name: str, hidden: str, absent: str) -> dict[str, Any]:
    """Both answers are the same bytes; then how far apart in time they are."""
    one, other = await client.get(hidden), await client.get(absent)
    assert (one.status_code, len(one.content)) == (other.status_code, len(other.content)), name
    differences = await time_pairs(lambda: client.get(hidden), lambda: client.get(absent))
    low, high = bound_median(differences)
    far = max(abs(low), abs(high))
    return {
        "name": f"asking for {name} that is hidden, beside one that does not exist: {PAIRS:,} pairs, median of the "
        f"differences within [{low:+.1f}, {high:+.1f}]",
        "figure": round(far, 1),
        "unit": "µs",
        "ratio": None,
        "bar": f"<= {BAR_US} µs (95 %)",
        "holds": far <= BAR_US,
    }


async def time_pairs(hidden: Ask, absent: Ask) -> list[float]:
    """Hidden less absent, in microseconds; which is asked first is drawn."""
    draw = random.Random(23)
    for _ in range(200):
        await hidden()
        await absent()
    gc.collect()
    found = []
    for _ in range(PAIRS):
        first = draw.random() < 0.5
        a = await time_one(hidden if first else absent)
        b = await time_one(absent if first else hidden)
        found.append((a - b if first else b - a) / 1_000)
    return found


async def time_one(ask: Ask) -> int:
    started = time.perf_counter_ns()
    await ask()
    return time.perf_counter_ns() - started


def bound_median(values: list[float]) -> tuple[float, float]:
    """A 95 % confidence interval of the median, by ranks (binomial, normal approximation)."""
    ordered = sorted(values)
    count = len(ordered)
    reach = statistics.NormalDist().inv_cdf(0.975) * count**0.5 / 2
    middle = count / 2
    return ordered[max(0, int(middle - reach))], ordered[min(count - 1, int(middle + reach) + 1)]
