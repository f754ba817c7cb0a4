# SPDX-License-Identifier: Apache-2.0
"""A node begins a new life: what it announces to each partner, and what a partner answers.

A node that was restored from a backup may have signed more than the backup holds. Going on under the same origins would make a
second history, so its journal, its anchor log and its streams go on under the next incarnation, and every partner is told.

Guarantees:
- an announcement is for one receiver and says nothing of any other (N1): how much of *its* lanes the sender still holds;
- it is signed with the sender's anchor key and its stream key, both: who has only one of them ends nobody's stream;
- its text can't pose as a checkpoint or as the slip of a bundle: it has another first line, and two lines in all;
- revisions of a later life are higher than all of an earlier one, whatever of the earlier one was lost (D3).
"""

from __future__ import annotations

import re
from typing import Annotated

import msgspec
from msgspec import Meta

from tearline.core.canon import decode_canonical, encode_canonical
from tearline.core.errors import IntegrityError, MalformedError
from tearline.core.exchange.frames import LaneName, Size
from tearline.core.exchange.stream import Lane
from tearline.core.ids import Member
from tearline.core.instants import Instant

FIRST_LINE = "tearline/incarnation/1"
INCARNATION_MAX = 2**25
"""The bound keeps revisions below their own; minutes since 2020 stay below it for sixty years."""
REVISIONS_OF_ONE = 2**28
ANNOUNCEMENT_MAX_CHARACTERS = 8 * 1024
KEPT_MAX = 40
"""Ten lives with all their lanes: an announcement has to fit into a note."""
_ROOT = re.compile(r"[0-9a-f]{64}\Z", re.ASCII)

Incarnation = Annotated[int, Meta(ge=1, le=INCARNATION_MAX)]


class Kept(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How much its backup held of one lane of one former life: ``size`` leaves, ``root`` over them in hexadecimal digits."""

    incarnation: Incarnation
    lane: LaneName
    size: Size
    root: str


class Announcement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``sender`` (member/node) goes on as ``incarnation`` from a backup of its life ``before``, which had the lanes ``kept``.

    Of those of its newest lives; what is not named counts as lost.

    ``at`` is the sender's system clock, ``dtg`` its operational one. ``held``: how much it still holds of each lane of the
    receiver, in the receiver's life ``followed``.
    """

    sender: str
    receiver: Member
    incarnation: Incarnation
    before: Incarnation
    at: Instant
    dtg: Instant
    kept: Annotated[tuple[Kept, ...], Meta(max_length=KEPT_MAX)]
    followed: Incarnation
    held: dict[LaneName, Size]


def print_announcement(announcement: Announcement) -> str:
    """The text that is signed."""
    return f"{FIRST_LINE}\n{encode_canonical(announcement).decode()}\n"


def parse_announcement(text: str) -> Announcement:
    """The announcement whose text is exactly ``text``. Raises ``MalformedError``."""
    first, _, rest = text.partition("\n")
    if first != FIRST_LINE or not rest.endswith("\n") or len(text) > ANNOUNCEMENT_MAX_CHARACTERS:
        raise MalformedError("bad-announcement", "this is no announcement of an incarnation")
    found: Announcement = decode_canonical(rest[:-1].encode(), Announcement)
    lanes = [(kept.incarnation, kept.lane) for kept in found.kept]
    late = any(kept.incarnation > found.before for kept in found.kept)
    if found.before >= found.incarnation or late or len(set(lanes)) != len(lanes):
        raise MalformedError(
            "bad-announcement", "an incarnation follows the one before it, lane by lane once"
        )
    if any(not _ROOT.match(kept.root) for kept in found.kept):
        raise MalformedError("bad-announcement", "a root that can't be read")
    return found


def check_kept(kept: Kept, held: Lane) -> None:
    """What a sender still holds is the beginning of what was received; else it signed two histories of one life.

    A sender that holds more than the receiver is believed: it may have signed what never arrived.
    """
    if kept.size <= held.size and held.root_at(kept.size).hex() != kept.root:
        raise IntegrityError(
            "incarnation-fork",
            f"a sender goes on from another history of {kept.lane} than the one held here",
            "Both are kept as evidence; ask its administrators which backup was restored.",
        )


def first_revision(incarnation: int) -> int:
    """The revision that the first one of a life follows: above all of the lives before it."""
    return (incarnation - 1) * REVISIONS_OF_ONE
