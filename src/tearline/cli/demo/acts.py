# SPDX-License-Identifier: Apache-2.0
"""What the people of a script do, step by step, through their nodes' API. What must be seen of it is in ``checks``."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from typing import Any

from tearline.cli.demo import api
from tearline.cli.demo.arrivals import Seen, await_change, look, settle
from tearline.cli.demo.scene import Scene, feed_name
from tearline.cli.demo.stage import UNPROCESSABLE, Answer
from tearline.core.instants import Instant, print_iso

Step = dict[str, Any]
ACTS = "acts"


async def file(scene: Scene, step: Step) -> None:
    """File a product; where a rule or the acting post's delegation covers it, it goes at once."""
    handle = step["file"]
    body: dict[str, Any] = {"draft": scene.draft(handle)}
    if step.get("replaces"):
        body["replaces"] = scene.keys[step["replaces"]]
    await _file(scene, step, handle, by=step["by"], post=step.get("post", ""), body=body)


async def feed(scene: Scene, step: Step) -> None:
    """A feed's product by the service account; or the holdings, filed and sent as a backfill."""
    if step["feed"] == "holdings":
        await _feed_holdings(scene)
        return
    handle = step["feed"]
    by = feed_name(scene.scenario.products[handle]["originator"])
    await _file(scene, step, handle, by=by, post="", body={"draft": scene.draft(handle)})


async def _file(scene: Scene, step: Step, handle: str, *, by: str, post: str, body: dict[str, Any]) -> None:
    originator = scene.scenario.products[handle]["originator"]
    door = await scene.session(originator, by, post)
    since = time.perf_counter()
    filed = await api.send(door, "/api/products", body)
    scene.note_filing(handle, 1, filed["key"], filed["reference"])
    _expect_letters(scene, handle)
    released = filed["released"]
    if "members" in step:
        scene.record.expect(ACTS, f"{handle} goes at once", _differ(step["members"], released))
    await _deliver(scene, handle, 1, before={}, members=released, since=since)
    await scene.note_explanation(handle, 1)
    await _expect_authority(scene, handle, released if "rule" in step else [], step.get("rule", ""))


async def approve(scene: Scene, step: Step) -> None:
    """Read each distinct text on the desk, then release; what the acting post released on filing is done already."""
    handle, members = step["approve"], step["members"]
    key = scene.keys[handle]
    waiting = [m for m in members if m not in await _released_to(scene, handle)]
    if waiting:
        door = await scene.acting(step)
        before = await look(scene, key, scene.filed[handle], waiting)
        opened = await _open_texts(door, key, waiting)
        if "reach" in step:
            await _expect_reach(scene, door, step, waiting)
        if "texts_opened" in step:
            scene.record.expect(ACTS, f"{handle} texts opened", _differ(step["texts_opened"], len(opened)))
        since = time.perf_counter()
        body = {"members": waiting, "delegation": step.get("delegation", "")}
        await api.send(door, f"/api/desk/{key}/approve", body)
        await _deliver(scene, handle, 1, before=before, members=waiting, since=since)
    await _expect_authority(scene, handle, members, step.get("delegation", ""))


async def _expect_reach(scene: Scene, door: Any, step: Step, members: list[str]) -> None:
    """What the desk shows of whom a text's mark names, beside the members that have a node here."""
    groups = (await api.fetch(door, f"/api/desk/{scene.keys[step['approve']]}"))["groups"]
    shown = [
        {
            "nations": g["reach"]["nations"],
            "organisations": g["reach"]["organisations"],
            "nodes_here": sorted(set(g["members"]) & set(members)),
        }
        for g in groups
        if set(g["members"]) & set(members)
    ]
    expected = [{**step["reach"], "nodes_here": sorted(step["reach"]["nodes_here"])}]
    wrong = "" if shown == expected else f"expected {expected}, found {shown}"
    scene.record.expect(ACTS, f"{step['approve']} reach shown", wrong)


