# SPDX-License-Identifier: Apache-2.0
"""The sending side: answers peers' pulls from the spool, and their requests to witness an anchor. Plain ASGI.

To a peer that follows a former life of ours it says so, and sends no run. A peer that was restored asks what is held here of
its own history, and gets its own stream back.

Guarantees:
- who asks follows from the pinned key of the connection, asked anew at each request and before each answer to one that
  waited: no name, header or body counts, and who left is served nothing over a connection that is still open;
- a peer gets the lanes that were posted to it, FLASH first, within a byte budget, and an empty answer of a fixed form
  when there is nothing new, whatever the history;
- a peer has one request in work; its newest one ends an older one; its requests are paced. Others never wait for it;
- a refusal is a code. A pause answers waiting peers at once.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from tearline.core.errors import MalformedError, TearlineError
from tearline.core.exchange import (
    LIMITS,
    BackAnswer,
    BackRequest,
    Held,
    PullAnswer,
    PullRequest,
    Run,
    Standing,
)
from tearline.core.ids import LANES, Member
from tearline.core.instants import Instant
from tearline.mailbox.carriers.https.listen import PEER_CERTIFICATE
from tearline.mailbox.carriers.https.tls import read_expiry, read_spki_sha256
from tearline.mailbox.carriers.https.wire import (
    BACK_PATH,
    PLAIN,
    PULL_PATH,
    STANDING_PATH,
    WITNESS_PATH,
    Refusal,
    StandingRequest,
    WitnessAnswer,
    WitnessRequest,
    decode_body,
    encode_body,
    pack,
)
from tearline.mailbox.ports import Inbox, Machine, Witness
from tearline.mailbox.spool import USUAL, RunLimits, Spool

PAUSED = "off-line-by-plan"
PATHS = {PULL_PATH, WITNESS_PATH, STANDING_PATH, BACK_PATH}

_log = logging.getLogger(__name__)
_Receive = Callable[[], Awaitable[Any]]
_Send = Callable[[Any], Awaitable[None]]


class SenderLimits(msgspec.Struct, frozen=True):
    """Bounds on what a peer may ask of us; reasons beside them."""

    request_max_bytes: int = 64 * 1024  # four lanes with a signed note each, and room
    request_max_s: float = 20  # a request is a few kilobytes
    send_max_s: float = 900  # an answer of the usual size at 9,600 baud
    wait_max_s: int = LIMITS.wait_max_s
    requests_per_s: int = 200  # a poll a post, for bursts of single posts
    requests_burst: int = 400
    chunk_bytes: int = 64 * 1024  # what may still be on its way when the application is done
    inline_bytes: int = 4 * 1024  # compressing less takes less time than a change of threads
    answer: RunLimits = USUAL


class PeerSeen(msgspec.Struct, frozen=True):
    """What the sending side knows of a peer; until when the certificate holds that it showed last."""

    last_contact: Instant | None = None
    last_error: str = ""
    paused: bool = False
    certificate_expires: Instant | None = None


class _Refused(Exception):  # noqa: N818 - a way out, not a fault
    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code


class _Gone(Exception):  # noqa: N818 - a way out, not a fault
    """The peer hung up."""


class _Link:
    """One peer's requests: one at a time, paced."""

    def __init__(self, burst: float) -> None:
        self.lock = asyncio.Lock()
        self.witness_lock = asyncio.Lock()
        self.news = asyncio.Event()
        self.turn = 0
        self.acknowledged: tuple[int, dict[str, Held]] = (0, {})
        self.followed = 0
        self.tokens = burst
        self.refilled = 0.0


