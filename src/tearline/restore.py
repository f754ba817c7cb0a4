# SPDX-License-Identifier: Apache-2.0
"""A restored node goes on only where that rewrites nothing (A2): partners are asked what they hold of its history.

1. What was restored has to verify whole.
2. Each partner says which life of this node it follows, how much of its lanes it holds, and what it cosigned last. Where one
   holds more than stands here, under this node's own signature or by its word, going on would make a second history.
3. Then a newer backup is restored; or an administrator, by name and password, answers for a new incarnation: a life above every
   one that anybody knows, under other origins. What was seen of the old one goes on record with the reason.
4. Partners that don't answer are named, and accepted by name only.
5. Before the accepted node opens its door it takes in what partners recalled meanwhile: see ``tearline.catch_up``.
6. The first entry that the node writes of its own says all of this.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec

from tearline.assembly import OpenNode, open_node
from tearline.backup import MARK, Mark, read_mark
from tearline.catch_up import BEGIN_ADVICE
from tearline.core.errors import IntegrityError, UsageError
from tearline.core.exchange import Standing
from tearline.core.ids import Member, Person
from tearline.machine import SystemClock
from tearline.node.commands import Beginning, choose_incarnation, find_contradictions, is_claim, testify
from tearline.node.journal import Testimony, replace_file


class Answers(msgspec.Struct, frozen=True):
    """Where a restored node stands: ``size`` ticks of its anchor log, and what each partner said.

    ``incarnation``: the life that the backup is of; once a new one was ordered, that one.

    ``ahead``: partners that hold more than stands here. ``seen``: what they cosigned last (None: no answer).
    """

    size: int
    incarnation: int
    sound: bool
    seen: dict[str, int | None]
    ahead: tuple[str, ...] = ()
    testimonies: tuple[Testimony, ...] = ()

    @property
    def silent(self) -> tuple[str, ...]:
        """Partners that did not answer."""
        return tuple(m for m, size in self.seen.items() if size is None)


class Order(msgspec.Struct, frozen=True):
    """An administrator's word for a new incarnation."""

    person: str
    password: str
    reason: str


def check_standing(folder: Path, order: Order | None = None) -> Answers:
    """Verify the folder and ask every partner. Nothing is sent but the question. ``order``: is also looked into."""
    return asyncio.run(_check(folder, order))


def check_sound(folder: Path) -> bool:
    """Whether what was restored verifies whole; nothing is asked of anybody."""
    node = open_node(folder)
    try:
        return node.verify().sound
    finally:
        node.close()


async def _check(folder: Path, order: Order | None) -> Answers:
    node = open_node(folder)
    try:
        if order is not None:
            await _check_order(node, order)
        sound = (await asyncio.to_thread(node.verify)).sound
        standings = await node.ask_standings()
        return _weigh(node, sound=sound, standings=standings)
    finally:
        await node.stop()


def _weigh(node: OpenNode, *, sound: bool, standings: dict[Member, Standing | None]) -> Answers:
    answered = {peer: standing for peer, standing in standings.items() if standing is not None}
    testimonies = {peer: testify(node.node, peer, one) for peer, one in answered.items()}
    ahead = tuple(
        str(peer)
        for peer, one in answered.items()
        if is_claim(node.node, peer, one) or find_contradictions(node.node, node.anchors, peer, one)
    )
    seen = {str(peer): testimonies[peer].ticks if peer in testimonies else None for peer in standings}
    return Answers(node.anchors.size(), node.incarnation, sound, seen, ahead, tuple(testimonies.values()))


async def _check_order(node: OpenNode, order: Order) -> None:
    """A person with the administration's duty, by the restored journal, and their password."""
    person = node.node.people.persons.get(Person(order.person))
    good = await node.accounts.check_password(
        order.person, order.password, address="restore", now=node.clock.now()
    )
    if person is None or person.ended or "administration" not in person.duties or good is not True:
        advice = "Name an administrator of this node, and give the password that they had when the backup was made."
        raise UsageError("no-authority", "this is no administrator's name and password", advice)


def accept(folder: Path, without: frozenset[str] = frozenset(), order: Order | None = None) -> Answers:
    """Let a restored folder be served; ``IntegrityError`` or ``UsageError`` says why it must not be."""
    mark = read_mark(folder)
    if mark is None:
        raise UsageError(
            "not-restored", f"{folder} was not restored from a backup", "There is nothing to accept."
        )
    if mark.beginning is not None and mark.accepted:
        raise UsageError("begun", f"{folder} goes on as incarnation {mark.incarnation}", "Start it.")
    answers = check_standing(folder, order)
    if not answers.sound:
        raise IntegrityError(
            "unsound", "what was restored does not hold", f"Look with: tearline verify {folder}"
        )
    if answers.ahead and order is None:
        advice = f"Restore a newer backup, or begin a new incarnation. {BEGIN_ADVICE}"
        raise IntegrityError("behind", f"{', '.join(answers.ahead)} holds more than this backup", advice)
    missing = sorted(set(answers.silent) - without)
    if missing:
        advice = f"Try again when they answer, or answer for it: --without {','.join(missing)}"
        raise UsageError("silent", f"{', '.join(missing)} did not say what they saw last", advice)
    if order is not None and not answers.ahead and not answers.silent:
        advice = f"Accept it as it is: tearline restore --accept {folder}"
        raise UsageError(
            "nothing-lost", "every partner answered, and none holds more than this backup", advice
        )
    accepted = Mark(mark.member, mark.made, accepted=True, silent=answers.silent)
    if order is not None:
        accepted = _begin(accepted, answers, order)
        answers = msgspec.structs.replace(answers, incarnation=accepted.incarnation)
    replace_file(folder / MARK, msgspec.json.encode(accepted))
    return answers


def _begin(mark: Mark, answers: Answers, order: Order) -> Mark:
    beginning = Beginning(
        Person(order.person),
        order.reason,
        mark.made,
        answers.testimonies,
        tuple(map(Member, answers.silent)),
    )
    now = SystemClock().now()
    incarnation = choose_incarnation(answers.incarnation, answers.testimonies, now)
    return msgspec.structs.replace(mark, incarnation=incarnation, beginning=beginning)
