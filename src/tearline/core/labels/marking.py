# SPDX-License-Identifier: Apache-2.0
"""A label as text, by the phrases its policy states for a place and a language (standards.md B4, marking algorithm).

Order follows the policy, never the label. A prefix that begins with ``//`` is the separator itself, as US marks have it;
before any other prefix the policy's separator stands. Where a language states none, its primary language, then none, then
English is taken.

``BANNER``, ``PORTION`` (without its brackets) and ``RECEIVER`` (the mark that a receiver adds; the audience is not printed
there) are the three places tearline prints.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from tearline.core.labels.book import PolicyBook
from tearline.core.labels.label import Clearance, Label, NoLabel
from tearline.core.labels.policy import (
    INPUT_MARK,
    Category,
    Classification,
    Marking,
    Policy,
    Qualifier,
    TagSet,
)

BANNER = "pageTopBottom"
PORTION = "portionMarking"
RECEIVER = "documentStart"
NO_LABEL_MARK = "ORIGINATOR ONLY"
PICKS_MAX = 16_384
"""Phrases remembered by what a policy states: more than a book of policies has values, places and languages in use."""


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
    return print_policy_mark(label, place, lang, book.policies[label.policy])


def print_policy_mark(label: Label, place: str, lang: str, policy: Policy) -> str:
    """The mark as the policy alone states it, at any place of the SPIF schema; ``label`` must be of that policy.

    1. Words for the policy: its own phrase, else the classification's or the first value's that replaces it, else its name.
    2. The classification, unless a value suppresses it.
    3. The values, in the policy's order, between their tag's prefix and suffix.
    4. All of it between the policy's prefix and suffix.
    """
    lang = _settle_language(lang, policy)
    joined = _pick_qualifier(policy.qualifiers, place, lang)
    separator = joined.separator if joined else " "
    level = policy.classifications[label.classification]
    chosen = list(_choose(label, policy))
    words = [_policy_words(policy, level, chosen, place, lang)]
    if not any(_suppresses_class(category, place, lang) for _, category, _ in chosen):
        around = _pick_qualifier(level.qualifiers, place, lang)
        words.append(_surround(_phrase(_pick(level.markings, place, lang), level.name), around))
    text = separator.join(word for word in words if word)
    for tag_set in policy.tag_sets.values():
        text += _print_tag_set(tag_set, chosen, place, lang, separator if text else "")
    return (joined.prefix if joined else "") + text + (joined.suffix if joined else "")


def print_clearance_mark(clearance: Clearance, lang: str, policy: Policy, place: str = BANNER) -> str:
    """A clearance in words: ``{Commodity|Luxury} Sweet``; every level it lists, then the values as on a mark."""
    lang = _settle_language(lang, policy)
    joined = _pick_qualifier(policy.qualifiers, place, lang)
    separator = joined.separator if joined else " "
    levels = [c for c in policy.classifications.values() if c.name in clearance.classifications]
    lowest = next((c.name for c in policy.classifications.values() if c.lacv == 0), "unclassified (auto)")
    names = [c.name for c in sorted(levels, key=lambda c: c.hierarchy)] or [lowest]
    text = "{" + "|".join(names) + "}"
    chosen = list(_choose(clearance, policy))
    for tag_set in policy.tag_sets.values():
        text += _print_tag_set(tag_set, chosen, place, lang, separator)
    return (joined.prefix if joined else "") + text + (joined.suffix if joined else "")


def print_privacy_mark(name: str, place: str, lang: str, policy: Policy) -> str:
    """A privacy mark by its phrase; its name where the policy has none, or doesn't know the mark. It decides nothing."""
    mark = policy.privacy_marks.get(name)
    return name if mark is None else _phrase(_pick(mark.markings, place, lang), name)


_Chosen = tuple[TagSet, Category, str]  # the tag, the value, and what its writer completed it with


