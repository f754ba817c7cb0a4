# SPDX-License-Identifier: Apache-2.0
"""Every scenario of web/e2e in a real browser, each reported under its own name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "web" / "e2e"
NAMES = re.compile(r"^scenario\(\s*'([^']+)'", re.MULTILINE)
# Goes on where the shipped exercise ends; everything else is played on a small one.
STORY = FOLDER / "story.e2e.ts"


def list_scenarios(paths: Iterable[Path]) -> list[Any]:
    return [
        pytest.param(path, name, id=f"{path.name.partition('.')[0]}: {name}")
        for path in sorted(paths)
        for name in NAMES.findall(path.read_text(encoding="utf-8"))
    ]


# One file, so that `./run test` keeps it with one worker: one browser and one network at a time on two cores.
pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("path", "scenario"), list_scenarios(p for p in FOLDER.glob("*.e2e.ts") if p != STORY)
)
def test_scenario(played: Any, path: Path, scenario: str) -> None:
    """It holds, the page's console stays clean, and no request leaves the nodes."""
    error = played.outcome(path, scenario)
    assert not error, error


@pytest.mark.parametrize(("path", "scenario"), list_scenarios([STORY]))
def test_story(played_on: Any, path: Path, scenario: str) -> None:
    """The whole way through seven nodes, by people of three nations."""
    error = played_on.outcome(path, scenario)
    assert not error, error
