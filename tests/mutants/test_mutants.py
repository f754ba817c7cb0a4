# SPDX-License-Identifier: Apache-2.0
"""One check removed at a time: the law that guards it must go red on a few hundred cases.

A mutant gets the original function and returns what takes its place, wherever the core has imported it.
"""

import sys

import msgspec
import pytest

from tearline.core.labels import Label, NoLabel, PolicyBook, TagKind
from tearline.core.labels.audience import name_audience
from tearline.core.labels.bridge import build_bridge
from tearline.core.labels.decide import (
    PERMIT,
    _find_epoch_faults,
    _find_faults,
    _find_lacks,
    _is_met,
    decide_anew,
)
from tearline.core.labels.dominate import _dominates_within
from tearline.core.labels.roll_up import _join, _join_audiences
from tearline.core.labels.sight import member_sees, own_sees, person_sees
from tearline.core.labels.translate import _carry, _epoch
from tearline.core.products import Portion
from tearline.core.renditions import Shown, render, share_portions
from tearline.core.renditions.share import _own_posts
from tests.properties import laws
from tests.properties.worlds import World, make_book

replace = msgspec.structs.replace


# --- N1, N2: shares and renditions --------------------------------------------


def share_ignores_sees(original):
    return lambda portions, _sees: original(portions, lambda _label: True)


def share_keeps_sources(_original):
    def share(portions, sees):
        kept = (replace(p, variants=tuple(v for v in p.variants if sees(v.label))) for p in portions)
        return tuple(p for p in kept if p.variants)

    return share


def share_keeps_empty_portions(_original):
    return lambda portions, sees: tuple(
        Portion(p.tag, p.kind, tuple(v for v in p.variants if sees(v.label))) for p in portions
    )


def share_names_others_posts(_original):
    return lambda posts, _member: posts


def share_keeps_the_first_variant(original):
    return lambda portions, sees: tuple(replace(p, variants=p.variants[:1]) for p in original(portions, sees))


def render_shows_the_last_resort(_original):
    def show(portion, sees):
        variant = next((v for v in portion.variants if sees(v.label)), portion.variants[-1])
        return Shown(portion.tag, portion.kind, variant.label, variant.body, variant.fields)

    return lambda portions, sees: tuple(show(p, sees) for p in portions)


def render_prefers_the_last_variant(original):
    return lambda portions, sees: original([replace(p, variants=p.variants[::-1]) for p in portions], sees)


# --- N3: roll-up and order ----------------------------------------------------


def banner_unites_audiences(_original):
    def join(labels, policy, book):
        members = frozenset().union(*(book.audience(label) for label in labels))
        epoch = max(label.epoch for label in labels)
        values = name_audience(members, policy.tag_sets["Releasable To"], book, epoch)
        return "Releasable To", values, epoch if book.groups & set(values) else ""

    return join


def banner_takes_the_first_level(original):
    def join(labels, policy, book):
        rolled = original(labels, policy, book)
        return (
            replace(rolled, classification=labels[0].classification) if isinstance(rolled, Label) else rolled
        )

    return join


def banner_forgets_codewords(original):
    def join(labels, policy, book):
        rolled = original(labels, policy, book)
        return _without_codewords(rolled) if isinstance(rolled, Label) else rolled

    return join


def banner_drops_what_is_not_common(original):
    """The standard's rule, which widens: where no member is common, the first portion's audience."""

    def join(labels, policy, book):
        rolled = original(labels, policy, book)
        return labels[0] if isinstance(rolled, NoLabel) else rolled

    return join


def order_ignores(kind):
    def mutate(original):
        if kind == "codewords":
            return lambda strict, loose, book: original(strict, _without_codewords(loose), book)
        return lambda strict, loose, book: original(
            replace(strict, categories=loose.categories, epoch=loose.epoch), loose, book
        )

    mutate.__name__ = f"order_ignores_{kind}"
    return mutate


