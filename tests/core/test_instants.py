# SPDX-License-Identifier: Apache-2.0
"""Times as people write them, read strictly."""

from __future__ import annotations

import pytest

from tearline.core.errors import MalformedError
from tearline.core.instants import parse_dtg, parse_iso, print_dtg, print_iso


def test_a_dtg_reads_back():
    """Day, hour, minute, zone, month, year."""
    assert print_dtg(parse_iso("2023-07-12T01:04:00Z")) == "120104Z JUL 23"
    assert print_iso(parse_dtg("120104Z JUL 23")) == "2023-07-12T01:04:00Z"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "120104Z jul 23",
        "320104Z JUL 23",
        "300104Z FEB 23",
        "120104K JUL 23",
        "１２0104Z JUL 23",
        "120104Z JUL 23\n",
    ],
)
def test_n5_what_is_no_dtg_is_refused(text):
    """Another zone, another script's digits, a day that does not exist."""
    with pytest.raises(MalformedError):
        parse_dtg(text)


@pytest.mark.parametrize(
    "text", ["2023-07-12T01:04:00+09:00", "2023-13-01", "2023-07-12T25:00Z", "２０23-07-12", "now"]
)
def test_n5_what_is_no_time_is_refused(text):
    """UTC alone is read."""
    with pytest.raises(MalformedError):
        parse_iso(text)
