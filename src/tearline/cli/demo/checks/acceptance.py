# SPDX-License-Identifier: Apache-2.0
"""Who reads what: for each reader class, the portions shown, the words of each, and the banner over them.

Digits of variants stand in no answer (a 2 would betray a 1), so variants are told apart by their bodies.
"""

from __future__ import annotations

import json
from typing import Any

from tearline.cli.demo import api
from tearline.cli.demo.build import make_body
from tearline.cli.demo.record import Reading
from tearline.cli.demo.scenario import NOTHING, ReaderClass, Row, names_product, read_range
from tearline.cli.demo.scene import Scene
from tearline.cli.demo.stage import Door

ACCEPTANCE = "acceptance"


async def check_acceptance(scene: Scene, rows: list[dict[str, Any]]) -> None:
    """Each row: a product, a revision, and the members at which every class is asked."""
    for row in rows:
        for member in row["members"]:
            for reader in scene.scenario.classes[member]:
                door = await scene.control(reader)
                why = await find_difference(scene, row["product"], row["revision"], reader, door)
                scene.record.expect(ACCEPTANCE, f"{row['product']} r{row['revision']} {reader.name}", why)


async def check_people(scene: Scene) -> None:
    """Everybody of the script reads what their class reads; who has no clearance sees nothing at all."""
    for reader in scene.scenario.every_class.values():
        for person in reader.persons:
            door = await scene.session(reader.member, person)
            for handle in scene.keys:
                revision = scene.current_revision(handle)
                if revision and expected_row(scene, handle, revision, reader):
                    why = await find_difference(scene, handle, revision, reader, door)
                    scene.record.expect("people", f"{person} ({reader.name}) {handle}", why)
    for member, person in scene.scenario.uncleared:
        door = await scene.session(member, person)
        shown = [h for h, key in scene.keys.items() if await api.read_product(door, key)]
        total = await api.count_products(door)
        scene.record.expect(
            "people",
            f"{person} sees nothing",
            f"sees {', '.join(shown)} of {total}" if shown or total else "",
        )


async def find_difference(scene: Scene, handle: str, revision: int, reader: ReaderClass, door: Door) -> str:
    """What is not as the table says, in words; empty where everything is."""
    row = expected_row(scene, handle, revision, reader)
    if row is None:
        return "no row of the table is about it"
    found = await api.read_product(door, scene.keys[handle])
    if found is not None:
        _keep(scene, handle, revision, reader=reader, found=found)
    if row["portions"] == NOTHING or found is None:
        return "" if row["portions"] == NOTHING and found is None else _print_presence(found)
    return _compare_portions(scene, handle, revision, row=row, found=found) or _compare_banner(
        scene, row, found["banner"]
    )


def expected_row(scene: Scene, handle: str, revision: int, reader: ReaderClass) -> Row | None:
    """The row of the table for one class; a reader's own draft that was sent back has none."""
    for row in scene.scenario.table("acceptance.csv"):
        about = names_product(row["product"], handle) and revision in read_range(row["revision"])
        if about and reader.name in scene.scenario.expand_readers(row["readers"]):
            return row
    return None


def _compare_portions(scene: Scene, handle: str, revision: int, *, row: Row, found: dict[str, Any]) -> str:
    expected = row["portions"].split(".")
    known = {
        v["handle"]: (p["tag"], make_body(v["body"])) for p, v in scene.scenario.variants(handle, revision)
    }
    tags = [p["tag"] for p in found["portions"]]
    if tags != [known[name][0] for name in expected]:
        return f"shows {'.'.join(tags)}, not {row['portions']}"
    for name, portion in zip(expected, found["portions"], strict=True):
        if _plain(portion["body"]) != _plain(known[name][1]):
            return f"{portion['tag']} reads {words_of_body(portion['body'])!r}, not as {name}"
    return ""


def _compare_banner(scene: Scene, row: Row, banner: str) -> str:
    marks = scene.scenario.marks
    expected = " | ".join(marks[row[name]] for name in ("orig", "recv") if row[name])
    return "" if banner == expected else f"stands under {banner!r}, not {expected!r}"


def _plain(body: dict[str, Any]) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(json.dumps(body))
    return plain


def _print_presence(found: dict[str, Any] | None) -> str:
    return "it does not exist for them" if found is None else f"it exists for them, under {found['banner']!r}"


def _keep(scene: Scene, handle: str, revision: int, *, reader: ReaderClass, found: dict[str, Any]) -> None:
    portions = tuple((p["tag"], p["mark"], words_of_body(p["body"])) for p in found["portions"])
    scene.record.readings[handle, revision, reader.name] = Reading(
        handle, revision, reader.name, found["banner"], portions
    )


def words_of_body(body: dict[str, Any]) -> str:
    """A body in one line: English where there is any."""
    kind = body["type"]
    if kind == "text":
        wordings = sorted(body["wordings"], key=lambda w: w["lang"] != "en")
        return str(wordings[0]["text"])
    if kind == "table":
        return "; ".join(f"{name} {value}" for name, value in body["rows"])
    if kind == "stix":
        return f"{len(body['patterns'])} patterns"
    return str(body["text"]) if kind == "position" else f"{body['reliability']} / {body['credibility']}"


async def check_absent(scene: Scene, rows: list[dict[str, Any]]) -> None:
    """A product that has not come, or never will, exists for nobody there: not opened, not listed."""
    for row in rows:
        handle = row["product"]
        key = scene.find_key(handle)
        for member in row["members"]:
            seen = []
            for reader in scene.scenario.classes[member]:
                door = await scene.control(reader)
                filed = scene.filed.get(handle, scene.now)
                line = await api.find_line(door, key, filed)
                seen += [reader.name] if line or await api.read_product(door, key) else []
            scene.record.expect(
                "absent", f"{handle} {member}", f"it exists for {', '.join(seen)}" if seen else ""
            )


async def check_versions(scene: Scene, rows: list[dict[str, Any]]) -> None:
    """The version is when this text first was the reader's: what was changed for others only leaves no trace."""
    for row in rows:
        for member in row["members"]:
            door = await scene.audit(member)
            line = await api.find_line(door, scene.keys[row["product"]], scene.filed[row["product"]])
            shown = str(line["version_dtg"]) if line else "nothing"
            why = "" if shown.startswith(row["version"]) else f"shows {shown}, not {row['version']}"
            scene.record.expect("versions", f"{row['product']} {member} {row['version']}", why)


async def check_holdings(scene: Scene, counts: dict[str, int]) -> None:
    """Each node holds the same number of products, for every class."""
    for member, expected in counts.items():
        for reader in scene.scenario.classes[member]:
            found = await api.count_products(await scene.control(reader))
            scene.record.expect(
                "holdings", reader.name, "" if found == expected else f"{found}, not {expected}"
            )
