# SPDX-License-Identifier: Apache-2.0
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tearline.node.views.search.snippet import list_clusters
from tearline.node.views.search.words import TOKEN_CHARS_MAX, fold, list_runs, list_signs, print_tokens

# Signs that melt together when folded: jamo, half-width kana with its voicing marks, accents, a vowel that composes.
MELTING = "가\u1100\u1161\u11a8ｶﾞﾊﾟe\u0301\u0345ı\u0307İßﬁéệ\u0323\u0302㌔㈱\u09c7\u09be\u00ad\u200d\ufe0fA1 "


@given(st.text(alphabet=st.one_of(st.sampled_from(MELTING), st.characters()), max_size=12))
def test_pieces_that_fold_by_themselves_make_the_folded_text(text: str) -> None:
    """A snippet is cut between clusters, so what was found in the folded text is where it says in the text."""
    pieces = [text[start:end] for start, end in list_clusters(text)]
    assert "".join(pieces) == text
    assert "".join(map(fold, pieces)) == fold(text)


@given(st.text(max_size=12))
def test_fold_ignores_composition(text: str) -> None:
    """However an editor composed the letters, the same words match."""
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("MISSILE", "missile"),
        ("Ｍｉｓｓｉｌｅ", "missile"),
        ("STRASSE", "straße"),
        ("ﾐｻｲﾙ", "ミサイル"),
        ("mis\u00adsile", "missile"),
        ("Côte ÉLEVÉE repérée", "cote elevee reperee"),
        ("e\u0323\u0302 ệ x\u0302", "e e x"),
        ("葛\U000e0100城", "葛城"),
        ("می\u200cخواهم", "میخواهم"),
    ],
)
def test_fold_joins(one: str, other: str) -> None:
    """Case, width, and signs that print nothing make no other word."""
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("ICBM을 발사", ["icbm", "을", "발사"]),
        ("화성-18형", ["화성", "18", "형"]),
        ("U.S. KN-23_x", ["u", "s", "kn", "23", "x"]),
        ("ミサイル・ロケット", ["ミサイル", "ロケット"]),
        ("7月12日", ["7", "月", "12", "日"]),
        ("हिन्दी", ["हिन्दी"]),
        ("", []),
        (" ?! — ", []),
    ],
)
def test_runs_end_where_the_kind_of_script_does(text: str, runs: list[str]) -> None:
    """Particles hide no word, punctuation belongs to none, marks stay with their letters."""
    assert [run.text for run in list_runs(fold(text))] == runs


def test_tokens_tell_breaks_from_blanks() -> None:
    """Pairs, the last sign of a run, and a token of its own where more than blanks lies between."""
    assert print_tokens(fold("ICBM을 발사, 평양")).split() == [
        "icbm",
        "을",
        "발사",
        "사",
        "\x01",
        "평양",
        "양",
    ]
    assert list_signs(fold("ICBM을 발사")) == {"을", "발", "사"}


def test_very_long_words_are_kept_by_digest() -> None:
    """No word is too long to be found, and none reaches the engine's limit."""
    tokens = print_tokens("a" * 100_000 + " " + "a" * 100_001 + " " + "b" * TOKEN_CHARS_MAX).split()
    assert len(set(tokens)) == 3
    assert all(len(token) <= TOKEN_CHARS_MAX for token in tokens)
