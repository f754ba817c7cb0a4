# SPDX-License-Identifier: Apache-2.0
"""One check of the node or the exchange removed at a time: the campaign, or the test that guards it, must go red."""

from types import MappingProxyType

import pytest

from tearline.core.errors import TearlineError
from tearline.core.exchange import Fresh, arrival
from tearline.core.ids import Post
from tearline.core.renditions import Share, make_share
from tearline.node.commands import (
    amend,
    authorise,
    bundles,
    desk,
    links,
    outcomes,
    people,
    receive,
    release,
    withdraw,
)
from tearline.node.gate import duty, reading, watchlog
from tearline.node.gate.lines import PostLines
from tearline.node.node import Node
from tearline.node.views import histories
from tearline.node.views.atlas import Atlas
from tearline.node.views.catalogue import CatalogueView
from tearline.node.views.releases import ReleasesView
from tearline.node.views.streams import StreamsView
from tests.node.commands import (
    test_amend,
    test_authorise,
    test_bundles,
    test_desk,
    test_links,
    test_outcomes,
    test_people,
    test_trails,
    test_watch,
    test_withdraw,
)
from tests.node.commands.world import World
from tests.node.views import test_atlas
from tests.simulation import test_hostile
from tests.simulation.campaign import Campaign
from tests.twins import test_n1_work
from tests.twins.test_n1_history import (
    test_d4_d3_a_recall_that_comes_after_other_words_still_takes_the_former_ones,
    test_d4_n1_a_purge_leaves_each_class_what_it_may_have_and_no_more,
    test_n1_what_an_author_took_out_is_lost_in_the_history_of_their_own_readers,
)

SEEDS = 30


class Steady(Campaign):
    """Without lost disks: what a mutant breaks shows in fewer seeds."""

    ACTS = MappingProxyType({a: n for a, n in Campaign.ACTS.items() if a not in {"back_up", "restore"}})


def run_campaigns():
    for seed in range(SEEDS):
        campaign = Steady(seed)
        campaign.run(45)
        campaign.finish()


def small(test):
    return lambda: test(World("KOR", "JPN", "USA", "NZL"))


def watched(test):
    return lambda: test(test_watch.make_world())


def forget_revisions(original):
    def decide(leaf, body, lane, receiver):
        fields = {name: getattr(receiver, name) for name in receiver.__struct_fields__}
        return original(leaf, body, lane, type(receiver)(**{**fields, "newest": {}}))

    return decide


def keep_every_payload(_original):
    return lambda item, arrival, _bound: (
        receive.encode_payload("share", item.salt, item.body or b""),
        arrival.body,
    )


def take_any_run(_original):
    return lambda lane, start, items, _note, _verify: Fresh(lane.size, tuple(items[lane.size - start :]))


def see_everything(_original):
    return lambda product, member, _sees: make_share(product, member, lambda _label: True)


def never(_original):
    return lambda *_args, **_kwargs: None


def nothing(_original):
    return lambda *_args, **_kwargs: ()


def always(_original):
    return lambda *_args, **_kwargs: True


def shares_are_seen(original):
    return lambda node, class_id, text: isinstance(text, Share) or original(node, class_id, text)


def as_bound(_original):
    return lambda _node, acting: acting


def keep_former(_original):
    return lambda former, _left, _text: former


def keep_no_texts(_original):
    return lambda _self, _key: b"[]"


def recall_what_others_had():
    test_d4_n1_a_purge_leaves_each_class_what_it_may_have_and_no_more("hidden recall")


def place_of_anybody(original):
    """The positions of whichever class: the first that has one."""

    def list_in(self, _class_id, area, keys=()):
        for class_id in list(self._held):
            yield from original(self, class_id, area, keys)

    return list_in


