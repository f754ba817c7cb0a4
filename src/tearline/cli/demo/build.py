# SPDX-License-Identifier: Apache-2.0
"""A script's words as the API's: labels, portions and products of script.json become drafts; people and mandates, inputs.

Nothing of a particular exercise is known here: tag set names come from the policy pack's shape (one permissive set for
releasability, one for eyes only), everything else from the script.
"""

from __future__ import annotations

from typing import Any

from tearline.core.instants import parse_iso

TAG_SETS = {
    "compartment": "Compartment",
    "handling": "Handling",
    "rt": "Releasable To",
    "eo": "Eyes Only",
}


def make_label(label: dict[str, Any], groups: frozenset[str], epoch: str) -> dict[str, Any]:
    """A label in the API's form; ``epoch`` where a lasting group is named."""
    categories = {TAG_SETS[name]: sorted(label[name]) for name in TAG_SETS if label.get(name)}
    if label.get("provided_by"):
        categories["Provided By"] = [label["provided_by"]]
    named = {value for values in categories.values() for value in values}
    return {
        "policy": label["policy"],
        "classification": label["classification"],
        "categories": sorted(categories.items()),
        "epoch": epoch if groups & named else "",
    }


def make_body(body: dict[str, Any]) -> dict[str, Any]:
    """A body in the API's form. STIX objects of older versions travel as text, as the source has them."""
    kind = body["type"]
    if kind == "text":
        wordings = [{"lang": w["lang"], "text": w["text"], "status": w["status"]} for w in body["wordings"]]
        return {"type": "text", "wordings": wordings}
    if kind == "position":
        return {"type": "position", "geojson": body["geojson"], "text": body["text"]}
    if kind == "table":
        return {"type": "table", "rows": [list(row) for row in body["rows"]]}
    if kind == "stix":
        return {
            "type": "stix",
            "patterns": [*body["patterns"], *([body["objects"]] if body.get("objects") else [])],
        }
    return {"type": "grading", "reliability": body["reliability"], "credibility": body["credibility"]}


def make_portion(
    portion: dict[str, Any], keys: dict[str, str], groups: frozenset[str], epoch: str
) -> dict[str, Any]:
    """A portion; ``keys`` finds the holdings that its sources name. Sources not held are left out: they are checked apart."""
    variants = [
        {
            "label": make_label(v["label"], groups, epoch),
            "body": make_body(v["body"]),
            "fields": [
                {
                    "name": f["name"],
                    "value": f["value"],
                    "compare": f.get("compare", "none"),
                    "unit": f.get("unit") or "",
                }
                for f in v.get("fields", [])
                if not f.get("repeats")
            ],
        }
        for v in portion["variants"]
    ]
    sources = [
        {"key": keys[s["product"]], "tag": s["portion"]}
        for s in portion.get("sources", [])
        if s["product"] in keys
    ]
    return {"kind": portion["kind"], "tag": portion["tag"], "variants": variants, "sources": sources}


def make_draft(
    product: dict[str, Any],
    portions: list[dict[str, Any]],
    keys: dict[str, str],
    groups: frozenset[str],
    epoch: str,
) -> dict[str, Any]:
    """A product's draft with the given revision's portions."""
    draft: dict[str, Any] = {
        "kind": product["kind"],
        "precedence": product["precedence"],
        "policy": product["policy"],
        "portions": [make_portion(p, keys, groups, epoch) for p in portions],
        "action": product.get("action", []),
        "info": product.get("info", []),
        "required": product.get("required", []),
        "declared": product.get("declared") or "",
    }
    return draft


def make_delegation(row: dict[str, Any]) -> dict[str, Any]:
    """A delegation as the node issues it."""
    return {
        "id": row["id"],
        "name": row["name"],
        "agreement": row["agreement"],
        "issued_by": row["from"],
        "to": row["to"],
        "kinds": row["kinds"],
        "highest": row["highest"],
        "audience": row["audience"],
        "valid_from": parse_iso(row["valid_from"]),
        "valid_to": parse_iso(row["valid_to"]),
        "review_h": row.get("review_h") or 0,
        "review_by": row.get("review_by") or "",
        "may_redelegate": bool(row.get("may_redelegate")),
        "approvals": row.get("approvals", 1),
        "under": row.get("under") or "",
    }


def make_rule(row: dict[str, Any]) -> dict[str, Any]:
    """A standing rule as the node issues it."""
    exempt = row.get("exempt")
    return {
        "id": row["id"],
        "name": row["name"],
        "delegation": row["delegation"],
        "kinds": row["kinds"],
        "policy": row["policy"],
        "highest": row["highest"],
        "audience": row["audience"],
        "condition": row["condition"],
        "valid_from": parse_iso(row["valid_from"]),
        "valid_to": parse_iso(row["valid_to"]),
        "exemption": {"kind": exempt["kind"], "highest": exempt["highest"], "members": exempt["members"]}
        if exempt
        else None,
    }


def make_person(row: dict[str, Any]) -> dict[str, Any]:
    """A person to admit."""
    return {
        "person": row["id"],
        "codewords": row["codewords"],
        "posts": row["posts"],
        "duties": row["duties"],
        "cleared": row["cleared"],
    }
