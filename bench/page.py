# SPDX-License-Identifier: Apache-2.0
"""What the start page weighs before map and editor load: JavaScript as it travels, in the language in which it is the most."""

from __future__ import annotations

from typing import Any

from tools.first_page import LANGUAGES, SCRIPT_MAX_BYTES, load_chunks, weigh_scripts


def run() -> list[dict[str, Any]]:
    chunks = load_chunks()
    weighed = {} if chunks is None else {lang: weigh_scripts(chunks, lang) for lang in LANGUAGES}
    most = max(weighed, key=weighed.__getitem__, default="")
    figure = weighed[most] / 1024 if most else 0.0
    return [
        {
            "name": f"start page: JavaScript before map and editor load, compressed{f' ({most})' if most else ''}",
            "figure": round(figure, 1),
            "unit": "KiB",
            "ratio": None,
            "bar": f"<= {SCRIPT_MAX_BYTES // 1024} KiB",
            "holds": figure * 1024 <= SCRIPT_MAX_BYTES if most else None,
        }
    ]