class MailApp:
    """The federation listener's application. ``inbox`` hears what peers hold; ``witness`` cosigns their anchors."""

    def __init__(
        self,
        spool: Spool,
        inbox: Inbox,
        *,
        peer_of: Callable[[bytes], Member | None],
        machine: Machine,
        witness: Witness | None = None,
        limits: SenderLimits = SenderLimits(),  # noqa: B008 - frozen
    ) -> None:
        self._spool = spool
        self._inbox = inbox
        self._peer_of = peer_of
        self._machine = machine
        self._witness = witness
        self._limits = limits
        self._links: dict[Member, _Link] = {}
        self._seen: dict[Member, PeerSeen] = {}
        self._paused: set[Member] = set()
        self._certificates: dict[Member, bytes] = {}
        self._closed = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._unsubscribe = spool.subscribe(self._wake)

    def pause(self, peer: Member) -> None:
        """Answer this peer "off line by plan" from now on, a waiting one at once. From any thread."""
        self._paused.add(peer)
        self._wake(peer)

    def resume(self, peer: Member) -> None:
        """Serve this peer again."""
        self._paused.discard(peer)

    def close(self) -> None:
        """Let waiting peers go; to be called before the listener is stopped. From any thread."""
        self._closed = True
        self._unsubscribe()
        self.look_again()

    def look_again(self) -> None:
        """Who may ask has changed: a waiting peer that may not any more is refused at once. From any thread."""
        for peer in tuple(self._links):
            self._wake(peer)

    def seen(self, peer: Member) -> PeerSeen:
        """When this peer last asked, and what was last wrong with it."""
        found = self._seen.get(peer, PeerSeen())
        if found.last_error == PAUSED and peer not in self._paused:  # resumed: it has not asked since
            found = msgspec.structs.replace(found, last_error="")
        shown = self._certificates.get(peer)
        expires = read_expiry(shown) if shown else None
        return msgspec.structs.replace(found, paused=peer in self._paused, certificate_expires=expires)

    async def __call__(self, scope: Any, receive: _Receive, send: _Send) -> None:
        """Answer one HTTP request (ASGI 3)."""
        if scope["type"] != "http":
            return
        self._loop = asyncio.get_running_loop()
        peer: Member | None = None
        try:
            peer = self._identify(scope)
            answer, status = await self._handle(peer, scope, receive), 200
            self._note(peer, "")
        except _Gone:
            return
        except _Refused as refused:
            answer, status = encode_body(Refusal(refused.code)), refused.status
            self._note(peer, refused.code)
        except TearlineError as error:
            answer, status = encode_body(Refusal(error.code)), 422
            self._note(peer, error.code)
        except Exception:  # noqa: BLE001 - the outermost loop of a request
            _log.exception("a mail request failed")
            answer, status = encode_body(Refusal("internal")), 500
            self._note(peer, "internal")
        try:
            await self._send(send, status, answer, peer)
        except TimeoutError:  # the listener hangs up when a response stays incomplete
            self._note(peer, "too-slow")

    def _identify(self, scope: Any) -> Member:
        """Step 1: the pinned key of the connection, and nothing else, says who asks."""
        certificate = scope.get("extensions", {}).get(PEER_CERTIFICATE)
        peer = self._peer_of(read_spki_sha256(certificate)) if certificate else None
        if peer is None:
            raise _Refused(403, "unknown-peer")
        self._certificates[peer] = certificate
        return peer

    async def _handle(self, peer: Member, scope: Any, receive: _Receive) -> bytes:
        """Steps 2 to 5: path, pause, body, then what was asked, one request of a peer at a time."""
        if scope["method"] != "POST" or scope["path"] not in PATHS:
            raise _Refused(404, "not-found")
        self._check_open(peer)
        if (b"content-type", PLAIN.encode()) not in scope["headers"]:
            raise _Refused(415, "unreadable")
        try:
            async with asyncio.timeout(self._limits.request_max_s):
                raw = await _read_body(receive, self._limits.request_max_bytes)
        except TimeoutError as error:
            raise _Refused(408, "too-slow") from error
        self._machine.tap(peer, "received", raw)
        if scope["path"] == PULL_PATH:
            pulled = await self._pull(peer, _decode(raw, PullRequest), receive)
            return await asyncio.to_thread(encode_body, pulled) if pulled.runs else encode_body(pulled)
        if scope["path"] == STANDING_PATH:
            _decode(raw, StandingRequest)
            return encode_body(await self._tell_standing(peer))
        if scope["path"] == BACK_PATH:
            answer = await self._give_back(peer, _decode(raw, BackRequest))
            return await asyncio.to_thread(encode_body, answer)
        return encode_body(await self._cosign(peer, _decode(raw, WitnessRequest)))

    async def _pull(self, peer: Member, request: PullRequest, receive: _Receive) -> PullAnswer:
        link = self._link(peer)
        link.turn += 1
        turn = link.turn
        link.news.set()  # an older request of this peer sees that it is no longer the newest
        hung_up = asyncio.ensure_future(receive())
        try:
            async with link.lock:
                await self._pace(link)
                await self._acknowledge(peer, link, request)
                if announced := await self._announce(peer, link, request.incarnation):
                    return PullAnswer({}, announced)
                return await self._await_news(peer, link, turn, request, hung_up)
        finally:
            hung_up.cancel()

    async def _await_news(
        self, peer: Member, link: _Link, turn: int, request: PullRequest, hung_up: asyncio.Future[Any]
    ) -> PullAnswer:
        """New runs as soon as there are any; an empty answer when the time is over or a newer request came."""
        loop = asyncio.get_running_loop()
        until = loop.time() + min(request.wait_s, self._limits.wait_max_s)
        while True:
            link.news.clear()
            self._check_open(peer)
            if turn != link.turn:
                return PullAnswer({})
            if any(self._spool.posted(peer, lane) > held.size for lane, held in request.held.items()):
                runs = await asyncio.to_thread(self._collect, peer, request.held)
                self._check_open(peer)
                if runs:
                    return PullAnswer(runs)
            if not await _wait(link.news, hung_up, until - loop.time()):
                return PullAnswer({})

    def _collect(self, peer: Member, held: dict[str, Held]) -> dict[str, Run]:
        """Runs by precedence within the budget; only the first may pass the usual size, and then it is alone."""
        budget, runs = self._limits.answer, dict[str, Run]()
        left = budget.usual_bytes
        for lane in LANES:
            if lane not in held or left <= 0:
                continue
            most = left if runs else budget.max_bytes
            limits = RunLimits(items=budget.items, usual_bytes=left, max_bytes=most)
            run = self._spool.run(peer, lane, held[lane].size, limits)
            if run is not None:
                runs[lane] = run
                left -= sum(len(i.leaf) + len(i.salt) + len(i.body or b"") for i in run.items)
        return runs

    async def _acknowledge(self, peer: Member, link: _Link, request: PullRequest) -> None:
        """Tell the node what the peer holds, when that changed."""
        said = (request.incarnation, request.held)
        if said != link.acknowledged:
            await asyncio.to_thread(self._inbox.acknowledge, peer, request.held, request.incarnation)
            link.acknowledged = said

    async def _announce(self, peer: Member, link: _Link, incarnation: int) -> str:
        """The note of our present life for a peer that follows another; ours does not change while we run."""
        if link.followed == incarnation:
            return ""
        announced = await asyncio.to_thread(self._inbox.announce, peer, incarnation)
        if not announced:
            link.followed = incarnation
        return announced

    async def _tell_standing(self, peer: Member) -> Standing:
        await self._pace(self._link(peer))
        return await asyncio.to_thread(self._inbox.standing, peer)

    async def _give_back(self, peer: Member, request: BackRequest) -> BackAnswer:
        link = self._link(peer)
        async with link.witness_lock:
            await self._pace(link)
            run = await asyncio.to_thread(
                self._inbox.give_back, peer, request.incarnation, request.lane, request.start
            )
        return BackAnswer(run)

    async def _cosign(self, peer: Member, request: WitnessRequest) -> WitnessAnswer:
        if self._witness is None:
            raise _Refused(404, "not-found")
        link = self._link(peer)
        async with link.witness_lock:
            await self._pace(link)
            size, cosignature = await asyncio.to_thread(
                self._witness, peer, request.old_size, request.proof, request.checkpoint
            )
        return WitnessAnswer(size, cosignature)

    async def _pace(self, link: _Link) -> None:
        """A token bucket: who asks too often waits, and finds more when served."""
        now = asyncio.get_running_loop().time()
        gained = (now - link.refilled) * self._limits.requests_per_s
        link.tokens = min(self._limits.requests_burst, link.tokens + gained) - 1
        link.refilled = now
        if link.tokens < 0:
            await asyncio.sleep(-link.tokens / self._limits.requests_per_s)

    def _check_open(self, peer: Member) -> None:
        if self._closed:
            raise _Refused(503, "closing")
        if self._peer_of(read_spki_sha256(self._certificates[peer])) != peer:
            raise _Refused(403, "unknown-peer")  # it left, or its key is another, since it began to ask
        if peer in self._paused:
            raise _Refused(503, PAUSED)

    def _link(self, peer: Member) -> _Link:
        return self._links.setdefault(peer, _Link(self._limits.requests_burst))

    def _wake(self, peer: Member) -> None:
        """From any thread: let a waiting request of this peer look again."""
        link, loop = self._links.get(peer), self._loop
        if link is not None and loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(link.news.set)

    def _note(self, peer: Member | None, error: str) -> None:
        if peer is not None:
            self._seen[peer] = PeerSeen(self._machine.now(), error)

    async def _send(self, send: _Send, status: int, answer: bytes, peer: Member | None) -> None:
        """Send in pieces, so that what a slow peer has not read is bounded, and so is the time it takes."""
        if peer is not None:
            self._machine.tap(peer, "sent", answer)
        small = len(answer) <= self._limits.inline_bytes
        content_type, body = pack(answer) if small else await asyncio.to_thread(pack, answer)
        headers = [(b"content-type", content_type.encode()), (b"content-length", str(len(body)).encode())]
        async with asyncio.timeout(self._limits.send_max_s):
            await send({"type": "http.response.start", "status": status, "headers": headers})
            step = self._limits.chunk_bytes
            for at in range(0, len(body), step):
                more = at + step < len(body)
                await send({"type": "http.response.body", "body": body[at : at + step], "more_body": more})


def _decode(raw: bytes, shape: type[Any]) -> Any:
    try:
        return decode_body(raw, shape)
    except MalformedError as error:
        raise _Refused(400, error.code) from error


async def _read_body(receive: _Receive, max_bytes: int) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise _Gone
        body += message.get("body", b"")
        if len(body) > max_bytes:
            raise _Refused(413, "too-large")
        if not message.get("more_body", False):
            return bytes(body)


async def _wait(news: asyncio.Event, hung_up: asyncio.Future[Any], timeout_s: float) -> bool:
    """Whether news came in time; ``_Gone`` when the peer hung up."""
    if timeout_s <= 0:
        return False
    waiting = asyncio.ensure_future(news.wait())
    try:
        await asyncio.wait({waiting, hung_up}, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
    finally:
        waiting.cancel()
    if hung_up.done():
        raise _Gone
    return news.is_set()
