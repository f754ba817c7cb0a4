# SPDX-License-Identifier: Apache-2.0
"""Headers (the leaves of a journal) and the batches that both backends commit.

Guarantees:
- a header is the canonical encoding of ``{"commitments": [...], "entry": ...}``, built by joining bytes that are canonical
  already: ``encode_canonical`` would have written the same;
- each payload has a fresh salt; one draw serves a whole batch.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

import msgspec

from tearline.core.canon import SALT_BYTES, commit, decode_canonical
from tearline.core.errors import LimitError, MalformedError, UsageError
from tearline.core.log import Checkpoint, Frontier, NoteSigner, leaf_hash, print_checkpoint, sign_note
from tearline.node.journal.journal import Draft, Record

INDEX_BITS = 16
"""A payload's key is ``position << INDEX_BITS | index``."""

_decode = msgspec.json.Decoder(dict).decode
_encode = msgspec.json.Encoder(order="sorted").encode
_OPEN, _MIDDLE = b'{"commitments":[', b'],"entry":'


class JournalLimits(msgspec.Struct, frozen=True):
    """Bounds on what is appended and on what one read returns."""

    entry_max_bytes: int = 4 * 1024 * 1024  # headers are hashed at every verification
    payload_max_bytes: int = 64 * 1024 * 1024  # four times the largest item; blobs lie elsewhere
    payloads_max: int = (1 << INDEX_BITS) - 1
    records_max: int = 4_096  # one read stays far below the five seconds that a read may last
    stretch_max: int = 512
    stretch_body_max_bytes: int = 64 * 1024  # a stretch is at most half of what one payload may be


LIMITS = JournalLimits()


class Batch(msgspec.Struct):
    """One call's drafts, ready to be committed wherever the log then stands. Payload keys count from position 0."""

    headers: list[bytes]
    hashes: list[bytes]
    payloads: list[tuple[int, bytes, bytes]]


class _Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    commitments: list[str]
    entry: msgspec.Raw


def prepare_batch(drafts: Sequence[Draft], draw: Callable[[int], bytes]) -> Batch:
    """Salts, commitments, headers and leaf hashes of ``drafts``; ``draw`` gives as many random bytes as asked for."""
    count = _check_drafts(drafts)
    salts = draw(SALT_BYTES * count) if count else b""
    headers, payloads = [], []
    at = 0
    for offset, draft in enumerate(drafts):
        digests = []
        for key, body in enumerate(draft.payloads, offset << INDEX_BITS):
            salt = salts[at : at + SALT_BYTES]
            at += SALT_BYTES
            digests.append(commit(salt, body).hex())
            payloads.append((key, salt, body))
        headers.append(encode_header(draft.entry, digests))
    return Batch(headers, [leaf_hash(header) for header in headers], payloads)


def encode_header(entry: bytes, digests: Sequence[str]) -> bytes:
    """The header of an entry in canonical JSON with these commitments, in hexadecimal digits."""
    quoted = ",".join([f'"{digest}"' for digest in digests])
    return b"%b%b%b%b}" % (_OPEN, quoted.encode(), _MIDDLE, entry)


def decode_header(position: int, header: bytes) -> Record:
    """The record of a header that this node wrote: the hot path of every view, so nothing is checked beyond its frame."""
    middle = header.find(_MIDDLE)
    if not header.startswith(_OPEN) or middle < 0:
        raise MalformedError("bad-header", f"the entry at {position} can't be read", "Run tearline verify.")
    quoted = header[len(_OPEN) + 1 : middle - 1].decode()
    digests = quoted.split('","') if quoted else ()
    return Record(
        position, header[middle + len(_MIDDLE) : -1], tuple([bytes.fromhex(one) for one in digests])
    )


def check_header(position: int, header: bytes) -> Record:
    """As ``decode_header``, for headers that may be damaged: any but a canonical one raises ``MalformedError``."""
    decode_canonical(header, _Header)  # its frame and its commitments' place
    decode_canonical(header, dict)  # the entry inside, key order included
    try:
        record = decode_header(position, header)
    except ValueError as error:
        raise MalformedError("bad-header", f"the entry at {position} has a damaged commitment") from error
    if any(len(one) != hashlib.sha256().digest_size for one in record.commitments):
        raise MalformedError("bad-header", f"the entry at {position} has a damaged commitment")
    return record


def split_key(key: int) -> tuple[int, int]:
    """Position and index of a payload's key."""
    return key >> INDEX_BITS, key & ((1 << INDEX_BITS) - 1)


def sign_head(origin: str, frontier: Frontier, signer: NoteSigner) -> str:
    """The signed checkpoint of a log that stands at ``frontier``."""
    return sign_note(print_checkpoint(Checkpoint(origin, frontier.size, frontier.root())), signer)


def check_place(found: Sequence[Record], position: int, index: int) -> None:
    """``UsageError`` unless the record found has a commitment at ``index``, whether its payload is still there or not."""
    if not found or not 0 <= index < len(found[0].commitments):
        raise UsageError("no-such-payload", f"there is no payload {index} at position {position}")


def _check_drafts(drafts: Sequence[Draft]) -> int:
    """How many payloads there are, all within the limits, and all entries canonical: the rest builds on that."""
    count = 0
    for draft in drafts:
        if len(draft.entry) > LIMITS.entry_max_bytes or len(draft.payloads) > LIMITS.payloads_max:
            raise LimitError("entry-too-large", f"{len(draft.entry)} bytes, {len(draft.payloads)} payloads")
        for body in draft.payloads:
            if len(body) > LIMITS.payload_max_bytes:
                raise LimitError(
                    "payload-too-large", f"a payload has at most {LIMITS.payload_max_bytes} bytes"
                )
            count += 1
        _check_entry(draft.entry)
    return count


def _check_entry(entry: bytes) -> None:
    """``decode_canonical(entry, dict)``, three times as fast: each append goes through here."""
    try:
        if _encode(_decode(entry)) == entry:
            return
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedError("bad-entry", f"an entry is no JSON object: {error}") from error
    raise MalformedError("bad-entry", "an entry is not in canonical form")
