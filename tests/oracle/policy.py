# SPDX-License-Identifier: Apache-2.0
"""A second policy engine, to be read aloud: written from the exercise's script (2.1 to 2.3) and the standards (ACDF).

It knows nothing of tearline. A label is ``{"policy", "class", "tags": [(tag set, [values]), ...], "epoch"}``; what a member
or a person may see is ``{"ceiling": row, "codewords": set}``, or None for somebody without clearance.
"""

import csv
import datetime as dt
from pathlib import Path

NATIONS_FILE = Path(__file__).resolve().parents[2] / "src/tearline/data/packs/exercise/nations.csv"
NETWORK, PUBLIC = "EXERCISE EXNET", "PUBLIC"
NATIONS = ("KOR", "JPN", "AUS", "NZL", "USA", "GBR")
HOME = {nation: f"EXERCISE {nation}" for nation in NATIONS} | {"NHQ": "EXERCISE NATO"}
LADDER = ("UNCLASSIFIED", "RESTRICTED", "CONFIDENTIAL", "SECRET")
# The table of 2.2: one row is one level, everywhere. EXNET has no row 5.
ROWS = {
    "EXERCISE EXNET": dict(enumerate(LADDER, 1)),
    "EXERCISE KOR": {2: "DAEOEBI", 3: "III-KUP", 4: "II-KUP", 5: "I-KUP"},
    "EXERCISE JPN": {2: "CHUI", 3: "HI", 4: "GOKUHI", 5: "KIMITSU"},
    "EXERCISE AUS": {1: "OFFICIAL", 2: "OFFICIAL: Sensitive", 3: "PROTECTED", 4: "SECRET", 5: "TOP SECRET"},
    "EXERCISE NZL": dict(enumerate((*LADDER, "TOP SECRET"), 1)),
    "EXERCISE USA": {1: "UNCLASSIFIED", 3: "CONFIDENTIAL", 4: "SECRET", 5: "TOP SECRET"},
    "EXERCISE GBR": {1: "OFFICIAL", 2: "OFFICIAL-SENSITIVE", 4: "SECRET", 5: "TOP SECRET"},
    "EXERCISE NATO": dict(enumerate((*LADDER, "COSMIC TOP SECRET"), 1)),
}
CODEWORDS = {policy: {"MILLRACE"} for policy in ROWS} | {"EXERCISE JPN": set(), "EXERCISE NZL": set()}
CODEWORDS |= {"EXERCISE KOR": {"DALBIT", "MILLRACE"}, "EXERCISE USA": {"COPPERLEAF", "MILLRACE"}}
with NATIONS_FILE.open(encoding="utf-8", newline="") as _file:
    NATO_SINCE = {row["alpha3"]: row["nato_since"] for row in csv.DictReader(_file)}
COUNTRIES = (set(NATO_SINCE) | set(HOME)) - {"PRK"}


def words(policy):
    """The values of each tag set that a policy has."""
    own = {member for member, home in HOME.items() if home == policy} or set(HOME)
    audiences = {"Releasable To": COUNTRIES | {"NATO"}, "Eyes Only": own}
    codewords = {"Compartment": CODEWORDS[policy]} if CODEWORDS[policy] else {}
    return {"Provided By": set(HOME), "Handling": {"ORCON"}, **codewords, **audiences}


def nato(epoch):
    """The members of NATO on a day: the nations that had joined, and the headquarters."""
    return {nation for nation, since in NATO_SINCE.items() if since and since <= epoch} | {"NHQ"}


def is_known_day(epoch):
    """A real day, written as ISO 8601 does, on which there was a NATO."""
    try:
        return dt.date.fromisoformat(epoch).isoformat() == epoch >= "1949-08-24"
    except ValueError:
        return False


def values(label, tag_set):
    return {value for name, found in label["tags"] if name == tag_set for value in found}


def is_valid(label):
    """Known words, nothing twice, nothing empty, one audience, in EXNET one provider, a day where a group is named."""
    if label["policy"] == PUBLIC:
        return label["class"] == "UNMARKED" and not label["tags"] and not label["epoch"]
    if label["policy"] not in ROWS or label["class"] not in ROWS[label["policy"]].values():
        return False
    known = words(label["policy"])
    names = [name for name, _ in label["tags"]]
    if len(set(names)) < len(names):
        return False
    for name, found in label["tags"]:
        if not found or len(set(found)) < len(found) or not set(found) <= known.get(name, set()):
            return False
    if ("Releasable To" in names) == ("Eyes Only" in names):
        return False
    if label["policy"] == NETWORK and len(values(label, "Provided By")) != 1:
        return False
    return is_known_day(label["epoch"]) if "NATO" in values(label, "Releasable To") else not label["epoch"]


def audience(label):
    """The members that a valid label admits."""
    named = values(label, "Releasable To") | values(label, "Eyes Only")
    return (named - {"NATO"}) | (nato(label["epoch"]) if "NATO" in named else set())


def row_of(label):
    return next(row for row, name in ROWS[label["policy"]].items() if name == label["class"])


def arrives_as(row, policy):
    """Where a level of EXNET arrives: on the same row, or on the next that the policy has. Never lower."""
    return min(own for own in ROWS[policy] if own >= row)


def has_equivalents(label, policy):
    """Row 5 and national codewords stay at home; MILLRACE goes where it is known."""
    return row_of(label) <= 4 and values(label, "Compartment") <= CODEWORDS[NETWORK] & CODEWORDS[policy]


def sees(label, member, clearance):
    """The decision behind every table of the script, for a person acting for a member or for the member itself."""
    if clearance is None or not is_valid(label):
        return False
    if label["policy"] == PUBLIC:
        return True
    if member not in audience(label):
        return False
    row, home = row_of(label), HOME[member]
    if label["policy"] != home:
        if not has_equivalents(label, home):
            return False
        row = arrives_as(row, home)
    return row <= clearance["ceiling"] and values(label, "Compartment") <= clearance["codewords"]


def translate(label, policy):
    """The label's meaning in another policy, or None where it has none there."""
    if not is_valid(label) or PUBLIC in {label["policy"], policy}:
        return None
    if label["policy"] != policy and not has_equivalents(label, policy):
        return None
    if label["policy"] == policy:
        return meaning([label], policy, row_of(label), audience(label), values(label, "Provided By"))
    owner = {member for member, home in HOME.items() if home == label["policy"]}
    givers = owner or values(label, "Provided By")
    return meaning([label], policy, arrives_as(row_of(label), policy), audience(label), givers)


def roll_up(labels):
    """The meaning of a banner over the labels, or None where no sound label exists."""
    marked = [label for label in labels if label["policy"] != PUBLIC]
    policies = {label["policy"] for label in marked}
    if not labels or not all(map(is_valid, labels)) or len(policies) > 1:
        return None
    if not marked:
        return {"policy": PUBLIC}
    policy, shared = policies.pop(), set.intersection(*map(audience, marked))
    givers = set().union(*(values(label, "Provided By") for label in marked))
    if not shared or (policy == NETWORK and len(givers) > 1):
        return None
    return meaning(marked, policy, max(map(row_of, marked)), shared, givers)


def meaning(labels, policy, row, members, givers):
    out = {"policy": policy, "class": ROWS[policy][row], "audience": members, "Provided By": givers}
    for name in ("Compartment", "Handling"):
        out[name] = {value for label in labels for value in values(label, name)}
    return out
