# SPDX-License-Identifier: Apache-2.0
"""Bodies of the federation's requests and answers: MessagePack, compressed where that pays.

Guarantees:
- types are strict: unknown fields, other lanes, negative or huge numbers, too many items are refused while decoding;
- the size that a compressed body will have is read from its frame, and refused by size and ratio, before a byte of
  it is expanded (assurance B3.8); a body that would expand beyond the ratio is sent plain, so honest peers never meet it;
- nothing is read after the end of a frame.
"""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

import msgspec
import zstandard
from msgspec import Meta

from tearline.core.errors import LimitError, MalformedError
from tearline.core.exchange import LIMITS, Limits, PullAnswer

PULL_PATH = "/mail/v1/pull"
WITNESS_PATH = "/mail/v1/witness"
STANDING_PATH = "/mail/v1/standing"
BACK_PATH = "/mail/v1/back"
PLAIN = "application/msgpack"
ZSTD = "application/msgpack+zstd"
COMPRESS_MIN_BYTES = 512
PROOF_MAX_HASHES = 64

T = TypeVar("T")

_Size = Annotated[int, Meta(ge=0, le=2**53)]
_Hash = Annotated[bytes, Meta(min_length=32, max_length=32)]
_Note = Annotated[str, Meta(max_length=LIMITS.checkpoint_max_bytes)]


class WitnessRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Asks for a cosignature on an anchor log that grew from ``old_size``."""

    old_size: _Size
    proof: Annotated[tuple[_Hash, ...], Meta(max_length=PROOF_MAX_HASHES)]
    checkpoint: _Note


class WitnessAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the witness holds now; ``cosignature`` is empty where ``old_size`` was not what it held: ask again from there."""

    size: _Size
    cosignature: _Note = ""


class StandingRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Asks what is held of the asker's own history."""


class Refusal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a request was refused: a code, never a text."""

    code: Annotated[str, Meta(pattern=r"^[a-z0-9-]{1,40}\Z")]


def encode_body(value: msgspec.Struct) -> bytes:
    """The plain bytes of a request or an answer."""
    return msgspec.msgpack.encode(value)


def decode_body(raw: bytes, shape: type[T] | Any) -> T:
    """The value of plain bytes; MalformedError for anything that isn't one."""
    try:
        value: T = msgspec.msgpack.decode(raw, type=shape)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedError("unreadable", f"unreadable {shape.__name__}: {error}") from error
    return value


def pack(body: bytes, limits: Limits = LIMITS) -> tuple[str, bytes]:
    """The content type and bytes in which a body travels."""
    if len(body) >= COMPRESS_MIN_BYTES:
        packed = zstandard.ZstdCompressor(level=3, write_content_size=True).compress(body)
        if len(packed) < len(body) <= len(packed) * limits.expansion_max_ratio:
            return ZSTD, packed
    return PLAIN, body


def unpack(content_type: str, raw: bytes, limits: Limits = LIMITS) -> bytes:
    """The plain body; LimitError before anything is expanded that shouldn't be."""
    if content_type == PLAIN:
        return raw
    if content_type != ZSTD:
        raise MalformedError("unreadable", f"no such content: {content_type[:60]!r}")
    try:
        size = zstandard.get_frame_parameters(raw).content_size
        if not 0 < size <= min(limits.answer_max_bytes, len(raw) * limits.expansion_max_ratio):
            raise LimitError("expands-too-far", f"{len(raw)} bytes that claim to expand to {size}")
        body = zstandard.ZstdDecompressor().decompress(raw, allow_extra_data=False)
    except zstandard.ZstdError as error:
        raise MalformedError("unreadable", f"unreadable compressed body: {error}") from error
    if len(body) != size:
        raise MalformedError("unreadable", f"a body of {len(body)} bytes that claims to have {size}")
    return body


def check_answer(answer: PullAnswer, asked: dict[str, int], limits: Limits = LIMITS) -> None:
    """An answer must continue what was asked for, in lanes that were asked for, with items of bearable size."""
    for lane, run in answer.runs.items():
        if lane not in asked or run.start != asked[lane] or not run.items:
            raise MalformedError("not-asked", f"a run of {lane} at {run.start} that wasn't asked for")
        if any(len(item.body or b"") > limits.item_max_bytes for item in run.items):
            raise LimitError("item-too-large", f"an item of {lane} is larger than any may be")
