# SPDX-License-Identifier: Apache-2.0
"""A label as text, by the phrases its policy states for a place and a language (standards.md B4, marking algorithm).

Order follows the policy, never the label. A prefix that begins with ``//`` is the separator itself, as US marks have it;
before any other prefix the policy's separator stands. Where a language states none, its primary language, then none, then
English is taken.

``BANNER``, ``PORTION`` (without its brackets) and ``RECEIVER`` (the mark that a receiver adds; the audience is not printed
there) are the three places tearline prints.
"""

from __future__ import annotations

from tearline.core.labels.book import PolicyBook
from tearline.core.labels.label import Clearance, Label, NoLabel
from tearline.core.labels.policy import Policy
from tearline.core.labels.printer import BANNER, get_printer, phrase, pick

PORTION = "portionMarking"
RECEIVER = "documentStart"
NO_LABEL_MARK = "ORIGINATOR ONLY"


def print_mark(label: Label | NoLabel, place: str, lang: str, book: PolicyBook) -> str:
    """The mark; English where the policy has no words in ``lang``. Remembered, for labels are few."""
    try:
        mark: str = book.__dict__["_marks"][place, lang][label]
    except KeyError:
        return _remember_mark(label, place, lang, book)
    return mark


MARK_CACHE_MAX = 65_536
"""Marks remembered for a place and language."""
MARK_CACHES_MAX = 64
"""Places and languages for which marks are remembered: more than policies have, for a caller may ask for any."""


def _remember_mark(label: Label | NoLabel, place: str, lang: str, book: PolicyBook) -> str:
    if isinstance(label, NoLabel):
        return ("EXERCISE " if book.kind == "exercise" else "") + NO_LABEL_MARK
    mark = print_policy_mark(label, place, lang, book.policies[label.policy])
    caches: dict[tuple[str, str], dict[Label, str]] = book.__dict__.setdefault("_marks", {})
    if len(caches) >= MARK_CACHES_MAX and (place, lang) not in caches:
        caches.clear()
    cache = caches.setdefault((place, lang), {})
    if len(cache) >= MARK_CACHE_MAX:
        cache.clear()
    cache[label] = mark
    return mark


def print_policy_mark(label: Label, place: str, lang: str, policy: Policy) -> str:
    """The mark as the policy alone states it, at any place of the SPIF schema; ``label`` must be of that policy.

    1. Words for the policy: its own phrase, else the classification's or the first value's that replaces it, else its name.
    2. The classification, unless a value suppresses it.
    3. The values, in the policy's order, between their tag's prefix and suffix.
    4. All of it between the policy's prefix and suffix.
    """
    printer = get_printer(policy, place, lang)
    held = dict(reversed(label.categories))
    replacing, suppressed = printer.find_special(held) if printer.special else (None, False)
    return printer.surround(printer.join_head(label.classification, replacing, suppressed), held)


def print_clearance_mark(clearance: Clearance, lang: str, policy: Policy, place: str = BANNER) -> str:
    """A clearance in words: ``{Commodity|Luxury} Sweet``; every level it lists, then the values as on a mark."""
    levels = [c for c in policy.classifications.values() if c.name in clearance.classifications]
    lowest = next((c.name for c in policy.classifications.values() if c.lacv == 0), "unclassified (auto)")
    names = [c.name for c in sorted(levels, key=lambda c: c.hierarchy)] or [lowest]
    held = dict(reversed(clearance.categories))
    return get_printer(policy, place, lang).surround("{" + "|".join(names) + "}", held)


def print_privacy_mark(name: str, place: str, lang: str, policy: Policy) -> str:
    """A privacy mark by its phrase; its name where the policy has none, or doesn't know the mark. It decides nothing."""
    mark = policy.privacy_marks.get(name)
    return name if mark is None else phrase(pick(mark.markings, place, lang), name)
