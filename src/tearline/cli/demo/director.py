# SPDX-License-Identifier: Apache-2.0
"""Whoever plays the exercise lets its time pass: ``+5`` and Enter, while the nodes stay up.

The exercise clock stands where the script left it. What waits for time (a warning that nobody acknowledges, a review that falls
due, a rule that ends) happens at the nodes by themselves, within a second.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import sys
from collections.abc import Callable, Iterator

from tearline.cli.demo.network import LocalNetwork
from tearline.core.instants import MINUTE, Instant, print_dtg

MINUTES_MAX = 1440
_LINE = re.compile(r"\+(\d{1,4})")


def let_pass(network: LocalNetwork, line: str) -> str:
    """What a typed line did, in words. Time goes forwards only."""
    found = _LINE.fullmatch(line.strip())
    minutes = int(found[1]) if found else 0
    if not 1 <= minutes <= MINUTES_MAX:
        return f"Type + and minutes (1 to {MINUTES_MAX}) to let that time pass, Ctrl-C to stop."
    network.set_time(Instant(network.clock.dtg() + minutes * MINUTE))
    return f"It is {print_dtg(network.clock.dtg())} in the exercise."


@contextlib.contextmanager
def follow_lines(take: Callable[[str], None]) -> Iterator[None]:
    """Each line of standard input, as long as the block lasts; none where nobody can type."""
    loop, source = asyncio.get_running_loop(), sys.stdin.fileno()
    rest = ""

    def read() -> None:
        nonlocal rest
        if os.isatty(source) and os.tcgetpgrp(source) != os.getpgrp():
            return  # in the background the terminal is somebody else's
        got = os.read(source, 4096)
        if not got:
            loop.remove_reader(source)
        *lines, rest = (rest + got.decode(errors="replace"))[-4096:].split("\n")
        for line in filter(str.strip, lines):
            take(line)

    try:
        loop.add_reader(source, read)
    except PermissionError:  # a file, or nothing at all
        yield
        return
    try:
        yield
    finally:
        loop.remove_reader(source)
