# SPDX-License-Identifier: Apache-2.0
"""The banner of a screen: the roll-up of what a person is now shown, from renditions they have and labels they write.

Portions of one policy are rolled up under it, as a rendition is. Portions of several are carried into the policy of the
reader's member first; where one can't be carried there is no sound label, and the banner says so instead of guessing lower
(N3). What others provided bears the receiver's mark, which has no audience, for it is not ours to give on; with words of our
own among it the mark is ours, with the audience that is left: KOR's eyes only stays so beside a text of NATO.
"""

from __future__ import annotations

import msgspec

from tearline.core.labels import (
    BANNER,
    RECEIVER,
    Colors,
    Decision,
    Label,
    NoLabel,
    PolicyBook,
    color_of,
    print_mark,
    roll_up,
    translate,
)
from tearline.core.renditions import Voice, print_rolled


class ScreenBanner(msgspec.Struct, frozen=True):
    """What stands at the top and the bottom; ``ink`` is written on ``color``."""

    text: str
    color: str
    ink: str


class MarkedScreen(msgspec.Struct, frozen=True):
    """``missing``: keys that don't exist for this person. Not ``understood``: a label of a policy that the node hasn't."""

    banner: ScreenBanner | None
    missing: tuple[str, ...]
    understood: bool


def mark_screen(labels: frozenset[Label], voice: Voice, book: PolicyBook) -> ScreenBanner | None:
    """None where nothing marked is shown."""
    if not labels:
        return None
    ordered = sorted(labels, key=repr)
    counted = [label for label in ordered if label.policy != book.public]
    if len({label.policy for label in counted}) <= 1:
        rolled = roll_up(ordered, book)
        return _banner(print_rolled(rolled, voice, book), color_of(rolled, book))
    carried = [_carry(label, voice, book) for label in counted]
    rolled = roll_up([c for c in carried if isinstance(c, Label)], book)
    if any(isinstance(c, NoLabel) for c in carried):
        rolled = NoLabel("not translatable")
    place = BANNER if any(label.policy == voice.policy for label in counted) else RECEIVER
    return _banner(print_mark(rolled, place, voice.languages[0], book), color_of(rolled, book))


def _carry(label: Label, voice: Voice, book: PolicyBook) -> Label | NoLabel:
    if label.policy == voice.policy:
        return label
    carried = translate(label, voice.policy, book)
    return NoLabel("not translatable") if isinstance(carried, Decision) else carried


def _banner(text: str, colors: Colors) -> ScreenBanner:
    return ScreenBanner(text, colors.color, colors.ink)
