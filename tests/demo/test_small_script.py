# SPDX-License-Identifier: Apache-2.0
"""Another script with other members, names and texts plays as well, and is held to its own tables."""

from pathlib import Path

import pytest

from tearline.cli.demo.account import print_account
from tearline.cli.demo.scenario import find_script, load_scenario
from tearline.core.errors import UsageError
from tests.demo.conftest import play
from tests.demo.small import write_small

pytestmark = pytest.mark.slow


def test_another_script_plays(tmp_path: Path) -> None:
    """All of its tables hold, and its own words stand in the account."""
    done = play(load_scenario(write_small(tmp_path / "small")))
    assert done.record.failures == []
    assert {"acceptance", "canaries", "streams", "proof", "people"} <= set(done.record.counts())
    text = "\n".join(print_account(done.scene, "1"))
    assert "SMALL ISLAND" in text
    assert "NZL-WARN 040600Z MAY 31 S3AL" in done.scene.references.values()


def test_a_table_that_asks_for_too_much_is_red(tmp_path: Path) -> None:
    """Nothing is green by default: a row that does not hold is named, and so is its check."""
    done = play(load_scenario(write_small(tmp_path / "small", expects_hidden=False)))
    assert not done.record.holds
    assert [f.name for f in done.record.failures if f.table == "acceptance"] == ["W1 r1 USA-0"]
    assert print_account(done.scene, "1")[-2].startswith("NOT PROVED: acceptance")


def test_a_folder_without_a_script(tmp_path: Path) -> None:
    """It says so."""
    with pytest.raises(UsageError, match=r"no script\.json"):
        find_script(str(tmp_path))
