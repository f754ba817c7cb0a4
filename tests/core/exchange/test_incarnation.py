# SPDX-License-Identifier: Apache-2.0
"""Announcements: one spelling, one receiver, and nothing that could pose as something else."""

import pytest

from tearline.core.errors import IntegrityError, MalformedError
from tearline.core.exchange import (
    INCARNATION_MAX,
    Announcement,
    Kept,
    Lane,
    check_kept,
    first_revision,
    parse_announcement,
    print_announcement,
)
from tearline.core.exchange.entry import REVISION_MAX
from tearline.core.log import parse_checkpoint

ROOT = "ab" * 32
GOOD = Announcement(
    "KOR/node-1", "JPN", 3, 1, 7, 8, (Kept(1, "FLASH", 2, ROOT), Kept(1, "ROUTINE", 5, ROOT)), 1, {"FLASH": 4}
)


def test_an_announcement_is_read_as_it_was_written_and_is_no_checkpoint():
    text = print_announcement(GOOD)
    assert parse_announcement(text) == GOOD
    with pytest.raises(MalformedError):
        parse_checkpoint(text)


TEXT = print_announcement(GOOD)
BAD = {
    "another first line": TEXT.replace("incarnation/1", "incarnation/2"),
    "a line more": TEXT + "more\n",
    "no last newline": TEXT[:-1],
    "another spelling": TEXT.replace('"at":7', '"at": 7'),
    "an unknown field": TEXT.replace('"at":7', '"and":1,"at":7'),
    "it follows itself": TEXT.replace('"before":1', '"before":3'),
    "the first life again": TEXT.replace('"incarnation":3', '"incarnation":1'),
    "of a life after the backup": TEXT.replace(
        '{"incarnation":1,"lane":"FLASH"', '{"incarnation":2,"lane":"FLASH"'
    ),
    "beyond all bounds": TEXT.replace('"incarnation":3', f'"incarnation":{INCARNATION_MAX + 1}'),
    "a lane twice": TEXT.replace('"ROUTINE"', '"FLASH"'),
    "no such lane": TEXT.replace('"ROUTINE"', '"SLOW"'),
    "less than nothing": TEXT.replace('"size":2', '"size":-2'),
    "a root that is none": TEXT.replace(ROOT, "AB" * 32),
    "too long": TEXT.replace("KOR/node-1", "K" * 9_000),
}


@pytest.mark.parametrize("what", BAD)
def test_n5_what_is_no_announcement_is_refused(what):
    with pytest.raises(MalformedError):
        parse_announcement(BAD[what])


def test_a2_what_is_kept_has_to_be_the_beginning_of_what_is_held():
    lane = Lane("KOR/node-1/JPN/FLASH/1")
    lane.append([b"one", b"two", b"three"])
    check_kept(Kept(1, "FLASH", 2, lane.root_at(2).hex()), lane)
    check_kept(Kept(1, "FLASH", 0, lane.root_at(0).hex()), lane)
    check_kept(Kept(1, "FLASH", 9, ROOT), lane)  # it signed what never came here: nobody can tell
    with pytest.raises(IntegrityError, match="another history"):
        check_kept(Kept(1, "FLASH", 2, ROOT), lane)


def test_d3_revisions_of_a_later_life_are_higher_and_stay_within_bounds():
    assert first_revision(1) == 0
    assert first_revision(2) > 10**8  # nobody amends a product so often in one life
    assert first_revision(INCARNATION_MAX) + first_revision(2) <= REVISION_MAX
