# SPDX-License-Identifier: Apache-2.0
"""Two networks that differ only in what some readers may not see.

``build`` makes the same small war day in every world. A secret (or several) changes what is hidden from every reader of
``READERS``: who they are, what they were given and what they did is the same with and without it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from tearline.cli.demo.build import make_label
from tearline.core.canon import decode_canonical
from tearline.core.ids import Member, Post
from tearline.core.instants import MINUTE, parse_iso
from tearline.node.commands import (
    Acting,
    AdmitPerson,
    Amended,
    DraftProduct,
    Filed,
    Released,
    admit_persons,
    amend_product,
    approve_release,
    file_product,
    open_text,
)
from tests.simulation.network import FixedClock, Network, SimEntropy, load_script

SECRETS = (
    "hidden product",
    "hidden product from a partner",
    "hidden portion",
    "hidden variant",
    "longer hidden text",
    "hidden amendment",
    "hidden recall",
    "release to another member",
)

CANARY = "canary-heliotrope"
"""Stands in every hidden text, and nowhere else."""

READERS = {
    "another member's analyst": ("JPN", "jpn.analyst"),
    "lower clearance, same member": ("KOR", "kor.analyst"),
    "administrator without clearance": ("KOR", "kor.admin"),
    "officer who does not see all": ("KOR", "kor.junior"),
    "watch of a third member": ("NZL", "nzl.duty"),
    "nobody": ("KOR", ""),
}

ALL = ["AUS", "JPN", "KOR", "NZL", "NATO"]
START = parse_iso("2023-07-12T01:04:00Z")


class AlignedEntropy(SimEntropy):
    """The same product id whatever a draft hides: a real node draws it at random."""

    def draw(self, actor: str, act: str, purpose: str, size: int) -> bytes:
        if act == "file":
            purpose = purpose.rpartition(":")[0]
        return super().draw(actor, act, purpose, size)


@dataclass
class World:
    """A network after its day. ``keys`` are products that readers know; ``hidden`` are keys that none of them does."""

    network: Network
    keys: dict[str, str]
    hidden: list[str]

    def act_as(self, member: str, person: str, post: str = "") -> Acting:
        acting = self.network.sites[Member(member)].gate.act_as(person, Post(post))
        assert acting is not None
        return acting

    def close(self) -> None:
        """Each index holds threads of its own."""
        for site in self.network.sites.values():
            site.gate.finder.close()


def label(policy: str, classification: str, **sets: list[str]) -> dict[str, Any]:
    named = {
        "policy": f"EXERCISE {policy}" if policy != "PUBLIC" else policy,
        "classification": classification,
    }
    return make_label(named | sets, frozenset({"NATO"}), "2023-07-12")


OPEN = label("KOR", "III-KUP", rt=ALL)
HIDDEN = label("KOR", "II-KUP", compartment=["DALBIT"], eo=["KOR"])
USA_OPEN = label("USA", "CONFIDENTIAL", rt=["USA", "KOR", "JPN"])
USA_HIDDEN = label("USA", "SECRET", compartment=["MILLRACE"], handling=["ORCON"], rt=["USA", "KOR"])


def text(label_: dict[str, Any], *words: str, lang: str = "en") -> dict[str, Any]:
    wordings = [{"lang": lang, "text": w, "status": "original"} for w in words]
    return {"label": label_, "body": {"type": "text", "wordings": wordings}, "fields": []}


CELL = '{"type":"Polygon","coordinates":[[[125.5,39],[126,39],[126,39.5],[125.5,39.5],[125.5,39]]]}'


def position(label_: dict[str, Any], geojson: str, words: str) -> dict[str, Any]:
    return {"label": label_, "body": {"type": "position", "geojson": geojson, "text": words}, "fields": []}


def portion(tag: str, kind: str, *variants: dict[str, Any]) -> dict[str, Any]:
    return {"tag": tag, "kind": kind, "variants": list(variants), "sources": []}


def draft(policy: str, kind: str, *portions: dict[str, Any], **more: Any) -> DraftProduct:
    made = {"kind": kind, "precedence": "PRIORITY", "policy": f"EXERCISE {policy}", "portions": portions}
    return msgspec.convert(made | more, DraftProduct)


def found() -> World:
    """The network before its day."""
    network = Network(load_script(), clock=FixedClock(START))
    network.entropy = AlignedEntropy()
    for site in network.sites.values():
        site.node.entropy = network.entropy
    return World(network, {}, [])


def build(secrets: frozenset[str] = frozenset()) -> World:
    """A day with these secrets in it."""
    day = Day(found(), secrets)
    day.play()
    day.hide()
    return day.world


class Day:
    """What happens, in order; every step at a minute of its own."""

    def __init__(self, world: World, secrets: frozenset[str]) -> None:
        self.world = world
        self.network = world.network
        self.secrets = secrets

    def play(self) -> None:
        kor = self.network.sites[Member("KOR")].node
        admit_persons(kor, [AdmitPerson("kor.junior", (), (Post("KOR-RELEASE"),), ("release",))])
        self.file_visible()
        self.file_mixed()
        self.file_from_partner()

    def at(self, minutes: int) -> None:
        self.network.clock.operational = START + minutes * MINUTE

    def file_visible(self) -> None:
        """A warning that everybody gets and acknowledges; the reader's own report; one of JPN's."""
        words = text(OPEN, "Launch from the Pyongyang area", "평양 일대에서 발사")
        lead = portion("LM", "lead", text(OPEN, "One presumed ballistic missile, lofted trajectory"))
        posts = {"action": ["JPN-WATCH", "NZL-WATCH", "JPN-DESK"], "precedence": "FLASH"}
        self.file(
            "warning",
            "KOR",
            "kor.watch",
            draft("KOR", "warning", portion("TQ", "title", words), lead, **posts),
        )
        own = draft("KOR", "report", portion("TA", "title", text(OPEN, "Patrol lines of the day")))
        self.file("own", "KOR", "kor.analyst", own, minute=1)
        japan = label("JPN", "HI", rt=["AUS", "JPN", "KOR", "NZL"])
        report = draft("JPN", "report", portion("TJ", "title", text(japan, "Radar contact west of Okushiri")))
        self.file("japan", "JPN", "jpn.analyst", report, minute=2)
        self.release("JPN", "jpn.disclosure", "japan", ("KOR", "NZL"))
        self.network.pump()

    def file_mixed(self) -> None:
        """A report of which readers see some portions and one of two variants; released to JPN."""
        self.file("mixed", "KOR", "kor.watch", self.mixed(), minute=3)
        self.release("KOR", "kor.disclosure", "mixed", ("JPN",))
        self.network.pump()

    def mixed(self, *, amended: bool = False) -> DraftProduct:
        hidden = f"{CANARY} intercept at grid 4411" + (" reviewed" if amended else "")
        if "longer hidden text" in self.secrets:
            hidden += ". Patrol lines of Okushiri and Pyongyang" * 400
        portions = [
            portion("TB", "title", text(OPEN, "Activity at the northern range")),
            portion("PA", "paragraph", text(OPEN, "Two convoys were seen on the northern road")),
            portion("PB", "paragraph", text(HIDDEN, hidden)),
            portion("PV", "paragraph", *self.variants()),
            portion("PX", "position", *self.positions()),
        ]
        if "hidden portion" in self.secrets:
            portions.insert(
                1, portion("PC", "paragraph", text(HIDDEN, f"{CANARY} two convoys on the northern road"))
            )
        return draft("KOR", "report", *portions, action=["JPN-DESK", "KOR-DESK"])

    def variants(self) -> list[dict[str, Any]]:
        coarse = text(OPEN, "Observed by national means")
        if "hidden variant" not in self.secrets:
            return [coarse]
        return [text(HIDDEN, f"{CANARY} observed by sensor LARK"), coarse]

    def positions(self) -> list[dict[str, Any]]:
        """The cell that everybody sees; where there is a hidden variant, the exact place before it."""
        coarse = position(OPEN, CELL, "Cell 39.0–39.5N 125.5–126.0E")
        if "hidden variant" not in self.secrets:
            return [coarse]
        point = '{"type":"Point","coordinates":[125.9644,39.1271]}'
        return [position(HIDDEN, point, f"39.1271N 125.9644E {CANARY}"), coarse]

    def file_from_partner(self) -> None:
        """A report of USA's whose MILLRACE portion readers don't see; their posts acknowledge it."""
        self.file("partner", "USA", "usa.cyber", self.partner(whole=True), minute=4)
        self.release("USA", "usa.disclosure", "partner", ("KOR", "JPN"))
        self.network.pump()
        gate = self.network.sites[Member("KOR")].gate
        acting = self.world.act_as("KOR", "kor.analyst")
        assert gate.reading(acting).acknowledge(self.world.keys["partner"], "acknowledged") is None
        cyber = self.world.act_as("KOR", "kor.cyber")
        assert gate.reading(cyber).get(self.world.keys["partner"]) is not None
        self.network.pump()

    def partner(self, *, whole: bool) -> DraftProduct:
        portions = [portion("TU", "title", text(USA_OPEN, "Network activity against shipping"))]
        if whole:
            portions.append(
                portion("PM", "paragraph", text(USA_HIDDEN, f"{CANARY} implant at the second relay"))
            )
        return draft("USA", "report", *portions, action=["KOR-DESK", "KOR-CYBER"])

    def hide(self) -> None:
        """The secrets that are acts of their own."""
        if "hidden product" in self.secrets:
            title = portion("TH", "title", text(HIDDEN, f"{CANARY} Pyongyang convoy schedule"))
            own = self.network.sites[Member("KOR")].node.catalogue.holdings[self.named["own"]].envelope
            cited = portion("TC", "citation", text(HIDDEN, f"{CANARY} follows {own.reference}"))
            self.hide_product(
                "KOR", "kor.watch", draft("KOR", "report", title, cited, action=["KOR-DESK"]), minute=5
            )
        if "hidden product from a partner" in self.secrets:
            title = portion(
                "TM", "title", text(USA_HIDDEN, f"Relay takeover in the harbour of Pyongyang {CANARY}")
            )
            made = draft("USA", "report", title, action=["KOR-DESK", "KOR-CYBER"])
            key = self.hide_product("USA", "usa.cyber", made, minute=6)
            self.release("USA", "usa.disclosure", key, ("KOR",))
        if "hidden amendment" in self.secrets:
            self.amend("KOR", "kor.watch", "mixed", self.mixed(amended=True), minute=7)
        if "hidden recall" in self.secrets:
            self.network.pump()
            self.amend("USA", "usa.cyber", "partner", self.partner(whole=False), minute=8)
        if "release to another member" in self.secrets:
            self.release("KOR", "kor.disclosure", "mixed", ("GBR", "AUS"))
            self.network.pump()
            gate = self.network.sites[Member("GBR")].gate
            acting = self.world.act_as("GBR", "gbr.watch", "GBR-DESK")
            assert gate.reading(acting).acknowledge(self.world.keys["mixed"], "acknowledged") is None
        self.at(30)
        self.network.pump()
        assert self.network.refusals == []

    def file_marker(self) -> str:
        """Something that every reader with a clearance sees."""
        marker = draft("KOR", "report", portion("TZ", "title", text(OPEN, "All quiet")))
        self.file("marker", "KOR", "kor.watch", marker, minute=40)
        self.release("KOR", "kor.disclosure", "marker", ("JPN", "NZL"))
        self.network.pump()
        return self.named["marker"]

    def hide_product(self, member: str, person: str, made: DraftProduct, minute: int) -> str:
        self.world.hidden.append(self.file(f"hidden {minute}", member, person, made, minute=minute))
        return f"hidden {minute}"

    def file(self, name: str, member: str, person: str, made: DraftProduct, *, minute: int = 0) -> str:
        self.at(minute)
        filed = file_product(self.network.sites[Member(member)].node, self.world.act_as(member, person), made)
        assert isinstance(filed, Filed), filed
        if not name.startswith("hidden"):
            self.world.keys[name] = filed.key
        self.named = {**getattr(self, "named", {}), name: filed.key}
        return filed.key

    def release(self, member: str, person: str, name: str, members: tuple[str, ...]) -> None:
        site, acting = self.network.sites[Member(member)], self.world.act_as(member, person)
        key = self.named[name]
        item = site.gate.duty(acting).desk_item(key)
        assert item is not None
        for group in item.groups:
            open_text(site.node, acting, key, group.text)
        released = approve_release(site.node, acting, key, tuple(map(Member, members)))
        assert isinstance(released, Released), released

    def amend(self, member: str, person: str, name: str, made: DraftProduct, *, minute: int) -> None:
        self.at(minute)
        site = self.network.sites[Member(member)]
        amended = amend_product(site.node, self.world.act_as(member, person), self.named[name], made)
        assert isinstance(amended, Amended), amended


Wire = list[tuple[str, str, int, tuple[Any, ...], tuple[Any, ...]]]


def wire_to(world: World, member: str) -> Wire:
    """What a member's node received, with commitments, salts and signatures by their length."""
    out: Wire = []
    for sender, receiver, raw in world.network.wire:
        if receiver == member:
            lane, start, items, note = msgspec.msgpack.decode(raw)
            out.append((sender, lane, start, tuple(map(_item, items)), tuple(map(len, note.split("\n")))))
    return out


def _item(item: Any) -> tuple[Any, ...]:
    leaf, salt, body = item
    opened = decode_canonical(leaf, dict[str, Any])
    opened["commitment"] = len(opened["commitment"])
    return tuple(sorted(opened.items())), len(salt or b""), body
