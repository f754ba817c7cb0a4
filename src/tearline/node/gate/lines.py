# SPDX-License-Identifier: Apache-2.0
"""Which lines the inbox has, for a person of one clearance class acting for a post.

Rows and their order are the class's own (views/arrivals). What the post owns (acknowledged, assigned, passed on) and what the
person noted (seen, done) is looked up for keys that the class sees, and for no other (N1).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from tearline.core.canon import digest, encode_canonical
from tearline.core.ids import Person, Post
from tearline.core.instants import MINUTE, Instant
from tearline.node.commands import Acting, answers_for, find_known_product
from tearline.node.gate.shapes import Ask, LineMark, LineMarks
from tearline.node.node import Node
from tearline.node.views.catalogue import Key
from tearline.node.views.contents import Appearance

VIEWS = ("todo", "waiting", "action", "info", "assigned", "done", "sent", "all")
COUNTED = ("todo", "waiting", "action", "info", "assigned")
NO_MARK = LineMark(Instant(0))
T = TypeVar("T")


def name_clearance(node: Node, acting: Acting) -> str:
    """What marks are kept under: the clearance in use, so that a lowered session says nothing of what lies above it (N1)."""
    if acting.class_id is None:
        return ""
    sight = node.sights.classes.values[acting.class_id]
    return digest("tearline/clearance", encode_canonical((node.member, sight.national))).hex()[:32]


class PostLines:
    """Call with the node's lock held."""

    def __init__(self, node: Node, acting: Acting, marks: LineMarks) -> None:
        self._node = node
        self._acting = acting
        self._marks = marks.by_key
        class_id = acting.class_id
        self._known: dict[Key, Appearance] = {} if class_id is None else node.catalogue.appearances[class_id]
        self._dtg = node.clock.dtg()

    def list_keys(self, ask: Ask) -> list[Key]:
        """Every line that is asked for, the last arrival first."""
        tests, keys = self._filter(ask), self._candidates(ask.view)
        return [key for key in keys if all(test(key) for test in tests)] if tests else keys

    def count(self) -> dict[str, int]:
        """How many lines the views have that somebody is waited for in; of what is addressed to the post, those not seen."""
        found = dict.fromkeys(COUNTED, 0)
        for key in self._ours():
            if key in self._known:
                for view in self._views_of(key):
                    found[view] += 1
        return {view: count for view, count in found.items() if count}

    def _views_of(self, key: Key) -> Iterator[str]:
        waiting, mark = self._is_waiting(key), self.mark(key)
        if waiting:
            yield "waiting"
        addressed = self.addressed(key)
        if addressed and not mark.read:
            yield addressed
        to = self.assigned(key)
        if to == self._acting.person and to and not mark.done:
            yield "assigned"
        if waiting or (not mark.done and (to == self._acting.person if to else addressed == "action")):
            yield "todo"

    def _candidates(self, view: str) -> list[Key]:
        """Keys among which a view's lines are, in the order of their arrival."""
        class_id = self._acting.class_id
        if class_id is None:
            return []
        arrivals = self._node.catalogue.arrivals
        if view in {"sent", "all"}:
            return arrivals.newest(class_id)
        return arrivals.order(class_id, self._marks if view == "done" else self._ours())

    def _ours(self) -> set[Key]:
        """Keys that may be the post's or the person's to deal with, seen by this class or not."""
        post, watch = self._acting.post, self._node.watch
        if not post:
            return set()
        passed = (key for key, to in watch.passed.items() if post in to)
        return {*self._node.catalogue.addressed.get(post, ()), *watch.assigned.get(post, ()), *passed}

    def _filter(self, ask: Ask) -> list[Callable[[Key], bool]]:
        tests: list[Callable[[Key], bool]] = []
        view = getattr(self, f"_is_{ask.view}", None)
        if view is not None:
            tests.append(view)
        holdings = self._node.catalogue.holdings
        for wanted, name in (
            (ask.kinds, "kind"),
            (ask.originators, "originator"),
            (ask.precedences, "precedence"),
        ):
            if wanted:
                tests.append(lambda k, w=frozenset(wanted), n=name: getattr(holdings[k].envelope, n) in w)  # type: ignore[misc]
        if ask.unread:
            tests.append(self.is_unread)
        return tests

    def addressed(self, key: Key) -> str:
        """How the post is addressed: ``action``, ``info`` or not at all."""
        holding, post = self._node.catalogue.holdings[key], self._acting.post
        if holding.own or not post:
            return ""
        return "action" if post in holding.action else "info" if post in holding.info else ""

    def mark(self, key: Key) -> LineMark:
        """What the person noted of the text they have now; a new version is new."""
        mark = self._marks.get(key, NO_MARK)
        return mark if mark.version == self._known[key].version else NO_MARK

    def is_unread(self, key: Key) -> bool:
        """Received, and not seen by this person as it now is."""
        return not self._node.catalogue.holdings[key].own and not self.mark(key).read

    def assigned(self, key: Key) -> Person:
        """Whose within the post it is."""
        return self._node.watch.assignee(key, self._acting.post)

    def post_state(self, key: Key) -> str:
        """What the post did: nothing, ``displayed`` or ``acknowledged``."""
        custody, post = self._node.custody, self._acting.post
        if post in custody.acknowledged.get(key, ()):
            return "acknowledged"
        return "displayed" if post in custody.displayed.get(key, ()) else ""

    def late(self, key: Key) -> Post:
        """Who was asked first, where this post is asked because that one did not answer in time.

        The time runs since the text came to this class: when it came to others is not told (N1).
        """
        passed, post = self._node.watch.passed.get(key), self._acting.post
        first = passed.get(post) if passed else None
        if first is None or first in self._node.custody.acknowledged.get(key, ()):
            return Post("")
        due = self._known[key].first_at + self._node.people.post(first).flash_min * MINUTE
        return first if due <= self._dtg else Post("")

    def stands(self, key: Key) -> str:
        """What became of what was filed here: for its author and officers, as long as they see all of it; else nothing."""
        product = find_known_product(self._node, self._acting, key)
        if product is None or not answers_for(self._node, self._acting, key):
            return ""
        name = product.envelope.product
        item, sent = self._node.desk.items.get(name), self._node.releases.sent.get(name, {}).values()
        if item is not None and item.state in {"open", "returned"} and item.pending:
            return "waiting" if item.state == "open" else "returned"
        if not sent:
            return ""
        return "recalled" if all(one.withdrawn for one in sent) else "released"

    def is_asked(self, key: Key) -> bool:
        """Whether the post is still to acknowledge it."""
        return self._is_waiting(key)

    def _is_waiting(self, key: Key) -> bool:
        holding, post = self._node.catalogue.holdings[key], self._acting.post
        if not post or key not in self._node.catalogue.warned:
            return False
        asked = post in holding.action or bool(self.late(key))
        return asked and post not in self._node.custody.acknowledged.get(key, ())

    def _is_todo(self, key: Key) -> bool:
        """Asked of the post, or addressed to it for action and nobody else's, and not done with."""
        if self._is_waiting(key):
            return True
        to = self.assigned(key)
        mine = to == self._acting.person if to else self._is_action(key)
        return mine and not self.mark(key).done

    def _is_action(self, key: Key) -> bool:
        return self.addressed(key) == "action"

    def _is_info(self, key: Key) -> bool:
        return self.addressed(key) == "info"

    def _is_assigned(self, key: Key) -> bool:
        return self.assigned(key) == self._acting.person and not self.mark(key).done

    def _is_done(self, key: Key) -> bool:
        return self.mark(key).done

    def _is_sent(self, key: Key) -> bool:
        return self._node.catalogue.holdings[key].own


