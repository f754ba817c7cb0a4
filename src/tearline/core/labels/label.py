# SPDX-License-Identifier: Apache-2.0
"""Labels and clearances: small, frozen, comparable and hashable; equal meaning is equal value.

A label's identity is policy, classification, categories and membership epoch (DESIGN 7). Dates belong to the labelled
portion. ``make_label`` is the way to write one: it sorts, drops repeated values and refuses an empty name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from tearline.core.errors import MalformedError

Categories = tuple[tuple[str, tuple[str, ...]], ...]

LABEL_VALUES_MAX = 512
"""More values than any real label names; bounds the work of a hostile one."""


class Label(msgspec.Struct, frozen=True, forbid_unknown_fields=True, cache_hash=True, gc=False):
    """What a portion may be shown to. ``epoch`` (a date) is present exactly where a lasting group is named."""

    policy: str
    classification: str
    categories: Categories = ()
    epoch: str = ""

    def values(self, tag_set: str) -> tuple[str, ...]:
        """The values of one tag set; empty where it is absent."""
        for name, values in self.categories:
            if name == tag_set:
                return values
        return ()


class Clearance(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """What a person or member may see under one policy: every classification held is listed (4774: no dominance)."""

    policy: str
    classifications: tuple[str, ...]
    categories: Categories = ()

    def values(self, tag_set: str) -> tuple[str, ...]:
        """The values held of one tag set."""
        for name, values in self.categories:
            if name == tag_set:
                return values
        return ()


class NoLabel(msgspec.Struct, frozen=True):
    """No sound label exists: refused to everyone, printed as "originator only" (N3)."""

    why: str


def sort_categories(categories: Mapping[str, Iterable[str]]) -> Categories:
    """Categories in their one written order. A tag set given with no value stays visible as empty, so it can be refused."""
    rows = [(name, tuple(sorted(set(values)))) for name, values in categories.items()]
    out = tuple(sorted(rows)) if len(rows) > 1 else tuple(rows)  # names differ: nothing else is compared
    if sum([len(values) for _, values in rows]) > LABEL_VALUES_MAX:
        raise MalformedError("label-too-large", f"a label names more than {LABEL_VALUES_MAX} values")
    return out


def make_label(
    policy: str, classification: str, categories: Mapping[str, Iterable[str]], epoch: str = ""
) -> Label:
    """A label in its one written form. Whether its policy knows these words is decided by ``find_faults``."""
    if not policy or not classification:
        raise MalformedError("label-without-name", "a label needs a policy and a classification")
    return Label(policy, classification, sort_categories(categories), epoch)


def make_clearance(
    policy: str, classifications: Iterable[str], categories: Mapping[str, Iterable[str]]
) -> Clearance:
    """A clearance in its one written form."""
    return Clearance(policy, tuple(sorted(set(classifications))), sort_categories(categories))
