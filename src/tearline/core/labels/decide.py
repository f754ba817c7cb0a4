# SPDX-License-Identifier: Apache-2.0
"""May this clearance see this label? The one place where that is asked (ACDF, ADatP-4774.1 3.11.4; validity first).

Rules, in order; the first that fails denies, and all that fail are reported:
1. the label is valid under its policy: known words, selection limits, required, excluded and obsolete values;
2. label and clearance are of one policy (carry the label first, see ``translate``);
3. the classification is among those the clearance lists;
4. every restrictive value is held;
5. of each permissive tag set, at least one member named (groups as of the label's epoch) is held;
6. informative values don't count. Anything missing, unknown or empty denies (N5).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import chain

import msgspec
from msgspec.structs import replace

from tearline.core.errors import MalformedError
from tearline.core.labels.book import PolicyBook
from tearline.core.labels.label import Clearance, Label
from tearline.core.labels.policy import (
    INPUT_MARK,
    Category,
    CategoryGroup,
    Policy,
    Required,
    TagKind,
)


class Reason(msgspec.Struct, frozen=True, gc=False):  # strings only: nothing for the collector
    """Why not: a stable code, the place in the label, and the words it is about."""

    code: str
    tag_set: str = ""
    values: tuple[str, ...] = ()
    policy: str = ""


class UnknownWordError(MalformedError):
    """A document that reads well and says what its policy doesn't know; ``reason`` says it for ``explain_reason``."""

    def __init__(self, message: str, reason: Reason, advice: str = "") -> None:
        super().__init__(reason.code, message, advice)
        self.reason = reason


class Decision(msgspec.Struct, frozen=True, gc=False):
    """Permitted, or every reason why not."""

    permitted: bool
    reasons: tuple[Reason, ...] = ()


PERMIT = Decision(permitted=True)


def refuse(*reasons: Reason) -> Decision:
    """A refusal with its reasons."""
    return Decision(permitted=False, reasons=reasons)


_Need = tuple[str, tuple[str, ...], frozenset[str] | None]
"""A tag set that decides, its values in the label, and the members they name; None: every value is needed itself."""
Needs = tuple[_Need, ...]
_Known = tuple[tuple[Reason, ...], Needs]
_encode = msgspec.msgpack.Encoder().encode
DECISION_CACHE_MAX = 65_536


def decide(label: Label, clearance: Clearance, book: PolicyBook) -> Decision:
    """The access decision within one policy.

    Remembered by what both sides say: their bytes are found sooner than their strings are hashed and compared, so that
    labels and clearances fresh from a file cost what known ones cost.
    """
    try:
        said = _encode((label, clearance))
    except UnicodeEncodeError:  # half a character, which no policy knows
        return decide_anew(label, clearance, book)
    try:
        found: Decision = book.__dict__["_decided"][said]
    except KeyError:
        found = decide_anew(label, clearance, book)
        _remember_decision(said, found, book)
    return found


def _remember_decision(said: bytes, decision: Decision, book: PolicyBook) -> None:
    cache: dict[bytes, Decision] = book.__dict__.setdefault("_decided", {})
    if len(cache) >= DECISION_CACHE_MAX:
        cache.clear()
    cache[said] = decision


def decide_anew(label: Label, clearance: Clearance, book: PolicyBook) -> Decision:
    """The same, not remembered: for callers that keep the answer themselves (``Sights``)."""
    faults, needs = _look_up(label, book)
    if faults:
        return refuse(*faults)
    if label.policy != clearance.policy:
        return refuse(Reason("other-policy", policy=clearance.policy))
    reasons = tuple(_find_lacks(label, clearance, needs, book))
    return refuse(*reasons) if reasons else PERMIT


def _find_lacks(label: Label, clearance: Clearance, needs: Needs, book: PolicyBook) -> list[Reason]:
    """What of the label's needs the clearance doesn't hold. Written for speed: most new decisions end here."""
    lacks: list[Reason] = []
    if label.classification not in clearance.classifications:
        name = book.policies[label.policy].name
        lacks.append(Reason("classification", values=(label.classification,), policy=name))
    for tag_set, values, members in needs:
        held: tuple[str, ...] = ()
        for name, held_here in clearance.categories:
            if name == tag_set:
                held = held_here
                break
        if members is None:
            lacking = [value for value in values if value not in held]
            if lacking:
                lacks.append(Reason("codeword", tag_set, tuple(lacking), book.policies[label.policy].name))
        elif members.isdisjoint(held):
            lacks.append(Reason("audience", tag_set, values, book.policies[label.policy].name))
    return lacks


def find_faults(label: Label, book: PolicyBook) -> tuple[Reason, ...]:
    """Everything that makes the label invalid; an invalid label admits nobody."""
    return _look_up(label, book)[0]


def find_needs(label: Label, book: PolicyBook) -> Needs | None:
    """What a clearance needs besides the classification, by tag set; None where the label is invalid, so that nothing helps."""
    faults, needs = _look_up(label, book)
    return None if faults else needs


def _look_up(label: Label, book: PolicyBook) -> _Known:
    """The label's faults and, where it has none, its needs. Remembered, for labels are few."""
    cache: dict[Label, _Known] = book.__dict__.setdefault("_faults", {})
    found = cache.get(label)
    if found is None:
        if len(cache) > FAULT_CACHE_MAX:
            cache.clear()
        faults = tuple(_find_faults(label, book))
        found = cache[label] = (faults, () if faults else tuple(_find_needs(label, book)))
    return found


FAULT_CACHE_MAX = 65_536
_NOTHING: frozenset[str] = frozenset()


