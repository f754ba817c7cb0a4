# SPDX-License-Identifier: Apache-2.0
"""Feed rows turned into products: the holdings that the exercise starts with, and its events.

Products have the shape of those in script.json. Rules of the page (exercise, sections 1, 4.0, 4.1) that stand here:

1. A position leaves exact to those who may have it and as a half-degree cell to everybody else; the cell is a polygon
   with edges on multiples of a half degree, never a point, and so a correction inside a cell changes nothing.
2. Text of a source is never altered; what is not reported reads "not given".
3. An old document's own marking is a portion of text. It is never parsed as a label.
4. Values of an indicator list become patterns, references become text: nothing is fetched.

    >>> cell("39.127", "125.964").text
    'Cell 39.0–39.5N 125.5–126.0E'

No clock, no network; files are read from the folder given, nothing is written.
"""

import csv
import gzip
import json
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import ROUND_FLOOR, Decimal
from pathlib import Path
from typing import Any, NamedTuple

Product = dict[str, Any]
Portion = dict[str, Any]
Body = dict[str, Any]
Label = dict[str, Any]
Row = dict[str, str]

PUBLIC: Label = {"policy": "PUBLIC", "classification": "UNMARKED"}
ALL = ["AUS", "JPN", "KOR", "NZL", "NATO"]
NOT_GIVEN = "not given"
NO_TIME = "time not given"
NOON = "12:00"
HALF = Decimal("0.5")
UNITS = {"apogee_km": "km", "range_km": "km", "flight_s": "s"}
WORDS = {"apogee_km": "apogee", "range_km": "range", "flight_s": "flight"}
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
CC_BY = "Department of Foreign Affairs and Trade (Australia), Historical Publications; licence CC BY."


class Cell(NamedTuple):
    """A half-degree cell by its south-west corner, which belongs to it; its north and east edges don't."""

    south: Decimal
    west: Decimal

    @property
    def geojson(self) -> str:
        south, west, north, east = self.south, self.west, self.south + HALF, self.west + HALF
        ring = ((west, south), (east, south), (east, north), (west, north), (west, south))
        corners = ",".join(f"[{longitude:.1f},{latitude:.1f}]" for longitude, latitude in ring)
        return f'{{"type":"Polygon","coordinates":[[{corners}]]}}'

    @property
    def text(self) -> str:
        return f"Cell {_print_span(self.south, 'N', 'S')} {_print_span(self.west, 'E', 'W')}"


def cell(latitude: str | Decimal, longitude: str | Decimal) -> Cell:
    """The cell in which a point lies, from decimal text so that no binary rounding moves it across an edge."""
    return Cell(_snap(Decimal(latitude)), _snap(Decimal(longitude)))


def _snap(degrees: Decimal) -> Decimal:
    return (degrees / HALF).to_integral_value(rounding=ROUND_FLOOR) * HALF


def _print_span(low: Decimal, positive: str, negative: str) -> str:
    nearer, farther = sorted((abs(low), abs(low + HALF)))
    return f"{nearer:.1f}–{farther:.1f}{negative if low < 0 else positive}"


def holdings(folder: Path, script: dict[str, Any]) -> Iterator[Product]:
    """The products that each node holds before the play opens, feed after feed; `folder` is the exercise's own."""
    feeds = script["feeds"]
    places = folder / feeds["folder"]
    for feed in feeds["holdings"]:
        path = places / feed["file"]
        match feed["id"]:
            case "launches-KOR" | "launches-JPN":
                yield from _make_launches(_read_rows(path), feed, feeds["landing_areas"])
            case "statements":
                yield from _make_statements(_read_records(path), feed)
            case "cables":
                yield from _make_cables(_read_records(path), feed)
            case "attack":
                yield from _make_groups(json.loads(path.read_text("utf-8")), feed)
            case "lazarus":
                yield from _make_sections(json.loads(path.read_text("utf-8")), feed)
            case unknown:
                raise ValueError(f"script.json names a feed that nobody can read: {unknown}")


def events(folder: Path, script: dict[str, Any]) -> dict[str, Product]:
    """The events that rules release during the play (KE1 to KE3, JE1 to JE5), by handle."""
    feeds = script["feeds"]
    places = folder / feeds["folder"]
    launches = {row["id"]: row for row in _read_rows(places / feeds["events"]["positions"])}
    reports = {
        (row["reporter"], row["launch_id"]): row for row in _read_rows(places / feeds["events"]["file"])
    }
    return {
        item["handle"]: _make_report(
            item, reports[item["originator"], item["launch"]], launches[item["launch"]]
        )
        for item in feeds["events"]["items"]
    }


