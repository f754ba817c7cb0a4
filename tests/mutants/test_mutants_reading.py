# SPDX-License-Identifier: Apache-2.0
"""One check of what people read and write at the screens removed at a time: its test must go red."""

import pytest

from tearline.core.ids import Person
from tearline.edge.api import drafts
from tests.edge import test_people
from tests.edge.driver import Door
from tests.twins.worlds import Day, found


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

    monkeypatch.setattr(drafts, "_post_owner", owner)
    if left_out == "the post":
        monkeypatch.setattr(drafts, "_owner", any_owner)
    with pytest.raises(AssertionError):
        test_people.test_n1_a_draft_of_a_post_is_for_its_people_of_the_same_clearance_alone(kor)
