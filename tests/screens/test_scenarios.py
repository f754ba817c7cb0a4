# SPDX-License-Identifier: Apache-2.0
"""Every scenario of web/e2e in a real browser, each reported under its own name."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "web" / "e2e"
NAMES = re.compile(r"^scenario\(\s*'([^']+)'", re.MULTILINE)
FOUND = [
    pytest.param(path, name, id=f"{path.name.partition('.')[0]}: {name}")
    for path in sorted(FOLDER.glob("*.e2e.ts"))
    for name in NAMES.findall(path.read_text(encoding="utf-8"))
]

# One browser and one network at a time on two cores.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("screens")]


@pytest.mark.parametrize(("path", "scenario"), FOUND)
def test_scenario(played: Any, path: Path, scenario: str) -> None:
    """It holds, the page's console stays clean, and no request leaves the nodes."""
    error = played.outcome(path, scenario)
    assert not error, error
