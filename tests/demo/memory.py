# SPDX-License-Identifier: Apache-2.0
"""A network in memory as a stage for the player: real nodes and their real HTTP applications, no socket, no sleep."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import httpx2
import msgspec

from tearline.cli.demo.doors import HttpDoor, open_door
from tearline.cli.demo.machine import SeededEntropy, list_letters
from tearline.cli.demo.scenario import Scenario
from tearline.cli.demo.scene import feed_name, staff_of
from tearline.cli.demo.stage import Crossing
from tearline.config import NodeConfig
from tearline.core.canon import commit
from tearline.core.errors import TearlineError
from tearline.core.ids import Member, Person
from tearline.core.instants import Instant
from tearline.core.log import Frontier, parse_checkpoint, parse_note
from tearline.edge.accounts import CHEAP, Accounts
from tearline.edge.api import LinkFact, Services, make_app
from tearline.node.commands import AdmitPerson, DraftProduct, act_as, admit_persons, file_product
from tearline.node.journal.entries import PayloadPurged, decode_entry
from tearline.node.journal.header import INDEX_BITS, decode_header
from tearline.node.journal.memory import MemoryDisk
from tests.simulation.network import Network, Site

URL = "http://node.localhost"
PASSWORD = "exercise-only"


class SeededNetwork(Network):
    """The simulation's network, with the exercise's letters in its references."""

    scenario: Scenario

    def __init__(self, scenario: Scenario, seed: str) -> None:
        self.scenario = scenario
        super().__init__(scenario.script, seed=seed)

    @property
    def entropy(self) -> SeededEntropy:
        return self._entropy

    @entropy.setter
    def entropy(self, drawn: Any) -> None:
        self._entropy = SeededEntropy(drawn.seed, list_letters(self.scenario))


class MemoryStage:
    """Made of a scenario; see the module."""

    def __init__(self, scenario: Scenario, seed: str = "23") -> None:
        self.scenario = scenario
        self.network = SeededNetwork(scenario, seed)
        self.nodes = {str(m): site.node for m, site in self.network.sites.items()}
        self._transports = {m: self._make_transport(m, site) for m, site in self.network.sites.items()}

    def _make_transport(self, member: Member, site: Site) -> httpx2.ASGITransport:
        staff = staff_of(self.scenario, member)
        persons = [
            AdmitPerson(Person(p["id"]), tuple(p["codewords"]), (), tuple(p["duties"]), p["cleared"])
            for p in staff
        ]
        admit_persons(site.node, persons)
        accounts = Accounts(None, cost=CHEAP)
        for person in [*staff, *self.scenario.members[member]["persons"]]:
            accounts.set_password(Person(person["id"]), PASSWORD)
        services = Services(
            gate=site.gate,
            accounts=accounts,
            config=NodeConfig(member=member),
            clock=self.network.clock,
            links=lambda: self._list_links(member),
            verify=lambda: verify_site(site),
            notice=self.scenario.script["title"],
        )
        return httpx2.ASGITransport(app=make_app(services))

    def _list_links(self, member: Member) -> list[LinkFact]:
        closed = self.network.closed
        states = {True: "off line by plan", False: "up"}
        others = (m for m in self.network.members if m != member)
        return [LinkFact(m, states[frozenset((member, m)) in closed]) for m in others]

    @property
    def crossings(self) -> Sequence[Crossing]:
        return [Crossing(*carried) for carried in self.network.wire]

    async def sign_in(self, member: str, person: str, post: str = "") -> HttpDoor:
        transport = self._transports[Member(member)]
        return await open_door(transport, URL, person=person, password=PASSWORD, post=post)

    def set_time(self, at: Instant) -> None:
        self.network.clock.operational = at

    def set_link(self, first: str, second: str, *, is_open: bool) -> None:
        pair = frozenset((Member(first), Member(second)))
        (self.network.closed.discard if is_open else self.network.closed.add)(pair)

    async def file_holdings(self, member: str, drafts: Sequence[dict[str, Any]]) -> list[str]:
        node = self.nodes[member]
        acting = act_as(node, Person(feed_name(member)))
        filed = [file_product(node, acting, msgspec.convert(d, DraftProduct), hold=True) for d in drafts]
        return [f.key for f in filed]

    async def anchor(self) -> None:
        """The simulation's logs have no anchors."""

    async def carry(self) -> None:
        self.network.pump()

    def files(self, member: str) -> Iterator[tuple[str, bytes]]:
        site = self.network.sites[Member(member)]
        site.node.flush_access()
        for name, disk in (("journal", site.journal_disk), ("access", site.access_disk)):
            yield name, b"\n".join(disk.headers)
            yield f"{name}, payloads", b"\n".join(opening.body for opening in disk.payloads.values())
        items = (item for known in site.mail.items.values() for item in known)
        yield "mail", b"\n".join(item.leaf + (item.body or b"") for item in items)

    def alter_header(self, member: str) -> None:
        """What somebody at a node could do to its disk."""
        disk = self.network.sites[Member(member)].journal_disk
        at = len(disk.headers) // 2
        disk.headers[at] = disk.headers[at].replace(b'"at"', b'"aT"', 1)


def verify_site(site: Site) -> dict[str, Any]:
    """What ``tearline verify`` does with files, for the simulation's disks, in the API's shape."""
    site.node.flush_access()
    parts = {"journal": site.journal_disk, "access": site.access_disk}
    return {"member": site.member, "parts": {name: _verify_disk(disk) for name, disk in parts.items()}}


def _verify_disk(disk: MemoryDisk) -> dict[str, Any]:
    findings = [f"payload {at} is not as committed" for at in _list_false_payloads(disk)]
    frontier = Frontier()
    for header in disk.headers:
        frontier.append(header)
    signed = parse_checkpoint(parse_note(disk.notes[-1]).text) if disk.notes else None
    if signed is not None and signed.root != frontier.root():
        findings.append("its headers are not those that were signed")
    return {
        "findings": [{"severity": "error", "explanation": text} for text in findings],
        "entries": len(disk.headers),
    }


def _list_false_payloads(disk: MemoryDisk) -> Iterator[int]:
    purged: set[int] = set()
    for at, header in enumerate(disk.headers):
        try:
            record = decode_header(at, header)
            entry = decode_entry(record.entry)
        except (TearlineError, ValueError):
            continue  # a damaged header is found by the root
        if isinstance(entry, PayloadPurged):
            purged |= {(position << INDEX_BITS) | n for position, n in entry.targets}
        for n, commitment in enumerate(record.commitments):
            opening = disk.payloads.get((at << INDEX_BITS) | n)
            if opening is not None and commit(opening.salt, opening.body) != commitment:
                yield (at << INDEX_BITS) | n
    yield from (at for at in purged if at in disk.payloads)
