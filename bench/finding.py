# SPDX-License-Identifier: Apache-2.0
"""What finding costs through HTTP: a keystroke in the search at 100,000 renditions, and a map of 10,000 products.

A node of the exercise with products of its own making; the client types words of them letter by letter, with facets, as the
screen does. Afterwards the same node starts in a process of its own. ``TEARLINE_BENCH_PRODUCTS`` makes it smaller for a try.

    python -m bench finding
"""

from __future__ import annotations

import asyncio
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import httpx2

from bench.founding import found_exercise
from bench.web import free_ports, resident_mb, signed_in, wait_for
from tearline.assembly import OpenNode
from tearline.core.labels import Label, make_label
from tearline.core.products import PositionBody, TextBody, Wording
from tearline.node.commands import (
    Acting,
    DraftPortion,
    DraftProduct,
    DraftVariant,
    Filed,
    act_as,
    file_product,
)

PRODUCTS = int(os.environ.get("TEARLINE_BENCH_PRODUCTS", "100000"))
AUTHORS = 16
TYPED = 60
KEYSTROKE_MS = 150
MAP_S = 2
START_S = 8
RESIDENT_MB = 350
VIEWS = 20
CHANGES = 20
SYLLABLES = (
    *("ka", "no", "ri", "ten", "sol", "mar", "vek", "du", "lo", "pra"),
    *("fin", "gor", "ash", "mi", "tel", "bu", "ran", "cho", "est", "wi"),
)


def run() -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(measure(Path(folder)))


async def measure(folder: Path) -> list[dict[str, Any]]:
    passwords, nodes = await found_exercise(folder, free_ports(14), start=("KOR",))
    kor = nodes["KOR"]
    words = make_words()
    await asyncio.to_thread(fill, kor, words)
    async with signed_in(kor, "kor.analyst", passwords, timeout=900) as client:
        await ask(client, "/api/search", q="warm")  # what came settles in the index
        rows = [*await measure_typing(client, words), *await measure_map(client)]
        rows += [await measure_view(client), await measure_change(client, kor, words)]
    await kor.stop()
    return [*rows, *measure_start(folder / "kor", kor.config.web_port)]


def make_words() -> list[str]:
    draw = random.Random(5)
    return ["".join(draw.choices(SYLLABLES, k=draw.randint(2, 4))) for _ in range(4_000)]


def fill(kor: OpenNode, words: list[str]) -> None:
    """Reports of a title and two paragraphs; one in ten has a place. Several authors at once share their commits."""
    acting = act_as(kor.node, "kor.analyst", "KOR-DESK")
    assert acting is not None
    label = make_label("EXERCISE KOR", "DAEOEBI", {"Eyes Only": ["KOR"]})

    def write(author: int) -> None:
        draw = random.Random(author)
        for number in range(author, PRODUCTS, AUTHORS):
            file_one(kor, acting, label, draw, words, placed=number % 10 == 0)

    with ThreadPoolExecutor(AUTHORS) as pool:
        list(pool.map(write, range(AUTHORS)))


def file_one(
    kor: OpenNode, acting: Acting, label: Label, draw: random.Random, words: list[str], *, placed: bool
) -> str:
    def say(kind: str, tag: str, count: int) -> DraftPortion:
        # Some words are frequent and most are not, as in any language.
        text = " ".join(words[int(len(words) * draw.random() ** 3)] for _ in range(count))
        return DraftPortion(kind, (DraftVariant(label, TextBody((Wording("en", text),))),), tag)

    portions = [say("title", "AA", 6), say("paragraph", "BB", 40), say("paragraph", "CC", 40)]
    if placed:
        place = f'{{"type":"Point","coordinates":[{draw.uniform(120, 150):.4f},{draw.uniform(25, 50):.4f}]}}'
        portions.append(DraftPortion("position", (DraftVariant(label, PositionBody(place, "there")),), "PP"))
    filed = file_product(kor.node, acting, DraftProduct("report", "ROUTINE", "EXERCISE KOR", tuple(portions)))
    assert isinstance(filed, Filed), filed
    return filed.key


async def ask(client: httpx2.AsyncClient, path: str, **query: str) -> dict[str, Any]:
    answer = await client.get(path, params=query)
    answer.raise_for_status()
    found: dict[str, Any] = answer.json()
    return found


