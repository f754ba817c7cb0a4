# SPDX-License-Identifier: Apache-2.0
"""What README.md and docs/operating.md show is what the program does."""

import json
import re
import shlex
from pathlib import Path

import pytest

from tearline.cli.program import make_parser
from tests.cli.test_label import DALBIT, K1

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("README.md", "docs/operating.md")


def list_shown():
    """Each label command that the README shows, with the output it shows."""
    text = (ROOT / "README.md").read_text()
    return re.findall(r"^    \$ tearline (label .*)\n    ([^$].*)$", text, flags=re.MULTILINE)


@pytest.mark.parametrize(("command", "output"), list_shown())
def test_the_readme_shows_what_is_printed(tearline, tmp_path, monkeypatch, command, output):
    """Every label command of the README prints what stands below it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "label.json").write_text(json.dumps(K1))
    (tmp_path / "dalbit.json").write_text(json.dumps(DALBIT))
    assert tearline(*shlex.split(command)).out.strip() == output


def test_the_readme_shows_something():
    assert len(list_shown()) >= 3


@pytest.mark.parametrize("page", PAGES)
def test_commands_of_the_pages_exist(page):
    """Every ``tearline`` line of an indented block is a command line that the program takes."""
    text = (ROOT / page).read_text().replace("\\\n", " ")
    lines = re.findall(r"^    (?:\$ )?tearline ([^#\n]*)", text, flags=re.MULTILINE)
    assert lines
    for line in lines:
        arguments = make_parser().parse_args(shlex.split(line))
        assert arguments.run


def test_the_reference_is_generated():
    """docs/reference/cli.md has a section for each command; ./run docs writes it anew."""
    reference = (ROOT / "docs/reference/cli.md").read_text()
    for command in ("init", "serve", "demo", "write", "release", "read", "search", "verify", "label"):
        assert f"## tearline {command}\n" in reference
