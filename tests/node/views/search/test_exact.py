# SPDX-License-Identifier: Apache-2.0
import random

import pytest

from tearline.core.errors import LimitError, UsageError
from tearline.node.views.search import LIMITS, Query, SearchDoc, SearchIndex, search_indexes
from tests.node.views.search.plain_scan import scan
from tests.node.views.search.worlds import (
    CLASSES,
    KINDS,
    PLACES,
    draw_product,
    draw_query,
    follow,
    walk,
)

GROUPS = [list(group) for group in PLACES]


def put(index: SearchIndex, *texts: str, classes: tuple[int, ...] = (1,)) -> None:
    """One product for each text, the first the newest; keys count from 0."""
    for number, text in enumerate(texts):
        doc = SearchDoc(
            str(number), f"p{number}", classes, -number, 0, 0, KINDS[0], "KOR", (("AA", text), ("BB", "tail"))
        )
        index.replace(doc.product, [doc])
    index.commit(1)


def find(index: SearchIndex, text: str, class_id: int = 1) -> str:
    return "".join(hit.key for hit in index.search(class_id, Query(text)).hits)


@pytest.mark.parametrize("seed", range(12))
def test_n2_answers_equal_a_plain_scan(index: SearchIndex, seed: int) -> None:
    """Every class gets the exact set in order, page by page, while products change: full pages except for the last."""
    draw = random.Random(seed)
    world: dict[str, list[SearchDoc]] = {}
    for round_number in range(1, 4):
        for _ in range(15):
            product = f"p{draw.randrange(25)}"
            world[product] = draw_product(draw, product) if draw.random() < 0.9 else []
            index.replace(product, world[product])
        index.commit(round_number)
        docs = [doc for product in world.values() for doc in product]
        for _ in range(20):
            query, class_id = draw_query(draw), draw.randrange(CLASSES)
            wanted = scan(docs, class_id, query, GROUPS)
            pages = walk(index, class_id, query)
            assert [hit.key for page in pages for hit in page.hits] == wanted, query
            assert {page.total for page in pages} == {len(wanted)}
            assert {len(page.hits) for page in pages[:-1]} <= {query.limit}
            assert len(pages) == max(1, -(-len(wanted) // query.limit))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("missile", "0"),
        ("MISSILE solid", "0"),
        ("missiles", ""),
        ("miss", ""),
        ("미사일", "1"),
        ("사일이", "1"),
        ("일", "1"),
        ("미일", ""),
        ("이발", ""),
        ("イル", "2"),
        ("일 발사 icbm", "1"),
        ("missile tail", "0"),
        ("missile 미사일", ""),
        ('"missile" AND -solid*', ""),
        ("class:1", ""),
    ],
)
def test_n2_words_whole_and_joined_up_scripts_inside(index: SearchIndex, query: str, found: str) -> None:
    """Latin words match whole, in any case, all of them; Korean and Japanese match anywhere inside; no query language."""
    put(index, "Solid-fuel Missile launched", "미사일이 ICBM을 발사", "弾道ミサイル")
    assert find(index, query) == found


