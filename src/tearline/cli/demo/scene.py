# SPDX-License-Identifier: Apache-2.0
"""What the player and the checks share while a script is played: sessions, keys of handles, what was filed and explained.

Exercise control has an account for each reader class, with that class's clearance: checks read with it, so that nobody of
the script counts as a reader of what they did not open themselves (a recall tells readers).
"""

from __future__ import annotations

from typing import Any

from tearline.cli.demo import api
from tearline.cli.demo.build import make_draft
from tearline.cli.demo.record import Record
from tearline.cli.demo.scenario import ReaderClass, Scenario
from tearline.cli.demo.stage import Door, Stage
from tearline.core.instants import Instant, parse_iso


class Scene:
    """One play under way."""

    def __init__(self, scenario: Scenario, stage: Stage, record: Record) -> None:
        self.scenario = scenario
        self.stage = stage
        self.record = record
        self.now = scenario.start
        self.keys: dict[str, str] = {}
        self.references: dict[str, str] = {}
        self.filed: dict[str, Instant] = {}
        self.filings: dict[str, int] = {}
        self.revisions: dict[tuple[str, int], int] = {}
        self.revised: dict[tuple[str, int], Instant] = {}
        self.explained: dict[tuple[str, int], dict[str, Any]] = {}
        self.returned: dict[str, tuple[str, str]] = {}
        self.recalled: set[tuple[str, int, str]] = set()
        self.is_settled = False
        self.closed: set[frozenset[str]] = set()
        self._sessions: dict[tuple[str, str, str], Door] = {}

    async def session(self, member: str, person: str, post: str = "") -> Door:
        """A person's session at a node, for one post."""
        at = (member, person, post)
        if at not in self._sessions:
            self._sessions[at] = await self.stage.sign_in(member, person, post)
        return self._sessions[at]

    async def acting(self, step: dict[str, Any]) -> Door:
        """The person and post that a step names."""
        return await self.session(self.scenario.home(step["by"]), step["by"], step.get("post", ""))

    async def control(self, reader: ReaderClass) -> Door:
        """Exercise control, cleared as this class is."""
        return await self.session(reader.member, control_name(reader))

    async def audit(self, member: str) -> Door:
        """Exercise control with the fullest clearance of a member."""
        return await self.control(self.scenario.classes[member][-1])

    async def author(self, handle: str) -> Door:
        """Who drafted a product, or an officer where a feed did."""
        product = self.scenario.products[handle]
        member = product["originator"]
        person = product["drafter"] or self.scenario.with_duty(member, "release")
        return await self.session(member, str(person))

    def draft(self, handle: str, revision: int = 1) -> dict[str, Any]:
        """A product of the script as the API takes it."""
        product = self.scenario.products[handle]
        portions = self.scenario.revision(handle, revision)["portions"]
        return make_draft(product, portions, self.keys, self.scenario.groups, self.scenario.script["epoch"])

    def draft_holding(self, product: dict[str, Any]) -> dict[str, Any]:
        """A feed's product of earlier days, under its own date."""
        first = product["revisions"][0]
        epoch = self.scenario.script["epoch"]
        made = make_draft(product, first["portions"], {}, self.scenario.groups, epoch)
        return {**made, "dtg": parse_iso(first["at"])}

    def note_filing(self, handle: str, revision: int, key: str, reference: str) -> None:
        """A revision entered a journal: the originator counts its own, whatever the script calls them."""
        self.keys[handle] = key
        if reference:
            self.references[handle] = reference
            self.filed[handle] = self.now
        self.filings[key] = self.filings.get(key, 0) + 1
        self.revisions[handle, revision] = self.filings[key]
        self.revised[handle, revision] = self.now

    async def note_explanation(self, handle: str, revision: int) -> None:
        """What the originator's own people are told of who does not get what, while this revision is the newest."""
        door = await self.author(handle)
        self.explained[handle, revision] = await api.fetch(door, f"/api/products/{self.keys[handle]}/explain")

    def list_withheld(self, handle: str, revision: int) -> list[tuple[str, str, str]]:
        """(variant's handle, member, why), as the author was told of that revision."""
        preview = self.explained.get((handle, revision), {"withheld": []})
        names = {
            (portion["tag"], n): variant["handle"]
            for portion in self.scenario.revision(handle, revision)["portions"]
            for n, variant in enumerate(portion["variants"], start=1)
        }
        return [(names[w["tag"], w["variant"]], w["member"], w["why"]) for w in preview["withheld"]]

    def find_key(self, handle: str) -> str:
        """The key of a handle, which may be filed as a draft of it so far."""
        drafts = (h for h, p in self.scenario.products.items() if p.get("draft_of") == handle)
        return next(self.keys[h] for h in (handle, *drafts) if h in self.keys)

    def handle_of(self, key: str) -> str:
        """The handle of a key; the key where the script has none."""
        return next((h for h, k in reversed(self.keys.items()) if k == key), key)

    def current_revision(self, handle: str) -> int:
        """The newest revision that was filed, in the script's count."""
        return max((r for h, r in self.revisions if h == handle), default=0)

    def is_reachable(self, sender: str, receiver: str) -> bool:
        """Whether the link is open."""
        return frozenset((sender, receiver)) not in self.closed


def control_name(reader: ReaderClass) -> str:
    """The account of exercise control for a class."""
    return f"{reader.member}.control-{reader.name.partition('-')[2]}".lower()


def feed_name(member: str) -> str:
    """The service account that files a member's feeds."""
    return f"{member}.feed".lower()


def staff_of(scenario: Scenario, member: str) -> list[dict[str, Any]]:
    """Accounts that the demo adds to a script's own, in the form of its persons."""
    controls = [
        {
            "id": control_name(c),
            "codewords": sorted(c.codewords),
            "posts": [],
            "duties": ["audit"],
            "cleared": True,
        }
        for c in scenario.classes[member]
    ]
    feed = {"id": feed_name(member), "codewords": [], "posts": [], "duties": ["intake"], "cleared": False}
    return [*controls, feed]
