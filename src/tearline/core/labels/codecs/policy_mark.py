# SPDX-License-Identifier: Apache-2.0
"""Marks that a loaded policy prints, read back: the inverse of ``print_mark``, exact or refused.

Guarantees:
- a reading is given only where ``print_mark`` writes exactly the text that was read, sign by sign;
- of several labels that would print the same, none is chosen: the refusal names them;
- what a place does not print (a receiver's mark has no audience) is never made up: it is named as silent.

How a policy joins its phrases is not known here: it is learnt by printing signs that no policy uses, so that this and the
printing can't differ. Example::

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
from tearline.core.labels.marking import print_mark
from tearline.core.labels.policy import Category, Classification, Policy
from tearline.core.labels.printer import BANNER, get_printer

READINGS_MAX = 16
"""More readings than a person can choose from; bounds the work on a policy made to be ambiguous."""
_LEVEL, _FIRST, _SECOND = "\ue000", "\ue001", "\ue002"  # private use: no phrase may hold them


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
    separator: str
    suffix: str
    phrases: tuple[tuple[str, tuple[str, ...]], ...]  # phrase, values that print it; in the policy's order
    silent: tuple[str, ...]


class _Grammar(msgspec.Struct, frozen=True):
    end: str
    levels: tuple[tuple[str, str], ...]  # name, and all that is printed before its values
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
    silent = dict.fromkeys(name for reading in readings for name, _ in reading.silent)
    if silent:
        raise MalformedError(
            "silent-place",
            f"at {place} a mark does not say {', '.join(silent)}",
            "Read the banner or the portion.",
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
            grammar = _find_grammar(text, held, place, language, book)
            if grammar is None:
                continue
            for reading in _read(text, grammar, held, language):
                again = make_label(held.name, reading.classification, dict(reading.categories))
                if print_mark(again, place, language, book) == text:
                    found.setdefault((held.name, reading.classification, reading.categories), reading)
    return tuple(found.values())


def _refuse_unread(text: str) -> MalformedError:
    hostile = find_hostile(text)
    why = f": {hostile.words}" if hostile is not None else ""
    return MalformedError(
        "no-mark", f"no policy held here prints {text!r}{why}", "Write it as its policy does."
    )


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


def _find_grammar(text: str, policy: Policy, place: str, lang: str, book: PolicyBook) -> _Grammar | None:
    """How the policy joins its marks; None where that can't be learnt, and ``text`` is certainly none of them."""
    try:
        return _get_grammar(policy, place, lang, book)
    except MalformedError:
        if get_printer(policy, place, lang).may_begin(text):
            raise
        return None


def _get_grammar(policy: Policy, place: str, lang: str, book: PolicyBook) -> _Grammar:
    grammars: dict[tuple[str, str, str], _Grammar] = book.__dict__.setdefault("_mark_grammars", {})
    key = (policy.name, place, lang)
    if key not in grammars:
        grammars[key] = _learn(policy, place, lang, book)
    return grammars[key]


def _learn(policy: Policy, place: str, lang: str, book: PolicyBook) -> _Grammar:
    """Print each level and each value by itself, and signs of our own, and see what stands around them."""
    probe = _make_probe(policy, book)
    _, end = _cut(print_mark(Label(policy.name, _LEVEL), place, lang, probe), _LEVEL, policy, place)
    levels = tuple(
        (name, _strip(print_mark(Label(policy.name, name), place, lang, book), "", end, policy, place))
        for name in policy.classifications
    )
    tags = tuple(_learn_tag(policy, name, place, lang, book) for name in policy.tag_sets)
    return _Grammar(end, levels, tags)


def _learn_tag(policy: Policy, name: str, place: str, lang: str, book: PolicyBook) -> _TagGrammar:
    probe = _make_probe(policy, book)
    pair = print_mark(Label(policy.name, _LEVEL, ((name, (_FIRST, _SECOND)),)), place, lang, probe)
    bare = print_mark(Label(policy.name, _LEVEL), place, lang, probe)
    start, end = _cut(bare, _LEVEL, policy, place)
    block = _strip(pair, start + _LEVEL, end, policy, place)
    prefix, rest = _cut(block, _FIRST, policy, place)
    separator, suffix = _cut(rest, _SECOND, policy, place)
    tag_set = policy.tag_sets[name]
    values = replace(probe, policies={policy.name: replace(_probe_policy(policy), tag_sets={name: tag_set})})
    phrases: dict[str, list[str]] = {}
    silent: list[str] = []
    for value in tag_set.categories:
        printed = print_mark(Label(policy.name, _LEVEL, ((name, (value,)),)), place, lang, values)
        if printed == bare:
            silent.append(value)
            continue
        phrase = _strip(printed, start + _LEVEL + prefix, suffix + end, policy, place)
        phrases.setdefault(phrase, []).append(value)
    listed = tuple((phrase, tuple(held)) for phrase, held in phrases.items())
    return _TagGrammar(name, prefix, separator, suffix, listed, tuple(silent))


def _make_probe(policy: Policy, book: PolicyBook) -> PolicyBook:
    return replace(book, policies={policy.name: _probe_policy(policy)})


def _probe_policy(policy: Policy) -> Policy:
    """The policy with one level and two values a tag set, named by signs of our own and without phrases."""
    signs = {sign: Category(sign, str(number)) for number, sign in enumerate((_FIRST, _SECOND))}
    tag_sets = {name: replace(tag_set, categories=signs) for name, tag_set in policy.tag_sets.items()}
    return replace(policy, classifications={_LEVEL: Classification(_LEVEL, 0, 0)}, tag_sets=tag_sets)


def _cut(text: str, sign: str, policy: Policy, place: str) -> tuple[str, str]:
    before, found, after = text.partition(sign)
    if not found or sign in after:
        raise _refuse_policy(policy, place)
    return before, after


def _strip(text: str, start: str, end: str, policy: Policy, place: str) -> str:
    if not text.startswith(start) or not text.endswith(end) or len(text) < len(start) + len(end):
        raise _refuse_policy(policy, place)
    return text[len(start) : len(text) - len(end)]


def _refuse_policy(policy: Policy, place: str) -> MalformedError:
    return MalformedError(
        "mark-not-readable",
        f"{policy.name} joins its marks at {place} in a way that can't be read back",
        "Name the policy of the mark, if it is another.",
    )


def _read(text: str, grammar: _Grammar, policy: Policy, lang: str) -> Iterator[Reading]:
    if not text.endswith(grammar.end):
        return
    body = text[: len(text) - len(grammar.end)]
    silent = tuple((tag.name, tag.silent) for tag in grammar.tags if tag.silent)
    tails = _TailReader(body, grammar.tags)
    for name, phrase in grammar.levels:
        if body.startswith(phrase):
            for chosen in tails.read(0, len(phrase)):
                categories = dict(chosen)
                yield Reading(policy.name, name, tuple(sorted(categories.items())), lang, silent)


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
        if self.body.startswith(tag.prefix, place):
            ways = self.read_values(number, 0, place + len(tag.prefix))
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
