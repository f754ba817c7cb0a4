# SPDX-License-Identifier: Apache-2.0
"""A rendition page through HTTP beside a bare Litestar route with the same bytes; and what one idle node costs."""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
from litestar import Litestar, Response, get

from bench.founding import found_exercise
from tearline.assembly import OpenNode
from tearline.edge.serve import listen_web

REQUESTS = 400
ROUNDS = 5
PAGE: list[bytes] = []


@get("/page", sync_to_thread=False)
def bare() -> Response[bytes]:
    """The bare route."""
    return Response(PAGE[0], media_type="application/json")


def run() -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(measure_page(Path(folder))) + measure_idle(Path(folder))


async def measure_page(folder: Path) -> list[dict[str, Any]]:
    passwords, node = await found_exercise(folder, free_ports(14), start=("KOR",))
    kor = node["KOR"]
    async with signed_in(kor, "kor.analyst", passwords) as client:
        page = (await client.get("/api/products")).json()
        key = max(page["items"], key=lambda item: item["filed"])["key"]
        path = f"/api/products/{key}"
        body = (await client.get(path)).content

        PAGE.append(body)
        listener = await listen_web(Litestar([bare], openapi_config=None), "127.0.0.1", free_ports(1))
        other = f"http://127.0.0.1:{listener.port}"
        async with httpx2.AsyncClient(base_url=other, trust_env=False) as plain:
            ours, theirs = [], []
            for _ in range(ROUNDS):
                theirs.append(await rate(plain, "/page"))
                ours.append(await rate(client, path))
        await listener.stop()
    await kor.stop()
    figure, base = statistics.median(ours), statistics.median(theirs)
    return [
        {
            "name": f"rendition page through HTTP, access log on ({len(body)} bytes; beside bare Litestar)",
            "figure": round(figure),
            "unit": "pages/s",
            "ratio": round(figure / base, 2),
            "bar": ">= 0.5 x",
            "holds": figure / base >= 0.5,
        }
    ]


async def rate(client: httpx2.AsyncClient, path: str) -> float:
    started = time.perf_counter()
    for _ in range(REQUESTS):
        (await client.get(path)).raise_for_status()
    return REQUESTS / (time.perf_counter() - started)


@asynccontextmanager
async def signed_in(
    node: OpenNode, person: str, passwords: dict[str, dict[str, str]], **how: Any
) -> AsyncIterator[httpx2.AsyncClient]:
    """A client of a node's door as a browser is one, with a session; ``how`` is for the client."""
    url = f"http://127.0.0.1:{node.config.web_port}"
    headers = {"X-Tearline": "1", "Origin": url}
    async with httpx2.AsyncClient(base_url=url, headers=headers, trust_env=False, **how) as client:
        asked = {"person": person, "password": passwords[node.member][person]}
        (await client.post("/api/session", json=asked)).raise_for_status()
        yield client


def measure_idle(folder: Path) -> list[dict[str, Any]]:
    """A serving process of its own: from start to the first answer, and its memory when idle."""
    config = json.loads((folder / "kor" / "node.json").read_text())
    starts, sizes = [], []
    for _ in range(3):
        started = time.perf_counter()
        command = [sys.executable, "-m", "tearline.cli", "serve", str(folder / "kor")]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env={**os.environ})
        try:
            wait_for(config["web_port"])
            starts.append(time.perf_counter() - started)
            time.sleep(2)
            sizes.append(resident_mb(process.pid))
        finally:
            process.terminate()
            process.wait(10)
    cold, idle = statistics.median(starts), max(sizes)
    return [
        {
            "name": "one serving node, cold start to first answer",
            "figure": round(cold, 2),
            "unit": "s",
            "ratio": None,
            "bar": "< 2 s",
            "holds": cold < 2,
        },
        {
            "name": "one serving node, idle, resident",
            "figure": round(idle),
            "unit": "MB",
            "ratio": None,
            "bar": "< 150 MB",
            "holds": idle < 150,
        },
    ]


def wait_for(port: int, patience_s: float = 20) -> None:
    """Until the node answers a request; a bare connection, for a client of its own would take part of the time."""
    end = time.perf_counter() + patience_s
    while time.perf_counter() < end:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
            connection.request("GET", "/api/health")
            good = connection.getresponse().status == 200
            connection.close()
            if good:
                return
        except OSError:
            time.sleep(0.005)
    raise RuntimeError("the node did not answer")


def resident_mb(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def free_ports(count: int) -> int:
    """The first of ``count`` ports in a row that are free now."""
    for base in range(20_000 + os.getpid() % 5_000, 60_000, count + 3):
        try:
            for port in range(base, base + count):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        return base
    raise RuntimeError("no free ports")
