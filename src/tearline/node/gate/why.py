# SPDX-License-Identifier: Apache-2.0
"""Why a reader sees what they see (A3): each portion's marking, the same in the reader's own policy, and the grounds.

Made from the variants that are shown and from nothing else: of another variant, or of a portion that is not shown, it says
nothing (N1). It names no other person, rule or decision.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from tearline.core.labels import (
    BANNER,
    RECEIVER,
    Decision,
    Ground,
    Label,
    NoLabel,
    PersonSight,
    PolicyBook,
    list_grounds,
    print_mark,
    roll_up,
    translate,
)
from tearline.core.renditions import Shown, Voice, print_portion_mark


class Marks(msgspec.Struct, frozen=True):
    """A label in full: as its originator marks it, and as the reader's member does; ``own`` is empty where that is the same.

    ``plain``: both in the language that was asked for, where the policies have words in it and the marks are in another.
    """

    origin: str
    own: str
    plain: str = ""


class PortionWhy(msgspec.Struct, frozen=True):
    """One portion that is shown: its marks, and what the label asks that the reader has."""

    tag: str
    kind: str
    mark: str
    marks: Marks
    grounds: tuple[Ground, ...]


class Why(msgspec.Struct, frozen=True):
    """The whole, and each portion in order."""

    marks: Marks
    portions: tuple[PortionWhy, ...]


def find_why(
    shown: Iterable[Shown], sight: PersonSight, voice: Voice, book: PolicyBook, *, lang: str = "en"
) -> Why:
    """Why this reader is shown these portions. What marks mean is said in ``lang``; the marks stay their policy's own."""
    rows = tuple(shown)
    portions = tuple(
        PortionWhy(
            s.tag,
            s.kind,
            print_portion_mark(s.label, voice, book),
            _print_marks(s.label, voice, book, lang),
            list_grounds(s.label, sight, book),
        )
        for s in rows
    )
    return Why(_print_marks(roll_up((s.label for s in rows), book), voice, book, lang), portions)


def _print_marks(label: Label | NoLabel, voice: Voice, book: PolicyBook, lang: str) -> Marks:
    if isinstance(label, NoLabel):
        return Marks(print_mark(label, BANNER, "en", book), "")
    home = label.policy in {voice.policy, book.public}
    marks = _print_in(label, voice, book, origin=voice.languages[0] if home else "en", own=voice.languages[0])
    said = _print_in(label, voice, book, origin=lang, own=lang)
    return Marks(*marks, "" if said == marks else " | ".join(filter(None, said)))


def _print_in(label: Label, voice: Voice, book: PolicyBook, *, origin: str, own: str) -> tuple[str, str]:
    """The originator's mark and the reader's own, each in a language."""
    first = print_mark(label, BANNER, origin, book)
    if label.policy in {voice.policy, book.public}:
        return first, ""
    carried = translate(label, voice.policy, book)
    return first, "" if isinstance(carried, Decision) else print_mark(carried, RECEIVER, own, book)
