# SPDX-License-Identifier: Apache-2.0
"""Marks that a loaded policy prints, read back: the inverse of ``print_mark``, exact or refused.

Guarantees:
- a reading is given only where ``print_mark`` writes exactly the text that was read, sign by sign;
- of several labels that would print the same, none is chosen: the refusal names them;
- what a place does not print (a receiver's mark has no audience) is never made up: it is named as silent.

What may stand where is taken from the policy's ``Printer``, and each reading is printed again, so that this and the printing
can't differ. Example::

    parse_mark("EXERCISE KOR III-KUP//REL TO KOR, JPN", book)  # the label
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from tearline.core.errors import MalformedError
from tearline.core.labels.book import PolicyBook
from tearline.core.labels.codecs.text import check_length, find_hostile
from tearline.core.labels.decide import find_faults
from tearline.core.labels.explain import explain_reason
from tearline.core.labels.label import Categories, Label, NoLabel, make_label
from tearline.core.labels.marking import print_mark, print_policy_mark
from tearline.core.labels.policy import Policy
from tearline.core.labels.printer import BANNER, Printer, Tag, get_printer

READINGS_MAX = 16
"""More readings than a person can choose from; bounds the work on a policy made to be ambiguous."""
GRAMMARS_MAX = 256
"""Grammars kept beside a book: more than its policies have places and languages, for a caller may ask for any."""


class Reading(msgspec.Struct, frozen=True):
    """One label that prints as the text, without its membership date, which no mark has."""

    policy: str
    classification: str
    categories: Categories
    lang: str
    silent: Categories = ()
    """Values that this place does not print, by tag set: the label may have any of them."""


class _TagGrammar(msgspec.Struct, frozen=True):
    name: str
    prefix: str
    joint: str  # what stands before the prefix where something stands before it
    separator: str
    suffix: str
    phrases: tuple[tuple[str, tuple[str, ...]], ...]  # phrase, values that print it; in the policy's order
    silent: tuple[str, ...]
    telling: frozenset[str]
    """Silent values that show all the same: they rename the policy or suppress the level."""


class _Head(msgspec.Struct, frozen=True):
    """What stands before the values: a level under a name of its policy, and silent values that make it so."""

    words: str
    level: str
    values: tuple[tuple[str, str], ...]


class _Grammar(msgspec.Struct, frozen=True):
    start: str
    end: str
    heads: tuple[_Head, ...]
    tags: tuple[_TagGrammar, ...]


def parse_mark(
    text: str, book: PolicyBook, *, place: str = BANNER, lang: str = "", policy: str = "", epoch: str = ""
) -> Label | NoLabel:
    """The one valid label whose mark ``text`` is. ``lang`` and ``policy`` '': any; ``epoch`` as of which groups count.

    Raises ``MalformedError``: ``no-mark``, ``not-valid``, ``ambiguous-mark``, ``silent-place`` or ``epoch-needed``.
    """
    if text == print_mark(NoLabel(""), place, lang, book):
        return NoLabel("marked as the originator's only")
    readings = find_readings(text, book, place=place, lang=lang, policy=policy)
    if not readings:
        raise _refuse_unread(text)
    silent = {name: values for reading in readings for name, values in reading.silent}
    if silent:
        said = ", ".join(f"{name} ({_shorten(values)})" for name, values in silent.items())
        raise MalformedError(
            "silent-place", f"at {place} a mark does not say {said}", "Read the banner or the portion."
        )
    labels = [_make_label(reading, epoch, book) for reading in readings]
    valid = list(dict.fromkeys(label for label in labels if not find_faults(label, book)))
    if len(valid) > 1:
        raise MalformedError(
            "ambiguous-mark", f"{text!r} may be {' or '.join(map(_describe, valid))}", "Choose one."
        )
    if not valid:
        reasons = [explain_reason(reason) for label in labels for reason in find_faults(label, book)]
        raise MalformedError("not-valid", f"{text!r} is no valid label: {'; '.join(dict.fromkeys(reasons))}")
    return valid[0]


def find_readings(
    text: str, book: PolicyBook, *, place: str = BANNER, lang: str = "", policy: str = ""
) -> tuple[Reading, ...]:
    """Everything that prints as ``text`` at ``place``, valid or not. More than ``READINGS_MAX`` are refused."""
    check_length(text)
    found: dict[tuple[str, str, Categories], Reading] = {}
    for held in book.policies.values():
        if policy and held.name != policy:
            continue
        for language in _list_languages(held, lang):
            for reading in _read(text, _get_grammar(held, place, language, book), held.name, language):
                key = (held.name, reading.classification, reading.categories)
                if key not in found and _print(reading, place, book) == text:
                    found[key] = replace(reading, silent=_find_silent(reading, text, place, book))
    return tuple(found.values())


def _refuse_unread(text: str) -> MalformedError:
    hostile = find_hostile(text)
    why = f": {hostile.words}" if hostile is not None else ""
    return MalformedError(
        "no-mark",
        f"no policy held here prints {text!r}{why}",
        "Write it as its policy does; parse --suggest says what it may mean.",
    )


def _shorten(values: tuple[str, ...]) -> str:
    return ", ".join((*values[:3], "…") if len(values) > 4 else values)  # noqa: PLR2004  three and the rest


def _describe(label: Label) -> str:
    values = "; ".join(f"{name}: {', '.join(values)}" for name, values in label.categories)
    return f"{label.policy} {label.classification}" + (f" ({values})" if values else "")


def _make_label(reading: Reading, epoch: str, book: PolicyBook) -> Label:
    groups = {value for _, values in reading.categories for value in values} & book.groups
    if groups and not epoch:
        raise MalformedError(
            "epoch-needed",
            f"as of which day {min(groups)} counts is not on the mark",
            "State the label's date.",
        )
    return make_label(
        reading.policy, reading.classification, dict(reading.categories), epoch if groups else ""
    )


def _list_languages(policy: Policy, lang: str) -> tuple[str, ...]:
    stated = dict.fromkeys(m.lang for c in policy.classifications.values() for m in c.markings)
    return tuple(stated) or ("en",) if not lang else (lang,)


def _print(reading: Reading, place: str, book: PolicyBook) -> str:
    label = make_label(reading.policy, reading.classification, dict(reading.categories))
    return print_policy_mark(label, place, reading.lang, book.policies[reading.policy])


def _find_silent(reading: Reading, text: str, place: str, book: PolicyBook) -> Categories:
    """The values that the label might have besides, and the mark would be the same."""
    policy, out = book.policies[reading.policy], []
    held = dict(reading.categories)
    for tag in _get_grammar(policy, place, reading.lang, book).tags:
        chosen = held.get(tag.name, ())
        if chosen and policy.tag_sets[tag.name].single_selection:
            continue
        more = {value: {**held, tag.name: (*chosen, value)} for value in tag.silent if value not in chosen}
        same = tuple(
            value
            for value, categories in more.items()
            if value not in tag.telling
            or _print(replace(reading, categories=tuple(categories.items())), place, book) == text
        )
        if same:
            out.append((tag.name, same))
    return tuple(out)


def _get_grammar(policy: Policy, place: str, lang: str, book: PolicyBook) -> _Grammar:
    grammars: dict[tuple[str, str, str], _Grammar] = book.__dict__.setdefault("_mark_grammars", {})
    key = (policy.name, place, lang)
    if key not in grammars:
        if len(grammars) >= GRAMMARS_MAX:
            grammars.clear()
        grammars[key] = _make_grammar(get_printer(policy, place, lang))
    return grammars[key]


def _make_grammar(printer: Printer) -> _Grammar:
    tags = tuple(_make_tag(tag, printer.separator) for tag in printer.tags)
    special = [
        (value, ((tag.name, name),) if not value.words else ())
        for tag in printer.tags
        for name, value in tag.plain.items()
        if value.suppresses or value.replacing is not None
    ]
    renaming = [(None, ()), *((v.replacing, held) for v, held in special if v.replacing is not None)]
    suppressing = [(False, ()), *((True, held) for v, held in special if v.suppresses)]
    heads = dict.fromkeys(
        _Head(printer.join_head(level, renamed, suppressed), level, tuple(dict.fromkeys((*one, *two))))
        for level in printer.levels
        for renamed, one in renaming
        for suppressed, two in suppressing
    )
    return _Grammar(printer.prefix, printer.suffix, tuple(heads), tags)


def _make_tag(tag: Tag, separator: str) -> _TagGrammar:
    phrases: dict[str, list[str]] = {}
    for name, value in tag.plain.items():
        if value.words:
            phrases.setdefault(value.words, []).append(name)
    silent = {name: value for name, value in tag.plain.items() if not value.words}
    return _TagGrammar(
        name=tag.name,
        prefix=tag.prefix,
        joint=separator if tag.joint else "",
        separator=tag.separator,
        suffix=tag.suffix,
        phrases=tuple((phrase, tuple(held)) for phrase, held in phrases.items()),
        silent=tuple(silent),
        telling=frozenset(n for n, v in silent.items() if v.suppresses or v.replacing is not None),
    )


def _read(text: str, grammar: _Grammar, policy: str, lang: str) -> Iterator[Reading]:
    framed = text.startswith(grammar.start) and text.endswith(grammar.end)
    if not framed or len(text) < len(grammar.start) + len(grammar.end):
        return
    tails = _TailReader(text[len(grammar.start) : len(text) - len(grammar.end)], grammar.tags)
    for head in grammar.heads:
        if tails.body.startswith(head.words):
            for chosen in tails.read(0, len(head.words)):
                categories = {name: list(values) for name, values in chosen}
                for name, value in head.values:
                    categories.setdefault(name, []).append(value)
                listed = sorted((name, tuple(sorted(values))) for name, values in categories.items())
                yield Reading(policy, head.level, tuple(listed), lang)


_Chosen = tuple[tuple[str, tuple[str, ...]], ...]
_Way = TypeVar("_Way")


class _TailReader:
    """All ways to read ``body`` from a place to its end with the tag sets that are left, each at most once and in order."""

    def __init__(self, body: str, tags: tuple[_TagGrammar, ...]) -> None:
        self.body = body
        self.tags = tags
        self.read = cache(self._read)
        self.read_values = cache(self._read_values)

    def _read(self, number: int, place: int) -> tuple[_Chosen, ...]:
        if number == len(self.tags):
            return ((),) if place == len(self.body) else ()
        out = list(self.read(number + 1, place))
        tag = self.tags[number]
        start = tag.joint + tag.prefix if place else tag.prefix
        if self.body.startswith(start, place):
            ways = self.read_values(number, 0, place + len(start))
            out.extend(((tag.name, tuple(sorted(values))), *tail) for values, tail in ways)
        return self._bound(tuple(out))

    def _read_values(
        self, number: int, first: int, place: int
    ) -> tuple[tuple[tuple[str, ...], _Chosen], ...]:
        """Values from the ``first`` on whose phrases stand at ``place``, each with what follows up to the end."""
        tag = self.tags[number]
        out: list[tuple[tuple[str, ...], _Chosen]] = []
        for row in range(first, len(tag.phrases)):
            phrase, held = tag.phrases[row]
            if not self.body.startswith(phrase, place):
                continue
            after = place + len(phrase)
            for value in held:
                if self.body.startswith(tag.suffix, after):
                    out.extend(((value,), tail) for tail in self.read(number + 1, after + len(tag.suffix)))
                if self.body.startswith(tag.separator, after):
                    rest = self.read_values(number, row + 1, after + len(tag.separator))
                    out.extend(((value, *more), tail) for more, tail in rest)
        return self._bound(tuple(out))

    def _bound(self, ways: tuple[_Way, ...]) -> tuple[_Way, ...]:
        """To go on with some of the ways would be to choose among them."""
        if len(ways) > READINGS_MAX:
            raise MalformedError(
                "ambiguous-mark", f"{self.body!r} can be read in more than {READINGS_MAX} ways"
            )
        return ways
