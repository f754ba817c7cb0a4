# SPDX-License-Identifier: Apache-2.0
"""A bundle: runs of one stream in a file, for a carrier without a connection (a stick, a diode, a courier).

The file is ``MAGIC`` and the MessagePack of ``Envelope``: a signed note that names sender, receiver, time, directory and the
digest of the content, and the content. The content is ``Content`` in MessagePack, compressed, and sealed to the receiver.

Guarantees:
- the sender's stream key signs the note, so a bundle is whole, from whom it says and for whom it says, before any of it is
  used; its text can't pose as a checkpoint (it has another first line, and more of them);
- what it brings is proved again, run by run, as if it had come by a link: a bundle is only the mail (DESIGN 3, idea 4);
- nothing is expanded beyond ``BundleLimits``; unknown fields are refused.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Annotated

import msgspec
import zstandard
from msgspec import Meta

from tearline.core.errors import IntegrityError, LimitError, MalformedError
from tearline.core.exchange.frames import Held, LaneName, Run, Size
from tearline.core.ids import Member
from tearline.core.instants import Instant
from tearline.core.log import parse_note

MAGIC = b"tearline-bundle/1\n"
_FIRST = "tearline/bundle/1"
_LINES = 7
_NUMBER = re.compile(r"(0|[1-9][0-9]{0,18})\Z", re.ASCII)
_DIGEST = re.compile(r"[0-9a-f]{64}\Z", re.ASCII)
_SEALED, _PLAIN = "sealed", "plain"


class BundleLimits(msgspec.Struct, frozen=True):
    """Bounds on what one file may hold; reasons beside them."""

    file_max_bytes: int = 48 * 1024 * 1024  # travels as text in one request to the node
    content_max_bytes: int = 96 * 1024 * 1024
    usual_bytes: int = 24 * 1024 * 1024  # where a bundle ends and the next one begins
    runs_max: int = 4_096


BUNDLE_LIMITS = BundleLimits()


class Content(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Runs by lane, each lane's in order and without a gap; and what the sender holds of the receiver's own stream.

    ``incarnation``: the life of the receiver that ``held`` is of. ``announced``: the note that the sender's own life began,
    where it is not the first: a file is all that some receivers get.
    """

    runs: dict[LaneName, Annotated[list[Run], Meta(max_length=BUNDLE_LIMITS.runs_max)]]
    held: dict[LaneName, Held]
    incarnation: Size = 1
    announced: Annotated[str, Meta(max_length=8 * 1024)] = ""


class Collected(msgspec.Struct, frozen=True):
    """What a carrier took for a file; ``more``: something is left for another."""

    content: Content
    more: bool


class Delivered(msgspec.Struct, frozen=True):
    """A lane that a file brought: it had [start, end); ``before`` were held, ``after`` are. ``code``: why it stopped there."""

    lane: str
    start: int
    end: int
    before: int
    after: int
    code: str = ""


