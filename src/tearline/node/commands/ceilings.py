# SPDX-License-Identifier: Apache-2.0
"""Lower a session: what may be chosen, and putting the choice on record, since a lowered session reads as another class.

A session that was lowered is, for everything it is told, a person of that clearance (N1).
"""

from __future__ import annotations

from tearline.core.ids import Person
from tearline.node.commands.acting import NOT_CLEARED, Acting, Refused, act_again
from tearline.node.commands.labels import LevelChoice, list_levels
from tearline.node.journal import CeilingSet
from tearline.node.node import Node


def list_ceilings(node: Node, acting: Acting, lang: str) -> tuple[LevelChoice, ...]:
    """The levels below the one that the session has now, highest first; none without clearance."""
    with node.lock:
        held = _held_levels(node, acting, lang)
        return held[-2::-1]


def set_ceiling(node: Node, acting: Acting, ceiling: str) -> Refused | None:
    """Put on record that a session of this person reads up to ``ceiling`` only; empty: as the person is cleared again."""
    with node.lock:
        if act_again(node, acting).class_id is None and ceiling:
            return NOT_CLEARED
        lower = {level.name for level in list_ceilings(node, acting, "en")}
        if ceiling and ceiling not in lower:
            return Refused("unknown-value", "a session is lowered to a level below its own")
        work = node.work(acting.person, acting.post)
        work.add(CeilingSet, person=acting.person, ceiling=ceiling)
        work.commit()
        return None


def describe_ceiling(node: Node, person: Person, ceiling: str, lang: str) -> LevelChoice | None:
    """A ceiling in words and colours; None where a session is not lowered."""
    with node.lock:
        record = node.people.persons.get(person)
        if record is None or not ceiling:
            return None
        national = node.member_sights[node.member].national
        return next((c for c in list_levels(node, national, lang) if c.name == ceiling), None)


def _held_levels(node: Node, acting: Acting, lang: str) -> tuple[LevelChoice, ...]:
    class_id = act_again(node, acting).class_id
    held = None if class_id is None else node.sights.classes.values[class_id].national
    if held is None:
        return ()
    return tuple(level for level in list_levels(node, held, lang) if level.policy == held.policy)
