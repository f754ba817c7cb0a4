# SPDX-License-Identifier: Apache-2.0
"""Every test that asks for ``bench`` runs on each backend."""

import pytest

from tests.faults.journals import BENCHES


@pytest.fixture(params=sorted(BENCHES))
def bench(request, tmp_path):
    return BENCHES[request.param](tmp_path)
