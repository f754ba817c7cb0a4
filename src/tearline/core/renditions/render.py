# SPDX-License-Identifier: Apache-2.0
"""Renditions: what one reader gets; the first variant of each portion that they may see.

Law (tested): ``render(share_portions(P, member sees), reader sees) == render(P, reader sees)`` for every reader who acts
for that member, since whatever a person sees the member sees too.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from tearline.core.canon import digest, encode_canonical, word_of
from tearline.core.ids import Tag
from tearline.core.instants import Instant
from tearline.core.labels import (
    BANNER,
    PORTION,
    RECEIVER,
    Decision,
    Label,
    NoLabel,
    PolicyBook,
    print_mark,
    roll_up,
    translate,
)
from tearline.core.products import Body, Envelope, Field, Portion
from tearline.core.renditions.share import Sees


class Shown(msgspec.Struct, frozen=True):
    """One portion as shown: its variant's label and body."""

    tag: Tag
    kind: str
    label: Label
    body: Body
    fields: tuple[Field, ...] = ()


class Voice(msgspec.Struct, frozen=True):
    """How marks are written for a reader: the policy of their member, and its languages, national first."""

    policy: str
    languages: tuple[str, ...] = ("en",)


class RenditionPortion(msgspec.Struct, frozen=True):
    """A portion as printed: its mark in brackets stands before it."""

    tag: Tag
    kind: str
    mark: str
    body: Body
    fields: tuple[Field, ...] = ()


class Rendition(msgspec.Struct, frozen=True):
    """What a reader gets of a product. ``version`` is when this text first appeared to this reader's class."""

    envelope: Envelope
    version: Instant
    check: str
    banner: str
    portions: tuple[RenditionPortion, ...]


def render(portions: Iterable[Portion], sees: Sees) -> tuple[Shown, ...]:
    """What is shown of portions (a product's or a share's), in order; nothing stands for what is not."""
    out: list[Shown] = []
    for portion in portions:
        variant = next((v for v in portion.variants if sees(v.label)), None)
        if variant is not None:
            out.append(Shown(portion.tag, portion.kind, variant.label, variant.body, variant.fields))
    return tuple(out)


def check_of(envelope: Envelope, shown: tuple[Shown, ...]) -> str:
    """Four letters by which two officers tell whether they hold the same text."""
    return word_of(digest("tearline/check", encode_canonical((envelope.reference, shown))), 4)


def print_rendition(
    envelope: Envelope, version: Instant, shown: tuple[Shown, ...], voice: Voice, book: PolicyBook
) -> Rendition:
    """Shown portions with their marks, and the banner recomputed from exactly what is shown."""
    return Rendition(
        envelope,
        version,
        check_of(envelope, shown),
        print_banner((s.label for s in shown), voice, book),
        tuple(
            RenditionPortion(s.tag, s.kind, print_portion_mark(s.label, voice, book), s.body, s.fields)
            for s in shown
        ),
    )


def print_portion_mark(label: Label, voice: Voice, book: PolicyBook) -> str:
    """``(EXERCISE KOR-III//REL KOR, JPN, USA)``: the originator's mark, in the reader's language if it is their policy."""
    return f"({print_mark(label, PORTION, _lang(label, voice), book)})"


def print_banner(labels: Iterable[Label], voice: Voice, book: PolicyBook) -> str:
    """The mark of what is shown; for a reader of another policy, `` | `` and the receiver's mark beside the originator's."""
    return print_rolled(roll_up(labels, book), voice, book)


def print_rolled(rolled: Label | NoLabel, voice: Voice, book: PolicyBook) -> str:
    """The banner of a label that was rolled up already."""
    if isinstance(rolled, NoLabel):
        return print_mark(rolled, BANNER, "en", book)
    mark = print_mark(rolled, BANNER, _lang(rolled, voice), book)
    if rolled.policy in {voice.policy, book.public}:
        return mark
    carried = translate(rolled, voice.policy, book)
    if isinstance(carried, Decision):
        return f"{mark} | {print_mark(NoLabel('not translatable'), BANNER, 'en', book)}"
    return f"{mark} | {print_mark(carried, RECEIVER, voice.languages[0], book)}"


def _lang(label: Label, voice: Voice) -> str:
    return voice.languages[0] if label.policy == voice.policy else "en"
