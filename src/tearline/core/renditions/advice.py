# SPDX-License-Identifier: Apache-2.0
"""What would let the next member have more of a product: other words, and the label they would have to be judged at.

Never a lower label on the same words: each change adds a wording to a portion, behind those that are there, so that nobody's
text changes but that of who had none.

1. For each portion, the labels that would reach some of the members that get nothing of it: its own level and codewords
   first, then fewer codewords, then lower levels; of those that reach the same members, the strictest. Such a label names
   the audience so far and the members it reaches, nobody else. Members that have the title are reached apart from those
   that need one first: nobody is promised words of a portion that they have.
2. Where the title or a required portion would not cover the new wording (N2), they need other words too.
3. Each suggestion is tried: made, checked for findings, and shared out by the same engine that will release it. It promises
   the members that then get more, no others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations

import msgspec

from tearline.core.ids import Member, Tag
from tearline.core.labels import (
    Label,
    Policy,
    PolicyBook,
    TagKind,
    dominates,
    find_faults,
    make_label,
    name_audience,
)
from tearline.core.products import Portion, Product, Variant, find_problems

SUGGESTIONS_MAX = 24  # tried and given; a writer reads three
CODEWORDS_MAX = 4  # beyond, only all of them, or none

Reach = Callable[[Label], frozenset[Member]]
"""Who would see a wording under that label."""
Held = Mapping[Member, frozenset[Tag]]
"""Of which portions each member has words."""


class WordsNeeded(msgspec.Struct, frozen=True):
    """The portion needs other words, judged at ``label``."""

    tag: Tag
    label: Label


class Suggestion(msgspec.Struct, frozen=True):
    """With all ``changes`` made, exactly ``members`` get more than now: words of each, of none of which they have any yet.

    Suggestions of one ``either`` are alternatives: with one of them made, another gives nobody more whom both name.
    ``further``: with all before it made, it still gives some more whom one of these names too.
    """

    changes: tuple[WordsNeeded, ...]
    members: tuple[Member, ...]
    either: int = 0
    further: bool = False


class Advisor(msgspec.Struct, frozen=True):
    """``share_out`` is the engine that releases; ``limits``: labels of what a portion was made from (third-party rule)."""

    book: PolicyBook
    reach: Reach
    share_out: Callable[[Product], Held]
    limits: Mapping[Tag, tuple[Label, ...]] = {}


def advise(product: Product, advisor: Advisor) -> tuple[Suggestion, ...]:
    """Suggestions, most members for a change first; at a tie the fewest changes, the least lowering, the order of portions."""
    held = advisor.share_out(product)
    known = _find_blocking(product, advisor.book)
    memory: dict[object, tuple[Label, ...]] = {}
    drawn: list[tuple[tuple[float, int, int, int], tuple[WordsNeeded, ...]]] = []
    for n, portion in enumerate(product.portions):
        labels = tuple(v.label for v in portion.variants)
        for lacking in _list_lacking(product, portion, held):
            key = (labels, lacking, advisor.limits.get(portion.tag, ()))
            if key not in memory:
                memory[key] = tuple(_list_labels(labels, lacking, key[2], advisor))
            for step, label in enumerate(memory[key]):
                changes = _cover(product, portion, label, advisor.book)
                gained = len(advisor.reach(label) & lacking)
                drawn.append(((-gained / len(changes), len(changes), step, n), changes))
    drawn.sort(key=lambda row: row[0])
    tried = (_try(product, changes, held, known, advisor) for _, changes in drawn[:SUGGESTIONS_MAX])
    return relate([found for found in tried if found is not None])


def _list_lacking(product: Product, portion: Portion, held: Held) -> Iterator[frozenset[Member]]:
    """Who has nothing of the portion, by what they have of the title and of what is required."""
    first = {p.tag for p in product.portions if p.kind == "title" or p.tag in product.required}
    groups: dict[frozenset[Tag], set[Member]] = {}
    for member, tags in held.items():
        if portion.tag not in tags:
            groups.setdefault(tags & first, set()).add(member)
    yield from map(frozenset, groups.values())


def add_words(product: Product, changes: tuple[WordsNeeded, ...]) -> Product:
    """The product with another wording under each change's label, behind those that are there."""
    wanted: dict[Tag, list[Label]] = {}
    for change in changes:
        wanted.setdefault(change.tag, []).append(change.label)
    portions = tuple(
        msgspec.structs.replace(
            p, variants=(*p.variants, *(Variant(label, p.variants[-1].body) for label in wanted[p.tag]))
        )
        if p.tag in wanted
        else p
        for p in product.portions
    )
    return msgspec.structs.replace(product, portions=portions)


