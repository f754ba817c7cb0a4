# SPDX-License-Identifier: Apache-2.0
"""One authority for a whole run of the carrier's tests."""

import pytest

from tests.mailbox.world import World


@pytest.fixture
def world(tmp_path):
    return World(tmp_path)
