# SPDX-License-Identifier: Apache-2.0
"""Labels and clearances by number, as ASN.1 carries them: a policy's OID, a classification's and values' lacvs.

A number means a value only together with its tag set's OID, its kind and how it is encoded; a policy that this node holds
says which. What it doesn't know is refused by name: an unread restriction would be a wider audience.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from tearline.core.errors import MalformedError
from tearline.core.labels.decide import Reason, UnknownWordError
from tearline.core.labels.label import Clearance, Label, make_clearance, make_label
from tearline.core.labels.policy import Policy, TagKind


class NumericCategory(msgspec.Struct, frozen=True):
    """Values of one tag set, kind and encoding (``bits`` or ``numbers``), in ascending order."""

    tag_set_oid: str
    kind: TagKind
    encoding: str
    lacvs: tuple[int, ...]


class NumericLabel(msgspec.Struct, frozen=True):
    """A label as numbers. ``policy_oid`` '' : the label names none (X.841 allows that)."""

    policy_oid: str = ""
    classification: int | None = None
    categories: tuple[NumericCategory, ...] = ()
    privacy_mark: str = ""


class NumericClearance(msgspec.Struct, frozen=True):
    """A clearance as numbers; every classification held is listed."""

    policy_oid: str
    classifications: tuple[int, ...]
    categories: tuple[NumericCategory, ...] = ()


def resolve_numbers(
    numbers: NumericLabel, policies: Mapping[str, Policy], default: Policy | None = None
) -> Label:
    """The label in its policy's words; ``default`` is the policy of labels that name none."""
    policy = (
        default
        if default is not None and not numbers.policy_oid
        else _find_policy(numbers.policy_oid, policies)
    )
    if numbers.classification is None:
        raise MalformedError("no-classification", "the label states no classification")
    level = _name_level(numbers.classification, policy)
    return make_label(policy.name, level, _name_values(numbers.categories, policy))


def resolve_numeric_clearance(numbers: NumericClearance, policies: Mapping[str, Policy]) -> Clearance:
    """The clearance in its policy's words."""
    policy = _find_policy(numbers.policy_oid, policies)
    levels = [_name_level(lacv, policy) for lacv in numbers.classifications]
    return make_clearance(policy.name, levels, _name_values(numbers.categories, policy))


def number_label(label: Label, policy: Policy, privacy_mark: str = "") -> NumericLabel:
    """The label as numbers. A membership epoch has no number; where there is one, this refuses."""
    if label.epoch:
        raise MalformedError(
            "no-number", f"the membership date {label.epoch} has no place in a numeric label"
        )
    level = policy.classifications.get(label.classification)
    if level is None:
        raise MalformedError(
            "unknown-classification", f"{policy.name} knows no classification {label.classification!r}"
        )
    return NumericLabel(policy.oid, level.lacv, _number_values(label, policy), privacy_mark)


def number_clearance(clearance: Clearance, policy: Policy) -> NumericClearance:
    """The clearance as numbers, without informative values."""
    if unknown := set(clearance.classifications) - policy.classifications.keys():
        raise MalformedError(
            "unknown-classification", f"{policy.name} knows no classification {min(unknown)!r}"
        )
    levels = sorted(policy.classifications[name].lacv for name in clearance.classifications)
    held = tuple(c for c in _number_values(clearance, policy) if c.kind is not TagKind.INFORMATIVE)
    return NumericClearance(policy.oid, tuple(levels), held)


def _find_policy(oid: str, policies: Mapping[str, Policy]) -> Policy:
    found = next((p for p in policies.values() if p.oid == oid), None)
    if found is None:
        what = f"no policy {oid} is held here" if oid else "the label names no policy"
        raise UnknownWordError(what, Reason("unknown-policy", values=(oid,)), "Load its pack first.")
    return found


def _name_level(lacv: int, policy: Policy) -> str:
    found = next((c.name for c in policy.classifications.values() if c.lacv == lacv), None)
    if found is None:
        reason = Reason("unknown-classification", values=(str(lacv),), policy=policy.name)
        raise UnknownWordError(f"{policy.name} knows no classification {lacv}", reason)
    return found


def _name_values(categories: Iterable[NumericCategory], policy: Policy) -> dict[str, list[str]]:
    out: dict[str, list[str]] = {}
    for category in categories:
        tags = [
            t
            for t in policy.tag_sets.values()
            if (t.oid, t.kind, t.encoding) == (category.tag_set_oid, category.kind, category.encoding)
        ]
        what = f"{category.tag_set_oid} ({category.kind.name}, {category.encoding})"
        if not tags:
            reason = Reason("unknown-tag-set", what, policy=policy.name)
            raise UnknownWordError(f"{policy.name} knows no tag set {what}", reason)
        if not category.lacvs:
            out.setdefault(tags[0].name, [])
        for lacv in category.lacvs:
            found = [(t.name, c.name) for t in tags for c in t.categories.values() if c.lacv == str(lacv)]
            if not found:
                reason = Reason("unknown-value", what, (str(lacv),), policy.name)
                raise UnknownWordError(f"{policy.name} knows no value {lacv} of {what}", reason)
            out.setdefault(found[0][0], []).append(found[0][1])
    return out


def _number_values(holder: Label | Clearance, policy: Policy) -> tuple[NumericCategory, ...]:
    out: dict[tuple[str, TagKind, str], set[int]] = {}
    for name, values in holder.categories:
        tag_set = policy.tag_sets.get(name)
        if tag_set is None:
            raise MalformedError("unknown-tag-set", f"{policy.name} knows no tag set {name!r}")
        if not tag_set.encoding:
            raise MalformedError("no-number", f"{name} has no ASN.1 form in {policy.name}")
        numbers = out.setdefault((tag_set.oid, tag_set.kind, tag_set.encoding), set())
        for value in values:
            category = tag_set.categories.get(value)
            if category is None:
                raise MalformedError("no-number", f"{name}: {value} has no number in {policy.name}")
            numbers.add(int(category.lacv))
    ranked = sorted(out.items(), key=lambda row: (row[0][0], row[0][1].value, row[0][2]))
    return tuple(NumericCategory(*key, tuple(sorted(lacvs))) for key, lacvs in ranked)