MUTANTS = {
    "n1 the map has the place of anybody's variant": (
        Atlas,
        "list_in",
        place_of_anybody,
        test_atlas.test_n1_each_class_has_the_place_of_its_own_variant,
    ),
    "n1 a purge takes everybody's former texts": (
        CatalogueView,
        "former_texts",
        keep_no_texts,
        recall_what_others_had,
    ),
    "n1 what is lost stays in former texts": (
        histories,
        "_cut",
        keep_former,
        test_n1_what_an_author_took_out_is_lost_in_the_history_of_their_own_readers,
    ),
    "d4 a recall that was overtaken leaves former texts alone": (
        histories.Histories,
        "withdraw",
        never,
        test_d4_d3_a_recall_that_comes_after_other_words_still_takes_the_former_ones,
    ),
    "n1 a share is the whole product": (release, "make_share", see_everything, run_campaigns),
    "n1 in a lowered session an author is one": (
        amend,
        "may_write_anew",
        lambda _original: (
            lambda node, acting, product: node.desk.items[product.envelope.product].author == acting.person
        ),
        test_people.test_n1_in_a_lowered_session_nobody_is_an_author,
    ),
    "n7 anybody keeps links": (
        links,
        "check_keeper",
        never,
        lambda: test_links.test_links_are_kept_by_administration_and_security_alone(
            World("KOR", "JPN"), "kor.watch"
        ),
    ),
    "n5 a bundle is taken from anybody, for anybody": (
        bundles,
        "_prove",
        lambda _original: lambda _node, _envelope, slip: slip.member,
        lambda: test_bundles.test_n5_a_file_of_a_stranger_or_of_ourselves_is_refused(
            test_bundles.make_world()
        ),
    ),
    "a1 a bundle is brought off the record": (
        bundles,
        "_record",
        never,
        lambda: test_bundles.test_a1_each_file_made_or_brought_is_on_record_refused_ones_too(
            test_bundles.make_world()
        ),
    ),
    "a1 a look at the trail leaves no trace": (
        duty,
        "note_trail_read",
        never,
        lambda: test_trails.test_a1_a_look_at_the_trail_is_on_record(test_trails.make_world()),
    ),
    "n7 anybody keeps people": (
        people,
        "_may_administer",
        never,
        lambda: test_people.test_n7_only_an_administrator_keeps_people_and_posts(test_people.make_world()),
    ),
    "d1 a restart finishes nothing": (receive.NodeInbox, "__init__", None, run_campaigns),
    "d1 a restart posts nothing": (Node, "_repost", never, run_campaigns),
    "d1 a purge forgets since when": (CatalogueView, "_restore", never, run_campaigns),
    "d2 any run is taken": (receive, "check_run", take_any_run, run_campaigns),
    "d2 any payload is taken": (receive, "check_commitment", always, run_campaigns),
    "d2 a split view stops nothing": (
        receive,
        "_stop_lane",
        never,
        lambda: test_hostile.test_d2_two_signed_views_stop_that_lane_only_and_both_are_kept("same size"),
    ),
    "d3 the last to arrive wins": (
        arrival,
        "_decide_content",
        forget_revisions,
        test_hostile.test_d3_an_older_text_that_comes_late_or_again_changes_nothing,
    ),
    "d3 what was lost is not sent again": (receive, "send_again", never, run_campaigns),
    "d4 superseded payloads stay": (receive, "_keep", keep_every_payload, run_campaigns),
    "d4 the spool keeps what was recalled": (StreamsView, "_supersede", never, run_campaigns),
    "d4 a superseded recall is forgotten": (ReleasesView, "outstanding", nothing, run_campaigns),
    "d4 a purge takes nothing": (CatalogueView, "purgeable", nothing, run_campaigns),
    "d4 nobody is told": (
        withdraw,
        "_tell_readers",
        never,
        small(test_withdraw.test_n1_exactly_those_are_told_who_were_shown_what_is_gone),
    ),
    "n7 a right is kept from when it was handed out": (
        reading,
        "act_again",
        as_bound,
        small(test_withdraw.test_n7_a_person_whose_clearance_was_cut_reads_by_the_new_one_at_once),
    ),
    "a1 any delegation covers anything": (
        authorise,
        "covers",
        always,
        lambda: test_authorise.test_a1_above_the_delegations_highest_waits_on_the_desk(World()),
    ),
    "a1 no agreement is asked for": (
        release,
        "find_agreement_faults",
        nothing,
        lambda: test_authorise.test_a1_an_amendment_goes_nowhere_without_an_agreement(World()),
    ),
    "a1 officers needn't see all of an item": (
        desk,
        "find_item",
        lambda _original: desk.find_known_product,
        small(test_desk.test_n1_an_item_is_offered_only_to_who_sees_all_of_it),
    ),
    "a1 a recall brings new words": (
        release,
        "_remainder",
        lambda _original: lambda _before, after: after,
        small(test_amend.test_a1_a_recall_without_authority_brings_no_new_word),
    ),
}


