# SPDX-License-Identifier: Apache-2.0
"""What the player needs of a network. Real nodes over HTTP and nodes in memory are two stages for the same play.

People act through ``Door`` alone: the node's HTTP API, signed in as one person for one post. The stage's other methods are
what no member can do for itself: the exercise clock, links, and looking into folders and wires from outside.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, Protocol

from tearline.core.instants import Instant

OK = 200
CREATED = 201
NOT_FOUND = 404
UNPROCESSABLE = 422


class Answer(NamedTuple):
    """What the API said."""

    status: int
    body: Any

    @property
    def good(self) -> bool:
        """Whether it did what was asked."""
        return OK <= self.status < 300  # noqa: PLR2004  HTTP's successes


class Crossing(NamedTuple):
    """One body between two nodes, as plain bytes."""

    sender: str
    receiver: str
    body: bytes


class Door(Protocol):
    """One session: a person at their node, acting for one post."""

    async def ask(self, method: str, path: str, body: Any = None) -> Answer:
        """One request; ``body`` goes as JSON."""


class Stage(Protocol):
    """A network that can be played on."""

    @property
    def crossings(self) -> Sequence[Crossing]:
        """Every body that went from one node to another so far."""

    async def sign_in(self, member: str, person: str, post: str = "") -> Door:
        """A session of its own."""

    def set_time(self, at: Instant) -> None:
        """The exercise clock jumps; the system clock goes on."""

    def set_link(self, first: str, second: str, *, is_open: bool) -> None:
        """Take a link off line by plan, or bring it back."""

    async def file_holdings(self, member: str, drafts: Sequence[dict[str, Any]]) -> list[str]:
        """File a feed's products without releasing them; their keys."""

    async def anchor(self) -> None:
        """Let every node commit to its logs, where the stage has anchors."""

    async def carry(self) -> None:
        """Let what is on its way move on; returns soon."""

    def files(self, member: str) -> Iterator[tuple[str, bytes]]:
        """Every file of a node's folder."""
