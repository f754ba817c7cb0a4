# SPDX-License-Identifier: Apache-2.0
"""What a policy says at one place in one language, looked up once for all its labels (standards.md B4).

A ``Printer`` holds a policy's phrases with the signs around them, so that a mark which was never printed costs a look-up a
value. It is made by asking the policy's markings and qualifiers exactly as one mark would, and is kept beside the policy,
which never changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter

import msgspec

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
PRINTERS_MAX = 128
"""Printers kept beside a policy: more than it has places and languages, for a caller may ask for any."""
_PAGES = ("pageTopBottom", "pageBottom", "pageTop")


class Value(msgspec.Struct, frozen=True, gc=False):
    """One value: its rank in the policy, its words, and what goes around them; '' where it isn't printed."""

    rank: int
    words: str
    phrase: str
    around: Qualifier | None
    suppresses: bool
    replacing: str | None  # the policy's name is replaced by this

    def complete(self, text: str) -> Value:
        """The same value, completed by its writer."""
        words = " ".join(part for part in (self.phrase, text) if part)
        return msgspec.structs.replace(self, words=_surround(words, self.around))


_by_rank = attrgetter("rank")


class Tag(msgspec.Struct, frozen=True, gc=False):
    """One tag set; ``joint`` is whether the policy's separator stands before its prefix."""

    name: str
    prefix: str
    separator: str
    suffix: str
    joint: bool
    plain: Mapping[str, Value]
    inputs: tuple[tuple[str, Value], ...]  # values that their writer completes, by what they begin with

    def choose(self, values: tuple[str, ...]) -> list[Value]:
        """The values that this policy knows, in its order; others aren't printed (they are never valid)."""
        plain = self.plain
        found = [plain[value] for value in values if value in plain]
        for mark, value in self.inputs:
            found += [value.complete(v.removeprefix(mark)) for v in values if v.startswith(mark)]
        if len(found) > 1:
            found.sort(key=_by_rank)  # stable: one value completed twice stays in the label's order
        return found


class _Level(msgspec.Struct, frozen=True, gc=False):
    words: str
    replacing: str | None


class Printer(msgspec.Struct, frozen=True, gc=False):
    """A policy's words at one place and in one language. ``special``: some value suppresses the level or renames the policy."""

    name: str  # of the policy
    heading: str | None  # None: the level's or a value's replacement, else the policy's name
    separator: str
    prefix: str
    suffix: str
    levels: Mapping[str, _Level]
    tags: tuple[Tag, ...]
    special: bool

    def surround(self, text: str, held: Mapping[str, tuple[str, ...]]) -> str:
        """``text``, then the values held in the policy's order, all of it between the policy's prefix and suffix."""
        for tag in self.tags:
            values = held.get(tag.name)
            if not values:
                continue
            shown = list(dict.fromkeys([v.words for v in tag.choose(values) if v.words]))
            if shown:
                joint = self.separator if tag.joint and text else ""
                text += joint + tag.prefix + tag.separator.join(shown) + tag.suffix
        return self.prefix + text + self.suffix

    def join_head(self, level: str, replacing: str | None, suppressed: bool) -> str:
        """The words for policy and level: the policy's heading, else what the level or a value puts there, else its name."""
        stated, heading = self.levels[level], self.heading
        if heading is None:
            heading = next((w for w in (stated.replacing, replacing) if w is not None), self.name)
        words = (heading, "" if suppressed else stated.words)
        return self.separator.join(word for word in words if word)

    def find_special(self, held: Mapping[str, tuple[str, ...]]) -> tuple[str | None, bool]:
        """The first replacement of the policy's name that a value states, and whether one suppresses the level."""
        chosen = [v for tag in self.tags for v in tag.choose(held.get(tag.name, ()))]
        replacing = next((v.replacing for v in chosen if v.replacing is not None), None)
        return replacing, any(v.suppresses for v in chosen)


