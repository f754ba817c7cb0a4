# SPDX-License-Identifier: Apache-2.0
"""What a browser loads before it shows the first page, against the budget: 110 KB of JavaScript, compressed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.first_page import (
    LANGUAGES,
    SCRIPT_MAX_BYTES,
    STYLE_MAX_BYTES,
    Chunks,
    list_first,
    load_chunks,
    weigh_scripts,
    weigh_styles,
)

# Loaded by whoever draws or writes, never by the first page.
HEAVY = ("maplibre", "prosemirror", "milsymbol")


@pytest.fixture(scope="module")
def chunks() -> Chunks:
    found = load_chunks()
    assert found is not None, "no built screens: ./run screens"
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_page_is_light(chunks: Chunks, language: str) -> None:
    """Scripts and styles of the start page, with the words of one language."""
    assert 10 * 1024 < weigh_scripts(chunks, language) <= SCRIPT_MAX_BYTES
    assert 0 < weigh_styles(chunks, language) <= STYLE_MAX_BYTES


def test_map_and_editor_load_when_they_are_opened(chunks: Chunks) -> None:
    """None of the heavy libraries is among what the first page loads."""
    loaded = " ".join(Path(chunks[name]["file"]).name for name in list_first(chunks, "en")).lower()
    assert not [name for name in HEAVY if name in loaded]