def _find_needs(label: Label, book: PolicyBook) -> Iterator[_Need]:
    policy = book.policies[label.policy]
    for name, values in label.categories:
        kind = policy.tag_sets[name].kind
        if kind is TagKind.RESTRICTIVE:
            yield name, values, None
        elif kind is TagKind.PERMISSIVE:
            yield name, values, book.resolve(values, label.epoch)


def _find_faults(label: Label, book: PolicyBook) -> Iterator[Reason]:
    policy = book.policies.get(label.policy)
    if policy is None:
        yield Reason("unknown-policy", values=(label.policy,))
        return
    if policy.window is not None and not policy.window.is_open:
        yield Reason("policy-window", policy=policy.name)
    classification = policy.classifications.get(label.classification)
    if classification is None:
        yield Reason("unknown-classification", values=(label.classification,), policy=policy.name)
        return
    if classification.obsolete:
        yield Reason("obsolete", values=(label.classification,), policy=policy.name)
    stated = dict(label.categories)
    if len(stated) != len(label.categories):
        yield Reason("repeated-tag-set", policy=policy.name)
        return
    unruled = _list_unruled(policy)
    for name, values in label.categories:
        stated_here = set(values)
        if not values or len(stated_here) != len(values) or not unruled.get(name, _NOTHING) >= stated_here:
            yield from _find_tag_faults(label, policy, name, values)
    for required in classification.required:
        if not _is_met(required, stated):
            yield Reason("required", _names(required), policy=policy.name)
    if label.epoch or not book.groups.isdisjoint(chain.from_iterable(stated.values())):
        yield from _find_epoch_faults(label, policy, book)


def _find_tag_faults(label: Label, policy: Policy, name: str, values: tuple[str, ...]) -> Iterator[Reason]:
    tag_set = policy.tag_sets.get(name)
    if tag_set is None:
        yield Reason("unknown-tag-set", name, policy=policy.name)
        return
    if not values:
        yield Reason("empty", name, policy=policy.name)
    if len(set(values)) != len(values):
        yield Reason("repeated-value", name, policy=policy.name)
    most = 1 if tag_set.single_selection else tag_set.selection_max
    if (most and len(values) > most) or len(values) < tag_set.selection_min:
        yield Reason("selection", name, values, policy.name)
    for value in values:
        category = tag_set.find_category(value)
        if category is None:
            yield Reason("unknown-value", name, (value,), policy.name)
        else:
            yield from _find_value_faults(label, policy, name, category)


def _list_unruled(policy: Policy) -> dict[str, frozenset[str]]:
    """Of each tag set without limits the values that no rule is about: nearly all of them, and nothing to look at."""
    found: dict[str, frozenset[str]] | None = policy.__dict__.get("_unruled")
    if found is None:
        found = policy.__dict__["_unruled"] = {
            name: frozenset(value for value, c in tag_set.categories.items() if _is_unruled(c))
            for name, tag_set in policy.tag_sets.items()
            if not (tag_set.single_selection or tag_set.selection_min or tag_set.selection_max)
        }
    return found


def _is_unruled(category: Category) -> bool:
    """Nothing but what marks, numbers and equivalents say of it."""
    bare = Category(category.name, category.lacv)
    return bare == replace(category, equivalents=(), markings=(), qualifiers=())


def _find_value_faults(label: Label, policy: Policy, name: str, category: Category) -> Iterator[Reason]:
    if category.obsolete:
        yield Reason("obsolete", name, (category.name,), policy.name)
    if category.window is not None and not category.window.is_open:
        yield Reason("window", name, (category.name,), policy.name)
    if label.classification in category.excluded_classes:
        yield Reason("excluded-class", name, (category.name, label.classification), policy.name)
    if category.required_class and category.required_class != label.classification:
        yield Reason("required-class", name, (category.name, category.required_class), policy.name)
    stated = dict(label.categories)
    for required in category.required:
        if not _is_met(required, stated):
            yield Reason("required", _names(required), (category.name,), policy.name)
    for group in category.excluded:
        if _matches(group, stated):
            yield Reason("excluded", group.tag_set, (category.name,), policy.name)


def _find_epoch_faults(label: Label, policy: Policy, book: PolicyBook) -> Iterator[Reason]:
    named = [
        (name, group)
        for name, values in label.categories
        if name in policy.tag_sets and policy.tag_sets[name].kind is TagKind.PERMISSIVE
        for group in sorted(book.groups.intersection(values))
    ]
    if label.epoch and not named:
        yield Reason("needless-epoch", values=(label.epoch,), policy=policy.name)
    for name, group in named:
        if not _is_day(label.epoch) or not book.resolve((group,), label.epoch):
            yield Reason("unknown-epoch", name, (group, label.epoch), policy.name)


def _is_day(epoch: str) -> bool:
    try:
        return date.fromisoformat(epoch).isoformat() == epoch
    except ValueError:
        return False


_Stated = dict[str, tuple[str, ...]]
"""A label's values by tag set, each of which stands once."""


def _matches(group: CategoryGroup, stated: _Stated) -> bool:
    if group.value is None:
        return bool(stated.get(group.tag_set)) or any(map(stated.get, group.also))
    values = stated.get(group.tag_set, ())
    if group.completed:
        return any(value.startswith(group.value + INPUT_MARK) for value in values)
    return group.value in values


def _is_met(required: Required, stated: _Stated) -> bool:
    matching = sum([_matches(group, stated) for group in required.groups])
    if required.operation == "onlyOne":
        return matching == 1
    if required.operation == "oneOrMore":
        return matching >= 1
    return matching == len(required.groups)


def _names(required: Required) -> str:
    return " or ".join(dict.fromkeys(group.tag_set for group in required.groups))
