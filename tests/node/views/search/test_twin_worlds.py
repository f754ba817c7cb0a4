# SPDX-License-Identifier: Apache-2.0
import random
from pathlib import Path

import msgspec
import pytest

from tearline.node.views.search import Query, SearchDoc, SearchIndex
from tests.node.views.search.worlds import PLACES, draw_product, draw_query, draw_text, walk

READER = 0


def hide(draw: random.Random, number: int) -> SearchDoc:
    """A rendition for other classes, in the words that the reader asks for, among the reader's own in time."""
    return SearchDoc(
        key=f"hidden {number}",
        product=f"h{number}",
        classes=tuple(draw.sample([1, 2, 3, 900], 2)),
        sort_at=draw.choice([-5, 0, 7, 10**15, 10**16]),
        tie=draw.getrandbits(64),
        dtg=draw.randint(-3, 3),
        kind="secret kind",
        originator="XXX",
        texts=(("ZZ", draw_text(draw, 30)), ("ZZ", "nowhere COPPERLEAF")),
    )


def answers(index: SearchIndex, seed: int) -> bytes:
    """Everything that the reader can get for many queries: whole walks, with totals and cursors."""
    draw = random.Random(seed)
    queries = [draw_query(draw) for _ in range(25)]
    queries += [Query("COPPERLEAF"), Query(kinds=("secret kind",)), Query(originators=("XXX",))]
    return msgspec.json.encode([walk(index, READER, query) for query in queries])


@pytest.mark.parametrize("seed", range(6))
def test_n1_hidden_renditions_change_no_byte(seed: int) -> None:
    """Twin worlds: what other classes see, added, replaced and taken away, changes no hit, order, total or cursor."""
    draw, hidden = random.Random(seed), random.Random(seed + 1000)
    plain, twin = SearchIndex(None, PLACES), SearchIndex(None, PLACES)
    for number in range(40):
        docs = draw_product(draw, f"p{number}")
        plain.replace(f"p{number}", [doc for doc in docs if READER in doc.classes])
        twin.replace(f"p{number}", docs)
        for _ in range(hidden.randint(0, 2)):
            doc = hide(hidden, hidden.randrange(50))
            twin.replace(doc.product, [doc] if hidden.random() < 0.8 else [])
        if hidden.random() < 0.3:
            twin.commit(number)
    plain.commit(1)
    twin.commit(2)
    before = answers(plain, seed)
    assert before == answers(twin, seed)
    twin.rebuild([doc for number in range(9) for doc in [hide(hidden, number)]], 3)
    assert answers(twin, seed) == answers(SearchIndex(None, PLACES), seed)
    plain.close()
    twin.close()


def test_n1_polling_sees_no_hidden_arrival(index: SearchIndex) -> None:
    """Fifty hidden products, filed while the reader asks again and again, leave every answer as it was."""
    draw = random.Random(5)
    for number in range(20):
        index.replace(f"p{number}", draw_product(draw, f"p{number}"))
    index.commit(1)
    first = answers(index, 1)
    for number in range(50):
        doc = hide(draw, number)
        index.replace(doc.product, [doc])
        if number % 10 == 0:
            index.commit(number)
            assert answers(index, 1) == first


def test_n1_a_class_that_sees_nothing_finds_nothing(index: SearchIndex) -> None:
    """An unknown class, and a rendition that no class sees, are the same as an empty index."""
    draw = random.Random(6)
    for number in range(20):
        index.replace(f"p{number}", draw_product(draw, f"p{number}"))
    index.replace("nobody's", [msgspec.structs.replace(hide(draw, 1), classes=())])
    index.commit(1)
    assert index.search(12345, Query()).total == 0
    assert not index.search(0, Query("COPPERLEAF")).hits


def test_n1_what_follows_the_journal_is_no_hit(tmp_path: Path) -> None:
    """The index's own mark of its position is found by no query of any class."""
    index = SearchIndex(tmp_path / "index", PLACES)
    index.commit(7)
    assert [index.search(class_id, Query()).total for class_id in range(3)] == [0, 0, 0]
    index.close()