def _try(
    product: Product,
    changes: tuple[WordsNeeded, ...],
    held: Held,
    known: frozenset[tuple[str, str]],
    advisor: Advisor,
) -> Suggestion | None:
    """Made and shared out; none where it would be refused, nobody gets more, or somebody has a portion of it already."""
    made = add_words(product, changes)
    if not _find_blocking(made, advisor.book) <= known:
        return None
    after = advisor.share_out(made)
    members = tuple(m for m in sorted(after) if after[m] > held.get(m, frozenset()))
    idle = any(change.tag in held.get(m, frozenset()) for change in changes for m in members)
    return Suggestion(changes, members) if members and not idle else None


def relate(found: Sequence[Suggestion]) -> tuple[Suggestion, ...]:
    """Without what another says too; alternatives together, where the first of them stood; each with what it is to the others.

    A suggestion gives whom it names words of all its portions. So two that ask for words of the same portions come to the
    same for whom both name; and two that differ in a portion give them more than one alone.
    """
    kept = [one for n, one in enumerate(found) if not any(_says_more(found, m, n) for m in range(len(found)))]
    groups = _group_alternatives(kept)
    order = sorted(range(len(kept)), key=lambda n: groups[n])
    told = [msgspec.structs.replace(kept[n], either=groups[n]) for n in order]
    return tuple(
        msgspec.structs.replace(one, further=_is_further(told[:n], one)) for n, one in enumerate(told)
    )


def _group_alternatives(suggestions: Sequence[Suggestion]) -> list[int]:
    """For each, the place of the first of its group; an alternative of an alternative is in it too."""
    groups = list(range(len(suggestions)))
    for n, one in enumerate(suggestions):
        for m, before in enumerate(suggestions[:n]):
            if _tags(before) == _tags(one) and not set(before.members).isdisjoint(one.members):
                first, last = sorted((groups[m], groups[n]))
                groups = [first if group == last else group for group in groups]
    return groups


def _says_more(found: Sequence[Suggestion], other: int, one: int) -> bool:
    """Whether another suggestion has all changes of this one and names all its members; of two that are the same, the first."""
    more, less = found[other], found[one]
    within = set(less.changes) <= set(more.changes) and set(less.members) <= set(more.members)
    same = set(less.changes) == set(more.changes) and set(less.members) == set(more.members)
    return within and (other < one if same else other != one)


def _tags(suggestion: Suggestion) -> frozenset[Tag]:
    return frozenset(change.tag for change in suggestion.changes)


def _is_further(before: Sequence[Suggestion], one: Suggestion) -> bool:
    given: dict[Member, set[Tag]] = {}
    for other in before:
        for member in other.members:
            given.setdefault(member, set()).update(_tags(other))
    return any(member in given and not _tags(one) <= given[member] for member in one.members)


def _find_blocking(product: Product, book: PolicyBook) -> frozenset[tuple[str, str]]:
    return frozenset((f.code, f.tag) for f in find_problems(product, book) if f.blocking)