def _read_rows(path: Path) -> list[Row]:
    return list(csv.DictReader(path.read_text("utf-8").splitlines()))


def _read_records(path: Path) -> Iterator[dict[str, Any]]:
    """JSON lines, gzipped or not."""
    data = path.read_bytes()
    text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8")
    # Not splitlines: a text may hold other line separators, which JSON leaves as they are.
    yield from (json.loads(line) for line in text.split("\n") if line)


# Events


def _make_report(item: dict[str, Any], row: Row, launch: Row) -> Product:
    """One row of the national reports as an event."""
    moment = datetime.fromisoformat(row["launch_time_utc"])
    label = _national_label(item["policy"], item["originator"])
    measures = {name: row[name] for name in UNITS}
    portions = [
        _event_title(item["launch"], item["originator"], label),
        _event_time(_print_dtg(moment), moment, label),
        _event_table([(WORDS[name], _print_measure(name, row[name])) for name in UNITS], measures, label),
        _event_remark(row["remark"], label),
    ]
    if item["originator"] == "KOR":
        portions.append(_event_position(launch, label))
    product = {
        key: item[key] for key in ("handle", "originator", "reference", "kind", "precedence", "policy")
    }
    product |= {"drafter": None, "authority": item["authority"], "approver": None}
    product |= {"action": item["action"], "info": item["info"], "required": ["EA"]}
    product["revisions"] = [{"revision": 1, "at": item["at"], "portions": portions}]
    return product


def _make_launches(rows: list[Row], feed: dict[str, Any], areas: dict[str, str]) -> Iterator[Product]:
    """KOR holds every launch of the period with its site; JPN those with apogee and distance, without a position."""
    for row in rows:
        if not feed["from_date"] <= row["date_utc"] <= feed["to_date"]:
            continue
        if feed["originator"] == "KOR":
            yield _make_korean_launch(row, feed)
        elif row["apogee_km"] and row["distance_km"]:
            yield _make_japanese_launch(row, feed, areas)


def _make_korean_launch(row: Row, feed: dict[str, Any]) -> Product:
    label = _national_label(feed["policy"], "KOR")
    weapon = (
        row["missile"]
        if row["missile"] == row["missile_type"]
        else f"{row['missile']} ({row['missile_type']})"
    )
    table = [("type", weapon), ("range", _print_measure("range_km", row["distance_km"]))]
    portions = [
        _event_title(row["id"], "KOR", label),
        _launch_time(row, label),
        _event_table(table, {"range_km": row["distance_km"]}, label),
        _event_remark(row["facility"], label),
        _event_position(row, label),
    ]
    return _make_holding(feed, f"KOR-{row['id']}", _filing_time(row, feed["minutes"]), portions)


def _make_japanese_launch(row: Row, feed: dict[str, Any], areas: dict[str, str]) -> Product:
    label = _national_label(feed["policy"], "JPN")
    measures = {"apogee_km": row["apogee_km"], "range_km": row["distance_km"]}
    portions = [
        _event_title(row["id"], "JPN", label),
        _launch_time(row, label),
        _event_table(
            [(WORDS[n], _print_measure(n, value)) for n, value in measures.items()], measures, label
        ),
        _event_remark(areas[row["landing_area"]], label),
    ]
    return _make_holding(feed, f"JPN-{row['id']}", _filing_time(row, feed["minutes"]), portions)


def _filing_time(row: Row, minutes: int) -> datetime:
    """The launch and half an hour or so; where the time is unknown, noon of the day."""
    moment = datetime.fromisoformat(f"{row['date_utc']}T{row['time_utc'] or NOON}:00+00:00")
    return moment + timedelta(minutes=minutes if row["time_utc"] else 0)


def _launch_time(row: Row, label: Label) -> Portion:
    moment = datetime.fromisoformat(f"{row['date_utc']}T{row['time_utc'] or NOON}:00+00:00")
    if row["time_utc"]:
        return _event_time(_print_dtg(moment), moment, label)
    return _event_time(f"{moment:%d} {MONTHS[moment.month - 1]} {moment:%y}, {NO_TIME}", None, label)


def _event_title(launch: str, reporter: str, label: Label) -> Portion:
    return _portion("EA", "title", (label, _neutral(f"Launch {launch} as reported by {reporter}")))


