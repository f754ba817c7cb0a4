# SPDX-License-Identifier: Apache-2.0
"""The finder answers over its two indexes as over one, and a purge leaves no term in either."""

from __future__ import annotations

import pytest

from tearline.core.ids import Member
from tearline.node.commands import act_as, amend_product, file_product
from tearline.node.views import finder as module
from tearline.node.views.finder import Finder
from tearline.node.views.search import Query, SearchIndex
from tests.node.views.texts import draft
from tests.simulation.network import Network, load_script, make_finder

KOR = Member("KOR")


@pytest.fixture
def site():
    return Network(load_script()).sites[KOR]


def file(site, words):
    acting = act_as(site.node, "kor.analyst", "KOR-DESK")
    filed = file_product(site.node, acting, draft(words))
    return filed.key, acting


def keys(finder, acting, text, **more):
    result = finder.search(acting.class_id, Query(text, **more))
    return [hit.product for hit in result.hits], result


def test_n2_settled_and_recent_are_one(site):
    """What was there at the start and what came later is found, counted and paged as one set."""
    old = [file(site, f"heron number {n}")[0] for n in range(5)]
    site.gate.finder.close()
    finder = make_finder(site.node)
    fresh = [file(site, f"heron number {n}")[0] for n in range(5, 9)]
    acting = act_as(site.node, "kor.analyst", "KOR-DESK")
    found, result = keys(finder, acting, "heron", limit=4)
    pages = list(found)
    while result.next is not None:
        found, result = keys(finder, acting, "heron", limit=4, after=result.next)
        pages += found
    assert sorted(pages) == sorted(old + fresh)
    assert result.total == 9
    assert pages == keys(finder, acting, "heron", limit=100)[0]


def test_n2_a_flood_settles_and_what_ages_settles(site, monkeypatch):
    """However products come, each is found once, by its newest words."""
    monkeypatch.setattr(module, "RECENT_MIN", 2)
    monkeypatch.setattr(module, "RECENT_MAX", 5)
    finder = make_finder(site.node)
    flood = [file(site, f"heron number {n}")[0] for n in range(9)]
    acting = act_as(site.node, "kor.analyst", "KOR-DESK")
    assert sorted(keys(finder, acting, "heron")[0]) == sorted(flood)
    for n in range(9, 20):
        flood.append(file(site, f"heron number {n}")[0])
        amend_product(site.node, acting, flood[n - 9], draft(f"heron again {n}"))
        found, result = keys(finder, acting, "heron")
        assert sorted(found) == sorted(flood)
        assert result.total == len(flood)
        assert keys(finder, acting, f"again {n}")[0] == [flood[n - 9]]
        finder.purge(flood[n % 7])
        assert sorted(keys(finder, acting, "heron")[0]) == sorted(flood)


def test_n2_an_amended_product_moves(site):
    """A settled product that changes is found by its new words alone."""
    key, acting = file(site, "cormorant")
    finder = make_finder(site.node)
    amend_product(site.node, acting, key, draft("gannet"))
    assert keys(finder, acting, "cormorant")[0] == []
    assert keys(finder, acting, "gannet")[0] == [key]


@pytest.mark.parametrize("settled", [True, False])
def test_d4_a_purge_leaves_no_term(site, tmp_path, settled):
    """Whichever index ever held it: its earlier words are in no file of the index."""
    key, acting = file(site, "zanzibarcanary")
    index = SearchIndex(tmp_path / "index", site.node.book.places)
    recent = SearchIndex(None, site.node.book.places)
    if not settled:
        holdings, site.node.catalogue.holdings = site.node.catalogue.holdings, {}
        finder = Finder(index, recent, site.node.catalogue)
        site.node.catalogue.holdings = holdings
        site.node.catalogue.touched[key] = None
    else:
        finder = Finder(index, recent, site.node.catalogue)
    assert keys(finder, acting, "zanzibarcanary")[0] == [key]
    amend_product(site.node, acting, key, draft("plain"))
    finder.purge(key)
    assert keys(finder, acting, "zanzibarcanary")[0] == []
    assert keys(finder, acting, "plain")[0] == [key]
    held = b"".join(path.read_bytes() for path in (tmp_path / "index").rglob("*") if path.is_file())
    assert b"zanzibarcanary" not in held
    finder.close()