class Envelope(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The note, and the content that it names by digest."""

    note: Annotated[str, Meta(max_length=8 * 1024)]
    content: bytes


class Slip(msgspec.Struct, frozen=True):
    """What is written on the outside, and signed: ``sender`` is a member's node, ``member/node``."""

    sender: str
    receiver: Member
    made_at: Instant  # the sender's system clock
    directory: int
    sealed: bool
    digest: str

    @property
    def member(self) -> Member:
        """Whose stream it carries."""
        return Member(self.sender.partition("/")[0])


Seal = Callable[[bytes, bytes], bytes]
"""(content, context) to sealed bytes, or back; the context is bound and not hidden."""


def pack_content(content: Content) -> bytes:
    """The compressed bytes of a content."""
    raw = msgspec.msgpack.encode(content)
    if len(raw) > BUNDLE_LIMITS.content_max_bytes:
        raise LimitError(
            "bundle-too-large", f"{len(raw)} bytes are no bundle", "Export a shorter range at a time."
        )
    return zstandard.ZstdCompressor(level=3, write_content_size=True).compress(raw)


def unpack_content(packed: bytes) -> Content:
    """The content; refused by the size that it claims before a byte is expanded."""
    try:
        size = zstandard.get_frame_parameters(packed).content_size
        if not 0 < size <= BUNDLE_LIMITS.content_max_bytes:
            raise LimitError("bundle-too-large", f"a bundle that claims to expand to {size} bytes")
        raw = zstandard.ZstdDecompressor().decompress(packed, allow_extra_data=False)
        content: Content = msgspec.msgpack.decode(raw, type=Content)
    except (zstandard.ZstdError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise _unreadable(f"its content can't be read ({error})") from error
    check_content(content)
    return content


def check_content(content: Content) -> None:
    """Each lane's runs follow each other: a gap inside a file is its maker's fault, and says so."""
    for lane, runs in content.runs.items():
        for before, after in pairwise(runs):
            if after.start != before.start + len(before.items):
                raise IntegrityError("bundle-gap", f"{lane} has a gap at {before.start + len(before.items)}")


def list_ranges(content: Content) -> dict[str, tuple[int, int]]:
    """For each lane that is in it: from where to where."""
    return {
        lane: (runs[0].start, runs[-1].start + len(runs[-1].items))
        for lane, runs in content.runs.items()
        if runs
    }


def print_slip(slip: Slip) -> str:
    """The text that is signed."""
    sealed = _SEALED if slip.sealed else _PLAIN
    return f"{_FIRST}\n{slip.sender}\n{slip.receiver}\n{slip.made_at}\n{slip.directory}\n{sealed}\n{slip.digest}\n"


def make_context(sender: str, receiver: Member, made_at: Instant, directory: int) -> bytes:
    """What sealing binds: the same letter for somebody else, or from somebody else, does not open."""
    return f"{_FIRST}\n{sender}\n{receiver}\n{made_at}\n{directory}\n".encode()


def parse_slip(text: str) -> Slip:
    """The slip whose text is exactly ``text``."""
    lines = text.split("\n")
    good = (
        len(lines) == _LINES + 1
        and not lines[-1]
        and lines[0] == _FIRST
        and bool(_NUMBER.match(lines[3]))
        and bool(_NUMBER.match(lines[4]))
        and lines[5] in {_SEALED, _PLAIN}
        and bool(_DIGEST.match(lines[6]))
    )
    if not good:
        raise _unreadable("its slip is not one")
    return Slip(
        lines[1],
        Member(lines[2]),
        Instant(int(lines[3])),
        int(lines[4]),
        lines[5] == _SEALED,
        lines[6],
    )


def digest_content(content: bytes) -> str:
    """How a slip names its content."""
    return hashlib.sha256(content).hexdigest()


def write_bundle(note: str, content: bytes) -> bytes:
    """The bytes of the file."""
    return MAGIC + msgspec.msgpack.encode(Envelope(note, content))


def open_bundle(raw: bytes) -> tuple[Envelope, Slip]:
    """The envelope and what its slip claims; nothing of it is proved yet but that the content is the one it names."""
    if len(raw) > BUNDLE_LIMITS.file_max_bytes:
        raise LimitError("bundle-too-large", f"a file of {len(raw)} bytes is no bundle")
    if not raw.startswith(MAGIC):
        raise _unreadable("the file does not begin as one")
    try:
        envelope = msgspec.msgpack.decode(memoryview(raw)[len(MAGIC) :], type=Envelope)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise _unreadable("it was cut short, or changed") from error
    slip = parse_slip(parse_note(envelope.note).text)
    if digest_content(envelope.content) != slip.digest:
        raise IntegrityError(
            "bundle-tampered", "its content is not the one that was signed", "Ask for the file again."
        )
    return envelope, slip


def find_gap(content: Content, held: Mapping[str, int]) -> tuple[str, int, int] | None:
    """The first lane that starts beyond what is held: (lane, held, where the bundle starts)."""
    for lane, (start, _) in list_ranges(content).items():
        if start > held.get(lane, 0):
            return lane, held.get(lane, 0), start
    return None


def _unreadable(why: str) -> MalformedError:
    return MalformedError("bundle-unreadable", f"this is no bundle: {why}", "Ask for the file again.")
