# SPDX-License-Identifier: Apache-2.0
"""A security policy as data: what a SPIF says, checked on load and frozen (Open XML SPIF 2.1; standards.md B3).

Tag sets are named by their set name, as STANAG 4774 does; a category's value is its name, never its lacv. Where a SPIF
puts several tags into one set, each is a ``TagSet`` here, named "set / tag", and each constrains by itself.

Validity windows need an instant, which this ring doesn't have: ``as_of`` resolves them. A value whose window was never
resolved, or is shut, makes a label invalid (N5).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from enum import Enum

import msgspec

from tearline.core.instants import Instant

INPUT_MARK = ": "
"""A value that its writer completes is written "name: text"; the SPIF schema leaves the form open."""
INPUT_LENGTH_MAX = 128


class TagKind(Enum):
    """STANAG 4774 category types. Informative values never enter an access decision."""

    RESTRICTIVE = "restrictive"
    PERMISSIVE = "permissive"
    INFORMATIVE = "informative"

    # There is one object of each kind; the hash of ``Enum`` is a call for every look-up by kind.
    __hash__ = object.__hash__


class Marking(msgspec.Struct, frozen=True, cache_hash=True):
    """One phrase for one place (SPIF marking code) and language ('' is any)."""

    location: str
    lang: str
    phrase: str | None = None
    hidden: bool = False  # noNameDisplay or noMarkingDisplay
    replaces_policy: bool = False
    suppresses_class: bool = False


class Qualifier(msgspec.Struct, frozen=True, cache_hash=True):
    """What stands before, between and after the values of a tag, at one place and in one language."""

    location: str
    lang: str
    prefix: str = ""
    separator: str = "/"
    suffix: str = ""


class CategoryGroup(msgspec.Struct, frozen=True):
    """A tag set, or one value of it (``value`` None: any value, of ``also`` too: the other tags of the same SPIF set)."""

    tag_set: str
    value: str | None = None
    also: tuple[str, ...] = ()
    completed: bool = False  # the value's writer completes it

    @property
    def tag_sets(self) -> tuple[str, ...]:
        """Every tag set in which a value matches."""
        return (self.tag_set, *self.also)


class Required(msgspec.Struct, frozen=True):
    """SPIF requiredCategory: exactly one, at least one, or all of the groups match."""

    operation: str  # onlyOne | oneOrMore | all
    groups: tuple[CategoryGroup, ...]


class Window(msgspec.Struct, frozen=True):
    """When something is in force, both ends included. ``is_open`` None: nobody has said as of when."""

    not_before: Instant | None = None
    not_after: Instant | None = None
    is_open: bool | None = None

    def at(self, instant: Instant) -> Window:
        """The window, decided for an instant."""
        is_open = (self.not_before is None or self.not_before <= instant) and (
            self.not_after is None or instant <= self.not_after
        )
        return msgspec.structs.replace(self, is_open=is_open)


class ForeignValue(msgspec.Struct, frozen=True):
    """A value of another policy, by set name and lacv: known only when that policy is at hand."""

    tag_set: str
    kind: TagKind
    lacv: str


class Peer(msgspec.Struct, frozen=True):
    """An equivalent policy, and the values that every label carried into it gets."""

    name: str
    oid: str
    adds: tuple[ForeignValue, ...] = ()


class GroupMember(msgspec.Struct, frozen=True):
    """``member`` belongs to ``group`` from the day ``since`` until the day ``until`` ('': no end on that side)."""

    group: str
    member: str
    since: str = ""
    until: str = ""


class PrivacyMark(msgspec.Struct, frozen=True):
    """A mark that a label may carry and no decision looks at."""

    name: str
    obsolete: bool = False
    markings: tuple[Marking, ...] = ()


class Equivalent(msgspec.Struct, frozen=True):
    """This value's counterpart in another policy, and in which directions it holds."""

    policy: str
    value: str  # the other side's lacv, resolved by the bridge
    tag_set_oid: str = ""
    sends: bool = True  # SPIF applied="encrypt" or "both"
    receives: bool = True  # SPIF applied="decrypt" or "both"
    discard: bool = False
    kind: TagKind | None = None  # of the other side's tag; None: not stated
    adds: tuple[ForeignValue, ...] = ()


class Classification(msgspec.Struct, frozen=True):
    """One level; ``hierarchy`` orders levels for roll-up and display, never for the access decision."""

    name: str
    lacv: int
    hierarchy: int
    obsolete: bool = False
    equivalents: tuple[Equivalent, ...] = ()
    required: tuple[Required, ...] = ()
    markings: tuple[Marking, ...] = ()
    qualifiers: tuple[Qualifier, ...] = ()
    color: str = ""


