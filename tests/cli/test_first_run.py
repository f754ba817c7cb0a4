# SPDX-License-Identifier: Apache-2.0
"""``tearline serve`` on an empty folder: a link, a node, and no way back to the link."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tearline.config import load_config
from tearline.core.errors import UsageError
from tearline.edge.accounts import Accounts
from tearline.edge.api import Setup, SetupChosen, make_setup_app
from tearline.edge.screens import Screens
from tearline.first_run import establish, wants_set_up
from tearline.machine import read_pack
from tests.edge.driver import Exchange

CHOSEN = SetupChosen("Watch floor", "NZL", "CONFIDENTIAL", ("en", "fr"), "nzl.admin")
PASSWORD = "a long lantern sentence"
TOKEN = "t" * 43


class SetupDoor:
    """A set-up in memory."""

    def __init__(self, folder: Path) -> None:
        self.kept: list[SetupChosen] = []
        self.finished = 0
        self.setup = Setup(
            TOKEN,
            read_pack("exercise"),
            SetupChosen(),
            self.kept.append,
            lambda chosen, password: establish(folder, chosen, password, 8470),
        )
        self.setup.finished = self.finish
        self.app = make_setup_app(self.setup, Screens())

    def finish(self) -> None:
        self.finished += 1

    def ask(self, target: str, body: Any = None, **headers: str) -> Any:
        raw = b"" if body is None else msgspec.json.encode(body)
        given = {"host": "localhost:8470"}
        if body is not None:
            given |= {"x-tearline": "1", "content-type": "application/json"}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": "GET" if body is None else "POST",
            "scheme": "http",
            "path": target,
            "raw_path": target.encode(),
            "query_string": b"",
            "root_path": "",
            "headers": [(n.encode(), v.encode()) for n, v in given.items()],
            "client": ("127.0.0.1", 50_000),
            "server": ("127.0.0.1", 8_470),
            "state": {},
        }
        return asyncio.run(Exchange(raw, lambda _: False, 65_536).run(self.app, scope))


def test_an_empty_folder_wants_set_up_and_nothing_else_does(tmp_path: Path) -> None:
    assert wants_set_up(tmp_path)
    assert not wants_set_up(tmp_path / "none")
    (tmp_path / "letter.txt").write_text("mine")
    assert not wants_set_up(tmp_path)


def test_only_the_link_opens_and_it_dies_with_the_founding(tmp_path: Path) -> None:
    door = SetupDoor(tmp_path)
    assert door.ask("/api/door").json["setup"] is True
    assert door.ask("/api/setup", {"token": "x"}).status == 404
    offers = door.ask("/api/setup", {"token": TOKEN}).json
    assert "NZL" in {member["code"] for member in offers["members"]}
    body = {"token": TOKEN, "chosen": CHOSEN, "password": PASSWORD}
    assert door.ask("/api/setup/found", body | {"token": "x"}).status == 404
    assert door.ask("/api/setup/found", body).status == 200
    assert door.finished == 1
    for target in ("/api/setup", "/api/setup/save", "/api/setup/found"):
        again = body if target.endswith("found") else {"token": TOKEN}
        again = again | ({"chosen": CHOSEN} if target.endswith("save") else {})
        assert door.ask(target, again).status == 404


def test_what_was_founded_is_a_node_with_an_administrator_cleared_for_nothing(tmp_path: Path) -> None:
    establish(tmp_path, CHOSEN, PASSWORD, 9_000)
    config = load_config(tmp_path)
    assert (config.member, config.web_port, config.title) == ("NZL", 9_000, "Watch floor")
    assert (config.cast, config.doors) == ((), {})
    assert not wants_set_up(tmp_path)
    assert (tmp_path / "authority").is_dir()
    assert not (tmp_path / ".new").exists()
    assert PASSWORD.encode() not in b"".join(p.read_bytes() for p in tmp_path.rglob("*") if p.is_file())
    accounts = Accounts(tmp_path / "accounts.db")
    assert asyncio.run(accounts.check_password("nzl.admin", PASSWORD, address="x", now=0)) is True
    accounts.close()


def test_d1_a_founding_that_was_cut_off_is_begun_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "setup.json").write_text("{}")
    moved: list[Path] = []
    rename = Path.rename

    def cut(path: Path, target: Path) -> Path:
        if len(moved) == 4:
            raise OSError(28, "no room")
        moved.append(path)
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", cut)
    with pytest.raises(OSError, match="no room"):
        establish(tmp_path, CHOSEN, PASSWORD, 8_470)
    monkeypatch.undo()
    assert wants_set_up(tmp_path)
    establish(tmp_path, CHOSEN, PASSWORD, 8_470)
    assert load_config(tmp_path).member == "NZL"


@pytest.mark.parametrize(
    "headers",
    [{"host": "elsewhere.example"}, {"origin": "http://elsewhere.example"}, {"x_tearline": "0"}],
)
def test_set_up_is_asked_by_its_own_page_under_a_name_of_this_machine(
    tmp_path: Path, headers: dict[str, str]
) -> None:
    assert SetupDoor(tmp_path).ask("/api/setup", {"token": TOKEN}, **headers).status in {403, 404}


@pytest.mark.parametrize(
    "changes",
    [{"member": "XXX"}, {"ceiling": "none"}, {"languages": ()}, {"admin": "Not A Name"}],
)
def test_n5_what_cannot_be_founded_is_refused_and_can_be_mended(
    tmp_path: Path, changes: dict[str, Any]
) -> None:
    door = SetupDoor(tmp_path)
    wrong = msgspec.structs.replace(CHOSEN, **changes)
    body = {"token": TOKEN, "chosen": wrong, "password": PASSWORD}
    assert door.ask("/api/setup/found", body).status in {400, 422, 500}
    assert door.ask("/api/setup/found", body | {"chosen": CHOSEN}).status == 200


def test_a_short_password_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="12"):
        establish(tmp_path, CHOSEN, "short", 8_470)
