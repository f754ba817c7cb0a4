# SPDX-License-Identifier: Apache-2.0
"""An exercise on served nodes of this machine, for as long as a block lasts: for tests of the screens and for pictures."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

READY = "STAY UP"
CLOCK = "clock"
"""In the folder: what is written to it passes on the exercise's clock (`+5` and a newline: five minutes)."""


def find_ports(count: int) -> int:
    """The first of so many free ports in a row."""
    for base in range(21_000 + os.getpid() % 200 * 50, 32_000, 50):
        try:
            for port in range(base, base + count):
                with socket.socket() as tried:
                    tried.bind(("127.0.0.1", port))
        except OSError:
            continue
        return base
    raise RuntimeError("no free ports")


@contextlib.contextmanager
def serve_exercise(folder: Path, members: Sequence[str], *arguments: str) -> Iterator[dict[str, str]]:
    """``tearline demo`` in ``folder``: played, then up until the block ends. People's doors by member, in that order."""
    base = find_ports(2 * len(members))
    line = [sys.executable, "-m", "tearline.cli", "demo", *arguments, "--port-base", str(base)]
    surroundings = {**os.environ, "PYTHONUNBUFFERED": "1"}
    os.mkfifo(folder / CLOCK)
    typed = os.open(folder / CLOCK, os.O_RDWR)
    with subprocess.Popen(
        line, cwd=folder, stdin=typed, stdout=subprocess.PIPE, text=True, env=surroundings
    ) as running:
        os.close(typed)
        told = running.stdout or ()
        if not any(READY in shown for shown in told):
            raise RuntimeError("the exercise did not come up")
        try:
            yield {m: f"http://{m.lower()}.localhost:{base + 2 * n}" for n, m in enumerate(members)}
        finally:
            running.send_signal(signal.SIGINT)
            list(told)
