# SPDX-License-Identifier: Apache-2.0
"""Cuts the feeds of the exercise PAPER LANTERN 23 out of the shared folder of public data.

Run from the checkout: `python -m tools.make_exercise_feeds [FOLDER]`. FOLDER holds dprk-missile-tests, us-statements,
dfat-cables, stix and indicators-dprk; without it, the folder shared/data beside the checkout is taken. What comes out is
committed, so nobody needs the folder to play the exercise. The counts below are the exercise's own (its section 4.0): any other
number stops the tool. Output is the same bytes every time.
"""

import argparse
import csv
import gzip
import json
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FEEDS = ROOT / "src/tearline/data/exercise/paper-lantern-23/feeds"
NEEDED = ("dprk-missile-tests", "us-statements", "dfat-cables", "stix", "indicators-dprk")
OPENING = datetime(2023, 7, 12, tzinfo=UTC)
LAST_SECTION = 42
MITRE_NOTICE = (
    "(c) 2025 The MITRE Corporation. This work is reproduced and distributed with the permission of The MITRE"
    " Corporation. MITRE grants a non-exclusive, royalty-free licence to use ATT&CK for research, development and"
    " commercial purposes, provided MITRE's copyright designation and this licence are reproduced in any copy."
)

Record = dict[str, Any]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT.parent / "shared" / "data")
    folder: Path = parser.parse_args().folder
    missing = [name for name in NEEDED if not (folder / name).is_dir()]
    if missing:
        print(f"make_exercise_feeds: {folder} has no {', '.join(missing)}; the feeds stay as they are.")
        return 1
    FEEDS.mkdir(parents=True, exist_ok=True)
    copy_tables(folder / "dprk-missile-tests")
    cut_statements(folder / "us-statements")
    cut_cables(folder / "dfat-cables")
    cut_groups(folder / "stix")
    cut_sections(folder / "indicators-dprk")
    print("make_exercise_feeds: written.")
    return 0


def expect(what: str, found: int, wanted: int) -> None:
    """A count that the exercise page states."""
    if found != wanted:
        sys.exit(f"make_exercise_feeds: {what}: {found} found, the exercise says {wanted}.")


def copy_tables(folder: Path) -> None:
    for name in ("launches.csv", "national_reports_2023-07.csv"):
        (FEEDS / name).write_bytes((folder / name).read_bytes())
    rows = list(csv.DictReader((folder / "launches.csv").read_text("utf-8").splitlines()))
    chosen = [row for row in rows if "2022-01-01" <= row["date_utc"] <= "2023-07-11"]
    expect("launches", len(chosen), 88)
    expect(
        "launches with apogee and distance",
        sum(bool(r["apogee_km"] and r["distance_km"]) for r in chosen),
        72,
    )


def read_lines(path: Path) -> Iterator[Record]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)


def print_lines(records: list[Record]) -> bytes:
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records).encode()


def print_document(document: Record) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def cut_statements(folder: Path) -> None:
    """Security statements that speak of Korea and were published before the play opens."""
    keep = ("id", "kind", "date", "published", "title", "url", "text")
    chosen = [
        {key: record[key] for key in keep}
        for record in read_lines(folder / "statements.jsonl.gz")
        if record["security_topic"] and "Korea" in record["text"]
        if datetime.fromisoformat(record["published"]) < OPENING
    ]
    expect("statements", len(chosen), 194)
    (FEEDS / "statements.jsonl").write_bytes(print_lines(chosen))


def cut_cables(folder: Path) -> None:
    """Australian cables that speak of Korea, whole; what was guessed about their markings is left out."""
    keep = ("id", "volume", "volume_title", "title", "date", "marking_line", "archive_refs", "text")
    chosen = [
        {key: record[key] for key in keep}
        for path in sorted(folder.glob("dafp-v*.jsonl.gz"))
        for record in read_lines(path)
        if re.search(r"\bKorea", record["text"])
    ]
    expect("cables", len(chosen), 225)
    (FEEDS / "cables.jsonl.gz").write_bytes(gzip.compress(print_lines(chosen), mtime=0))


def cut_groups(folder: Path) -> None:
    """ATT&CK groups that existed when the play opens, with their software; objects as in the source."""
    with gzip.open(folder / "attack-enterprise-dprk.stix20.json.gz", "rt", encoding="utf-8") as file:
        objects: list[Record] = json.load(file)["objects"]
    groups = sorted(
        (o for o in objects if o["type"] == "intrusion-set" and parse_time(o["created"]) < OPENING),
        key=lambda group: group["name"],
    )
    expect("ATT&CK groups", len(groups), 6)
    document = {
        "notice": MITRE_NOTICE,
        "source": "github.com/mitre/cti @421deacb7719, ATT&CK Enterprise, STIX 2.0",
        "shared_objects": [o for o in objects if o["type"] in {"identity", "marking-definition"}],
        "groups": [cut_group(group, objects) for group in groups],
    }
    (FEEDS / "attack_groups.json").write_bytes(print_document(document))


def cut_group(group: Record, objects: list[Record]) -> Record:
    uses = [
        o
        for o in objects
        if o["type"] == "relationship" and (o["source_ref"], o["relationship_type"]) == (group["id"], "uses")
        if o["target_ref"].startswith(("malware--", "tool--"))
    ]
    wanted = {relation["target_ref"] for relation in uses}
    software = sorted((o for o in objects if o["id"] in wanted), key=lambda o: o["name"].casefold())
    return {
        **describe(group),
        "aliases": group["aliases"],
        "description": group["description"],
        "software": [describe(o) for o in software],
        "objects": [group, *software, *sorted(uses, key=lambda o: o["id"])],
    }


def describe(o: Record) -> Record:
    number = next(r["external_id"] for r in o["external_references"] if r["source_name"] == "mitre-attack")
    dates = {"created": o["created"], "modified": o["modified"]}
    return {"name": o["name"], "attack_id": number, "type": o["type"], **dates}


def parse_time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def cut_sections(folder: Path) -> None:
    """Sections of the Lazarus list: a run of reference lines and the values below it."""
    sections: list[Record] = []
    with gzip.open(folder / "apt_lazarus.txt.gz", "rt", encoding="utf-8") as file:
        for line in map(str.strip, file):
            if line.startswith("# Reference:"):
                if not sections or sections[-1]["values"]:
                    sections.append({"number": len(sections) + 1, "references": [], "values": []})
                sections[-1]["references"].append(line.removeprefix("# Reference:").strip())
            elif line and not line.startswith("#") and sections:
                sections[-1]["values"].append(line)
    chosen = sections[2:LAST_SECTION]
    expect("Lazarus sections", len(chosen), 40)
    expect("values in them", sum(len(section["values"]) for section in chosen), 174)
    document = {
        "source": "github.com/stamparm/maltrail @8adace159e1e, trails/static/malware/apt_lazarus.txt",
        "notice": "MIT licence, (c) Maltrail developers. Never visit, resolve or run a value.",
        "apart": sections[:2],
        "sections": chosen,
    }
    (FEEDS / "lazarus_sections.json").write_bytes(print_document(document))


if __name__ == "__main__":
    sys.exit(main())
