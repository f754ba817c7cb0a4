# SPDX-License-Identifier: Apache-2.0
"""What a browser loads before it shows the first page: read from the manifest of the built screens, weighed as it travels."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

BUILT = Path(__file__).resolve().parents[1] / "src/tearline/edge/screens"
LANGUAGES = ("en", "fr", "ko", "ja")
SCRIPT_MAX_BYTES = 110 * 1024
STYLE_MAX_BYTES = 16 * 1024

Chunks = dict[str, dict[str, Any]]


def load_chunks() -> Chunks | None:
    """Vite's manifest; None where no screens are built."""
    manifest = BUILT / ".vite/manifest.json"
    if not manifest.is_file():
        return None
    found: Chunks = json.loads(manifest.read_text(encoding="utf-8"))
    return found


def list_first(chunks: Chunks, language: str) -> set[str]:
    """Chunks of the start page, with the words of one language."""
    words = next(name for name in chunks if name.endswith(f"i18n/{language}/index.ts"))
    todo, seen = ["index.html", words, "src/routes/Start.svelte"], set[str]()
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            todo += chunks[name].get("imports", [])
    return seen


def weigh_scripts(chunks: Chunks, language: str) -> int:
    """Bytes of JavaScript on the wire."""
    return _weigh({chunks[name]["file"] for name in list_first(chunks, language)})


def weigh_styles(chunks: Chunks, language: str) -> int:
    """Bytes of CSS on the wire."""
    return _weigh({css for name in list_first(chunks, language) for css in chunks[name].get("css", [])})


def _weigh(files: set[str]) -> int:
    return sum(len(gzip.compress((BUILT / name).read_bytes(), 6)) for name in files)
