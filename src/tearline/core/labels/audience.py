# SPDX-License-Identifier: Apache-2.0
"""Naming a set of members in a policy's words, exactly: what is named resolves to the set again, no more and no less.

A lasting group is named when all its members (as of the epoch) are in the set, and then stands for them; the policy's own
nation is named even where a group covers it (exercise.md 2.3).
"""

from __future__ import annotations

from tearline.core.labels.book import PolicyBook
from tearline.core.labels.decide import find_faults
from tearline.core.labels.label import Label, make_label
from tearline.core.labels.policy import TagKind, TagSet


def name_audience(
    members: frozenset[str], tag_set: TagSet, book: PolicyBook, epoch: str
) -> tuple[str, ...] | None:
    """Values of ``tag_set`` for exactly ``members``, or None where the policy has no word for one of them."""
    named = _name_groups(tag_set, book, epoch)
    groups = [value for value, found in named if found <= members]
    covered = book.resolve(tuple(groups), epoch)
    codes = set(members - covered) | (_own_nation(tag_set, book) & members)
    if not codes <= tag_set.categories.keys():
        return None
    return tuple(sorted(codes | set(groups)))


def _name_groups(tag_set: TagSet, book: PolicyBook, epoch: str) -> list[tuple[str, frozenset[str]]]:
    """The lasting groups that the tag set has a value for, with those who belonged to them; none without a known day."""
    if not epoch:
        return []
    listed = ((value, book.resolve((value,), epoch)) for value in tag_set.categories if value in book.groups)
    return [(value, found) for value, found in listed if found]


def _own_nation(tag_set: TagSet, book: PolicyBook) -> frozenset[str]:
    """The nation in whose policy the tag set stands; found once for each."""
    nations: dict[str, frozenset[str]] = book.__dict__.setdefault("_own_nations", {})
    if tag_set.oid not in nations:
        owners = (
            m for m in book.members.values() if m.nation and tag_set.oid in _tag_set_oids(m.policy, book)
        )
        nations[tag_set.oid] = frozenset(m.code for m in owners)
    return nations[tag_set.oid]


def _tag_set_oids(policy_name: str, book: PolicyBook) -> frozenset[str]:
    policy = book.policies.get(policy_name)
    return frozenset(t.oid for t in policy.tag_sets.values()) if policy else frozenset()


def add_member(label: Label, member: str, book: PolicyBook) -> Label:
    """``label`` with ``member`` in its audience: what filing does for the originator. Invalid labels stay as they are."""
    members = book.audience(label)
    if members is None or member in members or find_faults(label, book):
        return label
    policy = book.policies[label.policy]
    categories = {
        name: (*values, member) if policy.tag_sets[name].kind is TagKind.PERMISSIVE else values
        for name, values in label.categories
    }
    return make_label(label.policy, label.classification, categories, label.epoch)
