# SPDX-License-Identifier: Apache-2.0
"""The equivalence between one policy and the network policy, as look-up tables built and checked once.

Equivalences stand in the national policy and hold both ways where it says so (SPIF applied=both), or only when sending
(encrypt) or receiving (decrypt). Refused on load: a network classification that arrives as two national ones, and a
permissive value with several counterparts (that form widened access in trials; DESIGN N4) or with one of another name:
audiences are member sets, so that would be another member.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from tearline.core.errors import MalformedError
from tearline.core.labels.book import PolicyBook
from tearline.core.labels.policy import Policy, TagKind

Value = tuple[str, str]  # (tag set name, value)


class Bridge(msgspec.Struct, frozen=True):
    """national ↔ network; ``up`` is sending, ``down`` receiving."""

    policy: str
    network: str
    class_up: Mapping[str, str]
    class_down: Mapping[str, str]
    values_up: Mapping[Value, Value]
    values_down: Mapping[Value, Value]
    discarded: frozenset[Value]


def get_bridge(policy: str, book: PolicyBook) -> Bridge | None:
    """The bridge of a policy this book holds; None where it states no equivalence with the network policy."""
    bridges: dict[str, Bridge | None] = book.__dict__.setdefault("_bridges", {})
    if policy not in bridges:
        held = book.policies.get(policy)
        bridges[policy] = build_bridge(held, book.policies[book.network]) if held else None
    return bridges[policy]


def build_bridge(policy: Policy, network: Policy) -> Bridge | None:
    """Tables both ways, or ``MalformedError`` naming what can't be honoured."""
    if network.name not in policy.equivalent_policies:
        return None
    for peer in policy.peers:
        if peer.name == network.name and peer.adds:
            raise _bad(policy, f"every label would get {peer.adds[0].tag_set} added in {network.name}")
    class_up, class_down = _bridge_classes(policy, network)
    up, down, discarded = _bridge_values(policy, network)
    return Bridge(policy.name, network.name, class_up, class_down, up, down, frozenset(discarded))


def _bridge_classes(policy: Policy, network: Policy) -> tuple[dict[str, str], dict[str, str]]:
    by_lacv = {str(c.lacv): c.name for c in network.classifications.values()}
    up: dict[str, str] = {}
    down: dict[str, str] = {}
    for classification in policy.classifications.values():
        for equivalent in classification.equivalents:
            if equivalent.policy != network.name:
                continue
            if equivalent.adds:
                raise _bad(policy, f"{classification.name} would get {equivalent.adds[0].tag_set} added")
            other = by_lacv.get(equivalent.value)
            if other is None:
                raise _bad(
                    policy,
                    f"{classification.name} names an unknown level {equivalent.value} of {network.name}",
                )
            if equivalent.sends and up.setdefault(classification.name, other) != other:
                raise _bad(policy, f"{classification.name} would be sent as two levels of {network.name}")
            if equivalent.receives and down.setdefault(other, classification.name) != classification.name:
                raise _bad(policy, f"{network.name} {other} would arrive as two levels")
    return up, down


def _bridge_values(
    policy: Policy, network: Policy
) -> tuple[dict[Value, Value], dict[Value, Value], set[Value]]:
    by_lacv: dict[tuple[str, str], list[Value]] = {}
    for network_set in network.tag_sets.values():
        for known in network_set.categories.values():
            by_lacv.setdefault((network_set.oid, known.lacv), []).append((network_set.name, known.name))
    up: dict[Value, Value] = {}
    down: dict[Value, Value] = {}
    discarded: set[Value] = set()
    for tag_set in policy.tag_sets.values():
        for category in tag_set.categories.values():
            here = (tag_set.name, category.name)
            for equivalent in category.equivalents:
                if equivalent.policy != network.name:
                    continue
                if equivalent.discard:
                    discarded.add(here)
                    continue
                others = [
                    other
                    for other in by_lacv.get((equivalent.tag_set_oid, equivalent.value), ())
                    if equivalent.kind in {None, network.tag_sets[other[0]].kind}
                ]
                if len(others) != 1:
                    raise _bad(policy, f"{here} names an unknown value of {network.name}, or several")
                other = others[0]
                if network.tag_sets[other[0]].kind is not tag_set.kind:
                    raise _bad(policy, f"{here} and {other} are of different kinds")
                if equivalent.sends and up.setdefault(here, other) != other:
                    raise _bad(policy, f"{here} has several counterparts")
                if equivalent.receives and down.setdefault(other, here) != here:
                    raise _bad(policy, f"{other} would arrive as several values")
                if tag_set.kind is TagKind.PERMISSIVE and other[1] != category.name:
                    raise _bad(policy, f"{here} would be another member, {other}")
    permissive = {t.name for t in policy.tag_sets.values() if t.kind is TagKind.PERMISSIVE}
    if any(name in permissive for name, _ in discarded):
        raise _bad(policy, "a permissive value can't be discarded")
    return up, down, discarded


def _bad(policy: Policy, what: str) -> MalformedError:
    return MalformedError(
        "bad-equivalence", f"{policy.name}: {what}", "Correct the pack; nothing of it was loaded."
    )
