# SPDX-License-Identifier: Apache-2.0
"""Labels and clearances as documents state them (STANAG 4774), and the pure rules about them.

A *stated* label holds a document's own words, before any policy was asked; ``resolve_label`` finds them in a policy that
this node holds, or refuses by name, and ``state_label`` is its inverse. Dates stay the text that was written, so that a
document comes out as it went in; ``read_moment`` makes instants of them.

Rules (ADatP-4774.1): which of a data object's labels counts (4.2, ``choose_label``); when a successor takes over (4.3,
``succeed``). An originator's label is never replaced by an alternative of the same policy.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta, timezone
from enum import Enum
from functools import lru_cache

import msgspec

from tearline.core.errors import MalformedError
from tearline.core.instants import Instant, from_datetime
from tearline.core.labels.decide import Reason, UnknownWordError
from tearline.core.labels.label import Clearance, Label, make_clearance, make_label
from tearline.core.labels.policy import INPUT_MARK, Policy, TagKind, TagSet

LABEL_NAMESPACE = "urn:nato:stanag:4774:confidentialitymetadatalabel:1:0"
ORIGINATOR_KINDS = frozenset(
    {
        "rfc822Name",
        "dNSName",
        "directoryName",
        "uniformResourceIdentifier",
        "iPAddress",
        "x400Address",
        "userPrincipalName",
        "jID",
    }
)
EPOCH_EXTENSION = "{urn:tearline:label:1}MembershipEpoch"
"""Where a label names a lasting group, the day as of which its members count (4774 has no word for it)."""
_MOMENT = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,18}))?(Z|[+-]\d\d:\d\d)?\Z", re.ASCII
)


class Role(Enum):
    """What a label says of itself. LEGACY is the older element without a role, read as the originator's."""

    ORIGINATOR = "originatorConfidentialityLabel"
    ALTERNATIVE = "alternativeConfidentialityLabel"
    METADATA = "metadataConfidentialityLabel"
    LEGACY = "ConfidentialityLabel"
    SUCCESSOR = "SuccessorConfidentialityLabel"


class Extension(msgspec.Struct, frozen=True, gc=False):
    """An element of another vocabulary, kept as canonical XML and not understood."""

    name: str
    xml: str


class StatedCategory(msgspec.Struct, frozen=True, gc=False):
    """Values of one tag set and kind; ``oid`` is '' where the document gives none."""

    tag_name: str
    kind: TagKind
    values: tuple[str, ...] = ()
    oid: str = ""


class StatedLabel(msgspec.Struct, frozen=True, cache_hash=True, gc=False):
    """A label in a document's own words."""

    policy: str
    classification: str
    categories: tuple[StatedCategory, ...] = ()
    policy_oid: str = ""
    privacy_mark: str = ""  # never enters a decision
    extensions: tuple[Extension, ...] = ()


class StatedClearance(msgspec.Struct, frozen=True):
    """A clearance in a document's own words: every classification held is listed."""

    policy: str
    classifications: tuple[str, ...]
    categories: tuple[StatedCategory, ...] = ()
    policy_oid: str = ""
    extensions: tuple[Extension, ...] = ()


class OriginatorId(msgspec.Struct, frozen=True, gc=False):
    """Who wrote the label, and of which kind that name is."""

    kind: str
    name: str


class Succession(msgspec.Struct, frozen=True):
    """The label that takes over, and from when."""

    at: str
    label: LabelDocument


class LabelDocument(msgspec.Struct, frozen=True, gc=False):
    """One label element with everything about it."""

    role: Role
    label: StatedLabel
    created: str = ""  # '' in drafts of the standard only
    originator: OriginatorId | None = None
    review: str = ""
    succession: Succession | None = None
    identifier: str = ""
    attributes: tuple[tuple[str, str], ...] = ()
    extensions: tuple[Extension, ...] = ()


