# SPDX-License-Identifier: Apache-2.0
"""The network of a script on this machine: complete nodes in one process, each with its folder, keys, people and ports.

A node here is the product's own (``tearline.assembly``): mutual TLS between nodes, SQLite on disk, HTTP for people. The demo
adds an exercise clock, seeded entropy, and a tap that sees each body as it leaves a node.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import apsw
import httpx2
import msgspec

from tearline.assembly import OpenNode, open_node
from tearline.cli.demo.build import make_delegation, make_person, make_rule
from tearline.cli.demo.doors import HttpDoor, open_door
from tearline.cli.demo.machine import ExerciseClock, SeededEntropy, list_letters
from tearline.cli.demo.scenario import PACKS, Scenario, find_pack
from tearline.cli.demo.scene import feed_name, staff_of
from tearline.cli.demo.stage import Crossing
from tearline.config import (
    ExerciseStory,
    MemberSpec,
    NetworkSpec,
    PersonSpec,
    PostSpec,
    ShownProduct,
    ToldMember,
)
from tearline.core.errors import IntegrityError
from tearline.core.ids import Member, Person
from tearline.core.instants import Instant, parse_iso
from tearline.founding import found_network
from tearline.node.commands import DraftProduct, Refused, act_as, file_product
from tearline.node.node import Node

CARRY_S = 0.01  # so often is a partner asked whether a text is there: no latency is known better
ANCHOR_TICK_S = 30  # each is 42 requests between seven nodes; a play takes its own before it verifies
GREAT_BYTES = 1_000
Passwords = Mapping[str, Mapping[str, str]]


def make_spec(scenario: Scenario, port_base: int) -> NetworkSpec:
    """The network that a script describes."""
    script = scenario.script
    pack = find_pack(scenario)
    return NetworkSpec(
        pack=pack.name if pack.parent == PACKS else str(pack.resolve()),
        members=tuple(_make_member(scenario, code) for code in scenario.members),
        agreements=(_make_agreement(script["agreement"]),),
        title=script["notice"],
        port_base=port_base,
        anchor_tick_s=ANCHOR_TICK_S,
        story=make_story(scenario),
    )


def make_story(scenario: Scenario) -> ExerciseStory | None:
    """What the page before each node's door tells; the product shown has the reference that the script gives it."""
    told = scenario.opening
    if told is None:
        return None
    product = scenario.products[told["shown"]]
    reference = "{stem} {letters}".format(**product["reference"])
    members = tuple(ToldMember(code, **told["members"][code]) for code in scenario.members)
    shown = ShownProduct(product["originator"], product["drafter"], reference)
    return ExerciseStory(scenario.script["title"], told["day"], told["story"], members, shown)


def _make_member(scenario: Scenario, code: str) -> MemberSpec:
    row, script = scenario.members[code], scenario.script
    persons = [*map(make_person, row["persons"]), *map(make_person, staff_of(scenario, code))]
    return MemberSpec(
        code=code,
        name=row["name"],
        ceiling=row["ceiling"],
        languages=tuple(row["languages"]),
        persons=tuple(_make_person(p) for p in persons),
        delegations=tuple(make_delegation(d) for d in script["delegations"] if d["member"] == code),
        rules=tuple(make_rule(r) for r in script["rules"] if r["member"] == code),
        cast=tuple(p["id"] for p in row["persons"]),
        posts=tuple(
            PostSpec(a["post"], a["alternate"], a["minutes"], a["title"]) for a in row.get("alternates", ())
        ),
    )


def _make_person(row: dict[str, Any]) -> PersonSpec:
    return PersonSpec(
        row["person"], tuple(row["codewords"]), tuple(row["posts"]), tuple(row["duties"]), row["cleared"]
    )


def _make_agreement(row: dict[str, Any]) -> dict[str, Any]:
    times = {name: parse_iso(row[name]) for name in ("valid_from", "valid_to")}
    kept = {name: row[name] for name in ("id", "parties", "highest", "third_party", "purge")}
    return {**kept, **times, "equivalences": "pack"}


