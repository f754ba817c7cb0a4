# SPDX-License-Identifier: Apache-2.0
"""The gate itself: built once for a node, it binds its two sides to a person acting."""

from __future__ import annotations

from collections.abc import Callable

from tearline.core.ids import Person, Post
from tearline.node.commands import Acting, act_as, follow_windows
from tearline.node.gate.duty import Duty
from tearline.node.gate.reading import Reading
from tearline.node.gate.store import RenditionStore
from tearline.node.node import NO_POST, Node
from tearline.node.views.catalogue import Key
from tearline.node.views.finder import Finder


class Gate:
    """Built once for a node; hands out ``Reading`` and ``Duty`` for a person acting."""

    def __init__(self, node: Node, finder: Finder) -> None:
        self.node = node
        self.finder = finder
        self._store = RenditionStore(node)
        node.rebuilders.append(self._purge)
        node.policy_listeners.append(self._adopt)

    def act_as(self, person: Person, post: Post = NO_POST, ceiling: str = "") -> Acting | None:
        """The person acting for a post they hold, perhaps lowered; None where they may not.

        Before any answer is made for them, policies are decided as of now.
        """
        with self.node.lock:
            follow_windows(self.node)
            return act_as(self.node, person, post, ceiling)

    def list_posts(self, person: Person) -> tuple[Post, ...]:
        """Every post a person may act for now."""
        with self.node.lock:
            record = self.node.people.persons.get(person)
            return record.posts_at(self.node.clock.dtg()) if record is not None else ()

    def policy_version(self) -> str:
        """Names the policies in force, as of now: what was made by others is to be asked for again."""
        return f"{self.node.book.digest()}/{self.node.stretch[0]}"

    def must_have_factor(self, person: Person) -> bool:
        """Whether this person signs in with a second factor only."""
        with self.node.lock:
            record = self.node.people.persons.get(person)
            return record is not None and record.second_factor

    def on_purge(self, forget: Callable[[], None]) -> None:
        """Call ``forget`` before a purge is acknowledged: whoever keeps bytes made from renditions drops them (D4).

        And when other policies come into force: the marks in these bytes are of the policies before.
        """
        self.node.rebuilders.append(lambda _key: forget())
        self.node.policy_listeners.append(forget)

    def reading(self, acting: Acting) -> Reading:
        """The reader's side."""
        return Reading(self.node, self.finder, self._store, acting)

    def duty(self, acting: Acting) -> Duty:
        """The side of those who write, release, secure and audit."""
        return Duty(self.node, acting)

    def _adopt(self) -> None:
        self._store.clear()
        self.finder.join_places(self.node.book.places)

    def _purge(self, key: Key) -> None:
        self._store.clear()
        self.finder.purge(key)
