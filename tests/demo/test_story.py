# SPDX-License-Identifier: Apache-2.0
"""What an exercise tells at the door: complete in every language, about its own members, and nothing that is anybody's."""

from __future__ import annotations

import msgspec

from tearline.cli.demo.network import make_spec, make_story
from tearline.cli.demo.scenario import DEFAULT, find_script, load_scenario

LANGUAGES = {"en", "fr", "ko", "ja"}


def test_the_shipped_story_is_told_in_every_language_and_names_every_member() -> None:
    scenario = load_scenario(find_script(DEFAULT))
    story = make_story(scenario)
    assert story is not None
    assert (story.title, story.day) == ("PAPER LANTERN 23", "2023-07-12")
    assert [m.code for m in story.members] == list(scenario.members)
    texts = [story.story, *(text for m in story.members for text in (m.names, m.parts))]
    assert all(set(text) == LANGUAGES and all(text.values()) for text in texts)
    assert {m.code: m.names["en"] for m in story.members} == {
        code: member["name"] for code, member in scenario.members.items()
    }
    assert msgspec.structs.astuple(story.shown) == ("KOR", "kor.watch", "KOR-WARN 120104Z JUL 23 K7QF")
    assert make_spec(scenario, 8470).story == story


def test_n1_the_story_stands_at_every_door_and_holds_no_canary() -> None:
    scenario = load_scenario(find_script(DEFAULT))
    told = str(make_story(scenario))
    assert [row["text"] for row in scenario.table("canaries.csv") if row["text"] in told] == []
