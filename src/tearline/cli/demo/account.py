# SPDX-License-Identifier: Apache-2.0
"""The account of a play, to be read in a minute.

Who wrote what, who got which text under which banner and how fast, what was withheld and why, one paragraph as each member
holds it, and whether it is proved. Plain text; columns are as wide as a terminal makes Korean and Japanese letters.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from tearline.cli.demo.breaks import Broken
from tearline.cli.demo.record import Expectation, Reading, Record
from tearline.cli.demo.scene import Scene
from tearline.cli.printing import clean, width_of
from tearline.core.instants import print_dtg

FAILURES_SHOWN = 10
WITHHELD_SHOWN = 9
WORDS_SHOWN = 72
RED, GREEN, PLAIN = "\x1b[31;1m", "\x1b[32;1m", "\x1b[0m"
Line = tuple[str, ...]


def print_account(
    scene: Scene, seed: str, broken: Broken | None = None, *, coloured: bool = False
) -> list[str]:
    """The lines, ready to print."""
    record, script = scene.record, scene.scenario.script
    lines = [
        f"{script['title']}: {len(scene.scenario.members)} nodes, {len(scene.scenario.steps)} steps, seed {seed}"
    ]
    lines += [script["notice"]]
    if broken:
        lines += [f"BROKEN ON PURPOSE ({broken.name}): {broken.words}."]
    lines += [*_print_holdings(scene), ""]
    if scene.revisions:
        lines += ["WHO WROTE WHAT, AND WHO GOT WHICH TEXT", *_print_table(list(_list_texts(scene)))]
        lines += [*_print_feeds(scene), ""]
    lines += [*_print_withheld(scene), *_print_paragraph(scene), *_print_latencies(record)]
    lines += _print_checks(record.counts())
    lines = [clean(line) for line in lines]
    return [*lines, *_print_verdict(record.holds, record.failures, coloured=coloured)]


def _print_holdings(scene: Scene) -> list[str]:
    held = [h for h in scene.keys if h not in scene.scenario.products]
    if not held:
        return []
    return [f"Before the play {len(held)} holdings went from their originators to everybody, as a backfill."]


# who got which text


def _list_texts(scene: Scene) -> Iterator[Line]:
    yield ("DTG", "what", "by", "to", "texts", "ms", "under")
    for handle, revision in scene.revisions:
        if handle not in scene.scenario.events:
            yield from _list_groups(scene, handle, revision)


def _print_feeds(scene: Scene) -> list[str]:
    """Products that no person wrote or released, in a line."""
    feeds = scene.scenario.events
    made = [h for h in feeds if h in scene.keys]
    if not made:
        return []
    times = [d.ms for d in scene.record.deliveries if d.handle in feeds]
    rules = ", ".join(sorted({rule for h in made for rule in feeds[h]["authority"]}))
    return [
        f"  By rules {rules}, no person involved: {' '.join(made)}; {len(times)} texts, median {_spread(times)} ms."
    ]


def _list_groups(scene: Scene, handle: str, revision: int) -> Iterator[Line]:
    """One line for each distinct text of a revision."""
    product = scene.scenario.products[handle]
    by = " → ".join(
        dict.fromkeys(filter(None, (product["drafter"], product["approver"] if revision == 1 else None)))
    )
    head: Line = (print_dtg(scene.revised[handle, revision])[:7], _name(handle, revision), by)
    if handle in scene.returned:
        by, comment = scene.returned[handle]
        yield (*head, "nobody", "", "", f"sent back by {by}: {comment}")
    groups: dict[tuple[Any, ...], list[Reading]] = {}
    for member in _receivers(scene, handle, revision):
        reading = scene.record.readings.get((handle, revision, scene.scenario.classes[member][-1].name))
        if reading is not None:
            is_recall = (handle, revision, member) in scene.recalled
            banner = reading.banner.partition(" | ")[0]
            groups.setdefault((banner, reading.portions, is_recall), []).append(reading)
    for readings in groups.values():
        members = [r.reader.partition("-")[0] for r in readings]
        times = [
            d.ms
            for d in scene.record.deliveries
            if (d.handle, d.revision) == (handle, revision) and d.member in members
        ]
        banner = readings[0].banner if len(readings) == 1 else readings[0].banner.partition(" | ")[0]
        recalled = " (recall)" if (handle, revision, members[0]) in scene.recalled else ""
        yield (*head, ", ".join(members) + recalled, str(len(readings[0].portions)), _spread(times), banner)
        head = ("", "", "")


def _receivers(scene: Scene, handle: str, revision: int) -> list[str]:
    """Who was sent this revision: of a later one, those for whom it changed something or who had none before."""
    originator = scene.scenario.products[handle]["originator"]
    sent = {d.member for d in scene.record.deliveries if (d.handle, d.revision) == (handle, revision)}
    had = {
        r.reader.partition("-")[0]
        for r in scene.record.readings.values()
        if r.handle == handle and r.revision < revision
    }
    return [m for m in scene.scenario.members if m != originator and (m in sent or m not in had)]


def _name(handle: str, revision: int) -> str:
    return handle if revision == 1 else f"{handle} r{revision}"


def _spread(times: Sequence[float]) -> str:
    return f"{statistics.median(times):.0f}" if times else "later"


# what was withheld


def _print_withheld(scene: Scene) -> list[str]:
    """Of the product with the most to tell: what its author is told."""
    if not scene.explained:
        return []
    handle, revision = max(scene.explained, key=lambda at: (len(scene.explained[at]["withheld"]), -at[1]))
    by_variant: dict[tuple[str, str], list[str]] = {}
    for name, member, why in scene.list_withheld(handle, revision):
        by_variant.setdefault((name, why), []).append(member)
    grouped: dict[tuple[str, str], list[str]] = {}
    for (name, why), members in by_variant.items():
        grouped.setdefault(
            (why, ", ".join(sorted(members, key=list(scene.scenario.members).index))), []
        ).append(name)
    rows = [(" ".join(names), f"from {members}", why) for (why, members), names in grouped.items()]
    more = [f"and {len(rows) - WITHHELD_SHOWN} more"] if len(rows) > WITHHELD_SHOWN else []
    return [f"WHAT {handle} WITHHOLDS, AND WHY", *_print_table(rows[:WITHHELD_SHOWN]), *more, ""]


# one paragraph


def _print_paragraph(scene: Scene) -> list[str]:
    """The portion of which members hold the most different forms, as each holds it."""
    chosen = choose_paragraph(scene)
    if chosen is None:
        return []
    handle, revision, tag = chosen
    rows = [(m, *_hold(scene, handle, revision, tag=tag, member=m)) for m in scene.scenario.members]
    reference = scene.references.get(handle, handle)
    return [f"ONE PARAGRAPH, {len(rows)} MEMBERS: {reference}, portion {tag}", *_print_table(rows), ""]


def choose_paragraph(scene: Scene) -> tuple[str, int, str] | None:
    """(handle, revision, tag): of different wordings before presence or absence, the earliest."""
    best: tuple[int, int] = (0, 0)
    chosen = None
    for handle, revision in scene.revisions:
        for portion in scene.scenario.revision(handle, revision)["portions"]:
            held = [
                _hold(scene, handle, revision, tag=portion["tag"], member=m) for m in scene.scenario.members
            ]
            worth = (len(portion["variants"]), len(set(held)))
            if worth > best and len(set(held)) > 1:
                best, chosen = worth, (handle, revision, portion["tag"])
    return chosen


def _hold(scene: Scene, handle: str, revision: int, *, tag: str, member: str) -> tuple[str, str]:
    reading = scene.record.readings.get((handle, revision, scene.scenario.classes[member][-1].name))
    found = next((p for p in reading.portions if p[0] == tag), None) if reading else None
    if found is None:
        return ("", "(nothing, and no sign of it)")
    words = found[2] if len(found[2]) <= WORDS_SHOWN else f"{found[2][:WORDS_SHOWN]}…"
    return (words, found[1])


# verdict


def _print_latencies(record: Record) -> list[str]:
    words = {False: "From release to readable", True: "From recall to unreadable"}
    found = [(words[r], *record.latencies(recalls=r)) for r in words]
    parts = [
        f"{text}: median {median:.0f} ms, worst {worst:.0f} ms." for text, median, worst in found if worst
    ]
    return [" ".join(parts)] if parts else []


def _print_checks(counts: dict[str, tuple[int, int]]) -> list[str]:
    cells = [f"{name} {held}/{looked}" for name, (held, looked) in counts.items()]
    half = (len(cells) + 1) // 2
    return [f"Checked: {'  '.join(cells[:half])}", f"         {'  '.join(cells[half:])}"]


def _print_verdict(holds: bool, failures: Sequence[Expectation], *, coloured: bool) -> list[str]:
    red, green, plain = (RED, GREEN, PLAIN) if coloured else ("", "", "")
    if holds:
        return [f"{green}PROVED{plain}: everything that the script's tables say holds."]
    tables = ", ".join(dict.fromkeys(f.table for f in failures)) or "nothing was looked at"
    lines = [f"{red}NOT PROVED{plain}: {tables}"]
    lines += [clean(f"  {f.step} {f.table}, {f.name}: {f.why}") for f in failures[:FAILURES_SHOWN]]
    return lines + (
        [f"  and {len(failures) - FAILURES_SHOWN} more"] if len(failures) > FAILURES_SHOWN else []
    )


def _print_table(rows: Sequence[Line]) -> list[str]:
    """Columns as wide as their widest cell; the last one runs on."""
    widths = [max(width_of(row[n]) for row in rows) for n in range(len(rows[0]))] if rows else []
    return [_pad(row, widths) for row in rows]


def _pad(row: Line, widths: Iterable[int]) -> str:
    cells = [cell + " " * (width - width_of(cell)) for cell, width in zip(row, widths, strict=True)]
    return ("  " + "  ".join(cells)).rstrip()