async def measure_typing(client: httpx2.AsyncClient, words: list[str]) -> list[dict[str, Any]]:
    """Each letter of some words is a question, with facets and a page of hits; client and node share a process."""
    draw = random.Random(17)
    times, busy = [], time.process_time()
    for _ in range(TYPED):
        word = words[int(len(words) * draw.random() ** 3)]
        for length in range(2, len(word) + 1):
            query = {"q": word[:length], "typing": "true", "facets": "true", "limit": "50"}
            times.append(await timed(lambda q=query: ask(client, "/api/search", **q)))
    busy = (time.process_time() - busy) * 1000 / len(times)
    p95 = quantiles(times, n=20)[18]
    row = {
        "name": f"a keystroke in search through HTTP, facets and snippets, {PRODUCTS:,} renditions: p95",
        "figure": round(p95, 1),
        "unit": "ms",
        "ratio": None,
        "bar": f"<= {KEYSTROKE_MS} ms",
        "holds": p95 <= KEYSTROKE_MS,
    }
    work = {"figure": round(busy, 1), "unit": "ms", "ratio": None, "bar": None, "holds": True}
    return [row, {"name": "the same: mean processor time of node and client", **work}]


async def measure_map(client: httpx2.AsyncClient) -> list[dict[str, Any]]:
    """All pages of the map, for the first time and again; client and node share a process."""
    rows = []
    for name in ("first time, each product recorded as shown", "again"):
        busy = time.process_time()
        started = time.perf_counter()
        count, after = 0, ""
        while after is not None:
            page = await ask(client, "/api/features", limit="1000", after=after)
            count, after = count + len(page["items"]), page["next"]
        took = time.perf_counter() - started
        busy = time.process_time() - busy
        row = {"figure": round(took, 2), "unit": "s", "ratio": None}
        bar = {"bar": f"<= {MAP_S} s", "holds": took <= MAP_S}
        worked = f"{busy:.1f} s of work, the client's too"
        rows.append(
            {"name": f"map: {count:,} products with a place through HTTP, {name} ({worked})", **row, **bar}
        )
    return rows


async def measure_view(client: httpx2.AsyncClient) -> dict[str, Any]:
    """What a map asks when it has come to rest: a few degrees, anywhere among all places."""
    draw = random.Random(7)
    times = []
    for _ in range(VIEWS):
        west, south = draw.uniform(120, 146), draw.uniform(25, 47)
        view = f"{west:.4f},{south:.4f};{west + 4:.4f},{south + 3:.4f}"
        times.append(await timed(lambda v=view: ask(client, "/api/features", limit="1000", view=v)))
    name = f"map of {PRODUCTS // 10:,} products: what is in view after a move, p50"
    row = {"figure": round(median(times), 1), "unit": "ms", "ratio": None, "bar": None, "holds": True}
    return {"name": name, **row}


async def measure_change(client: httpx2.AsyncClient, kor: OpenNode, words: list[str]) -> dict[str, Any]:
    """What an open map asks when one more product comes."""
    acting = act_as(kor.node, "kor.analyst", "KOR-DESK")
    assert acting is not None
    label = make_label("EXERCISE KOR", "DAEOEBI", {"Eyes Only": ["KOR"]})
    times = []
    for number in range(CHANGES):
        key = await asyncio.to_thread(file_one, kor, acting, label, random.Random(number), words, placed=True)
        times.append(await timed(lambda k=key: ask(client, "/api/features", key=k)))
    name = f"map of {PRODUCTS // 10:,} products: one that came meanwhile, p50"
    return {
        "name": name,
        "figure": round(median(times), 1),
        "unit": "ms",
        "ratio": None,
        "bar": None,
        "holds": True,
    }


def measure_start(folder: Path, port: int) -> list[dict[str, Any]]:
    """From a cold start to the first answer, all views made anew and the index taken over; what is held in memory then."""
    started = time.perf_counter()
    command = [sys.executable, "-m", "tearline.cli", "serve", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        try:
            wait_for(port, patience_s=600)
            took, size = time.perf_counter() - started, resident_mb(process.pid)
        finally:
            process.terminate()
    name = f"a node that holds {PRODUCTS:,} products:"
    start = {
        "name": f"{name} cold start to first answer",
        "figure": round(took, 1),
        "unit": "s",
        "ratio": None,
    }
    held = {"name": f"{name} resident", "figure": round(size), "unit": "MB", "ratio": None}
    return [
        {**start, "bar": f"< {START_S} s", "holds": took < START_S},
        {**held, "bar": f"< {RESIDENT_MB} MB", "holds": size < RESIDENT_MB},
    ]


async def timed(work: Callable[[], Awaitable[object]]) -> float:
    started = time.perf_counter()
    await work()
    return (time.perf_counter() - started) * 1000
