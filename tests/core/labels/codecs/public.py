# SPDX-License-Identifier: Apache-2.0
"""The public cases that are kept beside the vectors, and where NATO's policy lies."""

from pathlib import Path

PUBLIC = Path(__file__).resolve().parents[3] / "vectors/labels/public"
SHARED = Path(__file__).resolve().parents[5] / "shared/data/labels"


def read_case(name):
    """A file of them."""
    return (PUBLIC / name).read_bytes()