def _without_codewords(label):
    return replace(label, categories=tuple((n, v) for n, v in label.categories if n != "Compartment"))


# --- N4: translation ----------------------------------------------------------


def carry_drops_unknown_codewords(original):
    def carry(label, bridge, book, *, upward):
        known = bridge.values_up if upward else bridge.values_down
        restrictive = [
            t.name for t in book.policies[label.policy].tag_sets.values() if t.kind is TagKind.RESTRICTIVE
        ]
        kept = [
            (name, tuple(v for v in values if name not in restrictive or (name, v) in known))
            for name, values in label.categories
        ]
        return original(
            replace(label, categories=tuple(c for c in kept if c[1])), bridge, book, upward=upward
        )

    return carry


def levels_arrive_lower(original):
    def build(policy, network):
        bridge = original(policy, network)
        if bridge is None:
            return None
        ladder = sorted(bridge.class_down, key=lambda name: network.classifications[name].hierarchy)
        down = {high: bridge.class_down[low] for low, high in zip([ladder[0], *ladder], ladder, strict=False)}
        return replace(bridge, class_down=down)

    return build


def groups_are_those_of_today(original):
    return lambda carried, label, book: original(carried, label, book) and "2026-01-01"


def groups_are_named_for_one_member(_original):
    def name(members, tag_set, book, epoch):
        groups = [v for v in tag_set.categories if v in book.groups and book.resolve((v,), epoch) & members]
        codes = members - book.resolve(tuple(groups), epoch)
        return tuple(sorted(codes | set(groups))) if codes <= tag_set.categories.keys() else None

    return name


# --- N5: the decision ---------------------------------------------------------


def drop(*codes):
    """Reasons of these codes are not found any more."""

    def mutate(original):
        return lambda *words: (reason for reason in original(*words) if reason.code not in codes)

    mutate.__name__ = "_".join(("drop", *codes))
    return mutate


def empty_audience_permits(original):
    def decided(label, clearance, book):
        empty = any(not values for _, values in label.categories)
        return PERMIT if empty and label.policy in book.policies else original(label, clearance, book)

    return decided


def person_is_not_asked(_original):
    return lambda label, sight, book: member_sees(label, sight.member, book)


def own_half_is_not_asked(_original):
    return lambda _label, _sight, _book: PERMIT


def member_is_not_asked(original):
    def answer(label, sight, book):
        if sight.national is None or label.policy != sight.member.policy:
            return original(label, sight, book)
        return decide_anew(label, sight.national, book)

    return answer


def public_is_for_those_without_clearance(original):
    return lambda label, sight, book: PERMIT if label.policy == book.public else original(label, sight, book)


def nothing_is_required(_original):
    return lambda _required, _label: True


DECISIONS = ("decisions", laws.check_decisions)
MALFORMED = ("malformed", lambda world: laws.check_malformed(world, 30))
BANNERS = ("banners", lambda world: laws.check_banners(world, 300))
TRANSLATIONS = ("translations", lambda world: laws.check_translations(world, 300))
RENDITIONS = ("renditions", lambda world: laws.check_renditions(world, 200))
TWINS = ("twins", lambda world: laws.check_twins(world, 200))
ORDER = ("order", lambda world: laws.check_order(world, 300))

