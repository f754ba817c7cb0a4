# SPDX-License-Identifier: Apache-2.0
"""A label in another policy's words exactly as the SPIF says it, for other people's tools and suites.

The node never shares by this: a permissive value with several counterparts may widen (N4), which is why ``translate`` goes by
member sets. Rules: the classification's equivalent, with what it adds; every value's equivalents, all of them; a value
without one is refused unless discarded; what the equivalent policy adds to every label.
"""

from __future__ import annotations

from tearline.core.labels.decide import Decision, Reason, refuse
from tearline.core.labels.label import Label, make_label
from tearline.core.labels.policy import Category, Equivalent, ForeignValue, Peer, Policy, TagKind


def restate(label: Label, source: Policy, target: Policy) -> Label | Decision:
    """The label in ``target``'s words, or a refusal naming what has no equivalent. Doesn't judge validity on either side."""
    peer = next((p for p in source.peers if p.oid == target.oid), None)
    level = source.classifications.get(label.classification)
    if peer is None or level is None:
        return refuse(Reason("no-equivalent", values=(source.name,), policy=target.name))
    counterpart = next((e for e in level.equivalents if e.policy == peer.name and e.sends), None)
    names = {str(c.lacv): c.name for c in target.classifications.values()}
    if counterpart is None or counterpart.value not in names:
        return refuse(Reason("no-equivalent", values=(level.name,), policy=target.name))
    out: dict[str, list[str]] = {}
    reasons = [r for added in (*counterpart.adds, *peer.adds) if (r := _add(added, out, target)) is not None]
    for tag_set_name, values in label.categories:
        tag_set = source.tag_sets.get(tag_set_name)
        for value in values:
            category = None if tag_set is None else tag_set.find_category(value)
            if category is None or not _carry(category, peer, out, target):
                reasons.append(Reason("no-equivalent", tag_set_name, (value,), target.name))
    return refuse(*reasons) if reasons else make_label(target.name, names[counterpart.value], out)


def _carry(category: Category, peer: Peer, out: dict[str, list[str]], target: Policy) -> bool:
    """Puts every counterpart of a value into ``out``; False where the SPIF states none that ``target`` knows."""
    stated = [e for e in category.equivalents if e.policy == peer.name and e.sends]
    for equivalent in stated:
        if equivalent.discard:
            continue
        found = _find(equivalent, target)
        if found is None:
            return False
        out.setdefault(found[0], []).append(found[1])
    return bool(stated)


def _find(equivalent: Equivalent, target: Policy) -> tuple[str, str] | None:
    found = [
        (t.name, c.name)
        for t in target.tag_sets.values()
        for c in t.categories.values()
        if t.oid == equivalent.tag_set_oid
        and c.lacv == equivalent.value
        and equivalent.kind in {None, t.kind}
    ]
    return found[0] if len(found) == 1 else None


def _add(added: ForeignValue, out: dict[str, list[str]], target: Policy) -> Reason | None:
    kind: TagKind = added.kind
    for tag_set in target.find_tag_sets(added.tag_set, kind):
        for category in tag_set.categories.values():
            if category.lacv == added.lacv:
                out.setdefault(tag_set.name, []).append(category.name)
                return None
    return Reason("no-equivalent", added.tag_set, (added.lacv,), target.name)