@lru_cache(maxsize=4096)
def read_moment(text: str) -> Instant:
    """The instant of an xs:dateTime; one without a zone is Zulu, as on every DTG."""
    match = _MOMENT.match(text)
    if match is None:
        raise MalformedError(
            "bad-time", f"not a date and time: {text[:40]!r}", "Write it like 2023-07-12T01:04:00Z."
        )
    year, month, day, hour, minute, second = (int(part) for part in match.groups()[:6])
    zone = UTC
    try:
        if match[8] not in {None, "Z"}:
            offset = timedelta(hours=int(match[8][1:3]), minutes=int(match[8][4:6]))
            zone = timezone(-offset if match[8][0] == "-" else offset)
        micro = int(((match[7] or "") + "000000")[:6])
        return from_datetime(datetime(year, month, day, hour, minute, second, micro, tzinfo=zone))
    except (ValueError, OverflowError) as error:
        raise MalformedError("bad-time", f"no such time: {text[:40]!r}") from error


def succeed(document: LabelDocument, at: Instant) -> LabelDocument:
    """The label in force at an instant: the successor once the review date has passed, or, without one, its own date."""
    if document.succession is None or read_moment(document.review or document.succession.at) > at:
        return document
    return msgspec.structs.replace(document.succession.label, role=document.role)


def choose_label(documents: Iterable[LabelDocument], policy: Policy) -> LabelDocument | None:
    """The label that counts under a policy: the originator's if it is of that policy, else the first alternative; or None.

    A label of the metadata says nothing of the data. Two originators' labels contradict each other.
    """
    listed = tuple(documents)
    originals = [d for d in listed if d.role in {Role.ORIGINATOR, Role.LEGACY}]
    if len(originals) > 1:
        raise MalformedError("two-originators", "more than one originator's label for the same data")
    if originals and is_of_policy(originals[0].label, policy):
        return originals[0]
    return next((d for d in listed if d.role is Role.ALTERNATIVE and is_of_policy(d.label, policy)), None)


def is_of_policy(stated: StatedLabel | StatedClearance, policy: Policy) -> bool:
    """Do the name and the identifier, where there is one, both name this policy?"""
    return _is_same(stated.policy, policy.name, policy) and stated.policy_oid in {"", policy.oid}


def find_policy(stated: StatedLabel | StatedClearance, policies: Mapping[str, Policy]) -> Policy:
    """The policy that name and identifier agree on; one naming another than the other is refused."""
    held = policies.get(stated.policy)
    if held is not None and held.name == stated.policy and stated.policy_oid in {"", held.oid}:
        return held
    named = [p for p in policies.values() if _is_same(stated.policy, p.name, p)]
    if not named:
        known = next((p.name for p in policies.values() if p.oid == stated.policy_oid), "")
        if known:
            raise UnknownWordError(
                f"{stated.policy_oid} is {known!r} here, not {stated.policy!r}",
                Reason("policy-disagrees", values=(stated.policy_oid,), policy=stated.policy),
            )
        raise UnknownWordError(
            f"no policy {stated.policy!r} is held here",
            Reason("unknown-policy", values=(stated.policy,)),
            "Load its pack first.",
        )
    agreeing = [p for p in named if stated.policy_oid in {"", p.oid}]
    if not agreeing:
        raise UnknownWordError(
            f"{stated.policy!r} is {named[0].oid} here, not {stated.policy_oid}",
            Reason("policy-disagrees", values=(stated.policy_oid,), policy=stated.policy),
        )
    # Where another policy's name differs in case alone, the one spelt so is meant.
    return next((p for p in agreeing if p.name == stated.policy), agreeing[0])


def resolve_label(stated: StatedLabel, policies: Mapping[str, Policy]) -> Label:
    """The label in its policy's words. Whether these go together is asked afterwards (``find_faults``)."""
    policy = find_policy(stated, policies)
    known: dict[StatedLabel, Label] = policy.__dict__.setdefault("_labels", {})
    found = known.get(stated)
    if found is None:
        if len(known) >= RESOLVED_MAX:
            known.clear()
        found = known[stated] = _resolve_label(stated, policy)
    return found