MUTANTS |= {
    "n1 what is hidden is read before it is denied": (
        CatalogueView,
        "appears",
        always,
        lambda: test_n1_work.check_pairs("lower clearance, same member"),
    ),
    "n1 an officer's look begins with the text": (
        amend,
        "is_known",
        always,
        lambda: test_n1_work.check_pairs("officer who does not see all"),
    ),
    "n1 a row of the log is everybody's": (
        watchlog.LogReader,
        "_came",
        always,
        watched(test_watch.test_n1_remarks_and_rows_are_there_as_far_as_they_are_seen),
    ),
    "n1 whoever is on watch is told to whom it went": (
        watchlog,
        "answers_for",
        always,
        watched(test_watch.test_n1_to_whom_something_went_is_told_to_those_who_answer_for_it),
    ),
    "n1 a warning is asked of everybody when it is asked of the first": (
        PostLines,
        "late",
        lambda _original: (
            lambda lines, key: Post("USA-WATCH") if key in lines._node.watch.passed else Post("")
        ),
        watched(test_watch.test_n1_time_runs_since_the_text_came_to_the_class_that_is_asked),
    ),
    "n7 what was sent is shown to who sees the newest alone": (
        desk,
        "sees_whole",
        shares_are_seen,
        small(test_outcomes.test_n7_an_older_text_is_shown_to_nobody_who_is_not_cleared_for_it),
    ),
    "n7 a release is reviewed by who does not see what was sent": (
        desk,
        "sees_whole",
        shares_are_seen,
        test_outcomes.test_n7_a_watch_posts_release_is_reviewed_by_who_sees_what_was_sent,
    ),
    "n1 what becomes of a product is told to everybody": (
        reading,
        "answers_for",
        lambda _original: lambda *_: True,
        small(
            test_outcomes.test_n1_who_answers_for_a_product_is_told_at_once_of_each_decision_and_answer_and_nobody_else
        ),
    ),
    "a1 what was recalled still counts as held": (
        outcomes,
        "_stand_recalled",
        lambda _original: lambda _node, sent: outcomes.Outcome((sent.member,), "held", at=sent.at),
        small(test_outcomes.test_a1_after_a_recall_nobody_is_said_to_hold_it),
    ),
}


def start_without_finishing(_original):
    def start(inbox, node):
        inbox._node, inbox._refusals, inbox._doubted, inbox.asked = node, {}, {}, {}
        inbox._find_note = lambda _origin: ""

    return start


@pytest.mark.slow
@pytest.mark.parametrize("name", MUTANTS)
def test_without_this_check_a_property_goes_red(name, monkeypatch):
    place, attribute, mutate, check = MUTANTS[name]
    mutant = (mutate or start_without_finishing)(getattr(place, attribute))
    monkeypatch.setattr(place, attribute, mutant)
    how = (AssertionError, TearlineError, ValueError, pytest.fail.Exception)  # ValueError: none to unpack
    with pytest.raises(how):
        check()