async def _open_texts(door: Any, key: str, members: Iterable[str]) -> list[str]:
    item = await api.fetch(door, f"/api/desk/{key}")
    texts = [g["text"] for g in item["groups"] if set(g["members"]) & set(members)]
    for text in texts:
        await api.send(door, f"/api/desk/{key}/open", {"text": text})
    return texts


async def amend(scene: Scene, step: Step) -> None:
    """File a new revision: each member is sent exactly what changed for it."""
    handle, revision = step["amend"], step["revision"]
    key = scene.keys[handle]
    door = await scene.acting(step)
    changing = [*step["members"], *step.get("recalls", [])]
    before = await look(scene, key, scene.filed[handle], changing)
    since = time.perf_counter()
    done = await api.send(door, f"/api/products/{key}/amendments", {"draft": scene.draft(handle, revision)})
    scene.note_filing(handle, revision, key, "")
    scene.recalled |= {(handle, revision, m) for m in done["recalled"]}
    scene.record.expect(ACTS, f"{handle} r{revision} changed", _differ(step["members"], done["changed"]))
    scene.record.expect(
        ACTS, f"{handle} r{revision} recalled", _differ(step.get("recalls", []), done["recalled"])
    )
    await _deliver(scene, handle, revision, before=before, members=changing, since=since)
    await scene.note_explanation(handle, revision)


async def try_file(scene: Scene, step: Step) -> None:
    """What must be refused is refused, for the reason that must be given."""
    handle = step["try_file"]
    door = await scene.acting(step)
    path, body = "/api/products", {"draft": scene.draft(handle)}
    if step.get("amends"):
        path = f"/api/products/{scene.keys[step['amends']]}/amendments"
    answer = await door.ask("POST", path, body)
    scene.record.expect(ACTS, f"{handle} is refused", _why_not_refused(scene, step, answer))


def _why_not_refused(scene: Scene, step: Step, answer: Answer) -> str:
    if answer.status != UNPROCESSABLE:
        return f"answered {answer.status}, not {UNPROCESSABLE}"
    words = json.dumps(answer.body, ensure_ascii=False)
    code = step["expect_refusal"].replace("_", "-").casefold()
    if code not in words.casefold():
        return f"not for {code}: {api.words_of(answer)}"
    sentence = step.get("sentence") or ""
    for handle, reference in scene.references.items():
        sentence = sentence.replace(f"{handle}/", f"{reference}/")
    return "" if sentence in words else f"does not say {sentence!r}: {api.words_of(answer)}"


async def send_back(scene: Scene, step: Step) -> None:
    """The desk sends a draft back to be reworded: nothing leaves for anyone."""
    key = scene.keys[step["return"]]
    refused = [{"tag": r["tag"], "members": r["members"]} for r in step["refuse"]]
    await api.send(
        await scene.acting(step), f"/api/desk/{key}/return", {"refused": refused, "comment": step["comment"]}
    )
    scene.returned[step["return"]] = (step["by"], step["comment"])
    author = await scene.author(step["return"])
    returned = json.dumps(await api.fetch(author, "/api/returned"), ensure_ascii=False)
    scene.record.expect(
        ACTS,
        f"{step['return']} came back",
        "" if step["comment"] in returned else "its author is not told why",
    )


async def acknowledge(scene: Scene, step: Step) -> None:
    """Posts acknowledge; the originator learns of posts and of no person."""
    handle = step["acknowledge"]
    key = scene.keys[handle]
    for person in step["by"]:
        door = await scene.session(scene.scenario.home(person), person)
        inbox = await api.fetch(door, "/api/inbox")
        asked = key in {line["key"] for line in inbox["to_acknowledge"]}
        kind = scene.scenario.products[handle]["kind"]
        scene.record.expect(
            ACTS, f"{person} is asked for {handle}", "" if asked or kind != "warning" else "not in the inbox"
        )
        await api.send(door, f"/api/products/{key}/acknowledge", {"state": "acknowledged"})
    await settle(scene)
    receipts = api.items_of(await api.fetch(await scene.author(handle), f"/api/products/{key}/receipts"))
    posts = {scene.scenario.person(scene.scenario.home(p), p)["posts"][0] for p in step["by"]}
    scene.record.expect(ACTS, f"{handle} acknowledged", _differ(posts, [r["post"] for r in receipts]))
    named = [p for p in scene.scenario.persons if p in json.dumps(receipts)]
    scene.record.expect(ACTS, f"{handle} receipts name no person", ", ".join(named))


