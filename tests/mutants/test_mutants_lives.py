# SPDX-License-Identifier: Apache-2.0
"""One check of a node's next life removed at a time: the test that guards it must go red."""

import pytest

from tearline.core.errors import TearlineError
from tearline.core.exchange import Fresh
from tearline.core.log import parse_note
from tearline.node.commands import lives, receive, recover
from tearline.node.journal import whole
from tearline.node.views.releases import ReleasesView
from tearline.node.views.streams import StreamsView
from tests.node.commands import test_lives
from tests.node.commands.world import World
from tests.node.journal import test_lives as test_journal_lives


def never(_original):
    return lambda *_args, **_kwargs: None


def nothing(_original):
    return lambda *_args, **_kwargs: []


def read_only(_original):
    return lambda raw, _verifiers: parse_note(raw).text


def take_any_run(_original):
    return lambda lane, _start, items, _note, _verify: Fresh(lane.size, tuple(items))


def count_from_the_backup(_original):
    return lambda streams, peer, product: streams.sent_revision.get((peer, product), 0) + 1


def tell_all(original):
    def begin(streams, entry):
        original(streams, entry)
        everything = tuple(kept for found in streams.kept.values() for kept in found)
        streams.kept = dict.fromkeys(streams.kept, everything)

    return begin


def small(test, *values):
    return lambda: test(World("KOR", "JPN", "USA"), *values)


MUTANTS = {
    "n5 whoever signed it": (
        lives,
        "verify_note",
        read_only,
        small(
            test_lives.test_n5_an_announcement_that_is_not_both_keys_word_to_us_ends_no_stream,
            "by the stream key alone",
        ),
    ),
    "a2 any backup is a beginning": (
        lives,
        "check_kept",
        never,
        small(test_lives.test_a2_a_backup_that_is_not_the_beginning_of_what_was_received_stops_the_lane),
    ),
    "a2 two beginnings stop nothing": (
        lives,
        "_stop",
        never,
        small(test_lives.test_a2_two_beginnings_of_one_incarnation_stop_the_stream_and_a_later_one_ends_both),
    ),
    "a2 a later life needs no beginning": (
        whole,
        "_check_lives",
        lambda _original: lambda report, _begun: report,
        test_journal_lives.test_a2_a_life_that_nobody_began_is_a_history_that_was_cut,
    ),
    "d3 revisions go on from the backup": (
        StreamsView,
        "next_revision",
        count_from_the_backup,
        small(test_lives.test_d3_an_amendment_of_the_new_life_is_newer_than_one_that_was_lost),
    ),
    "n2 what never arrived is forgotten": (
        StreamsView,
        "list_unsent",
        nothing,
        small(test_lives.test_d3_n2_what_a_partner_never_got_goes_again_and_what_it_has_stays),
    ),
    "d4 what a backup holds again is not called back": (
        ReleasesView,
        "list_undone",
        nothing,
        small(test_lives.test_d4_what_a_restored_node_had_destroyed_is_called_back_once_more),
    ),
    "d4 a recall that came back is not open": (
        ReleasesView,
        "_open_recall",
        never,
        small(test_lives.test_d4_a_recall_that_was_lost_is_open_again_until_it_is_answered),
    ),
    "n1 each partner is told of every stream": (
        StreamsView,
        "_begin",
        tell_all,
        test_lives.test_n1_an_announcement_says_nothing_of_what_others_were_sent,
    ),
    "n5 anything is taken back": (
        recover,
        "check_run",
        take_any_run,
        small(test_lives.test_n5_nothing_is_taken_back_that_this_node_did_not_sign),
    ),
    "a1 a claim is no alarm": (
        receive,
        "note_ahead",
        never,
        small(test_lives.test_a1_a_claim_of_more_than_there_is_is_an_alarm_and_holds_that_partner_alone),
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", MUTANTS)
def test_without_this_check_a_property_goes_red(name, monkeypatch):
    place, attribute, mutate, check = MUTANTS[name]
    check()
    monkeypatch.setattr(place, attribute, mutate(getattr(place, attribute)))
    with pytest.raises((AssertionError, TearlineError, pytest.fail.Exception)):
        check()
