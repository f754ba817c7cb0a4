# SPDX-License-Identifier: Apache-2.0
"""Lists that somebody asked for stay in order while things come, change and go."""

from __future__ import annotations

from tearline.core.ids import Member
from tearline.node.gate.store import place_of
from tests.twins.worlds import HIDDEN, OPEN, Day, draft, found, portion, text


def test_a_list_once_asked_for_is_what_it_would_be_anew() -> None:
    """After each act of a day, for every class: the newest filing first, each product once, as it is now."""
    day = Day(found(), frozenset())
    site = day.network.sites[Member("KOR")]
    store, appearances = site.gate._store, site.node.catalogue.appearances

    def check() -> None:
        for class_id, known in appearances.items():
            listed = store.list_newest(class_id)
            assert listed == sorted(known.values(), key=place_of, reverse=True)

    check()
    day.play()
    check()
    for minute, label in enumerate((OPEN, HIDDEN, OPEN), start=9):
        made = draft("KOR", "report", portion("TA", "title", text(label, f"At {minute}")))
        day.file(f"n{minute}", "KOR", "kor.watch", made, minute=minute)
        check()
    day.amend(
        "KOR", "kor.watch", "n9", draft("KOR", "report", portion("TA", "title", text(HIDDEN, "x"))), minute=20
    )
    check()
    assert any(len(store.list_newest(class_id)) > 3 for class_id in appearances)
    day.world.close()