async def open_product(scene: Scene, step: Step) -> None:
    """People read a product."""
    for person in step["open"]:
        door = await scene.session(scene.scenario.home(person), person)
        found = await api.read_product(door, scene.keys[step["product"]])
        scene.record.expect(
            ACTS, f"{person} opens {step['product']}", "" if found else "it does not exist for them"
        )


async def make_print(scene: Scene, step: Step) -> None:
    """A numbered copy on paper."""
    key = scene.keys[step["print"]]
    made = await api.send(await scene.acting(step), f"/api/products/{key}/copies", {"form": "print"})
    scene.record.expect(ACTS, f"{step['print']} copy", _differ(step["copy"], made["copy"]))


async def set_link(scene: Scene, step: Step) -> None:
    """A member's links, or the link of two, off line by plan or back."""
    named = step["link"]
    others = [m for m in scene.scenario.members if m != named]
    pairs = [tuple(named)] if isinstance(named, list) else [(named, m) for m in others]
    is_open = step["state"] == "open"
    for first, second in pairs:
        scene.stage.set_link(first, second, is_open=is_open)
        (scene.closed.discard if is_open else scene.closed.add)(frozenset((first, second)))
    await settle(scene)
    if not is_open:
        for first, second in pairs:
            for here, there in ((first, second), (second, first)):
                scene.record.expect(
                    "links", f"{here} sees {there} off line", await _find_on_line(scene, here, there)
                )


async def _find_on_line(scene: Scene, here: str, there: str) -> str:
    """What a member's watch is shown of a link, where that is not "off line by plan"."""
    links = (await api.fetch(await scene.audit(here), "/api/network"))["links"]
    state = next((str(link["state"]) for link in links if link["member"] == there), "nothing")
    return "" if state.startswith("off line") else f"it is shown as {state}"


async def review(scene: Scene, step: Step) -> None:
    """A watch post's release is reviewed in time."""
    door = await scene.acting(step)
    for handle in step["review"]:
        key = scene.keys[handle]
        waiting = json.dumps(await api.fetch(door, "/api/reviews"))
        await api.send(door, f"/api/reviews/{key}", {"outcome": step["outcome"]})
        left = json.dumps(await api.fetch(door, "/api/reviews"))
        product = key.partition(".")[2]
        why = (
            "it did not wait for review"
            if product not in waiting
            else "it waits still"
            if product in left
            else ""
        )
        scene.record.expect(ACTS, f"{handle} reviewed", why)


async def confirm_purge(scene: Scene, step: Step) -> None:
    """A security officer confirms that withdrawn bytes go."""
    key = scene.keys[step["confirm_purge"]]
    await api.send(await scene.acting(step), f"/api/withdrawals/{key}/confirm")
    await settle(scene)


async def destroy_copy(scene: Scene, step: Step) -> None:
    """A security officer records that a copy on paper is destroyed."""
    key = scene.keys[step["copy_destroyed"]]
    await api.send(await scene.acting(step), f"/api/products/{key}/copies/{step['copy']}/destroyed")
    await settle(scene)


async def skip(scene: Scene, step: Step) -> None:
    """A place kept in the script for what comes later."""
    if step.get("place_kept"):
        scene.record.notes.append(f"{step['id']}: {step['place_kept']}")


