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
    groups = [
        value
        for value in tag_set.categories
        if epoch and value in book.groups and (found := book.resolve((value,), epoch)) and found <= members
    ]
    covered = book.resolve(tuple(groups), epoch)
    codes = set(members - covered) | (_own_nation(tag_set, book) & members)
    if not codes <= tag_set.categories.keys():
        return None
    return tuple(sorted(codes | set(groups)))


def _own_nation(tag_set: TagSet, book: PolicyBook) -> frozenset[str]:
    owners = (m for m in book.members.values() if m.nation and tag_set.oid in _tag_set_oids(m.policy, book))
    return frozenset(m.code for m in owners)


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
