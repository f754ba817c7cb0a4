# SPDX-License-Identifier: Apache-2.0
"""What a writer waits for after choosing another label: the label described, and who would get what, over HTTP.

A product of twelve portions under eight labels, one of them with two wordings, at a node of the exercise's seven members. Every
round changes one label, as the screen does: one request makes the label, the next the preview.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx2

from bench.founding import found_exercise
from bench.web import free_ports, signed_in

PORTIONS = 12
ROUNDS = 300
AUDIENCES = (
    ["KOR"],
    ["KOR", "USA"],
    ["KOR", "JPN"],
    ["KOR", "AUS", "JPN"],
    ["KOR", "AP4"],
    ["KOR", "NATO"],
    ["KOR", "GBR"],
)
LEVELS = ("DAEOEBI", "III-KUP", "II-KUP")


def run() -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        times, cpu = asyncio.run(measure(Path(folder)))
    p95, p50 = statistics.quantiles(times, n=20)[-1], statistics.median(times)
    what = f"preview after a label change, {PORTIONS} portions, over HTTP"
    return [
        {
            "name": f"{what} (p95 of {ROUNDS}; p50 {p50:.0f} ms, {cpu:.0f} ms of work)",
            "figure": round(p95),
            "unit": "ms",
            "ratio": None,
            "bar": "p95 <= 100 ms",
            "holds": p95 <= 100,
        }
    ]


async def measure(folder: Path) -> tuple[list[float], float]:
    """Milliseconds of each round, and of processor time for one: client and node are one process."""
    passwords, nodes = await found_exercise(folder, free_ports(14), start=("KOR",))
    times = []
    async with signed_in(nodes["KOR"], "kor.watch", passwords) as client:
        labels = await describe(client, [choice(0, 4)] + [choice(1 + n, n) for n in range(PORTIONS)])
        draft = write(labels)
        worked = time.process_time()
        for n in range(ROUNDS):
            started = time.perf_counter()
            (label,) = await describe(client, [choice(n, n // 3)])
            draft["portions"][1 + n % (PORTIONS - 1)]["variants"][0]["label"] = label
            answer = await client.post("/api/preview", json=draft)
            times.append(1_000 * (time.perf_counter() - started))
            answer.raise_for_status()
        cpu = 1_000 * (time.process_time() - worked) / ROUNDS
    await nodes["KOR"].stop()
    return times, cpu


def choice(level: int, audience: int) -> dict[str, Any]:
    names = AUDIENCES[audience % len(AUDIENCES)]
    return {"policy": "EXERCISE KOR", "classification": LEVELS[level % len(LEVELS)], "audience": names}


async def describe(client: httpx2.AsyncClient, choices: list[dict[str, Any]]) -> list[dict[str, Any]]:
    answer = await client.post("/api/labels/describe", json={"choices": choices})
    answer.raise_for_status()
    return [item["label"] for item in answer.json()["items"]]


def write(labels: list[dict[str, Any]]) -> dict[str, Any]:
    def text(label: dict[str, Any], words: str) -> dict[str, Any]:
        return {"label": label, "body": {"type": "text", "wordings": [{"lang": "en", "text": words}]}}

    portions = [
        {
            "kind": "title" if n == 0 else "paragraph",
            "tag": f"{chr(65 + n)}B",
            "variants": [text(labels[n], f"Portion {n}. " * 20)],
        }
        for n in range(PORTIONS)
    ]
    portions[3]["variants"].append(text(labels[0], "Other words for others."))
    return {"kind": "report", "precedence": "ROUTINE", "policy": "EXERCISE KOR", "portions": portions}
