# SPDX-License-Identifier: Apache-2.0
"""One label for many portions, never wider than any of them (N3).

The highest classification; the intersection of the audiences as member sets, named again; the union of codewords and of
handling; eyes only where a portion is, or where one member alone remains. The standard's rule of dropping a releasability
without common value widens access (ADatP-4774.1 4.4, rules 5 and 6) and is not followed: where no sound label exists the
answer is ``NoLabel``. PUBLIC portions don't count unless all are PUBLIC.
"""

from __future__ import annotations

from collections.abc import Iterable

from tearline.core.labels.audience import name_audience
from tearline.core.labels.book import PolicyBook
from tearline.core.labels.decide import find_faults
from tearline.core.labels.label import Label, NoLabel, make_label
from tearline.core.labels.policy import Policy, TagKind, TagSet


def roll_up(labels: Iterable[Label], book: PolicyBook) -> Label | NoLabel:
    """The banner's label. Whoever may see it may see every one of ``labels``."""
    distinct = tuple(dict.fromkeys(labels))
    if not distinct:
        return NoLabel("nothing to mark")
    counted = [label for label in distinct if label.policy != book.public]
    if any(find_faults(label, book) for label in distinct):
        return NoLabel("a portion's label is not valid")
    if not counted:
        return distinct[0] if len(distinct) == 1 else NoLabel("PUBLIC labels that differ")
    policies = {label.policy for label in counted}
    if len(policies) > 1:
        return NoLabel("portions of several policies")
    return counted[0] if len(counted) == 1 else _join(counted, book.policies[policies.pop()], book)


def _join(labels: list[Label], policy: Policy, book: PolicyBook) -> Label | NoLabel:
    highest = max(
        (policy.classifications[label.classification] for label in labels), key=lambda c: c.hierarchy
    )
    if book.network not in book.policies:
        return _join_as_listed(labels, highest.name, policy, book)
    categories: dict[str, set[str]] = {}
    for label in labels:
        for name, values in label.categories:
            if policy.tag_sets[name].kind is not TagKind.PERMISSIVE:
                categories.setdefault(name, set()).update(values)
    audience = _join_audiences(labels, policy, book)
    if isinstance(audience, NoLabel):
        return audience
    tag_set, values, epoch = audience
    joined = make_label(policy.name, highest.name, {**categories, tag_set: values}, epoch)
    return NoLabel("the joined label is not valid") if find_faults(joined, book) else joined


def _join_as_listed(labels: list[Label], highest: str, policy: Policy, book: PolicyBook) -> Label | NoLabel:
    """Under a SPIF by itself, where values are compared as they are listed and no audience is asked for.

    Each permissive tag by itself: what all labels that have it name. One that some labels lack constrains all the same:
    who sees the banner must be in it. Where none of them agrees, no label is sound.
    """
    joined: dict[str, set[str]] = {}
    for label in labels:
        for name, values in label.categories:
            narrows = policy.tag_sets[name].kind is TagKind.PERMISSIVE and name in joined
            joined[name] = joined[name] & set(values) if narrows else joined.get(name, set()) | set(values)
    if not all(joined.values()):
        return NoLabel("no member is in every audience")
    epochs = {label.epoch for label in labels} - {""}
    named = book.groups.intersection(value for values in joined.values() for value in values)
    if named and len(epochs) > 1:  # the same group at two times is two sets of members
        return NoLabel("the policy has no words for the members that remain")
    made = make_label(policy.name, highest, joined, max(epochs) if named else "")
    return NoLabel("the joined label is not valid") if find_faults(made, book) else made


def _join_audiences(
    labels: list[Label], policy: Policy, book: PolicyBook
) -> tuple[str, tuple[str, ...], str] | NoLabel:
    sets = [found for label in labels if (found := book.audience(label)) is not None]
    members = frozenset.intersection(*sets)
    if not members:
        return NoLabel("no member is in every audience")
    epoch = max(label.epoch for label in labels)
    for tag_set in _tag_sets_for(members, labels, policy):
        values = name_audience(members, tag_set, book, epoch)
        if values is not None and book.resolve(values, epoch) == members:
            return tag_set.name, values, epoch if book.groups.intersection(values) else ""
    return NoLabel("the policy has no words for the members that remain")


def _tag_sets_for(members: frozenset[str], labels: list[Label], policy: Policy) -> list[TagSet]:
    """Permissive tag sets to try: the narrowest in meaning first where it must or should be used (eyes only)."""
    used = {name for label in labels for name, _ in label.categories}
    permissive = [t for t in policy.tag_sets.values() if t.kind is TagKind.PERMISSIVE]
    narrow = [
        t for t in permissive if members <= t.categories.keys() and len(t.categories) < _widest(permissive)
    ]
    eyes_only = [t for t in narrow if t.name in used or len(members) == 1]
    return eyes_only + [t for t in permissive if t not in eyes_only and t not in narrow]


def _widest(tag_sets: list[TagSet]) -> int:
    return max(len(t.categories) for t in tag_sets)
