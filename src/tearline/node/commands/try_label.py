# SPDX-License-Identifier: Apache-2.0
"""The policies in force, and trying a label against a clearance: what is decided, why, and how others would mark it.

Policies are known to everybody, so whoever may sign in may look and try; nothing here asks what the node holds (N1).
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from tearline.core.ids import Member
from tearline.core.instants import LAST_INSTANT, print_dtg, print_iso
from tearline.core.labels import (
    BANNER,
    LANGUAGES,
    PORTION,
    Decision,
    Label,
    PersonSight,
    Policy,
    TagKind,
    color_of,
    decide_sight,
    explain,
    explain_ground,
    explain_reason,
    find_faults,
    list_grounds,
    make_national_clearance,
    print_mark,
    print_policy_mark,
    translate,
)
from tearline.node.commands.acting import Refused
from tearline.node.commands.labels import Choice, LevelChoice, list_policy_levels, make_chosen_label
from tearline.node.journal import decode_entry
from tearline.node.node import Node


class TagSetLine(msgspec.Struct, frozen=True):
    """A tag set: ``kind`` says what its values do (restrictive: all held; permissive: one held; informative: neither)."""

    name: str
    kind: str
    values: tuple[str, ...]


class MarkLine(msgspec.Struct, frozen=True):
    """How a level is marked in one language, before anything that a label adds."""

    level: str
    lang: str
    banner: str
    portion: str


class PolicyLine(msgspec.Struct, frozen=True):
    """A policy. ``member``: who marks with it; empty for the network's and PUBLIC. ``marks``: in each of its languages."""

    name: str
    version: str
    oid: str
    digest: str
    member: str
    levels: tuple[LevelChoice, ...]
    sets: tuple[TagSetLine, ...]
    marks: tuple[MarkLine, ...]


class MemberLine(msgspec.Struct, frozen=True):
    """A member: what it marks with, and up to what it is cleared in the directory."""

    code: Member
    name: str
    policy: str
    ceiling: str
    codewords: tuple[str, ...]


class GroupLine(msgspec.Struct, frozen=True):
    """A group as of today: a label names its members as of the label's own day."""

    code: str
    members: tuple[str, ...]


class PoliciesInForce(msgspec.Struct, frozen=True):
    """``pack`` is the version that every entry of the journal names, ``files`` the digest of the pack; in force since then.

    A journal of an older program may not say since when. ``turns``: when a validity window opens or shuts next; '': never.
    """

    pack: str
    files: str
    since: str
    since_dtg: str
    turns: str
    turns_dtg: str
    kind: str
    network: str
    public: str
    policies: tuple[PolicyLine, ...]
    members: tuple[MemberLine, ...]
    groups: tuple[GroupLine, ...]


class TryLabel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A label as it would be chosen, and a person of ``member`` cleared up to ``ceiling`` with these codewords."""

    choice: Choice
    member: Member
    ceiling: str
    codewords: tuple[str, ...] = ()


class Carried(msgspec.Struct, frozen=True):
    """The label in another policy's marks, or why it has none there."""

    policy: str
    member: str
    mark: str
    banner: str
    color: str
    ink: str
    reasons: tuple[str, ...]


class LabelTried(msgspec.Struct, frozen=True):
    """What is decided of the person and of the member alone, in each language; and the label in other policies' marks.

    ``lines``: by language, value by value: what the person has that the label asks for, or each thing that stands in the way.
    """

    label: Label
    mark: str
    banner: str
    color: str
    ink: str
    faults: tuple[str, ...]
    member_permitted: bool
    permitted: bool
    member_words: dict[str, str]
    words: dict[str, str]
    lines: dict[str, tuple[str, ...]]
    carried: tuple[Carried, ...]


def list_policies(node: Node, lang: str) -> PoliciesInForce:
    """Everything in force here."""
    with node.lock:
        book = node.book
        today = print_iso(node.clock.dtg())[:10]
        members = tuple(
            MemberLine(m.code, _name(node, m.code, lang), book.members[m.code].policy, m.ceiling, m.codewords)
            for m in sorted(node.directory.members.values(), key=lambda m: m.code)
        )
        groups = (GroupLine(g, tuple(sorted(book.resolve((g,), today)))) for g in sorted(book.groups))
        lines = tuple(_line(node, p, lang) for p in book.policies.values())
        since, since_dtg = _find_since(node)
        turns = node.stretch[1] if node.stretch[1] < LAST_INSTANT else None
        return PoliciesInForce(
            pack=book.digest()[:16],
            files=node.pack_files,
            since=since,
            since_dtg=since_dtg,
            turns="" if turns is None else print_iso(turns),
            turns_dtg="" if turns is None else print_dtg(turns),
            kind=book.kind,
            network=book.network,
            public=book.public,
            policies=lines,
            members=members,
            groups=tuple(groups),
        )


