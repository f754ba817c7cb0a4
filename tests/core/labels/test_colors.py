# SPDX-License-Identifier: Apache-2.0
"""Colours of markings: as the policy states them, with ink that can be read."""

import pytest

from tearline.core.labels import Label, NoLabel, color_of
from tests.properties.worlds import make_book


@pytest.mark.parametrize(
    ("label", "color", "ink"),
    [
        (Label("EXERCISE KOR", "II-KUP"), "#c62828", "#ffffff"),
        (Label("EXERCISE USA", "TOP SECRET"), "#e65100", "#000000"),
        (NoLabel("x"), "#3d4650", "#ffffff"),
        (Label("X", "Y"), "#3d4650", "#ffffff"),
        (Label("EXERCISE KOR", "Y"), "#3d4650", "#ffffff"),
    ],
)
def test_a_marking_has_its_levels_color_and_the_ink_that_reads_better(label, color, ink) -> None:
    """What has no sound label is grey."""
    colors = color_of(label, make_book())
    assert (colors.color, colors.ink) == (color, ink)
