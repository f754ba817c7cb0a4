# SPDX-License-Identifier: Apache-2.0
"""Carrying a label into another policy, never wider (N4).

Nations meet through the network policy: national → network → national, always from the originator's label. Classifications
follow the stated equivalence (sending or receiving); codewords and handling map value by value; the audience is carried as
a member set and named again; translation into the network policy adds who provided it. What has no equivalent is refused
by name. One-to-many permissive equivalents are refused when the pack is loaded (see ``bridge``).
"""

from __future__ import annotations

from tearline.core.labels.audience import name_audience
from tearline.core.labels.book import PROVIDED_BY, PolicyBook
from tearline.core.labels.bridge import Bridge, get_bridge
from tearline.core.labels.decide import Decision, Reason, find_faults, refuse
from tearline.core.labels.label import Label, make_label
from tearline.core.labels.policy import TagKind


def translate(label: Label, target: str, book: PolicyBook) -> Label | Decision:
    """The label in ``target``'s words, or a refusal naming what has no equivalent. Remembered, for labels are few."""
    cache: dict[tuple[Label, str], Label | Decision] = book.__dict__.setdefault("_translated", {})
    found = cache.get((label, target))
    if found is None:
        if len(cache) > TRANSLATION_CACHE_MAX:
            cache.clear()
        found = cache[label, target] = _translate(label, target, book)
    return found


TRANSLATION_CACHE_MAX = 65_536


def _translate(label: Label, target: str, book: PolicyBook) -> Label | Decision:
    """PUBLIC is never translated; nations meet through the network policy, always from the originator's label."""
    faults = find_faults(label, book)
    if faults:
        return refuse(*faults)
    if label.policy == target:
        return label
    if book.public in {label.policy, target}:
        return refuse(Reason("no-equivalent", values=(label.policy,), policy=target))
    if target == book.network:
        return _to_network(label, book)
    carried = translate(label, book.network, book)
    if isinstance(carried, Decision):
        return carried
    return _from_network(carried, target, book)


def _to_network(label: Label, book: PolicyBook) -> Label | Decision:
    bridge = get_bridge(label.policy, book)
    owner = book.owner(label.policy)
    if bridge is None or owner is None:
        return refuse(Reason("no-equivalent", values=(label.policy,), policy=book.network))
    classification = bridge.class_up.get(label.classification)
    carried = _carry(label, bridge, book, upward=True)
    if classification is None or isinstance(carried, Decision):
        reasons = carried.reasons if isinstance(carried, Decision) else ()
        missing = (
            ()
            if classification
            else (Reason("no-equivalent", values=(label.classification,), policy=book.network),)
        )
        return refuse(*missing, *reasons)
    carried[PROVIDED_BY] = (owner.code,)
    return _checked(make_label(book.network, classification, carried, _epoch(carried, label, book)), book)


def _from_network(label: Label, target: str, book: PolicyBook) -> Label | Decision:
    bridge = get_bridge(target, book)
    if bridge is None:
        return refuse(Reason("no-equivalent", values=(label.policy,), policy=target))
    classification = bridge.class_down.get(label.classification)
    carried = _carry(label, bridge, book, upward=False)
    if classification is None or isinstance(carried, Decision):
        reasons = carried.reasons if isinstance(carried, Decision) else ()
        missing = (
            ()
            if classification
            else (Reason("no-equivalent", values=(label.classification,), policy=target),)
        )
        return refuse(*missing, *reasons)
    return _checked(make_label(target, classification, carried, _epoch(carried, label, book)), book)


def _checked(label: Label, book: PolicyBook) -> Label | Decision:
    faults = find_faults(label, book)
    return refuse(*faults) if faults else label


def _epoch(carried: dict[str, tuple[str, ...]], label: Label, book: PolicyBook) -> str:
    named = {value for values in carried.values() for value in values}
    return label.epoch if book.groups & named else ""


def _carry(
    label: Label, bridge: Bridge, book: PolicyBook, *, upward: bool
) -> dict[str, tuple[str, ...]] | Decision:
    source = book.policies[label.policy]
    target = book.policies[bridge.network if upward else bridge.policy]
    values_map = bridge.values_up if upward else bridge.values_down
    out: dict[str, tuple[str, ...]] = {}
    reasons: list[Reason] = []
    for name, values in label.categories:
        if source.tag_sets[name].kind is TagKind.PERMISSIVE:
            members = book.resolve(values, label.epoch)
            # Its own tag set first; EXNET's eyes only of several has no other words in a nation's policy than RT.
            ways = [name, *(t.name for t in source.tag_sets.values() if t.kind is TagKind.PERMISSIVE)]
            found = ({values_map.get((way, member)) for member in members} for way in ways)
            named = next(filter(None, (_rename(m, target.name, book, label.epoch) for m in found)), None)
            if named is None or named[0] in out:  # two audiences in one tag set would be their union
                missing = tuple(sorted(m for m in members if values_map.get((name, m)) is None))
                reasons.append(Reason("no-equivalent", name, missing or values, target.name))
            else:
                out[named[0]] = named[1]
            continue
        for value in values:
            other = values_map.get((name, value))
            if other is not None:
                out[other[0]] = (*out.get(other[0], ()), other[1])
            elif not (
                source.tag_sets[name].kind is TagKind.INFORMATIVE and (name, value) in bridge.discarded
            ):
                reasons.append(Reason("no-equivalent", name, (value,), target.name))
    return refuse(*reasons) if reasons else out


def _rename(
    mapped: set[tuple[str, str] | None], target: str, book: PolicyBook, epoch: str
) -> tuple[str, tuple[str, ...]] | None:
    """The member set in the target's words, all within one tag set; None where one has no word there."""
    if None in mapped or not mapped:
        return None
    pairs = {pair for pair in mapped if pair is not None}
    tag_sets = {name for name, _ in pairs}
    if len(tag_sets) != 1:
        return None
    tag_set = book.policies[target].tag_sets[tag_sets.pop()]
    values = name_audience(frozenset(value for _, value in pairs), tag_set, book, epoch)
    return None if values is None else (tag_set.name, values)
