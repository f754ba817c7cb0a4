# SPDX-License-Identifier: Apache-2.0
"""A network of three runs; a fourth joins, one is cleared for less, one moves, one leaves: no node of the others restarts."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tearline.assembly import OpenNode, open_node
from tearline.core.ids import Member, Person
from tearline.first_run import establish
from tearline.joining import apply, take_admission
from tearline.node.commands import Filed, Released, act_as, approve_release, file_product, open_text
from tearline.node.trust import Directory, load_authority, verify_directory
from tests.cli.networks import find_ports, make_spec, serve
from tests.cli.test_joining import AGREEMENT, PASSWORD, admit, choose, until
from tests.node.commands.world import draft, label, portion

pytestmark = pytest.mark.slow
LOW = label("KOR", "DAEOEBI", "KOR", "JPN", "NZL", "USA")
HIGH = label("KOR", "III-KUP", "KOR", "JPN", "USA")


class Place:
    """The folders, the passwords, and the authority's next directory."""

    def __init__(self, folder: Path, tearline: Any, passwords: dict[str, str]) -> None:
        self.folder, self.tearline, self.passwords = folder, tearline, passwords
        self.authority = load_authority(folder / "net" / "authority")

    def read(self, path: Path) -> Directory:
        return verify_directory(path.read_bytes(), self.authority.public)

    def sign(self, **changes: Any) -> Path:
        """What follows the directory of KOR's folder."""
        found = self.read(self.folder / "net" / "kor" / "directory.json")
        made = msgspec.structs.replace(found, version=found.version + 1, **changes)
        path = self.folder / f"directory-{made.version}.json"
        path.write_bytes(self.authority.sign_directory(made))
        return path

    async def take(self, node: OpenNode, file: Path) -> Any:
        """As its administrator does, by the program."""
        person = f"{node.member.lower()}.admin"
        secret = self.folder / f"{person}.password"
        secret.write_text(self.passwords[person])
        how = ("--url", node.web_url, "--person", person, "--password-file", secret, "--json")

        def run() -> Any:
            shown = self.tearline("directory", file, "--try", *how)
            assert shown.code == 0, shown.err
            made = self.tearline("directory", file, "--check", shown.json["check"], *how)
            assert made.code == 0, made.err
            return made.json

        return await asyncio.to_thread(run)


@pytest.fixture
def place(tearline: Any, tmp_path: Path) -> Place:
    """KOR, JPN and USA with their authority in ``net``, and an empty folder ``new``."""
    made = make_spec(find_ports(6))
    kor, jpn = made["members"]
    kor["delegations"][0]["audience"] = ["JPN", "NZL", "USA"]
    admin = {"duties": ["administration"], "cleared": False}
    jpn["persons"].append({"id": "jpn.admin", **admin})
    usa = {"code": "USA", "name": "United States", "ceiling": "SECRET", "languages": ["en"]}
    made["members"].append({**usa, "persons": [{"id": "usa.admin", **admin}]})
    (agreement,) = made["agreements"]
    agreement["parties"].append("USA")
    agreement["highest"]["USA"], agreement["purge"]["USA"] = "SECRET", "at_once"
    (tmp_path / "spec.json").write_text(json.dumps(made))
    ended = tearline("init", tmp_path / "net", "--spec", tmp_path / "spec.json", "--json")
    assert ended.code == 0, ended.err
    (tmp_path / "new").mkdir()
    (tmp_path / "agreements.json").write_text(json.dumps([AGREEMENT]))
    passwords = {n: w for m in ended.json["members"] for n, w in m["passwords"].items()}
    return Place(tmp_path, tearline, passwords)


def test_n2_n7_a_running_network_follows_its_directory(place: Place) -> None:
    port = find_ports()
    applied = apply(place.folder / "new", choose(port + 1), port)
    (place.folder / "nzl.application").write_bytes(applied.file)
    assert admit(place.tearline, place.folder, applied.letters).code == 0
    establish_after_admission(place, port)
    asyncio.run(live(place))
    for folder in (*(place.folder / "net" / name for name in ("kor", "jpn", "usa")), place.folder / "new"):
        ended = place.tearline("verify", folder)
        assert ended.code == 0, ended.out


def establish_after_admission(place: Place, port: int) -> None:
    new = place.folder / "new"
    take_admission(new, (place.folder / "admitted" / "tearline-NZL.admission").read_bytes())
    establish(new, choose(port + 1), PASSWORD, port)


async def live(place: Place) -> None:
    net = place.folder / "net"
    kor, jpn, usa = (open_node(net / name) for name in ("kor", "jpn", "usa"))
    nzl = open_node(place.folder / "new")
    running = [kor, jpn, usa, nzl]
    try:
        for node in running:
            await node.start()
        await until(lambda: states(kor) == {"JPN": "up", "USA": "up"})
        await joins(place, kor, jpn, usa, nzl)
        await is_cleared_for_less(place, kor, jpn)
        nzl = running[3] = await moves(place, kor, nzl)
        await leaves(place, kor, jpn)
    finally:
        for node in running:
            await node.stop()


