# SPDX-License-Identifier: Apache-2.0
"""The machine that a node runs on: its clock and random bytes, its log lines, and the packs that are shipped."""

from __future__ import annotations

import gc
import logging
import resource
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tearline.core.instants import Instant
from tearline.core.labels import PACK_MAX_BYTES, PolicyBook, accept_pack, open_pack_zip
from tearline.edge.logs import JsonFormatter

DATA = Path(__file__).parent / "data"
OPEN_FILES = 16_384


class SystemClock:
    """The machine's clock, for both clocks: a node outside an exercise has only one."""

    def now(self) -> Instant:
        """Microseconds since 1970."""
        return Instant(time.time_ns() // 1_000)  # noqa: TID251  the Clock port's own implementation

    def dtg(self) -> Instant:
        """The same."""
        return self.now()

    @property
    def dtg_runs(self) -> bool:
        """It goes on."""
        return True


class SystemEntropy:
    """The machine's random bytes; the key of a draw plays no part."""

    def draw(self, actor: str, act: str, purpose: str, size: int) -> bytes:  # noqa: ARG002  the port's names
        """Fresh bytes."""
        return secrets.token_bytes(size)


def tune_process() -> None:
    """What a node asks of its process.

    - Garbage is collected less often: a node keeps many small objects for long, and walking them took a sixth of its time.
    - It may hold many connections: strangers at the partners' port, who can't show a certificate, hold one for a minute each,
      and with the usual 1,024 they would leave none for partners, people and the index's files.
    """
    gc.set_threshold(50_000, 20, 50)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


@contextmanager
def collecting_later() -> Iterator[None]:
    """While inside, no garbage is collected: what a start makes, it keeps, and looking through it again and again is slow."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def settle_process() -> None:
    """What is there by now stays: the collector looks at what comes later. For a process that runs one node until its end."""
    gc.freeze()


def start_logging() -> None:
    """Log lines as JSON to standard error: our own from INFO up, others' from WARNING up. Never content (edge.logs)."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    logging.getLogger("tearline").setLevel(logging.INFO)


def read_pack(name_or_place: str) -> PolicyBook:
    """A shipped pack by name, or one in a folder or zip; ``MalformedError`` where a test case of it fails."""
    return accept_pack(read_pack_files(name_or_place), SystemClock().dtg())


def read_pack_files(name_or_place: str) -> dict[str, bytes]:
    """The files of a shipped pack by name, or of one in a folder or zip."""
    shipped = DATA / "packs" / name_or_place
    place = shipped if shipped.is_dir() else Path(name_or_place)
    if place.is_file():
        with place.open("rb") as file:
            return open_pack_zip(file.read(PACK_MAX_BYTES + 1))
    return {p.name: p.read_bytes() for p in place.iterdir() if p.is_file()}