async def _feed_holdings(scene: Scene) -> None:
    by_member: dict[str, list[dict[str, Any]]] = {}
    for product in scene.scenario.holdings:
        by_member.setdefault(product["originator"], []).append(product)
    for member, products in by_member.items():
        keys = await scene.stage.file_holdings(member, [scene.draft_holding(p) for p in products])
        scene.keys.update(zip((p["handle"] for p in products), keys, strict=True))
    for member, products in by_member.items():
        officer = scene.scenario.with_duty(member, "release")
        post = next(p for p in scene.scenario.person(member, str(officer))["posts"] if p.endswith("-RELEASE"))
        await _backfill(scene, member, await scene.session(member, str(officer), post), len(products))
    await settle(scene)


async def _backfill(scene: Scene, member: str, door: Any, held: int) -> None:
    before = print_iso(Instant(scene.scenario.play_opens))
    dry = await api.send(door, "/api/backfill", {"before": before, "dry_run": True})
    real = await api.send(door, "/api/backfill", {"before": before, "dry_run": False})
    expected = {m: held for m in scene.scenario.members if m != member}
    scene.record.expect(ACTS, f"{member} backfill, dry run", _differ(expected, dry["members"]))
    scene.record.expect(ACTS, f"{member} backfill", _differ(dry["members"], real["members"]))


async def _deliver(
    scene: Scene, handle: str, revision: int, *, before: Seen, members: Iterable[str], since: float
) -> None:
    """Wait for those that can be reached now; the others get it when their link is back."""
    originator = scene.scenario.products[handle]["originator"]
    reachable = [m for m in members if scene.is_reachable(originator, m)]
    late = await await_change(scene, handle, revision, before=before, members=reachable, since=since)
    if reachable:
        scene.record.expect(
            "deliveries", f"{handle} r{revision}", f"not readable at {', '.join(late)}" if late else ""
        )
    await settle(scene)


async def _released_to(scene: Scene, handle: str) -> set[str]:
    rows = await register_rows(scene, handle)
    return {r["member"] for r in rows if r["what"] == "released"}


async def register_rows(scene: Scene, handle: str) -> list[dict[str, Any]]:
    """The disclosure register's lines about one product."""
    member = scene.scenario.products[handle]["originator"]
    rows = await list_register(scene, member, scene.references.get(handle, ""))
    return rows.get(scene.keys[handle].partition(".")[2], [])


async def list_register(scene: Scene, member: str, reference: str = "") -> dict[str, list[dict[str, Any]]]:
    """A member's disclosure register, whole or of one reference, by product."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in await api.list_register(await scene.audit(member), reference):
        found.setdefault(row["product"], []).append(row)
    return found


async def _expect_authority(scene: Scene, handle: str, members: Iterable[str], authority: str) -> None:
    """The register cites what the step names."""
    if not authority:
        return
    cited = {
        r["member"]: r["authority"] for r in await register_rows(scene, handle) if r["what"] == "released"
    }
    wrong = [f"{m}: {cited.get(m)}" for m in members if cited.get(m) != authority]
    scene.record.expect("register", f"{handle} cites {authority}", ", ".join(wrong))


def _expect_letters(scene: Scene, handle: str) -> None:
    """The reference has the stem that the script gives; its letters too, where the play is seeded with them."""
    wanted = scene.scenario.products[handle].get("reference") or {}
    if wanted.get("stem"):
        given = scene.references[handle]
        text = f"{wanted['stem']} {wanted['letters']}" if wanted.get("letters") else wanted["stem"]
        scene.record.expect(
            ACTS, f"{handle} reference", "" if given.startswith(text) else f"{given}, not {text}"
        )


def _differ(expected: Any, found: Any) -> str:
    """Empty where both are the same (lists as sets)."""
    one, other = (set(v) if isinstance(v, list | tuple | set) else v for v in (expected, found))
    return "" if one == other else f"expected {_print(one)}, found {_print(other)}"


def _print(value: Any) -> str:
    return (", ".join(sorted(map(str, value))) or "nobody") if isinstance(value, set) else str(value)