def get_printer(policy: Policy, place: str, lang: str) -> Printer:
    """The policy's printer for a place and language; English where it states its own words in others and not in this one."""
    printers: dict[tuple[str, str], Printer] = policy.__dict__.setdefault("_printers", {})
    found = printers.get((place, lang))
    if found is None:
        if len(printers) >= PRINTERS_MAX:
            printers.clear()
        found = printers[place, lang] = _make_printer(policy, place, _settle_language(lang, policy))
    return found


def _make_printer(policy: Policy, place: str, lang: str) -> Printer:
    joined = _pick_qualifier(policy.qualifiers, place, lang)
    heading = pick(policy.markings, place, lang) or pick(policy.markings, place, lang, replacing=True)
    tags = tuple(_make_tag(tag_set, place, lang) for tag_set in policy.tag_sets.values())
    values = [v for tag in tags for v in (*tag.plain.values(), *(value for _, value in tag.inputs))]
    return Printer(
        name=policy.name,
        heading=None if heading is None else phrase(heading, policy.name),
        separator=joined.separator if joined else " ",
        prefix=joined.prefix if joined else "",
        suffix=joined.suffix if joined else "",
        levels={name: _make_level(level, place, lang) for name, level in policy.classifications.items()},
        tags=tags,
        special=any(v.suppresses or v.replacing is not None for v in values),
    )


def _make_level(level: Classification, place: str, lang: str) -> _Level:
    around = _pick_qualifier(level.qualifiers, place, lang)
    words = _surround(phrase(pick(level.markings, place, lang), level.name), around)
    return _Level(words, _find_replacement(level.markings, place, lang))


def _make_tag(tag_set: TagSet, place: str, lang: str) -> Tag:
    around = _pick_qualifier(tag_set.qualifiers, place, lang) or Qualifier(place, lang)
    values = [_make_value(rank, c, place, lang) for rank, c in enumerate(tag_set.categories.values())]
    named = list(zip(tag_set.categories.items(), values, strict=True))
    return Tag(
        tag_set.name,
        around.prefix,
        around.separator,
        around.suffix,
        not around.prefix.startswith("//"),
        {name: value for (name, category), value in named if not category.user_input},
        tuple((name + INPUT_MARK, value) for (name, category), value in named if category.user_input),
    )


def _make_value(rank: int, category: Category, place: str, lang: str) -> Value:
    marking = pick(category.markings, place, lang)
    replacing = pick(category.markings, place, lang, replacing=True)
    hidden = replacing is not None and replacing.hidden
    own = "" if hidden else phrase(marking, category.name)
    around = _pick_qualifier(category.qualifiers, place, lang)
    suppresses = marking is not None and marking.suppresses_class
    replacement = _find_replacement(category.markings, place, lang)
    return Value(rank, _surround(own, around), own, around, suppresses, replacement)


def _find_replacement(markings: tuple[Marking, ...], place: str, lang: str) -> str | None:
    replacing = pick(markings, place, lang, replacing=True)
    return None if replacing is None else replacing.phrase


def _settle_language(lang: str, policy: Policy) -> str:
    stated = {m.lang for m in policy.markings} - {""}
    return lang if not stated or {lang, _primary(lang)} & stated else "en"


def _primary(lang: str) -> str:
    return lang.replace("_", "-").partition("-")[0]


def _surround(text: str, around: Qualifier | None) -> str:
    return text if around is None or not text else around.prefix + text + around.suffix


def phrase(marking: Marking | None, name: str) -> str:
    """What a marking says of something; its name where nothing is stated, '' where it is hidden."""
    if marking is None:
        return name
    if marking.hidden:
        return ""
    return name if marking.phrase is None else marking.phrase


def pick(markings: tuple[Marking, ...], place: str, lang: str, *, replacing: bool = False) -> Marking | None:
    """The phrase for a place; one for both ends of the page is one for each end, and an end's is the banner's."""
    for location in _PAGES if place == BANNER else (place, BANNER) if place in _PAGES else (place,):
        here = [m for m in markings if m.replaces_policy is replacing and m.location == location]
        found = next((m for wanted in _wanted(lang) for m in here if m.lang == wanted), None)
        if found is not None:
            return found
    return None


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


__all__ = ["BANNER", "Printer", "Tag", "get_printer", "phrase", "pick"]
