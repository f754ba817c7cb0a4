# SPDX-License-Identifier: Apache-2.0
"""What a serving process asks of its machine."""

import resource

import pytest

from tearline.machine import OPEN_FILES, tune_process


@pytest.fixture
def limits():
    """As they were, afterwards."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


@pytest.mark.usefixtures("limits")
def test_a_node_may_hold_more_connections_than_a_shell_gives():
    """As far as the machine lets it, and never fewer than it had (assurance B5.6)."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
    tune_process()
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    assert soft == (OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard))
    if soft < hard or hard == resource.RLIM_INFINITY:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft + 1, hard))
        tune_process()
        assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == soft + 1
