# SPDX-License-Identifier: Apache-2.0
"""What the compiler of the screens says nothing about."""

from __future__ import annotations

import re
from pathlib import Path

WEB = Path(__file__).resolve().parents[2] / "web" / "src"
SPACED = re.compile(r"\S.*\{#if [^{}]*\} +[^\s{]")


def test_no_space_is_written_where_none_is_drawn() -> None:
    """The compiler drops a space that begins a block: two names would be drawn as one. It is written ``{' '}``."""
    found = [
        f"{path.relative_to(WEB)}:{number}"
        for path in WEB.rglob("*.svelte")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if SPACED.search(line)
    ]
    assert found == []
