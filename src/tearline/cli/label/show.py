# SPDX-License-Identifier: Apache-2.0
"""What a policy says, as JSON: its levels and tag sets, their equivalents, its languages and places."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tearline.cli.label.books import has_network
from tearline.cli.label.inputs import find_policy_name

if TYPE_CHECKING:
    from tearline.core.labels import Policy, PolicyBook


def show_policy(name: str, book: PolicyBook) -> dict[str, Any]:
    """Everything of one policy, by its name or by the code of the member that marks with it."""
    return _show(book.policies[find_policy_name(name, book)], book)


def summarise_policy(policy: Policy, book: PolicyBook) -> dict[str, Any]:
    """Its name, whose it is, its version and levels."""
    owner = book.owner(policy.name)
    return {
        "policy": policy.name,
        "member": owner.code if owner else None,
        "network": policy.name == book.network,
        "version": policy.version,
        "digest": policy.digest,
        "classifications": list(policy.classifications),
    }


def _show(policy: Policy, book: PolicyBook) -> dict[str, Any]:
    from tearline.core.labels import get_bridge

    alone = policy.name in {book.network, book.public} or not has_network(book)
    bridge = None if alone else get_bridge(policy.name, book)
    levels = [
        {
            "name": level.name,
            "hierarchy": level.hierarchy,
            "obsolete": level.obsolete,
            "sent_as": bridge.class_up.get(level.name, "") if bridge else "",
            "received_as": ", ".join(up for up, down in bridge.class_down.items() if down == level.name)
            if bridge
            else "",
        }
        for level in policy.classifications.values()
    ]
    tag_sets = [
        {
            "name": tag_set.name,
            "kind": tag_set.kind.value,
            "values": list(tag_set.categories),
            "without_equivalent": [
                value
                for value in tag_set.categories
                if bridge and (tag_set.name, value) not in bridge.values_up
            ],
        }
        for tag_set in policy.tag_sets.values()
    ]
    shown = {**summarise_policy(policy, book), "oid": policy.oid, "levels": levels, "tag_sets": tag_sets}
    return shown | {
        "equivalent_policies": list(policy.equivalent_policies),
        "privacy_marks": list(policy.privacy_marks),
        "languages": _list_languages(policy),
        "groups": sorted({row.group for row in policy.memberships}),
        "ignores_case": policy.folds_case,
    }


def _list_languages(policy: Policy) -> list[str]:
    values = [c for t in policy.tag_sets.values() for c in t.categories.values()]
    holders = [policy.markings, *(level.markings for level in policy.classifications.values())]
    holders += [value.markings for value in values]
    return sorted({marking.lang for markings in holders for marking in markings if marking.lang})
