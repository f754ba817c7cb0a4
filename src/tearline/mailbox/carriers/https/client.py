# SPDX-License-Identifier: Apache-2.0
"""One peer's listener as we call it: one request, one bounded answer.

Guarantees:
- only the configured address is called: no redirect, no proxy, no variable of the environment (assurance B4.7, B4.8);
- an answer is bounded in bytes, in time as a whole (not per read, B1.8) and in expansion, and no content coding is undone;
- every failure is a ``CarrierError`` with a code of ours; a peer's text is never repeated.
"""

from __future__ import annotations

import asyncio
import ssl
from typing import TypeVar

import httpx2
import msgspec

from tearline.core.errors import LimitError, MalformedError
from tearline.core.exchange import LIMITS, BackAnswer, BackRequest, Limits, PullAnswer, PullRequest, Standing
from tearline.core.ids import Member
from tearline.mailbox.carriers.https.tls import WrongKeyError
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
    unpack,
)
from tearline.mailbox.errors import CarrierError
from tearline.mailbox.ports import Tap

T = TypeVar("T")


class ClientLimits(msgspec.Struct, frozen=True):
    """Bounds on a peer's answer; reasons beside them."""

    connect_max_s: float = 10  # a handshake over a satellite hop or two
    head_max_s: float = 15  # beyond the wait: a link that died without a word is noticed then
    answer_max_s: float = 900  # an answer of the usual size at 9,600 baud
    small_max_bytes: int = 16 * 1024  # a refusal, a cosignature
    standing_max_bytes: int = 256 * 1024  # five notes, and a line for each lane of a thousand lives
    inline_bytes: int = (
        1024  # decoding less takes less time than a change of threads, expanded two hundredfold too
    )
    frames: Limits = LIMITS


class PeerClient:
    """Requests to one peer over kept connections."""

    def __init__(
        self,
        peer: Member,
        address: tuple[str, int],
        context: ssl.SSLContext,
        *,
        tap: Tap,
        limits: ClientLimits = ClientLimits(),  # noqa: B008 - frozen
    ) -> None:
        host, port = address
        self._peer = peer
        self._tap = tap
        self._limits = limits
        self._client = httpx2.AsyncClient(
            base_url=f"https://[{host}]:{port}" if ":" in host else f"https://{host}:{port}",
            verify=context,
            trust_env=False,
            follow_redirects=False,
            headers={"content-type": PLAIN, "accept-encoding": "identity"},
            limits=httpx2.Limits(max_connections=4, max_keepalive_connections=2, keepalive_expiry=60),
        )

    async def pull(self, request: PullRequest) -> PullAnswer:
        """What is new; at most ``wait_s`` later than with nothing new."""
        most = self._limits.frames.answer_max_bytes
        raw = await self._call(PULL_PATH, request, max_bytes=most, wait_s=request.wait_s)
        if len(raw[1]) <= self._limits.inline_bytes:
            return self._read(raw, PullAnswer)
        return await asyncio.to_thread(self._read, raw, PullAnswer)

    async def ask_witness(self, request: WitnessRequest) -> WitnessAnswer:
        """The peer's cosignature on our anchor, or the size that it holds."""
        raw = await self._call(WITNESS_PATH, request, max_bytes=self._limits.small_max_bytes, wait_s=0)
        return self._read(raw, WitnessAnswer)

    async def ask_standing(self) -> Standing:
        """What the peer holds of our own history."""
        raw = await self._call(
            STANDING_PATH, StandingRequest(), max_bytes=self._limits.standing_max_bytes, wait_s=0
        )
        return self._read(raw, Standing)

    async def ask_back(self, request: BackRequest) -> BackAnswer:
        """A run of our own stream as the peer holds it."""
        most = self._limits.frames.answer_max_bytes
        raw = await self._call(BACK_PATH, request, max_bytes=most, wait_s=0)
        return await asyncio.to_thread(self._read, raw, BackAnswer)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    def _read(self, raw: tuple[str, bytes], shape: type[T]) -> T:
        body = unpack(*raw, self._limits.frames)
        self._tap(self._peer, "received", body)
        value: T = decode_body(body, shape)
        return value

    async def _call(
        self, path: str, request: msgspec.Struct, *, max_bytes: int, wait_s: float
    ) -> tuple[str, bytes]:
        """The content type and raw body of a good answer; CarrierError for everything else."""
        body = encode_body(request)
        self._tap(self._peer, "sent", body)
        try:
            head_s = wait_s + self._limits.head_max_s
            pause = httpx2.Timeout(head_s, connect=self._limits.connect_max_s)
            async with asyncio.timeout(self._limits.connect_max_s + head_s) as deadline:
                async with self._client.stream("POST", path, content=body, timeout=pause) as response:
                    deadline.reschedule(asyncio.get_running_loop().time() + self._limits.answer_max_s)
                    good = response.status_code == httpx2.codes.OK
                    raw = await _read_capped(response, max_bytes if good else self._limits.small_max_bytes)
        except (TimeoutError, httpx2.ReadTimeout, httpx2.WriteTimeout, httpx2.PoolTimeout) as error:
            raise CarrierError("too-slow", f"{self._peer} did not answer in time") from error
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
            code = _explain(error)
            raise CarrierError(code, f"the link to {self._peer} failed ({code})") from error
        content_type = response.headers.get("content-type", "")
        if not good:
            raise CarrierError(
                f"there-{_read_code(raw)}", f"{self._peer} refused with {response.status_code}"
            )
        return content_type, raw


async def _read_capped(response: httpx2.Response, max_bytes: int) -> bytes:
    declared = response.headers.get("content-length", "0")
    if "content-encoding" in response.headers or not declared.isascii() or not declared.isdigit():
        raise CarrierError("unreadable", "an answer with a coding or length that isn't read")
    if int(declared[:20]) > max_bytes:
        raise CarrierError("too-large", f"an answer of more than {max_bytes} bytes")
    body = bytearray()
    async for chunk in response.aiter_raw():
        body += chunk
        if len(body) > max_bytes:
            raise CarrierError("too-large", f"an answer of more than {max_bytes} bytes")
    return bytes(body)


def _read_code(raw: bytes) -> str:
    try:
        refusal: Refusal = decode_body(raw, Refusal)
    except (MalformedError, LimitError):
        return "refused"
    return refusal.code


def _explain(error: BaseException) -> str:
    """Our code for a failure, from the innermost cause that tells."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, WrongKeyError):
            return "wrong-key"
        if isinstance(cause, ssl.SSLCertVerificationError):
            return "certificate-refused"
        if isinstance(cause, ssl.SSLError):
            return "tls-refused"
        cause = cause.__cause__ or cause.__context__
    return "unreachable" if isinstance(error, httpx2.ConnectError | httpx2.ConnectTimeout) else "cut-off"
