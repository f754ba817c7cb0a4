# SPDX-License-Identifier: Apache-2.0
"""Facets, words that are being typed, and matching without an index: all as a plain scan says."""

from __future__ import annotations

import random
from collections import Counter

import msgspec
import pytest

from tearline.node.views.search import FACETS, Query, SearchDoc, SearchIndex, count_values
from tests.node.views.search.plain_scan import scan
from tests.node.views.search.worlds import CLASSES, PLACES, draw_product, draw_query

GROUPS = [list(group) for group in PLACES]


def draw_world(draw: random.Random) -> list[SearchDoc]:
    """Renditions with every facet."""
    docs = [doc for n in range(25) for doc in draw_product(draw, f"p{n}")]
    return [
        msgspec.structs.replace(
            doc,
            precedence=draw.choice(["FLASH", "ROUTINE"]),
            gradings=tuple(draw.sample(["A1", "B2", "F6"], draw.randint(0, 2))),
            topics=tuple(draw.sample(["missiles", "cyber"], draw.randint(0, 2))),
            languages=tuple(draw.sample(["en", "ko", "ja"], draw.randint(0, 2))),
            dtg=draw.choice([doc.dtg, 1_688_000_000_000_000, 1_690_000_000_000_000]),
        )
        for doc in docs
    ]


def fill(index: SearchIndex, docs: list[SearchDoc]) -> None:
    for product in {doc.product for doc in docs}:
        index.replace(product, [doc for doc in docs if doc.product == product])
    index.commit(1)


@pytest.mark.parametrize("seed", range(6))
def test_n1_facets_count_what_the_class_sees(index: SearchIndex, seed: int) -> None:
    """Each value is counted over the class's own hits; no value of anything else is named."""
    draw = random.Random(seed)
    docs = draw_world(draw)
    fill(index, docs)
    by_key = {doc.key: doc for doc in docs}
    for _ in range(15):
        query, class_id = draw_query(draw), draw.randrange(CLASSES)
        counted = count_values((index,), class_id, query)
        for facet, name in FACETS.items():
            free = msgspec.structs.replace(query, **{name: ()})
            hits = [by_key[key] for key in scan(docs, class_id, free, GROUPS)]
            wanted = Counter(value for doc in hits for value in doc.values(facet))
            assert {c.value: c.count for c in counted[facet]} == wanted, (facet, query)
            assert [(-c.count, c.value) for c in counted[facet]] == sorted(
                (-c.count, c.value) for c in counted[facet]
            )


@pytest.mark.parametrize("seed", range(6))
def test_n2_matching_without_an_index_finds_the_same(index: SearchIndex, seed: int) -> None:
    """What alerts a saved search is what the search would find, a word that is being typed included."""
    draw = random.Random(seed)
    docs = draw_world(draw)
    fill(index, docs)
    for _ in range(15):
        drawn = draw_query(draw)
        query = msgspec.structs.replace(
            drawn, limit=1000, unfinished=draw.random() < 0.5, gradings=draw.choice([(), ("A1", "B2")])
        )
        for class_id in range(CLASSES):
            found = {hit.key for hit in index.search(class_id, query).hits}
            mine = [doc for doc in docs if class_id in doc.classes]
            assert found == {doc.key for doc in mine if index.matches(doc, (query,)) == (True,)}, query


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("mis", "01"),
        ("missile", "01"),
        ("missiles", "1"),
        ("m", ""),
        ("mis ", ""),
        ("MISS", "01"),
        ("heron mis", "1"),
    ],
)
def test_n2_a_word_that_is_typed_may_go_on(index: SearchIndex, typed: str, found: str) -> None:
    """From two letters on, and only while the text ends with it."""
    texts = ("a missile", "heron, missiles", "submission")
    docs = [
        SearchDoc(str(n), f"p{n}", (1,), -n, 0, 0, "report", "KOR", (("AA", text),))
        for n, text in enumerate(texts)
    ]
    fill(index, docs)
    result = index.search(1, Query(typed, unfinished=True))
    assert "".join(hit.key for hit in result.hits) == found
    for hit in result.hits:
        assert index.make_snippet(docs[int(hit.key)].texts, Query(typed, unfinished=True))