@pytest.mark.parametrize(
    "query", ["동해", "East Sea", "EAST SEA", "日本海", "sea of japan", "Waters between Korea and Japan"]
)
def test_n2_places_are_joined(index: SearchIndex, query: str) -> None:
    """Each name of a group finds them all, of several words only where they stand together."""
    put(
        index,
        "동해상으로",
        "in the East\n Sea",
        "日本海に",
        "waters between Korea and Japan",
        "east of the sea; Sea, of Japan",
        "the East. Sea state",
    )
    assert find(index, query) == "0123"
    assert find(index, f"{query} tail") == "0123"
    assert find(index, "east") == "145"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("UW7V", "0"),
        (" uw7v ", "0"),
        ("241530Z JUL 23  UW7V", "0"),
        ("KOR-REP 241530Z JUL 23 UW7V", "0"),
        ("JUL", ""),
        ("KOR-REP 241530Z JUL 23", ""),
        ("W7V", ""),
        ("UW7V nowhere", ""),
        ("K7QF", "1"),
        ("heron", "0"),
    ],
)
def test_n1_a_reference_is_found_by_its_end_by_who_sees_the_product(
    index: SearchIndex, query: str, found: str
) -> None:
    """From any word of it on, and by nobody of a class that does not see it; without an index the same is found."""
    docs = [
        SearchDoc(
            "0",
            "a",
            (1,),
            0,
            0,
            0,
            "report",
            "KOR",
            (("AA", "heron"),),
            reference="KOR-REP 241530Z JUL 23 UW7V",
        ),
        SearchDoc(
            "1",
            "b",
            (1,),
            0,
            0,
            0,
            "report",
            "KOR",
            (("AA", "gannet"),),
            reference="KOR-REP 241530Z JUL 23 K7QF",
        ),
    ]
    for doc in docs:
        index.replace(doc.product, [doc])
    index.commit(1)
    assert find(index, query) == found
    assert find(index, query, class_id=2) == ""
    assert "".join(d.key for d in docs if index.matches(d, (Query(query),)) == (True,)) == found


def test_n2_a_name_does_not_cross_from_one_portion_to_the_next(index: SearchIndex) -> None:
    """Names of several words stand in one wording of one portion."""
    doc = SearchDoc("0", "p", (1,), 0, 0, 0, "report", "KOR", (("AA", "to the East"), ("BB", "Sea of fog")))
    index.replace("p", [doc])
    index.commit(1)
    assert find(index, "East Sea") == ""
    assert find(index, "east sea", class_id=1) == ""
    assert find(index, "fog east") == "0"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("East-Sea", "01456"),
        ("ICBM을", "01456"),
        ("K7 海", "01456"),
        ("海 K7 海", "01456"),
        ("동 해", "01456"),
        ("east sea", "23"),
    ],
)
def test_n2_names_that_are_hard_on_an_index(index: SearchIndex, query: str, found: str) -> None:
    """A hyphen in a name stands for one, not for any word; scripts may change inside, single signs end it."""
    put(
        index,
        "the East-Sea, west",
        "East icbm Sea; 해 동; K7海x",
        "East Sea, ICBM, 을, 동, 해, K7-海",
        "East, fog, Sea; 동해",
        "ICBM을 쏘다",
        "날동 해안",
        "日本 K7 海上",
    )
    assert find(index, query) == found


def test_n2_very_long_words_are_found(index: SearchIndex) -> None:
    """A word beyond the engine's limit matches whole like any other."""
    put(index, "a" * 70_000, "가" * 70_000)
    assert find(index, "가" * 900) == "1"
    assert find(index, "a" * 900) == ""
    put(index, "a" * 900)
    assert find(index, "A" * 900) == "0"


def test_n2_signs_alone_find_nothing_and_nothing_finds_all(index: SearchIndex) -> None:
    """An empty text lists by the filters; a text without a word asks for what nobody wrote."""
    put(index, "one", "two")
    assert find(index, "") == find(index, " \n") == "01"
    assert find(index, "?!") == find(index, "🚀") == find(index, "\ud800") == ""


def test_cursor_belongs_to_its_query(index: SearchIndex) -> None:
    """Another text, filter or order of things refuses it; another page size does not."""
    put(index, "one", "one", "one")
    query = Query("one", limit=1)
    after = index.search(1, query).next
    assert [hit.key for hit in index.search(1, Query("one", limit=2, after=after)).hits] == ["1", "2"]
    for other in (
        Query("two", after=after),
        Query("one", since=0, after=after),
        Query("one", kinds=("x",), after=after),
    ):
        with pytest.raises(UsageError, match="another query"):
            index.search(1, other)


