# SPDX-License-Identifier: Apache-2.0
"""What a restored node knows before anybody reads from it: recalls that came after its backup, and that it is behind."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tearline import catch_up as catching
from tearline.assembly import OpenNode, open_node
from tearline.backup import make_backup, unpack_backup
from tearline.config import NetworkSpec
from tearline.core.errors import IntegrityError, UsageError
from tearline.core.ids import Member, Person, Post
from tearline.edge import serve
from tearline.founding import found_network
from tearline.machine import SystemClock
from tearline.node.commands import (
    Acting,
    Filed,
    Recalled,
    Refused,
    act_as,
    approve_release,
    file_product,
    open_text,
    recall_product,
)
from tearline.restore import accept
from tests.cli.networks import find_ports, make_spec
from tests.twins.worlds import draft, label, portion, text

CANARY = "Three ships left port"


@pytest.fixture
def net(tmp_path: Path) -> Path:
    spec = msgspec.convert(make_spec(find_ports()) | {"anchor_tick_s": 3_600}, NetworkSpec)
    found_network(tmp_path / "net", spec)
    return tmp_path / "net"


async def run_one(folder: Path) -> OpenNode:
    node = open_node(folder)
    node._anchored_at = time.monotonic()  # no anchor but those that a test takes
    try:
        await node.start()
    except BaseException:
        await node.stop()
        raise
    return node


async def until(ready: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not ready():  # noqa: ASYNC110 - a look at a state that has no event
            await asyncio.sleep(0.05)


def act(node: OpenNode, person: str, post: str) -> Acting:
    acting = act_as(node.node, Person(person), Post(post))
    assert acting is not None
    return acting


def write(kor: OpenNode) -> Filed:
    both = label("KOR", "III-KUP", rt=["JPN", "KOR"])
    title, words = portion("TI", "title", text(both, "Port")), portion("AA", "paragraph", text(both, CANARY))
    made = draft("KOR", "report", title, words)
    officer = act(kor, "kor.disclosure", "KOR-RELEASE")
    filed = file_product(kor.node, act(kor, "kor.analyst", "KOR-DESK"), made)
    assert isinstance(filed, Filed)
    item = kor.gate.duty(officer).desk_item(filed.key)
    assert item is not None
    for group in item.groups:
        open_text(kor.node, officer, filed.key, group.text)
    assert not isinstance(approve_release(kor.node, officer, filed.key, (Member("JPN"),)), Refused)
    return filed


def holds(node: OpenNode, key: str) -> bool:
    return node.node.catalogue.content(key) is not None


def search_files(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.rglob("*") if p.is_file() and CANARY.encode() in p.read_bytes())


def test_d4_a_restored_node_honours_recalls_before_its_door_opens(
    net: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The backup holds the product; its originator recalled it while the node was down."""
    at_the_door: list[bool] = []

    async def work() -> None:
        kor = await run_one(net / "kor")
        jpn = await run_one(net / "jpn")
        filed = await asyncio.to_thread(write, kor)
        await until(lambda: holds(jpn, filed.key))
        await jpn.anchor()
        vault = tmp_path / "vault"
        made = await asyncio.to_thread(make_backup, net / "jpn", vault, SystemClock().now())
        await jpn.stop()
        officer = act(kor, "kor.disclosure", "KOR-RELEASE")
        done = recall_product(kor.node, officer, filed.key, (Member("JPN"),), "error")
        assert isinstance(done, Recalled)
        await asyncio.to_thread(unpack_backup, vault / made.name, tmp_path / "back")
        assert search_files(tmp_path / "back")
        await asyncio.to_thread(accept, tmp_path / "back")
        original = serve.listen_web

        async def listen(app: Any, host: str, port: int) -> Any:
            at_the_door.append(holds(back, filed.key))
            return await original(app, host, port)

        monkeypatch.setattr("tearline.assembly.listen_web", listen)
        back = open_node(tmp_path / "back")
        back._anchored_at = time.monotonic()
        assert holds(back, filed.key)
        await back.start()
        await back.stop()
        await kor.stop()

    asyncio.run(work())
    assert at_the_door == [False]
    assert search_files(tmp_path / "back") == []


def test_a2_a_restored_node_stays_shut_where_a_partner_was_sent_more(net: Path, tmp_path: Path) -> None:
    """No anchor was taken in between, so no witness can tell: what the partner holds does."""

    async def work() -> None:
        kor = await run_one(net / "kor")
        jpn = await run_one(net / "jpn")
        await kor.anchor()
        vault = tmp_path / "vault"
        made = await asyncio.to_thread(make_backup, net / "kor", vault, SystemClock().now())
        filed = await asyncio.to_thread(write, kor)
        await until(lambda: holds(jpn, filed.key))
        await kor.stop()
        await asyncio.to_thread(unpack_backup, vault / made.name, tmp_path / "back")
        with pytest.raises(IntegrityError, match="JPN holds more"):
            await asyncio.to_thread(accept, tmp_path / "back")
        await jpn.stop()
        await asyncio.to_thread(accept, tmp_path / "back", frozenset({"JPN"}))
        jpn = await run_one(net / "jpn")
        with pytest.raises(IntegrityError, match="JPN was sent more"):
            await run_one(tmp_path / "back")
        await jpn.stop()

    asyncio.run(work())


def test_d4_a_restored_node_stays_shut_where_a_partner_has_fallen_silent(
    net: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It answered when the node was accepted. Whoever accepts it as silent answers for it by name."""
    monkeypatch.setattr(catching, "ASK_MAX_S", 0.2)

    async def work() -> None:
        kor = await run_one(net / "kor")
        jpn = await run_one(net / "jpn")
        await jpn.anchor()
        vault = tmp_path / "vault"
        made = await asyncio.to_thread(make_backup, net / "jpn", vault, SystemClock().now())
        await jpn.stop()
        await asyncio.to_thread(unpack_backup, vault / made.name, tmp_path / "back")
        await asyncio.to_thread(accept, tmp_path / "back")
        await kor.stop()
        with pytest.raises(UsageError, match="KOR did not give back"):
            await run_one(tmp_path / "back")
        await asyncio.to_thread(accept, tmp_path / "back", frozenset({"KOR"}))
        back = await run_one(tmp_path / "back")
        await back.stop()

    asyncio.run(work())
