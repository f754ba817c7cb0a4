# SPDX-License-Identifier: Apache-2.0
"""What a node needs from the machine it runs on. Each port has a real and a simulated implementation.

- ``Clock``: two clocks that are never mixed (see core.instants).
- ``Entropy``: draws are keyed by (actor, act, purpose), so that two worlds that differ in something hidden still draw the
  same ids for everything visible (N1), and a seeded run is repeatable.
- ``Mail``: the narrow door to the network side: signed batches out, ``drop`` of payloads.
- ``Courier``: the network side of bundles: what goes into a file, and what comes out of one.
- ``Scrubs``: what attachments were freed of, until they are filed.
- ``Inbox``: what the network side gets from the node: received batches in, nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from tearline.core.exchange import Collected, Content, Delivered, Held, Item, Run, Standing
from tearline.core.ids import Member
from tearline.core.instants import Instant

SCRUBS_MAX = 4_096
"""Of one owner, in ``Scrubs``."""


class Clock(Protocol):
    """``now`` is the system clock; ``dtg`` the operational one (the exercise clock in an exercise)."""

    def now(self) -> Instant: ...

    def dtg(self) -> Instant: ...

    @property
    def dtg_runs(self) -> bool:
        """Whether the operational time goes on by itself; an exercise's may stand until somebody moves it."""
        ...


class Entropy(Protocol):
    """Random bytes; equal keys never give equal bytes twice in a real node."""

    def draw(self, actor: str, act: str, purpose: str, size: int) -> bytes: ...


class Mail(Protocol):
    """The network side as the node sees it. Lane names are those of core.ids.LANES."""

    def post(self, peer: Member, lane: str, start: int, items: Sequence[Item], checkpoint: str) -> None:
        """Take over signed items [start, start + len(items)); posting again what is already there changes nothing."""

    def drop(self, peer: Member, lane: str, position: int) -> None:
        """Forget the payload (salt and body) of one item; its leaf stays. No byte of it remains in the spool's files."""

    def posted(self, peer: Member, lane: str) -> int:
        """How many items of this lane the spool holds; the node posts what is missing after a restart."""


class NoMail:
    """A ``Mail`` that carries nothing: of a node that only writes an entry."""

    def post(self, peer: Member, lane: str, start: int, items: Sequence[Item], checkpoint: str) -> None:
        """Nothing."""

    def drop(self, peer: Member, lane: str, position: int) -> None:
        """Nothing."""

    def posted(self, peer: Member, lane: str) -> int:  # noqa: ARG002  the port's shape
        """So much that nothing is posted."""
        return 2**53


class Courier(Protocol):
    """The carrier of bundles. It has no key: the node seals and signs what it collects, and opens what it delivers."""

    def collect(self, peer: Member, since: Mapping[str, int]) -> Collected:
        """What waits for a peer from these sizes on, FLASH first, and our receipts for what it sent."""

    def deliver(self, peer: Member, content: Content) -> tuple[Delivered, ...]:
        """Hand receipts and runs to the inbox; what became of each lane."""


class Scrubs(Protocol):
    """By whose an attachment is and the SHA-256 of what is left: the codes of what is gone. The newest ``SCRUBS_MAX``."""

    def keep_scrub(self, owner: str, left: bytes, removed: tuple[str, ...]) -> None: ...

    def find_scrub(self, owner: str, left: bytes) -> tuple[str, ...] | None: ...


class Inbox(Protocol):
    """The node as the network side sees it. ``peer`` is the authenticated member, never a claim in the bytes."""

    def held(self, peer: Member) -> dict[str, Held]:
        """For each lane of the stream peer→us: how many leaves are durable here, and our cosignature saying so."""

    def accept(self, peer: Member, lane: str, start: int, items: Sequence[Item], checkpoint: str) -> int:
        """Check and journal a received run; the new durable size. Raises MalformedError or IntegrityError: nothing taken."""

    def acknowledge(self, peer: Member, held: dict[str, Held], incarnation: int = 1) -> None:
        """What ``peer`` says is durable there of our stream to it, as it follows it: in which life of ours."""

    def incarnation(self, peer: Member) -> int:
        """The life of the peer's stream that is followed here."""

    def announce(self, peer: Member, incarnation: int) -> str:
        """The signed note that our present life began, for a peer that follows a former one; else empty."""

    def begin(self, peer: Member, note: str) -> None:
        """Such a note of ``peer``. Raises: it is not believed."""

    def standing(self, peer: Member) -> Standing:
        """What is held here of the peer's own history."""

    def give_back(self, peer: Member, incarnation: int, lane: str, start: int) -> Run | None:
        """A run of the peer's own stream as it is held here; None where nothing is held from there on."""
