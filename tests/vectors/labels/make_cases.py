# SPDX-License-Identifier: Apache-2.0
"""Writes cases.json: label vectors that any implementation can run.

Run it as ``python -m tests.vectors.labels.make_cases``. What is expected is stated by each family's own rule, and by no
implementation: neither tearline nor the oracle is asked.
"""

import json
from pathlib import Path

from tests.vectors.labels import conditions, families, shipped
from tests.vectors.labels.documents import make_documents
from tests.vectors.labels.families import ALPHA, AT, label

FAMILIES = (
    *(
        families.make_levels,
        families.make_restrictive,
        families.make_permissive,
        families.make_two_permissive,
    ),
    *(families.make_same_names, families.make_informative, families.make_unknown, families.make_malformed),
    *(
        conditions.make_required,
        conditions.make_conditions,
        conditions.make_selections,
        conditions.make_times,
    ),
    *(conditions.make_inputs, conditions.make_policies, conditions.make_nothing_held),
    *(shipped.make_tlp, shipped.make_public, shipped.make_nations),
)
OUT = Path(__file__).with_name("cases.json")


def make_marks():
    """Values in the policy's order, never the label's; a prefix that begins with // is the separator itself."""
    rel = ("Releasable To", ["BBB", "AAA"])
    for of, place, lang, text in (
        (label("OPEN"), "pageTopBottom", "en", "ALPHA OPEN"),
        (label("OPEN"), "pageTopBottom", "fr", "ALPHA OUVERT"),
        (label("OPEN"), "pageTopBottom", "fr-CA", "ALPHA OUVERT"),
        (label("OPEN"), "pageTopBottom", "ko", "ALPHA OPEN"),
        (label("OPEN"), "portionMarking", "en", "ALPHA O"),
        (label("SECRET", rel), "pageTopBottom", "en", "ALPHA SECRET//REL TO AAA, BBB"),
        (label("SECRET", rel), "pageTopBottom", "fr", "ALPHA SECRET//REL TO AAA, BBB"),
        (label("SECRET", rel), "portionMarking", "en", "ALPHA S//REL AAA BBB"),
        (label("SECRET", ("Eyes Only", ["AAA"])), "pageTopBottom", "en", "ALPHA SECRET//AAA EYES ONLY"),
        (
            label("SECRET", rel, ("Codewords", ["BASALT", "AMBER"])),
            *("pageTopBottom", "en", "ALPHA SECRET//AMBER/BASALT//REL TO AAA, BBB"),
        ),
        (label("GUARDED", ("Codewords", ["CINDER"])), "portionMarking", "en", "ALPHA G//CINDER"),
        (label("GUARDED", ("Notes", ["Case: 7"])), "pageTopBottom", "en", "ALPHA GUARDED Case 7"),
        (
            label("GUARDED", ("Handling", ["PERSONAL", "DRAFT"])),
            "pageTopBottom",
            "en",
            "ALPHA GUARDED DRAFT/PERSONAL",
        ),
    ):
        common = {"kind": "mark", "family": "mark", "policy": ALPHA, "at": AT, "label": of}
        effect = "people read another label than programs do"
        yield {**common, "place": place, "lang": lang, "expect": {"mark": text}, "effect": effect}


def make_vectors():
    """Every vector, numbered within its family."""
    counts = {}
    for make in (*FAMILIES, make_documents, make_marks, shipped.make_shipped_marks):
        rule = " ".join(make.__doc__.split())
        for vector in make():
            number = counts[vector["family"]] = counts.get(vector["family"], 0) + 1
            family = vector.pop("family")
            yield {"id": f"{family}-{number:03}", "rule": rule, **vector}


def main():
    """Write the file, a vector a line, so that a change shows as what it is."""
    rows = ",\n".join(json.dumps(vector, ensure_ascii=False) for vector in make_vectors())
    OUT.write_text(f"[\n{rows}\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
