# SPDX-License-Identifier: Apache-2.0
"""A script's folder as the player and its checks read it: ``script.json``, the tables and the opening beside it, and the feeds.

Nothing of one exercise is known here. A table that is missing asks for nothing.

    scenario = load_scenario(folder)
    scenario.products["K1"], scenario.classes["KOR"], scenario.expand_readers("KOR-*+USA-0")
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from tearline.cli.demo.feeds import events, holdings
from tearline.core.errors import UsageError
from tearline.core.instants import Instant, parse_iso
from tearline.core.labels import load_pack

Row = dict[str, str]
DATA = Path(__file__).resolve().parents[2] / "data" / "exercise"
PACKS = DATA.parent / "packs"
DEFAULT = "paper-lantern-23"
NOTHING = "-"
EVERYBODY = "ALL"


class ReaderClass(NamedTuple):
    """Persons of one member with the same codewords: they read the same. ``name`` as the tables write it, ``KOR-DM``."""

    name: str
    member: str
    codewords: frozenset[str]
    persons: tuple[str, ...]


def find_script(name_or_folder: str) -> Path:
    """A shipped exercise by name, or a folder with a ``script.json``."""
    for folder in (DATA / name_or_folder, Path(name_or_folder)):
        if (folder / "script.json").is_file():
            return folder
    raise UsageError(
        "no-script", f"there is no script.json in {name_or_folder}", "Name a folder that has one."
    )


def load_scenario(folder: Path) -> Scenario:
    """The script in a folder, and whatever tables lie beside it."""
    try:
        script = json.loads((folder / "script.json").read_text("utf-8"))
    except ValueError as error:
        raise UsageError("bad-script", f"{folder / 'script.json'} is not JSON: {error}") from error
    return Scenario(folder, script)


class Scenario:
    """One script."""

    def __init__(self, folder: Path, script: dict[str, Any]) -> None:
        self.folder = folder
        self.script = script
        self.members: dict[str, dict[str, Any]] = {m["code"]: m for m in script["members"]}
        self.steps: list[dict[str, Any]] = script["steps"]
        self._tables: dict[str, list[Row]] = {}
        self.persons: dict[str, list[str]] = {}
        for code, member in self.members.items():
            for person in member["persons"]:
                self.persons.setdefault(person["id"], []).append(code)

    @cached_property
    def opening(self) -> dict[str, Any] | None:
        """What visitors are told before they sign in, where the script has it."""
        path = self.folder / "opening.json"
        return json.loads(path.read_text("utf-8")) if path.is_file() else None

    @property
    def start(self) -> Instant:
        """Where the exercise clock starts."""
        return parse_iso(self.script["clock_start"])

    @cached_property
    def events(self) -> dict[str, dict[str, Any]]:
        """Products made from feed rows during the play, by handle."""
        feeds = self.script.get("feeds", {})
        return events(self.folder, self.script) if feeds.get("events") else {}

    @cached_property
    def products(self) -> dict[str, dict[str, Any]]:
        """Every product that a step may name."""
        return {**self.script["products"], **self.events}

    @cached_property
    def holdings(self) -> list[dict[str, Any]]:
        """Products that the network holds before the play opens."""
        feeds = self.script.get("feeds", {})
        return list(holdings(self.folder, self.script)) if feeds.get("holdings") else []

    @cached_property
    def groups(self) -> frozenset[str]:
        """Lasting groups of the script's policy pack."""
        folder = find_pack(self)
        return load_pack({p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()}).groups

    @cached_property
    def play_opens(self) -> Instant:
        """The first step that files a product: what lies before are holdings, which the tables count apart."""
        files = (s["at"] for s in self.steps if "file" in s)
        return parse_iso(next(files, self.script["clock_start"])[:10])

    @cached_property
    def classes(self) -> dict[str, list[ReaderClass]]:
        """Reader classes by member, those with the most codewords last."""
        return {
            code: sorted(_classes_of(member), key=lambda c: len(c.codewords))
            for code, member in self.members.items()
        }

    @property
    def every_class(self) -> dict[str, ReaderClass]:
        """All classes by name."""
        return {c.name: c for known in self.classes.values() for c in known}

    @cached_property
    def uncleared(self) -> list[tuple[str, str]]:
        """(member, person) of accounts without clearance."""
        found = ((code, p) for code, m in self.members.items() for p in m["persons"])
        return [(code, p["id"]) for code, p in found if not p["cleared"]]

    @cached_property
    def marks(self) -> dict[str, str]:
        """Marks by the id under which other tables name them."""
        return {row["id"]: row["text"] for row in self.table("marks.csv")}

    def table(self, name: str) -> list[Row]:
        """Rows of a table; none where the script has no such table."""
        if name not in self._tables:
            path = self.folder / name
            text = path.read_text("utf-8") if path.is_file() else ""
            self._tables[name] = list(csv.DictReader(text.splitlines()))
        return self._tables[name]

    def expand_readers(self, text: str) -> list[str]:
        """``KOR-*+USA-0``, or ``ALL``, as names of classes."""
        names = list(self.every_class)
        if text == EVERYBODY:
            return names
        chosen: list[str] = []
        for term in text.split("+"):
            stem = term.removesuffix("*")
            chosen += [n for n in names if (n.startswith(stem) if term.endswith("*") else n == term)]
        return chosen

    def person(self, member: str, person: str) -> dict[str, Any]:
        """A person's record at a member."""
        found: dict[str, Any] = next(p for p in self.members[member]["persons"] if p["id"] == person)
        return found

    def home(self, person: str) -> str:
        """The member at whose node a person signs in; where there are several, the first."""
        return self.persons[person][0]

    def with_duty(self, member: str, duty: str) -> str | None:
        """Somebody of the member who has a duty."""
        people = self.members[member]["persons"]
        return next((p["id"] for p in people if duty in p["duties"]), None)

    def revision(self, handle: str, number: int) -> dict[str, Any]:
        """One revision of a product."""
        found: dict[str, Any] = next(r for r in self.products[handle]["revisions"] if r["revision"] == number)
        return found

    def variants(self, handle: str, number: int) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
        """(portion, variant) of a revision."""
        for portion in self.revision(handle, number)["portions"]:
            for variant in portion["variants"]:
                yield portion, variant


def find_pack(scenario: Scenario) -> Path:
    """The policy pack: a folder beside the script, or a shipped one."""
    name: str = scenario.script["pack"]
    return next((f for f in (scenario.folder / name, PACKS / name) if f.is_dir()), PACKS / name)


def read_range(text: str) -> list[int]:
    """``1-3`` as numbers."""
    first, _, last = text.partition("-")
    return list(range(int(first), int(last or first) + 1))


def names_product(row: str, handle: str) -> bool:
    """Whether a table's product, which may be a run such as ``KE1-3``, names this handle."""
    first, dash, last = row.partition("-")
    if not dash:
        return row == handle
    stem = first.rstrip("0123456789")
    return handle in {f"{stem}{n}" for n in read_range(f"{first[len(stem) :]}-{last}")}


def split_list(text: str) -> list[str]:
    """``KOR+USA`` as names."""
    return [name for name in text.split("+") if name]


def _classes_of(member: dict[str, Any]) -> Iterator[ReaderClass]:
    found: dict[frozenset[str], list[str]] = {}
    for person in member["persons"]:
        if person["cleared"]:
            found.setdefault(frozenset(person["codewords"]), []).append(person["id"])
    for words, persons in found.items():
        letters = "".join(sorted(word[0] for word in words)) or "0"
        yield ReaderClass(f"{member['code']}-{letters}", member["code"], words, tuple(persons))
