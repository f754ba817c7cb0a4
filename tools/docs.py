# SPDX-License-Identifier: Apache-2.0
"""Writes the reference pages that are made from the code: run with ``./run docs``.

- docs/reference/cli.md       what ``tearline --help`` says, for the program and for each of its commands
- docs/reference/openapi.json the HTTP API of the screens, as a node serves it at /openapi.json

``--check`` writes nothing and fails where a page is not what it would write.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

from tearline.edge.api import describe

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "docs" / "reference"
TEARLINE = Path(sys.executable).with_name("tearline")


def main(arguments: list[str]) -> int:
    """Write or check every page; the exit code says whether all of them were as they should be."""
    if not (ROOT / "src/tearline/cli/__init__.py").exists():
        print("docs: there is no command line yet, nothing to write")
        return 0
    pages = {"cli.md": render_cli(), "openapi.json": describe().decode()}
    stale = [name for name, text in pages.items() if read_page(name) != text]
    if "--check" in arguments:
        for name in stale:
            print(f"docs: docs/reference/{name} is stale, run ./run docs")
        return 1 if stale else 0
    REFERENCE.mkdir(parents=True, exist_ok=True)
    for name in stale:
        (REFERENCE / name).write_text(pages[name], encoding="utf-8")
        print(f"docs: wrote docs/reference/{name}")
    return 0


def read_page(name: str) -> str:
    """The page as it stands, empty where there is none."""
    path = REFERENCE / name
    return path.read_text(encoding="utf-8") if path.exists() else ""


def render_cli() -> str:
    """The whole page: the program's own help, then one section for each command that it lists."""
    program = run_tearline("--help")
    sections = ["# The command line", "Made by `./run docs`; do not edit.", fence(program)]
    for command in list_commands(program):
        sections += [f"## tearline {command}", fence(run_tearline(command, "--help"))]
    return "\n\n".join(sections) + "\n"


def list_commands(help_text: str) -> list[str]:
    """The commands that an argparse help text lists, each indented by four blanks, in its order."""
    return re.findall(r"^ {4}([a-z][a-z-]*)(?: |$)", help_text, flags=re.MULTILINE)


def fence(text: str) -> str:
    """The text as a block that Markdown leaves alone."""
    return f"```text\n{text.rstrip()}\n```"


def run_tearline(*arguments: str) -> str:
    """What the shipped command prints, at a fixed width and without colours."""
    surroundings = os.environ | {"COLUMNS": "100", "NO_COLOR": "1"}
    done = subprocess.run(
        [TEARLINE, *arguments], capture_output=True, text=True, check=True, cwd=ROOT, env=surroundings
    )
    return done.stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
