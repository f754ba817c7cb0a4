# SPDX-License-Identifier: Apache-2.0
"""The finder answers over its two indexes as over one, and a purge leaves no term in either."""

from __future__ import annotations

from contextlib import contextmanager

import pytest

from tearline.core.ids import Member
from tearline.node.commands import act_as, amend_product, file_product
from tearline.node.views import finder as module
from tearline.node.views import kept_index
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


def test_n1_letters_find_a_product_for_who_sees_it(site):
    """By the reference that its readers are shown, at the desk of its author and not for who is not cleared."""
    key, acting = file(site, "heron")
    letters = site.node.catalogue.holdings[key].envelope.reference.split()[-1]
    assert keys(make_finder(site.node), acting, letters)[0] == [key]
    others = set(site.node.catalogue.appearances) - {acting.class_id}
    blind = [c for c in others if key not in site.node.catalogue.appearances[c]]
    for class_id in blind:
        assert site.gate.finder.search(class_id, Query(letters)).total == 0
        assert site.gate.finder.match(class_id, key, [Query(letters)]) == (False,)


def test_n2_an_amended_product_moves(site):
    """A settled product that changes is found by its new words alone."""
    key, acting = file(site, "cormorant")
    finder = make_finder(site.node)
    amend_product(site.node, acting, key, draft("gannet"))
    assert keys(finder, acting, "cormorant")[0] == []
    assert keys(finder, acting, "gannet")[0] == [key]


class CountedIndex(SearchIndex):
    """An index that counts how often it was built anew."""

    rebuilt = 0

    def rebuild(self, docs, position, note=b""):
        self.rebuilt += 1
        super().rebuild(docs, position, note)


@contextmanager
def run(site, folder):
    """A finder as a run of the program makes it, until the program stops."""
    places = site.node.book.places
    index = CountedIndex(folder, places)
    finder = Finder(index, SearchIndex(None, places), site.node.catalogue)
    try:
        yield finder, index
    finally:
        finder.close()


def test_n2_a_start_takes_over_what_is_as_it_would_be_built_anew(site, tmp_path):
    """What settled is not made again; what came, changed or went while or before the program stopped is found as it is."""
    old = [file(site, f"heron number {n}")[0] for n in range(12)]
    acting = act_as(site.node, "kor.analyst", "KOR-DESK")
    with run(site, tmp_path / "index") as (finder, index):
        assert index.rebuilt == 1
        fresh = file(site, "heron afterwards")[0]
        amend_product(site.node, acting, old[0], draft("heron amended"))
        assert sorted(keys(finder, acting, "heron")[0]) == sorted([*old, fresh])
    amend_product(site.node, acting, old[1], draft("gannet"))
    with run(site, tmp_path / "index") as (finder, index):
        assert sorted(keys(finder, acting, "heron")[0]) == sorted([old[0], *old[2:], fresh])
        assert keys(finder, acting, "gannet")[0] == [old[1]]
        assert keys(finder, acting, "amended")[0] == [old[0]]
        assert index.rebuilt == 0


def test_n1_classes_of_other_people_are_another_index(site, tmp_path):
    """A number that stood for another clearance when the index was written means nothing: all of it is made anew."""
    key, acting = file(site, "heron")
    with run(site, tmp_path / "index"):
        pass
    catalogue = site.node.catalogue
    names = catalogue.class_names()
    catalogue.class_names = lambda: [*names[:-1], "another"]
    with run(site, tmp_path / "index") as (finder, index):
        assert index.rebuilt == 1
        assert keys(finder, acting, "heron")[0] == [key]
    catalogue.class_names = lambda: [*names[:-1], "another", "one more"]
    with run(site, tmp_path / "index") as (finder, index):
        assert index.rebuilt == 0


@pytest.mark.parametrize("harm", ["version", "note", "emptied"])
def test_n2_an_index_that_is_not_what_it_says_is_made_anew(site, tmp_path, monkeypatch, harm):
    """Another program's, one without a note, one that lost its documents."""
    key, acting = file(site, "heron")
    with run(site, tmp_path / "index") as (_, index):
        if harm == "note":
            index.commit(index.position + 1, b"{}")
        if harm == "emptied":
            index.replace(key, ())
            index.commit(index.position + 1, index.note)
    if harm == "version":
        monkeypatch.setattr(kept_index, "__version__", "another")
    with run(site, tmp_path / "index") as (finder, index):
        assert index.rebuilt == 1
        assert keys(finder, acting, "heron")[0] == [key]


def test_d4_terms_left_by_an_earlier_run_go_with_the_purge(site, tmp_path):
    """A text that settled, was superseded and left the settled index in one run; its purge comes in the next."""
    others = [file(site, f"heron number {n}")[0] for n in range(4)]
    key, acting = file(site, "zanzibarcanary")
    with run(site, tmp_path / "index") as (finder, _):
        amend_product(site.node, acting, key, draft("plain"))
        assert keys(finder, acting, "plain")[0] == [key]
    with run(site, tmp_path / "index") as (finder, index):
        assert keys(finder, acting, "plain")[0] == [key]
        assert index.rebuilt == 0
        finder.purge(key)
        assert index.rebuilt == 1
        assert sorted(keys(finder, acting, "heron")[0]) == sorted(others)
        held = b"".join(path.read_bytes() for path in (tmp_path / "index").rglob("*") if path.is_file())
        assert b"zanzibarcanary" not in held


def test_a_start_knows_where_things_lie(site, tmp_path):
    """The atlas of what settled before is there when it is asked for."""
    acting = act_as(site.node, "kor.analyst", "KOR-DESK")
    place = '{"type":"Point","coordinates":[130.5,36.5]}'
    placed = file_product(site.node, acting, draft("buoy", place=place)).key
    file(site, "heron")
    with run(site, tmp_path / "index") as (finder, _):
        before = finder.list_places(acting.class_id, None)
        assert list(before) == [placed]
    with run(site, tmp_path / "index") as (finder, index):
        assert index.rebuilt == 0
        assert finder.list_places(acting.class_id, None) == before


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
