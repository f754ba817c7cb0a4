# SPDX-License-Identifier: Apache-2.0
"""What a browser loads before it shows the first page, against the budget: 110 KB of JavaScript, compressed."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

BUILT = Path(__file__).resolve().parents[2] / "src/tearline/edge/screens"
SCRIPT_MAX_BYTES = 110 * 1024
STYLE_MAX_BYTES = 16 * 1024
LANGUAGES = ("en", "fr", "ko", "ja")
# Loaded by whoever draws or writes, never by the first page.
HEAVY = ("maplibre", "prosemirror", "milsymbol")


@pytest.fixture(scope="module")
def chunks() -> dict[str, dict[str, Any]]:
    manifest = BUILT / ".vite/manifest.json"
    assert manifest.is_file(), "no built screens: ./run screens"
    found: dict[str, dict[str, Any]] = json.loads(manifest.read_text(encoding="utf-8"))
    return found


def weigh(files: set[str]) -> int:
    """Bytes on the wire."""
    return sum(len(gzip.compress((BUILT / name).read_bytes(), 6)) for name in files)


def reached(chunks: dict[str, dict[str, Any]], *starts: str) -> set[str]:
    """Chunks loaded with these: what they import, and what that imports."""
    todo, seen = list(starts), set()
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            todo += chunks[name].get("imports", [])
    return seen


def first_page(chunks: dict[str, dict[str, Any]], language: str) -> set[str]:
    words = next(name for name in chunks if name.endswith(f"i18n/{language}/index.ts"))
    return reached(chunks, "index.html", words, "src/routes/Start.svelte")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_page_is_light(chunks: dict[str, dict[str, Any]], language: str) -> None:
    """Scripts and styles of the start page, with the words of one language."""
    names = first_page(chunks, language)
    assert weigh({chunks[n]["file"] for n in names}) <= SCRIPT_MAX_BYTES
    assert weigh({css for n in names for css in chunks[n].get("css", [])}) <= STYLE_MAX_BYTES


def test_map_and_editor_load_when_they_are_opened(chunks: dict[str, dict[str, Any]]) -> None:
    """None of the heavy libraries is among what the first page loads."""
    loaded = " ".join((BUILT / chunks[n]["file"]).name for n in first_page(chunks, "en")).lower()
    assert not [name for name in HEAVY if name in loaded]