MUTANTS = [
    ("n1", share_portions, share_ignores_sees, TWINS),
    ("n1", share_portions, share_keeps_sources, TWINS),
    ("n1", share_portions, share_keeps_empty_portions, TWINS),
    ("n1", _own_posts, share_names_others_posts, TWINS),
    ("n1", render, render_shows_the_last_resort, TWINS),
    ("n2", share_portions, share_keeps_the_first_variant, RENDITIONS),
    ("n2", render, render_prefers_the_last_variant, RENDITIONS),
    ("n3", _join_audiences, banner_unites_audiences, BANNERS),
    ("n3", _join, banner_takes_the_first_level, BANNERS),
    ("n3", _join, banner_forgets_codewords, BANNERS),
    ("n3", _join, banner_drops_what_is_not_common, BANNERS),
    ("n3", name_audience, groups_are_named_for_one_member, BANNERS),
    ("n3", _dominates_within, order_ignores("codewords"), ORDER),
    ("n3", _dominates_within, order_ignores("audience"), ORDER),
    ("n4", _carry, carry_drops_unknown_codewords, TRANSLATIONS),
    ("n4", build_bridge, levels_arrive_lower, TRANSLATIONS),
    ("n4", _epoch, groups_are_those_of_today, TRANSLATIONS),
    ("n5", _find_lacks, drop("audience"), DECISIONS),
    ("n5", _find_lacks, drop("classification"), DECISIONS),
    ("n5", _find_lacks, drop("codeword"), DECISIONS),
    ("n5", _find_faults, drop("unknown-value"), MALFORMED),
    ("n5", _find_faults, drop("unknown-tag-set"), MALFORMED),
    ("n5", _find_faults, drop("repeated-value"), MALFORMED),
    ("n5", _find_faults, drop("repeated-tag-set"), MALFORMED),
    ("n5", _find_faults, drop("selection"), MALFORMED),
    ("n5", _find_faults, drop("empty", "required"), MALFORMED),
    ("n5", _find_epoch_faults, drop("unknown-epoch"), MALFORMED),
    ("n5", _find_epoch_faults, drop("needless-epoch"), MALFORMED),
    ("n5", _is_met, nothing_is_required, MALFORMED),
    ("n5", decide_anew, empty_audience_permits, MALFORMED),
    ("n5", own_sees, own_half_is_not_asked, DECISIONS),
    ("n5", own_sees, public_is_for_those_without_clearance, DECISIONS),
    ("n5", person_sees, person_is_not_asked, DECISIONS),
    ("n5", person_sees, member_is_not_asked, DECISIONS),
    ("n5", person_sees, public_is_for_those_without_clearance, DECISIONS),
]


def make_world():
    return World(23, labels=150, readers=24)


def replace_everywhere(monkeypatch, original, mutant):
    """In each module of the core that has the function under a name, and in the laws. Returns how many."""
    places = [
        (module, name)
        for module_name, module in list(sys.modules.items())
        if module_name.startswith("tearline.core.") or module is laws
        for name, value in vars(module).items()
        if value is original
    ]
    for module, name in places:
        monkeypatch.setattr(module, name, mutant)
    return len(places)


@pytest.mark.parametrize(
    "law", [DECISIONS, MALFORMED, BANNERS, TRANSLATIONS, RENDITIONS, TWINS, ORDER], ids=lambda law: law[0]
)
def test_without_a_mutant_the_law_is_green(law):
    """The same few hundred cases pass on the code as it is."""
    assert law[1](make_world()) > 50


@pytest.mark.parametrize(
    ("original", "mutate", "law"),
    [mutant[1:] for mutant in MUTANTS],
    ids=[f"{m[0]}-{m[1].__name__}-{m[2].__name__}-{i}" for i, m in enumerate(MUTANTS)],
)
def test_n1_to_n5_a_removed_check_turns_its_law_red(monkeypatch, original, mutate, law):
    assert replace_everywhere(monkeypatch, original, mutate(original)) > 0
    with pytest.raises((AssertionError, KeyError)):
        law[1](make_world())


def test_n4_groups_not_resolved_turn_the_law_red(monkeypatch):
    """A group taken for a member of that name loses readers: too little shared is as much a defect."""
    monkeypatch.setattr(PolicyBook, "_resolve", lambda _book, values, _epoch: frozenset(values))
    with pytest.raises(AssertionError):
        laws.check_decisions(make_world())


def test_mutants_leave_no_trace():
    """After the mutants the core is itself again, and no book remembers their answers."""
    assert laws.render is render
    assert "_faults" not in make_book().__dict__