def test_paging_goes_on_where_it_was_when_newer_ones_arrive(index: SearchIndex) -> None:
    """A cursor is a place in the order: what arrives before it shifts no page."""
    put(index, "one", "one", "one")
    query = Query("one", limit=2)
    first = index.search(1, query)
    newer = SearchDoc("new", "n", (1,), 9, 0, 0, "report", "KOR", (("AA", "one"),))
    index.replace("n", [newer])
    index.commit(2)
    second = index.search(1, follow(query, first))
    assert [hit.key for hit in second.hits] == ["2"]
    assert (second.total, second.next) == (4, None)


@pytest.mark.parametrize(
    "query",
    [
        Query("a" * (LIMITS.text_chars_max + 1)),
        Query(" ".join(f"w{number}" for number in range(LIMITS.terms_max + 1))),
        Query(limit=0),
        Query(limit=LIMITS.page_hits_max + 1),
    ],
)
def test_queries_have_limits(index: SearchIndex, query: Query) -> None:
    """What asks for too much is refused."""
    with pytest.raises(LimitError):
        index.search(1, query)


REFERENCE = "KOR-REP 241530Z JUL 23 UW7V"


def cite(key: str, at: int, *, named: bool = False, classes: tuple[int, ...] = (1,)) -> SearchDoc:
    """One that the reference names, or one that cites it."""
    text = "first seen" if named else f"as {REFERENCE} says"
    reference = REFERENCE if named else f"KOR-REP 250000Z JUL 23 A{key.upper()}"
    return SearchDoc(key, f"p{key}", classes, at, 0, 0, KINDS[0], "KOR", (("AA", text),), reference=reference)


@pytest.mark.parametrize("asked", [REFERENCE, REFERENCE.lower(), "UW7V"])
@pytest.mark.parametrize("limit", [1, 2, 3, 5, 9])
@pytest.mark.parametrize("named", [0, 1, 2, 4])
def test_n2_what_a_reference_names_comes_before_what_cites_it(
    index: SearchIndex, asked: str, limit: int, named: int
) -> None:
    """On every size of page nothing is lost or twice; where what is named fills more than a page, all is by age."""
    docs = [cite(str(at), at, named=at < named) for at in range(7)]
    for doc in docs:
        index.replace(doc.product, [doc])
    index.commit(1)
    newest = [doc.key for doc in reversed(docs)]
    front = [key for key in newest if int(key) < named] if named <= limit else []
    pages = walk(index, 1, Query(asked, limit=limit))
    assert [hit.key for page in pages for hit in page.hits] == front + [k for k in newest if k not in front]
    assert {page.total for page in pages} == {len(docs)}
    assert {len(page.hits) for page in pages[:-1]} <= {limit}


def test_n2_what_is_named_over_two_indexes_comes_first_once(index: SearchIndex) -> None:
    recent = SearchIndex(None, PLACES)
    docs = [cite(str(at), at, named=at in {1, 2}) for at in range(6)]
    for doc in docs:
        (index if int(doc.key) % 2 else recent).replace(doc.product, [doc])
    index.commit(1)
    recent.commit(1)
    query, keys = Query(REFERENCE, limit=3), []
    while True:
        page = search_indexes((index, recent), 1, query)
        keys += [hit.key for hit in page.hits]
        if page.next is None:
            break
        query = follow(query, page)
    assert keys == ["2", "1", "5", "4", "3", "0"]


def test_n1_who_does_not_see_what_is_named_has_what_cites_it_as_if_it_were_not_there(
    index: SearchIndex,
) -> None:
    docs = [cite(str(at), at, named=at == 0, classes=(1,) if at == 0 else (1, 2)) for at in range(4)]
    for doc in docs[1:]:
        index.replace(doc.product, [doc])
    index.commit(1)
    query = Query(REFERENCE, limit=2)
    without = walk(index, 2, query)
    index.replace("p0", [docs[0]])
    index.commit(2)
    assert walk(index, 2, query) == without
    assert index.search(1, query).hits[0].key == "0"
