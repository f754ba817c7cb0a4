# SPDX-License-Identifier: Apache-2.0
"""A label as text, by the phrases its policy states for a place and a language (standards.md B4, marking algorithm).

Order follows the policy, never the label. ``BANNER``, ``PORTION`` (without its brackets) and ``RECEIVER`` (the mark that a
receiver adds; the audience is not printed there) are the three places tearline prints.
"""

from __future__ import annotations

from tearline.core.labels.book import PolicyBook
from tearline.core.labels.label import Label, NoLabel
from tearline.core.labels.policy import Marking, Policy, Qualifier, TagSet

BANNER = "pageTopBottom"
PORTION = "portionMarking"
RECEIVER = "documentStart"
NO_LABEL_MARK = "ORIGINATOR ONLY"


def print_mark(label: Label | NoLabel, place: str, lang: str, book: PolicyBook) -> str:
    """The mark; English where the policy has no words in ``lang``. Remembered, for labels are few."""
    if isinstance(label, NoLabel):
        return ("EXERCISE " if book.kind == "exercise" else "") + NO_LABEL_MARK
    cache: dict[tuple[Label, str, str], str] = book.__dict__.setdefault("_marks", {})
    key = (label, place, lang)
    if key not in cache:
        if len(cache) > MARK_CACHE_MAX:
            cache.clear()
        cache[key] = _print_mark(label, place, lang, book)
    return cache[key]


MARK_CACHE_MAX = 65_536


def _print_mark(label: Label, place: str, lang: str, book: PolicyBook) -> str:
    policy = book.policies[label.policy]
    lang = lang if any(m.lang == lang for m in policy.markings) else "en"
    joined = _pick_qualifier(policy.qualifiers, place, lang)
    heading = _pick(policy.markings, place, lang)
    level = policy.classifications[label.classification]
    words = [_policy_words(policy, heading), _phrase(_pick(level.markings, place, lang), level.name)]
    text = (joined.separator if joined else " ").join(word for word in words if word)
    for tag_set in policy.tag_sets.values():
        text += _print_tag_set(tag_set, label, place, lang)
    return (joined.prefix if joined else "") + text + (joined.suffix if joined else "")


def _policy_words(policy: Policy, heading: Marking | None) -> str:
    return policy.name if heading is None else _phrase(heading, policy.name)


def _print_tag_set(tag_set: TagSet, label: Label, place: str, lang: str) -> str:
    values = label.values(tag_set.name)
    phrases = [
        _phrase(_pick(category.markings, place, lang), name)
        for name, category in tag_set.categories.items()
        if name in values
    ]
    shown = list(dict.fromkeys(phrase for phrase in phrases if phrase))
    if not shown:
        return ""
    qualifier = _pick_qualifier(tag_set.qualifiers, place, lang) or Qualifier(place, lang, prefix="//")
    return qualifier.prefix + qualifier.separator.join(shown) + qualifier.suffix


def _phrase(marking: Marking | None, name: str) -> str:
    if marking is None:
        return name
    if marking.hidden:
        return ""
    return name if marking.phrase is None else marking.phrase


def _pick(markings: tuple[Marking, ...], place: str, lang: str) -> Marking | None:
    here = [m for m in markings if m.location == place]
    for wanted in (lang, "", "en"):
        for marking in here:
            if marking.lang == wanted:
                return marking
    return None


def _pick_qualifier(qualifiers: tuple[Qualifier, ...], place: str, lang: str) -> Qualifier | None:
    here = [q for q in qualifiers if q.location == place]
    for wanted in (lang, "", "en"):
        for qualifier in here:
            if qualifier.lang == wanted:
                return qualifier
    return None
