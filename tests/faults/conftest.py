# SPDX-License-Identifier: Apache-2.0
"""What tests of faults share."""

import os
import tempfile
from pathlib import Path

import pytest


@pytest.fixture
def memory_folder(tmp_path):
    """The faults are the test's own, so the files may lie in memory: thousands of real syncs would take minutes."""
    shared = Path("/dev/shm")  # noqa: S108 (every Linux has it; elsewhere the test is only slower)
    if not os.access(shared, os.W_OK):
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(dir=shared, prefix="tearline-test-") as folder:
        yield Path(folder)
