# SPDX-License-Identifier: Apache-2.0
"""The receiving side of one link: asks a peer for what is not held yet, for as long as it runs.

Guarantees:
- it asks from what the inbox says is durable, so a cut, a crash or a repeated answer loses and doubles nothing (D2);
- a lane whose run is refused is left out for a while; the other lanes go on at full speed;
- a peer that fails, lies, dawdles or floods costs its own puller's time, one thread and bounded memory, nobody else's;
- failures are retried with growing, jittered pauses; a pause by plan is neither a failure nor red.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Literal, TypeVar

import msgspec

from tearline.core.errors import TearlineError
from tearline.core.exchange import BackRequest, Held, PullAnswer, PullRequest, Run, Standing
from tearline.core.ids import LANES, Member
from tearline.core.instants import Instant
from tearline.mailbox.carriers.https.client import ClientLimits, PeerClient
from tearline.mailbox.carriers.https.wire import WitnessAnswer, WitnessRequest, check_answer
from tearline.mailbox.errors import CarrierError
from tearline.mailbox.ports import Inbox, Machine

T = TypeVar("T")

_log = logging.getLogger(__name__)
_PAUSED_THERE = "there-off-line-by-plan"


class PullerLimits(msgspec.Struct, frozen=True):
    """Paces; reasons beside them."""

    wait_s: int = 25  # below what proxies and NATs cut
    rest_min_s: float = 0.2
    rest_max_s: float = 30  # a healed link is noticed within half a minute
    lane_rest_max_s: float = 300  # a refused lane needs a person
    client: ClientLimits = ClientLimits()


class LinkState(msgspec.Struct, frozen=True):
    """A link as the watch sees it; ``lanes`` are those whose last run was refused, with the code."""

    state: Literal["starting", "up", "down", "off line by plan", "off line there by plan"] = "starting"
    last_contact: Instant | None = None
    last_error: str = ""
    lanes: dict[str, str] = {}


class _Stopped(msgspec.Struct, frozen=True):
    code: str
    times: int
    until: float


class _Paused(Exception):  # noqa: N818 - a way out, not a fault
    """The pause came while a request was under way."""


class Puller:
    """Pulls one peer's stream into ``inbox`` while ``run`` runs."""

    def __init__(
        self,
        peer: Member,
        address: tuple[str, int],
        context: ssl.SSLContext,
        inbox: Inbox,
        *,
        machine: Machine,
        limits: PullerLimits = PullerLimits(),  # noqa: B008 - frozen
    ) -> None:
        self.peer = peer
        self._inbox = inbox
        self._machine = machine
        self._limits = limits
        self._client = PeerClient(peer, address, context, tap=machine.tap, limits=limits.client)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=f"pull {peer}")
        self._state = LinkState()
        self._stopped: dict[str, _Stopped] = {}
        self._failures = 0
        self._open = True
        self._changed = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def state(self) -> LinkState:
        """The link's state now."""
        lanes = {lane: stopped.code for lane, stopped in self._stopped.items()}
        state = msgspec.structs.replace(self._state, lanes=lanes)
        return state if self._open else msgspec.structs.replace(state, state="off line by plan")

    def pause(self) -> None:
        """Go off line by plan; a request under way is dropped. From any thread."""
        self._open = False
        self._wake()

    def resume(self) -> None:
        """Come back, at once and without the pauses of earlier failures. From any thread."""
        self._open = True
        self._failures = 0
        self._wake()

    async def ask_witness(self, request: WitnessRequest) -> WitnessAnswer:
        """The peer's cosignature on our anchor; CarrierError while this link is off line by plan."""
        self._check_open()
        return await self._client.ask_witness(request)

    async def ask_standing(self) -> Standing:
        """What the peer holds of our own history; CarrierError while this link is off line by plan."""
        self._check_open()
        return await self._client.ask_standing()

    async def ask_back(self, incarnation: int, lane: str, start: int) -> Run | None:
        """A run of our own stream as the peer holds it; None where it holds nothing from there on."""
        self._check_open()
        return (await self._client.ask_back(BackRequest(incarnation, lane, start))).run

    def _check_open(self) -> None:
        if not self._open:
            raise CarrierError("off-line-by-plan", f"the link to {self.peer} is off line by plan")

    async def catch_up(self) -> None:
        """Pull until the peer has nothing new; ``TearlineError`` where it doesn't answer or a run of it is refused."""
        self._check_open()
        while await self._take(await self._make_request()):
            if self._stopped:
                break
        if self._stopped:
            lane, stopped = next(iter(self._stopped.items()))
            raise CarrierError(stopped.code, f"{lane} of {self.peer} is refused")

    async def close(self) -> None:
        """Let go of thread and connections; ``run`` does so when it ends."""
        await asyncio.to_thread(self._thread.shutdown, wait=True, cancel_futures=True)
        await self._client.close()

    async def run(self) -> None:
        """Pull until cancelled; ends when the run under way is journalled."""
        self._loop = asyncio.get_running_loop()
        try:
            while True:
                self._changed.clear()
                rest_s = await self._round() if self._open else None
                if rest_s != 0:
                    await self._rest(rest_s)
        finally:
            await self.close()

    async def _round(self) -> float:
        """One request and what follows from it; how long to rest before the next."""
        started = asyncio.get_running_loop().time()
        try:
            request = await self._make_request()
            progress = await self._take(request)
        except _Paused:
            return 0
        except TearlineError as error:
            return self._fail(error.code)
        except Exception:  # noqa: BLE001 - the outermost loop of a link
            _log.exception("pulling from %s failed", self.peer)
            return self._fail("internal")
        waited = asyncio.get_running_loop().time() - started
        self._state = LinkState("up", self._machine.now())
        if progress or waited >= min(request.wait_s, 1):
            self._failures = 0
            return 0
        # Nothing new, and sooner than asked: the first round of a link, or a peer that would have us spin.
        first, self._failures = self._failures == 0, self._failures + 1
        return 0 if first else self._draw_rest()

    async def _make_request(self) -> PullRequest:
        """Asks for every lane that isn't stopped; a link that isn't known to be up is tried without waiting."""
        incarnation = await self._in_thread(self._inbox.incarnation, self.peer)
        held = await self._in_thread(self._inbox.held, self.peer)
        now = asyncio.get_running_loop().time()
        wanted = [lane for lane in LANES if lane not in self._stopped or self._stopped[lane].until <= now]
        wait_s = self._limits.wait_s if self._state.state == "up" else 0
        return PullRequest({lane: held.get(lane, Held(0)) for lane in wanted}, wait_s, incarnation)

    async def _take(self, request: PullRequest) -> bool:
        """Ask, check, and hand on; whether anything was new."""
        answer = await self._until_paused(self._client.pull(request))
        sizes = {lane: held.size for lane, held in request.held.items()}
        check_answer(answer, sizes, self._limits.client.frames)
        if answer.announced:
            await self._in_thread(self._inbox.begin, self.peer, answer.announced)
            self._stopped.clear()  # those were lanes of the life before
            return True
        return await self._accept(answer)

    async def _accept(self, answer: PullAnswer) -> bool:
        """Hand the runs to the inbox, FLASH first; whether any of them was new."""
        progress = False
        for lane in LANES:
            run = answer.runs.get(lane)
            if run is None:
                continue
            try:
                size = await self._in_thread(
                    self._inbox.accept, self.peer, lane, run.start, run.items, run.checkpoint
                )
            except TearlineError as error:
                self._stop_lane(lane, error.code)
            else:
                self._stopped.pop(lane, None)
                progress = progress or size > run.start
        return progress

    def _stop_lane(self, lane: str, code: str) -> None:
        times = self._stopped[lane].times + 1 if lane in self._stopped else 0
        rest_s = min(self._limits.lane_rest_max_s, 2.0**times)
        self._stopped[lane] = _Stopped(code, times, asyncio.get_running_loop().time() + rest_s)
        _log.warning("%s of %s is refused: %s", lane, self.peer, code)

    def _fail(self, code: str) -> float:
        self._failures += 1
        state: Any = "off line there by plan" if code == _PAUSED_THERE else "down"
        self._state = LinkState(state, self._state.last_contact, code)
        return self._draw_rest()

    def _draw_rest(self) -> float:
        """Doubles with each failure up to the longest, and is drawn from its upper half."""
        longest = min(self._limits.rest_max_s, self._limits.rest_min_s * 2.0 ** min(self._failures - 1, 20))
        return longest * (0.5 + int.from_bytes(self._machine.draw(2), "big") / 2**17)

    async def _until_paused(self, pull: Any) -> PullAnswer:
        pulling = asyncio.ensure_future(pull)
        changed = asyncio.ensure_future(self._changed.wait())
        try:
            while not pulling.done():
                await asyncio.wait({pulling, changed}, return_when=asyncio.FIRST_COMPLETED)
                if not self._open and not pulling.done():
                    raise _Paused
                if changed.done():
                    self._changed.clear()
                    changed = asyncio.ensure_future(self._changed.wait())
            answer: PullAnswer = await pulling
        finally:
            changed.cancel()
            if pulling.cancel():
                await asyncio.wait({pulling})
        return answer

    async def _rest(self, rest_s: float | None) -> None:
        """Rest for a time, or (None) until the pause ends; either way until something changes."""
        try:
            async with asyncio.timeout(rest_s):
                await self._changed.wait()
        except TimeoutError:
            return

    async def _in_thread(self, act: Callable[..., T], *values: Any) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, act, *values)

    def _wake(self) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._changed.set)
