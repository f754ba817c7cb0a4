# SPDX-License-Identifier: Apache-2.0
"""Second factors and first passwords as the accounts' store keeps them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tearline.core.ids import Person, Post
from tearline.core.instants import DAY, SECOND, Instant
from tearline.edge.accounts import CHEAP, Accounts, find_step
from tearline.edge.accounts.factors import totp_code
from tests.edge.driver import run

WATCH = Person("kor.watch")
SECRET = b"12345678901234567890"
NOW = Instant(1_800_000_000 * SECOND)


@pytest.mark.parametrize(
    ("at_s", "code"),
    [
        (59, "287082"),
        (1_111_111_109, "081804"),
        (1_111_111_111, "050471"),
        (1_234_567_890, "005924"),
        (2_000_000_000, "279037"),
        (20_000_000_000, "353130"),
    ],
)
def test_codes_are_those_of_the_standard(at_s: int, code: str) -> None:
    """RFC 6238, appendix B, SHA-1, the last six digits."""
    assert totp_code(SECRET, at_s // 30) == code
    assert find_step(SECRET, code, Instant(at_s * SECOND)) == at_s // 30


def test_code_is_good_once_and_its_secret_does_not_lie_open(tmp_path: Path) -> None:
    """Neither in the database nor in what lies beside it; a replayed code and an older one are refused."""
    store = Accounts(tmp_path / "accounts.db", cost=CHEAP)
    store.add_totp(WATCH, "telephone", SECRET, Instant(NOW - 300 * SECOND))
    code = totp_code(SECRET, NOW // SECOND // 30)
    assert store.check_code(WATCH, code, NOW)
    assert not store.check_code(WATCH, code, NOW)
    assert not store.check_code(WATCH, totp_code(SECRET, NOW // SECOND // 30 - 1), NOW)
    assert not store.check_code(Person("kor.cyber"), code, NOW)
    store.close()
    assert SECRET not in b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert (tmp_path / "accounts.key").stat().st_mode & 0o777 == 0o600


def test_first_password_ends_in_three_days_and_forgets_factors(tmp_path: Path) -> None:
    """It is marked until it is replaced; sessions and second factors from before are gone."""
    store = Accounts(tmp_path / "accounts.db", cost=CHEAP)
    store.add_totp(WATCH, "telephone", SECRET, NOW)
    token = store.open_session(WATCH, Post(""), NOW)
    password = store.draw_first_password(WATCH, NOW)
    assert store.find_session(token, NOW) is None
    assert store.list_factors(WATCH) == ()
    assert store.must_change_password(WATCH)

    def check(at: Instant) -> object:
        return run(store.check_password(WATCH, password, address="1", now=at))

    assert check(NOW) is True
    assert check(Instant(NOW + 3 * DAY)) is False
    store.set_password(WATCH, "lantern-lantern")
    assert not store.must_change_password(WATCH)
    store.close()