def _find_since(node: Node) -> tuple[str, str]:
    if node.pack_at is None:
        return "", ""
    entry = decode_entry(node.journal.records(node.pack_at, 1)[0].entry)
    return print_iso(entry.dtg), print_dtg(entry.dtg)


def try_label(node: Node, asked: TryLabel, lang: str) -> LabelTried | Refused:
    """Decide and explain. Nothing is recorded: nothing that anybody holds was asked about."""
    with node.lock:
        sight = node.member_sights.get(asked.member)
        policy = node.book.policies.get(asked.choice.policy)
        if sight is None or policy is None:
            return Refused("unknown-value", "no such member or policy here")
        own = node.book.policies[sight.policy]
        if asked.ceiling and asked.ceiling not in own.classifications:
            return Refused("unknown-value", f"{own.name} has no such classification")
        label = make_chosen_label(node, policy, asked.choice)
        person = PersonSight(sight, None)
        if asked.ceiling:
            clearance = make_national_clearance(asked.member, asked.ceiling, asked.codewords, node.book)
            person = PersonSight(sight, clearance)
        of_member = decide_sight(label, sight, node.book)
        of_person = decide_sight(label, person, node.book)
        grounds = list_grounds(label, person, node.book) if of_person.permitted else ()
        lines = {
            language: tuple(explain_ground(ground, language) for ground in grounds)
            or tuple(dict.fromkeys(explain_reason(reason, language) for reason in of_person.reasons))
            for language in LANGUAGES
        }
        return _describe(node, label, (of_member, of_person), lines, lang)


def _describe(
    node: Node,
    label: Label,
    decisions: tuple[Decision, Decision],
    lines: dict[str, tuple[str, ...]],
    lang: str,
) -> LabelTried:
    of_member, of_person = decisions
    faults = tuple(explain_reason(fault, lang) for fault in find_faults(label, node.book))
    colors = color_of(label, node.book)
    return LabelTried(
        label,
        "" if faults else f"({print_mark(label, PORTION, lang, node.book)})",
        "" if faults else print_mark(label, BANNER, lang, node.book),
        "" if faults else colors.color,
        "" if faults else colors.ink,
        faults,
        of_member.permitted,
        of_person.permitted,
        {language: explain(of_member, language) for language in LANGUAGES},
        {language: explain(of_person, language) for language in LANGUAGES},
        lines,
        () if faults else tuple(_carry(node, label, lang)),
    )


def _carry(node: Node, label: Label, lang: str) -> Iterator[Carried]:
    book = node.book
    for name in book.policies:
        if name in {label.policy, book.public}:
            continue
        made = translate(label, name, book)
        owner = book.owner(name)
        code = owner.code if owner else ""
        if isinstance(made, Decision):
            reasons = tuple(explain_reason(reason, lang) for reason in made.reasons)
            yield Carried(name, code, "", "", "", "", reasons)
            continue
        colors = color_of(made, book)
        mark, banner = print_mark(made, PORTION, lang, book), print_mark(made, BANNER, lang, book)
        yield Carried(name, code, f"({mark})", banner, colors.color, colors.ink, ())


def _line(node: Node, policy: Policy, lang: str) -> PolicyLine:
    owner = node.book.owner(policy.name)
    kinds = {TagKind.RESTRICTIVE: "restrictive", TagKind.PERMISSIVE: "permissive"}
    sets = tuple(
        TagSetLine(t.name, kinds.get(t.kind, "informative"), tuple(t.categories))
        for t in policy.tag_sets.values()
    )
    levels = list_policy_levels(node, policy, lang)
    member = owner.code if owner else ""
    marks = tuple(_list_marks(policy))
    return PolicyLine(
        policy.name, policy.version, policy.oid, policy.digest[:16], member, levels, sets, marks
    )


def _list_marks(policy: Policy) -> Iterator[MarkLine]:
    levels = sorted((c for c in policy.classifications.values() if not c.obsolete), key=lambda c: c.hierarchy)
    langs = dict.fromkeys(m.lang for c in levels for m in c.markings if m.lang) or {"en": None}
    for level in levels:
        label = Label(policy.name, level.name)
        for lang in langs:
            banner, portion = (print_policy_mark(label, place, lang, policy) for place in (BANNER, PORTION))
            yield MarkLine(level.name, lang, banner, f"({portion})")


def _name(node: Node, member: Member, lang: str) -> str:
    names = node.book.members[member].names
    return names.get(lang, names.get("en", member))
