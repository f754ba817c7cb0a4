# SPDX-License-Identifier: Apache-2.0
"""Runs the program in this process, with what it printed and how it ended."""

import io
import json
import sys
from typing import NamedTuple

import pytest

from tearline.cli import main


class Ended(NamedTuple):
    """One run of the program."""

    code: int
    out: str
    err: str

    @property
    def json(self):
        """Standard output as one JSON document."""
        return json.loads(self.out)


@pytest.fixture
def tearline(capsys, monkeypatch):
    """``tearline("label", "mark", …, stdin=b"…")``."""
    for name in ("URL", "PERSON", "POST", "PASSWORD", "DEBUG"):
        monkeypatch.delenv(f"TEARLINE_{name}", raising=False)

    def run(*arguments, stdin=b""):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        capsys.readouterr()
        code = main([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        return Ended(code, printed.out, printed.err)

    return run