def _event_time(shown: str, moment: datetime | None, label: Label) -> Portion:
    fields = []
    if moment is not None:
        value = f"{moment:%Y-%m-%dT%H:%M:%SZ}"
        shown_short = shown.split(" ", maxsplit=1)[0]
        fields = [
            {"name": "launch_time", "type": "time", "value": value, "shown": shown_short, "compare": "time"}
        ]
    return _portion("EB", "time", (label, _neutral(shown)), fields=fields)


def _event_table(rows: list[tuple[str, str]], measures: dict[str, str], label: Label) -> Portion:
    """The figures as rows to read, and those that were given as typed fields to compare."""
    fields = [
        {
            "name": name,
            "type": "number",
            "value": _plain_number(value),
            "unit": UNITS[name],
            "shown": _print_number(value),
            "compare": "number",
        }
        for name, value in measures.items()
        if value
    ]
    return _portion(
        "EC", "table", (label, {"type": "table", "rows": [list(row) for row in rows]}), fields=fields
    )


def _event_remark(text: str, label: Label) -> Portion:
    return _portion("ED", "remark", (label, _neutral(text or NOT_GIVEN)))


def _event_position(row: Row, label: Label) -> Portion:
    """The launch site, standing in for a sensor's fix: exact for KOR and USA, its cell for the others."""
    latitude, longitude = row["launch_lat"], row["launch_lon"]
    exact = {**label, "classification": "III-KUP", "rt": ["KOR", "USA"]}
    where = f"{_print_degrees(latitude, 'N', 'S')} {_print_degrees(longitude, 'E', 'W')}"
    point = f'{{"type":"Point","coordinates":[{longitude},{latitude}]}}'
    coarse = cell(latitude, longitude)
    made = _portion(
        "EE",
        "position",
        (exact, {"type": "position", "geojson": point, "text": where}),
        (label, {"type": "position", "geojson": coarse.geojson, "text": coarse.text}),
    )
    for variant, shown in zip(made["variants"], (where, coarse.text.replace("Cell", "cell")), strict=True):
        field = {"name": "position", "type": "place", "value": shown, "shown": shown, "compare": "none"}
        variant["fields"] = [field]
    return made


# Public documents and indicators


def _make_statements(records: Iterable[dict[str, Any]], feed: dict[str, Any]) -> Iterator[Product]:
    for record in records:
        portions = [
            _portion("TI", "title", (PUBLIC, _english(record["title"]))),
            _portion("BO", "body", (PUBLIC, _english(record["text"]))),
            _portion("SR", "source", (PUBLIC, _neutral(record["url"]))),
        ]
        moment = datetime.fromisoformat(record["published"]).astimezone(UTC)
        yield _make_holding(feed, record["id"], moment, portions)


def _make_cables(records: Iterable[dict[str, Any]], feed: dict[str, Any]) -> Iterator[Product]:
    for record in records:
        portions = [_portion("TI", "title", (PUBLIC, _english(record["title"])))]
        if record["marking_line"]:
            marking = f"Original marking (declassified): {record['marking_line']}"
            portions.append(_portion("OM", "paragraph", (PUBLIC, _english(marking))))
        source = f"{record['id']}, {record['date']}. {record['volume_title']}. {CC_BY}"
        portions.append(_portion("BO", "body", (PUBLIC, _english(record["text"]))))
        portions.append(_portion("SR", "source", (PUBLIC, _english(source))))
        yield _make_holding(feed, record["id"], datetime.fromisoformat(feed["at"]), portions)


def _make_groups(document: dict[str, Any], feed: dict[str, Any]) -> Iterator[Product]:
    """One product a group: its description, its software with the source's dates, and the source's own objects."""
    for group in document["groups"]:
        rows = [
            [o["name"], f"{o['type']} {o['attack_id']}; created {o['created']}; modified {o['modified']}"]
            for o in group["software"]
        ]
        objects = {"objects": [*document["shared_objects"], *group["objects"]]}
        stix = {"type": "stix", "patterns": [], "objects": json.dumps(objects, ensure_ascii=False)}
        dates = f"Group {group['attack_id']}; created {group['created']}; modified {group['modified']}."
        portions = [
            _portion("TI", "title", (PUBLIC, _english(f"{group['name']}: ATT&CK group and its software"))),
            _portion("BO", "body", (PUBLIC, _english(group["description"]))),
            _portion("SW", "table", (PUBLIC, {"type": "table", "rows": rows})),
            _portion("OB", "stix", (PUBLIC, stix)),
            _portion("SR", "source", (PUBLIC, _english(f"ATT&CK. {dates} {document['notice']}"))),
        ]
        handle = f"ATTACK-{group['attack_id']}"
        yield _make_holding(feed, handle, datetime.fromisoformat(feed["at"]), portions)