RESOLVED_MAX = 4096
"""Labels remembered beside each policy by what documents state: distinct ones are few."""


def _resolve_label(stated: StatedLabel, policy: Policy) -> Label:
    epochs = [e for e in stated.extensions if e.name == EPOCH_EXTENSION]
    if len(epochs) > 1:
        raise MalformedError("repeated-epoch", "a label states two membership epochs")
    return make_label(
        policy.name,
        _find_classification(stated.classification, policy),
        _resolve_categories(stated.categories, policy),
        _read_epoch(epochs[0]) if epochs else "",
    )


def resolve_clearance(stated: StatedClearance, policies: Mapping[str, Policy]) -> Clearance:
    """The clearance in its policy's words."""
    policy = find_policy(stated, policies)
    levels = [_find_classification(name, policy) for name in stated.classifications]
    return make_clearance(policy.name, levels, _resolve_categories(stated.categories, policy))


def state_label(label: Label, policy: Policy, privacy_mark: str = "") -> StatedLabel:
    """The label as other systems write it, with every identifier; ``label`` must be of that policy and know its words."""
    epoch = f'<epoch:MembershipEpoch xmlns:epoch="urn:tearline:label:1">{label.epoch}</epoch:MembershipEpoch>'
    return StatedLabel(
        policy=policy.name,
        classification=_find_classification(label.classification, policy),
        categories=tuple(_state_categories(label, policy)),
        policy_oid=policy.oid,
        privacy_mark=privacy_mark,
        extensions=(Extension(EPOCH_EXTENSION, epoch),) if label.epoch else (),
    )


def state_clearance(clearance: Clearance, policy: Policy) -> StatedClearance:
    """The clearance as other systems write it, lowest level first; informative values have no place in it."""
    levels = sorted(policy.classifications.values(), key=lambda c: c.hierarchy)
    if unknown := set(clearance.classifications) - policy.classifications.keys():
        raise _unknown("classification", min(unknown), policy)
    categories = _state_categories(clearance, policy)
    return StatedClearance(
        policy=policy.name,
        classifications=tuple(c.name for c in levels if c.name in clearance.classifications),
        categories=tuple(c for c in categories if c.kind is not TagKind.INFORMATIVE),
        policy_oid=policy.oid,
    )


def find_privacy_faults(mark: str, policy: Policy) -> tuple[Reason, ...]:
    """What is wrong with a privacy mark under a policy that lists its marks; nothing where it lists none."""
    if not policy.privacy_marks or (not mark and not policy.privacy_marks_min):
        return ()
    known = policy.privacy_marks.get(mark)
    if known is None:
        return (Reason("privacy-mark", values=(mark,), policy=policy.name),)
    return (Reason("obsolete", values=(mark,), policy=policy.name),) if known.obsolete else ()


def _read_epoch(extension: Extension) -> str:
    match = re.fullmatch(r"<[^<>]+>(\d{4}-\d\d-\d\d)</[^<>]+>", extension.xml, re.ASCII)
    if match is None:
        raise MalformedError("bad-epoch", "a membership epoch is no day")
    return match[1]


def _is_same(stated: str, known: str, policy: Policy) -> bool:
    return stated == known or (policy.folds_case and stated.casefold() == known.casefold())


def _unknown(what: str, name: str, policy: Policy, tag_set: str = "") -> UnknownWordError:
    shown = f"{tag_set}: {name}" if tag_set else name
    values = () if what == "tag-set" else (name,)
    reason = Reason(f"unknown-{what}", name if what == "tag-set" else tag_set, values, policy.name)
    return UnknownWordError(f"{policy.name} knows no {what.replace('-', ' ')} {shown!r}", reason)


