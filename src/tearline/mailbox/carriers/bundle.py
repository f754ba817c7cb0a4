# SPDX-License-Identifier: Apache-2.0
"""The carrier of bundles: stretches of a stream go into a file and come out of one, instead of over a link.

It neither seals nor signs (keys are the national side's) and proves nothing: what comes out of a file is handed to the inbox
run by run, as if the link had brought it. Guarantees:
- FLASH goes in first, and comes out first; each lane goes in order, from where it is asked to begin, without a gap;
- a file is never fuller than ``BundleLimits.usual_bytes`` and one run more; ``more`` says that something is left;
- a lane that the inbox refuses, or that begins beyond what is held, is left at what was taken; the others go on.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from tearline.core.errors import TearlineError
from tearline.core.exchange import BUNDLE_LIMITS, BundleLimits, Collected, Content, Delivered, Run
from tearline.core.ids import LANES, Member
from tearline.mailbox.ports import Inbox


class Shelf(Protocol):
    """What it takes runs from: the spool."""

    def run(self, peer: Member, lane: str, start: int) -> Run | None:
        """Items from ``start`` to a posted boundary; None where there is nothing beyond it."""


class BundleCarrier:
    """Between a node's spool and inbox, and files."""

    def __init__(self, shelf: Shelf, inbox: Inbox, limits: BundleLimits = BUNDLE_LIMITS) -> None:
        self._shelf = shelf
        self._inbox = inbox
        self._limits = limits

    def collect(self, peer: Member, since: Mapping[str, int]) -> Collected:
        """What waits for a peer from these sizes on, with our receipts for what it sent us."""
        runs: dict[str, list[Run]] = {}
        left = self._limits.usual_bytes
        more = False
        for lane in LANES:
            at = since.get(lane, 0)
            while run := self._shelf.run(peer, lane, at):
                found = runs.setdefault(lane, [])
                if left <= 0 or len(found) >= self._limits.runs_max:
                    more = True
                    break
                found.append(run)
                at += len(run.items)
                left -= _weigh(run)
        held = {lane: held for lane, held in self._inbox.held(peer).items() if held.size}
        known, announced = self._inbox.incarnation(peer), self._inbox.announce(peer, 1)
        filled = {lane: found for lane, found in runs.items() if found}
        return Collected(Content(filled, held, known, announced), more)

    def deliver(self, peer: Member, content: Content) -> tuple[Delivered, ...]:
        """Hand over that a life began, the receipts, then every lane's runs; what became of each lane."""
        if content.announced:
            self._inbox.begin(peer, content.announced)
        self._inbox.acknowledge(peer, content.held, content.incarnation)
        return tuple(
            self._deliver(peer, lane, content.runs[lane]) for lane in LANES if content.runs.get(lane)
        )

    def _deliver(self, peer: Member, lane: str, runs: list[Run]) -> Delivered:
        start, end = runs[0].start, runs[-1].start + len(runs[-1].items)
        before = size = self._size(peer, lane)
        code = ""
        for run in runs:
            if run.start > size:
                code = "gap"
                break
            try:
                size = self._inbox.accept(peer, lane, run.start, run.items, run.checkpoint)
            except TearlineError as error:
                code = error.code
                break
        return Delivered(lane, start, end, before, size, code)

    def _size(self, peer: Member, lane: str) -> int:
        held = self._inbox.held(peer).get(lane)
        return held.size if held is not None else 0


def _weigh(run: Run) -> int:
    return sum(len(item.leaf) + len(item.salt) + len(item.body or b"") for item in run.items)
