# SPDX-License-Identifier: Apache-2.0
"""What a mark says in a reader's language, and every way in which a level is written.

Marks are read back from their own text by the policies in force, exactly or not at all: nothing is asked of what the node
holds (N1), and words that no policy prints stay unexplained.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from tearline.core.errors import LimitError, MalformedError
from tearline.core.labels import (
    BANNER,
    PORTION,
    RECEIVER,
    Label,
    Policy,
    PolicyBook,
    print_policy_mark,
)
from tearline.core.labels.codecs import find_readings
from tearline.node.node import Node

BESIDE = " | "
"""Between an originator's banner and the receiver's own mark."""


class Gloss(msgspec.Struct, frozen=True):
    """``words``: the mark in full, in the language asked for; '' where it says that itself, or no one label prints it.

    ``foreign``: it is written in another language, so that who reads it may need the words.
    """

    words: str = ""
    foreign: bool = False


def gloss_marks(node: Node, marks: Sequence[str], lang: str) -> tuple[Gloss, ...]:
    """Of each mark in turn: a portion's in its brackets, a banner's, or an originator's beside the receiver's."""
    with node.lock:
        book = node.book
    return tuple(_gloss(mark, lang, book) for mark in marks)


def list_writings(policy: Policy, level: str, lang: str) -> tuple[str, ...]:
    """How a level is written: in full and before a portion, in this language and in each that the policy has words in."""
    label = Label(policy.name, level)
    stated = (m.lang for c in policy.classifications.values() for m in c.markings if m.lang)
    written = (
        words
        for language in dict.fromkeys((lang, *stated))
        for words in (
            print_policy_mark(label, RECEIVER, language, policy),
            f"({print_policy_mark(label, PORTION, language, policy)})",
        )
    )
    return tuple(dict.fromkeys(written))


def _gloss(mark: str, lang: str, book: PolicyBook) -> Gloss:
    places = (BANNER, RECEIVER)
    bracketed = mark.startswith("(") and mark.endswith(")")
    texts = ((PORTION, mark[1:-1]),) if bracketed else tuple(zip(places, mark.split(BESIDE, 1), strict=False))
    parts = [(text, _gloss_one(text, place, lang, book)) for place, text in texts]
    words = BESIDE.join(gloss.words or text for text, gloss in parts)
    return Gloss("" if words in {mark, mark[1:-1]} else words, any(gloss.foreign for _, gloss in parts))


def _gloss_one(text: str, place: str, lang: str, book: PolicyBook) -> Gloss:
    """Where several labels print the text and would be said differently, it is not chosen among them."""
    said = dict.fromkeys(_say(text, place, lang, book))
    return next(iter(said)) if len(said) == 1 else Gloss()


def _say(text: str, place: str, lang: str, book: PolicyBook) -> Iterator[Gloss]:
    try:
        readings = find_readings(text, book, place=place)
    except (MalformedError, LimitError):
        return
    for reading in readings:
        policy = book.policies[reading.policy]
        label = Label(reading.policy, reading.classification, reading.categories)
        full = BANNER if place == PORTION else place
        words, here = (print_policy_mark(label, where, lang, policy) for where in (full, place))
        yield Gloss(words, here != text)
