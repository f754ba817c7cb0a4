# SPDX-License-Identifier: Apache-2.0
"""The colours of a marking: the classification's as its policy states it, and black or white on it, whichever reads better."""

from __future__ import annotations

import msgspec

from tearline.core.labels.book import PolicyBook
from tearline.core.labels.label import Label, NoLabel

UNLABELLED = "#3d4650"
BLACK, WHITE = "#000000", "#ffffff"
_COLOR_DIGITS = 7  # of #rrggbb
_LINEAR_BELOW = 0.04045  # of sRGB


class Colors(msgspec.Struct, frozen=True):
    """``ink`` is written on ``color``."""

    color: str
    ink: str


def color_of(label: Label | NoLabel, book: PolicyBook) -> Colors:
    """Dark grey where there is no sound label, or its policy states no colour."""
    policy = None if isinstance(label, NoLabel) else book.policies.get(label.policy)
    level = (
        None
        if policy is None or isinstance(label, NoLabel)
        else policy.classifications.get(label.classification)
    )
    stated = level.color if level is not None else ""
    color = stated.lower() if len(stated) == _COLOR_DIGITS else UNLABELLED
    return Colors(color, BLACK if _contrast(color, BLACK) > _contrast(color, WHITE) else WHITE)


def _contrast(one: str, other: str) -> float:
    """WCAG 2.2's contrast ratio."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: str) -> float:
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= _LINEAR_BELOW else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
