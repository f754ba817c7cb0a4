# SPDX-License-Identifier: Apache-2.0
"""One check of exported trails removed at a time: its test must go red."""

import pytest

from tearline.node.journal import extract
from tearline.node.journal.extract import Joined
from tests.node.journal import test_extract
from tests.node.journal.test_extract import source  # noqa: F401  a fixture


def test_a2_parts_that_are_joined_over_a_gap_are_noticed(monkeypatch, source):  # noqa: F811
    """From the first entry to the last, whatever is missing between."""

    def join(origin, reports):
        return Joined(origin, min(r.start for r in reports), max(r.end for r in reports))

    monkeypatch.setattr(extract, "_join", join)
    with pytest.raises(pytest.fail.Exception):
        test_extract.test_a2_a_range_taken_in_parts_has_no_gap(source)
