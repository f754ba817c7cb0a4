# SPDX-License-Identifier: Apache-2.0
"""A recall, fact by fact: who is told and who is not, what is destroyed, on whose word, and what remains.

Facts are looked at when the exercise clock reaches them; those without a time at the end, and with every other.
"""

from __future__ import annotations

import json
from typing import Any

from tearline.cli.demo import api
from tearline.cli.demo.scenario import Row
from tearline.cli.demo.scene import Scene
from tearline.core.instants import parse_iso

RECALL = "recall"
Json = dict[str, Any]


async def check_due_facts(scene: Scene) -> None:
    """Facts that the exercise clock has just reached."""
    for row in scene.scenario.table("recall.csv"):
        if row["at"] and parse_iso(row["at"]) == scene.now:
            await _expect(scene, row)


async def check_recall(scene: Scene, product: str, portion: str) -> None:
    """Of one withdrawn portion: what must not have happened, and who waits for a person."""
    for row in _rows(scene, product, portion):
        if row["fact"] == "not_told":
            await _expect(scene, row)
    for member in _waiting(scene, product, portion):
        status = await _status(scene, product, portion, member)
        why = "a record was made before anybody confirmed" if status and status["records"] else ""
        scene.record.expect(RECALL, f"{product} {portion} {member} waits for a person", why)


async def check_recall_totals(scene: Scene) -> None:
    """How many records the originators have in the end."""
    for row in scene.scenario.table("recall.csv"):
        if row["fact"] == "records" and (row["product"], 1) in scene.revisions:
            await _expect(scene, row)


def _rows(scene: Scene, product: str, portion: str) -> list[Row]:
    rows = scene.scenario.table("recall.csv")
    return [r for r in rows if r["product"] == product and r["portion"] == portion]


def _waiting(scene: Scene, product: str, portion: str) -> list[str]:
    """Members at which a person confirms, later than now."""
    rows = _rows(scene, product, portion)
    return [r["member"] for r in rows if r["fact"] == "confirmed" and parse_iso(r["at"]) > scene.now]


async def _expect(scene: Scene, row: Row) -> None:
    why = await FACTS[row["fact"]](scene, row)
    name = " ".join(filter(None, (row["product"], row["portion"], row["fact"], row["member"], row["who"])))
    scene.record.expect(RECALL, name, why)


async def _told(scene: Scene, row: Row) -> str:
    return "" if await _is_told(scene, row) else "not told"


async def _not_told(scene: Scene, row: Row) -> str:
    return "told" if await _is_told(scene, row) else ""


async def _is_told(scene: Scene, row: Row) -> bool:
    """Whether the notice is in the inbox of the person, or of whoever acts for the post, and on record for that portion."""
    post = row["who"] if row["who"].isupper() else ""
    person = _holder(scene, row["member"], post) if post else row["who"]
    reference = scene.references[row["product"]]
    inbox = await api.fetch(await scene.session(row["member"], person, post), "/api/inbox")
    notices = api.items_of(await api.fetch(await scene.audit(row["member"]), "/api/notices"))
    about = [n for n in notices if n["reference"] == reference and row["portion"] in n["portions"]]
    is_shown = reference in {n["reference"] for n in inbox["notices"]}
    return is_shown and any(row["who"] in {*n["persons"], *n["posts"]} for n in about)


def _holder(scene: Scene, member: str, post: str) -> str:
    people = scene.scenario.members[member]["persons"]
    return next(str(p["id"]) for p in people if post in p["posts"])


async def _destroyed(scene: Scene, row: Row) -> str:
    """The originator has a record, the member's own withdrawal is done; a copy on paper makes the record amber."""
    status = await _status(scene, row["product"], row["portion"], row["member"])
    if status is None or not status["records"]:
        return "no destruction record"
    record = status["records"][-1]
    expects_copy = "copy" in row["detail"]
    if bool(record["copies"]) != expects_copy:
        return f"copies: {', '.join(record['copies']) or 'none'}"
    if "nothing remains" in row["detail"] and "derived" not in row["detail"] and record["derived"]:
        return f"derived: {', '.join(record['derived'])}"
    return "" if await _is_purged(scene, row) else "the member's own withdrawal is not done"


async def _is_purged(scene: Scene, row: Row) -> bool:
    withdrawals = api.items_of(await api.fetch(await scene.audit(row["member"]), "/api/withdrawals"))
    about = [w for w in withdrawals if w["key"] == scene.keys[row["product"]] and row["portion"] in w["lost"]]
    return bool(about) and all(w["purged"] for w in about)


async def _remains(scene: Scene, row: Row) -> str:
    """The record names what is left: a copy by number, a derived portion by its product's reference."""
    status = await _status(scene, row["product"], row["portion"], row["member"])
    record = status["records"][-1] if status and status["records"] else {"copies": (), "derived": ()}
    product, slash, tag = row["who"].partition("/")
    wanted = f"{scene.references.get(product, product)}{slash}{tag}"
    found = [*record["copies"], *record["derived"]]
    return (
        "" if any(text.startswith(wanted) for text in found) else f"remains: {', '.join(found) or 'nothing'}"
    )


async def _alarm(scene: Scene, row: Row) -> str:
    inbox = await api.fetch(await scene.session(row["member"], row["who"]), "/api/inbox")
    about = json.dumps([a for a in inbox["alarms"] if scene.references[row["product"]] in json.dumps(a)])
    return "" if about != "[]" else "no alarm"


async def _closed(scene: Scene, row: Row) -> str:
    """The derived portion is gone from its product."""
    product, _, tag = row["who"].partition("/")
    found = await api.read_product(await scene.author(product), scene.keys[product])
    return f"{tag} is still there" if found and tag in {p["tag"] for p in found["portions"]} else ""


async def _confirmed(scene: Scene, row: Row) -> str:
    return "" if await _is_purged(scene, row) else "it waits still"


async def _copy_destroyed(scene: Scene, row: Row) -> str:
    status = await _status(scene, row["product"], row["portion"], row["member"])
    records = status["records"] if status else []
    return "" if len(records) > 1 and not records[-1]["copies"] else "the originator has no record of it"


async def _records(scene: Scene, row: Row) -> str:
    recalls = await _statuses(scene, row["product"], row["portion"])
    with_record = {r["member"] for r in recalls if r["records"]}
    expected = set(row["detail"].split(", "))
    return (
        ""
        if with_record == expected and len(with_record) == int(row["who"])
        else f"from {', '.join(sorted(with_record))}"
    )


async def _statuses(scene: Scene, product: str, portion: str) -> list[Json]:
    door = await scene.audit(scene.scenario.products[product]["originator"])
    recalls = api.items_of(await api.fetch(door, "/api/recalls"))
    wanted = scene.keys[product].partition(".")[2]
    return [r for r in recalls if wanted in json.dumps(r) and portion in r["lost"]]


async def _status(scene: Scene, product: str, portion: str, member: str) -> Json | None:
    return next((r for r in await _statuses(scene, product, portion) if r["member"] == member), None)


FACTS = {
    "told": _told,
    "not_told": _not_told,
    "destroyed": _destroyed,
    "remains": _remains,
    "alarm": _alarm,
    "closed": _closed,
    "confirmed": _confirmed,
    "copy_destroyed": _copy_destroyed,
    "records": _records,
}
