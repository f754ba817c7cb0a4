# SPDX-License-Identifier: Apache-2.0
"""A second access decision for any SPIF, to be read aloud: written from the standards (SPIF 2.1, ADatP-4774.1 3.11.4).

It knows nothing of tearline. A label is ``{"classification", "categories": [[tag set, [values]], ...]}``, a clearance the
same with ``classifications``; ``at`` is when (ISO, Zulu), for values that are in force for a time.
"""

import datetime as dt
import re
import xml.etree.ElementTree as ET

NS = "{http://www.xmlspif.org/spif}"
KINDS = {"restrictive": "must", "permissive": "may", "tagType7": "tells"}


def read_spif(path):
    return understand(ET.parse(path).getroot())  # noqa: S314  our own files


def parse_spif(text):
    return understand(ET.fromstring(text))  # noqa: S314  as above


def understand(root):
    return {
        "name": root.find(f"{NS}securityPolicyId").get("name"),
        "classes": {c.get("name"): c for c in root.iter(f"{NS}securityClassification")},
        "sets": {
            s.get("name"): s.find(f"{NS}securityCategoryTag")
            for s in root.iter(f"{NS}securityCategoryTagSet")
        },
    }


def kind(tag):
    stated = tag.get("tagType")
    return KINDS[tag.get("enumType") if stated == "enumerated" else stated]


def find(tag, value):
    """The category that a value names; one that its writer completes is written ``name: text``."""
    for category in tag.iter(f"{NS}tagCategory"):
        name, wants = category.get("name"), category.get("userInput")
        if wants is None and value == name:
            return category
        if wants is not None and value.startswith(name + ": ") and completes(wants, value[len(name) + 2 :]):
            return category
    return None


def completes(wants, text):
    if wants == "integer":
        return re.fullmatch("[0-9]{1,128}", text) is not None
    if wants == "date":
        try:
            return dt.date.fromisoformat(text).isoformat() == text
        except ValueError:
            return False
    return 0 < len(text) <= 128 and text.isprintable() and text == text.strip()


def named(label, name):
    return [value for other, values in label["categories"] if other == name for value in values]


def group_holds(policy, group, label):
    """A categoryGroup or excludedCategory: any value of the tag set, or the one of that lacv."""
    tag = policy["sets"][group.get("tagSetRef")]
    found = [find(tag, value) for value in named(label, group.get("tagSetRef"))]
    lacv = group.get("lacv")
    return any(c is not None and (lacv is None or int(c.get("lacv")) == int(lacv)) for c in found)


def requirement_holds(policy, required, label):
    held = [group_holds(policy, group, label) for group in required.iter(f"{NS}categoryGroup")]
    return {"onlyOne": sum(held) == 1, "oneOrMore": any(held), "all": all(held)}[required.get("operation")]


def is_in_force(category, at):
    before, after = category.get("notBefore"), category.get("notAfter")
    return (before is None or before <= at) and (after is None or at <= after)


def is_valid(policy, label, at):
    level = policy["classes"].get(label["classification"])
    if level is None or level.get("obsolete") == "true":
        return False
    names = [name for name, _ in label["categories"]]
    if len(set(names)) != len(names) or any(name not in policy["sets"] for name in names):
        return False
    if not all(requirement_holds(policy, r, label) for r in level.findall(f"{NS}requiredCategory")):
        return False
    return all(tag_is_valid(policy, label, name, values, at) for name, values in label["categories"])


def tag_is_valid(policy, label, name, values, at):
    tag = policy["sets"][name]
    most = 1 if tag.get("singleSelection") == "true" else int(tag.get("maxSelection", "0")) or len(values)
    if (
        not values
        or len(set(values)) != len(values)
        or not int(tag.get("minSelection", "0")) <= len(values) <= most
    ):
        return False
    return all(value_is_valid(policy, label, find(tag, value), at) for value in values)


def value_is_valid(policy, label, category, at):
    if category is None or category.get("obsolete") == "true" or not is_in_force(category, at):
        return False
    level = label["classification"]
    if level in [e.text for e in category.findall(f"{NS}excludedClass")]:
        return False
    if category.get("requiredClass") not in {None, level}:
        return False
    if any(group_holds(policy, e, label) for e in category.findall(f"{NS}excludedCategory")):
        return False
    return all(requirement_holds(policy, r, label) for r in category.findall(f"{NS}requiredCategory"))


def permits(policy, label, clearance, at):
    """Validity first; then what the label asks for is held."""
    return (
        is_valid(policy, label, at)
        and label["policy"] == clearance["policy"]
        and holds(policy, label, clearance)
    )


def holds(policy, label, clearance):
    """The level is listed, every restrictive value held, one of each permissive tag; of a label that is valid."""
    if label["classification"] not in clearance["classifications"]:
        return False
    for name, values in label["categories"]:
        held = set(named(clearance, name))
        how = kind(policy["sets"][name])
        if (how == "must" and not set(values) <= held) or (how == "may" and not set(values) & held):
            return False
    return True
