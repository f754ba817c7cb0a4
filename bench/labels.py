# SPDX-License-Identifier: Apache-2.0
"""The label decision in the hot path, beside Cedar deciding the same policy."""

from __future__ import annotations

import json
import random
import time
from typing import Any

from tearline.core.labels import (
    PersonSight,
    Sights,
    decide_many,
    make_label,
    make_member_sight,
    make_national_clearance,
)
from tearline.machine import read_pack

DECISIONS = 2_000_000
CEDAR_BATCH = 400
ROUNDS = 5
EPOCH = "2023-07-12"

POLICY = """
permit (principal, action == Action::"see", resource) when {
  principal.classes.contains(resource.classification) &&
  principal.codewords.containsAll(resource.codewords) &&
  resource.audience.contains(principal.member)
};
"""


def run() -> list[dict[str, Any]]:
    import cedarpy

    book = read_pack("exercise")
    rng = random.Random(1)
    members = ["AUS", "JPN", "KOR", "NZL", "USA", "GBR"]
    labels = []
    while len(labels) < 200:
        audience = ["KOR", *rng.sample(members, rng.randint(1, 4))]
        words = {"Compartment": ["MILLRACE"]} if rng.random() < 0.2 else {}
        level = rng.choice(["DAEOEBI", "III-KUP", "II-KUP"])
        labels.append(make_label("EXERCISE KOR", level, {"Releasable To": audience, **words}))
    sight = make_member_sight("KOR", "II-KUP", ("MILLRACE",), book)
    clearance = make_national_clearance("KOR", "III-KUP", (), book)
    sights = Sights(book)
    class_id = sights.class_id(PersonSight(sight, clearance))
    ids = [sights.label_id(label) for label in labels]
    asked = [rng.choice(ids) for _ in range(DECISIONS)]
    row = sights.row(class_id)

    entities = [_person(clearance)]
    requests = []
    for n, label in enumerate(labels):
        entities.append(_resource(n, label, sorted(book.audience(label) or ())))
    for n in range(CEDAR_BATCH):
        resource = f'Portion::"{n % len(labels)}"'
        requests.append(
            {"principal": 'Person::"p"', "action": 'Action::"see"', "resource": resource, "context": {}}
        )

    ours, cedar = [], []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        seen = decide_many(row, asked)
        ours.append(DECISIONS / (time.perf_counter() - started))
        started = time.perf_counter()
        answers = cedarpy.is_authorized_batch(requests, POLICY, json.dumps(entities))
        cedar.append(CEDAR_BATCH / (time.perf_counter() - started))
    same = all(bool(row[ids[n % len(labels)]]) == a.allowed for n, a in enumerate(answers))
    best, other = sorted(ours)[ROUNDS // 2], sorted(cedar)[ROUNDS // 2]
    ratio = best / other
    assert same, "the two engines disagree"
    assert len(seen) == DECISIONS
    return [
        {
            "name": "label decision, hot path (beside cedarpy on the same policy)",
            "figure": round(best / 1e6, 1),
            "unit": "M/s",
            "ratio": round(ratio, 1),
            "bar": ">= 10 M/s, >= 250 x",
            "holds": best >= 10e6 and ratio >= 250,
        }
    ]


def _person(clearance: Any) -> dict[str, Any]:
    attributes = {"classes": list(clearance.classifications), "codewords": [], "member": "KOR"}
    return {"uid": {"type": "Person", "id": "p"}, "attrs": attributes, "parents": []}


def _resource(n: int, label: Any, audience: list[str]) -> dict[str, Any]:
    attributes = {
        "classification": label.classification,
        "codewords": list(label.values("Compartment")),
        "audience": audience,
    }
    return {"uid": {"type": "Portion", "id": str(n)}, "attrs": attributes, "parents": []}
