# SPDX-License-Identifier: Apache-2.0
"""The account can be read: short, aligned, plain, and it says in its last lines whether all of it is proved."""

import pytest

from tearline.cli.demo.account import choose_paragraph, print_account
from tearline.cli.printing import width_of
from tests.demo.conftest import Played

pytestmark = pytest.mark.slow
LINES_MAX = 60


def test_it_is_short_and_ends_with_the_verdict(played: Played) -> None:
    """At most sixty lines; the last one is the verdict."""
    lines = print_account(played.scene, "23")
    assert len(lines) <= LINES_MAX
    assert lines[-1].startswith("PROVED")


def test_every_product_stands_in_it(played: Played) -> None:
    """Who wrote what: each product of the script that was filed under its own name."""
    text = "\n".join(print_account(played.scene, "23"))
    assert [h for h in played.scene.keys if h in played.scenario.products and h not in text] == []


def test_columns_are_aligned_whatever_the_letters(played: Played) -> None:
    """A mark stands in one column, also behind Korean words."""
    lines = print_account(played.scene, "23")
    start = next(n for n, line in enumerate(lines) if line.startswith("ONE PARAGRAPH"))
    rows = lines[start + 1 : start + 1 + len(played.scenario.members)]
    assert len({width_of(row.partition("(EXERCISE")[0]) for row in rows if "(EXERCISE" in row}) == 1


def test_the_paragraph_has_several_forms(played: Played) -> None:
    """The paragraph shown is one that members hold in different words."""
    handle, revision, tag = choose_paragraph(played.scene) or ("", 0, "")
    portion = next(p for p in played.scenario.revision(handle, revision)["portions"] if p["tag"] == tag)
    assert len(portion["variants"]) > 1


def test_colour_only_where_asked_for(played: Played) -> None:
    """No escape sequence unless the account goes to a terminal that wants colour."""
    assert not any("\x1b" in line for line in print_account(played.scene, "23"))
    assert "\x1b" in print_account(played.scene, "23", coloured=True)[-1]
