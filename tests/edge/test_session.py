# SPDX-License-Identifier: Apache-2.0
"""Signing in and out: cookies, failures that say nothing, throttling, posts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tearline.core.instants import SECOND
from tearline.edge.api.sessions import make_cookie
from tests.edge.driver import PASSWORD, Client, Door, Sync
from tests.twins.worlds import Day, found

SESSION = "/api/session"


@pytest.fixture(scope="module")
def day() -> Iterator[Day]:
    """One day for all: each test has a door, and so accounts, of its own."""
    made = Day(found(), frozenset())
    made.play()
    yield made
    made.world.close()


def test_sign_in_tells_who_one_is_and_sets_a_cookie_that_only_this_host_gets(kor: Door) -> None:
    """HttpOnly, SameSite=Strict, for the whole path; 256 bits."""
    answer = Sync(Client(kor, "kor.watch")).sign_in()
    assert answer.json == {
        "person": "kor.watch",
        "member": "KOR",
        "post": "KOR-WATCH",
        "posts": ["KOR-WATCH"],
        "duties": ["watch"],
        "cleared": True,
        "now": "2027-01-15T08:00:00Z",
        "dtg": "2023-07-12T01:08:00Z",
        "dtg_runs": True,
        "stage": "",
        "ceiling": "",
    }
    (cookie,) = answer.all("set-cookie")
    token, *rest = cookie.split("; ")
    assert token.startswith("tearline-kor=")
    assert len(token.partition("=")[2]) == 64
    assert sorted(rest) == ["HttpOnly", "Path=/", "SameSite=strict"]


def test_cookie_is_secure_unless_an_exercise_runs_on_this_machine_alone(kor: Door) -> None:
    """Plain HTTP carries it only on loopback, and only in an exercise."""
    plain = kor.config
    for host, pack, secure in (
        ("127.0.0.1", "exercise", False),
        ("::1", "exercise", False),
        ("127.0.0.1", "real", True),
        ("10.0.0.1", "exercise", True),
        ("kor.example", "exercise", True),
    ):
        config = type(plain)(member="KOR", host=host, pack=pack)
        assert make_cookie(config, "x").secure is secure


@pytest.mark.parametrize(
    "body",
    [
        {"person": "kor.watch", "password": "not this one"},
        {"person": "kor.nobody", "password": PASSWORD},
        {"person": "", "password": ""},
        {"person": "kor.watch", "password": PASSWORD, "post": "KOR-RELEASE"},
        {"person": "KOR.WATCH\x00", "password": "p" * 10_000},
    ],
)
def test_failures_to_sign_in_are_one_answer(kor: Door, body: dict[str, str]) -> None:
    """Whether the person exists, the password fits or the post is held: nothing tells them apart."""
    reference = Sync(Client(kor)).post(SESSION, {"person": "kor.watch", "password": "wrong"})
    assert reference.status == 401
    assert Sync(Client(kor)).post(SESSION, body) == reference


def test_tries_are_throttled_by_person_whether_or_not_they_exist(kor: Door) -> None:
    """After five failures the next try waits, the right password too; later it is let through."""
    client = Sync(Client(kor))
    for person in ("kor.watch", "kor.nobody"):
        answers = [client.post(SESSION, {"person": person, "password": "wrong"}) for _ in range(6)]
        assert [a.status for a in answers] == [401] * 5 + [429]
        assert answers[5].header("retry-after") == "1"
    assert client.post(SESSION, {"person": "kor.watch", "password": PASSWORD}).status == 429
    kor.network.clock.system += 2 * SECOND
    assert client.post(SESSION, {"person": "kor.watch", "password": PASSWORD}).status == 200


def test_tries_are_throttled_by_address(kor: Door) -> None:
    """Many persons tried from one address, and an account of one's own, buy no more tries."""
    client = Sync(Client(kor))
    for n in range(50):
        assert client.post(SESSION, {"person": f"kor.p{n}", "password": "wrong"}).status == 401
        if n == 25:
            assert client.post(SESSION, {"person": "kor.watch", "password": PASSWORD}).status == 200
    assert client.post(SESSION, {"person": "kor.cyber", "password": PASSWORD}).status == 429


def test_sign_out_ends_the_session_and_clears_what_the_browser_kept(sign_in) -> None:
    """The old cookie is worth nothing afterwards."""
    client = sign_in("kor.watch")
    answer = client.delete(SESSION)
    assert answer.header("clear-site-data") == '"cache", "storage"'
    assert "Max-Age=0" in (answer.header("set-cookie") or "")
    assert client.get(SESSION).status == 401


