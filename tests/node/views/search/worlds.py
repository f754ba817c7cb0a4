# SPDX-License-Identifier: Apache-2.0
"""Small drawn collections of renditions in the scripts of the exercise."""

import random

from tearline.node.views.search import Query, SearchDoc, SearchIndex, SearchResult

PLACES = (
    ("동해", "East Sea", "日本海", "Sea of Japan", "waters between Korea and Japan"),
    ("평양", "Pyongyang", "平壌"),
    ("오쿠시리", "Okushiri", "奥尻"),
    # Names that are hard on an index: one sign at either end, scripts that change inside, a hyphen.
    ("K7 海", "동 해", "ICBM을", "East-Sea", "海 K7 海"),
)
WORDS = (
    *(
        "East",
        "Sea",
        "of",
        "Japan",
        "waters",
        "between",
        "Korea",
        "and",
        "K7",
        "ICBM",
        "x",
        "É",
        "straße",
        "18",
    ),
    *("동해", "해", "동", "동해안", "미사일", "미사일이", "사일", "을", "Pyongyang", "Okushiri", "missile"),
    *("日本海", "日本", "海", "平壌", "奥尻", "ミサイル", "イル", "ー", "々"),
)
GLUE = ("", " ", " ", " ", "\n ", ", ", "-", "・", ". ")
KINDS = ("report", "warning", "event")
MEMBERS = ("KOR", "JPN", "AUS")
CLASSES = 6


def draw_text(draw: random.Random, words: int) -> str:
    return "".join(draw.choice(WORDS) + draw.choice(GLUE) for _ in range(draw.randint(0, words)))


def draw_product(draw: random.Random, product: str) -> list[SearchDoc]:
    """Up to three renditions, each for classes of its own."""
    classes = draw.sample(range(CLASSES), draw.randint(0, CLASSES))
    count = draw.randint(1, 3)
    return [
        SearchDoc(
            key=f"{product}:{split}",
            product=product,
            classes=tuple(classes[split::count]),
            sort_at=draw.choice([-5, 0, 7, 7, 7, 10**15]),
            tie=draw.getrandbits(64),
            dtg=draw.randint(-3, 3),
            kind=draw.choice(KINDS),
            originator=draw.choice(MEMBERS),
            texts=tuple((tag, draw_text(draw, 8)) for tag in draw.sample(["AA", "BB", "CC"], 2)),
        )
        for split in range(count)
    ]


def draw_query(draw: random.Random) -> Query:
    text = draw.choice(
        [
            draw.choice(WORDS),
            draw.choice(draw.choice(PLACES)),
            f"{draw.choice(WORDS)} {draw.choice(draw.choice(PLACES))}",
            draw_text(draw, 4),
            "",
            "nowhere",
            "?!",
        ]
    )
    return Query(
        text=draw.choice([text, text.upper()]),
        since=draw.choice([None, None, -1]),
        until=draw.choice([None, None, 2]),
        kinds=draw.choice([(), (), ("report",), ("warning", "event")]),
        originators=draw.choice([(), (), ("KOR",), ("JPN", "AUS")]),
        limit=draw.choice([1, 2, 5, 1000]),
    )


def follow(query: Query, result: SearchResult) -> Query:
    """The same query, its next page."""
    return Query(**{name: getattr(query, name) for name in query.__struct_fields__} | {"after": result.next})


def walk(index: SearchIndex, class_id: int, query: Query) -> list[SearchResult]:
    """Every page of a query."""
    pages = [index.search(class_id, query)]
    while pages[-1].next is not None:
        pages.append(index.search(class_id, follow(query, pages[-1])))
    return pages