def _list_labels(
    labels: tuple[Label, ...], lacking: frozenset[Member], limits: tuple[Label, ...], advisor: Advisor
) -> Iterator[Label]:
    """Labels that would reach some of who lack the portion, the strictest for each set of them."""
    book = advisor.book
    own = [label for label in labels if label.policy != book.public and not find_faults(label, book)]
    if not own or len(own) < len(labels) or not lacking:
        return
    audience = frozenset[str]().union(*(book.audience(label) or () for label in own))
    allowed = [book.audience(limit) for limit in limits]
    wanted = frozenset[str](lacking).intersection(*(a for a in allowed if a is not None))
    found: set[frozenset[Member]] = set()
    for classification, codewords in _list_steps(own[0], book):
        reached = _reach_of(own, classification, codewords, audience | wanted, advisor) & lacking
        if not reached or reached in found:
            continue
        found.add(reached)
        label = _name_label(own, classification, codewords, audience | reached, book)
        if label is not None and all(dominates(label, limit, book) for limit in limits):
            yield label


def _reach_of(
    own: list[Label],
    classification: str,
    codewords: Mapping[str, tuple[str, ...]],
    audience: frozenset[str],
    advisor: Advisor,
) -> frozenset[Member]:
    label = _name_label(own, classification, codewords, audience, advisor.book)
    return frozenset() if label is None else advisor.reach(label)


def _list_steps(label: Label, book: PolicyBook) -> Iterator[tuple[str, Mapping[str, tuple[str, ...]]]]:
    """Levels from the label's own downwards, each with its codewords and with fewer of them."""
    policy = book.policies[label.policy]
    top = policy.classifications[label.classification].hierarchy
    levels = [c for c in policy.classifications.values() if c.hierarchy <= top and not c.obsolete]
    for level in sorted(levels, key=lambda c: -c.hierarchy):
        for codewords in _list_codewords(label, policy):
            yield level.name, codewords


def _list_codewords(label: Label, policy: Policy) -> Iterator[Mapping[str, tuple[str, ...]]]:
    """All codewords of the label, then ever fewer."""
    words = [
        (name, value)
        for name, values in label.categories
        if policy.tag_sets[name].kind is TagKind.RESTRICTIVE
        for value in values
    ]
    sizes = range(len(words), -1, -1) if len(words) <= CODEWORDS_MAX else (len(words), 0)
    for size in sizes:
        for kept in combinations(words, size):
            yield {name: tuple(v for n, v in kept if n == name) for name, _ in kept}


def _name_label(
    own: list[Label],
    classification: str,
    codewords: Mapping[str, tuple[str, ...]],
    members: frozenset[str],
    book: PolicyBook,
) -> Label | None:
    """The label with exactly these members as its audience, and the handling of the wordings so far."""
    policy = book.policies[own[0].policy]
    epoch = max(label.epoch for label in own)
    handling: dict[str, set[str]] = {}
    for label in own:
        for name, values in label.categories:
            if policy.tag_sets[name].kind is TagKind.INFORMATIVE:
                handling.setdefault(name, set()).update(values)
    audiences = [t for t in policy.tag_sets.values() if t.kind is TagKind.PERMISSIVE]
    for tag_set in sorted(audiences, key=lambda t: -len(t.categories)):
        named = name_audience(members, tag_set, book, epoch)
        if named and book.resolve(named, epoch) == members:
            dated = epoch if book.groups.intersection(named) else ""
            label = make_label(
                policy.name, classification, {**handling, **codewords, tag_set.name: named}, dated
            )
            if not find_faults(label, book):
                return label
    return None


def _cover(product: Product, portion: Portion, label: Label, book: PolicyBook) -> tuple[WordsNeeded, ...]:
    """The change, and those without which somebody would see it without a title, or a title without what is required."""
    changes = [WordsNeeded(portion.tag, label)]
    title = next((p for p in product.portions if p.kind == "title"), None)
    if title is None:
        return tuple(changes)
    if portion.tag != title.tag and not _is_covered(label, title, book):
        changes.insert(0, WordsNeeded(title.tag, label))
    if any(change.tag == title.tag for change in changes):
        needed = (
            p for p in product.portions if p.tag in product.required and p.tag not in {title.tag, portion.tag}
        )
        changes += [WordsNeeded(p.tag, label) for p in needed if not _is_covered(label, p, book)]
    return tuple(changes)


def _is_covered(label: Label, by: Portion, book: PolicyBook) -> bool:
    return any(dominates(label, variant.label, book) for variant in by.variants)
