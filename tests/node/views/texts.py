# SPDX-License-Identifier: Apache-2.0
"""One-line drafts for tests of views."""

from __future__ import annotations

from tearline.core.labels import make_label
from tearline.core.products import PositionBody, TextBody, Wording
from tearline.node.commands import DraftPortion, DraftProduct, DraftVariant


def draft(words, place=""):
    """A report for Korea alone, of one title; with a position, if a place is given."""
    label = make_label("EXERCISE KOR", "III-KUP", {"Eyes Only": ["KOR"]})
    variant = DraftVariant(label, TextBody((Wording("en", words),)))
    portions = (DraftPortion("title", (variant,), "AA"),)
    if place:
        there = DraftVariant(label, PositionBody(place, "there"))
        portions += (DraftPortion("position", (there,), "PP"),)
    return DraftProduct("report", "ROUTINE", "EXERCISE KOR", portions)
