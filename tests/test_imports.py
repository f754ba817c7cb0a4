# SPDX-License-Identifier: Apache-2.0
"""The import rules of .importlinter hold; "the tests pass" includes them."""

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