def _find_classification(stated: str, policy: Policy) -> str:
    if stated in policy.classifications:
        return stated
    for name in policy.classifications:
        if _is_same(stated, name, policy):
            return name
    raise _unknown("classification", stated, policy)


def _resolve_categories(stated: Iterable[StatedCategory], policy: Policy) -> dict[str, list[str]]:
    out: dict[str, list[str]] = {}
    words = _list_words(policy)
    for category in stated:
        oid, places = words.get((category.tag_name, category.kind), _NO_WORDS)
        if category.values and category.oid in {"", oid}:
            homes = set(map(places.get, category.values))
            if len(homes) == 1 and (home := homes.pop()) is not None:  # all known, all in one tag
                out.setdefault(home, []).extend(category.values)
                continue
        tag_sets = policy.find_tag_sets(category.tag_name, category.kind)
        if not tag_sets:
            raise _unknown("tag-set", f"{category.tag_name} ({category.kind.name})", policy)
        if category.oid not in {"", tag_sets[0].oid}:
            raise UnknownWordError(
                f"{category.tag_name!r} is {tag_sets[0].oid} here, not {category.oid}",
                Reason("tag-set-disagrees", category.tag_name, (category.oid,), policy.name),
            )
        if not category.values:
            out.setdefault(tag_sets[0].name, [])
        for value in category.values:
            name, known = _find_value(value, category, tag_sets, policy)
            out.setdefault(name, []).append(known)
    return out


_Words = dict[tuple[str, TagKind], tuple[str, dict[str, str]]]
_NO_WORDS: tuple[str, dict[str, str]] = ("", {})


def _list_words(policy: Policy) -> _Words:
    """By stated name and kind: the identifier, and where each value stands that is written as the policy does. Listed once."""
    found: _Words | None = policy.__dict__.get("_words")
    if found is None:
        found = policy.__dict__["_words"] = {}
        for tag_set in policy.tag_sets.values():
            category = StatedCategory(tag_set.stated_name, tag_set.kind)
            alike = policy.find_tag_sets(tag_set.stated_name, tag_set.kind)
            _, places = found.setdefault((category.tag_name, category.kind), (alike[0].oid, {}))
            for value, known in tag_set.categories.items():
                if not known.user_input:
                    places[value] = _find_value(value, category, alike, policy)[0]
    return found


def _find_value(
    value: str, category: StatedCategory, tag_sets: tuple[TagSet, ...], policy: Policy
) -> tuple[str, str]:
    for tag_set in tag_sets:
        if tag_set.find_category(value) is not None:
            return tag_set.name, value
        for name, known in tag_set.categories.items():
            if not known.user_input and _is_same(value, name, policy):
                return tag_set.name, name
    raise _unknown("value", value, policy, category.tag_name)


def _state_categories(holder: Label | Clearance, policy: Policy) -> Iterator[StatedCategory]:
    """In the policy's order; tags that share a set and kind are one category again."""
    stated: dict[tuple[str, TagKind], tuple[str, list[str]]] = {}
    for name, _ in holder.categories:
        if name not in policy.tag_sets:
            raise _unknown("tag-set", name, policy)
    for name, tag_set in policy.tag_sets.items():
        if not any(name == held for held, _ in holder.categories):
            continue
        values = holder.values(name)
        for value in values:
            if tag_set.find_category(value) is None:
                raise _unknown("value", value, policy, name)
        order = list(tag_set.categories)
        ranked = sorted(values, key=lambda v: (order.index(_base(v, tag_set)), v))
        stated.setdefault((tag_set.stated_name, tag_set.kind), (tag_set.oid, []))[1].extend(ranked)
    for (stated_name, kind), (oid, values_stated) in stated.items():
        yield StatedCategory(stated_name, kind, tuple(values_stated), oid)


def _base(value: str, tag_set: TagSet) -> str:
    return value if value in tag_set.categories else value.partition(INPUT_MARK)[0]
