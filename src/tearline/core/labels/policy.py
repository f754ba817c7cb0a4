# SPDX-License-Identifier: Apache-2.0
"""A security policy as data: what a SPIF says, checked on load and frozen (Open XML SPIF 2.1; standards.md B3).

Tag sets are named by their set name, as STANAG 4774 does; a category's value is its name, never its lacv.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

import msgspec


class TagKind(Enum):
    """STANAG 4774 category types. Informative values never enter an access decision."""

    RESTRICTIVE = "restrictive"
    PERMISSIVE = "permissive"
    INFORMATIVE = "informative"


class Marking(msgspec.Struct, frozen=True):
    """One phrase for one place (SPIF marking code) and language ('' is any)."""

    location: str
    lang: str
    phrase: str | None = None
    hidden: bool = False  # noNameDisplay or noMarkingDisplay
    replaces_policy: bool = False


class Qualifier(msgspec.Struct, frozen=True):
    """What stands before, between and after the values of a tag, at one place and in one language."""

    location: str
    lang: str
    prefix: str = ""
    separator: str = "/"
    suffix: str = ""


class CategoryGroup(msgspec.Struct, frozen=True):
    """A tag set, or one value of it (``value`` None: any value)."""

    tag_set: str
    value: str | None = None


class Required(msgspec.Struct, frozen=True):
    """SPIF requiredCategory: exactly one, at least one, or all of the groups match."""

    operation: str  # onlyOne | oneOrMore | all
    groups: tuple[CategoryGroup, ...]


class Equivalent(msgspec.Struct, frozen=True):
    """This value's counterpart in another policy, and in which directions it holds."""

    policy: str
    value: str  # the other side's lacv, resolved by the bridge
    tag_set_oid: str = ""
    sends: bool = True  # SPIF applied="encrypt" or "both"
    receives: bool = True  # SPIF applied="decrypt" or "both"
    discard: bool = False


class Classification(msgspec.Struct, frozen=True):
    """One level; ``hierarchy`` orders levels for roll-up and display, never for the access decision."""

    name: str
    lacv: int
    hierarchy: int
    obsolete: bool = False
    equivalents: tuple[Equivalent, ...] = ()
    required: tuple[Required, ...] = ()
    markings: tuple[Marking, ...] = ()


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


class TagSet(msgspec.Struct, frozen=True):
    """A tag set and its one tag."""

    name: str
    oid: str
    kind: TagKind
    categories: Mapping[str, Category]  # in document order, which is the order on marks
    single_selection: bool = False
    selection_min: int = 0
    selection_max: int = 0  # 0: no maximum
    qualifiers: tuple[Qualifier, ...] = ()


class Policy(msgspec.Struct, frozen=True):
    """Everything a SPIF says, checked."""

    name: str
    oid: str
    version: str
    digest: str
    classifications: Mapping[str, Classification]
    tag_sets: Mapping[str, TagSet]  # in document order
    equivalent_policies: tuple[str, ...] = ()
    markings: tuple[Marking, ...] = ()
    qualifiers: tuple[Qualifier, ...] = ()