async def joins(place: Place, kor: OpenNode, jpn: OpenNode, usa: OpenNode, nzl: OpenNode) -> None:
    """A fourth member: links come up by themselves, and what is released to it arrives."""
    for node in (kor, jpn, usa):
        made = await place.take(node, place.folder / "admitted" / "directory.json")
        assert made["members"] == ["JPN", "KOR", "NZL", "USA"]
    await until(lambda: states(kor) == {"JPN": "up", "NZL": "up", "USA": "up"})
    await until(lambda: states(nzl)["KOR"] == "up")
    key = release(kor, "NZL", portion(LOW, tag="AA", kind="title"))
    await until(lambda: held(nzl, key) == {"AA"})


async def is_cleared_for_less(place: Place, kor: OpenNode, jpn: OpenNode) -> None:
    """What JPN may not hold any more leaves it, and what it may stays."""
    key = release(kor, "JPN", portion(LOW, tag="AA", kind="title"), portion(HIGH, tag="BB"))
    await until(lambda: held(jpn, key) == {"AA", "BB"})
    members = dict(kor.node.directory.members)
    members[Member("JPN")] = msgspec.structs.replace(members[Member("JPN")], ceiling="CHUI")
    made = await place.take(kor, place.sign(members=members))
    assert made["recalled"] == 1
    await until(lambda: held(jpn, key) == {"AA"})


async def moves(place: Place, kor: OpenNode, nzl: OpenNode) -> OpenNode:
    """NZL is reached at another port: it is stopped, brought the directory and started; the others follow running."""
    members = dict(kor.node.directory.members)
    record = members[Member("NZL")]
    address = msgspec.structs.replace(record.address, port=find_ports())
    members[Member("NZL")] = msgspec.structs.replace(record, address=address)
    file = place.sign(members=members)
    before = kor.pullers
    await place.take(kor, file)
    busy = await asyncio.to_thread(place.tearline, "directory", place.folder / "new", file)
    assert (busy.code, "runs" in busy.err, "--person" in busy.err) == (1, True, True)
    await nzl.stop()
    assert (await asyncio.to_thread(place.tearline, "directory", place.folder / "new", file)).code == 0
    nzl = open_node(place.folder / "new")
    await nzl.start()
    await until(lambda: kor.pullers[Member("NZL")] is not before[Member("NZL")])
    await until(lambda: states(kor)["NZL"] == "up" and states(nzl)["KOR"] == "up")
    assert kor.pullers[Member("JPN")] is before[Member("JPN")]
    return nzl


async def leaves(place: Place, kor: OpenNode, jpn: OpenNode) -> None:
    """JPN is served nothing more: what was released to it while it was away stays in the spool."""
    jpn.pause(Member("KOR"))
    key = release(kor, "JPN", portion(LOW, tag="AA", kind="title"))
    agreements = []
    for one in kor.node.directory.agreements:
        parties = tuple(m for m in one.parties if m != "JPN")
        highest, purge = ({m: d[m] for m in parties} for d in (one.highest, one.purge))
        agreements.append(msgspec.structs.replace(one, parties=parties, highest=highest, purge=purge))
    members = {m: r for m, r in kor.node.directory.members.items() if m != "JPN"}
    await place.take(kor, place.sign(members=members, agreements=tuple(agreements)))
    await until(lambda: states(kor) == {"NZL": "up", "USA": "up"})
    jpn.resume(Member("KOR"))
    await until(lambda: states(jpn)["KOR"] == "down")
    assert {link.last_error for link in jpn.links() if link.member == "KOR"} == {"there-unknown-peer"}
    assert held(jpn, key) == set()


def states(node: OpenNode) -> dict[str, str]:
    return {str(link.member): link.state for link in node.links()}


def held(node: OpenNode, key: str) -> set[str]:
    with node.node.lock:
        content = node.node.catalogue.content(key)
        return {p.tag for p in content.portions} if content else set()


def release(kor: OpenNode, member: str, *portions: Any) -> str:
    """Filed by an analyst, read and released by the officer."""
    node = kor.node
    analyst, officer = act_as(node, Person("kor.analyst")), act_as(node, Person("kor.disclosure"))
    assert analyst is not None
    assert officer is not None
    filed = file_product(node, analyst, draft("KOR", *portions))
    assert isinstance(filed, Filed), filed
    for group in kor.gate.duty(officer).desk_item(filed.key).groups:
        open_text(node, officer, filed.key, group.text)
    done = approve_release(node, officer, filed.key, (Member(member),))
    assert isinstance(done, Released), done
    return filed.key


def test_a_directory_for_a_stopped_node_is_taken_over_as_it_starts(place: Place) -> None:
    """And the file is brought by nobody to a node that runs; what is tried there needs no folder."""
    kor = place.folder / "net" / "kor"
    members = place.read(kor / "directory.json").members
    low = msgspec.structs.replace(members[Member("JPN")], ceiling="CHUI")
    with serve(kor):
        pass
    file = place.sign(members={**members, Member("JPN"): low})
    told = place.tearline("directory", kor, file)
    assert (told.code, "when it starts" in told.err) == (0, True)
    assert place.tearline("directory", kor, file, "--try").code == 2
    with serve(kor):
        again = place.tearline("directory", kor, file)
        assert (again.code, "runs" in again.err) == (1, True)
    node = open_node(kor)
    try:
        assert (node.node.directory.version, node.node.directory_at is not None) == (2, True)
    finally:
        node.close()
