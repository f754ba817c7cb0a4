# SPDX-License-Identifier: Apache-2.0
import random

import pytest

from tearline.node.views.search import Places, Query, SearchDoc, SearchIndex, make_snippet, snippet
from tearline.node.views.search.snippet import CONTEXT_CHARS, PIECE_MAX_CHARS, SNIPPETS_MAX, unfold_span
from tearline.node.views.search.words import fold
from tests.node.views.search.worlds import PLACES, draw_product, draw_query

JOINED = Places(PLACES)


@pytest.mark.parametrize(
    ("text", "query", "match"),
    [
        ("Solid-fuel Missile launched", "missile", "Missile"),
        ("no missiles, one missile", "missile", "missile"),
        ("미사일이 발사", "사일", "사일"),
        ("㈱東海", "株", "㈱"),
        ("\u1112\u1161\u11ab글", "한", "\u1112\u1161\u11ab"),
        ("ﾐｻｲﾙ発射", "ミサイル", "ﾐｻｲﾙ"),
        ("e\u0301cole Cafe\u0301 noir", "café", "Cafe\u0301"),
        ("GROẞE Straße", "STRASSE", "Straße"),
        ("in the East\n Sea", "동해", "East\n Sea"),
        ("seas and Sea of Japan", "동해", "Sea of Japan"),
        ("mis\u00adsile", "missile", "mis\u00adsile"),
    ],
)
def test_snippet_shows_the_match_as_it_stands(text: str, query: str, match: str) -> None:
    """The match is a stretch of the text as written, of whole signs, with what stands around it."""
    (piece,) = make_snippet([("AA", text)], Query(query), places=JOINED)
    assert piece.match == match
    assert piece.before + piece.match + piece.after == text


def test_snippet_names_its_portions_and_shows_no_more_than_asked() -> None:
    """A portion is shown for a term that no earlier one holds, and for nothing else."""
    texts = [("AA", "fuel"), ("BB", "a missile of fuel"), ("CC", "the missile again"), ("DD", "고체추진")]
    assert [piece.tag for piece in make_snippet(texts, Query("missile 체추"))] == ["BB", "DD"]
    assert [piece.tag for piece in make_snippet(texts, Query("fuel"))] == ["AA"]
    assert make_snippet(texts, Query("")) == make_snippet(texts, Query("?!")) == ()
    assert make_snippet(texts, Query("nowhere")) == ()


def test_snippet_is_short() -> None:
    """However long the text or the query: a little on either side, and a few pieces."""
    long = "가\u0301 " * 5000
    (piece,) = make_snippet([("AA", f"{long} missile {long}")], Query("missile"))
    assert len(piece.before) <= CONTEXT_CHARS + 1
    assert len(piece.after) <= CONTEXT_CHARS + 1
    words = [f"w{number}" for number in range(10)]
    assert len(make_snippet([("AA", word) for word in words], Query(" ".join(words)))) == SNIPPETS_MAX


def test_a_place_is_found_by_strides_as_it_is_sign_by_sign(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawn texts of signs that fold to more, to fewer, to one with others, or to nothing."""
    signs = ["a", "ß", "e\u0301", "㈱", "ﾐ", "\u1112\u1161\u11ab", "글", "\u00ad", "\u200d", "İ", "ﬃ", " "]
    draw = random.Random(5)
    for _ in range(400):
        text = "".join(draw.choices(signs, k=draw.randrange(1, 60)))
        start = draw.randrange(len(fold(text)) + 1)
        span = (start, start + draw.randrange(1, 5))
        monkeypatch.setattr(snippet, "STRIDE_CHARS", 10_000)
        plain = unfold_span(text, span)
        monkeypatch.setattr(snippet, "STRIDE_CHARS", draw.randrange(1, 9))
        assert unfold_span(text, span) == plain, (text, span)


def test_a_text_as_long_as_a_product_holds_is_cut_at_once() -> None:
    """Two million signs before the match, or on it: neither is looked at one by one, nor shown."""
    (piece,) = make_snippet([("AA", "กเขา" * 500_000 + " needle")], Query("needle"))
    assert (piece.match, len(piece.before)) == ("needle", CONTEXT_CHARS)
    (piece,) = make_snippet([("AA", "needle" + "\u0301" * 1_500_000)], Query("needle"))
    assert len(piece.before + piece.match + piece.after) <= 3 * PIECE_MAX_CHARS


@pytest.mark.parametrize("seed", range(4))
def test_n1_snippets_agree_with_the_index(index: SearchIndex, seed: int) -> None:
    """Each hit has its pieces, cut from its own rendition's texts; nothing stands in them that is not in these texts."""
    draw = random.Random(seed)
    docs: dict[str, SearchDoc] = {}
    for number in range(30):
        product = draw_product(draw, f"p{number}")
        docs |= {doc.key: doc for doc in product}
        index.replace(f"p{number}", product)
    index.commit(1)
    for _ in range(40):
        query = draw_query(draw)
        hits = {hit.key for hit in index.search(0, query).hits}
        for key in hits:
            pieces = index.make_snippet(docs[key].texts, query)
            assert bool(pieces) == bool(query.text.strip(" \n,.-・"))
            stretches = [(piece.tag, piece.before + piece.match + piece.after) for piece in pieces]
            assert all(any(t == tag and s in text for t, text in docs[key].texts) for tag, s in stretches)
