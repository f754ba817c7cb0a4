# SPDX-License-Identifier: Apache-2.0
"""One check of what people read and write at the screens removed at a time: its test must go red."""

import msgspec
import pytest

from tearline.core.ids import Person
from tearline.core.instants import MINUTE
from tearline.edge.api import drafts
from tearline.edge.api.caller import Caller
from tearline.edge.api.draft_news import DraftNews
from tearline.node.views import finder
from tearline.node.views.finder import Finder
from tearline.node.views.kept_index import IndexNote, make_note
from tests.edge import test_people, test_saved_searches
from tests.edge.driver import Client, Door, Sync
from tests.node.views import test_finder
from tests.simulation.network import Network, load_script
from tests.twins import test_n1_events
from tests.twins.worlds import Day, draft, found


@pytest.fixture
def kor():
    day = Day(found(), frozenset())
    day.play()
    yield Door(day.network, "KOR")
    day.world.close()


@pytest.mark.parametrize("left_out", ["the clearance", "the post"])
def test_n1_a_draft_of_a_post_kept_without_either_is_shown_to_others(monkeypatch, kor, left_out):
    """The same post with another clearance, or the same clearance at another post."""

    async def owner(caller):
        clearance = await caller.read(lambda r: r.clearance())
        return Person(f"|{caller.session.post}" if left_out == "the clearance" else f"|{clearance}")

    async def any_owner(caller, _draft_id):
        return await owner(caller)

    monkeypatch.setattr(Caller, "post_drafts_owner", owner)
    if left_out == "the post":
        monkeypatch.setattr(drafts, "owner_of", any_owner)
    with pytest.raises(AssertionError):
        test_people.test_n1_a_draft_of_a_post_is_for_its_people_of_the_same_clearance_alone(kor)


def test_n1_news_of_drafts_told_to_every_stream_are_noticed(monkeypatch):
    """Their ids alone tell that somebody writes."""

    def tell_all(self, _owner, changed):
        for told in list(self._heard.values()):
            for tell in list(told):
                tell(changed)

    monkeypatch.setattr(DraftNews, "tell", tell_all)
    day = Day(found(), frozenset())
    day.play()
    try:
        with pytest.raises(AssertionError):
            test_n1_events.test_n1_a_draft_moves_no_frame_but_of_those_it_exists_for(day)
    finally:
        day.world.close()


def test_d4_an_index_that_forgets_what_it_left_behind_is_noticed(monkeypatch, tmp_path):
    """The next run would not know that terms of a superseded text are still in its files."""
    monkeypatch.setattr(finder, "make_note", lambda classes, _gone: make_note(classes, ()))
    with pytest.raises(AssertionError):
        test_finder.test_d4_terms_left_by_an_earlier_run_go_with_the_purge(
            Network(load_script()).sites["KOR"], tmp_path
        )


def test_n1_an_index_of_other_classes_taken_over_is_noticed(monkeypatch, tmp_path):
    """A number stands for whoever it is now."""
    monkeypatch.setattr(
        finder, "read_note", lambda raw, _classes: msgspec.json.decode(raw, type=IndexNote) if raw else None
    )
    with pytest.raises(AssertionError):
        test_finder.test_n1_classes_of_other_people_are_another_index(
            Network(load_script()).sites["KOR"], tmp_path
        )


def test_n1_alerts_asked_of_every_class_are_noticed_by_their_count_alone(monkeypatch):
    """No title is shown of what is hidden, and still its number tells that it came."""
    narrow = Finder.find_arrivals

    def wide(self, _class_id, query, since):
        classes = list(self._catalogue.appearances)
        return list(dict.fromkeys(row for c in classes for row in narrow(self, c, query, since)))

    day = Day(found(), frozenset())
    day.play()
    doors = {"KOR": Door(day.network, "KOR")}

    def sign_in(person):
        client = Sync(Client(doors["KOR"], person))
        assert client.sign_in("").status == 200
        return client

    def arrive(name, *portions):
        day.network.clock.system += MINUTE
        return day.file(name, "KOR", "kor.watch", draft("KOR", "report", *portions), minute=20)

    monkeypatch.setattr(Finder, "find_arrivals", wide)
    try:
        with pytest.raises(AssertionError):
            test_saved_searches.test_n1_no_alert_for_what_is_hidden(sign_in, arrive)
    finally:
        day.world.close()