class Category(msgspec.Struct, frozen=True):
    """One value of a tag set, with what it needs and excludes."""

    name: str
    lacv: str
    obsolete: bool = False
    excluded_classes: tuple[str, ...] = ()
    required_class: str = ""
    required: tuple[Required, ...] = ()
    excluded: tuple[CategoryGroup, ...] = ()
    equivalents: tuple[Equivalent, ...] = ()
    markings: tuple[Marking, ...] = ()
    qualifiers: tuple[Qualifier, ...] = ()
    window: Window | None = None
    user_input: str = ""  # string | integer | date: the writer completes the value
    date_format: str = ""

    def takes(self, text: str) -> bool:
        """May the value be completed by ``text``?"""
        if not text or len(text) > INPUT_LENGTH_MAX or not text.isprintable() or text != text.strip():
            return False
        if self.user_input == "integer":
            return text.isascii() and text.isdigit()
        return self.user_input == "string" or (self.user_input == "date" and self._is_date(text))

    def _is_date(self, text: str) -> bool:
        try:
            day = date.fromisoformat(text)
        except ValueError:
            return False
        return (f"{day:%Y%m%d}" if self.date_format == "YYYYMMDD" else day.isoformat()) == text


class TagSet(msgspec.Struct, frozen=True):
    """One tag of a tag set; ``set_name`` is the set's name where ``name`` is not."""

    name: str
    oid: str
    kind: TagKind
    categories: Mapping[str, Category]  # in document order, which is the order on marks
    single_selection: bool = False
    selection_min: int = 0
    selection_max: int = 0  # 0: no maximum
    qualifiers: tuple[Qualifier, ...] = ()
    set_name: str = ""
    encoding: str = ""  # bits | numbers: how ASN.1 writes the lacvs; '' where it can't

    @property
    def stated_name(self) -> str:
        """The tag set's name as other systems write it."""
        return self.set_name or self.name

    def find_category(self, value: str) -> Category | None:
        """The category a value names, completed where its writer completes it and only there."""
        found = self.categories.get(value)
        if found is not None:
            return None if found.user_input else found
        name, mark, text = value.partition(INPUT_MARK)
        found = self.categories.get(name)
        return found if mark and found is not None and found.takes(text) else None


class Policy(msgspec.Struct, frozen=True, dict=True):
    """Everything a SPIF says, checked; what is derived from it is kept beside it (``get_printer``)."""

    name: str
    oid: str
    version: str
    digest: str
    classifications: Mapping[str, Classification]
    tag_sets: Mapping[str, TagSet]  # in document order
    equivalent_policies: tuple[str, ...] = ()
    markings: tuple[Marking, ...] = ()
    qualifiers: tuple[Qualifier, ...] = ()
    peers: tuple[Peer, ...] = ()
    default_oid: str = ""  # the policy of data that comes without a label
    window: Window | None = None
    privacy_marks: Mapping[str, PrivacyMark] = {}
    privacy_marks_min: int = 0
    privacy_marks_max: int = 0  # 0: no maximum
    memberships: tuple[GroupMember, ...] = ()
    extensions: tuple[str, ...] = ()  # names of what is kept unread
    rbac_oid: str = ""
    privilege_oid: str = ""
    folds_case: bool = False  # values are compared without case (4774 App. 2: NATO and PUBLIC)

    def find_tag_sets(self, stated_name: str, kind: TagKind) -> tuple[TagSet, ...]:
        """The tags of that kind in the set of that name (several where a SPIF puts them there)."""
        return tuple(t for t in self.tag_sets.values() if t.stated_name == stated_name and t.kind is kind)


def as_of(policy: Policy, instant: Instant) -> Policy:
    """The policy with every window decided for an instant."""

    def decided(tag_set: TagSet) -> TagSet:
        return msgspec.structs.replace(
            tag_set,
            categories={
                name: c if c.window is None else msgspec.structs.replace(c, window=c.window.at(instant))
                for name, c in tag_set.categories.items()
            },
        )

    return msgspec.structs.replace(
        policy,
        window=None if policy.window is None else policy.window.at(instant),
        tag_sets={name: decided(t) for name, t in policy.tag_sets.items()},
    )


def list_windows(policy: Policy) -> Iterator[Window]:
    """Every window of the policy: its own, and those of its values."""
    if policy.window is not None:
        yield policy.window
    for tag_set in policy.tag_sets.values():
        for category in tag_set.categories.values():
            if category.window is not None:
                yield category.window
