# SPDX-License-Identifier: Apache-2.0
"""From whom a running node pulls: the other members of the directory in force, where and under which key it has them.

A directory that is taken over holds at once: a new partner's puller starts, one that left ends, and one with another address or
key is made anew. The node tells of it from the thread that took it over; all else happens in the event loop.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from tearline.core.ids import Member
from tearline.node.node import Node
from tearline.node.trust import MemberRecord

Place = tuple[str, int, bytes]
"""What a puller is made of: host, port, and the hash of the TLS key that answers there."""


class Pulls(Protocol):
    """Takes in one partner's stream while ``run`` runs; ``run`` closes it when it ends."""

    def pause(self) -> None: ...

    async def run(self) -> None: ...

    async def close(self) -> None: ...


P = TypeVar("P", bound=Pulls)


class Links(Generic[P]):
    """One puller for each partner. ``pullers`` is replaced, never changed: who holds it while waiting sees one state of it."""

    def __init__(self, node: Node, make: Callable[[MemberRecord], P]) -> None:
        self.pullers: dict[Member, P] = {}
        self._node, self._make = node, make
        self._places: dict[Member, Place] = {}
        self._tasks: dict[Member, asyncio.Task[None]] = {}
        self._changed = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._make_missing()
        node.directory_listeners.append(self._wake)

    async def run(self) -> None:
        """Pull from whom the directory has, until cancelled."""
        self._loop = asyncio.get_running_loop()
        try:
            while True:
                self._changed.clear()
                await self._end(self._list_stale())
                self._make_missing()
                self._start_idle()
                await self._changed.wait()
        finally:
            self._loop = None
            await self.close()

    async def close(self) -> None:
        """End every puller; what one has under way is journalled first."""
        await self._end(list(self.pullers))

    def _wake(self) -> None:
        """From any thread: another directory is in force."""
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self._changed.set)

    def _list_wanted(self) -> dict[Member, MemberRecord]:
        members = self._node.directory.members
        return {code: record for code, record in members.items() if code != self._node.member}

    def _list_stale(self) -> list[Member]:
        wanted = self._list_wanted()
        return [m for m, place in self._places.items() if m not in wanted or place_of(wanted[m]) != place]

    def _make_missing(self) -> None:
        made = dict(self.pullers)
        for member, record in self._list_wanted().items():
            if member not in made:
                made[member] = self._make(record)
                self._places[member] = place_of(record)
                if member in self._node.links.paused:
                    made[member].pause()
        self.pullers = made

    def _start_idle(self) -> None:
        for member, puller in self.pullers.items():
            if member not in self._tasks:
                self._tasks[member] = asyncio.create_task(puller.run(), name=f"pull {member}")

    async def _end(self, members: list[Member]) -> None:
        """A puller that runs lets go by itself; one that was never started is closed here."""
        ended = {member: self.pullers[member] for member in members}
        self.pullers = {member: puller for member, puller in self.pullers.items() if member not in ended}
        running = {member: self._tasks.pop(member) for member in members if member in self._tasks}
        for task in running.values():
            task.cancel()
        await asyncio.gather(*running.values(), return_exceptions=True)
        await asyncio.gather(*(puller.close() for member, puller in ended.items() if member not in running))
        for member in members:
            self._places.pop(member, None)


def place_of(record: MemberRecord) -> Place:
    """Where a member is reached, and who has to answer there."""
    return record.address.host, record.address.port, record.spki_sha256
