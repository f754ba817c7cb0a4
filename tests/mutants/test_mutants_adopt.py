# SPDX-License-Identifier: Apache-2.0
"""One check of adopting a policy pack removed at a time: the test that guards it must go red."""

import msgspec
import pytest

from tearline.core.exchange import arrival
from tearline.node import node as node_module
from tearline.node.commands import adopt, policies, receive
from tearline.node.node import Node
from tearline.node.views.catalogue import CatalogueView
from tearline.node.views.labelled import Labelled
from tearline.node.views.people import PeopleView
from tests.node.commands import test_adopt, test_windows
from tests.node.commands.test_policies import make_world


def with_world(test):
    return lambda: test(make_world())


def nothing(_original):
    return lambda *_args, **_kwargs: None


def none_opened(_original):
    return lambda *_args, **_kwargs: 0


def know_every_pack(original):
    def judge(share, receiver):
        return original(msgspec.structs.replace(share, packs=next(iter(receiver.packs))), receiver)

    return judge


def adopt_only_now(original):
    """Not when the journal is read again."""

    def take(node, book, directory, entry):
        if node._fresh:
            original(node, book, directory, entry)

    return take


def take_without_obstacles(original):
    return lambda *asked: (o for o in original(*asked) if o.code == "same-pack")


def keep_what_is_shown(_original):
    return lambda *_args, **_kwargs: None


MUTANTS = {
    "n4 losses stay where they are": (
        adopt,
        "recall_share",
        nothing,
        with_world(test_adopt.test_n4_losses_are_recalled_with_the_rest_whole_in_the_commit_of_one_entry),
    ),
    "n7 nobody is told": (
        adopt,
        "_tell_readers",
        nothing,
        with_world(
            test_adopt.test_n7_readers_here_lose_at_once_what_they_may_not_see_and_are_told_by_reference
        ),
    ),
    "n7 views keep what they show": (
        CatalogueView,
        "adopt",
        keep_what_is_shown,
        with_world(
            test_adopt.test_n7_readers_here_lose_at_once_what_they_may_not_see_and_are_told_by_reference
        ),
    ),
    "n2 quarantine stays shut": (
        adopt,
        "_open_quarantine",
        none_opened,
        with_world(
            test_adopt.test_n5_what_is_sent_under_policies_that_a_partner_lacks_waits_sealed_until_it_has_them
        ),
    ),
    "n5 labels of unknown policies are read": (
        arrival,
        "_judge_share",
        know_every_pack,
        with_world(
            test_adopt.test_n5_what_is_sent_under_policies_that_a_partner_lacks_waits_sealed_until_it_has_them
        ),
    ),
    "d1 a restart forgets the pack": (
        Node,
        "_decide_by",
        adopt_only_now,
        with_world(test_adopt.test_d1_a_restart_finds_the_pack_and_everything_decided_by_it),
    ),
    "n5 what has no words is taken": (
        policies,
        "_find_obstacles",
        take_without_obstacles,
        with_world(
            test_adopt.test_n5_a_pack_that_would_leave_labels_or_members_without_words_is_shown_and_not_taken
        ),
    ),
    "a3 anything typed will do": (
        adopt,
        "_refuse",
        nothing,
        with_world(test_adopt.test_a3_what_takes_effect_is_what_was_shown),
    ),
    "n7 people keep what their codewords were": (
        PeopleView,
        "adopt",
        lambda _original: lambda *_args: {},
        with_world(test_adopt.test_n7_who_holds_a_new_word_reads_by_it_at_once),
    ),
    "n5 losses are accepted by nobody": (
        policies,
        "_list_losses",
        lambda _original: lambda *_args: iter(()),
        with_world(test_adopt.test_n5_what_the_pack_has_no_words_for_is_lost_only_if_that_is_accepted),
    ),
    "n5 time changes nothing": (
        Node,
        "windows_turned",
        lambda _original: lambda _node: False,
        test_windows.test_n5_a_window_that_shuts_takes_at_once_what_it_covered,
    ),
    "n5 a partner waits to be told": (
        receive,
        "follow_windows",
        nothing,
        test_windows.test_n5_a_partner_follows_its_own_book_before_it_takes_anything,
    ),
    "n5 a turn decides nothing anew": (
        node_module,
        "book_as_of",
        lambda _original: lambda book, _dtg: book,
        test_windows.test_d1_what_turned_while_a_node_was_down_is_caught_up_and_a_restart_finds_it,
    ),
    "n4 no text is opened": (
        Labelled,
        "find",
        lambda _original: lambda *_args, **_how: iter(()),
        with_world(test_adopt.test_n4_losses_are_recalled_with_the_rest_whole_in_the_commit_of_one_entry),
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", MUTANTS)
def test_without_this_check_a_property_goes_red(name, monkeypatch):
    place, attribute, mutate, check = MUTANTS[name]
    monkeypatch.setattr(place, attribute, mutate(getattr(place, attribute)))
    with pytest.raises((AssertionError, ValueError, AttributeError, KeyError)):
        check()
