# SPDX-License-Identifier: Apache-2.0
"""Renditions: the first variant seen, the banner of exactly what is shown, the check of exactly that text."""

import functools

from tearline.core.labels import Label, make_label
from tearline.core.products import Portion
from tearline.core.renditions import (
    Voice,
    check_of,
    print_banner,
    print_portion_mark,
    print_rendition,
    render,
)
from tests.golden.building import build_products, get_book, read_as, sees

BOOK = get_book()
KOREAN = Voice("EXERCISE KOR", ("ko", "en"))
JAPANESE = Voice("EXERCISE JPN", ("ja", "en"))
PUBLIC = Label("PUBLIC", "UNMARKED")
K1 = build_products()["K1", 1]


def kor(*members, level="III-KUP"):
    return make_label("EXERCISE KOR", level, {"Releasable To": members})


def test_n1_the_check_is_of_what_is_shown():
    """Readers of one text have one check; another text, or another reference, has another."""
    checks = {
        r: read_as(r, K1.portions, K1)[1].check
        for r in ("AUS-0", "AUS-M", "GBR-0", "NHQ-0", "JPN-0", "NZL-0")
    }
    assert checks["AUS-0"] == checks["AUS-M"] == checks["GBR-0"] == checks["NHQ-0"]
    assert len(set(checks.values())) == 3
    assert all(len(check) == 4 for check in checks.values())
    shown = read_as("AUS-0", K1.portions, K1)[0]
    assert check_of(K1.envelope, shown) != check_of(build_products()["J1", 1].envelope, shown)


def test_n1_the_author_s_revision_stands_in_no_rendition():
    """Inside the cell nothing changes for AUS: the same bytes from revision 1 and revision 2."""
    two = build_products()["K1", 2]
    one, other = (render(product.portions, functools.partial(sees, "AUS-0")) for product in (K1, two))
    assert one == other
    assert print_rendition(K1.envelope, 5, one, JAPANESE, BOOK) == print_rendition(
        two.envelope, 5, other, JAPANESE, BOOK
    )


def test_nothing_shown_is_nothing():
    assert render(K1.portions, lambda _: False) == ()
    assert render((Portion("AA", "paragraph", ()),), lambda _: True) == ()


def test_banner_of_one_policy_of_another_and_of_public():
    """At home in the nation's language; abroad the originator's in English and the receiver's in theirs; PUBLIC alone."""
    labels = [kor("KOR", "JPN"), PUBLIC]
    assert print_banner(labels, KOREAN, BOOK) == "EXERCISE 군사III급비밀//배포허용: KOR, JPN"
    assert (
        print_banner(labels, JAPANESE, BOOK)
        == "EXERCISE KOR III-KUP//REL TO KOR, JPN | EXERCISE 秘//韓国政府提供"
    )
    assert print_banner([PUBLIC], JAPANESE, BOOK) == "PUBLIC"
    assert print_portion_mark(PUBLIC, KOREAN, BOOK) == "(PUBLIC)"


def test_n3_a_banner_without_sound_label_says_originator_only():
    """No label covers both, or the label has no words at the reader's member: nothing is guessed."""
    assert print_banner([kor("KOR"), kor("JPN")], KOREAN, BOOK) == "EXERCISE ORIGINATOR ONLY"
    top = print_banner([kor("KOR", "JPN", level="I-KUP")], JAPANESE, BOOK)
    assert top == "EXERCISE KOR I-KUP//REL TO KOR, JPN | EXERCISE ORIGINATOR ONLY"
