# SPDX-License-Identifier: Apache-2.0
"""A node's lives: entries of its starts, backups and restores, and how the origins of its logs name an incarnation.

A log of the first life has the origin ``member/node/journal``; of the second ``member/node/journal/2``. The journal and the
access log go on as one tree: the first checkpoint of a life stands over the entries that the backup held. The anchor log begins
anew, in a file of its own, since partners cosigned more of the former one than there is.
"""

from __future__ import annotations

import re

import msgspec

from tearline.core.errors import UsageError
from tearline.core.ids import Member
from tearline.core.instants import Instant
from tearline.node.journal.entry import Entry

_ORIGIN = re.compile(r"(?P<base>[^/]+/[^/]+/[^/]+)(?:/(?P<life>[1-9][0-9]{0,7}))?\Z", re.ASCII)


def name_origin(base: str, incarnation: int) -> str:
    """The origin of a log of this life."""
    return base if incarnation == 1 else f"{base}/{incarnation}"


def read_origin(origin: str) -> tuple[str, int]:
    """The base and the life of an origin; the life is 0 where it is no origin of ours."""
    found = _ORIGIN.match(origin)
    if found is None or found["life"] == "1":
        return origin, 0
    return found["base"], int(found["life"] or 1)


def is_of(base: str, origin: str) -> bool:
    """Whether an origin is that of the log ``base`` in one of its lives."""
    return origin == base or read_origin(origin)[0] == base


def follows_origin(before: str, origin: str) -> bool:
    """Whether an origin is that of a later life of the same log."""
    (base, life), (same, later) = read_origin(before), read_origin(origin)
    return base == same and 0 < life < later


def follow_origin(base: str, origin: str, incarnation: int) -> str:
    """The origin of a log that goes on in this life: the same one again, or a later one."""
    if incarnation < max(1, read_origin(origin)[1]):
        raise UsageError("incarnation-over", f"{origin} doesn't go back to incarnation {incarnation}")
    return name_origin(base, incarnation)


def name_anchors(incarnation: int) -> str:
    """The file of the anchor log of this life."""
    return "anchors.db" if incarnation == 1 else f"anchors-{incarnation}.db"


class NodeOpened(Entry, frozen=True, tag="NodeOpened", kw_only=True):
    """The node started; ``version`` is the program's."""

    version: str


class BackupMade(Entry, frozen=True, tag="BackupMade", kw_only=True):
    """The node was copied into a file of this name and hash, whole, beside its running."""

    name: str
    size: int
    sha256: str


class NodeRestored(Entry, frozen=True, tag="NodeRestored", kw_only=True):
    """The node goes on from a backup that was made at ``made``; ``silent`` partners did not say what they had seen last."""

    made: Instant
    silent: tuple[Member, ...]


class Testimony(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a partner had seen of the life before: which life it followed, and its newest note of our anchor log ("": none).

    We signed the note ourselves: it proves how far that life went.
    """

    member: Member
    incarnation: int
    ticks: int
    note: str


class IncarnationBegan(Entry, frozen=True, tag="IncarnationBegan", kw_only=True):
    """The node goes on as another incarnation, from a backup that partners had seen more than. First entry of that life.

    ``before``: the life that the backup is of. ``answered``: what partners had seen last; ``silent``: those who didn't say.
    Payload 0: the reason.
    """

    incarnation: int
    before: int
    made: Instant
    answered: tuple[Testimony, ...]
    silent: tuple[Member, ...]


class IncarnationAnnounced(Entry, frozen=True, tag="IncarnationAnnounced", kw_only=True):
    """A partner goes on as another incarnation: nothing more is taken of its lives before.

    ``note`` is signed by both of its keys; it goes on from a backup of its life ``before``. ``kept``: how much that held of its
    lanes to us, by life and lane. ``lacks``: how many entries of the life that was followed are held here beyond that.
    ``forgot``: how many entries of our own lanes it had said were durable there and says no more. ``began_dtg``: when this
    life began, by its own operational clock.
    """

    member: Member
    incarnation: int
    before: int
    began_dtg: Instant
    note: str
    kept: tuple[tuple[int, str, int], ...]
    lacks: tuple[tuple[str, int], ...]
    forgot: tuple[tuple[str, int], ...]


class StreamRecovered(Entry, frozen=True, tag="StreamRecovered", kw_only=True):
    """A partner gave back a run of our own stream that a backup lacked, proved by our signature on ``checkpoint``.

    Payload n: salt and body of item n, empty where it is no longer held there.
    """

    member: Member
    lane: str
    incarnation: int
    start: int
    leaves: tuple[str, ...]
    checkpoint: str
