# SPDX-License-Identifier: Apache-2.0
"""What a writer may choose of labels, and what a label means: made, described and joined here, never in a browser."""

from __future__ import annotations

import msgspec
from msgspec import UNSET

from tearline.core.ids import Member, Post
from tearline.core.instants import print_iso
from tearline.core.labels import (
    BANNER,
    PORTION,
    PROVIDED_BY,
    Clearance,
    Label,
    NoLabel,
    Policy,
    TagKind,
    TagSet,
    color_of,
    decide_sight,
    expand_shortcuts,
    explain_reason,
    find_faults,
    make_label,
    print_mark,
    roll_up,
)
from tearline.node.commands.acting import NOT_CLEARED, Acting, Refused
from tearline.node.commands.glosses import list_writings
from tearline.node.node import Node


class Choice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A label as a writer chooses it. ``audience`` may name shortcuts; ``eyes`` is eyes only."""

    policy: str
    classification: str
    audience: tuple[str, ...] = ()
    eyes: bool = False
    codewords: tuple[str, ...] = ()
    handling: tuple[str, ...] = ()


class Described(msgspec.Struct, frozen=True):
    """A label in words: its faults, or its marks and colours and the members it would reach."""

    label: Label
    choice: Choice
    faults: tuple[str, ...]
    mark: str
    banner: str
    color: str
    ink: str
    members: tuple[Member, ...]


class LevelChoice(msgspec.Struct, frozen=True):
    """One level, lowest first. ``written``: every way it is written, ``words`` first: in full, on portions, by language."""

    policy: str
    name: str
    words: str
    color: str
    ink: str
    written: tuple[str, ...]


class AudienceChoice(msgspec.Struct, frozen=True):
    """A value of the audience: ``kind`` member, group, shortcut or nation (without a node here)."""

    code: str
    name: str
    kind: str
    expands: tuple[str, ...] = ()


class Choices(msgspec.Struct, frozen=True):
    """What one writer may choose, and what a label begins with: their own member alone. ``posts``: which may be addressed."""

    policy: str
    levels: tuple[LevelChoice, ...]
    audience: tuple[AudienceChoice, ...]
    eyes: tuple[str, ...]
    codewords: tuple[str, ...]
    handling: tuple[str, ...]
    default: Choice
    posts: tuple[Post, ...]


def list_choices(node: Node, acting: Acting, lang: str) -> Choices | Refused:
    """Never beyond the writer's clearance as of now."""
    with node.lock:
        if acting.class_id is None:
            return NOT_CLEARED
        sight = node.sights.classes.values[acting.class_id]
        held = sight.national
        if held is None:
            return NOT_CLEARED
        policy = node.book.policies[held.policy]
        levels = list_levels(node, held, lang)
        own = [level for level in levels if level.policy == policy.name]
        wide, narrow = _audience_sets(policy)
        middle = own[len(own) // 2].name if own else ""
        return Choices(
            policy.name,
            levels,
            _list_audience(node, wide, lang),
            tuple(v for v in narrow.categories if v in held.values(narrow.name)),
            tuple(v for t in _sets_of(policy, TagKind.RESTRICTIVE) for v in held.values(t.name)),
            tuple(v for t in _handling_sets(policy) for v in t.categories),
            Choice(policy.name, middle, (node.member,)),
            list_posts(node),
        )


def list_posts(node: Node) -> tuple[Post, ...]:
    """What members publish in the directory, and the posts that somebody holds here."""
    records = node.directory.members.values()
    published = {Post(p) for r in records if r.posts is not UNSET for p in r.posts}
    held = {post for record in node.people.persons.values() for post in record.posts_at(node.clock.dtg())}
    return tuple(sorted(published | held))


def describe_choice(node: Node, acting: Acting, choice: Choice, lang: str) -> Described | Refused:
    """The label that a choice makes."""
    with node.lock:
        policy = node.book.policies.get(choice.policy)
        label = (
            Label(choice.policy, choice.classification)
            if policy is None
            else make_chosen_label(node, policy, choice)
        )
        return describe_label(node, acting, label, lang)


def describe_label(node: Node, acting: Acting, label: Label, lang: str) -> Described | Refused:
    """A label that came from here before, or from anywhere: what is wrong with it, or what it means."""
    with node.lock:
        if acting.class_id is None:
            return NOT_CLEARED
        book = node.book
        faults = tuple(explain_reason(fault, lang) for fault in find_faults(label, book))
        colors = color_of(NoLabel("not labelled") if faults else label, book)
        spoken = lang if label.policy == node.voice.policy else "en"
        sees = frozenset[Member]() if faults else find_reached(node, label)
        return Described(
            label,
            _choice_of(node, label),
            faults,
            "" if faults else f"({print_mark(label, PORTION, spoken, book)})",
            "" if faults else print_mark(label, BANNER, spoken, book),
            colors.color,
            colors.ink,
            tuple(sorted(sees)),
        )


def find_reached(node: Node, label: Label) -> frozenset[Member]:
    """The members that see a label, by decision alone: labels that are only tried get no number."""
    sights = node.member_sights.items()
    return frozenset(m for m, sight in sights if decide_sight(label, sight, node.book).permitted)


def join_labels(node: Node, acting: Acting, labels: tuple[Label, ...], lang: str) -> Described | Refused:
    """One label for portions that become one: never lower than any of them, or none (N3)."""
    with node.lock:
        if acting.class_id is None:
            return NOT_CLEARED
        joined = roll_up(labels, node.book)
        if isinstance(joined, NoLabel):
            return Refused("no-label", f"no label covers both: {joined.why}")
        return describe_label(node, acting, joined, lang)


def make_chosen_label(node: Node, policy: Policy, choice: Choice) -> Label:
    """The label that a choice makes, valid or not."""
    wide, narrow = _audience_sets(policy) if policy.name != node.book.public else (None, None)
    categories: dict[str, tuple[str, ...]] = {}
    named = expand_shortcuts(choice.audience, node.book)
    audience = narrow if choice.eyes else wide
    if named or audience is not None:
        categories["Releasable To" if audience is None else audience.name] = named
    for values, sets in (
        (choice.codewords, _sets_of(policy, TagKind.RESTRICTIVE)),
        (choice.handling, _handling_sets(policy)),
    ):
        for value in values:
            name = next((t.name for t in sets if value in t.categories), value)
            categories[name] = (*categories.get(name, ()), value)
    epoch = print_iso(node.clock.dtg())[:10] if node.book.groups.intersection(named) else ""
    if not choice.classification:
        return Label(choice.policy, "")
    return make_label(policy.name, choice.classification, categories, epoch)


def _choice_of(node: Node, label: Label) -> Choice:
    policy = node.book.policies.get(label.policy)
    kinds = {} if policy is None else {name: t.kind for name, t in policy.tag_sets.items()}
    by_kind: dict[TagKind, tuple[str, ...]] = dict.fromkeys(TagKind, ())
    for name, values in label.categories:
        if name in kinds and name != PROVIDED_BY:
            by_kind[kinds[name]] = (*by_kind[kinds[name]], *values)
    narrow = None if policy is None or label.policy == node.book.public else _audience_sets(policy)[1]
    return Choice(
        label.policy,
        label.classification,
        by_kind[TagKind.PERMISSIVE],
        narrow is not None and bool(label.values(narrow.name)),
        by_kind[TagKind.RESTRICTIVE],
        by_kind[TagKind.INFORMATIVE],
    )


def list_levels(node: Node, held: Clearance, lang: str) -> tuple[LevelChoice, ...]:
    """PUBLIC's level and those held of the clearance's own policy, lowest first."""
    public, own = (node.book.policies[name] for name in (node.book.public, held.policy))
    mine = (level for level in list_policy_levels(node, own, lang) if level.name in held.classifications)
    return (*list_policy_levels(node, public, lang), *mine)


def list_policy_levels(node: Node, policy: Policy, lang: str) -> tuple[LevelChoice, ...]:
    """Every level of a policy that is in use, lowest first."""
    out = []
    for level in sorted(policy.classifications.values(), key=lambda c: c.hierarchy):
        if not level.obsolete:
            label = Label(policy.name, level.name)
            colors = color_of(label, node.book)
            written = list_writings(policy, level.name, lang)
            out.append(LevelChoice(policy.name, level.name, written[0], colors.color, colors.ink, written))
    return tuple(out)


def _list_audience(node: Node, wide: TagSet, lang: str) -> tuple[AudienceChoice, ...]:
    book = node.book
    members, groups, others = [], [], []
    for value in wide.categories:
        if value in book.groups:
            today = print_iso(node.clock.dtg())[:10]
            groups.append(AudienceChoice(value, value, "group", tuple(sorted(book.resolve((value,), today)))))
        elif value in book.members:
            names = book.members[Member(value)].names
            members.append(AudienceChoice(value, names.get(lang, names.get("en", value)), "member"))
        else:
            others.append(AudienceChoice(value, value, "nation"))
    shortcuts = [AudienceChoice(code, code, "shortcut", values) for code, values in book.shortcuts.items()]
    return (*members, *shortcuts, *groups, *others)


def _audience_sets(policy: Policy) -> tuple[TagSet, TagSet]:
    """Where a policy names its audience: the widest tag set, and the narrowest (eyes only)."""
    sets = sorted(_sets_of(policy, TagKind.PERMISSIVE), key=lambda t: -len(t.categories))
    return sets[0], sets[-1]


def _handling_sets(policy: Policy) -> list[TagSet]:
    return [t for t in _sets_of(policy, TagKind.INFORMATIVE) if t.name != PROVIDED_BY]


def _sets_of(policy: Policy, kind: TagKind) -> list[TagSet]:
    return [t for t in policy.tag_sets.values() if t.kind is kind]
