# SPDX-License-Identifier: Apache-2.0
"""Another exercise, to show that nothing of the shipped one is built in: two members, a warning, its correction, its end."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

POLICY = "EXERCISE NZL"
ALL = {"policy": POLICY, "classification": "RESTRICTED", "rt": ["NZL", "USA"]}
OWN = {"policy": POLICY, "classification": "CONFIDENTIAL", "eo": ["NZL"]}


def write_small(folder: Path, *, expects_hidden: bool = True) -> Path:
    """The script and its tables in ``folder``. Without ``expects_hidden`` its table asks for what must not be."""
    folder.mkdir()
    script = {
        "name": "small",
        "title": "SMALL ISLAND",
        "notice": "EXERCISE. UNCLASSIFIED.",
        "pack": "exercise",
        "epoch": "2031-05-04",
        "clock_start": "2031-05-04T00:00:00Z",
        "agreement": _agreement(),
        "members": [_member("NZL", "CONFIDENTIAL", "kea", "moa", "tui"), _member("USA", "SECRET", "hawk")],
        "delegations": [_delegation(), _watch_delegation(), _board_delegation()],
        "rules": [],
        "products": {"W1": _product()},
        "steps": _steps(),
    }
    (folder / "script.json").write_text(json.dumps(script, ensure_ascii=False))
    shown = "AA.BB" if expects_hidden else "AA.BB.CC"
    (folder / "opening.json").write_text(json.dumps(_opening()))
    _write(folder / "acceptance.csv", _acceptance(shown))
    _write(folder / "marks.csv", _marks())
    _write(
        folder / "canaries.csv",
        [_canary("unlit buoy", "NZL+USA", "NZL"), _canary("crew of eleven", "NZL", "NZL")],
    )
    _write(folder / "stream_entries.csv", [_stream(1, "E"), _stream(2, "R")])
    return folder


def _opening() -> dict[str, Any]:
    """What visitors are told; one language has to do for all."""
    return {
        "day": "2031-05-04",
        "shown": "W1",
        "story": {"en": "A light is out at the harbour."},
        "members": {
            code: {"names": {"en": name}, "parts": {"en": part}}
            for code, name, part in (("NZL", "New Zealand", "Warns."), ("USA", "United States", "Is warned."))
        },
    }


def _agreement() -> dict[str, Any]:
    return {
        "id": "SI31",
        "parties": ["NZL", "USA"],
        "valid_from": "2031-05-01T00:00:00Z",
        "valid_to": "2031-06-01T00:00:00Z",
        "highest": {"NZL": "SECRET", "USA": "SECRET"},
        "third_party": True,
        "purge": {"NZL": "at_once", "USA": "at_once"},
    }


def _member(code: str, ceiling: str, person: str, *board: str) -> dict[str, Any]:
    posts = [f"{code}-WATCH", f"{code}-RELEASE"]
    row = {
        "id": person,
        "codewords": [],
        "posts": posts,
        "duties": ["watch", "release", "security"],
        "cleared": True,
    }
    return {
        "code": code,
        "name": code.title(),
        "policy": f"EXERCISE {code}",
        "ceiling": ceiling,
        "languages": ["en"],
        "persons": [
            row,
            *(_officer(person, f"{code}-BOARD") for person in board),
            # Somebody of the same post with the same clearance.
            {**row, "id": f"{code.lower()}.second", "posts": [f"{code}-WATCH"], "duties": ["watch"]},
            _keeper(f"{code.lower()}.admin", "administration"),
            _keeper(f"{code.lower()}.auditor", "audit"),
        ],
    }


def _officer(person: str, post: str) -> dict[str, Any]:
    """One of those who decide together."""
    return {"id": person, "codewords": [], "posts": [post], "duties": ["release"], "cleared": True}


def _keeper(person: str, duty: str) -> dict[str, Any]:
    """Somebody who keeps the node and reads nothing."""
    return {"id": person, "codewords": [], "posts": [], "duties": [duty], "cleared": False}


def _delegation() -> dict[str, Any]:
    return {
        "id": "T1",
        "name": "T1",
        "member": "NZL",
        "agreement": "SI31",
        "from": "NZL",
        "to": "NZL-RELEASE",
        "kinds": ["*"],
        "highest": "CONFIDENTIAL",
        "audience": ["USA"],
        "valid_from": "2031-05-01T00:00:00Z",
        "valid_to": "2031-06-01T00:00:00Z",
        "may_redelegate": True,
    }


def _watch_delegation() -> dict[str, Any]:
    """The watch releases tearlines by itself; an officer reviews them."""
    return {
        **_delegation(),
        "id": "T2",
        "name": "T2",
        "from": "NZL-RELEASE",
        "to": "NZL-WATCH",
        "kinds": ["tearline"],
        "highest": "RESTRICTED",
        "may_redelegate": False,
        "under": "T1",
        "review_h": 24,
        "review_by": "NZL-RELEASE",
    }


def _board_delegation() -> dict[str, Any]:
    """Two officers of the board approve each text, and its author is neither."""
    return {
        **_delegation(),
        "id": "T3",
        "name": "T3",
        "to": "NZL-BOARD",
        "may_redelegate": False,
        "approvals": 2,
    }


def _product() -> dict[str, Any]:
    first = [
        _portion("AA", "title", ALL, "Light out at the harbour"),
        _portion("BB", "paragraph", ALL, "An unlit buoy lies across the channel."),
        _portion("CC", "paragraph", OWN, "The tender has a crew of eleven."),
    ]
    second = [first[0], _portion("BB", "paragraph", OWN, "An unlit buoy lies across the channel."), first[2]]
    return {
        "originator": "NZL",
        "reference": {"stem": "NZL-WARN 040600Z MAY 31", "letters": "S3AL"},
        "kind": "warning",
        "precedence": "FLASH",
        "policy": POLICY,
        "drafter": "kea",
        "approver": "kea",
        "authority": ["T1"],
        "action": ["USA-WATCH"],
        "info": [],
        "required": ["AA"],
        "revisions": [
            {"revision": 1, "at": "2031-05-04T06:00:00Z", "portions": first},
            {"revision": 2, "at": "2031-05-04T07:00:00Z", "portions": second},
        ],
    }


def _portion(tag: str, kind: str, label: dict[str, Any], text: str) -> dict[str, Any]:
    body = {"type": "text", "wordings": [{"lang": "en", "text": text, "status": "original"}]}
    variant = {
        "label": {"compartment": [], "handling": [], **label},
        "body": body,
        "fields": [],
        "handle": tag,
    }
    return {"tag": tag, "kind": kind, "variants": [variant], "sources": []}


def _steps() -> list[dict[str, Any]]:
    both = ["NZL", "USA"]
    six, seven = "2031-05-04T06:00:00Z", "2031-05-04T07:00:00Z"
    by = {"by": "kea", "post": "NZL-RELEASE"}
    return [
        {"id": "1", "at": six, "file": "W1", "by": "kea", "post": "NZL-WATCH"},
        {"id": "2", "at": six, "approve": "W1", "delegation": "T1", "members": ["USA"], **by},
        {"id": "3", "at": six, "expect": {"acceptance": [{"product": "W1", "revision": 1, "members": both}]}},
        {"id": "4", "at": six, "acknowledge": "W1", "by": ["hawk"]},
        {"id": "5", "at": seven, "amend": "W1", "revision": 2, "members": [], "recalls": ["USA"], **by},
        {
            "id": "6",
            "at": seven,
            "expect": {"acceptance": [{"product": "W1", "revision": 2, "members": both}]},
        },
        {"id": "7", "at": seven, "verify": True},
        {"id": "8", "at": seven, "expect": {"streams": "stream_entries.csv", "canaries": "canaries.csv"}},
    ]


def _acceptance(shown: str) -> list[dict[str, str]]:
    rows = [
        ("1", "NZL-*", "AA.BB.CC", "O1", ""),
        ("1", "USA-*", shown, "O2", "R1"),
        ("2", "NZL-*", "AA.BB.CC", "O1", ""),
        ("2", "USA-*", "AA", "O2", "R1"),
    ]
    names = ("revision", "readers", "portions", "orig", "recv")
    return [{"product": "W1", **dict(zip(names, row, strict=True))} for row in rows]


def _marks() -> list[dict[str, str]]:
    return [
        {"id": "O1", "text": "EXERCISE NZ CONFIDENTIAL//NZL EYES ONLY"},
        {"id": "O2", "text": "EXERCISE NZ RESTRICTED//REL TO NZL, USA"},
        {"id": "R1", "text": "EXERCISE USA CONFIDENTIAL//PROVIDED BY NZL"},
    ]


def _canary(text: str, nodes: str, after: str) -> dict[str, str]:
    return {"text": text, "nodes": nodes, "nodes_after_recall": after}


def _stream(revision: int, entry: str) -> dict[str, str]:
    return {"product": "W1", "revision": str(revision), "NZL": "own", "USA": entry}


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
