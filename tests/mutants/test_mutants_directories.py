# SPDX-License-Identifier: Apache-2.0
"""One check of taking a directory over removed at a time: the test that guards it must go red."""

import tempfile
from pathlib import Path

import pytest

from tearline.mailbox.carriers.https import MailApp
from tearline.node import node as node_module
from tearline.node.commands import adopt, directories
from tearline.node.commands.trial import Trial
from tearline.node.node import Node
from tearline.node.views.desk import DeskView
from tests.mailbox import test_https
from tests.mailbox.world import World as MailWorld
from tests.node.commands import test_directories as tests
from tests.node.commands.test_directories import make_world


def with_world(test):
    return lambda: test(make_world())


def nothing(_original):
    return lambda *_args, **_kwargs: None


def find_none(_original):
    return lambda *_args, **_kwargs: iter(())


def take_only_now(original):
    """Not when the journal is read again."""

    def take(node, position, entry):
        if node.lock._is_owned():
            original(node, position, entry)

    return take


def keep_classes(original):
    """Whoever left keeps a class, and what it saw."""

    def number(node):
        return {**dict(getattr(node, "member_classes", {})), **original(node)}

    return number


def with_mail(test):
    def guard():
        with tempfile.TemporaryDirectory() as folder:
            test(MailWorld(Path(folder)), Path(folder))

    return guard


def serve_who_asked_before(_original):
    return lambda app, _peer: None if not app._closed else pytest.fail("closed")


MUTANTS = {
    "n7 who left is served what it waits for": (
        MailApp,
        "_check_open",
        serve_who_asked_before,
        with_mail(test_https.test_n7_who_left_is_served_nothing_while_it_waits),
    ),
    "n7 who left waits on": (
        MailApp,
        "look_again",
        nothing,
        with_mail(test_https.test_n7_who_left_is_served_nothing_while_it_waits),
    ),
    "n7 a lowered clearance recalls nothing": (
        adopt,
        "recall_share",
        nothing,
        with_world(tests.test_n7_a_lowered_clearance_recalls_with_the_rest_whole_in_the_commit_of_one_entry),
    ),
    "n7 nobody here is told": (
        adopt,
        "_tell_readers",
        nothing,
        with_world(tests.test_n7_readers_here_lose_at_once_what_our_own_clearance_does_not_cover_any_more),
    ),
    "n7 who left is still written to": (
        Node,
        "_number_members",
        keep_classes,
        with_world(tests.test_n7_to_who_left_nothing_goes_any_more),
    ),
    "n7 the desk still waits for who left": (
        DeskView,
        "keep",
        nothing,
        with_world(tests.test_n7_to_who_left_nothing_goes_any_more),
    ),
    "n7 who comes again is not looked at": (
        Trial,
        "_find_touched",
        find_none,
        with_world(tests.test_n7_who_comes_again_with_less_has_what_it_may_not_hold_recalled),
    ),
    "d1 a restart decides all by the first directory": (
        Node,
        "_take_directory",
        take_only_now,
        with_world(tests.test_d1_each_entry_is_decided_under_the_directory_of_its_day),
    ),
    "d1 a restart decides all by the folder's directory": (
        node_module,
        "find_founding_directory",
        lambda _original: lambda _journal, source: source.found(),
        lambda: tests.test_d1_a_journal_without_a_directory_gets_the_one_of_its_folder(pytest.MonkeyPatch()),
    ),
    "n5 this node's own record may change": (
        directories,
        "_find_obstacles",
        find_none,
        with_world(tests.test_n5_what_no_running_node_takes_over_is_refused_with_advice),
    ),
    "n5 an older directory is taken": (
        directories,
        "check_successor",
        nothing,
        with_world(tests.test_n5_what_no_running_node_takes_over_is_refused_with_advice),
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", MUTANTS)
def test_without_this_check_a_property_goes_red(name, monkeypatch):
    place, attribute, change, guard = MUTANTS[name]
    guard()
    monkeypatch.setattr(place, attribute, change(getattr(place, attribute)))
    with pytest.raises((AssertionError, KeyError, TimeoutError, pytest.fail.Exception)):
        guard()