def _make_sections(document: dict[str, Any], feed: dict[str, Any]) -> Iterator[Product]:
    for section in document["sections"]:
        number = section["number"]
        patterns = [_make_pattern(value) for value in section["values"]]
        source = f"Maltrail, apt_lazarus, section {number}. References: {'; '.join(section['references'])}"
        portions = [
            _portion("TI", "title", (PUBLIC, _english(f"Lazarus: public indicators, section {number}"))),
            _portion("IN", "stix", (PUBLIC, {"type": "stix", "patterns": patterns})),
            _portion("SR", "source", (PUBLIC, _english(source))),
        ]
        yield _make_holding(feed, f"LAZARUS-{number:02d}", datetime.fromisoformat(feed["at"]), portions)


def _make_pattern(value: str) -> str:
    """The STIX pattern of one value of the list: an address, one with a port, a domain, a URL, or a path alone."""
    quoted = value.replace("\\", "\\\\").replace("'", "\\'")
    if found := re.fullmatch(r"((?:\d{1,3}\.){3}\d{1,3}):(\d+)", value):
        destination = (
            f"network-traffic:dst_ref.type = 'ipv4-addr' AND network-traffic:dst_ref.value = '{found[1]}'"
        )
        return f"[{destination} AND network-traffic:dst_port = {found[2]}]"
    if re.fullmatch(r"(?:\d{1,3}\.){3}\d{1,3}", value):
        return f"[ipv4-addr:value = '{quoted}']"
    if value.startswith("/"):
        return f"[url:value LIKE '%{quoted}']"
    if "/" in value:
        return f"[url:value = '{quoted}']"
    return f"[domain-name:value = '{quoted}']"


# Shapes


def _make_holding(feed: dict[str, Any], handle: str, moment: datetime, portions: list[Portion]) -> Product:
    """A product of the backfill: nobody drafted it in the play, a rule releases it."""
    product: Product = {
        "handle": handle,
        "originator": feed["originator"],
        "reference": {"stem": f"{feed['originator']}-{feed['word']} {_print_dtg(moment)}", "letters": None},
        "kind": feed["kind"],
        "precedence": "ROUTINE",
        "policy": feed["policy"],
        "drafter": None,
        "authority": [feed["rule"]],
        "approver": None,
        "action": [],
        "info": [],
        "required": [portions[0]["tag"]],
    }
    if feed["policy"] == "PUBLIC":
        product["declared"] = "unaltered"
    product["revisions"] = [{"revision": 1, "at": f"{moment:%Y-%m-%dT%H:%M:%SZ}", "portions": portions}]
    return product


def _national_label(policy: str, member: str) -> Label:
    """Row 2 of the originator's policy, to ALL."""
    row = {"KOR": "DAEOEBI", "JPN": "CHUI"}[member]
    tags: Label = {"provided_by": None, "compartment": [], "handling": [], "rt": list(ALL)}
    return {"policy": policy, "classification": row, **tags}


def _portion(
    tag: str, kind: str, *variants: tuple[Label, Body], fields: list[dict[str, str]] | None = None
) -> Portion:
    """A portion; `fields` belong to its only variant."""
    made = [
        {
            "label": label,
            "body": body,
            "fields": list(fields or []),
            "handle": f"{tag}{number}" if len(variants) > 1 else tag,
        }
        for number, (label, body) in enumerate(variants, start=1)
    ]
    return {"tag": tag, "kind": kind, "variants": made, "sources": []}


def _neutral(text: str) -> Body:
    return {"type": "text", "wordings": [{"lang": "", "status": "original", "text": text}]}


def _english(text: str) -> Body:
    return {"type": "text", "wordings": [{"lang": "en", "status": "original", "text": text}]}


def _print_dtg(moment: datetime) -> str:
    """A date-time group, as `120100Z JUL 23`; month names are fixed, whatever the machine's language."""
    return f"{moment:%d%H%M}Z {MONTHS[moment.month - 1]} {moment:%y}"


def _print_measure(name: str, value: str) -> str:
    return f"{_print_number(value)} {UNITS[name]}" if value else NOT_GIVEN


def _print_number(value: str) -> str:
    """With thousands separated, and no `.0` that the source only has because its column is one of floats."""
    return f"{Decimal(_plain_number(value)):,}"


def _plain_number(value: str) -> str:
    return value.rstrip("0").rstrip(".") if "." in value else value


def _print_degrees(value: str, positive: str, negative: str) -> str:
    return value.removeprefix("-") + (negative if value.startswith("-") else positive)
