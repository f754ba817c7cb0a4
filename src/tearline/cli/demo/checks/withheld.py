# SPDX-License-Identifier: Apache-2.0
"""Who would share a text, and why a portion is withheld: the explanation that the originator's own people get.

Reasons against a member stand in the explanation. Against persons of a member that has the portion, the reason is the
codeword that their class lacks: shown by the classes beside it. The third-party rule is shown by the source's register: a
portion that derives from what was not released to a member may not go there.
"""

from __future__ import annotations

import json
from typing import Any

from tearline.cli.demo import api
from tearline.cli.demo.acts import register_rows
from tearline.cli.demo.scenario import Row, read_range, split_list
from tearline.cli.demo.scene import Scene

WITHHELD = "withheld"
SHARES = "shares"
CODEWORD, THIRD_PARTY = "codeword", "third_party"
BESIDE = {"ceiling", CODEWORD}
"""The table names what decides; the explanation names every reason, and these may come on top of it."""
TELLING = {"audience": ("audience",), "ceiling": ("classification", "ceiling")}


async def check_shares(scene: Scene, rows: list[dict[str, Any]]) -> None:
    """Members with the same share are one group, as the author's preview shows them."""
    for row in rows:
        handle = row["product"]
        preview = await api.fetch(await scene.author(handle), f"/api/products/{scene.keys[handle]}/explain")
        asked = set(row.get("members", scene.scenario.members))
        found = sorted(
            sorted(set(g["members"]) & asked) for g in preview["groups"] if set(g["members"]) & asked
        )
        expected = sorted(sorted(group) for group in row["groups"])
        scene.record.expect(SHARES, handle, "" if found == expected else f"{found}, not {expected}")
        for member, tags in row.get("without", {}).items():
            shown = _tags_for(preview, member) & set(tags)
            scene.record.expect(
                SHARES, f"{handle} {member}", f"has {', '.join(sorted(shown))}" if shown else ""
            )


def _tags_for(preview: dict[str, Any], member: str) -> set[str]:
    return {p["tag"] for g in preview["groups"] if member in g["members"] for p in g["portions"]}


async def check_withheld(scene: Scene) -> None:
    """Every row of the table, and nothing withheld that no row names."""
    named: set[tuple[str, int, str, str]] = set()
    for row in scene.scenario.table("withheld.csv"):
        for revision in read_range(row["revision"]):
            for handle in split_list(row["portions"]):
                for term in split_list(row["from"]):
                    member, _, letters = term.partition("-")
                    name = f"{row['product']} r{revision} {handle} {term}"
                    if letters == "*":
                        named.add((row["product"], revision, handle, member))
                        why = await _find_member_fault(scene, row, revision, handle=handle, member=member)
                    else:
                        why = _find_person_fault(scene, row["product"], revision, handle=handle, reader=term)
                    scene.record.expect(WITHHELD, name, why)
    _expect_nothing_else(scene, named)


async def _find_member_fault(scene: Scene, row: Row, revision: int, *, handle: str, member: str) -> str:
    why = _explained(scene, row["product"], revision).get((handle, member))
    if why is None:
        return "it is not withheld"
    reasons = split_list(row["reasons"])
    found = reasons_in(why, scene.scenario.variants(row["product"], revision), handle)
    expected = set(reasons) - {THIRD_PARTY}
    if not expected <= found or found - expected - BESIDE:
        return f"for {'+'.join(sorted(found))} ({why}), not {row['reasons']}"
    if THIRD_PARTY in reasons and not await _is_third_party(
        scene, row["product"], revision, handle=handle, member=member
    ):
        return "its source was released to them"
    return ""


def reasons_in(why: str, variants: Any, handle: str) -> set[str]:
    """The reasons that an explanation names, in the tables' words."""
    variant = next(v for _, v in variants if v["handle"] == handle)
    found = {name for name, words in TELLING.items() if any(word in why for word in words)}
    return found | (
        {CODEWORD} if any(word in why for word in variant["label"].get("compartment", [])) else set()
    )


async def _is_third_party(scene: Scene, product: str, revision: int, *, handle: str, member: str) -> bool:
    """Whether something that the portion derives from, or cites, was not released to the member."""
    portion = next(p for p, v in scene.scenario.variants(product, revision) if v["handle"] == handle)
    words = json.dumps(portion["variants"], ensure_ascii=False)
    sources = [s["product"] for s in portion["sources"]]
    sources += [h for h, reference in scene.references.items() if reference in words]
    for source in sources:
        rows = await register_rows(scene, source)
        if member not in {r["member"] for r in rows if r["what"] == "released"}:
            return True
    return False


def _find_person_fault(scene: Scene, product: str, revision: int, *, handle: str, reader: str) -> str:
    """The class lacks the portion, and a class beside it has it with the portion's codewords."""
    member = reader.partition("-")[0]
    portion, variant = next(
        (p, v) for p, v in scene.scenario.variants(product, revision) if v["handle"] == handle
    )
    words = set(variant["label"].get("compartment", []))
    has = {
        c: portion["tag"] in {tag for tag, _, _ in reading.portions}
        for c in scene.scenario.classes[member]
        if (reading := scene.record.readings.get((product, revision, c.name)))
    }
    wrong = [c.name for c, shown in has.items() if shown != (words <= c.codewords)]
    return f"not by the codeword: {', '.join(wrong)}" if wrong or not has else ""


def _explained(scene: Scene, product: str, revision: int) -> dict[tuple[str, str], str]:
    return {(name, member): why for name, member, why in scene.list_withheld(product, revision)}


def _expect_nothing_else(scene: Scene, named: set[tuple[str, int, str, str]]) -> None:
    about = {(product, revision) for product, revision, _, _ in named}
    for product, revision in sorted(about & set(scene.explained)):
        told = {(product, revision, *at) for at in _explained(scene, product, revision)}
        extra = sorted(f"{handle} from {member}" for _, _, handle, member in told - named)
        scene.record.expect(WITHHELD, f"{product} r{revision} nothing else", ", ".join(extra))
