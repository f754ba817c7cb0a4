# SPDX-License-Identifier: Apache-2.0
"""What stands in a portion beside words, made while a draft is written: positions, attachments, templates. Nothing is kept."""

from __future__ import annotations

import hashlib

import msgspec

from tearline.core.errors import TearlineError
from tearline.core.products import (
    ABOVE,
    KINDS,
    LOWEST,
    USUAL,
    MediaBody,
    PositionBody,
    read_place,
    scrub,
)
from tearline.node.commands.acting import NOT_CLEARED, Acting, Refused, name_owners
from tearline.node.commands.labels import Choice, Choices, Described, describe_choice, list_choices
from tearline.node.node import Node

NAME_MAX_CHARS = 120
WORDS_MAX_CHARS = 2_000


class Attached(msgspec.Struct, frozen=True):
    """``body`` stands in the portion; ``removed`` names what its metadata said (codes), ``size`` and ``left`` are bytes."""

    body: MediaBody
    removed: tuple[str, ...]
    size: int
    left: int


class TemplatePortion(msgspec.Struct, frozen=True):
    """A portion to begin with: its kind, the form of its body, and the label it has until its writer chooses another."""

    kind: str
    form: str
    label: Described


class Template(msgspec.Struct, frozen=True):
    """What a new product of a kind begins with."""

    kind: str
    portions: tuple[TemplatePortion, ...]


def attach(node: Node, acting: Acting, name: str, data: bytes, words: str) -> Attached | Refused:
    """An attachment freed of its metadata; refused by what its bytes are, whatever its name says.

    What it was freed of is remembered for its filing: the desk is told.
    """
    if acting.class_id is None:
        return NOT_CLEARED
    try:
        made = scrub(data)
    except TearlineError as error:
        return Refused(error.code, " ".join(filter(None, (f"{error.message}.", error.advice))))
    plain = "".join(c for c in name.replace("\\", "/").rpartition("/")[2] if c.isprintable()).strip()[
        :NAME_MAX_CHARS
    ]
    left = hashlib.sha256(made.data).digest()
    with node.lock:
        for owner in name_owners(node, acting):
            node.scrubs.keep_scrub(owner, left, made.removed)
    body = MediaBody(plain or "attachment", made.media_type, made.data, words[:WORDS_MAX_CHARS])
    return Attached(body, made.removed, len(data), len(made.data))


def locate(acting: Acting, typed: str) -> PositionBody | Refused:
    """A position as it was typed: a grid reference of few digits is its square."""
    if acting.class_id is None:
        return NOT_CLEARED
    try:
        place = read_place(typed)
    except TearlineError as error:
        return Refused("bad-place", error.message)
    return PositionBody(place.geojson, place.text)


def list_templates(node: Node, acting: Acting, lang: str) -> tuple[Template, ...] | Refused:
    """For each kind; every portion begins for the writer's own member alone, at the level of theirs that its kind says."""
    choices = list_choices(node, acting, lang)
    if isinstance(choices, Refused):
        return choices
    labels: dict[str, Described] = {}
    for level in (LOWEST, USUAL, ABOVE):
        label = describe_choice(node, acting, _begin_at(choices, level), lang)
        if isinstance(label, Refused):
            return NOT_CLEARED
        labels[level] = label
    return tuple(
        Template(kind.name, tuple(TemplatePortion(p.kind, p.form, labels[p.level]) for p in kind.template))
        for kind in KINDS.values()
    )


def _begin_at(choices: Choices, level: str) -> Choice:
    """The writer's default, at another of the levels they hold: never beyond these, and never a wider audience."""
    own = [one.name for one in choices.levels if one.policy == choices.policy]
    usual = own.index(choices.default.classification) if choices.default.classification in own else 0
    at = {LOWEST: 0, USUAL: usual, ABOVE: min(usual + 1, len(own) - 1)}[level]
    return msgspec.structs.replace(choices.default, classification=own[at]) if own else choices.default