class LocalNetwork:
    """A ``Stage`` of real nodes. ``found`` makes their folders; ``start`` and ``stop`` belong to one event loop."""

    def __init__(self, folder: Path, scenario: Scenario, *, seed: str, passwords: Passwords) -> None:
        self.folder = folder
        self.scenario = scenario
        self.passwords = passwords
        self.crossings: list[Crossing] = []
        self.clock = ExerciseClock(scenario.start)
        self._entropy = SeededEntropy(seed, list_letters(scenario))
        self.open_nodes: dict[str, OpenNode] = {}
        self._transports: dict[str, httpx2.AsyncHTTPTransport] = {}

    @property
    def nodes(self) -> dict[str, Node]:
        """The national sides."""
        return {member: opened.node for member, opened in self.open_nodes.items()}

    async def start(self) -> None:
        """Open and start every node. A taken port raises ``UsageError``, with nothing left running."""
        try:
            for member in self.scenario.members:
                tap = partial(self._see, member)
                folder = self.folder / member.lower()
                opened = await asyncio.to_thread(
                    open_node, folder, clock=self.clock, entropy=self._entropy, tap=tap
                )
                self.open_nodes[member] = opened
                await opened.start()
                self._transports[member] = httpx2.AsyncHTTPTransport(trust_env=False)
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Stop every node kindly: what was answered is durable."""
        await asyncio.gather(*(transport.aclose() for transport in self._transports.values()))
        await asyncio.gather(*(opened.stop() for opened in self.open_nodes.values()), return_exceptions=True)
        self.open_nodes.clear()

    def _see(self, member: str, peer: str, direction: str, body: bytes) -> None:
        if direction == "sent":
            self.crossings.append(Crossing(member, peer, body))

    async def sign_in(self, member: str, person: str, post: str = "") -> HttpDoor:
        """A session over loopback."""
        url = f"http://127.0.0.1:{self.open_nodes[member].config.web_port}"
        password = self.passwords[member][person]
        return await open_door(self._transports[member], url, person=person, password=password, post=post)

    def set_time(self, at: Instant) -> None:
        """All nodes of an exercise share its clock."""
        self.clock.set(at)

    def set_link(self, first: str, second: str, *, is_open: bool) -> None:
        """Both ends pause, or resume."""
        for here, there in ((first, second), (second, first)):
            node = self.open_nodes[here]
            (node.resume if is_open else node.pause)(Member(there))

    async def file_holdings(self, member: str, drafts: Sequence[dict[str, Any]]) -> list[str]:
        """A feed's earlier products, filed by its service account in one go."""
        return await asyncio.to_thread(self._file_holdings, self.nodes[member], drafts)

    def _file_holdings(self, node: Node, drafts: Sequence[dict[str, Any]]) -> list[str]:
        acting = act_as(node, Person(feed_name(node.member)))
        keys = []
        for draft in drafts:
            made = msgspec.convert(draft, DraftProduct)
            filed = (
                file_product(node, acting, made, hold=True)
                if acting
                else Refused("no-feed", "no feed account")
            )
            if isinstance(filed, Refused):
                raise IntegrityError(filed.code, filed.words)
            keys.append(filed.key)
        return keys

    async def anchor(self) -> None:
        """Each node commits to its logs, and its partners sign that."""
        await asyncio.gather(*(opened.anchor() for opened in self.open_nodes.values()))

    async def carry(self) -> None:
        """The nodes' own tasks carry."""
        await asyncio.sleep(CARRY_S)

    def files(self, member: str) -> Iterator[tuple[str, bytes]]:
        """Every file as it lies there, and the rows of each database: a row may be cut where a page ends."""
        opened = self.open_nodes[member]
        opened.node.flush_access()
        seen: set[Path] = set()
        while new := {p for p in opened.folder.rglob("*") if p.is_file()} - seen:
            seen |= new
            for path in sorted(new):
                yield from _read_file(path, str(path.relative_to(opened.folder)))

    def alter_header(self, member: str) -> None:
        """What somebody with a node's disk could do: change one entry where it lies."""
        alter_entry(self.open_nodes[member].folder / "journal.db")


def _read_file(path: Path, name: str) -> Iterator[tuple[str, bytes]]:
    try:
        yield name, path.read_bytes()
    except FileNotFoundError:
        return  # a node at work gave it another name, under which it is found
    if path.suffix == ".db":
        yield from ((f"{name}, {table}", data) for table, data in read_rows(path))


def read_rows(path: Path) -> Iterator[tuple[str, bytes]]:
    """(table, values of some rows) of a SQLite file, from a copy with its log: some are locked as long as a node runs."""
    with tempfile.TemporaryDirectory() as place:
        for name in (path.name, f"{path.name}-wal"):
            if path.with_name(name).is_file():
                shutil.copyfile(path.with_name(name), Path(place, name))
        db = apsw.Connection(str(Path(place, path.name)))
        try:
            yield from _list_rows(db)
        finally:
            db.close()


def _list_rows(db: apsw.Connection) -> Iterator[tuple[str, bytes]]:
    """Small rows together; a great one by itself, since the same one often lies at several nodes."""
    for (table,) in list(db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")):
        small: list[bytes] = []
        for row in db.execute(f'SELECT * FROM "{table}"'):  # noqa: S608  the file's own names
            great = [v for v in row if isinstance(v, bytes) and len(v) > GREAT_BYTES]
            yield from ((table, value) for value in great)
            small += [_bytes_of(v) for v in row if v not in great]
        yield table, b"\n".join(small)


def _bytes_of(value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")


def alter_entry(path: Path) -> None:
    """Change one letter in an entry in the middle of a journal, past its triggers."""
    db = apsw.Connection(str(path))
    try:
        triggers = list(
            db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'entry'")
        )
        for name, _ in triggers:
            db.execute(f'DROP TRIGGER "{name}"')
        ((position, header),) = db.execute(
            "SELECT position, header FROM entry ORDER BY position LIMIT 1 OFFSET (SELECT count(*) / 2 FROM entry)"
        )
        altered = bytes(header).replace(b'"at":1', b'"at":2', 1)
        db.execute("UPDATE entry SET header = ? WHERE position = ?", (altered, position))
        for _, sql in triggers:
            db.execute(sql)
    finally:
        db.close()


def found(folder: Path, scenario: Scenario, port_base: int) -> Passwords:
    """Make the network's folders; the passwords that were drawn."""
    return found_network(folder, make_spec(scenario, port_base))
