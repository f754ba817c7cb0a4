# SPDX-License-Identifier: Apache-2.0
"""The import rules of .importlinter hold; "the tests pass" includes them."""

import ast
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def test_n6_import_rules_hold() -> None:
    """Every contract is kept: rings, layers, one gate, no cycles."""
    lint_imports = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [lint_imports, "--no-logo", "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


FOUNDING_ONLY = {"admit_persons", "issue_mandates", "withdraw_authority"}
"""Commands that ask for no duty: a node's founding and its tests call them, whoever faces people must not."""


def test_n7_no_door_reaches_a_command_that_asks_for_no_duty() -> None:
    found = []
    for path in sorted((ROOT / "src/tearline/edge").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = {alias.name for alias in node.names} if isinstance(node, ast.ImportFrom) else set()
            names |= {node.attr} if isinstance(node, ast.Attribute) else set()
            found += [f"{path.relative_to(ROOT)}: {name}" for name in names & FOUNDING_ONLY]
    assert found == []
