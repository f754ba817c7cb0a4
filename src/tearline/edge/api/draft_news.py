# SPDX-License-Identifier: Apache-2.0
"""News of drafts, to the event streams of those for whom they exist: under whose name a draft is kept is who may hear of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from tearline.core.ids import Person


class DraftChanged(msgspec.Struct, frozen=True):
    """What is kept under that id now; an empty ``digest``: nothing. ``hand``: who of a post did it, where it is a post's."""

    id: str
    digest: str
    hand: str = ""


Tell = Callable[[DraftChanged], None]


class DraftNews:
    """Of one event loop."""

    def __init__(self) -> None:
        self._heard: dict[Person, list[Tell]] = {}

    def listen(self, owners: Sequence[Person], tell: Tell) -> Callable[[], None]:
        """Call ``tell`` with what changes of these owners' drafts. Returns how to stop."""
        for owner in owners:
            self._heard.setdefault(owner, []).append(tell)

        def stop() -> None:
            for owner in owners:
                self._heard[owner].remove(tell)
                if not self._heard[owner]:
                    del self._heard[owner]

        return stop

    def tell(self, owner: Person, changed: DraftChanged) -> None:
        """To everybody for whom the owner's drafts exist."""
        for tell in list(self._heard.get(owner, ())):
            tell(changed)