def _choose(label: Label | Clearance, policy: Policy) -> Iterator[_Chosen]:
    """The values of a label in the policy's order; those it doesn't know aren't printed (they are never valid)."""
    for tag_set in policy.tag_sets.values():
        values = label.values(tag_set.name)
        for name, category in tag_set.categories.items():
            if not category.user_input and name in values:
                yield tag_set, category, ""
            if category.user_input:
                mark = name + INPUT_MARK
                yield from ((tag_set, category, v.removeprefix(mark)) for v in values if v.startswith(mark))


def _settle_language(lang: str, policy: Policy) -> str:
    """English where the policy states its own words in some languages and not in this one."""
    stated = {m.lang for m in policy.markings} - {""}
    return lang if not stated or {lang, _primary(lang)} & stated else "en"


def _primary(lang: str) -> str:
    return lang.replace("_", "-").partition("-")[0]


def _policy_words(policy: Policy, level: Classification, chosen: list[_Chosen], place: str, lang: str) -> str:
    heading = _pick(policy.markings, place, lang) or _pick(policy.markings, place, lang, replacing=True)
    if heading is not None:
        return _phrase(heading, policy.name)
    for markings in (level.markings, *(category.markings for _, category, _ in chosen)):
        replacing = _pick(markings, place, lang, replacing=True)
        if replacing is not None and replacing.phrase is not None:
            return replacing.phrase
    return policy.name


def _suppresses_class(category: Category, place: str, lang: str) -> bool:
    marking = _pick(category.markings, place, lang)
    return marking is not None and marking.suppresses_class


def _print_tag_set(tag_set: TagSet, chosen: list[_Chosen], place: str, lang: str, separator: str) -> str:
    phrases = [
        _print_value(category, text, place, lang) for holder, category, text in chosen if holder is tag_set
    ]
    shown = list(dict.fromkeys(phrase for phrase in phrases if phrase))
    if not shown:
        return ""
    qualifier = _pick_qualifier(tag_set.qualifiers, place, lang) or Qualifier(place, lang)
    joint = "" if qualifier.prefix.startswith("//") else separator
    return joint + qualifier.prefix + qualifier.separator.join(shown) + qualifier.suffix


def _print_value(category: Category, text: str, place: str, lang: str) -> str:
    replacing = _pick(category.markings, place, lang, replacing=True)
    hidden = replacing is not None and replacing.hidden
    phrase = "" if hidden else _phrase(_pick(category.markings, place, lang), category.name)
    completed = " ".join(part for part in (phrase, text) if part)
    return _surround(completed, _pick_qualifier(category.qualifiers, place, lang)) if completed else ""


def _surround(text: str, qualifier: Qualifier | None) -> str:
    return text if qualifier is None or not text else qualifier.prefix + text + qualifier.suffix


def _phrase(marking: Marking | None, name: str) -> str:
    if marking is None:
        return name
    if marking.hidden:
        return ""
    return name if marking.phrase is None else marking.phrase


_PAGES = ("pageTopBottom", "pageBottom", "pageTop")


@lru_cache(maxsize=PICKS_MAX)
def _pick(markings: tuple[Marking, ...], place: str, lang: str, *, replacing: bool = False) -> Marking | None:
    """The phrase for a place; one for both ends of the page is one for each end, and an end's is the banner's."""
    for location in _PAGES if place == BANNER else (place, BANNER) if place in _PAGES else (place,):
        here = [m for m in markings if m.replaces_policy is replacing and m.location == location]
        found = next((m for wanted in _wanted(lang) for m in here if m.lang == wanted), None)
        if found is not None:
            return found
    return None


@lru_cache(maxsize=PICKS_MAX)
def _pick_qualifier(qualifiers: tuple[Qualifier, ...], place: str, lang: str) -> Qualifier | None:
    """What stands around values at a place; at an end of the page without its own, what any part of the page has."""
    for location in (place, *_PAGES) if place in _PAGES else (place,):
        here = [q for q in qualifiers if q.location == location]
        found = next((q for wanted in _wanted(lang) for q in here if q.lang == wanted), None)
        if found is not None:
            return found
    return None


def _wanted(lang: str) -> tuple[str, ...]:
    return (lang, _primary(lang), "", "en")