class ListStore:
    """Lists made lately, under all that they are made of. Call with the node's lock held."""

    KEPT_MAX = 32

    def __init__(self, node: Node) -> None:
        self._node = node
        self._kept: dict[object, Any] = {}

    def clear(self) -> None:
        """Forget."""
        self._kept.clear()

    def list_keys(self, acting: Acting, marks: LineMarks, ask: Ask) -> list[Key]:
        """As ``PostLines.list_keys``; the next page of the same list is a look-up."""
        return self._keep(acting, marks, ask, lambda lines: lines.list_keys(ask))

    def count(self, acting: Acting, marks: LineMarks) -> dict[str, int]:
        """As ``PostLines.count``."""
        return self._keep(acting, marks, None, lambda lines: lines.count())

    def _keep(self, acting: Acting, marks: LineMarks, ask: Ask | None, make: Callable[[PostLines], T]) -> T:
        moment = (self._node.journal.size(), self._node.clock.dtg() // MINUTE, marks.stamp)
        made_of = (acting.person, acting.post, acting.class_id, ask, moment)
        if made_of not in self._kept:
            while len(self._kept) >= self.KEPT_MAX:
                self._kept.pop(next(iter(self._kept)))
            self._kept[made_of] = make(PostLines(self._node, acting, marks))
        found: T = self._kept[made_of]
        return found