def test_idle_and_old_sessions_end(sign_in) -> None:
    """A quarter of an hour without a request locks; half a day with them ends."""
    client = sign_in("kor.watch")
    clock = client.door.network.clock
    clock.system += 850 * SECOND
    assert client.get(SESSION).status == 200
    clock.system += 950 * SECOND
    assert (client.get(SESSION).status, client.get(SESSION).json["code"]) == (401, "locked")
    client = sign_in("kor.watch")
    for _ in range(48):
        clock.system += 895 * SECOND
        assert client.get(SESSION).status == 200
    clock.system += 895 * SECOND
    assert (client.get(SESSION).status, client.get(SESSION).json["code"]) == (401, "no-session")


def test_locked_session_answers_nothing_until_its_password_unlocks_it(sign_in) -> None:
    """The server enforces it, on every route; a wrong password counts; signing out needs none."""
    client, other = sign_in("kor.watch"), sign_in("kor.cyber")
    assert client.post("/api/session/lock").status == 200
    for target in (SESSION, "/api/inbox", "/api/products", "/api/events"):
        assert (client.get(target).status, client.get(target).json["code"]) == (401, "locked")
    assert other.get(SESSION).status == 200
    assert client.post("/api/session/unlock", {"password": "wrong-password"}).status == 401
    assert client.get("/api/inbox").status == 401
    assert client.post("/api/session/unlock", {"password": PASSWORD}).json["person"] == "kor.watch"
    assert client.get("/api/inbox").status == 200
    assert client.post("/api/session/lock").status == 200
    assert client.delete(SESSION).status == 200
    assert client.post("/api/session/unlock", {"password": PASSWORD}).json["code"] == "no-session"


def test_guesses_at_the_door_keep_nobody_from_unlocking(sign_in) -> None:
    """And guesses in a session wait as those at the door do."""
    client = sign_in("kor.watch")
    stranger = Sync(Client(client.door))
    for _ in range(60):
        answer = stranger.post(SESSION, {"person": "kor.watch", "password": "wrong-password"})
    assert answer.status == 429
    assert client.post("/api/session/lock").status == 200
    assert client.post("/api/session/unlock", {"password": PASSWORD}).status == 200
    client.post("/api/session/lock")
    wrong = [client.post("/api/session/unlock", {"password": "wrong-password"}).status for _ in range(6)]
    assert wrong == [401] * 5 + [429]


def test_another_password_ends_every_session_of_the_person(sign_in) -> None:
    """The one that changed it too; and only the new password signs in."""
    first, second = sign_in("kor.watch"), sign_in("kor.watch")
    other = sign_in("kor.cyber")
    body = {"password": PASSWORD, "new": "another-lantern"}
    assert first.post("/api/session/password", {"password": "wrong", "new": "another-lantern"}).status == 401
    assert first.post("/api/session/password", {"password": PASSWORD, "new": "short"}).status == 422
    assert first.post("/api/session/password", body).status == 200
    assert [c.get(SESSION).status for c in (first, second, other)] == [401, 401, 200]
    assert first.post(SESSION, {"person": "kor.watch", "password": PASSWORD}).status == 401
    assert first.post(SESSION, {"person": "kor.watch", "password": "another-lantern"}).status == 200


def test_n7_a_person_acts_for_one_post_that_they_hold(sign_in) -> None:
    """Another post held: the same session; one that is not held: refused, and nothing changes."""
    client = sign_in("nzl.duty")
    assert client.get(SESSION).json["post"] == "NZL-WATCH"
    assert client.post("/api/session/post", {"post": "NZL-RELEASE"}).json["post"] == "NZL-RELEASE"
    for post in ("KOR-WATCH", "", "x"):
        assert client.post("/api/session/post", {"post": post}).status == 403
    assert client.get(SESSION).json["post"] == "NZL-RELEASE"


def test_signing_in_again_leaves_no_session_behind(sign_in) -> None:
    """The browser's old session ends when it gets a new one."""
    client = sign_in("kor.watch")
    old = client.client.cookie
    assert client.sign_in().status == 200
    stale = Client(client.door)
    stale.cookie = old
    assert Sync(stale).get(SESSION).status == 401


@pytest.mark.parametrize(
    "cookie", ["", "x", "tearline-kor=", "tearline-kor=\xff", "tearline-kor=a; tearline-kor=a"]
)
def test_cookies_that_name_no_session_are_nobody(sign_in, cookie: str) -> None:
    """Malformed, unknown, or two of them."""
    client = sign_in("kor.watch")
    good = client.client.cookie
    client.client.cookie = cookie if "; " not in cookie else f"{good}; {good}"
    assert client.get(SESSION).status == 401
