# SPDX-License-Identifier: Apache-2.0
"""The accounts' store on disk: what is kept, what is not, and what two processes see of each other."""

from __future__ import annotations

from pathlib import Path

import pytest
from argon2 import PasswordHasher

from tearline.core.errors import LimitError, MalformedError, UsageError
from tearline.core.ids import Person, Post
from tearline.core.instants import SECOND, Instant
from tearline.edge.accounts import CHEAP, Accounts, Throttle, Throttled, drafts
from tests.edge.driver import PASSWORD, run

WATCH, POST = Person("kor.watch"), Post("KOR-WATCH")
NOW = Instant(1_800_000_000 * SECOND)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "accounts.db"


def test_neither_passwords_nor_tokens_are_in_the_file(path: Path) -> None:
    """Only hashes: argon2id of passwords, SHA-256 of tokens; and the file is its owner's alone."""
    store = Accounts(path, cost=CHEAP)
    store.set_password(WATCH, PASSWORD)
    token = store.open_session(WATCH, POST, NOW)
    raw = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert b"$argon2id$" in raw
    assert PASSWORD.encode() not in raw
    assert token.encode() not in raw
    assert bytes.fromhex(token) not in raw
    assert path.stat().st_mode & 0o777 == 0o600
    store.close()


def test_sessions_and_drafts_outlive_a_restart(path: Path) -> None:
    """Without ``close``, as after a crash."""
    store = Accounts(path, cost=CHEAP)
    token = store.open_session(WATCH, POST, NOW)
    store.save_draft(WATCH, "a", b"words", NOW)
    again = Accounts(path, cost=CHEAP)
    session = again.find_session(token, NOW)
    assert session is not None
    assert (session.person, session.post) == (WATCH, POST)
    assert [d.body for d in again.list_drafts(WATCH)] == [b"words"]
    assert again.key == store.key
    store.close()
    again.close()


def test_what_another_process_ends_is_over_within_a_second(path: Path) -> None:
    """The command line changes a password while the node runs."""
    serving, shell = Accounts(path, cost=CHEAP), Accounts(path, cost=CHEAP)
    token = serving.open_session(WATCH, POST, NOW)
    assert serving.find_session(token, NOW) is not None
    shell.set_password(WATCH, PASSWORD)
    assert serving.find_session(token, Instant(NOW + SECOND)) is None
    serving.close()
    shell.close()


def test_deleted_drafts_leave_no_words_behind(path: Path) -> None:
    """Neither in the database nor, after it is closed, beside it."""
    store = Accounts(path, cost=CHEAP)
    store.save_draft(WATCH, "a", b"WORDS-OF-A-DRAFT" * 100, NOW)
    assert store.delete_draft(WATCH, "a")
    store.close()
    assert b"WORDS-OF-A-DRAFT" not in b"".join(file.read_bytes() for file in path.parent.iterdir())


def test_everything_has_a_limit(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords, drafts by size and number, sessions of a person."""
    store = Accounts(path, cost=CHEAP)
    for bad in ("short", "x" * 257):
        with pytest.raises(UsageError):
            store.set_password(WATCH, bad)
    with pytest.raises(MalformedError):
        store.set_password(Person("No Such Shape"), PASSWORD)
    monkeypatch.setattr(drafts, "DRAFTS_MAX", 2)
    monkeypatch.setattr(drafts, "DRAFT_MAX_BYTES", 10)
    store.save_draft(WATCH, "a", b"1", NOW)
    store.save_draft(WATCH, "b", b"2", NOW)
    store.save_draft(WATCH, "b", b"3", NOW)
    for draft_id, body in (("c", b"4"), ("a", b"12345678901")):
        with pytest.raises(LimitError):
            store.save_draft(WATCH, draft_id, body, NOW)
    monkeypatch.setattr(drafts, "DRAFTS_MAX", 9)
    monkeypatch.setattr(drafts, "DRAFTS_MAX_BYTES", 12)
    store.save_draft(WATCH, "c", b"0123456789", NOW)
    store.save_draft(WATCH, "c", b"9876543210", NOW)
    with pytest.raises(LimitError):
        store.save_draft(WATCH, "d", b"4", NOW)
    tokens = [store.open_session(WATCH, POST, Instant(NOW + n)) for n in range(21)]
    assert [store.find_session(t, NOW) is not None for t in tokens] == [False] + [True] * 20
    store.close()


class CountingHasher:
    """The real one, counted."""

    def __init__(self, inner: PasswordHasher) -> None:
        self._inner = inner
        self.verified: list[str] = []

    def hash(self, password: bytes) -> str:
        return self._inner.hash(password)

    def verify(self, made: str, password: bytes) -> bool:
        self.verified.append(made.rpartition("$")[0].rpartition("$")[0])
        return self._inner.verify(made, password)


def test_unknown_persons_cost_what_known_ones_do() -> None:
    """One hash of one cost either way, counted and not timed."""
    store = Accounts(None, cost=CHEAP)
    store.set_password(WATCH, PASSWORD)
    store._hasher = PasswordHasher()  # the node's own cost is another than that of whoever set it up
    counted = CountingHasher(store._hasher)
    store._hasher = counted  # type: ignore[assignment]

    async def tries() -> list[bool | Throttled]:
        names = ("kor.watch", "kor.nobody", "", "x" * 10_000)
        return [await store.check_password(n, "wrong", address="1", now=NOW) for n in names]

    assert run(tries()) == [False] * 4
    assert len(counted.verified) == 4
    assert len(set(counted.verified)) == 1
    store.close()


def test_throttles_forget_in_time_and_hold_a_bounded_number_of_names() -> None:
    """A quarter of an hour without failures starts anew."""
    throttle = Throttle(free=2, wait_max_s=4)
    for _ in range(9):
        throttle.count("a", NOW)
    assert throttle.wait_s("a", NOW) == 4
    assert throttle.wait_s("a", Instant(NOW + 4 * SECOND)) == 0
    throttle.count("a", Instant(NOW + 901 * SECOND))
    assert throttle.wait_s("a", Instant(NOW + 901 * SECOND)) == 0
    for n in range(Throttle.NAMES_MAX + 10):
        throttle.count(str(n), NOW)
    assert len(throttle._failed) == Throttle.NAMES_MAX
